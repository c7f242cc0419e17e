//! `completions`: a script that completes commands in a shell.

use std::path::Path;

use anyhow::Result;
use clap::{Command, builder::PossibleValuesParser};
use clap_complete::Shell;

use crate::cli::{component::load, done::Done, output::print};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The shell
    shell: Shell,
}

/// The verbs with an argument that is an action, and its name.
const OF_ACTIONS: [(&str, &str); 3] = [("call", "action"), ("describe", "action"), ("check", "only")];

pub(super) async fn run(component: &Path, arguments: &Arguments, command: &Command) -> Result<Done> {
    let actions: Vec<String> = load(component).await?.actions().await?.into_iter().map(|action| action.id).collect();
    print(script(arguments.shell, command, &actions)?.trim_end())?;
    Ok(Done::Success)
}

fn script(shell: Shell, command: &Command, actions: &[String]) -> Result<String> {
    let known = || PossibleValuesParser::new(actions.to_vec());
    let shown = command.get_subcommands().filter(|verb| !verb.is_hide_set()).cloned();
    let whole = Command::new("host-test").args(command.get_arguments().cloned()).subcommands(shown);
    let mut whole = OF_ACTIONS.into_iter().fold(whole, |command, (verb, argument)| {
        command.mut_subcommand(verb, |verb| verb.mut_arg(argument, |argument| argument.value_parser(known())))
    });
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut whole, "host-test", &mut script);
    let mut script = String::from_utf8(script)?;
    match shell {
        // clap_complete 4.6 has two spellings of a program with a hyphen, of which one is called and the other defined.
        Shell::Bash => script = script.replace("host__subcmd__test", "host__test"),
        // Its script for fish has no positional arguments.
        Shell::Fish => {
            for verb in ["call", "describe"] {
                let condition = format!("__fish_host_test_using_subcommand {verb}");
                script += &format!("complete -c host-test -n \"{condition}\" -f -a \"{}\"\n", actions.join(" "));
            }
        }
        _ => {}
    }
    Ok(script)
}
