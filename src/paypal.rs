//! Facts about PayPal: currencies and money, resources and how its documents name them, the order-update callback.

pub mod currency;
pub mod kind;
pub mod money;
pub(crate) mod order_update;
pub mod resource;
pub mod subject;
