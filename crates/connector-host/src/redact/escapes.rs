//! Text without JSON's escapes (RFC 8259 section 7).

use std::ops::Range;

/// How many levels of escapes are removed: a document may be a string in another one.
pub(super) const DEPTH: usize = 2;

/// The most bytes that one byte of text takes under all its escapes: each character of `\u002b` escaped again.
pub(super) const WIDEST: usize = 36;

/// The most bytes that one character takes under all its escapes: a surrogate pair escaped again.
pub(super) const WIDEST_CHARACTER: usize = 72;

/// Text without some levels of escapes, and its position in the original.
pub(super) struct Layer {
    pub(super) bytes: Vec<u8>,
    /// The original range of each byte.
    spans: Vec<Range<usize>>,
}

impl Layer {
    /// Returns the original text, and the text after removing each level of escapes that it has.
    pub(super) fn all(bytes: &[u8]) -> Vec<Self> {
        let spans = (0..bytes.len()).map(|at| at..at + 1).collect();
        let mut layers = vec![Self { bytes: bytes.to_vec(), spans }];
        while let Some(last) = layers.last().filter(|last| last.bytes.contains(&b'\\'))
            && layers.len() <= DEPTH
        {
            let next = last.unescaped();
            layers.push(next);
        }
        layers
    }

    fn unescaped(&self) -> Self {
        let mut layer =
            Self { bytes: Vec::with_capacity(self.bytes.len()), spans: Vec::with_capacity(self.bytes.len()) };
        let mut at = 0;
        while let Some(byte) = self.bytes.get(at) {
            let mut buffer = [*byte, 0, 0, 0];
            let (length, text) = match escape(&self.bytes[at..]) {
                Some((length, character)) => (length, character.encode_utf8(&mut buffer).as_bytes()),
                None => (1, &buffer[..1]),
            };
            let span = self.spans[at].start..self.spans[at + length - 1].end;
            layer.spans.extend(text.iter().map(|_| span.clone()));
            layer.bytes.extend_from_slice(text);
            at += length;
        }
        layer
    }

    /// Returns the original range of a range of bytes.
    pub(super) fn origin(&self, range: Range<usize>) -> Range<usize> {
        self.spans[range.start].start..self.spans[range.end - 1].end
    }

    /// Widens an original range so that it cuts no escape.
    pub(super) fn whole(&self, range: Range<usize>) -> Range<usize> {
        let first = self.spans.partition_point(|span| span.end <= range.start);
        let last = self.spans.partition_point(|span| span.start < range.end);
        let start = self.spans.get(first).map_or(range.start, |span| span.start.min(range.start));
        let end = self.spans[..last].last().map_or(range.end, |span| span.end.max(range.end));
        start..end
    }
}

/// Reads the escape at the start: its length and its character, U+FFFD for half a surrogate.
fn escape(bytes: &[u8]) -> Option<(usize, char)> {
    let character = match bytes {
        [b'\\', b'u', ..] => return unicode(bytes),
        [b'\\', character @ (b'"' | b'\\' | b'/'), ..] => char::from(*character),
        [b'\\', b'b', ..] => '\u{8}',
        [b'\\', b'f', ..] => '\u{c}',
        [b'\\', b'n', ..] => '\n',
        [b'\\', b'r', ..] => '\r',
        [b'\\', b't', ..] => '\t',
        _ => return None,
    };
    Some((2, character))
}

fn unicode(bytes: &[u8]) -> Option<(usize, char)> {
    let first = code_unit(bytes)?;
    let pair = bytes.get(6..).and_then(code_unit).map(|second| [first, second]);
    let pair = pair.and_then(|pair| char::decode_utf16(pair).next()?.ok()).filter(|it| it.len_utf16() == 2);
    Some(match pair {
        Some(character) => (12, character),
        None => (6, char::from_u32(first.into()).unwrap_or(char::REPLACEMENT_CHARACTER)),
    })
}

/// Reads the code unit of `\uXXXX`.
fn code_unit(bytes: &[u8]) -> Option<u16> {
    let digits = bytes.strip_prefix(b"\\u")?.get(..4)?;
    let digits = std::str::from_utf8(digits).ok().filter(|_| digits.iter().all(u8::is_ascii_hexdigit))?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        Layer::all(text.as_bytes()).iter().map(|layer| String::from_utf8(layer.bytes.clone()).unwrap()).collect()
    }

    #[test]
    fn escapes_are_taken_out_as_a_parser_of_json_does() {
        for text in
            ["", "a", "\\\"\\\\\\/\\b\\f\\n\\r\\t", "\\u0041\\u00e9\\u65E5\\uD83D\\ude00", "\\\\u0041", "\\\\\\u005C"]
        {
            let parsed: String = serde_json::from_str(&format!("\"{text}\"")).unwrap();
            assert_eq!(read(text).get(1), Some(&parsed).filter(|_| text.contains('\\')), "{text}");
        }
        // Anything else is unchanged.
        for text in ["\\", "\\A", "\\u12", "\\u+123", "\\uD8"] {
            assert_eq!(read(text)[1], text);
        }
        assert_eq!(read("\\ud83d\\u0041")[1], "\u{fffd}A");
        assert_eq!(read("\\\\u0041")[2], "A");
    }

    #[test]
    fn a_range_cuts_no_escape() {
        let layers = Layer::all(b"a\\\\u0041b\\n");
        assert_eq!(layers.len(), 3);
        assert_eq!(layers[2].origin(1..2), 1..8);
        assert_eq!((layers[2].whole(2..3), layers[2].whole(0..1), layers[2].whole(9..10)), (1..8, 0..1, 9..11));
        assert_eq!(layers[2].whole(7..10), 1..11);
    }
}
