use std::time::Duration;

use serde_json::json;

use super::*;
use crate::base::clock::Clock;

fn dollars(minor: i64) -> Money {
    Money::read(&json!({"currency_code": "USD", "value": "0"}), "").unwrap().with(minor)
}

fn hour(number: u64) -> Moment {
    Clock::new().now().after(Duration::from_secs(3600 * number))
}

fn refund(id: &str, minor: i64, at: Moment) -> Entry {
    Entry { reference: Some(("PAID".to_owned(), "TXN")), ..Entry::new(id, "T1107", dollars(-minor), at) }
}

fn balance(total: i64, withheld: i64) -> Balance {
    Balance { total, withheld }
}

#[test]
fn a_payment_given_back_in_full_is_reversed_and_its_fee_stays_paid() {
    let mut ledger = Ledger::default();
    ledger.record(Entry { fee: -84, ..Entry::new("PAID", "T0006", dollars(1000), hour(0)) });
    ledger.record(refund("R1", 400, hour(1)));
    assert_eq!(ledger.records()[0].status(hour(1)), Status::Success);
    ledger.record(refund("R2", 600, hour(2)));
    let paid = &ledger.records()[0];
    assert_eq!([1, 2].map(|at| paid.status(hour(at))), [Status::Success, Status::Reversed]);
    assert_eq!([1, 2].map(|at| paid.updated(hour(at))), [hour(0), hour(2)]);
    assert_eq!(ledger.balance("USD"), balance(-84, 0));
    let after: Vec<_> = ledger.records().iter().map(|record| record.after.total).collect();
    assert_eq!(after, [916, 516, -84]);
}

#[test]
fn a_pending_refund_gives_nothing_back_until_it_is_settled() {
    for (status, then, total) in [(Status::Success, Status::Reversed, 0), (Status::Denied, Status::Success, 1000)] {
        let mut ledger = Ledger::default();
        ledger.record(Entry::new("PAID", "T0006", dollars(1000), hour(0)));
        ledger.record(Entry { status: Status::Pending, ..refund("R", 1000, hour(1)) });
        assert_eq!(
            (ledger.records()[0].status(hour(1)), ledger.balance("USD")),
            (Status::Success, balance(1000, 1000))
        );
        ledger.settle("R", status, hour(2));
        assert_eq!((ledger.records()[0].status(hour(2)), ledger.balance("USD")), (then, balance(total, 0)));
    }
}

#[test]
fn a_hold_withholds_without_changing_the_total() {
    let mut ledger = Ledger::default();
    ledger.record(Entry::new("PAID", "T0006", dollars(1000), hour(0)));
    for (code, minor, withheld) in [("T1110", -300, 300), ("T1111", 300, 0), ("T1503", -50, 50), ("T1105", 50, 0)] {
        ledger.record(Entry::new("HOLD", code, dollars(minor), hour(1)));
        assert_eq!(ledger.balance("USD"), balance(1000, withheld), "{code}");
        assert_eq!(ledger.balance("USD").available(), 1000 - withheld);
    }
}

#[test]
fn pending_money_is_withheld_until_it_is_settled() {
    for (status, then) in [(Status::Success, balance(916, 0)), (Status::Denied, balance(0, 0))] {
        let mut ledger = Ledger::default();
        let pending = Entry { status: Status::Pending, fee: -84, ..Entry::new("P", "T0006", dollars(1000), hour(0)) };
        ledger.record(pending);
        assert_eq!(ledger.balance("USD"), balance(916, 916));
        ledger.settle("P", status, hour(2));
        ledger.settle("P", Status::Denied, hour(3));
        ledger.settle("unknown", Status::Denied, hour(3));
        assert_eq!(ledger.balance("USD"), then);
        let before = ledger.balances_at(hour(1));
        assert_eq!(before["USD"], balance(916, 916), "the past stays as it was");
        assert_eq!(ledger.records()[0].status(hour(1)), Status::Pending);
        assert_eq!(ledger.records()[0].status(hour(9)), status);
    }
}

#[test]
fn pending_money_that_goes_is_set_aside() {
    let mut ledger = Ledger::default();
    ledger.record(Entry::new("IN", "T0300", dollars(1000), hour(0)));
    ledger.record(Entry { status: Status::Pending, ..Entry::new("OUT", "T0403", dollars(-400), hour(1)) });
    assert_eq!(ledger.balance("USD"), balance(1000, 400));
    ledger.settle("OUT", Status::Success, hour(2));
    assert_eq!(ledger.balance("USD"), balance(600, 0));
}

#[test]
fn an_authorization_changes_no_balance() {
    let mut ledger = Ledger::default();
    for (code, minor) in [("T1300", 1000), ("T1301", 1000), ("T1302", -1000)] {
        ledger.record(Entry::new("AUTH", code, dollars(minor), hour(0)));
    }
    assert!(!ledger.holds("USD") && ledger.balances_at(hour(1)).is_empty());
    assert_eq!(ledger.records().len(), 3);
}

#[test]
fn balances_are_known_for_any_time() {
    let mut ledger = Ledger::default();
    ledger.record(Entry::new("A", "T0006", dollars(1000), hour(1)));
    ledger.record(Entry::new("B", "T0006", dollars(500), hour(3)));
    let totals = |at| ledger.balances_at(at).get("USD").map(|balance| balance.total);
    assert_eq!([0, 1, 2, 3, 9].map(|at| totals(hour(at))), [None, Some(1000), Some(1000), Some(1500), Some(1500)]);
}
