//! Invoices: what is new or different.

use crate::{
    actions::changes::{List, Terms, Window, changed, run},
    base::{
        date::{self, OffsetDateTime, written},
        document::Json,
    },
    call::arguments::Arguments,
    catalogue::invoices::{CHANGED_SINCE, SEARCH},
    platform::{failure::Failure, interface::Platform, reply::Reply},
};

/// The largest page of `invoices.search`, and the last one.
const PAGE_SIZE: u32 = 100;
const LAST_PAGE: u32 = 1000;

/// Lists the invoices that were made or have changed since a checkpoint. PayPal cannot search by the time of a change: all
/// invoices are read, or those created since a time.
///
/// # Errors
/// Those of [`run`].
pub(crate) fn changed_since(platform: &dyn Platform, arguments: &Arguments) -> Result<Reply, Failure> {
    let created = arguments.parameter("created_since").and_then(|since| date::format(date::parse(&since)?));
    let request = |window: Window| {
        // What is created while the pages are read belongs to this round, too.
        let end = window.began.saturating_add(time::Duration::days(1));
        let range = created.as_ref().map(|start| {
            let range = format!(r#"{{"start":"{start}","end":"{}"}}"#, written(end));
            format!(r#"{{"creation_date_range":{range}}}"#)
        });
        Arguments::default().with("total_required", true).body(range.unwrap_or_else(|| "{}".to_owned()))
    };
    let mut list = List {
        action: SEARCH,
        request: Box::new(request),
        page_size: PAGE_SIZE,
        items: "items",
        changed: last_change,
        key: |_| None,
        last_page: Some(LAST_PAGE),
        is_whole: true,
        reach: None,
    };
    run(platform, arguments, &Terms::of(CHANGED_SINCE), &mut list)
}

fn last_change(invoice: Json) -> Option<OffsetDateTime> {
    let time = |name| changed(invoice, &["detail", "metadata", name]);
    time("last_update_time").max(time("create_time"))
}
