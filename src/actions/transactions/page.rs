//! One of PayPal's pages, read without a tree.

use crate::base::{
    date::{self, OffsetDateTime, full_second},
    document::Json,
};

/// A page, as written by PayPal.
pub(crate) struct Page<'a> {
    /// The list of transactions; `None` on a page without any.
    details: Option<Json<'a>>,
    pub(super) account_number: Option<&'a str>,
    pub(super) last_refreshed: Option<&'a str>,
    /// The time up to which PayPal has the transactions, in full seconds.
    pub(super) available: Option<OffsetDateTime>,
    /// How many transactions PayPal counts on all pages.
    pub(super) total_items: Option<u64>,
    pub(super) total_pages: Option<u64>,
    /// Whether the number of transactions is unknown, because a count cannot be read.
    pub(super) is_unclear: bool,
}

impl<'a> Page<'a> {
    /// Reads a page. Returns `None` unless it lists transactions, or counts zero: PayPal omits an empty list
    /// (OCA/bank-statement-import#843).
    pub(crate) fn read(body: &'a str) -> Option<Self> {
        let body = Json::parse(body).ok()?;
        let mut page = Self {
            details: None,
            account_number: None,
            last_refreshed: None,
            available: None,
            total_items: None,
            total_pages: None,
            is_unclear: false,
        };
        let mut counts = [None, None];
        let mut end = None;
        let mut refreshed = None;
        for (name, value) in body.members() {
            match &*name {
                "transaction_details" => page.details = Some(value).filter(|value| !value.is_null()),
                "account_number" => page.account_number = Some(value.as_str()),
                "last_refreshed_datetime" => {
                    page.last_refreshed = Some(value.as_str());
                    refreshed = moment(value);
                }
                "end_date" => end = moment(value),
                "total_items" => counts[0] = Some(value),
                "total_pages" => counts[1] = Some(value),
                _ => {}
            }
        }
        let counts = counts.map(|count| count.filter(|count| !count.is_null()));
        [page.total_items, page.total_pages] = counts.map(|value| value.and_then(count));
        page.is_unclear = page.total_items.or(page.total_pages).is_none() && counts.iter().any(Option::is_some);
        page.available = end.into_iter().chain(refreshed).min();
        let is_page = match page.details {
            Some(details) => details.is_array(),
            None => page.total_items.or(page.total_pages) == Some(0),
        };
        is_page.then_some(page)
    }

    /// The transactions, each as written by PayPal.
    pub(crate) fn transactions(&self) -> impl Iterator<Item = &'a str> {
        self.details.into_iter().flat_map(Json::items).map(Json::as_str)
    }

    /// The whole list, as written by PayPal.
    pub(crate) fn text(&self) -> &'a str {
        self.details.map(Json::as_str).unwrap_or_default()
    }
}

fn moment(value: Json) -> Option<OffsetDateTime> {
    value.text().and_then(|text| date::parse(&text)).and_then(full_second)
}

fn count(value: Json) -> Option<u64> {
    value.to_scalar()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transactions(body: &str) -> Option<Vec<&str>> {
        Page::read(body).map(|page| page.transactions().collect())
    }

    #[test]
    fn transactions_are_returned_whole_and_unchanged() {
        let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
        for transaction in [
            r#"{ "quantity" : 1.0 }"#,
            r#"{"note": "cut \ud83d", "id": "A"}"#,
            r#"{"id": "A", "id": "B"}"#,
            r#"{"value": 1e999, "long": 12345678901234567890123}"#,
            &deep,
            "null",
        ] {
            let body = format!(r#"{{"total_items": 2, "transaction_details": [{transaction} , {{"id": "]"}}]}}"#);
            assert_eq!(transactions(&body).unwrap(), [transaction, r#"{"id": "]"}"#]);
        }
    }

    #[test]
    fn of_duplicate_members_the_last_counts() {
        let body = r#"{"transaction_details": [1], "total_items": 1, "transaction_details": [2, 3], "total_items": 2}"#;
        let page = Page::read(body).unwrap();
        assert_eq!((page.transactions().collect::<Vec<_>>(), page.total_items), (vec!["2", "3"], Some(2)));
    }

    #[test]
    fn an_empty_page_may_leave_out_its_list() {
        for body in [
            r#"{"transaction_details": [], "total_items": 0}"#,
            r#"{"transaction_details": []}"#,
            r#"{"total_items": 0, "total_pages": 0}"#,
            r#"{"total_pages": "0"}"#,
            r#"{"transaction_details": null, "total_items": 0}"#,
        ] {
            assert_eq!(transactions(body), Some(Vec::new()), "{body}");
        }
    }

    #[test]
    fn an_invalid_page_is_not_taken_for_an_empty_one() {
        for body in [
            "",
            "null",
            "[]",
            "{}",
            "<html>",
            r#"{"transaction_details": {}}"#,
            r#"{"transaction_details": "none", "total_items": 0}"#,
            r#"{"transaction_details": null}"#,
            r#"{"transaction_details": [{}"#,
            r#"{"total_items": 3}"#,
            r#"{"total_items": "none"}"#,
            r#"{"total_items": 3, "total_pages": 0}"#,
            r#"{"account_number": "XZ", "start_date": "2026-01-01T00:00:00+0000"}"#,
            r#"{"name": "INTERNAL_SERVICE_ERROR", "message": "Internal service error.", "details": []}"#,
        ] {
            assert_eq!(transactions(body), None, "{body}");
        }
    }

    #[test]
    fn data_reach_to_the_earlier_of_two_times_in_full_seconds() {
        let available = |end: &str, refreshed: &str| {
            let body =
                format!(r#"{{"transaction_details": [], "end_date": {end}, "last_refreshed_datetime": {refreshed}}}"#);
            Page::read(&body).unwrap().available.and_then(date::format)
        };
        let first = r#""2026-10-31T23:59:59.999+0000""#;
        let second = r#""2026-11-01T05:30:00+05:30""#;
        assert_eq!(available(first, second).as_deref(), Some("2026-10-31T23:59:59Z"));
        assert_eq!(available("null", second).as_deref(), Some("2026-11-01T00:00:00Z"));
        assert_eq!(available(r#""9999-12-31T23:59:59-05:00""#, "7"), None);
    }
}
