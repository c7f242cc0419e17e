//! Why a response body broke off, for the guest.

use wasmtime::{
    StoreContextMut,
    component::{Linker, Resource},
};
use wasmtime_wasi_http::{Error, WasiHttpView, p2::bindings::http::types::ErrorCode};

/// The interface under the version that wasmtime-wasi-http defines it in.
const TYPES: &str = "wasi:http/types@0.2.12";

/// Replaces `http-error-code`. The one of wasmtime-wasi-http 48 looks for an [`ErrorCode`] in a failed stream, where its own
/// streams have an [`Error`]: to the guest every body then breaks off for no reason, be it too large or too slow.
pub(crate) fn add_to_linker<T: WasiHttpView + 'static>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    let function = |mut store: StoreContextMut<T>, (error,): (Resource<wasmtime::Error>,)| {
        Ok((code(store.data_mut().http().table.get(&error)?),))
    };
    linker.allow_shadowing(true);
    linker.instance(TYPES)?.func_wrap("http-error-code", function)?;
    linker.allow_shadowing(false);
    Ok(())
}

fn code(error: &wasmtime::Error) -> Option<ErrorCode> {
    if let Some(code) = error.downcast_ref::<ErrorCode>() {
        return Some(code.clone());
    }
    Some(match error.downcast_ref::<Error>()? {
        Error::HttpResponseBodySize(size) => ErrorCode::HttpResponseBodySize(*size),
        Error::ConnectionReadTimeout => ErrorCode::ConnectionReadTimeout,
        Error::Hyper(_) => ErrorCode::HttpResponseIncomplete,
        _ => ErrorCode::HttpProtocolError,
    })
}
