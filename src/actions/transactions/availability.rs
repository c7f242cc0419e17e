//! Whether a refusal means that PayPal does not have the data of a window, which is not the caller's fault.
//!
//! PayPal has the transactions of three years, up to some hours ago. It documents no code for dates outside. Seen are
//! 400 and 404 `INVALID_REQUEST` with "Data for the given start date is not available." and without details, for dates
//! too new and too old (paypal/PayPal-node-SDK#452, airbytehq/airbyte#4240), and 400 `INVALID_REQUEST` whose only
//! detail is about the query's `start_date`, in prose, for dates older than three years
//! (robvankeilegom/firefly-III-paypal-importer#26).
//!
//! The connector chooses a window's dates: valid, in order, and at most 31 days apart. So a refusal about only them, if
//! they are outside PayPal's data, means that.

use time::Duration;

use super::{missing::Reason, window::Window};
use crate::{
    base::date::OffsetDateTime,
    platform::failure::{Failure, Issue, Kind},
};

/// The age from which PayPal may no longer have the data: three years, less a few days since its exact limit is
/// unknown.
const OLD: Duration = Duration::days(3 * 364);

/// The age up to which PayPal may not yet have the data: three hours as documented, a day and a half as observed.
const NEW: Duration = Duration::hours(36);

/// Why PayPal does not have the data of a refused window, by its message or else by the clock; `None` if the refusal is
/// about something else.
pub(super) fn unavailable(failure: &Failure, window: Window, now: OffsetDateTime) -> Option<Reason> {
    let refused = matches!(failure.kind, Kind::InvalidInput | Kind::NotFound | Kind::Unprocessable);
    let fields = || failure.details.iter().filter_map(|issue| issue.field.as_deref());
    if !refused || !fields().all(is_date) {
        return None;
    }
    let is_old = window.start < now.saturating_sub(OLD);
    let by_age = if is_old { Reason::NoLongerAvailable } else { Reason::NotYetAvailable };
    let issues: Vec<String> = failure.details.iter().map(prose).collect();
    let said = [&[plain(&failure.message)], &*issues].concat().join("\n");
    let says = |words: &[&str]| words.iter().any(|word| said.contains(word));
    let about_dates = fields().next().is_some() || says(&["start date", "end date", "given date", "date range"]);
    if about_dates && says(&["year", "36 months"]) {
        return Some(Reason::NoLongerAvailable);
    }
    let not_available = says(&["not available", "unavailable", "not yet available", "no longer available", "no data"]);
    if (about_dates || says(&["data "])) && not_available || about_dates && says(&["future"]) {
        return Some(by_age);
    }
    let is_beyond = is_old || window.end > now.saturating_sub(NEW);
    let about_form =
        issues.iter().any(|issue| ["31 days", "invalid date", "format"].iter().any(|it| issue.contains(it)));
    (fields().next().is_some() && is_beyond && !about_form).then_some(by_age)
}

/// Whether a field is one of a window's two dates.
fn is_date(field: &str) -> bool {
    let name = field.rsplit(['/', '.', '#', '$']).next().unwrap_or_default();
    let name = name.replace(['_', '-'], "").to_ascii_lowercase();
    matches!(&*name, "startdate" | "enddate")
}

fn prose(issue: &Issue) -> String {
    let parts = [&issue.issue, &issue.description].map(|part| part.as_deref().unwrap_or_default());
    plain(&parts.join(" "))
}

