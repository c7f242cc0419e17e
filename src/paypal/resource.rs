//! Reads payments, orders and other resources with an id and a status from PayPal's documents, in the shapes of both
//! generations of its APIs.

use super::kind::Kind;
use crate::base::document::Document;

/// An amount of money, as written by PayPal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Amount<'a> {
    /// The currency (ISO 4217).
    pub currency_code: &'a str,
    /// The decimal number.
    pub value: &'a str,
}

impl<'a> Amount<'a> {
    /// Reads an amount: `currency_code` and `value`, or in v1 `currency` and `value` or `total`. Returns `None` unless
    /// both are strings: a number would not keep its spelling.
    #[must_use]
    pub(crate) fn read(document: &'a Document) -> Option<Self> {
        let currency_code = text(document, "currency_code").or_else(|| text(document, "currency"))?;
        let value = text(document, "value").or_else(|| text(document, "total"))?;
        Some(Self { currency_code, value })
    }

    /// As an object in the shape of v2.
    #[must_use]
    pub(crate) fn to_document(&self) -> Document<'a> {
        Document::Object(vec![("currency_code".into(), self.currency_code.into()), ("value".into(), self.value.into())])
    }
}

/// The string of that name, unless it is empty.
#[must_use]
pub(crate) fn text<'a>(document: &'a Document, name: &str) -> Option<&'a str> {
    document.get(name).and_then(Document::as_text).filter(|text| !text.is_empty())
}

/// The value at a path of member names.
#[must_use]
pub(crate) fn at<'a, 'd>(document: &'a Document<'d>, path: &[&str]) -> Option<&'a Document<'d>> {
    path.iter().try_fold(document, |place, name| place.get(name))
}

/// The status of a resource, in upper case: v1 uses lower case. A payout has it in its header, a payout item in that of
/// its transaction, an invoice in an event one level down.
#[must_use]
pub(crate) fn status(resource: &Document) -> Option<String> {
    let batch = resource.get("batch_header");
    text(resource, "status")
        .or_else(|| text(resource, "state"))
        .or_else(|| text(resource, "transaction_status"))
        .or_else(|| batch.and_then(|header| text(header, "batch_status")))
        .or_else(|| resource.get("invoice").and_then(|invoice| text(invoice, "status")))
        .map(str::to_ascii_uppercase)
}

/// PayPal's code for why a resource has its status: for a payment that is pending, declined or under review, or a
/// payout that failed.
#[must_use]
pub(crate) fn status_reason<'a>(resource: &'a Document) -> Option<&'a str> {
    at(resource, &["status_details", "reason"])
        .and_then(Document::as_text)
        .or_else(|| text(resource, "reason_code"))
        .or_else(|| text(resource, "pending_reason"))
        .or_else(|| resource.get("errors").and_then(|errors| text(errors, "name")))
        .filter(|reason| !reason.is_empty())
}

/// The amount of a resource. An order has one if it has one purchase unit.
#[must_use]
pub(crate) fn amount<'a>(resource: &'a Document) -> Option<Amount<'a>> {
    let places: [&[&str]; 8] = [
        &["amount"],
        &["amount_with_breakdown", "gross_amount"],
        &["dispute_amount"],
        &["payout_item", "amount"],
        &["batch_header", "amount"],
        &["invoice", "amount"],
        &["invoice", "total_amount"],
        &["total_amount"],
    ];
    let found = places.into_iter().find_map(|path| at(resource, path).and_then(Amount::read));
    found.or_else(|| match resource.get("purchase_units")?.items() {
        [unit] => unit.get("amount").and_then(Amount::read),
        _ => None,
    })
}

/// The response code of the card's processor, such as `0000` (approved) or `5100`.
#[must_use]
pub(crate) fn processor_response_code<'a>(payment: &'a Document) -> Option<&'a str> {
    at(payment, &["processor_response", "response_code"]).and_then(Document::as_text)
}

