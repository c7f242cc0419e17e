//! Links to further pages: they are never lost, and only ever lead to a page.

use super::input::text;
use crate::{
    base::document::{Json, quoted},
    call::{
        arguments::Arguments,
        check::check,
        paging::{self, link},
        request,
    },
    catalogue::{Paging, plans, transactions},
    platform::environment::Environment,
};

const PATH: &str = "/v1/billing/plans";

/// The `href` of a link.
pub(super) fn link(input: &[u8]) {
    let Some(href) = text(input) else { return };
    let arguments = Arguments::parse(r#"{"page": 1, "page_size": 20}"#).unwrap_or_default();
    let answer = format!(r#"{{"plans": [], "links": [{{"rel": "next", "href": {}}}]}}"#, quoted(href));
    let Some(next) = paging::next(plans::LIST, &arguments, &answer) else { panic!("{href:?} ends the list") };
    let next = input_of(&next);
    let followed = check(plans::LIST, &next, Environment::Sandbox).is_ok();
    let target = request::path_and_query(plans::LIST, &next);
    if followed {
        assert_page(&target);
        let same = ["page", "page_size"].map(|name| next.parameter(name) == arguments.parameter(name));
        let is_linked = next.options.page_link.is_some();
        assert!(is_linked || same != [true, true], "{href:?} leads to its own page");
    }
    // On its own, with any parameters.
    if link::check(plans::LIST, href).is_none() {
        let Some(target) = link::target(href) else { panic!("{href:?} may be followed and leads nowhere") };
        assert_page(&target);
        let lower = href.to_ascii_lowercase();
        let hosts = ["api-m.paypal.com", "api.paypal.com", "api-m.sandbox.paypal.com", "api.sandbox.paypal.com"];
        let of_paypal = |host| [format!("https://{host}/"), format!("https://{host}:443/")];
        let is_paypals = hosts.into_iter().flat_map(of_paypal).any(|start| lower.starts_with(&start));
        assert!(is_paypals || (href.starts_with('/') && !href.starts_with("//")), "{href:?} is another's");
    }
}

/// An answer with links, or with a number of pages.
pub(super) fn answer(input: &[u8]) {
    let Some(answer) = text(input) else { return };
    for (action, given) in
        [(plans::LIST, r#"{"page": 3, "options": {"prefer": "minimal"}}"#), (transactions::LIST, "{}")]
    {
        let arguments = Arguments::parse(given).unwrap_or_default();
        let next = paging::next(action, &arguments, answer);
        match next {
            Some(next) => {
                let next = input_of(&next);
                // A page found by counting is a later one.
                let page = next.parameter("page").and_then(|page| page.parse::<u64>().ok());
                let is_later = page.is_some_and(|page| page >= 1) || next.options.page_link.is_some();
                assert!(action.paging != Some(Paging::PageCount) || is_later, "{answer} leads to {page:?}");
            }
            None => {
                let Ok(json) = Json::parse(answer) else { continue };
                let is_next = |link: &Json| link.get("rel").and_then(Json::text).is_some_and(|rel| rel == "next");
                let linked = json.get("links").into_iter().flat_map(Json::items).any(|link| is_next(&link));
                let counted = json.get("total_pages").is_some_and(|pages| !pages.is_null());
                assert!(!linked || counted || action.paging != Some(Paging::NextLink), "{answer} ends the list");
                let number = |name| json.get(name).and_then(|it| it.as_str().parse::<u64>().ok());
                let is_last = number("page").zip(number("total_pages")).is_none_or(|(page, pages)| page >= pages);
                assert!(is_last || action.paging != Some(Paging::PageCount), "{answer} ends the list");
            }
        }
    }
}

fn input_of(next: &str) -> Arguments<'_> {
    let Ok(arguments) = Arguments::parse(next) else { panic!("{next} is no input") };
    assert!(arguments.issues.is_empty(), "{next}: {:?}", arguments.issues);
    arguments
}

/// A target is below the list's path, however a server reads it.
fn assert_page(target: &str) {
    assert!(target.bytes().all(|byte| byte.is_ascii_graphic()), "{target:?}");
    let path = target.split('?').next().unwrap_or_default();
    let rest = path.strip_prefix(PATH).unwrap_or_else(|| panic!("{target} is elsewhere"));
    assert!(rest.is_empty() || rest.starts_with('/'), "{target} is elsewhere");
    let decoded = percent_encoding::percent_decode_str(path).decode_utf8_lossy().into_owned();
    assert!(
        !decoded.contains('\\') && !decoded.split('/').any(|step| matches!(step, "." | "..")),
        "{target} leads out"
    );
}
