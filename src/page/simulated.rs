//! What the cluster simulates, what it accepts without effect, and what it leaves out, from the tables that decide it.

use crate::api::Kind;
use crate::cluster::Version;
use crate::manifest;

/// A part of the list: its title, a sentence, and its entries.
pub struct Part {
    /// The title.
    pub title: &'static str,
    /// What the entries have in common.
    pub text: &'static str,
    /// The entries: a name, and what belongs to it.
    pub entries: Vec<(String, String)>,
}

/// Fields that are not simulated as a whole, and what they do.
const PARTLY: [(&str, &str); 14] = [
    (
        "hostNetwork, hostPort, hostIP",
        "a port of a node is given to one pod only; a pod with hostNetwork has the address and the name of its node, and \
         curl reaches its ports there",
    ),
    (
        "nodePort, externalTrafficPolicy, allocateLoadBalancerNodePorts",
        "Services of type NodePort and LoadBalancer get a port on every node, which curl reaches; load balancers are not \
         simulated",
    ),
    (
        "ephemeralContainers, shareProcessNamespace, hostPID, hostPath",
        "commands in containers see the processes, and the files of a node whose root folder is mounted; any other \
         hostPath is an empty folder",
    ),
    (
        "env, envFrom",
        "a pod waits for the ConfigMaps and Secrets that they refer to; commands in its containers see the values",
    ),
    (
        "volumes of type configMap, secret, projected, and downwardAPI",
        "a pod waits for the objects that they refer to; commands in its containers see the files",
    ),
    (
        "serviceAccountName, serviceAccount, runtimeClassName",
        "the objects have to exist before a pod is created",
    ),
    (
        "priorityClassName, priority, preemptionPolicy",
        "Pods with higher priorities are scheduled first and preempt others; what else nodes decide by priority is \
         not simulated",
    ),
    (
        "exec, httpGet, tcpSocket, and grpc of a probe",
        "exec and httpGet check the container if its image is known or files in it were changed; \
         otherwise a probe of the database's container succeeds once the database responds, and all other \
         probes succeed",
    ),
    (
        "command, args, stdin, tty, workingDir",
        "a pod without a controller runs its command if the programs in it are simulated; in other pods only \
         ps shows the command",
    ),
    (
        "terminationMessagePath, terminationMessagePolicy",
        "what a command wrote to the file is in the status of its container; of logs, only those of simulated commands",
    ),
    (
        "subPath, subPathExpr, readOnly",
        "commands in containers respect them; other effects on pods are not simulated",
    ),
    (
        "targetPort, enableServiceLinks, automountServiceAccountToken",
        "commands in containers respect them",
    ),
    (
        "dataSource, dataSourceRef",
        "a claim is restored from a VolumeSnapshot; other sources have no effect",
    ),
    (
        "timeoutSeconds",
        "a probe gets its answer at once and never exceeds it; the message of a failed grpc probe names it",
    ),
];

/// What the model leaves out.
const LEFT_OUT: [(&str, &str); 5] = [
    (
        "Containers",
        "run about sixty programs, such as ls, curl, and nslookup, in every image; a database, which \
         understands some SQL and ZooKeeper commands, replaces the images of StatefulSets",
    ),
    (
        "Networks",
        "have names, addresses, and partitions, but no packets, policies, or load balancers",
    ),
    ("Access", "has no users, roles, or tokens: kubectl may do everything"),
    (
        "Custom resources",
        "are stored and validated, and no operator acts on them, except on VolumeSnapshots; patterns, formats, and rules in CEL \
         are not checked, and versions are not converted",
    ),
    (
        "Metrics",
        "do not exist: a HorizontalPodAutoscaler keeps its minimum and maximum and reports missing metrics",
    ),
];

/// All parts, in order.
pub fn parts() -> Vec<Part> {
    let kinds = |is_simulated: bool| {
        // The autoscaler's object is stored as a tree, and yet has a controller.
        let acts = |kind: Kind| kind.is_simulated() || kind == Kind::HorizontalPodAutoscaler;
        let kinds = Kind::ALL.iter().filter(|kind| acts(**kind) == is_simulated);
        kinds.map(|kind| (kind.name().to_owned(), kind.api_version().to_owned())).collect()
    };
    let owned = |entries: &[(&str, &str)]| {
        entries.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    };
    let versions = Version::ALL.iter().rev();
    let versions =
        versions.map(|(version, name)| ((*name).to_owned(), version.git_version().to_owned()));
    vec![
        Part {
            title: "Versions",
            text: "The versions of Kubernetes whose rules the cluster can follow. 1.35.0 is separate from 1.35 because \
                   1.35.0 to 1.35.3 enable MaxUnavailableStatefulSet, and 1.35.4 turns it off again.",
            entries: versions.collect(),
        },
        Part {
            title: "Simulated kinds",
            text: "Controllers act on objects of these kinds.",
            entries: kinds(true),
        },
        Part {
            title: "Stored kinds",
            text: "Objects of these kinds are checked, stored, listed, and deleted, but no controller acts on them. They \
                   matter to what refers to them: a pod needs its Secrets, ServiceAccount, PriorityClass, and \
                   RuntimeClass. A Namespace has to exist, and is deleted with its contents. So are the objects \
                   of a kind that a CustomResourceDefinition defines.",
            entries: kinds(false),
        },
        Part {
            title: "Partly simulated fields",
            text: "These fields have some of their effects.",
            entries: owned(&PARTLY),
        },
        Part {
            title: "Accepted fields",
            text: "These fields of simulated kinds are checked and stored, and have no effect.",
            entries: without_effect(),
        },
        Part { title: "Left out", text: "Not part of the model.", entries: owned(&LEFT_OUT) },
    ]
}

/// The fields that have no effect, by the struct that they are in.
fn without_effect() -> Vec<(String, String)> {
    let mut structs: Vec<(String, String)> = Vec::new();
    for (owner, mut fields) in manifest::all_further_fields() {
        fields.retain(|field| !is_partly_simulated(field));
        match structs.iter_mut().find(|(name, _)| name == owner) {
            // Two structs here can be one in Kubernetes.
            _ if fields.is_empty() => {}
            Some((_, listed)) => {
                fields.retain(|field| !listed.split(", ").any(|other| other == *field));
                fields.iter().for_each(|field| *listed += &format!(", {field}"));
            }
            None => structs.push((owner.to_owned(), fields.join(", "))),
        }
    }
    structs
}

fn is_partly_simulated(field: &str) -> bool {
    PARTLY.iter().any(|(names, _)| names.split([',', ' ']).any(|name| name == field))
}
