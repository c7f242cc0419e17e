//! PayPal's negative testing of disputes: `ERRDIS` and a number, in place of an id, brings about an error
//! (<https://developer.paypal.com/api/disputes/test-values>).

use crate::request::refusal::Refusal;

/// The errors that every operation has, in the order of their numbers: status and name.
const COMMON: [(u16, &str); 8] = [
    (403, "FORBIDDEN"),
    (404, "INVALID_RESOURCE_ID"),
    (406, "NOT_ACCEPTABLE"),
    (415, "UNSUPPORTED_MEDIA_TYPE"),
    (429, "RATE_LIMIT_REACHED"),
    (503, "SERVICE_UNAVAILABLE"),
    (500, "INTERNAL_SERVICE_ERROR"),
    (403, "AUTHORIZATION_ERROR"),
];
const UNPROCESSABLE: &str = "UNPROCESSABLE_ENTITY";

/// Of evidence.
const EVIDENCE: &[&str] = &[
    UNPROCESSABLE,
    "INVALID_EVIDENCE_FILE",
    "INVALID_EVIDENCE_TYPE_PROOF_OF_FULFILLMENT",
    "ITEM_ID_IS_MANDATORY_FOR_MULTIPLE_EVIDENCES",
    "MISSING_EVIDENCE_INFO",
    "MISSING_EVIDENCE_TYPE",
    "MISSING_REFUND_ID",
    "MISSING_TRACKING_INFO",
];

/// The operations, by the last segment of their paths: their first number, and the errors after the common ones. They are issues
/// of `VALIDATION_ERROR`, but for the first.
const OPERATIONS: [(&str, usize, &[&str]); 9] = [
    ("get", 15, &[]),
    (
        "list",
        23,
        &["DATE_CAN_NOT_BE_IN_FUTURE", "INVALID_PAGE_SIZE", "INVALID_START_TIME_FORMAT", "INVALID_START_TIME_RANGE"],
    ),
    ("provide-evidence", 35, EVIDENCE),
    (
        "accept-claim",
        51,
        &[
            UNPROCESSABLE,
            "AMOUNT_SHOULD_NOT_BE_PASSED",
            "INSUFFICIENT_FUNDS",
            "INTANGIBLE_ITEM_CANNOT_BE_RETURNED",
            "INVALID_RETURN_SHIPPING_ADDRESS_FORMAT",
            "MISSING_RETURN_SHIPPING_ADDRESS",
            UNPROCESSABLE,
        ],
    ),
    ("appeal", 66, EVIDENCE),
    ("escalate", 82, &[UNPROCESSABLE]),
    ("send-message", 91, &[UNPROCESSABLE]),
    ("make-offer", 100, &[UNPROCESSABLE]),
    ("acknowledge-return-item", 109, &[UNPROCESSABLE]),
];

/// Refuses a test value of an operation.
pub(super) fn check(operation: &str, id: &str) -> Result<(), Refusal> {
    let Some(number) = id.strip_prefix("ERRDIS").and_then(|number| number.parse::<usize>().ok()) else { return Ok(()) };
    let found = OPERATIONS.into_iter().find(|(name, ..)| *name == operation);
    let Some((index, issues)) = found.and_then(|(_, first, issues)| Some((number.checked_sub(first)?, issues))) else {
        return Ok(());
    };
    let description = "The request asked for this error.";
    if let Some((status, name)) = COMMON.get(index) {
        return Err(Refusal::asked_for(*status, name));
    }
    match issues.get(index - COMMON.len()) {
        None => Ok(()),
        Some(&UNPROCESSABLE) => Err(Refusal::asked_for(422, UNPROCESSABLE)),
        Some(issue) => Err(Refusal::validation("body", "/", issue, description)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_value_has_one_error_of_its_operation() {
        let of = |operation: &str, id: &str| {
            check(operation, id).err().map(|refusal| {
                let issue = refusal.issues.first().map(|issue| issue.issue.clone());
                (refusal.status, refusal.name, issue.unwrap_or_default())
            })
        };
        for (operation, id, status, name, issue) in [
            ("get", "ERRDIS015", 403, "FORBIDDEN", ""),
            ("get", "ERRDIS022", 403, "AUTHORIZATION_ERROR", ""),
            ("list", "ERRDIS034", 400, "VALIDATION_ERROR", "INVALID_START_TIME_RANGE"),
            ("provide-evidence", "ERRDIS043", 422, "UNPROCESSABLE_ENTITY", ""),
            ("provide-evidence", "ERRDIS050", 400, "VALIDATION_ERROR", "MISSING_TRACKING_INFO"),
            ("accept-claim", "ERRDIS061", 400, "VALIDATION_ERROR", "INSUFFICIENT_FUNDS"),
            ("accept-claim", "ERRDIS065", 422, "UNPROCESSABLE_ENTITY", ""),
            ("appeal", "ERRDIS081", 400, "VALIDATION_ERROR", "MISSING_TRACKING_INFO"),
            ("escalate", "ERRDIS090", 422, "UNPROCESSABLE_ENTITY", ""),
            ("send-message", "ERRDIS097", 500, "INTERNAL_SERVICE_ERROR", ""),
            ("make-offer", "ERRDIS104", 429, "RATE_LIMIT_REACHED", ""),
            ("acknowledge-return-item", "ERRDIS117", 422, "UNPROCESSABLE_ENTITY", ""),
        ] {
            assert_eq!(of(operation, id), Some((status, name, issue.to_owned())), "{operation} {id}");
        }
        for (operation, id) in [
            ("get", "ERRDIS014"),
            ("get", "ERRDIS023"),
            ("list", "ERRDIS035"),
            ("get", "ERRDISX"),
            ("adjudicate", "ERRDIS015"),
        ] {
            assert_eq!(of(operation, id), None, "{operation} {id}");
        }
    }
}
