//! The native program: runs a story and prints its log, or draws one instant of it.

mod animate;
mod api;
mod chaos;
mod compare;
pub mod conform;
mod draw;
mod handout;
pub mod link;
mod lint;
mod observed;
mod png;
mod preview;
mod record;
mod terminal;

use crate::api::Time;
use crate::cluster::Code;
use crate::lessons;
use crate::limits::{self, Limit};
use crate::notation::{NotationError, format_duration, parse_duration};
use crate::observe;
use crate::scene::Callout;
use crate::timeline::check::{self, SOMETIMES};
use crate::timeline::{Timeline, json, random};
use clap::{Args, Parser, Subcommand};
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::rc::Rc;
use terminal::{visible, visible_json};

/// Watch, break, and rewind a simulated Kubernetes StatefulSet.
///
/// Exit status: 0 on success, 1 on failure, 2 on invalid usage or input.
#[derive(Parser)]
#[command(version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run a story and print its event log.
    Run(RunArgs),
    /// Run a story under two versions of Kubernetes and print the events that differ.
    Compare(compare::CompareArgs),
    /// Run a manifest through a matrix of faults: where it loses data, gets stuck, or is down.
    ///
    /// Exit status: 1 if data can be lost or a StatefulSet gets stuck.
    Chaos(chaos::ChaosArgs),
    /// Serve a cluster as a Kubernetes API for kubectl, with the page that shows it.
    Api(api::ApiArgs),
    /// Do something in a cluster that `ordinal api` serves, for example "node node-2 off".
    Do(api::DoArgs),
    /// Run random clusters and check the invariants after every step.
    Check(CheckArgs),
    /// Replay recordings of real control planes and compare.
    Conform {
        /// Recordings, or directories that contain them.
        #[arg(required = true)]
        paths: Vec<PathBuf>,
    },
    /// Draw one moment of a story as SVG, with its transcript as the description, or as PNG.
    Draw(draw::DrawArgs),
    /// Explain an object of a real cluster: what it is waiting for, and what would end that.
    Why(observed::WhyArgs),
    /// Write what a real cluster said as a story with other names, which can be shared.
    ReplaceNames(observed::NamesArgs),
    /// Record what a real cluster says, with the kubectl on the path; it only lists and watches.
    Record(record::RecordArgs),
    /// Play lessons with the right answers and report errors with their locations.
    Lint(lint::LintArgs),
    /// Write a lesson, or a course, as HTML to print.
    Handout(handout::HandoutArgs),
    /// Serve the page with a lesson, and reload it when the file changes.
    Preview(preview::PreviewArgs),
}

#[derive(Args)]
struct RunArgs {
    /// The story file, in the line notation; - reads standard input.
    story: PathBuf,
    /// How long to run, for example 90s or 10m [default: one minute after the last line].
    #[arg(long, value_parser = duration)]
    until: Option<Time>,
    /// Print one JSON object per line instead of sentences.
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
struct CheckArgs {
    /// The seeds, as a half-open range such as 0..300.
    #[arg(long, value_parser = seeds, required_unless_present = "print")]
    seeds: Option<Range<u64>>,
    /// Print the recipe of one seed instead.
    #[arg(long, value_name = "SEED")]
    print: Option<u64>,
}

/// What ends the program early: the exit status and a message.
struct Failure(u8, String);

impl From<io::Error> for Failure {
    /// A failed write to standard output. A closed pipe is no failure: the reader has read enough.
    fn from(error: io::Error) -> Failure {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Failure(0, String::new()),
            _ => Failure(1, format!("error: cannot write: {error}")),
        }
    }
}

/// Runs the program on the arguments of the process.
pub fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Run(args) => run(&args),
        Command::Compare(args) => compare::run(&args),
        Command::Chaos(args) => chaos::run(&args),
        Command::Api(args) => api::serve(&args),
        Command::Do(args) => api::run_line(&args),
        Command::Check(args) => check(&args),
        Command::Conform { paths } => conform(&paths),
        Command::Draw(args) => draw::run(&args),
        Command::Why(args) => observed::why(&args),
        Command::ReplaceNames(args) => observed::replace_names(&args),
        Command::Record(args) => record::record(&args),
        Command::Lint(args) => lint::lint(&args),
        Command::Handout(args) => handout::run(&args),
        Command::Preview(args) => preview::serve(&args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure(status, message)) => {
            if !message.is_empty() {
                eprintln!("{}", visible(&message));
            }
            ExitCode::from(status)
        }
    }
}

fn duration(text: &str) -> Result<Time, String> {
    match parse_duration(text) {
        None => Err("use, for example, 500ms, 41s, or 1m30s".into()),
        Some(ms) if ms > limits::CLUSTER_TIME_MS => Err(Limit::ClusterTime.sentence()),
        Some(ms) => Ok(Time(ms)),
    }
}

fn seeds(text: &str) -> Result<Range<u64>, String> {
    let numbers =
        text.split_once("..").and_then(|(from, to)| Some(from.parse().ok()?..to.parse().ok()?));
    numbers.ok_or_else(|| "use, for example, 0..300".into())
}

fn load(path: &Path) -> Result<Timeline, Failure> {
    let text = read(path)?;
    if observe::is_observed(&text) {
        let opened = observed::open(&[(path, text)])?;
        for note in &opened.observation.notes {
            eprintln!("note: {}", visible(note));
        }
        return Ok(opened.timeline);
    }
    Timeline::new(&text).map_err(|errors| Failure(2, describe(path, &errors)))
}

/// The link to a moment that an argument is, instead of a file. A file of this name comes first.
fn link_of(argument: &Path) -> Option<&str> {
    argument.to_str().and_then(link::link_in).filter(|_| !argument.exists())
}

