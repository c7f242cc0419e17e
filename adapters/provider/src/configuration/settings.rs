//! The settings of one connection.

use std::collections::BTreeMap;

use super::{missing, name, receivers, webhooks};
use crate::secret::Secret;

pub(super) const CLIENT_ID: &str = "CLIENT_ID";
pub(super) const CLIENT_SECRET: &str = "CLIENT_SECRET";
pub(super) const ACCESS_TOKEN: &str = "ACCESS_TOKEN";
pub(super) const REFRESH_TOKEN: &str = "REFRESH_TOKEN";
const MERCHANT_ID: &str = "MERCHANT_ID";
const ENVIRONMENT: &str = "ENVIRONMENT";
const MAX_ATTEMPTS: &str = "MAX_ATTEMPTS";
const CONCURRENCY: &str = "CONCURRENCY";
const WEBHOOK_IDS: &str = "WEBHOOK_IDS";
const IPN_RECEIVERS: &str = "IPN_RECEIVERS";
const RECORD_CALLS: &str = "RECORD_CALLS";

/// All settings.
pub(super) const ALL: [&str; 11] = [
    CLIENT_ID,
    CLIENT_SECRET,
    ACCESS_TOKEN,
    REFRESH_TOKEN,
    MERCHANT_ID,
    ENVIRONMENT,
    MAX_ATTEMPTS,
    CONCURRENCY,
    WEBHOOK_IDS,
    IPN_RECEIVERS,
    RECORD_CALLS,
];

/// Those that make a connection. Other software has variables such as `PAYPAL_SDK_ENVIRONMENT`.
pub(super) const CREDENTIALS: [&str; 4] = [CLIENT_ID, CLIENT_SECRET, ACCESS_TOKEN, REFRESH_TOKEN];

/// PayPal's environment that a connection belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Environment {
    Sandbox,
    Live,
}

/// Where a connection's tokens come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Credentials {
    /// A token that cannot be renewed.
    Token(Secret),
    /// A REST app: tokens of the merchant who owns it, or of the one who has given it a refresh token.
    App { id: String, secret: Secret, refresh_token: Option<Secret> },
}

/// The settings of one connection. The limits are those of `connector-host`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) environment: Environment,
    pub(crate) credentials: Credentials,
    /// The account for which the app acts, by its merchant id; `None` for the one that the tokens are for.
    pub(crate) merchant: Option<String>,
    /// The most times that one request may be sent.
    pub(crate) max_attempts: u32,
    /// How many calls run at once.
    pub(crate) concurrency: u32,
    /// The ids of the webhooks whose events it takes.
    pub(crate) webhooks: Vec<String>,
    /// The accounts whose IPN messages it takes: merchants' ids and e-mail addresses.
    pub(crate) ipn_receivers: Vec<String>,
    /// Whether calls that move money are noted in the journal, if there is one.
    #[cfg_attr(not(target_family = "wasm"), allow(dead_code, reason = "only the component uses it"))]
    pub(crate) records_calls: bool,
}

impl Settings {
    /// Reads the values of a connection, by their settings.
    ///
    /// # Errors
    /// If one is missing or wrong: which, and what is expected.
    pub(super) fn read(connection: &str, mut values: BTreeMap<&'static str, String>) -> Result<Self, String> {
        let problem = |setting, expected: &str| format!("{} {expected}", name::variable(connection, setting));
        let environment = match values.remove(ENVIRONMENT).as_deref() {
            None | Some("sandbox") => Environment::Sandbox,
            Some("live") => Environment::Live,
            Some(_) => return Err(problem(ENVIRONMENT, "must be `sandbox` or `live`")),
        };
        let mut number = |setting, default, most| match values.remove(setting) {
            None => Ok(default),
            Some(value) => match value.parse() {
                Ok(number) if (1..=most).contains(&number) => Ok(number),
                _ => Err(problem(setting, &format!("must be a number from 1 to {most}"))),
            },
        };
        let (max_attempts, concurrency) = (number(MAX_ATTEMPTS, 4, 100)?, number(CONCURRENCY, 10, 25)?);
        let webhooks = webhooks::read(&values.remove(WEBHOOK_IDS).unwrap_or_default())
            .map_err(|expected| problem(WEBHOOK_IDS, expected))?;
        let ipn_receivers = receivers::read(&values.remove(IPN_RECEIVERS).unwrap_or_default())
            .map_err(|expected| problem(IPN_RECEIVERS, &expected))?;
        let records_calls = match values.remove(RECORD_CALLS).as_deref() {
            None | Some("on") => true,
            Some("off") => false,
            Some(_) => return Err(problem(RECORD_CALLS, "must be `on` or `off`")),
        };
        // The user name of RFC 7617 ends at the first colon.
        let mut visible = |setting, but: &[u8]| match values.remove(setting) {
            Some(value) if value.bytes().all(|it| it.is_ascii_graphic() && !but.contains(&it)) => Ok(Some(value)),
            Some(_) => Err(problem(setting, "has a space, a line break or another character that PayPal's never have")),
            None => Ok(None),
        };
        let (id, secret) = (visible(CLIENT_ID, b":")?, visible(CLIENT_SECRET, b"")?);
        let merchant = visible(MERCHANT_ID, b"")?;
        let (token, refresh_token) = (visible(ACCESS_TOKEN, b"")?, visible(REFRESH_TOKEN, b"")?);
        let not_set =
            |setting, needed_for| Err(problem(setting, &format!("is not set; it is needed with {needed_for}")));
        let credentials = match (token, id, secret, refresh_token) {
            (Some(token), None, None, None) => Credentials::Token(Secret::new(token)),
            (Some(_), ..) => {
                let expected = format!("cannot be set together with {CLIENT_ID}, {CLIENT_SECRET} or {REFRESH_TOKEN}");
                return Err(problem(ACCESS_TOKEN, &expected));
            }
            (None, Some(id), Some(secret), refresh_token) => {
                Credentials::App { id, secret: Secret::new(secret), refresh_token: refresh_token.map(Secret::new) }
            }
            (None, Some(_), None, _) => return not_set(CLIENT_SECRET, "the client id"),
            (None, None, Some(_), _) => return not_set(CLIENT_ID, "the client secret"),
            (None, None, None, Some(_)) => return not_set(CLIENT_ID, "the refresh token"),
            (None, None, None, None) => return Err(missing(connection)),
        };
        if merchant.is_some() && matches!(credentials, Credentials::Token(_)) {
            return Err(problem(MERCHANT_ID, &format!("needs {CLIENT_ID} and {CLIENT_SECRET} in place of a token")));
        }
        Ok(Self {
            environment,
            credentials,
            merchant,
            max_attempts,
            concurrency,
            webhooks,
            ipn_receivers,
            records_calls,
        })
    }
}
