//! A message as name-value pairs.

use std::borrow::Cow;

use encoding_rs::{Encoding, REPLACEMENT, WINDOWS_1252};
use percent_encoding::percent_decode;

use super::charset::Decoder;

/// The most bytes of a message. Those of a mass payment with 250 recipients have about 50 000.
pub(crate) const MAX_BYTES: usize = 1024 * 1024;

/// The most fields of a message.
pub(crate) const MAX_FIELDS: usize = 10_000;

/// The longest name of a charset in a reply, in characters.
const MAX_CHARSET: usize = 100;

/// A message, decoded. Not `Debug`: it names a payer.
pub(crate) struct Message {
    /// Its fields in order. Names may repeat.
    pub fields: Vec<Field>,
    /// The character encoding of its values.
    pub charset: Charset,
    /// Whether it claims to come from PayPal's sandbox: `test_ipn` is 1.
    pub is_test: bool,
}

/// One pair of a message.
pub(crate) struct Field {
    /// Its name. PayPal's are ASCII and case-sensitive.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// A character encoding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Charset {
    /// Its name as in the message, or `windows-1252`, PayPal's default.
    pub name: String,
    /// Whether values are decoded with it. Charsets unknown to the WHATWG's Encoding Standard are read as windows-1252.
    pub is_known: bool,
}

/// A message is refused: it has more than [`MAX_BYTES`] or more than [`MAX_FIELDS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooLarge;

impl Message {
    /// Parses the body of the request, `application/x-www-form-urlencoded`. Invalid percent-encoding is kept literally,
    /// as is the `%uXXXX` of PayPal's IPN simulator.
    ///
    /// # Errors
    /// If it is too large to be PayPal's.
    pub(crate) fn read(body: &[u8]) -> Result<Self, TooLarge> {
        let pieces = || body.split(|byte| *byte == b'&').filter(|piece| !piece.is_empty());
        if body.len() > MAX_BYTES || pieces().nth(MAX_FIELDS).is_some() {
            return Err(TooLarge);
        }
        let pairs: Vec<_> = pieces().map(decoded).collect();
        let label = pairs.iter().find(|(name, _)| name == b"charset").map(|(_, value)| &**value);
        let (encoding, charset) = charset(label);
        // Names are always decoded the same way, so that a charset cannot turn one name into another.
        let (names, values) = (Decoder::new(WINDOWS_1252), Decoder::new(encoding));
        let field = |(name, value): &Pair| Field { name: names.decode(name), value: values.decode(value) };
        Ok(Self {
            fields: pairs.iter().map(field).collect(),
            charset,
            is_test: pairs.iter().any(|(name, value)| name == b"test_ipn" && value.trim_ascii() == b"1"),
        })
    }

    /// The value of the first field with that name.
    #[must_use]
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|field| field.name == name).map(|field| &*field.value)
    }
}

/// Name and value, before their bytes become characters.
type Pair = (Vec<u8>, Vec<u8>);

fn decoded(piece: &[u8]) -> Pair {
    let (name, value) = match piece.iter().position(|byte| *byte == b'=') {
        Some(equals) => (&piece[..equals], &piece[equals + 1..]),
        None => (piece, &[][..]),
    };
    (unescape(name), unescape(value))
}

/// A plus is a space, and `%XX` is a byte.
fn unescape(text: &[u8]) -> Vec<u8> {
    let text: Cow<[u8]> = match text.contains(&b'+') {
        true => text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect::<Vec<_>>().into(),
        false => text.into(),
    };
    percent_decode(&text).collect()
}

