//! The head of a request, and its limits.

use http::{HeaderMap, HeaderValue, Method};
use uuid::Uuid;

use crate::{
    config::Config,
    problem::{Kind, Problem},
    route::{NoRoute, Route},
};

/// The longest path with its query, in bytes.
const TARGET: usize = 2048;

/// The most header fields.
const FIELDS: usize = 100;

/// The most bytes of header fields, names and values together. PayPal's have about 1500.
const BYTES: usize = 16 * 1024;

/// The head of a request.
pub(crate) struct Head {
    pub(crate) method: Method,
    /// The path, with the query if there is one.
    pub(crate) target: String,
    /// The host that it is for, with the port.
    pub(crate) authority: Option<String>,
    pub(crate) headers: HeaderMap,
}

impl Head {
    /// Returns the id of the request: the caller's, or a new one.
    pub(crate) fn id(&self) -> HeaderValue {
        let valid = |id: &&HeaderValue| {
            let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-".contains(byte);
            (1..=128).contains(&id.len()) && id.as_bytes().iter().all(allowed)
        };
        let made = || HeaderValue::from_str(&Uuid::new_v4().to_string());
        // A UUID is a valid field.
        self.headers
            .get("x-request-id")
            .filter(valid)
            .cloned()
            .or_else(|| made().ok())
            .unwrap_or(HeaderValue::from_static("-"))
    }

    /// Checks the sizes.
    pub(crate) fn check_size(&self) -> Result<(), Problem> {
        if self.target.len() > TARGET {
            return Err(Problem::new(Kind::TARGET_TOO_LONG, format!("the path has at most {TARGET} bytes")));
        }
        let bytes: usize = self.headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
        if self.headers.len() > FIELDS || bytes > BYTES {
            let detail = format!("there are at most {FIELDS} header fields, with {BYTES} bytes in total");
            return Err(Problem::new(Kind::HEAD_TOO_LARGE, detail));
        }
        Ok(())
    }

    /// Checks where it is for and where it comes from. Returns its origin, if a page has sent it.
    pub(crate) fn check_source(&self, config: &Config) -> Result<Option<HeaderValue>, Problem> {
        if !config.serves(self.authority.as_deref()) {
            return Err(Problem::new(Kind::HOST_REFUSED, "the host is not one of GATEWAY_HOSTS"));
        }
        let mut origins = self.headers.get_all("origin").iter();
        let Some(origin) = origins.next() else { return Ok(None) };
        let allowed = origin.to_str().is_ok_and(|it| config.allows_origin(it)) && origins.next().is_none();
        if allowed {
            Ok(Some(origin.clone()))
        } else {
            Err(Problem::new(Kind::ORIGIN_REFUSED, "the origin is not one of GATEWAY_ORIGINS"))
        }
    }

    /// Returns the route.
    pub(crate) fn route(&self) -> Result<Route, Problem> {
        let (path, query) =
            self.target.split_once('?').map_or((&*self.target, None), |(path, query)| (path, Some(query)));
        let route = Route::parse(path).map_err(|error| match error {
            NoRoute::Malformed => Problem::new(Kind::MALFORMED, "the path is not one of RFC 3986, or is not UTF-8"),
            NoRoute::Unknown => Problem::new(Kind::NO_ROUTE, "/openapi.json describes the routes"),
        })?;
        match query {
            Some(query) if !query.is_empty() => Err(Problem::new(Kind::MALFORMED, "no route has query parameters")),
            _ => Ok(route),
        }
    }

    /// Returns the value of a header field that occurs at most once.
    pub(crate) fn single(&self, name: &str) -> Result<Option<&HeaderValue>, Problem> {
        let mut values = self.headers.get_all(name).iter();
        let value = values.next();
        match values.next() {
            None => Ok(value),
            Some(_) => Err(Problem::new(Kind::MALFORMED, format!("the header field {name} occurs twice"))),
        }
    }
}
