//! The figures, as a table and as JSON.

use std::{
    fmt, fs,
    path::Path,
    process::{Command, Stdio},
    thread,
};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::bench::spread::Spread;

/// How this program was compiled: the profile's kind (`debug` or `release`) and the optimisation of the host's own code.
const PROFILE: (&str, &str) = (env!("HOST_PROFILE"), env!("HOST_OPT_LEVEL"));

/// What a figure is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Unit {
    Milliseconds,
    Microseconds,
    /// Of processor time, per call.
    ProcessorMicroseconds,
    CallsPerSecond,
    Kibibytes,
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Milliseconds => "ms",
            Self::Microseconds => "µs",
            Self::ProcessorMicroseconds => "µs of processor time",
            Self::CallsPerSecond => "calls/s",
            Self::Kibibytes => "KiB",
        })
    }
}

/// One figure.
#[derive(Clone, Debug)]
pub struct Row {
    /// What was measured.
    pub name: String,
    /// In what.
    pub unit: Unit,
    /// By the connector.
    pub connector: Spread,
    /// By the plain client, where that has something of the kind.
    pub native: Option<Spread>,
}

impl Row {
    /// How many times the native figure the connector's is.
    #[must_use]
    pub fn ratio(&self) -> Option<f64> {
        self.native
            .map(|native| native.median)
            .filter(|native| *native > 0.0)
            .map(|native| self.connector.median / native)
    }
}

/// What a component costs.
#[derive(Clone, Debug)]
pub struct Report {
    /// Bytes of the component.
    pub size: u64,
    /// Bytes of it after `gzip --best`; nothing where there is no `gzip`.
    pub gzipped: Option<u64>,
    /// The figures.
    pub rows: Vec<Row>,
}

impl Report {
    pub(super) fn new(component: &Path) -> Result<Self> {
        let size = fs::metadata(component).with_context(|| component.display().to_string())?.len();
        Ok(Self { size, gzipped: gzipped(component), rows: Vec::new() })
    }

    pub(super) fn push(&mut self, name: &str, unit: Unit, connector: Spread, native: Option<Spread>) {
        self.rows.push(Row { name: name.to_owned(), unit, connector, native });
    }

    /// The figures as JSON.
    #[must_use]
    pub fn document(&self) -> Value {
        let (profile, opt_level) = PROFILE;
        let spread = |it: &Spread| json!({"median": it.median, "p10": it.p10, "p90": it.p90, "samples": it.samples});
        let rows = self.rows.iter().map(|row| {
            json!({
                "name": row.name,
                "unit": row.unit.to_string(),
                "connector": spread(&row.connector),
                "native": row.native.as_ref().map(spread),
                "ratio": row.ratio(),
            })
        });
        json!({
            "profile": profile,
            "host_opt_level": opt_level,
            "cpus": cpus(),
            "component_bytes": self.size,
            "component_bytes_gzipped": self.gzipped,
            "rows": rows.collect::<Vec<_>>(),
        })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.rows.iter().map(|row| row.name.len()).max().unwrap_or_default();
        writeln!(f, "{:width$}  {:^32}  {:^32}  {:>6}", "", "connector", "natively", "ratio")?;
        writeln!(
            f,
            "{:width$}  {:>10} {:>10} {:>10}  {:>10} {:>10} {:>10}",
            "", "median", "p10", "p90", "median", "p10", "p90"
        )?;
        for row in &self.rows {
            write!(f, "{:width$}  {}", row.name, Cells(Some(&row.connector)))?;
            let ratio = row.ratio().map_or("-".to_owned(), |ratio| format!("{ratio:.2}"));
            writeln!(f, "  {}  {ratio:>6}  {}", Cells(row.native.as_ref()), row.unit)?;
        }
        let gzipped = self.gzipped.map_or("no gzip here".to_owned(), |bytes| format!("{bytes} gzipped"));
        writeln!(f, "\ncomponent: {} bytes, {gzipped}", self.size)?;
        let (profile, opt_level) = PROFILE;
        write!(f, "host: {profile} profile, its own code at opt-level {opt_level}; {} CPUs", cpus())
    }
}

/// A spread in three columns.
struct Cells<'a>(Option<&'a Spread>);

impl fmt::Display for Cells<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            // The more digits before the point, the fewer behind it mean anything.
            Some(it) if it.median >= 1000.0 => write!(f, "{:>10.0} {:>10.0} {:>10.0}", it.median, it.p10, it.p90),
            Some(it) => write!(f, "{:>10.2} {:>10.2} {:>10.2}", it.median, it.p10, it.p90),
            None => write!(f, "{:>10} {:>10} {:>10}", "-", "", ""),
        }
    }
}

fn cpus() -> usize {
    thread::available_parallelism().map_or(1, Into::into)
}

fn gzipped(file: &Path) -> Option<u64> {
    let output = Command::new("gzip").args(["--best", "--stdout"]).arg(file).stderr(Stdio::null()).output().ok()?;
    output.status.success().then_some(output.stdout.len() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_is_that_of_the_medians() {
        let row =
            |native| Row { name: "x".to_owned(), unit: Unit::Microseconds, connector: Spread::of(&[30.0]), native };
        assert_eq!(row(Some(Spread::of(&[10.0]))).ratio(), Some(3.0));
        assert_eq!(row(Some(Spread::of(&[0.0]))).ratio(), None);
        assert_eq!(row(None).ratio(), None);
    }
}
