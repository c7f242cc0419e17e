//! The error codes that a guest gets.

use wasmtime_wasi_http::Error;

/// Returns the error code for the guest. The guest trusts only those codes to mean "nothing was sent" that no stock
/// host uses for anything else (`docs/hosts.md` has them). `connection-timeout` and `destination-unavailable` are not
/// among them. This host knows that there was no connection, so it uses a code that is trusted.
pub(crate) fn for_guest(error: Error) -> Error {
    match error {
        Error::ConnectionTimeout => Error::DnsTimeout,
        Error::DestinationUnavailable => Error::ConnectionRefused,
        error => error,
    }
}
