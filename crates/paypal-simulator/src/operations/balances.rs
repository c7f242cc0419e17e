//! Balances of the merchant's account (Transaction Search v1).

use serde_json::{Value, json};

use crate::{
    base::scopes,
    operations::operation::{Control, Operation, control, operation},
    operations::transactions::{last_refreshed, read_time, refuse_too_old},
    request::{answer::Answer, call::Call, refusal::Refusal},
    world::{
        World,
        ledger::{Balance, Entry, PRIMARY_CURRENCY},
        money::Money,
    },
};

/// The operations.
pub(crate) static OPERATIONS: &[Operation] =
    &[operation("transactions.list-balances", "GET", "/v1/reporting/balances", scopes::BALANCES, list)];

/// Lists the balances as reports have them: at a time that the request names, or as late as they are known. The primary one
/// is first.
fn list(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let refreshed = last_refreshed(world);
    let time = read_time(call, "as_of_time")?;
    if let Some(time) = time {
        refuse_too_old(world, "as_of_time", call, time)?;
    }
    let time = time.unwrap_or(refreshed).min(refreshed);
    // All of the last second counts.
    let mut balances = world.books.ledger.balances_at(time.last_of_second());
    let only = match call.parameter("currency_code").filter(|code| !code.is_empty() && *code != "ALL") {
        None => PRIMARY_CURRENCY,
        Some(code) => {
            let refuse = || Refusal::query("currency_code", code, "INVALID_CURRENCY_CODE", "There is no such currency");
            let code = Money::currency(code).ok_or_else(refuse)?;
            balances.retain(|currency, _| *currency == code);
            code
        }
    };
    balances.entry(only).or_default();
    let mut balances: Vec<_> = balances.into_iter().collect();
    balances.sort_by_key(|(currency, _)| *currency != PRIMARY_CURRENCY);
    Ok(Answer::ok(json!({
        "balances": balances.into_iter().map(document).collect::<Vec<_>>(),
        "account_id": world.merchant().id,
        "as_of_time": time.report(),
        "last_refresh_time": refreshed.report(),
    })))
}

fn document((currency, balance): (&'static str, Balance)) -> Value {
    let amount = |minor| Money { currency, minor }.document();
    json!({
        "currency": currency,
        "primary": currency == PRIMARY_CURRENCY,
        "total_balance": amount(balance.total),
        "available_balance": amount(balance.available()),
        "withheld_balance": amount(balance.withheld),
    })
}

/// What merchants do with their money.
pub(crate) static CONTROLS: &[Control] = &[
    control("balance/deposit", deposit).titled("Fund the balance").with(|_, _| example()),
    control("balance/withdraw", withdraw).titled("Withdraw from the balance").with(|_, _| example()),
];

fn example() -> Value {
    json!({"currency_code": PRIMARY_CURRENCY, "value": "100.00"})
}

/// Funds the balance from the merchant's bank account: `{"currency_code": "EUR", "value": "100.00"}`, for the merchant with
/// that `merchant_id` or else the first one.
fn deposit(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let amount = Money::read_positive(&call.body, "")?;
    enter(world, call)?;
    record(world, "T0300", amount);
    Ok(Answer::none())
}

/// Moves money that is available to the merchant's bank account, likewise.
fn withdraw(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let amount = Money::read_positive(&call.body, "")?;
    enter(world, call)?;
    if world.books.ledger.balance(amount.currency).available() < amount.minor {
        let description = "It is more than what is available.";
        return Err(Refusal::business_at("/value", amount.value(), "INSUFFICIENT_FUNDS", description));
    }
    record(world, "T0403", amount.with(-amount.minor));
    Ok(Answer::none())
}

/// Opens the books of the merchant whom a control names, if it does.
pub(super) fn enter(world: &mut World, call: &Call) -> Result<(), Refusal> {
    let Some(id) = call.body["merchant_id"].as_str() else { return Ok(()) };
    let merchant = world.merchants.iter().position(|merchant| merchant.id == id);
    let unknown = || Refusal::invalid("/merchant_id", id, "INVALID_RESOURCE_ID", "There is no such merchant.");
    world.enter(merchant.ok_or_else(unknown)?);
    Ok(())
}

/// Funds the first merchant's balance. Returns whether there is such an amount.
pub(crate) fn fund(world: &mut World, currency: &str, minor: i64) -> bool {
    world.enter(0);
    let amount = Money::currency(currency).map(|currency| Money { currency, minor });
    let amount = amount.filter(|amount| amount.minor > 0);
    if let Some(amount) = amount {
        record(world, "T0300", amount);
    }
    amount.is_some()
}

fn record(world: &mut World, code: &'static str, amount: Money) {
    let (id, now) = (world.ids.transaction(), world.now());
    world.books.ledger.record(Entry::new(&id, code, amount, now));
}
