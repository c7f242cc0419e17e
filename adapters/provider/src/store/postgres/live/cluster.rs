//! A PostgreSQL of this machine, in a directory of its own and without a port.

use std::{
    fs,
    os::unix::{fs::chown, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// The server. It is stopped when dropped.
pub(crate) struct Cluster {
    server: Child,
    directory: TempDir,
}

impl Cluster {
    /// Starts one; none, with a line that says so, if PostgreSQL is not installed.
    pub(crate) fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            println!("skipped: there is no PostgreSQL below /usr/lib/postgresql");
            return None;
        };
        let directory = TempDir::new().unwrap();
        let user = user();
        if let Some((uid, gid)) = user {
            chown(directory.path(), Some(uid), Some(gid)).unwrap();
        }
        let program = |name: &str| {
            let mut command = Command::new(programs.join(name));
            command.current_dir(directory.path()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            // It refuses to run as root.
            if let Some((uid, gid)) = user {
                command.uid(uid).gid(gid);
            }
            command.arg("-D").arg(directory.path().join("data"));
            command
        };
        let mut initdb = program("initdb");
        initdb.args(["--auth=trust", "--username=kosha", "--no-sync", "--encoding=UTF8", "--locale=C"]);
        assert!(initdb.status().unwrap().success(), "initdb fails");
        let mut server = program("postgres");
        server.arg("-k").arg(directory.path()).args(["-c", "listen_addresses=", "-c", "fsync=off"]);
        let cluster = Self { server: server.spawn().unwrap(), directory };
        let began = Instant::now();
        while !cluster.is_ready() {
            assert!(began.elapsed() < Duration::from_secs(60), "PostgreSQL does not start");
            sleep(Duration::from_millis(50));
        }
        Some(cluster)
    }

    /// Returns how to connect to it.
    pub(crate) fn address(&self) -> String {
        format!("host={} user=kosha dbname=postgres", self.directory.path().display())
    }

    /// The last line of this file says so once it accepts connections.
    fn is_ready(&self) -> bool {
        let file = fs::read_to_string(self.directory.path().join("data/postmaster.pid")).unwrap_or_default();
        file.lines().last().is_some_and(|line| line.trim() == "ready")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // Ends its processes too, which SIGKILL would not.
        let stopped = Command::new("kill").args(["-QUIT", &self.server.id().to_string()]).status();
        if !stopped.is_ok_and(|it| it.success()) {
            let _ = self.server.kill();
        }
        let _ = self.server.wait();
    }
}

/// Returns the directory with the programs of the newest version.
fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?.filter_map(Result::ok);
    let version = |path: &Path| path.file_name().and_then(|it| it.to_str()?.parse::<u32>().ok());
    let newest = versions.map(|it| it.path()).max_by_key(|path| version(path))?;
    Some(newest.join("bin")).filter(|programs| programs.join("postgres").exists())
}

/// Returns the ids of the user `postgres`, if this one is root.
fn user() -> Option<(u32, u32)> {
    let id = |arguments: &[&str]| {
        let output = Command::new("id").args(arguments).output().unwrap().stdout;
        String::from_utf8(output).unwrap().trim().parse::<u32>().ok()
    };
    if id(&["-u"])? == 0 { Some((id(&["-u", "postgres"])?, id(&["-g", "postgres"])?)) } else { None }
}
