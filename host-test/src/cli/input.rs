//! The input of a call: from a file, or put together from the arguments.

mod assignment;
mod path;
mod schema;
mod tree;

use std::{
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use anyhow::Result;
use connector_host::{Connector, schema::Catalogue};
use serde_json::{Value, value::RawValue};

use crate::cli::spelling;

use assignment::Assignment;
use path::Name;
use schema::{Kind, Schema};
use tree::Tree;

/// The arguments that are or make an input.
#[derive(clap::Args)]
pub(super) struct Given {
    /// A parameter, or a member of the body or of the options: `id=5O19`, `body.intent=CAPTURE`,
    /// `body.purchase_units[0].amount.value=10.00`, `options.prefer=minimal`. With `:=` the value is JSON
    #[arg(index = 2, value_name = "NAME=VALUE", conflicts_with = "input")]
    assignments: Vec<String>,
    /// A file with the body, `-` for stdin: JSON, which is sent as it is
    #[arg(long, value_name = "FILE|-", conflicts_with = "input")]
    body: Option<PathBuf>,
    /// A file with the whole input, `-` for stdin: {"<parameter>": ..., "body": ..., "options": {...}}
    #[arg(long, value_name = "FILE|-")]
    input: Option<PathBuf>,
}

/// What was read of the arguments and the files in them.
pub(super) enum Draft {
    /// Nothing was given.
    Nothing,
    /// A whole input.
    Whole(String),
    /// The parts of one.
    Parts { assignments: Vec<Assignment>, body: Option<Box<RawValue>> },
}

impl Given {
    /// Reads the files, and splits the assignments.
    ///
    /// # Errors
    /// If a file cannot be read, or an argument is no assignment. No message repeats a value.
    pub(super) fn read(&self) -> Result<Draft, String> {
        if let Some(file) = &self.input {
            return read(file, "--input").map(Draft::Whole);
        }
        let assignments = self.assignments.iter().enumerate();
        let assignments: Vec<_> =
            assignments.map(|(index, text)| Assignment::parse(text, index + 1)).collect::<Result<_, _>>()?;
        let body = self.body.as_deref().map(read_json).transpose()?;
        if assignments.is_empty() && body.is_none() {
            return Ok(Draft::Nothing);
        }
        Ok(Draft::Parts { assignments, body })
    }
}

impl Draft {
    /// Returns the input as JSON, typed by the action's schema. Without any argument it is `{}` if the action requires nothing.
    /// The inner error is wrong usage: it names the argument, and never repeats a value.
    ///
    /// # Errors
    /// If the component fails.
    pub(super) async fn input(self, connector: &Connector, action: &str) -> Result<Result<String, String>> {
        let (assignments, body) = match self {
            Self::Whole(input) => return Ok(Ok(input)),
            Self::Nothing => (Vec::new(), None),
            Self::Parts { assignments, body } => (assignments, body),
        };
        let actions = connector.actions().await?;
        let Some(info) = actions.iter().find(|info| info.id == action) else {
            let nearest = spelling::nearest(action, actions.iter().map(|info| &*info.id));
            let advice = nearest.map_or("`actions` lists them".to_owned(), |it| format!("did you mean `{it}`?"));
            return Ok(Err(format!("there is no action `{action}`; {advice}")));
        };
        let catalogue = Catalogue::parse(&connector.describe().await?.openapi)?;
        let schema = Schema::new(&catalogue, catalogue.at(&info.input_schema));
        if assignments.is_empty() && body.is_none() {
            return Ok(match &*schema.required() {
                [] => Ok("{}".to_owned()),
                required => Err(format!("--input is missing: `{action}` requires {}", required.join(", "))),
            });
        }
        Ok(assemble(&schema, action, assignments, body))
    }
}

/// Returns what is filled in so far of an action's input, as JSON. What the action does not have may be what its choices need: the
/// component says so. The inner error is wrong usage: it names the argument, and never repeats a value.
///
/// # Errors
/// If the component fails.
pub(super) async fn filled_in(texts: &[String], connector: &Connector, action: &str) -> Result<Result<String, String>> {
    if texts.is_empty() {
        return Ok(Ok("{}".to_owned()));
    }
    let actions = connector.actions().await?;
    let catalogue = Catalogue::parse(&connector.describe().await?.openapi)?;
    // The component says that there is no such action.
    let nothing = Value::Null;
    let info = actions.iter().find(|info| info.id == action);
    let schema = Schema::new(&catalogue, info.map_or(&nothing, |info| catalogue.at(&info.input_schema)));
    Ok(gather(&schema, action, texts))
}

fn gather(schema: &Schema<'_>, action: &str, texts: &[String]) -> Result<String, String> {
    let mut tree = Tree::default();
    for (index, text) in texts.iter().enumerate() {
        let assignment = Assignment::parse(text, index + 1)?;
        if assignment.is_of(schema) {
            assignment.put(schema, action, &mut tree)?;
        } else {
            assignment.put_as_it_is(&mut tree)?;
        }
    }
    tree.json()
}

fn assemble(
    schema: &Schema<'_>,
    action: &str,
    assignments: Vec<Assignment>,
    body: Option<Box<RawValue>>,
) -> Result<String, String> {
    let mut tree = Tree::default();
    if let Some(body) = body {
        match schema.member("body") {
            None => return Err(format!("--body: `{action}` takes no body")),
            Some(body) if body.kind() == Kind::Text => {
                return Err(format!("--body: the `body` of `{action}` is a text: give it as body=..., or by --input"));
            }
            Some(_) => tree.put(&Name::of("body"), body)?,
        }
    }
    for assignment in assignments {
        assignment.put(schema, action, &mut tree)?;
    }
    tree.json()
}

/// Reads a text from a file or stdin.
fn read(file: &Path, option: &str) -> Result<String, String> {
    let bytes = if file == Path::new("-") {
        let mut bytes = Vec::new();
        io::stdin().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        fs::read(file)
    };
    let bytes = bytes.map_err(|error| format!("{option} {}: {error}", file.display()))?;
    String::from_utf8(bytes).map_err(|_| format!("{option} {}: it is not UTF-8 text", file.display()))
}

fn read_json(file: &Path) -> Result<Box<RawValue>, String> {
    let text = read(file, "--body")?;
    // The message has the place, and nothing of the text.
    serde_json::from_str(&text).map_err(|error| format!("--body {}: it is not JSON: {error}", file.display()))
}

#[cfg(test)]
mod tests;
