//! The columns of the kinds that kubectl seldom shows, where they have more than name and age. What a controller
//! would count is not there, so it is shown as the API server shows it of a new object.

use super::super::view::View;
use super::super::{age, jsonpath};
use super::Cell::{Json, Of, Or, Path};
use super::cells::{images, selector};
use super::stored_cells::*;
use super::{AGE, Column, NAME};
use crate::api::Kind;
use crate::api::json::Node as Tree;

const ROLE: Column =
    ("ROLE", Of(|_, tree| format!("{}/{}", tree.word("roleRef.kind"), tree.word("roleRef.name"))));
const CREATED: Column = ("CREATED AT", Path("metadata.creationTimestamp"));
const USERS: Column = ("+USERS", Of(|_, tree| subjects(tree, "User")));
const GROUPS: Column = ("+GROUPS", Of(|_, tree| subjects(tree, "Group")));
const ACCOUNTS: Column = ("+SERVICEACCOUNTS", Of(|_, tree| subjects(tree, "ServiceAccount")));
const WEBHOOKS: Column = ("WEBHOOKS", Of(|_, tree| length(tree, "webhooks")));
const POLICY: Column = ("POLICYNAME", Path("spec.policyName"));
const PARAM: Column = (
    "PARAMREF",
    Of(|_, tree| {
        let [namespace, name] =
            ["namespace", "name"].map(|field| tree.word(&format!("spec.paramRef.{field}")));
        match (namespace.is_empty(), name.is_empty()) {
            (_, true) => "<unset>".into(),
            (true, false) => name,
            (false, false) => format!("{namespace}/{name}"),
        }
    }),
);
const PARAM_KIND: Column = (
    "PARAMKIND",
    Of(|_, tree| match tree.at("spec.paramKind") {
        Some(kind) => format!("{}/{}", kind.text("apiVersion"), kind.text("kind")),
        None => "<unset>".into(),
    }),
);

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
    ("RoleBinding", &[NAME, ROLE, AGE, USERS, GROUPS, ACCOUNTS]),
    ("ClusterRoleBinding", &[NAME, ROLE, AGE, USERS, GROUPS, ACCOUNTS]),
    ("LimitRange", &[NAME, CREATED]),
    (
        "ResourceQuota",
        &[
            NAME,
            ("REQUEST", Of(|_, tree| quota(tree, false))),
            ("LIMIT", Of(|_, tree| quota(tree, true))),
            AGE,
        ],
    ),
    (
        "ReplicationController",
        &[
            NAME,
            ("DESIRED", Or("spec.replicas", "0")),
            ("CURRENT", Or("status.replicas", "0")),
            ("READY", Or("status.readyReplicas", "0")),
            AGE,
            ("+CONTAINERS", Of(|_, tree| images(tree, "name"))),
            ("+IMAGES", Of(|_, tree| images(tree, "image"))),
            ("+SELECTOR", Of(|_, tree| selector(tree.at("spec.selector")))),
        ],
    ),
    (
        "PodTemplate",
        &[
            NAME,
            ("CONTAINERS", Of(|_, tree| template(tree, "name"))),
            ("IMAGES", Of(|_, tree| template(tree, "image"))),
            ("POD LABELS", Of(|_, tree| selector(tree.at("template.metadata.labels")))),
        ],
    ),
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
            ("+CONTAINERS", Of(|_, tree| images(tree, "name"))),
            ("+IMAGES", Of(|_, tree| images(tree, "image"))),
            ("+SELECTOR", Of(|_, tree| selector(tree.at("spec.selector")))),
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
            ("+CONTAINERS", Of(|_, tree| images(tree, "name"))),
            ("+IMAGES", Of(|_, tree| images(tree, "image"))),
            ("+SELECTOR", Of(|_, tree| selector(tree.at("spec.selector")))),
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
            (
                "SUSPEND",
                Of(|_, tree| match tree.word("spec.suspend").as_str() {
                    "true" => "True".into(),
                    _ => "False".into(),
                }),
            ),
            ("ACTIVE", Of(|_, tree| tree.list("status.active").len().to_string())),
            ("LAST SCHEDULE", Or("status.lastScheduleTime", "<none>")),
            AGE,
            ("+CONTAINERS", Of(|_, tree| scheduled(tree, "name"))),
            ("+IMAGES", Of(|_, tree| scheduled(tree, "image"))),
            ("+SELECTOR", Of(|_, tree| selector(tree.at("spec.jobTemplate.spec.selector")))),
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
    (
        "CSIDriver",
        &[
            NAME,
            ("ATTACHREQUIRED", Or("spec.attachRequired", "true")),
            ("PODINFOONMOUNT", Or("spec.podInfoOnMount", "false")),
            ("STORAGECAPACITY", Or("spec.storageCapacity", "false")),
            (
                "TOKENREQUESTS",
                Of(|_, tree| joined(tree, "spec.tokenRequests", "audience", "<unset>")),
            ),
            ("REQUIRESREPUBLISH", Or("spec.requiresRepublish", "false")),
            (
                "MODES",
                Of(|_, tree| match words(tree, "spec.volumeLifecycleModes") {
                    modes if modes.is_empty() => "Persistent".into(),
                    modes => modes,
                }),
            ),
            AGE,
        ],
    ),
    ("CSINode", &[NAME, ("DRIVERS", Of(|_, tree| length(tree, "spec.drivers"))), AGE]),
    (
        "CSIStorageCapacity",
        &[NAME, ("STORAGECLASSNAME", Path("storageClassName")), ("CAPACITY", Path("capacity"))],
    ),
    ("VolumeAttributesClass", &[NAME, ("DRIVERNAME", Path("driverName")), AGE]),
    ("MutatingWebhookConfiguration", &[NAME, WEBHOOKS, AGE]),
    ("ValidatingWebhookConfiguration", &[NAME, WEBHOOKS, AGE]),
    (
        "ValidatingAdmissionPolicy",
        &[NAME, ("VALIDATIONS", Of(|_, tree| length(tree, "spec.validations"))), PARAM_KIND, AGE],
    ),
    (
        "MutatingAdmissionPolicy",
        &[NAME, ("MUTATIONS", Of(|_, tree| length(tree, "spec.mutations"))), PARAM_KIND, AGE],
    ),
    ("ValidatingAdmissionPolicyBinding", &[NAME, POLICY, PARAM, AGE]),
    ("MutatingAdmissionPolicyBinding", &[NAME, POLICY, PARAM, AGE]),
    (
        "FlowSchema",
        &[
            NAME,
            ("PRIORITYLEVEL", Path("spec.priorityLevelConfiguration.name")),
            ("MATCHINGPRECEDENCE", Path("spec.matchingPrecedence")),
            ("DISTINGUISHERMETHOD", Or("spec.distinguisherMethod.type", "<none>")),
            AGE,
            ("MISSINGPL", Or("status.conditions.0.status", "?")),
        ],
    ),
    (
        "PriorityLevelConfiguration",
        &[
            NAME,
            ("TYPE", Path("spec.type")),
            ("NOMINALCONCURRENCYSHARES", Or("spec.limited.nominalConcurrencyShares", "<none>")),
            ("QUEUES", Or("spec.limited.limitResponse.queuing.queues", "<none>")),
            ("HANDSIZE", Or("spec.limited.limitResponse.queuing.handSize", "<none>")),
            (
                "QUEUELENGTHLIMIT",
                Or("spec.limited.limitResponse.queuing.queueLengthLimit", "<none>"),
            ),
            AGE,
        ],
    ),
    ("ServiceCIDR", &[NAME, ("CIDRS", Of(|_, tree| words(tree, "spec.cidrs"))), AGE]),
    ("IPAddress", &[NAME, ("PARENTREF", Of(|_, tree| parent(tree)))]),
    (
        "CertificateSigningRequest",
        &[
            NAME,
            AGE,
            ("SIGNERNAME", Path("spec.signerName")),
            ("REQUESTOR", Path("spec.username")),
            ("REQUESTEDDURATION", Of(|_, tree| requested_duration(tree))),
            ("CONDITION", Or("status.conditions.0.type", "Pending")),
        ],
    ),
    (
        "ResourceSlice",
        &[
            NAME,
            ("NODE", Path("spec.nodeName")),
            ("DRIVER", Path("spec.driver")),
            ("POOL", Path("spec.pool.name")),
            AGE,
        ],
    ),
    ("ResourceClaim", &[NAME, ("STATE", Of(|_, _| "pending".into())), AGE]),
    (
        "APIService",
        &[
            NAME,
            ("SERVICE", Of(|_, tree| api_service(tree))),
            ("AVAILABLE", Or("status.conditions.0.status", "Unknown")),
            AGE,
        ],
    ),
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
