//! `orders.handle-update-callback`: the answer to PayPal's order-update callback.
//! When the payer picks an address or a shipping option, PayPal sends a request to the `callback_url` of
//! `order_update_callback_config`, and shows the shop's answer to the payer.
//! <https://developer.paypal.com/docs/checkout/standard/customize/shipping-module/>

use crate::{
    base::document::Document,
    call::{arguments::Arguments, check::not_json},
    paypal::{
        money,
        order_update::{Update, members},
    },
    platform::{failure::Failure, interface::Platform, reply::Reply},
};

/// PayPal's code for a shipping option that is not available.
const UNAVAILABLE: &str = "METHOD_UNAVAILABLE";

/// Builds the response from the callback and the shop's answer in the body. Sends nothing.
///
/// # Errors
/// If the body would not pass the check.
pub(crate) fn handle_update_callback(_: &dyn Platform, arguments: &Arguments) -> Result<Reply, Failure> {
    let document = Document::parse(arguments.body.as_deref().unwrap_or_default())
        .map_err(|fault| Failure::invalid_input(vec![not_json(fault)]))?;
    Ok(Reply::own(answer(Update(&document)).to_json()))
}

/// The status and the body of the response to PayPal, and for the shop the order's id and the selected option.
fn answer<'a>(update: Update<'a>) -> Document<'a> {
    let refusal = update.0.get("refusal").and_then(Document::as_text);
    let selected = update.selected().filter(|_| refusal.is_none());
    let option = selected.and_then(|index| update.options()[index].get("id"));
    let (status, body) = match selected {
        Some(selected) => (200, changed(update, selected)),
        None => (422, refused(refusal.unwrap_or(UNAVAILABLE))),
    };
    object([
        ("order_id", order_id(update)),
        ("selected_option", option.cloned()),
        ("status", Some(Document::from(status))),
        ("body", Some(body)),
    ])
}

/// The order's id, its options and its new amount. PayPal ends the checkout if this has any other part of an order.
fn changed<'a>(update: Update<'a>, selected: usize) -> Document<'a> {
    let option = |(index, option)| with_selection(option, index == selected);
    let options = update.options().iter().enumerate().map(option).collect();
    let breakdown = update.breakdown(&update.options()[selected]);
    let currency = update.currency();
    let total = money::sum(&breakdown, currency).map(|total| Document::from(money::decimal(total, currency)));
    let amount = object([
        ("currency_code", currency.map(|currency| Document::Text(currency.into()))),
        ("value", total),
        ("breakdown", Some(breakdown)),
    ]);
    let unit = object([
        ("reference_id", update.unit().and_then(|unit| unit.get("reference_id")).cloned()),
        ("amount", Some(amount)),
        ("shipping_options", Some(Document::Array(options))),
    ]);
    object([("id", order_id(update)), ("purchase_units", Some(Document::Array(vec![unit])))])
}

/// A refusal. PayPal shows the payer a sentence for each known code.
fn refused<'a>(code: &'a str) -> Document<'a> {
    let issue = object([("issue", Some(Document::Text(code.into())))]);
    object([
        ("name", Some(Document::Text("UNPROCESSABLE_ENTITY".into()))),
        ("details", Some(Document::Array(vec![issue]))),
    ])
}

fn order_id<'a>(update: Update<'a>) -> Option<Document<'a>> {
    update.callback()?.get("id").cloned()
}

/// The shop's option, selected or not.
fn with_selection<'a>(option: &Document<'a>, selected: bool) -> Document<'a> {
    let mut kept: Vec<_> = members(Some(option)).iter().filter(|(name, _)| name != "selected").cloned().collect();
    kept.push(("selected".into(), selected.into()));
    Document::Object(kept)
}

