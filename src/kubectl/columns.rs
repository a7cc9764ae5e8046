//! The columns of `kubectl get`, by kind (`pkg/printers/internalversion/printers.go`).

mod stored;

use super::age;
use super::view::View;
use crate::api::json::Node as Tree;
use crate::api::*;

/// What a cell shows of an object.
#[derive(Clone, Copy)]
pub(crate) enum Cell {
    /// The value at a path.
    Path(&'static str),
    /// The value at a path, or these words if there is none.
    Or(&'static str, &'static str),
    /// How long ago the instant at a path was.
    Age(&'static str),
    /// What a column of a custom kind shows: its JSON path, and whether it is a date.
    Json(&'static str, bool),
    /// Whatever this makes of it.
    Of(fn(&View<'_>, &Tree) -> String),
}

/// A column: its name, `+` before it if it is only in the wide table, and its cells.
pub(crate) type Column = (&'static str, Cell);

use Cell::{Age, Json, Of, Or, Path};

const NAME: Column = ("NAME", Path("metadata.name"));
const AGE: Column = ("AGE", Age("metadata.creationTimestamp"));
const CONTAINERS: Column = ("+CONTAINERS", Of(|_, tree| images(tree, "name")));
const IMAGES: Column = ("+IMAGES", Of(|_, tree| images(tree, "image")));
const SELECTOR: Column = ("+SELECTOR", Of(|_, tree| selector(tree.at("spec.selector"))));
const ATTRIBUTES: Column =
    ("VOLUMEATTRIBUTESCLASS", Or("spec.volumeAttributesClassName", "<unset>"));
const MODE: Column = ("+VOLUMEMODE", Or("spec.volumeMode", "<unset>"));

/// The columns of every kind that has more than name and age.
const TABLES: &[(&str, &[Column])] = &[
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

/// The columns of a type; the wide ones too, if so asked.
pub(crate) fn of(of: Kind, wide: bool) -> Vec<Column> {
    if let Some(columns) = stored::custom(of, wide) {
        return columns;
    }
    let table = TABLES.iter().chain(stored::TABLES).find(|(kind, _)| *kind == of.name());
    let columns = table.map_or(&[NAME, AGE] as &[Column], |(_, columns)| columns);
    columns.iter().filter(|(name, _)| wide || !name.starts_with('+')).copied().collect()
}

/// What a cell of this column shows of an object.
pub(crate) fn show(view: &View<'_>, tree: &Tree, cell: Cell) -> String {
    match cell {
        Path(path) => tree.word(path),
        Or(path, words) => {
            Some(tree.word(path)).filter(|word| !word.is_empty()).unwrap_or(words.into())
        }
        Json(path, is_date) => stored::custom_cell(view, tree, path, is_date),
        Age(path) => age::since(view.cluster.now, &tree.word(path)),
        Of(make) => make(view, tree),
    }
}

fn summary(view: &View<'_>, tree: &Tree) -> PodSummary {
    let (namespace, name) = (tree.word("metadata.namespace"), tree.word("metadata.name"));
    let pod = view.cluster.store.pods.named(&namespace, &name);
    pod.map_or_else(PodSummary::default, |pod| pod_summary(pod))
}

fn restarts(view: &View<'_>, tree: &Tree) -> String {
    let summary = summary(view, tree);
    match summary.last_restart {
        Some(last) if summary.restarts > 0 => {
            format!("{} ({} ago)", summary.restarts, age::span(view.cluster.now.since(last)))
        }
        _ => summary.restarts.to_string(),
    }
}

fn ready(_: &View<'_>, tree: &Tree) -> String {
    format!("{}/{}", tree.number("status.readyReplicas"), tree.number("spec.replicas"))
}

fn images(tree: &Tree, field: &str) -> String {
    let containers = tree.list("spec.template.spec.containers").iter();
    containers.map(|container| container.text(field)).collect::<Vec<_>>().join(",")
}

fn phase(_: &View<'_>, tree: &Tree) -> String {
    match tree.at("metadata.deletionTimestamp") {
        Some(_) => "Terminating".into(),
        None => tree.word("status.phase"),
    }
}

/// `kind.group/name` of the controller of an object.
fn controller(tree: &Tree) -> String {
    let owners = tree.list("metadata.ownerReferences").iter();
    let mut owners = owners.filter(|owner| owner.word("controller") == "true");
    owners.next().map_or_else(
        || "<none>".into(),
        |owner| {
            let kind = Kind::named(owner.text("kind"));
            let kind = kind.map_or_else(
                || owner.text("kind").to_ascii_lowercase(),
                |kind| kind.qualified().to_owned(),
            );
            format!("{kind}/{}", owner.text("name"))
        },
    )
}

/// What a claim has: nothing at all is 0 once it names its volume (`printPersistentVolumeClaim`).
pub(super) fn capacity(claim: &Tree) -> String {
    let size = claim.word("status.capacity.storage");
    if size.is_empty() && claim.at("spec.volumeName").is_some() { "0".into() } else { size }
}

/// The class of a claim or a volume.
pub(super) fn class_name(tree: &Tree) -> String {
    let annotation = tree.at("metadata.annotations").map(|it| it.text(BETA_CLASS_ANNOTATION));
    let annotation = annotation.filter(|class| !class.is_empty());
    annotation.map_or_else(|| tree.word("spec.storageClassName"), str::to_owned)
}

/// `ReadWriteOnce` as `RWO`.
pub(super) fn modes(tree: &Tree, path: &str) -> String {
    let short = |mode: &Tree| match mode.as_text() {
        "ReadWriteOnce" => "RWO".to_owned(),
        "ReadOnlyMany" => "ROX".to_owned(),
        "ReadWriteMany" => "RWX".to_owned(),
        "ReadWriteOncePod" => "RWOP".to_owned(),
        other => other.to_owned(),
    };
    tree.list(path).iter().map(short).collect::<Vec<_>>().join(",")
}

/// A selector as `app=web,tier=db`, or `<none>`.
pub(super) fn selector(tree: Option<&Tree>) -> String {
    let labels = match tree.map(|tree| tree.get("matchLabels").unwrap_or(tree)) {
        Some(labels) if labels.items().is_empty() => labels.entries(),
        _ => &[],
    };
    let pairs = labels.iter().map(|entry| format!("{}={}", entry.key, entry.node.as_text()));
    let pairs: Vec<String> = pairs.filter(|pair| !pair.ends_with('=')).collect();
    if pairs.is_empty() { "<none>".into() } else { pairs.join(",") }
}

fn service_ports(tree: &Tree) -> String {
    let port = |port: &Tree| {
        let node = port.number("nodePort");
        let node = if node > 0 { format!(":{node}") } else { String::new() };
        format!("{}{node}/{}", port.word("port"), port.word("protocol"))
    };
    let ports: Vec<String> = tree.list("spec.ports").iter().map(port).collect();
    if ports.is_empty() { "<none>".into() } else { ports.join(",") }
}

/// The first three, and how many more there are.
fn few(words: Vec<String>, none: &str) -> String {
    match words.len() {
        0 => none.into(),
        1..=3 => words.join(","),
        count => format!("{} + {} more...", words[..3].join(","), count - 3),
    }
}

/// The addresses with their ports that are ready; with `only`, the ports of this name.
pub(super) fn endpoints(tree: &Tree, only: Option<&str>, none: &str) -> String {
    let mut all = Vec::new();
    for subset in tree.list("subsets") {
        let ports = subset.list("ports");
        let is_asked = |port: &&Tree| only.is_none_or(|name| port.text("name") == name);
        for ip in subset.list("addresses").iter().map(|address| address.text("ip")) {
            all.extend(ports.is_empty().then(|| ip.to_owned()));
            let ports = ports.iter().filter(is_asked).map(|port| port.word("port"));
            all.extend(ports.map(|port| format!("{ip}:{port}")));
        }
    }
    few(all, none)
}

fn node_status(tree: &Tree) -> String {
    let mut conditions = tree.list("status.conditions").iter();
    let ready = conditions.find(|condition| condition.text("type") == "Ready");
    let ready = match ready.map(|condition| condition.text("status")) {
        Some("True") => "Ready",
        Some(_) => "NotReady",
        None => "Unknown",
    };
    let is_cordoned = tree.word("spec.unschedulable") == "true";
    format!("{ready}{}", if is_cordoned { ",SchedulingDisabled" } else { "" })
}

/// The roles that a node's labels name.
pub(super) fn roles(tree: &Tree) -> String {
    let labels = tree.at("metadata.labels").map_or(&[] as &[_], Tree::entries);
    let roles =
        labels.iter().filter_map(|label| label.key.strip_prefix("node-role.kubernetes.io/"));
    let roles: Vec<&str> = roles.collect();
    if roles.is_empty() { "<none>".into() } else { roles.join(",") }
}

fn address(tree: &Tree, kind: &str) -> String {
    let mut addresses = tree.list("status.addresses").iter();
    let found = addresses.find(|address| address.text("type") == kind);
    found.map_or("<none>", |address| address.text("address")).to_owned()
}

fn known(tree: &Tree, path: &str) -> String {
    Some(tree.word(path)).filter(|word| !word.is_empty()).unwrap_or("<unknown>".into())
}
