//! Disputes: what is new or different.

use crate::{
    actions::changes::{List, Terms, Window, changed, run},
    base::date::written,
    call::arguments::Arguments,
    catalogue::disputes::{CHANGED_SINCE, LIST},
    platform::{failure::Failure, interface::Platform, reply::Reply},
};

/// The largest page of `disputes.list`, the last one that has a number, and how far back the list goes.
const PAGE_SIZE: u32 = 50;
const LAST_PAGE: u32 = 50;
const KEPT: time::Duration = time::Duration::days(180);

/// Lists the disputes that were opened or have changed since a checkpoint.
///
/// # Errors
/// Those of [`run`].
pub(crate) fn changed_since(platform: &dyn Platform, arguments: &Arguments) -> Result<Reply, Failure> {
    let states = arguments.parameter("dispute_state").map(|states| states.into_owned());
    let request = |window: Window| {
        // PayPal refuses an earlier time; without one it lists all that it has. A day's margin is for its clock.
        let oldest = window.began.saturating_sub(KEPT - time::Duration::days(1));
        let after = (window.from > oldest).then(|| written(window.from));
        Arguments::default().with("update_time_after", after).with("dispute_state", states.clone())
    };
    let mut list = List {
        action: LIST,
        request: Box::new(request),
        page_size: PAGE_SIZE,
        items: "items",
        changed: |dispute| changed(dispute, &["update_time"]),
        key: |_| None,
        last_page: Some(LAST_PAGE),
        is_whole: false,
        reach: Some(KEPT),
    };
    run(platform, arguments, &Terms::of(CHANGED_SINCE), &mut list)
}
