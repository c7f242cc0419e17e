//! Paths of requests.

use http::Uri;
use percent_encoding::percent_decode_str;

/// The segments of a path, decoded.
pub(crate) fn path_of(uri: &Uri) -> Vec<String> {
    let decode = |segment: &str| percent_decode_str(segment).decode_utf8_lossy().into_owned();
    uri.path().split('/').skip(1).map(decode).collect()
}
