//! The key of a message, which is the same when PayPal sends it again.

use super::{mass_payment, message::Message};
use crate::base::checksum::CRC_32;

/// The longest part of a key: PayPal's ids have 17 to 20 characters.
const MAX_PART: usize = 64;

/// The key of a message: the same for repeats, of which PayPal sends up to 15, and another one if something has
/// changed.
///
/// | message | key |
/// | --- | --- |
/// | a mass payment | the first payment's `masspay_txn_id`, `payment_status`, and a checksum over the ids and the states of all payments, any of which can change |
/// | one with `txn_id` and `payment_status` | both: the same payment is first `Pending`, then `Completed` |
/// | a case, such as a chargeback, without a payment status | `case_id`, and `txn_type` or else `case_type` |
/// | another one with `txn_id` | `txn_id` and `txn_type` |
/// | one of a subscription, which may come again next month | `ipn_track_id`, and `payment_status` or else `txn_type` |
///
/// Returns `None` if these fields are missing, or have characters that PayPal's ids do not.
#[must_use]
pub(crate) fn dedupe_key(message: &Message) -> Option<String> {
    let part = |name| message.get(name).filter(|value| is_part(value));
    let payment_status = part("payment_status");
    let payments = mass_payment::ids_and_states(message);
    if let [(first, _), ..] = *payments
        && is_part(first)
    {
        return Some(format!("{first}:{}:{:08x}", payment_status.unwrap_or_default(), checksum(&payments)));
    }
    let txn_type = part("txn_type");
    let (id, state) = match (part("txn_id"), payment_status, part("case_id")) {
        (Some(id), Some(status), _) => (id, status),
        (_, None, Some(case)) => (case, txn_type.or(part("case_type")).unwrap_or_default()),
        (Some(id), None, None) => (id, txn_type.unwrap_or_default()),
        (None, Some(status), Some(case)) => (case, status),
        (None, status, None) => (part("ipn_track_id")?, status.or(txn_type).unwrap_or_default()),
    };
    Some(format!("{id}:{state}"))
}

/// Whether a text can be the key of a message: an id, a status or type, and a mass payment's checksum.
#[must_use]
pub(crate) fn is_key(key: &str) -> bool {
    let mut parts = key.split(':');
    let is_or_lacks = |part: &str| part.is_empty() || is_part(part);
    parts.next().is_some_and(is_part)
        && parts.next().is_some_and(is_or_lacks)
        && parts.next().is_none_or(|checksum| checksum.len() == 8 && is_part(checksum))
        && parts.next().is_none()
}

/// A checksum of the ids and states of a mass payment's payments.
fn checksum(payments: &[(&str, &str)]) -> u32 {
    let mut digest = CRC_32.digest();
    for (id, state) in payments {
        for text in [id, state] {
            digest.update(text.as_bytes());
            digest.update(b"\n");
        }
    }
    digest.finalize()
}

/// Whether a text can be an id or a status of PayPal's. A colon is excluded, since it separates the parts of a key.
fn is_part(value: &str) -> bool {
    let is_in = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (1..=MAX_PART).contains(&value.len()) && value.bytes().all(is_in)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(body: &str) -> Option<String> {
        dedupe_key(&Message::read(body.as_bytes()).unwrap_or_else(|_| panic!("too large")))
    }

    #[test]
    fn a_message_has_the_key_of_what_it_is_about() {
        for (body, expected) in [
            ("txn_id=9AB&payment_status=Pending&txn_type=web_accept", Some("9AB:Pending")),
            ("txn_id=9AB&payment_status=Completed&ipn_track_id=f00d", Some("9AB:Completed")),
            // A chargeback with its reversal, and without.
            ("txn_id=9AB&payment_status=Reversed&case_id=PP-001&case_type=chargeback", Some("9AB:Reversed")),
            ("case_id=PP-001&case_type=chargeback&reason_code=non_receipt", Some("PP-001:chargeback")),
            ("case_id=PP-001&case_type=chargeback&payment_status=Reversed", Some("PP-001:Reversed")),
            ("case_id=PP-001&txn_type=new_case&txn_id=9AB&case_type=dispute", Some("PP-001:new_case")),
            ("case_id=PP-001", Some("PP-001:")),
            ("txn_id=9AB&txn_type=adjustment", Some("9AB:adjustment")),
            ("txn_id=9AB", Some("9AB:")),
            ("txn_type=subscr_signup&subscr_id=I-1&ipn_track_id=f00d", Some("f00d:subscr_signup")),
            ("txn_type=subscr_signup&subscr_id=I-1", None),
            ("payment_status=Completed", None),
            ("txn_id=&payment_status=Completed", None),
            ("", None),
        ] {
            assert_eq!(key(body).as_deref(), expected, "{body}");
            assert!(expected.is_none_or(is_key), "{body}");
        }
    }

    #[test]
    fn invalid_ids_make_no_key() {
        for id in ["a%3Ab", "a+b", "%00", "%C3%A9", "a%0Ab", &"x".repeat(65)] {
            assert_eq!(key(&format!("txn_id={id}&payment_status=Completed")), None, "{id}");
        }
        assert_eq!(key("txn_id=9AB&payment_status=a%3Ab").as_deref(), Some("9AB:"));
    }

    #[test]
    fn invalid_keys_are_refused() {
        for text in
            ["", ":", "9AB", ":Completed", "9 AB:Completed", "9AB:Completed:f00d", "9AB:a:00000000:b", "9AB:\u{e9}"]
        {
            assert!(!is_key(text), "{text}");
        }
    }

    #[test]
    fn a_mass_payment_has_another_key_once_a_payment_has_another_status() {
        let batch = |status: &str, second: &str| {
            key(&format!(
                "txn_type=masspay&payment_status={status}&masspay_txn_id_2=TWO&status_2={second}&masspay_txn_id_1=ONE&\
                 status_1=Completed"
            ))
            .unwrap()
        };
        let processed = batch("Processed", "Unclaimed");
        assert!(processed.starts_with("ONE:Processed:"), "{processed}");
        assert_eq!(processed, batch("Processed", "Unclaimed"));
        let keys =
            [processed, batch("Completed", "Completed"), batch("Processed", "Completed"), batch("Processed", "")];
        for (index, key) in keys.iter().enumerate() {
            assert!(is_key(key), "{key}");
            assert!(!keys[..index].contains(key), "{key}");
        }
        // The order of the fields does not count.
        let one = key("txn_type=masspay&masspay_txn_id_1=A&masspay_txn_id_2=B&status_1=x");
        assert_eq!(one, key("status_1=x&masspay_txn_id_2=B&txn_type=masspay&masspay_txn_id_1=A"));
        let denied = "txn_type=masspay&payment_status=Denied&ipn_track_id=f00d&mc_gross_1=1.00";
        assert_eq!(key(denied).as_deref(), Some("f00d:Denied"));
    }
}
