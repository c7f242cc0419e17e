//! The accounts whose IPN messages are received.

use super::list;

/// What an account is, of which there is this one definition.
#[path = "../../../../host-test/src/listen/account.rs"]
#[allow(dead_code, unreachable_pub, reason = "host-test's")]
mod account;

/// Returns the accounts of a text, each once.
///
/// # Errors
/// If one is none, or there are too many: what is expected.
pub(super) fn read(text: &str) -> Result<Vec<String>, String> {
    let receivers = list::read(text, account::is_account).filter(|it| it.len() <= account::MAX_RECEIVERS);
    receivers.ok_or_else(|| {
        let (most, each) = (account::MAX_RECEIVERS, account::EXPECTED_ACCOUNT);
        format!("must be at most {most} accounts with spaces or commas between them, each {each}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_separated_by_spaces_or_commas() {
        assert_eq!(read(""), Ok(Vec::new()));
        let expected = ["WDJJHEBZ4X2LY", "Shop@example.com"].map(str::to_owned);
        assert_eq!(read("WDJJHEBZ4X2LY, Shop@example.com\r\nWDJJHEBZ4X2LY,"), Ok(expected.to_vec()));
    }

    #[test]
    fn anything_else_is_refused() {
        let addresses = |count: usize| (0..count).map(|it| format!("a{it}@example.com ")).collect::<String>();
        assert_eq!(read(&addresses(10)).unwrap().len(), 10);
        for text in ["*", "wdjjhebz4x2ly", "WDJJHEBZ4X2LY;a@b", "a@", &addresses(11)] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
