//! The accounts whose IPN messages a connection receives.

use crate::{
    listen::{EXPECTED_ACCOUNT, MAX_RECEIVERS, is_account},
    serve::violation::Violation,
};

/// The member's name.
const FIELD: &str = "ipn_receivers";

/// Returns what is wrong with a list.
pub(super) fn wrong(receivers: &[String]) -> Vec<Violation> {
    if !(1..=MAX_RECEIVERS).contains(&receivers.len()) {
        return vec![Violation::invalid(FIELD, format!("expected 1 to {MAX_RECEIVERS} accounts, or null for none"))];
    }
    let wrong = receivers.iter().enumerate().filter(|(_, it)| !is_account(it));
    wrong
        .map(|(index, _)| Violation::invalid(format!("{FIELD}/{index}"), format!("expected {EXPECTED_ACCOUNT}")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_told_by_its_place() {
        let wrong = |receivers: &[&str]| {
            let receivers: Vec<String> = receivers.iter().map(|it| (*it).to_owned()).collect();
            wrong(&receivers).into_iter().map(|it| it.field.into_owned()).collect::<Vec<_>>()
        };
        assert_eq!(wrong(&["WDJJHEBZ4X2LY", "Shop@example.com"]), [""; 0]);
        assert_eq!(wrong(&["a@b"; 10]), [""; 0]);
        assert_eq!(wrong(&["a@b"; 11]), ["ipn_receivers"]);
        assert_eq!(wrong(&[]), ["ipn_receivers"]);
        assert_eq!(wrong(&["wdjjhebz4x2ly", "a@b", "a@"]), ["ipn_receivers/0", "ipn_receivers/2"]);
    }
}
