//! What can be done to an item of the picture: each choice is a line of the notation.

use crate::api::*;
use crate::cluster::world::Host;
use crate::cluster::{Cluster, Subject};
use crate::notation::quote;

/// One entry of a menu.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Choice {
    /// What it does, in a few words.
    pub label: String,
    /// The line that it runs.
    pub line: String,
    /// Why it makes no sense now; empty if it does.
    pub why_not: &'static str,
    /// Whether it breaks a promise of Kubernetes.
    pub is_dangerous: bool,
}

impl Choice {
    fn new(label: impl Into<String>, line: String) -> Choice {
        Choice { label: label.into(), line, why_not: "", is_dangerous: false }
    }

    fn unless(mut self, obstacle: bool, why_not: &'static str) -> Choice {
        if obstacle && self.why_not.is_empty() {
            self.why_not = why_not;
        }
        self
    }

    fn dangerous(mut self) -> Choice {
        self.is_dangerous = true;
        self
    }
}

/// What can be done to `target` now.
pub(super) fn choices(cluster: &Cluster, target: &Subject) -> Vec<Choice> {
    match target {
        Subject::Object(object) => match object.kind {
            Kind::Pod => pod(cluster, &object.key),
            Kind::Node => node(cluster, object.key.name()),
            Kind::StatefulSet | Kind::Deployment | Kind::ReplicaSet => set(cluster, object),
            Kind::PersistentVolumeClaim => claim(cluster, &object.key),
            Kind::PersistentVolume => volume(cluster, object.key.name()),
            Kind::Service => service(object.key.name()),
            _ => Vec::new(),
        },
        Subject::Name(name) => vec![read(name)],
        Subject::Client(name) => clients(cluster, name),
    }
}

/// `-n NAMESPACE` where it is not the default one.
pub(super) fn scope(key: &Key) -> String {
    match key.namespace() {
        "" | DEFAULT_NAMESPACE => String::new(),
        namespace => format!(" -n {namespace}"),
    }
}

fn pod(cluster: &Cluster, key: &Key) -> Vec<Choice> {
    let (name, scope) = (key.name(), scope(key));
    let pod = cluster.store.pods.get(key);
    let is_missing = pod.is_none();
    let is_placed = pod.is_some_and(|pod| !pod.spec.node_name.is_empty());
    let is_going = pod.is_some_and(|pod| pod.metadata.is_terminating());
    let missing = "there is no such pod now";
    let mut choices = vec![
        Choice::new("Crash the container", format!("crash {name}"))
            .unless(is_missing, missing)
            .unless(!is_placed, "nothing of it runs yet"),
        Choice::new("Let the pod fail", format!("fail {name}"))
            .unless(is_missing, missing)
            .unless(!is_placed, "nothing of it runs yet"),
        Choice::new("Delete the pod", format!("kubectl delete pod {name}{scope}"))
            .unless(is_missing, missing)
            .unless(is_going, "it is being deleted already"),
        Choice::new(
            "Delete it by force",
            format!("kubectl delete pod {name}{scope} --force --grace-period=0"),
        )
        .unless(is_missing, missing)
        .dangerous(),
    ];
    choices.extend(identity(cluster, key));
    choices
}

/// What a client can do with the identity of a pod: its name is what it is asked by.
fn identity(cluster: &Cluster, key: &Key) -> Vec<Choice> {
    let sets = cluster.store.stateful_sets.in_namespace(key.namespace());
    let Some(set) = sets.into_iter().find(|set| set.ordinal_of(key.name()).is_some()) else {
        return Vec::new();
    };
    let service = &set.spec.service_name;
    let name =
        if service.is_empty() { key.name().into() } else { format!("{}.{service}", key.name()) };
    vec![write(cluster, &name), read(&name)]
}

fn write(cluster: &Cluster, name: &str) -> Choice {
    let entry = format!("order {}", cluster.controller_state.next_entry + 1);
    Choice::new("Write an entry", format!("write {name} {}", quote(&entry)))
}

fn read(name: &str) -> Choice {
    Choice::new(format!("Read from {name}"), format!("read {name}"))
}

