//! Which requests a component may send with a tenant's token.

mod paypal;

use std::sync::{Arc, LazyLock};

use http::{HeaderMap, HeaderName, Method, header};

/// An operation of a provider's API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation<'a> {
    /// The HTTP method, in upper case.
    pub method: &'a str,
    /// The path. A segment is literal or a parameter: `/v2/checkout/orders/{id}`.
    pub path: &'a str,
    /// Whether it changes nothing at the provider, so that a [`read_only`](crate::Tenant::read_only) tenant may send
    /// it.
    pub reads: bool,
    /// Whether its responses link to further pages. Links are followed unchanged, so this allows every path, with this
    /// method, that begins with this path up to its first parameter.
    pub pages: bool,
}

/// What a component may request with a connection's token: operations, and header fields besides the usual ones.
/// Everything else is denied before a socket is opened. Clones are the same policy.
///
/// The host does not take this from the component: what a malicious component says about itself, as in its list of
/// actions, can be false.
#[derive(Clone, Debug)]
pub struct Policy(Arc<Rules>);

#[derive(Debug)]
struct Rules {
    /// By the number of segments in their paths.
    operations: Vec<Vec<Rule>>,
    /// The beginnings of the paths of further pages.
    pages: Vec<Rule>,
    headers: Vec<HeaderName>,
}

#[derive(Debug)]
struct Rule {
    method: Method,
    segments: Vec<Segment>,
    reads: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    Literal(String),
    Parameter,
}

/// Why an operation or a header field cannot be in a policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// The operation does not describe a request, or describes too many.
    #[error("{method} {path}: {reason}")]
    Operation {
        /// Its method.
        method: String,
        /// Its path.
        path: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// It is not the name of a header field.
    #[error("`{0}` is not the name of a header field")]
    Header(String),
}

/// What the requests of every connector may have. The client sets `host` and the framing.
const USUAL: [HeaderName; 5] =
    [header::ACCEPT, header::AUTHORIZATION, header::CONTENT_LENGTH, header::CONTENT_TYPE, header::USER_AGENT];

static PAYPAL: LazyLock<Policy> = LazyLock::new(|| {
    let operations = paypal::OPERATIONS.iter();
    let operations = operations.map(|&(method, path, reads, pages)| Operation { method, path, reads, pages });
    // A test compares them with the catalogue and creates this policy. If it were invalid, nothing would be allowed.
    Policy::new(operations, paypal::HEADERS.iter().copied()).unwrap_or_else(|_| Policy::nothing())
});

impl Policy {
    /// Creates a policy of these operations. Their requests may have these header fields besides `accept`,
    /// `authorization`, `content-length`, `content-type` and `user-agent`.
    ///
    /// # Errors
    /// If a method is not GET, POST, PUT, PATCH or DELETE; if a path does not begin with a slash, or has a segment that
    /// is empty or partly a parameter; if a path with pages has a parameter and its method is not GET; or if a name is
    /// not that of a header field.
    pub fn new<'a>(
        operations: impl IntoIterator<Item = Operation<'a>>,
        headers: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, PolicyError> {
        let mut by_length: Vec<Vec<Rule>> = Vec::new();
        let mut pages = Vec::new();
        for operation in operations {
            let rule = rule(operation)?;
            if operation.pages {
                pages.push(rule.up_to_its_parameter(operation)?);
            }
            let length = rule.segments.len();
            by_length.resize_with(by_length.len().max(length + 1), Vec::new);
            by_length[length].push(rule);
        }
        let name = |name: &str| HeaderName::try_from(name).map_err(|_| PolicyError::Header(name.to_owned()));
        let headers = headers.into_iter().map(name).collect::<Result<_, _>>()?;
        Ok(Self(Arc::new(Rules { operations: by_length, pages, headers })))
    }

    /// Returns the policy for the PayPal connector: the operations of its catalogue, `openapi.json`.
    #[must_use]
    pub fn paypal() -> Self {
        PAYPAL.clone()
    }

    fn nothing() -> Self {
        Self(Arc::new(Rules { operations: Vec::new(), pages: Vec::new(), headers: Vec::new() }))
    }

