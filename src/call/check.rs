//! The local check: reports everything that is certainly wrong, all at once, before anything is sent.
//!
//! Issue codes are PayPal's own, so that programs need only one set. What PayPal may change without notice is left to
//! PayPal: unknown fields and enumeration values pass.

mod currency;
mod files;
mod findings;
mod headers;
mod money;
mod order_update;
mod patch;
mod path;
mod payment_source;
mod payout;
mod plan;
mod purchase_unit;
mod range;
mod schema;
mod timestamp;
mod tracker;
mod webhook;

use crate::{
    base::{
        document::{Document, NotJson},
        pointer, spelling,
    },
    call::arguments::Arguments,
    catalogue::Action,
    platform::{
        environment::Environment,
        failure::{Failure, Issue, Kind, Location},
        request::MAX_BODY,
    },
};

/// Checks the arguments of an action against the catalogue.
///
/// # Errors
/// `invalid-input` with every violation and its location; `too-large` if the body is larger than [`MAX_BODY`].
pub(crate) fn check(action: &'static Action, arguments: &Arguments, environment: Environment) -> Result<(), Failure> {
    if let Some(body) = arguments.body.as_deref().filter(|body| body.len() > MAX_BODY) {
        let message = format!("the body has {} bytes; the most that is sent is {MAX_BODY}", body.len());
        return Err(Failure::unsent(Kind::TooLarge, message));
    }
    let mut issues = arguments.issues.clone();
    if action.sandbox_only && environment == Environment::Live {
        let description = format!("PayPal offers `{}` in the sandbox only", action.id);
        issues.push(Issue::found("", Location::Path, "NOT_SUPPORTED", description));
    }
    parameters(action, arguments, &mut issues);
    range::check(action, arguments, environment, &mut issues);
    headers::check(action, &arguments.options, environment, &mut issues);
    body(action, arguments.body.as_deref(), &mut issues);
    files::check(action, arguments, &mut issues);
    if issues.is_empty() { Ok(()) } else { Err(Failure::invalid_input(issues)) }
}

fn parameters(action: &'static Action, arguments: &Arguments, issues: &mut Vec<Issue>) {
    for (name, value) in &arguments.parameters {
        match action.parameters.iter().find(|parameter| parameter.name == name) {
            Some(parameter) => schema::check_parameter(action, parameter, value, issues),
            None => {
                let description = spelling::unknown("parameter", name, Arguments::names(action));
                let field = pointer::member(name);
                issues.push(Issue::found(&field, Location::Query, "INVALID_PARAMETER_VALUE", description));
            }
        }
    }
    for parameter in action.parameters.iter().filter(|parameter| parameter.required) {
        if !arguments.parameters.iter().any(|(name, _)| name == parameter.name) {
            issues.push(Issue::missing(&pointer::member(parameter.name), parameter.location));
        }
    }
}

fn body(action: &'static Action, text: Option<&str>, issues: &mut Vec<Issue>) {
    // Beside other members of the body, it is one of them.
    let is_member = action.parameters.iter().any(|parameter| parameter.location == Location::Body);
    let field = if is_member { "/body" } else { "" };
    match (&action.body, text) {
        (None, None) => {}
        (None, Some(_)) => {
            let description = format!("`{}` takes no body", action.id);
            issues.push(Issue::found("", Location::Body, "NOT_SUPPORTED", description));
        }
        (Some(body), None) if body.required => issues.push(Issue::missing(field, Location::Body)),
        (Some(_), None) => {}
        (Some(body), Some(text)) => match Document::parse_unambiguous(text, action.raw_member) {
            Ok(document) => schema::check_body(action, body.schema, &document, is_member, issues),
            Err(fault) => issues.push(Issue { field: Some(field.to_owned()), ..not_json(fault) }),
        },
    }
}

