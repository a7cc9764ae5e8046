//! The columns of the kinds that kubectl seldom shows, where they have more than name and age. What a controller
//! would count is not there, so it is shown as the API server shows it of a new object.

use super::super::view::View;
use super::super::{age, jsonpath};
use super::Cell::{Json, Of, Or, Path};
use super::cells::{few, selector};
use super::{AGE, Column, NAME};
use crate::api::Kind;
use crate::api::json::Node as Tree;

const ROLE: Column =
    ("ROLE", Of(|_, tree| format!("{}/{}", tree.word("roleRef.kind"), tree.word("roleRef.name"))));
const CREATED: Column = ("CREATED AT", Path("metadata.creationTimestamp"));

/// The columns by kind.
pub(super) const TABLES: &[(&str, &[Column])] = &[
    (
        "ComponentStatus",
        &[
            NAME,
            (
                "STATUS",
                Of(|_, tree| match tree.word("conditions.0.status").as_str() {
                    "True" => "Healthy".into(),
                    "False" => "Unhealthy".into(),
                    _ => "Unknown".into(),
                }),
            ),
            ("MESSAGE", Of(|_, tree| tree.word("conditions.0.message"))),
            ("ERROR", Of(|_, tree| tree.word("conditions.0.error"))),
        ],
    ),
    ("ConfigMap", &[NAME, ("DATA", Of(|_, tree| count(tree, "data"))), AGE]),
    (
        "VolumeAttachment",
        &[
            NAME,
            ("ATTACHER", Path("spec.attacher")),
            ("PV", Path("spec.source.persistentVolumeName")),
            ("NODE", Path("spec.nodeName")),
            ("ATTACHED", Path("status.attached")),
            AGE,
        ],
    ),
    ("Namespace", &[NAME, ("STATUS", Path("status.phase")), AGE]),
    ("Secret", &[NAME, ("TYPE", Path("type")), ("DATA", Of(|_, tree| count(tree, "data"))), AGE]),
    (
        "ServiceAccount",
        &[NAME, ("SECRETS", Of(|_, tree| tree.list("secrets").len().to_string())), AGE],
    ),
    (
        "PriorityClass",
        &[
            NAME,
            ("VALUE", Path("value")),
            ("GLOBAL-DEFAULT", Or("globalDefault", "false")),
            AGE,
            ("PREEMPTIONPOLICY", Or("preemptionPolicy", "PreemptLowerPriority")),
        ],
    ),
    ("Role", &[NAME, CREATED]),
    ("ClusterRole", &[NAME, CREATED]),
    ("RoleBinding", &[NAME, ROLE, AGE]),
    ("ClusterRoleBinding", &[NAME, ROLE, AGE]),
    ("CustomResourceDefinition", &[NAME, CREATED]),
    (
        "DaemonSet",
        &[
            NAME,
            ("DESIRED", Or("status.desiredNumberScheduled", "0")),
            ("CURRENT", Or("status.currentNumberScheduled", "0")),
            ("READY", Or("status.numberReady", "0")),
            ("UP-TO-DATE", Or("status.updatedNumberScheduled", "0")),
            ("AVAILABLE", Or("status.numberAvailable", "0")),
            ("NODE SELECTOR", Of(|_, tree| selector(tree.at("spec.template.spec.nodeSelector")))),
            AGE,
        ],
    ),
    (
        "Job",
        &[
            NAME,
            (
                "STATUS",
                Of(|_, tree| match tree.word("spec.suspend").as_str() {
                    "true" => "Suspended".into(),
                    _ => "Running".into(),
                }),
            ),
            (
                "COMPLETIONS",
                Of(|_, tree| {
                    match (tree.number("spec.completions"), tree.number("spec.parallelism")) {
                        (0, 0 | 1) => "0/1".into(),
                        (0, several) => format!("0/1 of {several}"),
                        (wanted, _) => format!("0/{wanted}"),
                    }
                }),
            ),
            ("DURATION", Path("status.startTime")),
            AGE,
        ],
    ),
    (
        "HorizontalPodAutoscaler",
        &[
            NAME,
            (
                "REFERENCE",
                Of(|_, tree| {
                    let of = |field: &str| tree.word(&format!("spec.scaleTargetRef.{field}"));
                    format!("{}/{}", of("kind"), of("name"))
                }),
            ),
            ("TARGETS", Of(|_, tree| targets(tree))),
            ("MINPODS", Or("spec.minReplicas", "1")),
            ("MAXPODS", Path("spec.maxReplicas")),
            ("REPLICAS", Or("status.currentReplicas", "0")),
            AGE,
        ],
    ),
    (
        "CronJob",
        &[
            NAME,
            ("SCHEDULE", Path("spec.schedule")),
            ("TIMEZONE", Or("spec.timeZone", "<none>")),
            ("SUSPEND", Or("spec.suspend", "False")),
            ("ACTIVE", Of(|_, tree| tree.list("status.active").len().to_string())),
            ("LAST SCHEDULE", Or("status.lastScheduleTime", "<none>")),
            AGE,
        ],
    ),
    (
        "Ingress",
        &[
            NAME,
            ("CLASS", Or("spec.ingressClassName", "<none>")),
            ("HOSTS", Of(|_, tree| hosts(tree))),
            ("ADDRESS", Path("status.loadBalancer.ingress.0.ip")),
            (
                "PORTS",
                Of(|_, tree| if tree.at("spec.tls").is_some() { "80, 443" } else { "80" }.into()),
            ),
            AGE,
        ],
    ),
    (
        "IngressClass",
        &[
            NAME,
            ("CONTROLLER", Path("spec.controller")),
            ("PARAMETERS", Or("spec.parameters.name", "<none>")),
            AGE,
        ],
    ),
    (
        "NetworkPolicy",
        &[NAME, ("POD-SELECTOR", Of(|_, tree| selector(tree.at("spec.podSelector")))), AGE],
    ),
    ("RuntimeClass", &[NAME, ("HANDLER", Path("handler")), AGE]),
];

