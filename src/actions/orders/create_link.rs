//! `orders.create-link`: an order for an amount, or for minutes and a rate, and the link with which its payer pays.

mod order;
pub(crate) mod price;

use crate::{
    actions::orders::create_link::{
        order::{Payable, order},
        price::{Price, price},
    },
    base::document::Document,
    call::{
        arguments::Arguments,
        options::{CallOptions, Prefer},
        run::call,
    },
    catalogue::orders,
    paypal::resource::{self, Amount},
    platform::{
        failure::{Failure, Issue, Kind},
        interface::Platform,
        reply::Reply,
    },
};

/// Creates the order, and returns its id, the payer's link and PayPal's document.
///
/// # Errors
/// `invalid-input` if the price is not valid; those of `orders.create`; `outcome-unknown`, with PayPal's document, if
/// the created order has no link.
pub(crate) fn create_link(platform: &dyn Platform, arguments: &Arguments) -> Result<Reply, Failure> {
    let price = price(arguments)?;
    // The whole order, unless the caller wants less: a minimal one has no amount.
    let options =
        CallOptions { prefer: arguments.options.prefer.or(Some(Prefer::Representation)), ..arguments.options.clone() };
    let input = Arguments::new(Some(options)).body(order(&price, arguments).to_json());
    let reply = call(platform, orders::CREATE, &input).map_err(|failure| in_our_terms(failure, &price))?;
    let body = reply.body.as_deref().unwrap_or_default();
    let Ok(document) = Document::parse(body) else { return Err(without_link(&reply, None)) };
    let Some(payable) = Payable::read(&document) else { return Err(without_link(&reply, None)) };
    if payable.link.is_none() && !payable.is_past_the_payer() {
        return Err(without_link(&reply, Some(payable.id)));
    }
    let body = answer(&payable, &price, &document, body);
    Ok(Reply { body: Some(body), next: None, ..reply })
}

/// The reply's body, with PayPal's document unchanged. The amount is PayPal's, or null: a repeated key gets the order
/// of the earlier call, which may have another amount. `converted_from` is only set if PayPal's amount is the requested
/// one.
fn answer(payable: &Payable, price: &Price, document: &Document, order: &str) -> String {
    let amount = resource::amount(document);
    let converted_from = price.converted_from.as_ref().filter(|_| amount.as_ref().is_some_and(|it| price.is(it)));
    let converted_from = converted_from.map_or(Document::Null, |from| {
        let members = [("minutes", &from.minutes), ("rate", &from.rate)];
        Document::Object(members.map(|(name, value)| (name.into(), value.clone().into())).into())
    });
    let members = [
        ("order_id", payable.id.into()),
        ("status", payable.status.into()),
        ("link", payable.link.map(|(_, href)| href).into()),
        ("link_rel", payable.link.map(|(rel, _)| rel).into()),
        ("amount", amount.as_ref().map_or(Document::Null, Amount::to_document)),
        ("converted_from", converted_from),
    ];
    Document::to_json_with(members, "order", order)
}

/// A refusal with this action's member names in place of the order's.
fn in_our_terms(failure: Failure, price: &Price) -> Failure {
    const UNIT: [&str; 2] = ["/purchase_units/0", "/purchase_units/@reference_id=='default'"];
    let ours = |field: &str| {
        let of_unit = UNIT.iter().find_map(|unit| field.strip_prefix(unit));
        let of_context = field.strip_prefix("/payment_source/paypal/experience_context");
        Some(match of_unit.or(of_context)? {
            "/custom_id" => "/reference",
            "/amount/currency_code" => "/currency",
            "/amount/value" if price.converted_from.is_some() => "/minutes",
            "/amount/value" => "/amount",
            "/description" => "/description",
            "/invoice_id" => "/invoice_id",
            "/brand_name" => "/brand_name",
            "/return_url" => "/return_url",
            "/cancel_url" => "/cancel_url",
            _ => return None,
        })
    };
    let details = failure.details.iter().cloned().map(|issue| match issue.field.as_deref().and_then(ours) {
        Some(field) => Issue { field: Some(field.to_owned()), ..issue },
        None => issue,
    });
    let details: Vec<_> = details.collect();
    match failure.request_sent {
        true => Failure { details, ..failure },
        // The message of the local check names the member too.
        false if failure.kind == Kind::InvalidInput => {
            Failure { idempotency_key: failure.idempotency_key, ..Failure::invalid_input(details) }
        }
        false => failure,
    }
}

