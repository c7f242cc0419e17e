//! Rules about payouts.

use crate::base::document::Document;

use super::{findings::Findings, place::Place};

/// A batch names itself. By that name PayPal refuses a second one for 30 days; of the idempotency key alone it has been
/// reported to pay twice (paypal/PayPal-Java-SDK, issue 379), and what has been paid out cannot be called back.
pub(super) fn check_batch(header: &Document, place: &Place, findings: &mut Findings) {
    let unnamed = match (header, header.given("sender_batch_id")) {
        (Document::Object(_), None) => true,
        (_, Some(Document::Text(id))) => id.is_empty(),
        // What is of another type has been reported.
        _ => false,
    };
    if unnamed {
        let description = "is required and missing: by it PayPal recognises a repeated payout".to_owned();
        findings.found(&Place::Member(place, "sender_batch_id"), "MISSING_REQUIRED_PARAMETER", description);
    }
}
