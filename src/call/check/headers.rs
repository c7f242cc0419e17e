//! Rules for the call options, which become headers.

use crate::{
    base::document::Document,
    call::{options::CallOptions, paging::link},
    catalogue::Action,
    platform::{
        environment::Environment,
        failure::{Issue, Location},
    },
};

/// The longest header value, in characters: the most that PayPal states for any of them, for `PayPal-Request-Id` and
/// `PayPal-Auth-Assertion` (<https://developer.paypal.com/api/orders/v2/orders-capture>). All other rules are left to
/// PayPal.
const MAX_VALUE: u32 = 10_000;

pub(super) fn check(action: &'static Action, options: &CallOptions, environment: Environment, issues: &mut Vec<Issue>) {
    let max_key = action.idempotency.as_ref().map_or(MAX_VALUE, |it| it.max_length);
    value("idempotency_key", options.idempotency_key.as_deref(), max_key, issues);
    value("auth_assertion", options.auth_assertion.as_deref(), MAX_VALUE, issues);
    value("partner_attribution_id", options.partner_attribution_id.as_deref(), MAX_VALUE, issues);
    value("client_metadata_id", options.client_metadata_id.as_deref(), MAX_VALUE, issues);
    value("mock_response", options.mock_response.as_deref(), MAX_VALUE, issues);

    // A key that PayPal ignores would make the caller believe that repeating is safe. On a read it is harmless.
    if options.idempotency_key.is_some() && action.idempotency.is_none() && !action.is_read() {
        let description = format!("has no effect on `{}`: PayPal would ignore it and act again on a repeat", action.id);
        issues.push(found("idempotency_key", "NOT_SUPPORTED", description));
    }
    if let Some(mock) = &options.mock_response {
        if environment == Environment::Live {
            issues.push(found("mock_response", "NOT_SUPPORTED", "is for the sandbox only".to_owned()));
        }
        if !matches!(Document::parse_unambiguous(mock, None), Ok(Document::Object(_))) {
            issues.push(found("mock_response", "INVALID_PARAMETER_SYNTAX", "must be a JSON object".to_owned()));
        }
    }
    issues.extend(options.page_link.as_deref().and_then(|href| link::check(action, href)));
    if options.deadline_ms == Some(0) {
        issues.push(found("deadline_ms", "INVALID_PARAMETER_VALUE", "must be at least 1".to_owned()));
    }
}

/// Checks that a header value has visible ASCII characters, with spaces inside (RFC 9110 section 5.5 without its
/// obsolete parts). A line break in it would let the caller inject a header.
fn value(option: &str, value: Option<&str>, max: u32, issues: &mut Vec<Issue>) {
    let Some(value) = value else { return };
    let length = value.chars().count();
    if length == 0 || length > max as usize {
        let description = format!("has {length} characters; 1 to {max} allowed");
        issues.push(found(option, "INVALID_STRING_LENGTH", description));
    } else if !value.bytes().all(|byte| matches!(byte, b' '..=b'~')) || value.trim() != value {
        let description =
            "must have only visible ASCII characters, without line breaks or spaces at its ends".to_owned();
        issues.push(found(option, "INVALID_PARAMETER_SYNTAX", description));
    }
}

fn found(option: &str, code: &str, description: String) -> Issue {
    Issue::found(&format!("/options/{option}"), Location::Header, code, description)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{orders, payments, plans, vault};

    fn codes(action: &'static Action, options: &CallOptions, environment: Environment) -> Vec<String> {
        let mut issues = Vec::new();
        check(action, options, environment, &mut issues);
        issues.into_iter().filter_map(|issue| issue.issue).collect()
    }

    fn key(key: &str) -> CallOptions {
        CallOptions { idempotency_key: Some(key.to_owned()), ..CallOptions::default() }
    }

    #[test]
    fn a_key_keeps_to_its_action_s_maximum() {
        let sandbox = Environment::Sandbox;
        assert_eq!(codes(orders::CREATE, &key(&"k".repeat(108)), sandbox), [""; 0]);
        assert_eq!(codes(orders::CREATE, &key(&"k".repeat(109)), sandbox), ["INVALID_STRING_LENGTH"]);
        assert_eq!(codes(orders::CREATE, &key(""), sandbox), ["INVALID_STRING_LENGTH"]);
    }

    #[test]
    fn options_are_as_long_as_paypal_allows_anywhere() {
        let sandbox = Environment::Sandbox;
        let text = |length: usize| Some("k".repeat(length));
        for action in [orders::CAPTURE, payments::REFUND_CAPTURE, vault::CREATE_SETUP_TOKEN, plans::CREATE] {
            assert_eq!(codes(action, &key(&"k".repeat(10_000)), sandbox), [""; 0], "{}", action.id);
            assert_eq!(codes(action, &key(&"k".repeat(10_001)), sandbox), ["INVALID_STRING_LENGTH"], "{}", action.id);
        }
        let wide = CallOptions {
            auth_assertion: text(10_000),
            partner_attribution_id: text(37),
            client_metadata_id: Some("{b3f9c0de-7d5e-4b0f-9a3b-1f7d6f0a5c21},{0a5c21de-7d5e-4b0f}".into()),
            ..CallOptions::default()
        };
        assert_eq!(codes(orders::CREATE, &wide, sandbox), [""; 0]);
        let long = CallOptions { auth_assertion: text(10_001), ..CallOptions::default() };
        assert_eq!(codes(orders::CREATE, &long, sandbox), ["INVALID_STRING_LENGTH"]);
    }

    #[test]
    fn a_key_is_refused_where_it_would_be_ignored_and_ignored_where_that_is_harmless() {
        assert_eq!(codes(orders::UPDATE, &key("k"), Environment::Sandbox), ["NOT_SUPPORTED"]);
        assert_eq!(codes(orders::GET, &key("k"), Environment::Sandbox), [""; 0]);
    }

    #[test]
    fn no_option_can_inject_a_header() {
        for bad in ["a\r\nX-Evil: 1", "a\nb", "a\0b", " a", "a ", "é", "a\u{7f}"] {
            assert_eq!(codes(orders::CREATE, &key(bad), Environment::Sandbox), ["INVALID_PARAMETER_SYNTAX"], "{bad:?}");
        }
    }

    #[test]
    fn a_mock_response_is_json_for_the_sandbox() {
        let mock = |text: &str| CallOptions { mock_response: Some(text.to_owned()), ..CallOptions::default() };
        let good = mock(r#"{"mock_application_codes": "INSTRUMENT_DECLINED"}"#);
        assert_eq!(codes(payments::GET_CAPTURE, &good, Environment::Sandbox), [""; 0]);
        assert_eq!(codes(payments::GET_CAPTURE, &good, Environment::Live), ["NOT_SUPPORTED"]);
        let bad = mock("INSTRUMENT_DECLINED");
        assert_eq!(codes(payments::GET_CAPTURE, &bad, Environment::Sandbox), ["INVALID_PARAMETER_SYNTAX"]);
    }
}
