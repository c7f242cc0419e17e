//! Times as they are kept and shown.

use ::time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// Returns the present in UTC (RFC 3339), to the millisecond.
pub(crate) fn now() -> String {
    let now = OffsetDateTime::now_utc();
    let now = now.replace_millisecond(now.millisecond()).unwrap_or(now);
    // The year of this machine's clock can be formatted.
    now.format(&Rfc3339).unwrap_or_default()
}

/// Returns the present in whole seconds since 1970.
pub(crate) fn seconds() -> i64 {
    OffsetDateTime::now_utc().unix_timestamp()
}
