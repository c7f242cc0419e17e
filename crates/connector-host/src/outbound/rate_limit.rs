//! The pauses after a 429.

use std::time::{Duration, Instant, SystemTime};

use http::{Response, StatusCode};
use tokio::time::sleep;

use crate::{
    connection::{Connection, throttle::TooLong},
    transport::{Error, WasiBody, retry_after},
};

/// The longest that a request is held back after a 429.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Waits until the next request may be sent.
///
/// # Errors
/// If that would be after `left`, or after [`LONGEST_WAIT`].
pub(super) async fn wait(connection: &Connection, left: Duration) -> Result<(), Error> {
    let now = Instant::now();
    let patience = now.checked_add(left.min(LONGEST_WAIT)).unwrap_or(now);
    loop {
        let wait = {
            let Some(mut throttle) = connection.throttle() else { return Ok(()) };
            let now = Instant::now();
            let wait = throttle.turn(now, patience.saturating_duration_since(now));
            let wait = wait.map_err(|TooLong| Error::ConnectionLimitReached)?;
            if wait.is_zero() {
                throttle.sent(now);
                return Ok(());
            }
            wait
        };
        sleep(wait).await;
        let Some(mut throttle) = connection.throttle() else { return Ok(()) };
        let now = Instant::now();
        if !throttle.is_held(now) {
            throttle.sent(now);
            return Ok(());
        }
    }
}

/// Adjusts the pace to PayPal's response to a request.
pub(super) fn learn(connection: &Connection, sent: Instant, response: &Response<WasiBody>) {
    let Some(mut throttle) = connection.throttle() else { return };
    if response.status() == StatusCode::TOO_MANY_REQUESTS {
        let asked = retry_after::read(response.headers(), SystemTime::now());
        throttle.refused(sent, Instant::now(), asked);
    } else {
        throttle.answered(sent);
    }
}
