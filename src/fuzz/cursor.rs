//! Cursors of searches: one that is read is written so that it reads the same.

use super::input::text;

use crate::actions::transactions::cursor::Cursor;

pub(super) fn run(input: &[u8]) {
    let Some(text) = text(input) else { return };
    let Some(cursor) = Cursor::parse(text) else { return };
    let written = cursor.to_text();
    assert_eq!(Cursor::parse(&written).map(|cursor| cursor.to_text()).as_deref(), Some(&*written), "{text}");
}
