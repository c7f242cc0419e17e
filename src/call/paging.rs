//! The input of the next page, which works the same for every action, however PayPal does it.
//!
//! Mostly it links to the next page (`rel` is `next` in some spelling). If the link changes only parameters of the
//! action, they replace those of this call, and the link's host is ignored: it may be an old name, or any. Otherwise
//! the link becomes the option `page_link` and is followed unchanged; see [`link`]. If PayPal returns the number of
//! pages instead of a link, the next page is the one after this.
//!
//! A next page that cannot be reached does not make this one the last: its input is still returned, and refused when
//! used. The same holds if the link leads to its own page, unless PayPal has counted the pages and this is the last.

pub(crate) mod link;

use percent_encoding::percent_decode_str;

use crate::{
    base::{
        date,
        document::{Json, Object, quoted},
    },
    call::arguments::Arguments,
    catalogue::{Action, Paging, Parameter, Shape},
    platform::failure::Location,
};

/// The input for the page after this one, or `None` if this is the last.
#[must_use]
pub(crate) fn next(action: &'static Action, arguments: &Arguments, answer: &str) -> Option<String> {
    let paging = action.paging?;
    let answer = &Json::parse(answer).ok()?.object();
    match paging {
        Paging::NextLink => {
            let Some(href) = next_link(answer) else { return by_count(action, arguments, answer) };
            let to_itself = || {
                (!is_counted_last(arguments, answer)).then(|| input(action, arguments, |_| None, Some(link::ITSELF)))
            };
            match by_parameters(action, arguments, &href) {
                Target::SamePage => to_itself(),
                Target::Page(input) => Some(input),
                Target::Other if link::is_own_page(arguments, &href) => to_itself(),
                Target::Other => Some(input(action, arguments, |_| None, Some(&href))),
            }
        }
        Paging::PageCount => by_count(action, arguments, answer),
        Paging::Cursor => None,
    }
}

/// The input of a call like this one with other values of some parameters.
#[must_use]
pub(crate) fn continued(
    action: &'static Action,
    arguments: &Arguments,
    other: impl Fn(&str) -> Option<String>,
) -> String {
    input(action, arguments, other, None)
}

/// The input of the next page by the number of pages, which responses without a link may have too.
fn by_count(action: &'static Action, arguments: &Arguments, answer: &Object) -> Option<String> {
    let has_pages = action.parameters.iter().any(|parameter| parameter.name == "page");
    match count(arguments, answer) {
        Count::Last => None,
        Count::Next(page) if has_pages => {
            Some(input(action, arguments, |name| (name == "page").then(|| page.to_string()), None))
        }
        // It has no link either. The placeholder explains why it is refused.
        Count::Next(_) | Count::Unclear => Some(input(action, arguments, |_| None, Some(""))),
    }
}

/// Where a link leads.
enum Target {
    /// To its own page, or implicitly to the first one: following it would never end.
    SamePage,
    /// To the page with this input.
    Page(String),
    /// To a page that the action's parameters cannot express.
    Other,
}

/// Reads a link as parameters of the action.
fn by_parameters(action: &'static Action, arguments: &Arguments, href: &str) -> Target {
    let of_query = |name: &str| action.parameters.iter().find(|it| it.location == Location::Query && it.name == name);
    let Some(query) = link::query(action, arguments, href) else { return Target::Other };
    let mut values: Vec<(&str, String)> = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let Some(parameter) = of_query(name) else { return Target::Other };
        let value = decoded(value);
        if !is_of(parameter, &value) {
            return Target::Other;
        }
        if values.iter().all(|(other, _)| *other != name) {
            values.push((parameter.name, value));
        }
    }
    let moves = |(name, value): &(&str, String)| arguments.parameter(name).as_deref() != Some(value);
    if !values.iter().any(moves) {
        return Target::SamePage;
    }
    let linked = |name: &str| values.iter().find(|(it, _)| *it == name).map(|(_, value)| value.clone());
    Target::Page(input(action, arguments, linked, None))
}

/// The input of a call like this one with other parameters, and a link if there is one.
fn input(
    action: &'static Action,
    arguments: &Arguments,
    other: impl Fn(&str) -> Option<String>,
    page_link: Option<&str>,
) -> String {
    let mut members = Vec::new();
    for parameter in action.parameters {
        let value = other(parameter.name).or_else(|| arguments.parameter(parameter.name).map(|it| it.into_owned()));
        members.extend(value.map(|value| member(parameter.name, &literal(parameter, &value))));
    }
    if let Some(body) = &arguments.body {
        members.push(member("body", body));
    }
    let options = arguments.options.to_json_for(page_link);
    if options != "{}" {
        members.push(member("options", &options));
    }
    format!("{{{}}}", members.join(","))
}

