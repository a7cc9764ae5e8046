//! The columns of the kinds that are simulated, and of Events.

use super::Cell::{Age, Of, Or, Path};
use super::cells::*;
use super::{AGE, Column, NAME};
use crate::api::DEFAULT_CLASS_ANNOTATION;

const CONTAINERS: Column = ("+CONTAINERS", Of(|_, tree| images(tree, "name")));
const IMAGES: Column = ("+IMAGES", Of(|_, tree| images(tree, "image")));
const SELECTOR: Column = ("+SELECTOR", Of(|_, tree| selector(tree.at("spec.selector"))));
const ATTRIBUTES: Column =
    ("VOLUMEATTRIBUTESCLASS", Or("spec.volumeAttributesClassName", "<unset>"));
const MODE: Column = ("+VOLUMEMODE", Or("spec.volumeMode", "<unset>"));
/// The columns of every kind that has more than name and age.
pub(super) const TABLES: &[(&str, &[Column])] = &[
    (
        "Pod",
        &[
            NAME,
            (
                "READY",
                Of(|view, tree| {
                    let summary = summary(view, tree);
                    format!("{}/{}", summary.ready, summary.total)
                }),
            ),
            ("STATUS", Of(|view, tree| summary(view, tree).status)),
            ("RESTARTS", Of(restarts)),
            AGE,
            ("+IP", Or("status.podIP", "<none>")),
            ("+NODE", Or("spec.nodeName", "<none>")),
            ("+NOMINATED NODE", Or("status.nominatedNodeName", "<none>")),
            ("+READINESS GATES", Or("spec.readinessGates", "<none>")),
        ],
    ),
    ("StatefulSet", &[NAME, ("READY", Of(ready)), AGE, CONTAINERS, IMAGES]),
    (
        "Deployment",
        &[
            NAME,
            ("READY", Of(ready)),
            ("UP-TO-DATE", Or("status.updatedReplicas", "0")),
            ("AVAILABLE", Or("status.availableReplicas", "0")),
            AGE,
            CONTAINERS,
            IMAGES,
            SELECTOR,
        ],
    ),
    (
        "ReplicaSet",
        &[
            NAME,
            ("DESIRED", Or("spec.replicas", "0")),
            ("CURRENT", Or("status.replicas", "0")),
            ("READY", Or("status.readyReplicas", "0")),
            AGE,
            CONTAINERS,
            IMAGES,
            SELECTOR,
        ],
    ),
    (
        "ControllerRevision",
        &[
            NAME,
            ("CONTROLLER", Of(|_, tree| controller(tree))),
            ("REVISION", Or("revision", "0")),
            AGE,
        ],
    ),
    (
        "PersistentVolumeClaim",
        &[
            NAME,
            ("STATUS", Of(phase)),
            ("VOLUME", Path("spec.volumeName")),
            ("CAPACITY", Of(|_, tree| capacity(tree))),
            ("ACCESS MODES", Of(|_, tree| modes(tree, "status.accessModes"))),
            ("STORAGECLASS", Of(|_, tree| class_name(tree))),
            ATTRIBUTES,
            AGE,
            MODE,
        ],
    ),
    (
        "PersistentVolume",
        &[
            NAME,
            ("CAPACITY", Path("spec.capacity.storage")),
            ("ACCESS MODES", Of(|_, tree| modes(tree, "spec.accessModes"))),
            ("RECLAIM POLICY", Path("spec.persistentVolumeReclaimPolicy")),
            ("STATUS", Of(phase)),
            (
                "CLAIM",
                Of(|_, tree| match tree.at("spec.claimRef") {
                    Some(claim) => format!("{}/{}", claim.text("namespace"), claim.text("name")),
                    None => String::new(),
                }),
            ),
            ("STORAGECLASS", Of(|_, tree| class_name(tree))),
            ATTRIBUTES,
            ("REASON", Path("status.reason")),
            AGE,
            MODE,
        ],
    ),
    (
        "Service",
        &[
            NAME,
            ("TYPE", Path("spec.type")),
            ("CLUSTER-IP", Or("spec.clusterIP", "<none>")),
            (
                "EXTERNAL-IP",
                Of(|_, tree| match tree.word("spec.type").as_str() {
                    "LoadBalancer" => "<pending>".into(),
                    "ExternalName" => tree.word("spec.externalName"),
                    _ => "<none>".into(),
                }),
            ),
            ("PORT(S)", Of(|_, tree| service_ports(tree))),
            AGE,
            SELECTOR,
        ],
    ),
    (
        "EndpointSlice",
        &[
            NAME,
            ("ADDRESSTYPE", Path("addressType")),
            (
                "PORTS",
                Of(|_, tree| {
                    let ports = tree.list("ports").iter().map(|port| port.word("port"));
                    few(ports.collect(), "<unset>")
                }),
            ),
            (
                "ENDPOINTS",
                Of(|_, tree| {
                    let addresses =
                        tree.list("endpoints").iter().map(|one| one.word("addresses.0"));
                    few(addresses.collect(), "<unset>")
                }),
            ),
            AGE,
        ],
    ),
    ("Endpoints", &[NAME, ("ENDPOINTS", Of(|_, tree| endpoints(tree, None, "<none>"))), AGE]),
    (
        "Node",
        &[
            NAME,
            ("STATUS", Of(|_, tree| node_status(tree))),
            ("ROLES", Of(|_, tree| roles(tree))),
            AGE,
            ("VERSION", Path("status.nodeInfo.kubeletVersion")),
            ("+INTERNAL-IP", Of(|_, tree| address(tree, "InternalIP"))),
            ("+EXTERNAL-IP", Of(|_, tree| address(tree, "ExternalIP"))),
            ("+OS-IMAGE", Of(|_, tree| known(tree, "status.nodeInfo.osImage"))),
            ("+KERNEL-VERSION", Of(|_, tree| known(tree, "status.nodeInfo.kernelVersion"))),
            (
                "+CONTAINER-RUNTIME",
                Of(|_, tree| known(tree, "status.nodeInfo.containerRuntimeVersion")),
            ),
        ],
    ),
    (
        "Event",
        &[
            ("LAST SEEN", Age("lastTimestamp")),
            ("TYPE", Path("type")),
            ("REASON", Path("reason")),
            (
                "OBJECT",
                Of(|_, tree| {
                    let object = tree
                        .at("involvedObject")
                        .map(|object| (object.text("kind"), object.text("name")));
                    object.map_or_else(String::new, |(kind, name)| {
                        format!("{}/{name}", kind.to_ascii_lowercase())
                    })
                }),
            ),
            ("+SUBOBJECT", Path("involvedObject.fieldPath")),
            (
                "+SOURCE",
                Of(|_, tree| {
                    let parts = [tree.word("source.component"), tree.word("source.host")];
                    let parts: Vec<&str> =
                        parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
                    parts.join(", ")
                }),
            ),
            ("MESSAGE", Of(|_, tree| tree.text("message").trim().to_owned())),
            ("+FIRST SEEN", Age("firstTimestamp")),
            ("+COUNT", Path("count")),
            ("+NAME", Path("metadata.name")),
        ],
    ),
    (
        "PodDisruptionBudget",
        &[
            NAME,
            ("MIN AVAILABLE", Or("spec.minAvailable", "N/A")),
            ("MAX UNAVAILABLE", Or("spec.maxUnavailable", "N/A")),
            ("ALLOWED DISRUPTIONS", Or("status.disruptionsAllowed", "0")),
            AGE,
        ],
    ),
    (
        "StorageClass",
        &[
            (
                "NAME",
                Of(|_, tree| {
                    let annotations = tree.at("metadata.annotations");
                    let is_default =
                        annotations.is_some_and(|all| all.text(DEFAULT_CLASS_ANNOTATION) == "true");
                    format!(
                        "{}{}",
                        tree.word("metadata.name"),
                        if is_default { " (default)" } else { "" }
                    )
                }),
            ),
            ("PROVISIONER", Path("provisioner")),
            ("RECLAIMPOLICY", Path("reclaimPolicy")),
            ("VOLUMEBINDINGMODE", Path("volumeBindingMode")),
            ("ALLOWVOLUMEEXPANSION", Or("allowVolumeExpansion", "false")),
            AGE,
        ],
    ),
    ("Lease", &[NAME, ("HOLDER", Path("spec.holderIdentity")), AGE]),
];
