//! What an instance holds from call to call.

use std::{cell::RefCell, time::Duration};

use wasip2::cli::environment::get_environment;

use crate::{
    configuration::{Configuration, DEFAULT, Settings, Unusable},
    store::{Permit, Store},
};

/// What an instance holds.
pub(super) struct Instance {
    pub(super) configuration: Configuration,
    pub(super) store: Store,
    /// The connection in use, with its permit; none before the first `begin`.
    used: Option<(String, Option<Permit>)>,
}

thread_local! {
    static INSTANCE: RefCell<Instance> = RefCell::new(Instance {
        configuration: Configuration::read(get_environment()),
        store: Store::default(),
        used: None,
    });
}

/// Calls a function with the instance. Nothing that it calls calls this.
pub(super) fn with<T>(function: impl FnOnce(&mut Instance) -> T) -> T {
    INSTANCE.with_borrow_mut(function)
}

impl Instance {
    /// Returns the name of the connection in use.
    pub(super) fn name(&self) -> &str {
        self.used.as_ref().map_or(DEFAULT, |(name, _)| name)
    }

    /// Returns the settings of the connection in use.
    pub(super) fn settings(&self) -> Result<&Settings, Unusable> {
        self.configuration.connection(self.name())
    }

    /// Uses a connection from now on.
    pub(super) fn begin(&mut self, name: String, permit: Option<Permit>) {
        self.used = Some((name, permit));
    }

    /// Ends the use of a connection. Afterwards the default one is used.
    pub(super) fn end(&mut self, back_off: Option<Duration>) {
        let Some((name, permit)) = self.used.take() else { return };
        if let Some(time) = back_off {
            self.store.back_off(&name, time);
        }
        if let Some(permit) = permit {
            self.store.release(&name, permit);
        }
    }
}
