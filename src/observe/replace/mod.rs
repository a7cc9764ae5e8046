//! What a recipe contains about a real cluster, and the same recipe with other names.
//!
//! Names of objects, namespaces, nodes, hosts, images, labels, and IP addresses are replaced everywhere, also in messages. Related
//! names stay related: `set-1-0` is the pod with ordinal 0 of `set-1`, and `data-set-1-0` its claim. Fields are replaced
//! unless they are known to be safe. The same recipe always gives the same result.

mod names;
mod object;
mod text;

use super::contents::Contents;
use crate::api::json::Node;
use crate::manifest;
use crate::map::Set;
use crate::notation::{self, Line, NotationError};
use names::{Names, Role};

/// What stands for a remark in a recording.
const REMARK: &str = "A remark was removed with the names.";

/// The recipe with other names.
///
/// # Errors
/// If it is not in the line notation.
pub fn replace_names(recipe: &str) -> Result<String, Vec<NotationError>> {
    let lines = notation::parse(recipe)?;
    if lines.iter().any(is_renamed) {
        return Ok(recipe.to_owned());
    }
    let (mut names, common) = (Names::default(), text::words());
    for line in &lines {
        read(&mut names, &common, line, documents(line));
    }
    names.number();
    let lines: Vec<Line> = lines.into_iter().map(|line| write(&mut names, &common, line)).collect();
    Ok(notation::print(&lines))
}

/// What a recipe contains about a real cluster; `None` if it contains nothing about one.
pub fn contents(recipe: &str) -> Option<Contents> {
    let lines = notation::parse(recipe).ok()?;
    if !lines.iter().any(|line| line.texts().first() == Some(&"observed")) {
        return None;
    }
    let (mut names, common) = (Names::default(), text::words());
    let mut contents = Contents::default();
    contents.is_renamed = lines.iter().any(is_renamed);
    for line in &lines {
        let reports = documents(line);
        reports.iter().for_each(|report| contents.count(report));
        read(&mut names, &common, line, reports);
    }
    names.number();
    for (what, role) in NAMED {
        contents.add_names(what, names.of(role));
    }
    Some(contents)
}

/// The roles whose names are listed, and what they are called.
const NAMED: [(&str, Role); 10] = [
    ("Namespaces", Role::Namespace),
    ("StatefulSets", Role::StatefulSet),
    ("Deployments", Role::Deployment),
    ("Nodes", Role::Node),
    ("Images", Role::Image),
    ("IP addresses", Role::Address),
    ("IPv6 addresses", Role::LongAddress),
    ("Host names", Role::Host),
    ("Keys of labels", Role::Key),
    ("Values of labels and other fields", Role::Value),
];

/// Whether the line says that the names were replaced.
fn is_renamed(line: &Line) -> bool {
    matches!(line.texts().as_slice(), ["observed", words @ ..] if words.contains(&"renamed"))
}

/// Whether reports are below a line.
fn has_reports(line: &Line) -> bool {
    line.texts().first() == Some(&"observe")
}

/// The documents below a line.
fn documents(line: &Line) -> Vec<Node> {
    let text = line.heredoc.as_ref().map_or("", |heredoc| heredoc.text.as_str());
    manifest::read_kept(text, |_, _| true).0
}

/// Notes the names in the documents below a line.
fn read(names: &mut Names, common: &Set<&str>, line: &Line, documents: Vec<Node>) {
    if has_reports(line) {
        for mut report in documents {
            if let Some(mut object) = report.remove("object") {
                object::relate(names, &object);
                object::replace(names, common, &mut object);
            }
        }
        return;
    }
    for object in documents.into_iter().flat_map(manifest::observed_items) {
        object::relate(names, &object);
        object::note(names, &object);
    }
}

/// The line with other names.
fn write(names: &mut Names, common: &Set<&str>, mut line: Line) -> Line {
    if has_reports(&line) {
        let mut new = String::new();
        for mut report in documents(&line) {
            if report.get("text").is_some() {
                report.set("text", REMARK);
            }
            if let Some(mut object) = report.remove("object") {
                object::replace(names, common, &mut object);
                report.set("object", object);
            }
            new.push_str(&report.json());
            new.push('\n');
        }
        line.heredoc.iter_mut().for_each(|it| it.text = std::mem::take(&mut new));
        return line;
    }
    let first = line.words.first().map_or("", |word| word.text.as_str());
    match first {
        "observed" => line.source.push_str(" renamed"),
        "kubernetes" | "seed" => {}
        _ => line.source = text::command(names, common, &line.source),
    }
    if let Some(heredoc) = &mut line.heredoc {
        heredoc.text = text::command(names, common, &heredoc.text);
    }
    line
}
