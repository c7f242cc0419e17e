use std::collections::BTreeSet;

use super::*;
use crate::{
    catalogue::{ACTIONS, Action},
    platform::{
        failure::Kind,
        response::Response,
        scripted::{Scripted, answer},
    },
};

const FIRST: &str = r#"{"plans": [{"id": "P-1", "name": "Monthly", "status": "ACTIVE"}, {"id": "P-2", "status": null}, {}],
    "links": [{"rel": "next", "href": "https://api-m.sandbox.paypal.com/v1/billing/plans?page_size=20&page=2"}]}"#;
const LAST: &str = r#"{"plans": [{"id": "P-3", "name": "Yearly Größe", "status": "INACTIVE"}]}"#;

fn pages(answers: &[&str]) -> Scripted {
    Scripted::new(answers.iter().map(|body| answer(200, body)).collect())
}

fn pairs(choices: &Choices) -> Vec<(&str, &str)> {
    choices.items.iter().map(|choice| (&*choice.value, &*choice.label)).collect()
}

/// The fields of a refusal, before which nothing was sent.
fn refused(action: &str, parameter: &str, input: &str, page: Option<&str>) -> Vec<(String, String)> {
    let platform = pages(&[]);
    let failure = choices(&platform, action, parameter, input, None, page).unwrap_err();
    assert_eq!((failure.kind, failure.request_sent), (Kind::InvalidInput, false), "{}", failure.message);
    assert!(platform.lines().is_empty());
    failure.details.into_iter().map(|it| (it.field.unwrap(), it.description.unwrap())).collect()
}

fn fields(refused: &[(String, String)]) -> Vec<&str> {
    refused.iter().map(|(field, _)| &**field).collect()
}

#[test]
fn the_choices_are_the_pages_of_the_listing_action() {
    let platform = pages(&[FIRST, LAST]);
    let first = choices(&platform, "plans.get", "id", "{}", None, None).unwrap();
    assert_eq!(pairs(&first), [("P-1", "Monthly · ACTIVE"), ("P-2", "P-2")]);
    let last = choices(&platform, "plans.get", "id", "{}", None, first.next.as_deref()).unwrap();
    assert_eq!(pairs(&last), [("P-3", "Yearly Größe · INACTIVE")]);
    assert_eq!(last.next, None);
    assert_eq!(platform.lines(), ["GET /v1/billing/plans?page_size=20", "GET /v1/billing/plans?page_size=20&page=2"]);
}

#[test]
fn the_input_narrows_them_and_its_options_are_passed_on() {
    let platform = pages(&[LAST]);
    let input = r#"{"product_id": "PROD-77", "body": {"quantity": 1, "plan_id": ""},
        "options": {"auth_assertion": "e30.e30.", "prefer": "minimal", "idempotency_key": "k"}}"#;
    choices(&platform, "subscriptions.create", "/body/plan_id", input, None, None).unwrap();
    let sent = platform.sent.borrow();
    assert_eq!(sent[0].line, "GET /v1/billing/plans?product_id=PROD-77&page_size=20");
    let headers = ["paypal-auth-assertion", "prefer", "paypal-request-id"].map(|name| sent[0].header(name));
    assert_eq!(headers, [Some("e30.e30."), None, None]);
}