/// The link to the next page; empty if it exists but has no target, or if the links have another form.
fn next_link(answer: &Object) -> Option<String> {
    let is_next = |rel: Json| {
        let text = rel.text();
        text.is_some_and(|rel| rel.split_whitespace().any(|it| it.eq_ignore_ascii_case("next")))
    };
    let links = answer.get("links").filter(|links| !links.is_null())?;
    if !links.is_array() {
        return links.members().next().is_some().then(String::new).or((!links.is_object()).then(String::new));
    }
    let leads = |link: &Json| link.get("rel").is_some_and(|rel| is_next(rel) || rel.items().any(is_next));
    let link = links.items().find(leads)?;
    Some(link.get("href").and_then(Json::text).unwrap_or_default().into_owned())
}

/// The next page by the page count.
enum Count {
    Last,
    Next(u64),
    Unclear,
}

/// Whether PayPal has counted the pages and this is the last.
fn is_counted_last(arguments: &Arguments, answer: &Object) -> bool {
    let is_counted = answer.get("total_pages").is_some_and(|pages| !pages.is_null());
    is_counted && matches!(count(arguments, answer), Count::Last)
}

fn count(arguments: &Arguments, answer: &Object) -> Count {
    let number = |name| match answer.get(name) {
        None => Ok(None),
        Some(value) if value.is_null() => Ok(None),
        Some(value) => value.to_scalar().and_then(|text| text.parse::<u64>().ok()).map(Some).ok_or(()),
    };
    let asked = || arguments.parameter("page").map_or(Some(1), |page| page.parse().ok());
    match (number("page"), number("total_pages")) {
        (_, Ok(None)) => Count::Last,
        (Ok(page), Ok(Some(pages))) => match page.or_else(asked) {
            Some(page) if page >= pages => Count::Last,
            Some(page) => Count::Next(page + 1),
            None => Count::Unclear,
        },
        _ => Count::Unclear,
    }
}

fn member(name: &str, json: &str) -> String {
    format!("{}:{json}", quoted(name))
}

/// Decodes a value of a query. A plus is a space, but in a link that PayPal has not encoded it may be part of a date,
/// `2026-02-20T23:59:59+0000`, which would be invalid with a space.
fn decoded(value: &str) -> String {
    let with_plus = percent_decode_str(value).decode_utf8_lossy();
    if date::parse(&with_plus).is_some() {
        return with_plus.into_owned();
    }
    percent_decode_str(&value.replace('+', " ")).decode_utf8_lossy().into_owned()
}

/// Whether a text can be a value of the parameter's type.
fn is_of(parameter: &Parameter, value: &str) -> bool {
    match parameter.schema.shape {
        Shape::Number { .. } => {
            Json::parse(value).is_ok_and(|json| json.kind() == "a number" && json.as_str() == value)
        }
        Shape::Boolean => matches!(value, "true" | "false"),
        _ => true,
    }
}

