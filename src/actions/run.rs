//! Runs an action.

use crate::{
    actions::composed,
    base::spelling,
    call::{arguments::Arguments, check::check, key::Key, options::CallOptions, run::call},
    catalogue::{ACTIONS, Action, find},
    platform::{
        failure::{Failure, Kind},
        interface::Platform,
        reply::Reply,
    },
};

/// Runs an action by its id, with the input of `invoke`.
///
/// # Errors
/// If the action is unknown or fails in any way.
pub(crate) fn invoke(platform: &dyn Platform, id: &str, input: &str) -> Result<Reply, Failure> {
    let action = find(id).ok_or_else(|| unknown_action(id))?;
    run(platform, action, &Arguments::parse(input)?)
}

/// Runs an action.
///
/// # Errors
/// If the action is unknown or fails in any way.
pub(crate) fn run(platform: &dyn Platform, action: &'static Action, arguments: &Arguments) -> Result<Reply, Failure> {
    let Some(composed) = composed::find(action.id) else { return call(platform, action, arguments) };
    let key = Key::new(action, arguments);
    check(action, arguments, platform.environment()).map_err(|failure| key.retained(key.unsent(failure)))?;
    let Some(value) = key.as_str() else { return composed(platform, arguments) };
    // All of its requests use the same key.
    let options = CallOptions { idempotency_key: Some(value.to_owned()), ..arguments.options.clone() };
    let outcome = composed(platform, &Arguments { options, ..arguments.clone() });
    outcome.map_err(|failure| key.retained(if failure.request_sent { failure } else { key.unsent(failure) }))
}

pub(super) fn unknown_action(id: &str) -> Failure {
    let described = spelling::unknown("action", id, ACTIONS.iter().map(|action| action.id));
    let id: String = id.chars().take(100).collect();
    Failure::unsent(Kind::InvalidInput, format!("`{id}`: {described}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        catalogue::orders,
        platform::{
            response::Cause,
            scripted::{Scripted, answer, lost},
        },
    };

    #[test]
    fn a_composed_action_has_one_key() {
        let link = |platform: &Scripted, amount: &str, key: Option<&str>| {
            let options = CallOptions { idempotency_key: key.map(str::to_owned), ..CallOptions::default() };
            let arguments = Arguments::new(Some(options)).with("currency", "USD".to_owned());
            run(platform, orders::CREATE_LINK, &arguments.with("amount", amount.to_owned()))
        };
        let platform = Scripted::new(Vec::new());
        for key in [None, Some("mine")] {
            let failure = link(&platform, "1.005", key).unwrap_err();
            assert_eq!((failure.kind, failure.idempotency_retention_seconds), (Kind::InvalidInput, Some(21_600)));
            assert!(failure.idempotency_key.is_some_and(|used| key.is_none_or(|key| used == key)));
        }
        let failure = link(&platform, "1.00", Some("a\nb")).unwrap_err();
        assert_eq!((failure.kind, failure.idempotency_key), (Kind::InvalidInput, None));
        let platform = Scripted::new(vec![lost(Cause::Broken, true), answer(422, "{}")]);
        let failure = link(&platform, "1.00", None).unwrap_err();
        let sent = platform.sent.borrow();
        let keys = sent.iter().map(|sent| sent.header("paypal-request-id"));
        assert!(
            failure.idempotency_key.is_some() && keys.into_iter().all(|key| key == failure.idempotency_key.as_deref())
        );
    }

    #[test]
    fn the_composed_actions_are_those_of_the_catalogue() {
        for action in ACTIONS {
            assert_eq!(composed::find(action.id).is_some(), action.composed, "{}", action.id);
        }
    }
}
