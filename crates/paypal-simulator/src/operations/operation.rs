//! One operation of the API, and what a payer or a test does beside it.

use std::time::Duration;

use http::Method;

use serde_json::Value;

use crate::{
    operations::needs::{Needs, Subject},
    request::{answer::Answer, call::Call, field::Field, refusal::Refusal},
    world::World,
};

/// Carries out an operation or a control.
type Run = fn(&mut World, &Call) -> Result<Answer, Refusal>;

/// Returns an example of a control's body, for a resource with this id.
type Example = fn(&World, &str) -> Value;

/// Answers a repeated request: with the resource as it is now.
pub(crate) type Show = fn(&World, &Call, &str) -> Answer;

pub(crate) struct Operation {
    /// The connector's action id.
    pub(crate) action: &'static str,
    pub(crate) method: &'static str,
    /// `*` stands for a variable segment.
    pub(crate) path: &'static str,
    /// The scopes of which the token needs one; none if any token will do.
    pub(crate) scopes: &'static [&'static str],
    pub(crate) run: Run,
    /// Gives a refusal of the schema's the issue that this operation has for it.
    restate: Option<fn(Refusal) -> Refusal>,
    /// How long a key is remembered, and what a repeat shows; `None` if PayPal ignores keys.
    pub(crate) repeat: Option<(Duration, Show)>,
    /// Whether the body may be a form with files.
    pub(crate) takes_files: bool,
}

/// What a payer or a test does: `POST /simulator/` and a path.
pub(crate) struct Control {
    /// `*` stands for a variable segment.
    pub(crate) path: &'static str,
    pub(crate) run: Run,
    /// What its button says; by default the end of its path.
    pub(crate) title: Option<&'static str>,
    /// The members of its body that a form asks for; `None` if it asks for the whole body.
    pub(crate) fields: Option<&'static [Field]>,
    /// What a form for the whole body begins with, and whether there has to be a body.
    pub(crate) example: Option<(Example, bool)>,
    /// The states of its resource that it needs; `None` if any will do.
    pub(crate) needs: Option<Needs>,
}

/// Seconds.
pub(crate) const HOUR: u64 = 3600;
pub(crate) const DAY: u64 = 24 * HOUR;

pub(crate) const fn operation(
    action: &'static str,
    method: &'static str,
    path: &'static str,
    scopes: &'static [&'static str],
    run: Run,
) -> Operation {
    Operation { action, method, path, scopes, run, restate: None, repeat: None, takes_files: false }
}

pub(crate) const fn control(path: &'static str, run: Run) -> Control {
    Control { path, run, title: None, fields: None, example: None, needs: None }
}

impl Control {
    /// Sets what its button says.
    pub(crate) const fn titled(mut self, title: &'static str) -> Self {
        self.title = Some(title);
        self
    }

    /// Says what its body has, for forms.
    pub(crate) const fn takes(mut self, fields: &'static [Field]) -> Self {
        self.fields = Some(fields);
        self
    }

    /// Gives the body that it has to have, for forms.
    pub(crate) const fn with(mut self, example: Example) -> Self {
        self.example = Some((example, true));
        self
    }

    /// Gives a body that it may have, for forms.
    pub(crate) const fn may_have(mut self, example: Example) -> Self {
        self.example = Some((example, false));
        self
    }

    /// Says which states of its resource it needs.
    pub(crate) const fn needs(
        mut self,
        subject: &'static Subject,
        states: &'static [&'static str],
        fits: fn(&World, &str) -> bool,
    ) -> Self {
        self.needs = Some(Needs { subject, states, fits });
        self
    }

    /// Carries it out.
    ///
    /// # Errors
    /// If the state of its resource does not fit, or the body is not as it has to be.
    pub(crate) fn carry_out(&self, world: &mut World, call: &Call) -> Result<Answer, Refusal> {
        if let Some(needs) = &self.needs {
            needs.check(world, call.id(0))?;
        }
        (self.run)(world, call)
    }

    /// Whether it would be carried out for the resource with this id, whose books are open.
    pub(crate) fn fits(&self, world: &World, id: &str) -> bool {
        self.needs.as_ref().is_none_or(|needs| (needs.fits)(world, id))
    }

    /// Returns the variable segments of a path below `/simulator/`, if it is this control's.
    pub(crate) fn variables(&self, path: &[&str]) -> Option<Vec<String>> {
        fits(self.path.split('/'), path).then(|| variables(self.path.split('/'), path))
    }
}

impl Operation {
    pub(crate) const fn remembered(mut self, seconds: u64, show: Show) -> Self {
        self.repeat = Some((Duration::from_secs(seconds), show));
        self
    }

    pub(crate) const fn restating(mut self, restate: fn(Refusal) -> Refusal) -> Self {
        self.restate = Some(restate);
        self
    }

    /// Returns a refusal of the schema's with this operation's issues.
    pub(crate) fn restate(&self, refusal: Refusal) -> Refusal {
        match self.restate {
            Some(restate) => restate(refusal),
            None => refusal,
        }
    }

    pub(crate) const fn with_files(mut self) -> Self {
        self.takes_files = true;
        self
    }

    /// Whether it is a read.
    pub(crate) fn is_read(&self) -> bool {
        self.method == "GET"
    }

    /// Whether it is called by this method.
    pub(crate) fn takes(&self, method: &Method) -> bool {
        self.method == method.as_str()
    }

    /// Whether a path is this operation's.
    pub(crate) fn fits(&self, path: &[String]) -> bool {
        fits(self.path.split('/').skip(1), path)
    }

    /// Returns the variable segments of a path that is this operation's.
    pub(crate) fn variables(&self, path: &[String]) -> Vec<String> {
        variables(self.path.split('/').skip(1), path)
    }
}

fn fits<'a>(mut template: impl Iterator<Item = &'a str>, path: &[impl AsRef<str>]) -> bool {
    let mut given = path.iter().map(AsRef::as_ref);
    template.all(|expected| given.next().is_some_and(|it| expected == "*" || expected == it)) && given.next().is_none()
}

fn variables<'a>(template: impl Iterator<Item = &'a str>, path: &[impl AsRef<str>]) -> Vec<String> {
    let pairs = template.zip(path);
    pairs.filter(|(expected, _)| *expected == "*").map(|(_, segment)| segment.as_ref().to_owned()).collect()
}
