//! Whose a pooled TCP connection is.

use std::sync::atomic::{AtomicU64, Ordering};

use http::{Uri, uri::Authority};

/// Which of the pooled TCP connections a request may use: those that were made for requests with the same key. Each
/// [`Connection`](crate::Connection) has one of its own, so that nothing that is sent for one tenant can decide what another
/// is answered.
///
/// It comes as an extension of the request. A [`Transport`](super::Transport) that pools connections must heed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PoolKey(u64);

impl PoolKey {
    /// A key that no other connection of this process has.
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }

    /// A URI under which the pool of hyper-util keeps connections apart, by scheme and authority: with the key as the user
    /// name, which is not sent and takes no part in connecting.
    pub(super) fn apart(self, uri: Uri) -> Result<Uri, http::Error> {
        let mut parts = uri.into_parts();
        if let Some(authority) = &parts.authority {
            let server = authority.as_str().rsplit_once('@').map_or(authority.as_str(), |(_, server)| server);
            parts.authority = Some(Authority::try_from(format!("{}@{server}", self.0))?);
        }
        Ok(Uri::from_parts(parts)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_keeps_the_server() {
        let uri = PoolKey(7).apart(Uri::from_static("https://api-m.paypal.com:8443/v2/x?y=1")).unwrap();
        assert_eq!(uri, "https://7@api-m.paypal.com:8443/v2/x?y=1");
        assert_eq!((uri.host(), uri.port_u16()), (Some("api-m.paypal.com"), Some(8443)));
        assert_ne!(PoolKey::new(), PoolKey::new());
    }
}
