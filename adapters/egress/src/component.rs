//! The component's import and export.

#[allow(missing_docs, unsafe_code, unreachable_pub, unused_qualifications, clippy::all, reason = "generated")]
mod bindings {
    wit_bindgen::generate!({
        path: "wit",
        world: "kosha:egress/egress",
        generate_all,
    });

    export!(Egress with_types_in self);

    /// Implements the export.
    pub struct Egress;
}

use bindings::{
    Egress,
    exports::wasi::http::outgoing_handler::{
        ErrorCode, FutureIncomingResponse, Guest, OutgoingRequest, RequestOptions,
    },
    wasi::http::{outgoing_handler, types::Scheme},
};
use wasip2::cli::environment::get_environment;

use crate::{origin::Origin, route::Route};

impl Guest for Egress {
    fn handle(request: OutgoingRequest, options: Option<RequestOptions>) -> Result<FutureIncomingResponse, ErrorCode> {
        let base_url = get_environment().into_iter().find(|(name, _)| name == "PAYPAL_BASE_URL");
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
