//! Searches for invoices: an invoice meets all that is given.

use serde_json::Value;

use crate::{
    base::{clock::Moment, scopes},
    operations::invoices::newest,
    operations::operation::{Operation, operation},
    request::{answer::Answer, call::Call, paging::Page, refusal::Refusal},
    world::{World, invoice::Invoice, money::Money},
};

/// The operations.
pub(crate) static OPERATIONS: &[Operation] =
    &[operation("invoices.search", "POST", PATH, scopes::INVOICES_READ, search)];

const PATH: &str = "/v2/invoicing/search-invoices";

/// The first and the last day, such as `2026-03-02`, of a range.
pub(crate) type Days = (String, String);

/// What is searched by. A member of the body that is not here is compared by [`Wish::fits`] as it is.
struct Wish<'a> {
    body: &'a Value,
    total: Option<(Money, Money)>,
    invoice_date: Option<Days>,
    due_date: Option<Days>,
    payment_date: Option<Days>,
    created: Option<(Moment, Moment)>,
}

impl<'a> Wish<'a> {
    fn read(body: &'a Value) -> Result<Self, Refusal> {
        Ok(Self {
            body,
            total: total(&body["total_amount_range"])?,
            invoice_date: days(body, "invoice_date_range", "T00:00:00Z")?,
            due_date: days(body, "due_date_range", "T00:00:00Z")?,
            // The payments of an invoice have days only.
            payment_date: days(body, "payment_date_range", "")?,
            created: times(body, "creation_date_range", "")?,
        })
    }

    fn fits(&self, invoice: &Invoice) -> bool {
        let detail = &invoice.members["detail"];
        let wanted = |name: &str| self.body[name].is_null() || self.body[name] == detail[name];
        let among = |days: &Option<Days>, day: &Value| {
            days.as_ref().is_none_or(|(first, last)| day.as_str().is_some_and(|day| &**first <= day && day <= &**last))
        };
        let states = self.body["status"].as_array();
        let total = invoice.amounts.total;
        states.is_none_or(|states| states.iter().any(|state| *state == *invoice.status()))
            && ["invoice_number", "currency_code", "reference", "memo"].into_iter().all(wanted)
            && self.recipient(&invoice.members["primary_recipients"])
            && self.total.is_none_or(|(least, most)| {
                total.currency == least.currency && (least.minor..=most.minor).contains(&total.minor)
            })
            && among(&self.invoice_date, &detail["invoice_date"])
            && among(&self.due_date, &detail["payment_term"]["due_date"])
            && (self.payment_date.is_none()
                || invoice.payments.iter().any(|it| among(&self.payment_date, &it.document["payment_date"])))
            && self.created.is_none_or(|(start, end)| (start..=end).contains(&invoice.created))
            // Nothing is ever put into the archive here.
            && self.body["archived"] != true
    }

    /// Whether one of the recipients is the one that is searched for, if any is. Letters count in either case.
    fn recipient(&self, recipients: &Value) -> bool {
        let names = [
            ("recipient_email", "/billing_info/email_address"),
            ("recipient_first_name", "/billing_info/name/given_name"),
            ("recipient_last_name", "/billing_info/name/surname"),
            ("recipient_business_name", "/billing_info/business_name"),
        ];
        let given: Vec<_> = names.into_iter().filter_map(|(name, at)| Some((self.body[name].as_str()?, at))).collect();
        let is = |recipient: &Value, (wanted, at): &(&str, &str)| {
            let text = recipient.pointer(at).and_then(Value::as_str).unwrap_or_default();
            text.to_lowercase() == wanted.to_lowercase()
        };
        let mut recipients = recipients.as_array().into_iter().flatten();
        given.is_empty() || recipients.any(|recipient| given.iter().all(|wanted| is(recipient, wanted)))
    }
}

/// Reads the bounds of the total.
fn total(range: &Value) -> Result<Option<(Money, Money)>, Refusal> {
    if range.is_null() {
        return Ok(None);
    }
    let bound = |name: &str| Money::read(&range[name], &format!("/total_amount_range/{name}"));
    let (least, most) = (bound("lower_amount")?, bound("upper_amount")?);
    if least.currency != most.currency {
        let field = "/total_amount_range/upper_amount/currency_code";
        let description = "It must be that of the lower amount.";
        return Err(Refusal::invalid(field, most.currency, "INVALID_PARAMETER_VALUE", description));
    }
    Ok(Some((least, most)))
}

/// Reads the bounds of a time. Days become times by `midnight`.
pub(crate) fn times(body: &Value, name: &str, midnight: &str) -> Result<Option<(Moment, Moment)>, Refusal> {
    let range = &body[name];
    if range.is_null() {
        return Ok(None);
    }
    let bound = |end: &str| {
        let text = range[end].as_str().unwrap_or_default();
        Moment::parse(&format!("{text}{midnight}")).ok_or_else(|| {
            let (field, description) = (format!("/{name}/{end}"), "It is no such date.");
            Refusal::invalid(&field, range[end].clone(), "INVALID_PARAMETER_SYNTAX", description)
        })
    };
    Ok(Some((bound("start")?, bound("end")?)))
}

pub(crate) fn days(body: &Value, name: &str, midnight: &str) -> Result<Option<Days>, Refusal> {
    Ok(times(body, name, midnight)?.map(|(start, end)| (start.date(), end.date())))
}

fn search(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let page = Page::read(call, 20, 100, 1000)?;
    let wish = Wish::read(&call.body)?;
    let found = newest(world, |invoice| wish.fits(invoice), Invoice::document);
    Ok(Answer::ok(page.document(call, "POST", PATH, "items", found)))
}