#[test]
fn what_a_form_leaves_empty_narrows_nothing() {
    for empty in [r#""""#, "null"] {
        let platform = pages(&[LAST]);
        choices(&platform, "plans.get", "id", &format!(r#"{{"product_id": {empty}}}"#), None, None).unwrap();
        assert_eq!(platform.lines(), ["GET /v1/billing/plans?page_size=20"]);
    }
}

#[test]
fn a_search_in_any_case_reads_on_until_a_page_has_it() {
    let platform = pages(&[FIRST, LAST]);
    let found = choices(&platform, "plans.get", "id", "{}", Some("GRÖSSE"), None).unwrap();
    assert_eq!((pairs(&found), found.next.as_deref()), (vec![], None));
    let platform = pages(&[FIRST, LAST]);
    let found = choices(&platform, "plans.get", "id", "{}", Some("GRÖ"), None).unwrap();
    assert_eq!(pairs(&found), [("P-3", "Yearly Größe · INACTIVE")]);
    let platform = pages(&[FIRST]);
    let found = choices(&platform, "plans.get", "id", "{}", Some("p-2"), None).unwrap();
    assert_eq!(pairs(&found), [("P-2", "P-2")]);
    assert!(found.next.is_some());
}

#[test]
fn a_search_ends_after_ten_pages_and_says_where_to_go_on() {
    let twelve: Vec<_> = (2..12).map(|next| FIRST.replace("page=2", &format!("page={next}"))).collect();
    let platform = pages(&twelve.iter().map(|page| &**page).collect::<Vec<_>>());
    let found = choices(&platform, "plans.get", "id", "{}", Some("nothing has this"), None).unwrap();
    assert_eq!((found.items.len(), platform.lines().len()), (0, 10));
    assert!(found.next.unwrap().contains(r#""page":11"#));
}

#[test]
fn items_of_every_list_are_listed_with_what_only_the_list_needs() {
    let order = r#"{"id": "5O19", "purchase_units": [
        {"payments": {"captures": [{"id": "C1", "amount": {"value": "5.00", "currency_code": "EUR"}, "status": "COMPLETED"}]}},
        {"payments": {"authorizations": []}},
        {"payments": {"captures": [{"id": "C2"}, {"id": "C3"}]}}]}"#;
    let platform = pages(&[order]);
    let found = choices(&platform, "payments.refund-capture", "capture_id", r#"{"order_id": "5O19"}"#, None, None);
    assert_eq!(pairs(&found.unwrap()), [("C1", "5.00 · EUR · COMPLETED"), ("C2", "C2"), ("C3", "C3")]);
    assert_eq!(platform.lines(), ["GET /v2/checkout/orders/5O19"]);

    let missing = refused("payments.refund-capture", "capture_id", "{}", None);
    assert_eq!(fields(&missing), ["/order_id"]);
    assert_eq!(
        fields(&refused("payments.refund-capture", "capture_id", r#"{"order_id": "../x"}"#, None)),
        ["/order_id"]
    );
}

#[test]
fn the_choices_for_a_list_are_those_of_its_items() {
    let types = r#"{"event_types": [{"name": "CHECKOUT.ORDER.APPROVED", "description": "A payer approved it."}]}"#;
    for parameter in ["event_types", "/event_types", "/event_types/-", "/event_types/1"] {
        let platform = pages(&[types]);
        let found = choices(&platform, "triggers.subscribe", parameter, r#"{"url": "x"}"#, None, None).unwrap();
        assert_eq!(pairs(&found), [("CHECKOUT.ORDER.APPROVED", "CHECKOUT.ORDER.APPROVED · A payer approved it.")]);
    }
}

#[test]
fn the_values_of_an_enumeration_are_choices_without_a_call() {
    let none = pages(&[]);
    let values = |parameter, search| choices(&none, "products.create", parameter, "{}", search, None).unwrap();
    assert_eq!(
        pairs(&values("/body/type", None)),
        [("PHYSICAL", "Physical"), ("DIGITAL", "Digital"), ("SERVICE", "Service")]
    );
    assert_eq!(pairs(&values("/body/type", Some("serv"))), [("SERVICE", "Service")]);
    assert!(none.lines().is_empty());
    assert_eq!(fields(&refused("products.create", "/body/type", "{}", Some("{}"))), ["/page"]);
}

#[test]
fn a_wrong_argument_is_named() {
    let platform = pages(&[]);
    let unknown = choices(&platform, "plans.gett", "id", "{}", None, None).unwrap_err();
    assert!(unknown.message.contains("did you mean `plans.get`"), "{}", unknown.message);
    for parameter in ["ids", "", "/", "/body/plan", "/id/x", "/body/plan_id/-", "plan_id"] {
        assert_eq!(fields(&refused("subscriptions.create", parameter, "{}", None)), ["/parameter"], "{parameter}");
    }
    let nothing = refused("orders.create", "/body/purchase_units/0/description", "{}", None);
    assert!(nothing[0].1.contains("has no choices"));
    let text = refused("orders.get", "id", "{}", None);
    assert!(text[0].1.contains("CHECKOUT.ORDER.APPROVED"), "{text:?}");

    for input in ["", "[]", "{\"a\": 1, \"a\": 1}", "null"] {
        assert_eq!(fields(&refused("plans.get", "id", input, None)), [""], "{input}");
    }
    let misspelt = refused("plans.get", "id", r#"{"product": "PROD-77"}"#, None);
    assert_eq!(
        misspelt,
        [("/product".to_owned(), "there is no such parameter; did you mean `product_id`?".to_owned())]
    );
    for (input, page, field) in [
        (r#"{"product_id": {}}"#, None, "/product_id"),
        (r#"{"options": {"auth": 1}}"#, None, "/options/auth"),
        ("{}", Some(r#"{"page": 0}"#), "/page/page"),
        ("{}", Some("[]"), "/page"),
        ("{}", Some(r#"{"options": {"page_link": "https://example.com/"}}"#), "/page/options/page_link"),
    ] {
        assert_eq!(fields(&refused("plans.get", "id", input, page)), [field], "{input} {page:?}");
    }
}

#[test]
fn an_answer_with_other_types_has_fewer_choices() {
    for body in ["{}", r#"{"plans": null}"#, r#"{"plans": {"id": "P-1"}}"#, r#"{"plans": [1, null, {"id": {}}]}"#] {
        let found = choices(&pages(&[body]), "plans.get", "id", "{}", None, None).unwrap();
        assert_eq!(found, Choices { items: Vec::new(), next: None }, "{body}");
    }
    let failed: Result<Response, _> = answer(500, "{}");
    let platform = Scripted { attempts: 1, ..Scripted::new(vec![failed]) };
    assert_eq!(choices(&platform, "plans.get", "id", "{}", None, None).unwrap_err().kind, Kind::ProviderError);
}

/// The members of a request's body that are called an id and name nothing of PayPal's: numbers that the caller makes up, or
/// that a third party has.
const OTHERS_IDS: [&str; 21] = [
    "custom_id",
    "customer_reference_id",
    "device_manufacturer_id",
    "external_merchant_id",
    "external_reference_id",
    "fetch_id",
    "invoice_id",
    "item_id",
    "merchant_customer_id",
    "message_id",
    "parent_id",
    "partner_transaction_id",
    "payee_pricing_tier_id",
    "payee_receivable_fx_rate_id",
    "postage_payment_id",
    "reference_id",
    "sender_batch_id",
    "sender_item_id",
    "shopper_session_id",
    "tax_id",
    "tracking_id",
];

#[test]
fn every_id_of_paypal_s_has_choices_or_says_where_to_find_it() {
    let mut without = BTreeSet::new();
    let mut checked = 0;
    for action in ACTIONS {
        for parameter in action.parameters {
            if is_id(parameter.name) && !OTHERS_IDS.contains(&parameter.name) {
                checked += 1;
                let field = Field::find(action, parameter.name).unwrap();
                if field.source().is_none() {
                    without.insert(format!("{} {}", action.id, parameter.name));
                }
            }
        }
        checked += members(action, &mut without);
    }
    assert!(checked > 100, "{checked}");
    assert!(without.is_empty(), "without `x-options`:\n{}", without.into_iter().collect::<Vec<_>>().join("\n"));
}

fn is_id(name: &str) -> bool {
    name == "id" || name.ends_with("_id") || name.ends_with("_ids")
}

/// The ids among the first members of an action's body, which is where references to other resources are.
fn members(action: &'static Action, without: &mut BTreeSet<String>) -> usize {
    if action.body.is_none() {
        return 0;
    }
    let Ok(body) = Field::find(action, "/body") else { return 0 };
    let names = body.names();
    let ids: Vec<_> = names.iter().filter(|name| is_id(name) && **name != "id" && !OTHERS_IDS.contains(name)).collect();
    for name in &ids {
        let place = format!("/body/{name}");
        let found = Field::find(action, &place).is_ok_and(|field| field.source().is_some());
        if !found {
            without.insert(format!("{} {place}", action.id));
        }
    }
    ids.len()
}

#[test]
fn the_table_has_the_choices_that_the_schemas_have() {
    let catalogue = crate::catalogue::openapi();
    let catalogue: serde_json::Value = serde_json::from_str(&catalogue).unwrap();
    let mut compared = [0, 0];
    for action in ACTIONS {
        let input = catalogue.pointer(&action.input_schema()).unwrap();
        compare(&catalogue, action, input, "", 0, &mut compared);
    }
    assert!(compared[0] > 150 && compared[1] > 250, "{compared:?}");
}

/// Compares the choices of the members of an object, and of those below them.
fn compare(
    catalogue: &serde_json::Value,
    action: &'static Action,
    schema: &serde_json::Value,
    place: &str,
    depth: usize,
    compared: &mut [usize; 2],
) {
    let parts = all_parts(catalogue, schema);
    let members = parts.iter().filter_map(|part| part["properties"].as_object()).flatten();
    for (name, member) in members.filter(|(_, member)| member["readOnly"] != true && depth < 4) {
        let place = format!("{place}/{name}");
        let mut parts = all_parts(catalogue, member);
        let items: Vec<_> = parts.iter().filter_map(|part| part.get("items")).collect();
        parts.extend(items.into_iter().flat_map(|items| all_parts(catalogue, items)));
        let field = Field::find(action, &place).unwrap_or_else(|failure| panic!("{}: {}", action.id, failure.message));
        let options = parts.iter().find_map(|part| part.get("x-options"));
        let source = field.source().map(|text| serde_json::from_str::<serde_json::Value>(text).unwrap());
        assert_eq!(source.as_ref(), options, "{} {place}", action.id);
        let values: BTreeSet<String> = ["enum", "x-extensible-enum"]
            .iter()
            .flat_map(|keyword| parts.iter().filter_map(|part| part.get(*keyword)?.as_array()))
            .flatten()
            .filter(|value| !value.is_null())
            .map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
            .collect();
        if options.is_none() {
            assert_eq!(field.values().into_iter().collect::<BTreeSet<_>>(), values, "{} {place}", action.id);
        }
        compared[0] += usize::from(options.is_some());
        compared[1] += usize::from(!values.is_empty());
        compare(catalogue, action, member, &place, depth + 1, compared);
    }
}

/// A schema, with those that it refers to and consists of.
fn all_parts<'a>(catalogue: &'a serde_json::Value, schema: &'a serde_json::Value) -> Vec<&'a serde_json::Value> {
    let mut parts = vec![schema];
    let mut next = 0;
    while let Some(part) = parts.get(next).copied() {
        next += 1;
        let reference = part["$ref"].as_str().and_then(|it| it.strip_prefix('#'));
        parts.extend(reference.and_then(|place| catalogue.pointer(place)));
        for keyword in ["allOf", "anyOf", "oneOf"] {
            parts.extend(part[keyword].as_array().into_iter().flatten());
        }
    }
    parts
}
