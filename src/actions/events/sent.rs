//! PayPal's list of the events that it has sent.

use crate::{
    actions::changes::{List, Window, changed},
    base::{date::written, document::Json},
    call::arguments::Arguments,
    catalogue::webhooks::LIST_EVENTS,
};

/// The size of a page. PayPal documents no limit.
const PAGE_SIZE: u32 = 100;

/// How long PayPal keeps an event, by the range of its dashboard.
/// <https://developer.paypal.com/api/rest/webhooks/events-dashboard>
const KEPT: time::Duration = time::Duration::days(30);

/// The events of the app, or those of one type.
pub(crate) fn list(event_type: Option<String>) -> List<'static> {
    let request = move |window: Window| {
        Arguments::default().with("start_time", written(window.from)).with("event_type", event_type.clone())
    };
    List {
        action: LIST_EVENTS,
        request: Box::new(request),
        page_size: PAGE_SIZE,
        items: "events",
        changed: |event| changed(event, &["create_time"]),
        key: |event| event.get("id").and_then(Json::text).map(|id| id.into_owned()),
        last_page: None,
        is_whole: false,
        reach: Some(KEPT),
    }
}
