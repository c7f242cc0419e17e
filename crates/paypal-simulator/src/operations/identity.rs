//! The account that a token speaks for, and tokens for browsers.

use base64::{
    Engine as _,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use rsa::sha2::{Digest as _, Sha256};
use serde_json::{Value, json};

use crate::{
    base::{scopes, uri::read_form},
    operations::{
        accounts,
        operation::{Control, Operation, control, operation},
    },
    request::{
        answer::Answer,
        call::{Call, Caller},
        refusal::Refusal,
    },
    world::{
        World,
        accounts::{Merchant, Payer},
    },
};

/// The operations. Those of a user check their scopes themselves: their refusals are OAuth's.
pub(crate) static OPERATIONS: &[Operation] = &[
    operation("identity.userinfo", "GET", "/v1/identity/oauth2/userinfo", scopes::NONE, userinfo),
    operation("identity.openid-userinfo", "POST", "/v1/identity/openidconnect/userinfo", scopes::NONE, openid_userinfo),
    operation("identity.generate-token", "POST", "/v1/identity/generate-token", scopes::NONE, generate_token),
];

/// What payers do.
pub(crate) static CONTROLS: &[Control] = &[
    control("log-in", log_in).may_have(|world, _| accounts::payer_example(world)),
    control("revoke-consent", revoke_consent).may_have(|world, _| accounts::payer_example(world)),
];

/// For how many seconds a browser's token is good.
const CLIENT_TOKEN_LIFETIME: u32 = 3600;

/// The account that a token speaks for.
struct User {
    id: String,
    /// The first and the last name of a person.
    person: Option<[String; 2]>,
    name: String,
    email: String,
    country: Option<String>,
    /// Whose app knows the account.
    client_id: String,
}

impl User {
    /// Returns the payer who has logged in, or else the merchant whose app it is.
    fn of(world: &World, caller: &Caller) -> Option<Self> {
        let Merchant { id, name, email, client_id, .. } = world.merchants.get(caller.app)?;
        let Some(payer) = &caller.payer else {
            let (id, name, email) = (id.clone(), name.clone(), email.clone());
            return Some(Self { id, person: None, name, email, country: None, client_id: client_id.clone() });
        };
        let Payer { id, given_name, surname, email, country } = &**world.payers.iter().find(|it| it.id == *payer)?;
        Some(Self {
            id: id.clone(),
            person: Some([given_name.clone(), surname.clone()]),
            name: format!("{given_name} {surname}"),
            email: email.clone(),
            country: Some(country.clone()),
            client_id: client_id.clone(),
        })
    }

    /// Returns what both forms of the answer have: the ids, and what the scopes allow.
    fn document(&self, caller: &Caller) -> Value {
        let digest = Sha256::digest(format!("{} {}", self.client_id, self.id));
        let id = BASE64_URL_SAFE_NO_PAD.encode(digest);
        let id = format!("https://www.paypal.com/webapps/auth/identity/user/{id}");
        let mut document = json!({"user_id": id, "sub": id});
        if caller.may(&["profile"]) {
            document["name"] = self.name.as_str().into();
            if let Some([given_name, surname]) = &self.person {
                document["given_name"] = given_name.as_str().into();
                document["family_name"] = surname.as_str().into();
            }
        }
        if caller.may(&["address"])
            && let Some(country) = &self.country
        {
            document["address"] = json!({"country": country});
        }
        if caller.may(&["https://uri.paypal.com/services/paypalattributes"]) {
            document["payer_id"] = self.id.as_str().into();
            document["verified_account"] = "true".into();
        }
        document
    }
}

fn oauth(status: u16, error: &str, description: &str) -> Answer {
    Answer::json(status, json!({"error": error, "error_description": description}))
}

/// Answers with the account whose token it is, if the schema is the right one.
fn user(
    world: &World,
    caller: &Caller,
    schema: Option<&str>,
    expected: &str,
    more: impl Fn(&User, &mut Value),
) -> Answer {
    if schema != Some(expected) {
        return oauth(400, "invalid_request", "Invalid schema request");
    }
    match User::of(world, caller).filter(|_| caller.may(scopes::LOGIN)) {
        Some(user) => {
            let mut document = user.document(caller);
            if caller.may(&["email"]) {
                more(&user, &mut document);
            }
            Answer::ok(document)
        }
        None => oauth(401, "invalid_token", "The token does not have the authentication level that this needs"),
    }
}

fn userinfo(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    Ok(user(world, &call.caller, call.parameter("schema"), "paypalv1.1", |user, document| {
        document["emails"] = json!([{"value": user.email, "primary": true, "confirmed": true}]);
    }))
}

fn openid_userinfo(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let form = read_form(&String::from_utf8_lossy(&call.bytes));
    Ok(user(world, &call.caller, form.get("schema").map(String::as_str), "openid", |user, document| {
        document["email"] = user.email.as_str().into();
        document["email_verified"] = true.into();
    }))
}

/// Returns a token with which a page starts PayPal's JavaScript SDK. Nothing here takes it.
fn generate_token(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    if !matches!(call.body, Value::Null | Value::Object(_)) {
        return Err(Refusal::invalid("/", Value::Null, "INVALID_PARAMETER_SYNTAX", "It must be an object."));
    }
    let token = BASE64_STANDARD.encode(world.ids.passing(90));
    Ok(Answer::ok(json!({"client_token": token, "expires_in": CLIENT_TOKEN_LIFETIME})))
}

/// Logs a payer in to an app, as Log in with PayPal does: `{"payer"?, "client_id"?, "scopes"?}`. Answers with the code that
/// the app exchanges for a token. The scopes are those of Log in with PayPal, as far as the app has them.
fn log_in(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let (payer, app) = (world.payer_named(&call.body["payer"])?, app_named(world, &call.body["client_id"])?);
    let has = |scope: &str| world.merchants[app].scopes.iter().any(|it| it == scope);
    let granted: Vec<_> = match &call.body["scopes"] {
        Value::Null => scopes::LOGIN.iter().filter(|scope| has(scope)).map(|&scope| scope.to_owned()).collect(),
        Value::Array(given) => {
            let scope = |scope: &Value| match scope.as_str() {
                Some(scope) if has(scope) => Ok(scope.to_owned()),
                _ => {
                    let description = "It must be a scope that the app has.";
                    Err(Refusal::invalid("/scopes", scope.clone(), "INVALID_PARAMETER_VALUE", description))
                }
            };
            given.iter().map(scope).collect::<Result<_, _>>()?
        }
        other => {
            let description = "It must be a list.";
            return Err(Refusal::invalid("/scopes", other.clone(), "INVALID_PARAMETER_SYNTAX", description));
        }
    };
    if world.tokens.consent(app, &payer.id, &granted) {
        emit(world, app, &payer.id, "GRANTED");
    }
    let caller = Caller { app, scopes: granted.into(), payer: Some(payer.id.clone()) };
    let now = world.now();
    let World { tokens, ids, .. } = world;
    Ok(Answer::json(201, json!({"code": tokens.issue_code(caller, now, ids)})))
}

/// Takes back what a payer has granted to an app: `{"payer"?, "client_id"?}`. The app's tokens for the payer end.
fn revoke_consent(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let (payer, app) = (world.payer_named(&call.body["payer"])?, app_named(world, &call.body["client_id"])?);
    let now = world.now();
    if !world.tokens.revoke(app, &payer.id, now) {
        return Err(Refusal::state(
            ("consent of", "/payer"),
            &payer.id,
            "not granted",
            &["a payer who has logged in to the app"],
        ));
    }
    emit(world, app, &payer.id, "REVOKED");
    Ok(Answer::none())
}

/// Returns the app with this client id, or the first merchant's if none is named.
fn app_named(world: &World, id: &Value) -> Result<usize, Refusal> {
    if id.is_null() {
        return Ok(0);
    }
    let app = world.merchants.iter().position(|merchant| *id == *merchant.client_id);
    let description = "No app has this id.";
    app.ok_or_else(|| Refusal::invalid("/client_id", id.clone(), "INVALID_PARAMETER_VALUE", description))
}

/// Tells an app what a payer has done with the consent. PayPal has not documented the resource; that of a revocation is known
/// to name the payer.
fn emit(world: &mut World, app: usize, payer: &str, what: &str) {
    let resource_type = format!("authorization_consent_{}", what.to_lowercase());
    world.enter(app);
    world.emit(&format!("IDENTITY.AUTHORIZATION-CONSENT.{what}"), &resource_type, json!({"payer_id": payer}));
}
