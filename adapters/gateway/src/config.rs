//! The configuration, from environment variables.

use http::Uri;

use crate::{
    forward::{Forward, Secret, Url},
    keys::Key,
};

/// What the variables say.
pub(crate) struct Config {
    /// None if `GATEWAY_KEYS` is not set: nobody can call then.
    pub(crate) keys: Option<Vec<Key>>,
    /// The origins whose pages may send requests, in lower case.
    origins: Vec<String>,
    /// The hosts that requests may name, in lower case; none for any.
    hosts: Option<Vec<String>>,
    /// Where deliveries are handed on; none if the journal is their consumer.
    pub(crate) forward: Option<Forward>,
}

impl Config {
    /// Reads them. The error says which variable is wrong and what is expected, and quotes no value.
    pub(crate) fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        // Empty is the same as not set: some platforms cannot leave a variable out.
        let variable = |name: &str| variable(name).filter(|value| !value.trim().is_empty());
        let keys = variable("GATEWAY_KEYS").map(|it| Key::list(&it)).transpose();
        let origins = variable("GATEWAY_ORIGINS").unwrap_or_default();
        let hosts = variable("GATEWAY_HOSTS").map(|it| list(&it, is_authority));
        Ok(Self {
            keys: keys.map_err(|error| format!("GATEWAY_KEYS: {error}"))?,
            origins: list(&origins, is_origin)
                .ok_or("GATEWAY_ORIGINS: expected origins such as https://console.example, separated by spaces")?,
            hosts: match hosts {
                None => None,
                Some(Some(hosts)) => Some(hosts),
                Some(None) => {
                    Err("GATEWAY_HOSTS: expected hosts such as pay.example or pay.example:8443, separated by spaces")?
                }
            },
            forward: forward(variable("GATEWAY_FORWARD_URL"), variable("GATEWAY_FORWARD_SECRET"))?,
        })
    }

    /// Whether a page of this origin may send requests.
    pub(crate) fn allows_origin(&self, origin: &str) -> bool {
        self.origins.contains(&origin.to_ascii_lowercase())
    }

    /// Whether this host, with its port, is served here.
    pub(crate) fn serves(&self, host: Option<&str>) -> bool {
        let listed = |hosts: &Vec<String>| host.is_some_and(|host| hosts.contains(&host.to_ascii_lowercase()));
        self.hosts.as_ref().is_none_or(listed)
    }
}

fn forward(url: Option<String>, secret: Option<String>) -> Result<Option<Forward>, String> {
    let Some(url) = url else {
        let is_alone = secret.is_some();
        let problem = "GATEWAY_FORWARD_URL is not set, but GATEWAY_FORWARD_SECRET is: nothing would be handed on";
        return if is_alone { Err(problem.to_owned()) } else { Ok(None) };
    };
    let url = Url::parse(&url)
        .ok_or("GATEWAY_FORWARD_URL: expected http or https, a host, and a path, without user or fragment")?;
    let secret =
        secret.ok_or("GATEWAY_FORWARD_SECRET is not set: the receiver at GATEWAY_FORWARD_URL cannot verify events")?;
    let secret = Secret::parse(&secret)
        .ok_or("GATEWAY_FORWARD_SECRET: expected `whsec_` and the base64 of 24 to 64 random bytes")?;
    Ok(Some(Forward { url, secret }))
}

/// Returns the words of a list, in lower case. None if one is not as it should be.
fn list(text: &str, valid: impl Fn(&str) -> bool) -> Option<Vec<String>> {
    let words = text.split([' ', ',', '\n', '\t']).filter(|word| !word.is_empty());
    words.map(|word| valid(word).then(|| word.to_ascii_lowercase())).collect()
}

/// Whether it is an origin as browsers write it (RFC 6454), without a slash at the end.
fn is_origin(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(is_authority)
}

/// Whether it is a host, with a port or without one.
fn is_authority(text: &str) -> bool {
    let valid = |uri: Uri| uri.authority().is_some_and(|it| it.as_str() == text && !it.as_str().contains('@'));
    text.parse().is_ok_and(valid)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Config, String> {
        let find = |name: &str| variables.iter().find(|it| it.0 == name).map(|it| it.1.to_owned());
        Config::read(find)
    }

    const SECRET: (&str, &str) = ("GATEWAY_FORWARD_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

    #[test]
    fn nothing_is_configured_by_default() {
        let config = read(&[]).unwrap();
        assert!(config.keys.is_none() && config.forward.is_none());
        assert!(!config.allows_origin("null") && !config.allows_origin(""));
        assert!(config.serves(Some("anything")) && config.serves(None));
        assert!(read(&[("GATEWAY_KEYS", " ")]).unwrap().keys.is_none());
    }

    #[test]
    fn origins_and_hosts_are_listed() {
        let origins = ("GATEWAY_ORIGINS", "https://Console.example, http://localhost:5173");
        let config = read(&[origins, ("GATEWAY_HOSTS", "pay.example\n[::1]:8080")]).unwrap();
        assert!(config.allows_origin("https://console.example") && config.allows_origin("http://localhost:5173"));
        for origin in ["https://console.example:8443", "http://console.example", "https://evil.example", "null"] {
            assert!(!config.allows_origin(origin), "{origin}");
        }
        assert!(config.serves(Some("PAY.example")) && config.serves(Some("[::1]:8080")));
        assert!(!config.serves(Some("pay.example:80")) && !config.serves(Some("evil.example")) && !config.serves(None));
    }

    #[test]
    fn a_wrong_variable_is_named_and_not_quoted() {
        let url = |url| ("GATEWAY_FORWARD_URL", url);
        for (variables, name) in [
            (&[("GATEWAY_KEYS", "s3cret")][..], "GATEWAY_KEYS: expected"),
            (&[("GATEWAY_ORIGINS", "s3cret.example")], "GATEWAY_ORIGINS: expected"),
            (&[("GATEWAY_ORIGINS", "https://s3cret.example/")], "GATEWAY_ORIGINS: expected"),
            (&[("GATEWAY_ORIGINS", "*")], "GATEWAY_ORIGINS: expected"),
            (&[("GATEWAY_HOSTS", "https://s3cret.example")], "GATEWAY_HOSTS: expected"),
            (&[url("s3cret"), SECRET], "GATEWAY_FORWARD_URL: expected"),
            (&[url("https://shop.example/hook")], "GATEWAY_FORWARD_SECRET is not set"),
            (&[SECRET], "GATEWAY_FORWARD_URL is not set"),
            (&[url("https://shop.example/hook"), (SECRET.0, "s3cret")], "GATEWAY_FORWARD_SECRET: expected"),
        ] {
            let error = read(variables).err().unwrap();
            assert!(error.starts_with(name), "{error}");
            assert!(!error.contains("s3cret"), "{error}");
        }
    }
}
