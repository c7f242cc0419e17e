//! The terms of a plan, or of a subscription that overrides its plan: cycles, prices, taxes and preferences.

use std::{borrow::Cow, time::Duration};

use serde_json::{Value, json};

use crate::{
    base::clock::Moment,
    request::refusal::Refusal,
    world::{calendar::Interval, money::Money, price::Price},
};

/// A change of price has no effect on payments of existing subscriptions within this time.
/// <https://developer.paypal.com/platforms/subscriptions/customize/update-plan-pricing>
const NOTICE: Duration = Duration::from_secs(10 * 86_400);

pub(crate) struct Terms {
    /// In the order of their sequence, which begins with 1.
    pub(crate) cycles: Vec<Cycle>,
    pub(crate) currency: &'static str,
    /// In minor units.
    pub(crate) setup_fee: i64,
    /// Whether a subscription is cancelled if the setup fee cannot be taken.
    pub(crate) fee_or_cancel: bool,
    /// The number of failed payments in a row that suspends; never if it is 0.
    pub(crate) threshold: u32,
    /// Whether the next payment includes what is outstanding.
    pub(crate) auto_bill: bool,
    /// What is added to a price, in millionths of a per cent; 0 if taxes are included.
    tax: i64,
}

#[derive(Debug)]
pub(crate) struct Cycle {
    pub(crate) trial: bool,
    pub(crate) sequence: i64,
    /// How often it is executed; endlessly if it is 0.
    pub(crate) total: u32,
    pub(crate) interval: Interval,
    pub(crate) price: Price,
    pub(crate) version: i64,
}

/// Billing cycles whose prices were replaced.
pub(crate) struct Earlier {
    pub(crate) replaced: Moment,
    pub(crate) cycles: Value,
}

impl Earlier {
    /// Notes that prices are replaced now. Prices that no subscription can have any more are forgotten.
    pub(crate) fn add(list: &mut Vec<Self>, cycles: Value, now: Moment) {
        if let Some(last) = list.iter().rposition(|it| now >= it.replaced.after(NOTICE)) {
            list.drain(..=last);
        }
        list.push(Self { replaced: now, cycles });
    }
}

impl Terms {
    /// Reads a plan's members.
    pub(crate) fn read(members: &Value) -> Result<Self, Refusal> {
        let mut cycles = Vec::new();
        let list = members["billing_cycles"].as_array().filter(|list| !list.is_empty());
        for (index, cycle) in list.ok_or_else(|| Refusal::missing("/billing_cycles"))?.iter().enumerate() {
            cycles.push(Cycle::read(cycle, &format!("/billing_cycles/{index}"))?);
        }
        cycles.sort_by_key(|cycle| cycle.sequence);
        check(&cycles)?;
        let mut currencies = cycles.iter().filter_map(|cycle| cycle.price.currency());
        let Some(currency) = currencies.next() else {
            return Err(Refusal::missing("/billing_cycles/0/pricing_scheme"));
        };
        let preferences = &members["payment_preferences"];
        let fee = match &preferences["setup_fee"] {
            Value::Null => None,
            fee => Some(Money::read(fee, "/payment_preferences/setup_fee")?),
        };
        if currencies.any(|other| other != currency) || fee.is_some_and(|fee| fee.currency != currency) {
            return Err(Refusal::business("CURRENCY_MISMATCH", "All amounts must have one currency."));
        }
        let action = preferences["setup_fee_failure_action"].as_str();
        if !matches!(action, None | Some("CANCEL" | "CONTINUE")) {
            let field = "/payment_preferences/setup_fee_failure_action";
            let description = "It must be CANCEL or CONTINUE.";
            return Err(Refusal::invalid(field, action.unwrap_or_default(), "INVALID_PARAMETER_VALUE", description));
        }
        let threshold = &preferences["payment_failure_threshold"];
        Ok(Self {
            cycles,
            currency,
            setup_fee: fee.map_or(0, |fee| fee.minor),
            fee_or_cancel: action != Some("CONTINUE"),
            threshold: integer(threshold, "/payment_preferences/payment_failure_threshold", 0, 0, 999)? as u32,
            auto_bill: preferences["auto_bill_outstanding"] != false,
            tax: tax(&members["taxes"])?,
        })
    }

