//! Where the calls of tools go.

use std::{pin::Pin, sync::Arc};

use connector_host::{CallError, Connector, Outcome, Progress, Tenant};

/// What a [`Target`] answers with. It is dropped if nobody waits for it any more.
pub type Resolving<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The account that tools act for: a connection of a command line, or one of many in a platform's store.
///
/// It is asked before each call, so that a connection that is changed or deleted is so for the next call.
pub trait Target: Send + Sync + 'static {
    /// Its name for a person, who is asked to agree to what happens there: `PayPal's sandbox`.
    fn label(&self) -> String;

    /// Resolves to the tenant of the next call.
    ///
    /// # Errors
    /// If there is none now. The message reaches the model, and has no secrets.
    fn tenant(&self) -> Resolving<'_, Result<Tenant, String>>;

    /// What a model should know before it calls anything, as a sentence: that credentials are missing.
    fn warning(&self) -> Option<String> {
        None
    }

    /// Makes a call. A target with a log of its calls notes it there; by default it is only made. It is dropped if the client
    /// cancels a call that reads, or has sent nothing. Calls that read several pages do not come here.
    ///
    /// # Errors
    /// As those of [`Connector::invoke`].
    fn invoke<'a>(&'a self, call: Call<'a>) -> Resolving<'a, Result<Outcome, CallError>> {
        Box::pin(call.run())
    }
}

/// A call of a tool.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Call<'a> {
    /// Which connector runs it.
    pub connector: &'a Connector,
    /// For whom.
    pub tenant: &'a Tenant,
    /// The action's id.
    pub action: &'a str,
    /// The input, as JSON.
    pub input: &'a str,
    pub(crate) progress: &'a Progress,
}

impl<'a> Call<'a> {
    /// Returns the call with another input.
    #[must_use]
    pub fn with_input(self, input: &'a str) -> Self {
        Self { input, ..self }
    }

    /// Makes the call.
    ///
    /// # Errors
    /// As those of [`Connector::invoke`].
    pub async fn run(self) -> Result<Outcome, CallError> {
        self.connector.invoke_with_progress(self.tenant, self.action, self.input, self.progress).await
    }
}

impl<T: Target + ?Sized> Target for Arc<T> {
    fn label(&self) -> String {
        (**self).label()
    }

    fn tenant(&self) -> Resolving<'_, Result<Tenant, String>> {
        (**self).tenant()
    }

    fn warning(&self) -> Option<String> {
        (**self).warning()
    }

    fn invoke<'a>(&'a self, call: Call<'a>) -> Resolving<'a, Result<Outcome, CallError>> {
        (**self).invoke(call)
    }
}

/// A tenant that stays the same.
pub struct FixedTarget {
    label: String,
    tenant: Tenant,
    warning: Option<String>,
}

impl FixedTarget {
    /// Creates one. `label` is as in [`Target::label`].
    #[must_use]
    pub fn new(label: impl Into<String>, tenant: Tenant) -> Self {
        Self { label: label.into(), tenant, warning: None }
    }

    /// Returns the target with a warning, as in [`Target::warning`].
    #[must_use]
    pub fn with_warning(self, warning: impl Into<String>) -> Self {
        Self { warning: Some(warning.into()), ..self }
    }
}

impl Target for FixedTarget {
    fn label(&self) -> String {
        self.label.clone()
    }

    fn tenant(&self) -> Resolving<'_, Result<Tenant, String>> {
        let tenant = self.tenant.clone();
        Box::pin(async { Ok(tenant) })
    }

    fn warning(&self) -> Option<String> {
        self.warning.clone()
    }
}
