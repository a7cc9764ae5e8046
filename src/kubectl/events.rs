//! The events of the API (`core/v1 Event`), made from the log: who said what of which object, how often.
//!
//! Only what a component of Kubernetes says in an event is one here. Equal ones are counted together, and
//! from the tenth message of one kind about one object on they are combined (`EventCorrelator` of
//! `k8s.io/client-go/tools/record`).

use crate::api::json::{Node as Tree, Value};
use crate::api::*;
use crate::cluster::{Cluster, Code, Event, EventType, Subject};
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

/// An event of the API for a code of the log; in reason and message `{name}` stands for an argument.
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
    ReplicaSetScaled Itself Normal "deployment-controller" "ScalingReplicaSet" "Scaled {direction} replica set {set} from {from} to {to}";
    ReplicaCreated Replicas Normal "replicaset-controller" "SuccessfulCreate" "Created pod: {pod}";
    ReplicaDeleted Replicas Normal "replicaset-controller" "SuccessfulDelete" "Deleted pod: {pod}";
    Scheduled Itself Normal "default-scheduler" "Scheduled" "Successfully assigned {namespace}/{pod} to {node}";
    FailedScheduling Itself Warning "default-scheduler" "FailedScheduling" "{message}{tail}";
    WaitForFirstConsumer Itself Normal "persistentvolume-controller" "WaitForFirstConsumer" "{text}";
    ClassMissing Itself Warning "persistentvolume-controller" "ProvisioningFailed" "{text}";
    NoClass Itself Normal "persistentvolume-controller" "FailedBinding" "{text}";
    ClaimLost Itself Warning "persistentvolume-controller" "ClaimLost" "{text}";
    VolumeProvisioned Claim Normal "csi.ordinal" "ProvisioningSucceeded" "Successfully provisioned volume {volume}";
    ExternalExpanding Itself Normal "volume_expand" "ExternalExpanding" "{text}";
    VolumeResizing Itself Normal "external-resizer csi.ordinal" "Resizing" "{text}";
    FileSystemResizeRequired Itself Normal "external-resizer csi.ordinal" "FileSystemResizeRequired" "{text}";
    FileSystemResized User Normal "kubelet" "FileSystemResizeSuccessful" "MountVolume.NodeExpandVolume succeeded for volume \"{volume}\" {node}";
    FileSystemResized Itself Normal "kubelet" "FileSystemResizeSuccessful" "MountVolume.NodeExpandVolume succeeded for volume \"{volume}\" {node}";
    MultiAttach Itself Warning "attachdetach-controller" "FailedAttachVolume" "{text}";
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
    PullFailed Itself Warning "kubelet" "Failed" "{text}";
    PullFailed Itself Warning "kubelet" "Failed" "Error: ErrImagePull";
    PullBackOff Itself Normal "kubelet" "BackOff" "Back-off pulling image \"{image}\"";
    PullBackOff Itself Warning "kubelet" "Failed" "Error: ImagePullBackOff";
    WaitForPodScheduled Itself Normal "persistentvolume-controller" "WaitForPodScheduled" "{text}";
    ExternalProvisioning Itself Normal "persistentvolume-controller" "ExternalProvisioning" "{text}";
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
        let code = event.reason.code;
        let image = (uid, event.reason.arg("image"));
        match code {
            Code::Scheduled => drop(self.nodes.insert(uid, event.reason.arg("node"))),
            Code::Pulling => self.pulling.push(image),
            Code::ContainerStarted | Code::ContainerRestarted => {
                let before = self.pulling.len();
                self.pulling.retain(|other| *other != image);
                self.is_pulled = self.pulling.len() < before;
            }
            _ => {}
        }
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
        let rows = ROWS.iter().filter(|row| row.code == event.reason.code);
        let (is_pulled, mut number) = (self.is_pulled, event.number * 16);
        for row in rows.filter(|row| row.reason != "Pulled" || !is_pulled) {
            // One for each container that is killed, and for each pod that uses a volume.
            let list = match (row.about, row.reason) {
                (About::User, _) => event.reason.arg("pods"),
                (_, "Killing") => event.reason.arg("fields"),
                _ => event.reason.arg("field"),
            };
            let is_one = row.about != About::User && row.reason != "Killing";
            for one in list.split(' ').filter(|one| is_one || !one.is_empty()) {
                self.say(row, event, subject, (one, number));
                number += 1;
            }
        }
    }

    /// Counts equal events of one incarnation, and combines similar ones (`events_cache.go`); `one` is the
    /// pod or the container that it is about, and its number.
    fn say(&mut self, row: &'static Row, event: &Event, subject: &ObjectRef, one: (&str, u64)) {
        let (one, number) = one;
        let pod = event.reason.arg("pod");
        let set = pod.rsplit_once('-').map_or("", |(set, _)| set);
        let namespace = match (event.reason.arg("namespace"), subject.key.namespace()) {
            ("", "") => DEFAULT_NAMESPACE,
            ("", namespace) | (namespace, _) => namespace,
        };
        let object = match row.about {
            About::User => ObjectRef::new(Kind::Pod, &Key::new(namespace, one)),
            _ => object_of(self.cluster, row, event, subject, (namespace, set)),
        };
        let field = if row.about == About::User { "" } else { one };
        let uid = self.uid(row, event, &object);
        let (reason, message) = words(row, event, (namespace, set, field), uid);
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
            field: field.into(),
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

/// Reason and message; `names` as for [`object_of`], and the container.
fn words(
    row: &Row,
    event: &Event,
    names: (&str, &str, &str),
    uid: Option<Uid>,
) -> (String, String) {
    let uid = uid.map_or_else(String::new, |uid| uid.to_string());
    let sentence = event.reason.text();
    let state = match event.reason.arg("verb") {
        "cordoned" => "NodeNotSchedulable",
        _ => "NodeSchedulable",
    };
    let container = names.2.split_once('{').map_or("", |(_, name)| name.trim_end_matches('}'));
    let more = [
        ("container", container),
        ("set", names.1),
        ("namespace", names.0),
        ("uid", &uid),
        ("text", &sentence),
        ("state", state),
    ];
    let fill = |template: &str| {
        let mut text = template.to_owned();
        let args = event.reason.args.iter().map(|(name, value)| (*name, value.as_str()));
        for (name, value) in args.chain(more) {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        text
    };
    (fill(row.reason), fill(row.message))
}

/// The object that an event is about; `names` are the namespace, and the set that a pod's name begins with.
fn object_of(
    cluster: &Cluster,
    row: &Row,
    event: &Event,
    subject: &ObjectRef,
    names: (&str, &str),
) -> ObjectRef {
    let (namespace, set) = names;
    match row.about {
        About::Itself | About::User => subject.clone(),
        About::Set => ObjectRef::new(Kind::StatefulSet, &Key::new(namespace, set)),
        About::Claim => {
            let claim = cluster.store.volumes.get(&subject.key);
            let claim = claim.and_then(|volume| volume.spec.claim_ref.as_ref());
            let namespace = claim.map_or(namespace, |claim| claim.namespace.as_str());
            let name = event.reason.arg("claim");
            ObjectRef::new(Kind::PersistentVolumeClaim, &Key::new(namespace, name))
        }
        About::Replicas => {
            ObjectRef::new(Kind::ReplicaSet, &Key::new(namespace, event.reason.arg("set")))
        }
    }
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
    tree.set("count", Value::Int(said.count));
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
