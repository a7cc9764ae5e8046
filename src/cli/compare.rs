//! `ordinal compare`: what a story does differently under another version of Kubernetes.

use super::{Failure, describe, duration, read, visible};
use crate::api::Time;
use crate::cluster::Version;
use crate::notation::format_duration;
use crate::task::{Progress, finish};
use crate::timeline::compare::{COMPARED_MS, Difference, Group, differences};
use crate::timeline::{Timeline, at_version};
use clap::Args;
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

/// The version of this name.
pub(super) fn version(name: &str) -> Result<Version, String> {
    let known = || Version::ALL.map(|(_, name)| name).join(", ");
    Version::named(name).ok_or_else(|| format!("known versions are {}", known()))
}

/// Prints what differs, by group.
pub(super) fn run(args: &CompareArgs) -> Result<(), Failure> {
    let recipe = read(&args.story)?;
    let versions = [args.from, args.to];
    let play = |version: Version| {
        let mut timeline = Timeline::new(&at_version(&recipe, version))
            .map_err(|errors| Failure(2, describe(&args.story, &errors)))?;
        timeline.seek(args.until.unwrap_or_else(|| timeline.end().plus(COMPARED_MS)));
        Ok::<_, Failure>(timeline)
    };
    let (first, second) = (play(args.from)?, play(args.to)?);
    let logs = [first.events(), second.events()];
    let found = finish(differences(logs, args.all, &Progress::default()));
    let mut out = io::BufWriter::new(io::stdout().lock());
    let [from, to] = versions.map(Version::name);
    if found.is_empty() {
        writeln!(out, "The run is the same under Kubernetes {from} and {to}.")?;
    }
    for group in Group::ALL {
        let found: Vec<_> = found.iter().filter(|it| it.group() == group).collect();
        if found.is_empty() {
            continue;
        }
        writeln!(out, "{}:", group.heading(versions))?;
        for difference in found {
            writeln!(out, "{}", line(difference))?;
        }
    }
    Ok(out.flush()?)
}

/// A difference as a line: when it happens, and what.
fn line(difference: &Difference<'_>) -> String {
    let reason = &difference.event.reason;
    let times = difference.times.iter().flatten();
    let times: String = times.map(|time| format!("{:>11}", format_duration(time.0))).collect();
    let component = reason.code().component().name();
    visible(&format!("{times}  {component:<27} {}", reason.text())).into_owned()
}
