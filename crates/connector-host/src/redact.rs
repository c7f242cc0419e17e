//! What the host knows to be secret is replaced wherever text leaves it, and before the guest sees it.

use std::{borrow::Cow, collections::BTreeMap, ops::Range};

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use base64::{
    Engine as _,
    prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::secret::Secret;

/// What stands in the place of a secret that has no placeholder.
pub(crate) const REDACTED: &str = "[redacted]";

/// The shortest secret that is looked for, in bytes. A shorter one would be found in words that have nothing to do with it;
/// PayPal's tokens and client secrets have 80 and more.
const SHORTEST: usize = 8;

/// Finds secrets in text, as they are, percent-encoded and in base64, and puts something else in their place.
///
/// Base64 is found also where the secret is in the midst of what was encoded, as the client secret is in
/// `Authorization: Basic`: of the three ways in which its bytes can fall into groups, the characters that depend on nothing
/// else.
#[derive(Debug, Default)]
pub(crate) struct Redactor {
    /// None where there is nothing to look for.
    search: Option<AhoCorasick>,
    /// By the number of the pattern.
    replacements: Vec<String>,
    /// The length of the longest pattern, in bytes.
    longest: usize,
}

impl Redactor {
    /// Looks for secrets, each with what replaces it.
    pub(crate) fn new<'a>(secrets: impl IntoIterator<Item = (&'a Secret, &'a str)>) -> Self {
        let mut patterns: BTreeMap<String, &str> = BTreeMap::new();
        for (secret, replacement) in secrets.into_iter().filter(|(secret, _)| secret.expose().len() >= SHORTEST) {
            for form in forms(secret.expose()) {
                patterns.entry(form).or_insert(replacement);
            }
        }
        // Where one is part of another the longer one counts.
        let mut patterns: Vec<_> = patterns.into_iter().collect();
        patterns.sort_by_key(|(pattern, _)| std::cmp::Reverse(pattern.len()));
        let mut builder = AhoCorasick::builder();
        builder.match_kind(MatchKind::LeftmostFirst).kind(Some(AhoCorasickKind::ContiguousNFA));
        Self {
            longest: patterns.first().map_or(0, |(pattern, _)| pattern.len()),
            search: match &*patterns {
                [] => None,
                // It fails only where there are gigabytes of patterns.
                patterns => builder.build(patterns.iter().map(|(pattern, _)| pattern)).ok(),
            },
            replacements: patterns.into_iter().map(|(_, replacement)| replacement.to_owned()).collect(),
        }
    }

    /// The first secret at or after a position: where it is, and what takes its place.
    fn find(&self, bytes: &[u8], from: usize) -> Option<(Range<usize>, &str)> {
        let found = self.search.as_ref()?.find(aho_corasick::Input::new(bytes).range(from..))?;
        Some((found.range(), self.replacements.get(found.pattern().as_usize()).map_or(REDACTED, String::as_str)))
    }

    /// How many bytes at the end of a piece may be the beginning of a secret that the next piece ends.
    pub(crate) fn overlap(&self) -> usize {
        self.longest.saturating_sub(1)
    }

    /// Puts what is to be shown of the first bytes at the end of `shown`, and returns how many bytes that was. What begins
    /// before `until` is shown whole: bytes may be left over, and more may be shown than `until`.
    pub(crate) fn show(&self, bytes: &[u8], until: usize, shown: &mut Vec<u8>) -> usize {
        let mut position = 0;
        while let Some((range, replacement)) = self.find(bytes, position).filter(|(range, _)| range.start < until) {
            shown.extend_from_slice(&bytes[position..range.start]);
            shown.extend_from_slice(replacement.as_bytes());
            position = range.end;
        }
        let end = position.max(until);
        shown.extend_from_slice(&bytes[position..end]);
        end
    }

    /// Whether there is no secret in some bytes.
    pub(crate) fn is_clean(&self, bytes: &[u8]) -> bool {
        self.find(bytes, 0).is_none()
    }

    /// Bytes with the secrets replaced.
    pub(crate) fn bytes<'a>(&self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        if self.is_clean(bytes) {
            return Cow::Borrowed(bytes);
        }
        let mut shown = Vec::with_capacity(bytes.len());
        self.show(bytes, bytes.len(), &mut shown);
        Cow::Owned(shown)
    }

    /// A text with the secrets replaced.
    pub(crate) fn text(&self, text: String) -> String {
        match self.bytes(text.as_bytes()) {
            Cow::Borrowed(_) => text,
            // A secret begins and ends with a whole character, and so does what replaces it.
            Cow::Owned(shown) => String::from_utf8_lossy(&shown).into_owned(),
        }
    }
}

/// The forms in which a secret can be met.
fn forms(secret: &str) -> Vec<String> {
    let mut forms = vec![secret.to_owned(), BASE64_STANDARD.encode(secret)];
    for (shift, kept) in [(0, 0), (1, 2), (2, 3)] {
        // What is in front decides on the first characters, and what follows on the last ones.
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
        // In JSON a slash may be escaped.
        .chain([secret.replace('/', "\\/")])
        .collect();
    forms.extend(encoded);
    forms.retain(|form| form.len() >= SHORTEST);
    forms
}

/// Percent-encoded text with its hexadecimal digits in lower case.
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
        // What has nothing secret is left as it is.
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
                // Of the secret's 17 bytes no more is left than what shares a character with its neighbours, or a group
                // that something else ends.
                let left = shown.replace(REDACTED, "").len();
                assert!(left <= encoded.len() - 18, "{before}|{after}: {shown}");
            }
        }
    }

    #[test]
    fn pieces_are_shown_as_the_whole_would_be() {
        let redactor = redactor();
        let whole =
            format!("{{\"token\": \"{TOKEN}\", \"again\": \"{TOKEN}{TOKEN}\", \"secret\": \"the-client-secret\"}}");
        let expected = text(&whole);
        for size in 1..whole.len() {
            let (mut held, mut shown) = (Vec::new(), Vec::new());
            for piece in whole.as_bytes().chunks(size) {
                held.extend_from_slice(piece);
                let until = held.len().saturating_sub(redactor.overlap());
                let end = redactor.show(&held, until, &mut shown);
                held.drain(..end);
            }
            redactor.show(&held, held.len(), &mut shown);
            assert_eq!(String::from_utf8(shown).unwrap(), expected, "{size}");
        }
    }

    #[test]
    fn what_is_too_short_to_tell_is_not_looked_for() {
        let short = Secret::new("x".to_owned());
        assert_eq!(Redactor::new([(&short, REDACTED)]).text("six".to_owned()), "six");
        assert_eq!(Redactor::default().text("six".to_owned()), "six");
        assert_eq!(Redactor::default().overlap(), 0);
    }
}