/// A payment of an order. Its status, not the order's, says whether money has moved: a declined card leaves the order
/// `COMPLETED` and the capture `DECLINED`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Payment<'a> {
    /// An authorization, a capture or a refund.
    pub kind: Kind,
    /// Its id.
    pub id: Option<&'a str>,
    /// Its status, such as `COMPLETED`, `PENDING` or `DECLINED`.
    pub status: Option<String>,
    /// Why it has that status: `status_details.reason`.
    pub reason: Option<&'a str>,
    /// Its amount.
    pub amount: Option<Amount<'a>>,
    /// The response code of the card's processor, such as `0000` (approved) or `5100`.
    pub processor_response_code: Option<&'a str>,
}

impl Payment<'_> {
    /// As the document in the connector's replies.
    #[must_use]
    pub(crate) fn to_document(&self) -> Document<'_> {
        let mut members = vec![
            ("kind".into(), self.kind.as_str().into()),
            ("id".into(), self.id.into()),
            ("status".into(), self.status.as_deref().into()),
        ];
        members.extend(self.details().into_iter().map(|(name, value)| (name.into(), value)));
        Document::Object(members)
    }

    /// Its members other than kind, id and status.
    #[must_use]
    pub(crate) fn details(&self) -> Vec<(&'static str, Document<'_>)> {
        let amount = self.amount.as_ref().map(|amount| ("amount", amount.to_document()));
        let reason = self.reason.map(|reason| ("reason", reason.into()));
        let code = self.processor_response_code.map(|code| ("processor_response_code", code.into()));
        amount.into_iter().chain(reason).chain(code).collect()
    }
}

/// The lists of payments in a purchase unit of an order.
const PAYMENTS: [(&str, Kind); 3] =
    [("authorizations", Kind::Authorization), ("captures", Kind::Capture), ("refunds", Kind::Refund)];

/// Whether an order's payments are lists of objects. In another form they cannot be read, which does not mean that
/// there are none.
pub(crate) fn has_readable_payments(order: &Document) -> bool {
    let is_list = |list: Option<&Document>| match list {
        None | Some(Document::Null) => true,
        Some(Document::Array(items)) => items.iter().all(|item| matches!(item, Document::Object(_))),
        Some(_) => false,
    };
    let units = order.get("purchase_units").map(Document::items).unwrap_or_default();
    units.iter().all(|unit| match unit.get("payments") {
        None | Some(Document::Null) => true,
        Some(payments @ Document::Object(_)) => PAYMENTS.iter().all(|(name, _)| is_list(payments.get(name))),
        Some(_) => false,
    })
}

