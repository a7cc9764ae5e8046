//! What would end a wait: lines for the terminal, each with what it promises or risks.

use super::{Link, Remedy, state};
use crate::api::{DEFAULT_NAMESPACE, Key, Kind, ObjectRef};
use crate::cluster::{Cluster, Detail, Reason, Subject};

/// What would end a wait for this reason.
pub(super) fn remedies(cluster: &Cluster, reason: &Reason) -> Vec<Remedy> {
    match reason {
        Reason::EvictionPlanned { node, .. } => vec![come_back(cluster, node.key.name())],
        Reason::WaitForNode { pod, node } => {
            let (pod, node) = (of(&pod.key), node.key.name());
            let taint = "node.kubernetes.io/out-of-service=nodeshutdown:NoExecute";
            let mut risky = [
                remedy(format!("kubectl taint nodes {node} {taint}"), "Confirm it is powered off"),
                remedy(format!("kubectl delete node {node}"), "Confirm it is gone for good"),
                remedy(
                    format!("kubectl delete pod {pod} --force --grace-period=0"),
                    "Force-delete the pod: two might run at once",
                ),
            ];
            let is_on = is_on(cluster, node);
            risky.iter_mut().for_each(|remedy| remedy.is_dangerous = is_on);
            [come_back(cluster, node)].into_iter().chain(risky).collect()
        }
        Reason::ClaimProtected { pod, .. } => {
            vec![remedy(
                format!("kubectl delete pod {}", of(&pod.key)),
                "Delete the pod: its claim and data go with it",
            )]
        }
        Reason::VolumeProtected { claim: Some(claim), .. } => vec![remedy(
            format!("kubectl delete pvc {}", of(&claim.key)),
            "Delete the claim: the volume is deleted after it",
        )],
        Reason::PodFinalizers { pod, .. } => vec![remedy(
            format!(
                "kubectl patch pod {} -p '{{\"metadata\":{{\"finalizers\":null}}}}'",
                of(&pod.key)
            ),
            "Remove the finalizers, if the component that they belong to does not",
        )],
        Reason::UpdateStuck { pod } => {
            vec![remedy(
                format!("kubectl delete pod {}", of(&pod.key)),
                "After fixing the template, delete the pod",
            )]
        }
        Reason::RolloutStuck { deployment, .. } => {
            let line = format!("kubectl rollout undo deployment {}", of(&deployment.key));
            vec![remedy(line, "Roll back to the previous template")]
        }
        Reason::PodCreateFailed { pod, message, .. } if is_too_long(message) => rename_set(pod),
        Reason::ContainerConfigError { pod, message, .. }
        | Reason::MountFailed { pod, message, .. }
        | Reason::PodCreateFailed { pod, message, .. } => {
            create(pod.key.namespace(), message).into_iter().collect()
        }
        Reason::ReplicaCreateFailed { set, message } => {
            create(set.key.namespace(), message).into_iter().collect()
        }
        _ => of_report(cluster, reason),
    }
}

/// What would help with what a real cluster reports.
fn of_report(cluster: &Cluster, reason: &Reason) -> Vec<Remedy> {
    match reason {
        Reason::NotReadyOnNode { node, .. } => vec![come_back(cluster, node.key.name())],
        Reason::MultiAttach { .. } if cluster.world().is_observed => {
            let note =
                "See to which node the volume is attached; it is force-detached after 6 minutes";
            vec![remedy("kubectl get volumeattachments".into(), note)]
        }
        Reason::FailedScheduling { pod, .. } if cluster.world().is_observed => vec![
            remedy(
                "kubectl describe nodes".into(),
                "Compare what the pod needs with what the nodes have",
            ),
            remedy(format!("kubectl describe pod {}", pod.key.name()), "See what the pod needs"),
        ],
        Reason::ContainerWaiting { pod, container, code, .. } => {
            let (pod, container) = (pod.key.name(), &container.name);
            let logs = format!("kubectl logs {pod} -c {container} --previous");
            let describe = format!("kubectl describe pod {pod}");
            match code.as_str() {
                "CrashLoopBackOff" => vec![remedy(logs, "Read why the container exited")],
                "ImagePullBackOff" | "ErrImagePull" | "InvalidImageName" => {
                    vec![remedy(describe, "Check the image, and the registry's credentials")]
                }
                _ => vec![remedy(describe, "See what the kubelet reports")],
            }
        }
        Reason::ContainerNotReady { pod, container, .. } => {
            let (pod, container) = (pod.key.name(), &container.name);
            vec![
                remedy(
                    format!("kubectl logs {pod} -c {container}"),
                    "Read what the container is doing",
                ),
                remedy(format!("kubectl describe pod {pod}"), "See which probe fails"),
            ]
        }
        _ => Vec::new(),
    }
}

