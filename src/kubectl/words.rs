//! Information about the API and the cluster: `explain`, `api-resources`, `api-versions`, `cluster-info`.

use super::kubeconfig::SERVER;
use super::{Call, Plan, tabs};
use crate::api::Kind;
use crate::manifest;

/// `kubectl cluster-info`.
pub(super) fn cluster_info(_: &Call<'_>) -> Plan {
    Plan::print(format!(
        "Kubernetes control plane is running at {SERVER}\n\nTo further debug and diagnose cluster problems, use \
         'kubectl cluster-info dump'.\n"
    ))
}

/// `kubectl api-versions`.
pub(super) fn api_versions(call: &Call<'_>) -> Plan {
    if !call.words.plain.is_empty() {
        return Plan::refuse(format!(
            "error: unexpected arguments: [{}]\nSee 'kubectl api-versions -h' for help and examples",
            call.words.plain.join(" ")
        ));
    }
    let kinds = Kind::ALL.iter().copied().chain(call.view.cluster.store.defined_kinds());
    let mut versions: Vec<&str> =
        kinds.map(Kind::api_version).chain(REVIEWS.map(|review| review.2)).collect();
    crate::map::sort(&mut versions, |one, other| one < other);
    versions.dedup();
    Plan::print(versions.join("\n") + "\n")
}

/// Reviews of the requesting user, which the API server answers without storing them: plural, kind, version.
const REVIEWS: [(&str, &str, &str); 2] = [
    ("selfsubjectreviews", "SelfSubjectReview", "authentication.k8s.io/v1"),
    ("selfsubjectaccessreviews", "SelfSubjectAccessReview", "authorization.k8s.io/v1"),
];

/// A row of `api-resources`: group, kind, cells.
type Resource = (String, String, [String; 7]);

fn resources(call: &Call<'_>) -> Vec<Resource> {
    let kinds = Kind::ALL.iter().copied().chain(call.view.cluster.store.defined_kinds());
    let row = |of: Kind| {
        let verbs = if of == Kind::Event { "get,list,watch" } else { VERBS };
        let category = if of.is_in_all() { "all" } else { "" };
        let scope = of.is_namespaced().to_string();
        let cells = [of.plural(), of.short(), of.api_version(), &scope, of.name(), verbs, category];
        (
            of.group().trim_start_matches('.').to_owned(),
            of.name().to_owned(),
            cells.map(str::to_owned),
        )
    };
    let review = |(plural, kind, version): (&str, &str, &str)| {
        let group = version.trim_end_matches("/v1").to_owned();
        let cells = [plural, "", version, "false", kind, "create", ""].map(str::to_owned);
        (group, kind.to_owned(), cells)
    };
    let has_reviews = call.view.is_recent();
    kinds.map(row).chain(REVIEWS.into_iter().filter(|_| has_reviews).map(review)).collect()
}

/// The verbs of most kinds.
const VERBS: &str = "create,delete,deletecollection,get,list,patch,update,watch";

/// `kubectl api-resources`.
pub(super) fn api_resources(call: &Call<'_>) -> Plan {
    let words = &call.words;
    let usage = "See 'kubectl api-resources -h' for help and examples";
    if !words.plain.is_empty() {
        return Plan::refuse(format!(
            "error: unexpected arguments: [{}]\n{usage}",
            words.plain.join(" ")
        ));
    }
    let (form, sort) = (words.flag("output").unwrap_or(""), words.flag("sort-by").unwrap_or(""));
    if !["", "name", "kind"].contains(&sort) {
        return Plan::refuse("error: --sort-by accepts only name or kind");
    }
    let (group, namespaced) = (words.flag("api-group"), words.flag("namespaced"));
    let mut rows = resources(call);
    rows.retain(|(of, _, cells)| {
        let verbs: Vec<&str> = cells[5].split(',').collect();
        group.is_none_or(|group| group == of)
            && namespaced
                .is_none_or(|is| words.has("namespaced") == (cells[3] == "true") && !is.is_empty())
            && words.list("verbs").all(|verb| verbs.contains(&verb))
            && words.list("categories").all(|category| category == cells[6])
    });
    crate::map::sort(&mut rows, |one, other| {
        let key = |row: &Resource| match sort {
            "name" => (row.2[0].clone(), String::new()),
            "kind" => (row.1.clone(), String::new()),
            _ => (row.0.clone(), row.2[0].clone()),
        };
        key(one) < key(other)
    });
    let width = match form {
        "name" => {
            let name = |(group, _, cells): &Resource| match group.as_str() {
                "" => format!("{}\n", cells[0]),
                group => format!("{}.{group}\n", cells[0]),
            };
            return Plan::print(rows.iter().map(name).collect::<String>());
        }
        "" => 5,
        "wide" => 7,
        other => return Plan::refuse(format!("error: --output {other} is not available\n{usage}")),
    };
    let header = ["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND", "VERBS", "CATEGORIES"];
    let mut lines = vec![header.map(str::to_owned)[..width].to_vec()];
    if words.has("no-headers") {
        lines.clear();
    }
    lines.extend(rows.into_iter().map(|(.., cells)| cells[..width].to_vec()));
    Plan::print(tabs::table(&lines))
}

