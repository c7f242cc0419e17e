//! Finds things by what they belong to, without looking at all of them.

use std::collections::HashMap;

/// The ids of things by another id, such as the refunds of a capture, in the order in which they were added.
#[derive(Default)]
pub(crate) struct Index(HashMap<Box<str>, Vec<Box<str>>>);

impl Index {
    pub(crate) fn add(&mut self, of: &str, id: &str) {
        self.0.entry(of.into()).or_default().push(id.into());
    }

    pub(crate) fn remove(&mut self, of: &str, id: &str) {
        if let Some(ids) = self.0.get_mut(of) {
            ids.retain(|it| **it != *id);
        }
    }

    pub(crate) fn of(&self, id: &str) -> impl Iterator<Item = &str> {
        self.0.get(id).into_iter().flatten().map(|id| &**id)
    }
}
