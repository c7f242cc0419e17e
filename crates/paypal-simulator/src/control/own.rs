//! Controls of the simulator itself.

use std::time::Duration;

use serde_json::json;

use super::ipn;
use crate::{
    operations::operation::{Control, control},
    request::{
        answer::Answer,
        call::Call,
        field::{Field, Kind},
        refusal::Refusal,
    },
    world::{MAX_TASKS, World},
};

pub(super) static CONTROLS: &[Control] = &[
    control("clock", advance)
        .titled("Move the clock forward")
        .takes(&[Field { name: "seconds", kind: Kind::Number(86_400) }]),
    control("deliveries/duplicate", duplicate).titled("Deliver the next event twice").takes(&[]),
    control("in-progress", in_progress).titled("Refuse the next key as in progress").takes(&[]),
    control(ipn::PATH, |world, call| ipn::queue(world, &call.body)),
    control("tokens/expire", expire).titled("Expire all tokens").takes(&[]),
];

/// The longest time that the clock moves at once, in seconds: 10 years.
const MAX_SECONDS: u64 = 3_653 * 86_400;

/// Moves the clock forward. Answers with the time, and how many access tokens have expired. Only so much is carried out for one request: it can be sent again.
fn advance(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let value = &call.body["seconds"];
    if value.is_null() {
        return Err(Refusal::missing("/seconds"));
    }
    let refuse =
        |description: &str| Refusal::invalid("/seconds", value.clone(), "INVALID_PARAMETER_VALUE", description);
    let seconds = value.as_u64().ok_or_else(|| refuse("It must be a whole number that is not negative."))?;
    if seconds > MAX_SECONDS {
        return Err(refuse(&format!("It must be at most {MAX_SECONDS}, which is 10 years.")));
    }
    let before = world.now();
    let moved = world.advance(Duration::from_secs(seconds));
    let now = world.now();
    let expired = world.tokens.expired(before, now);
    match moved {
        // Who moves the clock wonders about the next 401.
        Ok(()) => Ok(Answer::ok(json!({"time": now.rfc3339(), "expired_tokens": expired}))),
        Err(reached) => {
            let time = reached.rfc3339();
            let description = format!(
                "After {MAX_TASKS} tasks it is {time}, and {expired} access tokens have expired. Send the rest of the time again."
            );
            let refusal = Refusal::too_many("More is due than one request carries out");
            Err(refusal.about_value("/seconds", value.clone(), &description))
        }
    }
}

fn duplicate(world: &mut World, _: &Call) -> Result<Answer, Refusal> {
    world.duplicates = world.duplicates.saturating_add(1);
    Ok(Answer::none())
}

fn in_progress(world: &mut World, _: &Call) -> Result<Answer, Refusal> {
    world.in_progress = world.in_progress.saturating_add(1);
    Ok(Answer::none())
}

fn expire(world: &mut World, _: &Call) -> Result<Answer, Refusal> {
    let now = world.now();
    world.tokens.expire(now);
    Ok(Answer::none())
}
