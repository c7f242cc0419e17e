//! Rules for trackers.

use crate::base::document::Document;

use super::{findings::Findings, path::Path};

/// Checks that a tracking number has the carrier that issued it.
/// <https://developer.paypal.com/docs/tracking/tracking-api/integrate>
pub(super) fn check_trackers(trackers: &Document, path: &Path, findings: &mut Findings) {
    for (index, tracker) in trackers.items().iter().enumerate() {
        if tracker.given("tracking_number").is_some() && tracker.given("carrier").is_none() {
            let tracker_path = Path::Item(path, index);
            let description = "is required and missing: a tracking number needs its carrier".to_owned();
            findings.found(&Path::Member(&tracker_path, "carrier"), "MISSING_REQUIRED_PARAMETER", description);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::call::check::tests::violations;

    #[test]
    fn a_tracking_number_needs_its_carrier() {
        let input = r#"{"body": {"trackers": [
            {"transaction_id": "2Y718293F6472854D", "status": "SHIPPED", "tracking_number": "1Z0", "carrier": "UPS"},
            {"transaction_id": "2Y718293F6472854D", "status": "SHIPPED", "tracking_number": "1Z1"},
            {"transaction_id": "2Y718293F6472854D", "status": "LOCAL_PICKUP"}]}}"#;
        for action in ["trackers.add", "trackers.add-batch"] {
            assert_eq!(violations(action, input), ["body /trackers/1/carrier: MISSING_REQUIRED_PARAMETER"]);
        }
    }

    #[test]
    fn a_batch_has_20_trackers() {
        let tracker = r#"{"transaction_id": "2Y718293F6472854D", "status": "SHIPPED"}"#;
        let batch = |count: usize| format!(r#"{{"body": {{"trackers": [{}]}}}}"#, vec![tracker; count].join(","));
        assert_eq!(violations("trackers.add-batch", &batch(20)), [""; 0]);
        assert_eq!(violations("trackers.add-batch", &batch(21)), ["body /trackers: INVALID_ARRAY_MAX_ITEMS"]);
    }
}
