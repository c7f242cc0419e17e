//! Secrets, as types that cannot be printed.

use std::fmt;

/// An OAuth 2.0 bearer token (RFC 6750), or the placeholder that the platform replaces with one.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Token(String);

impl Token {
    /// Wraps a token as provided by the platform.
    #[must_use]
    pub(crate) fn new(value: String) -> Self {
        Self(value)
    }

    /// The token itself, only for the `Authorization` header.
    #[must_use]
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// A token with its scopes.
#[derive(Clone, Debug)]
pub(crate) struct Granted {
    /// The token.
    pub token: Token,
    /// The OAuth 2.0 scopes that it was granted with, if the platform knows them.
    pub scopes: Option<Vec<String>>,
}

impl From<Token> for Granted {
    fn from(token: Token) -> Self {
        Self { token, scopes: None }
    }
}

#[cfg(test)]
mod tests {
    use super::Token;

    #[test]
    fn a_token_does_not_print() {
        assert_eq!(format!("{:?}", Token::new("A21AAsecret".into())), "[redacted]");
    }
}
