//! "Why?" for the objects of a real cluster.

use super::confusions::{self, Confusion};
use crate::api::*;
use crate::cluster::{Cluster, Event, Subject, observed};
use crate::why::{self, Answer};
use std::rc::Rc;

/// Why an object of a real cluster is as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// What it is waiting for, what would end that, and what was reported of it last.
    pub answer: Answer,
    /// What its controller would do next, in sentences.
    pub next: Vec<String>,
    /// The confusions that its set shows.
    pub confusions: Vec<Confusion>,
    /// What the answer needs and the API does not have, in sentences.
    pub unknown: Vec<&'static str>,
    /// The version of Kubernetes whose rules are assumed.
    pub version: &'static str,
}

/// Why an object is as it is, from what the cluster said. `events` are those up to now.
pub fn explain(cluster: &Cluster, events: &[Event], subject: &Subject) -> Explanation {
    let answer = why::why(cluster, events, subject);
    let next = observed::plans(cluster, subject).iter().map(|reason| reason.text()).collect();
    let set = set_of(cluster, subject);
    let confusions = set.map_or_else(Vec::new, |set| confusions::of_set(cluster, set));
    let unknown = unknown(cluster, subject);
    Explanation { answer, next, confusions, unknown, version: cluster.settings.version.name() }
}

/// The object that a text such as `sts/web`, `pod/web-0`, or `statefulset/web` names; in the given namespace, or else in the
/// only one that has it.
///
/// # Errors
/// If there is no such object, or several.
pub fn find(cluster: &Cluster, text: &str, namespace: Option<&str>) -> Result<ObjectRef, String> {
    let (word, name) = text
        .split_once('/')
        .ok_or_else(|| format!("\"{text}\" is no object: write for example sts/web"))?;
    let lower = word.to_ascii_lowercase();
    let is_kind = |kind: &&Kind| {
        [kind.singular(), kind.plural()].contains(&lower.as_str())
            || (!lower.is_empty() && kind.short() == lower)
    };
    let kind = crate::manifest::OBSERVED_KINDS.iter().find(is_kind);
    let kind = *kind
        .ok_or_else(|| format!("there is no kind \"{word}\" here: write for example sts/web"))?;
    let all = cluster.store.list(kind);
    let is_it = |object: &&Object| {
        object.meta().name == name
            && namespace.is_none_or(|namespace| {
                !kind.is_namespaced() || object.meta().namespace == namespace
            })
    };
    let mut found = all.iter().filter(is_it).map(Object::reference);
    match (found.next(), found.next()) {
        (Some(object), None) => Ok(object),
        (Some(one), Some(other)) => {
            let namespaces = [one.key.namespace(), other.key.namespace()].join(" and ");
            Err(format!("{text} exists in the namespaces {namespaces}: choose one with -n"))
        }
        (None, _) => {
            let names = all.iter().map(|object| object.meta().name.as_str());
            let hint = crate::notation::closest(name, names.clone())
                .map(|name| format!("; did you mean {word}/{name}?"));
            Err(format!("there is no {text} in what was observed{}", hint.unwrap_or_default()))
        }
    }
}

/// The set that an object is, or belongs to.
fn set_of<'a>(cluster: &'a Cluster, subject: &Subject) -> Option<&'a Rc<StatefulSet>> {
    let Subject::Object(object) = subject else { return None };
    let sets = || cluster.store.stateful_sets.in_namespace(object.key.namespace());
    match object.kind {
        Kind::StatefulSet => cluster.store.stateful_sets.get(&object.key),
        Kind::Pod => sets().find(|set| set.ordinal_of(object.key.name()).is_some()),
        Kind::PersistentVolumeClaim => {
            let pods = cluster.store.claims.get(&object.key)?;
            let pod = cluster.store.users_of(pods).next()?;
            cluster.store.owning_set(&pod.metadata)
        }
        _ => None,
    }
}

/// What is not in the API and could change the answer.
fn unknown(cluster: &Cluster, subject: &Subject) -> Vec<&'static str> {
    let Subject::Object(object) = subject else { return Vec::new() };
    let mut unknown = Vec::new();
    let pods: Vec<&Rc<Pod>> = match object.kind {
        Kind::Pod => cluster.store.pods.get(&object.key).into_iter().collect(),
        Kind::StatefulSet => {
            let uid = cluster.store.stateful_sets.get(&object.key).map(|set| set.metadata.uid);
            let all = cluster.store.pods.in_namespace(object.key.namespace());
            all.filter(|pod| pod.metadata.controller().map(|owner| owner.uid) == uid).collect()
        }
        _ => Vec::new(),
    };
    let is_silent = |pod: &&Rc<Pod>| {
        let node = cluster.store.node(&pod.spec.node_name);
        node.is_some_and(|node| *node.ready_status() != ConditionStatus::True)
    };
    if pods.iter().any(is_silent) {
        unknown.push("Whether the containers on a node that is not responding are still running is not in the API: only the node knows.");
    }
    let is_late = |pod: &&Rc<Pod>| pod.is_bound() && !pod.is_ready() && !pod.is_finished();
    if pods.iter().any(is_late) {
        unknown.push("Why a container is not ready is in its logs and its process, which the API does not have: see kubectl logs.");
    }
    if object.kind == Kind::PersistentVolumeClaim || object.kind == Kind::PersistentVolume {
        unknown.push("What is on the volume is not in the API.");
    }
    unknown
}