/// A text in lower case, with codes split into words.
fn plain(text: &str) -> String {
    text.replace(['_', '-'], " ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::date;

    const NOT_AVAILABLE: &str = "Data for the given start date is not available.";
    const GENERIC: &str = "Request is not well-formed, syntactically incorrect, or violates schema.";

    fn moment(text: &str) -> OffsetDateTime {
        date::parse(text).unwrap()
    }

    fn refusal(kind: Kind, message: &str, issues: &[(Option<&str>, &str)]) -> Failure {
        let issue = |(field, issue): &(Option<&str>, &str)| Issue {
            field: field.map(str::to_owned),
            issue: Some((*issue).to_owned()),
            ..Issue::default()
        };
        Failure { details: issues.iter().map(issue).collect(), ..Failure::unsent(kind, message) }
    }

    /// The reason for a window of one day from `start`, at the end of November 2026.
    fn of(start: &str, failure: &Failure) -> Option<Reason> {
        let start = moment(start);
        let window = Window { start, end: start + Duration::days(1) };
        unavailable(failure, window, moment("2026-11-29T00:00:00Z"))
    }

    const RECENT: &str = "2026-11-28T12:00:00Z";
    const LAST_SUMMER: &str = "2026-07-01T00:00:00Z";
    const OLD: &str = "2023-07-01T00:00:00Z";

    #[test]
    fn paypal_s_sentence_counts_in_every_shape_and_spelling() {
        use Reason::{NoLongerAvailable as Old, NotYetAvailable as New};
        let detail = |field| refusal(Kind::InvalidInput, GENERIC, &[(field, NOT_AVAILABLE)]);
        for failure in [
            refusal(Kind::InvalidInput, &format!("PayPal answered 400 INVALID_REQUEST: {NOT_AVAILABLE}"), &[]),
            refusal(Kind::NotFound, &NOT_AVAILABLE.to_uppercase(), &[]),
            refusal(Kind::Unprocessable, "No data for the given end date", &[]),
            refusal(Kind::NotFound, "Data is not yet available", &[]),
            refusal(Kind::InvalidInput, GENERIC, &[(None, "DATA_NOT_AVAILABLE")]),
            refusal(Kind::InvalidInput, GENERIC, &[(Some("/start_date"), "START_DATE_UNAVAILABLE")]),
            refusal(Kind::InvalidInput, "The start date lies in the future", &[]),
            detail(None),
            detail(Some("start_date")),
            detail(Some("#/query/end_date")),
            detail(Some("startDate")),
        ] {
            for (start, expected) in [(RECENT, New), (LAST_SUMMER, New), (OLD, Old)] {
                assert_eq!(of(start, &failure), Some(expected), "{start} {failure:?}");
            }
        }
    }

    #[test]
    fn three_years_are_known_by_the_word_or_by_the_clock() {
        for issue in ["Start date must not be more than 3 years ago.", "START_DATE_OLDER_THAN_THREE_YEARS"] {
            let failure = refusal(Kind::InvalidInput, GENERIC, &[(Some("start_date"), issue)]);
            assert_eq!(of(LAST_SUMMER, &failure), Some(Reason::NoLongerAvailable), "{issue}");
        }
        let failure = refusal(Kind::InvalidInput, GENERIC, &[(Some("start_date"), "Date is out of range")]);
        assert_eq!(of(OLD, &failure), Some(Reason::NoLongerAvailable));
        assert_eq!(of(RECENT, &failure), Some(Reason::NotYetAvailable));
        assert_eq!(of(LAST_SUMMER, &failure), None);
    }

    #[test]
    fn a_refusal_of_the_input_stays_one() {
        for failure in [
            refusal(Kind::InvalidInput, GENERIC, &[(Some("transaction_type"), "Invalid value")]),
            refusal(Kind::InvalidInput, GENERIC, &[(Some("start_date"), "Invalid date passed")]),
            refusal(Kind::InvalidInput, GENERIC, &[(Some("end_date"), "Date range is greater than 31 days")]),
            refusal(
                Kind::InvalidInput,
                NOT_AVAILABLE,
                &[(Some("start_date"), NOT_AVAILABLE), (Some("transaction_amount"), "Invalid value")],
            ),
            refusal(Kind::InvalidInput, "PayPal answered 400 INVALID_REQUEST", &[]),
            refusal(Kind::InvalidInput, GENERIC, &[]),
            refusal(Kind::InvalidInput, "The payment instrument type is not available", &[]),
            refusal(
                Kind::NotFound,
                "The requested resource could not be found but may be available in the future.",
                &[],
            ),
            refusal(Kind::NotFound, "Either the URI is incorrect or the resource is not available.", &[]),
            refusal(Kind::Forbidden, NOT_AVAILABLE, &[]),
            refusal(Kind::ProviderError, "The service is unavailable for the given date range", &[]),
            refusal(Kind::RateLimited, NOT_AVAILABLE, &[]),
        ] {
            for start in [RECENT, LAST_SUMMER, OLD] {
                assert_eq!(of(start, &failure), None, "{start} {failure:?}");
            }
        }
    }
}
