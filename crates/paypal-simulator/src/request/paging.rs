//! Lists in pages, each with a link to the next.

use serde_json::{Value, json};

use crate::{
    base::links::link,
    request::{call::Call, refusal::Refusal},
};

/// The requested page.
pub(crate) struct Page {
    number: usize,
    size: usize,
    totals: bool,
}

impl Page {
    /// Reads `page`, `page_size` and `total_required`.
    pub(crate) fn read(call: &Call, size: usize, most: usize, last: usize) -> Result<Self, Refusal> {
        let number = |name: &str, default: usize, least: usize, most: usize| match call.parameter(name) {
            None => Ok(default),
            Some(text) => text.parse().ok().filter(|number| (least..=most).contains(number)).ok_or_else(|| {
                let description = format!("It must be a number from {least} to {most}.");
                Refusal::query(name, text, "INVALID_PARAMETER_VALUE", &description)
            }),
        };
        let totals = call.parameter("total_required") == Some("true");
        Ok(Self { number: number("page", 1, 1, last)?, size: number("page_size", size, 1, most)?, totals })
    }

    /// Returns how many items a page has at most.
    pub(crate) fn size(&self) -> usize {
        self.size
    }

    pub(crate) fn number(&self) -> usize {
        self.number
    }

    /// Returns how many pages that many items have.
    pub(crate) fn count(&self, items: usize) -> usize {
        items.div_ceil(self.size)
    }

    /// Returns the items of this page.
    pub(crate) fn select<T>(&self, all: impl IntoIterator<Item = T>) -> Vec<T> {
        all.into_iter().skip((self.number - 1).saturating_mul(self.size)).take(self.size).collect()
    }

    /// Returns links to this page and its neighbours among so many, for parameters of the query without the page's.
    pub(crate) fn links(&self, path: &str, query: &[String], pages: usize) -> Vec<Value> {
        let to = |rel, page: usize| {
            let page = [format!("page={page}"), format!("page_size={}", self.size)];
            link(rel, "GET", &format!("{path}?{}", [query, &page].concat().join("&")))
        };
        let mut links = vec![to("self", self.number)];
        if self.number > 1 {
            links.extend([to("first", 1), to("prev", self.number - 1)]);
        }
        if self.number < pages {
            links.extend([to("next", self.number + 1), to("last", pages)]);
        }
        links
    }

    /// Returns the items of this page under `name`, totals if they are requested, and links.
    pub(crate) fn document(&self, call: &Call, method: &str, path: &str, name: &str, all: Vec<Value>) -> Value {
        let total = all.len();
        let pages = self.count(total);
        let items = self.select(all);
        let mut links = vec![link("self", method, &self.href(call, path, self.number))];
        if self.number > 1 {
            links.push(link("prev", method, &self.href(call, path, self.number - 1)));
        }
        if self.number < pages {
            links.push(link("next", method, &self.href(call, path, self.number + 1)));
        }
        if self.number < pages {
            links.push(link("last", method, &self.href(call, path, pages)));
        }
        // By PayPal's files a list that has none of them is left out.
        let mut document = if items.is_empty() { json!({}) } else { json!({name: items}) };
        if self.totals {
            document["total_items"] = total.into();
            document["total_pages"] = pages.into();
        }
        document["links"] = links.into();
        document
    }

    /// Returns the path of the first page.
    pub(crate) fn first(&self, call: &Call, path: &str) -> String {
        self.href(call, path, 1)
    }

    /// Returns the path of a page, with the parameters of this request.
    fn href(&self, call: &Call, path: &str, number: usize) -> String {
        let mut query = call.query_without(&["page", "page_size", "total_required"]);
        query.push(format!("page={number}&page_size={}&total_required={}", self.size, self.totals));
        format!("{path}?{}", query.join("&"))
    }
}
