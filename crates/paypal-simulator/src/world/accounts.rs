//! The merchants with their apps, and the people who pay.

use std::{
    error::Error,
    fmt,
    sync::{Arc, LazyLock},
};

use serde_json::{Value, json};

use crate::{
    base::{ids::Ids, scopes},
    request::refusal::Refusal,
};

/// The maximum number of accounts of each kind: a program's loop must not fill the memory.
const MAX_ACCOUNTS: usize = 1_000;

/// The maximum lengths of a name and an e-mail address, in characters, as in PayPal's schemas.
const MAX_NAME: usize = 140;
const MAX_EMAIL: usize = 254;

/// A merchant's account, and its one app.
pub(crate) struct Merchant {
    /// The account's id, which PayPal calls payer id or merchant id.
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) client_id: String,
    pub(crate) secret: String,
    /// What the app may do.
    pub(crate) scopes: Arc<[String]>,
}

/// A person with a PayPal account.
#[derive(Debug)]
pub(crate) struct Payer {
    pub(crate) id: String,
    pub(crate) given_name: String,
    pub(crate) surname: String,
    pub(crate) email: String,
    /// Two letters of ISO 3166-1.
    pub(crate) country: String,
}

/// A merchant to be added. What is left out gets a default.
#[derive(Clone, Debug, Default)]
pub struct NewMerchant {
    /// The business's name, at most 140 characters.
    pub name: Option<String>,
    /// The account's e-mail address, which no other account has.
    pub email: Option<String>,
    /// What the app may do; everything, if left out.
    pub scopes: Option<Vec<String>>,
}

/// A payer to be added. What is left out gets a default.
#[derive(Clone, Debug, Default)]
pub struct NewPayer {
    /// The first name, at most 140 characters.
    pub given_name: Option<String>,
    /// The last name, at most 140 characters.
    pub surname: Option<String>,
    /// The account's e-mail address, which no other account has.
    pub email: Option<String>,
    /// Two capital letters of ISO 3166-1.
    pub country: Option<String>,
}

/// A merchant's account and the credentials of its app.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The account's id, which PayPal calls payer id or merchant id.
    pub merchant_id: String,
    /// The app's client id.
    pub client_id: String,
    /// The app's secret. It follows from the seed and protects nothing.
    pub client_secret: String,
}

/// An account that cannot be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountError {
    /// The member that is wrong.
    pub field: &'static str,
    /// What it must be.
    pub why: &'static str,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { merchant_id, client_id, .. } = self;
        formatter
            .debug_struct("Credentials")
            .field("merchant_id", merchant_id)
            .field("client_id", client_id)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for AccountError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "`{}` {}", self.field, self.why)
    }
}

impl Error for AccountError {}

impl From<AccountError> for Refusal {
    fn from(error: AccountError) -> Self {
        let description = format!("It {}.", error.why);
        Self::invalid(&format!("/{}", error.field), Value::Null, "INVALID_PARAMETER_VALUE", &description)
    }
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
            scopes: every_scope(),
        }
    }

    pub(crate) fn credentials(&self) -> Credentials {
        Credentials {
            merchant_id: self.id.clone(),
            client_id: self.client_id.clone(),
            client_secret: self.secret.clone(),
        }
    }

    /// Everything but the secret.
    pub(crate) fn document(&self) -> Value {
        json!({
            "id": self.id,
            "name": self.name,
            "email": self.email,
            "client_id": self.client_id,
            "scopes": *self.scopes,
        })
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

    pub(crate) fn name(&self) -> Value {
        json!({"given_name": self.given_name, "surname": self.surname})
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

    pub(crate) fn document(&self) -> Value {
        json!({"id": self.id, "name": self.name(), "email": self.email, "country": self.country})
    }
}

/// All accounts there are.
#[derive(Clone, Copy)]
pub(crate) struct Accounts<'a> {
    pub(crate) merchants: &'a [Merchant],
    pub(crate) payers: &'a [Arc<Payer>],
}

