//! A link by which somebody pays: from an amount, or from minutes and a rate, to the order that it stands for.

mod decimal;
mod order;
mod price;

pub use order::{Payable, order};
pub use price::{Conversion, Price, price};
