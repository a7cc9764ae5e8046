//! The events of the API (`core/v1 Event`), made from the log: who said what of which object, how often.
//!
//! Only what a component of Kubernetes says in an event is one here. Equal ones are counted together, and
//! from the tenth message of one kind about one object on they are combined (`EventCorrelator` of
//! `k8s.io/client-go/tools/record`).

mod rows;

use crate::api::json::{self, Node as Tree};
use crate::api::*;
use crate::cluster::sentences::ENGLISH;
use crate::cluster::{
    Cluster, Code, ContainerRef, Detail, Event, EventType, Reason, Subject, Value,
};
use crate::map::Map;
use rows::{About, ROWS, Row};

/// After so many messages of one kind about one object, they are combined.
const COMBINED_FROM: usize = 10;
/// How long the API server keeps events (`--event-ttl`), in milliseconds.
const KEPT_MS: u64 = 3_600_000;

/// One event of the API.
struct Said {
    object: ObjectRef,
    uid: Option<Uid>,
    /// Which container of the pod, as `spec.containers{db}`.
    field: String,
    /// The node whose kubelet says it.
    host: String,
    row: &'static Row,
    reason: String,
    message: String,
    is_combined: bool,
    first: Time,
    last: Time,
    count: i64,
    /// Of the first, in the order of the log.
    number: u64,
}

/// What the log has told so far.
struct Told<'a> {
    cluster: &'a Cluster,
    /// Which incarnation of a name was created last.
    uids: Map<&'a ObjectRef, Uid>,
    /// On which node a pod is.
    nodes: Map<Uid, &'a str>,
    /// The images that pods have asked for.
    pulling: Vec<(Uid, &'a str, Time)>,
    /// How long the image of the container that starts was pulled for it, if it was.
    took: Option<String>,
    said: Vec<Said>,
    /// The indexes in `said` of the events about each object.
    about: Map<ObjectRef, Vec<usize>>,
}

/// The events up to now, in the order in which the API server lists them.
pub(super) fn trees(cluster: &Cluster, past: &[Event]) -> Vec<Tree> {
    let mut told = Told {
        cluster,
        uids: Map::new(),
        nodes: Map::new(),
        pulling: Vec::new(),
        took: None,
        said: Vec::new(),
        about: Map::new(),
    };
    for event in past.iter().filter(|event| event.time <= cluster.now) {
        told.learn(event);
        told.add(event);
    }
    // A repeated event keeps its count: its reporter updates it, or recreates it with the same count after it expired.
    let kept = told.said.iter().filter(|said| cluster.now.since(said.last) <= KEPT_MS);
    let mut trees: Vec<Tree> = kept.map(tree).collect();
    crate::map::sort(&mut trees, |one, other| {
        one.word("metadata.name") < other.word("metadata.name")
    });
    trees
}

impl<'a> Told<'a> {
    /// Takes note of which incarnation came to be, and of where a pod is.
    fn learn(&mut self, event: &'a Event) {
        let (Subject::Object(subject), Some(uid)) = (&event.subject, event.uid) else { return };
        match &*event.reason {
            Reason::Scheduled { node, .. } => drop(self.nodes.insert(uid, node.key.name())),
            Reason::Pulling { image, .. } => self.pulling.push((uid, image, event.time)),
            Reason::ContainerStarted { image, .. } | Reason::ContainerRestarted { image, .. } => {
                let is_it =
                    |other: &&(Uid, &str, Time)| (other.0, other.1) == (uid, image.as_str());
                let pulled = event.time.0.saturating_sub(self.cluster.settings.timings.start_ms);
                let begun = self.pulling.iter().rfind(is_it).map(|(_, _, begun)| *begun);
                self.took = begun.map(|begun| go_duration(Time(pulled).since(begun)));
                self.pulling.retain(|other| !is_it(&other));
            }
            _ => {}
        }
        let code = event.reason.code();
        if code == Code::Applied || code.event_type() == EventType::Created {
            self.uids.insert(subject, uid);
        }
    }

    /// Which incarnation of its object an event is about.
    fn uid(&self, row: &Row, event: &Event, object: &ObjectRef) -> Option<Uid> {
        let own = event.uid.filter(|_| row.about == About::Itself);
        own.or_else(|| self.uids.get(object).copied())
            .or_else(|| self.cluster.store.get(object).map(|object| object.meta().uid))
    }

