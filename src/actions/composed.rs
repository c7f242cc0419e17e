//! The functions of composed actions.

use crate::{
    call::arguments::Arguments,
    platform::{failure::Failure, interface::Platform, reply::Reply},
};

/// The function of a composed action.
pub(super) type Composed = fn(&dyn Platform, &Arguments) -> Result<Reply, Failure>;

include!(concat!(env!("OUT_DIR"), "/composed.rs"));

/// The function of an action, if it is composed.
pub(super) fn find(id: &str) -> Option<Composed> {
    COMPOSED.iter().find(|(name, _)| *name == id).map(|(_, function)| *function)
}
