//! Series of invoices: how they live, what they make, and how they are found.

use paypal_simulator::NewMerchant;
use serde_json::{Value, json};

use crate::{accounts::bearer, sandbox::Sandbox};

const SERIES: &str = "/v2/invoicing/recurring-invoices";
const SEARCH: &str = "/v2/invoicing/search-recurring-invoices";

fn series(plan: &Value) -> Value {
    json!({
        "plan_detail": plan,
        "recurring_info": {
            "detail": {"currency_code": "USD", "note": "Rent of the kiln", "payment_term": {"term_type": "NET_10"}},
            "primary_recipients": [{"billing_info": {
                "name": {"given_name": "Jo", "surname": "Moore"}, "email_address": "jo@example.com",
            }}],
            "items": [{"name": "Kiln", "quantity": "2", "unit_amount": {"currency_code": "USD", "value": "30.00"}}],
        },
    })
}

fn monthly(total: Option<u64>, start: &str) -> Value {
    let mut plan = json!({"frequency": {"interval_unit": "MONTH", "interval_count": 1}, "start_series_date": start});
    if let Some(total) = total {
        plan["total_cycles"] = total.into();
    }
    plan
}

fn create(paypal: &Sandbox, plan: &Value) -> String {
    paypal.post(SERIES, &series(plan)).ok()["id"].as_str().unwrap().to_owned()
}

fn get(paypal: &Sandbox, id: &str) -> Value {
    paypal.get(&format!("{SERIES}/{id}")).ok()
}

fn act(paypal: &Sandbox, id: &str, what: &str) -> u16 {
    paypal.post(&format!("{SERIES}/{id}/{what}"), &Value::Null).status
}

/// The dates of the invoices, the first one first.
fn dates(paypal: &Sandbox) -> Vec<String> {
    let list = paypal.get("/v2/invoicing/invoices").ok();
    let items = list["items"].as_array().into_iter().flatten();
    let mut dates: Vec<_> = items.map(|it| it["detail"]["invoice_date"].as_str().unwrap().to_owned()).collect();
    dates.sort();
    dates
}

#[test]
fn a_series_makes_its_invoices_on_their_days_and_expires() {
    let paypal = Sandbox::new();
    let id = create(&paypal, &monthly(Some(3), "2026-03-31"));
    assert_eq!((id.len(), &id[..3]), (20, "RI-"));
    paypal.days(60);
    assert!(dates(&paypal).is_empty(), "a draft makes none");
    let late = create(&paypal, &monthly(Some(3), "2026-08-31"));
    assert_eq!(act(&paypal, &late, "activate"), 204);
    let shown = get(&paypal, &late);
    let plan = &shown["plan_detail"];
    assert_eq!((&shown["status"], &plan["completed_cycles"]), (&json!("ACTIVE"), &json!(0)));
    assert_eq!(plan["next_occurrence_date"], "2026-08-31");
    assert_eq!(shown["recurring_info"]["amount"]["value"], "60.00");
    paypal.days(200);
    assert_eq!(dates(&paypal), ["2026-08-31", "2026-09-30", "2026-10-31"]);
    let shown = get(&paypal, &late);
    assert_eq!((&shown["status"], &shown["plan_detail"]["completed_cycles"]), (&json!("EXPIRED"), &json!(3)));
    assert_eq!(shown["plan_detail"]["next_occurrence_date"], Value::Null);
    let list = paypal.get("/v2/invoicing/invoices").ok();
    for invoice in list["items"].as_array().unwrap() {
        assert_eq!((&invoice["status"], &invoice["due_amount"]["value"]), (&json!("SENT"), &json!("60.00")));
        assert_eq!(paypal.effects().emails[invoice["id"].as_str().unwrap()], 1);
    }
    let numbers: Vec<_> = list["items"].as_array().unwrap().iter().map(|it| &it["detail"]["invoice_number"]).collect();
    assert!(numbers[0] != numbers[1] && numbers[1] != numbers[2], "{numbers:?}");
    assert_eq!(act(&paypal, &late, "cancel"), 422, "it has ended");
}

