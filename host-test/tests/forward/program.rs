//! A developer's program that takes deliveries.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

pub(crate) const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

/// A request that it got.
#[derive(Clone)]
pub(crate) struct Received {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Received {
    /// Whether it has that header field.
    pub(crate) fn has(&self, name: &str, value: &str) -> bool {
        self.head.contains(&format!("\r\n{name}: {value}\r\n"))
    }
}

/// A server that notes each request, and gives one answer to all.
pub(crate) struct Program {
    address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
    answer: Arc<Mutex<String>>,
}

impl Program {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (received, answer) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(OK.to_owned())));
        let (log, saying) = (received.clone(), answer.clone());
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (log, saying) = (log.clone(), saying.clone());
                thread::spawn(move || serve(&stream, &log, &saying));
            }
        });
        Self { address, received, answer }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn answers(&self, answer: &str) {
        *self.answer.lock().unwrap() = answer.to_owned();
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }
}

/// Answers the requests of a connection.
fn serve(mut stream: &TcpStream, log: &Mutex<Vec<Received>>, answer: &Mutex<String>) {
    let mut reader = BufReader::new(stream);
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if reader.read_line(&mut head).unwrap_or(0) == 0 {
                return;
            }
        }
        let length = head.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next());
        let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
        reader.read_exact(&mut body).unwrap();
        log.lock().unwrap().push(Received { head, body });
        let answer = answer.lock().unwrap().clone();
        if stream.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}