/// The columns that its definition gives a kind, next to the name.
pub(super) fn custom(of: Kind, wide: bool) -> Option<Vec<Column>> {
    let Kind::Custom(kind) = of else { return None };
    let columns = kind.columns().iter().filter(|(.., is_wide)| wide || !is_wide);
    let columns = columns.map(|(name, path, is_date, _)| (*name, Json(path, *is_date)));
    let columns: Vec<Column> = std::iter::once(NAME).chain(columns).collect();
    Some(if kind.columns().is_empty() { vec![NAME, AGE] } else { columns })
}

/// What a cell of such a column shows.
pub(super) fn custom_cell(view: &View<'_>, tree: &Tree, path: &str, is_date: bool) -> String {
    let found = jsonpath::find(path, tree);
    let text = found.first().map_or_else(String::new, |found| jsonpath::text(found));
    if is_date && !text.is_empty() { age::since(view.cluster.now, &text) } else { text }
}

fn count(tree: &Tree, path: &str) -> String {
    tree.at(path).map_or(0, |data| data.entries().len()).to_string()
}

/// What an autoscaler aims at (`formatHPAMetrics`); without metrics the API server sets a CPU utilization of 80%.
fn targets(tree: &Tree) -> String {
    let target = |metric: &Tree| {
        let resource = metric.at(&metric.text("type").to_ascii_lowercase())?;
        let target = resource.get("target")?;
        let percent = target.word("averageUtilization");
        let value = match percent.is_empty() {
            true => format!("{}{}", target.word("averageValue"), target.word("value")),
            false => percent + "%",
        };
        let name = resource.text("name");
        let name = if name.is_empty() { String::new() } else { format!("{name}: ") };
        Some(format!("{name}<unknown>/{value}"))
    };
    let targets: Vec<String> = tree.list("spec.metrics").iter().filter_map(target).collect();
    match targets.len() {
        0 => "cpu: <unknown>/80%".into(),
        1 | 2 => targets.join(", "),
        count => format!("{} + {} more...", targets[..2].join(", "), count - 2),
    }
}

/// The hosts of the rules of an Ingress (`formatHosts`).
fn hosts(tree: &Tree) -> String {
    let hosts = tree.list("spec.rules").iter().map(|rule| rule.text("host").to_owned());
    few(hosts.filter(|host| !host.is_empty()).collect(), "*")
}
