//! The names of tools. Clients take 1 to 64 letters, digits, `_` and `-`; an action's id also has a dot.

/// The longest name, in characters.
pub(crate) const LONGEST: usize = 64;

/// The tool that describes the others. No action's is the same: theirs have a group.
pub(crate) const DESCRIBE: &str = "describe_action";

/// Returns the name of an action's tool: `orders_create` for `orders.create`. `None` if that would be no name, or also
/// another action's: ids have letters, digits, `-` and dots, and no `_`.
pub(crate) fn of(action: &str) -> Option<String> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
    ((1..=LONGEST).contains(&action.len()) && action.bytes().all(fits)).then(|| action.replace('.', "_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dot_becomes_an_underscore_which_no_id_has() {
        assert_eq!(of("orders.create").as_deref(), Some("orders_create"));
        assert_eq!(of("disputes.provide-evidence").as_deref(), Some("disputes_provide-evidence"));
        // These two would have one name.
        assert_eq!(of("orders_create"), None);
        assert_eq!((of(""), of("orders create"), of("órders")), (None, None, None));
        assert_eq!((of(&"a".repeat(64)).is_some(), of(&"a".repeat(65))), (true, None));
    }
}
