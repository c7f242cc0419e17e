//! In which states of its resource a control can be carried out.

use crate::{
    request::refusal::Refusal,
    world::{World, books::Books},
};

/// The kind of resource that a control is about.
pub(crate) struct Subject {
    /// What it is called, such as `order`, and how a refusal names its id.
    pub(crate) name: &'static str,
    pub(crate) field: &'static str,
    pub(crate) has: fn(&Books, &str) -> bool,
    /// The state as the API shows it; `None` if there is no such resource, or none any more.
    pub(crate) state: fn(&World, &str) -> Option<String>,
}

/// The states that a control needs: in any other it would change nothing.
pub(crate) struct Needs {
    pub(crate) subject: &'static Subject,
    /// For people.
    pub(crate) states: &'static [&'static str],
    pub(crate) fits: fn(&World, &str) -> bool,
}

impl Needs {
    /// Opens the books that have a resource, whose state must fit.
    ///
    /// # Errors
    /// 404 if there is no such resource, 409 if its state does not fit.
    pub(crate) fn check(&self, world: &mut World, id: &str) -> Result<(), Refusal> {
        let Subject { name, field, has, state } = self.subject;
        world.enter_where(|books| has(books, id));
        let state = state(world, id).ok_or_else(|| Refusal::not_found(field, id))?;
        if (self.fits)(world, id) {
            return Ok(());
        }
        Err(Refusal::state((name, field), id, &state, self.states).in_path())
    }
}
