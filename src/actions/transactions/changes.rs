//! `transactions.changed-since`: what is new or different, by searches of a window.

use crate::{
    actions::{
        calls::Calls,
        changes::{Item, Portion, Source, Stopped, Terms, Window, changed, digest, run},
    },
    base::{
        date::{self, OffsetDateTime, written},
        document::{Document, Json},
    },
    call::arguments::Arguments,
    catalogue::transactions::CHANGED_SINCE,
    platform::{failure::Failure, interface::Platform, reply::Reply},
};

/// How late PayPal shows a transaction, or a change of one: three hours as documented, and three days as a margin.
const OVERLAP: time::Duration = time::Duration::hours(75);

/// The most transactions in a reply if the caller sets no limit.
const LIMIT: usize = 1_000;

/// Lists the transactions that are new or different since a checkpoint.
///
/// # Errors
/// Those of [`run`].
pub(crate) fn changed_since(platform: &dyn Platform, arguments: &Arguments) -> Result<Reply, Failure> {
    let hours = arguments.parameter("overlap_hours").and_then(|hours| hours.parse::<u16>().ok());
    let overlap = hours.map_or(OVERLAP, |hours| time::Duration::hours(hours.into()));
    let terms = Terms { overlap, limit: LIMIT, ..Terms::of(CHANGED_SINCE) };
    run(platform, arguments, &terms, &mut Searches(arguments))
}

/// Searches with the filters of a call.
struct Searches<'a>(&'a Arguments<'a>);

impl Searches<'_> {
    /// The input of the search that goes on at a place.
    fn input(&self, window: Window, place: Option<&str>, room: usize) -> Arguments<'static> {
        let place = place.and_then(|place| Document::parse(place).ok());
        let of = |name| Some(place.as_ref()?.get(name)?.as_text()?.to_owned());
        let mut arguments = Arguments::default()
            .with("start_date", of("start_date").unwrap_or_else(|| written(window.from)))
            .with("end_date", written(window.began))
            // Most of the overlap is known, and takes no room.
            .with("limit", u32::try_from(room.max(LIMIT)).unwrap_or(u32::MAX))
            .with("cursor", of("cursor"));
        for name in ["transaction_type", "transaction_currency", "fields", "balance_affecting_records_only"] {
            arguments = arguments.with(name, self.0.parameter(name).map(|value| value.into_owned()));
        }
        arguments
    }
}

impl Source for Searches<'_> {
    fn read(
        &mut self,
        calls: &mut Calls,
        window: Window,
        place: Option<&str>,
        room: usize,
    ) -> Result<Portion, Failure> {
        let input = self.input(window, place, room);
        let reply = calls.run(|platform, options| super::search(platform, &Arguments { options, ..input }))?;
        let body = Json::parse(reply.body.as_deref().unwrap_or_default())
            .map_err(|fault| reply.malformed(&fault.to_string()))?
            .object();
        let list = |name: &str| body.get(name).into_iter().flat_map(Json::items);
        let mut portion = Portion { next: reply.next.as_deref().and_then(place_of), ..Portion::default() };
        for part in list("missing") {
            let is_late = part.get("reason").and_then(Json::text).as_deref() == Some("not-yet-available");
            match part.get("start_date").and_then(Json::text).and_then(|start| date::parse(&start)) {
                // The next round begins there.
                Some(start) if is_late => portion.reach = portion.reach.into_iter().chain([start]).min(),
                _ => portion.missing.push(part.as_str().to_owned()),
            }
        }
        portion.stopped = body.get("stopped").map(|stopped| Stopped::Told(stopped.as_str().to_owned()));
        portion.items.extend(list("transaction_details").map(item));
        Ok(portion)
    }
}

/// A transaction. Its last change is the later one of its dates: PayPal lists by the first one.
fn item(transaction: Json) -> Item {
    let raw = transaction.as_str().to_owned();
    let date = |name| changed(transaction, &["transaction_info", name]);
    let changed: Option<OffsetDateTime> = date("transaction_updated_date").max(date("transaction_initiation_date"));
    Item { digest: digest(&raw), raw, changed }
}

/// Where a search goes on, by the input of its next call.
fn place_of(next: &str) -> Option<String> {
    let next = Arguments::parse(next).ok()?;
    let of = |name: &'static str| Some((name.into(), Document::from(next.parameter(name)?.into_owned())));
    Some(Document::Object(["start_date", "cursor"].into_iter().filter_map(of).collect()).to_json())
}
