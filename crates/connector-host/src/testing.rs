//! What tests need: a clock of its own, random bytes that can be had again, typed functions called by their names.

pub(crate) mod clock;
pub(crate) mod random;
mod tokens;
pub(crate) mod typed;

pub use clock::VirtualClock;
pub use random::SeededRandom;
pub use tokens::NumberedTokens;
pub use typed::arguments;