/// What some fields are for, by path; the words of the API's documentation, shortened.
const FIELDS: &[(&str, &str, &str)] = &[
    (
        "statefulset",
        "Object",
        "StatefulSet represents a set of pods with consistent identities. Identities are defined as: Network (a single stable DNS and hostname), Storage (as many VolumeClaims as requested). The StatefulSet guarantees that a given network identity will always map to the same storage identity.",
    ),
    (
        "statefulset.spec",
        "StatefulSetSpec",
        "Spec defines the desired identities of pods in this set.",
    ),
    (
        "statefulset.spec.replicas",
        "integer",
        "replicas is the desired number of replicas of the given Template. These are replicas in the sense that they are instantiations of the same Template, but individual replicas also have a consistent identity. If unspecified, defaults to 1.",
    ),
    (
        "statefulset.spec.selector",
        "LabelSelector -required-",
        "selector is a label query over pods that should match the replica count. It must match the pod template's labels.",
    ),
    (
        "statefulset.spec.serviceName",
        "string",
        "serviceName is the name of the service that governs this StatefulSet. This service must exist before the StatefulSet, and is responsible for the network identity of the set. Pods get DNS/hostnames that follow the pattern: pod-specific-string.serviceName.default.svc.cluster.local.",
    ),
    (
        "statefulset.spec.podManagementPolicy",
        "string",
        "podManagementPolicy controls how pods are created during initial scale up, when replacing pods on nodes, or when scaling down. The default policy is `OrderedReady`, where pods are created in increasing order (pod-0, then pod-1, etc) and the controller will wait until each pod is ready before continuing. When scaling down, the pods are removed in the opposite order. The alternative policy is `Parallel`.",
    ),
    (
        "statefulset.spec.updateStrategy",
        "StatefulSetUpdateStrategy",
        "updateStrategy indicates the StatefulSetUpdateStrategy that will be employed to update Pods in the StatefulSet when a revision is made to Template.",
    ),
    (
        "statefulset.spec.updateStrategy.type",
        "string",
        "Type indicates the type of the StatefulSetUpdateStrategy. Default is RollingUpdate. With OnDelete, pods are updated when you delete them.",
    ),
    (
        "statefulset.spec.updateStrategy.rollingUpdate.partition",
        "integer",
        "Partition indicates the ordinal at which the StatefulSet should be partitioned for updates. During a rolling update, all pods from ordinal Replicas-1 to Partition are updated. All pods from ordinal Partition-1 to 0 remain untouched. The default value is 0.",
    ),
    (
        "statefulset.spec.updateStrategy.rollingUpdate.maxUnavailable",
        "IntOrString",
        "The maximum number of pods that can be unavailable during the update. Defaults to 1. The field applies to all pods in the range 0 to Replicas-1.",
    ),
    (
        "statefulset.spec.revisionHistoryLimit",
        "integer",
        "revisionHistoryLimit is the maximum number of revisions that will be maintained in the StatefulSet's revision history. The default value is 10.",
    ),
    (
        "statefulset.spec.minReadySeconds",
        "integer",
        "Minimum number of seconds for which a newly created pod should be ready without any of its container crashing for it to be considered available. Defaults to 0.",
    ),
    (
        "statefulset.spec.persistentVolumeClaimRetentionPolicy",
        "StatefulSetPersistentVolumeClaimRetentionPolicy",
        "persistentVolumeClaimRetentionPolicy describes the lifecycle of persistent volume claims created from volumeClaimTemplates. By default, all persistent volume claims are created as needed and retained until manually deleted.",
    ),
    (
        "statefulset.spec.persistentVolumeClaimRetentionPolicy.whenDeleted",
        "string",
        "WhenDeleted specifies what happens to PVCs created from StatefulSet VolumeClaimTemplates when the StatefulSet is deleted. The default policy of `Retain` causes PVCs to not be affected by StatefulSet deletion.",
    ),
    (
        "statefulset.spec.persistentVolumeClaimRetentionPolicy.whenScaled",
        "string",
        "WhenScaled specifies what happens to PVCs created from StatefulSet VolumeClaimTemplates when the StatefulSet is scaled down. The default policy of `Retain` causes PVCs to not be affected by a scaledown.",
    ),
    (
        "statefulset.spec.ordinals",
        "StatefulSetOrdinals",
        "ordinals controls the numbering of replica indices in a StatefulSet. The default ordinals behavior assigns a \"0\" index to the first replica.",
    ),
    (
        "statefulset.spec.ordinals.start",
        "integer",
        "start is the number representing the first replica's index.",
    ),
    (
        "statefulset.spec.template",
        "PodTemplateSpec -required-",
        "template is the object that describes the pod that will be created if insufficient replicas are detected. Each pod will be named with the format <statefulsetname>-<podindex>.",
    ),
    (
        "statefulset.spec.volumeClaimTemplates",
        "[]PersistentVolumeClaim",
        "volumeClaimTemplates is a list of claims that pods are allowed to reference. Every claim in this list must have at least one matching (by name) volumeMount in one container in the template. A claim in this list takes precedence over any volumes in the template, with the same name.",
    ),
    (
        "pod",
        "Object",
        "Pod is a collection of containers that can run on a host. This resource is created by clients and scheduled onto hosts.",
    ),
    (
        "persistentvolumeclaim",
        "Object",
        "PersistentVolumeClaim is a user's request for and claim to a persistent volume",
    ),
    (
        "service",
        "Object",
        "Service is a named abstraction of software service (for example, mysql) consisting of local port that the proxy listens on, and the selector that determines which pods will answer requests sent through the proxy.",
    ),
    (
        "service.spec.clusterIP",
        "string",
        "clusterIP is the IP address of the service. \"None\" makes a headless service (no virtual IP), which is useful when direct endpoint connections are preferred and proxying is not required.",
    ),
];

