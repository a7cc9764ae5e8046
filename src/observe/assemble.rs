//! Builds a recipe from what was found: when everything happened, and what is missing.

use super::classify::{Found, Said, Verb};
use super::times::{self, Seconds};
use super::{Observation, version};
use crate::api::json::{Node, Value};
use crate::api::{Kind, Time};
use crate::cluster::Version;
use crate::limits;
use crate::manifest::{self, OBSERVED_KINDS};
use crate::map::{Map, Set};
use crate::notation::{self, format_duration};

/// So many seconds before a dump its recipe begins: what is older counts as a day old.
const LOOKBACK_S: i64 = 86_400;

/// What it means that a kind is missing: its plural name, and the consequence.
const MISSING: [(&str, &str); 9] = [
    ("nodes", "rows are the nodes that pods name, and the health of nodes is unknown"),
    ("statefulsets", "identities are taken from the names of pods and claims"),
    ("pods", "identities have no pods"),
    ("persistentvolumeclaims", "identities have no volumes"),
    ("persistentvolumes", "what is behind the claims is unknown"),
    ("volumeattachments", "to which nodes volumes are attached is unknown"),
    ("endpointslices", "what DNS names resolve to is unknown"),
    ("controllerrevisions", "the template of a set is taken for its update revision"),
    ("events", "the log has no Events, and the last errors of kubelets are unknown"),
];

/// Makes the recipe.
pub(super) fn assemble(mut found: Found) -> Observation {
    let kubelets = found.said.iter().map(|said| said.object.word("status.nodeInfo.kubeletVersion"));
    let (version, assumed) = version::assume("newest kubelet", kubelets);
    let without = missing(&found.kinds);
    if without.contains(&Kind::ControllerRevision.plural().to_owned()) {
        add_revisions(&mut found);
    }
    let from = beginning(&mut found);
    let mut lines: Map<u64, String> = Map::new();
    let (mut at, mut end) = (0, 0);
    let mut notes = std::mem::take(&mut found.notes);
    for said in found.said {
        let verb = said.verb;
        let at_ms = said.at_ms.unwrap_or(0).min(limits::CLUSTER_TIME_MS);
        match report(said, from) {
            Ok(line) => push(&mut lines, at_ms, &line),
            Err(note) => notes.push(note),
        }
        if verb != Verb::Event && !found.is_recording {
            at = at_ms;
        }
        end = end.max(at_ms);
    }
    for (at_ms, text) in found.remarks {
        let at_ms = at_ms.min(limits::CLUSTER_TIME_MS);
        let fields = [("text", text.as_str()), ("type", "NOTE")];
        let note = fields.map(|(key, value)| (key.to_owned(), Node::from(value)));
        push(&mut lines, at_ms, &Node::map(note).json());
        end = end.max(at_ms);
    }
    notes.extend(losses(&without).map(|(kind, what)| format!("No {kind} found: {what}.")));
    notes.push(assumed);
    if !found.is_recording {
        notes.push(format!(
            "The time of the dump is taken to be {}, the latest in it.",
            times::write(from + LOOKBACK_S)
        ));
    }
    let mut recipe = head(version, from, &without);
    recipe.push_str(if found.is_recording { " recording\n" } else { "\n" });
    for (at_ms, body) in lines.iter() {
        recipe.push_str(&format!("at {} observe", format_duration(*at_ms)));
        notation::print_heredoc(&mut recipe, body);
        recipe.push('\n');
    }
    Observation { recipe, at: Time(at), end: Time(end), is_recording: found.is_recording, notes }
}

/// The first lines of a recipe, up to whether it is a recording.
pub(super) fn head(version: Version, from: Seconds, without: &[String]) -> String {
    let mut head =
        format!("ordinal 1\nkubernetes {}\nobserved from={}", version.name(), times::write(from));
    if !without.is_empty() {
        head.push_str(&format!(" without={}", without.join(",")));
    }
    head
}

/// What it means that these kinds are missing.
pub(super) fn losses(without: &[String]) -> impl Iterator<Item = (&'static str, &'static str)> {
    MISSING.into_iter().filter(|(kind, _)| without.iter().any(|it| it == kind))
}

fn push(lines: &mut Map<u64, String>, at_ms: u64, line: &str) {
    if lines.get(&at_ms).is_none() {
        lines.insert(at_ms, String::new());
    }
    if let Some(text) = lines.get_mut(&at_ms) {
        text.push_str(line);
        text.push('\n');
    }
}

/// Removes the conditions of a pod that hold and say nothing to the picture: a cluster has many pods.
pub(super) fn compact(object: &mut Node) {
    if object.text("kind") != Kind::Pod.name() || object.get("status").is_none() {
        return;
    }
    if let Value::List(conditions) = &mut object.child("status").child("conditions").value {
        let says = |it: &Node| {
            it.text("status") != "True" || ["Ready", "DisruptionTarget"].contains(&it.text("type"))
        };
        conditions.retain(says);
    }
}

