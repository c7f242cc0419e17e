//! Rules for payouts.

use crate::base::document::Document;

use super::{findings::Findings, path::Path};

/// Checks that a batch has the sender's id. PayPal refuses a second batch with that id for 30 days; with only the
/// idempotency key it has been reported to pay twice (paypal/PayPal-Java-SDK, issue 379), and payouts cannot be
/// reversed.
pub(super) fn check_batch(header: &Document, path: &Path, findings: &mut Findings) {
    let unnamed = match (header, header.given("sender_batch_id")) {
        (Document::Object(_), None) => true,
        (_, Some(Document::Text(id))) => id.is_empty(),
        // The schema has reported other types.
        _ => false,
    };
    if unnamed {
        let description = "is required and missing: by it PayPal recognises a repeated payout".to_owned();
        findings.found(&Path::Member(path, "sender_batch_id"), "MISSING_REQUIRED_PARAMETER", description);
    }
}