/// An object of the members that are not `None`.
fn object<'a, const N: usize>(members: [(&'static str, Option<Document<'a>>); N]) -> Document<'a> {
    Document::Object(members.into_iter().filter_map(|(name, value)| Some((name.into(), value?))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(update: &str) -> serde_json::Value {
        serde_json::from_str(&answer(Update(&Document::parse(update).unwrap())).to_json()).unwrap()
    }

    fn update(currency: &str, breakdown: &str, callback: &str, rest: &str) -> String {
        let money = |value: &str| format!(r#"{{"currency_code": "{currency}", "value": "{value}"}}"#);
        let options = |id: &str, value: &str, rest: &str| {
            format!(r#"{{"id": "{id}", "label": "{id}", "amount": {}{rest}}}"#, money(value))
        };
        let mut update = format!(
            r#"{{"callback": {{"id": "5O190127TN364715T"{callback}, "purchase_units": [
                {{"reference_id": "default", "payee": {{"merchant_id": "X"}},
                  "amount": {{"currency_code": "{currency}", "value": "0", "breakdown": {{{breakdown}}}}}}}]}},
              "shipping_options": [{}, {}]{rest}}}"#,
            options("slow", "1", ""),
            options("fast", "12", r#", "selected": true, "colour": 1.50"#),
        );
        for value in ["19.99", "0.10", "0.20", "5", "1050"] {
            update = update.replace(&format!("<{value}>"), &money(value));
        }
        update
    }

    #[test]
    fn the_total_is_the_exact_sum_with_the_selected_option_s_shipping() {
        let breakdown = r#""item_total": <19.99>, "shipping": <5>, "discount": <0.10>, "gift": 7"#;
        let answer = answered(&update("USD", breakdown, "", r#", "amounts": {"tax_total": <0.20>}"#));
        assert_eq!((&answer["status"], &answer["selected_option"]), (&200.into(), &"fast".into()));
        let amount = &answer["body"]["purchase_units"][0]["amount"];
        assert_eq!(amount["value"], "32.09");
        assert_eq!(amount["breakdown"]["shipping"]["value"], "12");
        assert_eq!(amount["breakdown"]["tax_total"]["value"], "0.20");
        assert_eq!(amount["breakdown"]["gift"], 7);
        let yen = answered(&update("JPY", r#""item_total": <1050>"#, "", ""));
        assert_eq!(yen["body"]["purchase_units"][0]["amount"]["value"], "1062");
    }

    #[test]
    fn the_payer_s_choice_comes_before_the_shop_s() {
        let chosen = |callback: &str| answered(&update("USD", r#""item_total": <5>"#, callback, ""));
        let slow = chosen(r#", "shipping_option": {"id": "slow", "label": "slow"}"#);
        assert_eq!((&slow["status"], &slow["selected_option"]), (&200.into(), &"slow".into()));
        let options = &slow["body"]["purchase_units"][0]["shipping_options"];
        assert_eq!((&options[0]["selected"], &options[1]["selected"]), (&true.into(), &false.into()));
        assert_eq!(chosen(r#", "shipping_option": null"#)["selected_option"], "fast");

        let gone = chosen(r#", "shipping_option": {"id": "boat"}"#);
        assert_eq!((&gone["status"], gone.get("selected_option")), (&422.into(), None));
        assert_eq!(gone["body"]["details"][0]["issue"], UNAVAILABLE);
    }

    #[test]
    fn paypal_gets_what_it_reads_back_and_the_options_as_they_are() {
        let answer = answered(&update("USD", r#""item_total": <5>"#, "", ""));
        // Sorted, since whether serde_json keeps the order depends on the features of other crates in the build.
        let keys = |value: &serde_json::Value| {
            let mut keys: Vec<_> = value.as_object().unwrap().keys().cloned().collect();
            keys.sort();
            keys.join(" ")
        };
        assert_eq!(keys(&answer["body"]), "id purchase_units");
        assert_eq!(keys(&answer["body"]["purchase_units"][0]), "amount reference_id shipping_options");
        assert_eq!(answer["body"]["purchase_units"][0]["shipping_options"][1]["colour"], 1.5);
    }

    #[test]
    fn a_refusal_is_a_422_with_its_code() {
        let answer = answered(r#"{"callback": {"id": "5O19"}, "refusal": "ZIP_ERROR"}"#);
        let body = serde_json::json!({"name": "UNPROCESSABLE_ENTITY", "details": [{"issue": "ZIP_ERROR"}]});
        assert_eq!(answer, serde_json::json!({"order_id": "5O19", "status": 422, "body": body}));
    }
}
