//! `kubectl logs` (`k8s.io/kubectl/pkg/cmd/logs`): the output of a container's process, or for the example database
//! its events in the log of the run.

use super::super::view::absent;
use super::super::{Call, Plan, selector};
use super::{activity, container, names, running, selected};
use crate::api::*;
use crate::cluster::world::PodRuntime;
use crate::cluster::{Component, Event, Reason, Subject};
use crate::notation::parse_duration;
use std::rc::Rc;

const USAGE: &str = "error: expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required \
                     argument for the logs command\nSee 'kubectl logs -h' for help and examples";

/// kubectl's error for wrong flags and arguments, before it looks anything up.
fn wrong(call: &Call<'_>) -> Option<String> {
    let words = &call.words;
    let has = |name: &str| words.flag(name).is_some();
    match words.plain.len() {
        0 if !has("selector") => return Some(USAGE.into()),
        1.. if has("selector") => {
            return Some(
                "error: only a selector (-l) or a POD name is allowed\nSee 'kubectl logs -h' for help and examples".into(),
            );
        }
        2 if has("container") => {
            return Some("error: only one of -c or an inline [CONTAINER] arg is allowed".into());
        }
        3.. => return Some(USAGE.into()),
        _ => {}
    }
    let named = words.flag("container").or(words.plain.get(1).copied());
    match (words.has("all-containers"), named) {
        (true, Some(name)) => {
            return Some(format!(
                "error: --all-containers=true should not be specified with container name {name}"
            ));
        }
        _ if words.number("tail").is_some_and(|tail| tail < -1) => {
            return Some("error: --tail must be greater than or equal to -1".into());
        }
        _ => {}
    }
    let since = words.flag("since-time").filter(|time| !time.is_empty());
    let is_time = |time: &str| {
        time.len() > 19
            && time.as_bytes().get(10) == Some(&b'T')
            && time.as_bytes().get(4) == Some(&b'-')
    };
    if let Some(time) = since.filter(|time| !is_time(time)) {
        return Some(format!(
            "error: parsing time \"{time}\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"{time}\" as \"2006\""
        ));
    }
    let is_empty = words.number("limit-bytes").is_some_and(|bytes| bytes < 1) && has("limit-bytes");
    is_empty.then(|| "error: --limit-bytes must be greater than 0".into())
}

/// The pods that a command names or selects, and kubectl's note if it chose one.
fn pods<'a>(call: &Call<'a>) -> Result<(Vec<&'a Rc<Pod>>, String), String> {
    let (store, namespace) = (&call.view.cluster.store, call.namespace());
    if let Some(text) = call.words.flag("selector") {
        let selector = selector::parse(text)?;
        let here = store.pods.in_namespace(namespace);
        return Ok((
            here.filter(|pod| selector.matches(&pod.metadata.labels)).collect(),
            String::new(),
        ));
    }
    let word = call.words.plain.first().copied().unwrap_or("");
    let missing = |of: Kind, name: &str| {
        let error = absent(call.view, of, namespace, name);
        match call.view.is_recent() || !word.contains('/') && of == Kind::Pod {
            true => format!("error: {} in namespace \"{namespace}\"", error.replacen('E', "e", 1)),
            false => error,
        }
    };
    let (of, name) = match word.split_once('/') {
        None => (Kind::Pod, word),
        Some((kind, name)) => (*call.view.kinds(kind)?.first().unwrap_or(&Kind::Pod), name),
    };
    if of == Kind::Pod {
        let pod = store.pods.named(namespace, name).ok_or_else(|| missing(of, name))?;
        return Ok((vec![pod], String::new()));
    }
    let owner = call.view.get(of, namespace, name).ok_or_else(|| missing(of, name))?;
    if [Kind::Job, Kind::DaemonSet, Kind::ReplicationController].contains(&of) {
        let (plural, one) = (of.plural(), of.singular());
        return Err(format!(
            "error: {plural} are not simulated: {one} \"{name}\" is stored, but it has no pods, and so no logs"
        ));
    }
    let mut pods = selected(call, of, &owner)
        .map_err(|why| format!("error: cannot get the logs from {why}"))?;
    if call.words.has("all-pods") {
        return Ok((pods, String::new()));
    }
    crate::map::sort(&mut pods, |one, other| by_logging(one) < by_logging(other));
    let first = pods.first().ok_or("error: timed out waiting for the condition")?;
    let note = match pods.len() {
        1 => String::new(),
        count => format!("Found {count} pods, using pod/{}\n", first.metadata.name),
    };
    pods.truncate(1);
    Ok((pods, note))
}

/// The sort key by which kubectl chooses one of several pods: the most active one, of equally active ones that with the
/// most restarts (`podutils.ByLogging`).
fn by_logging(pod: &Pod) -> impl PartialOrd {
    let (activity, restarts, created) = activity(pod);
    (activity, std::cmp::Reverse(restarts), created)
}

/// The containers whose logs are printed, and kubectl's note if it chose one.
fn chosen<'p>(call: &Call<'_>, pod: &'p Pod) -> Result<(Vec<&'p Container>, String), String> {
    let all = || pod.spec.all_containers().map(|(_, container)| container);
    if call.words.has("all-containers")
        || call.words.has("all-pods") && call.words.flag("container").is_none()
    {
        let is_one = !call.words.has("all-containers");
        let own = all().filter(|one| !is_one || Some(*one) == pod.spec.containers.first());
        return Ok((own.collect(), String::new()));
    }
    if let Some(name) = call.words.plain.get(1) {
        let found = all().find(|one| one.name == **name).map(|one| (vec![one], String::new()));
        return found.ok_or_else(|| {
            let names = names(pod).join(", ");
            format!(
                "error: container {name} is not valid for pod {} out of: {names}",
                pod.metadata.name
            )
        });
    }
    container(call, pod).map(|(one, note)| (vec![one], note))
}