/// The payments of an order (Orders v2), by unit: authorizations, then captures, then refunds.
#[must_use]
pub(crate) fn payments<'a>(order: &'a Document) -> Vec<Payment<'a>> {
    let units = order.get("purchase_units").map(Document::items).unwrap_or_default();
    let mut payments = Vec::new();
    for of_unit in units.iter().filter_map(|unit| unit.get("payments")) {
        for (name, kind) in PAYMENTS {
            let items = of_unit.get(name).map(Document::items).unwrap_or_default();
            payments.extend(items.iter().map(|item| Payment {
                kind,
                id: text(item, "id"),
                status: status(item),
                reason: status_reason(item),
                amount: amount(item),
                processor_response_code: processor_response_code(item),
            }));
        }
    }
    payments
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with<T>(text: &str, read: impl FnOnce(&Document) -> T) -> T {
        read(&Document::parse(text).unwrap())
    }

    #[test]
    fn an_amount_is_read_in_each_shape_and_kept_as_written() {
        for (text, value) in [
            (r#"{"amount": {"currency_code": "USD", "value": "030.00"}}"#, "030.00"),
            (r#"{"amount": {"total": "30.10", "currency": "USD"}}"#, "30.10"),
            (r#"{"amount": {"currency": "USD", "value": "-1"}}"#, "-1"),
            (r#"{"amount_with_breakdown": {"gross_amount": {"currency_code": "USD", "value": "6"}}}"#, "6"),
            (r#"{"dispute_amount": {"currency_code": "USD", "value": "7"}}"#, "7"),
            (r#"{"payout_item": {"amount": {"currency": "USD", "value": "8"}}}"#, "8"),
            (r#"{"batch_header": {"amount": {"currency": "USD", "value": "9"}}}"#, "9"),
            (r#"{"invoice": {"amount": {"currency_code": "USD", "value": "3"}}}"#, "3"),
            (r#"{"total_amount": {"currency": "USD", "value": "4"}}"#, "4"),
            (r#"{"purchase_units": [{"amount": {"currency_code": "USD", "value": "5"}}]}"#, "5"),
        ] {
            let expected = Some(("USD".to_owned(), value.to_owned()));
            let read = with(text, |it| amount(it).map(|it| (it.currency_code.to_owned(), it.value.to_owned())));
            assert_eq!(read, expected, "{text}");
        }
        let unit = r#"{"amount": {"currency_code": "USD", "value": "5"}}"#;
        for text in [
            "{}",
            "[]",
            r#"{"amount": "5.00"}"#,
            r#"{"amount": {"value": "5.00"}}"#,
            r#"{"amount": {"currency_code": "USD"}}"#,
            r#"{"amount": {"currency_code": "USD", "value": null}}"#,
            r#"{"amount": {"currency_code": "USD", "value": 12.50}}"#,
            &format!(r#"{{"purchase_units": [{unit}, {unit}]}}"#),
        ] {
            assert!(with(text, |it| amount(it).is_none()), "{text}");
        }
    }

    #[test]
    fn a_status_is_in_capitals_wherever_it_stands() {
        for text in [
            r#"{"status": "PENDING"}"#,
            r#"{"state": "pending"}"#,
            r#"{"transaction_status": "PENDING"}"#,
            r#"{"batch_header": {"batch_status": "PENDING"}}"#,
            r#"{"invoice": {"status": "PENDING"}}"#,
        ] {
            assert_eq!(with(text, status).as_deref(), Some("PENDING"), "{text}");
        }
        assert_eq!(with(r#"{"status": 1, "state": ""}"#, status), None);
    }

    #[test]
    fn a_status_has_its_reason() {
        for text in [
            r#"{"status_details": {"reason": "ECHECK"}}"#,
            r#"{"reason_code": "ECHECK"}"#,
            r#"{"pending_reason": "ECHECK"}"#,
            r#"{"errors": {"name": "ECHECK"}}"#,
        ] {
            assert!(with(text, |it| status_reason(it) == Some("ECHECK")), "{text}");
        }
        assert!(with(r#"{"status_details": {"reason": ""}, "reason_code": 7}"#, |it| status_reason(it).is_none()));
    }

    #[test]
    fn every_payment_of_every_unit_is_found() {
        let order = r#"{"status": "COMPLETED", "purchase_units": [
            {"payments": {
                "captures": [{"id": "C1", "status": "DECLINED", "processor_response": {"response_code": "5100"},
                              "amount": {"currency_code": "INR", "value": "120.25"}},
                             {"id": "C2", "status": "PENDING", "status_details": {"reason": "PENDING_REVIEW"}}],
                "authorizations": [{"id": "A1", "status": "CAPTURED"}]}},
            {"reference_id": "unpaid"},
            {"payments": {"refunds": [{"id": "R1", "status": "COMPLETED"}], "captures": null}}]}"#;
        with(order, |order| {
            let payments = payments(order);
            let facts: Vec<_> = payments
                .iter()
                .map(|it| (it.kind.as_str(), it.id.unwrap(), it.status.as_deref().unwrap(), it.reason))
                .collect();
            assert_eq!(
                facts,
                [
                    ("authorization", "A1", "CAPTURED", None),
                    ("capture", "C1", "DECLINED", None),
                    ("capture", "C2", "PENDING", Some("PENDING_REVIEW")),
                    ("refund", "R1", "COMPLETED", None),
                ]
            );
            assert_eq!(payments[1].processor_response_code, Some("5100"));
            let amount = payments[1].amount.as_ref().unwrap();
            assert_eq!(amount.to_document().to_json(), r#"{"currency_code":"INR","value":"120.25"}"#);
        });
        assert!(with("[]", |it| payments(it).is_empty()));
        assert!(with(r#"{"purchase_units": {"payments": 1}}"#, |it| payments(it).is_empty()));
    }
}
