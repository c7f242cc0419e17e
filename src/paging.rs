//! The input of the next page, which is one thing for every action, whatever PayPal does for it.
//!
//! Mostly it links to the next page (`rel` is `next` in some spelling), and what is new in that link's query replaces what
//! this page was asked for. Of the link only the parameters that the catalogue knows are taken, never the host: it names the
//! old one, or any. Where it tells the number of pages in place of a link, the next page is the one after this.

use percent_encoding::percent_decode_str;

use crate::{
    arguments::Arguments,
    catalogue::{Action, Location, Paging, Parameter, Shape},
    date,
    document::Document,
};

pub(crate) use crate::document::quoted as text;

/// The input for the page after the one that PayPal answered with, or nothing where that was the last.
#[must_use]
pub fn next(action: &'static Action, arguments: &Arguments, answer: &str) -> Option<String> {
    let paging = action.paging?;
    let answer = Document::parse(answer).ok()?;
    let query = match paging {
        Paging::NextLink => next_link(&answer)?.to_owned(),
        Paging::PageCount => format!("page={}", next_number(&answer)?),
    };
    let mut members = Vec::new();
    let mut moved = false;
    for parameter in action.parameters {
        let given = arguments.parameter(parameter.name);
        let linked = Some(parameter).filter(|it| it.location == Location::Query).and_then(|it| find(&query, it.name));
        moved |= linked.is_some() && linked.as_deref() != given.as_deref();
        if let Some(value) = linked.or(given.map(|given| given.into_owned())) {
            members.push(member(parameter.name, &literal(parameter, &value)?));
        }
    }
    if let Some(body) = &arguments.body {
        members.push(member("body", body));
    }
    let options = arguments.options.to_json_without_key();
    if options != "{}" {
        members.push(member("options", &options));
    }
    // A link that leads to this very page would never end.
    moved.then(|| format!("{{{}}}", members.join(",")))
}

/// The query of the link to the next page.
fn next_link<'a>(answer: &'a Document) -> Option<&'a str> {
    let is_next = |link: &&Document| {
        link.get("rel").and_then(Document::as_text).is_some_and(|rel| rel.eq_ignore_ascii_case("next"))
    };
    let link = answer.get("links")?.items().iter().find(is_next)?;
    Some(link.get("href")?.as_text()?.split_once('?')?.1)
}

/// The number of the page after this one, where this is not the last.
fn next_number(answer: &Document) -> Option<u64> {
    let number = |name| match answer.get(name)? {
        Document::Number(number) => number.as_u64(),
        _ => None,
    };
    let page = number("page")?;
    (page < number("total_pages")?).then_some(page + 1)
}

fn member(name: &str, json: &str) -> String {
    format!("{}:{json}", text(name))
}

/// The first value of that name in a query, decoded. A plus stands for a space there, but in a link that PayPal has not
/// encoded it may be that of a date, `2026-02-20T23:59:59+0000`, which is none with a space.
fn find(query: &str, name: &str) -> Option<String> {
    let query = query.split('#').next()?;
    let (_, value) = query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name)?;
    let with_plus = percent_decode_str(value).decode_utf8_lossy();
    if date::parse(&with_plus).is_some() {
        return Some(with_plus.into_owned());
    }
    Some(percent_decode_str(&value.replace('+', " ")).decode_utf8_lossy().into_owned())
}

/// A parameter's value as JSON of its type; nothing where PayPal's link has a value that is not of that type.
fn literal(parameter: &Parameter, value: &str) -> Option<String> {
    match parameter.schema.shape {
        Shape::Number { .. } | Shape::Boolean => {
            matches!(Document::parse(value), Ok(Document::Number(_) | Document::Boolean(_))).then(|| value.to_owned())
        }
        _ => Some(text(value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        catalogue::{PLAIN, Schema},
        options::CallOptions,
    };

    const WHOLE: Schema = Schema { shape: Shape::Number { integer: true, bounds: None }, nullable: false, rule: None };
    const FLAG: Schema = Schema { shape: Shape::Boolean, nullable: false, rule: None };
    const TEXT: Schema =
        Schema { shape: Shape::Text { min: 0, max: 99, characters: None }, nullable: false, rule: None };

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
            next_of("https://api.paypal.com/v1/me/things?page=2&total=true&unknown=1&owner=you").as_deref(),
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

    #[test]
    fn there_is_no_next_page_without_a_link_that_leads_on() {
        for href in ["https://x/?page=1", "https://x/?page=1&total=true", "https://x/", "", "https://x/?page=two"] {
            assert_eq!(next_of(href), None, "{href}");
        }
        for answer in ["{}", "[]", r#"{"links": {}}"#, r#"{"links": [{"rel": "next"}, {"href": "x?page=2"}]}"#] {
            assert_eq!(next(&LIST, &Arguments::default(), answer), None, "{answer}");
        }
    }

    #[test]
    fn counted_pages_end_with_the_last() {
        static COUNTED: Action = Action { paging: Some(Paging::PageCount), ..LIST };
        let arguments = Arguments::parse(r#"{"owner": "me"}"#).unwrap_or_default();
        let next = |answer| next(&COUNTED, &arguments, answer);
        assert_eq!(next(r#"{"page": 1, "total_pages": 3}"#).as_deref(), Some(r#"{"owner":"me","page":2}"#));
        for last in [r#"{"page": 3, "total_pages": 3}"#, r#"{"page": 1, "total_pages": 0}"#, r#"{"page": "1"}"#, "{}"] {
            assert_eq!(next(last), None, "{last}");
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
            next(&LIST, &arguments, r#"{"links": [{"rel": "next", "href": "/things?page=2"}]}"#).as_deref(),
            Some(
                r#"{"page":2,"body":{"x": 1.0},"options":{"auth_assertion":"a.b.","mock_response":{},"deadline_ms":5}}"#
            )
        );
    }
}
