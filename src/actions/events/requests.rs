//! The requests made to verify a delivery.

/// The requests made to verify a delivery.
#[derive(Default)]
pub(super) struct Requests {
    /// How many requests were sent.
    pub(super) count: u32,
    /// PayPal's id of the postback.
    pub(super) debug_id: Option<String>,
}
