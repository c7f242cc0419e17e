//! Balances and what changed them, in a range of days (Transaction Search v1). A day is one of UTC. Amounts have signs, so that an
//! opening balance and the activities add up to the closing one; PayPal does not say what its own do.

use std::{collections::BTreeMap, time::Duration};

use serde_json::json;

use super::{last_refreshed, refuse_too_old};
use crate::{
    base::{clock::Moment, scopes},
    operations::operation::{Operation, operation},
    request::{answer::Answer, call::Call, refusal::Refusal},
    world::{World, ledger::Ledger, money::Money},
};

/// The operations.
pub(crate) static OPERATIONS: &[Operation] = &[
    operation("transactions.get-net-summary", "GET", NET, scopes::NET_SUMMARY, net),
    operation("transactions.get-daily-summary", "GET", DAILY, scopes::DAILY_SUMMARY, daily),
];

const NET: &str = "/v1/reporting/get-balance-net-summary";
const DAILY: &str = "/v1/reporting/get-daily-summary";

const DAY: Duration = Duration::from_secs(86_400);
const MOMENT: Duration = Duration::from_millis(1);

/// The kinds of activity, in the order of the columns.
const ACTIVITIES: [&str; 6] = ["sales", "fee", "refund", "dispute", "withdrawal", "other"];
const FEE: usize = 1;

fn net(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let span = Span::read(world, call)?;
    let ledger = &world.books.ledger;
    let (mut rows, mut activities, mut currencies) = (Vec::new(), Vec::new(), Vec::new());
    for (currency, closing) in span.balances(ledger) {
        let text = |minor| Money { currency, minor }.value();
        let mut sums = Sums::default();
        span.activities(ledger, currency, |_, activity, minor| sums.add(activity, minor));
        rows.push([currency.to_owned(), text(closing - sums.total()), text(sums.total()), text(closing)]);
        let seen = sums.0.iter().zip(ACTIVITIES).filter(|((count, _), _)| *count > 0);
        let details: Vec<_> =
            seen.map(|((count, minor), activity)| [activity.to_owned(), count.to_string(), text(*minor)]).collect();
        activities.push(json!({
            "net_activity_sum": text(sums.total()),
            "fee_sum": text(sums.0[FEE].1),
            "activity_details": details,
        }));
        currencies.push(currency);
    }
    Ok(Answer::ok(json!({
        "last_refresh_date": last_refreshed(world).date(),
        "reconciliation_passed": true,
        "balance_summary": {"columns": ["currencyCode", "openingBalance", "netActivity", "closingBalance"], "data": rows},
        "net_activity": {
            "currencies": currencies,
            "columns": ["activity", "count", "amount"],
            "activities": activities,
        },
    })))
}

/// Lists the days on which something happened.
fn daily(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let span = Span::read(world, call)?;
    let ledger = &world.books.ledger;
    let (mut currencies, mut summaries) = (Vec::new(), Vec::new());
    for (currency, closing) in span.balances(ledger) {
        let (mut days, mut all) = (BTreeMap::<String, Sums>::new(), Sums::default());
        span.activities(ledger, currency, |time, activity, minor| {
            days.entry(time.date()).or_default().add(activity, minor);
            all.add(activity, minor);
        });
        let seen: Vec<usize> = (0..ACTIVITIES.len()).filter(|activity| all.0[*activity].0 > 0).collect();
        let text = |minor| Money { currency, minor }.value();
        let mut balance = closing - all.total();
        let row = |(day, sums): (String, Sums)| {
            let mut row = vec![day, text(balance)];
            row.extend(seen.iter().map(|activity| match sums.0[*activity] {
                (0, _) => "null".to_owned(),
                (_, minor) => text(minor),
            }));
            balance += sums.total();
            row.push(text(balance));
            row
        };
        let rows: Vec<_> = days.into_iter().map(row).collect();
        let kinds = seen.iter().map(|activity| ACTIVITIES[*activity]);
        let columns: Vec<_> =
            ["timePeriod", "openingBalance"].into_iter().chain(kinds).chain(["closingBalance"]).collect();
        summaries.push(json!({"activity": columns, "data": rows}));
        currencies.push(currency);
    }
    Ok(Answer::ok(json!({"currencies": currencies, "summaries": summaries})))
}