/// A line of an `observe`; an error if the object cannot be read.
pub(super) fn report(mut said: Said, from: Seconds) -> Result<String, String> {
    compact(&mut said.object);
    times::rebase(&mut said.object, from, Time(said.at_ms.unwrap_or(0)));
    if let Some(kind) = manifest::observed_kind(&said.object)
        && let Err(wrong) = manifest::observed(said.object.clone(), kind)
    {
        let name = said.object.word("metadata.name");
        let (line, column) = (wrong.line, wrong.column);
        return Err(format!(
            "{}/{name} (line {line}, column {column}) is left out: {}.",
            kind.plural(),
            wrong.message
        ));
    }
    let verb = Node::from(said.verb.name());
    Ok(Node::map([("object".to_owned(), said.object), ("type".to_owned(), verb)]).json())
}

/// The plural names of the kinds of which there is nothing.
pub(super) fn missing(kinds: &Set<String>) -> Vec<String> {
    let known = OBSERVED_KINDS.iter().map(|kind| kind.plural()).chain(["events"]);
    known.filter(|kind| !kinds.contains(*kind)).map(str::to_owned).collect()
}

/// Gives everything its time; returns when the recipe begins, in seconds since 1970.
fn beginning(found: &mut Found) -> Seconds {
    if !found.is_recording {
        return beginning_of_dump(found);
    }
    if found.said.iter().any(|said| said.at_ms.is_some()) {
        // An object is created just before it is reported: the latest such instant is the closest.
        let created =
            found.said.iter().filter(|said| said.verb == Verb::Added).filter_map(|said| {
                let created = times::parse(&said.object.word("metadata.creationTimestamp"))?;
                Some(created * 1_000 - i64::try_from(said.at_ms?).ok()?)
            });
        let created = created.max().map(|ms| ms.div_euclid(1_000));
        let latest = || found.said.iter().filter_map(|said| times::latest(&said.object)).max();
        return found.start.or(created).or_else(latest).unwrap_or(0);
    }
    beginning_of_watches(found)
}

fn beginning_of_dump(found: &mut Found) -> Seconds {
    let latest = found.said.iter().filter_map(|said| times::latest(&said.object)).max();
    let from = latest.unwrap_or(0) - LOOKBACK_S;
    for said in &mut found.said {
        let own = if said.verb == Verb::Event { times::latest(&said.object) } else { None };
        let at = own.map_or(Time(0).plus(LOOKBACK_S as u64 * 1_000), |own| times::since(from, own));
        said.at_ms = Some(at.0);
    }
    from
}

/// What kubectl prints of a watch has no times of arrival: the latest instant in the objects so far stands for it. Each
/// watch begins with the objects that exist.
fn beginning_of_watches(found: &mut Found) -> Seconds {
    let mut times: Vec<Option<Seconds>> = Vec::new();
    let mut begins: Vec<Seconds> = Vec::new();
    let ends = found.files.iter().skip(1).copied().chain([found.said.len()]);
    for (start, end) in found.files.iter().copied().zip(ends) {
        let said = found.said.get(start..end).unwrap_or_default();
        let mut now = None;
        let mut is_first = true;
        for one in said {
            let own = times::latest(&one.object);
            now = now.max(own);
            if is_first && one.verb != Verb::Added && one.verb != Verb::Event {
                is_first = false;
                begins.extend(times.last().copied().flatten().filter(|_| times.len() > start));
            }
            times.push(now);
        }
        if is_first {
            begins.extend(now);
        }
    }
    let from = begins.into_iter().min().unwrap_or(0);
    for (said, time) in found.said.iter_mut().zip(times) {
        let at = times::since(from, time.unwrap_or(from));
        if said.verb == Verb::Added && at == Time(0) {
            said.verb = Verb::Listed;
        }
        said.at_ms = Some(at.0);
    }
    from
}

/// Adds the revisions of sets whose revisions are missing: the template, under the name that the status has.
fn add_revisions(found: &mut Found) {
    let mut seen: Set<(String, String)> = Set::new();
    let mut said = Vec::new();
    for one in std::mem::take(&mut found.said) {
        let name = one.object.word("status.updateRevision");
        let is_set =
            one.object.text("kind") == Kind::StatefulSet.name() && one.verb != Verb::Deleted;
        let key = (one.object.word("metadata.uid"), name.clone());
        let (at_ms, number) = (one.at_ms, seen.len());
        let revision = (is_set && !name.is_empty() && seen.insert(key))
            .then(|| revision(&one.object, &name, number));
        said.push(one);
        said.extend(revision.map(|object| Said { at_ms, verb: Verb::Listed, object }));
    }
    found.said = said;
}

/// A revision of a set that has its present template.
pub(super) fn revision(set: &Node, name: &str, number: usize) -> Node {
    let words = [("apiVersion", "apps/v1"), ("kind", Kind::StatefulSet.name())];
    let mut owner = Node::map(words.map(|(key, value)| (key.to_owned(), Node::from(value))));
    owner.set("controller", Value::Bool(true));
    for key in ["name", "uid"] {
        owner.set(key, set.word(&format!("metadata.{key}")).as_str());
    }
    let mut meta = Node::map([]);
    meta.set("name", name);
    meta.set("namespace", set.word("metadata.namespace").as_str());
    meta.set("ownerReferences", Value::List(vec![owner]));
    let mut revision = Node::map([]);
    revision.set("apiVersion", "apps/v1");
    revision.set("kind", Kind::ControllerRevision.name());
    revision.set("metadata", meta);
    revision.set("revision", Value::Int(i64::try_from(number).unwrap_or(0) + 1));
    let template = set.at("spec.template").cloned().unwrap_or_default();
    revision.child("data").child("spec").set("template", template);
    revision
}
