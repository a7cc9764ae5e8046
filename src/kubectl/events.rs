//! The events of the API (`core/v1 Event`), made from the log: who said what of which object, how often.
//!
//! Only what a component of Kubernetes says in an event is one here. Equal ones are counted together, and
//! from the tenth message of one kind about one object on they are combined (`EventCorrelator` of
//! `k8s.io/client-go/tools/record`).

use crate::api::json::{Node as Tree, Value};
use crate::api::*;
use crate::cluster::{Cluster, Code, Event, Subject};

/// Which object an event is about.
#[derive(Clone, Copy, PartialEq)]
enum About {
    /// What the log says it is about.
    Itself,
    /// The StatefulSet or the ReplicaSet of the pod that it names.
    Set,
}

/// An event of the API for a code of the log; `{name}` stands for an argument.
struct Row(Code, About, bool, &'static str, &'static str, &'static str);

const NORMAL: bool = false;
const WARNING: bool = true;
const SET: &str = "statefulset-controller";
const REPLICA_SET: &str = "replicaset-controller";
const BINDER: &str = "persistentvolume-controller";
const TAINTS: &str = "taint-eviction-controller";

/// The events: code, object, whether it is a warning, who says it, reason, message.
const ROWS: &[Row] = &[
    Row(
        Code::PodCreated,
        About::Set,
        NORMAL,
        SET,
        "SuccessfulCreate",
        "Create Pod {pod} in StatefulSet {set} successful",
    ),
    Row(
        Code::PodReplaced,
        About::Set,
        NORMAL,
        SET,
        "SuccessfulCreate",
        "Create Pod {pod} in StatefulSet {set} successful",
    ),
    Row(
        Code::ClaimCreated,
        About::Set,
        NORMAL,
        SET,
        "SuccessfulCreate",
        "Create Claim {claim} Pod {pod} in StatefulSet {set} success",
    ),
    Row(
        Code::ScaleDownDelete,
        About::Set,
        NORMAL,
        SET,
        "SuccessfulDelete",
        "Delete Pod {pod} in StatefulSet {set} successful",
    ),
    Row(
        Code::UpdateDelete,
        About::Set,
        NORMAL,
        SET,
        "SuccessfulDelete",
        "Delete Pod {pod} in StatefulSet {set} successful",
    ),
    Row(
        Code::FailedPodReplaced,
        About::Set,
        WARNING,
        SET,
        "RecreatingFailedPod",
        "StatefulSet {namespace}/{set} is recreating failed Pod {pod}",
    ),
    Row(
        Code::PodCreateFailed,
        About::Set,
        WARNING,
        SET,
        "FailedCreate",
        "create Pod {pod} in StatefulSet {set} failed error: {message}",
    ),
    Row(
        Code::ReplicaSetScaled,
        About::Itself,
        NORMAL,
        "deployment-controller",
        "ScalingReplicaSet",
        "Scaled {direction} replica set {set} from {from} to {to}",
    ),
    Row(
        Code::ReplicaCreated,
        About::Set,
        NORMAL,
        REPLICA_SET,
        "SuccessfulCreate",
        "Created pod: {pod}",
    ),
    Row(
        Code::ReplicaDeleted,
        About::Set,
        NORMAL,
        REPLICA_SET,
        "SuccessfulDelete",
        "Deleted pod: {pod}",
    ),
    Row(
        Code::Scheduled,
        About::Itself,
        NORMAL,
        "default-scheduler",
        "Scheduled",
        "Successfully assigned {namespace}/{pod} to {node}",
    ),
    Row(
        Code::FailedScheduling,
        About::Itself,
        WARNING,
        "default-scheduler",
        "FailedScheduling",
        "{message}",
    ),
    Row(
        Code::WaitForFirstConsumer,
        About::Itself,
        NORMAL,
        BINDER,
        "WaitForFirstConsumer",
        "{text}",
    ),
    Row(Code::ClassMissing, About::Itself, WARNING, BINDER, "ProvisioningFailed", "{text}"),
    Row(Code::NoClass, About::Itself, NORMAL, BINDER, "FailedBinding", "{text}"),
    Row(
        Code::VolumeProvisioned,
        About::Itself,
        NORMAL,
        "csi.ordinal",
        "ProvisioningSucceeded",
        "Successfully provisioned volume {volume}",
    ),
    Row(
        Code::MultiAttach,
        About::Itself,
        WARNING,
        "attachdetach-controller",
        "FailedAttachVolume",
        "{text}",
    ),
    Row(Code::Pulling, About::Itself, NORMAL, "kubelet", "Pulling", "Pulling image \"{image}\""),
    Row(
        Code::ContainerStarted,
        About::Itself,
        NORMAL,
        "kubelet",
        "Started",
        "Started container {container}",
    ),
    Row(
        Code::ContainerRestarted,
        About::Itself,
        NORMAL,
        "kubelet",
        "Started",
        "Started container {container}",
    ),
    Row(
        Code::BackOff,
        About::Itself,
        WARNING,
        "kubelet",
        "BackOff",
        "Back-off restarting failed container {container} in pod {pod}_{namespace}({uid})",
    ),
    Row(Code::PodStopping, About::Itself, NORMAL, "kubelet", "Killing", "Stopping pod {pod}"),
    Row(
        Code::PodOnLostNode,
        About::Itself,
        WARNING,
        "node-controller",
        "NodeNotReady",
        "Node is not ready",
    ),
    Row(
        Code::TaintEviction,
        About::Itself,
        NORMAL,
        TAINTS,
        "TaintManagerEviction",
        "Marking for deletion Pod {namespace}/{pod}",
    ),
    Row(
        Code::EvictionCancelled,
        About::Itself,
        NORMAL,
        TAINTS,
        "TaintManagerEviction",
        "Cancelling deletion of Pod {namespace}/{pod}",
    ),
    Row(
        Code::NodeNotReady,
        About::Itself,
        NORMAL,
        "node-controller",
        "NodeNotReady",
        "Node {node} status is now: NodeNotReady",
    ),
    Row(
        Code::NodeReady,
        About::Itself,
        NORMAL,
        "kubelet",
        "NodeReady",
        "Node {node} status is now: NodeReady",
    ),
    Row(
        Code::Cordoned,
        About::Itself,
        NORMAL,
        "kubelet",
        "{state}",
        "Node {node} status is now: {state}",
    ),
];

/// After so many messages of one kind about one object, they are combined.
const COMBINED_FROM: usize = 10;
/// How long the API server keeps events (`--event-ttl`), in milliseconds.
const KEPT_MS: u64 = 3_600_000;

/// One event of the API.
struct Said {
    object: ObjectRef,
    uid: Option<Uid>,
    row: &'static Row,
    reason: String,
    message: String,
    is_combined: bool,
    first: Time,
    last: Time,
    count: i64,
    /// The number of the first in the log.
    number: u64,
}

/// The events up to now, in the order in which the API server lists them.
pub(super) fn trees(cluster: &Cluster, past: &[Event]) -> Vec<Tree> {
    let mut said: Vec<Said> = Vec::new();
    for event in past.iter().filter(|event| event.time <= cluster.now) {
        if cluster.now.since(event.time) <= KEPT_MS {
            add(cluster, &mut said, event);
        }
    }
    let mut trees: Vec<Tree> = said.iter().map(|one| tree(cluster, one)).collect();
    crate::map::sort(&mut trees, |one, other| {
        one.word("metadata.name") < other.word("metadata.name")
    });
    trees
}

fn add(cluster: &Cluster, said: &mut Vec<Said>, event: &Event) {
    let Some(row) = ROWS.iter().find(|row| row.0 == event.reason.code) else { return };
    let Subject::Object(subject) = &event.subject else { return };
    let pod = event.reason.arg("pod");
    let set = pod.rsplit_once('-').map_or("", |(set, _)| set);
    let namespace = match subject.key.namespace() {
        "" => DEFAULT_NAMESPACE,
        namespace => namespace,
    };
    let object = match row.1 {
        About::Itself => subject.clone(),
        About::Set => {
            let is_replica = row.3 == REPLICA_SET;
            let kind = if is_replica { Kind::ReplicaSet } else { Kind::StatefulSet };
            ObjectRef::new(kind, &Key::new(namespace, set))
        }
    };
    let uid = event.uid.filter(|_| row.1 == About::Itself);
    let uid = uid.or_else(|| cluster.store.get(&object).map(|object| object.meta().uid));
    let fill = |template: &str| {
        let mut text = template.to_owned();
        let uid = uid.map_or_else(String::new, |uid| uid.to_string());
        let sentence = event.reason.text();
        let state = match event.reason.arg("verb") {
            "cordoned" => "NodeNotSchedulable",
            _ => "NodeSchedulable",
        };
        let more = [
            ("set", set),
            ("namespace", namespace),
            ("uid", &uid),
            ("text", &sentence),
            ("state", state),
        ];
        let args = event.reason.args.iter().map(|(name, value)| (*name, value.as_str()));
        for (name, value) in args.chain(more) {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        text
    };
    let (reason, message) = (fill(row.4), fill(row.5));
    let is_alike = |one: &&mut Said| one.object == object && one.reason == reason;
    if let Some(same) =
        said.iter_mut().filter(is_alike).find(|one| one.message == message && !one.is_combined)
    {
        same.count += 1;
        same.last = event.time;
        return;
    }
    let alike = said.iter_mut().filter(is_alike).count() + 1;
    let combined = said.iter_mut().filter(is_alike).find(|one| one.is_combined);
    if let Some(combined) = combined {
        combined.count += 1;
        combined.last = event.time;
        combined.message = message;
        return;
    }
    said.push(Said {
        object,
        uid,
        row,
        reason,
        message,
        is_combined: alike >= COMBINED_FROM,
        first: event.time,
        last: event.time,
        count: 1,
        number: event.number,
    });
}

fn tree(cluster: &Cluster, said: &Said) -> Tree {
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
    metadata.set("creationTimestamp", said.first.encode());
    let number = said.first.0 * 1_000_000 + said.number % 1_000_000;
    metadata.set("name", format!("{name}.{:016x}", 0x18e9_0000_0000_0000 + number).as_str());
    metadata.set("namespace", namespace);
    let object = tree.child("involvedObject");
    object.set("apiVersion", kind.api_version());
    object.set("kind", kind.name());
    object.set("name", name);
    if kind.is_namespaced() {
        object.set("namespace", namespace);
    }
    if let Some(uid) = said.uid {
        object.set("uid", uid.encode());
    }
    tree.set("count", Value::Int(said.count));
    tree.set("firstTimestamp", said.first.encode());
    tree.set("lastTimestamp", said.last.encode());
    tree.set("message", format!("{combined}{}", said.message).as_str());
    tree.set("reason", said.reason.as_str());
    tree.set("reportingComponent", said.row.3);
    let source = tree.child("source");
    source.set("component", said.row.3);
    if let (Kind::Pod, "kubelet") = (kind, said.row.3)
        && let Some(pod) = cluster.store.pods.get(&said.object.key)
    {
        source.set("host", pod.spec.node_name.as_str());
    }
    tree.set("type", if said.row.2 { "Warning" } else { "Normal" });
    tree
}
