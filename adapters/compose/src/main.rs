//! Puts the adapters around the connector:
//!
//! ```console
//! compose CONNECTOR [--provider FILE] [--egress FILE] [--gateway FILE] --output FILE
//! ```

use std::{env, fs, path::PathBuf};

use anyhow::{Context as _, Result, bail};
use compose::Parts;

const USAGE: &str = "usage: compose CONNECTOR [--provider FILE] [--egress FILE] [--gateway FILE] --output FILE";

fn main() -> Result<()> {
    let (mut parts, mut connector, mut output) = (Parts::default(), None, None);
    let mut arguments = env::args_os().skip(1);
    while let Some(argument) = arguments.next() {
        let part = match argument.to_str() {
            Some("--provider") => &mut parts.provider,
            Some("--egress") => &mut parts.egress,
            Some("--gateway") => &mut parts.gateway,
            Some("--output") => &mut output,
            Some(option) if option.starts_with('-') => bail!("unknown option {option}; {USAGE}"),
            _ if connector.is_none() => {
                connector = Some(argument.into());
                continue;
            }
            _ => bail!(USAGE),
        };
        let file = arguments.next().map(PathBuf::from).context(USAGE)?;
        if part.replace(file).is_some() {
            bail!("{} comes twice; {USAGE}", argument.display());
        }
    }
    let (Some(connector), Some(output)) = (connector, output) else { bail!(USAGE) };
    let composed = Parts { connector, ..parts }.compose()?;
    fs::write(&output, composed).with_context(|| format!("cannot write {}", output.display()))
}
