//! Obtains a token: one request at a time for all that share a book.

use std::time::{Duration, Instant};

use crate::{
    renewal::{Known, Step},
    token::{Granted, Token, TokenError},
};

/// How long a request for a token may take, including the last byte of the answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// The same if there still is a token to use.
const PATIENCE_WITH_ANOTHER: Duration = Duration::from_secs(5);

/// Where it is written what is known about a connection's token.
pub(crate) trait Book {
    /// Returns what is known now.
    ///
    /// # Errors
    /// If the book cannot be read.
    fn read(&mut self) -> Result<Known, TokenError>;

    /// Claims the next request. Returns false if another has claimed it, or has written since the last `read`.
    ///
    /// # Errors
    /// If that cannot be written.
    fn claim(&mut self) -> Result<bool, TokenError>;

    /// Writes what is known after the request, and gives up the claim. If it cannot be written, the claim ends by itself.
    fn write(&mut self, known: Known);

    /// Waits a little for the other's request. Returns false if that has taken too long.
    fn wait(&mut self) -> bool;
}

/// Returns the token to use now. `rejected` is the value of one that PayPal has refused. `request` asks PayPal for a token,
/// and gives up after the time that it gets.
///
/// # Errors
/// If there is none.
pub(crate) fn obtain(
    book: &mut impl Book,
    rejected: Option<&str>,
    request: impl FnOnce(Duration) -> Result<Granted, TokenError>,
) -> Result<Token, TokenError> {
    let (read, known) = loop {
        let read = Instant::now();
        let known = book.read()?;
        match known.step(rejected) {
            Step::Use(token) => return Ok(token),
            Step::Fail(error) => return Err(error),
            Step::Request => {}
        }
        if book.claim()? {
            break (read, known);
        }
        if let Some(kept) = known.usable(rejected) {
            return Ok(kept.token.clone());
        }
        if !book.wait() {
            return Err(TokenError::unreachable("another host has asked PayPal for a token, and has no answer yet"));
        }
    };
    let patience = if known.usable(rejected).is_some() { PATIENCE_WITH_ANOTHER } else { PATIENCE };
    let outcome = request(patience);
    // Its times are from the moment that it was read.
    let known = known.later(read.elapsed());
    match outcome {
        Ok(granted) => {
            let token = granted.token.clone();
            book.write(known.granted(rejected, granted));
            Ok(token)
        }
        Err(error) => {
            let instead = known.instead(rejected, &error);
            book.write(known.failed(error.clone()));
            instead.ok_or(error)
        }
    }
}

#[cfg(test)]
mod tests;
