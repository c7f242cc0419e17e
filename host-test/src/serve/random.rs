//! Random tokens.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};

use crate::serve::store::StoreError;

/// Returns 32 random bytes, as 43 characters that need no quoting in a URL or a header field.
///
/// # Errors
/// If the operating system gives none.
pub(crate) fn token() -> Result<String, StoreError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| StoreError::Random)?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes))
}
