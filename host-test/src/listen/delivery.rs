//! Deliveries: what PayPal posts, and through which channel.

use bytes::Bytes;
use http::HeaderMap;

/// A webhook event or an IPN message, as it was posted.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The channel through which it came.
    pub channel: Channel,
    /// The header fields of PayPal's signature, which begin with `paypal-`: names in lower case, with repeats.
    pub headers: Vec<(String, String)>,
    /// The media type.
    pub content_type: Option<String>,
    /// All header fields as they came, with those of the connection.
    pub fields: HeaderMap,
    /// The body, unchanged: it is verified byte for byte.
    pub body: Bytes,
}

/// A way in which PayPal reports events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// A webhook.
    Webhook,
    /// Instant Payment Notification.
    Ipn,
}

impl Channel {
    /// Returns its path at the endpoint.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Self::Webhook => "/webhooks",
            Self::Ipn => "/ipn",
        }
    }
}
