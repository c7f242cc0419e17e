//! Pages of transactions: a page lists some or counts zero, and each transaction is unchanged.

use super::input::text;
use serde_json::Value;

use crate::actions::transactions::page::Page;

pub(super) fn run(input: &[u8]) {
    let Some(text) = text(input) else { return };
    let page = Page::read(text);
    if let Some(page) = &page {
        for transaction in page.transactions() {
            assert!(text.contains(transaction));
            assert!(crate::base::document::Json::parse(transaction).is_ok());
        }
        assert!(page.text().is_empty() || page.text().starts_with('['));
    }
    // Compared only if a stricter parser accepts the text.
    let Ok(value) = serde_json::from_str::<Value>(text) else { return };
    let count = |name: &str| match &value[name] {
        Value::String(text) => text.parse::<u64>().ok(),
        other => other.as_u64(),
    };
    match (&value["transaction_details"], page) {
        (Value::Array(items), Some(page)) => assert_eq!(page.transactions().count(), items.len()),
        (Value::Null, Some(page)) => {
            assert_eq!(page.transactions().count(), 0);
            assert!(count("total_items").or(count("total_pages")) == Some(0), "{text} is taken for an empty page");
        }
        (Value::Array(_), None) => panic!("{text} is a page"),
        (_, page) => assert!(page.is_none(), "{text} is taken for a page"),
    }
}
