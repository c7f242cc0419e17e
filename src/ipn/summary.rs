//! The summary of a message in the reply.

use super::{
    mass_payment,
    message::{Field, Message},
};
use crate::base::document::Document;

/// The members, each with the field it is taken from.
/// <https://developer.paypal.com/api/nvp-soap/ipn/IPNandPDTVariables/>
const MEMBERS: [(&str, &str); 23] = [
    ("txn_type", "txn_type"),
    ("txn_id", "txn_id"),
    ("parent_txn_id", "parent_txn_id"),
    ("payment_status", "payment_status"),
    ("pending_reason", "pending_reason"),
    ("reason_code", "reason_code"),
    ("payment_date", "payment_date"),
    ("gross", "mc_gross"),
    ("fee", "mc_fee"),
    ("currency", "mc_currency"),
    ("payer_email", "payer_email"),
    ("payer_id", "payer_id"),
    ("receiver_email", "receiver_email"),
    ("receiver_id", "receiver_id"),
    ("business", "business"),
    ("custom", "custom"),
    ("invoice", "invoice"),
    ("item_name", "item_name"),
    ("case_id", "case_id"),
    ("case_type", "case_type"),
    ("recurring_payment_id", "recurring_payment_id"),
    ("subscr_id", "subscr_id"),
    ("ipn_track_id", "ipn_track_id"),
];

/// The summary of a message: a member for each common field, null if the message has no such field; whether it is a
/// test; the payments of a mass payment; and all fields in order.
#[must_use]
pub(crate) fn summary(message: &Message) -> Document<'_> {
    let mut members: Vec<_> =
        MEMBERS.into_iter().map(|(member, field)| (member.into(), message.get(field).into())).collect();
    let field = |field: &'_ Field| {
        Document::Object(vec![
            ("name".into(), Document::from(field.name.clone())),
            ("value".into(), Document::from(field.value.clone())),
        ])
    };
    members.extend([
        ("test".into(), message.is_test.into()),
        ("payments".into(), Document::Array(mass_payment::payments(message))),
        ("fields".into(), Document::Array(message.fields.iter().map(field).collect())),
    ]);
    Document::Object(members)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(body: &str) -> Value {
        let message = Message::read(body.as_bytes()).unwrap_or_else(|_| panic!("too large"));
        serde_json::from_str(&summary(&message).to_json()).unwrap()
    }

    #[test]
    fn a_payment_is_read_by_what_it_is() {
        let ipn = read(
            "mc_gross=19.95&payer_id=LPLW&payment_date=20%3A12%3A59+Jan+13%2C+2009+PST&payment_status=Pending&mc_fee=0.88&\
             custom=a%22b%5C&payer_email=ada%40example.com&txn_id=61E6&receiver_email=shop%40example.com&business=SHOP&\
             receiver_id=S8XG&txn_type=web_accept&item_name=Cup&mc_currency=USD&test_ipn=1&pending_reason=echeck&invoice=7",
        );
        for (member, value) in [
            ("txn_type", "web_accept"),
            ("txn_id", "61E6"),
            ("payment_status", "Pending"),
            ("pending_reason", "echeck"),
            ("payment_date", "20:12:59 Jan 13, 2009 PST"),
            ("gross", "19.95"),
            ("fee", "0.88"),
            ("currency", "USD"),
            ("payer_email", "ada@example.com"),
            ("payer_id", "LPLW"),
            ("receiver_email", "shop@example.com"),
            ("receiver_id", "S8XG"),
            ("business", "SHOP"),
            ("custom", "a\"b\\"),
            ("invoice", "7"),
            ("item_name", "Cup"),
        ] {
            assert_eq!(ipn[member], value, "{member}");
        }
        for member in ["parent_txn_id", "reason_code", "case_id", "case_type", "recurring_payment_id", "subscr_id"] {
            assert_eq!(ipn[member], Value::Null, "{member}");
        }
        assert_eq!((&ipn["test"], &ipn["payments"]), (&json!(true), &json!([])));
        assert_eq!(ipn["fields"][0], json!({"name": "mc_gross", "value": "19.95"}));
        assert_eq!(ipn["fields"].as_array().unwrap().len(), 17);
    }

    #[test]
    fn a_chargeback_has_no_type() {
        let ipn =
            read("case_id=PP-001&case_type=chargeback&reason_code=non_receipt&parent_txn_id=61E6&mc_gross=-19.95");
        assert_eq!(
            (&ipn["txn_type"], &ipn["txn_id"], &ipn["payment_status"]),
            (&Value::Null, &Value::Null, &Value::Null)
        );
        assert_eq!((&ipn["case_type"], &ipn["parent_txn_id"]), (&json!("chargeback"), &json!("61E6")));
        assert_eq!((&ipn["gross"], &ipn["test"]), (&json!("-19.95"), &json!(false)));
    }

    #[test]
    fn a_subscription_and_a_mass_payment_have_their_own() {
        assert_eq!(read("txn_type=subscr_cancel&subscr_id=I-1")["subscr_id"], "I-1");
        assert_eq!(read("txn_type=recurring_payment&recurring_payment_id=I-2")["recurring_payment_id"], "I-2");
        assert_eq!(read("txn_type=masspay&masspay_txn_id_1=A&mc_gross_1=1")["payments"][0]["gross"], "1");
    }

    #[test]
    fn what_comes_again_is_among_the_fields() {
        let ipn = read("txn_id=A&txn_id=B&x=%u00e9&y=%00");
        let fields = json!([{"name": "txn_id", "value": "A"}, {"name": "txn_id", "value": "B"},
            {"name": "x", "value": "%u00e9"}, {"name": "y", "value": "\0"}]);
        assert_eq!((&ipn["fields"], &ipn["txn_id"]), (&fields, &json!("A")));
    }
}
