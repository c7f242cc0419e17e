//! The encodings with one or two bytes per character, three in EUC-JP.

use super::{
    character::{BAD, character},
    tables::{EUC_KR, GBK, JIS0208, JIS0212, Tables},
};

/// Decodes ASCII, and by a function what begins with another byte. It takes what it needs from the rest and writes the character,
/// or returns false if there is none.
pub(super) fn decode(mut rest: &[u8], mut other: impl FnMut(u8, &mut &[u8], &mut String) -> bool) -> String {
    let mut text = String::with_capacity(rest.len());
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        if byte.is_ascii() {
            text.push((*byte).into());
        } else if !other(*byte, &mut rest, &mut text) {
            text.push(BAD);
        }
    }
    text
}

/// Takes the second byte of a pair, whose code point is given by a function, 0 for none. If the pair is bad, ASCII is left.
pub(super) fn pair(rest: &mut &[u8], text: &mut String, point: impl FnOnce(u8) -> u32) -> bool {
    let Some((trail, after)) = rest.split_first() else { return false };
    let point = point(*trail);
    if point != 0 || !trail.is_ascii() {
        *rest = after;
    }
    if point != 0 {
        text.push(character(point));
    }
    point != 0
}

/// The code point in a table of rows, of a first byte and a column.
fn cell(tables: &Tables, table: usize, row: u8, width: usize, column: Option<u8>) -> u32 {
    column.map_or(0, |column| tables.point(table + usize::from(row) * width + usize::from(column)))
}

/// The column of a second byte from 0x40, without 0x7F, to a last one.
fn column(trail: u8, last: u8) -> Option<u8> {
    match trail {
        0x40..=0x7e => Some(trail - 0x40),
        0x80.. if trail <= last => Some(trail - 0x41),
        _ => None,
    }
}

pub(super) fn gbk(tables: &Tables, lead: u8, trail: u8) -> u32 {
    cell(tables, GBK, lead - 0x81, 190, column(trail, 0xfe))
}

pub(super) fn big5(tables: &Tables, bytes: &[u8]) -> String {
    decode(bytes, |lead, rest, text| {
        let combined = match (lead, rest.first()) {
            (0x80 | 0xff, _) => return false,
            (0x88, Some(0x62)) => "\u{ca}\u{304}",
            (0x88, Some(0x64)) => "\u{ca}\u{30c}",
            (0x88, Some(0xa3)) => "\u{ea}\u{304}",
            (0x88, Some(0xa5)) => "\u{ea}\u{30c}",
            _ => {
                return pair(rest, text, |trail| match trail {
                    0x40..=0x7e => tables.big5(lead, trail - 0x40),
                    0xa1..=0xfe => tables.big5(lead, trail - 0x62),
                    _ => 0,
                });
            }
        };
        *rest = &rest[1..];
        text.push_str(combined);
        true
    })
}

pub(super) fn euc_kr(tables: &Tables, bytes: &[u8]) -> String {
    decode(bytes, |lead, rest, text| {
        let is_lead = (0x81..=0xfe).contains(&lead);
        let column = |trail| (0x41..=0xfe).contains(&trail).then(|| trail - 0x41);
        is_lead && pair(rest, text, |trail| cell(tables, EUC_KR, lead - 0x81, 190, column(trail)))
    })
}

pub(super) fn shift_jis(tables: &Tables, bytes: &[u8]) -> String {
    decode(bytes, |lead, rest, text| {
        let row = match lead {
            0x80 => {
                text.push('\u{80}');
                return true;
            }
            0xa1..=0xdf => {
                text.push(katakana(lead));
                return true;
            }
            0x81..=0x9f => lead - 0x81,
            0xe0..=0xfc => lead - 0xc1,
            _ => return false,
        };
        pair(rest, text, |trail| {
            let column = column(trail, 0xfc);
            match (lead, column) {
                // For private use.
                (0xf0..=0xf9, Some(column)) => 0xe000 + u32::from(lead - 0xf0) * 188 + u32::from(column),
                _ => cell(tables, JIS0208, row, 188, column),
            }
        })
    })
}

pub(super) fn euc_jp(tables: &Tables, bytes: &[u8]) -> String {
    let column = |trail| (0xa1..=0xfe).contains(&trail).then(|| trail - 0xa1);
    decode(bytes, |lead, rest, text| match (lead, &**rest) {
        (0x8e, _) => pair(rest, text, |trail| match trail {
            0xa1..=0xdf => katakana(trail).into(),
            _ => 0,
        }),
        (0x8f, [lead @ 0xa1..=0xfe, after @ ..]) => {
            *rest = after;
            pair(rest, text, |trail| cell(tables, JIS0212, lead - 0xa1, 94, column(trail)))
        }
        (0x8f, _) => pair(rest, text, |_| 0),
        (0xa1..=0xfe, _) => pair(rest, text, |trail| cell(tables, JIS0208, lead - 0xa1, 94, column(trail))),
        _ => false,
    })
}

/// A half-width katakana, of a byte of 0xA1 to 0xDF.
fn katakana(byte: u8) -> char {
    character(0xff61 - 0xa1 + u32::from(byte))
}
