//! The names of variables and connections.

use super::{DEFAULT, settings};

const PREFIX: &str = "PAYPAL_";

/// The longest name of a connection, in characters.
const LONGEST: usize = 50;

/// Returns the connection and the setting that a variable is about; none if it is no setting.
///
/// # Errors
/// If what stands for the connection is no name.
pub(super) fn read(variable: &str) -> Result<Option<(String, &'static str)>, String> {
    let Some(rest) = variable.strip_prefix(PREFIX) else { return Ok(None) };
    let Some((before, setting)) = settings::ALL.iter().find_map(|it| Some((rest.strip_suffix(it)?, *it))) else {
        return Ok(None);
    };
    if before.is_empty() {
        return Ok(Some((DEFAULT.to_owned(), setting)));
    }
    let name = before.strip_suffix('_').unwrap_or_default();
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit());
    if !name.split('_').all(is_word) || name.len() > LONGEST {
        let expected = format!("words of A-Z and 0-9 with _ between them, {LONGEST} characters at most");
        return Err(format!(
            "{variable} names no connection: between {PREFIX} and _{setting} there must be {expected}"
        ));
    }
    let name = name.to_ascii_lowercase().replace('_', "-");
    if name == DEFAULT {
        return Err(format!("{variable} must be {PREFIX}{setting}, without the name `{DEFAULT}`"));
    }
    Ok(Some((name, setting)))
}

/// Returns the variable of a connection's setting.
pub(super) fn variable(connection: &str, setting: &str) -> String {
    if connection == DEFAULT {
        return format!("{PREFIX}{setting}");
    }
    format!("{PREFIX}{}_{setting}", connection.to_ascii_uppercase().replace('-', "_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_names_its_connection() {
        for (variable_, name, setting) in [
            ("PAYPAL_CLIENT_ID", "default", "CLIENT_ID"),
            ("PAYPAL_SHOP_CLIENT_ID", "shop", "CLIENT_ID"),
            ("PAYPAL_MY_SHOP_2_CLIENT_SECRET", "my-shop-2", "CLIENT_SECRET"),
            ("PAYPAL_CLIENT_ID_CLIENT_ID", "client-id", "CLIENT_ID"),
            ("PAYPAL_REFRESH_TOKEN", "default", "REFRESH_TOKEN"),
            ("PAYPAL_MAX_ATTEMPTS", "default", "MAX_ATTEMPTS"),
        ] {
            assert_eq!(read(variable_), Ok(Some((name.to_owned(), setting))), "{variable_}");
            assert_eq!(variable(name, setting), variable_);
        }
        for other in ["PATH", "CLIENT_ID", "PAYPAL_CLIENT", "PAYPAL_WEBHOOK_ID", "PAYPAL_", ""] {
            assert_eq!(read(other), Ok(None), "{other}");
        }
    }

    #[test]
    fn a_name_that_is_none_is_refused() {
        let long = format!("PAYPAL_{}_CLIENT_ID", "A".repeat(51));
        for variable in [
            "PAYPAL_shop_CLIENT_ID",
            "PAYPAL__CLIENT_ID",
            "PAYPAL_A__B_CLIENT_ID",
            "PAYPAL_XCLIENT_ID",
            "PAYPAL_É_CLIENT_ID",
            &long,
        ] {
            let problem = read(variable).unwrap_err();
            assert!(problem.contains(variable) && problem.contains("there must be"), "{problem}");
        }
        assert_eq!(
            read("PAYPAL_DEFAULT_CLIENT_ID").unwrap_err(),
            "PAYPAL_DEFAULT_CLIENT_ID must be PAYPAL_CLIENT_ID, without the name `default`"
        );
    }
}
