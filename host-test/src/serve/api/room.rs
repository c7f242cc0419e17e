//! Room for the bytes of bodies, so that many large or slow ones do not use up the memory.

use std::{
    net::{IpAddr, Ipv6Addr},
    sync::Arc,
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::serve::shares::{Share, Shares};

/// The unit of room, in bytes.
const UNIT: usize = 1024;

/// Room for the bytes of incomplete and unanswered bodies.
pub(crate) struct Room {
    all: Arc<Semaphore>,
    /// For bodies without a key: a quarter for those to one connection, and half for those of one peer.
    connections: Shares<String>,
    peers: Shares<IpAddr>,
}

/// For which connection a body without a key is, and who sends it.
pub(super) struct Stranger {
    pub(super) connection: String,
    pub(super) peer: Option<IpAddr>,
}

/// Room that is taken until it is dropped.
pub(super) struct Taken {
    _all: OwnedSemaphorePermit,
    _connection: Option<Share<String>>,
    _peer: Option<Share<IpAddr>>,
}

impl Room {
    /// Has room for that many bytes at once.
    pub(super) fn new(bytes: usize) -> Self {
        let units = bytes / UNIT;
        Self {
            all: Arc::new(Semaphore::new(units)),
            connections: Shares::new(units / 4),
            peers: Shares::new(units / 2),
        }
    }

    /// Takes room for bytes; `None` if there is none, or none for that stranger.
    pub(super) fn take(&self, bytes: usize, stranger: Option<&Stranger>) -> Option<Taken> {
        let units = bytes.div_ceil(UNIT);
        let all = self.all.clone().try_acquire_many_owned(u32::try_from(units).ok()?).ok()?;
        let (mut connection, mut peer) = (None, None);
        if let Some(stranger) = stranger {
            connection = Some(self.connections.take(&stranger.connection, units)?);
            if let Some(address) = stranger.peer {
                peer = Some(self.peers.take(&network(address), units)?);
            }
        }
        Some(Taken { _all: all, _connection: connection, _peer: peer })
    }
}

/// Returns what one peer has one of: an address of IPv4, a network of 64 bits of IPv6.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(connection: &str, peer: &str) -> Stranger {
        Stranger { connection: connection.to_owned(), peer: Some(peer.parse().unwrap()) }
    }

    #[test]
    fn neither_a_connection_nor_a_peer_uses_up_the_room_of_others() {
        let room = Room::new(16 * UNIT);
        let take = |connection, peer| room.take(4 * UNIT, Some(&from(connection, peer)));
        let first = take("a", "192.0.2.1").unwrap();
        assert!(room.take(1, Some(&from("a", "192.0.2.2"))).is_none(), "the connection's quarter");
        let second = take("b", "192.0.2.1").unwrap();
        assert!(room.take(1, Some(&from("c", "192.0.2.1"))).is_none(), "the peer's half");
        let third = take("c", "2001:db8::1").unwrap();
        let fourth = take("d", "2001:db8::2").unwrap();
        assert!(room.take(1, None).is_none(), "all of it");
        drop(first);
        assert!(room.take(1, Some(&from("e", "2001:db8::3"))).is_none(), "the same network");
        assert!(room.take(4 * UNIT, Some(&from("a", "::ffff:192.0.2.1"))).is_some());
        drop((second, third, fourth));
        assert!(room.take(16 * UNIT, None).is_some(), "what was refused holds nothing");
        assert!(room.take(usize::MAX, None).is_none());
    }
}
