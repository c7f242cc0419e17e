//! The path of an action's request.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::arguments::Arguments;
use crate::{catalogue::Action, platform::failure::Location};

/// All characters except the unreserved ones of RFC 3986 section 2.3.
pub(super) const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The path, percent-encoded.
pub(crate) fn path(action: &'static Action, arguments: &Arguments) -> String {
    let mut path = action.path.to_owned();
    for parameter in action.parameters.iter().filter(|parameter| parameter.location == Location::Path) {
        let Some(value) = arguments.parameter(parameter.name) else { continue };
        let encoded = utf8_percent_encode(&value, RESERVED).to_string();
        path = path.replace(&format!("{{{}}}", parameter.name), &encoded);
    }
    path
}