    /// Returns whether a request is allowed; if `read_only`, whether it is allowed to a tenant that only reads.
    pub(super) fn allows(&self, method: &Method, path: &str, read_only: bool) -> bool {
        let Some(path) = path.strip_prefix('/') else { return false };
        let asked: Vec<&str> = path.split('/').collect();
        let matches = |rule: &&Rule| {
            let mut pairs = rule.segments.iter().zip(&asked);
            rule.method == *method
                && pairs.all(|(segment, asked)| match segment {
                    Segment::Literal(literal) => literal == asked,
                    Segment::Parameter => is_value(asked),
                })
        };
        // `/orders/search` may be an operation, or the order `search`: both must be allowed.
        let mut found = self.0.operations.get(asked.len()).into_iter().flatten().filter(matches).peekable();
        match found.peek() {
            Some(_) => found.all(|rule| rule.reads || !read_only),
            None => self
                .0
                .pages
                .iter()
                .any(|rule| rule.method == *method && (rule.reads || !read_only) && is_page(&rule.segments, &asked)),
        }
    }

    /// Returns whether all header fields are allowed and none occurs twice.
    pub(super) fn allows_headers(&self, headers: &HeaderMap) -> bool {
        only(headers, |name| USUAL.contains(name) || self.0.headers.contains(name))
    }
}

impl Rule {
    /// Returns the rule for the beginning of the paths of further pages.
    fn up_to_its_parameter(&self, Operation { method, path, .. }: Operation) -> Result<Self, PolicyError> {
        let literals = self.segments.iter().take_while(|segment| **segment != Segment::Parameter);
        let segments: Vec<Segment> = literals.cloned().collect();
        if segments.len() < self.segments.len() && self.method != Method::GET {
            return Err(refused(method, path, "the paths of its pages could be those of anything"));
        }
        Ok(Self { method: self.method.clone(), segments, reads: self.reads })
    }
}

/// Returns whether a path has this beginning, and continues as a link may. It may end with a slash.
fn is_page(begins: &[Segment], asked: &[&str]) -> bool {
    let (Some(first), Some(rest)) = (asked.get(..begins.len()), asked.get(begins.len()..)) else { return false };
    let rest = rest.strip_suffix(&[""]).unwrap_or(rest);
    let begins =
        begins.iter().zip(first).all(|(segment, asked)| matches!(segment, Segment::Literal(it) if it == asked));
    begins && rest.iter().all(|segment| is_segment(segment, b"-._~!$&'()*+,=:@"))
}

/// Returns whether all header fields are allowed and none occurs twice.
pub(super) fn only(headers: &HeaderMap, allowed: impl Fn(&HeaderName) -> bool) -> bool {
    headers.len() == headers.keys_len() && headers.keys().all(allowed)
}

fn refused(method: &str, path: &str, reason: &'static str) -> PolicyError {
    PolicyError::Operation { method: method.to_owned(), path: path.to_owned(), reason }
}

fn rule(Operation { method, path, reads, .. }: Operation) -> Result<Rule, PolicyError> {
    let error = |reason| refused(method, path, reason);
    let method = match method {
        "GET" => Method::GET,
        "POST" => Method::POST,
        "PUT" => Method::PUT,
        "PATCH" => Method::PATCH,
        "DELETE" => Method::DELETE,
        _ => return Err(error("the method must be GET, POST, PUT, PATCH or DELETE")),
    };
    let segments = path.strip_prefix('/').ok_or_else(|| error("the path does not begin with a slash"))?;
    let segment = |segment: &str| match segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        Some(name) if !name.is_empty() && !name.contains(['{', '}']) => Ok(Segment::Parameter),
        None if is_value(segment) && !segment.contains('%') => Ok(Segment::Literal(segment.to_owned())),
        _ => Err(error("a segment is neither a word nor a parameter")),
    };
    Ok(Rule { method, segments: segments.split('/').map(segment).collect::<Result<_, _>>()?, reads })
}