/// The failure if PayPal has created an order without a link, like a response that cannot be understood; see
/// [`crate::platform::reply`].
fn without_link(reply: &Reply, id: Option<&str>) -> Failure {
    let order = id.map_or("an order".to_owned(), |id| format!("the order {id}"));
    let message = format!(
        "PayPal has created {order}, but answered without a link for its payer; check with `orders.get`, or repeat the call with \
         the same idempotency key"
    );
    Failure {
        status: Some(reply.status),
        debug_id: reply.debug_id.clone(),
        retryable: true,
        request_sent: true,
        idempotency_key: reply.idempotency_key.clone(),
        attempts: reply.attempts,
        body: reply.body.clone(),
        ..Failure::unsent(Kind::OutcomeUnknown, message)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{
        call::options::{CallOptions, Prefer},
        platform::{
            response::Cause,
            scripted::{Scripted, answer, lost},
        },
    };

    const CREATED: &str = r#"{"id": "5O19", "status": "CREATED",  "new": 1.0, "links": [
        {"href": "https://api.sandbox.paypal.com/v2/checkout/orders/5O19", "rel": "self", "method": "GET"},
        {"href": "https://www.sandbox.paypal.com/checkoutnow?token=5O19", "rel": "approve", "method": "GET"}]}"#;

    fn arguments(members: &[(&'static str, &str)]) -> Arguments<'static> {
        members.iter().fold(Arguments::new(None), |arguments, (name, value)| arguments.with(name, (*value).to_owned()))
    }

    fn body(reply: &Reply) -> Value {
        serde_json::from_str(reply.body.as_deref().unwrap()).unwrap()
    }

    #[test]
    fn a_link_for_an_amount() {
        let platform = Scripted::new(vec![answer(201, CREATED)]);
        let options = CallOptions {
            idempotency_key: Some("mine".into()),
            prefer: Some(Prefer::Minimal),
            auth_assertion: Some("e30.e30.".into()),
            deadline_ms: Some(60_000),
            ..CallOptions::default()
        };
        let arguments = Arguments { options, ..arguments(&[("amount", "120.25"), ("currency", "INR")]) };
        let reply = create_link(&platform, &arguments).unwrap();
        assert_eq!(platform.lines(), ["POST /v2/checkout/orders"]);
        let sent = &platform.sent.borrow()[0];
        let amount = json!({"currency_code": "INR", "value": "120.25"});
        assert_eq!(sent.json(), json!({"intent": "CAPTURE", "purchase_units": [{"amount": amount}]}));
        for (name, value) in
            [("paypal-request-id", "mine"), ("prefer", "return=minimal"), ("paypal-auth-assertion", "e30.e30.")]
        {
            assert_eq!(sent.header(name), Some(value));
        }
        assert!(sent.has_deadline);
        let expected = json!({
            "order_id": "5O19", "status": "CREATED", "link_rel": "approve",
            "link": "https://www.sandbox.paypal.com/checkoutnow?token=5O19",
            "amount": null, "converted_from": null, "order": serde_json::from_str::<Value>(CREATED).unwrap(),
        });
        assert_eq!(body(&reply), expected);
        assert!(reply.body.as_ref().unwrap().contains(CREATED), "as PayPal has written it");
        assert_eq!((reply.status, reply.attempts, reply.debug_id.as_deref()), (201, 1, Some("f00d")));
        assert_eq!(reply.idempotency_key.as_deref(), Some("mine"));
    }

    #[test]
    fn a_link_for_minutes_with_addresses() {
        let order = CREATED.replace("approve", "payer-action").replace("CREATED", "PAYER_ACTION_REQUIRED");
        let platform = Scripted::new(vec![answer(503, ""), answer(200, &order)]);
        let reply = create_link(
            &platform,
            &arguments(&[
                ("minutes", "45"),
                ("rate", "2.675"),
                ("currency", "USD"),
                ("convert", "minutes"),
                ("return_url", "https://shop.example.com/thanks?n=1"),
            ]),
        )
        .unwrap();
        let sent = platform.sent.borrow();
        let order = sent[0].json();
        assert_eq!(order["purchase_units"][0]["amount"]["value"], "120.38");
        let context = &order["payment_source"]["paypal"]["experience_context"];
        assert_eq!(context["return_url"], "https://shop.example.com/thanks?n=1");
        // The same key for both attempts, which PayPal requires with a payment source.
        let key = sent[0].header("paypal-request-id");
        assert!(key.is_some() && key == sent[1].header("paypal-request-id") && key == reply.idempotency_key.as_deref());
        let body = body(&reply);
        assert_eq!((&body["link_rel"], &body["status"]), (&json!("payer-action"), &json!("PAYER_ACTION_REQUIRED")));
        assert_eq!((reply.status, reply.attempts), (200, 2));
    }

    #[test]
    fn an_order_without_a_link_is_not_lost() {
        let without = |status: &str| format!(r#"{{"id": "5O19", "status": "{status}", "links": []}}"#);
        for order in [&*without("CREATED"), &without("PAYER_ACTION_REQUIRED"), "{}", "[]"] {
            let platform = Scripted { attempts: 1, ..Scripted::new(vec![answer(201, order)]) };
            let failure = create_link(&platform, &arguments(&[("amount", "1"), ("currency", "USD")])).unwrap_err();
            assert_eq!((failure.kind, failure.status, failure.attempts), (Kind::OutcomeUnknown, Some(201), 1));
            assert_eq!(failure.message.contains("the order 5O19"), order.contains("5O19"));
            assert_eq!((failure.body.as_deref(), failure.debug_id.as_deref()), (Some(order), Some("f00d")));
            assert!(failure.retryable && failure.request_sent && failure.idempotency_key.is_some());
        }
        // The order of an earlier call with the same key, which has been paid meanwhile.
        let platform = Scripted::new(vec![answer(200, &without("COMPLETED"))]);
        let body = body(&create_link(&platform, &arguments(&[("amount", "1"), ("currency", "USD")])).unwrap());
        assert_eq!((&body["link"], &body["link_rel"]), (&Value::Null, &Value::Null));
        assert_eq!((&body["order_id"], &body["status"]), (&json!("5O19"), &json!("COMPLETED")));
    }

    #[test]
    fn the_amount_is_paypal_s_and_never_what_was_asked_for() {
        let order = |unit: Value| {
            let links = json!([{"rel": "approve", "href": "https://x"}]);
            json!({"id": "5O19", "status": "CREATED", "links": links, "purchase_units": [unit]}).to_string()
        };
        let amount = |currency: &str, value: &str| json!({"currency_code": currency, "value": value});
        let members = [("minutes", "2"), ("rate", "5"), ("currency", "USD")];
        let asked = json!({"minutes": "2", "rate": "5"});
        for (status, unit, expected, converted_from) in [
            (201, json!({"amount": amount("USD", "10.00")}), amount("USD", "10.00"), asked.clone()),
            (201, json!({"amount": amount("USD", "10.0")}), amount("USD", "10.0"), asked),
            // A repeated key, used before for another amount.
            (200, json!({"amount": amount("USD", "99.00")}), amount("USD", "99.00"), Value::Null),
            (200, json!({"amount": amount("INR", "10.00")}), amount("INR", "10.00"), Value::Null),
            // A response without an amount.
            (200, json!({}), Value::Null, Value::Null),
            (201, json!({}), Value::Null, Value::Null),
        ] {
            let platform = Scripted::new(vec![answer(status, &order(unit))]);
            let body = body(&create_link(&platform, &arguments(&members)).unwrap());
            assert_eq!((&body["amount"], &body["converted_from"]), (&expected, &converted_from));
        }
    }

    #[test]
    fn paypal_is_asked_for_the_whole_order_unless_the_caller_wants_less() {
        for (prefer, sent) in [
            (None, "return=representation"),
            (Some(Prefer::Representation), "return=representation"),
            (Some(Prefer::Minimal), "return=minimal"),
        ] {
            let platform = Scripted::new(vec![answer(201, CREATED)]);
            let options = CallOptions { prefer, ..CallOptions::default() };
            create_link(&platform, &Arguments { options, ..arguments(&[("amount", "1"), ("currency", "USD")]) })
                .unwrap();
            assert_eq!(platform.sent.borrow()[0].header("prefer"), Some(sent));
        }
    }

    #[test]
    fn what_is_wrong_with_the_price_is_said_at_once_and_sends_nothing() {
        let platform = Scripted::new(Vec::new());
        let failure =
            create_link(&platform, &arguments(&[("minutes", "abc"), ("rate", "-1"), ("currency", "XYZ")])).unwrap_err();
        let fields: Vec<_> = failure.details.iter().filter_map(|issue| issue.field.as_deref()).collect();
        assert_eq!(fields, ["/currency", "/minutes", "/rate"]);
        assert_eq!((failure.kind, failure.request_sent, failure.attempts), (Kind::InvalidInput, false, 0));
    }

    #[test]
    fn an_address_is_what_orders_take() {
        let members = |address| [("amount", "1"), ("currency", "USD"), ("return_url", address)];
        // A link into an app is one too.
        for address in ["https://shop.example.com/thanks", "com.example.shop://paypalpay"] {
            let platform = Scripted::new(vec![answer(201, CREATED)]);
            create_link(&platform, &arguments(&members(address))).unwrap();
        }
    }

    #[test]
    fn a_refusal_names_our_members() {
        // By the local check of the order,
        let platform = Scripted::new(Vec::new());
        let long = "x".repeat(300);
        let members = [("amount", "1"), ("currency", "USD"), ("reference", &*long), ("invoice_id", &long)];
        let failure = create_link(&platform, &arguments(&members)).unwrap_err();
        let fields: Vec<_> = failure.details.iter().filter_map(|issue| issue.field.as_deref()).collect();
        assert_eq!((failure.kind, fields), (Kind::InvalidInput, vec!["/reference", "/invoice_id"]));
        assert!(failure.message.contains("/reference "), "{}", failure.message);
        // and by PayPal.
        let refusal = json!({"name": "UNPROCESSABLE_ENTITY", "details": [
            {"field": "/purchase_units/@reference_id=='default'/amount/currency_code", "issue": "CURRENCY_NOT_SUPPORTED"},
            {"field": "/purchase_units/@reference_id=='default'/payee", "issue": "PAYEE_ACCOUNT_RESTRICTED"}]});
        let platform = Scripted::new(vec![answer(422, &refusal.to_string())]);
        let failure = create_link(&platform, &arguments(&[("amount", "1"), ("currency", "USD")])).unwrap_err();
        let fields: Vec<_> = failure.details.iter().filter_map(|issue| issue.field.as_deref()).collect();
        assert_eq!(fields, ["/currency", "/purchase_units/@reference_id=='default'/payee"]);
        assert_eq!(failure.kind, Kind::Unprocessable);

        let refusal = json!({"name": "UNPROCESSABLE_ENTITY", "details": [
            {"field": "/purchase_units/@reference_id=='default'/amount/value", "issue": "MAX_VALUE_EXCEEDED"}]});
        for (members, field) in [
            (&[("amount", "1"), ("currency", "USD")][..], "/amount"),
            (&[("minutes", "1"), ("rate", "1"), ("currency", "USD")], "/minutes"),
        ] {
            let platform = Scripted::new(vec![answer(422, &refusal.to_string())]);
            let failure = create_link(&platform, &arguments(members)).unwrap_err();
            assert_eq!(failure.details[0].field.as_deref(), Some(field));
        }
    }

    #[test]
    fn an_unknown_outcome_is_passed_on_with_the_key() {
        let platform = Scripted { attempts: 1, ..Scripted::new(vec![lost(Cause::Broken, true)]) };
        let failure = create_link(&platform, &arguments(&[("amount", "1"), ("currency", "USD")])).unwrap_err();
        assert_eq!((failure.kind, failure.attempts, failure.retryable), (Kind::OutcomeUnknown, 1, true));
        assert!(failure.idempotency_key.is_some());
    }
}