/// What a field is for, by the path of its kind, such as `statefulset.spec.replicas`.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn description(path: &str) -> Option<&'static str> {
    FIELDS.iter().find(|(known, ..)| *known == path).map(|(_, _, words)| *words)
}

/// `kubectl explain`.
pub(super) fn explain(call: &Call<'_>) -> Plan {
    let [word] = call.words.plain.as_slice() else {
        return Plan::refuse(
            "error: You must specify the type of resource to explain. Use \"kubectl api-resources\" for a complete \
             list of supported resources.",
        );
    };
    let (first, rest) = word.split_once('.').unwrap_or((word, ""));
    let Some(of) = call.view.kind(first) else {
        let error = if call.view.is_recent() { "" } else { "error: " };
        return Plan::refuse(format!("{error}the server doesn't have a resource type \"{first}\""));
    };
    let path = if rest.is_empty() {
        of.singular().to_owned()
    } else {
        format!("{}.{rest}", of.singular())
    };
    let mut text = match of.group() {
        "" => String::new(),
        group => format!("GROUP:      {}\n", &group[1..]),
    };
    let version = of.api_version().rsplit('/').next().unwrap_or("");
    text += &format!("KIND:       {}\nVERSION:    {version}\n\n", of.name());
    let known = FIELDS.iter().find(|(known, ..)| *known == path);
    let fields = manifest::fields_at(of.name(), rest);
    if known.is_none() && fields.is_none() {
        let last = rest.rsplit('.').next().unwrap_or(rest);
        let mut plan = Plan::refuse(format!("error: field \"{last}\" does not exist"));
        plan.output.stdout = text;
        return plan;
    }
    let blank = if call.view.is_recent() { "\n" } else { "" };
    if let (Some((_, kind, _)), false) = (known, rest.is_empty()) {
        let last = rest.rsplit('.').next().unwrap_or(rest);
        text += &format!("FIELD: {last} <{}>{blank}\n\n", kind.replace(" -required-", ""));
    }
    text += "DESCRIPTION:\n";
    let words = known
        .map_or("<no description here: see https://kubernetes.io/docs/reference>", |one| one.2);
    text += &wrapped(words);
    if call.view.is_recent() {
        text += "    \n";
    }
    let fields = fields.unwrap_or_default();
    if !fields.is_empty() {
        text += "\nFIELDS:\n";
        for field in fields {
            let known = FIELDS.iter().find(|(known, ..)| *known == format!("{path}.{field}"));
            let kind = known.map_or(String::new(), |(_, kind, _)| {
                let (kind, mark) = kind.split_once(' ').unwrap_or((kind, ""));
                format!("\t<{kind}> {mark}").trim_end().to_owned()
            });
            text += &format!("  {field}{kind}\n");
        }
    }
    Plan::print(text + "\n")
}

/// Lines of at most 80 letters, indented.
fn wrapped(text: &str) -> String {
    let (mut out, mut line) = (String::new(), String::new());
    for word in text.split(' ') {
        if line.len() + word.len() + 4 > 80 {
            out += &format!("    {}\n", line.trim_end());
            line.clear();
        }
        line += word;
        line.push(' ');
    }
    out + &format!("    {}\n", line.trim_end())
}
