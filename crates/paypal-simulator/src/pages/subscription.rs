//! `/webapps/billing/subscriptions?ba_token=…`: the subscriber, who agrees to a subscription or to its revision.

use maud::{Markup, html};
use serde_json::{Value, json};

use super::{
    back, deed,
    layout::{message, missing, payer as page},
    payer,
    purchase::{money, shipping, text},
    visit::Visit,
};
use crate::{
    request::answer::Answer,
    world::{World, subscription::Subscription},
};

pub(super) fn answer(world: &mut World, visit: &Visit) -> Answer {
    let token = visit.query("ba_token");
    let is_it = |it: &&Subscription| it.token == token;
    world.enter_where(|books| books.subscriptions.values().any(|it| is_it(&it)));
    let Some(subscription) = world.books.subscriptions.values().find(is_it) else { return missing("subscription") };
    if visit.form.is_none() {
        return page("Subscribe", &show(world, subscription, &html! {}));
    }
    let shop = subscription.experience.cancel_url.as_deref();
    let id = subscription.id.clone();
    match visit.field("do") {
        "cancel" => match address(subscription, shop) {
            Some(address) => Answer::see_other(address),
            None => message(200, "You have cancelled", "You have not agreed. Go back to the shop."),
        },
        "approve" if subscription.waits_for_approval() => {
            let payer = json!({"payer": visit.payer()});
            if let Err(refusal) = deed::run(world, &["subscriptions", &id, "approve"], &payer) {
                let shown = world.books.subscriptions.get(&id).map(|it| show(world, it, &deed::refused(&refusal)));
                return page("Subscribe", &shown.unwrap_or_default()).status(refusal.status);
            }
            match world.books.subscriptions.get(&id).and_then(to_shop) {
                Some(address) => Answer::see_other(address),
                None => message(200, "You have agreed", "Go back to the shop."),
            }
        }
        _ => page("Subscribe", &show(world, subscription, &html! {})).status(409),
    }
}

fn to_shop(subscription: &Subscription) -> Option<String> {
    address(subscription, subscription.experience.return_url.as_deref())
}

fn address(subscription: &Subscription, shop: Option<&str>) -> Option<String> {
    let Subscription { id, token, .. } = subscription;
    let own = token.trim_start_matches("BA-");
    back::address(shop, &[("subscription_id", id), ("ba_token", token), ("token", own)])
}

fn show(world: &World, subscription: &Subscription, notice: &Markup) -> Markup {
    let merchant = subscription.experience.brand_name.as_deref().unwrap_or(&world.merchant().name);
    let proposed = subscription.proposed.as_ref();
    let present = (&subscription.plan, subscription.quantity, &subscription.own_plan);
    let (plan, quantity, own) = proposed.map_or(present, |it| (&it.plan, it.quantity, &it.own_plan));
    html! {
        h1 { @if proposed.is_some() { "Change your subscription with " } @else { "Subscribe to " } (merchant) }
        (notice)
        @if let Some(plan) = world.books.plans.get(plan) { (terms(own.as_ref().unwrap_or(&plan.members), quantity)) }
        @let members = &subscription.members;
        @if members["shipping_amount"].is_object() {
            p { strong { "Shipping, each time " } (money(&members["shipping_amount"])) }
        }
        (shipping(&members["subscriber"]["shipping_address"]))
        @if subscription.waits_for_approval() {
            (payer::form(world, &[("approve", "Agree and subscribe"), ("cancel", "Cancel")]))
        } @else {
            p .notice { "There is nothing to agree to: the subscription is " (subscription.status()) "." }
            @if let Some(address) = to_shop(subscription) { p { a href=(address) { "Back to the shop" } } }
        }
        p .more { a href={ "/simulator/resources/subscriptions/" (subscription.id) } { "Subscription " (subscription.id) } }
    }
}

/// What a plan costs, and when.
fn terms(members: &Value, quantity: i64) -> Markup {
    let mut cycles: Vec<_> = members["billing_cycles"].as_array().into_iter().flatten().collect();
    cycles.sort_by_key(|cycle| cycle["sequence"].as_i64());
    html! {
        section {
            h2 { (text(members, "name")) @if quantity != 1 { " × " (quantity) } }
            p { (text(members, "description")) }
            table .purchase {
                caption { "What it costs" }
                thead { tr { th scope="col" { "When" } th scope="col" .amount { "Price" } } }
                tbody {
                    @for cycle in cycles {
                        tr {
                            td { (when(cycle)) }
                            @let scheme = &cycle["pricing_scheme"];
                            td .amount {
                                @if scheme["fixed_price"].is_object() { (money(&scheme["fixed_price"])) }
                                @else if let Some(tiers) = scheme["tiers"].as_array() {
                                    @for tier in tiers { p { "from " (text(tier, "starting_quantity")) ": " (money(&tier["amount"])) } }
                                } @else { "free" }
                            }
                        }
                    }
                }
                @let fee = &members["payment_preferences"]["setup_fee"];
                @if fee.is_object() { tfoot { tr { th scope="row" { "Set-up fee, once" } td .amount { (money(fee)) } } } }
            }
            @let tax = &members["taxes"];
            @if let Some(percent) = tax["percentage"].as_str() {
                p { "Tax of " (percent) " % " @if tax["inclusive"] == false { "is added." } @else { "is included." } }
            }
        }
    }
}

/// Such as `every 2 weeks, 3 times, as a trial`.
fn when(cycle: &Value) -> String {
    let frequency = &cycle["frequency"];
    let unit = text(frequency, "interval_unit").to_lowercase();
    let every = match frequency["interval_count"].as_i64().unwrap_or(1) {
        1 => format!("every {unit}"),
        count => format!("every {count} {unit}s"),
    };
    let times = match cycle["total_cycles"].as_i64() {
        None | Some(0) => String::new(),
        Some(1) => ", once".to_owned(),
        Some(times) => format!(", {times} times"),
    };
    let trial = if text(cycle, "tenure_type") == "TRIAL" { ", as a trial" } else { "" };
    format!("{every}{times}{trial}")
}
