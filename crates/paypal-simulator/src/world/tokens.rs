//! Access tokens.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use crate::{
    base::{clock::Moment, ids::Ids, uri::read_form},
    request::call::Caller,
    world::accounts::Merchant,
};

/// How long a token is valid, as at PayPal.
const LIFETIME: Duration = Duration::from_secs(32_400);

/// How long a code of Log in with PayPal is valid: the maximum of RFC 6749, section 4.1.2.
const CODE_LIFETIME: Duration = Duration::from_secs(600);

/// The maximum number of tokens, of codes and of refresh tokens. The oldest gives way.
const MAX_TOKENS: usize = 10_000;

/// The token of [`Simulator::token`](crate::Simulator::token).
pub(crate) const FIXED: &str = "A21AA-sandbox-token";

/// Whether `Authorization` has the tests' token, or one of its numbered forms.
pub(crate) fn is_fixed(authorization: &[u8]) -> bool {
    authorization.strip_prefix(b"Bearer ").is_some_and(|token| token.starts_with(FIXED.as_bytes()))
}

/// What is granted: to an app, and perhaps for a payer.
struct Granted {
    until: Moment,
    caller: Caller,
}

#[derive(Default)]
pub(crate) struct Tokens {
    granted: BTreeMap<String, Granted>,
    /// The last token that each app got for itself, which it gets again while it is valid.
    cached: BTreeMap<usize, String>,
    /// The codes of Log in with PayPal. Each can be used once.
    codes: BTreeMap<String, Granted>,
    /// The refresh tokens. They do not expire.
    refresh: BTreeMap<String, Granted>,
    /// The scopes that payers have granted, by app and payer.
    consents: BTreeMap<(usize, String), BTreeSet<String>>,
    /// The highest number that a fixed token has been seen with, and the highest of those that have expired.
    seen: u64,
    expired: u64,
}

/// Returns the merchant, as an index, whose app's id and secret `Authorization` has.
pub(crate) fn client(merchants: &[Merchant], authorization: Option<&str>) -> Option<usize> {
    let given = authorization?.strip_prefix("Basic ")?;
    let basic = |it: &Merchant| BASE64_STANDARD.encode(format!("{}:{}", it.client_id, it.secret));
    merchants.iter().position(|merchant| basic(merchant) == given)
}

fn refuse(error: &str, description: &str) -> (u16, Value) {
    (400, json!({"error": error, "error_description": description}))
}

/// Adds something granted. The one that expires first gives way if there are too many.
fn insert(all: &mut BTreeMap<String, Granted>, token: String, granted: Granted) {
    if all.len() >= MAX_TOKENS {
        let oldest = all.iter().min_by_key(|(_, it)| it.until).map(|(token, _)| token.clone());
        oldest.and_then(|token| all.remove(&token));
    }
    all.insert(token, granted);
}

#[cfg(feature = "store")]
impl crate::store::Secrets for Tokens {
    fn tokens(&self) -> impl Iterator<Item = &str> {
        self.granted.keys().chain(self.codes.keys()).chain(self.refresh.keys()).map(String::as_str)
    }
}

impl Tokens {
    /// Answers `POST /v1/oauth2/token` of an app with a status and a document.
    pub(crate) fn grant(
        &mut self,
        (app, merchant): (usize, &Merchant),
        body: &[u8],
        now: Moment,
        ids: &mut Ids,
    ) -> (u16, Value) {
        let form = read_form(&String::from_utf8_lossy(body));
        let field = |name: &str| form.get(name).map(String::as_str).filter(|value| !value.is_empty());
        let (caller, is_login) = match field("grant_type") {
            Some("client_credentials") => (Caller { app, scopes: merchant.scopes.clone(), payer: None }, false),
            Some("authorization_code") => {
                let Some(code) = field("code") else { return refuse("invalid_request", "code is required") };
                let found = self.codes.remove(code).filter(|it| it.caller.app == app && now < it.until);
                let Some(found) = found else { return refuse("invalid_grant", "The code is not valid") };
                (found.caller, true)
            }
            Some("refresh_token") => {
                let Some(token) = field("refresh_token") else {
                    return refuse("invalid_request", "refresh_token is required");
                };
                let found = self.refresh.get(token).filter(|it| it.caller.app == app);
                let Some(found) = found else { return refuse("invalid_grant", "The refresh token is not valid") };
                (found.caller.clone(), false)
            }
            Some(_) => return refuse("unsupported_grant_type", "Grant Type is not supported here"),
            None => return refuse("invalid_request", "grant_type is required"),
        };
        let scope = caller.scopes.join(" ");
        let is_own = caller.payer.is_none();
        let ignores = form.get("ignoreCache").is_some_and(|value| value.eq_ignore_ascii_case("true"));
        let again = self.cached.get(&app).filter(|_| is_own && !ignores);
        let again = again.and_then(|token| Some((token.clone(), self.granted.get(token)?.until)));
        let (token, until) = again.filter(|(_, until)| now < *until).unwrap_or_else(|| {
            let (token, until) = (format!("A21AA{}", ids.text(92)), now.after(LIFETIME));
            insert(&mut self.granted, token.clone(), Granted { until, caller: caller.clone() });
            if is_own {
                self.cached.insert(app, token.clone());
            }
            (token, until)
        });
        let mut answer = json!({
            "scope": scope,
            "access_token": token,
            "token_type": "Bearer",
            "app_id": "APP-80W284485P519543T",
            "expires_in": until.since(now).as_secs(),
            "nonce": format!("{}{}", now.rfc3339(), ids.text(43)),
        });
        if is_login {
            let token = format!("R23AA{}", ids.text(92));
            answer["refresh_token"] = token.as_str().into();
            insert(&mut self.refresh, token, Granted { until: now, caller });
        }
        (200, answer)
    }

