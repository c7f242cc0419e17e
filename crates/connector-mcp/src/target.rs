//! Where the calls of tools go.

use connector_host::{Tenant, transport::BoxFuture};

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
    fn tenant(&self) -> BoxFuture<Result<Tenant, String>>;
}

/// A tenant that stays the same.
pub struct FixedTarget {
    label: String,
    tenant: Tenant,
}

impl FixedTarget {
    /// Creates one. `label` is as in [`Target::label`].
    #[must_use]
    pub fn new(label: impl Into<String>, tenant: Tenant) -> Self {
        Self { label: label.into(), tenant }
    }
}

impl Target for FixedTarget {
    fn label(&self) -> String {
        self.label.clone()
    }

    fn tenant(&self) -> BoxFuture<Result<Tenant, String>> {
        let tenant = self.tenant.clone();
        Box::pin(async { Ok(tenant) })
    }
}
