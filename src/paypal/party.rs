//! A party of a payment: the account on one of its sides.

use super::kind::is_id;

/// The longest e-mail address that is used as a name: RFC 5321 allows 254 characters.
const MAX_EMAIL: usize = 254;

/// Who pays, or who is paid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Party<'a> {
    /// PayPal's id of the account: `payer_id`, or a merchant's id.
    pub(crate) id: Option<&'a str>,
    /// Its e-mail address, as written.
    pub(crate) email: Option<&'a str>,
}

impl<'a> Party<'a> {
    /// A party of which the texts are known that can be an id and an e-mail address.
    pub(crate) fn new(id: Option<&'a str>, email: Option<&'a str>) -> Self {
        Self {
            // An `@` would make it another party's address.
            id: id.filter(|id| is_id(id) && !id.contains('@')),
            email: email.filter(|email| normalized(email).is_some()),
        }
    }

    /// Its names, by which its payments are found: the id, and the normalised e-mail address.
    pub(crate) fn names(&self) -> impl Iterator<Item = String> {
        self.id.map(str::to_owned).into_iter().chain(self.email.and_then(normalized))
    }

    /// Whether an id or an e-mail address is this party's.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.names().any(|own| Some(&own) == Self::name(name).as_ref())
    }

    /// An id or an e-mail address as a name. `None` if it can be neither.
    pub(crate) fn name(text: &str) -> Option<String> {
        let text = text.trim();
        if text.contains('@') { normalized(text) } else { Some(text.to_owned()).filter(|id| is_id(id)) }
    }
}

/// An e-mail address in lower case without spaces around it: PayPal's messages differ in both, and no two accounts have
/// addresses that differ in them only.
fn normalized(email: &str) -> Option<String> {
    let email = email.trim();
    let is_address = email.contains('@')
        && email.len() <= MAX_EMAIL
        && !email.contains(|it: char| it.is_whitespace() || it.is_control() || it == char::REPLACEMENT_CHARACTER);
    is_address.then(|| email.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_party_has_a_name_for_each_of_its_texts() {
        let names = |id, email| Party::new(id, email).names().collect::<Vec<_>>().join(" ");
        for (id, email, expected) in [
            (Some("LPLW"), Some("Ada@Example.COM "), "LPLW ada@example.com"),
            (Some("LPLW"), None, "LPLW"),
            (None, Some("ada@example.com"), "ada@example.com"),
            (Some(""), Some(""), ""),
            (Some("a b"), Some("ada"), ""),
            (Some("ada@example.com"), Some("a b@example.com"), ""),
            (None, Some("a\u{fffd}@example.com"), ""),
        ] {
            assert_eq!(names(id, email), expected);
        }
        assert_eq!(names(None, Some(&format!("{}@example.com", "x".repeat(243)))), "");
    }

    #[test]
    fn a_name_is_an_id_or_an_address_in_any_case() {
        let party = Party::new(Some("LPLW"), Some("ada@example.com"));
        for (name, expected) in
            [("LPLW", true), (" ADA@example.com", true), ("lplw", false), ("bob@example.com", false), ("", false)]
        {
            assert_eq!(party.is(name), expected, "{name}");
        }
        assert!(!Party::default().is("") && Party::name("").is_none() && Party::name("a b").is_none());
    }
}
