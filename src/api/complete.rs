//! What the API server answers of an object beyond the fields of the model: the defaults of the API that
//! the model has no field for, and what has another shape in Kubernetes.

use super::json::{Entry, Node as Tree, Value};
use super::*;

/// Defaults that the API server sets and the model has no field for: struct, field, value; `{}` is an
/// empty struct (`pkg/apis/{apps,core}/v1/defaults.go`).
const DEFAULTS: &[(&str, &str, &str)] = &[
    ("Container", "terminationMessagePath", "/dev/termination-log"),
    ("Container", "terminationMessagePolicy", "File"),
    ("ContainerPort", "protocol", "TCP"),
    ("Probe", "timeoutSeconds", "1"),
    ("PodSpec", "dnsPolicy", "ClusterFirst"),
    ("PodSpec", "schedulerName", "default-scheduler"),
    ("PodSpec", "securityContext", "{}"),
    ("PersistentVolumeClaimSpec", "volumeMode", "Filesystem"),
    ("PersistentVolumeClaimStatus", "phase", "Pending"),
    ("PersistentVolumeSpec", "volumeMode", "Filesystem"),
    ("ServicePort", "protocol", "TCP"),
    ("ServiceSpec", "sessionAffinity", "None"),
    ("ContainerStatus", "imageID", ""),
    (POD_SPEC, "enableServiceLinks", "true"),
    (POD_SPEC, "preemptionPolicy", "PreemptLowerPriority"),
    (POD_SPEC, "priority", "0"),
];

/// What stands in [`DEFAULTS`] for the spec of a pod that is not a template.
const POD_SPEC: &str = "spec";

/// A value as [`DEFAULTS`] has it.
fn default_value(value: &str) -> Tree {
    match (value.parse(), value) {
        (Ok(number), _) => Value::Int(number).into(),
        (_, "{}") => Tree::map([]),
        (_, "true") => Value::Bool(true).into(),
        (_, text) => text.into(),
    }
}

/// Completes a struct of this name that was serialized.
pub(super) fn complete(name: &str, tree: &mut Tree) {
    for (_, key, value) in DEFAULTS.iter().filter(|(owner, _, _)| *owner == name) {
        tree.set_default(key, default_value(value));
    }
    reshape(name, tree);
}

/// Drops the entries of `other`, which are fields that the model has not, that say nothing: a value that is
/// empty, or that the API server would set in a struct of this name and these fields, is the same as none.
pub(crate) fn drop_defaults(name: &str, fields: &Tree, other: &mut Tree) {
    let Value::Map(entries) = &mut other.value else { return };
    if entries.is_empty() || name == "StoredObject" {
        return;
    }
    let mut plain = fields.clone();
    plain.forget_places();
    entries.iter().for_each(|entry| drop(plain.remove(&entry.key)));
    complete(name, &mut plain);
    entries.retain(|Entry { key, node, .. }| {
        let is_empty = match &node.value {
            Value::List(items) => items.is_empty(),
            Value::Map(entries) => entries.is_empty(),
            _ => false,
        };
        !is_empty && plain.get(key).is_none_or(|default| default.value != node.value)
    });
}

/// Sets the defaults of a Service that depend on its type (`SetDefaults_Service`) and its address.
fn service_defaults(tree: &mut Tree) {
    let address = tree.text("clusterIP").to_owned();
    if !address.is_empty() {
        tree.set_default("clusterIPs", Value::List(vec![address.as_str().into()]));
        tree.set_default("ipFamilies", Value::List(vec!["IPv4".into()]));
    }
    let kind = tree.text("type").to_owned();
    if kind != "ExternalName" {
        tree.set_default("internalTrafficPolicy", "Cluster");
        tree.set_default("ipFamilyPolicy", "SingleStack");
    }
    if kind == "LoadBalancer" {
        tree.set_default("allocateLoadBalancerNodePorts", Value::Bool(true));
    }
    let is_external = !tree.list("externalIPs").is_empty() && kind == "ClusterIP";
    if is_external || kind == "LoadBalancer" || kind == "NodePort" {
        tree.set_default("externalTrafficPolicy", "Cluster");
    }
}

/// Sets what is more than a default, or has another shape in Kubernetes.
fn reshape(name: &str, tree: &mut Tree) {
    match name {
        "ObjectMeta" => {
            // A template has not been created.
            if tree.text("uid").is_empty() {
                tree.remove("creationTimestamp");
            }
            if let Some(version) = tree.remove("resourceVersion") {
                tree.set("resourceVersion", version.json().as_str());
            }
        }
        "Container" => {
            let policy = pull_policy(tree.text("image"));
            tree.set_default("imagePullPolicy", policy);
        }
        "StatefulSetSpec" => {
            for claim in tree.items_mut("volumeClaimTemplates") {
                claim.set("apiVersion", "v1");
                claim.set("kind", "PersistentVolumeClaim");
            }
        }
        "ServicePort" => {
            if let Some(port) = tree.get("port").cloned() {
                tree.set_default("targetPort", port);
            }
        }
        "ServiceSpec" => service_defaults(tree),
        "NodeStatus" => {
            for condition in tree.items_mut("conditions") {
                let time = condition.get("lastTransitionTime").cloned().unwrap_or_default();
                condition.set_default("lastHeartbeatTime", time);
            }
            if let Some(allocatable) = tree.get("allocatable").cloned() {
                tree.set_default("capacity", allocatable);
            }
        }
        "PersistentVolumeClaimStatus" => {
            for condition in tree.items_mut("conditions") {
                condition.set_default("lastProbeTime", Value::Null);
            }
        }
        "VolumeAttachmentSpec" => {
            if let Some(volume) = tree.remove("persistentVolumeName") {
                tree.child("source").set("persistentVolumeName", volume);
            }
        }
        "Lease" => {
            let holder = tree.word("metadata.name");
            if let Some(time) = tree.remove("renewTime") {
                let spec = tree.child("spec");
                spec.set("holderIdentity", holder.as_str());
                spec.set("leaseDurationSeconds", Value::Int(40));
                spec.set("renewTime", &*time.as_text().replace('Z', ".000000Z"));
            }
        }
        _ => {}
    }
}

