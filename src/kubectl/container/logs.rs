//! `kubectl logs`: what the process of a container printed, or, of the example database, what the log of the run says of it.

use super::super::{Call, Plan};
use super::{container, pod, running};
use crate::api::Pod;
use crate::cluster::world::PodRuntime;
use crate::cluster::{Component, Event, Reason, Subject};
use crate::notation::parse_duration;

/// `kubectl logs`.
pub(in super::super) fn logs(call: &Call<'_>) -> Plan {
    let Some(word) = call.words.plain.first() else {
        return Plan::refuse(
            "error: expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required \
             argument for the logs command\nSee 'kubectl logs -h' for help and examples",
        );
    };
    let found = pod(call, word, false).and_then(|(pod, note)| {
        let (container, choice) = container(call, pod)?;
        let note = note + &choice;
        let run = running(call, pod, container).map_err(|error| format!("{note}{error}"))?;
        Ok((pod, container, run, note))
    });
    let (pod, container, run, note) = match found {
        Ok(found) => found,
        Err(message) => return Plan::refuse(message),
    };
    let process = run.containers.iter().find(|one| one.name == container.name);
    if let Some(process) = process.and_then(|one| one.process.as_ref()) {
        let lines: Vec<&str> = process.output.lines().collect();
        let tail = call.words.flag("tail").and_then(|count| count.parse::<usize>().ok());
        let skipped = tail.map_or(0, |tail| lines.len().saturating_sub(tail));
        let mut plan = Plan::print(
            lines.iter().skip(skipped).map(|line| format!("{line}\n")).collect::<String>(),
        );
        plan.output.stderr = note;
        return plan;
    }
    let mut events = said_in(call, pod, run, &container.name);
    let is_start = |event: &&Event| is_start(event, &container.name);
    let start = events.iter().rposition(&is_start).unwrap_or(0);
    if call.words.has("previous") {
        let before = events.get(..start).unwrap_or(&[]).iter().rposition(is_start);
        let Some(before) = before else {
            return Plan::refuse(format!(
                "{note}Error from server (BadRequest): previous terminated container \"{}\" in pod \"{}\" not found",
                container.name, pod.metadata.name
            ));
        };
        events = events.get(before..start).unwrap_or(&[]).to_vec();
    } else {
        events.drain(..start);
    }
    if let Some(since) = call.words.flag("since").and_then(parse_duration) {
        events.retain(|event| call.view.cluster.now.since(event.time) <= since);
    }
    let tail = call.words.flag("tail").and_then(|count| count.parse::<usize>().ok());
    let skipped = tail.map_or(0, |tail| events.len().saturating_sub(tail));
    let lines = events.iter().skip(skipped).map(|event| {
        let time =
            if call.words.has("timestamps") { event.time.rfc3339() + " " } else { String::new() };
        format!("{time}{}\n", event.reason.text())
    });
    let mut plan = Plan::print(lines.collect::<String>());
    plan.output.stderr = note;
    if call.words.has("follow") {
        plan.output.advice =
            "kubectl would go on and print what follows; here the log does\n".into();
    }
    plan
}

/// What the log has of a container: its starts, and of the database what that said.
fn said_in<'a>(call: &Call<'a>, pod: &Pod, run: &PodRuntime, container: &str) -> Vec<&'a Event> {
    let subject = Subject::pod(&pod.metadata.key());
    let database = run.database.as_ref().map(|database| &database.member);
    let is_database = database.is_some_and(|member| {
        member.container == container || member.clone_container.as_deref() == Some(container)
    });
    let is_said = |event: &&Event| {
        let is_own = event.subject == subject
            && event.uid.is_none_or(|uid| uid == pod.metadata.uid)
            && event.time >= pod.metadata.creation_timestamp
            && event.time <= call.view.cluster.now;
        let is_of_database = is_database && event.reason.code().component() == Component::Database;
        is_own && (is_start(event, container) || is_of_database)
    };
    call.view.past.iter().filter(is_said).collect()
}

/// Whether a container of this name starts.
fn is_start(event: &Event, name: &str) -> bool {
    match &*event.reason {
        Reason::ContainerStarted { container, .. }
        | Reason::ContainerRestarted { container, .. } => container.name == name,
        _ => false,
    }
}
