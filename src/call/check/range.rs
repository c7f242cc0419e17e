//! Rules between several parameters of one operation.

use time::{Duration, UtcOffset};

use crate::{
    base::{
        date::{self, OffsetDateTime},
        pointer,
    },
    call::{arguments::Arguments, request},
    catalogue::{Action, Relation},
    platform::{
        environment::Environment,
        failure::{Issue, Location},
    },
};

pub(super) fn check(action: &'static Action, arguments: &Arguments, environment: Environment, issues: &mut Vec<Issue>) {
    for relation in action.rules {
        issues.extend(match *relation {
            Relation::Range { start, end, max_days } => range(start, end, max_days, arguments),
            Relation::AtMostOne(names) => at_most_one(names, arguments),
            Relation::UrlLength(max) => url_length(max, action, arguments, environment),
        });
    }
}

/// Invalid timestamps are left to the parameters' schemas and PayPal.
fn range(start: &str, end: &str, max_days: Option<u32>, arguments: &Arguments) -> Option<Issue> {
    // PayPal counts in seconds.
    let moment = |name| date::parse(&arguments.parameter(name)?)?.replace_nanosecond(0).ok();
    let (from, to) = (moment(start)?, moment(end)?);
    let description = match max_days {
        _ if to < from => format!("is before {start}"),
        Some(days) if lasts_longer(from, to, days) => {
            format!("is more than {days} days after {start}: the longest range is {days} days")
        }
        _ => return None,
    };
    let issue = Issue::found(&pointer::member(end), Location::Query, "INVALID_PARAMETER_VALUE", description);
    Some(issue.with_value(&arguments.parameter(end)?))
}

/// Whether both the elapsed time and the difference of local times exceed the limit. They differ if the clock changes
/// within the range, and PayPal has not published which one it counts.
fn lasts_longer(from: OffsetDateTime, to: OffsetDateTime, days: u32) -> bool {
    let longest = Duration::days(days.into());
    let by_the_clock = |it: OffsetDateTime| it.replace_offset(UtcOffset::UTC);
    to - from > longest && by_the_clock(to) - by_the_clock(from) > longest
}

fn at_most_one(names: &[&str], arguments: &Arguments) -> Option<Issue> {
    let mut given = names.iter().filter(|name| arguments.parameter(name).is_some());
    let (first, second) = (given.next()?, given.next()?);
    let description = format!("cannot be combined with {first}");
    Some(Issue::found(&pointer::member(second), Location::Query, "INVALID_PARAMETER_VALUE", description))
}

