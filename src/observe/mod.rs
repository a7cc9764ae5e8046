//! Reads what a real cluster reported, and makes a recipe of it that can be drawn, scrubbed, and explained.
//!
//! Three forms are read: a dump (`kubectl get ... -o yaml`, several documents, lists, or files, `kubectl cluster-info dump`);
//! what `kubectl get -w --output-watch-events` printed; and a recording, a JSON object on each line (`docs/observe.md`).
//! Only the fields that are needed are kept (`keep`). What is missing is reported; the rest is read anyway.
//!
//! The recipe begins with `observed`; its `observe` lines have the objects, with all times counted from its beginning.

mod answer;
mod assemble;
mod classify;
mod confusions;
mod contents;
mod keep;
pub mod live;
mod replace;
mod times;
mod version;

pub use answer::{Explanation, explain, find};
pub use confusions::Confusion;
pub use contents::Contents;
pub use replace::{contents, replace_names};

use crate::api::Time;
use crate::cluster::{Cluster, Event, Subject};
use crate::later::later;
use crate::limits::{self, Limit};
use crate::manifest::{self, Misread};
use assemble::assemble;
use classify::Found;

later! {
    /// [`read_joined`]
    static READ: fn(&str) -> Result<Observation, Vec<Problem>> = read_joined;
    /// [`explain`]
    static EXPLAIN: fn(&Cluster, &[Event], &Subject) -> Explanation = explain;
}

/// A text, and what it is called.
#[derive(Clone, Copy, Debug)]
pub struct File<'a> {
    /// The name, for errors.
    pub name: &'a str,
    /// The text.
    pub text: &'a str,
}

/// What was read of a real cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// The recipe that shows it.
    pub recipe: String,
    /// The instant at which it is opened: that of a dump, or the beginning of a recording.
    pub at: Time,
    /// The instant of the last report.
    pub end: Time,
    /// Whether it is a recording, which can be scrubbed.
    pub is_recording: bool,
    /// What is missing, and what was assumed, in sentences.
    pub notes: Vec<String>,
}

/// Why nothing can be shown, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The name of the file.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub advice: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Problem { file, line, column, message, advice } = self;
        write!(f, "{file}:{line}:{column}: {message}")?;
        if advice.is_empty() { Ok(()) } else { write!(f, "; {advice}") }
    }
}

/// The command whose output is read. It writes nothing.
pub const COMMAND: &str = "kubectl get sts,deploy,rs,pods,pvc,pv,svc,endpointslices,nodes,events,controllerrevisions,pdb,sc,volumeattachments -A -o yaml";

/// Whether a text can be from a real cluster: it is no recipe.
pub fn is_observed(text: &str) -> bool {
    let first = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    first.is_some_and(|line| line.split_whitespace().next() != Some("ordinal"))
        && (text.contains("\"kind\"") || text.contains("kind:") || text.contains("\"type\""))
}

/// [`read_joined`] in the page; `None` before the second part of the program is there.
///
/// # Errors
/// As [`read`].
pub fn read_if_loaded(text: &str) -> Option<Result<Observation, Vec<Problem>>> {
    READ.get().map(|read| read(text))
}

/// The sign at the beginning of a line with the name of a file, where the page joins several files to a text.
const FILE_SIGN: char = '\u{1e}';

/// Reads what the page was given: a text, or several files, each below a line with [`FILE_SIGN`] and its name.
///
/// # Errors
/// As [`read`].
pub fn read_joined(text: &str) -> Result<Observation, Vec<Problem>> {
    let Some(joined) = text.strip_prefix(FILE_SIGN) else {
        return read(&[File { name: "the text", text }]);
    };
    let mut files = Vec::new();
    let mut rest = joined;
    loop {
        let end = rest.match_indices(FILE_SIGN).find(|(at, _)| rest[..*at].ends_with('\n'));
        let file = rest.get(..end.map_or(rest.len(), |(at, _)| at)).unwrap_or_default();
        let (name, text) = file.split_once('\n').unwrap_or((file, ""));
        files.push(File { name, text });
        let Some((at, sign)) = end else { return read(&files) };
        rest = rest.get(at + sign.len()..).unwrap_or_default();
    }
}

/// [`explain`] in the page, if this is a real cluster; `None` before the second part of the program is there.
pub fn explain_if_loaded(
    cluster: &Cluster,
    events: &[Event],
    subject: &Subject,
) -> Option<Explanation> {
    let explain = EXPLAIN.get().filter(|_| cluster.world().is_observed)?;
    Some(explain(cluster, events, subject))
}

/// Whether the field `key` of an object is kept; `parent` is the key of the map that has it.
pub fn keeps(parent: &str, key: &str) -> bool {
    keep::keep(parent, key)
}

/// A number of seconds since 1970 as Kubernetes writes it.
pub fn instant(seconds: i64) -> String {
    times::write(seconds)
}

/// Reads what a real cluster said.
///
/// # Errors
/// If nothing of it can be read, or it is too large.
pub fn read(files: &[File<'_>]) -> Result<Observation, Vec<Problem>> {
    let mut found = Found::default();
    let mut problems = Vec::new();
    for file in files {
        let text = without_logs(file.text);
        let (documents, misread) = manifest::read_kept(&text, keep::keep);
        let count = documents.len();
        found.add(documents);
        if let Some(misread) = misread {
            let problem = problem(file, &misread);
            match count {
                // A document that does not end is the rule when a recording is stopped.
                1.. => found.notes.push(format!("{problem}. What follows is left out.")),
                0 => problems.push(problem),
            }
        }
    }
    if found.is_empty() {
        if problems.is_empty() {
            let (file, message) =
                (files.first().map_or("", |file| file.name).into(), "no objects found".into());
            let advice = format!("paste the output of {COMMAND}");
            problems.push(Problem { file, line: 1, column: 1, message, advice });
        }
        return Err(problems);
    }
    found.notes.extend(problems.iter().map(|problem| format!("{problem}. This file is left out.")));
    let (pods, objects) = found.size();
    let observation = assemble(found);
    let limit = match () {
        () if pods > limits::PODS => Some(Limit::Pods),
        () if objects > limits::OBJECTS => Some(Limit::Objects),
        () if observation.recipe.len() > limits::RECIPE_BYTES => Some(Limit::RecipeBytes),
        () if observation.recipe.lines().count() > limits::RECIPE_LINES => Some(Limit::RecipeLines),
        () => None,
    };
    if let Some(limit) = limit {
        let message = limit.sentence();
        let (file, advice) = (String::new(), "choose one namespace with -n instead of -A".into());
        return Err(vec![Problem { file, line: 1, column: 1, message, advice }]);
    }
    Ok(observation)
}

fn problem(file: &File<'_>, misread: &Misread) -> Problem {
    let Misread { message, line, column } = misread.clone();
    let advice = match file.text.trim_start().starts_with("NAME") {
        true => "this is a table: add -o yaml to the command".into(),
        false => String::new(),
    };
    Problem { file: file.name.to_owned(), line, column, message, advice }
}

/// The text without the logs of containers, which `kubectl cluster-info dump` prints between the objects. The lines stay.
fn without_logs(text: &str) -> String {
    if !text.contains("==== START logs") {
        return text.to_owned();
    }
    let (mut kept, mut is_log) = (String::new(), false);
    for line in text.split_inclusive('\n') {
        is_log |= line.starts_with("==== START logs");
        match is_log {
            false => kept.push_str(line),
            true if line.ends_with('\n') => kept.push('\n'),
            true => {}
        }
        is_log &= !line.starts_with("==== END logs");
    }
    kept
}
