//! Timestamps in parameters.

use crate::base::{date, document::Document};

use super::{findings::Findings, path::Path};

/// Checks that a timestamp is valid. The schema's type refuses other values than strings.
pub(super) fn check_timestamp(value: &Document, path: &Path, findings: &mut Findings) {
    if let Some(text) = value.as_text()
        && date::parse(text).is_none()
    {
        let description =
            "is not a timestamp such as 2026-02-20T23:59:59Z, or with an offset such as +01:00".to_owned();
        findings.found(path, "INVALID_PARAMETER_SYNTAX", description);
    }
}

#[cfg(test)]
mod tests {
    use crate::call::check::tests::violations;

    #[test]
    fn only_valid_timestamps_pass() {
        for moment in ["2026-02-20T23:59:59Z", "2026-02-20T23:59:59+0000", "2026-02-20T23:59:59.5-07:00"] {
            let input = format!(r#"{{"as_of_time": "{moment}"}}"#);
            assert_eq!(violations("transactions.list-balances", &input), [""; 0], "{moment}");
        }
        for moment in ["2026-02-30T23:59:59Z", "2026-02-20T23:59:59-7000", "2018-19-12T22:20:32.000Z"] {
            let input = format!(r#"{{"as_of_time": "{moment}"}}"#);
            let code = ["query /as_of_time: INVALID_PARAMETER_SYNTAX"];
            assert_eq!(violations("transactions.list-balances", &input), code, "{moment}");
        }
    }

    #[test]
    fn a_page_of_transactions_spans_31_days_at_most() {
        let range = |end: &str| format!(r#"{{"start_date": "2026-01-01T00:00:00Z", "end_date": "{end}"}}"#);
        assert_eq!(violations("transactions.list", &range("2026-02-01T00:00:00Z")), [""; 0]);
        let code = ["query /end_date: INVALID_PARAMETER_VALUE"];
        assert_eq!(violations("transactions.list", &range("2026-02-10T00:00:00Z")), code);
        assert_eq!(violations("transactions.list", &range("2025-12-31T00:00:00Z")), code);
        assert_eq!(violations("transactions.search", &range("2026-02-10T00:00:00Z")), [""; 0]);
        assert_eq!(violations("transactions.search", &range("2025-12-31T00:00:00Z")), code);
    }
}
