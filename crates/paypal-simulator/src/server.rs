//! The simulator as a server on this machine.

mod body;
mod connections;
mod posting;
pub(crate) mod source;

use std::{io, net::SocketAddr, time::Duration};

use tokio::net::TcpListener;

use crate::simulator::Simulator;
use source::Hosts;

/// How much clients may hold of the server.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How many connections are open at once. For one more, the one that has brought nothing for longest is closed.
    pub connections: usize,
    /// How many requests a connection may bring; the answer to the last one closes it.
    pub requests: usize,
    /// How long a connection lasts. A request that has begun is answered.
    pub life: Duration,
    /// The time for the head of a request, also for the next one on a connection that is kept.
    pub head_time: Duration,
    /// The time for the body of a request; then it is answered 408.
    pub body_time: Duration,
    /// The bytes of bodies that have not come to their end, of all connections together; what goes beyond is answered 503.
    pub bodies: usize,
}

impl Default for Limits {
    /// 256 connections of 1,000 requests and 5 minutes each, 30 s for a head, 10 s for a body, and 64 MiB.
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            connections: 256,
            requests: 1_000,
            life: seconds(300),
            head_time: seconds(30),
            body_time: seconds(10),
            bodies: 64 * 1024 * 1024,
        }
    }
}

/// A server that answers for a simulator, on 127.0.0.1 alone. The simulator's clock is moved to the present, and runs with
/// the real one; deliveries and instant payment notifications are posted to those addresses that are on this machine. The
/// others get none.
///
/// It answers requests that are for this machine by name, so that no page of another site reaches it by a name of its own
/// (DNS rebinding), and refuses what browsers send to change something for a page of another site. What asks for credentials
/// is refused before its body is read. [`Simulator::token`] is no credential here.
pub struct Server {
    simulator: Simulator,
    listener: TcpListener,
    hosts: Hosts,
    limits: Limits,
}

impl Server {
    /// Takes a port; 0 is any that is free.
    ///
    /// # Errors
    /// Where the port is taken or may not be had.
    pub async fn bind(simulator: Simulator, port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", port)).await?;
        simulator.world().clock.go();
        Ok(Self { simulator, listener, hosts: Hosts::default(), limits: Limits::default() })
    }

    /// Answers also requests for hosts of these names, such as `host.docker.internal`, whatever their port.
    #[must_use]
    pub fn with_hosts(self, names: impl IntoIterator<Item = String>) -> Self {
        Self { hosts: Hosts::new(names), ..self }
    }

    /// With other limits.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Where it is.
    ///
    /// # Errors
    /// Where the system does not say.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers until it is dropped.
    pub async fn run(self) {
        let Self { simulator, listener, hosts, limits } = self;
        tokio::join!(connections::serve(listener, simulator.clone(), hosts, limits), posting::run(simulator));
    }
}
