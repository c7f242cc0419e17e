//! Unescaping of JSON strings.

use std::borrow::Cow;

/// Unescapes a string, given as written, with its quotation marks. Half of a surrogate pair becomes U+FFFD.
pub(super) fn unescaped(written: &str) -> Cow<'_, str> {
    let inner = written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(written);
    if !inner.contains('\\') {
        return inner.into();
    }
    let mut said = String::with_capacity(inner.len());
    // Two adjacent `\uXXXX` escapes may be one character.
    let mut units: Vec<u16> = Vec::new();
    let mut rest = inner;
    while !rest.is_empty() {
        if let Some((unit, after)) = unit(rest) {
            units.push(unit);
            rest = after;
            continue;
        }
        flush(&mut units, &mut said);
        if let Some(escape) = rest.strip_prefix('\\') {
            let mut characters = escape.chars();
            said.extend(characters.next().map(meant));
            rest = characters.as_str();
        } else {
            let (plain, after) = rest.split_at(rest.find('\\').unwrap_or(rest.len()));
            said.push_str(plain);
            rest = after;
        }
    }
    flush(&mut units, &mut said);
    said.into()
}

/// The UTF-16 code unit of an escape at the beginning of a text, and the rest.
fn unit(text: &str) -> Option<(u16, &str)> {
    let (digits, after) = text.strip_prefix("\\u")?.split_at_checked(4)?;
    Some((u16::from_str_radix(digits, 16).ok()?, after))
}

fn flush(units: &mut Vec<u16>, said: &mut String) {
    said.extend(char::decode_utf16(units.drain(..)).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)));
}

fn meant(escape: char) -> char {
    match escape {
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::unescaped;

    #[test]
    fn a_string_says_what_its_escapes_mean() {
        for (written, said) in [
            (r#""""#, ""),
            (r#""a b""#, "a b"),
            (r#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"),
            (r#""x\u00e9\u20ACy""#, "x\u{e9}\u{20ac}y"),
            (r#""\ud83d\ude00!""#, "\u{1f600}!"),
            (r#""cut \ud83d""#, "cut \u{fffd}"),
            (r#""\ude00\ud83d\ud83d\ude00""#, "\u{fffd}\u{fffd}\u{1f600}"),
            (r#""\ud83d\n\ude00""#, "\u{fffd}\n\u{fffd}"),
            (r#""\\u0041""#, "\\u0041"),
        ] {
            assert_eq!(unescaped(written), said, "{written}");
        }
    }
}
