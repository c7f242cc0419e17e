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
    Mebibytes,
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Milliseconds => "ms",
            Self::Microseconds => "µs",
            Self::ProcessorMicroseconds => "µs of processor time",
            Self::CallsPerSecond => "calls/s",
            Self::Kibibytes => "KiB",
            Self::Mebibytes => "MiB",
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
    /// By PayPal's SDK on Node.js, if that was measured.
    pub node: Option<Spread>,
}

impl Row {
    /// How many times the native figure the connector's is.
    #[must_use]
    pub fn ratio(&self) -> Option<f64> {
        self.ratio_to(self.native)
    }

    /// How many times Node.js's figure the connector's is.
    #[must_use]
    pub fn ratio_to_node(&self) -> Option<f64> {
        self.ratio_to(self.node)
    }

    fn ratio_to(&self, other: Option<Spread>) -> Option<f64> {
        other.map(|other| other.median).filter(|other| *other > 0.0).map(|other| self.connector.median / other)
    }
}

/// What a component costs.
#[derive(Clone, Debug)]
pub struct Report {
    /// Bytes of the component.
    pub size: u64,
    /// Bytes of it after `gzip --best`; nothing where there is no `gzip`.
    pub gzipped: Option<u64>,
    /// The versions of Node.js and PayPal's SDK, if they were measured.
    pub node: Option<String>,
    /// The figures.
    pub rows: Vec<Row>,
}

impl Report {
    pub(super) fn new(component: &Path) -> Result<Self> {
        let size = fs::metadata(component).with_context(|| component.display().to_string())?.len();
        Ok(Self { size, gzipped: gzipped(component), node: None, rows: Vec::new() })
    }

    pub(super) fn push(&mut self, name: &str, unit: Unit, connector: Spread, native: Option<Spread>) {
        self.rows.push(Row { name: name.to_owned(), unit, connector, native, node: None });
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
                "node": row.node.as_ref().map(spread),
                "ratio_to_node": row.ratio_to_node(),
            })
        });
        json!({
            "profile": profile,
            "host_opt_level": opt_level,
            "cpus": cpus(),
            "component_bytes": self.size,
            "component_bytes_gzipped": self.gzipped,
            "node": self.node,
            "rows": rows.collect::<Vec<_>>(),
        })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.rows.iter().map(|row| row.name.len()).max().unwrap_or_default();
        let node = |cells: String| if self.node.is_some() { cells } else { String::new() };
        let more = node(format!("  {:^32}  {:>6}", "Node.js", "ratio"));
        writeln!(f, "{:width$}  {:^32}  {:^32}  {:>6}{more}", "", "connector", "natively", "ratio")?;
        let names = format!("{:>10} {:>10} {:>10}", "median", "p10", "p90");
        let more = node(format!("  {:6}  {names}", ""));
        writeln!(f, "{:width$}  {names}  {names}{more}", "")?;
        for row in &self.rows {
            let (connector, natively) = (Cells(Some(&row.connector)), Cells(row.native.as_ref()));
            let more = node(format!("  {}  {}", Cells(row.node.as_ref()), Ratio(row.ratio_to_node())));
            let (name, ratio, unit) = (&row.name, Ratio(row.ratio()), row.unit);
            writeln!(f, "{name:width$}  {connector}  {natively}  {ratio}{more}  {unit}")?;
        }
        let gzipped = self.gzipped.map_or("no gzip here".to_owned(), |bytes| format!("{bytes} gzipped"));
        writeln!(f, "\ncomponent: {} bytes, {gzipped}", self.size)?;
        if let Some(node) = &self.node {
            writeln!(f, "{node}")?;
        }
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

/// A ratio in a column.
struct Ratio(Option<f64>);

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(ratio) => write!(f, "{ratio:>6.2}"),
            None => write!(f, "{:>6}", "-"),
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
        let row = |native| {
            let connector = Spread::of(&[30.0]);
            Row { name: "x".to_owned(), unit: Unit::Microseconds, connector, native, node: Some(Spread::of(&[60.0])) }
        };
        assert_eq!(row(Some(Spread::of(&[10.0]))).ratio(), Some(3.0));
        assert_eq!(row(Some(Spread::of(&[0.0]))).ratio(), None);
        assert_eq!(row(None).ratio(), None);
        assert_eq!(row(None).ratio_to_node(), Some(0.5));
    }
}
