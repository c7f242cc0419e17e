//! `/bizsignup/partner/entry?referralToken=ID`: a seller whom a partner has invited.

use maud::{Markup, html};
use serde_json::{Value, json};

use super::{
    back, deed,
    layout::{message, missing, payer as page},
    visit::Visit,
};
use crate::{
    operations::partners::agree,
    request::answer::Answer,
    world::{World, referral::Referral},
};

pub(super) fn answer(world: &mut World, visit: &Visit) -> Answer {
    let id = visit.query("referralToken");
    world.enter_where(|books| books.referrals.contains_key(id));
    let Some(referral) = world.books.referrals.get(id) else { return missing("invitation") };
    if visit.form.is_none() {
        return page("Agree", &show(world, referral, &html! {}));
    }
    if visit.field("do") != "agree" {
        return message(200, "You have not agreed", "Close this page.");
    }
    let home = referral.members["partner_config_override"]["return_url"].as_str().map(str::to_owned);
    let tracking_id = referral.tracking_id().unwrap_or_default().to_owned();
    let merchant = Some(visit.field("merchant")).filter(|merchant| !merchant.is_empty());
    match agree(world, id, &json!({"merchant": merchant.map_or(Value::Null, Value::from)})) {
        Ok(seller) => {
            // What PayPal tells the partner in this way is no proof: the partner reads the seller's status.
            let told = [
                ("merchantId", &*tracking_id),
                ("merchantIdInPayPal", &seller),
                ("permissionsGranted", "true"),
                ("consentStatus", "true"),
                ("isEmailConfirmed", "true"),
                ("accountStatus", "BUSINESS_ACCOUNT"),
            ];
            match back::address(home.as_deref(), &told) {
                Some(address) => Answer::see_other(address),
                None => message(200, "You have agreed", "Go back to your partner."),
            }
        }
        Err(refusal) => {
            let referral = world.books.referrals.get(id);
            let shown = referral.map(|referral| show(world, referral, &deed::refused(&refusal)));
            page("Agree", &shown.unwrap_or_default()).status(refusal.status)
        }
    }
}

fn show(world: &World, referral: &Referral, notice: &Markup) -> Markup {
    let partner = world.merchant();
    html! {
        h1 { (partner.name) " invites you to sell" }
        (notice)
        p { "You let " (partner.name) " do this for you:" }
        ul { @for feature in referral.features() { li { (deed::title(&feature.to_lowercase())) } } }
        form method="post" {
            label for="merchant" { "You are" }
            select id="merchant" name="merchant" {
                option value="" { "New here" }
                @for merchant in world.merchants.iter().filter(|it| it.id != partner.id) {
                    option value=(merchant.id) { (merchant.name) " · " (merchant.email) }
                }
            }
            button name="do" value="agree" { "Agree and connect" }
            button name="do" value="cancel" { "Cancel" }
        }
    }
}
