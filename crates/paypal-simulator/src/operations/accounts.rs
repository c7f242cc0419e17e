//! Adds merchants and payers, and lists them. PayPal has no operations for that: its sandbox has pages.

use serde_json::{Value, json};

use crate::{
    operations::operation::{Control, control},
    request::{answer::Answer, call::Call, refusal::Refusal},
    world::{
        World,
        accounts::{Merchant, NewMerchant, NewPayer, Payer},
    },
};

/// What tests do.
pub(crate) static CONTROLS: &[Control] = &[
    control("merchants", add_merchant).titled("Add a merchant").may_have(|world, _| {
        let next = world.merchants.len() + 1;
        json!({"name": format!("Shop {next}"), "email": format!("shop-{next}@example.com")})
    }),
    control("payers", add_payer).titled("Add a payer").may_have(|world, _| {
        let email = format!("payer-{}@example.com", world.payers.len() + 1);
        json!({"given_name": "Jo", "surname": "Field", "email": email, "country": "US"})
    }),
];

/// The payer who acts unless another one is named, as the body of a control.
pub(crate) fn payer_example(world: &World) -> Value {
    json!({"payer": world.payer().email})
}

/// Returns a member that is a string, if it is there.
fn text(body: &Value, name: &str) -> Result<Option<String>, Refusal> {
    match &body[name] {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text.clone())),
        other => {
            let field = format!("/{name}");
            Err(Refusal::invalid(&field, other.clone(), "INVALID_PARAMETER_SYNTAX", "It must be a string."))
        }
    }
}

/// Refuses members that there are none of, such as a misspelt one.
fn refuse_others(body: &Value, known: &[&str]) -> Result<(), Refusal> {
    match body {
        Value::Null => Ok(()),
        Value::Object(members) => match members.keys().find(|name| !known.contains(&&***name)) {
            None => Ok(()),
            Some(name) => {
                let description = format!("The members are {}.", known.join(", "));
                Err(Refusal::invalid(&format!("/{name}"), Value::Null, "INVALID_PARAMETER_VALUE", &description))
            }
        },
        _ => Err(Refusal::invalid("/", Value::Null, "INVALID_PARAMETER_SYNTAX", "It must be an object.")),
    }
}

/// Adds a merchant: `{"name"?, "email"?, "scopes"?}`. Only this answer has the app's secret.
fn add_merchant(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    refuse_others(&call.body, &["name", "email", "scopes"])?;
    let scopes = match &call.body["scopes"] {
        Value::Null => None,
        list => {
            let strings: Option<Vec<_>> =
                list.as_array().and_then(|list| list.iter().map(|it| it.as_str().map(str::to_owned)).collect());
            Some(strings.ok_or_else(|| {
                let description = "It must be a list of strings.";
                Refusal::invalid("/scopes", list.clone(), "INVALID_PARAMETER_SYNTAX", description)
            })?)
        }
    };
    let new = NewMerchant { name: text(&call.body, "name")?, email: text(&call.body, "email")?, scopes };
    let merchant = world.add_merchant(new)?;
    let mut document = merchant.document();
    document["client_secret"] = merchant.secret.as_str().into();
    Ok(Answer::json(201, document))
}

/// Adds a payer: `{"given_name"?, "surname"?, "email"?, "country"?}`.
fn add_payer(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    refuse_others(&call.body, &["given_name", "surname", "email", "country"])?;
    let text = |name| text(&call.body, name);
    let new = NewPayer {
        given_name: text("given_name")?,
        surname: text("surname")?,
        email: text("email")?,
        country: text("country")?,
    };
    Ok(Answer::json(201, world.add_payer(new)?.document()))
}

/// Lists all accounts, without secrets.
pub(crate) fn list(world: &World) -> Answer {
    let merchants: Vec<_> = world.merchants.iter().map(Merchant::document).collect();
    let payers: Vec<_> = world.payers.iter().map(|payer| Payer::document(payer)).collect();
    Answer::ok(json!({"merchants": merchants, "payers": payers}))
}
