//! Which limits are checked.

/// PayPal's code for each violation that it documents to refuse (`x-issues` in the catalogue). A limit without a code
/// is not checked: PayPal's schemas state many that its servers do not enforce.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Limits {
    /// A string with fewer characters than it must have.
    pub too_short: Option<&'static str>,
    /// A string with too many characters.
    pub too_long: Option<&'static str>,
    /// An array with too few items.
    pub too_few: Option<&'static str>,
    /// An array with too many items.
    pub too_many: Option<&'static str>,
    /// A number below the least.
    pub below: Option<&'static str>,
    /// A number above the greatest.
    pub above: Option<&'static str>,
}
