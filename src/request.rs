//! From an action and its arguments to an HTTP request: no input or output, no failure.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{
    arguments::Arguments,
    catalogue::{Action, Location, Method},
    environment::Environment,
};

/// What stands for itself in a URI beside letters and digits: the unreserved characters of RFC 3986 section 2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The same for a query, where a comma may stand (RFC 3986 section 3.4): 70 ids keep below the 2,000 characters that
/// PayPal allows a URL.
const RESERVED_IN_QUERY: &AsciiSet = &RESERVED.remove(b',');

const USER_AGENT: &str = concat!("paypal-connector/", env!("CARGO_PKG_VERSION"));

/// An HTTP request without its `Authorization`, which may change from one attempt to the next. Not `Debug`: headers and
/// body may hold what is not for a log.
pub struct Request<'a> {
    /// The method.
    pub method: Method,
    /// The host. The scheme is always https.
    pub authority: &'static str,
    /// The path and the query, percent-encoded.
    pub path_and_query: String,
    /// The header fields, names in lower case.
    pub headers: Vec<(&'static str, Cow<'a, str>)>,
    /// The body, to be sent as it stands; empty for none.
    pub body: &'a str,
}

impl<'a> Request<'a> {
    /// Puts a request together from arguments that have passed the check.
    #[must_use]
    pub fn build(
        action: &'static Action,
        arguments: &'a Arguments,
        environment: Environment,
        idempotency_key: Option<&'a str>,
    ) -> Self {
        let body = arguments.body.as_deref().unwrap_or_default();
        Self {
            method: action.method,
            authority: environment.authority(),
            path_and_query: path_and_query(action, arguments),
            headers: headers(action, arguments, idempotency_key, body.len()),
            body,
        }
    }
}

fn path_and_query(action: &'static Action, arguments: &Arguments) -> String {
    let mut path = action.path.to_owned();
    let mut query = String::new();
    for parameter in action.parameters {
        let Some(value) = arguments.parameter(parameter.name) else { continue };
        if parameter.location == Location::Path {
            let encoded = utf8_percent_encode(&value, RESERVED).to_string();
            path = path.replace(&format!("{{{}}}", parameter.name), &encoded);
        } else {
            let encoded = utf8_percent_encode(&value, RESERVED_IN_QUERY);
            query += if query.is_empty() { "?" } else { "&" };
            query += &format!("{}={encoded}", parameter.name);
        }
    }
    path + &query
}

fn headers<'a>(
    action: &'static Action,
    arguments: &'a Arguments,
    idempotency_key: Option<&'a str>,
    length: usize,
) -> Vec<(&'static str, Cow<'a, str>)> {
    let options = &arguments.options;
    let mut headers: Vec<(&str, Cow<str>)> =
        vec![("accept", "application/json".into()), ("user-agent", USER_AGENT.into())];
    if action.method != Method::Get {
        // PayPal wants the type also where there is no body (415 otherwise). The length keeps the body from being sent
        // in chunks.
        headers.push(("content-type", "application/json".into()));
        headers.push(("content-length", length.to_string().into()));
    }
    let mut add = |name, value: Option<&'a str>| headers.extend(value.map(|value| (name, value.into())));
    add("paypal-request-id", idempotency_key);
    add("prefer", options.prefer.map(|prefer| prefer.as_str()));
    add("paypal-auth-assertion", options.auth_assertion.as_deref());
    add("paypal-partner-attribution-id", options.partner_attribution_id.as_deref());
    add("paypal-client-metadata-id", options.client_metadata_id.as_deref());
    add("paypal-mock-response", options.mock_response.as_deref());
    headers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        catalogue::{orders, payments},
        options::{CallOptions, Prefer},
    };

    fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
        request.headers.iter().find(|(key, _)| *key == name).map(|(_, value)| &**value)
    }

    #[test]
    fn parameters_go_where_they_belong_percent_encoded() {
        let arguments = Arguments::new(None)
            .with("id", "5O19/..".to_owned())
            .with("fields", "payment_source,&x=\u{e9} ".to_owned());
        let request = Request::build(orders::GET, &arguments, Environment::Live, None);
        assert_eq!(request.authority, "api-m.paypal.com");
        assert_eq!(request.path_and_query, "/v2/checkout/orders/5O19%2F..?fields=payment_source,%26x%3D%C3%A9%20");
        assert_eq!((header(&request, "content-type"), header(&request, "content-length")), (None, None));
    }

    #[test]
    fn two_parameters_of_a_path_keep_apart() {
        let arguments = Arguments::new(None).with("id", "A{tracker_id}".to_owned()).with("tracker_id", "B".to_owned());
        let request = Request::build(orders::UPDATE_TRACKING, &arguments, Environment::Sandbox, None);
        assert_eq!(request.path_and_query, "/v2/checkout/orders/A%7Btracker_id%7D/trackers/B");
    }

    #[test]
    fn options_become_headers() {
        let options = CallOptions {
            prefer: Some(Prefer::Representation),
            auth_assertion: Some("e30.e30.".into()),
            partner_attribution_id: Some("BN".into()),
            client_metadata_id: Some("CM".into()),
            mock_response: Some(r#"{"mock_application_codes":"X"}"#.into()),
            ..CallOptions::default()
        };
        let arguments = Arguments::new(Some(options)).with("capture_id", "2GG".to_owned());
        let request = Request::build(payments::REFUND_CAPTURE, &arguments, Environment::Sandbox, Some("key-1"));
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

    #[test]
    fn the_body_is_the_caller_s_text() {
        let text = "{\"quantity\": 1.0,\n \"x\": \"\\u00e9\"}";
        let arguments = Arguments::new(None).body(text.to_owned());
        let request = Request::build(orders::CREATE, &arguments, Environment::Sandbox, None);
        assert_eq!(request.body, text);
        assert_eq!(header(&request, "content-length"), Some(text.len().to_string().as_str()));
    }
}