    /// Issues a code of Log in with PayPal, with which an app gets a token for a payer.
    pub(crate) fn issue_code(&mut self, caller: Caller, now: Moment, ids: &mut Ids) -> String {
        let code = format!("C21AA{}", ids.text(92));
        insert(&mut self.codes, code.clone(), Granted { until: now.after(CODE_LIFETIME), caller });
        code
    }

    /// Notes what a payer grants to an app. Returns whether something of it is new.
    pub(crate) fn consent(&mut self, app: usize, payer: &str, scopes: &[String]) -> bool {
        let key = (app, payer.to_owned());
        let is_new = !self.consents.contains_key(&key);
        let granted = self.consents.entry(key).or_default();
        let before = granted.len();
        granted.extend(scopes.iter().cloned());
        is_new || granted.len() > before
    }

    /// Takes back what a payer has granted to an app, with all tokens that follow from it. Returns whether there was something.
    pub(crate) fn revoke(&mut self, app: usize, payer: &str, now: Moment) -> bool {
        let is_of = |it: &Granted| it.caller.app == app && it.caller.payer.as_deref() == Some(payer);
        self.codes.retain(|_, it| !is_of(it));
        self.refresh.retain(|_, it| !is_of(it));
        self.granted.values_mut().filter(|it| is_of(it)).for_each(|it| it.until = now);
        self.consents.remove(&(app, payer.to_owned())).is_some()
    }

    /// Answers `POST /v1/oauth2/token/terminate` of an app. Another's token stays valid, and the answer does not tell (RFC
    /// 7009, section 2.2).
    ///
    /// # Errors
    /// The status and the document, if no token is given.
    pub(crate) fn terminate(&mut self, app: usize, body: &[u8], now: Moment) -> Result<(), (u16, Value)> {
        let form = read_form(&String::from_utf8_lossy(body));
        let Some(token) = form.get("token").filter(|token| !token.is_empty()) else {
            return Err(refuse("invalid_request", "token is required"));
        };
        if self.refresh.get(token).is_some_and(|it| it.caller.app == app) {
            self.refresh.remove(token);
        }
        if let Some(granted) = self.granted.get_mut(token).filter(|it| it.caller.app == app) {
            granted.until = now;
        }
        Ok(())
    }

    /// Returns who a bearer token was granted to.
    ///
    /// # Errors
    /// The error document, if the token is not valid.
    pub(crate) fn check(
        &mut self,
        merchants: &[Merchant],
        authorization: Option<&str>,
        now: Moment,
    ) -> Result<Caller, Value> {
        let refuse = |why: &str| Err(json!({"error": "invalid_token", "error_description": why}));
        let Some(token) = authorization.and_then(|it| it.strip_prefix("Bearer ")) else {
            return refuse("The token passed in was not found in the system");
        };
        if let Some(rest) = token.strip_prefix(FIXED) {
            let scopes = merchants.first().map(|first| first.scopes.clone()).unwrap_or_default();
            let number = rest.strip_prefix('-').and_then(|number| number.parse::<u64>().ok());
            return match number {
                _ if rest.is_empty() => Ok(Caller { scopes, ..Caller::default() }),
                Some(number) if number > self.expired => {
                    self.seen = self.seen.max(number);
                    Ok(Caller { scopes, ..Caller::default() })
                }
                _ => refuse("Access Token not found in cache"),
            };
        }
        match self.granted.get(token) {
            Some(granted) if now < granted.until => Ok(granted.caller.clone()),
            Some(_) => refuse("Access Token not found in cache"),
            None => refuse("Token signature verification failed"),
        }
    }

    /// Returns how many access tokens have expired after one time and by another.
    pub(crate) fn expired(&self, after: Moment, by: Moment) -> usize {
        self.granted.values().filter(|granted| after < granted.until && granted.until <= by).count()
    }

    /// Whether tokens have been granted, and none of them is valid any more.
    pub(crate) fn have_all_expired(&self, now: Moment) -> bool {
        !self.granted.is_empty() && self.granted.values().all(|granted| granted.until <= now)
    }

    /// Expires all tokens that have been granted or used so far, except the fixed one without a number.
    pub(crate) fn expire(&mut self, now: Moment) {
        self.granted.values_mut().for_each(|granted| granted.until = now);
        self.expired = self.seen;
    }
}
