//! The pages that a reader follows command by command, run on the simulator.

use crate::{page::Page, shell::Shell};

#[test]
fn the_readme_takes_a_payment() {
    let mut shell = Shell::new();
    shell.follow(&Page::read("README.md"));
    let reply = shell.last_outcome();
    let capture = &reply["reply"]["body"]["purchase_units"][0]["payments"]["captures"][0];
    assert_eq!(capture["status"], "COMPLETED", "{reply}");
}

#[test]
fn the_page_of_events_receives_them() {
    let mut shell = Shell::new();
    shell.follow(&Page::read("docs/events.md"));
    // Events come in any order, the IPN message last.
    let mut printed = String::new();
    for wanted in ["CHECKOUT.ORDER.APPROVED", "PAYMENT.CAPTURE.COMPLETED", "CHECKOUT.ORDER.COMPLETED", "web_accept"] {
        while !printed.contains(wanted) {
            printed += &shell.next_line_of("listen");
        }
    }
    assert!(!printed.contains("invalid"), "{printed}");
}
