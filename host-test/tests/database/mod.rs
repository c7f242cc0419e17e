//! A PostgreSQL server of its own on loopback, in a temporary directory, until it is dropped.

use std::{
    env, fs,
    net::TcpListener,
    os::unix::{
        fs::{MetadataExt as _, PermissionsExt as _, chown},
        process::CommandExt as _,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::{
        Arc, Mutex, Weak,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// The password of the user `kosha`.
pub(crate) const PASSWORD: &str = "S3CRET-of-the-database";

/// Somebody else than root, whom PostgreSQL refuses: nobody.
const NOBODY: u32 = 65_534;

/// How long a start or a stop may take.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Server {
    programs: PathBuf,
    directory: TempDir,
    port: u16,
    process: Mutex<Option<Child>>,
    databases: AtomicU32,
}

impl Server {
    /// Returns the server that the tests running now have together.
    pub(crate) fn shared() -> Option<Arc<Self>> {
        static SHARED: Mutex<Weak<Server>> = Mutex::new(Weak::new());
        let mut shared = SHARED.lock().unwrap();
        if let Some(server) = shared.upgrade() {
            return Some(server);
        }
        let server = Arc::new(Self::start()?);
        *shared = Arc::downgrade(&server);
        Some(server)
    }

    /// Starts one. `None`, which is printed, where there is no PostgreSQL.
    #[allow(clippy::print_stderr, reason = "prints that a test is skipped")]
    pub(crate) fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            eprintln!("skipped: there is no PostgreSQL on this machine (initdb and postgres, or PGBIN)");
            return None;
        };
        let directory = tempfile::tempdir().unwrap();
        if is_root() {
            chown(directory.path(), Some(NOBODY), Some(NOBODY)).unwrap();
        }
        let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let server = Self { programs, directory, port, process: Mutex::default(), databases: AtomicU32::new(0) };
        fs::write(server.at("password"), PASSWORD).unwrap();
        fs::set_permissions(server.at("password"), fs::Permissions::from_mode(0o644)).unwrap();
        let output = server
            .program("initdb")
            .args([
                "--username",
                "kosha",
                "--auth",
                "scram-sha-256",
                "--encoding",
                "UTF8",
                "--locale",
                "C",
                "--no-sync",
            ])
            .arg("--pwfile")
            .arg(server.at("password"))
            .arg(server.at("data"))
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        server.run(&[]);
        Some(server)
    }

    fn at(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        command.current_dir(self.directory.path()).env_clear().env("LC_ALL", "C").stdin(Stdio::null());
        if is_root() {
            command.uid(NOBODY).gid(NOBODY);
        }
        command
    }

    /// Runs the server, which was stopped, with more settings, and waits until it takes connections.
    pub(crate) fn run(&self, settings: &[&str]) {
        let started = Instant::now();
        let log = self.at("log");
        loop {
            fs::write(&log, "").unwrap();
            fs::set_permissions(&log, fs::Permissions::from_mode(0o666)).unwrap();
            let port = self.port.to_string();
            let mut command = self.program("postgres");
            command.arg("-D").arg(self.at("data")).args([
                "-h",
                "127.0.0.1",
                "-p",
                &port,
                "-k",
                "",
                "-c",
                "max_connections=60",
            ]);
            for setting in settings {
                command.args(["-c", setting]);
            }
            let output = || fs::OpenOptions::new().append(true).open(&log).unwrap();
            let mut child = command.stdout(output()).stderr(output()).spawn().unwrap();
            let ended = loop {
                if fs::read_to_string(&log).unwrap().contains("ready to accept connections") {
                    break None;
                }
                if let Some(status) = child.try_wait().unwrap() {
                    break Some(status);
                }
                thread::sleep(Duration::from_millis(5));
            };
            let Some(status) = ended else {
                *self.process.lock().unwrap() = Some(child);
                return;
            };
            // After a kill its processes may be about to end.
            assert!(started.elapsed() < PATIENCE, "{status}: {}", fs::read_to_string(&log).unwrap());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Stops it as an administrator does (`SIGINT`: a fast shutdown), or with `kill -9`, all of its processes at once.
    pub(crate) fn end(&self, signal: Signal) {
        let Some(mut child) = self.process.lock().unwrap().take() else { return };
        let mut processes = vec![child.id()];
        if signal == Signal::KILL {
            let children = fs::read_to_string(format!("/proc/{0}/task/{0}/children", child.id())).unwrap_or_default();
            processes.extend(children.split_whitespace().map(|id| id.parse::<u32>().unwrap()));
        }
        for id in processes {
            // One of them may have ended by itself.
            let _ = kill_process(Pid::from_raw(i32::try_from(id).unwrap()).unwrap(), signal);
        }
        child.wait().unwrap();
    }

    /// Kills or pauses the processes of its connections, and not itself.
    pub(crate) fn signal_connections(&self, signal: Signal) {
        let ids = self.sql("postgres", "SELECT pid FROM pg_stat_activity WHERE application_name = 'kosha-journal'");
        for id in ids.split_whitespace() {
            // After the first is killed, the server ends the others.
            let _ = kill_process(Pid::from_raw(id.parse().unwrap()).unwrap(), signal);
        }
    }

    pub(crate) fn new_database(&self) -> String {
        let name = format!("journal_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.sql("postgres", &format!("CREATE DATABASE {name}"));
        name
    }

    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres://kosha:{PASSWORD}@127.0.0.1:{}/{database}", self.port)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Puts a file beside the data, for the server to read.
    pub(crate) fn put(&self, name: &str, content: &str) {
        let path = self.at("data").join(name);
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        if is_root() {
            chown(&path, Some(NOBODY), Some(NOBODY)).unwrap();
        }
    }

    /// Does some SQL, and returns what it prints.
    pub(crate) fn sql(&self, database: &str, sql: &str) -> String {
        let output = self.psql(database, &["--command", sql]);
        assert!(output.status.success(), "{sql}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    pub(crate) fn psql(&self, database: &str, arguments: &[&str]) -> Output {
        let port = self.port.to_string();
        self.program("psql")
            .env("PGPASSWORD", PASSWORD)
            .args(["--no-psqlrc", "--tuples-only", "--no-align", "--set", "ON_ERROR_STOP=1"])
            .args(["--host", "127.0.0.1", "--port", &port, "--username", "kosha", "--dbname", database])
            .args(arguments)
            .output()
            .unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end(Signal::INT);
    }
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// The newest PostgreSQL of Debian, or that of `PGBIN`.
fn programs() -> Option<PathBuf> {
    if let Some(directory) = env::var_os("PGBIN") {
        return Some(directory.into());
    }
    let installed = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().filter_map(Result::ok);
    let mut found: Vec<(u32, PathBuf)> = installed
        .filter_map(|it| Some((it.file_name().to_str()?.parse().ok()?, it.path().join("bin"))))
        .filter(|(_, path)| is_executable(&path.join("initdb")) && is_executable(&path.join("psql")))
        .collect();
    found.sort_unstable();
    found.pop().map(|(_, path)| path)
}

fn is_executable(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|it| it.is_file() && it.mode() & 0o111 != 0)
}
