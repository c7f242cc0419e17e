//! Where a journal in PostgreSQL is, and how it is reached.

use std::{fmt, net::IpAddr, time::Duration};

use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use rustls::RootCertStore;
use tokio_postgres::{
    Config,
    config::{Host, SslMode},
};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::{journal::JournalError, secret::Secret, tls};

/// What the server is told of us.
const NAME: &str = "kosha-journal";

/// How long a connection is idle before the system asks whether the other side still knows it, and how long after that, or after
/// data that nobody acknowledges, it counts as lost. Routers and balancers forget idle connections after minutes, without a word.
const IDLE: Duration = Duration::from_secs(30);
const INTERVAL: Duration = Duration::from_secs(10);
const RETRIES: u32 = 3;

/// The client's own value, if the URL has none.
const UNCHANGED_IDLE: Duration = Duration::from_secs(2 * 60 * 60);

/// Options of a [`PostgresJournal`](super::PostgresJournal). `Debug` shows neither the password nor the rest of the URL.
#[derive(Clone)]
pub struct PostgresOptions {
    config: Config,
    roots: RootCertStore,
    connections: usize,
    pub(super) timeouts: Timeouts,
}

/// How long to wait.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timeouts {
    pub(super) connect: Duration,
    statement: Duration,
}

impl Timeouts {
    /// For an answer. The server gives up before, so that it is known what has happened.
    pub(super) fn answer(self) -> Duration {
        self.statement.saturating_add(Duration::from_secs(1))
    }

    pub(super) fn no_connection(self) -> String {
        format!("no connection to the database in {:?}", self.connect)
    }

    pub(super) fn no_answer(self) -> String {
        format!("no answer of the database in {:?}", self.answer())
    }
}

impl PostgresOptions {
    /// Reads a URL such as `postgres://USER:PASSWORD@HOST:5432/DATABASE`, with special characters percent-encoded, and
    /// the options that
    /// [`tokio_postgres::Config`](https://docs.rs/tokio-postgres/0.7/tokio_postgres/config/struct.Config.html) has;
    /// several hosts may be given for a server with replicas, then with `target_session_attrs=read-write`.
    ///
    /// Connections over a network are made by TLS, and the server's certificate is checked. Those on this machine, by
    /// loopback or a Unix socket, are made by TLS only with `sslmode=require`.
    ///
    /// # Errors
    /// If it is not such a URL, or has `sslmode=disable` for another machine.
    pub fn from_url(url: &Secret) -> Result<Self, JournalError> {
        let wrong = |reason: &str| JournalError::unavailable(format!("the URL of the database {reason}"));
        let form = "is not of the form postgres://USER:PASSWORD@HOST:PORT/DATABASE, with special characters \
                    percent-encoded and options that the client knows";
        if !["postgres://", "postgresql://"].iter().any(|scheme| url.expose().starts_with(scheme)) {
            return Err(wrong(form));
        }
        // The client's own error would quote parts of what may be a password.
        let mut config: Config = url.expose().parse().map_err(|_| wrong(form))?;
        match (is_local(&config), config.get_ssl_mode()) {
            (None, _) => return Err(wrong("names no host")),
            (Some(true), SslMode::Require) => {}
            // A server's own certificate is often made up, so `prefer` would fail here.
            (Some(true), _) => _ = config.ssl_mode(SslMode::Disable),
            (Some(false), SslMode::Disable) => {
                return Err(wrong("has `sslmode=disable`, but over a network the connection must be TLS"));
            }
            (Some(false), _) => _ = config.ssl_mode(SslMode::Require),
        }
        if config.get_application_name().is_none() {
            config.application_name(NAME);
        }
        if config.get_keepalives_idle() == UNCHANGED_IDLE {
            config.keepalives_idle(IDLE).keepalives_interval(INTERVAL).keepalives_retries(RETRIES);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(INTERVAL * RETRIES);
        }
        let seconds = Duration::from_secs;
        let timeouts = Timeouts { connect: seconds(5), statement: seconds(5) };
        Ok(Self { config, roots: tls::roots(), connections: 10, timeouts })
    }

    /// Sets the password, in place of the URL's.
    #[must_use]
    pub fn with_password(mut self, password: &Secret) -> Self {
        self.config.password(password.expose());
        self
    }

    /// Returns whether there is a password.
    #[must_use]
    pub fn has_password(&self) -> bool {
        self.config.get_password().is_some()
    }

    /// Adds root certificates, in PEM, to Mozilla's: for a database whose certificate is of your own authority.
    ///
    /// # Errors
    /// If the text contains no certificate, or one that cannot be read.
    pub fn with_root_certificates(mut self, pem: &[u8]) -> Result<Self, JournalError> {
        tls::add(&mut self.roots, pem)
            .map_err(|reason| JournalError::unavailable(format!("the root certificates: {reason}")))?;
        Ok(self)
    }

    /// Sets how many connections there are at most, by default 10. Further appends wait for their turn.
    #[must_use]
    pub fn with_connections(mut self, most: usize) -> Self {
        self.connections = most.max(1);
        self
    }

    /// Sets how long to wait for a connection, including the turn for it and the making of it, and for a statement; by
    /// default 5 seconds each. An append or a reading takes a second more than the two at most. The server is told the
    /// latter as `statement_timeout`, in the option `options` of the connection: in front of PgBouncer that has to be
    /// in `ignore_startup_parameters`.
    #[must_use]
    pub fn with_timeouts(mut self, connect: Duration, statement: Duration) -> Self {
        self.timeouts = Timeouts { connect, statement };
        self
    }