/// The issue for a body that is not JSON or must not be sent.
pub(crate) fn not_json(fault: NotJson) -> Issue {
    Issue::found("", Location::Body, "MALFORMED_REQUEST_JSON", format!("the body {fault}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        call::options::CallOptions,
        catalogue::{PLAIN, find},
    };

    /// Every violation as `location field: code`.
    pub(super) fn violations(action: &str, input: &str) -> Vec<String> {
        let arguments = Arguments::parse(input).unwrap_or_else(|failure| panic!("{}", failure.message));
        match check(find(action).unwrap(), &arguments, Environment::Sandbox) {
            Ok(()) => Vec::new(),
            Err(failure) => {
                assert_eq!(failure.kind, Kind::InvalidInput);
                let text = |it: &Option<String>| it.clone().unwrap_or_default();
                let line = |it: &Issue| format!("{} {}: {}", text(&it.location), text(&it.field), text(&it.issue));
                failure.details.iter().map(line).collect()
            }
        }
    }

    fn order(purchase_unit: &str) -> String {
        format!(r#"{{"body": {{"intent": "CAPTURE", "purchase_units": [{purchase_unit}]}}}}"#)
    }

    fn amount(currency: &str, value: &str) -> String {
        order(&format!(r#"{{"amount": {{"currency_code": "{currency}", "value": {value}}}}}"#))
    }

    #[test]
    fn a_good_order_passes_with_fields_and_values_nobody_knows() {
        let input = r#"{"body": {"intent": "LATER", "colour": {"x": 1.0}, "purchase_units": [
            {"amount": {"currency_code": "USD", "value": "120.25"}, "new": null}]}}"#;
        assert_eq!(violations("orders.create", input), [""; 0]);
    }

    #[test]
    fn ids_that_could_change_the_path_are_refused() {
        for (id, code) in [
            ("", "INVALID_STRING_LENGTH"),
            ("../x", "INVALID_PARAMETER_SYNTAX"),
            ("a/b?c=d", "INVALID_PARAMETER_SYNTAX"),
            ("5O19%2F", "INVALID_PARAMETER_SYNTAX"),
            ("5O19\u{e9}", "INVALID_PARAMETER_SYNTAX"),
            (&"A".repeat(10_000), "INVALID_STRING_LENGTH"),
        ] {
            let input = format!(r#"{{"id": "{id}"}}"#);
            assert_eq!(violations("orders.get", &input), [format!("path /id: {code}")], "{id:.20}");
        }
        assert_eq!(violations("orders.get", "{}"), ["path /id: MISSING_REQUIRED_PARAMETER"]);
        assert_eq!(violations("orders.get", r#"{"id": 1.5}"#), ["path /id: INVALID_PARAMETER_SYNTAX"]);
        assert_eq!(violations("orders.get", r#"{"id": true}"#), ["path /id: INVALID_PARAMETER_SYNTAX"]);
        assert_eq!(violations("orders.get", r#"{"id": 5}"#), [""; 0]);
    }

    #[test]
    fn a_body_beside_other_members_is_named() {
        let wrong = r#"{"headers": [], "webhook_id": "7", "body": 5}"#;
        assert_eq!(violations("events.receive", wrong), ["body /body: INVALID_PARAMETER_SYNTAX"]);
        let missing = r#"{"headers": [], "webhook_id": "7"}"#;
        assert_eq!(violations("events.receive", missing), ["body /body: MISSING_REQUIRED_PARAMETER"]);
        assert_eq!(violations("ipn.receive", r#"{"body": [1]}"#), ["body /body: INVALID_PARAMETER_SYNTAX"]);
        assert_eq!(violations("orders.create", "{}"), ["body : MISSING_REQUIRED_PARAMETER"]);
    }

    #[test]
    fn money_is_a_decimal_string_with_its_currency_s_decimals() {
        let value = "body /purchase_units/0/amount/value";
        for (currency, text, code) in [
            ("USD", "{}", "INVALID_PARAMETER_SYNTAX"),
            ("USD", "10.005", "DECIMAL_PRECISION"),
            ("JPY", "10.5", "DECIMALS_NOT_SUPPORTED"),
            ("USD", r#""10.005""#, "DECIMAL_PRECISION"),
            ("USD", r#""1,00""#, "INVALID_PARAMETER_SYNTAX"),
            ("USD", r#""1e2""#, "INVALID_PARAMETER_SYNTAX"),
            ("USD", r#""10.""#, "INVALID_PARAMETER_SYNTAX"),
            ("USD", r#""""#, "INVALID_PARAMETER_SYNTAX"),
            ("USD", r#""٣.٠٠""#, "INVALID_PARAMETER_SYNTAX"),
            ("JPY", r#""10.50""#, "DECIMALS_NOT_SUPPORTED"),
            ("HUF", r#""10.00""#, "DECIMALS_NOT_SUPPORTED"),
            ("TWD", r#""1.0""#, "DECIMALS_NOT_SUPPORTED"),
            ("USD", r#""111111111111111111111111111111111""#, "INVALID_STRING_LENGTH"),
        ] {
            assert_eq!(violations("orders.create", &amount(currency, text)), [format!("{value}: {code}")], "{text}");
        }
        for (currency, text) in [("USD", "10"), ("USD", "10.5"), ("USD", ".50"), ("JPY", "1050"), ("USD", "0.00")] {
            assert_eq!(violations("orders.create", &amount(currency, &format!("{text:?}"))), [""; 0], "{text}");
        }
        // As numbers. It is not known whether PayPal refuses trailing zeros, nor how it reads an exponent.
        for (currency, number) in
            [("USD", "10"), ("USD", "10.10"), ("USD", "10.100"), ("JPY", "10.0"), ("USD", "1e2"), ("USD", "1E-3")]
        {
            assert_eq!(violations("orders.create", &amount(currency, number)), [""; 0], "{number}");
        }
    }

    #[test]
    fn an_amount_equals_its_breakdown_and_the_breakdown_its_items() {
        let unit = |total: &str, item_total: &str| {
            order(&format!(
                r#"{{"amount": {{"currency_code": "USD", "value": "{total}", "breakdown": {{
                    "item_total": {{"currency_code": "USD", "value": "{item_total}"}},
                    "tax_total": {{"currency_code": "USD", "value": "1.50"}},
                    "shipping": {{"currency_code": "USD", "value": "5"}},
                    "shipping_discount": {{"currency_code": "USD", "value": "2.5"}},
                    "discount": {{"currency_code": "USD", "value": ".75"}}}}}},
                  "items": [
                    {{"name": "Cup", "quantity": "3", "unit_amount": {{"currency_code": "USD", "value": "4.10"}},
                      "tax": {{"currency_code": "USD", "value": "0.50"}}}},
                    {{"name": "Tray", "quantity": "1", "unit_amount": {{"currency_code": "USD", "value": "7.70"}}}}]}}"#
            ))
        };
        assert_eq!(violations("orders.create", &unit("23.25", "20.00")), [""; 0]);
        assert_eq!(
            violations("orders.create", &unit("23.24", "20.00")),
            ["body /purchase_units/0/amount/value: AMOUNT_MISMATCH"]
        );
        assert_eq!(
            violations("orders.create", &unit("24.25", "21.00")),
            ["body /purchase_units/0/amount/breakdown/item_total/value: ITEM_TOTAL_MISMATCH"]
        );
    }

    #[test]
    fn sums_hold_for_numbers_too() {
        let unit = |total: &str, quantity: &str| {
            order(&format!(
                r#"{{"amount": {{"currency_code": "USD", "value": {total}, "breakdown": {{
                    "item_total": {{"currency_code": "USD", "value": 12.30}}, "shipping": null,
                    "tax_total": {{"currency_code": "USD", "value": "0.1"}}}}}},
                  "items": [{{"name": "Cup", "quantity": {quantity}, "tax": null,
                    "unit_amount": {{"currency_code": "USD", "value": 4.1}}}}]}}"#
            ))
        };
        for quantity in ["3", "3.0", r#""3""#] {
            assert_eq!(violations("orders.create", &unit("12.4", quantity)), [""; 0], "{quantity}");
        }
        assert_eq!(
            violations("orders.create", &unit("12.41", "3")),
            ["body /purchase_units/0/amount/value: AMOUNT_MISMATCH"]
        );
        assert_eq!(
            violations("orders.create", &unit("12.4", "2")),
            ["body /purchase_units/0/amount/breakdown/item_total/value: ITEM_TOTAL_MISMATCH"]
        );
        // Numbers that are not integers are left to PayPal.
        assert_eq!(violations("orders.create", &unit("12.4", "2.5")), [""; 0]);
    }

    #[test]
    fn of_paypal_s_sources_the_widest_counts() {
        let item = |member: &str| {
            let item = r#""name": "Cup", "quantity": "1", "unit_amount": {"currency_code": "USD", "value": "1.00"}"#;
            format!(r#""items": [{{{item}, {member}}}]"#)
        };
        let text = |name: &str, length: usize| format!(r#""{name}": "{}""#, "d".repeat(length));
        let unit = |member: &str| {
            violations(
                "orders.create",
                &order(&format!(r#"{{"amount": {{"currency_code": "USD", "value": "1.00"}}, {member}}}"#)),
            )
        };
        for (name, most) in [
            ("description", 3000),
            ("soft_descriptor", 127),
            ("custom_id", 255),
            ("invoice_id", 127),
            ("reference_id", 256),
        ] {
            for length in [0, 1, most] {
                assert_eq!(unit(&text(name, length)), [""; 0], "{name} {length}");
            }
            let code = format!("body /purchase_units/0/{name}: INVALID_STRING_LENGTH");
            assert_eq!(unit(&text(name, most + 1)), [code], "{name}");
        }
        assert_eq!(unit(&item(&text("description", 4000))), [""; 0]);
        let code = "body /purchase_units/0/items/0/description: INVALID_STRING_LENGTH";
        assert_eq!(unit(&item(&text("description", 4001))), [code]);

        let capture =
            |length| format!(r#"{{"authorization_id": "0VF", "body": {{{}}}}}"#, text("soft_descriptor", length));
        assert_eq!(violations("payments.capture-authorization", &capture(127)), [""; 0]);
        assert_eq!(
            violations("payments.capture-authorization", &capture(128)),
            ["body /soft_descriptor: INVALID_STRING_LENGTH"]
        );

        let plan = |product: &str| {
            violations(
                "plans.create",
                &format!(
                    r#"{{"body": {{"product_id": {product}, "name": "P", "payment_preferences": {{}}, "billing_cycles": [
                    {{"frequency": {{"interval_unit": "MONTH"}}, "tenure_type": "REGULAR", "sequence": 1}}]}}}}"#
                ),
            )
        };
        for product in [r#""GYM-PRODUCT-7""#, r#""TEA-42""#, r#""1751983402""#, "1751983402"] {
            assert_eq!(plan(product), [""; 0], "{product}");
        }
        assert_eq!(plan(&format!("{:?}", "P".repeat(51))), ["body /product_id: INVALID_STRING_MAX_LENGTH"]);
    }

    #[test]
    fn an_action_of_the_connector_has_the_limits_of_what_it_becomes() {
        let link = |name: &str, length: usize| {
            let value = "c".repeat(length);
            violations(
                "orders.create-link",
                &format!(r#"{{"amount": "1.00", "currency": "USD", "{name}": "{value}"}}"#),
            )
        };
        for (name, most) in [("reference", 255), ("description", 3000), ("invoice_id", 127), ("brand_name", 127)] {
            assert_eq!(link(name, most), [""; 0], "{name}");
            assert_eq!(link(name, most + 1), [format!("body /{name}: INVALID_STRING_LENGTH")], "{name}");
            // PayPal reads an empty text as a missing one in these two.
            let is_empty_taken = ["reference", "description"].contains(&name);
            assert_eq!(link(name, 0).is_empty(), is_empty_taken, "{name}");
        }
        let trigger = |event_type: &str| {
            let input = format!(r#"{{"url": "https://a.example/", "event_types": ["{event_type}"]}}"#);
            ["triggers.subscribe", "triggers.unsubscribe"].map(|action| violations(action, &input))
        };
        for name in ["*", "PAYMENT.PAYOUTS-ITEM.HELD", &"A".repeat(67)] {
            assert_eq!(trigger(name), [[""; 0]; 2], "{name}");
        }
        assert_eq!(trigger(""), [["body /event_types/0: INVALID_STRING_LENGTH"]; 2]);
        let delivery = |id: &str| {
            let input = format!(r#"{{"headers": [], "body": "e30=", "webhook_id": "{id}"}}"#);
            violations("events.receive", &input)
        };
        assert_eq!(delivery(&"A".repeat(50)), [""; 0]);
        assert_eq!(delivery(&"A".repeat(51)), ["body /webhook_id: INVALID_STRING_LENGTH"]);
        assert_eq!(delivery("A/B"), ["body /webhook_id: INVALID_PARAMETER_SYNTAX"]);
    }

    #[test]
    fn what_only_the_server_fills_in_is_not_looked_at() {
        let input = r#"{"body": {"intent": "CAPTURE", "purchase_units": [
            {"amount": {"currency_code": "USD", "value": "1.00"}}],
            "application_context": {"landing_page": "A_LANDING_PAGE_THAT_PAYPAL_ADDS_LATER"}}}"#;
        assert_eq!(violations("orders.create", input), [""; 0]);
        let pricing = r#"{"id": "P-6HX8", "body": {"pricing_schemes": [{"billing_cycle_sequence": 1,
            "pricing_scheme": {"version": 12345, "create_time": "today"}}]}}"#;
        assert_eq!(violations("plans.update-pricing", pricing), [""; 0]);
    }

    #[test]
    fn all_violations_come_at_once() {
        let input = r#"{"body": {"purchase_units": [
            {"amount": {"currency_code": "USD"}, "items": {}, "description": []},
            {"reference_id": null, "amount": {"currency_code": "US DOLLAR", "value": "1.00"}}]},
            "options": {"partner_attribution_id": ""}, "fields": "x"}"#;
        assert_eq!(
            violations("orders.create", input),
            [
                "query /fields: INVALID_PARAMETER_VALUE",
                "header /options/partner_attribution_id: INVALID_STRING_LENGTH",
                "body /intent: MISSING_REQUIRED_PARAMETER",
                "body /purchase_units/0/amount/value: MISSING_REQUIRED_PARAMETER",
                "body /purchase_units/0/description: INVALID_PARAMETER_SYNTAX",
                "body /purchase_units/0/items: INVALID_PARAMETER_SYNTAX",
                "body /purchase_units/1/amount/currency_code: INVALID_STRING_LENGTH",
                "body /purchase_units/0/reference_id: REFERENCE_ID_REQUIRED",
                "body /purchase_units/1/reference_id: REFERENCE_ID_REQUIRED",
            ]
        );
    }

    #[test]
    fn bodies_of_the_wrong_form_are_refused() {
        assert_eq!(violations("orders.create", r#"{"body": []}"#), ["body : INVALID_PARAMETER_SYNTAX"]);
        assert_eq!(violations("orders.create", "{}"), ["body : MISSING_REQUIRED_PARAMETER"]);
        assert_eq!(violations("orders.get", r#"{"id": "5O19", "body": {}}"#), ["body : NOT_SUPPORTED"]);
        assert_eq!(
            violations("orders.update", r#"{"id": "5O19", "body": {"op": "add"}}"#),
            ["body : INVALID_PARAMETER_SYNTAX"]
        );
        assert_eq!(
            violations("orders.update", r#"{"id": "5O19", "body": [{"path": "/intent"}]}"#),
            ["body /0/op: MISSING_REQUIRED_PARAMETER"]
        );
        let no_units = r#"{"body": {"intent": "CAPTURE", "purchase_units": []}}"#;
        assert_eq!(violations("orders.create", no_units), ["body /purchase_units: INVALID_ARRAY_MIN_ITEMS"]);
    }

    #[test]
    fn a_payout_names_its_batch() {
        let payout = |header: &str| {
            format!(
                r#"{{"body": {{"sender_batch_header": {header}, "items": [
            {{"receiver": "ada@example.com", "amount": {{"currency": "USD", "value": "1.00"}}}}]}}}}"#
            )
        };
        let field = "body /sender_batch_header/sender_batch_id";
        assert_eq!(violations("payouts.create", &payout(r#"{"sender_batch_id": "march-7"}"#)), [""; 0]);
        for header in ["{}", r#"{"sender_batch_id": ""}"#] {
            assert_eq!(violations("payouts.create", &payout(header)), [format!("{field}: MISSING_REQUIRED_PARAMETER")]);
        }
        assert_eq!(violations("payouts.create", &payout(r#"{"sender_batch_id": 7}"#)), [""; 0]);
        let null = payout(r#"{"sender_batch_id": null}"#);
        assert_eq!(violations("payouts.create", &null), [format!("{field}: MISSING_REQUIRED_PARAMETER")]);
    }

    #[test]
    fn money_of_version_1_follows_the_same_rules() {
        let payout = |currency: &str, value: &str| {
            let input = format!(
                r#"{{"body": {{"sender_batch_header": {{"sender_batch_id": "march-7"}}, "items": [
                {{"receiver": "ada@example.com", "amount": {{"currency": "{currency}", "value": "{value}"}}}}]}}}}"#
            );
            violations("payouts.create", &input)
        };
        for (currency, value) in [("USD", "10"), ("USD", "10.5"), ("EUR", "10.05"), ("JPY", "1050"), ("HUF", "0")] {
            assert_eq!(payout(currency, value), [""; 0], "{currency} {value}");
        }
        for (currency, value, code) in [
            ("USD", "10.005", "DECIMAL_PRECISION"),
            ("JPY", "10.50", "DECIMALS_NOT_SUPPORTED"),
            ("TWD", "10.0", "DECIMALS_NOT_SUPPORTED"),
            ("USD", "10,00", "INVALID_PARAMETER_SYNTAX"),
        ] {
            assert_eq!(payout(currency, value), [format!("body /items/0/amount/value: {code}")], "{currency} {value}");
        }
    }

    #[test]
    fn invoicing_has_its_own_codes_for_numbers() {
        assert_eq!(
            violations("invoices.list", r#"{"page_size": 101}"#),
            ["query /page_size: INVALID_INTEGER_MAX_VALUE"]
        );
        assert_eq!(violations("invoices.list", r#"{"page": 0}"#), ["query /page: INVALID_INTEGER_MIN_VALUE"]);
        assert_eq!(violations("plans.list", r#"{"page_size": 21}"#), ["query /page_size: INVALID_PARAMETER_VALUE"]);
    }

    #[test]
    fn what_is_for_the_sandbox_is_refused_in_live() {
        const TRIAL: Action = Action { sandbox_only: true, ..PLAIN };
        assert!(check(&TRIAL, &Arguments::new(None), Environment::Sandbox).is_ok());
        let failure = check(&TRIAL, &Arguments::new(None), Environment::Live).unwrap_err();
        assert_eq!(failure.details[0].issue.as_deref(), Some("NOT_SUPPORTED"));
    }

    #[test]
    fn a_body_that_is_too_large_is_not_even_read() {
        let arguments = Arguments::new(None).body("x".repeat(MAX_BODY + 1));
        let failure = check(find("orders.create").unwrap(), &arguments, Environment::Sandbox).unwrap_err();
        assert_eq!(failure.kind, Kind::TooLarge);
    }

    #[test]
    fn a_body_is_never_quoted() {
        let body = r#"{"intent": "CAPTURE", "payment_source": {"card": {"number": 4111111111111111}}}"#;
        let arguments = Arguments::new(Some(CallOptions::default())).body(body.to_owned());
        let failure = check(find("orders.create").unwrap(), &arguments, Environment::Sandbox).unwrap_err();
        assert!(!format!("{failure:?}").contains("4111"));
    }
}
