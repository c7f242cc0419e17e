//! Whether to send a request again: a pure decision.

use crate::failure::{Failure, Kind};

/// What to do after a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Tell the caller.
    GiveUp,
    /// Ask the platform for another token, and send the same request with it.
    Refresh,
}

/// Decides. A token is refreshed once per call, because a second refusal is not about its age.
///
/// PayPal refuses a bad bearer token before it acts, so that sending again is safe for every action. It does so in two
/// shapes: `invalid_token`, and `AUTHENTICATION_FAILURE` without an issue that says what else is wrong. Other 401s are
/// about the account (`INVALID_ACCOUNT_STATUS`) or the client (`invalid_client`), which no fresh token changes.
#[must_use]
pub fn decide(failure: &Failure, refreshed: bool) -> Next {
    let about_the_token = match failure.name.as_deref() {
        Some("invalid_token") => true,
        Some("AUTHENTICATION_FAILURE") => failure.details.iter().all(|detail| detail.issue.is_none()),
        _ => false,
    };
    if failure.kind == Kind::Unauthorized && about_the_token && !refreshed { Next::Refresh } else { Next::GiveUp }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Issue;

    #[test]
    fn only_a_refused_token_is_refreshed_and_only_once() {
        let failure = |kind, name: Option<&str>, issue: Option<&str>| {
            let issue = issue.map(|issue| Issue { issue: Some(issue.to_owned()), ..Issue::default() });
            Failure { name: name.map(str::to_owned), details: Vec::from_iter(issue), ..Failure::unsent(kind, "") }
        };
        for (kind, name, issue, refreshed, expected) in [
            (Kind::Unauthorized, Some("invalid_token"), None, false, Next::Refresh),
            (Kind::Unauthorized, Some("invalid_token"), None, true, Next::GiveUp),
            (Kind::Unauthorized, Some("AUTHENTICATION_FAILURE"), None, false, Next::Refresh),
            (Kind::Unauthorized, Some("AUTHENTICATION_FAILURE"), Some("INVALID_ACCOUNT_STATUS"), false, Next::GiveUp),
            (Kind::Unauthorized, Some("NOT_AUTHORIZED"), Some("INVALID_ACCOUNT_STATUS"), false, Next::GiveUp),
            (Kind::Unauthorized, Some("invalid_client"), None, false, Next::GiveUp),
            (Kind::Unauthorized, None, None, false, Next::GiveUp),
            (Kind::Forbidden, Some("invalid_token"), None, false, Next::GiveUp),
            (Kind::RateLimited, Some("RATE_LIMIT_REACHED"), None, false, Next::GiveUp),
            (Kind::ProviderError, Some("INTERNAL_SERVER_ERROR"), None, false, Next::GiveUp),
            (Kind::OutcomeUnknown, None, None, false, Next::GiveUp),
        ] {
            assert_eq!(decide(&failure(kind, name, issue), refreshed), expected, "{kind:?} {name:?} {issue:?}");
        }
    }
}
