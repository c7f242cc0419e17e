//! The policy as an export of `wasi:http/outgoing-handler`. A component has it by
//! `egress_policy::handler::bindings::export!(Egress with_types_in egress_policy::handler::bindings)`.

use bindings::{
    exports::wasi::http::outgoing_handler::{
        ErrorCode, FutureIncomingResponse, Guest, OutgoingRequest, RequestOptions,
    },
    wasi::http::{outgoing_handler, types::Scheme},
};
use wasip2::cli::environment::get_environment;

use crate::{BASE_URL, Origin, Route};

#[allow(missing_docs, unsafe_code, unreachable_pub, unused_qualifications, clippy::all, reason = "generated")]
pub mod bindings {
    //! The bindings, for the macro `export`.

    wit_bindgen::generate!({
        path: "wit",
        world: "kosha:egress/egress",
        generate_all,
        pub_export_macro: true,
    });
}

/// Implements the export.
#[derive(Debug)]
pub struct Egress;

impl Guest for Egress {
    fn handle(request: OutgoingRequest, options: Option<RequestOptions>) -> Result<FutureIncomingResponse, ErrorCode> {
        let base_url = get_environment().into_iter().find(|(name, _)| name == BASE_URL);
        let route = Route::new(base_url.as_ref().map(|(_, value)| value.as_str()));
        let https = matches!(request.scheme(), Some(Scheme::Https));
        let authority = request.authority().unwrap_or_default();
        let to = route.and_then(|route| route.of(https, &authority)).ok_or(ErrorCode::HttpRequestDenied)?;
        if let Some(Origin { https, authority }) = to {
            let scheme = if https { Scheme::Https } else { Scheme::Http };
            let set = request.set_scheme(Some(&scheme)).and_then(|()| request.set_authority(Some(&authority)));
            set.map_err(|()| ErrorCode::HttpRequestDenied)?;
        }
        outgoing_handler::handle(request, options)
    }
}
