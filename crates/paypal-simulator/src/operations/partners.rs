//! Partners and their sellers: referrals (Partner Referrals v2), and how sellers stand (v1).

mod sellers;

use serde_json::{Value, json};

use crate::{
    base::scopes,
    operations::{
        needs::Subject,
        operation::{Control, Operation, control, operation},
    },
    request::{answer::Answer, call::Call, refusal::Refusal},
    world::{
        World,
        referral::{PATH, Referral},
    },
};

pub(crate) use sellers::agree;

/// The operations.
pub(crate) static OPERATIONS: &[Operation] = &[
    operation("partner-referrals.create", "POST", PATH, scopes::PARTNER_REFERRALS, create),
    operation("partner-referrals.get", "GET", "/v2/customer/partner-referrals/*", scopes::PARTNER_REFERRALS_READ, get),
    operation(
        "merchant-integrations.find",
        "GET",
        "/v1/customer/partners/*/merchant-integrations",
        scopes::PARTNERS,
        sellers::find,
    ),
    operation(
        "merchant-integrations.get",
        "GET",
        "/v1/customer/partners/*/merchant-integrations/*",
        scopes::PARTNERS,
        sellers::get,
    ),
];

/// What sellers do.
pub(crate) static CONTROLS: &[Control] = &[
    control("partner-referrals/*/agree", |world, call| {
        let merchant = agree(world, call.id(0), &call.body)?;
        Ok(Answer::json(201, json!({"merchant_id": merchant})))
    })
    .may_have(|_, _| json!({"primary_email_confirmed": true, "payments_receivable": true})),
    control("merchant-integrations/*/confirm-email", sellers::confirm_email)
        .needs(&SELLER, &["a seller whose e-mail address is not confirmed"], |world, id| {
            world.books.integrations.get(id).is_some_and(|it| !it.email_confirmed)
        })
        .takes(&[]),
    // What was granted is gone once it is taken back, so that a seller who is there can do it.
    control("merchant-integrations/*/revoke", sellers::revoke)
        .needs(&SELLER, &["a seller who has agreed"], |world, id| world.books.integrations.contains_key(id))
        .takes(&[]),
];

static SELLER: Subject = Subject {
    name: "seller",
    field: "merchant_id",
    has: |books, id| books.integrations.contains_key(id),
    state: |world, id| {
        let confirmed = world.books.integrations.get(id)?.email_confirmed;
        Some(if confirmed { "confirmed" } else { "not confirmed" }.to_owned())
    },
};

/// Makes an invitation. As at PayPal a repeat makes another one.
fn create(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let body = &call.body;
    let consented = |consent: &Value| consent["type"] == "SHARE_DATA_CONSENT" && consent["granted"] == true;
    if !body["legal_consents"].as_array().is_some_and(|consents| consents.iter().any(consented)) {
        let description = "The seller has not consented to share data.";
        return Err(Refusal::invalid("/legal_consents", Value::Null, "INVALID_PARAMETER_VALUE", description));
    }
    let id = world.ids.referral();
    let referral = Referral { id: id.clone(), members: body.clone() };
    let links = referral.links();
    world.books.referrals.insert(id.clone(), referral);
    Ok(Answer::json(201, json!({"links": links})).about(id))
}

fn get(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let id = call.id(0);
    let referral = world.books.referrals.get(id).ok_or_else(|| Refusal::not_found("partner_referral_id", id))?;
    let partner = world.merchant();
    Ok(Answer::ok(referral.document(&partner.id, &partner.client_id)))
}
