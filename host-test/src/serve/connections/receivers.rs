//! The accounts whose IPN messages a connection receives.

use crate::serve::violation::Violation;

/// The member's name.
const FIELD: &str = "ipn_receivers";

/// The most of them.
const MOST: usize = 10;

/// The longest e-mail address, in bytes (RFC 5321).
const EMAIL: usize = 254;

/// The length of a merchant's id.
const ID: usize = 13;

/// Returns what is wrong with a list.
pub(super) fn wrong(receivers: &[String]) -> Vec<Violation> {
    if !(1..=MOST).contains(&receivers.len()) {
        return vec![Violation::invalid(FIELD, format!("expected 1 to {MOST} accounts, or null for none"))];
    }
    let expected = format!(
        "expected a merchant's id of {ID} capital letters and digits, or an e-mail address of at most {EMAIL} characters"
    );
    let wrong = receivers.iter().enumerate().filter(|(_, it)| !is_id(it) && !is_email(it));
    wrong.map(|(index, _)| Violation::invalid(format!("{FIELD}/{index}"), &*expected)).collect()
}

/// An id is compared as it is, so that one in lower case would never fit.
fn is_id(text: &str) -> bool {
    text.len() == ID && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

fn is_email(text: &str) -> bool {
    let has_parts = text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
    has_parts && text.len() <= EMAIL && !text.contains(|it: char| it.is_whitespace() || it.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_an_id_or_an_address() {
        let wrong = |receivers: &[&str]| {
            let receivers: Vec<String> = receivers.iter().map(|it| (*it).to_owned()).collect();
            wrong(&receivers).into_iter().map(|it| it.field.into_owned()).collect::<Vec<_>>()
        };
        let longest = format!("{}@example.com", "x".repeat(242));
        assert_eq!(wrong(&["WDJJHEBZ4X2LY", "Shop@example.com", &longest]), [""; 0]);
        assert_eq!(wrong(&["a@b"; 10]), [""; 0]);
        assert_eq!(wrong(&["a@b"; 11]), ["ipn_receivers"]);
        assert_eq!(wrong(&[]), ["ipn_receivers"]);
        for text in ["", "wdjjhebz4x2ly", "WDJJHEBZ4X2L", "a@", "@b", "a b@c", "a@b\n", &format!("x{longest}")] {
            assert_eq!(wrong(&["a@b", text]), ["ipn_receivers/1"], "{text}");
        }
    }
}