fn url_length(max: u32, action: &'static Action, arguments: &Arguments, environment: Environment) -> Option<Issue> {
    let path_and_query = request::path_and_query(action, arguments);
    let length = "https://".len() + environment.authority().len() + path_and_query.len();
    let description = format!("the URL would have {length} characters; at most {max} allowed");
    let issue = || Issue::found("", Location::Query, "INVALID_STRING_LENGTH", description);
    (length > max as usize).then(issue)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        call::check::tests::violations,
        catalogue::{PLAIN, Parameter, Schema, Shape},
    };

    static TEXT: Schema = Schema {
        shape: Shape::Text { min: 1, max: 64, characters: None },
        nullable: false,
        rule: None,
        selection: None,
    };

    const fn query(name: &'static str) -> Parameter {
        Parameter { name, location: Location::Query, required: false, schema: &TEXT }
    }

    static LIST: Action = Action {
        parameters: &[query("from"), query("to"), query("of"), query("by")],
        rules: &[
            Relation::Range { start: "from", end: "to", max_days: Some(31) },
            Relation::AtMostOne(&["of", "by", "from"]),
        ],
        ..PLAIN
    };

    fn found(parameters: &[(&'static str, &str)]) -> Vec<String> {
        let mut arguments = Arguments::new(None);
        for (name, value) in parameters {
            arguments = arguments.with(name, (*value).to_owned());
        }
        match crate::call::check::check(&LIST, &arguments, Environment::Sandbox) {
            Ok(()) => Vec::new(),
            Err(failure) => failure
                .details
                .into_iter()
                .map(|it| format!("{} {}", it.field.unwrap_or_default(), it.description.unwrap_or_default()))
                .collect(),
        }
    }

    fn between(from: &str, to: &str) -> Vec<String> {
        found(&[("from", from), ("to", to)])
    }

    #[test]
    fn an_end_is_not_before_its_start() {
        assert_eq!(between("2026-02-20T00:00:00Z", "2026-02-20T00:00:00+0000"), [""; 0]);
        assert_eq!(between("2026-02-20T00:00:00Z", "2026-02-19T17:00:01-0700"), [""; 0]);
        assert_eq!(between("2026-02-20T00:00:00Z", "2026-02-19T23:59:59.999Z"), ["/to is before from"]);
        assert_eq!(between("2026-02-20T00:00:00-07:00", "2026-02-20T06:59:59Z"), ["/to is before from"]);
    }

    #[test]
    fn a_range_is_not_too_long() {
        let too_long = ["/to is more than 31 days after from: the longest range is 31 days"];
        assert_eq!(between("2026-02-01T00:00:00Z", "2026-03-04T00:00:00Z"), [""; 0]);
        assert_eq!(between("2026-02-01T00:00:00Z", "2026-03-04T00:00:01Z"), too_long);
        assert_eq!(between("2024-02-01T00:00:00+0000", "2024-03-03T00:00:00+0000"), [""; 0]);
        assert_eq!(between("2024-02-01T00:00:00+0000", "2024-03-03T00:00:01+0000"), too_long);
        // PayPal counts in seconds.
        assert_eq!(between("2024-02-01T00:00:00.000Z", "2024-03-03T00:00:00.999Z"), [""; 0]);
        assert_eq!(between("2024-02-01T00:00:00.900Z", "2024-02-01T00:00:00.100Z"), [""; 0]);
        assert_eq!(between("2026-01-01T00:00:00Z", "2026-02-10T00:00:00Z"), too_long);
    }

    #[test]
    fn a_clock_set_back_within_the_range_makes_no_longer_range() {
        assert_eq!(between("2026-10-15T00:00:00-0700", "2026-11-15T00:00:00-0800"), [""; 0]);
        assert_eq!(between("2026-10-15T00:00:00-0700", "2026-11-15T00:00:01-0800").len(), 1);
    }

    #[test]
    fn invalid_timestamps_are_not_compared() {
        for (from, to) in [("2026-19-01T00:00:00Z", "2026-01-01T00:00:00Z"), ("yesterday", "2026-01-01T00:00:00Z")] {
            assert_eq!(between(from, to), [""; 0]);
        }
        assert_eq!(found(&[("to", "2026-01-01T00:00:00Z")]), [""; 0]);
    }

    #[test]
    fn of_some_parameters_one_is_given() {
        assert_eq!(found(&[("by", "x")]), [""; 0]);
        assert_eq!(found(&[("by", "x"), ("to", "x")]), [""; 0]);
        assert_eq!(found(&[("by", "x"), ("of", "x")]), ["/by cannot be combined with of"]);
    }

    #[test]
    fn the_transactions_of_a_subscription_come_in_order() {
        let between = |start: &str, end: &str| {
            let input = format!(r#"{{"id": "I-5AH663A4R1UT", "start_time": "{start}", "end_time": "{end}"}}"#);
            violations("subscriptions.list-transactions", &input)
        };
        assert_eq!(between("2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z"), [""; 0]);
        assert_eq!(
            between("2026-04-01T00:00:00Z", "2026-01-01T00:00:00Z"),
            ["query /end_time: INVALID_PARAMETER_VALUE"]
        );
    }

    #[test]
    fn a_url_has_2000_characters() {
        let ids = vec!["P-6HX81430LN2750936MQ4KTWY"; 70].join(",");
        let list = |more: &str| violations("subscriptions.list", &format!(r#"{{"plan_ids": "{ids}"{more}}}"#));
        assert_eq!(list(""), [""; 0]);
        let more = r#", "created_before": "2026-01-01T00:00:00.000Z", "created_after": "2025-01-01T00:00:00.000Z""#;
        assert_eq!(list(more), ["query : INVALID_STRING_LENGTH"]);
    }
}
