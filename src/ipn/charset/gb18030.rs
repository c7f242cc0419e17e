//! gb18030, which GBK is decoded as: one, two or four bytes per character.

use super::{
    character::character,
    double_byte::{decode as decode_other, gbk, pair},
    tables::Tables,
};

pub(super) fn decode(tables: &Tables, bytes: &[u8]) -> String {
    decode_other(bytes, |first, rest, text| match (first, &**rest) {
        (0x80, _) => {
            text.push('\u{20ac}');
            true
        }
        (0xff, _) => false,
        // At the end it is one error.
        (_, [0x30..=0x39] | [0x30..=0x39, 0x81..=0xfe]) => {
            *rest = &[];
            false
        }
        (_, [second @ 0x30..=0x39, third @ 0x81..=0xfe, fourth @ 0x30..=0x39, after @ ..]) => {
            *rest = after;
            let point = four(tables, [first - 0x81, second - 0x30, third - 0x81, fourth - 0x30]);
            text.extend(point.map(character));
            point.is_some()
        }
        (_, [0x30..=0x39, ..]) => false,
        _ => pair(rest, text, |second| gbk(tables, first, second)),
    })
}

/// The code point of four bytes, without their offsets.
fn four(tables: &Tables, bytes: [u8; 4]) -> Option<u32> {
    let [first, second, third, fourth] = bytes.map(u32::from);
    let pointer = ((first * 10 + second) * 126 + third) * 10 + fourth;
    match pointer {
        0..39_420 => {
            let (start, point) = tables.range(pointer);
            (point != 0).then(|| point + pointer - start)
        }
        189_000..=1_237_575 => Some(pointer - 189_000 + 0x1_0000),
        _ => None,
    }
}
