//! PayPal's order-update callback and the shop's answer, for the local check and the response.

use std::borrow::Cow;

use crate::{base::document::Document, paypal::money};

/// The members of the document.
pub(crate) const MEMBERS: [&str; 4] = ["callback", "shipping_options", "amounts", "refusal"];

/// The parts of a total that the shop may change. Shipping is the cost of the selected option.
pub(crate) const AMOUNTS: [&str; 6] =
    ["item_total", "tax_total", "handling", "insurance", "shipping_discount", "discount"];

/// A callback and the shop's answer.
#[derive(Clone, Copy)]
pub(crate) struct Update<'a>(pub(crate) &'a Document<'a>);

impl<'a> Update<'a> {
    /// The callback, unchanged.
    pub(crate) fn callback(self) -> Option<&'a Document<'a>> {
        self.0.get("callback")
    }

    /// The order's purchase unit: PayPal calls back only for orders with a single one.
    pub(crate) fn unit(self) -> Option<&'a Document<'a>> {
        self.callback()?.get("purchase_units")?.items().first()
    }

    /// The order's currency.
    pub(crate) fn currency(self) -> Option<&'a str> {
        self.unit()?.get("amount")?.get("currency_code")?.as_text()
    }

    /// The shipping options that the shop offers.
    pub(crate) fn options(self) -> &'a [Document<'a>] {
        self.0.get("shipping_options").map_or(&[], Document::items)
    }

    /// The index of the selected option: the payer's choice, or without one the shop's, or the first. `None` if the
    /// payer's choice is not offered.
    pub(crate) fn selected(self) -> Option<usize> {
        let chosen = self.callback().and_then(|callback| callback.get("shipping_option")?.get("id"));
        let position = |wanted: &dyn Fn(&Document) -> bool| self.options().iter().position(wanted);
        match chosen {
            Some(id) => position(&|option| option.get("id") == Some(id)),
            None => position(&is_selected).or((!self.options().is_empty()).then_some(0)),
        }
    }

    /// The breakdown of the new total, for an option: the callback's, with the shop's amounts and the option's
    /// replacing its own. All other members stay.
    pub(crate) fn breakdown(self, option: &Document<'a>) -> Document<'a> {
        let old = self.unit().and_then(|unit| unit.get("amount")?.get("breakdown"));
        let mut parts = members(old).to_vec();
        let stated = members(self.0.get("amounts")).iter().cloned();
        let shipping = option.get("amount").map(|amount| (Cow::Borrowed("shipping"), amount.clone()));
        for (name, amount) in stated.chain(shipping) {
            match parts.iter_mut().find(|(known, _)| *known == name) {
                Some((_, old)) => *old = amount,
                None => parts.push((name, amount)),
            }
        }
        Document::Object(parts)
    }

    /// Whether the shipping part of the old total is known, so that a new total can be computed.
    pub(crate) fn is_itemized(self) -> bool {
        let has_part = |breakdown: &Document| {
            money::ADDED.iter().chain(&money::TAKEN_OFF).any(|part| breakdown.get(part).is_some())
        };
        self.unit().and_then(|unit| unit.get("amount")?.get("breakdown")).is_some_and(has_part)
            || self.0.get("amounts").is_some_and(|amounts| amounts.get("item_total").is_some())
    }
}

/// Whether an option is marked as the selected one.
pub(crate) fn is_selected(option: &Document) -> bool {
    option.get("selected") == Some(&Document::Boolean(true))
}

/// The members of an object. Empty for any other value.
pub(crate) fn members<'a, 'b>(document: Option<&'b Document<'a>>) -> &'b [(Cow<'a, str>, Document<'a>)] {
    match document {
        Some(Document::Object(members)) => members,
        _ => &[],
    }
}
