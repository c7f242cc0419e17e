//! Why a request was not answered, for the guest.

use wasmtime_wasi_http::Error;

/// What the guest is told. It believes that nothing was sent only by codes that no stock host gives for anything else
/// (`docs/hosts.md` has them), `connection-timeout` and `destination-unavailable` not among them: where ours knows that there was
/// no connection, it says so by one that is believed.
pub(crate) fn for_guest(error: Error) -> Error {
    match error {
        Error::ConnectionTimeout => Error::DnsTimeout,
        Error::DestinationUnavailable => Error::ConnectionRefused,
        error => error,
    }
}
