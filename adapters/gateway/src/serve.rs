//! Answers a request: the checks in their order, and the route.

use std::time::Duration;

use http::{HeaderValue, Method, Response, StatusCode, header};

use crate::{
    actions,
    bindings::connections::{BeginError, ConnectionInfo, Purpose},
    config::Config,
    deliveries::{self, Delivery},
    head::Head,
    host::{Body, BodyError, Host},
    keys::{self, Key},
    openapi, outcome,
    problem::{Kind, Problem},
    route::Route,
    wanted::Wanted,
};

/// The most bytes of a webhook event: in base64 it fits into the 16 MiB that `events.receive` takes.
pub(crate) const WEBHOOK: usize = 11 * 1024 * 1024;

/// The most bytes of an IPN message: what `ipn.receive` takes.
const IPN: usize = 1024 * 1024;

/// The longest time for a delivery to come, or for a body to end that should be empty. Anybody can begin a delivery, and PayPal
/// waits for about as long.
const TIME: Duration = Duration::from_secs(30);

/// Answers a request.
pub(crate) fn answer(host: &impl Host, head: &Head, body: &mut impl Body) -> Response<Vec<u8>> {
    let mut origin = None;
    let mut response = respond(host, head, body, &mut origin).unwrap_or_else(Problem::answer);
    let headers = response.headers_mut();
    headers.insert("x-request-id", head.id());
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::VARY, HeaderValue::from_static("Origin"));
    if let Some(origin) = origin {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        let exposed = HeaderValue::from_static("Retry-After, X-Request-Id");
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    }
    response
}

/// Answers a request. `origin` is set if a page has sent it that may read the answer.
fn respond(
    host: &impl Host,
    head: &Head,
    body: &mut impl Body,
    origin: &mut Option<HeaderValue>,
) -> Result<Response<Vec<u8>>, Problem> {
    head.check_size()?;
    let config = Config::read(|name| host.variable(name)).map_err(misconfigured)?;
    *origin = head.check_source(&config)?;
    let route = head.route()?;
    if head.method == Method::OPTIONS {
        return Ok(options(&route));
    }
    if !route.has(&head.method) {
        let allow = HeaderValue::from_static(route.methods());
        let detail = format!("the route has {}", route.methods());
        return Err(Problem::new(Kind::METHOD, detail).with(header::ALLOW, allow));
    }
    if route.is_keyed() { keyed(host, head, body, &config, &route) } else { open(host, head, body, &config, &route) }
}

