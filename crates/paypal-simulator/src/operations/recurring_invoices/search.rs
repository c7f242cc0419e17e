//! Searches for series: a series meets all that is given.

use std::cmp::Reverse;

use serde_json::Value;

use crate::{
    base::clock::Moment,
    operations::invoices::search::{Days, days, times},
    request::{answer::Answer, call::Call, paging::Page, refusal::Refusal},
    world::{World, recurring_invoice::RecurringInvoice},
};

pub(super) const PATH: &str = "/v2/invoicing/search-recurring-invoices";

/// The fields that a text is searched in, and where they are below `recurring_info`. A star stands for each of a list.
const FIELDS: [(&str, &str); 14] = [
    ("NOTES", "detail/note"),
    ("MERCHANT_MEMO", "detail/memo"),
    ("PAYER_REFERENCE_INFO", "detail/reference"),
    ("BILLING_EMAIL", "primary_recipients/*/billing_info/email_address"),
    ("BILLING_NAME", "primary_recipients/*/billing_info/name/full_name"),
    ("BILLING_BUSINESS_NAME", "primary_recipients/*/billing_info/business_name"),
    ("BILLING_PHONE_NUMBER", "primary_recipients/*/billing_info/phones/*/national_number"),
    ("SHIPPING_NAME", "primary_recipients/*/shipping_info/name/full_name"),
    ("SHIPPING_BUSINESS_NAME", "primary_recipients/*/shipping_info/business_name"),
    ("SHIPPING_PHONE_NUMBER", "primary_recipients/*/shipping_info/phones/*/national_number"),
    ("ITEM_NAME", "items/*/name"),
    ("ITEM_TAX_NAME", "items/*/tax/name"),
    ("ITEM_DISCOUNT_NAME", "items/*/discount/name"),
    ("INVOICE_DISCOUNT_NAME", "amount/breakdown/discount/invoice_discount/name"),
];

struct Wish<'a> {
    /// In small letters.
    text: Option<String>,
    fields: Option<&'a Vec<Value>>,
    filters: &'a Value,
    created: Option<(Moment, Moment)>,
    next: Option<Days>,
}

impl<'a> Wish<'a> {
    fn read(body: &'a Value) -> Result<Self, Refusal> {
        let filters = &body["search_filters"];
        let within = |refusal: Refusal| refusal.within("/search_filters");
        Ok(Self {
            text: body["search_text"].as_str().map(str::to_lowercase),
            fields: body["search_fields"].as_array().filter(|fields| !fields.is_empty()),
            filters,
            created: times(filters, "creation_date_range", "").map_err(within)?,
            next: days(filters, "next_occurrence_date_range", "T00:00:00Z").map_err(within)?,
        })
    }

    fn fits(&self, series: &RecurringInvoice) -> bool {
        let (currency, states) = (&self.filters["currency_code"], self.filters["status"].as_array());
        let next = series.next.map(|next| next.time().date());
        let searched =
            |name: &str| self.fields.is_none_or(|fields| fields.iter().any(|field| *field == name || *field == "ALL"));
        self.text.as_ref().is_none_or(|text| {
            FIELDS.iter().any(|(name, at)| searched(name) && contains(&series.info, at, text))
        }) && (currency.is_null() || *currency == series.info["detail"]["currency_code"])
            && states.is_none_or(|states| states.is_empty() || states.iter().any(|state| *state == *series.status()))
            && self.created.is_none_or(|(start, end)| (start..=end).contains(&series.created))
            && self.next.as_ref().is_none_or(|(first, last)| {
                next.is_some_and(|day| (first.as_str()..=last.as_str()).contains(&day.as_str()))
            })
            // Nothing is ever put into the archive here.
            && self.filters["archived"] != true
    }
}

/// Whether a text that is somewhere in a document contains another one, in letters of either case.
fn contains(document: &Value, at: &str, text: &str) -> bool {
    match at.split_once('/') {
        Some(("*", rest)) => document.as_array().into_iter().flatten().any(|part| contains(part, rest, text)),
        Some((name, rest)) => contains(&document[name], rest, text),
        None => document[at].as_str().is_some_and(|it| it.to_lowercase().contains(text)),
    }
}

pub(super) fn search(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let page = Page::read(call, 20, 100, 1000)?;
    let wish = Wish::read(&call.body)?;
    let mut found: Vec<_> = world.books.recurring_invoices.values().filter(|series| wish.fits(series)).collect();
    found.sort_by_key(|series| Reverse(series.created));
    let found = found.into_iter().map(RecurringInvoice::document).collect();
    Ok(Answer::ok(page.document(call, "POST", PATH, "recurring_invoices", found)))
}
