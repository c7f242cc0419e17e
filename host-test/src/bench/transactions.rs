//! An account with a transaction every 30 seconds since 2025. Its pages are computed as they are asked for.

use std::{collections::BTreeMap, fmt::Write as _};

use http::StatusCode;
use percent_encoding::percent_decode_str;
use serde_json::json;
use time::{OffsetDateTime, format_description::well_known::Iso8601};

/// Where PayPal lists transactions.
pub const PATH: &str = "/v1/reporting/transactions";

/// The seconds between two transactions: in 31 days there are so many that PayPal would not list them at once.
pub const STEP: i64 = 30;

/// The time of the first transaction, 2025-01-01T00:00:00Z.
const FIRST: i64 = 1_735_689_600;

/// The most transactions of a range, as at PayPal.
const MOST: i64 = 10_000;

/// The ends of the range of the transactions with these numbers, from 0, as text.
#[must_use]
pub fn range(first: i64, last: i64) -> (String, String) {
    (written(FIRST + first * STEP, "Z"), written(FIRST + last * STEP, "Z"))
}

/// The id of the transaction with that number.
#[must_use]
pub fn id(number: i64) -> String {
    format!("{number:017}")
}

/// Answers a request for a page by its query, as PayPal does: a range includes both ends, a page has 100 transactions or
/// `page_size`, and a range of more than 10 000 is refused.
#[must_use]
pub fn answer(query: &str) -> (StatusCode, String) {
    page(query).unwrap_or_else(|| refused("INVALID_REQUEST"))
}

/// `None` if the query is not valid.
fn page(query: &str) -> Option<(StatusCode, String)> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let query: BTreeMap<_, _> =
        pairs.map(|(name, value)| (name, percent_decode_str(value).decode_utf8_lossy())).collect();
    let second =
        |name| OffsetDateTime::parse(query.get(name)?, &Iso8601::PARSING).ok().map(OffsetDateTime::unix_timestamp);
    let number = |name, default| query.get(name).map_or(Some(default), |value| value.parse::<i64>().ok());
    let (start, end) = (second("start_date")?, second("end_date")?);
    let size = number("page_size", 100).filter(|size| (1..=500).contains(size))?;
    let page = number("page", 1).filter(|page| *page >= 1)?;

    // The numbers of the first transaction in the range, and of the first one after it.
    let first = (start - FIRST + STEP - 1).div_euclid(STEP).max(0);
    let total = ((end - FIRST).div_euclid(STEP) + 1 - first).max(0);
    if total > MOST {
        return Some(refused("RESULTSET_TOO_LARGE"));
    }
    let of_page = page.saturating_sub(1).saturating_mul(size).min(total)..page.saturating_mul(size).min(total);
    let mut body = String::from(r#"{"transaction_details":["#);
    for (index, number) in of_page.enumerate() {
        if index > 0 {
            body.push(',');
        }
        transaction(&mut body, first + number);
    }
    let (pages, refreshed) = (total.div_euclid(size) + i64::from(total % size > 0), written(end.max(FIRST), "+0000"));
    let _ = write!(
        body,
        r#"],"account_number":"XZXSPECPDZHZU","start_date":"{}","end_date":"{}","last_refreshed_datetime":"{refreshed}","page":{page},"total_items":{total},"total_pages":{pages},"links":[]}}"#,
        written(start, "+0000"),
        written(end, "+0000"),
    );
    Some((StatusCode::OK, body))
}

/// Some 1,000 bytes, as many as PayPal writes of a sale and its payer.
fn transaction(body: &mut String, number: i64) {
    let (id, at) = (id(number), written(FIRST + number * STEP, "+0000"));
    let (units, cents) = (10 + number % 90, number % 100);
    // A text can always be written to.
    let _ = write!(
        body,
        r#"{{"transaction_info":{{"paypal_account_id":"6STWC2LSUYYYE","transaction_id":"{id}","transaction_event_code":"T0006","transaction_initiation_date":"{at}","transaction_updated_date":"{at}","transaction_amount":{{"currency_code":"USD","value":"{units}.{cents:02}"}},"fee_amount":{{"currency_code":"USD","value":"-0.79"}},"transaction_status":"S","transaction_subject":"Bill for your purchase","ending_balance":{{"currency_code":"USD","value":"{number}.{cents:02}"}},"available_balance":{{"currency_code":"USD","value":"{number}.{cents:02}"}},"invoice_id":"INV-{id}","custom_field":"order {number}","protection_eligibility":"01"}},"payer_info":{{"account_id":"6STWC2LSUYYYE","email_address":"buyer-{number}@example.com","address_status":"Y","payer_status":"Y","payer_name":{{"given_name":"Pat","surname":"Example","alternate_full_name":"Pat Example"}},"country_code":"US"}},"shipping_info":{{"name":"Pat, Example","address":{{"line1":"{units} Main St","city":"Anytown","country_code":"US","postal_code":"00000"}}}}}}"#
    );
}

fn refused(name: &str) -> (StatusCode, String) {
    let body = json!({"name": name, "message": "The request is refused.", "debug_id": "f3a08d6e91c5b", "details": []});
    (StatusCode::BAD_REQUEST, body.to_string())
}

/// A time to the second, in UTC; `offset` is how that is written.
fn written(second: i64, offset: &str) -> String {
    let moment = OffsetDateTime::from_unix_timestamp(second).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let (date, (hour, minute, second)) = (moment.date(), moment.to_hms());
    format!("{date}T{hour:02}:{minute:02}:{second:02}{offset}")
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn page(first: i64, last: i64, more: &str) -> (u16, Value) {
        let (start, end) = range(first, last);
        let (status, body) = answer(&format!("start_date={}&end_date={end}{more}", start.replace(':', "%3A")));
        (status.as_u16(), serde_json::from_str(&body).unwrap())
    }

    #[test]
    fn pages_are_those_of_the_range() {
        let (status, body) = page(3, 1002, "&page_size=500&page=2");
        let details = body["transaction_details"].as_array().unwrap();
        let id_of = |index: usize| &details[index]["transaction_info"]["transaction_id"];
        assert_eq!((status, details.len(), id_of(0), id_of(499)), (200, 500, &json!(id(503)), &json!(id(1002))));
        assert_eq!((&body["total_items"], &body["total_pages"]), (&json!(1000), &json!(2)));
        assert_eq!(page(3, 1002, "&page_size=500&page=3").1["transaction_details"], json!([]));
        assert_eq!(page(0, 0, "").1["total_pages"], json!(1));
    }

    #[test]
    fn what_paypal_refuses_is_refused() {
        assert_eq!(page(0, 9_999, "").0, 200);
        assert_eq!(page(0, 10_000, "").1["name"], "RESULTSET_TOO_LARGE");
        for more in ["&page_size=501", "&page_size=0", "&page=0", "&page=x"] {
            assert_eq!(page(0, 1, more).1["name"], "INVALID_REQUEST", "{more}");
        }
        assert_eq!(answer("").0, StatusCode::BAD_REQUEST);
    }
}
