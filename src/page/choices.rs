//! The entries of the menu of an item, each with the line of the notation that it runs.

use crate::api::*;
use crate::cluster::{Cluster, Subject};
use crate::notation::quote;

/// One entry of a menu.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// The label.
    pub label: String,
    /// The line that it runs.
    pub line: String,
    /// Why the entry is disabled; empty if it is enabled.
    pub why_not: &'static str,
    /// Whether the line may break a guarantee of Kubernetes.
    pub is_dangerous: bool,
}

impl Choice {
    /// An enabled entry.
    fn new(label: impl Into<String>, line: String) -> Choice {
        Choice { label: label.into(), line, why_not: "", is_dangerous: false }
    }

    /// Disables the entry if there is an obstacle and none was found before.
    fn unless(mut self, obstacle: bool, why_not: &'static str) -> Choice {
        if obstacle && self.why_not.is_empty() {
            self.why_not = why_not;
        }
        self
    }

    /// Marks the entry as dangerous.
    fn dangerous(mut self) -> Choice {
        self.is_dangerous = true;
        self
    }
}

/// The entries for `target` in the current state of the cluster.
pub fn choices(cluster: &Cluster, target: &Subject) -> Vec<Choice> {
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

/// ` -n NAMESPACE`, or an empty string for the default namespace and cluster-scoped objects.
pub fn scope(key: &Key) -> String {
    match key.namespace() {
        "" | DEFAULT_NAMESPACE => String::new(),
        namespace => format!(" -n {namespace}"),
    }
}

/// The entries of a pod.
fn pod(cluster: &Cluster, key: &Key) -> Vec<Choice> {
    let (name, scope) = (key.name(), scope(key));
    let pod = cluster.store.pods.get(key);
    let is_missing = pod.is_none();
    let is_placed = pod.is_some_and(|pod| !pod.spec.node_name.is_empty());
    let is_going = pod.is_some_and(|pod| pod.metadata.is_terminating());
    let missing = "this pod doesn't exist";
    let mut choices = vec![
        Choice::new("Crash the container", format!("crash {name}"))
            .unless(is_missing, missing)
            .unless(!is_placed, "not scheduled yet"),
        Choice::new("Make the pod fail", format!("fail {name}"))
            .unless(is_missing, missing)
            .unless(!is_placed, "not scheduled yet"),
        Choice::new("Delete the pod", format!("kubectl delete pod {name}{scope}"))
            .unless(is_missing, missing)
            .unless(is_going, "already being deleted"),
        Choice::new(
            "Force-delete the pod",
            format!("kubectl delete pod {name}{scope} --force --grace-period=0"),
        )
        .unless(is_missing, missing)
        .dangerous(),
    ];
    choices.extend(identity(cluster, key));
    choices
}

/// What a client can do with the DNS name of a pod.
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

/// The entry that writes to the database through a DNS name.
fn write(cluster: &Cluster, name: &str) -> Choice {
    let entry = format!("order {}", cluster.controller_state.next_entry + 1);
    Choice::new("Write an entry", format!("write {name} {}", quote(&entry)))
}

/// The entry that reads from the database through a DNS name.
fn read(name: &str) -> Choice {
    Choice::new(format!("Read from {name}"), format!("read {name}"))
}

/// The entries of a node.
fn node(cluster: &Cluster, name: &str) -> Vec<Choice> {
    let host = cluster.world().machine(name);
    let is_on = host.is_some_and(|host| host.is_on || host.boots);
    let is_linked = host.is_some_and(|host| host.is_linked);
    let object = cluster.store.node(name);
    let power = if is_on {
        Choice::new("Power off", format!("node {name} off"))
    } else {
        Choice::new("Power on", format!("node {name} on"))
    };
    let shutdown = Choice::new("Shut down (stops its pods first)", format!("node {name} shutdown"))
        .unless(!host.is_some_and(|host| host.is_on), "powered off")
        .unless(host.is_some_and(|host| host.shuts_down), "already shutting down");
    let link = if is_linked {
        Choice::new("Cut its network (it keeps running)", format!("node {name} cut"))
            .unless(!is_on, "powered off")
    } else {
        Choice::new("Reconnect its network", format!("node {name} heal"))
    };
    let is_cordoned = object.is_some_and(|node| node.spec.unschedulable);
    let cordon = if is_cordoned {
        Choice::new("Uncordon (allow new pods)", format!("kubectl uncordon {name}"))
    } else {
        Choice::new("Cordon (block new pods)", format!("kubectl cordon {name}"))
    };
    let is_out = object
        .is_some_and(|node| node.taint(TAINT_OUT_OF_SERVICE, &TaintEffect::NoExecute).is_some());
    let gone = "this Node object doesn't exist";
    vec![
        power,
        shutdown,
        link,
        cordon.unless(object.is_none(), gone),
        Choice::new(
            "Drain (evict its pods)",
            format!("kubectl drain {name} --delete-emptydir-data"),
        )
        .unless(object.is_none(), gone),
        Choice::new(
            "Declare it out of service",
            format!("kubectl taint nodes {name} {TAINT_OUT_OF_SERVICE}=nodeshutdown:NoExecute"),
        )
        .unless(object.is_none(), gone)
        .unless(is_out, "already declared")
        .dangerous(),
        Choice::new("Delete the Node object", format!("kubectl delete node {name}"))
            .unless(object.is_none(), gone)
            .dangerous(),
    ]
}

/// The entries of a StatefulSet, Deployment or ReplicaSet.
fn set(cluster: &Cluster, set: &ObjectRef) -> Vec<Choice> {
    let (key, kind) = (&set.key, set.kind.singular());
    let Some(mut object) = cluster.store.get(set) else { return Vec::new() };
    let is_going = object.meta().is_terminating();
    let is_owned = object.meta().controller().is_some();
    let replicas = object.replicas_mut().map_or(0, |replicas| *replicas);
    let owned = "its Deployment manages this";
    let deletion = format!("kubectl delete {kind} {}{}", key.name(), scope(key));
    let mut choices = vec![
        Choice::new(format!("Scale to {}", replicas + 1), scale(set, replicas + 1))
            .unless(is_owned, owned),
        Choice::new(format!("Scale to {}", (replicas - 1).max(0)), scale(set, replicas - 1))
            .unless(is_owned, owned)
            .unless(replicas == 0, "already at 0"),
        Choice::new(
            "Rolling restart",
            format!("kubectl rollout restart {kind} {}{}", key.name(), scope(key)),
        )
        .unless(is_owned, "its Deployment manages this"),
        Choice::new(
            format!("Delete the {}, but keep its pods", set.kind),
            format!("{deletion} --cascade=orphan"),
        )
        .unless(is_going, "already being deleted"),
        Choice::new(format!("Delete the {}", set.kind), deletion)
            .unless(is_going, "already being deleted"),
    ];
    if let Object::StatefulSet(set) = object
        && !set.spec.service_name.is_empty()
    {
        choices.push(read(&set.spec.service_name));
    }
    choices
}

/// The line that scales a StatefulSet, Deployment or ReplicaSet.
pub fn scale(set: &ObjectRef, replicas: i32) -> String {
    let (kind, key) = (set.kind.singular(), &set.key);
    format!("kubectl scale {kind} {}{} --replicas={}", key.name(), scope(key), replicas.max(0))
}

/// The entries of a claim.
fn claim(cluster: &Cluster, key: &Key) -> Vec<Choice> {
    let found = cluster.store.claims.get(key);
    let line = format!("kubectl delete pvc {}{}", key.name(), scope(key));
    vec![
        Choice::new("Delete the claim", line)
            .unless(found.is_none(), "this claim doesn't exist")
            .unless(
                found.is_some_and(|claim| claim.metadata.is_terminating()),
                "already being deleted, in use by its pod",
            )
            .dangerous(),
    ]
}

/// The entries of a volume: those of its claim, if it is bound.
fn volume(cluster: &Cluster, name: &str) -> Vec<Choice> {
    let volume = cluster.store.volumes.named("", name);
    let Some(owner) = volume.and_then(|volume| volume.spec.claim_ref.as_ref()) else {
        return vec![
            Choice::new("Delete the volume", format!("kubectl delete pv {name}")).dangerous(),
        ];
    };
    claim(cluster, &Key::new(&owner.namespace, &owner.name))
}

/// The entries of a Service.
fn service(name: &str) -> Vec<Choice> {
    vec![read(name)]
}

/// What a client can do: write to the first pod of each set, and read through its Service, once or repeatedly.
pub(super) fn clients(cluster: &Cluster, name: &str) -> Vec<Choice> {
    if cluster.world().clients.contains_key(name) {
        return vec![Choice::new("Stop the client", format!("client {} stop", quote(name)))];
    }
    let sets = cluster.store.stateful_sets.iter().filter(|set| !set.spec.service_name.is_empty());
    let lines = sets.flat_map(|set| {
        let service = &set.spec.service_name;
        let primary = format!("{}.{service}", set.pod_name(set.spec.ordinals.start));
        let writer = format!("client {}-writer writes {primary} every 2s", set.metadata.name);
        let reader = format!("client {}-reader reads {service} every 3s", set.metadata.name);
        [
            write(cluster, &primary),
            read(service),
            Choice::new(format!("Keep writing to {primary}"), writer),
            Choice::new(format!("Keep reading from {service}"), reader),
        ]
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::tests::first_story;
    use crate::timeline::Timeline;

    fn subject(kind: Kind, name: &str) -> Subject {
        let namespace = if kind == Kind::Node { "" } else { DEFAULT_NAMESPACE };
        Subject::object(kind, &Key::new(namespace, name))
    }

    fn labels(timeline: &Timeline, subject: &Subject, is_enabled: bool) -> Vec<String> {
        let choices = choices(timeline.cluster(), subject).into_iter();
        let wanted = choices.filter(|choice| choice.why_not.is_empty() == is_enabled);
        wanted.map(|choice| choice.label).collect()
    }

    #[test]
    fn every_enabled_entry_runs() {
        let timeline = first_story(40);
        for subject in [
            subject(Kind::Pod, "web-1"),
            subject(Kind::Node, "node-1"),
            subject(Kind::StatefulSet, "web"),
            subject(Kind::PersistentVolumeClaim, "data-web-1"),
            subject(Kind::Service, "web"),
            Subject::Name("web-1.web".into()),
            Subject::Client("clients".into()),
        ] {
            let choices = choices(timeline.cluster(), &subject);
            assert!(!choices.is_empty(), "{subject:?}");
            for choice in choices.iter().filter(|it| it.why_not.is_empty()) {
                let output = timeline.clone().run_line(&choice.line);
                assert_eq!(output.exit, 0, "{}: {}", choice.line, output.stderr);
            }
        }
    }

    #[test]
    fn entries_follow_the_state_of_their_subject() {
        let mut timeline = first_story(40);
        let (node, pod) = (subject(Kind::Node, "node-1"), subject(Kind::Pod, "web-9"));
        assert_eq!(labels(&timeline, &node, true)[0], "Power off");
        timeline.run_line("node node-1 off");
        timeline.run_line("kubectl cordon node-1");
        assert_eq!(labels(&timeline, &node, true)[0], "Power on");
        assert!(labels(&timeline, &node, true).contains(&"Uncordon (allow new pods)".into()));
        assert_eq!(
            labels(&timeline, &node, false),
            ["Shut down (stops its pods first)", "Cut its network (it keeps running)"]
        );
        assert_eq!(labels(&timeline, &pod, false).len(), 4);
    }

    #[test]
    fn dangerous_entries_are_marked() {
        let cluster = first_story(40);
        let entries = choices(cluster.cluster(), &subject(Kind::Pod, "web-1"));
        let dangerous: Vec<_> = entries.iter().filter(|it| it.is_dangerous).collect();
        assert_eq!(dangerous.len(), 1);
        assert!(dangerous[0].line.ends_with("--force --grace-period=0"));
    }

    #[test]
    fn the_default_namespace_is_left_out() {
        assert_eq!(scope(&Key::new("default", "web")), "");
        assert_eq!(scope(&Key::new("", "node-1")), "");
        assert_eq!(scope(&Key::new("prod", "web")), " -n prod");
    }

    #[test]
    fn sets_are_not_scaled_below_zero() {
        let web = ObjectRef { kind: Kind::StatefulSet, key: Key::new("default", "web") };
        assert_eq!(scale(&web, -1), "kubectl scale statefulset web --replicas=0");
    }
}
