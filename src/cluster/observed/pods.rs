//! What a pod of a real cluster is waiting for, as far as its status, its node, and its volumes tell.

use crate::api::*;
use crate::cluster::{Cluster, ContainerRef, Duration, Index, Reason};
use std::rc::Rc;

/// What a pod is waiting for. `None` if it is not waiting, or if that is not in the API.
pub(super) fn wait(cluster: &Cluster, pod: &Rc<Pod>) -> Option<Reason> {
    let reference = || pod.metadata.reference(Kind::Pod);
    if pod.metadata.is_terminating() {
        return termination(cluster, pod);
    }
    if !pod.is_bound() {
        return scheduling(pod).map(|message| Reason::FailedScheduling {
            pod: reference(),
            message: message.to_owned(),
            tail: String::new(),
        });
    }
    if pod.is_ready() || pod.is_finished() {
        return None;
    }
    if let Some(reason) = node(cluster, pod) {
        return Some(reason);
    }
    let status = &pod.status;
    let init = status.init_container_statuses.iter().map(|it| (it, ContainerType::Init));
    let main = status.container_statuses.iter().map(|it| (it, ContainerType::Regular));
    let all = || init.clone().chain(main.clone());
    let mut errors = all().filter_map(|(it, kind)| waiting(pod, it, kind));
    errors.next().or_else(|| volume(cluster, pod)).or_else(|| {
        let has_begun = |it: &ContainerStatus| matches!(it.state, ContainerState::Running { .. });
        let (late, kind) = all().find(|(it, _)| has_begun(it) && !it.ready)?;
        let message = warning(cluster, pod, &["Unhealthy"]).unwrap_or_default();
        let container = ContainerRef { name: late.name.clone(), kind };
        Some(Reason::ContainerNotReady { container, pod: reference(), message })
    })
}

/// The message of the scheduler, if it said that the pod fits nowhere.
pub(super) fn scheduling(pod: &Pod) -> Option<&str> {
    let scheduled = condition(&pod.status.conditions, "PodScheduled")?;
    (scheduled.status == ConditionStatus::False && !scheduled.message.is_empty())
        .then_some(&scheduled.message)
}

/// The last warning about a pod, if it has one of these codes.
fn warning(cluster: &Cluster, pod: &Pod, codes: &[&str]) -> Option<String> {
    let event = cluster.world.warnings.get(&pod.metadata.reference(Kind::Pod))?;
    let is_it = event.uid == pod.metadata.uid && codes.contains(&event.code.as_str());
    is_it.then(|| event.message.clone())
}

fn termination(cluster: &Cluster, pod: &Rc<Pod>) -> Option<Reason> {
    let reference = pod.metadata.reference(Kind::Pod);
    let is_over = pod.metadata.deletion_timestamp.is_some_and(|end| end <= cluster.now);
    let is_silent = |node: &Rc<Node>| *node.ready_status() != ConditionStatus::True;
    if cluster.store.node(&pod.spec.node_name).is_some_and(is_silent) {
        let node = ObjectRef::node(&pod.spec.node_name);
        return Some(Reason::WaitForNode { pod: reference, node });
    }
    if is_over && !pod.metadata.finalizers.is_empty() {
        let finalizers = pod.metadata.finalizers.clone();
        return Some(Reason::PodFinalizers { pod: reference, finalizers });
    }
    None
}

/// That the node of a pod is not responding, or gone.
fn node(cluster: &Cluster, pod: &Rc<Pod>) -> Option<Reason> {
    let (reference, name) = (pod.metadata.reference(Kind::Pod), &pod.spec.node_name);
    let Some(node) = cluster.store.node(name) else {
        let has_nodes = !cluster.store.nodes.is_empty();
        return has_nodes.then(|| Reason::NodeGone { pod: reference, node: ObjectRef::node(name) });
    };
    if *node.ready_status() == ConditionStatus::True {
        return None;
    }
    // As the taint manager: the shortest toleration of the taints.
    let taints = node.spec.taints.iter().filter(|taint| taint.effect == TaintEffect::NoExecute);
    let tolerated = taints.filter_map(|taint| {
        let tolerations = pod.spec.tolerations.iter().filter(|it| it.tolerates(taint));
        tolerations.filter_map(|it| it.toleration_seconds).min()
    });
    let after = tolerated.min().map(Duration::seconds);
    let node = ObjectRef::node(name);
    Some(Reason::NotReadyOnNode { pod: reference, node, after })
}

/// The error for which a container is waiting, in the words of its kubelet.
fn waiting(pod: &Pod, status: &ContainerStatus, kind: ContainerType) -> Option<Reason> {
    let ContainerState::Waiting { reason, message } = &status.state else { return None };
    if matches!(reason.as_str(), "" | "ContainerCreating" | "PodInitializing") {
        return None;
    }
    let last = match &status.last_state {
        Some(ContainerState::Terminated { reason, exit_code, .. }) if reason.is_empty() => {
            format!("it last exited with code {exit_code}")
        }
        Some(ContainerState::Terminated { reason, exit_code, .. }) => {
            format!("it last exited with code {exit_code} ({reason})")
        }
        _ => String::new(),
    };
    Some(Reason::ContainerWaiting {
        container: ContainerRef { name: status.name.clone(), kind },
        pod: pod.metadata.reference(Kind::Pod),
        code: reason.clone(),
        message: message.clone(),
        last,
    })
}

/// The volume that a pod is waiting for.
fn volume(cluster: &Cluster, pod: &Pod) -> Option<Reason> {
    let has_begun = pod
        .status
        .container_statuses
        .iter()
        .any(|it| !matches!(it.state, ContainerState::Waiting { .. }));
    if has_begun {
        return None;
    }
    let (store, node) = (&cluster.store, &pod.spec.node_name);
    let claims =
        pod.claims().filter_map(|claim| store.claims.named(&pod.metadata.namespace, claim));
    let volumes = claims.filter_map(|claim| Some((claim, store.volume_of(claim)?)));
    for (claim, volume) in volumes {
        let name = volume.metadata.name.clone();
        let all = || store.by::<VolumeAttachment>(&Index::Attached(name.clone()));
        let is_here = all().any(|it| it.spec.node_name == *node && it.status.attached);
        let is_elsewhere = all().any(|it| it.spec.node_name != *node && it.status.attached);
        let is_shared = volume.spec.access_modes.iter().any(|mode| mode.as_str().ends_with("Many"));
        let is_asked = all().any(|it| it.spec.node_name == *node);
        let reference = || volume.metadata.reference(Kind::PersistentVolume);
        if !is_here && is_elsewhere && !is_shared {
            let others = store.users_of(claim).filter(|it| it.metadata.uid != pod.metadata.uid);
            let pods = others.map(|it| it.metadata.reference(Kind::Pod)).collect();
            return Some(Reason::MultiAttach { volume: reference(), pods });
        }
        if !is_here && is_asked {
            let claim = Some(claim.metadata.reference(Kind::PersistentVolumeClaim));
            let (pod, node) = (pod.metadata.reference(Kind::Pod), ObjectRef::node(node));
            return Some(Reason::WaitForAttach { pod, claim, volume: reference(), node });
        }
    }
    let message =
        warning(cluster, pod, &["FailedMount", "FailedAttachVolume", "FailedCreatePodSandBox"])?;
    let words: Vec<&str> = message.split('"').collect();
    let volume = match words.as_slice() {
        [before, volume, ..] if before.ends_with("volume ") => (*volume).to_owned(),
        _ => String::new(),
    };
    Some(Reason::MountFailed { pod: pod.metadata.reference(Kind::Pod), volume, message })
}
