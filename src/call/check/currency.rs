//! Rules that several amounts have the same currency.

use crate::base::document::Document;

use super::{findings::Findings, path::Path};

/// Checks that all amounts in a document have the same currency. Reports the first one that differs, with PayPal's
/// `code`.
pub(super) fn check_one(document: &Document, path: &Path, code: &str, findings: &mut Findings) {
    compare(document, path, code, &mut None, findings);
}

/// Compares the currencies below `document` with the `first` one found. Returns whether to go on, since all are the
/// same.
pub(super) fn compare<'a>(
    document: &'a Document,
    path: &Path,
    code: &str,
    first: &mut Option<&'a str>,
    findings: &mut Findings,
) -> bool {
    match document {
        Document::Object(members) => members.iter().all(|(name, value)| {
            let path = Path::Member(path, name);
            match value.as_text() {
                Some(currency) if name == "currency_code" => same(currency, &path, code, first, findings),
                _ => compare(value, &path, code, first, findings),
            }
        }),
        Document::Array(items) => {
            items.iter().enumerate().all(|(index, item)| compare(item, &Path::Item(path, index), code, first, findings))
        }
        _ => true,
    }
}

fn same<'a>(currency: &'a str, path: &Path, code: &str, first: &mut Option<&'a str>, findings: &mut Findings) -> bool {
    // The schema reports values that are not currency codes.
    if currency.len() != 3 {
        return true;
    }
    let first = first.get_or_insert(currency);
    if first.eq_ignore_ascii_case(currency) {
        return true;
    }
    let description = format!("must be {first}, as the amount before it: all amounts are in one currency");
    findings.found_in(path, code, description, currency);
    false
}
