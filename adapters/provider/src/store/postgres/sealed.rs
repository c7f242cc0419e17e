//! A token as it is stored: encrypted and authenticated by AES-256-GCM, with a key made of the client secret by HKDF with
//! SHA-256. Who reads the database without knowing the secret learns nothing; who knows it could obtain a token anyway.

use aes_gcm::{
    Aes256Gcm, KeyInit as _,
    aead::{Aead as _, Nonce, Payload},
};
use egress_policy::Origin;
use hkdf::Hkdf;
use serde_json::{Value, json};
use sha2::Sha256;

use super::hex;
use crate::{endpoint::App, secret::Secret, token::Token};

/// The length of a nonce, in bytes. It is random: at a token in nine hours none comes twice.
pub(super) const NONCE: usize = 12;

/// Seals and opens the tokens of one connection.
pub(super) struct Seal {
    cipher: Aes256Gcm,
    /// The connection, the client id and the row, so that no row can take another's place.
    associated: Vec<u8>,
    /// The row: other credentials have another one, so that two versions of a configuration do not undo each other's work.
    pub(super) credentials: String,
}

impl Seal {
    pub(super) fn new(connection: &str, app: &App, origin: &Origin) -> Self {
        let secret = Hkdf::<Sha256>::new(Some(b"kosha:provider/token"), app.secret.expose().as_bytes());
        let refresh_token = app.refresh_token.map_or("", Secret::expose);
        let scheme = if origin.https { "https" } else { "http" };
        let row = joined(&["row", app.id, refresh_token, scheme, &origin.authority]);
        let (mut key, mut credentials) = ([0_u8; 32], [0_u8; 16]);
        // Fails only for more bytes than 255 hashes.
        let _ = secret.expand(b"key", &mut key);
        let _ = secret.expand(&row, &mut credentials);
        let credentials = hex(&credentials);
        let associated = joined(&[connection, app.id, &credentials]);
        Self { cipher: Aes256Gcm::new(&key.into()), associated, credentials }
    }

    /// Seals a token with a nonce that was never used. Returns none if that is impossible.
    pub(super) fn seal(&self, token: &Token, nonce: &[u8]) -> Option<Vec<u8>> {
        let document = json!({"token": token.value.expose(), "scopes": token.scopes}).to_string();
        let payload = Payload { msg: document.as_bytes(), aad: &self.associated };
        let sealed = self.cipher.encrypt(&Nonce::<Aes256Gcm>::try_from(nonce).ok()?, payload).ok()?;
        Some([nonce, &sealed].concat())
    }

    /// Opens a token. Returns none if it was sealed with another secret, for another connection, or changed.
    pub(super) fn open(&self, sealed: &[u8]) -> Option<Token> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE)?;
        let payload = Payload { msg: sealed, aad: &self.associated };
        let document = self.cipher.decrypt(&Nonce::<Aes256Gcm>::try_from(nonce).ok()?, payload).ok()?;
        let document: Value = serde_json::from_slice(&document).ok()?;
        let scopes = document["scopes"].as_array();
        let scopes = scopes.map(|scopes| scopes.iter().filter_map(|it| it.as_str().map(str::to_owned)).collect());
        Some(Token { value: Secret::new(document["token"].as_str()?.to_owned()), scopes })
    }
}

/// Joins texts so that others never give the same.
fn joined(texts: &[&str]) -> Vec<u8> {
    texts.iter().flat_map(|text| [&(text.len() as u64).to_be_bytes()[..], text.as_bytes()].concat()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal(connection: &str, id: &str, secret: &str) -> Seal {
        let secret = Secret::new(secret.to_owned());
        let origin = Origin { https: true, authority: "api-m.paypal.com".to_owned() };
        Seal::new(connection, &App { id, secret: &secret, refresh_token: None }, &origin)
    }

    fn token(scopes: Option<Vec<String>>) -> Token {
        Token { value: Secret::new("A21-token".to_owned()), scopes }
    }

    #[test]
    fn a_token_is_opened_with_what_it_was_sealed_with() {
        let own = seal("shop", "A-id", "E-secret");
        for token in [token(None), token(Some(vec!["a".to_owned()])), token(Some(Vec::new()))] {
            let sealed = own.seal(&token, &[7; NONCE]).unwrap();
            assert_eq!(seal("shop", "A-id", "E-secret").open(&sealed), Some(token));
            for other in [
                seal("shop2", "A-id", "E-secret"),
                seal("shop", "A-id2", "E-secret"),
                seal("shop", "A-id", "E-secret2"),
            ] {
                assert_eq!(other.open(&sealed), None);
            }
        }
    }

    #[test]
    fn a_token_of_another_row_is_not_opened() {
        let (secret, refresh_token) = (Secret::new("E-secret".to_owned()), Secret::new("R-token".to_owned()));
        let paypal = Origin { https: true, authority: "api-m.paypal.com".to_owned() };
        let simulator = Origin { https: false, authority: "127.0.0.1:4010".to_owned() };
        let seal =
            |refresh_token, origin| Seal::new("shop", &App { id: "A-id", secret: &secret, refresh_token }, origin);
        let sealed = seal(None, &paypal).seal(&token(None), &[7; NONCE]).unwrap();
        assert_eq!(seal(None, &paypal).open(&sealed), Some(token(None)));
        assert_eq!(seal(Some(&refresh_token), &paypal).open(&sealed), None, "another merchant's");
        assert_eq!(seal(None, &simulator).open(&sealed), None);
    }

    #[test]
    fn a_sealed_token_cannot_be_read_or_changed() {
        let own = seal("shop", "A-id", "E-secret");
        let sealed = own.seal(&token(None), &[7; NONCE]).unwrap();
        assert!(!String::from_utf8_lossy(&sealed).contains("A21"));
        for position in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[position] ^= 1;
            assert_eq!(own.open(&changed), None, "{position}");
            assert_eq!(own.open(&sealed[..position]), None, "{position}");
        }
        assert_eq!(own.seal(&token(None), &[7; 11]), None, "there was no randomness");
    }

    #[test]
    fn other_credentials_have_another_row() {
        let own = seal("shop", "A-id", "E-secret").credentials;
        assert_eq!(own, seal("other", "A-id", "E-secret").credentials, "the connection is a column of its own");
        assert_ne!(own, seal("shop", "A-id2", "E-secret").credentials);
        assert_ne!(own, seal("shop", "A-id", "E-secret2").credentials);
        assert!(own.len() == 32 && !own.contains("secret"));
    }
}
