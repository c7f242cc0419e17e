//! Logins for registries.

use std::{env, fs, io::ErrorKind, path::PathBuf};

use docker_credential::{CredentialRetrievalError, DockerCredential, get_credential_from_reader};

use super::error::OciError;
use crate::secret::Secret;

/// A user's name and password, or a token in the place of one, at a registry.
#[derive(Clone, Debug)]
pub struct RegistryLogin {
    pub(super) user: String,
    pub(super) password: Secret,
}

/// The variable with the text of a configuration, and the one with its directory.
const TEXT: &str = "DOCKER_AUTH_CONFIG";
const DIRECTORY: &str = "DOCKER_CONFIG";

impl RegistryLogin {
    /// Takes a user's name and password.
    #[must_use]
    pub fn new(user: impl Into<String>, password: Secret) -> Self {
        Self { user: user.into(), password }
    }

    /// Returns what `docker login` has noted for a registry, such as `ghcr.io`, if anything: in the text of
    /// `DOCKER_AUTH_CONFIG`, or else in `config.json` in the directory `DOCKER_CONFIG` or `~/.docker`. If that names a
    /// credential helper, the program `docker-credential-…` is run, and this waits for it.
    ///
    /// # Errors
    /// If the configuration cannot be read, the helper fails, or it has an identity token, which is not supported.
    pub fn from_environment(registry: &str) -> Result<Option<Self>, OciError> {
        Self::from(registry, |name| env::var_os(name).and_then(|value| value.into_string().ok()))
    }

    pub(super) fn from(registry: &str, variable: impl Fn(&str) -> Option<String>) -> Result<Option<Self>, OciError> {
        let wrong = |reason: String| OciError::Login { registry: registry.to_owned(), reason };
        let set = |name| variable(name).filter(|value| !value.is_empty());
        let (text, place) = if let Some(text) = set(TEXT) {
            (text, TEXT.to_owned())
        } else {
            let directory = set(DIRECTORY).map(PathBuf::from);
            let Some(directory) = directory.or_else(|| set("HOME").map(|home| PathBuf::from(home).join(".docker")))
            else {
                return Ok(None);
            };
            let file = directory.join("config.json");
            match fs::read_to_string(&file) {
                Ok(text) => (text, file.display().to_string()),
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
                Err(error) => return Err(wrong(format!("{}: {error}", file.display()))),
            }
        };
        // What a helper prints may be the password: of its failure, only that it failed.
        let reason = match get_credential_from_reader(text.as_bytes(), registry) {
            Ok(DockerCredential::UsernamePassword(user, password)) => {
                return Ok(Some(Self { user, password: Secret::new(password) }));
            }
            Ok(DockerCredential::IdentityToken(_)) => "is an identity token, which is not supported",
            Err(CredentialRetrievalError::NoCredentialConfigured) => return Ok(None),
            // As every helper says: https://github.com/docker/docker-credential-helpers/blob/v0.9.3/credentials/error.go
            Err(CredentialRetrievalError::HelperFailure { stdout, .. }) if stdout.contains("credentials not found") => {
                return Ok(None);
            }
            Err(CredentialRetrievalError::ConfigReadError) => "is not JSON in the form of Docker's config.json",
            Err(CredentialRetrievalError::CredentialDecodingError) => {
                "has an `auth` that is not Base64 of USER:PASSWORD"
            }
            Err(CredentialRetrievalError::CredentialMismatchError) => "has an `auth` of another user or password",
            Err(_) => "names a credential helper that cannot be run or fails",
        };
        Err(wrong(format!("{place} {reason}")))
    }
}
