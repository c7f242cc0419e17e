//! Decodes text in the encodings of the WHATWG's Encoding Standard, <https://encoding.spec.whatwg.org/>. A test compares this
//! with `encoding_rs`, whose tables would take twice the bytes; they are unpacked here for each message that needs them.

mod character;
mod double_byte;
mod gb18030;
mod iso_2022_jp;
mod tables;

use character::{BAD, character};
use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, ISO_2022_JP, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252,
    X_USER_DEFINED,
};
use tables::{SINGLE_BYTE, Tables, WINDOWS_1252 as DEFAULT};

/// A decoder of one encoding.
pub(super) struct Decoder {
    encoding: &'static Encoding,
    /// Empty where none are needed.
    tables: Tables,
}

impl Decoder {
    pub(super) fn new(encoding: &'static Encoding) -> Self {
        let without = [WINDOWS_1252, UTF_8, UTF_16BE, UTF_16LE, X_USER_DEFINED];
        let tables = if without.contains(&encoding) { Tables::default() } else { Tables::unpack() };
        Self { encoding, tables }
    }

    /// Decodes bytes. Those that are no characters are replaced.
    pub(super) fn decode(&self, bytes: &[u8]) -> String {
        let tables = &self.tables;
        match self.encoding {
            it if it == UTF_8 => String::from_utf8_lossy(bytes).into_owned(),
            it if it == UTF_16BE => utf_16(bytes, u16::from_be_bytes),
            it if it == UTF_16LE => utf_16(bytes, u16::from_le_bytes),
            it if it == X_USER_DEFINED => single(bytes, |index| 0xf780 + u32::from(index)),
            it if it == WINDOWS_1252 => single(bytes, |index| DEFAULT[usize::from(index)].into()),
            it if it == GBK || it == GB18030 => gb18030::decode(tables, bytes),
            it if it == BIG5 => double_byte::big5(tables, bytes),
            it if it == EUC_KR => double_byte::euc_kr(tables, bytes),
            it if it == SHIFT_JIS => double_byte::shift_jis(tables, bytes),
            it if it == EUC_JP => double_byte::euc_jp(tables, bytes),
            it if it == ISO_2022_JP => iso_2022_jp::decode(tables, bytes),
            it => {
                let at = SINGLE_BYTE.iter().position(|name| *name == it.name()).unwrap_or_default() * 128;
                single(bytes, |index| tables.point(at + usize::from(index)))
            }
        }
    }
}

/// Decodes a byte per character. The upper half is given by its index.
fn single(bytes: &[u8], point: impl Fn(u8) -> u32) -> String {
    let decode = |byte: &u8| match byte.checked_sub(0x80) {
        None => char::from(*byte),
        Some(index) => character(point(index)),
    };
    bytes.iter().map(decode).collect()
}

fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text: String =
        char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).map(|it| it.unwrap_or(BAD)).collect();
    // Half a character at the end is one error, be it half a pair of surrogates with or without half a unit.
    let is_half = pairs.last().is_some_and(|pair| (0xd800..0xdc00).contains(&unit(*pair)));
    if !rest.is_empty() && !is_half {
        text.push(BAD);
    }
    text
}

#[cfg(test)]
mod tests;