fn charset(label: Option<&[u8]>) -> (&'static Encoding, Charset) {
    let Some(label) = label else {
        return (WINDOWS_1252, Charset { name: "windows-1252".to_owned(), is_known: true });
    };
    // Labels that browsers refuse to decode, for security, map to this encoding.
    let known = Encoding::for_label(label).filter(|encoding| *encoding != REPLACEMENT);
    let name = Decoder::new(WINDOWS_1252).decode(label).chars().take(MAX_CHARSET).collect();
    (known.unwrap_or(WINDOWS_1252), Charset { name, is_known: known.is_some() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &[u8]) -> Message {
        Message::read(body).unwrap_or_else(|_| panic!("too large"))
    }

    fn fields(body: &[u8]) -> Vec<(String, String)> {
        read(body).fields.into_iter().map(|field| (field.name, field.value)).collect()
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn a_form_is_read_in_its_order() {
        assert_eq!(
            fields(b"b=2&a=1&&b=%26%3D+%2B&empty=&alone&=x&c=d=e"),
            [
                pair("b", "2"),
                pair("a", "1"),
                pair("b", "&= +"),
                pair("empty", ""),
                pair("alone", ""),
                pair("", "x"),
                pair("c", "d=e")
            ]
        );
        assert_eq!(read(b"b=2&b=3").get("b"), Some("2"));
        assert_eq!(read(b"Txn_id=2").get("txn_id"), None);
    }

    #[test]
    fn values_are_decoded_by_the_message_s_own_charset() {
        for (body, name, value) in [
            (&b"a=J%f6rg+%80"[..], "windows-1252", "J\u{f6}rg \u{20ac}"),
            (b"a=J%f6rg+%80&charset=windows-1252", "windows-1252", "J\u{f6}rg \u{20ac}"),
            (b"a=J\xf6rg", "windows-1252", "J\u{f6}rg"),
            (b"charset=UTF-8&a=J%C3%B6rg+%E2%82%AC", "UTF-8", "J\u{f6}rg \u{20ac}"),
            (b"charset=UTF-8&a=J\xc3\xb6rg", "UTF-8", "J\u{f6}rg"),
            (b"charset=utf-8&a=%EF%BB%BFx", "utf-8", "\u{feff}x"),
            (b"a=%CE%D2&charset=gb2312", "gb2312", "\u{6211}"),
            (b"a=%83%65&charset=Shift_JIS", "Shift_JIS", "\u{30c6}"),
            (b"a=%8A%BF&charset=Shift%5FJIS", "Shift_JIS", "\u{6f22}"),
            (b"a=%B0%A1&charset=EUC-KR", "EUC-KR", "\u{ac00}"),
            (b"a=%A4%A4&charset=Big5", "Big5", "\u{4e2d}"),
            (b"a=%D0&charset=KOI8-R", "KOI8-R", "\u{43f}"),
        ] {
            let message = read(body);
            assert_eq!(message.get("a"), Some(value), "{name}");
            assert_eq!(message.charset, Charset { name: name.to_owned(), is_known: true });
        }
        // Invalid characters are replaced, not refused.
        assert_eq!(read(b"charset=UTF-8&a=%F6").get("a"), Some("\u{fffd}"));
    }

    #[test]
    fn an_unknown_charset_is_read_as_windows_1252() {
        for label in ["x-klingon", "", "iso-2022-kr", "hz-gb-2312", "replacement", "%00", "UTF-7"] {
            let message = read(format!("a=J%F6rg&charset={label}").as_bytes());
            assert_eq!((message.get("a"), message.charset.is_known), (Some("J\u{f6}rg"), false), "{label}");
        }
        let long = read(format!("charset={}", "x".repeat(1_000)).as_bytes());
        assert_eq!((long.charset.name.len(), long.get("charset").map(str::len)), (100, Some(1_000)));
    }

    #[test]
    fn no_charset_makes_another_name_of_one() {
        for charset in ["utf-16le", "utf-16be", "iso-2022-jp", "x-user-defined", "gb18030"] {
            let message = read(format!("txn_id=5&test_ipn=1&charset={charset}").as_bytes());
            let names: Vec<_> = message.fields.iter().map(|field| &*field.name).collect();
            assert_eq!(names, ["txn_id", "test_ipn", "charset"], "{charset}");
            assert!(message.is_test && message.charset.is_known, "{charset}");
        }
    }

    #[test]
    fn what_is_not_percent_encoding_survives() {
        for (body, value) in [
            ("a=%u00e9%uD83D%uDE00", "%u00e9%uD83D%uDE00"),
            ("a=100%&b", "100%"),
            ("a=%zz%4", "%zz%4"),
            ("a=%%41", "%A"),
            ("a=%00%01\0", "\0\u{1}\0"),
        ] {
            assert_eq!(read(body.as_bytes()).get("a"), Some(value), "{body}");
        }
    }

    #[test]
    fn a_test_message_is_recognised() {
        for (body, expected) in [
            ("test_ipn=1", true),
            ("%74est_ipn=%31", true),
            ("test_ipn=0&test_ipn=1", true),
            ("test_ipn=1+", true),
            ("test_ipn=0", false),
            ("test_ipn=", false),
            ("custom=test_ipn%3D1", false),
            ("", false),
        ] {
            assert_eq!(read(body.as_bytes()).is_test, expected, "{body}");
        }
    }

    #[test]
    fn there_is_an_end_to_fields_and_bytes() {
        let fields = |count: usize| vec!["a=1"; count].join("&");
        assert_eq!(read(fields(MAX_FIELDS).as_bytes()).fields.len(), MAX_FIELDS);
        assert!(Message::read(fields(MAX_FIELDS + 1).as_bytes()).is_err());
        // Separators alone are no fields.
        assert_eq!(read("&".repeat(MAX_BYTES).as_bytes()).fields.len(), 0);
        assert_eq!(read(&vec![b'a'; MAX_BYTES]).fields.len(), 1);
        assert!(Message::read(&vec![b'a'; MAX_BYTES + 1]).is_err());
    }
}
