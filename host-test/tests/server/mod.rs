//! A server on loopback that answers with any bytes.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    select,
    sync::Semaphore,
    time::{Duration, sleep},
};

/// A request as it came over the wire.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    /// Method and target.
    pub(crate) line: String,
    /// Header fields, names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    /// The body.
    pub(crate) body: Vec<u8>,
}

impl Received {
    /// Returns the value of a header field.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| &**value)
    }

    /// Returns a resource with the id at the end of the path.
    #[allow(dead_code, reason = "not every test answers with one")]
    pub(crate) fn resource(&self) -> String {
        let path = self.line.split('?').next().unwrap_or_default();
        serde_json::json!({"id": path.rsplit('/').next()}).to_string()
    }
}

/// What to do with a request.
pub(crate) enum Answer {
    /// Send these bytes and keep the connection.
    Send(Vec<u8>),
    /// Send these bytes and close.
    Close(Vec<u8>),
    /// Send the first bytes at once and the others one by one, with a pause before each.
    Trickle(Vec<u8>, Vec<u8>, Duration),
    /// Say nothing and hold the connection, for a minute or until the client closes it.
    Silence,
    /// Take a permit and send these bytes. Close if the client closes first.
    Released(Arc<Semaphore>, Vec<u8>),
}

impl Answer {
    /// Returns a response with a JSON body.
    pub(crate) fn json(status: &str, body: &str) -> Self {
        Self::Send(response(status, "content-type: application/json\r\n", body.as_bytes()))
    }
}

/// Returns the bytes of a response with a content length.
pub(crate) fn response(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// The server. It runs until the test's runtime ends.
pub(crate) struct Server {
    address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    connections: AtomicUsize,
    closed: AtomicUsize,
    unanswered: AtomicUsize,
    most_at_once: AtomicUsize,
}

impl Server {
    /// Starts a server that answers each request with `answer`.
    pub(crate) async fn start(answer: impl Fn(&Received) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (received, counts) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Counts::default()));
        let (log, all, answer) = (received.clone(), counts.clone(), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                all.connections.fetch_add(1, Ordering::Relaxed);
                let (log, all, answer) = (log.clone(), all.clone(), answer.clone());
                tokio::spawn(async move {
                    serve(stream, log, &all, answer).await;
                    all.closed.fetch_add(1, Ordering::Relaxed);
                });
            }
        });
        Self { address, received, counts }
    }

    /// Returns its base URL.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the requests so far.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// Returns how many connections were made.
    pub(crate) fn connections(&self) -> usize {
        self.counts.connections.load(Ordering::Relaxed)
    }

    /// Returns how many connections are open.
    pub(crate) fn open(&self) -> usize {
        self.connections() - self.counts.closed.load(Ordering::Relaxed)
    }

    /// Returns the maximum number of requests that were being answered at once.
    pub(crate) fn most_at_once(&self) -> usize {
        self.counts.most_at_once.load(Ordering::Relaxed)
    }
}

async fn serve(
    stream: TcpStream,
    log: Arc<Mutex<Vec<Received>>>,
    counts: &Counts,
    answer: Arc<impl Fn(&Received) -> Answer + Send + Sync>,
) {
    let mut stream = BufReader::new(stream);
    while let Some(request) = receive(&mut stream).await {
        let at_once = counts.unanswered.fetch_add(1, Ordering::AcqRel) + 1;
        counts.most_at_once.fetch_max(at_once, Ordering::AcqRel);
        log.lock().unwrap().push(request.clone());
        // A client that has gone away, as after a timeout, is not an error.
        let answer = answer(&request);
        if let Answer::Released(permits, _) = &answer {
            let released = select! {
                permit = permits.acquire() => { permit.unwrap().forget(); true }
                _ = stream.read_u8() => false,
            };
            if !released {
                counts.unanswered.fetch_sub(1, Ordering::AcqRel);
                return;
            }
        }
        // From here on the client may send the next request.
        counts.unanswered.fetch_sub(1, Ordering::AcqRel);
        match answer {
            Answer::Send(bytes) => _ = stream.write_all(&bytes).await,
            Answer::Close(bytes) => {
                _ = stream.write_all(&bytes).await;
                return;
            }
            Answer::Trickle(at_once, bytes, pause) => {
                _ = stream.write_all(&at_once).await;
                for byte in bytes {
                    sleep(pause).await;
                    _ = stream.write_all(&[byte]).await;
                }
            }
            Answer::Silence => {
                select! {
                    () = sleep(Duration::from_secs(60)) => {}
                    _ = stream.read_u8() => {}
                }
                return;
            }
            Answer::Released(_, bytes) => _ = stream.write_all(&bytes).await,
        }
    }
}

async fn receive(stream: &mut BufReader<TcpStream>) -> Option<Received> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let headers: Vec<(String, String)> = lines
        .iter()
        .skip(1)
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let length =
        headers.iter().find(|(name, _)| name == "content-length").map_or(0, |(_, length)| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    let line = lines.first()?.trim_end_matches(" HTTP/1.1").to_owned();
    Some(Received { line, headers, body })
}
