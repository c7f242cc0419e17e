//! Reports of PayPal: their sums are those of the books.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

use super::Call;
use crate::book::{Book, DAY};

#[derive(Clone, Debug)]
pub(crate) enum ReportAct {
    /// The transactions of the last days.
    Transactions(u8),
    Balances,
}

pub(crate) fn act() -> impl Strategy<Value = ReportAct> {
    prop_oneof![(0..31_u8).prop_map(ReportAct::Transactions), Just(ReportAct::Balances)]
}

/// The time at which the simulator's clock starts.
const START: &str = "2026-03-02T09:00:00Z";

/// Withheld money and its release: neither moves any.
const HOLDS: [&str; 4] = ["T1105", "T1110", "T1111", "T1503"];

impl ReportAct {
    /// Returns the call.
    pub(crate) fn call(&self, book: &Book) -> Call {
        match *self {
            Self::Transactions(days) => transactions(book, days.into()),
            Self::Balances => balances(book),
        }
    }
}

/// Returns a moment as many seconds after the start.
fn moment(seconds: u64) -> String {
    let start = OffsetDateTime::parse(START, &Rfc3339).unwrap();
    (start + Duration::seconds(seconds.try_into().unwrap())).format(&Rfc3339).unwrap()
}

/// Returns an amount of a report in minor units.
fn minor(amount: &Value) -> i64 {
    amount["value"].as_str().map_or(0, |value| value.replace('.', "").parse().unwrap())
}

fn transactions(book: &Book, days: u64) -> Call {
    let (start, end) = (book.day.saturating_sub(days) * DAY, book.day * DAY);
    let mut expected = BTreeMap::new();
    for movement in book.movements.iter().filter(|it| (start..=end).contains(&it.time)) {
        *expected.entry(movement.currency.to_owned()).or_insert(0) += movement.net;
    }
    expected.retain(|_, sum| *sum != 0);
    let input = json!({"start_date": moment(start), "end_date": moment(end), "page_size": 500});
    Call::read("transactions.list", input, move |report| {
        let mut sums = BTreeMap::new();
        for transaction in report["transaction_details"].as_array().into_iter().flatten() {
            let info = &transaction["transaction_info"];
            if !HOLDS.iter().any(|code| info["transaction_event_code"] == *code) {
                let currency = info["transaction_amount"]["currency_code"].as_str().unwrap_or_default();
                *sums.entry(currency.to_owned()).or_insert(0) +=
                    minor(&info["transaction_amount"]) + minor(&info["fee_amount"]);
            }
        }
        sums.retain(|_, sum| *sum != 0);
        sums == expected
    })
}

fn balances(book: &Book) -> Call {
    let expected = ["USD", "JPY"].map(|currency| (currency, book.balance(currency), book.withheld(currency)));
    Call::read("transactions.list-balances", json!({}), move |report| {
        expected.iter().all(|(currency, total, withheld)| {
            let shown = report["balances"].as_array().into_iter().flatten().find(|it| it["currency"] == *currency);
            let of = |name: &str| shown.map_or(0, |balance| minor(&balance[name]));
            (of("total_balance"), of("withheld_balance"), of("available_balance"))
                == (*total, *withheld, total - withheld)
        })
    })
}
