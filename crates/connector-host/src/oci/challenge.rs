//! What a registry asks for: <https://distribution.github.io/distribution/spec/auth/token/>

use http::{HeaderMap, header};
use http_auth::parser::ChallengeParser;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// How a request has to be authorised.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Challenge {
    /// With the login itself.
    Basic,
    /// With a token from this address.
    Bearer(String),
}

impl Challenge {
    /// Reads the challenge in the head of a 401, of several the safer one. `repository` is what the token is to be for.
    pub(super) fn of(headers: &HeaderMap, repository: &str) -> Option<Self> {
        let values = headers.get_all(header::WWW_AUTHENTICATE).iter();
        let mut basic = false;
        for challenge in values.filter_map(|value| value.to_str().ok()).flat_map(ChallengeParser::new) {
            let Ok(challenge) = challenge else { continue };
            let parameter = |name: &str| {
                let found = challenge.params.iter().find(|(it, _)| it.eq_ignore_ascii_case(name));
                found.map(|(_, value)| value.to_unescaped())
            };
            basic |= challenge.scheme.eq_ignore_ascii_case("basic");
            if challenge.scheme.eq_ignore_ascii_case("bearer")
                && let Some(realm) = parameter("realm")
            {
                let encoded = |value: &str| utf8_percent_encode(value, NON_ALPHANUMERIC).to_string();
                let separator = if realm.contains('?') { '&' } else { '?' };
                // The scope that is needed, whatever the registry asks for.
                let mut address =
                    format!("{realm}{separator}scope={}", encoded(&format!("repository:{repository}:pull")));
                if let Some(service) = parameter("service") {
                    address += &format!("&service={}", encoded(&service));
                }
                return Some(Self::Bearer(address));
            }
        }
        basic.then_some(Self::Basic)
    }
}