    /// Reads them as they were in force at a time, for a subscription that exists since a time: a price applies at once to those
    /// that come after it, and to others after [`NOTICE`].
    pub(crate) fn at(members: &Value, earlier: &[Earlier], since: Moment, time: Moment) -> Result<Self, Refusal> {
        let in_force = |it: &Earlier| it.replaced <= since || time >= it.replaced.after(NOTICE);
        // The oldest one if no change is in force, the newest if the last one is.
        let version = earlier.iter().rposition(in_force).map_or(0, |index| index + 1);
        let members = match earlier.get(version) {
            None => Cow::Borrowed(members),
            Some(old) => {
                let mut members = members.clone();
                for cycle in members["billing_cycles"].as_array_mut().into_iter().flatten() {
                    let before = old.cycles.as_array().into_iter().flatten();
                    let mut before = before.filter(|it| it["sequence"] == cycle["sequence"]);
                    if let Some(scheme) = before.next().and_then(|it| it.get("pricing_scheme")) {
                        cycle["pricing_scheme"] = scheme.clone();
                    }
                }
                Cow::Owned(members)
            }
        };
        Self::read(&members)
    }

    /// What one execution of a cycle costs, with taxes, in minor units.
    pub(crate) fn price(&self, cycle: &Cycle, quantity: i64) -> i64 {
        let price = cycle.price.of(quantity);
        let tax = (i128::from(price) * i128::from(self.tax) + 50_000_000) / 100_000_000;
        price.saturating_add(i64::try_from(tax).unwrap_or(i64::MAX))
    }

    /// What an execution of the regular cycle costs.
    pub(crate) fn regular(&self, quantity: i64) -> i64 {
        self.cycles.iter().find(|cycle| !cycle.trial).map_or(0, |cycle| self.price(cycle, quantity))
    }

    /// Returns an amount in their currency.
    pub(crate) fn money(&self, minor: i64) -> Money {
        Money { currency: self.currency, minor }
    }
}

impl Cycle {
    fn read(cycle: &Value, field: &str) -> Result<Self, Refusal> {
        let at = |name: &str| format!("{field}/{name}");
        let trial = match cycle["tenure_type"].as_str() {
            Some("TRIAL") => true,
            Some("REGULAR") => false,
            Some(other) => {
                let description = "It must be TRIAL or REGULAR.";
                return Err(Refusal::invalid(&at("tenure_type"), other, "INVALID_PARAMETER_VALUE", description));
            }
            None => return Err(Refusal::missing(&at("tenure_type"))),
        };
        if cycle["sequence"].is_null() {
            return Err(Refusal::missing(&at("sequence")));
        }
        let sequence = integer(&cycle["sequence"], &at("sequence"), 1, 1, 99)?;
        let total = integer(&cycle["total_cycles"], &at("total_cycles"), 1, 0, 999)? as u32;
        if trial && total == 0 {
            let issue = "INVALID_TRIAL_BILLING_TOTAL_CYCLES";
            return Err(Refusal::business_at(&at("total_cycles"), 0, issue, "A trial has an end."));
        }
        let frequency = &cycle["frequency"];
        let unit_at = at("frequency/interval_unit");
        let Some(unit) = frequency["interval_unit"].as_str() else { return Err(Refusal::missing(&unit_at)) };
        let most = Interval::most(unit) as i64;
        let count = integer(&frequency["interval_count"], &at("frequency/interval_count"), 1, 1, most)?;
        let description = "It must be DAY, WEEK, MONTH or YEAR.";
        let interval = Interval::new(unit, count as u64)
            .ok_or_else(|| Refusal::invalid(&unit_at, unit, "INVALID_PARAMETER_VALUE", description))?;
        let price = Price::read(&cycle["pricing_scheme"], trial, &at("pricing_scheme"))?;
        let version = cycle["pricing_scheme"]["version"].as_i64().unwrap_or(1).clamp(1, 99);
        Ok(Self { trial, sequence, total, interval, price, version })
    }

    pub(crate) fn tenure(&self) -> &'static str {
        if self.trial { "TRIAL" } else { "REGULAR" }
    }

    fn is_free(&self) -> bool {
        self.price.of(1) == 0
    }
}

