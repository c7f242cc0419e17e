//! Controls of the simulator itself.

use std::time::Duration;

use super::ipn;
use crate::{
    operations::operation::{Control, control},
    request::{
        answer::Answer,
        call::Call,
        field::{Field, Kind},
        refusal::Refusal,
    },
    world::World,
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

fn advance(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let seconds = call.body["seconds"].as_u64().ok_or_else(|| Refusal::missing("/seconds"))?;
    world.clock.advance(Duration::from_secs(seconds));
    world.run_due();
    Ok(Answer::none())
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
