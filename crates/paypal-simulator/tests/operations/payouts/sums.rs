//! Balances are the sum of transactions.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{PAYOUTS, balance, body, cancel, id_of, item_id};
use crate::{sandbox::Sandbox, transactions::no_lag};

/// A generator of numbers that are not random (Knuth's MMIX).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// Adds what each transaction moved, by currency, in minor units, over all months since the beginning. Holds move nothing.
fn sums(paypal: &Sandbox) -> BTreeMap<String, i64> {
    let mut sums = BTreeMap::new();
    let months = ["2026-03-02", "2026-03-30", "2026-04-27", "2026-05-25", "2026-06-22", "2026-07-20"];
    for days in months.windows(2) {
        for page in 1.. {
            let range = format!("start_date={}T09:00:00Z&end_date={}T08:59:59Z", days[0], days[1]);
            let answer = paypal.get(&format!("/v1/reporting/transactions?{range}&page_size=500&page={page}"));
            if answer.body["message"] == "Data for the given start date is not available." {
                return sums;
            }
            let answer = answer.ok();
            for detail in answer["transaction_details"].as_array().unwrap() {
                let info = &detail["transaction_info"];
                if ["T1503", "T1105"].contains(&info["transaction_event_code"].as_str().unwrap()) {
                    continue;
                }
                for name in ["transaction_amount", "fee_amount"] {
                    let Some(value) = info[name]["value"].as_str() else { continue };
                    let currency = info[name]["currency_code"].as_str().unwrap().to_owned();
                    *sums.entry(currency).or_insert(0) += value.replace('.', "").parse::<i64>().unwrap();
                }
            }
            if answer["total_pages"].as_i64().unwrap() <= page {
                break;
            }
        }
    }
    sums
}

#[test]
fn over_thousands_of_steps_balances_are_the_sum_of_transactions_to_the_cent() {
    let paypal = Sandbox::new();
    no_lag(&paypal);
    let mut numbers = Numbers(7);
    let mut captures: Vec<String> = Vec::new();
    let mut batches: Vec<String> = Vec::new();
    for step in 0..3000_u64 {
        let value = format!("{}.{:02}", numbers.below(40), 1 + numbers.below(99));
        match numbers.below(10) {
            0 | 1 => {
                let order = paypal.paid_order(&value);
                let id = &order["purchase_units"][0]["payments"]["captures"][0]["id"];
                captures.push(id.as_str().unwrap().to_owned());
            }
            2 if !captures.is_empty() => {
                let id = &captures[numbers.below(captures.len() as u64) as usize];
                let amount = json!({"amount": {"currency_code": "USD", "value": value}});
                // More than is left is refused, and changes nothing.
                paypal.post(&format!("/v2/payments/captures/{id}/refund"), &amount);
            }
            3 | 4 => {
                let kinds = ["payer@example.com", "unknown@example.com", "N0B0DY", "T4EXM8PLEPY3R"];
                let items: Vec<_> =
                    (0..=numbers.below(3)).map(|_| (kinds[numbers.below(4) as usize], &*value)).collect();
                let created = paypal.post(PAYOUTS, &body(&format!("batch-{step}"), &items));
                if created.status == 201 {
                    batches.push(id_of(&created.body));
                }
            }
            5 if !batches.is_empty() => {
                let batch = batches[numbers.below(batches.len() as u64) as usize].clone();
                let item = item_id(&paypal, &batch, 0);
                match numbers.below(3) {
                    0 => _ = cancel(&paypal, &item),
                    1 => _ = paypal.control(&format!("payouts-items/{item}/refund"), &Value::Null),
                    _ => _ = paypal.control(&format!("payouts-items/{item}/claim"), &Value::Null),
                }
            }
            6 => {
                let currency = ["USD", "EUR"][numbers.below(2) as usize];
                paypal.control("balance/deposit", &json!({"currency_code": currency, "value": value})).ok();
            }
            7 => {
                let currency = ["USD", "EUR"][numbers.below(2) as usize];
                paypal.control("balance/withdraw", &json!({"currency_code": currency, "value": value}));
            }
            8 => paypal.seconds(numbers.below(10)),
            _ => paypal.seconds(numbers.below(30_000)),
        }
        if step % 500 == 499 {
            let sums = sums(&paypal);
            let reported = paypal.get("/v1/reporting/balances").ok();
            let reported: BTreeMap<_, _> = reported["balances"]
                .as_array()
                .unwrap()
                .iter()
                .map(|balance| {
                    let minor =
                        |name: &str| balance[name]["value"].as_str().unwrap().replace('.', "").parse::<i64>().unwrap();
                    assert_eq!(minor("total_balance"), minor("available_balance") + minor("withheld_balance"));
                    (balance["currency"].as_str().unwrap().to_owned(), minor("total_balance"))
                })
                .collect();
            let effects = paypal.0.effects();
            assert_eq!(sums, reported, "step {step}");
            assert_eq!(sums, effects.balances, "step {step}");
        }
    }
    // All holds end when all batches are done.
    paypal.seconds(5);
    assert_eq!(balance(&paypal)[1], "0.00");
    let effects = paypal.0.effects();
    assert!(effects.payouts.values().all(|status| status == "SUCCESS" || status == "DENIED"));
    assert!(effects.payout_items.len() > 100 && effects.refunded.len() > 50, "too little has happened");
}
