//! JSON schemas, reduced to what the local check looks at.

/// What a value must be like. Enumerations, formats and unknown properties are not looked at: PayPal adds to them.
#[derive(Debug)]
pub(crate) struct Schema {
    /// Its form.
    pub shape: Shape,
    /// Whether `null` will do as well.
    pub nullable: bool,
    /// A rule about several of its parts at once.
    pub rule: Option<Rule>,
}

/// The form of a value. There are thousands of these: what is rare in them stands behind a reference.
#[derive(Debug)]
pub(crate) enum Shape {
    /// Anything.
    Open,
    /// Another schema.
    Same(&'static Schema),
    /// What all of these say (`allOf`).
    All(&'static [Schema]),
    /// What at least one of these says (`oneOf`, `anyOf`).
    Any(&'static [Schema]),
    /// An object.
    Object {
        /// The properties that are known.
        properties: &'static [(&'static str, Schema)],
        /// Those that must be there.
        required: &'static [&'static str],
    },
    /// An array.
    Array {
        /// What each item is like.
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
        /// The characters that may be in it; any where there is none.
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

/// A rule that a schema alone cannot say (`x-rule` in the catalogue).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// A decimal string with the decimals that its currency has.
    Money,
    /// An amount equals the sum of its breakdown.
    AmountBreakdown,
    /// The breakdown's totals equal the sums over the items.
    ItemsTotal,
    /// A batch of payouts has an id of the sender's own.
    SenderBatchId,
    /// A moment, whose offset may lack its colon: the request gives it one.
    DateTime,
    /// Several purchase units have ids, and all one currency.
    PurchaseUnits,
    /// What the shop answers to PayPal's order-update callback fits the callback.
    OrderUpdate,
    /// Billing cycles come in an order and numbers that make a plan.
    BillingCycles,
    /// All amounts of or for a plan are in one currency.
    OneCurrency,
    /// A list of plans' ids is not too long.
    PlanIds,
    /// A tracking number goes with its carrier.
    Trackers,
    /// Each change of a JSON Patch has a path with its slash, and a value where there must be one.
    PatchPath,
    /// The same by the codes of Orders.
    PatchPointer,
    /// A payment source is not empty.
    PaymentSource,
    /// A payment source names one payment method.
    OnePaymentSource,
    /// The same by the code of the vault.
    VaultSource,
    /// An address that PayPal sends events to has https.
    HttpsUrl,
}

/// A set of ASCII characters, one bit each.
#[derive(Debug)]
pub(crate) struct Characters(pub u128);

impl Characters {
    /// Whether the set has the character.
    #[must_use]
    pub(crate) fn has(&self, character: char) -> bool {
        character.is_ascii() && self.0 >> (character as u32) & 1 == 1
    }
}
