//! `ordinal compare`: what a story does differently under another version of Kubernetes.

use super::{Failure, describe, duration, read, visible};
use crate::api::Time;
use crate::cluster::{Component, Version};
use crate::timeline::{Timeline, at_version};
use clap::Args;
use similar::{Algorithm, DiffTag, capture_diff_slices};
use std::io::{self, Write};
use std::path::PathBuf;

#[derive(Args)]
pub(super) struct CompareArgs {
    /// The story file, in the line notation; - reads standard input.
    story: PathBuf,
    /// The version to compare with.
    #[arg(long, default_value = "1.36", value_parser = version)]
    from: Version,
    /// The other version.
    #[arg(long, default_value = "1.37", value_parser = version)]
    to: Version,
    /// How long to run, for example 90s or 10m [default: one minute after the last line].
    #[arg(long, value_parser = duration)]
    until: Option<Time>,
    /// Compare all events, also those that follow from what the controllers do: of the kubelets, the scheduler, names,
    /// and data.
    #[arg(long)]
    all: bool,
}

/// The components whose decisions depend on the version.
const DECIDING: [Component; 4] =
    [Component::ApiServer, Component::StatefulSet, Component::Deployment, Component::ReplicaSet];

fn version(name: &str) -> Result<Version, String> {
    let known = || Version::ALL.map(|(_, name)| name).join(", ");
    Version::named(name).ok_or_else(|| format!("known versions are {}", known()))
}

/// Prints the events that only one of the versions has, as a unified diff without context.
pub(super) fn run(args: &CompareArgs) -> Result<(), Failure> {
    let recipe = read(&args.story)?;
    let log = |version: Version| {
        let mut timeline = Timeline::new(&at_version(&recipe, version))
            .map_err(|errors| Failure(2, describe(&args.story, &errors)))?;
        timeline.seek(args.until.unwrap_or_else(|| timeline.end().plus(60_000)));
        let events = timeline.events().iter();
        let told =
            events.filter(|event| args.all || DECIDING.contains(&event.reason.code().component()));
        Ok::<_, Failure>(told.map(ToString::to_string).collect::<Vec<_>>())
    };
    let (before, after) = (log(args.from)?, log(args.to)?);
    // The same event at another time is no difference.
    let told = |lines: &[String]| -> Vec<String> {
        let told = lines.iter().map(|line| line.split_once(' ').map_or("", |(_, rest)| rest));
        told.map(|rest| rest.trim_start().to_owned()).collect()
    };
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut is_same = true;
    for change in capture_diff_slices(Algorithm::Patience, &told(&before), &told(&after)) {
        if change.tag() == DiffTag::Equal {
            continue;
        }
        if is_same {
            writeln!(
                out,
                "--- Kubernetes {}\n+++ Kubernetes {}",
                args.from.name(),
                args.to.name()
            )?;
            is_same = false;
        }
        for line in &before[change.old_range()] {
            writeln!(out, "-{}", visible(line))?;
        }
        for line in &after[change.new_range()] {
            writeln!(out, "+{}", visible(line))?;
        }
    }
    if is_same {
        let (from, to) = (args.from.name(), args.to.name());
        writeln!(out, "The same events under Kubernetes {from} and {to}.")?;
    }
    Ok(out.flush()?)
}