/// The remedies for a real cluster: only kubectl, with the namespace, and with what to look at first.
pub(super) fn of_real_cluster(remedies: Vec<Remedy>, subject: &Subject) -> Vec<Remedy> {
    let namespace = match subject {
        Subject::Object(object) => object.key.namespace(),
        _ => DEFAULT_NAMESPACE,
    };
    let of_node = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        matches!(
            words.as_slice(),
            ["kubectl", "taint", ..] | ["kubectl", _, "node" | "nodes" | "volumeattachments", ..]
        )
    };
    let remedies = remedies.into_iter().map(|remedy| {
        if let Some(node) =
            remedy.line.strip_prefix("node ").and_then(|rest| rest.split(' ').next())
        {
            let line = format!("kubectl describe node {node}");
            return self::remedy(
                line,
                "Find out why the node is not responding, and bring it back",
            );
        }
        let is_elsewhere = !namespace.is_empty() && namespace != DEFAULT_NAMESPACE;
        let needs = is_elsewhere && !of_node(&remedy.line) && !remedy.line.contains(" -n ");
        let line = if needs { format!("{} -n {namespace}", remedy.line) } else { remedy.line };
        Remedy { line, ..remedy }
    });
    remedies.collect()
}

/// Creates the object of a namespace that is not found, according to a message.
fn create(namespace: &str, message: &str) -> Option<Remedy> {
    let (start, name) = message.strip_suffix("\" not found")?.rsplit_once('"')?;
    let kind = ["configmap", "secret", "serviceaccount"];
    let kind = kind.into_iter().find(|kind| start.trim_end().ends_with(kind))?;
    let (kind, note) = match kind {
        "configmap" => (kind, "Create the ConfigMap; --from-literal=KEY=VALUE adds data"),
        "secret" => ("secret generic", "Create the Secret; --from-literal=KEY=VALUE adds data"),
        _ => (kind, "Create the ServiceAccount"),
    };
    Some(remedy(format!("kubectl create {kind} {}", of(&Key::new(namespace, name))), note))
}

/// The name of an object, and the option that names its namespace unless that is the default one.
fn of(key: &Key) -> String {
    match key.namespace() {
        "" | DEFAULT_NAMESPACE => key.name().to_owned(),
        namespace => format!("{} -n {namespace}", key.name()),
    }
}

fn is_too_long(message: &str) -> bool {
    message.contains("must be no more than")
}

/// For a StatefulSet whose name does not fit into the labels of its pods.
fn rename_set(pod: &ObjectRef) -> Vec<Remedy> {
    let set = pod.key.name().rsplit_once('-').map_or("", |(set, _)| set);
    let line = format!("kubectl delete sts {}", of(&Key::new(pod.key.namespace(), set)));
    let note = "Its name is too long: create it again with a name of at most 52 characters";
    vec![remedy(line, note)]
}

fn remedy(line: String, note: &'static str) -> Remedy {
    Remedy { line, note, is_dangerous: false }
}

fn is_on(cluster: &Cluster, node: &str) -> bool {
    cluster.world().machine(node).is_some_and(|machine| machine.is_on || machine.boots)
}

fn come_back(cluster: &Cluster, node: &str) -> Remedy {
    let how = if is_on(cluster, node) { "heal" } else { "on" };
    remedy(format!("node {node} {how}"), "Bring the node back")
}

/// That nothing is heard of a node, and what ends that, or at least what waits for it.
pub(super) fn silence(cluster: &Cluster, subject: &Subject) -> Option<(Link, Vec<Remedy>)> {
    let Subject::Object(object) = subject else { return None };
    let name = object.key.name();
    let machine =
        cluster.world().machine(name).filter(|it| object.kind == Kind::Node && !it.is_heard())?;
    let what = match machine.is_on || machine.boots {
        true => Detail::NodeDisconnected { node: object.clone() },
        false => Detail::NodePoweredOff { node: object.clone() },
    };
    let link = state(&what, "S25", Some(machine.since));
    let held = cluster.waits.iter().map(|(_, wait)| &wait.reason);
    let held =
        held.filter(|reason| reason.object(Kind::Node).is_some_and(|it| it.key == object.key));
    let ways =
        held.map(|reason| remedies(cluster, reason)).max_by_key(Vec::len).unwrap_or_default();
    let back = || vec![come_back(cluster, name)];
    Some((link, if ways.is_empty() { back() } else { ways }))
}
