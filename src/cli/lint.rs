//! `lint`: reads lesson files and plays them with the right answers, and with right and wrong repairs.

use super::Failure;
use super::terminal::visible;
use crate::lessons::{self, Verdict};
use crate::notation::format_duration;
use clap::Args;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// What to look at.
#[derive(Args)]
pub(super) struct LintArgs {
    /// Lessons, or directories that contain them.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// Print the log of each lesson, with the events that a step can wait for.
    #[arg(long)]
    log: bool,
}

/// Looks at lessons: files, or all `.lesson` files of folders.
pub(super) fn lint(args: &LintArgs) -> Result<(), Failure> {
    let mut files = Vec::new();
    for path in &args.paths {
        match path.is_dir() {
            true => lessons_of(path, &mut files)?,
            false => files.push(path.clone()),
        }
    }
    if files.is_empty() {
        return Err(Failure(2, "error: no lessons found".into()));
    }
    let mut out = io::stdout().lock();
    let (mut count, mut repairs, mut wrong) = (0, 0, 0);
    for file in &files {
        let name = file.display();
        let text = fs::read_to_string(file).map_err(|error| unreadable(file, &error))?;
        let verdict = lessons::lint(&text);
        if args.log {
            print_log(&verdict, &mut out)?;
        }
        count += verdict.errors.len();
        repairs += verdict.repairs;
        wrong += verdict.wrong;
        for error in verdict.errors {
            let advice = if error.suggestion.is_empty() { "" } else { "; " };
            let place = format!("{name}:{}:{}", error.line, error.column);
            let line = format!("{place}: {}{advice}{}", error.message, error.suggestion);
            writeln!(out, "{}", visible(&line))?;
        }
    }
    let lessons = files.len();
    writeln!(
        out,
        "{lessons} lessons, {repairs} repairs, {wrong} wrong ones tried, {count} errors"
    )?;
    if count == 0 {
        Ok(())
    } else {
        Err(Failure(1, "a reader could not finish these lessons".into()))
    }
}

/// The log, and where the steps arrive in it.
fn print_log(verdict: &Verdict, out: &mut impl Write) -> io::Result<()> {
    let mut steps = (1..).zip(&verdict.arrivals).peekable();
    for event in &verdict.events {
        while let Some((number, _)) = steps.next_if(|(_, arrival)| **arrival < event.time) {
            writeln!(out, "--- step {number} ---")?;
        }
        let (time, reason) = (format_duration(event.time.0), &event.reason);
        let (code, text) = (reason.code().name(), reason.text());
        let line = format!("{time:>9}  {code} {}  {text}", event.subject);
        writeln!(out, "{}", visible(&line))?;
    }
    steps.try_for_each(|(number, _)| writeln!(out, "--- step {number} ---"))
}

/// The lessons of a folder and of the folders in it, by name.
pub(super) fn lessons_of(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let entries = fs::read_dir(folder).map_err(|error| unreadable(folder, &error))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            lessons_of(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "lesson") {
            files.push(path);
        }
    }
    Ok(())
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure(2, format!("error: cannot read {}: {error}", path.display()))
}
