//! Sellers: they agree to a partner, confirm their address, and take it back.

use serde_json::Value;

use crate::{
    base::documents::pick,
    request::{answer::Answer, call::Call, refusal::Refusal},
    world::{
        World,
        accounts::{Merchant, NewMerchant},
        integration::Integration,
    },
};

/// A seller agrees to a referral: the merchant that `merchant` names by id or e-mail address, or else the one with the
/// address in the referral, or else a new one. `primary_email_confirmed` and `payments_receivable` are true unless they are
/// set. Returns the seller's id.
pub(crate) fn agree(world: &mut World, id: &str, choice: &Value) -> Result<String, Refusal> {
    world.enter_where(|books| books.referrals.contains_key(id));
    let partner = world.acting();
    let referral = world.books.referrals.get(id).ok_or_else(|| Refusal::not_found("partner_referral_id", id))?;
    let (tracking_id, features) = (referral.tracking_id().map(str::to_owned), referral.features());
    let (products, email) = (referral.products(), referral.members["email"].as_str().map(str::to_owned));
    let name = referral.members["business_entity"]["names"][0]["business_name"].as_str().map(str::to_owned);
    let flag = |name: &str| match &choice[name] {
        Value::Null => Ok(true),
        value => value.as_bool().ok_or_else(|| {
            let description = "It must be true or false.";
            Refusal::invalid(&format!("/{name}"), value.clone(), "INVALID_PARAMETER_SYNTAX", description)
        }),
    };
    let (email_confirmed, payments_receivable) = (flag("primary_email_confirmed")?, flag("payments_receivable")?);
    let merchant = match &choice["merchant"] {
        Value::Null => None,
        named => Some(merchant_named(world, named)?),
    };
    let with_address = |email: &String| world.merchants.iter().find(|it| it.email.eq_ignore_ascii_case(email));
    let known = merchant.or_else(|| email.as_ref().and_then(with_address).map(|merchant| merchant.id.clone()));
    let merchant = match known {
        Some(id) => id,
        None => world.add_merchant(NewMerchant { name, email, ..NewMerchant::default() })?.id.clone(),
    };
    if world.merchants.get(partner).is_some_and(|it| it.id == merchant) {
        let description = "A partner is not its own seller.";
        return Err(Refusal::invalid("/merchant", merchant, "INVALID_PARAMETER_VALUE", description));
    }
    let since = world.now();
    let integration = Integration {
        merchant: merchant.clone(),
        tracking_id,
        features,
        products,
        email_confirmed,
        payments_receivable,
        since,
    };
    let resource = resource(world, &integration);
    world.books.integrations.insert(merchant.clone(), integration);
    world.emit("MERCHANT.ONBOARDING.COMPLETED", "merchant-onboarding", resource);
    Ok(merchant)
}

/// The resource of an event for the partner.
fn resource(world: &World, integration: &Integration) -> Value {
    let partner = world.merchant();
    let mut resource = integration.found(&partner.id);
    resource["partner_client_id"] = partner.client_id.as_str().into();
    resource
}

fn merchant_named(world: &World, named: &Value) -> Result<String, Refusal> {
    let found = named
        .as_str()
        .and_then(|name| world.merchants.iter().find(|it| it.id == name || it.email.eq_ignore_ascii_case(name)));
    found.map(|merchant| merchant.id.clone()).ok_or_else(|| {
        let description = "No merchant has this id or address.";
        Refusal::invalid("/merchant", named.clone(), "INVALID_PARAMETER_VALUE", description)
    })
}

/// Refuses an account that is not the caller's own.
fn check_partner(world: &World, call: &Call) -> Result<(), Refusal> {
    if world.merchant().id == call.id(0) {
        return Ok(());
    }
    Err(Refusal::not_permitted("This is not the account of the partner who asks."))
}

pub(super) fn find(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    check_partner(world, call)?;
    let tracking_id = call.parameter("tracking_id").unwrap_or_default();
    let mut sellers = world.books.integrations.values();
    let found = sellers.find(|seller| seller.tracking_id.as_deref() == Some(tracking_id));
    let found = found.ok_or_else(|| Refusal::not_found_in_query("tracking_id", tracking_id, "INVALID_RESOURCE_ID"))?;
    Ok(Answer::ok(found.found(&world.merchant().id)))
}

pub(super) fn get(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    check_partner(world, call)?;
    let id = call.id(1);
    let seller =
        |integration: &Integration| world.merchants.iter().find(|it: &&Merchant| it.id == integration.merchant);
    let found = world.books.integrations.get(id).and_then(|it| Some((it, seller(it)?)));
    let (integration, seller) = found.ok_or_else(|| Refusal::not_found("merchant_id", id))?;
    let document = integration.document(seller, world.merchant());
    Ok(Answer::ok(match call.parameter("fields") {
        Some(fields) => pick(&document, &fields.split(',').map(str::trim).collect::<Vec<_>>()),
        None => document,
    }))
}

/// The seller confirms the e-mail address.
pub(super) fn confirm_email(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    if let Some(integration) = world.books.integrations.get_mut(call.id(0)) {
        integration.email_confirmed = true;
    }
    Ok(Answer::none())
}

/// The seller takes back what was granted.
pub(super) fn revoke(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    if let Some(integration) = world.books.integrations.remove(call.id(0)) {
        let resource = resource(world, &integration);
        world.emit("MERCHANT.PARTNER-CONSENT.REVOKED", "partner-consent", resource);
    }
    Ok(Answer::none())
}
