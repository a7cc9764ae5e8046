//! Completion of the text being typed.

use crate::later::later;
use crate::shell::{FILTERS, Shell, join};
use crate::terminal::{self, Files, PROGRAMS, examples};
use crate::timeline::Timeline;

later! {
    /// [`candidates`]
    static CANDIDATES: fn(&str, &Shell, &Timeline, &Files) -> Vec<String> = find;
}

/// The completions of the last word; none if the second part of the program is not there.
pub(super) fn candidates(
    text: &str,
    shell: &Shell,
    timeline: &Timeline,
    files: &Files,
) -> Vec<String> {
    CANDIDATES.get().map(|find| find(text, shell, timeline, files)).unwrap_or_default()
}

fn find(text: &str, shell: &Shell, timeline: &Timeline, files: &Files) -> Vec<String> {
    let start = text.rfind(['|', ';', '&', '(', '\n']).map_or(0, |at| at + 1);
    let command = text[start..].trim_start();
    let word = command.rsplit([' ', '=', ',']).next().unwrap_or_default();
    let before: Vec<&str> = command.split(' ').filter(|word| !word.is_empty()).collect();
    let Some(first) = before.first().filter(|_| command.contains(' ')) else {
        let names = shell.names();
        let known = PROGRAMS.iter().chain(FILTERS).copied().chain(names.iter().map(String::as_str));
        return sorted(known.filter(|name| name.starts_with(command)));
    };
    let previous = match word.is_empty() {
        true => before.last(),
        false => before.len().checked_sub(2).and_then(|at| before.get(at)),
    };
    let wants_file = matches!(previous, Some(&"-f" | &"-k" | &"--filename" | &"--kustomize"))
        || ["-f", "--filename=", "--patch-file=", "--from-file="]
            .iter()
            .any(|flag| before.last().is_some_and(|last| last.starts_with(flag) && last.len() > 2));
    let is_kubectl = *first == "kubectl" || shell.alias(first).as_deref() == Some("kubectl");
    if is_kubectl && !wants_file {
        let rest = command.split_once(' ').map_or("", |(_, rest)| rest);
        return timeline.complete(&terminal::to_complete(&format!("kubectl {rest}"), files));
    }
    let is_for_the_run = ["crash", "fail", "node", "driver", "read", "client"].contains(first);
    if is_for_the_run {
        return timeline.complete(command);
    }
    let (folder, name) = word.rsplit_once('/').map_or(("", word), |(folder, name)| (folder, name));
    let head = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let listed = files.list(&join(&shell.folder(), folder));
    let found = listed.iter().filter(|entry| entry.starts_with(name));
    let mut found: Vec<String> = found.map(|entry| format!("{head}{entry}")).collect();
    if found.is_empty() && wants_file {
        let names = examples::names();
        found.extend(names.into_iter().filter(|it| it.starts_with(word)).map(str::to_owned));
    }
    found
}

fn sorted<'n>(names: impl Iterator<Item = &'n str>) -> Vec<String> {
    let mut names: Vec<String> = names.map(str::to_owned).collect();
    names.sort();
    names.dedup();
    names
}
