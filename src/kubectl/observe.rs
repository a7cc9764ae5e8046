//! `observe`: what is reported of a real cluster, as JSON objects below the line.
//!
//! Each has a `type`, as watch events have: `LISTED`, `ADDED`, `MODIFIED`, or `DELETED` with an `object`, `EVENT` with an Event
//! of the API, `NOTE` with a `text`, and `MORE` if reports of the same instant follow in another line.

use super::Plan;
use crate::api::json::Node as Tree;
use crate::api::{Key, Kind, ObjectRef, Uid};
use crate::cluster::Cluster;
use crate::cluster::observed::{ASSUMPTIONS, ApiEvent, Report};
use crate::manifest;
use crate::notation::Line;
use crate::sim::{Command, Sim};

/// Why commands are refused in a cluster that is only observed.
pub(super) fn refusal(cluster: &Cluster, commands: &[Command]) -> Option<String> {
    let is_report = |command: &Command| matches!(command, Command::Report(_) | Command::Simulate);
    let writes = commands.iter().any(|command| !is_report(command));
    (cluster.world().is_observed && writes).then(|| {
        "error: this is a real cluster as it was observed, and nothing is written to it; to see what the command would do, run \
         simulate first"
            .to_owned()
    })
}

/// `simulate`: continues as a simulation from what was observed.
pub(super) fn simulate(cluster: &Cluster) -> Plan {
    match cluster.world().is_observed {
        true => {
            let text = format!("From here on, this is a simulation. It assumes:\n{ASSUMPTIONS}");
            Plan::print(text).with(Command::Simulate)
        }
        false => Plan::refuse("error: this is a simulation already"),
    }
}

/// Reads the reports below a line.
pub(super) fn read(sim: &Sim, line: &Line) -> Plan {
    if !sim.cluster().world().is_observed {
        return Plan::refuse("error: only a story that begins with \"observed\" has reports");
    }
    let text = line.heredoc.as_ref().map_or("", |heredoc| heredoc.text.as_str());
    let first = line.heredoc.as_ref().map_or(1, |heredoc| heredoc.first_line);
    let (documents, misread) = manifest::read_kept(text, |_, _| true);
    let reports: Result<Vec<Report>, manifest::Misread> =
        documents.into_iter().filter_map(|document| report(document).transpose()).collect();
    match (reports, misread) {
        (Ok(reports), None) => Plan::print("").with(Command::Report(reports)),
        (Err(wrong), _) | (_, Some(wrong)) => {
            let line = first.saturating_add(wrong.line).saturating_sub(1);
            Plan::refuse(format!("error: line {line}, column {}: {}", wrong.column, wrong.message))
        }
    }
}

/// Reads a report; none if it is about a kind that is not shown.
fn report(mut document: Tree) -> Result<Option<Report>, manifest::Misread> {
    let (word, place) = (document.text("type").to_owned(), document.place);
    if word == "NOTE" {
        return Ok(Some(Report::Remark(document.text("text").to_owned())));
    }
    if word == "MORE" {
        return Ok(Some(Report::More));
    }
    let object = document.remove("object").unwrap_or_default();
    if word == "EVENT" {
        return Ok(event(&object).map(Report::Event));
    }
    let Some(kind) = manifest::observed_kind(&object) else { return Ok(None) };
    let object = manifest::observed(object, kind)?;
    Ok(Some(match word.as_str() {
        "LISTED" => Report::Listed(object),
        "ADDED" | "MODIFIED" => Report::Seen(object),
        "DELETED" => Report::Gone(object.reference()),
        _ => {
            let message = format!("\"{word}\" is no type of a report");
            return Err(manifest::Misread { message, line: place.line, column: place.column });
        }
    }))
}

/// An Event of the API, of `v1` or `events.k8s.io/v1`; none if it is about a kind that is not shown.
fn event(object: &Tree) -> Option<ApiEvent> {
    let about = object.get("involvedObject").or_else(|| object.get("regarding"))?;
    let kind = Kind::named(about.text("kind"))?;
    let namespace = if kind.is_namespaced() { about.text("namespace") } else { "" };
    let first = |paths: &[&str]| {
        paths.iter().map(|path| object.word(path)).find(|word| !word.is_empty()).unwrap_or_default()
    };
    Some(ApiEvent {
        object: ObjectRef::new(kind, &Key::new(namespace, about.text("name"))),
        uid: Uid::parse(about.text("uid")).unwrap_or_default(),
        source: first(&["source.component", "reportingComponent", "reportingController"]),
        code: object.text("reason").to_owned(),
        message: first(&["message", "note"]),
        is_warning: object.text("type") == "Warning",
    })
}