/// `SetDefaults_Container`: a tag that may move is looked up each time.
fn pull_policy(image: &str) -> &'static str {
    let name = image.rsplit('/').next().unwrap_or(image);
    let is_pinned =
        name.contains('@') || name.split_once(':').is_some_and(|(_, tag)| tag != "latest");
    if is_pinned { "IfNotPresent" } else { "Always" }
}

impl Pod {
    /// Forgets what its spec says as the API server would set it in any pod.
    pub(crate) fn forget_defaults(&mut self) {
        let mut other = self.spec.other.to_tree();
        drop_defaults(POD_SPEC, &Tree::map([]), &mut other);
        self.spec.other = other.into();
    }
}

impl Object {
    /// The object as the API server answers it.
    pub fn encode(&self) -> Tree {
        let mut tree = self.serialized();
        let kind = self.kind();
        tree.set("apiVersion", kind.api_version());
        tree.set("kind", kind.name());
        if !GENERATIONS.contains(&kind) && !matches!(kind, Kind::Custom(_)) {
            tree.child("metadata").remove("generation");
        }
        match self {
            Object::Pod(pod) => complete_pod(&mut tree, pod),
            Object::Service(_) => tree.set_default("status", load_balancer()),
            Object::EndpointSlice(slice) => {
                tree.set_default("addressType", "IPv4");
                tree.set_default("endpoints", Value::Null);
                tree.set_default("ports", Value::Null);
                for port in tree.items_mut("ports") {
                    port.remove("targetPort");
                    port.remove("nodePort");
                }
                for endpoint in tree.items_mut("endpoints") {
                    let target = endpoint.child("targetRef");
                    target.set("namespace", slice.metadata.namespace.as_str());
                }
            }
            Object::PersistentVolumeClaim(claim) if claim.is_bound() => {
                tree.child("status").set("accessModes", to_tree(&claim.spec.access_modes));
            }
            _ => {}
        }
        // Controllers set it even if they name the object themselves (`GetPodFromTemplate`).
        let is_generated = matches!(self, Object::Pod(_) | Object::EndpointSlice(_));
        if let Some(owner) = self.meta().controller().filter(|_| is_generated) {
            let prefix = format!("{}-", owner.name);
            tree.child("metadata").set_default("generateName", prefix.as_str());
        }
        tree
    }
}

/// The kinds of which the API server counts the changes.
const GENERATIONS: &[Kind] = &[
    Kind::StatefulSet,
    Kind::Deployment,
    Kind::ReplicaSet,
    Kind::Pod,
    Kind::EndpointSlice,
    Kind::PodDisruptionBudget,
];

fn load_balancer() -> Tree {
    Tree::map([("loadBalancer".into(), Tree::map([]))])
}

/// How a pod ranks when its node runs short (`qos.ComputePodQOS`).
fn qos_class(spec: &PodSpec) -> &'static str {
    let all = || spec.init_containers.iter().chain(&spec.containers).map(|one| &one.resources);
    let has =
        |list: &Labels, name: &str| list.get(name).is_some_and(|amount| thousandths(amount) > 0);
    let asks = |one: &ResourceRequirements| {
        ["cpu", "memory"].iter().any(|name| has(&one.requests, name) || has(&one.limits, name))
    };
    let is_sure = |one: &ResourceRequirements| {
        ["cpu", "memory"].iter().all(|name| {
            let limit = one.limits.get(*name);
            has(&one.limits, name)
                && one.requests.get(*name).is_none_or(|asked| Some(asked) == limit)
        })
    };
    match () {
        () if !all().any(asks) => "BestEffort",
        () if all().all(is_sure) => "Guaranteed",
        () => "Burstable",
    }
}

/// What the API server and the kubelet set in every pod.
fn complete_pod(tree: &mut Tree, pod: &Pod) {
    let spec = tree.child("spec");
    complete(POD_SPEC, spec);
    let images: Vec<(String, Tree)> = ["initContainers", "containers", "ephemeralContainers"]
        .iter()
        .flat_map(|list| spec.list(list))
        .map(|container| (container.text("name").to_owned(), container.text("image").into()))
        .collect();
    let status = tree.child("status");
    status.set_default("qosClass", qos_class(&pod.spec));
    if !pod.status.pod_ip.is_empty() {
        let ip = Tree::map([("ip".into(), pod.status.pod_ip.as_str().into())]);
        status.set_default("podIPs", Value::List(vec![ip]));
    }
    for condition in status.items_mut("conditions") {
        condition.set_default("lastProbeTime", Value::Null);
    }
    for list in ["initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"] {
        for container in status.items_mut(list) {
            let is_running = container.at("state.running").is_some();
            container.set_default("started", Value::Bool(is_running));
            let image = images.iter().find(|(name, _)| name == container.text("name"));
            if let Some((_, image)) = image {
                container.set_default("image", image.clone());
            }
        }
    }
}
