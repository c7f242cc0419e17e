//! The developer's own program, to which deliveries are forwarded.

use std::{
    fmt,
    hash::{BuildHasher as _, RandomState},
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, Uri, header};
use http_body_util::{BodyExt as _, Limited};
use tokio::time::timeout;

use crate::listen::{forwarded::Forwarded, program_answer::ProgramAnswer};
use connector_host::{
    BaseUrlError, Client, Environment, Route,
    transport::{Error, Timeouts, Transport as _, WasiBody},
};

/// The timeout for the whole answer. With the reading of the delivery it is within [`Limits::answer`](crate::listen::Limits).
const PATIENCE: Duration = Duration::from_secs(20);

/// The largest body of an answer that goes back, in bytes. PayPal reads none.
const BODY: usize = 64 * 1024;

/// Header fields of one connection (RFC 9110 section 7.6.1), and those that the client sets itself.
const OF_CONNECTION: [&str; 11] = [
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// A program that takes deliveries by HTTP, at one URL.
#[derive(Clone)]
pub struct Program {
    url: Uri,
    client: Client,
    /// Names this process in `Via`, by which a loop is found (RFC 9110 section 7.6.3).
    via: HeaderValue,
    patience: Duration,
}

/// Why deliveries are not forwarded to a URL.
#[derive(Debug, PartialEq, Eq)]
pub enum ProgramUrlError {
    /// It is not an http or https URL without a user name, a password and a fragment.
    NotAUrl,
    /// It is on another machine, which was not allowed.
    Remote,
}

impl fmt::Display for ProgramUrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAUrl => "it is not an http or https URL such as http://localhost:3000/hooks",
            Self::Remote => {
                "its host must be on this machine, 127.0.0.0/8, [::1] or localhost, unless --allow-remote is given"
            }
        })
    }
}

impl std::error::Error for ProgramUrlError {}

impl Program {
    /// Returns the program at a URL. Its host must be on this machine, unless others are allowed.
    ///
    /// # Errors
    /// If it is another URL.
    pub fn new(url: &str, allow_remote: bool) -> Result<Self, ProgramUrlError> {
        let uri: Uri = url.parse().map_err(|_| ProgramUrlError::NotAUrl)?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(ProgramUrlError::NotAUrl);
        };
        match Route::loopback(Environment::Sandbox, &format!("{scheme}://{authority}")) {
            Ok(_) => {}
            Err(BaseUrlError::Foreign) if allow_remote => {}
            Err(BaseUrlError::Foreign | BaseUrlError::PayPal) => return Err(ProgramUrlError::Remote),
            Err(_) => return Err(ProgramUrlError::NotAUrl),
        }
        // A `Uri` drops the fragment.
        if url.contains('#') {
            return Err(ProgramUrlError::NotAUrl);
        }
        let number = RandomState::new().hash_one(url);
        let via = HeaderValue::try_from(format!("1.1 host-test-{number:016x}"));
        let via = via.map_err(|_| ProgramUrlError::NotAUrl)?;
        Ok(Self { url: uri, client: Client::new(), via, patience: PATIENCE })
    }

    /// Returns where it is.
    #[must_use]
    pub fn url(&self) -> &Uri {
        &self.url
    }

    /// Whether it listens on a port of this machine, by its URL.
    #[must_use]
    pub fn is_at(&self, port: u16) -> bool {
        let default = if self.url.scheme_str() == Some("https") { 443 } else { 80 };
        Self::new(&self.url.to_string(), false).is_ok() && self.url.port_u16().unwrap_or(default) == port
    }

    /// Whether a delivery with these header fields was forwarded by this process before.
    pub(super) fn has_forwarded(&self, fields: &HeaderMap) -> bool {
        let via = self.via.as_bytes();
        fields.get_all(header::VIA).iter().any(|value| value.as_bytes().windows(via.len()).any(|part| part == via))
    }

    /// Forwards a delivery, byte for byte, with its header fields but those of the connection.
    pub(super) async fn forward(&self, fields: &HeaderMap, body: Bytes) -> Forwarded {
        let begun = Instant::now();
        let mut request = Request::new(body);
        *request.method_mut() = http::Method::POST;
        *request.uri_mut() = self.url.clone();
        *request.headers_mut() = self.fields(fields);
        let timeouts =
            Timeouts { connect: Duration::from_secs(5), first_byte: self.patience, between_bytes: self.patience };
        let answer = timeout(self.patience, async { read(self.client.send(request, timeouts).await?).await });
        match answer.await {
            Ok(Ok((answer, is_cut))) => Forwarded::answered(answer, is_cut, begun.elapsed()),
            Ok(Err(Error::ConnectionReadTimeout)) | Err(_) => Forwarded::late(self.patience),
            Ok(Err(error)) => Forwarded::failed(&error),
        }
    }

    /// Returns the header fields that go on.
    fn fields(&self, fields: &HeaderMap) -> HeaderMap {
        let named = fields.get_all(header::CONNECTION).iter().filter_map(|value| value.to_str().ok());
        let named: Vec<_> =
            named.flat_map(|names| names.split(',')).map(|name| name.trim().to_ascii_lowercase()).collect();
        let is_kept = |name: &HeaderName| {
            !OF_CONNECTION.contains(&name.as_str()) && !named.iter().any(|other| other == name.as_str())
        };
        let mut kept = HeaderMap::new();
        for (name, value) in fields.iter().filter(|(name, _)| is_kept(name)) {
            kept.append(name, value.clone());
        }
        kept.append(header::VIA, self.via.clone());
        kept
    }
}

