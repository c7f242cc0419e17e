//! Which transactions are asked for.

use crate::{
    base::clock::Moment,
    request::{call::Call, refusal::Refusal},
    world::{World, ledger::Record},
};

/// The filters of a request. What it does not have filters nothing.
pub(super) struct Filter<'a> {
    call: &'a Call,
    /// The least and the greatest gross amount, in minor units.
    amounts: Option<(i64, i64)>,
    /// Whether only movements that change the balance are listed.
    balance_affecting: bool,
}

/// The names of those that PayPal calls optional parameters: with one of them there is no ending balance.
const NAMES: [&str; 8] = [
    "transaction_id",
    "transaction_type",
    "transaction_status",
    "transaction_amount",
    "transaction_currency",
    "payment_instrument_type",
    "store_id",
    "terminal_id",
];

impl<'a> Filter<'a> {
    pub(super) fn read(call: &'a Call) -> Result<Self, Refusal> {
        let refuse = |name: &str, description: &str| {
            let value = call.parameter(name).unwrap_or_default();
            Refusal::query(name, value, "INVALID_PARAMETER_VALUE", description)
        };
        let amounts = given(call, "transaction_amount").map(|range| {
            read_range(range).ok_or_else(|| refuse("transaction_amount", "It must be a range such as [500 TO 1005]"))
        });
        let balance_affecting = match given(call, "balance_affecting_records_only") {
            None | Some("Y") => true,
            Some("N") => false,
            Some(_) => return Err(refuse("balance_affecting_records_only", "It must be Y or N")),
        };
        Ok(Self { call, amounts: amounts.transpose()?, balance_affecting })
    }

    /// Whether a movement is asked for, as it was at a time.
    pub(super) fn fits(&self, world: &World, record: &Record, at: Moment) -> bool {
        let entry = &record.entry;
        let is = |name: &str, value: &str| given(self.call, name).is_none_or(|it| it == value);
        (!self.balance_affecting || entry.affects_balance())
            && is("transaction_id", &entry.id)
            && is("transaction_type", entry.code)
            && is("transaction_status", record.status(at).letter())
            && is("transaction_currency", entry.gross.currency)
            && self.amounts.is_none_or(|(least, most)| (least..=most).contains(&entry.gross.minor))
            && given(self.call, "payment_instrument_type").is_none_or(|it| card(world, record) == Some(it))
            // The simulator has no stores.
            && given(self.call, "store_id").is_none()
            && given(self.call, "terminal_id").is_none()
    }
}

/// Whether a request filters anything.
pub(super) fn is_given(call: &Call) -> bool {
    NAMES.iter().any(|name| given(call, name).is_some())
}

fn given<'a>(call: &'a Call, name: &str) -> Option<&'a str> {
    call.parameter(name).filter(|text| !text.is_empty())
}

/// Reads `[500 TO 1005]`.
fn read_range(text: &str) -> Option<(i64, i64)> {
    let (least, most) = text.strip_prefix('[')?.strip_suffix(']')?.split_once(" TO ")?;
    Some((least.trim().parse().ok()?, most.trim().parse().ok()?))
}

/// Returns `CREDITCARD` or `DEBITCARD` for a payment by card.
pub(super) fn card(world: &World, record: &Record) -> Option<&'static str> {
    let (order, _) = record.entry.reference.as_ref().filter(|(_, kind)| *kind == "ODR")?;
    let card = world.books.orders.get(order)?.source.as_ref()?.card.as_ref()?;
    Some(if card.brand.kind() == "DEBIT" { "DEBITCARD" } else { "CREDITCARD" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_of_amounts_is_read_in_minor_units() {
        for (text, expected) in [
            ("[500 TO 1005]", Some((500, 1005))),
            ("[-1000 TO -1]", Some((-1000, -1))),
            ("500 TO 1005", None),
            ("[500]", None),
            ("[5.00 TO 10.05]", None),
            ("[99999999999999999999 TO 1]", None),
            ("", None),
        ] {
            assert_eq!(read_range(text), expected, "{text}");
        }
    }
}
