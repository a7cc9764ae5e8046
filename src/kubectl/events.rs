//! The events of the API (`core/v1 Event`), made from the log: who said what of which object, how often.
//!
//! Only what a component of Kubernetes says in an event is one here. Equal ones are counted together, and
//! from the tenth message of one kind about one object on they are combined (`EventCorrelator` of
//! `k8s.io/client-go/tools/record`).

use crate::api::json::{self, Node as Tree};
use crate::api::*;
use crate::cluster::sentences::ENGLISH;
use crate::cluster::{
    Cluster, Code, ContainerRef, Detail, Event, EventType, Reason, Subject, Value,
};
use crate::map::Map;

/// Which object an event is about.
#[derive(Clone, Copy, PartialEq)]
enum About {
    /// What the log says it is about.
    Itself,
    /// The StatefulSet of the pod that it names.
    Set,
    /// The ReplicaSet that it names.
    Replicas,
    /// The claim that it names.
    Claim,
    /// The pods that use the volume.
    User,
}

/// An event of the API for a code of the log; in reason and message `{name}` stands for a field of the reason, or
/// for one of [`words`]. These are messages of Kubernetes, in no other language than English.
struct Row {
    code: Code,
    about: About,
    /// `Normal` or `Warning`.
    kind: &'static str,
    /// Who says it.
    from: &'static str,
    reason: &'static str,
    message: &'static str,
}

/// Declares the events: code, object, type, who says it, reason, message.
macro_rules! rows {
    ($( $code:ident $about:ident $kind:ident $from:literal $reason:literal $message:literal; )*) => {
        const ROWS: &[Row] = &[$(Row {
            code: Code::$code,
            about: About::$about,
            kind: stringify!($kind),
            from: $from,
            reason: $reason,
            message: $message,
        }),*];
    };
}

rows! {
    PodCreated Set Normal "statefulset-controller" "SuccessfulCreate" "Create Pod {pod} in StatefulSet {set} successful";
    PodReplaced Set Normal "statefulset-controller" "SuccessfulCreate" "Create Pod {pod} in StatefulSet {set} successful";
    ClaimCreated Set Normal "statefulset-controller" "SuccessfulCreate" "Create Claim {claim} Pod {pod} in StatefulSet {set} success";
    ScaleDownDelete Set Normal "statefulset-controller" "SuccessfulDelete" "Delete Pod {pod} in StatefulSet {set} successful";
    UpdateDelete Set Normal "statefulset-controller" "SuccessfulDelete" "Delete Pod {pod} in StatefulSet {set} successful";
    FailedPodReplaced Set Warning "statefulset-controller" "RecreatingFailedPod" "StatefulSet {namespace}/{set} is recreating failed Pod {pod}";
    PodCreateFailed Set Warning "statefulset-controller" "FailedCreate" "create Pod {pod} in StatefulSet {set} failed error: {message}";
    ReplicaSetScaled Itself Normal "deployment-controller" "ScalingReplicaSet" "{scaled} replica set {set} from {from} to {to}";
    ReplicaCreated Replicas Normal "replicaset-controller" "SuccessfulCreate" "Created pod: {pod}";
    ReplicaDeleted Replicas Normal "replicaset-controller" "SuccessfulDelete" "Deleted pod: {pod}";
    Scheduled Itself Normal "default-scheduler" "Scheduled" "Successfully assigned {namespace}/{pod} to {node}";
    FailedScheduling Itself Warning "default-scheduler" "FailedScheduling" "{message}{tail}";
    WaitForFirstConsumer Itself Normal "persistentvolume-controller" "WaitForFirstConsumer" "waiting for first consumer to be created before binding";
    ClassMissing Itself Warning "persistentvolume-controller" "ProvisioningFailed" "storageclass.storage.k8s.io \"{class}\" not found";
    NoClass Itself Normal "persistentvolume-controller" "FailedBinding" "no persistent volumes available for this claim and no storage class is set";
    ClaimLost Itself Warning "persistentvolume-controller" "ClaimLost" "Bound claim has lost its PersistentVolume. Data on the volume is lost!";
    VolumeProvisioned Claim Normal "csi.ordinal" "ProvisioningSucceeded" "Successfully provisioned volume {volume}";
    ExternalExpanding Itself Normal "volume_expand" "ExternalExpanding" "waiting for an external controller to expand this PVC";
    VolumeResizing Itself Normal "external-resizer csi.ordinal" "Resizing" "External resizer is resizing volume {volume}";
    FileSystemResizeRequired Itself Normal "external-resizer csi.ordinal" "FileSystemResizeRequired" "Require file system resize of volume on node";
    FileSystemResized User Normal "kubelet" "FileSystemResizeSuccessful" "MountVolume.NodeExpandVolume succeeded for volume \"{volume}\" {node}";
    FileSystemResized Itself Normal "kubelet" "FileSystemResizeSuccessful" "MountVolume.NodeExpandVolume succeeded for volume \"{volume}\" {node}";
    MultiAttach Itself Warning "attachdetach-controller" "FailedAttachVolume" "Multi-Attach error for volume \"{volume}\" {users}";
    Attached User Normal "attachdetach-controller" "SuccessfulAttachVolume" "AttachVolume.Attach succeeded for volume \"{volume}\" ";
    Pulling Itself Normal "kubelet" "Pulling" "Pulling image \"{image}\"";
    ContainerStarted Itself Normal "kubelet" "Pulled" "Container image \"{image}\" already present on machine and can be accessed by the pod";
    ContainerStarted Itself Normal "kubelet" "Created" "Container created";
    ContainerStarted Itself Normal "kubelet" "Started" "Container started";
    ContainerRestarted Itself Normal "kubelet" "Pulled" "Container image \"{image}\" already present on machine and can be accessed by the pod";
    ContainerRestarted Itself Normal "kubelet" "Created" "Container created";
    ContainerRestarted Itself Normal "kubelet" "Started" "Container started";
    BackOff Itself Warning "kubelet" "BackOff" "Back-off restarting failed container {container} in pod {pod}_{namespace}({uid})";
    PodStopping Itself Normal "kubelet" "Killing" "Stopping container {container}";
    PodOnLostNode Itself Warning "node-controller" "NodeNotReady" "Node is not ready";
    TaintEviction Itself Normal "taint-eviction-controller" "TaintManagerEviction" "Marking for deletion Pod {namespace}/{pod}";
    EvictionCancelled Itself Normal "taint-eviction-controller" "TaintManagerEviction" "Cancelling deletion of Pod {namespace}/{pod}";
    NodeNotReady Itself Normal "node-controller" "NodeNotReady" "Node {node} status is now: NodeNotReady";
    NodeRegistered Itself Normal "node-controller" "RegisteredNode" "Node {node} event: Registered Node {node} in Controller";
    NodeRemoved Itself Normal "node-controller" "RemovingNode" "Node {node} event: Removing Node {node} from Controller";
    NodeReady Itself Normal "kubelet" "NodeReady" "Node {node} status is now: NodeReady";
    Cordoned Itself Normal "kubelet" "{state}" "Node {node} status is now: {state}";
    PullFailed Itself Warning "kubelet" "Failed" "Failed to pull image \"{image}\": not found";
    PullFailed Itself Warning "kubelet" "Failed" "Error: ErrImagePull";
    PullBackOff Itself Normal "kubelet" "BackOff" "Back-off pulling image \"{image}\"";
    PullBackOff Itself Warning "kubelet" "Failed" "Error: ImagePullBackOff";
    ContainerConfigError Itself Warning "kubelet" "Failed" "Error: {message}";
    MountFailed Itself Warning "kubelet" "FailedMount" "MountVolume.SetUp failed for volume \"{volume}\" : {message}";
    StartedWithoutCopy Itself Warning "example-database" "StartedWithoutCopy" "The Pods of this StatefulSet have no DNS names, so the example database started without a copy of the data";
    ReplicaCreateFailed Itself Warning "replicaset-controller" "FailedCreate" "Error creating: {message}";
    WaitForPodScheduled Itself Normal "persistentvolume-controller" "WaitForPodScheduled" "waiting for {waiting} to be scheduled";
    ExternalProvisioning Itself Normal "persistentvolume-controller" "ExternalProvisioning" "Waiting for a volume to be created either by the external provisioner '{provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.";
}

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
    pulling: Vec<(Uid, &'a str)>,
    /// Whether the image of the container that starts was pulled for it.
    is_pulled: bool,
    said: Vec<Said>,
}