/// Answers a route without a caller's key.
fn open(
    host: &impl Host,
    head: &Head,
    body: &mut impl Body,
    config: &Config,
    route: &Route,
) -> Result<Response<Vec<u8>>, Problem> {
    let (connection, webhook, limit) = match route {
        Route::Webhook { connection, webhook } => (connection, Some(webhook.as_str()), WEBHOOK),
        Route::Ipn(connection) => (connection, None, IPN),
        Route::OpenApi => return Ok(outcome::document(openapi::OWN)),
        _ => {
            configured_keys(config)?;
            host.connections().map_err(misconfigured)?;
            return Ok(outcome::document(r#"{"status":"ok"}"#));
        }
    };
    // First, so that nobody can send a long body to no connection. It takes no permit.
    let receivers = if let Some(webhook) = webhook {
        check_webhook(host, connection, webhook)?;
        deliveries::check_signed(&head.headers)?;
        Vec::new()
    } else {
        receivers(host, connection)?
    };
    begin(host, connection, Purpose::Delivery)?;
    let received = check_consumer(host, config).and_then(|()| read(body, limit, TIME)).map(|body| {
        let delivery = Delivery { connection, webhook, receivers: &receivers, headers: &head.headers, body: &body };
        delivery.receive(host, config)
    });
    host.end(None);
    received
}

/// Checks that a webhook is the connection's. Who has an account can have events signed for a webhook of its own, so that the id
/// alone says whose they are. The answer is that of an unknown connection, so that nobody learns which ones there are.
fn check_webhook(host: &impl Host, connection: &str, webhook: &str) -> Result<(), Problem> {
    named(host, connection)?.webhooks.iter().any(|it| it == webhook).then_some(()).ok_or_else(no_connection)
}

/// Returns the accounts whose IPN messages a connection takes. PayPal confirms those of every account, so that without any the
/// answer is that of an unknown connection.
fn receivers(host: &impl Host, connection: &str) -> Result<Vec<String>, Problem> {
    let receivers = named(host, connection)?.ipn_receivers;
    if receivers.is_empty() { Err(no_connection()) } else { Ok(receivers) }
}

/// Returns the connection of a name.
fn named(host: &impl Host, connection: &str) -> Result<ConnectionInfo, Problem> {
    let connections = host.connections().map_err(misconfigured)?;
    connections.into_iter().find(|it| it.name == connection).ok_or_else(no_connection)
}

/// Checks that a delivery comes to somebody who keeps it.
fn check_consumer(host: &impl Host, config: &Config) -> Result<(), Problem> {
    let problem =
        || misconfigured("GATEWAY_FORWARD_URL is not set: without a journal, it must say who takes deliveries");
    (config.forward.is_some() || host.has_journal()).then_some(()).ok_or_else(problem)
}

/// Answers a route that takes a caller's key.
fn keyed(
    host: &impl Host,
    head: &Head,
    body: &mut impl Body,
    config: &Config,
    route: &Route,
) -> Result<Response<Vec<u8>>, Problem> {
    let key = keys::authenticate(configured_keys(config)?, &head.headers)?;
    match route {
        Route::Actions => actions::list(host),
        Route::Action(id) => actions::one(host, id),
        Route::Triggers => actions::triggers(host),
        Route::Manifest => actions::manifest(host),
        Route::FullOpenApi => openapi::full(host),
        Route::Connections => actions::connections(host, key),
        Route::Test(connection) => {
            actions::check_test(key, connection)?;
            body.read(0, TIME).map_err(|error| match error {
                BodyError::TooLarge => Problem::new(Kind::TOO_LARGE, "the route takes no body"),
                other => unread(other, 0),
            })?;
            begin(host, connection, Purpose::Action)?;
            let result = host.test_connection();
            host.end(outcome::back_off(&result));
            Ok(outcome::report(&result))
        }
        Route::Options { connection, action } => {
            actions::check_options(host, key, connection, action)?;
            let wanted = Wanted::read(&actions::input(head, body)?)?;
            begin(host, connection, Purpose::Action)?;
            let result = host.options(action, &wanted);
            host.end(outcome::back_off(&result));
            Ok(outcome::choices(&result))
        }
        Route::Run { connection, action } => run(host, head, body, key, connection, action),
        // The routes without a key are answered above.
        _ => Err(Problem::new(Kind::NO_ROUTE, "")),
    }
}

/// Runs an action. The connection's permit is not held while the body comes.
fn run(
    host: &impl Host,
    head: &Head,
    body: &mut impl Body,
    key: &Key,
    connection: &str,
    action: &str,
) -> Result<Response<Vec<u8>>, Problem> {
    actions::check_run(host, key, connection, action)?;
    let input = actions::input(head, body)?;
    let input = actions::with_own(host, connection, action, input)?;
    begin(host, connection, Purpose::Action)?;
    let result = host.invoke(action, &input);
    host.end(outcome::back_off(&result));
    Ok(outcome::answer(action, &result))
}

/// Returns the answer to a page that asks whether it may send a request.
fn options(route: &Route) -> Response<Vec<u8>> {
    let mut response = Response::new(Vec::new());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    let methods = HeaderValue::from_static(route.methods());
    headers.insert(header::ALLOW, methods.clone());
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
    let allowed = HeaderValue::from_static("Authorization, Content-Type, Idempotency-Key, X-Request-Id");
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, allowed);
    response
}

fn configured_keys(config: &Config) -> Result<&[Key], Problem> {
    config
        .keys
        .as_deref()
        .ok_or_else(|| misconfigured("GATEWAY_KEYS is not set: expected the callers' keys, or [] for none"))
}

fn misconfigured(detail: impl Into<String>) -> Problem {
    Problem::new(Kind::MISCONFIGURED, detail)
}

/// Reads a body.
pub(crate) fn read(body: &mut impl Body, limit: usize, time: Duration) -> Result<Vec<u8>, Problem> {
    body.read(limit, time).map_err(|error| unread(error, limit))
}

/// Returns why a body could not be read.
fn unread(error: BodyError, limit: usize) -> Problem {
    match error {
        BodyError::TooLarge => Problem::new(Kind::TOO_LARGE, format!("the body has at most {limit} bytes")),
        BodyError::TooSlow => Problem::new(Kind::TOO_SLOW, "send the body faster, and without long pauses"),
        BodyError::Interrupted => Problem::new(Kind::MALFORMED, "the body broke off"),
    }
}

fn no_connection() -> Problem {
    Problem::new(Kind::NO_CONNECTION, "GET /v1/connections lists the connections")
}

fn begin(host: &impl Host, connection: &str, purpose: Purpose) -> Result<(), Problem> {
    host.begin(connection, purpose).map_err(|error| match error {
        BeginError::Unknown => no_connection(),
        BeginError::Busy(wait) => {
            let kind = if purpose == Purpose::Action { Kind::BUSY } else { Kind::DELIVER_AGAIN };
            Problem::new(kind, "its calls are all in use, or the provider has asked to wait").retry_after_ms(wait)
        }
        BeginError::Misconfigured(reason) => misconfigured(reason),
        BeginError::Unavailable(reason) => Problem::new(Kind::UNAVAILABLE, reason).retry_after_ms(1000),
    })
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::*;
    use crate::testing::Fake;

    /// A body that cannot be read, and the time that it was given.
    struct Broken(BodyError, Option<Duration>);

    impl Body for Broken {
        fn read(&mut self, _: usize, time: Duration) -> Result<Vec<u8>, BodyError> {
            self.1 = Some(time);
            Err(self.0)
        }
    }

    #[test]
    fn a_body_that_cannot_be_read_is_told_apart_where_none_is_expected() {
        let keys = r#"[{"name": "till", "connections": ["*"], "effects": ["read"],
            "sha256": "ab15fd971b058414efe70f94b1d4e776d7298c7b3bc9f0b4806bb061894cbaf7"}]"#;
        let host = Fake { variables: vec![("GATEWAY_KEYS", keys)], ..Fake::default() };
        let mut headers = HeaderMap::new();
        let value = HeaderValue::from_static("Bearer kg_0123456789abcdefghijklmnopqrstuv");
        headers.insert(header::AUTHORIZATION, value);
        let target = "/v1/connections/shop/test".to_owned();
        let head = Head { method: Method::POST, target, authority: None, headers };
        for (error, status) in [(BodyError::TooLarge, 413), (BodyError::TooSlow, 408), (BodyError::Interrupted, 400)] {
            assert_eq!(answer(&host, &head, &mut Broken(error, None)).status(), status, "{error:?}");
        }
        assert!(host.asked.take().is_empty(), "the connection was used");
    }

    #[test]
    fn a_delivery_is_not_waited_for_longer_than_the_provider_waits() {
        let mut headers: HeaderMap =
            deliveries::SIGNED.iter().map(|it| (it.parse().unwrap(), HeaderValue::from_static("x"))).collect();
        let target = |path: &str| format!("/v1/connections/shop/{path}");
        let webhook = target("webhooks/1JE4");
        let mut head = Head { method: Method::POST, target: webhook, authority: None, headers: headers.clone() };
        let mut body = Broken(BodyError::TooSlow, None);
        assert_eq!(answer(&Fake::default(), &head, &mut body).status(), 408);
        assert_eq!(body.1, Some(Duration::from_secs(30)));
        // Nobody's: its body is not waited for at all.
        for name in deliveries::SIGNED {
            let removed = headers.remove(name).unwrap();
            head.headers = headers.clone();
            let (host, mut body) = (Fake::default(), Broken(BodyError::TooSlow, None));
            let response = answer(&host, &head, &mut body);
            let document = std::str::from_utf8(response.body()).unwrap();
            assert!(response.status() == 400 && document.contains(name), "{document}");
            assert!(body.1.is_none() && host.asked.take().is_empty(), "{name}");
            headers.insert(name, removed);
        }
        head.target = target("ipn");
        let mut body = Broken(BodyError::TooSlow, None);
        assert_eq!(answer(&Fake::default(), &head, &mut body).status(), 408);
        assert_eq!(body.1, Some(Duration::from_secs(30)));
    }
}
