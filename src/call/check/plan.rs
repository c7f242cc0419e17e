//! Rules for plans. The codes are those of PayPal's answer 422 to plans.create.

use crate::base::document::Document;

use super::{findings::Findings, path::Path};

/// The most trial cycles of a plan.
const MAX_TRIALS: usize = 2;
/// The most plans by which a list of subscriptions can be filtered.
/// <https://developer.paypal.com/docs/api/subscriptions/v1/#subscriptions_list>
const MAX_IDS: usize = 70;

/// The billing cycles of a plan have the sequences 1, 2, 3 and so on: at most two trials, which end, then one regular
/// cycle.
pub(super) fn check_cycles(cycles: &Document, path: &Path, findings: &mut Findings) {
    if !matches!(cycles, Document::Array(_)) {
        return;
    }
    let cycles: Vec<Cycle> = cycles.items().iter().enumerate().map(|(index, it)| Cycle::new(index, it)).collect();
    check_sequences(&cycles, path, findings);
    check_tenures(&cycles, path, findings);
}

/// The members of a billing cycle that the rules use. Missing and invalid ones are left out.
struct Cycle<'a> {
    index: usize,
    sequence: Option<u64>,
    tenure: &'a str,
    endless: bool,
    free: bool,
}

impl<'a> Cycle<'a> {
    fn new(index: usize, cycle: &'a Document) -> Self {
        let number = |name| match cycle.get(name) {
            Some(Document::Number(number)) => number.as_u64(),
            Some(Document::Text(text)) => text.trim().parse().ok(),
            _ => None,
        };
        Self {
            index,
            sequence: number("sequence").filter(|it| *it > 0),
            tenure: cycle.get("tenure_type").and_then(Document::as_text).unwrap_or_default(),
            endless: number("total_cycles") == Some(0),
            free: cycle.given("pricing_scheme").is_none(),
        }
    }

    fn report(&self, member: &str, code: &str, description: String, path: &Path, findings: &mut Findings) {
        findings.found(&Path::Member(&Path::Item(path, self.index), member), code, description);
    }
}

fn check_sequences(cycles: &[Cycle], path: &Path, findings: &mut Findings) {
    let sequences: Option<Vec<u64>> = cycles.iter().map(|cycle| cycle.sequence).collect();
    let Some(sequences) = sequences else { return };
    // If each occurs once and none exceeds their number, there is no gap.
    for (cycle, sequence) in cycles.iter().zip(&sequences) {
        let doubled = sequences[..cycle.index].contains(sequence);
        if doubled || *sequence > cycles.len() as u64 {
            let description = format!("must be one of 1 to {}, each of which occurs once", cycles.len());
            cycle.report("sequence", "INVALID_BILLING_CYCLE_SEQUENCE", description, path, findings);
        }
    }
}

fn check_tenures(cycles: &[Cycle], path: &Path, findings: &mut Findings) {
    let of = |tenure| cycles.iter().filter(move |cycle| cycle.tenure == tenure);
    let trials = of("TRIAL").count();

    // An unknown kind of cycle might serve as the regular one.
    if trials == cycles.len() {
        let description = "has no regular cycle: a plan has one".to_owned();
        findings.found(path, "MISSING_REGULAR_BILLING_CYCLE", description);
    }
    if let Some(second) = of("REGULAR").nth(1) {
        let description = "is the second regular cycle: a plan has one".to_owned();
        second.report("tenure_type", "MULTIPLE_REGULAR_BILLING_CYCLES_NOT_SUPPORTED", description, path, findings);
    }
    if let Some(third) = of("TRIAL").nth(MAX_TRIALS) {
        let description = format!("is trial cycle number {}: a plan has at most {MAX_TRIALS}", MAX_TRIALS + 1);
        third.report("tenure_type", "MORE_THAN_TWO_TRIAL_BILLING_CYCLE_NOT_SUPPORTED", description, path, findings);
    }
    if let Some(second) = of("TRIAL").filter(|cycle| cycle.free).nth(1) {
        let description = "is missing, as in another trial: a plan has at most one free trial".to_owned();
        second.report(
            "pricing_scheme",
            "MULTIPLE_FREE_TRIAL_BILLING_CYCLES_NOT_SUPPORTED",
            description,
            path,
            findings,
        );
    }
    let regular = of("REGULAR").find_map(|cycle| cycle.sequence);
    for trial in of("TRIAL") {
        if trial.endless {
            let description = "must be at least 1: a trial ends".to_owned();
            trial.report("total_cycles", "INVALID_TRIAL_BILLING_TOTAL_CYCLES", description, path, findings);
        }
        if trial.sequence.zip(regular).is_some_and(|(trial, regular)| trial > regular) {
            let description = "must be before that of the regular cycle: trials come first".to_owned();
            trial.report("sequence", "INVALID_BILLING_CYCLE_SEQUENCE", description, path, findings);
        }
    }
}

