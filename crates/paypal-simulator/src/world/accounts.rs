//! The merchants with their apps, and the people who pay.

use crate::base::ids::Ids;

/// A merchant's account, and its one app.
pub(crate) struct Merchant {
    /// The account's id, which PayPal calls payer id or merchant id.
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) client_id: String,
    pub(crate) secret: String,
}

/// A person with a PayPal account.
#[derive(Clone)]
pub(crate) struct Payer {
    pub(crate) id: String,
    pub(crate) given_name: String,
    pub(crate) surname: String,
    pub(crate) email: String,
    /// Two letters of ISO 3166-1.
    pub(crate) country: String,
}

impl Merchant {
    /// The merchant that every simulator has.
    pub(crate) fn first(ids: &mut Ids) -> Self {
        Self {
            id: "WDJJHEBZ4X2LY".to_owned(),
            name: "Simulated Shop".to_owned(),
            email: "merchant@example.com".to_owned(),
            client_id: format!("A{}", ids.text(79)),
            secret: format!("E{}", ids.text(79)),
        }
    }
}

impl Payer {
    /// The payer that every simulator has.
    pub(crate) fn first() -> Self {
        Self {
            id: "T4EXM8PLEPY3R".to_owned(),
            given_name: "Alex".to_owned(),
            surname: "Example".to_owned(),
            email: "payer@example.com".to_owned(),
            country: "US".to_owned(),
        }
    }

    /// The name of the Venmo account.
    pub(crate) fn user_name(&self) -> String {
        let name = format!("{}-{}", self.given_name, self.surname);
        name.chars()
            .filter(|it| it.is_ascii_alphanumeric() || *it == '-')
            .map(|it| it.to_ascii_lowercase())
            .take(50)
            .collect()
    }
}
