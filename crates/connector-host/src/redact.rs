//! Redaction: replaces the secrets that the host knows, in text that leaves the host or reaches the guest.

mod escapes;
mod outcome;

use std::{borrow::Cow, cmp::Reverse, collections::BTreeMap, ops::Range};

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use base64::{
    Engine as _,
    prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::secret::Secret;

use escapes::{Layer, WIDEST, WIDEST_CHARACTER};

/// Replaces a secret that has no placeholder.
pub(crate) const REDACTED: &str = "[redacted]";

/// The shortest secret to search for, in bytes. A shorter one would match ordinary words; PayPal's tokens and client
/// secrets have 80 bytes and more.
const SHORTEST: usize = 8;

/// How much is searched at a time, in bytes: removing escapes takes many times as much memory.
const WINDOW: usize = 64 * 1024;

/// Finds secrets in text, plain, percent-encoded and in base64, and replaces them. It finds them under JSON escapes
/// too, as a JSON parser would read `\u002B` as `+`. Every other byte is left unchanged.
///
/// It also finds a secret in the middle of base64, like the client secret in `Authorization: Basic`. A secret can fall
/// into groups of three bytes in three ways; for each, it searches for the characters that depend on the secret alone.
#[derive(Debug, Default)]
pub(crate) struct Redactor {
    /// `None` if there is nothing to search for.
    search: Option<AhoCorasick>,
    /// By pattern number.
    replacements: Vec<String>,
    /// The length of the longest pattern, in bytes.
    longest: usize,
}

impl Redactor {
    /// Creates a redactor for secrets, each with its replacement.
    pub(crate) fn new<'a>(secrets: impl IntoIterator<Item = (&'a Secret, &'a str)>) -> Self {
        let mut patterns: BTreeMap<String, &str> = BTreeMap::new();
        for (secret, replacement) in secrets.into_iter().filter(|(secret, _)| secret.expose().len() >= SHORTEST) {
            for form in forms(secret.expose()) {
                patterns.entry(form).or_insert(replacement);
            }
        }
        // If a pattern contains another, the longer one counts.
        let mut patterns: Vec<_> = patterns.into_iter().collect();
        patterns.sort_by_key(|(pattern, _)| Reverse(pattern.len()));
        let mut builder = AhoCorasick::builder();
        builder.match_kind(MatchKind::LeftmostFirst).kind(Some(AhoCorasickKind::ContiguousNFA));
        Self {
            longest: patterns.first().map_or(0, |(pattern, _)| pattern.len()),
            search: match &*patterns {
                [] => None,
                // It fails only for gigabytes of patterns.
                patterns => builder.build(patterns.iter().map(|(pattern, _)| pattern)).ok(),
            },
            replacements: patterns.into_iter().map(|(_, replacement)| replacement.to_owned()).collect(),
        }
    }

    /// Returns whether there is nothing to search for.
    pub(crate) fn is_idle(&self) -> bool {
        self.search.is_none()
    }

    /// Appends redacted bytes to `shown`, and returns how many of `bytes` are done. The rest may be the beginning of a
    /// secret: pass it again, followed by more. If `last`, there is no rest.
    pub(crate) fn show(&self, bytes: &[u8], last: bool, shown: &mut Vec<u8>) -> usize {
        let (mut position, window) = (0, 2 * WINDOW + self.held_back());
        while bytes.len() - position > window {
            position += self.show_window(&bytes[position..position + window], false, shown);
        }
        position + self.show_window(&bytes[position..], last, shown)
    }

    fn show_window(&self, bytes: &[u8], last: bool, shown: &mut Vec<u8>) -> usize {
        let (found, until) = if is_escaped(bytes) {
            // Wait for more: small parts would be searched again and again.
            if !last && bytes.len() < WINDOW + self.held_back() {
                return 0;
            }
            self.find_escaped(bytes, if last { 0 } else { self.held_back() })
        } else {
            let held_back = if last { 0 } else { self.longest.saturating_sub(1) };
            (self.find(bytes).collect(), bytes.len().saturating_sub(held_back))
        };
        let mut position = 0;
        for (range, replacement) in found.into_iter().take_while(|(range, _)| range.start < until) {
            if position <= range.start {
                shown.extend_from_slice(&bytes[position..range.start]);
                shown.extend_from_slice(replacement.as_bytes());
            }
            position = position.max(range.end);
        }
        let end = position.max(until);
        shown.extend_from_slice(&bytes[position..end]);
        end
    }

    /// Returns how many bytes at the end of a part with escapes may be the beginning of a secret or an escape.
    fn held_back(&self) -> usize {
        self.longest * WIDEST + WIDEST_CHARACTER
    }

    /// Finds the secrets and their replacements.
    fn find(&self, bytes: &[u8]) -> impl Iterator<Item = (Range<usize>, &str)> {
        let replacement = |pattern: usize| self.replacements.get(pattern).map_or(REDACTED, String::as_str);
        let found = self.search.iter().flat_map(move |search| search.find_iter(bytes));
        found.map(move |found| (found.range(), replacement(found.pattern().as_usize())))
    }

    /// Finds the secrets under escapes too. The ranges do not cut an escape of the first level. Also returns up to
    /// where this is complete.
    fn find_escaped(&self, bytes: &[u8], held_back: usize) -> (Vec<(Range<usize>, &str)>, usize) {
        let layers = Layer::all(bytes);
        let (Some(text), Some(deepest)) = (layers.get(1), layers.last()) else {
            return (self.find(bytes).collect(), bytes.len());
        };
        let mut found: Vec<_> = layers
            .iter()
            .flat_map(|layer| {
                let origin = |range| text.whole(layer.origin(range));
                self.find(&layer.bytes).map(move |(range, replacement)| (origin(range), replacement))
            })
            .collect();
        found.sort_by_key(|(range, _)| (range.start, Reverse(range.end)));
        let until = bytes.len().saturating_sub(held_back);
        (found, if held_back == 0 { until } else { deepest.whole(until..until + 1).start })
    }

    /// Returns whether bytes contain no secret.
    pub(crate) fn is_clean(&self, bytes: &[u8]) -> bool {
        matches!(self.bytes(bytes), Cow::Borrowed(_))
    }

    /// Returns bytes with the secrets replaced.
    pub(crate) fn bytes<'a>(&self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        if self.is_idle() || (!is_escaped(bytes) && self.find(bytes).next().is_none()) {
            return Cow::Borrowed(bytes);
        }
        let mut shown = Vec::with_capacity(bytes.len());
        self.show(bytes, true, &mut shown);
        if shown == bytes { Cow::Borrowed(bytes) } else { Cow::Owned(shown) }
    }

    /// Returns text with the secrets replaced.
    pub(crate) fn text(&self, text: String) -> String {
        match self.bytes(text.as_bytes()) {
            Cow::Borrowed(_) => text,
            // Secrets and replacements begin and end at character boundaries.
            Cow::Owned(shown) => String::from_utf8_lossy(&shown).into_owned(),
        }
    }
}