    /// Creates the pool of connections. It connects when it is used.
    ///
    /// # Errors
    /// If it cannot be created.
    pub(super) fn pool(&self) -> Result<Pool, JournalError> {
        let Timeouts { connect, statement } = self.timeouts;
        let mut config = self.config.clone();
        // Last, the URL's own options count.
        let own = config.get_options().unwrap_or_default();
        let options = format!("-c statement_timeout={} {own}", statement.as_millis());
        config.options(options.trim_end()).connect_timeout(connect);
        let tls = MakeRustlsConnect::new(tls::client(self.roots.clone()));
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let pool = Pool::builder(Manager::from_config(config, tls, recycling)).max_size(self.connections);
        let pool = pool.runtime(Runtime::Tokio1).wait_timeout(Some(connect)).create_timeout(Some(connect)).build();
        pool.map_err(JournalError::caused_by)
    }
}

impl fmt::Debug for PostgresOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { connections, timeouts, .. } = self;
        let mut shown = f.debug_struct("PostgresOptions");
        shown.field("connections", connections).field("timeouts", timeouts).finish_non_exhaustive()
    }
}

/// Returns whether all hosts are on this machine; `None` if there are none.
fn is_local(config: &Config) -> Option<bool> {
    // If there are addresses, the names are only for the certificate.
    let (addresses, hosts) = (config.get_hostaddrs(), config.get_hosts());
    if !addresses.is_empty() {
        return Some(addresses.iter().all(IpAddr::is_loopback));
    }
    let local = |host: &Host| match host {
        #[cfg(unix)]
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            name.eq_ignore_ascii_case("localhost") || name.parse().is_ok_and(|address: IpAddr| address.is_loopback())
        }
    };
    (!hosts.is_empty()).then(|| hosts.iter().all(local))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(url: &str) -> Result<PostgresOptions, String> {
        PostgresOptions::from_url(&Secret::new(url.to_owned())).map_err(|error| error.to_string())
    }

    #[test]
    fn over_a_network_there_is_tls() {
        for (url, mode) in [
            ("postgres://u:p@127.0.0.1/d", SslMode::Disable),
            ("postgres://u:p@127.8.9.1:1/d?sslmode=prefer", SslMode::Disable),
            ("postgresql://u:p@localhost,[::1]/d", SslMode::Disable),
            ("postgres://u:p@%2Frun%2Fpostgresql/d", SslMode::Disable),
            ("postgres://u:p@localhost/d?sslmode=require", SslMode::Require),
            ("postgres://u:p@db.example/d?hostaddr=127.0.0.1", SslMode::Disable),
            ("postgres://u:p@localhost/d?hostaddr=192.0.2.1", SslMode::Require),
            ("postgres://u:p@db.example/d", SslMode::Require),
            ("postgres://u:p@db.example/d?sslmode=prefer", SslMode::Require),
            ("postgres://u:p@localhost,db.example/d", SslMode::Require),
            ("postgres://u:p@localhost.example/d", SslMode::Require),
            ("postgres://u:p@127.0.0.1.example/d", SslMode::Require),
        ] {
            assert_eq!(options(url).unwrap().config.get_ssl_mode(), mode, "{url}");
        }
        let refused = options("postgres://u:p@db.example/d?sslmode=disable").unwrap_err();
        assert!(refused.contains("`sslmode=disable`"), "{refused}");
    }

    #[test]
    fn a_connection_that_nobody_knows_any_more_is_found_out() {
        let idle = |url| options(url).unwrap().config.get_keepalives_idle();
        assert_eq!(idle("postgres://u:p@db.example/d"), IDLE);
        assert_eq!(idle("postgres://u:p@db.example/d?keepalives_idle=120"), Duration::from_secs(120));
        let lost = |url| options(url).unwrap().config.get_tcp_user_timeout().copied();
        assert_eq!(lost("postgres://u:p@db.example/d"), Some(Duration::from_secs(30)));
        assert_eq!(lost("postgres://u:p@db.example/d?tcp_user_timeout=5"), Some(Duration::from_secs(5)));
    }

    #[test]
    fn nothing_of_a_url_is_shown() {
        for url in [
            "mysql://user:S3CRET@host/d",
            "user=me password=S3CRET",
            "postgres://user:S3CRET",
            "postgres://user:a@S3CRET?S3CRET=S3CRET",
            "postgres://user:p@host:S3CRET/d",
            "postgres://user:p@host/d?sslmode=S3CRET",
            "postgres://",
            "postgres:///S3CRET",
        ] {
            let error = PostgresOptions::from_url(&Secret::new(url.to_owned())).unwrap_err();
            let shown = format!("{error} {error:?}");
            assert!(shown.contains("the URL of the database") && !shown.contains("S3CRET"), "{url}: {shown}");
        }
        let options = options("postgres://user:S3CRET@127.0.0.1/d").unwrap();
        assert!(options.has_password() && !format!("{options:?}").contains("S3CRET"));
        let options = options.with_password(&Secret::new("AN0THER".to_owned()));
        assert_eq!(options.config.get_password(), Some(&b"AN0THER"[..]));
        assert!(!format!("{options:?} {:?}", options.pool().unwrap()).contains("AN0THER"));
    }
}
