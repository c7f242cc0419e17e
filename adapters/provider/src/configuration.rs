//! The configuration, which is in environment variables.
//!
//! Those of the connection `default` have no name in them (`PAYPAL_CLIENT_ID`), those of the connection `my-shop` have it
//! after the prefix (`PAYPAL_MY_SHOP_CLIENT_ID`). What is wrong is said in a sentence that names the variable and what is
//! expected, and never has its value.

mod authorities;
mod list;
mod name;
mod receivers;
mod settings;
mod webhooks;

use std::collections::BTreeMap;

use egress_policy::{BASE_URL, Origin};

#[cfg_attr(not(target_family = "wasm"), allow(unused_imports, reason = "only the component uses them all"))]
pub(crate) use settings::{Credentials, Environment, Settings};

/// The connection that is used if none is chosen.
pub(crate) const DEFAULT: &str = "default";

/// The environment variable with certificates in PEM.
const AUTHORITIES: &str = "PAYPAL_CERTIFICATE_AUTHORITIES";

/// The configuration.
#[derive(Debug)]
pub(crate) struct Configuration {
    connections: BTreeMap<String, Result<Settings, String>>,
    /// What is wrong for all of them.
    problem: Option<String>,
    /// The simulator that stands for PayPal, if there is one.
    pub(crate) simulator: Option<Origin>,
    /// Certificates, each in PEM.
    pub(crate) authorities: Vec<String>,
}

/// Why a connection cannot be used.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unusable {
    /// There is none of this name.
    Unknown,
    /// A variable is missing or wrong.
    Misconfigured(String),
}

impl Configuration {
    /// Reads the variables. Those that it does not know are ignored.
    pub(crate) fn read(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut problems = Vec::new();
        let mut of = BTreeMap::<String, BTreeMap<&'static str, String>>::new();
        let (mut simulator, mut authorities) = (None, Vec::new());
        for (variable, value) in variables {
            if variable == BASE_URL {
                simulator = Origin::parse(&value);
                if simulator.is_none() {
                    problems
                        .push(format!("{BASE_URL} must be http:// or https://, a host on this machine, and a port"));
                }
            } else if value.is_empty() {
                // As if it were not set: some platforms cannot leave a variable out.
            } else if variable == AUTHORITIES {
                match authorities::read(&value) {
                    Ok(found) => authorities = found,
                    Err(expected) => problems.push(format!("{AUTHORITIES} {expected}")),
                }
            } else {
                match name::read(&variable) {
                    Ok(Some((name, setting))) => drop(of.entry(name).or_default().insert(setting, value)),
                    Ok(None) => {}
                    Err(problem) => problems.push(problem),
                }
            }
        }
        let is_connection = |values: &BTreeMap<&str, _>| settings::CREDENTIALS.iter().any(|it| values.contains_key(it));
        let connections = of.into_iter().filter(|(_, values)| is_connection(values)).map(|(name, values)| {
            let settings = Settings::read(&name, values);
            (name, settings)
        });
        Self { connections: connections.collect(), problem: problems.into_iter().next(), simulator, authorities }
    }

    /// Returns the settings of a connection.
    pub(crate) fn connection(&self, name: &str) -> Result<&Settings, Unusable> {
        if let Some(problem) = &self.problem {
            return Err(Unusable::Misconfigured(problem.clone()));
        }
        match self.connections.get(name) {
            Some(Ok(settings)) => Ok(settings),
            Some(Err(problem)) => Err(Unusable::Misconfigured(problem.clone())),
            None => Err(Unusable::Unknown),
        }
    }

    /// Returns the connections by their names, in order, without those whose own variables are wrong: their calls say what is.
    ///
    /// # Errors
    /// If something is wrong for all of them, or none can be used.
    pub(crate) fn connections(&self) -> Result<Vec<(&str, &Settings)>, String> {
        if let Some(problem) = &self.problem {
            return Err(problem.clone());
        }
        let usable = self.connections.iter().filter_map(|(name, settings)| Some((&**name, settings.as_ref().ok()?)));
        let usable: Vec<_> = usable.collect();
        let wrong = || self.connections.values().find_map(|settings| settings.as_ref().err().cloned());
        if usable.is_empty() { Err(wrong().unwrap_or_else(|| missing(DEFAULT))) } else { Ok(usable) }
    }
}

/// Says which variables a connection needs.
pub(crate) fn missing(connection: &str) -> String {
    let variable = |setting| name::variable(connection, setting);
    format!(
        "the connection `{connection}` has no credentials: set {} and {}, or {}",
        variable(settings::CLIENT_ID),
        variable(settings::CLIENT_SECRET),
        variable(settings::ACCESS_TOKEN),
    )
}

#[cfg(test)]
mod tests;