#[test]
fn a_series_that_should_have_begun_makes_its_first_invoice_at_once() {
    let paypal = Sandbox::new();
    let id = create(&paypal, &monthly(None, "2020-01-31"));
    assert_eq!(act(&paypal, &id, "activate"), 204);
    assert_eq!(dates(&paypal), ["2026-03-02"]);
    assert_eq!(get(&paypal, &id)["plan_detail"]["next_occurrence_date"], "2026-04-02");
    assert_eq!(act(&paypal, &id, "activate"), 422, "it is active");
    assert_eq!(act(&paypal, &id, "cancel"), 204);
    paypal.days(100);
    assert_eq!(dates(&paypal).len(), 1, "a cancelled series makes none");
    assert_eq!(get(&paypal, &id)["status"], "CANCELLED");
    assert_eq!(act(&paypal, &id, "cancel"), 422);
    let path = format!("{SERIES}/{id}");
    assert_eq!(paypal.send("PUT", &path, &[], &series(&monthly(None, "2026-04-01"))).status, 422);
    assert_eq!(paypal.send("DELETE", &path, &[], &Value::Null).status, 204);
    assert_eq!(paypal.get(&path).status, 404);
    assert_eq!(dates(&paypal).len(), 1, "its invoice stays");
}

#[test]
fn a_series_is_replaced_while_it_runs() {
    let paypal = Sandbox::new();
    let id = create(&paypal, &monthly(None, "2026-03-02"));
    act(&paypal, &id, "activate");
    let path = format!("{SERIES}/{id}");
    assert_eq!(paypal.send("DELETE", &path, &[], &Value::Null).status, 422, "it is active");
    let weekly = json!({"frequency": {"interval_unit": "WEEK", "interval_count": 2}, "total_cycles": 3});
    let mut other = series(&weekly);
    other["recurring_info"]["items"][0]["quantity"] = "1".into();
    let shown = paypal.send("PUT", &path, &[], &other).ok();
    assert_eq!(shown["recurring_info"]["amount"]["value"], "30.00");
    assert_eq!(shown["plan_detail"]["next_occurrence_date"], "2026-04-02", "the day of the next one stays");
    paypal.days(60);
    assert_eq!(dates(&paypal), ["2026-03-02", "2026-04-02", "2026-04-16"]);
    let list = paypal.get("/v2/invoicing/invoices").ok();
    let dues: Vec<_> = list["items"].as_array().unwrap().iter().map(|it| &it["due_amount"]["value"]).collect();
    assert_eq!(dues, ["30.00", "30.00", "60.00"], "the newest first");
    assert_eq!(get(&paypal, &id)["status"], "EXPIRED");
}

