//! One call: it begins a round, or goes on with it.

use std::time::{Duration, Instant};

use super::{
    checkpoint::{Checkpoint, Round, invalid},
    found::Found,
    seen::digest,
    source::{Accepted, Source, Stopped, Window},
};
use crate::{
    actions::calls::Calls,
    base::date::{self, OffsetDateTime, full_second},
    call::{arguments::Arguments, paging},
    catalogue::Action,
    platform::{
        failure::{Failure, Issue, Kind, Location},
        interface::Platform,
        reply::Reply,
    },
};

/// After this many portions, bytes or time a call ends: a host stops one that takes too long, and with it all that was read
/// would be lost. `connector-host` allows 5 minutes, and 10 s of computing.
const MAX_PORTIONS: u32 = 100;
const MAX_BYTES: usize = 4 * 1024 * 1024;
const MAX_TIME: Duration = Duration::from_secs(60);

/// How often a window is read if items move between its pages meanwhile.
const MAX_PASSES: u64 = 3;

/// How an action reads its changes.
pub(crate) struct Terms {
    pub(crate) action: &'static Action,
    /// How late PayPal may show a change.
    pub(crate) overlap: time::Duration,
    /// The most items in a reply if the caller sets no `limit`.
    pub(crate) limit: usize,
    /// How many items that are not known a call may take, those included that are no part of its reply.
    pub(crate) most_taken: usize,
    /// Whether items can have been handed on before.
    pub(crate) has_duplicates: bool,
}

impl Terms {
    /// The usual ones.
    pub(crate) fn of(action: &'static Action) -> Self {
        let overlap = time::Duration::hours(1);
        Self { action, overlap, limit: 100, most_taken: usize::MAX, has_duplicates: false }
    }
}

/// Lists what has changed since the caller's checkpoint, or since a time.
///
/// # Errors
/// `invalid-input` if the checkpoint or the time is not valid; those of the source if nothing could be read. The same input
/// then reads on.
pub(crate) fn run(
    platform: &dyn Platform,
    arguments: &Arguments,
    terms: &Terms,
    source: &mut dyn Source,
) -> Result<Reply, Failure> {
    let now = second(platform.now());
    let mut checkpoint = of(platform, arguments, terms.action)?;
    let limit = arguments.parameter("limit").and_then(|limit| limit.parse().ok()).unwrap_or(terms.limit);
    let mut calls = Calls::new(platform, &arguments.options);
    let mut found = Found::default();
    if let Some(round) = checkpoint.round.take().or_else(|| begin(&checkpoint, terms, now)) {
        let call = Call { terms, limit, begun: Instant::now() };
        checkpoint.round = call.read(&mut checkpoint, round, &mut calls, source, &mut found)?;
    }
    let text = checkpoint.to_text();
    let next = checkpoint.round.is_some().then(|| next(terms.action, arguments, &text));
    Ok(Reply { next, ..calls.reply(found.into_json(&checkpoint, &text, terms.has_duplicates)) })
}

/// The checkpoint of a call.
fn of(platform: &dyn Platform, arguments: &Arguments, action: &'static Action) -> Result<Checkpoint, Failure> {
    let scope = scope(platform, arguments, action);
    let refused = |description: &str| {
        let description = description.to_owned();
        let issue = Issue::found("/since", Location::Query, "INVALID_PARAMETER_VALUE", description);
        Failure::invalid_input(vec![issue])
    };
    match (arguments.parameter("checkpoint"), arguments.parameter("since")) {
        (Some(text), None) => {
            let checkpoint = Checkpoint::parse(&text);
            let checkpoint = checkpoint.ok_or_else(|| invalid("must be the one of an earlier reply, unchanged"))?;
            if checkpoint.scope != scope {
                return Err(invalid("is that of another action, of another environment, or of other filters"));
            }
            Ok(checkpoint)
        }
        (None, Some(since)) => {
            let moment = date::parse(&since).map(second).filter(|moment| date::format(*moment).is_some());
            Ok(Checkpoint::beginning(scope, moment.ok_or_else(|| refused("must be a timestamp"))?))
        }
        (None, None) => Err(refused("is required, unless there is a `checkpoint`")),
        (Some(_), Some(_)) => Err(refused("must be left out if there is a `checkpoint`")),
    }
}

/// A digest of what the changes are of.
fn scope(platform: &dyn Platform, arguments: &Arguments, action: &'static Action) -> u64 {
    let is_filter = |name: &&str| !matches!(*name, "since" | "checkpoint" | "limit" | "overlap_hours");
    let mut parts = vec![action.id.to_owned(), platform.environment().to_string()];
    for name in action.parameters.iter().map(|parameter| parameter.name).filter(is_filter) {
        parts.extend(arguments.parameter(name).map(|value| format!("{name}={value}")));
    }
    digest(&parts.join("\n"))
}

