//! A server on loopback that fails in one way, and what a call may report of it.

use std::{
    fmt,
    future::pending,
    net::SocketAddr,
    sync::{Arc, Mutex, mpsc},
    thread,
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpSocket, TcpStream},
    runtime,
    time::sleep,
};

/// How a server fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fails {
    /// Nobody listens.
    Refuses,
    /// It closes the connection before it reads anything.
    ClosesAtOnce,
    ResetsAtOnce,
    /// It closes the connection when it has read ten bytes.
    ClosesAfterPart,
    ResetsAfterPart,
    /// It reads the whole request, and sends nothing.
    Hangs,
    /// It reads the whole request, and closes the connection.
    ClosesAfterAll,
    ResetsAfterAll,
    /// It reads the whole request, and sends an endless head, byte by byte.
    TricklesHead,
    /// The same with the body.
    TricklesBody,
    /// It reads the whole request, and stops in the head of its answer.
    ClosesInHead,
    /// The same in the body.
    ClosesInBody,
    ResetsInBody,
    HangsInBody,
    /// It reads the whole request, and answers with something that is not HTTP.
    NotHttp,
    /// It reads the whole request, and answers with something that is not JSON.
    NotJson,
}

impl Fails {
    pub(crate) const ALL: [Self; 16] = [
        Self::Refuses,
        Self::ClosesAtOnce,
        Self::ResetsAtOnce,
        Self::ClosesAfterPart,
        Self::ResetsAfterPart,
        Self::Hangs,
        Self::ClosesAfterAll,
        Self::ResetsAfterAll,
        Self::TricklesHead,
        Self::TricklesBody,
        Self::ClosesInHead,
        Self::ClosesInBody,
        Self::ResetsInBody,
        Self::HangsInBody,
        Self::NotHttp,
        Self::NotJson,
    ];
}

/// The deadline of each call.
pub(crate) const DEADLINE: Duration = Duration::from_millis(1200);

/// A call under test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asks {
    /// A read.
    Read,
    /// A write whose repeat PayPal recognises.
    WithKey,
    /// A write whose repeat it does not recognise.
    WithoutKey,
}

impl Asks {
    pub(crate) const ALL: [Self; 3] = [Self::Read, Self::WithKey, Self::WithoutKey];

    /// Returns the action and its input.
    pub(crate) fn call(self) -> (&'static str, String) {
        let options = format!(r#""options": {{"deadline_ms": {}}}"#, DEADLINE.as_millis());
        match self {
            Self::Read => ("orders.get", format!(r#"{{"id": "5O190127TN364715T", {options}}}"#)),
            Self::WithKey => (
                "orders.create",
                format!(
                    r#"{{"body": {{"intent": "CAPTURE", "purchase_units": [{{"amount":
                    {{"currency_code": "USD", "value": "1.00"}}}}]}}, {options}}}"#
                ),
            ),
            Self::WithoutKey => (
                "orders.add-tracking",
                format!(
                    r#"{{"id": "5O190127TN364715T", "body": {{"capture_id": "2GG279541U471931P",
                    "tracking_number": "1Z999", "carrier": "UPS"}}, {options}}}"#
                ),
            ),
        }
    }

    /// Returns how many attempts the platform allows: the usual number if there must be only one, otherwise two, which takes less
    /// time.
    pub(crate) fn max_attempts(self) -> u32 {
        if self == Self::WithoutKey { 4 } else { 2 }
    }
}

/// What a server has seen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    /// Connections.
    pub(crate) connections: usize,
    /// Connections on which at least a byte of a request was read.
    pub(crate) begun: usize,
    /// The whole requests, by their keys.
    pub(crate) whole: Vec<Option<String>>,
}

/// A server that fails. It runs until the process ends.
pub(crate) struct Peer {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
}

impl Peer {
    /// Starts one on its own thread, because a host may block the calling one.
    pub(crate) fn start(fails: Fails) -> Self {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let (notes, (tell, address)) = (seen.clone(), mpsc::channel());
        thread::spawn(move || {
            runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
                let socket = TcpSocket::new_v4().unwrap();
                socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
                let address = socket.local_addr().unwrap();
                if fails == Fails::Refuses {
                    // It keeps its port, so that no other server listens there.
                    tell.send(address).unwrap();
                    pending::<()>().await;
                }
                let listener = socket.listen(1024).unwrap();
                tell.send(address).unwrap();
                while let Ok((stream, _)) = listener.accept().await {
                    notes.lock().unwrap().connections += 1;
                    let notes = notes.clone();
                    // A client that has gone away is not an error.
                    tokio::spawn(async move { fail(stream, fails, &notes).await.unwrap_or_default() });
                }
            });
        });
        Self { address: address.recv().unwrap(), seen }
    }

    pub(crate) fn seen(&self) -> Seen {
        self.seen.lock().unwrap().clone()
    }
}

const BODY: &[u8] = br#"{"id": "5O190127TN364715T", "status": "CREATED"}"#;

