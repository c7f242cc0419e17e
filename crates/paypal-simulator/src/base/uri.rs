//! Paths, queries and forms, read and written.

use std::collections::BTreeMap;

use http::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// The characters that a query escapes.
const ESCAPED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b',');

/// Returns the segments of a path, decoded.
pub(crate) fn path_of(uri: &Uri) -> Vec<String> {
    let decode = |segment: &str| percent_decode_str(segment).decode_utf8_lossy().into_owned();
    uri.path().split('/').skip(1).map(decode).collect()
}

/// Returns the parameters of a query or a form.
pub(crate) fn read_form(form: &str) -> BTreeMap<String, String> {
    let decode = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    form.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}

/// Escapes a value for a query.
pub(crate) fn encode(value: &str) -> String {
    utf8_percent_encode(value, &ESCAPED).to_string()
}
