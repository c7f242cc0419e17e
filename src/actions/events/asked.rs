//! The requests made to verify a delivery.

/// The requests made to verify a delivery.
#[derive(Default)]
pub(super) struct Asked {
    /// How many requests were sent.
    pub(super) requests: u32,
    /// PayPal's id of the postback.
    pub(super) debug_id: Option<String>,
}
