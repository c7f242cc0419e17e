//! Facts about PayPal: currencies and money, what payments add and take away, resources and how documents name them, the
//! order-update callback.

pub(crate) mod credit;
pub(crate) mod currency;
pub(crate) mod kind;
pub(crate) mod money;
pub(crate) mod order_update;
pub(crate) mod party;
pub(crate) mod resource;
pub(crate) mod subject;
