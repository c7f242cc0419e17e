//! What the gateway needs of the components and the host around it, so that the rest can be tested natively.

use std::time::Duration;

use http::HeaderMap;

use crate::{
    bindings::{
        Failure, Reply,
        actions::{ActionInfo, Choices, ConnectionReport, Manifest},
        connections::{BeginError, ConnectionInfo, Purpose},
        triggers::TriggerInfo,
    },
    forward::Url,
    wanted::Wanted,
};

/// The imports.
pub(crate) trait Host {
    /// Returns an environment variable.
    fn variable(&self, name: &str) -> Option<String>;

    /// Returns the time in seconds since 1970.
    fn now(&self) -> u64;

    /// Returns the connections, or which setting is wrong.
    fn connections(&self) -> Result<Vec<ConnectionInfo>, String>;

    /// Whether the journal keeps anything.
    fn has_journal(&self) -> bool;

    /// Chooses the connection of the calls up to [`Host::end`].
    fn begin(&self, name: &str, purpose: Purpose) -> Result<(), BeginError>;

    /// Ends the use of a connection, with the milliseconds that the provider has asked to wait.
    fn end(&self, retry_after_ms: Option<u64>);

    fn actions(&self) -> Vec<ActionInfo>;

    fn triggers(&self) -> Vec<TriggerInfo>;

    fn manifest(&self) -> Manifest;

    fn invoke(&self, action: &str, input: &str) -> Result<Reply, Failure>;

    fn options(&self, action: &str, wanted: &Wanted) -> Result<Choices, Failure>;

    fn test_connection(&self) -> Result<ConnectionReport, Failure>;

    /// Posts a document and returns the status of the answer, or why there is none.
    fn post(&self, url: &Url, headers: &HeaderMap, document: &[u8]) -> Result<u16, &'static str>;
}

/// The body of a request, which is not read before it is wanted.
pub(crate) trait Body {
    /// Reads all of it: `limit` bytes at most, within `time` in total.
    fn read(&mut self, limit: usize, time: Duration) -> Result<Vec<u8>, BodyError>;
}

/// Why a body could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyError {
    TooLarge,
    TooSlow,
    Interrupted,
}