fn node(cluster: &Cluster, name: &str) -> Vec<Choice> {
    let machine = cluster.world.machine(name);
    let is_on = machine.is_some_and(|machine| machine.is_on || machine.boots);
    let is_linked = machine.is_some_and(|machine| machine.is_linked);
    let object = cluster.store.node(name);
    let power = if is_on {
        Choice::new("Switch it off", format!("node {name} off"))
    } else {
        Choice::new("Switch it on", format!("node {name} on"))
    };
    let link = if is_linked {
        Choice::new("Cut it off: it runs on, unseen", format!("node {name} cut"))
            .unless(!is_on, "it is off")
    } else {
        Choice::new("Connect it again", format!("node {name} heal"))
    };
    let is_cordoned = object.is_some_and(|node| node.spec.unschedulable);
    let cordon = if is_cordoned {
        Choice::new("Let new pods in (uncordon)", format!("kubectl uncordon {name}"))
    } else {
        Choice::new("Keep new pods out (cordon)", format!("kubectl cordon {name}"))
    };
    let is_out = object.is_some_and(|node| node.taint(TAINT_OUT_OF_SERVICE, "NoExecute").is_some());
    let gone = "there is no such Node object now";
    vec![
        power,
        link,
        cordon.unless(object.is_none(), gone),
        Choice::new("Drain it", format!("kubectl drain {name} --delete-emptydir-data"))
            .unless(object.is_none(), gone),
        Choice::new(
            "Vouch that it is off (out-of-service)",
            format!("kubectl taint nodes {name} {TAINT_OUT_OF_SERVICE}=nodeshutdown:NoExecute"),
        )
        .unless(object.is_none(), gone)
        .unless(is_out, "that was said already")
        .dangerous(),
        Choice::new("Delete the Node object", format!("kubectl delete node {name}"))
            .unless(object.is_none(), gone)
            .dangerous(),
    ]
}

fn set(cluster: &Cluster, set: &ObjectRef) -> Vec<Choice> {
    let (key, kind) = (&set.key, set.kind.singular());
    let Some(mut object) = cluster.store.get(set) else { return Vec::new() };
    let is_going = object.meta().is_terminating();
    let is_owned = object.meta().controller().is_some();
    let replicas = object.replicas_mut().map_or(0, |replicas| *replicas);
    let owned = "its Deployment sets it back";
    let deletion = format!("kubectl delete {kind} {}{}", key.name(), scope(key));
    let mut choices = vec![
        Choice::new(format!("Scale to {}", replicas + 1), scale(set, replicas + 1))
            .unless(is_owned, owned),
        Choice::new(format!("Scale to {}", (replicas - 1).max(0)), scale(set, replicas - 1))
            .unless(is_owned, owned)
            .unless(replicas == 0, "there are none"),
        Choice::new(
            "Restart its pods by an update",
            format!("kubectl rollout restart {kind} {}{}", key.name(), scope(key)),
        )
        .unless(is_owned, "its Deployment does that"),
        Choice::new(
            format!("Delete the {}, keep its pods", set.kind),
            format!("{deletion} --cascade=orphan"),
        )
        .unless(is_going, "it is being deleted already"),
        Choice::new(format!("Delete the {}", set.kind), deletion)
            .unless(is_going, "it is being deleted already"),
    ];
    if let Object::StatefulSet(set) = object
        && !set.spec.service_name.is_empty()
    {
        choices.push(read(&set.spec.service_name));
    }
    choices
}

/// The line that scales a set or a Deployment.
pub(super) fn scale(set: &ObjectRef, replicas: i32) -> String {
    let (kind, key) = (set.kind.singular(), &set.key);
    format!("kubectl scale {kind} {}{} --replicas={}", key.name(), scope(key), replicas.max(0))
}

fn claim(cluster: &Cluster, key: &Key) -> Vec<Choice> {
    let found = cluster.store.claims.get(key);
    let line = format!("kubectl delete pvc {}{}", key.name(), scope(key));
    vec![
        Choice::new("Delete the claim", line)
            .unless(found.is_none(), "there is no such claim now")
            .unless(
                found.is_some_and(|claim| claim.metadata.is_terminating()),
                "it is being deleted already, and waits for its pod",
            )
            .dangerous(),
    ]
}