/// Returns whether bytes may contain escapes.
fn is_escaped(bytes: &[u8]) -> bool {
    memchr::memchr(b'\\', bytes).is_some()
}

/// Returns the forms of a secret, except escapes.
fn forms(secret: &str) -> Vec<String> {
    let mut forms = vec![secret.to_owned(), BASE64_STANDARD.encode(secret)];
    for (shift, kept) in [(0, 0), (1, 2), (2, 3)] {
        // The first characters depend on the bytes in front, the last ones on those that follow.
        let shifted = [&[0; 2][..shift], secret.as_bytes()].concat();
        let whole = shifted.len() / 3 * 3;
        forms.extend([&BASE64_STANDARD_NO_PAD, &BASE64_URL_SAFE_NO_PAD].map(|alphabet| {
            let mut text = alphabet.encode(&shifted[..whole]);
            text.split_off(kept.min(text.len()))
        }));
    }
    let encoded: Vec<String> = forms
        .iter()
        .flat_map(|form| {
            let upper = utf8_percent_encode(form, NON_ALPHANUMERIC).to_string();
            let unreserved = const { &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~') };
            let usual = utf8_percent_encode(form, unreserved).to_string();
            [lower(&upper), lower(&usual), upper, usual]
        })
        .collect();
    forms.extend(encoded);
    forms.retain(|form| form.len() >= SHORTEST);
    forms
}

/// Returns percent-encoded text with lower-case hexadecimal digits.
fn lower(encoded: &str) -> String {
    let mut parts = encoded.split('%');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (digits, rest) = part.split_at(part.len().min(2));
        text.extend(["%", &digits.to_lowercase(), rest]);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "A21AA-to_ken/with+all~of.it";

    fn redactor() -> Redactor {
        let (token, secret) = (Secret::new(TOKEN.to_owned()), Secret::new("the-client-secret".to_owned()));
        Redactor::new([(&token, "host-token-1"), (&secret, REDACTED)])
    }

    fn text(text: &str) -> String {
        redactor().text(text.to_owned())
    }

    #[test]
    fn a_secret_is_replaced_in_whatever_form_it_is() {
        assert_eq!(text(&format!("a {TOKEN} b {TOKEN}")), "a host-token-1 b host-token-1");
        assert_eq!(text("the-client-secret"), "[redacted]");
        for form in [
            "A21AA-to_ken%2Fwith%2Ball~of.it",
            "A21AA-to_ken%2fwith%2ball~of.it",
            "A21AA%2Dto%5Fken%2Fwith%2Ball%7Eof%2Eit",
            "A21AA-to_ken\\/with+all~of.it",
        ] {
            assert_eq!(text(form), "host-token-1", "{form}");
        }
        for encoded in [BASE64_STANDARD.encode(TOKEN), BASE64_URL_SAFE_NO_PAD.encode(TOKEN)] {
            assert!(text(&encoded).starts_with("host-token-1"), "{encoded}");
        }
        // Text without a secret is unchanged.
        for clean in ["", "A21AA", "the-client-secre", "host-token-1"] {
            assert_eq!(text(clean), clean);
        }
    }

    #[test]
    fn base64_is_found_wherever_the_secret_is_in_it() {
        for before in ["", "i", "id", "id:", "Bearer ", "a client's id:"] {
            for after in ["", ":", " x", "\n\n\n"] {
                let encoded = BASE64_STANDARD.encode(format!("{before}the-client-secret{after}"));
                let shown = text(&encoded);
                assert!(shown.contains(REDACTED), "{before}|{after}: {shown}");
                // Only those of the secret's 17 bytes are left that share a character with their neighbours, or a group
                // that something else completes.
                let left = shown.replace(REDACTED, "").len();
                assert!(left <= encoded.len() - 18, "{before}|{after}: {shown}");
            }
        }
    }

    #[test]
    fn pieces_are_shown_as_the_whole_would_be() {
        let plain =
            format!("{{\"token\": \"{TOKEN}\", \"again\": \"{TOKEN}{TOKEN}\", \"secret\": \"the-client-secret\"}}");
        let escaped = format!("{plain}{}{}", "\\n-x\\u00e9".repeat(20), escape(TOKEN));
        for whole in [&plain, &escaped] {
            let expected = text(whole);
            for size in 1..whole.len() {
                assert_eq!(String::from_utf8(in_pieces(whole.as_bytes(), size)).unwrap(), expected, "{size}");
            }
        }
    }

    /// Redacts bytes that come in parts.
    fn in_pieces(whole: &[u8], size: usize) -> Vec<u8> {
        let (redactor, mut held, mut shown) = (redactor(), Vec::new(), Vec::new());
        for piece in whole.chunks(size) {
            held.extend_from_slice(piece);
            let end = redactor.show(&held, false, &mut shown);
            held.drain(..end);
        }
        redactor.show(&held, true, &mut shown);
        shown
    }

    /// Escapes every character of a text, as JSON allows.
    fn escape(text: &str) -> String {
        text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect()
    }

    #[test]
    fn a_secret_is_replaced_under_whatever_escapes_it_is() {
        let quoted = |text: &str| serde_json::to_string(text).unwrap();
        let within = |text: &str| quoted(text).trim_matches('"').to_owned();
        for form in [
            "A21AA-to_ken\\/with+all~of.it".to_owned(),
            "A21AA-to_ken/with\\u002Ball~of.it".to_owned(),
            "\\u004121AA-to_ken\\/with\\u002ball~of.i\\u0074".to_owned(),
            // Percent-encoded, and then escaped.
            "A21AA-to_ken\\u00252Fwith%2Ball~of.it".to_owned(),
            escape(TOKEN),
            escape(&utf8_percent_encode(TOKEN, NON_ALPHANUMERIC).to_string()),
            // A document in a string of another one.
            within("A21AA-to_ken\\/with\\u002Ball~of.it"),
            escape(&escape(TOKEN)),
        ] {
            let document = format!("{{\"é\\n\": \"\\ud83d Bearer {form}\\\"\", \"{form}\": 1.50 }}");
            let expected = "{\"é\\n\": \"\\ud83d Bearer host-token-1\\\"\", \"host-token-1\": 1.50 }";
            assert_eq!(text(&document), expected, "{form}");
        }
        // With a quotation mark, a backslash and a surrogate pair.
        let odd = Secret::new("a \"secret\" with \\ and 😀".to_owned());
        for form in [quoted(odd.expose()), format!("\"{}\"", escape(odd.expose())), quoted(&quoted(odd.expose()))] {
            let shown = Redactor::new([(&odd, REDACTED)]).text(form.clone());
            assert!(shown.contains(REDACTED) && !shown.contains("ecret") && !shown.contains("0063"), "{form}: {shown}");
            serde_json::from_str::<String>(&shown).unwrap();
        }
        // Invalid JSON, and a secret that begins within an escape.
        assert_eq!(text(&format!("\\u{TOKEN} \"{}", escape(TOKEN))), "host-token-1 \"host-token-1");
        assert_eq!(text("\\\\the-client-secret"), "\\\\[redacted]");
        assert_eq!(text("\"\\the-client-secret"), "\"[redacted]");
        // Text without a secret is unchanged, whatever its length.
        for clean in ["\\u00e9\\n\\/\\ud83d\\".repeat(20_000), format!("{} {}", &TOKEN[..20], "\\n")] {
            assert_eq!(text(&clean), clean);
        }
    }

    #[test]
    fn a_secret_is_found_wherever_it_is_in_a_long_text() {
        let (form, length) = (escape(TOKEN), 3 * WINDOW);
        for at in (0..length).step_by(1237) {
            let (before, after) = ("\\u00e9".repeat(at / 6), "\\n".repeat((length - at) / 2));
            let expected = format!("{before}host-token-1{after}");
            assert_eq!(text(&format!("{before}{form}{after}")), expected, "{at}");
        }
    }

    #[test]
    fn what_is_too_short_to_tell_is_not_looked_for() {
        let short = Secret::new("x".to_owned());
        assert_eq!(Redactor::new([(&short, REDACTED)]).text("six".to_owned()), "six");
        assert_eq!(Redactor::default().text("six".to_owned()), "six");
        assert!(Redactor::default().is_idle());
    }
}