    /// Adds the events that one of the log stands for.
    fn add(&mut self, event: &Event) {
        let Subject::Object(subject) = &event.subject else { return };
        // `CreateStatefulPod` says nothing of a name that is taken.
        if let Reason::PodCreateFailed { message, .. } = &*event.reason
            && message.ends_with(" already exists")
        {
            return;
        }
        let rows = ROWS.iter().filter(|row| row.code == event.reason.code());
        let (is_pulled, mut number) = (self.took.is_some(), event.number * 16);
        let fits =
            |row: &&Row| row.reason != "Pulled" || row.message.contains("{took}") == is_pulled;
        for row in rows.filter(fits) {
            // One for each container that is killed, and for each pod that uses a volume.
            match &*event.reason {
                Reason::Attached { pods, .. } | Reason::FileSystemResized { pods, .. }
                    if row.about == About::User =>
                {
                    for pod in pods {
                        self.say(row, event, pod, (None, number));
                        number += 1;
                    }
                }
                Reason::PodStopping { containers, .. } => {
                    for container in containers {
                        self.say(row, event, subject, (Some(container), number));
                        number += 1;
                    }
                }
                reason => {
                    self.say(row, event, subject, (container(reason), number));
                    number += 1;
                }
            }
        }
    }

    /// Counts equal events of one incarnation, and combines similar ones (`events_cache.go`); `one` is the
    /// container that it is about, if it is about one, and its number.
    fn say(
        &mut self,
        row: &'static Row,
        event: &Event,
        subject: &ObjectRef,
        (container, number): (Option<&ContainerRef>, u64),
    ) {
        let object = object_of(row, event, subject);
        let field = container.map_or_else(String::new, ContainerRef::path);
        let uid = self.uid(row, event, &object);
        let (reason, message) = words(row, event, subject, container, (uid, self.took.as_deref()));
        // The taint manager names the pod, and not which of that name.
        let uid = uid.filter(|_| row.from != "taint-eviction-controller");
        let (mut alike, time) = (1, event.time);
        let repeats = self.cluster.controller_state.repeats.get(&event.number);
        let (count, last) =
            repeats.map_or((1, time), |(count, last)| (i64::from(*count) + 1, *last));
        let about = self.about.or_default(object.clone());
        for index in about.iter() {
            let Some(other) = self.said.get_mut(*index) else { continue };
            if other.uid != uid || other.reason != reason {
                continue;
            }
            let is_same = other.message == message && other.field == field;
            if other.is_combined || is_same {
                (other.count, other.last, other.message) = (other.count + count, last, message);
                return;
            }
            alike += 1;
        }
        let node = uid.filter(|_| row.from == "kubelet").and_then(|uid| self.nodes.get(&uid));
        about.push(self.said.len());
        self.said.push(Said {
            object,
            uid,
            field,
            host: node.map_or_else(String::new, |node| (*node).into()),
            row,
            reason,
            message,
            is_combined: alike >= COMBINED_FROM,
            first: time,
            last,
            count,
            number,
        });
    }
}

/// The container that a reason is about.
fn container(reason: &Reason) -> Option<&ContainerRef> {
    match reason {
        Reason::Pulling { container, .. }
        | Reason::PullFailed { container, .. }
        | Reason::PullBackOff { container, .. }
        | Reason::ContainerConfigError { container, .. }
        | Reason::ContainerStarted { container, .. }
        | Reason::ContainerRestarted { container, .. }
        | Reason::ContainerKilled { container, .. }
        | Reason::ProbeFailed { container, .. }
        | Reason::BackOff { container, .. } => Some(container),
        _ => None,
    }
}

/// Reason and message.
fn words(
    row: &Row,
    event: &Event,
    subject: &ObjectRef,
    container: Option<&ContainerRef>,
    (uid, took): (Option<Uid>, Option<&str>),
) -> (String, String) {
    let uid = uid.map_or_else(String::new, |uid| uid.to_string());
    let namespace = match subject.key.namespace() {
        "" => DEFAULT_NAMESPACE,
        namespace => namespace,
    };
    let (name, text) = special(&event.reason);
    let field = |field: &str| match (field, event.reason.field(field)) {
        ("namespace", _) => Value::Text(namespace),
        ("uid", _) => Value::Text(&uid),
        ("took", _) => Value::Text(took.unwrap_or_default()),
        ("container", _) => Value::Text(container.map_or("", |container| &container.name)),
        ("set", Value::Nothing) => Value::Text(set_of(&event.reason)),
        (_, Value::Nothing) if field == name => Value::Text(&text),
        (_, value) => value,
    };
    let fill = |template: &str| {
        let mut text = String::new();
        ENGLISH.fill(&mut text, template, &field);
        text
    };
    (fill(row.reason), fill(row.message))
}

