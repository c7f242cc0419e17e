//! Which subscriptions are new, or have another status.

use crate::{
    actions::changes::{List, Terms, Window, changed, run},
    base::date::written,
    call::arguments::Arguments,
    catalogue::subscriptions::{CHANGED_SINCE, LIST},
    platform::{failure::Failure, interface::Platform, reply::Reply},
};

/// The largest page of `subscriptions.list`, and the last one.
const PAGE_SIZE: u32 = 20;
const LAST_PAGE: u32 = 10_000_000;

/// Lists the subscriptions that were made or have changed their status since a checkpoint. PayPal cannot list by another
/// change.
///
/// # Errors
/// Those of [`run`].
pub(crate) fn changed_since(platform: &dyn Platform, arguments: &Arguments) -> Result<Reply, Failure> {
    let filter = |name| arguments.parameter(name).map(|value| value.into_owned());
    let (plans, customers) = (filter("plan_ids"), filter("customer_ids"));
    let request = |window: Window| {
        Arguments::default()
            .with("status_updated_after", written(window.from))
            .with("plan_ids", plans.clone())
            .with("customer_ids", customers.clone())
    };
    let mut list = List {
        action: LIST,
        request: Box::new(request),
        page_size: PAGE_SIZE,
        items: "subscriptions",
        changed: |subscription| changed(subscription, &["status_update_time"]),
        key: |_| None,
        last_page: Some(LAST_PAGE),
        is_whole: false,
        reach: None,
    };
    run(platform, arguments, &Terms::of(CHANGED_SINCE), &mut list)
}
