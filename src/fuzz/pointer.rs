//! Reference tokens of pointers (RFC 6901): each is one token, and unescapes to the name.

use super::input::text;
use crate::base::pointer;

pub(super) fn run(input: &[u8]) {
    let Some(name) = text(input) else { return };
    let step = pointer::member(name);
    assert!(step.starts_with('/') && step.matches('/').count() == 1, "{step:?} is more than one step");
    let back = pointer::names(&step).unwrap_or_default();
    assert_eq!(back, [name.chars().take(100).collect::<String>()]);
    assert!(step.len() <= 1 + 2 * name.len());
}