impl Accounts<'_> {
    /// Returns a merchant to be added to them.
    pub(crate) fn merchant(self, new: NewMerchant, ids: &mut Ids) -> Result<Merchant, AccountError> {
        if self.merchants.len() >= MAX_ACCOUNTS {
            return Err(AccountError { field: "name", why: "cannot be added: there are 1000 merchants" });
        }
        let number = self.merchants.len() + 1;
        let name = named("name", new.name, || format!("Simulated Shop {number}"))?;
        let email = self.address(new.email, || format!("merchant{number}@example.com"))?;
        let scopes = new.scopes.map_or_else(every_scope, Arc::from);
        let is_token = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\');
        if !scopes.iter().all(|scope| !scope.is_empty() && scope.len() <= MAX_EMAIL && scope.bytes().all(is_token)) {
            return Err(AccountError { field: "scopes", why: "must be scopes of OAuth, without spaces" });
        }
        Ok(Merchant {
            id: ids.account(),
            name,
            email,
            client_id: format!("A{}", ids.text(79)),
            secret: format!("E{}", ids.text(79)),
            scopes,
        })
    }

    /// Returns a payer to be added to them.
    pub(crate) fn payer(self, new: NewPayer, ids: &mut Ids) -> Result<Payer, AccountError> {
        if self.payers.len() >= MAX_ACCOUNTS {
            return Err(AccountError { field: "email", why: "cannot be added: there are 1000 payers" });
        }
        let number = self.payers.len() + 1;
        let given_name = named("given_name", new.given_name, || format!("Payer {number}"))?;
        let surname = named("surname", new.surname, || "Example".to_owned())?;
        let email = self.address(new.email, || format!("payer{number}@example.com"))?;
        let country = new.country.unwrap_or_else(|| "US".to_owned());
        if country.len() != 2 || !country.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(AccountError { field: "country", why: "must be two capital letters of ISO 3166-1" });
        }
        Ok(Payer { id: ids.account(), given_name, surname, email, country })
    }

    /// Returns the payer with this id or e-mail address.
    pub(crate) fn payer_named(self, named: &Value) -> Result<Arc<Payer>, Refusal> {
        let Value::String(name) = named else {
            let description = "It must be a payer's id or e-mail address.";
            return Err(Refusal::invalid("/payer", named.clone(), "INVALID_PARAMETER_SYNTAX", description));
        };
        let found = self.payers.iter().find(|it| it.id == *name || it.email.eq_ignore_ascii_case(name));
        found.cloned().ok_or_else(|| {
            Refusal::invalid("/payer", name.as_str(), "INVALID_PARAMETER_VALUE", "No payer has this id or address.")
        })
    }

    /// Returns an e-mail address that no other account has.
    fn address(self, given: Option<String>, default: impl Fn() -> String) -> Result<String, AccountError> {
        let email = given.unwrap_or_else(default);
        let is_address = email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
            && email.len() <= MAX_EMAIL
            && email.bytes().all(|byte| byte.is_ascii_graphic());
        if !is_address {
            return Err(AccountError { field: "email", why: "must be an e-mail address" });
        }
        let others = self.merchants.iter().map(|it| &it.email).chain(self.payers.iter().map(|it| &it.email));
        if others.into_iter().any(|other| other.eq_ignore_ascii_case(&email)) {
            return Err(AccountError { field: "email", why: "must be one that no other account has" });
        }
        Ok(email)
    }
}

/// Returns all scopes, which apps share.
fn every_scope() -> Arc<[String]> {
    static ALL: LazyLock<Arc<[String]>> = LazyLock::new(|| scopes::ALL.iter().map(|&scope| scope.to_owned()).collect());
    ALL.clone()
}

/// Returns a name, or the default if none is given.
fn named(field: &'static str, given: Option<String>, default: impl Fn() -> String) -> Result<String, AccountError> {
    let name = given.unwrap_or_else(default);
    if name.is_empty() || name.chars().count() > MAX_NAME || name.chars().any(char::is_control) {
        return Err(AccountError { field, why: "must have 1 to 140 characters" });
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first() -> (Vec<Merchant>, Vec<Arc<Payer>>, Ids) {
        let mut ids = Ids::new(1);
        (vec![Merchant::first(&mut ids)], vec![Arc::new(Payer::first())], ids)
    }

    #[test]
    fn accounts_are_told_apart_by_their_addresses() {
        let (merchants, mut payers, mut ids) = first();
        let mut add = |payers: &[Arc<Payer>], email: &str| {
            let new = NewPayer { email: Some(email.to_owned()), ..NewPayer::default() };
            Accounts { merchants: &merchants, payers }.payer(new, &mut ids).map_err(|error| error.field)
        };
        payers.push(Arc::new(add(&payers, "jo@example.com").unwrap()));
        for taken in ["JO@example.com", "merchant@example.com", "@example.com"] {
            assert_eq!(add(&payers, taken).unwrap_err(), "email");
        }
        let accounts = Accounts { merchants: &merchants, payers: &payers };
        let named = |name: &str| accounts.payer_named(&json!(name)).map(|payer| payer.email.clone());
        assert_eq!(named("Jo@Example.com").unwrap(), "jo@example.com");
        assert_eq!(named(&payers[1].id).unwrap(), "jo@example.com");
        assert_eq!(named("sam@example.com").unwrap_err().issues[0].field.as_deref(), Some("/payer"));
        assert!(accounts.payer_named(&json!(1)).is_err());
    }

    #[test]
    fn bad_accounts_are_refused_by_their_member() {
        let (merchants, payers, mut ids) = first();
        let accounts = Accounts { merchants: &merchants, payers: &payers };
        let payer = |given: &str, country: &str| NewPayer {
            given_name: Some(given.to_owned()),
            country: Some(country.to_owned()),
            ..NewPayer::default()
        };
        assert_eq!(accounts.payer(payer("", "US"), &mut ids).unwrap_err().field, "given_name");
        assert_eq!(accounts.payer(payer("Jo", "us"), &mut ids).unwrap_err().field, "country");
        let scopes = Some(vec!["two scopes".to_owned()]);
        let refused = accounts.merchant(NewMerchant { scopes, ..NewMerchant::default() }, &mut ids);
        assert_eq!(refused.err().unwrap().field, "scopes");
    }

    #[test]
    fn secrets_are_not_printed() {
        let credentials = Merchant::first(&mut Ids::new(1)).credentials();
        let printed = format!("{credentials:?}");
        assert!(printed.contains(&credentials.client_id) && !printed.contains(&credentials.client_secret), "{printed}");
    }
}
