//! Which route a path is.

use http::Method;
use percent_encoding::percent_decode_str;

/// A route, with the parts of its path decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    Health,
    OpenApi,
    Actions,
    Action(String),
    Triggers,
    Manifest,
    /// The document of [`Route::OpenApi`], with an operation for each action.
    FullOpenApi,
    Connections,
    Test(String),
    /// What can be chosen for a parameter of an action.
    Options {
        connection: String,
        action: String,
    },
    Run {
        connection: String,
        action: String,
    },
    Webhook {
        connection: String,
        webhook: String,
    },
    Ipn(String),
}

/// Why a path is no route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoRoute {
    /// It is not spelled as RFC 3986 wants it.
    Malformed,
    Unknown,
}

impl Route {
    /// Reads a path. Its segments are separated first and decoded then, once, so that an encoded slash separates nothing.
    pub(crate) fn parse(path: &str) -> Result<Self, NoRoute> {
        let path = path.strip_prefix('/').ok_or(NoRoute::Malformed)?;
        let segments = path.split('/').map(decode).collect::<Option<Vec<_>>>().ok_or(NoRoute::Malformed)?;
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let owned = |text: &str| text.to_owned();
        Ok(match segments[..] {
            ["healthz"] => Self::Health,
            ["openapi.json"] => Self::OpenApi,
            ["v1", "openapi.json"] => Self::FullOpenApi,
            ["v1", "actions"] => Self::Actions,
            ["v1", "actions", action] if !action.is_empty() => Self::Action(owned(action)),
            ["v1", "triggers"] => Self::Triggers,
            ["v1", "manifest"] => Self::Manifest,
            ["v1", "connections"] => Self::Connections,
            ["v1", "connections", name, ref rest @ ..] if !name.is_empty() => match *rest {
                ["test"] => Self::Test(owned(name)),
                ["actions", action] if !action.is_empty() => {
                    Self::Run { connection: owned(name), action: owned(action) }
                }
                ["actions", action, "options"] if !action.is_empty() => {
                    Self::Options { connection: owned(name), action: owned(action) }
                }
                ["webhooks", webhook] if !webhook.is_empty() => {
                    Self::Webhook { connection: owned(name), webhook: owned(webhook) }
                }
                ["ipn"] => Self::Ipn(owned(name)),
                _ => return Err(NoRoute::Unknown),
            },
            _ => return Err(NoRoute::Unknown),
        })
    }

    /// Whether it only reads: then it has GET and HEAD, and otherwise POST.
    pub(crate) fn is_read(&self) -> bool {
        let posted = matches!(self, Self::Options { .. } | Self::Webhook { .. } | Self::Ipn(_));
        !posted && !matches!(self, Self::Test(_) | Self::Run { .. })
    }

    /// Its methods, as in `Allow`.
    pub(crate) fn methods(&self) -> &'static str {
        if self.is_read() { "GET, HEAD" } else { "POST" }
    }

    pub(crate) fn has(&self, method: &Method) -> bool {
        match *method {
            Method::GET | Method::HEAD => self.is_read(),
            Method::POST => !self.is_read(),
            _ => false,
        }
    }

    /// Whether it takes a caller's key. A delivery is proved by the provider's signature, or by asking the provider.
    pub(crate) fn is_keyed(&self) -> bool {
        !matches!(self, Self::Health | Self::OpenApi | Self::Webhook { .. } | Self::Ipn(_))
    }
}

/// Decodes a segment. None if a percent sign is not followed by two digits, if it is not UTF-8, or if it has control characters.
fn decode(segment: &str) -> Option<String> {
    let is_hex = |digit: Option<&u8>| digit.is_some_and(u8::is_ascii_hexdigit);
    let bytes = segment.as_bytes();
    let escaped = |at: usize| is_hex(bytes.get(at + 1)) && is_hex(bytes.get(at + 2));
    let valid = bytes.iter().enumerate().all(|(at, byte)| byte.is_ascii_graphic() && (*byte != b'%' || escaped(at)));
    let decoded = percent_decode_str(segment).decode_utf8().ok().filter(|_| valid)?;
    (!decoded.chars().any(char::is_control)).then(|| decoded.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_routes() {
        let text = str::to_owned;
        for (path, route) in [
            ("/healthz", Route::Health),
            ("/openapi.json", Route::OpenApi),
            ("/v1/openapi.json", Route::FullOpenApi),
            ("/v1/actions", Route::Actions),
            ("/v1/actions/orders.create", Route::Action(text("orders.create"))),
            ("/v1/actions/orders%2Ecreate", Route::Action(text("orders.create"))),
            ("/v1/triggers", Route::Triggers),
            ("/v1/manifest", Route::Manifest),
            ("/v1/connections", Route::Connections),
            ("/v1/connections/shop/test", Route::Test(text("shop"))),
            ("/v1/connections/caf%C3%A9/ipn", Route::Ipn(text("café"))),
            ("/v1/connections/a%2Fb/ipn", Route::Ipn(text("a/b"))),
            // Decoded once.
            ("/v1/connections/%2561/ipn", Route::Ipn(text("%61"))),
            (
                "/v1/connections/shop/actions/orders.get",
                Route::Run { connection: text("shop"), action: text("orders.get") },
            ),
            (
                "/v1/connections/shop/actions/plans.get/options",
                Route::Options { connection: text("shop"), action: text("plans.get") },
            ),
            ("/v1/connections/shop/webhooks/5GP0", Route::Webhook { connection: text("shop"), webhook: text("5GP0") }),
        ] {
            assert_eq!(Route::parse(path), Ok(route), "{path}");
        }
    }

    #[test]
    fn other_paths_are_none() {
        for path in [
            "/",
            "/v1",
            "/v1/",
            "/v2/actions",
            "/V1/actions",
            "/v1/actions/",
            "/v1/actions/orders.get/",
            "//v1/actions",
            "/v1/connections/shop",
            "/v1/connections//test",
            "/v1/connections/shop/actions",
            "/v1/connections/shop/actions/",
            "/v1/connections/shop/actions/a/b",
            "/v1/connections/shop/actions/a/options/b",
            "/v1/connections/shop/webhooks",
            "/v1/connections/../healthz",
            "/v1/%2e%2e/healthz",
            "/v1%2Factions",
            "/healthz/",
            "/healthz%3Fx",
        ] {
            assert_eq!(Route::parse(path), Err(NoRoute::Unknown), "{path}");
        }
        for path in
            ["", "healthz", "*", "http://x/healthz", "/%", "/%4", "/%zz", "/%00", "/%0A", "/%ff", "/a b", "/\u{e9}"]
        {
            assert_eq!(Route::parse(path), Err(NoRoute::Malformed), "{path}");
        }
    }

    #[test]
    fn a_route_has_the_methods_that_it_allows() {
        for path in ["/healthz", "/v1/connections/shop/test", "/v1/connections/shop/ipn"] {
            let route = Route::parse(path).unwrap();
            for method in [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
                assert_eq!(route.has(&method), route.methods().split(", ").any(|it| it == method), "{path} {method}");
            }
        }
    }
}
