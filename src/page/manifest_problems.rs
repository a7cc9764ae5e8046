//! What is wrong with a manifest, in plain words and with its place: the cause first, then what to do.
//!
//! Translates the words of kubectl and the API server, which are still available, and adds what they do not
//! say before a manifest is applied: what collides with the running cluster, and what is missing there.

use crate::api::Object;
use crate::kubectl::Output;
use crate::manifest::{Document, Refusal};

mod known;
mod plain;

pub use known::Known;

/// How much a problem matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The manifest can be applied.
    Warning,
    /// The object is rejected.
    Error,
}

/// A problem of a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// How much it matters.
    pub severity: Severity,
    /// Its line, from 1.
    pub line: u32,
    /// Its column, in characters from 1.
    pub column: u32,
    /// The cause, and what to do.
    pub text: String,
    /// The StorageClass that is missing, if that is the problem.
    pub missing_class: Option<String>,
}

impl Problem {
    fn new(severity: Severity, line: u32, column: u32, text: String) -> Problem {
        Problem { severity, line, column, text, missing_class: None }
    }

    /// A warning about the field of a document.
    fn warning(document: &Document, field: &str, text: String) -> Problem {
        let place = document.tree.locate(field);
        Problem::new(Severity::Warning, place.line, place.column, text)
    }
}

/// Warnings of keys that kubectl drops because they stand twice.
pub fn doubled(document: &Document) -> Vec<Problem> {
    let warning = |(key, place): &(String, crate::api::json::Place)| {
        let text = format!("The key {key} is set twice: kubectl uses the last value.");
        Problem::new(Severity::Warning, place.line, place.column, text)
    };
    document.doubled.iter().map(warning).collect()
}

/// The errors of a document.
pub fn errors(document: &Document) -> Vec<Problem> {
    let Err(refusal) = &document.outcome else { return Vec::new() };
    let Refusal { line, column, .. } = *refusal;
    let causes = plain::causes(document, refusal).into_iter().map(|(place, text)| {
        let place = place.filter(|place| place.line > 0);
        let (line, column) = place.map_or((line, column), |it| (it.line, it.column));
        Problem::new(Severity::Error, line, column, text)
    });
    causes.collect()
}

/// The objects that the running cluster does not take because it has others of the same name. `difference` is
/// the output of `kubectl diff`.
pub fn collisions(documents: &[Document], difference: &Output) -> Vec<Problem> {
    let mut differing =
        difference.advice.lines().filter_map(|line| line.strip_prefix("what differs: "));
    let refused = documents.iter().filter_map(|document| {
        let object = document.outcome.as_ref().ok()?;
        let (kind, name) = (object.kind().name(), &object.meta().name);
        let words = format!("The {kind} \"{name}\" is invalid: ");
        let details = difference.stderr.split_once(&words)?.1;
        let fields = match object {
            Object::StatefulSet(_) => differing.next(),
            _ => None,
        };
        let what = match fields {
            Some(fields) => format!("in which {} can't be changed", plain::list(fields, "and")),
            None => {
                let detail = details.trim_start_matches(['\n', '*', ' ']).lines().next();
                format!("which can't be changed like this ({})", detail.unwrap_or_default())
            }
        };
        let text = format!(
            "The running cluster already has another {kind} \"{name}\", {what}. Start a new cluster, or \
             choose another name."
        );
        Some(Problem::warning(document, "metadata.name", text))
    });
    refused.collect()
}

/// What else the running cluster answers, if that is no warning.
pub fn other_answer(difference: &Output) -> Option<Problem> {
    let is_answer = |line: &&str| !line.starts_with("Warning: ") && !line.is_empty();
    let answer = difference.stderr.lines().find(is_answer)?;
    Some(Problem::new(Severity::Error, 1, 1, plain::sentence(answer)))
}

/// What is wrong with an empty manifest.
pub fn no_objects() -> Problem {
    Problem::new(Severity::Error, 1, 1, "The manifest has no objects.".into())
}

/// The warnings of kubectl about annotations, at the first line that has the annotation.
pub fn warnings(text: &str, difference: &Output) -> Vec<Problem> {
    let lines = difference.stderr.lines();
    let warnings = lines.filter_map(|line| line.strip_prefix("Warning: annotation "));
    let problems = warnings.map(|warning| {
        let key = warning.split([':', ' ']).next().unwrap_or_default();
        let line = (1..).zip(text.lines()).find(|(_, line)| line.contains(key));
        let text = plain::sentence(&format!("annotation {warning}"));
        Problem::new(Severity::Warning, line.map_or(1, |(number, _)| number), 1, text)
    });
    problems.collect()
}
