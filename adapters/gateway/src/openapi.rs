//! The gateway's description of itself, an OpenAPI 3.1 document.
use http::Response;

use crate::{host::Host, outcome, problem::Problem};

pub(crate) fn own() -> String {
    "{}".to_owned()
}

pub(crate) fn full(_: &impl Host) -> Result<Response<Vec<u8>>, Problem> {
    Ok(outcome::document(own()))
}