#[test]
fn what_no_series_can_be_is_refused() {
    let paypal = Sandbox::new();
    let plan = monthly(None, "2026-03-31");
    let mut cases = Vec::new();
    for (pointer, value, field) in [
        ("/plan_detail/frequency", Value::Null, "/plan_detail/frequency"),
        ("/plan_detail/frequency/interval_unit", json!("FORTNIGHT"), "/plan_detail/frequency/interval_unit"),
        ("/plan_detail/frequency/interval_count", json!(0), "/plan_detail/frequency/interval_count"),
        ("/plan_detail/start_series_date", json!("2026-02-30"), "/plan_detail/start_series_date"),
        ("/recurring_info", Value::Null, "/recurring_info"),
        ("/recurring_info/primary_recipients", Value::Null, "/recurring_info/primary_recipients"),
        ("/recurring_info/items/0/quantity", json!("two"), "/recurring_info/items/0/quantity"),
    ] {
        let mut body = series(&plan);
        *body.pointer_mut(pointer).unwrap() = value;
        cases.push((body, field));
    }
    let mut none = series(&plan);
    none["plan_detail"]["total_cycles"] = 0.into();
    cases.push((none, "/plan_detail/total_cycles"));
    for (body, field) in cases {
        let answer = paypal.post(SERIES, &body);
        assert_eq!((answer.status, &answer.body["details"][0]["field"]), (400, &json!(field)), "{body}");
    }
    assert!(paypal.effects().recurring_invoices.is_empty());
    let id = create(&paypal, &plan);
    let other = paypal.0.add_merchant(NewMerchant::default()).unwrap();
    let headers = [("authorization", &*bearer(&paypal, &other))];
    let path = format!("{SERIES}/{id}");
    for (method, path) in [("GET", path.clone()), ("DELETE", path.clone()), ("POST", format!("{path}/activate"))] {
        assert_eq!(paypal.send(method, &path, &headers, &Value::Null).refusal(), (403, "PERMISSION_DENIED"), "{path}");
    }
    for (method, rest) in [("GET", ""), ("PUT", ""), ("DELETE", ""), ("POST", "/activate"), ("POST", "/cancel")] {
        let body = if method == "PUT" { series(&plan) } else { Value::Null };
        let answer = paypal.send(method, &format!("{SERIES}/RI-0000000000000000{rest}"), &[], &body);
        assert_eq!(answer.status, 404, "{method} {rest}");
    }
}

#[test]
fn a_search_finds_what_meets_all_of_it() {
    let paypal = Sandbox::new();
    let first = create(&paypal, &monthly(None, "2026-03-31"));
    paypal.days(1);
    let mut other = series(&monthly(None, "2026-04-30"));
    other["recurring_info"]["detail"] = json!({"currency_code": "EUR", "reference": "PO 17"});
    other["recurring_info"]["items"][0]["unit_amount"]["currency_code"] = "EUR".into();
    let second = paypal.post(SERIES, &other).ok()["id"].as_str().unwrap().to_owned();
    act(&paypal, &first, "activate");
    let found = |body: Value| -> Vec<String> {
        let page = paypal.post(SEARCH, &body).ok();
        let series = page["recurring_invoices"].as_array().into_iter().flatten();
        series.map(|it| it["id"].as_str().unwrap().to_owned()).collect()
    };
    let (first, second) = (&first[..], &second[..]);
    let filters = |filters: Value| found(json!({"search_filters": filters}));
    assert_eq!(found(Value::Null), [second, first]);
    assert_eq!(filters(json!({"status": ["ACTIVE", "EXPIRED"]})), [first]);
    assert_eq!(filters(json!({"currency_code": "EUR"})), [second]);
    assert_eq!(filters(json!({"archived": true})), [""; 0]);
    let range = json!({"start": "2026-03-30", "end": "2026-03-31"});
    assert_eq!(filters(json!({"next_occurrence_date_range": range})), [first]);
    let range = json!({"start": "2026-03-03T00:00:00Z", "end": "2026-03-04T00:00:00Z"});
    assert_eq!(filters(json!({"creation_date_range": range})), [second]);
    assert_eq!(found(json!({"search_text": "po 1"})), [second]);
    assert_eq!(found(json!({"search_text": "KILN"})), [second, first]);
    assert_eq!(found(json!({"search_text": "kiln", "search_fields": ["NOTES"]})), [first]);
    assert_eq!(found(json!({"search_text": "jo moore", "search_fields": ["BILLING_NAME"]})), [second, first]);
    assert_eq!(found(json!({"search_text": "kiln", "search_filters": {"currency_code": "GBP"}})), [""; 0]);
    let page = paypal.post(&format!("{SEARCH}?page=2&page_size=1"), &json!({})).ok();
    assert_eq!(page["recurring_invoices"][0]["id"], *first);
    let wrong = paypal.post(SEARCH, &json!({"search_filters": {"creation_date_range": {"start": "x", "end": "y"}}}));
    assert_eq!(wrong.body["details"][0]["field"], "/search_filters/creation_date_range/start");
}
