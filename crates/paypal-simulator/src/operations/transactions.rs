//! The transactions of the merchant's account (Transaction Search v1).

mod document;
mod filter;
pub(crate) mod summaries;

use std::time::Duration;

use serde_json::json;

use crate::{
    base::{clock::Moment, scopes},
    operations::operation::{Control, Operation, control, operation},
    request::{
        answer::Answer,
        call::Call,
        field::{Field, Kind},
        paging::Page,
        refusal::Refusal,
    },
    world::World,
};

use document::Sections;
use filter::Filter;

/// The operations.
pub(crate) static OPERATIONS: &[Operation] = &[operation("transactions.list", "GET", PATH, scopes::TRANSACTIONS, list)];

/// What tests do.
pub(crate) static CONTROLS: &[Control] = &[control("reporting-lag", set_lag)
    .titled("Set how late reports are")
    .takes(&[Field { name: "seconds", kind: Kind::Number(0) }])];

const PATH: &str = "/v1/reporting/transactions";

/// The maximum length of the range, and how far it reaches back: three years, one of which may be a leap year.
const MAX_RANGE: Duration = Duration::from_secs(31 * 86_400);
const KEPT: Duration = Duration::from_secs((3 * 365 + 1) * 86_400);

/// How many transactions a range may have
/// (<https://developer.paypal.com/api/transaction-search/v1/errors/resultset_too_large>).
const MAX_RESULTS: usize = 10_000;

/// Lists the transactions of a range that have appeared in reports, oldest first.
fn list(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let time = |name: &str| {
        let missing = || Refusal::query(name, "", "MISSING_REQUIRED_PARAMETER", "This is required and missing");
        read_time(call, name)?.ok_or_else(missing)
    };
    let (start, end) = (time("start_date")?, time("end_date")?);
    let page = Page::read(call, 100, 500, i32::MAX as usize)?;
    let (filter, sections) = (Filter::read(call)?, Sections::read(call)?);
    let refuse = |name: &str, description: &str| {
        let value = call.parameter(name).unwrap_or_default();
        Refusal::query(name, value, "INVALID_PARAMETER_VALUE", description)
    };
    if end < start {
        return Err(refuse("end_date", "The end is before the start"));
    }
    if end.since(start) > MAX_RANGE {
        return Err(refuse("end_date", "The range has more than 31 days"));
    }
    refuse_too_old(world, "start_date", call, start)?;
    let refreshed = last_refreshed(world);
    if start > refreshed {
        return Err(Refusal::named("INVALID_REQUEST", "Data for the given start date is not available."));
    }
    let end = end.min(refreshed);
    let within = |time: Moment| (start..=end).contains(&time.whole_seconds());
    let records = world.books.ledger.records().iter();
    let found: Vec<_> =
        records.filter(|record| within(record.entry.time) && filter.fits(world, record, refreshed)).collect();
    let total = found.len();
    if total > MAX_RESULTS {
        let refusal = Refusal::named("RESULTSET_TOO_LARGE", "The range has more transactions than an answer may have");
        let members = vec![("total_items", total.into()), ("maximum_items", MAX_RESULTS.into())];
        return Err(Refusal { members, ..refusal });
    }
    let details: Vec<_> = page.select(found).into_iter().map(|it| sections.document(world, it, refreshed)).collect();
    let pages = page.count(total);
    Ok(Answer::ok(json!({
        "transaction_details": details,
        "account_number": world.merchant().id,
        "start_date": start.report(),
        "end_date": end.report(),
        "last_refreshed_datetime": refreshed.report(),
        "page": page.number(),
        "total_items": total,
        "total_pages": pages,
        "links": page.links(PATH, &call.query_without(&["page", "page_size"]), pages),
    })))
}

/// Returns up to when reports have what has happened, in whole seconds.
pub(super) fn last_refreshed(world: &World) -> Moment {
    world.now().before(world.reporting_lag).whole_seconds()
}

/// Reads a time in whole seconds.
pub(super) fn read_time(call: &Call, name: &str) -> Result<Option<Moment>, Refusal> {
    let Some(text) = call.parameter(name).filter(|text| !text.is_empty()) else { return Ok(None) };
    let refuse = || Refusal::query(name, text, "INVALID_PARAMETER_SYNTAX", "This is no date and time");
    Moment::parse(text).map(Some).ok_or_else(refuse)
}

/// Refuses a time for which PayPal has no data any more.
pub(super) fn refuse_too_old(world: &World, name: &str, call: &Call, time: Moment) -> Result<(), Refusal> {
    if world.now().since(time) <= KEPT {
        return Ok(());
    }
    let value = call.parameter(name).unwrap_or_default();
    Err(Refusal::query(name, value, "INVALID_PARAMETER_VALUE", "There are data of the last three years only"))
}

/// Sets how long it takes a movement of money to appear in reports, in seconds.
fn set_lag(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let seconds = call.body["seconds"].as_u64().ok_or_else(|| Refusal::missing("/seconds"))?;
    world.reporting_lag = Duration::from_secs(seconds);
    Ok(Answer::none())
}