/// A parameter's value as JSON of its type.
fn literal(parameter: &Parameter, value: &str) -> String {
    match parameter.schema.shape {
        Shape::Number { .. } | Shape::Boolean if is_of(parameter, value) => value.to_owned(),
        _ => quoted(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        call::options::CallOptions,
        catalogue::{PLAIN, Schema},
    };

    const WHOLE: Schema =
        Schema { shape: Shape::Number { integer: true, bounds: None }, nullable: false, rule: None, selection: None };
    const FLAG: Schema = Schema { shape: Shape::Boolean, nullable: false, rule: None, selection: None };
    const TEXT: Schema = Schema {
        shape: Shape::Text { min: 0, max: 99, characters: None },
        nullable: false,
        rule: None,
        selection: None,
    };

    const fn query(name: &'static str, schema: &'static Schema) -> Parameter {
        Parameter { name, location: Location::Query, required: false, schema }
    }

    const LIST: Action = Action {
        path: "/v1/{owner}/things",
        parameters: &[
            Parameter { name: "owner", location: Location::Path, required: true, schema: &TEXT },
            query("page", &WHOLE),
            query("total", &FLAG),
            query("token", &TEXT),
        ],
        paging: Some(Paging::NextLink),
        ..PLAIN
    };

    fn next_of(href: &str) -> Option<String> {
        let arguments = Arguments::parse(r#"{"owner": "me", "page": 1, "total": true}"#).unwrap_or_default();
        next(
            &LIST,
            &arguments,
            &format!(r#"{{"links": [{{"rel": "self", "href": "x"}}, {{"rel": "NEXT", "href": "{href}"}}]}}"#),
        )
    }

    #[test]
    fn the_link_s_parameters_replace_those_of_the_call() {
        assert_eq!(
            next_of("https://old.example/v1/me/things?page=2&total=true").as_deref(),
            Some(r#"{"owner":"me","page":2,"total":true}"#)
        );
        assert_eq!(
            next_of("https://api.paypal.com/v1/me/things?token=a%2Bb+%22c%22%3D#x").as_deref(),
            Some(r#"{"owner":"me","page":1,"total":true,"token":"a+b \"c\"="}"#)
        );
    }

    #[test]
    fn a_plus_is_a_space_but_in_a_date() {
        for (value, expected) in [
            ("2026-02-20T23:59:59+0000", "2026-02-20T23:59:59+0000"),
            ("2026-02-20T23%3A59%3A59.5+05%3A30", "2026-02-20T23:59:59.5+05:30"),
            ("2026-02-20T23%3A59%3A59%2B0000", "2026-02-20T23:59:59+0000"),
            ("[500+TO+1005]", "[500 TO 1005]"),
            ("2026-19-20T23:59:59+0000", "2026-19-20T23:59:59 0000"),
            ("a+0000", "a 0000"),
            ("%2B0000+", "+0000 "),
        ] {
            let next = format!(r#"{{"owner":"me","page":1,"total":true,"token":"{expected}"}}"#);
            assert_eq!(next_of(&format!("https://api.paypal.com/v1/me/things?token={value}")), Some(next));
        }
    }

    const HERE: &str = "https://api.paypal.com/v1/me/things";

    /// The input that is refused because its link has no target.
    const REFUSED: &str = r##"{"owner":"me","page":1,"total":true,"options":{"page_link":"#"}}"##;

    #[test]
    fn a_link_to_the_page_that_it_stands_on_is_handed_out_to_be_refused() {
        for query in ["?page=1", "?page=1&total=true", "?", "", "?page=1#page=2"] {
            assert_eq!(next_of(&format!("{HERE}{query}")).as_deref(), Some(REFUSED), "{query}");
        }
        let refused = Arguments::parse(REFUSED).unwrap_or_default();
        let issue = link::check(&LIST, refused.options.page_link.as_deref().unwrap()).unwrap();
        assert!(issue.description.unwrap().contains("it leads to its own page; the list is truncated"));
        // PayPal has counted: there is none.
        let arguments = Arguments::parse(r#"{"owner": "me", "page": 3}"#).unwrap_or_default();
        let link = format!(r#""links": [{{"rel": "next", "href": "{HERE}?page=3"}}]"#);
        for (pages, expected) in [("2", true), ("3", true), ("4", false), ("null", false), (r#""many""#, false)] {
            let answer = format!(r#"{{"total_pages": {pages}, {link}}}"#);
            assert_eq!(next(&LIST, &arguments, &answer).is_none(), expected, "{answer}");
        }
    }

    #[test]
    fn a_list_continues_with_any_links() {
        let first = Arguments::parse(r#"{"owner": "me"}"#).unwrap_or_default();
        let page = |answer: &str| next(&LIST, &first, answer);
        for links in [
            r#"{"next": {"href": "x?page=2"}}"#,
            r#"{"rel": "next", "href": "x?page=2"}"#,
            r#""https://api-m.paypal.com/v1/me/things?page=2""#,
        ] {
            assert!(page(&format!(r#"{{"links": {links}}}"#)).is_some_and(|it| it.contains("page_link")), "{links}");
        }
        for rel in [r#"["next"]"#, r#""next ""#, r#""next last""#] {
            let answer = format!(r#"{{"links": [{{"rel": {rel}, "href": "{HERE}?page=2"}}]}}"#);
            assert!(page(&answer).is_some_and(|it| it.contains(r#""page":2"#)), "{rel}");
        }
        for links in ["", r#""links": [], "#, r#""links": [{"rel": "self", "href": "x"}], "#] {
            let answer = format!(r#"{{{links}"total_pages": 3}}"#);
            assert!(page(&answer).is_some_and(|it| it.contains(r#""page":2"#)), "{answer}");
            let last = Arguments::parse(r#"{"owner": "me", "page": 3}"#).unwrap_or_default();
            assert_eq!(next(&LIST, &last, &answer), None, "{answer}");
        }
    }

    #[test]
    fn there_is_no_next_page_without_a_link() {
        for answer in ["{}", "[]", r#"{"links": {}}"#, r#"{"links": [{"href": "x?page=2"}, {"rel": 7}]}"#] {
            assert_eq!(next(&LIST, &Arguments::default(), answer), None, "{answer}");
        }
    }

    #[test]
    fn a_link_that_says_more_than_parameters_can_is_kept_as_it_is() {
        for href in [
            format!("{HERE}?page=1&cursor=abc"),
            format!("{HERE}?page=2&cursor=abc"),
            format!("{HERE}?page=two"),
            format!("{HERE}?page=1+"),
            format!("{HERE}?total=yes"),
            format!("{HERE}/after/abc?page=2"),
            "/v1/me/things?cursor=%2B".to_owned(),
            "https://api.paypal.com/v1/you/things?page=1".to_owned(),
            String::new(),
        ] {
            let expected = format!(r#"{{"owner":"me","page":1,"total":true,"options":{{"page_link":"{href}"}}}}"#);
            assert_eq!(next_of(&href), Some(expected));
        }
        let without_address = r#"{"links": [{"rel": "next"}]}"#;
        assert_eq!(next(&LIST, &Arguments::default(), without_address).unwrap(), r#"{"options":{"page_link":""}}"#);
    }

    #[test]
    fn a_link_to_the_linked_page_itself_is_refused_too() {
        let input =
            r#"{"owner": "me", "page": 1, "total": true, "options": {"page_link": "/v1/me/things?cursor=abc"}}"#;
        let arguments = Arguments::parse(input).unwrap_or_default();
        let next =
            |href: &str| next(&LIST, &arguments, &format!(r#"{{"links": [{{"rel": "next", "href": "{href}"}}]}}"#));
        assert_eq!(next(&format!("{HERE}?cursor=abc")).as_deref(), Some(REFUSED));
        let expected = r#"{"owner":"me","page":1,"total":true,"options":{"page_link":"/v1/me/things?cursor=abd"}}"#;
        assert_eq!(next("/v1/me/things?cursor=abd").as_deref(), Some(expected));
    }

    #[test]
    fn counted_pages_end_with_the_last() {
        static COUNTED: Action = Action { paging: Some(Paging::PageCount), ..LIST };
        let arguments = Arguments::parse(r#"{"owner": "me"}"#).unwrap_or_default();
        let next = |answer| next(&COUNTED, &arguments, answer);
        assert_eq!(next(r#"{"page": 1, "total_pages": 3}"#).as_deref(), Some(r#"{"owner":"me","page":2}"#));
        assert_eq!(next(r#"{"page": "1", "total_pages": "3"}"#).as_deref(), Some(r#"{"owner":"me","page":2}"#));
        assert_eq!(next(r#"{"total_pages": 3}"#).as_deref(), Some(r#"{"owner":"me","page":2}"#));
        for last in [r#"{"page": 3, "total_pages": 3}"#, r#"{"page": 1, "total_pages": 0}"#, r#"{"page": "1"}"#, "{}"] {
            assert_eq!(next(last), None, "{last}");
        }
        for unclear in
            [r#"{"page": "one", "total_pages": 3}"#, r#"{"page": 1, "total_pages": "many"}"#, r#"{"total_pages": {}}"#]
        {
            assert_eq!(next(unclear).as_deref(), Some(r#"{"owner":"me","options":{"page_link":""}}"#), "{unclear}");
        }
    }

    #[test]
    fn body_and_options_go_along_and_the_key_stays_behind() {
        let options = CallOptions {
            idempotency_key: Some("k".into()),
            auth_assertion: Some("a.b.".into()),
            mock_response: Some("{}".into()),
            deadline_ms: Some(5),
            ..CallOptions::default()
        };
        let arguments = Arguments::new(Some(options)).body(r#"{"x": 1.0}"#.to_owned());
        assert_eq!(
            next(&LIST, &arguments, r#"{"links": [{"rel": "next", "href": "/v1/{owner}/things?page=2"}]}"#).as_deref(),
            Some(
                r#"{"page":2,"body":{"x": 1.0},"options":{"auth_assertion":"a.b.","mock_response":{},"deadline_ms":5}}"#
            )
        );
    }
}
