//! What was asked of PayPal about a delivery.

/// What was asked of PayPal about a delivery.
#[derive(Default)]
pub(super) struct Asked {
    /// How many requests were sent.
    pub(super) requests: u32,
    /// PayPal's id of the postback.
    pub(super) debug_id: Option<String>,
}
