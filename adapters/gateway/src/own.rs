//! What a caller may say of deliveries only as the connection has it: otherwise a key of one connection could have its journal
//! note what was meant for another account. `host-test` has this file as a module too.

use super::input;

/// What is wrong with an input.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// It cannot be read. Says what is expected.
    Unreadable(&'static str),
    /// This member names a webhook or an account that is not the connection's.
    Another(&'static str),
}

/// Whether [`with_own`] does anything for an action.
#[allow(dead_code, reason = "the gateway's: `host-test` has the connection at hand")]
pub(crate) fn concerns(action: &str) -> bool {
    matches!(action, "events.receive" | "events.acknowledge" | "ipn.receive")
}

/// Returns the input of an action of deliveries with what the connection says of itself: for `ipn.receive` its receivers, if the
/// caller gives none. The input of any other action stays as it is, and so does what the connection says nothing of.
///
/// # Errors
/// If the caller names another webhook than the connection's, or receivers that are not the connection's.
pub(crate) fn with_own(
    action: &str,
    given: String,
    webhooks: &[String],
    receivers: &[String],
) -> Result<String, Wrong> {
    let read = |name| input::member(&given, name).map_err(Wrong::Unreadable);
    match action {
        "events.receive" | "events.acknowledge" if !webhooks.is_empty() => match read("webhook_id")? {
            Some(named) if serde_json::from_str::<String>(named).is_ok_and(|it| !webhooks.contains(&it)) => {
                Err(Wrong::Another("webhook_id"))
            }
            _ => Ok(given),
        },
        "ipn.receive" if !receivers.is_empty() => match read("receivers")? {
            None => input::with_member(&given, "receivers", &receivers).map_err(Wrong::Unreadable),
            Some(named) => match serde_json::from_str::<Vec<String>>(named) {
                Ok(named) if named.iter().any(|it| !receivers.contains(it)) => Err(Wrong::Another("receivers")),
                // What is no list of texts the connector refuses.
                _ => Ok(given),
            },
        },
        _ => Ok(given),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_names_no_other_webhook_and_no_other_account() {
        let own = |text: &str| vec![text.to_owned()];
        let (webhooks, receivers) = (own("1JE4"), own("a@b"));
        let check = |action: &str, input: &str| with_own(action, input.to_owned(), &webhooks, &receivers);
        let same = |action: &str, input: &str| assert_eq!(check(action, input), Ok(input.to_owned()), "{action}");
        for action in ["events.receive", "events.acknowledge"] {
            same(action, r#"{"webhook_id": "1JE4"}"#);
            same(action, "{}");
            assert_eq!(check(action, r#"{"webhook_id": "1JE5"}"#), Err(Wrong::Another("webhook_id")));
            assert!(matches!(check(action, "[]"), Err(Wrong::Unreadable(_))));
        }
        same("ipn.receive", r#"{"receivers": ["a@b"]}"#);
        same("ipn.receive", r#"{"receivers": 7}"#);
        assert_eq!(check("ipn.receive", r#"{"receivers": ["a@b", "c@d"]}"#), Err(Wrong::Another("receivers")));
        for input in ["{}", r#"{"receivers": null}"#] {
            assert_eq!(check("ipn.receive", input), Ok(r#"{"receivers":["a@b"]}"#.to_owned()));
        }
        same("orders.get", r#"{"webhook_id": "1JE5", "receivers": ["c@d"]}"#);
        for action in ["events.receive", "ipn.receive"] {
            let input = r#"{"webhook_id": "1JE5", "receivers": ["c@d"]}"#;
            assert_eq!(with_own(action, input.to_owned(), &[], &[]), Ok(input.to_owned()));
            assert!(concerns(action));
        }
        assert!(!concerns("orders.get"));
    }
}
