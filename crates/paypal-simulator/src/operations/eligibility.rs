//! Which payment methods are on offer (Payments v2).
//! <https://developer.paypal.com/sdk/payment/v2/find-eligible-methods>

use serde_json::{Value, json};

use crate::{
    base::scopes,
    operations::operation::{Operation, operation},
    request::{answer::Answer, call::Call, refusal::Refusal},
    world::{World, accounts::Payer, money},
};

/// The operations.
pub(crate) static OPERATIONS: &[Operation] = &[operation(
    "payments.find-eligible-methods",
    "POST",
    "/v2/payments/find-eligible-methods",
    scopes::ELIGIBILITY,
    find,
)];

/// What is asked for, as far as it decides.
struct Wish<'a> {
    /// The payer's country and the currencies of the purchase.
    country: &'a str,
    currencies: Vec<&'a str>,
    flow: &'a str,
    /// Whether only these methods are looked at, or all but these.
    constraint: Option<(bool, Vec<&'a str>)>,
}

impl Wish<'_> {
    fn admits(&self, method: &str) -> bool {
        let name = method.to_uppercase();
        self.constraint.as_ref().is_none_or(|(only, named)| *only == named.contains(&&*name))
    }

    /// Whether everything is paid in the currency of the payer's country.
    fn is_in(&self, country: &str, currency: &str) -> bool {
        self.country == country && self.currencies.iter().all(|it| *it == currency)
    }

    /// Returns the methods by name. Venmo and PayPal Credit are for payers in the US who pay in US dollars, Pay Later for
    /// single payments in the currency of a country that has it.
    fn methods(&self, payer: Option<&Payer>, tells_accounts: bool) -> Value {
        let is_american = self.is_in("US", "USD");
        let mut methods = vec![("paypal", json!({"can_be_vaulted": true}))];
        if is_american {
            methods.push(("venmo", json!({"can_be_vaulted": true})));
            let credit = json!({"can_be_vaulted": false, "country_code": "US", "product_code": "CREDIT"});
            methods.push(("paypal_credit", credit));
        }
        let later = PAY_LATER.iter().find(|(country, currency, _)| self.is_in(country, currency));
        if let Some((country, _, product)) = later.filter(|_| self.flow == "ONE_TIME_PAYMENT") {
            let later = json!({"can_be_vaulted": false, "country_code": country, "product_code": product});
            methods.push(("paypal_pay_later", later));
        }
        let mut document = json!({});
        for (name, mut method) in methods.into_iter().filter(|(name, _)| self.admits(name)) {
            if tells_accounts && matches!(name, "paypal" | "venmo") {
                method["eligible_in_paypal_network"] = (name == "paypal" && payer.is_some()).into();
            }
            document[name] = method;
        }
        document
    }
}

/// The countries with Pay Later, their currencies, and its name there.
const PAY_LATER: [(&str, &str, &str); 7] = [
    ("AU", "AUD", "PAY_IN_4"),
    ("DE", "EUR", "PAYLATER"),
    ("ES", "EUR", "PAY_IN_3"),
    ("FR", "EUR", "PAY_IN_4"),
    ("GB", "GBP", "PAY_IN_3"),
    ("IT", "EUR", "PAY_IN_3"),
    ("US", "USD", "PAYLATER"),
];

fn find(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let body = &call.body;
    let invalid = |field: &str, value: &Value, description: &str| {
        Err(Refusal::invalid(field, value.clone(), "INVALID_PARAMETER_VALUE", description))
    };
    let customer = &body["customer"];
    let email = customer["email"].as_str();
    let payer = world.payers.iter().find(|it| email.is_some_and(|email| it.email.eq_ignore_ascii_case(email)));
    let country = match &customer["country_code"] {
        Value::Null => payer.map_or("US", |payer| &*payer.country),
        Value::String(code) if code.len() == 2 && code.bytes().all(|it| it.is_ascii_uppercase() || it == b'2') => code,
        other => return invalid("/customer/country_code", other, "It must be a country's two letters."),
    };
    let mut currencies = Vec::new();
    for (index, unit) in body["purchase_units"].as_array().into_iter().flatten().enumerate() {
        match &unit["amount"]["currency_code"] {
            Value::Null => {}
            Value::String(code) if money::is_currency(code) => currencies.push(&**code),
            other => {
                let field = format!("/purchase_units/{index}/amount/currency_code");
                return invalid(&field, other, "There is no such currency.");
            }
        }
    }
    let preferences = &body["preferences"];
    let flow = preferences["payment_flow"].as_str().unwrap_or("ONE_TIME_PAYMENT");
    let constraint = match &preferences["payment_source_constraint"] {
        Value::Null => None,
        given => {
            let field = "/preferences/payment_source_constraint/constraint_type";
            let only = match given["constraint_type"].as_str() {
                Some("INCLUDE") => true,
                Some("EXCLUDE") => false,
                _ => return invalid(field, &given["constraint_type"], "It must be INCLUDE or EXCLUDE."),
            };
            Some((only, given["payment_sources"].as_array().into_iter().flatten().filter_map(Value::as_str).collect()))
        }
    };
    let wish = Wish { country, currencies, flow, constraint };
    let methods = wish.methods(payer.map(|payer| &**payer), preferences["include_account_details"] == true);
    let country = json!({"buyer_country_code": country});
    Ok(Answer::ok(json!({"eligible_methods": methods, "supplementary_data": country})))
}
