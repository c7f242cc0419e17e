//! Credits, whatever message they are from: their numbers have the sign of their direction, and their keys are PayPal's ids.

use crate::paypal::credit::{Counted, Credit, Direction, is_currency, is_transaction, signed};

pub(super) fn check(payments: &[Counted]) {
    for payment in payments {
        match payment {
            Ok(credit) => check_credit(credit),
            Err(uncounted) => assert!(uncounted.transaction.is_none_or(is_transaction), "{:?}", uncounted.transaction),
        }
    }
}

fn check_credit(credit: &Credit) {
    assert!(is_transaction(credit.transaction) && credit.parent.is_none_or(is_transaction));
    assert_ne!(credit.parent, Some(credit.transaction));
    assert!(is_currency(credit.currency), "{:?}", credit.currency);
    let is_out = credit.direction == Direction::Out;
    assert!(credit.gross.is_zero() || credit.gross.is_sign_negative() == is_out, "{}", credit.gross);
    assert!(!credit.net.is_some_and(|net| net.is_zero() && net.is_sign_negative()), "a zero has no sign");
    assert_eq!(signed(&credit.gross.to_string()), Some(credit.gross), "it is read as it is written");
    for name in credit.other_party().names() {
        assert!(!name.is_empty() && !name.contains(char::is_whitespace), "{name:?}");
    }
}
