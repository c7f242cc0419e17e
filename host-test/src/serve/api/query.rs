//! The query of a request.

use axum::extract::{FromRequestParts, Query};
use http::request::Parts;
use serde::de::DeserializeOwned;

use super::reply;
use crate::serve::{
    forms::problem::{Kind, Problem},
    query::Check,
};

/// A query whose parameters are known.
pub(super) struct Asked<T>(pub(super) T);

impl<T: DeserializeOwned + Check, S: Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(head: &mut Parts, _: &S) -> Result<Self, Problem> {
        match Query::<T>::try_from_uri(&head.uri) {
            Ok(Query(query)) => match query.wrong() {
                wrong if wrong.is_empty() => Ok(Self(query)),
                wrong => Err(reply::invalid(&wrong)),
            },
            Err(error) => Err(Problem::new(Kind::MALFORMED, format!("the query: {error}"))),
        }
    }
}
