//! The payments of a mass payment, whose fields end in the payment's number: `masspay_txn_id_1`, `mc_gross_1`.
//! <https://developer.paypal.com/api/nvp-soap/ipn/IPNandPDTVariables/>

use super::message::Message;
use crate::base::document::Document;

/// A payment's fields, and the members they become.
const MEMBERS: [(&str, &str); 11] = [
    ("masspay_txn_id", "txn_id"),
    ("receiver_email", "receiver_email"),
    ("status", "status"),
    ("reason_code", "reason_code"),
    ("mc_gross", "gross"),
    ("mc_fee", "fee"),
    ("mc_currency", "currency"),
    ("payment_gross", "payment_gross"),
    ("payment_fee", "payment_fee"),
    ("unique_id", "unique_id"),
    ("mc_handling", "handling"),
];

/// The field that only mass payments have.
const OWN: &str = "masspay_txn_id";

/// Whether a message is about a mass payment. Carts number their fields as well (`mc_gross_1`, `item_name1`).
fn is_mass_payment(message: &Message) -> bool {
    message.get("txn_type") == Some("masspay")
        || message.fields.iter().any(|field| numbered(&field.name).is_some_and(|(name, _)| name == OWN))
}

/// Its payments in the order of their numbers: each an object of strings, and its `number`. Of a repeated field the
/// first counts. Empty for any other message.
pub(super) fn payments(message: &Message) -> Vec<Document<'_>> {
    by_number(message).into_iter().map(|payment| payment.to_document()).collect()
}

/// Id and status of each payment that has an id, by number.
pub(super) fn ids_and_states(message: &Message) -> Vec<(&str, &str)> {
    let payments = by_number(message).into_iter();
    payments.filter_map(|payment| Some((payment.get(OWN)?, payment.get("status").unwrap_or_default()))).collect()
}

/// The fields of one payment, with their names without the number.
pub(super) struct Payment<'a> {
    number: u32,
    fields: Vec<(&'a str, &'a str)>,
}

impl<'a> Payment<'a> {
    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        self.fields.iter().find(|(field, _)| *field == name).map(|(_, value)| *value)
    }

    fn to_document(&self) -> Document<'a> {
        let mut members = vec![("number".into(), Document::from(self.number))];
        members.extend(MEMBERS.map(|(name, member)| {
            let value = self.get(name).map_or(Document::Null, |value| Document::Text(value.into()));
            (member.into(), value)
        }));
        Document::Object(members)
    }
}

/// Its payments in the order of their numbers. Empty for any other message.
pub(super) fn by_number(message: &Message) -> Vec<Payment<'_>> {
    if !is_mass_payment(message) {
        return Vec::new();
    }
    let known = |name: &str| MEMBERS.iter().any(|(known, _)| *known == name);
    let mut fields: Vec<(u32, &str, &str)> = Vec::new();
    for field in &message.fields {
        if let Some((name, number)) = numbered(&field.name).filter(|(name, _)| known(name)) {
            fields.push((number, name, &field.value));
        }
    }
    // The sort is stable: fields with the same number keep their order.
    fields.sort_by_key(|(number, ..)| *number);
    let mut payments: Vec<Payment> = Vec::new();
    for (number, name, value) in fields {
        match payments.last_mut().filter(|payment| payment.number == number) {
            Some(payment) => payment.fields.push((name, value)),
            None => payments.push(Payment { number, fields: vec![(name, value)] }),
        }
    }
    payments
}

/// A name without the number at its end, and the number, which must have no leading zeros.
fn numbered(name: &str) -> Option<(&str, u32)> {
    let (name, digits) = name.rsplit_once('_')?;
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    Some((name, digits.parse().ok().filter(|_| is_number)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Message {
        Message::read(body.as_bytes()).unwrap_or_else(|_| panic!("too large"))
    }

    #[test]
    fn payments_come_in_the_order_of_their_numbers() {
        let message = read(
            "mc_gross_10=3.00&masspay_txn_id_10=TEN&payment_status=Processed&masspay_txn_id_2=TWO&status_2=Unclaimed&\
             receiver_email_2=ada%40example.com&mc_gross_2=9.99&mc_fee_2=0.20&mc_currency_2=EUR&unique_id_2=45678&\
             payment_gross_2=&status_10=Completed&txn_type=masspay&status_10=Failed&status_03=SendError&status_=x&status_-1=y&\
             mc_gross_99999999999=1&first_name_2=z",
        );
        let payments = Document::Array(payments(&message)).to_json();
        let payments: serde_json::Value = serde_json::from_str(&payments).unwrap();
        let two = serde_json::json!({"number": 2, "txn_id": "TWO", "receiver_email": "ada@example.com",
            "status": "Unclaimed", "reason_code": null, "gross": "9.99", "fee": "0.20", "currency": "EUR",
            "payment_gross": "", "payment_fee": null, "unique_id": "45678", "handling": null});
        assert_eq!(payments[0], two);
        assert_eq!((&payments[1]["number"], &payments[1]["status"]), (&10.into(), &"Completed".into()));
        assert_eq!(payments.as_array().unwrap().len(), 2);
        assert_eq!(ids_and_states(&message), [("TWO", "Unclaimed"), ("TEN", "Completed")]);
    }

    #[test]
    fn one_without_its_type_is_known_by_its_ids() {
        assert_eq!(payments(&read("masspay_txn_id_1=A&status_1=Completed")).len(), 1);
        // One that was denied may have no ids.
        let denied = read("txn_type=masspay&payment_status=Denied&receiver_email_1=a&mc_gross_1=1.00");
        assert_eq!((payments(&denied).len(), ids_and_states(&denied).len()), (1, 0));
    }

    #[test]
    fn a_cart_is_no_mass_payment() {
        for body in [
            "txn_type=cart&item_name1=Cup&quantity1=2&mc_gross_1=9.99&mc_handling1=0&item_number1=7&num_cart_items=1",
            "mc_gross_1=9.99&status_1=Completed",
            "masspay_txn_id=1&masspay_txn_id_x=1",
            "",
        ] {
            assert!(payments(&read(body)).is_empty(), "{body}");
        }
    }
}
