//! How many files the process may have open: a request in flight has one.

use anyhow::Result;

/// What is open besides: the streams of the process, runtimes, the server's pipes, a few kept connections.
#[cfg(unix)]
const SPARE: u64 = 28;

/// Raises the limit as far as the system allows.
///
/// # Errors
/// If that is not far enough for so many requests in flight.
pub(super) fn allow(requests: u64) -> Result<()> {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

        let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
        let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
        let needed = requests.saturating_add(SPARE);
        // `None` is no limit.
        let allowed = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
        anyhow::ensure!(
            needed <= allowed,
            "{needed} files must be open at once, and this process may have {allowed}: `ulimit -Hn` shows the limit, which \
             only an administrator can raise"
        );
    }
    #[cfg(not(unix))]
    let _ = requests;
    Ok(())
}
