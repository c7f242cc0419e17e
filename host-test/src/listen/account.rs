//! An account of PayPal's, as its IPN messages name a receiver. The provider adapter has this file as a module too.

/// The most receivers that `ipn.receive` takes.
pub const MAX_RECEIVERS: usize = 10;

/// The longest e-mail address, in bytes (RFC 5321).
const EMAIL: usize = 254;

/// The length of a merchant's id.
const ID: usize = 13;

/// Says what [`is_account`] expects.
pub const EXPECTED_ACCOUNT: &str =
    "a merchant's id of 13 capital letters and digits, or an e-mail address of at most 254 characters";

/// Whether a text is a merchant's id or an e-mail address. An id is compared as it is, so that one in lower case would never fit.
#[must_use]
pub fn is_account(text: &str) -> bool {
    is_id(text) || is_email(text)
}

fn is_id(text: &str) -> bool {
    text.len() == ID && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// Two addresses in one would never fit either.
fn is_email(text: &str) -> bool {
    let is_pair = |(name, host): (&str, &str)| !name.is_empty() && !host.is_empty() && !host.contains('@');
    let separates = |it: char| it.is_whitespace() || it.is_control() || matches!(it, ',' | ';');
    text.split_once('@').is_some_and(is_pair) && text.len() <= EMAIL && !text.contains(separates)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_an_id_or_an_address() {
        let longest = format!("{}@example.com", "x".repeat(242));
        for text in ["WDJJHEBZ4X2LY", "Shop@example.com", "a@b", &longest] {
            assert!(is_account(text), "{text}");
        }
        for text in [
            "",
            "wdjjhebz4x2ly",
            "WDJJHEBZ4X2L",
            "a@",
            "@b",
            "a b@c",
            "a@b\n",
            "a@b;c",
            "a,b@c",
            "a@b@c",
            &format!("x{longest}"),
        ] {
            assert!(!is_account(text), "{text}");
        }
    }

    #[test]
    fn what_is_expected_is_said_with_its_limits() {
        assert!(EXPECTED_ACCOUNT.contains(&format!("id of {ID} ")));
        assert!(EXPECTED_ACCOUNT.contains(&format!("at most {EMAIL} ")));
    }
}
