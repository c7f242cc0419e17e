//! What stops `serve`.

use std::io;

/// Returns what completes at SIGINT (Ctrl-C) or SIGTERM, of which the first is caught from now on.
///
/// # Errors
/// If they cannot be caught.
#[cfg(unix)]
pub(super) fn stopped() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Returns what completes at Ctrl-C.
///
/// # Errors
/// Never.
#[cfg(not(unix))]
pub(super) fn stopped() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        // Without it there is nothing that stops the service but its end.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
