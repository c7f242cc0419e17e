//! What has changed the world.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

/// A step of the world.
#[derive(Debug, Serialize, Deserialize, PartialEq, Eq)]
pub(crate) enum Step {
    /// A request that was admitted. Its body is stored beside it.
    Request {
        method: String,
        /// With the query.
        path: String,
        /// The header fields that operations read.
        headers: Vec<(String, String)>,
        /// Whose app has sent it, as an index of the merchants, and in whose books it acts.
        app: usize,
        acting: usize,
        /// What the token allows; `None` if all that the app may do.
        scopes: Option<Vec<String>>,
        payer: Option<String>,
    },
    /// The queue of deliveries was taken, to be posted.
    Taken,
    /// A delivery, by its transmission id, was posted, and answered with this status.
    Delivered(String, Option<u16>),
    /// A delivery is to be tried again, or was tried for the last time.
    Returned(String),
    GivenUp(String),
    /// The queue of IPN messages was taken, to be posted one after the other.
    IpnTaken,
    /// The first one of them that is left was accepted, is to be tried again, or was tried for the last time.
    IpnDelivered,
    IpnReturned,
    IpnGivenUp,
    /// A process has opened the file.
    Opened,
}

/// A step from the file.
pub(crate) struct Stored {
    /// When it was taken on the simulator's clock, in milliseconds of Unix time.
    pub(crate) time: u64,
    pub(crate) step: Step,
    pub(crate) body: Bytes,
}