fn volume(cluster: &Cluster, name: &str) -> Vec<Choice> {
    let volume = cluster.store.volumes.named("", name);
    let Some(owner) = volume.and_then(|volume| volume.spec.claim_ref.as_ref()) else {
        return vec![
            Choice::new("Delete the volume", format!("kubectl delete pv {name}")).dangerous(),
        ];
    };
    claim(cluster, &Key::new(&owner.namespace, &owner.name))
}

fn service(name: &str) -> Vec<Choice> {
    vec![read(name)]
}

/// What clients do: write to the master of each set, read through its Service, once or again and again.
fn clients(cluster: &Cluster, name: &str) -> Vec<Choice> {
    if cluster.world.clients.contains_key(name) {
        return vec![Choice::new("Let it stop", format!("client {} stop", quote(name)))];
    }
    let sets = cluster.store.stateful_sets.iter().filter(|set| !set.spec.service_name.is_empty());
    let lines = sets.flat_map(|set| {
        let service = &set.spec.service_name;
        let master = format!("{}.{service}", set.pod_name(set.spec.ordinals.start));
        let writer = format!("client {}-writer writes {master} every 2s", set.metadata.name);
        let reader = format!("client {}-reader reads {service} every 3s", set.metadata.name);
        [
            write(cluster, &master),
            read(service),
            Choice::new(format!("Go on writing to {master}"), writer),
            Choice::new(format!("Go on reading from {service}"), reader),
        ]
    });
    lines.collect()
}

/// The disasters, and what mends them, that have a key of their own: the key, and what it does.
pub(super) const CANNED: [(char, &str); 8] = [
    ('c', "crash the container of the first pod"),
    ('d', "delete the last pod"),
    ('n', "switch off the node of the first pod"),
    ('x', "cut off the node of the last pod"),
    ('h', "heal: all nodes on and connected"),
    ('w', "write an entry"),
    (']', "scale up by one"),
    ('[', "scale down by one"),
];

/// The lines that a key means for the first set there is.
pub(super) fn canned(cluster: &Cluster, key: char) -> Vec<String> {
    if key == 'h' {
        let hosts = cluster.world.hosts.iter();
        return hosts.flat_map(|(name, machine)| mended(name, machine)).collect();
    }
    let Some(set) = cluster.store.stateful_sets.iter().next() else { return Vec::new() };
    let (namespace, ordinals) = (set.metadata.key(), set.spec.ordinals.start);
    let pod_at = |ordinal: i32| {
        let key = Key::new(namespace.namespace(), &set.pod_name(ordinal));
        cluster.store.pods.get(&key)
    };
    let last = (ordinals..ordinals + set.spec.replicas).rev().find_map(pod_at);
    let pod = if matches!(key, 'd' | 'x') { last } else { pod_at(ordinals) };
    let node = pod.map(|pod| pod.spec.node_name.clone()).filter(|node| !node.is_empty());
    let reference = ObjectRef { kind: Kind::StatefulSet, key: set.metadata.key() };
    let scaled = |by: i32| scale(&reference, set.spec.replicas + by);
    let line = match key {
        'c' => pod.map(|pod| format!("crash {}", pod.metadata.name)),
        'd' => pod.map(|pod| format!("kubectl delete pod {}", pod.metadata.name)),
        'n' => node.map(|node| format!("node {node} off")),
        'x' => node.map(|node| format!("node {node} cut")),
        'w' => clients(cluster, "").into_iter().next().map(|choice| choice.line),
        ']' => Some(scaled(1)),
        '[' => Some(scaled(-1)).filter(|_| set.spec.replicas > 0),
        _ => None,
    };
    line.into_iter().collect()
}

/// The lines that mend a machine.
fn mended(name: &str, machine: &Host) -> Vec<String> {
    let wrong = [(!machine.is_on && !machine.boots, "on"), (!machine.is_linked, "heal")];
    let verbs = wrong.into_iter().filter(|(is_wrong, _)| *is_wrong);
    verbs.map(|(_, verb)| format!("node {name} {verb}")).collect()
}
