//! Files from a real cluster: opened as a run that shows what was observed, and `ordinal why`.

use super::terminal::visible;
use super::{Failure, describe, duration, read};
use crate::api::Time;
use crate::cluster::Subject;
use crate::notation::{NotationError, format_duration};
use crate::observe::{self, Explanation, File, Observation};
use crate::timeline::Timeline;
use crate::why::Link;
use clap::Args;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A run that shows what was observed, with the cursor at the instant at which it opens.
pub(super) struct Opened {
    pub(super) timeline: Timeline,
    pub(super) observation: Observation,
}

/// Opens files from a real cluster.
///
/// # Errors
/// If nothing can be read.
pub(super) fn open(files: &[(&Path, String)]) -> Result<Opened, Failure> {
    let observation = read_files(files)?;
    let mut timeline = Timeline::new(&observation.recipe)
        .map_err(|errors| Failure(2, describe(Path::new("the observation"), &errors)))?;
    timeline.seek(observation.at);
    Ok(Opened { timeline, observation })
}

/// Reads files from a real cluster.
fn read_files(files: &[(&Path, String)]) -> Result<Observation, Failure> {
    let names: Vec<String> = files.iter().map(|(path, _)| path.display().to_string()).collect();
    let texts = names.iter().zip(files).map(|(name, (_, text))| File { name, text });
    let texts: Vec<File<'_>> = texts.collect();
    observe::read(&texts).map_err(|problems| {
        let lines = problems.iter().map(|problem| format!("error: {problem}"));
        Failure(2, lines.collect::<Vec<_>>().join("\n"))
    })
}

#[derive(Args)]
pub(super) struct WhyArgs {
    /// What a real cluster said: dumps or recordings, then the object, for example sts/web or pod/web-1; - reads standard
    /// input.
    #[arg(required = true, num_args = 2.., value_names = ["FILE", "OBJECT"])]
    words: Vec<String>,
    /// The namespace of the object [default: the only one that has it].
    #[arg(short, long)]
    namespace: Option<String>,
    /// The time in a recording, for example 41s or 1m30s [default: its end].
    #[arg(long, value_parser = duration)]
    at: Option<Time>,
}

/// Prints why an object is as it is.
///
/// # Errors
/// If the files cannot be read, or the object does not exist.
pub(super) fn why(args: &WhyArgs) -> Result<(), Failure> {
    let (object, paths) = args.words.split_last().ok_or_else(|| Failure(2, String::new()))?;
    let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
    let files: Result<Vec<(&Path, String)>, Failure> =
        paths.iter().map(|path| Ok((path.as_path(), read(path)?))).collect();
    let Opened { mut timeline, observation } = open(&files?)?;
    let at =
        args.at.unwrap_or(if observation.is_recording { observation.end } else { observation.at });
    timeline.seek(at);
    let cluster = timeline.cluster();
    let problem = |message: String| Failure(2, format!("error: {message}"));
    let object = observe::find(cluster, object, args.namespace.as_deref()).map_err(problem)?;
    let seen = timeline.events().partition_point(|event| event.time <= at);
    let events = timeline.events().get(..seen).unwrap_or_default();
    let explanation = observe::explain(cluster, events, &Subject::Object(object.clone()));
    let text =
        format!("{object} (namespace {}):\n{}", object.key.namespace(), report(&explanation, at));
    let mut out = io::stdout().lock();
    writeln!(out, "{}", visible(text.trim_end()))?;
    for note in &observation.notes {
        writeln!(out, "note: {}", visible(note))?;
    }
    Ok(())
}

#[derive(Args)]
pub(super) struct NamesArgs {
    /// What a real cluster said: dumps, recordings, or a story or link that was made from them; - reads standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The story to write [default: standard output].
    #[arg(short, long)]
    output: Option<PathBuf>,
}

/// Writes what a real cluster said as a story with other names, and says on standard error what is in it.
///
/// # Errors
/// If the files cannot be read, or the story cannot be written.
pub(super) fn replace_names(args: &NamesArgs) -> Result<(), Failure> {
    let files: Result<Vec<(&Path, String)>, Failure> =
        args.files.iter().map(|path| Ok((path.as_path(), read(path)?))).collect();
    let recipe = match files?.as_slice() {
        [(_, story)] if !observe::is_observed(story) => story.clone(),
        files => read_files(files)?.recipe,
    };
    let failure =
        |errors: Vec<NotationError>| Failure(2, describe(Path::new("the story"), &errors));
    let recipe = observe::replace_names(&recipe).map_err(failure)?;
    let Some(contents) = observe::contents(&recipe) else {
        return Err(Failure(2, "error: this story is not from a real cluster".into()));
    };
    match &args.output {
        Some(path) => fs::write(path, &recipe).map_err(|error| {
            Failure(1, format!("error: cannot write {}: {error}", path.display()))
        })?,
        None => io::stdout().lock().write_all(recipe.as_bytes())?,
    }
    for line in contents.lines() {
        eprintln!("note: {}", visible(&line));
    }
    Ok(())
}

/// An explanation as text.
fn report(explanation: &Explanation, now: Time) -> String {
    let Explanation { answer, next, confusions, unknown, version } = explanation;
    let mut text = String::new();
    if answer.chain.is_empty() {
        text.push_str("It is not waiting for anything that the API shows.\n");
    } else {
        text.push_str("Waiting:\n");
        answer.chain.iter().for_each(|link| push_link(&mut text, link, now));
    }
    let mut section = |title: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            text.push_str(&format!("{title}\n"));
            lines.iter().for_each(|line| text.push_str(&format!("  {line}\n")));
        }
    };
    section("Its controller would now do this:", next.clone());
    let remedies = answer.remedies.iter().map(|it| {
        let danger = if it.is_dangerous { " (dangerous)" } else { "" };
        format!("{}   # {}{danger}", it.line, it.note)
    });
    section("What would help:", remedies.collect());
    let confusions = confusions.iter().map(|it| {
        format!("\"{}\" is a common misunderstanding: see the lesson {}", it.name, it.lesson)
    });
    section("Related:", confusions.collect());
    let causes = answer.causes.iter().map(|link| format!("{}{}", ago(link, now), link.text));
    section("Reported, newest first:", causes.collect());
    section("Not in the API:", unknown.iter().map(|line| (*line).to_owned()).collect());
    text.push_str(&format!("Assumed: the rules of Kubernetes {version}.\n"));
    text
}

fn push_link(text: &mut String, link: &Link, now: Time) {
    text.push_str(&format!("  {}{}\n", ago(link, now), link.text));
    if !link.source.is_empty() {
        text.push_str(&format!("      source: {}\n", link.source));
    }
}

fn ago(link: &Link, now: Time) -> String {
    let Some(since) = link.since else { return String::new() };
    match now.since(since) {
        0 => String::new(),
        ms => format!("{} ago: ", format_duration(ms)),
    }
}
