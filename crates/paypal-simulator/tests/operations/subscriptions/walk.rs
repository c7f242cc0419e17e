//! Random walks: after every step the sales and what is owed are what the cycles cost.

use serde_json::{Value, json};

use super::{cycle, get, plan, subscribe, usd};
use crate::sandbox::Sandbox;

/// A small generator of numbers (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

fn cents(money: &Value) -> i64 {
    money["value"].as_str().unwrap().replace('.', "").parse().unwrap()
}

struct Walker {
    id: String,
    fee: i64,
    /// The prices of the cycles, in cents.
    prices: [i64; 2],
    /// What was missed by hand, and what was forgiven by a lower balance.
    missed: i64,
    forgiven: i64,
    status: String,
}

impl Walker {
    fn new(paypal: &Sandbox, random: &mut Random) -> Self {
        let unit = |random: &mut Random| ["DAY", "WEEK", "MONTH", "YEAR"][random.below(4) as usize];
        let prices = [random.below(3) as i64 * 150, 100 + random.below(5_000) as i64];
        let value = |minor: i64| format!("{}.{:02}", minor / 100, minor % 100);
        let (first, second) = (value(prices[0]), value(prices[1]));
        let cycles = [
            cycle("TRIAL", 1, unit(random), 1, 1 + random.below(3), Some(&first)),
            cycle("REGULAR", 2, unit(random), 1, random.below(8), Some(&second)),
        ];
        let fee = random.below(2) as i64 * 999;
        let preferences = json!({
            "setup_fee": usd(&value(fee)), "setup_fee_failure_action": "CONTINUE",
            "payment_failure_threshold": random.below(4), "auto_bill_outstanding": random.below(2) == 0,
        });
        let id = subscribe(paypal, &json!({"plan_id": plan(paypal, &cycles, &preferences)}));
        Self { id, fee, prices, missed: 0, forgiven: 0, status: "ACTIVE".to_owned() }
    }

    /// Does something, and returns what it was.
    fn step(&mut self, paypal: &Sandbox, random: &mut Random) -> &'static str {
        let path = |verb: &str| format!("/v1/billing/subscriptions/{}/{verb}", self.id);
        let reason = json!({"reason": "As an example"});
        match random.below(8) {
            0 => _ = paypal.post(&path("suspend"), &reason),
            1 => _ = paypal.post(&path("activate"), &reason),
            2 if random.below(10) == 0 => _ = paypal.post(&path("cancel"), &reason),
            3 if self.status == "ACTIVE" => {
                assert!(paypal.0.miss_payment(&self.id));
                self.missed += self.prices[1];
            }
            4 | 5 => {
                let times = json!({"times": random.below(7)});
                let set = paypal.control(&format!("subscriptions/{}/fail-payments", self.id), &times).status;
                let ended = ["CANCELLED", "EXPIRED"].contains(&&*self.status);
                assert_eq!(set, if ended { 409 } else { 204 });
            }
            6 => {
                let owed = get(paypal, &self.id)["billing_info"]["outstanding_balance"].clone();
                let body = json!({"note": "Owed", "capture_type": "OUTSTANDING_BALANCE", "amount": owed});
                let answer = paypal.post(&path("capture"), &body);
                let allowed = cents(&owed) > 0 && self.status != "CANCELLED";
                assert_eq!(answer.status == 202, allowed, "{answer:?}");
            }
            7 if ["ACTIVE", "SUSPENDED"].contains(&&*self.status) => {
                let owed = cents(&get(paypal, &self.id)["billing_info"]["outstanding_balance"]);
                let lower = owed - owed / 2;
                let value = usd(&format!("{}.{:02}", lower / 100, lower % 100));
                let change = json!([{"op": "replace", "path": "/billing_info/outstanding_balance", "value": value}]);
                let path = format!("/v1/billing/subscriptions/{}", self.id);
                assert_eq!(paypal.send("PATCH", &path, &[], &change).status, 204);
                self.forgiven += owed / 2;
            }
            _ => return "nothing",
        }
        "something"
    }

    fn check(&mut self, paypal: &Sandbox) {
        let shown = get(paypal, &self.id);
        let billing = &shown["billing_info"];
        let executions = billing["cycle_executions"].as_array().unwrap();
        let done = |index: usize| executions[index]["cycles_completed"].as_i64().unwrap();
        let cost = self.fee + self.prices[0] * done(0) + self.prices[1] * done(1);
        let effects = paypal.effects();
        let sales = effects.subscription_payments.values().filter(|moved| moved.of == self.id);
        let taken: i64 = sales.map(|moved| moved.minor_units).sum();
        let owed = cents(&billing["outstanding_balance"]);
        // What is being tried again is neither taken nor outstanding yet.
        let failed = &billing["last_failed_payment"];
        let retried = !failed["next_payment_retry_time"].is_null();
        let open = cost + self.missed - self.forgiven - taken - owed;
        let prices = self.prices;
        assert!(if retried { prices.contains(&open) } else { open == 0 }, "{open} cents are missing: {shown:#}");
        let total = executions[1]["total_cycles"].as_i64().unwrap();
        assert!(total == 0 || done(1) <= total, "{shown:#}");
        let before = std::mem::replace(&mut self.status, shown["status"].as_str().unwrap().to_owned());
        let is_over = |status: &str| ["CANCELLED", "EXPIRED"].contains(&status);
        assert!(!is_over(&before) || before == self.status, "{before} -> {}", self.status);
        assert_eq!(billing["next_billing_time"].is_null() && self.status == "ACTIVE", {
            self.status == "ACTIVE" && total > 0 && done(1) == total
        });
    }
}

#[test]
fn sales_and_debts_are_what_the_cycles_cost() {
    let (mut steps, mut ends) = (0, std::collections::BTreeMap::<String, u32>::new());
    for seed in 1..=45 {
        let (paypal, mut random) = (Sandbox::new(), Random(0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(seed)));
        random.below(2);
        let mut walkers: Vec<_> = (0..3).map(|_| Walker::new(&paypal, &mut random)).collect();
        for _ in 0..40 {
            for walker in &mut walkers {
                walker.check(&paypal);
                steps += u32::from(walker.step(&paypal, &mut random) == "something");
                walker.check(&paypal);
            }
            paypal.seconds(random.below(20 * 86_400));
        }
        for walker in walkers {
            *ends.entry(walker.status).or_default() += 1;
        }
    }
    assert!(steps > 3_000, "{steps}");
    assert_eq!(ends.len(), 4, "each end was reached: {ends:?}");
}