/// The text of a file, of standard input, or in a link to a moment.
fn read(path: &Path) -> Result<String, Failure> {
    if let Some(link) = link_of(path) {
        let (recipe, _) =
            link::decode(link).map_err(|error| Failure(2, format!("error: {error}")))?;
        return Ok(recipe);
    }
    let name = path.display();
    let mut text = String::new();
    let read = match path.as_os_str() == "-" {
        true => io::stdin().read_to_string(&mut text).map(|_| ()),
        false => fs::read_to_string(path).map(|content| text = content),
    };
    read.map_err(|error| Failure(2, format!("error: cannot read {name}: {error}")))?;
    Ok(text)
}

/// Whether a file is a lesson, by its name.
fn is_lesson(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "lesson")
}

/// Opens a story, or a lesson with the callout of its first step.
fn load_with_callout(path: &Path) -> Result<(Timeline, Option<Rc<Callout>>), Failure> {
    if !is_lesson(path) {
        return Ok((load(path)?, None));
    }
    let failure = |errors: Vec<NotationError>| Failure(2, describe(path, &errors));
    let lesson = lessons::parse(&read(path)?).map_err(failure)?;
    let timeline = Timeline::new(&lesson.recipe).map_err(failure)?;
    let point = lesson.steps.into_iter().next().and_then(|step| step.point);
    let callout = point.map(|point| Callout { target: point.target, text: point.text });
    Ok((timeline, callout.map(Rc::new)))
}

/// What is wrong with a story, each with its place.
fn describe(path: &Path, errors: &[NotationError]) -> String {
    let lines = errors.iter().map(|error| format!("{}: {error}", path.display()));
    lines.collect::<Vec<_>>().join("\n")
}

fn run(args: &RunArgs) -> Result<(), Failure> {
    let mut timeline = load(&args.story)?;
    let until = args.until.unwrap_or_else(|| timeline.end().plus(60_000));
    timeline.seek(until);
    let mut out = io::BufWriter::new(io::stdout().lock());
    for event in timeline.events() {
        match args.json {
            true => writeln!(out, "{}", visible_json(&json::line(event)))?,
            false => writeln!(out, "{}", visible(&event.to_string()))?,
        }
    }
    out.flush()?;
    // The story goes on after a refusal; a manifest at its beginning that was refused as a whole is an error all
    // the same.
    let refused: Vec<NotationError> = timeline.refused_at_start().cloned().collect();
    let status = if timeline.is_refused_at_start() { 2 } else { 0 };
    match refused.is_empty() {
        true => Ok(()),
        false => Err(Failure(status, describe(&args.story, &refused))),
    }
}

fn check(args: &CheckArgs) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    if let Some(seed) = args.print {
        write!(out, "{}", random::recipe(seed))?;
        return Ok(());
    }
    let seeds = args.seeds.clone().unwrap_or(0..0);
    let (mut steps, mut broken) = (0, 0);
    let mut seen: BTreeMap<Code, u64> = BTreeMap::new();
    let mut reached = vec![0_u64; SOMETIMES.len()];
    for seed in seeds.clone() {
        let verdict = check::check(seed);
        steps += verdict.steps;
        broken += verdict.violations.len();
        for code in &verdict.seen {
            *seen.entry(*code).or_default() += 1;
        }
        for (count, (_, codes)) in reached.iter_mut().zip(SOMETIMES) {
            *count += u64::from(verdict.reached(codes));
        }
        for (at, text) in &verdict.violations {
            writeln!(out, "seed {seed} at {}: {}", format_duration(*at), visible(text))?;
        }
        if !verdict.violations.is_empty() {
            let recipe = check::cut_down(&random::recipe(seed));
            writeln!(out, "    replay: ordinal run - <<END\n{recipe}END")?;
        }
    }
    for (count, (what, _)) in reached.iter().zip(SOMETIMES) {
        writeln!(out, "{count:>8} seeds: {what}")?;
    }
    let never = Code::ALL.iter().filter(|code| !seen.contains_key(code));
    let never: Vec<&str> = never.map(|code| code.name()).collect();
    writeln!(
        out,
        "never seen: {}",
        if never.is_empty() { "none".into() } else { never.join(", ") }
    )?;
    writeln!(out, "{} seeds, {steps} steps, {broken} violations", seeds.count())?;
    if broken == 0 { Ok(()) } else { Err(Failure(1, "violations are bugs in the model".into())) }
}

fn conform(paths: &[PathBuf]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    let mut files = Vec::new();
    for path in paths {
        match fs::read_dir(path) {
            Ok(entries) => {
                let entries = entries.filter_map(|entry| Some(entry.ok()?.path()));
                files.extend(
                    entries.filter(|file| {
                        file.extension().is_some_and(|extension| extension == "json")
                    }),
                );
            }
            Err(_) => files.push(path.clone()),
        }
    }
    files.sort();
    let (mut passed, mut failed) = (0, 0);
    for file in &files {
        let name = file.display();
        let text = fs::read_to_string(file)
            .map_err(|error| Failure(2, format!("error: cannot read {name}: {error}")))?;
        let recording = serde_json::from_str(&text)
            .map_err(|error| Failure(2, format!("error: {name}: {error}")))?;
        let mismatches = conform::replay(&recording)
            .map_err(|message| Failure(2, format!("error: {name}: {message}")))?;
        for mismatch in &mismatches {
            writeln!(out, "{}", visible(mismatch))?;
        }
        if mismatches.is_empty() { passed += 1 } else { failed += 1 }
    }
    if files.is_empty() {
        return Err(Failure(2, "error: no recordings found".into()));
    }
    writeln!(out, "{passed} passed, {failed} failed")?;
    if failed == 0 {
        Ok(())
    } else {
        Err(Failure(1, "the model differs from the recordings".into()))
    }
}