/// Reads an answer, and whether its body was too long to go back.
async fn read(response: Response<WasiBody>) -> Result<(ProgramAnswer, bool), Error> {
    let (parts, body) = response.into_parts();
    let mut fields = HeaderMap::new();
    for name in [header::CONTENT_TYPE, header::CONTENT_ENCODING, header::RETRY_AFTER] {
        fields.extend(parts.headers.get(&name).map(|value| (name.clone(), value.clone())));
    }
    // An answer to a POST is final; a protocol cannot be changed through here.
    let status = if parts.status.is_informational() { StatusCode::BAD_GATEWAY } else { parts.status };
    // The rest of a body that is too long is not read.
    match Limited::new(body, BODY).collect().await {
        Ok(body) => Ok((ProgramAnswer { status, fields, body: body.to_bytes() }, false)),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => Ok((ProgramAnswer::empty(status), true)),
        Err(_) => Err(Error::ConnectionTerminated),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::{TcpListener, TcpStream},
        sync::oneshot,
    };

    use super::*;

    #[test]
    fn a_program_is_on_this_machine_unless_others_are_allowed() {
        for url in
            ["http://localhost:3000/hooks?x=1", "http://127.0.0.1", "http://[::1]:3000/", "https://localhost:3000"]
        {
            assert!(Program::new(url, false).is_ok(), "{url}");
        }
        for url in ["http://app:3000/hooks", "https://shop.example.com/hooks", "http://127.0.0.1.example.com"] {
            assert_eq!(Program::new(url, false).err(), Some(ProgramUrlError::Remote), "{url}");
            assert!(Program::new(url, true).is_ok(), "{url}");
        }
        for url in
            ["", "localhost:3000", "/hooks", "ftp://localhost/", "http://a:b@localhost:3000/", "http://localhost/#x"]
        {
            assert_eq!(Program::new(url, true).err(), Some(ProgramUrlError::NotAUrl), "{url}");
        }
        let paypal = Program::new("https://api-m.sandbox.paypal.com/x", true).err();
        assert_eq!(paypal, Some(ProgramUrlError::Remote));
    }

    #[test]
    fn its_port_is_known() {
        let at = |url: &str, port| Program::new(url, true).unwrap().is_at(port);
        assert!(at("http://localhost:4020/hooks", 4020) && at("http://127.9.9.9/", 80) && at("https://[::1]/", 443));
        assert!(!at("http://localhost:4020/hooks", 4021) && !at("http://app:4020/", 4020));
    }

    /// Returns a program that reads a request and then does something to its connection, with a patience of half a second.
    async fn program<F: Future<Output = ()> + Send>(act: impl Fn(TcpStream) -> F + Send + Sync + 'static) -> Program {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hooks", listener.local_addr().unwrap());
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut read = [0; 4096];
                let _ = stream.read(&mut read).await;
                act(stream).await;
            }
        });
        Program { patience: Duration::from_millis(500), ..Program::new(&url, false).unwrap() }
    }

    async fn answer(program: &Program) -> Forwarded {
        program.forward(&HeaderMap::new(), Bytes::from_static(b"{}")).await
    }

    #[tokio::test]
    async fn a_program_that_hangs_or_trickles_is_not_waited_for() {
        let silent = program(|stream| async move {
            tokio::time::sleep(Duration::from_secs(60)).await;
            drop(stream);
        });
        let trickling = program(|mut stream| async move {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n").await;
            for _ in 0..1000 {
                let _ = stream.write_all(b"x").await;
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        });
        for program in [silent.await, trickling.await] {
            let forwarded = answer(&program).await;
            assert_eq!(forwarded.answer().status, StatusCode::GATEWAY_TIMEOUT);
            assert!(
                !forwarded.is_taken() && forwarded.to_string().contains("not answered within 0.5 s"),
                "{forwarded}"
            );
        }
    }

    #[tokio::test]
    async fn of_an_answer_that_is_too_long_the_status_goes_back() {
        let (sender, read) = oneshot::channel();
        let sender = Arc::new(Mutex::new(Some(sender)));
        let program = program(move |mut stream| {
            let sender = sender.lock().unwrap().take();
            async move {
                let _ = stream.write_all(b"HTTP/1.1 201 Created\r\ncontent-length: 100000000\r\n\r\n").await;
                let mut written = 0;
                while written < 100_000_000 && stream.write_all(&[b'x'; 65536]).await.is_ok() {
                    written += 65536;
                }
                let _ = sender.unwrap().send(written);
            }
        });
        let forwarded = answer(&program.await).await;
        assert_eq!(*forwarded.answer(), ProgramAnswer::empty(StatusCode::CREATED));
        assert!(forwarded.is_taken() && forwarded.to_string().contains("too long to go back"), "{forwarded}");
        // What the sockets hold counts as written.
        assert!(read.await.unwrap() < 50_000_000, "nobody reads all of it");
    }

    #[tokio::test]
    async fn what_does_not_answer_in_http_is_a_bad_gateway() {
        let garbage = program(|mut stream| async move { _ = stream.write_all(b"\x16\x03\x01 hello\r\n\r\n").await });
        let closing = program(|stream| async move { drop(stream) });
        let half = program(|mut stream| async move {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nx").await;
        });
        let switching = program(|mut stream| async move {
            let head = b"HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n";
            let _ = stream.write_all(head).await;
        });
        for program in [garbage.await, closing.await, half.await, switching.await] {
            assert_eq!(answer(&program).await.answer().status, StatusCode::BAD_GATEWAY);
        }
    }

    #[test]
    fn header_fields_go_on_but_those_of_the_connection() {
        let program = Program::new("http://localhost:3000", false).unwrap();
        let mut fields = HeaderMap::new();
        for (name, value) in [
            ("paypal-transmission-sig", "x/y=="),
            ("paypal-auth-algo", "a"),
            ("paypal-auth-algo", "b"),
            ("content-type", "application/json"),
            ("user-agent", "PayPal/AUHD-1.0"),
            ("via", "1.1 tunnel"),
            ("host", "shop.example.com"),
            ("content-length", "2"),
            ("connection", "close, X-Hop"),
            ("x-hop", "1"),
            ("transfer-encoding", "chunked"),
        ] {
            fields.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        assert!(!program.has_forwarded(&fields));
        let sent = program.fields(&fields);
        assert!(program.has_forwarded(&sent));
        let via: Vec<_> = sent.get_all("via").iter().collect();
        assert_eq!((via.len(), via[0]), (2, &HeaderValue::from_static("1.1 tunnel")));
        let others = sent.iter().filter(|(name, _)| *name != "via");
        let mut others: Vec<_> = others.map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect();
        others.sort();
        let expected = [
            "content-type: application/json",
            "paypal-auth-algo: a",
            "paypal-auth-algo: b",
            "paypal-transmission-sig: x/y==",
            "user-agent: PayPal/AUHD-1.0",
        ];
        assert_eq!(others, expected);
    }
}
