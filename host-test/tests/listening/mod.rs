//! The command `listen` as a process, and deliveries to it.

use std::{
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

/// The timeout for what must happen.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A process that is killed when this is dropped.
pub(crate) struct Listening {
    pub(crate) child: Child,
    pub(crate) address: SocketAddr,
    said: Arc<Mutex<Vec<String>>>,
}

impl Listening {
    /// Returns a command that runs `listen` on a free port, without a webhook unless `arguments` name one.
    pub(crate) fn command(base_url: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_host-test"));
        listen(&mut command, base_url, arguments);
        command
    }

    /// Returns a shell command that runs `first`, then `listen`.
    pub(crate) fn command_after(first: &str, base_url: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", &format!("{first}; exec \"$0\" \"$@\""), env!("CARGO_BIN_EXE_host-test")]);
        listen(&mut command, base_url, arguments);
        command
    }

    /// Starts it, and waits until it listens.
    pub(crate) fn start(command: &mut Command, stdout: impl Into<Stdio>) -> Self {
        let mut child = command.stdin(Stdio::null()).stdout(stdout).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut before = Vec::new();
        let address = loop {
            let Some(Ok(line)) = lines.next() else { panic!("it does not listen: {before:?}") };
            if let Some(url) = line.strip_prefix("IPN messages at http://") {
                break url.strip_suffix("/ipn").unwrap().parse().unwrap();
            }
            before.push(line);
        };
        let said = Arc::new(Mutex::new(Vec::new()));
        let log = said.clone();
        thread::spawn(move || lines.map_while(Result::ok).for_each(|line| log.lock().unwrap().push(line)));
        Self { child, address, said }
    }

    /// Returns what it has printed on stderr since it listens.
    pub(crate) fn said(&self) -> Vec<String> {
        let mut said = self.said.lock().unwrap().clone();
        said.retain(|line| line != "Press Ctrl-C to stop.");
        said
    }

    /// Waits until it has printed a text on stderr.
    pub(crate) fn says(&self, text: &str) {
        until(|| self.said().iter().any(|line| line.contains(text)), &format!("{text}: {:?}", self.said()));
    }

    /// Waits until it ends. Returns its exit code.
    pub(crate) fn code(&mut self) -> Option<i32> {
        let mut status = None;
        let deadline = Instant::now() + PATIENCE;
        while status.is_none() && Instant::now() < deadline {
            status = self.child.try_wait().unwrap();
            thread::sleep(Duration::from_millis(5));
        }
        status.expect("it must end").code()
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn listen(command: &mut Command, base_url: &str, arguments: &[&str]) {
    command.env("PAYPAL_ACCESS_TOKEN", "token").args(["listen", "--port", "0", "--json", "--base-url", base_url]);
    command.args(arguments);
}

/// Waits until a condition holds.
pub(crate) fn until(mut what: impl FnMut() -> bool, message: &str) {
    let deadline = Instant::now() + PATIENCE;
    while !what() {
        assert!(Instant::now() < deadline, "{message}");
        thread::sleep(Duration::from_millis(2));
    }
}

/// Posts a body, and returns the status of the answer.
///
/// # Errors
/// If there is no answer.
pub(crate) fn post(address: SocketAddr, path: &str, headers: &[(&str, &str)], body: &[u8]) -> io::Result<u16> {
    let length = body.len();
    let mut head = format!("POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n");
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(&[head.as_bytes(), b"\r\n", body].concat())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    status.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

/// Posts an IPN message about a transaction, and returns the status.
pub(crate) fn post_message(address: SocketAddr, transaction: &str) -> u16 {
    post(address, "/ipn", &[], format!("txn_id={transaction}&payment_status=Completed").as_bytes()).unwrap()
}

/// Returns a path as an argument.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
