//! Balances of the merchant's account.

use crate::{
    operations::operation::{Control, control},
    request::{answer::Answer, call::Call, refusal::Refusal},
    world::{World, ledger::Entry, money::Money},
};

/// What merchants do with their money.
pub(crate) static CONTROLS: &[Control] = &[control("balance/deposit", deposit), control("balance/withdraw", withdraw)];

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

fn enter(world: &mut World, call: &Call) -> Result<(), Refusal> {
    let Some(id) = call.body["merchant_id"].as_str() else { return Ok(()) };
    let merchant = world.merchants.iter().position(|merchant| merchant.id == id);
    let unknown = || Refusal::invalid("/merchant_id", id, "INVALID_RESOURCE_ID", "There is no such merchant.");
    world.enter(merchant.ok_or_else(unknown)?);
    Ok(())
}

fn record(world: &mut World, code: &'static str, amount: Money) {
    let (id, now) = (world.ids.transaction(), world.now());
    world.books.ledger.record(Entry::new(&id, code, amount, now));
}
