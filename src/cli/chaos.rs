//! `ordinal chaos`: runs a manifest through a matrix of faults, and prints what it does not survive.

use super::{Failure, read, visible, visible_json};
use crate::chaos::{Options, SEEDS_MAX, survey};
use crate::cluster::Version;
use crate::limits;
use crate::notation::format_duration;
use crate::task::{Progress, finish};
use clap::Args;
use std::io::{self, Write};
use std::path::PathBuf;

#[derive(Args)]
pub(super) struct ChaosArgs {
    /// The manifest, as YAML or JSON; - reads standard input.
    manifest: PathBuf,
    /// How many times each fault strikes in each phase, with other delays and another pod.
    #[arg(long, default_value = "3", value_parser = clap::value_parser!(u64).range(1..=SEEDS_MAX))]
    seeds: u64,
    /// How many nodes the cluster has, in three zones.
    #[arg(long, default_value = "6", value_parser = clap::value_parser!(u32).range(1..=limits::NODES as i64))]
    nodes: u32,
    /// The version of Kubernetes.
    #[arg(long, default_value = Version::default().name(), value_parser = super::compare::version)]
    kubernetes: Version,
    /// Print one JSON object instead of text.
    #[arg(long, conflicts_with = "story")]
    json: bool,
    /// Print the story of the finding with this number instead: for `ordinal run` and the page.
    #[arg(long, value_name = "NUMBER")]
    story: Option<usize>,
}

/// Runs the matrix. Fails if data can be lost, or if the set gets stuck.
pub(super) fn run(args: &ChaosArgs) -> Result<(), Failure> {
    let text = read(&args.manifest)?;
    let options = Options { seeds: args.seeds, nodes: args.nodes, version: args.kubernetes };
    let report = finish(survey(&text, options, &Progress::default())).map_err(|refused| {
        Failure(2, format!("{}: {}", args.manifest.display(), refused.message))
    })?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    if let Some(number) = args.story {
        let found = number.checked_sub(1).and_then(|index| report.findings.get(index));
        let count = report.findings.len();
        let found = found.ok_or_else(|| {
            Failure(2, format!("error: there are findings 1 to {count}, not {number}"))
        })?;
        let moment = found.worst().map(|strike| &strike.moment);
        if let Some(moment) = moment {
            let (recipe, at) = (&moment.recipe, format_duration(moment.at.0));
            writeln!(out, "{recipe}# look at {at}")?;
        }
        return Ok(out.flush()?);
    }
    match args.json {
        true => writeln!(out, "{}", visible_json(&report.json()))?,
        false => write!(out, "{}", visible(&report.text()))?,
    }
    out.flush()?;
    if report.fails() { Err(Failure(1, String::new())) } else { Ok(()) }
}