async fn fail(stream: TcpStream, fails: Fails, seen: &Mutex<Seen>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    match fails {
        Fails::Refuses | Fails::ClosesAtOnce => return Ok(()),
        Fails::ResetsAtOnce => return stream.get_ref().set_zero_linger(),
        Fails::ClosesAfterPart | Fails::ResetsAfterPart => {
            // Bypasses the buffer, which would read more.
            stream.get_mut().read_exact(&mut [0; 10]).await?;
            seen.lock().unwrap().begun += 1;
            if fails == Fails::ResetsAfterPart {
                stream.get_ref().set_zero_linger()?;
            }
            return Ok(());
        }
        _ => {}
    }
    receive(&mut stream, seen).await?;
    let length = if fails == Fails::NotJson { 5 } else { BODY.len() + 1000 };
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n");
    let half = [head.as_bytes(), &BODY[..20]].concat();
    match fails {
        Fails::Hangs => sleep(Duration::from_secs(120)).await,
        Fails::ResetsAfterAll => stream.get_ref().set_zero_linger()?,
        Fails::TricklesHead => trickle(&mut stream, b"HTTP/1.1 200 OK\r\nx-slow: ", b'a').await?,
        Fails::TricklesBody => trickle(&mut stream, head.as_bytes(), b' ').await?,
        Fails::ClosesInHead => stream.write_all(&head.as_bytes()[..30]).await?,
        Fails::ClosesInBody => stream.write_all(&half).await?,
        Fails::ResetsInBody => {
            stream.write_all(&half).await?;
            // Lets the client read the bytes before the reset, which would overtake them.
            sleep(Duration::from_millis(200)).await;
            stream.get_ref().set_zero_linger()?;
        }
        Fails::HangsInBody => {
            stream.write_all(&half).await?;
            sleep(Duration::from_secs(120)).await;
        }
        Fails::NotHttp => stream.write_all(b"\x16\x03\x01 SSH-2.0-what\r\n\r\n").await?,
        Fails::NotJson => stream.write_all(&[head.as_bytes(), b"<html"].concat()).await?,
        _ => {}
    }
    stream.shutdown().await
}

async fn trickle(stream: &mut BufReader<TcpStream>, begin: &[u8], byte: u8) -> std::io::Result<()> {
    stream.write_all(begin).await?;
    loop {
        sleep(Duration::from_millis(50)).await;
        stream.write_all(&[byte]).await?;
    }
}

/// Reads one request to its end.
async fn receive(stream: &mut BufReader<TcpStream>, seen: &Mutex<Seen>) -> std::io::Result<()> {
    let (mut key, mut length, mut line) = (None, 0, String::new());
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line.starts_with("GET ") || line.starts_with("POST ") {
            seen.lock().unwrap().begun += 1;
        }
        match line.trim_end().split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("paypal-request-id") => key = Some(value.to_owned()),
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.parse().unwrap(),
            None if line.trim_end().is_empty() => break,
            _ => {}
        }
    }
    stream.read_exact(&mut vec![0; length]).await?;
    seen.lock().unwrap().whole.push(key);
    Ok(())
}

/// What the caller was told.
#[derive(Debug)]
pub(crate) struct Told {
    /// The kind of failure by its name in WIT, or `reply`, or `crash` if the call had no outcome.
    pub(crate) kind: String,
    pub(crate) request_sent: bool,
    pub(crate) attempts: u32,
    pub(crate) message: String,
    pub(crate) took: Duration,
}

impl Told {
    /// Returns a failure, with its kind as the bindings print it.
    pub(crate) fn failure(
        kind: impl fmt::Debug,
        request_sent: bool,
        attempts: u32,
        message: String,
        took: Duration,
    ) -> Self {
        let kind = format!("{kind:?}");
        let mut kebab = String::new();
        for letter in kind.rsplit("::").next().unwrap().chars() {
            if letter.is_uppercase() && !kebab.is_empty() {
                kebab.push('-');
            }
            kebab.extend(letter.to_lowercase());
        }
        Self { kind: kebab, request_sent, attempts, message, took }
    }

    /// Returns a reply, which none of these tests expects.
    pub(crate) fn reply(attempts: u32, body: Option<String>, took: Duration) -> Self {
        let (kind, message) = ("reply".to_owned(), body.unwrap_or_default());
        Self { kind, request_sent: true, attempts, message, took }
    }
}

/// A case: the host, the failure and the call.
pub(crate) struct Case<'a>(pub(crate) &'a str, pub(crate) Fails, pub(crate) Asks);

impl fmt::Display for Case<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(host, fails, asks) = self;
        write!(f, "{host}, server: {fails:?}, call: {asks:?}")
    }
}

/// What must be true of every call in every host.
pub(crate) fn judge(case: &Case, told: &Told, seen: &Seen) {
    let &Case(_, fails, asks) = case;
    let context = format!("{case}\ntold {told:?}\nseen {seen:?}");
    // A document that cannot be read is not a reply.
    assert_ne!(told.kind, "reply", "{context}");
    assert_ne!(told.kind, "crash", "{context}");
    if fails == Fails::Refuses {
        assert_eq!((&*told.kind, told.request_sent), ("unreachable", false), "{context}");
        assert!(told.message.contains("has not acted"), "{context}");
    } else if fails != Fails::ClosesAtOnce && fails != Fails::ResetsAtOnce {
        assert!(seen.begun > 0, "the request never came: {context}");
    }
    if !told.request_sent || told.message.contains("has not acted") {
        assert!(
            seen.whole.is_empty() && seen.begun == 0,
            "a request came, though it is reported as not sent: {context}"
        );
    }
    if asks != Asks::Read && seen.begun > 0 {
        assert_eq!(told.kind, "outcome-unknown", "{context}");
    }
    if asks == Asks::WithoutKey {
        // A reset may come before the client notices that it is connected: then it reports that it was not.
        let connections = if fails == Fails::ResetsAtOnce { seen.begun } else { seen.connections };
        assert!(connections <= 1, "sent again without a key: {context}");
    }
    if asks == Asks::WithKey {
        assert!(seen.whole.windows(2).all(|keys| keys[0].is_some() && keys[0] == keys[1]), "{context}");
    }
    // The machine may be busy. A host's own timeouts are ten minutes.
    assert!(told.took < DEADLINE + Duration::from_secs(8), "it took too long: {context}");
}