/// Checks that a comma-separated list of plans' ids is not too long.
pub(super) fn check_ids(ids: &Document, path: &Path, findings: &mut Findings) {
    let count = ids.as_text().map_or(0, |ids| ids.split(',').count());
    if count > MAX_IDS {
        let description = format!("has {count} ids; at most {MAX_IDS} allowed");
        findings.found(path, "INVALID_ARRAY_MAX_ITEMS", description);
    }
}

#[cfg(test)]
mod tests {
    use crate::call::check::tests::violations;

    fn plan(cycles: &[(&str, &str, &str, &str)], setup_fee: &str) -> String {
        let cycle = |(tenure, sequence, total, currency): &(&str, &str, &str, &str)| {
            let price = match *currency {
                "" => String::new(),
                it => format!(r#", "pricing_scheme": {{"fixed_price": {{"currency_code": "{it}", "value": "5"}}}}"#),
            };
            format!(
                r#"{{"frequency": {{"interval_unit": "MONTH"}}, "tenure_type": "{tenure}",
                    "sequence": {sequence}, "total_cycles": {total}{price}}}"#
            )
        };
        let cycles: Vec<String> = cycles.iter().map(cycle).collect();
        format!(
            r#"{{"body": {{"product_id": "PROD-4KT39027LM518364B", "name": "Tea", "billing_cycles": [{}],
                "payment_preferences": {{"setup_fee": {{"currency_code": "{setup_fee}", "value": "1"}}}}}}}}"#,
            cycles.join(",")
        )
    }

    fn codes(cycles: &[(&str, &str, &str, &str)]) -> Vec<String> {
        violations("plans.create", &plan(cycles, "USD"))
    }

    #[test]
    fn two_trials_and_a_regular_cycle_pass_in_any_order() {
        let (first, second, regular) =
            (("TRIAL", "1", "1", ""), ("TRIAL", "2", "3", "USD"), ("REGULAR", "3", "0", "USD"));
        assert_eq!(codes(&[first, second, regular]), [""; 0]);
        assert_eq!(codes(&[regular, second, first]), [""; 0]);
        assert_eq!(codes(&[("REGULAR", "1", "12", "usd")]), [""; 0]);
        assert_eq!(codes(&[("LATER", "1", "0", "USD")]), [""; 0]);
    }

    #[test]
    fn sequences_are_1_to_n() {
        let line = |index| format!("body /billing_cycles/{index}/sequence: INVALID_BILLING_CYCLE_SEQUENCE");
        let gap = [("TRIAL", "1", "1", "USD"), ("TRIAL", "2", "1", "USD"), ("REGULAR", "4", "0", "USD")];
        assert_eq!(codes(&gap), [line(2)]);
        let doubled = [("TRIAL", "1", "1", "USD"), ("TRIAL", "1", "1", "USD"), ("REGULAR", "3", "0", "USD")];
        assert_eq!(codes(&doubled), [line(1)]);
        assert_eq!(codes(&[("REGULAR", "2", "0", "USD")]), [line(0)]);
        assert_eq!(codes(&[("TRIAL", "2", "1", "USD"), ("REGULAR", "1", "0", "USD")]), [line(0)]);
    }

    #[test]
    fn the_schema_reports_an_invalid_sequence() {
        let zero = [("TRIAL", "0", "1", "USD"), ("REGULAR", "9", "0", "USD")];
        assert_eq!(codes(&zero), ["body /billing_cycles/0/sequence: INVALID_INTEGER_MIN_VALUE"]);
        let text = [("TRIAL", "\"one\"", "1", "USD"), ("REGULAR", "9", "0", "USD")];
        assert_eq!(codes(&text), ["body /billing_cycles/0/sequence: INVALID_PARAMETER_SYNTAX"]);
    }

    #[test]
    fn a_number_in_a_string_counts_as_a_number() {
        let cycles = |last: &str| codes(&[("TRIAL", "\"1\"", "\"1\"", "USD"), ("REGULAR", last, "\"0\"", "USD")]);
        assert_eq!(cycles("\"2\""), [""; 0]);
        assert_eq!(cycles("\"3\""), ["body /billing_cycles/1/sequence: INVALID_BILLING_CYCLE_SEQUENCE"]);
    }

    #[test]
    fn there_is_one_regular_cycle() {
        let line = "body /billing_cycles: MISSING_REGULAR_BILLING_CYCLE";
        assert_eq!(codes(&[("TRIAL", "1", "1", "USD"), ("TRIAL", "2", "1", "USD")]), [line]);
        assert_eq!(codes(&[("TRIAL", "1", "1", "USD"), ("LATER", "2", "1", "USD")]), [""; 0]);
        let line = "body /billing_cycles/1/tenure_type: MULTIPLE_REGULAR_BILLING_CYCLES_NOT_SUPPORTED";
        assert_eq!(codes(&[("REGULAR", "1", "1", "USD"), ("REGULAR", "2", "0", "USD")]), [line]);
    }

    #[test]
    fn trials_are_few_and_end_and_one_may_be_free() {
        let many = [
            ("TRIAL", "1", "1", "USD"),
            ("TRIAL", "2", "1", "USD"),
            ("TRIAL", "3", "1", "USD"),
            ("REGULAR", "4", "0", "USD"),
        ];
        let line = "body /billing_cycles/2/tenure_type: MORE_THAN_TWO_TRIAL_BILLING_CYCLE_NOT_SUPPORTED";
        assert_eq!(codes(&many), [line]);
        let line = "body /billing_cycles/0/total_cycles: INVALID_TRIAL_BILLING_TOTAL_CYCLES";
        assert_eq!(codes(&[("TRIAL", "1", "0", "USD"), ("REGULAR", "2", "0", "USD")]), [line]);
        let line = "body /billing_cycles/1/pricing_scheme: MULTIPLE_FREE_TRIAL_BILLING_CYCLES_NOT_SUPPORTED";
        let free = [("TRIAL", "1", "1", ""), ("TRIAL", "2", "1", ""), ("REGULAR", "3", "0", "USD")];
        assert_eq!(codes(&free), [line]);
    }

    #[test]
    fn all_amounts_are_in_one_currency() {
        let line = |path: &str| format!("body /{path}/currency_code: CURRENCY_MISMATCH");
        let cycles = [("TRIAL", "1", "1", "EUR"), ("REGULAR", "2", "0", "USD")];
        let price = "billing_cycles/1/pricing_scheme/fixed_price";
        assert_eq!(violations("plans.create", &plan(&cycles, "EUR")), [line(price)]);
        let fee = "payment_preferences/setup_fee";
        assert_eq!(violations("plans.create", &plan(&cycles[1..], "EUR")).len(), 2, "and its sequence");
        assert_eq!(violations("plans.create", &plan(&[("REGULAR", "1", "0", "USD")], "EUR")), [line(fee)]);

        let prices = r#"{"id": "P-6HX81430LN2750936MQ4KTWY", "body": {"pricing_schemes": [
            {"billing_cycle_sequence": 1, "pricing_scheme": {"fixed_price": {"currency_code": "USD", "value": "5"}}},
            {"billing_cycle_sequence": 2, "pricing_scheme": {"fixed_price": {"currency_code": "EUR", "value": "5"}}}]}}"#;
        assert_eq!(violations("plans.update-pricing", prices), [line("pricing_schemes/1/pricing_scheme/fixed_price")]);

        // A subscription changes single cycles of its plan, with any sequences.
        let changes = r#"{"body": {"plan_id": "P-6HX81430LN2750936MQ4KTWY", "plan": {
            "billing_cycles": [{"sequence": 2, "pricing_scheme": {"fixed_price": {"currency_code": "USD", "value": "5"}}}],
            "payment_preferences": {"setup_fee": {"currency_code": "SETUP", "value": "1"}}}}}"#;
        assert_eq!(violations("subscriptions.create", &changes.replace("SETUP", "USD")), [""; 0]);
        assert_eq!(
            violations("subscriptions.create", &changes.replace("SETUP", "EUR")),
            [line("plan/payment_preferences/setup_fee")]
        );
    }

    #[test]
    fn a_list_of_plans_has_70_ids() {
        let list = |count: usize| format!(r#"{{"plan_ids": "{}"}}"#, vec!["P-6HX81430"; count].join(","));
        assert_eq!(violations("subscriptions.list", &list(70)), [""; 0]);
        assert_eq!(violations("subscriptions.list", &list(71)), ["query /plan_ids: INVALID_ARRAY_MAX_ITEMS"]);
    }
}