/// Returns whether every reader takes a path segment as the same single value, however often they decode it: unreserved
/// characters (RFC 3986 section 2.3), or percent-encoded ASCII that is no separator and no escape; and not only dots.
fn is_value(segment: &str) -> bool {
    is_segment(segment, b"-._~")
}

/// Does the same with the given characters besides letters and digits.
fn is_segment(segment: &str, characters: &[u8]) -> bool {
    let mut bytes = segment.bytes();
    let mut only_dots = true;
    while let Some(byte) = bytes.next() {
        only_dots &= byte == b'.';
        let allowed = match byte {
            b'%' => {
                let mut digit = || bytes.next().and_then(|byte| char::from(byte).to_digit(16));
                let (Some(high), Some(low)) = (digit(), digit()) else { return false };
                let decoded = u8::try_from(high << 4 | low).unwrap_or_default();
                matches!(decoded, b' '..=b'~') && !b"/\\.%?#;".contains(&decoded)
            }
            _ => byte.is_ascii_alphanumeric() || characters.contains(&byte),
        };
        if !allowed {
            return false;
        }
    }
    !only_dots
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(method: &str, path: &str) -> bool {
        Policy::paypal().allows(&method.parse().unwrap(), path, false)
    }

    #[test]
    fn the_operations_are_allowed_and_of_one_who_only_reads_those_that_read() {
        for &(method, path, reads, _) in paypal::OPERATIONS {
            let method: Method = method.parse().unwrap();
            let asked: Vec<_> = path.split('/').map(|it| if it.starts_with('{') { "1A-b" } else { it }).collect();
            let asked = asked.join("/");
            assert!(Policy::paypal().allows(&method, &asked, false), "{method} {path}");
            assert_eq!(Policy::paypal().allows(&method, &asked, true), reads, "{method} {path}");
        }
        assert!(paypal::OPERATIONS.iter().any(|(_, _, reads, _)| *reads));
    }

    #[test]
    fn other_methods_and_paths_are_denied() {
        assert!(allows("GET", "/v2/checkout/orders/5O190127TN364715T"));
        assert!(allows("GET", "/v2/checkout/orders/a%20b%3A%40"));
        for method in ["TRACE", "CONNECT", "OPTIONS", "HEAD", "PRI", "get", "Get", "PURGE", "DELETE"] {
            assert!(!allows(method, "/v2/checkout/orders/5O19"), "{method}");
        }
        for path in [
            "",
            "/",
            "*",
            "v2/checkout/orders/5O19",
            "/v1/oauth2/token",
            "/v1/oauth2/token/terminate",
            "/v2/checkout/orders",
            "/v2/checkout/orders/",
            "/v2/checkout/orders/5O19/",
            "//v2/checkout/orders/5O19",
            "/v2//checkout/orders/5O19",
            "/v2/checkout/orders/.",
            "/v2/checkout/orders/..",
            "/v2/checkout/orders/%2e%2e",
            "/v2/checkout/orders/.%2E",
            "/v2/checkout/orders/..%2fcaptures",
            "/v2/checkout/orders/5O19%2Fcapture",
            "/v2/checkout/orders/5O19%5ccapture",
            "/v2/checkout/orders/5O19%252Fcapture",
            "/v2/checkout/orders/5O19%3Fx",
            "/v2/checkout/orders/5O19;x=1",
            "/v2/checkout/orders/5O19%3Bx",
            "/v2/checkout/orders/5O19%00",
            "/v2/checkout/orders/5O19%0d%0a",
            "/v2/checkout/orders/5O19%C0%AF",
            "/v2/checkout/orders/5O19%",
            "/v2/checkout/orders/5O19%2",
            "/v2/checkout/orders/5O19%zz",
            "/v2/checkout/orders/5O19\\capture",
            "/v2/checkout/orders/5O19@x",
            "/V2/checkout/orders/5O19",
        ] {
            assert!(!allows("GET", path), "{path}");
        }
    }

    #[test]
    fn a_link_to_a_page_may_go_below_the_list_and_nowhere_else() {
        for (method, path, allowed) in [
            ("GET", "/v1/billing/plans/", true),
            ("GET", "/v1/billing/plans/page/2", true),
            ("GET", "/v1/billing/plans/P-1/a,b=(c)", true),
            ("GET", "/v1/payments/payouts/5UX/items/pages/2", true),
            ("POST", "/v2/invoicing/search-invoices/page/2", true),
            ("POST", "/v1/billing/plans/P-1/page/2", false),
            ("GET", "/v1/billing/plans//page", false),
            ("GET", "/v1/billing/plans/../products", false),
            ("GET", "/v1/billing/plans/%2E%2e/products", false),
            ("GET", "/v1/billing/plans/x%2fy/z", false),
            ("GET", "/v1/billing/plans/x;y/z", false),
            ("GET", "/v1/billing/plansx/y", false),
            ("GET", "/v1/billing", false),
            ("GET", "/v2/checkout/orders/5O19/page/2", false),
            ("DELETE", "/v1/notifications/webhooks-events/x/y", false),
        ] {
            assert_eq!(allows(method, path), allowed, "{method} {path}");
        }
    }

    #[test]
    fn one_who_reads_may_post_only_what_reads() {
        let policy = Policy::paypal();
        for (path, reads) in [
            ("/v2/payments/find-eligible-methods", true),
            ("/v1/notifications/verify-webhook-signature", true),
            ("/v2/checkout/orders/5O19/capture", false),
        ] {
            assert!(policy.allows(&Method::POST, path, false), "{path}");
            assert_eq!(policy.allows(&Method::POST, path, true), reads, "{path}");
        }
        let operation = |path, reads| Operation { method: "POST", path, reads, pages: false };
        let policy = Policy::new([operation("/x/{id}", true), operation("/x/pay", false)], []).unwrap();
        assert!(policy.allows(&Method::POST, "/x/1", true) && !policy.allows(&Method::POST, "/x/pay", true));
    }

    #[test]
    fn a_request_has_the_headers_that_are_known_each_once() {
        let policy = Policy::paypal();
        let allows = |fields: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            fields.iter().for_each(|(name, value)| _ = headers.append(*name, value.parse().unwrap()));
            policy.allows_headers(&headers)
        };
        let usual = [("accept", "x"), ("authorization", "x"), ("content-type", "x"), ("content-length", "1")];
        assert!(allows(&usual) && allows(&[("user-agent", "x"), ("paypal-request-id", "x"), ("prefer", "x")]));
        assert!(allows(&[("paypal-auth-assertion", "x"), ("paypal-mock-response", "x")]));
        assert!(allows(&[("paypal-partner-attribution-id", "x"), ("paypal-client-metadata-id", "x")]));
        for denied in [
            "te",
            "trailer",
            "expect",
            "forwarded",
            "x-forwarded-for",
            "x-forwarded-host",
            "x-http-method-override",
            "x-method-override",
            "upgrade",
            "connection",
            "proxy-authorization",
            "proxy-connection",
            "transfer-encoding",
            "host",
            "cookie",
            "range",
            "accept-encoding",
            "keep-alive",
            "max-forwards",
            "via",
        ] {
            assert!(!allows(&[(denied, "x")]), "{denied}");
        }
        for (doubled, _) in usual {
            assert!(!allows(&[(doubled, "x"), (doubled, "x")]), "{doubled}");
        }
    }

    #[test]
    fn a_policy_is_of_whole_segments_and_known_methods() {
        for (method, path) in
            [("TRACE", "/x"), ("get", "/x"), ("GET", "x"), ("GET", "/x//y"), ("GET", "/x/{a}-{b}"), ("GET", "/{}")]
        {
            let refused = Policy::new([Operation { method, path, reads: true, pages: false }], []);
            assert!(refused.is_err(), "{method} {path}");
        }
        for (method, path, allowed) in [("POST", "/x/{id}", false), ("POST", "/x", true), ("GET", "/x/{id}", true)] {
            let policy = Policy::new([Operation { method, path, reads: true, pages: true }], []);
            assert_eq!(policy.is_ok(), allowed, "{method} {path}");
        }
        assert!(Policy::new([], ["not a name"]).is_err());
        assert!(!Policy::nothing().allows(&Method::GET, "/", false));
    }
}