/// How often each activity has happened, and what it came to in minor units.
#[derive(Default)]
struct Sums([(u64, i64); ACTIVITIES.len()]);

impl Sums {
    fn add(&mut self, activity: usize, minor: i64) {
        self.0[activity].0 += 1;
        self.0[activity].1 += minor;
    }

    fn total(&self) -> i64 {
        self.0.iter().map(|(_, minor)| minor).sum()
    }
}

/// From the first moment of a day to the last one of a day, or as late as reports know.
struct Span {
    first: Moment,
    last: Moment,
}

impl Span {
    fn read(world: &World, call: &Call) -> Result<Self, Refusal> {
        let required = |name: &str| {
            let given = call.parameter(name).filter(|given| !given.is_empty());
            given.ok_or_else(|| Refusal::query(name, "", "MISSING_REQUIRED_PARAMETER", "This is required and missing"))
        };
        let day = |name: &str| {
            let given = required(name)?;
            let day = Some(given).filter(|it| it.len() == 10).and_then(|it| Moment::parse(&format!("{it}T00:00:00Z")));
            day.ok_or_else(|| Refusal::query(name, given, "INVALID_PARAMETER_SYNTAX", "This is no date"))
        };
        let (first, last, locale) = (day("from_date")?, day("to_date")?, required("locale")?);
        if !is_locale(locale) {
            let description = "It must be a language and a country, such as en_US";
            return Err(Refusal::query("locale", locale, "INVALID_PARAMETER_SYNTAX", description));
        }
        let refuse = |name: &str, description: &str| {
            let value = call.parameter(name).unwrap_or_default();
            Err(Refusal::query(name, value, "INVALID_PARAMETER_VALUE", description))
        };
        if last < first {
            return refuse("to_date", "The last day is before the first");
        }
        refuse_too_old(world, "from_date", call, first)?;
        let refreshed = last_refreshed(world);
        if first > refreshed {
            return refuse("from_date", "There are no data yet");
        }
        Ok(Self { first, last: last.after(DAY).before(MOMENT).min(refreshed.last_of_second()) })
    }

    /// The balances at the end, by currency.
    fn balances(&self, ledger: &Ledger) -> impl Iterator<Item = (&'static str, i64)> {
        ledger.balances_at(self.last).into_iter().map(|(currency, balance)| (currency, balance.total))
    }

    /// Calls `each` with the time, the activity and the amount of all that has changed the balance in a currency.
    fn activities(&self, ledger: &Ledger, currency: &str, mut each: impl FnMut(Moment, usize, i64)) {
        for record in ledger.records().iter().filter(|record| record.entry.gross.currency == currency) {
            for (time, sign) in record.counts() {
                if time < self.first || time > self.last {
                    continue;
                }
                for (activity, minor) in [
                    (activity(record.entry.code, record.entry.gross.minor), record.entry.gross.minor),
                    (FEE, record.entry.fee),
                ] {
                    if minor != 0 {
                        each(time, activity, sign * minor);
                    }
                }
            }
        }
    }
}

/// The place among [`ACTIVITIES`] of a movement, by its event code
/// (<https://developer.paypal.com/reports/reference/t-codes>).
fn activity(code: &str, gross: i64) -> usize {
    let name = match code {
        "T1106" | "T1201" | "T1202" => "dispute",
        "T1107" => "refund",
        _ => match code.get(..3) {
            Some("T00") if gross > 0 => "sales",
            Some("T01") => "fee",
            Some("T04") => "withdrawal",
            _ => "other",
        },
    };
    ACTIVITIES.iter().position(|it| *it == name).unwrap_or_default()
}

/// Whether a text is a language and a country.
fn is_locale(text: &str) -> bool {
    let letters = |part: &[u8]| part.iter().all(u8::is_ascii_alphabetic);
    matches!(text.as_bytes(), [language @ .., b'-' | b'_' | b'|', a, b]
        if language.len() == 2 && letters(language) && letters(&[*a, *b]))
}
