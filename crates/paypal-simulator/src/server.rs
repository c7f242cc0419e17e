//! The simulator as a server on this machine.

mod body;
mod connections;
mod lanes;
mod limits;
mod posting;
mod resolver;
pub(crate) mod source;

use std::{io, net::SocketAddr};

use tokio::net::TcpListener;

use crate::simulator::Simulator;
use source::Hosts;

pub use limits::Limits;

/// Serves a simulator over HTTP, on 127.0.0.1 only. The simulator's clock is set to the present and
/// runs with the real one. Deliveries and instant payment notifications are posted to addresses on this machine only.
///
/// It answers requests whose `Host` is this machine, so that no page of another site reaches it by DNS rebinding, and refuses
/// requests that change something on behalf of a page of another site. A request without the credentials that it needs is
/// refused before its body is read. [`Simulator::token`] is not accepted here.
///
/// ```
/// use paypal_simulator::{Server, Simulator};
///
/// #[tokio::main(flavor = "current_thread")]
/// async fn main() -> std::io::Result<()> {
///     let paypal = Simulator::new(1);
///     let server = Server::bind(paypal.clone(), 0).await?;
///     println!("http://{}", server.address()?);
///     let running = tokio::spawn(server.run());
///     // Point your program at the URL, with `paypal.client_id()` and `paypal.client_secret()`.
///     running.abort();
///     Ok(())
/// }
/// ```
pub struct Server {
    simulator: Simulator,
    listener: TcpListener,
    hosts: Hosts,
    limits: Limits,
}

impl Server {
    /// Binds a port of 127.0.0.1; 0 picks a free one.
    ///
    /// # Errors
    /// If the port is taken or may not be used.
    pub async fn bind(simulator: Simulator, port: u16) -> io::Result<Self> {
        let listener = bounded_server::bind(port).await?;
        simulator.world().clock.start();
        Ok(Self { simulator, listener, hosts: Hosts::default(), limits: Limits::default() })
    }

    /// Also answers requests for hosts of these names, such as `host.docker.internal`, with any port.
    #[must_use]
    pub fn with_hosts(self, names: impl IntoIterator<Item = String>) -> Self {
        Self { hosts: Hosts::new(names), ..self }
    }

    /// Sets the limits.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Returns the address that it listens on.
    ///
    /// # Errors
    /// If the operating system fails to return it.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until it is dropped.
    pub async fn run(self) {
        let Self { simulator, listener, hosts, limits } = self;
        tokio::join!(connections::serve(listener, simulator.clone(), hosts, limits), posting::run(simulator));
    }
}
