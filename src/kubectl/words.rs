//! What kubectl says of the API and of itself: `explain`, `api-resources`, `version`, `cluster-info`.

use super::{Call, Plan, tabs};
use crate::api::Kind;
use crate::cluster::Version;
use crate::manifest;

/// `kubectl version`.
///
/// The client has the version of the cluster; before 1.37 it is 1.32, with which the outputs were recorded.
pub(super) fn version(call: &Call<'_>) -> Plan {
    let version = call.view.cluster.settings.version;
    let (server, client) = (version.git_version(), ("v1.32.0", "v5.5.0"));
    let (client, kustomize) = if version >= Version::V1_37 { (server, "v5.8.1") } else { client };
    Plan::print(format!(
        "Client Version: {client}\nKustomize Version: {kustomize}\nServer Version: {server}\n"
    ))
}

/// `kubectl cluster-info`.
pub(super) fn cluster_info(_: &Call<'_>) -> Plan {
    Plan::print(
        "Kubernetes control plane is running at https://127.0.0.1:6443\nCoreDNS is running at \
         https://127.0.0.1:6443/api/v1/namespaces/kube-system/services/kube-dns:dns/proxy\n\nTo further debug and \
         diagnose cluster problems, use 'kubectl cluster-info dump'.\n",
    )
}

/// `kubectl autoscale`, of which there is only the refusal.
pub(super) fn autoscale(call: &Call<'_>) -> Plan {
    match call.words.flag("max") {
        None => Plan::refuse("error: required flag(s) \"max\" not set"),
        Some(_) => Plan::refuse("error: HorizontalPodAutoscalers are not simulated"),
    }
}

/// `kubectl api-resources`.
pub(super) fn api_resources(call: &Call<'_>) -> Plan {
    let wanted = call.words.flag("api-group");
    let namespaced = call.words.flag("namespaced");
    let mut types: Vec<Kind> = Kind::ALL
        .iter()
        .copied()
        .chain(call.view.cluster.store.defined_kinds())
        .filter(|of| wanted.is_none_or(|group| of.group().trim_start_matches('.') == group))
        .filter(|of| namespaced.is_none_or(|is| (is == "true") == of.is_namespaced()))
        .collect();
    crate::map::sort(&mut types, |one, other| {
        (one.group(), one.plural()) < (other.group(), other.plural())
    });
    if call.words.flag("output") == Some("name") {
        return Plan::print(types.iter().map(|of| of.resource() + "\n").collect::<String>());
    }
    let header = ["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND"].map(str::to_owned);
    let mut rows = vec![header.to_vec()];
    for of in types {
        let words = [of.plural(), of.short(), of.api_version()].map(str::to_owned);
        let mut row = words.to_vec();
        row.extend([of.is_namespaced().to_string(), of.name().to_owned()]);
        rows.push(row);
    }
    Plan::print(tabs::table(&rows))
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