/// A duration as Go prints it: `350ms`, `1.2s`.
fn go_duration(ms: u64) -> String {
    match ms {
        0..1000 => format!("{ms}ms"),
        _ => {
            let text = format!("{}.{:03}", ms / 1000, ms % 1000);
            format!("{}s", text.trim_end_matches('0').trim_end_matches('.'))
        }
    }
}

/// The name of the set that the name of the pod begins with.
fn set_of(reason: &Reason) -> &str {
    let pod = reason.object(Kind::Pod).map_or("", |pod| pod.key.name());
    pod.rsplit_once('-').map_or("", |(set, _)| set)
}

/// What a message has that is no field of its reason: its name and its text.
fn special(reason: &Reason) -> (&'static str, String) {
    let names = |pods: &[ObjectRef], comma: &str| {
        let names: Vec<&str> = pods.iter().map(|pod| pod.key.name()).collect();
        names.join(comma)
    };
    match reason {
        Reason::Cordoned { verb: Detail::Cordoned {}, .. } => {
            ("state", "NodeNotSchedulable".into())
        }
        Reason::Cordoned { .. } => ("state", "NodeSchedulable".into()),
        Reason::ReplicaSetScaled { from, to, .. } if from < to => ("scaled", "Scaled up".into()),
        Reason::ReplicaSetScaled { .. } => ("scaled", "Scaled down".into()),
        Reason::WaitForPodScheduled { pods } => {
            let word = if pods.len() == 1 { "pod" } else { "pods" };
            ("waiting", format!("{word} {}", names(pods, ",")))
        }
        Reason::MultiAttach { pods, .. } if pods.is_empty() => (
            "users",
            "Volume is already exclusively attached to one node and can't be attached to another"
                .into(),
        ),
        Reason::MultiAttach { pods, .. } => {
            ("users", format!("Volume is already used by pod(s) {}", names(pods, ", ")))
        }
        _ => ("", String::new()),
    }
}

/// The object that an event is about.
fn object_of(row: &Row, event: &Event, subject: &ObjectRef) -> ObjectRef {
    let found = match row.about {
        About::Itself | About::User => None,
        About::Set => {
            let namespace = subject.key.namespace();
            Some(ObjectRef::named(Kind::StatefulSet, namespace, set_of(&event.reason)))
        }
        About::Claim => event.reason.object(Kind::PersistentVolumeClaim).cloned(),
        About::Replicas => event.reason.object(Kind::ReplicaSet).cloned(),
    };
    found.unwrap_or_else(|| subject.clone())
}

fn tree(said: &Said) -> Tree {
    let namespace = match said.object.key.namespace() {
        "" => DEFAULT_NAMESPACE,
        namespace => namespace,
    };
    let (kind, name) = (said.object.kind, said.object.key.name());
    let combined = if said.is_combined { "(combined from similar events): " } else { "" };
    let mut tree = Tree::map([]);
    tree.set("apiVersion", "v1");
    tree.set("kind", "Event");
    let metadata = tree.child("metadata");
    metadata.set("creationTimestamp", to_tree(&said.first));
    let number = said.first.0.saturating_mul(1_000_000).saturating_add(said.number % 1_000_000);
    metadata.set(
        "name",
        format!("{name}.{:016x}", 0x18e9_0000_0000_0000_u64.saturating_add(number)).as_str(),
    );
    metadata.set("namespace", namespace);
    let object = tree.child("involvedObject");
    object.set("apiVersion", kind.api_version());
    object.set("kind", kind.name());
    object.set("name", name);
    if kind.is_namespaced() {
        object.set("namespace", namespace);
    }
    if let Some(uid) = said.uid {
        object.set("uid", to_tree(&uid));
    }
    if !said.field.is_empty() {
        object.set("fieldPath", said.field.as_str());
    }
    tree.set("count", json::Value::Int(said.count));
    tree.set("firstTimestamp", to_tree(&said.first));
    tree.set("lastTimestamp", to_tree(&said.last));
    tree.set("message", format!("{combined}{}", said.message).as_str());
    tree.set("reason", said.reason.as_str());
    tree.set("reportingComponent", said.row.from);
    let source = tree.child("source");
    source.set("component", said.row.from);
    if !said.host.is_empty() {
        source.set("host", said.host.as_str());
    }
    tree.set("type", said.row.kind);
    tree
}
