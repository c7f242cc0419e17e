//! `kosha:connector/actions`: all actions by name, from the catalogue.

use super::{
    bindings::{
        Component,
        exports::kosha::connector::actions::{
            self, ActionInfo, Choice, Choices, ConnectionReport, Guest, Manifest, UncoveredAction,
        },
        kosha::connector::{
            connection::EnvironmentKind,
            types::{Failure, Json, Reply},
        },
    },
    platform::Imported,
};
use crate::{
    actions::{
        choices, run,
        test_connection::{self, Report, Verdict},
    },
    catalogue::{self, ACTIONS, Action, Effect, manifest},
    platform::environment::Environment,
};

impl Guest for Component {
    fn describe() -> Manifest {
        Manifest {
            name: "paypal".to_owned(),
            label: manifest::LABEL.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            icon: manifest::ICON.to_owned(),
            categories: manifest::CATEGORIES.iter().map(|it| (*it).to_owned()).collect(),
            documentation: manifest::DOCUMENTATION.to_owned(),
            terms: manifest::TERMS.to_owned(),
            changes: manifest::CHANGES.to_owned(),
            openapi: catalogue::openapi(),
            connection_form: catalogue::connection_form(),
        }
    }

    fn list() -> Vec<ActionInfo> {
        ACTIONS.iter().map(info).collect()
    }

    fn invoke(action: String, input: Json) -> Result<Reply, Failure> {
        Ok(run::invoke(&Imported, &action, &input)?.into())
    }

    fn options(
        action: String,
        parameter: String,
        input: Json,
        search: Option<String>,
        page: Option<Json>,
    ) -> Result<Choices, Failure> {
        let found = choices::choices(&Imported, &action, &parameter, &input, search.as_deref(), page.as_deref())?;
        let choice = |it: choices::Choice| Choice { value: it.value, label: it.label };
        Ok(Choices { items: found.items.into_iter().map(choice).collect(), next: found.next })
    }

    fn test_connection() -> Result<ConnectionReport, Failure> {
        Ok(test_connection::test(&Imported)?.into())
    }
}

impl From<Report> for ConnectionReport {
    fn from(report: Report) -> Self {
        let uncovered = |action: &Action| UncoveredAction {
            id: action.id.to_owned(),
            scopes: action.scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        };
        Self {
            environment: match report.environment {
                Environment::Sandbox => EnvironmentKind::Sandbox,
                Environment::Live => EnvironmentKind::Live,
            },
            verdict: match report.verdict {
                Verdict::Accepted => actions::Verdict::Accepted,
                Verdict::Refused => actions::Verdict::Refused,
                Verdict::OtherEnvironment => actions::Verdict::OtherEnvironment,
            },
            message: report.message,
            scopes: report.scopes,
            uncovered: report.uncovered.into_iter().map(uncovered).collect(),
            debug_id: report.debug_id,
        }
    }
}

fn info(action: &'static Action) -> ActionInfo {
    ActionInfo {
        id: action.id.to_owned(),
        group: action.group.to_owned(),
        summary: action.summary.to_owned(),
        description: action.description.to_owned(),
        method: action.method.as_str().to_owned(),
        path: action.path.to_owned(),
        effects: action.effects.iter().copied().map(effect).collect(),
        confirm: action.confirm.map(str::to_owned),
        deprecated: action.deprecated,
        scopes: action.scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        idempotency: action.idempotency.as_ref().map(|it| actions::Idempotency {
            header: it.header.to_owned(),
            max_length: it.max_length,
            retention_seconds: it.retention_seconds,
            required_when: it.required_when.map(str::to_owned),
        }),
        lookup: action.lookup.map(str::to_owned),
        paged: action.paging.is_some(),
        sandbox_only: action.sandbox_only,
        provider_operation_id: action.provider_operation_id.to_owned(),
        definition: action.definition.to_owned(),
        input_schema: action.input_schema(),
        output_schema: action.output_schema.map(str::to_owned),
        sample: action.sample(),
    }
}

fn effect(effect: Effect) -> actions::Effect {
    match effect {
        Effect::Read => actions::Effect::Read,
        Effect::Write => actions::Effect::Write,
        Effect::MovesMoney => actions::Effect::MovesMoney,
        Effect::Irreversible => actions::Effect::Irreversible,
        Effect::NotifiesCustomer => actions::Effect::NotifiesCustomer,
    }
}
