//! The order to create, and the link in PayPal's response.

use crate::{base::document::Document, call::arguments::Arguments};

use super::price::Price;

/// The order to create: one purchase unit, with intent `CAPTURE`.
///
/// The payer's return URLs are in `payment_source.paypal.experience_context`: `application_context`, which has the
/// same, is deprecated (PayPal's file of Orders v2). To an order with that payment source PayPal responds with the
/// status `PAYER_ACTION_REQUIRED` and the link `payer-action`, and it requires an idempotency key, which every call of
/// `orders.create` has. Without URLs and a name to show, the order has no payment source: PayPal responds with
/// `CREATED` and the link `approve`, and the payer chooses how to pay.
#[must_use]
pub(crate) fn order<'a>(price: &'a Price, arguments: &'a Arguments) -> Document<'a> {
    let member = |name: &str| arguments.value(name).cloned();
    let mut unit = vec![(
        "amount".into(),
        Document::Object(vec![
            ("currency_code".into(), price.currency.into()),
            ("value".into(), (&*price.value).into()),
        ]),
    )];
    for (name, of_paypal) in [("description", "description"), ("reference", "custom_id"), ("invoice_id", "invoice_id")]
    {
        unit.extend(member(name).map(|value| (of_paypal.into(), value)));
    }
    let mut order = vec![
        ("intent".into(), "CAPTURE".into()),
        ("purchase_units".into(), Document::Array(vec![Document::Object(unit)])),
    ];
    let mut context: Vec<_> = ["brand_name", "return_url", "cancel_url"]
        .into_iter()
        .filter_map(|name| Some((name.into(), member(name)?)))
        .collect();
    if !context.is_empty() {
        // The amount is final, so PayPal's button says "Pay Now".
        context.push(("user_action".into(), "PAY_NOW".into()));
        let wallet = Document::Object(vec![("experience_context".into(), Document::Object(context))]);
        order.push(("payment_source".into(), Document::Object(vec![("paypal".into(), wallet)])));
    }
    Document::Object(order)
}

/// The parts of PayPal's order that the payer needs.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Payable<'a> {
    /// The order's id.
    pub id: &'a str,
    /// Its status.
    pub status: Option<&'a str>,
    /// The link's relation and URL; `None` once the payer has approved.
    pub link: Option<(&'a str, &'a str)>,
}

impl<'a> Payable<'a> {
    /// Reads PayPal's order. Returns `None` if it has no id.
    #[must_use]
    pub(crate) fn read(order: &'a Document) -> Option<Self> {
        let text = |of: &'a Document, name| of.get(name).and_then(Document::as_text).filter(|text| !text.is_empty());
        let links = order.get("links").map(Document::items).unwrap_or_default();
        let link = |rel: &str| {
            let link = links.iter().find(|it| text(it, "rel").is_some_and(|it| it.eq_ignore_ascii_case(rel)))?;
            Some((text(link, "rel")?, text(link, "href")?))
        };
        Some(Self {
            id: text(order, "id")?,
            status: text(order, "status"),
            link: link("payer-action").or_else(|| link("approve")),
        })
    }

    /// Whether the payer has approved, so that the order has no link: a repeated key gets the earlier call's order in
    /// its current state.
    #[must_use]
    pub(crate) fn is_past_the_payer(&self) -> bool {
        matches!(self.status, Some("APPROVED" | "COMPLETED" | "VOIDED"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn made(members: &[(&'static str, &str)]) -> serde_json::Value {
        let price = Price { currency: "INR", value: "120.25".into(), converted_from: None };
        let arguments =
            members.iter().fold(Arguments::new(None), |it, (name, value)| it.with(name, (*value).to_owned()));
        serde_json::from_str(&order(&price, &arguments).to_json()).unwrap()
    }

    #[test]
    fn an_order_has_what_was_given() {
        let amount = json!({"currency_code": "INR", "value": "120.25"});
        assert_eq!(made(&[]), json!({"intent": "CAPTURE", "purchase_units": [{"amount": amount}]}));
        let made = made(&[
            ("reference", "session \"7\""),
            ("description", "Half an hour"),
            ("invoice_id", "INV-7"),
            ("return_url", "https://shop.example.com/thanks"),
            ("cancel_url", "https://shop.example.com/sorry"),
            ("amount", "120.25"),
        ]);
        let unit = json!({"amount": amount, "custom_id": "session \"7\"", "description": "Half an hour",
            "invoice_id": "INV-7"});
        let context = json!({"return_url": "https://shop.example.com/thanks",
            "cancel_url": "https://shop.example.com/sorry", "user_action": "PAY_NOW"});
        let expected = json!({"intent": "CAPTURE", "purchase_units": [unit],
            "payment_source": {"paypal": {"experience_context": context}}});
        assert_eq!(made, expected);
    }

    #[test]
    fn one_address_or_a_name_alone_makes_a_payment_source() {
        for name in ["return_url", "cancel_url", "brand_name"] {
            let context = &made(&[(name, "x")])["payment_source"]["paypal"]["experience_context"];
            assert_eq!(context, &json!({name: "x", "user_action": "PAY_NOW"}));
        }
    }

    #[test]
    fn the_payer_s_link_is_found() {
        let read = |status: &str, links: &str| {
            let order = format!(r#"{{"id": "5O19", "status": "{status}", "links": {links}}}"#);
            let order = Document::parse(&order).unwrap();
            let payable = Payable::read(&order).unwrap();
            (payable.link.map(|(rel, href)| format!("{rel} {href}")), payable.is_past_the_payer())
        };
        let link = |rel: &str| format!(r#"{{"href": "https://x.example/{rel}", "rel": "{rel}", "method": "GET"}}"#);
        for (rels, expected) in [
            (&["self", "approve", "capture"][..], Some("approve https://x.example/approve")),
            (&["self", "payer-action"], Some("payer-action https://x.example/payer-action")),
            (&["approve", "payer-action"], Some("payer-action https://x.example/payer-action")),
            (&["APPROVE"], Some("APPROVE https://x.example/APPROVE")),
            (&["self"], None),
        ] {
            let links: Vec<_> = rels.iter().map(|rel| link(rel)).collect();
            assert_eq!(read("CREATED", &format!("[{}]", links.join(","))), (expected.map(str::to_owned), false));
        }
        assert_eq!(read("CREATED", r#"[{"rel": "approve"}]"#), (None, false));
        assert_eq!(read("COMPLETED", "{}"), (None, true));
        assert_eq!(Payable::read(&Document::parse(r#"{"status": "CREATED"}"#).unwrap()), None);
    }
}
