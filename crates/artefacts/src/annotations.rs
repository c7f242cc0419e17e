//! What an artefact says about itself: <https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md>

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, ensure};

/// The keys that a release may set for all of its artefacts.
const KEYS: [&str; 4] = ["documentation", "licenses", "revision", "source"];

/// Annotations by their keys, without the prefix.
pub(crate) struct Annotations(BTreeMap<String, String>);

impl Annotations {
    /// Reads those that all artefacts have.
    ///
    /// # Errors
    /// If one is not `KEY=VALUE`, has an unknown key or no value.
    pub(crate) fn common(created: &str, pairs: &[&str]) -> Result<Self> {
        let mut annotations = BTreeMap::from([("created".to_owned(), created.to_owned())]);
        for pair in pairs {
            let (key, value) = pair.split_once('=').with_context(|| format!("{pair}: is not KEY=VALUE"))?;
            ensure!(KEYS.contains(&key), "{key}: is no annotation of a release; there are {}", KEYS.join(", "));
            ensure!(!value.is_empty(), "{key}: has no value");
            annotations.insert(key.to_owned(), value.to_owned());
        }
        Ok(Self(annotations))
    }

    /// Returns those of one artefact, with their prefix.
    pub(crate) fn of(&self, title: &str, version: &str) -> BTreeMap<String, String> {
        let own = [("title", title), ("version", version)].map(|(key, value)| (key.to_owned(), value.to_owned()));
        let all = self.0.clone().into_iter().chain(own);
        all.map(|(key, value)| (format!("org.opencontainers.image.{key}"), value)).collect()
    }

    /// Returns when they were made.
    pub(crate) fn created(annotations: &BTreeMap<String, String>) -> &str {
        annotations.get("org.opencontainers.image.created").map_or("", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::Annotations;

    #[test]
    fn an_artefact_has_the_common_ones_and_its_own() {
        let common = Annotations::common("1970-01-01T00:00:00Z", &["licenses=Apache-2.0"]).unwrap();
        let own: Vec<_> = common.of("A component", "0.1.0").into_iter().collect();
        let own: Vec<_> = own.iter().map(|(key, value)| (key.rsplit('.').next().unwrap(), value.as_str())).collect();
        assert_eq!(
            own,
            [
                ("created", "1970-01-01T00:00:00Z"),
                ("licenses", "Apache-2.0"),
                ("title", "A component"),
                ("version", "0.1.0"),
            ]
        );
    }

    #[test]
    fn a_wrong_one_is_refused() {
        for (pair, reason) in
            [("licenses", "is not KEY=VALUE"), ("licence=x", "is no annotation"), ("source=", "no value")]
        {
            let error = Annotations::common("", &[pair]).err().unwrap().to_string();
            assert!(error.contains(reason), "{error}");
        }
    }
}
