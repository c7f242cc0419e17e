//! Reads several pages for one call.

use connector_host::{
    Connector, Tenant,
    paging::{Interruption, NoPages, Pages},
};
use rmcp::model::CallToolResult;
use serde_json::{Map, Value, value::RawValue};

use crate::{
    answer,
    next_steps::NextSteps,
    offer::Offered,
    progress::{Cancelled, Reporter},
};

/// The size of the items, in bytes, at which no further page is read: a model reads them all.
const ENOUGH: usize = 1024 * 1024;

/// Reads pages until there are so many items, or there is no further page. Whole pages are read, so that none of their items
/// is lost: the last one may bring more than were wanted.
pub(crate) async fn gather(
    connector: &Connector,
    tenant: &Tenant,
    offered: &Offered,
    input: &Map<String, Value>,
    most: usize,
    next_steps: &NextSteps,
    reporter: &mut Reporter,
) -> Option<CallToolResult> {
    let input = Value::Object(input.clone()).to_string();
    let mut pages = match Pages::of(connector, tenant, &offered.action.id, &input).await {
        Ok(pages) => pages,
        Err(error @ (NoPages::Unknown(_) | NoPages::Single(_) | NoPages::Component(_))) => {
            return Some(answer::message(&error.to_string()));
        }
    };
    let (mut items, mut missing): (Vec<Box<RawValue>>, Vec<Box<RawValue>>) = Default::default();
    let (mut size, mut number) = (0, 0);
    let interruption = loop {
        if items.len() >= most || size >= ENOUGH {
            break None;
        }
        // It only reads: a page that is cancelled is dropped.
        match reporter.during(pages.next_page(), || true).await {
            Err(Cancelled) => return None,
            Ok(Ok(None)) => break None,
            Ok(Ok(Some(page))) => {
                number += 1;
                size += page.items.iter().map(|item| item.get().len()).sum::<usize>();
                items.extend(page.items);
                missing.extend(page.missing);
                reporter.tell(format!("page {number}, {} of at most {most} items", items.len())).await;
            }
            Ok(Err(interruption)) => break Some(interruption),
        }
    };
    let failure = match interruption {
        // Nothing was read: it is the failure of a call.
        Some(Interruption::Failed(failure)) if number == 0 => {
            let said = next_steps.of_failure(&failure);
            return Some(answer::of_outcome(None, offered, input_of(&input), Err(failure), said));
        }
        Some(Interruption::Stopped(error)) if number == 0 => return Some(answer::message(&error.to_string())),
        other => other.map(|interruption| interruption.to_string()),
    };
    let next = pages.upcoming().and_then(|next| serde_json::from_str::<Value>(next).ok());
    Some(answer::of_items(offered, &items, &missing, next, most, failure))
}

fn input_of(input: &str) -> Map<String, Value> {
    serde_json::from_str(input).unwrap_or_default()
}
