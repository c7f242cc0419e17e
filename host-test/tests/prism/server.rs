//! Prism as a child process.

use std::{
    env, fs,
    fs::File,
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../scripts/prism");

/// The timeout for Prism to listen; the first time npm installs it.
const PATIENCE: Duration = Duration::from_secs(180);

/// Becomes the script, and leaves a process behind that kills the whole process group when our end of its stdin is closed, which
/// happens however this process ends. So neither a panic nor a signal leaves a Prism or an npm running.
const KEEPER: &str = r#"exec 3<&0; { read -r _; kill -KILL 0; } <&3 & exec "$0" "$@" </dev/null 3<&-"#;

/// A Prism that listens. It is killed when dropped.
pub(crate) struct Prism {
    child: Child,
    port: u16,
    directory: TempDir,
}

impl Prism {
    /// Starts Prism on PayPal's files. The error is the reason why it cannot run here.
    pub(crate) fn start(specifications: &Path) -> Result<Self, String> {
        if !runs("node") {
            return Err("node is not installed".to_owned());
        }
        if !installed() && !runs("npm") {
            return Err("npm, which installs Prism, is not installed".to_owned());
        }
        let directory = TempDir::new().unwrap();
        let log = File::create(directory.path().join("log")).unwrap();
        let port = free_port();
        let child = Command::new("bash")
            .args(["-c", KEEPER])
            .args([Path::new(SCRIPT), specifications])
            .arg(port.to_string())
            .arg(directory.path().join("paypal.json"))
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .expect("bash");
        let mut prism = Self { child, port, directory };
        prism.wait_until_it_listens()?;
        Ok(prism)
    }

    fn wait_until_it_listens(&mut self) -> Result<(), String> {
        let begun = Instant::now();
        while !self.log(0).contains("Prism is listening") {
            let exited = self.child.try_wait().unwrap();
            if exited.is_some() || begun.elapsed() > PATIENCE {
                let after = begun.elapsed().as_secs();
                assert!(
                    !installed(),
                    "Prism does not listen after {after} s ({exited:?}); it printed:\n{}",
                    self.log(0)
                );
                return Err(format!("npm has not installed Prism; it was given {after} s"));
            }
            thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn base_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Returns how much it has printed so far, in bytes.
    pub(crate) fn log_length(&self) -> usize {
        fs::metadata(self.directory.path().join("log")).unwrap().len().try_into().unwrap()
    }

    /// Returns what it has printed so far, from this byte on.
    pub(crate) fn log(&self, from: usize) -> String {
        let bytes = fs::read(self.directory.path().join("log")).unwrap();
        String::from_utf8_lossy(&bytes[from..]).into_owned()
    }

    /// Returns the violations of requests in its log, from this byte on. It logs after it has answered.
    pub(crate) fn violations(&self, from: usize) -> String {
        let begun = Instant::now();
        loop {
            let log = self.log(from);
            let found: Vec<String> = log.lines().filter_map(violation).collect();
            if !found.is_empty() || begun.elapsed() > Duration::from_secs(5) {
                return found.join("; ");
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Sends a request without the connector. Returns the status and the body of the answer.
    pub(crate) fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
        let body = body.map(Value::to_string).unwrap_or_default();
        self.exchange(method, path, "application/json", &body)
    }

    /// Does the same with a form of a document and a file.
    pub(crate) fn ask_with_file(&self, method: &str, path: &str, part: &str, input: &Value) -> (u16, Value) {
        let body = format!(
            "--limit\r\nContent-Disposition: form-data; name=\"input\"\r\nContent-Type: application/json\r\n\r\n{input}\r\n\
             --limit\r\nContent-Disposition: form-data; name=\"{part}\"; filename=\"a.gif\"\r\nContent-Type: image/gif\r\n\r\n\
             GIF89a\r\n--limit--\r\n"
        );
        self.exchange(method, path, "multipart/form-data; boundary=limit", &body)
    }

    fn exchange(&self, method: &str, path: &str, media_type: &str, body: &str) -> (u16, Value) {
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer A21AA\r\naccept: application/json\r\npaypal-request-id: 1\r\n\
             content-type: {media_type}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            body.len()
        );
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap_or_else(|error| {
            let log = self.log(0);
            panic!(
                "Prism is gone: {error}; its log ends:\n{}",
                &log[log.floor_char_boundary(log.len().saturating_sub(2000))..]
            )
        });
        stream.write_all((head + body).as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").expect("an HTTP response");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        (status, if body.is_empty() { Value::Null } else { serde_json::from_str(body).expect("a body of JSON") })
    }
}

impl Drop for Prism {
    fn drop(&mut self) {
        // Closing it ends the process group; the child, which is Prism by now, is killed in any case.
        drop(self.child.stdin.take());
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns a violation in a line of the log, without the place, which the rest repeats. The list of an enumeration's values is
/// cut short.
fn violation(line: &str) -> Option<String> {
    let (_, violation) = line.split_once("Violation: request.")?;
    let (_, words) = violation.split_once(" Request ").unwrap_or(("", violation));
    let short: String = words.trim_end().chars().take(160).collect();
    Some(if short.len() < words.trim_end().len() { short + "..." } else { short })
}

fn runs(program: &str) -> bool {
    let command = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    command.is_ok_and(|status| status.success())
}

/// Returns the cache directory, in which the script keeps Prism.
fn cache() -> Option<PathBuf> {
    env::var_os("XDG_CACHE_HOME")
        .filter(|directory| !directory.is_empty())
        .map(PathBuf::from)
        .or(env::var_os("HOME").map(|home| Path::new(&home).join(".cache")))
}

/// Whether the script has installed Prism before.
fn installed() -> bool {
    cache().is_some_and(|cache| cache.join("paypal-prism/node_modules/.bin/prism").exists())
}

fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr()).unwrap().port()
}
