//! `call --all-pages`: the items of every page, one JSON document per line.

use anyhow::{Result, bail};
use connector_host::{
    Connector, Tenant, json,
    paging::{Interruption, NoPages, Page, Pages},
};

use crate::cli::{
    done::Done,
    output::{note, print},
};

/// Prints the items page by page as they come, at most `limit` of them.
pub(super) async fn run(
    connector: &Connector,
    tenant: &Tenant,
    action: &str,
    input: &str,
    limit: Option<usize>,
) -> Result<Done> {
    let mut pages = match Pages::of(connector, tenant, action, input).await {
        Ok(pages) => pages,
        Err(NoPages::Component(reason)) => bail!(reason),
        Err(usage) => return Ok(Done::Usage(format!("--all-pages: {usage}"))),
    };
    let (mut printed, mut done) = (0, Done::Success);
    loop {
        let page = match pages.next_page().await {
            Ok(Some(page)) => page,
            Ok(None) => return Ok(done),
            Err(interruption) => return interrupted(&interruption, pages.upcoming().unwrap_or(input)),
        };
        let room = limit.map_or(usize::MAX, |limit| limit - printed);
        let count = page.items.len();
        if let Err(undelivered) =
            page.items.iter().take(room).try_for_each(|item| print(&json::single_line(item.get())))
        {
            note(&format!(
                "error: {undelivered}\npage {} is not printed completely; its input: {}",
                page.number, page.input
            ));
            return Ok(Done::Failed);
        }
        let left_out = count.saturating_sub(room);
        printed += count - left_out;
        note(&format!("page {}, {}", page.number, items(printed)));
        for part in &page.missing {
            note(&format!("error: page {} lacks {}", page.number, json::single_line(part.get())));
            done = Done::Failed;
        }
        if Some(printed) == limit && (left_out > 0 || page.next.is_some()) {
            stopped(&page, printed, left_out);
            return Ok(done);
        }
    }
}

/// Prints how to go on after the limit. If the limit cuts a page, the rest needs that page read again.
fn stopped(page: &Page, printed: usize, left_out: usize) {
    note(&format!("stopped by --limit at {}", items(printed)));
    if left_out > 0 {
        note(&format!("page {} has {} more; its input: {}", page.number, items(left_out), page.input));
    }
    if let Some(next) = &page.next {
        note(&format!("input of the next page: {next}"));
    }
}

fn interrupted(interruption: &Interruption, input: &str) -> Result<Done> {
    match interruption {
        Interruption::Failed(failure) => note(&json::interrupted(failure, input)?),
        other => note(&format!("error: {other}\ninput of that page: {input}")),
    }
    Ok(Done::Failed)
}

fn items(count: usize) -> String {
    format!("{count} item{}", if count == 1 { "" } else { "s" })
}
