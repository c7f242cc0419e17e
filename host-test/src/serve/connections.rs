//! The connections: what is set of each, and the tenant that is made of it.
//!
//! ```text
//! document ──► Change: checked field by field ──► Settings ──► rows, secrets sealed
//!                                                  └──► Live: the tenant, rebuilt at each change
//! ```

mod change;
mod field;
mod live;
mod registry;
mod rows;
mod settings;
mod simulated;
mod violation;

pub(crate) use change::Change;
pub(crate) use field::Rules;
pub(crate) use live::Live;
pub(crate) use registry::{ChangeError, Registry};
pub(crate) use settings::Environment;
pub(crate) use simulated::Simulated;
pub(crate) use violation::Violation;
