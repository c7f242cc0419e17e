//! `calls.unresolved`: the noted calls of which nobody knows what they did.

use std::time::Duration;

use crate::{
    actions::calls::report,
    base::date::{self, OffsetDateTime},
    call::{arguments::Arguments, paging},
    catalogue::calls::UNRESOLVED,
    journal::{call_id, conclusion::Verdict, hour::Hour, intent::Intent},
    platform::{entry::JournalError, failure::Failure, interface::Platform, reply::Reply},
};

const HOUR: Duration = Duration::from_secs(3600);

/// How far back a list goes without `since`: the longest that PayPal remembers the key of a payment. It never forgets those of
/// referenced payouts.
const RANGE: Duration = Duration::from_secs(45 * 86_400);

/// The most hours that a call reads: fewer than the 100 readings that the host of this repository allows.
const READ: usize = 96;

/// The hours that a call lists if there are more than it can read. Those after them say which were carried out by a repeat with the
/// same key, within the day that follows.
const LISTED: usize = 72;

/// A call reads no further hour if it has read so many bytes: half of what the host of this repository allows.
const MOST: usize = 8 * 1024 * 1024;

/// Lists the calls that were noted and whose outcome was not, the earliest first. The reply's `next` goes on with later ones.
///
/// # Errors
/// `connection-unavailable` if the platform cannot read its journal.
pub(crate) fn unresolved(platform: &dyn Platform, arguments: &Arguments) -> Result<Reply, Failure> {
    let now = platform.now();
    let since = arguments.parameter("since").and_then(|since| date::parse(&since));
    let since = since.unwrap_or_else(|| now - RANGE);
    let hours = Hours::from(since, now);
    let read = hours.read(platform)?;
    let listed = &read[..hours.listed(read.len())];
    let is_listed = |intent: &&Intent| intent.began >= since && !is_resolved(&read, intent);
    let calls = listed.iter().flat_map(|hour| {
        hour.intents.iter().filter(is_listed).map(move |intent| {
            let is_unknown = hour.conclusion(intent).is_some();
            report::unresolved(intent, if is_unknown { "unknown" } else { "cut-off" }, now)
        })
    });
    let calls: Vec<_> = calls.collect();
    let rest = hours.after(listed.len());
    let until = date::format(rest.unwrap_or(now)).unwrap_or_default();
    let body = format!("{{\"calls\":[{}],\"until\":\"{until}\"}}", calls.join(","));
    let next = rest.map(|_| paging::continued(UNRESOLVED, arguments, |name| (name == "since").then(|| until.clone())));
    Ok(Reply { next, ..Reply::own(body) })
}

/// Whether the outcome of a call is noted, or that of a call with the same key which was carried out.
fn is_resolved(read: &[Hour], intent: &Intent) -> bool {
    read.iter().filter_map(|hour| hour.conclusion(intent)).any(|it| it.verdict != Verdict::Unknown)
}

/// The hours from a time to the present.
struct Hours {
    first: OffsetDateTime,
    /// How many there are.
    count: usize,
}

impl Hours {
    fn from(since: OffsetDateTime, now: OffsetDateTime) -> Self {
        let seconds = |time: OffsetDateTime| time.unix_timestamp();
        let hour = i64::try_from(HOUR.as_secs()).unwrap_or(i64::MAX);
        let first = seconds(since).div_euclid(hour);
        let count = usize::try_from(seconds(now).div_euclid(hour) - first + 1).unwrap_or_default();
        let first = OffsetDateTime::from_unix_timestamp(first * hour).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        Self { first, count }
    }

    /// The start of the hour of that number.
    fn start(&self, number: usize) -> OffsetDateTime {
        let after = u32::try_from(number).ok().and_then(|number| HOUR.checked_mul(number));
        after.map_or(self.first, |after| self.first + after)
    }

    /// Reads as many as a call may.
    fn read(&self, platform: &dyn Platform) -> Result<Vec<Hour>, Failure> {
        let (mut read, mut size) = (Vec::new(), 0);
        while read.len() < self.count.min(READ) && size < MOST {
            let hour = call_id::hour(self.start(read.len()));
            let found = Hour::read(platform, &hour).map_err(|JournalError(reason)| {
                JournalError(format!("the calls of {hour}: {reason}")).into_failure()
            })?;
            size += found.size;
            read.push(found);
        }
        Ok(read)
    }

    /// How many are listed of those that were read.
    fn listed(&self, read: usize) -> usize {
        if read == READ && self.count > READ { LISTED } else { read }
    }

    /// The start of what comes after so many; `None` if nothing does.
    fn after(&self, number: usize) -> Option<OffsetDateTime> {
        (number < self.count).then(|| self.start(number))
    }
}
