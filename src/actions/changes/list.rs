//! A list whose pages PayPal links or numbers.

use super::{
    seen::digest,
    source::{Item, Portion, Source, Window},
};
use crate::{
    actions::calls::Calls,
    base::{
        date::{self, OffsetDateTime, written},
        document::{Document, Json},
    },
    call::arguments::Arguments,
    catalogue::Action,
    platform::{failure::Failure, reply::Reply},
};

/// The member of a place with a link that parameters cannot express, and with PayPal's count of all items.
const LINK: &str = "link";
const TOTAL: &str = "total";

/// A list of PayPal's.
pub(crate) struct List<'a> {
    pub(crate) action: &'static Action,
    /// The arguments of the first page of a window.
    pub(crate) request: Box<dyn Fn(Window) -> Arguments<'static> + 'a>,
    /// The size of a page.
    pub(crate) page_size: u32,
    /// The member with the items.
    pub(crate) items: &'static str,
    /// When an item changed last.
    pub(crate) changed: fn(Json) -> Option<OffsetDateTime>,
    /// By what an item is known again: its text, or its id.
    pub(crate) key: fn(Json) -> Option<String>,
    /// The number of the last page that PayPal gives, if pages are numbered. Then items can move between them.
    pub(crate) last_page: Option<u32>,
    /// Whether the list has what is older than the window, too.
    pub(crate) is_whole: bool,
    /// How far back PayPal's list goes.
    pub(crate) reach: Option<time::Duration>,
}

impl List<'_> {
    /// The request for the page at a place, and what the place says besides parameters.
    fn request(&self, window: Window, place: Option<&str>) -> (Arguments<'static>, Option<u64>) {
        let mut arguments = (self.request)(window).with("page_size", self.page_size);
        let mut total = None;
        let place = place.and_then(|place| Document::parse(place).ok());
        let Some(Document::Object(members)) = place else { return (arguments, None) };
        for (name, value) in members {
            let Some(text) = value.to_scalar() else { continue };
            match &*name {
                LINK => arguments.options.page_link = Some(text.into_owned()),
                TOTAL => total = text.parse().ok(),
                _ => {
                    let parameters = &mut arguments.parameters;
                    parameters.retain(|(other, _)| *other != name);
                    let value = match &value {
                        Document::Number(_) => {
                            text.parse::<u32>().map_or_else(|_| text.into_owned().into(), Document::from)
                        }
                        _ => text.into_owned().into(),
                    };
                    parameters.push((name.into_owned().into(), value));
                }
            }
        }
        (arguments, total)
    }

    /// Where a list goes on: the parameters in which the next page's input differs from that of the first page.
    fn place(next: &str, first: &Arguments, total: Option<u64>) -> Option<String> {
        let next = Arguments::parse(next).ok()?;
        let differs = |name: &str, value: &str| first.parameter(name).as_deref() != Some(value);
        let mut members = Vec::new();
        for (name, value) in &next.parameters {
            let Some(text) = value.to_scalar() else { continue };
            if differs(name, &text) {
                members.push((name.clone(), value.clone()));
            }
        }
        members.extend(next.options.page_link.map(|link| (LINK.into(), link.into())));
        members.extend(total.map(|total| (TOTAL.into(), total.to_string().into())));
        Some(Document::Object(members).to_json())
    }

    /// The items of a page. A page without any may leave the list out, but has nothing besides.
    fn items<'b>(&self, reply: &'b Reply) -> Result<Vec<Json<'b>>, Failure> {
        let malformed = || reply.malformed("is not a page of the list");
        let body = Json::parse(reply.body.as_deref().unwrap_or_default()).map_err(|_| malformed())?;
        if !body.is_object() {
            return Err(malformed());
        }
        match body.get(self.items).filter(|items| !items.is_null()) {
            Some(items) if items.is_array() => Ok(items.items().collect()),
            Some(_) => Err(malformed()),
            None => {
                let is_page = |name: &str| {
                    matches!(name, "links" | "count" | "total_items" | "total_pages") || name == self.items
                };
                if body.members().all(|(name, _)| is_page(&name)) { Ok(Vec::new()) } else { Err(malformed()) }
            }
        }
    }
}

impl Source for List<'_> {
    fn read(&mut self, calls: &mut Calls, window: Window, place: Option<&str>, _: usize) -> Result<Portion, Failure> {
        let (arguments, before) = self.request(window, place);
        // A place has all in which its page differs from the first one.
        let (first, _) = self.request(window, None);
        let reply = calls.call(self.action, arguments)?;
        let mut items = Vec::new();
        for json in self.items(&reply)? {
            let changed = (self.changed)(json);
            if self.is_whole && changed.is_some_and(|changed| changed < window.from) {
                continue;
            }
            let key = (self.key)(json);
            let digest = digest(key.as_deref().unwrap_or(json.as_str()));
            items.push(Item { raw: json.as_str().to_owned(), digest, changed });
        }
        let body = Json::parse(reply.body.as_deref().unwrap_or_default()).ok();
        let total = body.and_then(|body| body.get("total_items")?.to_scalar()?.parse().ok());
        let mut next = reply.next.as_deref().and_then(|next| Self::place(next, &first, total));
        let mut missing = Vec::new();
        let oldest = self.reach.map(|reach| window.began.saturating_sub(reach));
        if let Some(oldest) = oldest.filter(|oldest| place.is_none() && window.from < *oldest) {
            missing.push(missing_part(window.from, oldest, "no-longer-available"));
        }
        if self.last_page.is_some_and(|last| page_of(next.as_deref()).is_some_and(|page| page > last)) {
            missing.push(missing_part(window.from, window.began, "too-many-pages"));
            next = None;
        }
        let is_paged = place.is_some() || next.is_some();
        let is_less = total.zip(before).is_some_and(|(total, before)| total < before);
        let can_shift = self.last_page.is_some() && is_paged;
        let shifted = can_shift && is_less;
        Ok(Portion { items, next, can_shift, shifted, missing, ..Portion::default() })
    }
}

/// The number of the page at a place.
fn page_of(place: Option<&str>) -> Option<u32> {
    Document::parse(place?).ok()?.get("page")?.to_scalar()?.parse().ok()
}

/// A part of a window that is not listed, as JSON.
fn missing_part(start: OffsetDateTime, end: OffsetDateTime, reason: &str) -> String {
    let members = [("start_date", written(start)), ("end_date", written(end)), ("reason", reason.to_owned())];
    Document::Object(members.map(|(name, value)| (name.into(), value.into())).into()).to_json()
}

/// The moment in a member of a document.
pub(crate) fn changed(json: Json, path: &[&str]) -> Option<OffsetDateTime> {
    json.at(path)?.text().and_then(|text| date::parse(&text))
}
