//! What the issuer of a card answers to a payment.

use serde_json::{Value, json};

use super::brand::Brand;

/// The names that make a card be declined, and the code of the answer
/// (<https://developer.paypal.com/tools/sandbox/card-testing/>). They are case-sensitive.
const TRIGGERS: [(&str, &str); 9] = [
    ("CCREJECT-REFUSED", "0500"),
    ("CCREJECT-SF", "9500"),
    ("CCREJECT-EC", "5400"),
    ("CCREJECT-IRC", "5180"),
    ("CCREJECT-IF", "5120"),
    ("CCREJECT-LS", "9520"),
    ("CCREJECT-IA", "1330"),
    ("CCREJECT-BANK_ERROR", "5100"),
    ("CCREJECT-CVV_F", "00N7"),
];

const APPROVED: &str = "0000";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Processor {
    network: Brand,
    code: &'static str,
    avs: Option<&'static str>,
    cvv: Option<&'static str>,
}

impl Processor {
    /// Returns the answer to a card of a network: approved, unless its name or first name is a trigger. An address and a security code
    /// match; those of a declined card are not checked.
    pub(crate) fn of(network: Brand, name: Option<&str>, address: bool, security_code: bool) -> Self {
        let first = name.and_then(|name| name.split_whitespace().next());
        match TRIGGERS.iter().find(|(trigger, _)| Some(*trigger) == first) {
            Some((_, code)) => Self { network, code, avs: Some("G"), cvv: Some("P") },
            None => Self { network, code: APPROVED, avs: address.then_some("Y"), cvv: security_code.then_some("M") },
        }
    }

    pub(crate) fn is_declined(&self) -> bool {
        self.code != APPROVED
    }

    /// How the network knows a payment that was approved. It knows ours by the id of its authorization, or its own.
    pub(crate) fn reference(&self, id: &str) -> Option<Value> {
        (!self.is_declined()).then(|| json!({"id": id, "network": self.network.name()}))
    }

    /// As payments show it.
    pub(crate) fn document(&self) -> Value {
        let mut document = json!({});
        for (name, value) in [("avs_code", self.avs), ("cvv_code", self.cvv), ("response_code", Some(self.code))] {
            if let Some(value) = value {
                document[name] = value.into();
            }
        }
        document
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_documented_names_decline() {
        let code = |name: &str| Processor::of(Brand::Visa, Some(name), true, true).code;
        assert_eq!(["CCREJECT-IF", "CCREJECT-LS Example", "CCREJECT-CVV_F"].map(code), ["5120", "9520", "00N7"]);
        assert_eq!(
            ["Alex Example", "ccreject-if", "CCREJECT-", "CCREJECT-IFS", "Mrs CCREJECT-IF"].map(code),
            ["0000"; 5]
        );
        let declined = json!({"avs_code": "G", "cvv_code": "P", "response_code": "5400"});
        assert_eq!(Processor::of(Brand::Visa, Some("CCREJECT-EC"), false, false).document(), declined);
        assert_eq!(
            Processor::of(Brand::Visa, None, false, true).document(),
            json!({"cvv_code": "M", "response_code": "0000"})
        );
    }
}
