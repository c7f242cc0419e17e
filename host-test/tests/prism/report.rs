//! The inputs tried for each action and Prism's verdicts, as a page of the documentation.

use std::{env, fmt::Write as _, fs};

/// The committed page.
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/conformance.md");
/// The environment variable that makes the test write it.
const UPDATE: &str = "UPDATE_CONFORMANCE";

const HEAD: &str = "\
# Conformance

Every action that is a request to PayPal was called through the component against
[Prism](https://github.com/stoplightio/prism), a third-party mock server that checks requests by
[PayPal's own OpenAPI files](catalogue.md#paypals-files). Actions that the connector makes of others, or does by itself, are not
here. This page is made by

```sh
UPDATE_CONFORMANCE=1 cargo test --test prism
```

and compared with each later run. The test needs PayPal's files, from `PAYPAL_SPECIFICATIONS` or `../shared`, and Node.js; without
them it is skipped with a line that says so.

Inputs are PayPal's examples, by their names in its files, and our own (`ours`, in `host-test/tests/prism/made_up.rs`).
*Accepted*: the reply was Prism's answer, unchanged. *Refused here*: by the connector's own check, and not sent. The end of the
page counts the bodies that PayPal's schemas forbid: how many are refused here, and how many are passed on.

| Action | Input | Result | Why |
| --- | --- | --- | --- |
";

/// The page so far.
pub(crate) struct Report {
    page: String,
}

/// The result of an input.
pub(crate) enum Verdict {
    /// A reply with this status.
    Accepted(u64),
    /// A failure of this status, or of the local check, for a reason.
    Refused(Option<u64>, String),
}

impl Report {
    pub(crate) fn new() -> Self {
        Self { page: HEAD.to_owned() }
    }

    /// Adds a line of the table.
    pub(crate) fn add(&mut self, action: &str, input: &str, verdict: &Verdict) {
        let (result, why) = match verdict {
            Verdict::Accepted(status) => (format!("accepted, {status}"), ""),
            Verdict::Refused(Some(status), why) => (format!("refused by Prism, {status}"), &**why),
            Verdict::Refused(None, why) => ("refused here".to_owned(), &**why),
        };
        // A `|` would end the cell.
        let why = why.replace('|', "\\|");
        let _ = writeln!(self.page, "| `{action}` | {input} | {result} | {why} |");
    }

    /// Adds the results of the bodies that PayPal's schemas forbid.
    pub(crate) fn forbidden(&mut self, here: usize, passed_on: usize) {
        let _ = write!(
            self.page,
            "
Of {} bodies that PayPal's schemas forbid, each a good one with one thing changed, the connector's own check refused
{here}. It passed on {passed_on}, because PayPal documents no code for the breach, or because its sources differ
([limits](deviations.md#limits)); Prism refused each of them.
",
            here + passed_on
        );
    }

    /// Writes the page if that is requested. Otherwise errors if it differs from the committed one.
    pub(crate) fn end(self) -> Result<(), String> {
        if env::var_os(UPDATE).is_some_and(|value| value == "1") {
            return fs::write(PAGE, self.page).map_err(|error| format!("{PAGE}: {error}"));
        }
        self.compare(&fs::read_to_string(PAGE).unwrap_or_default())
    }

    fn compare(&self, committed: &str) -> Result<(), String> {
        if committed == self.page {
            return Ok(());
        }
        let same = committed.lines().zip(self.page.lines()).take_while(|(old, new)| old == new).count();
        let line = same + 1;
        Err(format!(
            "docs/conformance.md is out of date from line {line} on; refresh it: {UPDATE}=1 cargo test --test prism"
        ))
    }
}

#[test]
fn a_page_that_differs_is_out_of_date() {
    let report = |status| {
        let mut report = Report::new();
        report.add("orders.get", "parameters", &Verdict::Accepted(status));
        report.add("orders.create", "ours", &Verdict::Refused(None, "`/a|b` is missing".to_owned()));
        report
    };
    let mut whole = report(200);
    whole.forbidden(2, 1);
    assert!(whole.page.contains("Of 3 bodies") && whole.page.contains("refused\n2. It passed on 1,"));
    let page = report(200).page;
    assert!(page.ends_with(
        "| `orders.get` | parameters | accepted, 200 |  |\n| `orders.create` | ours | refused here | `/a\\|b` is missing |\n"
    ));
    assert_eq!(report(200).compare(&page), Ok(()));
    let line = HEAD.lines().count() + 1;
    let complaint = report(201).compare(&page).unwrap_err();
    assert!(complaint.contains(&format!("from line {line} on")) && complaint.contains("UPDATE_CONFORMANCE=1"));
    assert!(report(200).compare("").is_err() && !complaint.contains('\n'));
}
