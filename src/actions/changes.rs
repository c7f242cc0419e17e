//! Reading what is new or different since a checkpoint: `changed-since` of several resources, and `events.catch-up`.
//!
//! A round reads a window from the last checkpoint to now, in as many calls as it takes. It begins earlier than the last
//! one ended, by an overlap, since PayPal shows some things late. What the last round has listed of the overlap is known by
//! digests in the checkpoint, and not listed again unless it differs.

pub(crate) mod checkpoint;
mod found;
mod list;
mod round;
mod seen;
mod source;

pub(super) use self::{
    list::{List, changed},
    round::{Terms, run},
    seen::{Digest, digest},
    source::{Accepted, Item, Portion, Source, Stopped, Window},
};

#[cfg(test)]
mod tests;