/// Refuses cycles that do not make a plan together.
fn check(cycles: &[Cycle]) -> Result<(), Refusal> {
    let (trials, regular): (Vec<_>, Vec<_>) = cycles.iter().partition(|cycle| cycle.trial);
    let refuse = |issue, description| Err(Refusal::business(issue, description));
    if regular.is_empty() {
        return refuse("MISSING_REGULAR_BILLING_CYCLE", "One regular cycle is needed.");
    }
    if regular.len() > 1 {
        return refuse("MULTIPLE_REGULAR_BILLING_CYCLES_NOT_SUPPORTED", "There can be one regular cycle only.");
    }
    if trials.len() > 2 {
        return refuse("MORE_THAN_TWO_TRIAL_BILLING_CYCLE_NOT_SUPPORTED", "There can be two trials only.");
    }
    if trials.iter().filter(|cycle| cycle.is_free()).count() > 1 {
        return refuse("MULTIPLE_FREE_TRIAL_BILLING_CYCLES_NOT_SUPPORTED", "There can be one free trial only.");
    }
    if !cycles.iter().zip(1..).all(|(cycle, number)| cycle.sequence == number) {
        return refuse("INVALID_BILLING_CYCLE_SEQUENCE", "The sequence begins with 1 and has no gaps.");
    }
    Ok(())
}

/// Reads an integer within limits.
fn integer(value: &Value, field: &str, default: i64, least: i64, most: i64) -> Result<i64, Refusal> {
    let refuse = |issue, description: String| Err(Refusal::invalid(field, value.clone(), issue, &description));
    match value.as_i64() {
        None if value.is_null() => Ok(default),
        None => refuse("INVALID_PARAMETER_SYNTAX", "It must be an integer.".to_owned()),
        Some(number) if number < least => refuse("INVALID_INTEGER_MIN_VALUE", format!("It must be at least {least}.")),
        Some(number) if number > most => refuse("INVALID_INTEGER_MAX_VALUE", format!("It must be at most {most}.")),
        Some(number) => Ok(number),
    }
}

/// Reads the tax that is added to prices, in millionths of a per cent.
fn tax(taxes: &Value) -> Result<i64, Refusal> {
    if taxes.is_null() {
        return Ok(0);
    }
    let field = "/taxes/percentage";
    let Some(text) = taxes["percentage"].as_str() else { return Err(Refusal::missing(field)) };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || text.len() > 9 || fraction.len() > 6 || whole.len() + fraction.len() == 0
    {
        let description = "It must be a decimal number that is not negative.";
        return Err(Refusal::invalid(field, text, "INVALID_PARAMETER_SYNTAX", description));
    }
    let millionths = format!("{whole}{fraction:0<6}").parse().unwrap_or(0);
    Ok(if taxes["inclusive"] == false { millionths } else { 0 })
}

/// Overrides a plan's members by those of an inline plan, cycle by cycle.
pub(crate) fn merge(plan: &Value, inline: &Value) -> Result<Value, Refusal> {
    let mut merged = plan.clone();
    for (index, cycle) in inline["billing_cycles"].as_array().into_iter().flatten().enumerate() {
        let field = format!("/plan/billing_cycles/{index}");
        if cycle["sequence"].is_null() {
            return Err(Refusal::missing(&format!("{field}/sequence")));
        }
        let own = merged["billing_cycles"].as_array_mut().into_iter().flatten();
        let Some(own) = own.into_iter().find(|own| own["sequence"] == cycle["sequence"]) else {
            let (at, description) = (format!("{field}/sequence"), "The plan has no such cycle.");
            let issue = "INVALID_BILLING_CYCLE_SEQUENCE";
            return Err(Refusal::business_at(&at, cycle["sequence"].clone(), issue, description));
        };
        if let Some(scheme) = cycle.get("pricing_scheme") {
            same_kind(&own["pricing_scheme"], scheme, &format!("{field}/pricing_scheme"))?;
            own["pricing_scheme"] = scheme.clone();
        }
        if let Some(total) = cycle.get("total_cycles") {
            own["total_cycles"] = total.clone();
        }
    }
    for part in ["payment_preferences", "taxes"] {
        for (name, value) in inline[part].as_object().into_iter().flatten() {
            if !merged[part].is_object() {
                merged[part] = json!({});
            }
            merged[part][name.as_str()] = value.clone();
        }
    }
    let (before, after) = (Terms::read(plan)?, Terms::read(&merged)?);
    if before.currency != after.currency {
        return Err(Refusal::business("CURRENCY_MISMATCH", "The plan has another currency."));
    }
    Ok(merged)
}

/// Refuses to replace a fixed price by tiers, or tiers by a fixed price.
pub(crate) fn same_kind(old: &Value, new: &Value, field: &str) -> Result<(), Refusal> {
    let has_tiers = |scheme: &Value| !scheme["tiers"].is_null() || !scheme["pricing_model"].is_null();
    if old.is_null() || has_tiers(old) == has_tiers(new) {
        return Ok(());
    }
    let description = "Fixed prices and tiers do not replace each other.";
    Err(Refusal::business_at(field, new.clone(), "INVALID_PRICING_SCHEME", description))
}
