//! The connections: what is set of each, and the tenant that is made of it.
//!
//! ```text
//! document ──► Change: checked field by field ──► Settings ──► rows, secrets sealed
//!                                                  └──► Live: the tenant, rebuilt at each change
//! ```

mod change;
mod endpoint;
mod field;
mod live;
mod receivers;
mod registry;
mod rows;
mod settings;
mod simulated;

pub(crate) use change::Change;
pub(crate) use endpoint::Endpoint;
pub(crate) use field::Rules;
pub(crate) use live::Live;
pub(crate) use registry::{ChangeError, Registry};
pub(crate) use rows::{names, one};
pub(crate) use settings::{Environment, Settings};
pub(crate) use simulated::Simulated;
