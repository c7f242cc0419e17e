//! Lists disputes, newest first.

use std::{cmp::Reverse, time::Duration};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::json;

use crate::{
    base::{clock::Moment, links::link},
    operations::{disputes::test_values, operation::DAY},
    request::{answer::Answer, call::Call, refusal::Refusal},
    world::{
        World,
        dispute::{Dispute, PATH},
    },
};

/// How far back a list goes.
const PERIOD: Duration = Duration::from_secs(180 * DAY);

/// Reads `start_time`, with the codes that it has.
fn start_time(call: &Call, now: Moment) -> Result<Option<Moment>, Refusal> {
    let name = "start_time";
    let refuse = |issue: &str, description: &str| Refusal::validation("query", name, issue, description);
    let Some(text) = call.parameter(name) else { return Ok(None) };
    if call.parameter("disputed_transaction_id").is_some() {
        let (issue, description) = ("INVALID_PARAMETER_VALUE", "It cannot be combined with start_time.");
        return Err(Refusal::query("disputed_transaction_id", text, issue, description));
    }
    let start =
        Moment::parse(text).ok_or_else(|| refuse("INVALID_START_TIME_FORMAT", "It must be a time of RFC 3339."))?;
    if start > now {
        return Err(refuse("DATE_CAN_NOT_BE_IN_FUTURE", "It is in the future."));
    }
    if now.since(start) > PERIOD {
        return Err(refuse("INVALID_START_TIME_RANGE", "Only the last 180 days can be asked for."));
    }
    Ok(Some(start))
}

/// Reads `page_size`, and `page` if pages are asked for by number. The schema has their bounds.
fn paging(call: &Call) -> (usize, Option<usize>) {
    let number = |name: &str| call.parameter(name)?.parse::<usize>().ok().filter(|number| *number > 0);
    (number("page_size").unwrap_or(10), number("page"))
}

/// Returns the dispute before which the page of a token begins.
fn token(call: &Call) -> Result<Option<usize>, Refusal> {
    let Some(text) = call.parameter("next_page_token") else { return Ok(None) };
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok();
    let number = bytes.and_then(|bytes| String::from_utf8(bytes).ok()).and_then(|text| text.parse().ok());
    let refuse =
        || Refusal::query("next_page_token", text, "INVALID_PARAMETER_SYNTAX", "It is not from a link to a page.");
    number.map(Some).ok_or_else(refuse)
}

pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    test_values::check("list", call.parameter("disputed_transaction_id").unwrap_or_default())?;
    let now = world.now();
    let start = start_time(call, now)?;
    let (size, page) = paging(call);
    let before = token(call)?;
    let bounds = ["create_time_after", "create_time_before", "update_time_after", "update_time_before"];
    let [created_after, created_before, updated_after, updated_before] = bounds.map(|name| call.time(name));
    let (created_after, created_before) = (created_after?, created_before?);
    let (updated_after, updated_before) = (updated_after?, updated_before?);
    let states = call.parameter("dispute_state");
    let transaction = call.parameter("disputed_transaction_id");
    let is_within = |time: Moment, after: Option<Moment>, before: Option<Moment>| {
        after.is_none_or(|after| time >= after) && before.is_none_or(|before| time <= before)
    };
    let fits = |dispute: &&Dispute| {
        is_within(dispute.created, start, None)
            && is_within(dispute.created, created_after, created_before)
            && is_within(dispute.updated, updated_after, updated_before)
            && transaction.is_none_or(|id| dispute.transaction == id)
            && states.is_none_or(|list| list.split(',').any(|state| state.trim() == dispute.state(now)))
            && before.is_none_or(|before| dispute.number < before)
    };
    let mut found: Vec<_> = world.books.disputes.values().filter(fits).collect();
    found.sort_by_key(|dispute| Reverse(dispute.number));
    let skipped = page.map_or(0, |page| (page - 1).saturating_mul(size));
    let shown: Vec<_> = found.iter().skip(skipped).take(size).collect();
    let href = |query: Vec<String>| format!("{PATH}?{}", query.join("&"));
    let others = call.query_without(&["page", "next_page_token"]);
    let with = |parameter: Option<String>| href(others.iter().cloned().chain(parameter).collect());
    let first = with(page.map(|_| "page=1".to_owned()));
    let mut links = vec![link("self", "GET", &href(call.query_without(&[]))), link("first", "GET", &first)];
    if let Some(last) = shown.last().filter(|_| found.len() > skipped + size) {
        let next = match page {
            Some(page) => format!("page={}", page + 1),
            None => format!("next_page_token={}", BASE64_URL_SAFE_NO_PAD.encode(last.number.to_string())),
        };
        links.push(link("next", "GET", &with(Some(next))));
    }
    let mut document = json!({"links": links});
    // A list without disputes has no items.
    if !shown.is_empty() {
        document["items"] = shown.iter().map(|dispute| dispute.summary(now)).collect();
    }
    Ok(Answer::ok(document))
}