/// The events up to now, in the order in which the API server lists them.
pub(super) fn trees(cluster: &Cluster, past: &[Event]) -> Vec<Tree> {
    let mut told = Told {
        cluster,
        uids: Map::new(),
        nodes: Map::new(),
        pulling: Vec::new(),
        is_pulled: false,
        said: Vec::new(),
    };
    for event in past.iter().filter(|event| event.time <= cluster.now) {
        told.learn(event);
        if cluster.now.since(event.time) <= KEPT_MS {
            told.add(event);
        }
    }
    let mut trees: Vec<Tree> = told.said.iter().map(tree).collect();
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
            Reason::Pulling { image, .. } => self.pulling.push((uid, image)),
            Reason::ContainerStarted { image, .. } | Reason::ContainerRestarted { image, .. } => {
                let before = self.pulling.len();
                self.pulling.retain(|other| *other != (uid, image.as_str()));
                self.is_pulled = self.pulling.len() < before;
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
        let rows = ROWS.iter().filter(|row| row.code == event.reason.code());
        let (is_pulled, mut number) = (self.is_pulled, event.number * 16);
        for row in rows.filter(|row| row.reason != "Pulled" || !is_pulled) {
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
        let (reason, message) = words(row, event, subject, container, uid);
        // The taint manager names the pod, and not which of that name.
        let uid = uid.filter(|_| row.from != "taint-eviction-controller");
        let (mut alike, time) = (1, event.time);
        for other in &mut self.said {
            if other.uid != uid || other.reason != reason || other.object != object {
                continue;
            }
            let is_same = other.message == message && other.field == field;
            if other.is_combined || is_same {
                (other.count, other.last, other.message) = (other.count + 1, time, message);
                return;
            }
            alike += 1;
        }
        let node = uid.filter(|_| row.from == "kubelet").and_then(|uid| self.nodes.get(&uid));
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
            last: time,
            count: 1,
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
    uid: Option<Uid>,
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
