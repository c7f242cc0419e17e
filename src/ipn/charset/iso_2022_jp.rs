//! ISO-2022-JP, whose escape sequences switch between character sets.

use super::{
    character::{BAD, character},
    tables::{JIS0208, Tables},
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Set {
    Ascii,
    Roman,
    Katakana,
    Jis0208,
}

pub(super) fn decode(tables: &Tables, mut rest: &[u8]) -> String {
    let mut text = String::with_capacity(rest.len());
    let mut set = Set::Ascii;
    // Whether the last thing read was an escape sequence: two in a row are an error.
    let mut is_switched = false;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        let byte = *byte;
        if byte == 0x1b {
            let switched = match rest {
                [b'(', b'B', ..] => Some(Set::Ascii),
                [b'(', b'J', ..] => Some(Set::Roman),
                [b'(', b'I', ..] => Some(Set::Katakana),
                [b'$', b'@' | b'B', ..] => Some(Set::Jis0208),
                _ => None,
            };
            if switched.is_none() || is_switched {
                text.push(BAD);
            }
            is_switched = switched.is_some();
            if let Some(switched) = switched {
                (set, rest) = (switched, &rest[2..]);
            }
            continue;
        }
        is_switched = false;
        text.push(match (set, byte) {
            (Set::Roman, 0x5c) => '\u{a5}',
            (Set::Roman, 0x7e) => '\u{203e}',
            (Set::Ascii | Set::Roman, 0..0x80) if !matches!(byte, 0xe | 0xf) => byte.into(),
            (Set::Katakana, 0x21..=0x5f) => character(0xff61 - 0x21 + u32::from(byte)),
            (Set::Jis0208, 0x21..=0x7e) => match rest {
                // An escape sequence may begin there.
                [0x1b, ..] | [] => BAD,
                [trail, after @ ..] => {
                    rest = after;
                    match trail {
                        0x21..=0x7e => {
                            let index = usize::from(byte - 0x21) * 94 + usize::from(trail - 0x21);
                            character(tables.point(JIS0208 + index))
                        }
                        _ => BAD,
                    }
                }
            },
            _ => BAD,
        });
    }
    text
}
