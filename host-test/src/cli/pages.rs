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
    let mut printed = 0;
    loop {
        let page = match pages.next_page().await {
            Ok(Some(page)) => page,
            Ok(None) => return Ok(Done::Success),
            Err(interruption) => return interrupted(&interruption, pages.upcoming().unwrap_or(input)),
        };
        let room = limit.map_or(usize::MAX, |limit| limit - printed);
        let lines: Vec<String> = page.items.iter().take(room).map(|item| json::single_line(item.get())).collect();
        if !lines.is_empty()
            && let Err(undelivered) = print(&lines.join("\n"))
        {
            note(&format!(
                "error: {undelivered}\npage {} is not printed completely; its input: {}",
                page.number, page.input
            ));
            return Ok(Done::Failed);
        }
        printed += lines.len();
        note(&format!("page {}, {}", page.number, items(printed)));
        let left_out = page.items.len() - lines.len();
        if Some(printed) == limit && (left_out > 0 || page.next.is_some()) {
            stopped(&page, printed, left_out);
            return Ok(Done::Success);
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
