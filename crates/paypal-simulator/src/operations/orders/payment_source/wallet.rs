//! Wallets: PayPal, Venmo, Apple Pay and Google Pay.

use serde_json::Value;

use super::{
    card::verification,
    due::{Due, Next},
    saving, stored_credential, token,
};
use crate::{
    base::documents::pick,
    request::refusal::Refusal,
    world::{
        card::Card,
        money::Money,
        payment_source::PaymentSource,
        vault::instrument::{Instrument, Method},
    },
};

/// Reads a PayPal or Venmo account. One that is saved pays at once; otherwise the payer approves.
pub(super) fn read_account(
    due: &Due,
    name: &str,
    document: &Value,
    field: &str,
) -> Result<(PaymentSource, Next), Refusal> {
    let method = if name == "venmo" { Method::Venmo } else { Method::PayPal };
    let mut source = PaymentSource::new(name);
    if method == Method::PayPal {
        stored_credential::read_account(document, &mut source);
    }
    if let Some(id) = document["vault_id"].as_str() {
        token::saved(due, method, id, &format!("{field}/vault_id"))?;
        source.approved_by(&due.world.payer());
        return Ok((source, Next::Payment));
    }
    if document["billing_agreement_id"].is_string() {
        source.approved_by(&due.world.payer());
        return Ok((source, Next::Payment));
    }
    source.saving = saving::read(document, field, Instrument::wallet(method, document))?;
    if let Some(address) = document["email_address"].as_str() {
        source.members.insert("email_address".to_owned(), address.into());
    }
    Ok((source, Next::Approval))
}

/// Reads what Apple Pay and Google Pay tell about the payer.
fn contact(source: &mut PaymentSource, document: &Value) {
    if let Value::Object(members) = pick(document, &["id", "name", "email_address", "phone_number"]) {
        source.members.extend(members);
    }
}

/// Reads Apple Pay. A payment that the payer has approved on the device, or a saved one, pays at once.
pub(super) fn read_apple_pay(due: &Due, document: &Value, field: &str) -> Result<(PaymentSource, Next), Refusal> {
    let mut source = PaymentSource::new("apple_pay");
    stored_credential::read(due, document, field, &mut source)?;
    contact(&mut source, document);
    if let Some(id) = document["vault_id"].as_str() {
        let saved = token::saved(due, Method::ApplePay, id, &format!("{field}/vault_id"))?;
        source.card = saved.card.as_ref().map(|card| card.presented(false));
        return Ok((source, Next::Payment));
    }
    let decrypted = &document["decrypted_token"];
    if decrypted.is_null() {
        source.saving =
            saving::read(document, field, Instrument { method: Method::ApplePay, ..Instrument::card(None) })?;
        return Ok((source, if document["id"].is_string() { Next::Payment } else { Next::Entry }));
    }
    let at = format!("{field}/decrypted_token");
    let card = Card::read_paying(&decrypted["tokenized_card"], &format!("{at}/tokenized_card"), due.world.now())?;
    if !decrypted["transaction_amount"].is_null() {
        let amount = Money::read(&decrypted["transaction_amount"], &format!("{at}/transaction_amount"))?;
        let total: i64 = due.units.iter().map(|unit| unit.amount.minor).sum();
        let currency = due.units.first().map(|unit| unit.amount.currency);
        if amount.minor != total || Some(amount.currency) != currency {
            let description = "It is not the amount of the order.";
            let at = format!("{at}/transaction_amount");
            return Err(Refusal::unfit(&at, "APPLE_PAY_AMOUNT_MISMATCH", description));
        }
    }
    let needed = match decrypted["payment_data_type"].as_str() {
        Some("EMV") => Some(("emv_data", "EMV_DATA_REQUIRED")),
        Some(_) => Some(("cryptogram", "CRYPTOGRAM_REQUIRED")),
        None => None,
    };
    if let Some((name, issue)) = needed
        && !decrypted["payment_data"][name].is_string()
    {
        return Err(Refusal::unfit(&format!("{at}/payment_data/{name}"), issue, "This type of payment data needs it."));
    }
    let instrument = Instrument { method: Method::ApplePay, ..Instrument::card(Some(card.clone())) };
    source.saving = saving::read(document, field, instrument)?;
    source.card = Some(card);
    Ok((source, Next::Payment))
}

/// Reads Google Pay. A payment that the payer has approved on the device pays at once, unless the merchant asks for 3-D Secure
/// of a card that the device has not authenticated.
pub(super) fn read_google_pay(due: &Due, document: &Value, field: &str) -> Result<(PaymentSource, Next), Refusal> {
    let mut source = PaymentSource::new("google_pay");
    contact(&mut source, document);
    source.members.remove("id");
    let method = verification(document);
    let decrypted = &document["decrypted_token"];
    if decrypted.is_null() {
        return Ok((source, Next::Entry));
    }
    let at = format!("{field}/decrypted_token");
    let by = decrypted["authentication_method"].as_str().unwrap_or_default();
    source.card = Some(Card::read_paying(&decrypted["card"], &format!("{at}/card"), due.world.now())?);
    if by == "CRYPTOGRAM_3DS" && decrypted["cryptogram"].is_null() {
        let description = "This authentication method needs it.";
        return Err(Refusal::unfit(&format!("{at}/cryptogram"), "CRYPTOGRAM_REQUIRED", description));
    }
    source.challenge = by == "PAN_ONLY" && matches!(method, Some("SCA_ALWAYS" | "3D_SECURE"));
    let next = if source.challenge { Next::Challenge } else { Next::Payment };
    Ok((source, next))
}
