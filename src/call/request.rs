//! Builds the HTTP request of an action, without input or output. It cannot fail.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, utf8_percent_encode};

use crate::{
    base::date,
    call::{
        arguments::Arguments,
        multipart,
        options::CallOptions,
        paging::link,
        path::{RESERVED, path},
    },
    catalogue::{Action, Parameter, Rule},
    platform::{
        environment::Environment,
        failure::Location,
        request::{MAX_BODY, Method, Request, USER_AGENT},
    },
};

/// The same for a query, which may contain commas (RFC 3986 section 3.4): so 70 ids fit in the 2,000 characters that
/// PayPal allows for a URL.
const RESERVED_IN_QUERY: &AsciiSet = &RESERVED.remove(b',');

/// Builds the request of an action from arguments that have passed the check. `assertion` is its `PayPal-Auth-Assertion`, in place
/// of that of the options. `boundary` separates the parts of a multipart body.
#[must_use]
pub(crate) fn build<'a>(
    action: &'static Action,
    arguments: &'a Arguments,
    environment: Environment,
    idempotency_key: Option<&'a str>,
    assertion: Option<&'a str>,
    boundary: &str,
) -> Request<'a> {
    let (content_type, body) = body(action, arguments, boundary);
    Request {
        method: action.method,
        authority: environment.authority(),
        path_and_query: path_and_query(action, arguments),
        headers: headers(action, &arguments.options, (idempotency_key, assertion), content_type, &body),
        body,
        max_answer: MAX_BODY,
    }
}

/// The body and its media type.
fn body<'a>(
    action: &'static Action,
    arguments: &'a Arguments,
    boundary: &str,
) -> (Cow<'static, str>, Vec<Cow<'a, [u8]>>) {
    let json = arguments.body.as_deref();
    match &action.files {
        Some(files) if !(files.or_json && arguments.files.is_empty()) => {
            let pieces = multipart::write(boundary, json, files.part, &arguments.files);
            (format!("multipart/form-data; boundary={boundary}").into(), pieces)
        }
        _ if action.parameters.iter().any(|parameter| parameter.location == Location::Form) => {
            let form = pairs(action, arguments, Location::Form, RESERVED);
            ("application/x-www-form-urlencoded".into(), vec![form.into_bytes().into()])
        }
        _ => ("application/json".into(), json.map(|json| json.as_bytes().into()).into_iter().collect()),
    }
}

/// The parameters of a query or a form.
fn pairs(action: &'static Action, arguments: &Arguments, location: Location, reserved: &'static AsciiSet) -> String {
    let of_location = action.parameters.iter().filter(|parameter| parameter.location == location);
    let pair = |parameter: &Parameter| {
        let value = arguments.parameter(parameter.name)?;
        let value = match parameter.schema.rule {
            Some(Rule::DateTime) => date::with_colon(&value).into_owned().into(),
            _ => value,
        };
        Some(format!("{}={}", parameter.name, utf8_percent_encode(&value, reserved)))
    };
    of_location.filter_map(pair).collect::<Vec<_>>().join("&")
}

/// The path and the query, percent-encoded.
pub(crate) fn path_and_query(action: &'static Action, arguments: &Arguments) -> String {
    if let Some(target) = arguments.options.page_link.as_deref().and_then(link::target) {
        return target;
    }
    let path = path(action, arguments);
    match &*pairs(action, arguments, Location::Query, RESERVED_IN_QUERY) {
        "" => path,
        query => format!("{path}?{query}"),
    }
}