/// `kubectl logs`.
pub(in super::super) fn logs(call: &Call<'_>) -> Plan {
    if let Some(refusal) = wrong(call) {
        return Plan::refuse(refusal);
    }
    let (pods, note) = match pods(call) {
        Ok(found) => found,
        Err(message) => return Plan::refuse(message),
    };
    let mut plan = Plan::default();
    plan.output.stderr = note;
    if pods.is_empty() {
        plan.output.stderr = format!("No resources found in {} namespace.\n", call.namespace());
        return plan;
    }
    let mut requests = Vec::new();
    for pod in pods {
        match chosen(call, pod) {
            Ok((containers, note)) => {
                plan.output.stderr += &note;
                requests.extend(containers.into_iter().map(|container| (pod, container)));
            }
            Err(message) => {
                plan.add(Plan::refuse(message));
                return plan;
            }
        }
    }
    if call.words.flag("since").is_some() && call.words.flag("since-time").is_some() {
        return Plan::refuse(
            "error: at most one of `sinceTime` or `sinceSeconds` may be specified",
        );
    }
    let (most, count) = (call.words.number("max-log-requests").unwrap_or(5), requests.len());
    if call.words.has("follow") && i64::try_from(count).is_ok_and(|count| count > most) {
        plan.add(Plan::refuse(format!(
            "error: you are attempting to follow {count} log streams, but maximum allowed concurrency is {most}, use \
             --max-log-requests to increase the limit"
        )));
        return plan;
    }
    for (pod, container) in requests {
        match text_of(call, pod, container) {
            Ok(text) => plan.output.stdout += &text,
            Err(message) if call.words.has("ignore-errors") => {
                plan.output.stdout += &format!("{message}\n")
            }
            Err(message) => {
                plan.add(Plan::refuse(message));
                return plan;
            }
        }
    }
    if call.words.has("follow") {
        plan.output.advice =
            "kubectl would keep following the log; run the command again for new lines\n".into();
    }
    plan
}

/// The log lines of a container, limited by the flags.
pub(in super::super) fn text_of(
    call: &Call<'_>,
    pod: &Pod,
    container: &Container,
) -> Result<String, String> {
    let words = &call.words;
    let run = running(call, pod, container)?;
    // With a selector, the default is the last ten lines of each pod.
    let default = if words.flag("selector").is_some() { Some(10) } else { None };
    let tail = words.number("tail").or(default).and_then(|tail| usize::try_from(tail).ok());
    let process = run.containers.iter().find(|one| one.name == container.name);
    if let Some(process) = process.and_then(|one| one.process.as_ref()) {
        let lines: Vec<&str> = process.output.lines().collect();
        let skipped = tail.map_or(0, |tail| lines.len().saturating_sub(tail));
        let prefix = prefix(call, pod, container);
        return Ok(lines.iter().skip(skipped).map(|line| format!("{prefix}{line}\n")).collect());
    }
    let mut events = said_in(call, pod, run, &container.name);
    let is_start = |event: &&Event| is_start(event, &container.name);
    let start = events.iter().rposition(&is_start).unwrap_or(0);
    if words.has("previous") {
        let before = events.get(..start).unwrap_or(&[]).iter().rposition(is_start);
        let Some(before) = before else {
            return Err(format!(
                "Error from server (BadRequest): previous terminated container \"{}\" in pod \"{}\" not found",
                container.name, pod.metadata.name
            ));
        };
        events = events.get(before..start).unwrap_or(&[]).to_vec();
    } else {
        events.drain(..start);
    }
    let now = call.view.cluster.now;
    if let Some(since) = words.flag("since").and_then(parse_duration).filter(|since| *since > 0) {
        events.retain(|event| now.since(event.time) <= since);
    }
    if let Some(since) = words.flag("since-time").and_then(Time::parse) {
        events.retain(|event| event.time >= since);
    }
    let skipped = tail.map_or(0, |tail| events.len().saturating_sub(tail));
    let mut text = String::new();
    for event in events.iter().skip(skipped) {
        text += &prefix(call, pod, container);
        if words.has("timestamps") {
            text += &(event.time.rfc3339() + " ");
        }
        text += &format!("{}\n", event.reason.text());
    }
    if let Some(bytes) = words.number("limit-bytes").and_then(|bytes| usize::try_from(bytes).ok()) {
        let end = (0..=bytes.min(text.len())).rfind(|end| text.is_char_boundary(*end));
        text.truncate(end.unwrap_or(0));
    }
    Ok(text)
}

/// The prefix of each log line of a container, or an empty string.
fn prefix(call: &Call<'_>, pod: &Pod, container: &Container) -> String {
    let words = &call.words;
    match words.has("prefix") || words.has("all-pods") && words.flag("prefix") != Some("false") {
        true => format!("[pod/{}/{}] ", pod.metadata.name, container.name),
        false => String::new(),
    }
}

/// The events of a container: its starts, and for the database those of its member.
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