/// The round that follows the last one; `None` if there is nothing to read yet.
fn begin(checkpoint: &Checkpoint, terms: &Terms, now: OffsetDateTime) -> Option<Round> {
    let from = from(checkpoint, terms);
    (from <= now).then_some(Round { from, began: now, reach: now, place: None, pass: 0, shifted: false })
}

/// Where the next round begins.
fn from(checkpoint: &Checkpoint, terms: &Terms) -> OffsetDateTime {
    from_of(checkpoint.until, terms).max(checkpoint.floor)
}

/// Where a round begins after one that has read up to a moment.
fn from_of(until: OffsetDateTime, terms: &Terms) -> OffsetDateTime {
    second(until.saturating_sub(terms.overlap))
}

/// The limits of one call.
struct Call<'a> {
    terms: &'a Terms,
    limit: usize,
    begun: Instant,
}

impl Call<'_> {
    /// Reads on. Returns the round, unless it has ended.
    fn read(
        &self,
        checkpoint: &mut Checkpoint,
        mut round: Round,
        calls: &mut Calls,
        source: &mut dyn Source,
        found: &mut Found,
    ) -> Result<Option<Round>, Failure> {
        let window = Window { from: round.from, began: round.began };
        let kept = from_of(round.began, self.terms);
        let (mut portions, mut taken) = (0, 0);
        loop {
            let room = self.limit.saturating_sub(found.items.len());
            let mut outcome = source.read(calls, window, round.place.as_deref(), room);
            if round.place.is_some() && round.pass + 1 < MAX_PASSES && outcome.as_ref().is_err_and(is_gone) {
                // PayPal may not know a place any more. What was listed is known.
                round.pass += 1;
                round.place = None;
                outcome = source.read(calls, window, None, room);
            }
            let portion = match outcome {
                Ok(portion) => portion,
                Err(failure) if portions == 0 => return Err(calls.failed(failure)),
                Err(failure) => {
                    found.stopped = Some(Stopped::Failed(failure.into()));
                    return Ok(Some(round));
                }
            };
            portions += 1;
            let mut is_cut = false;
            for item in portion.items {
                // A time before the window is not the one by which PayPal lists.
                let changed = item.changed.filter(|changed| *changed >= round.from);
                let is_new = !checkpoint.seen.knows(item.digest, changed);
                if is_new && (found.items.len() >= self.limit || taken >= self.terms.most_taken) {
                    is_cut = true;
                    break;
                }
                checkpoint.seen.note(item.digest, changed, round.began, kept);
                if !is_new {
                    continue;
                }
                // One that has changed since the round began may have moved others.
                round.shifted |= portion.can_shift && changed.is_some_and(|changed| changed >= round.began);
                taken += 1;
                match source.accept(&item.raw) {
                    Accepted::Item(json) => found.push(json),
                    Accepted::Duplicate(id) => found.duplicates.push(id),
                    Accepted::Ignored => taken -= 1,
                }
            }
            if is_cut {
                // The next call reads this portion again: what was taken of it is known.
                return Ok(Some(round));
            }
            found.missing.extend(portion.missing);
            round.shifted |= portion.shifted;
            round.reach = portion.reach.map_or(round.reach, |reach| reach.min(round.reach));
            let is_end = portion.next.is_none() && portion.stopped.is_none();
            round.place = portion.next;
            found.stopped = portion.stopped;
            if is_end {
                round.pass += 1;
                // What is no longer known would be listed again by another pass.
                if !round.shifted || round.pass >= MAX_PASSES || checkpoint.seen.may_repeat() {
                    checkpoint.until = round.reach.max(checkpoint.until);
                    let next = from(checkpoint, self.terms);
                    checkpoint.seen.end(next);
                    return Ok(None);
                }
                round.shifted = false;
            }
            if found.stopped.is_some() || self.is_full(found, portions) || calls.are_over() {
                return Ok(Some(round));
            }
        }
    }

    fn is_full(&self, found: &Found, portions: u32) -> bool {
        found.items.len() >= self.limit
            || found.bytes >= MAX_BYTES
            || portions >= MAX_PORTIONS
            || self.begun.elapsed() >= MAX_TIME
    }
}

/// Whether a refusal can be about the place in a list.
fn is_gone(failure: &Failure) -> bool {
    matches!(failure.kind, Kind::InvalidInput | Kind::NotFound | Kind::Unprocessable)
}

/// The input of the next call.
fn next(action: &'static Action, arguments: &Arguments, checkpoint: &str) -> String {
    let mut arguments = arguments.clone();
    arguments.parameters.retain(|(name, _)| name != "since");
    paging::continued(action, &arguments, |name| (name == "checkpoint").then(|| checkpoint.to_owned()))
}

fn second(moment: OffsetDateTime) -> OffsetDateTime {
    full_second(moment).unwrap_or(moment)
}
