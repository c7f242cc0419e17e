//! JSON schemas, reduced to what the local check uses.

/// A schema. Values of enumerations, formats and unknown properties are not checked, since PayPal adds to them.
#[derive(Debug)]
pub(crate) struct Schema {
    /// The form of the value.
    pub shape: Shape,
    /// Whether `null` is allowed.
    pub nullable: bool,
    /// A rule that the schema cannot express.
    pub rule: Option<Rule>,
    /// What can be chosen for the value. It is not checked.
    pub selection: Option<&'static Selection>,
}

/// What can be chosen for a value.
#[derive(Debug)]
pub(crate) enum Selection {
    /// What an action lists, or where to find it: `x-options`, as JSON.
    Options(&'static str),
    /// The known values: the number of their list for [`known_values`](super::known_values).
    Known(usize),
}

/// The form of a value. There are hundreds of these, so rare parts are references.
#[derive(Debug)]
pub(crate) enum Shape {
    /// Any value.
    Open,
    /// All of these (`allOf`).
    All(&'static [&'static Schema]),
    /// At least one of these (`oneOf`, `anyOf`).
    Any(&'static [&'static Schema]),
    /// An object.
    Object {
        /// The known properties.
        properties: &'static [(&'static str, &'static Schema)],
        /// The required ones.
        required: &'static [&'static str],
    },
    /// An array.
    Array {
        /// The schema of each item.
        items: &'static Schema,
        /// The fewest items.
        min: u32,
        /// The most items.
        max: u32,
    },
    /// A string.
    Text {
        /// The fewest characters (Unicode scalar values).
        min: u32,
        /// The most characters.
        max: u32,
        /// The allowed characters; all if `None`.
        characters: Option<&'static Characters>,
    },
    /// A number.
    Number {
        /// Whether it must be whole.
        integer: bool,
        /// The least and the greatest.
        bounds: Option<&'static (i64, i64)>,
    },
    /// `true` or `false`.
    Boolean,
}

/// A rule that a schema cannot express (`x-rule` in the catalogue).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// A decimal string with no more decimals than its currency has.
    Money,
    /// An amount equals the sum of its breakdown.
    AmountBreakdown,
    /// The breakdown's totals equal the sums over the items.
    ItemsTotal,
    /// A batch of payouts has the sender's id.
    SenderBatchId,
    /// A timestamp, whose offset may lack its colon: the request adds it.
    DateTime,
    /// Several purchase units have ids and the same currency.
    PurchaseUnits,
    /// The shop's answer to PayPal's order-update callback fits the callback.
    OrderUpdate,
    /// Order and number of the billing cycles make a plan.
    BillingCycles,
    /// All amounts of or for a plan have the same currency.
    OneCurrency,
    /// A list of plans' ids is not too long.
    PlanIds,
    /// A tracking number goes with its carrier.
    Trackers,
    /// Each operation of a JSON Patch has a path that begins with a slash, and a value if it needs one.
    PatchPath,
    /// The same, with the codes of Orders.
    PatchPointer,
    /// A payment source is not empty.
    PaymentSource,
    /// A payment source names one payment method.
    OnePaymentSource,
    /// The same, with the code of the vault.
    VaultSource,
    /// A URL to which PayPal sends events is https.
    HttpsUrl,
}

/// A set of ASCII characters, one bit each.
#[derive(Debug)]
pub(crate) struct Characters(pub u128);

impl Characters {
    /// Whether the set contains the character.
    #[must_use]
    pub(crate) fn has(&self, character: char) -> bool {
        character.is_ascii() && self.0 >> (character as u32) & 1 == 1
    }
}