fn headers<'a>(
    action: &'static Action,
    options: &'a CallOptions,
    (idempotency_key, assertion): (Option<&'a str>, Option<&'a str>),
    content_type: Cow<'static, str>,
    body: &[Cow<[u8]>],
) -> Vec<(&'static str, Cow<'a, str>)> {
    let mut headers: Vec<(&str, Cow<str>)> =
        vec![("accept", "application/json".into()), ("user-agent", USER_AGENT.into())];
    if action.method != Method::Get {
        // PayPal requires the type even without a body (415 otherwise). The length avoids chunked encoding.
        headers.push(("content-type", content_type));
        let length: usize = body.iter().map(|piece| piece.len()).sum();
        headers.push(("content-length", length.to_string().into()));
    }
    let mut add = |name, value: Option<&'a str>| headers.extend(value.map(|value| (name, value.into())));
    add("paypal-request-id", idempotency_key);
    add("prefer", options.prefer.map(|prefer| prefer.as_str()));
    add("paypal-auth-assertion", assertion);
    add("paypal-partner-attribution-id", options.partner_attribution_id.as_deref());
    add("paypal-client-metadata-id", options.client_metadata_id.as_deref());
    add("paypal-mock-response", options.mock_response.as_deref());
    headers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        call::options::Prefer,
        catalogue::{Files, PLAIN, Schema, Shape, orders, payments},
        platform::file::File,
    };

    fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
        request.headers.iter().find(|(key, _)| *key == name).map(|(_, value)| &**value)
    }

    #[test]
    fn parameters_go_where_they_belong_percent_encoded() {
        let arguments = Arguments::new(None)
            .with("id", "5O19/..".to_owned())
            .with("fields", "payment_source,&x=\u{e9} ".to_owned());
        let request = build(orders::GET, &arguments, Environment::Live, None, None, "X");
        assert_eq!(request.authority, "api-m.paypal.com");
        assert_eq!(request.path_and_query, "/v2/checkout/orders/5O19%2F..?fields=payment_source,%26x%3D%C3%A9%20");
        assert_eq!((header(&request, "content-type"), header(&request, "content-length")), (None, None));
    }

    #[test]
    fn two_parameters_of_a_path_keep_apart() {
        let arguments = Arguments::new(None).with("id", "A{tracker_id}".to_owned()).with("tracker_id", "B".to_owned());
        let request = build(orders::UPDATE_TRACKING, &arguments, Environment::Sandbox, None, None, "X");
        assert_eq!(request.path_and_query, "/v2/checkout/orders/A%7Btracker_id%7D/trackers/B");
    }

    #[test]
    fn options_become_headers() {
        let options = CallOptions {
            prefer: Some(Prefer::Representation),
            partner_attribution_id: Some("BN".into()),
            client_metadata_id: Some("CM".into()),
            mock_response: Some(r#"{"mock_application_codes":"X"}"#.into()),
            ..CallOptions::default()
        };
        let arguments = Arguments::new(Some(options)).with("capture_id", "2GG".to_owned());
        let request =
            build(payments::REFUND_CAPTURE, &arguments, Environment::Sandbox, Some("key-1"), Some("e30.e30."), "X");
        for (name, value) in [
            ("paypal-request-id", "key-1"),
            ("prefer", "return=representation"),
            ("paypal-auth-assertion", "e30.e30."),
            ("paypal-partner-attribution-id", "BN"),
            ("paypal-client-metadata-id", "CM"),
            ("paypal-mock-response", r#"{"mock_application_codes":"X"}"#),
            ("content-type", "application/json"),
            ("content-length", "0"),
        ] {
            assert_eq!(header(&request, name), Some(value));
        }
    }

    const TEXT: Schema = Schema { shape: Shape::Open, nullable: false, rule: None, selection: None };

    #[test]
    fn a_form_is_made_of_its_parameters() {
        static FORM: Action = Action {
            method: Method::Post,
            parameters: &[
                Parameter { name: "schema", location: Location::Form, required: true, schema: &TEXT },
                Parameter { name: "note", location: Location::Form, required: false, schema: &TEXT },
            ],
            ..PLAIN
        };
        for (note, body) in [(Some("a, &\u{e9}"), "schema=openid&note=a%2C%20%26%C3%A9"), (None, "schema=openid")] {
            let arguments =
                Arguments::new(None).with("schema", "openid".to_owned()).with("note", note.map(str::to_owned));
            let request = build(&FORM, &arguments, Environment::Sandbox, None, None, "X");
            assert_eq!(request.path_and_query, "/v1/things");
            assert_eq!(request.body.concat(), body.as_bytes());
            assert_eq!(header(&request, "content-type"), Some("application/x-www-form-urlencoded"));
        }
    }

    #[test]
    fn files_make_a_multipart_body() {
        const FILES: Files = Files {
            part: "message_document",
            max_count: 9,
            max_bytes: 9,
            media_types: &[],
            or_json: true,
            or_body: false,
        };
        static EITHER: Action = Action { method: Method::Post, files: Some(&FILES), ..PLAIN };
        static NEVER_PLAIN: Action =
            Action { method: Method::Post, files: Some(&Files { or_json: false, ..FILES }), ..PLAIN };
        let multipart = Some("multipart/form-data; boundary=X");
        let plain = Arguments::new(None).body("{}".to_owned());
        let request = build(&EITHER, &plain, Environment::Sandbox, None, None, "X");
        assert_eq!(
            (header(&request, "content-type"), request.body.concat()),
            (Some("application/json"), b"{}".to_vec())
        );
        let request = build(&NEVER_PLAIN, &plain, Environment::Sandbox, None, None, "X");
        assert_eq!(header(&request, "content-type"), multipart);

        let file = File { name: "a.gif".to_owned(), media_type: "image/gif".to_owned(), data: b"GIF89a".to_vec() };
        let with_file = Arguments { files: vec![file], ..plain };
        let request = build(&EITHER, &with_file, Environment::Sandbox, None, None, "X");
        let body = request.body.concat();
        assert_eq!(header(&request, "content-type"), multipart);
        assert_eq!(header(&request, "content-length"), Some(body.len().to_string().as_str()));
        assert!(body.windows(6).any(|window| window == b"GIF89a"));
    }

    #[test]
    fn the_body_is_the_caller_s_text() {
        let text = "{\"quantity\": 1.0,\n \"x\": \"\\u00e9\"}";
        let arguments = Arguments::new(None).body(text.to_owned());
        let request = build(orders::CREATE, &arguments, Environment::Sandbox, None, None, "X");
        assert_eq!(request.body.concat(), text.as_bytes());
        assert_eq!(header(&request, "content-length"), Some(text.len().to_string().as_str()));
    }
}
