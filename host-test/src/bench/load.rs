//! Calls at once.

use anyhow::Result;
use tokio::runtime::{Builder, Runtime};

/// Calls in flight, and the threads that carry them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Load {
    /// Of the runtime; `None` for as many as there are processors.
    pub(super) threads: Option<usize>,
    pub(super) in_flight: usize,
    /// Whether the instances of a connection are reused.
    pub(super) reuse: bool,
}

impl Load {
    /// Calls that each have a fresh instance.
    pub(super) const fn new(threads: Option<usize>, in_flight: usize) -> Self {
        Self { threads, in_flight, reuse: false }
    }

    /// The same with instances that are reused.
    pub(super) const fn reused(self) -> Self {
        Self { reuse: true, ..self }
    }

    pub(super) fn runtime(self) -> Result<Runtime> {
        let mut builder = match self.threads {
            Some(1) => Builder::new_current_thread(),
            _ => Builder::new_multi_thread(),
        };
        if let Some(threads) = self.threads {
            builder.worker_threads(threads);
        }
        Ok(builder.enable_all().build()?)
    }

    pub(super) fn threads(self) -> String {
        match self.threads {
            Some(1) => "1 thread".to_owned(),
            Some(threads) => format!("{threads} threads"),
            None => "all threads".to_owned(),
        }
    }
}
