//! What makes a node unfit for a pod, in the words of the plugins.
//!
//! Follows the filters of `pkg/scheduler/framework/plugins` in the order of `default_plugins.go`:
//! NodeUnschedulable, TaintToleration, NodeAffinity, NodePorts, NodeResourcesFit, VolumeRestrictions,
//! VolumeBinding, VolumeZone, PodTopologySpread, InterPodAffinity. The first that refuses a node
//! speaks for it.

use super::neighbours::PreFilter;
use super::*;

/// Why no node is looked at at all (`PreFilter` of VolumeRestrictions and VolumeBinding).
pub(super) fn before_all(cluster: &ControlPlane, pod: &Pod) -> Option<String> {
    for name in pod.claims() {
        let Some(claim) = cluster.store.claims.named(&pod.metadata.namespace, name) else {
            return Some(format!("persistentvolumeclaim \"{name}\" not found"));
        };
        if claim.status.phase == PersistentVolumeClaimPhase::Lost {
            let volume = &claim.spec.volume_name;
            return Some(format!(
                "persistentvolumeclaim \"{name}\" bound to non-existent persistentvolume \"{volume}\""
            ));
        }
        if claim.metadata.is_terminating() {
            return Some(format!("persistentvolumeclaim \"{name}\" is being deleted"));
        }
    }
    let is_late = |claim: &Rc<PersistentVolumeClaim>| {
        !claim.is_bound() && !volumes::waits_for_consumer(cluster, claim)
    };
    let mut claims = claims(cluster, pod);
    claims.any(is_late).then(|| "pod has unbound immediate PersistentVolumeClaims".into())
}

/// Why the node does not fit the pod; none if it does.
pub(super) fn refusal(
    cluster: &ControlPlane,
    state: &PreFilter<'_>,
    pod: &Pod,
    node: &Rc<Node>,
) -> Option<Refusal> {
    by_marks(pod, node)
        .map(Refusal::lasting)
        .or_else(|| by_ports(cluster, pod, node))
        .or_else(|| by_resources(cluster, pod, node))
        .or_else(|| by_sharing(cluster, pod))
        .or_else(|| by_volumes(cluster, pod, node))
        .or_else(|| neighbours::by_spread(state, pod, node))
        .or_else(|| neighbours::by_affinity(state, node))
}

/// NodeUnschedulable, TaintToleration, NodeAffinity.
fn by_marks(pod: &Pod, node: &Node) -> Option<&'static str> {
    let is_borne =
        |taint: &Taint| pod.spec.tolerations.iter().any(|toleration| toleration.tolerates(taint));
    let cordon = Taint {
        key: TAINT_UNSCHEDULABLE.into(),
        effect: TaintEffect::NoSchedule,
        ..Taint::default()
    };
    if node.spec.unschedulable && !is_borne(&cordon) {
        return Some("node(s) were unschedulable");
    }
    let keeps_away =
        |taint: &&Taint| matches!(taint.effect, TaintEffect::NoSchedule | TaintEffect::NoExecute);
    if node.spec.taints.iter().filter(keeps_away).any(|taint| !is_borne(taint)) {
        return Some("node(s) had untolerated taint(s)");
    }
    match is_selected(pod, node) {
        true => None,
        false => Some("node(s) didn't match Pod's node affinity/selector"),
    }
}

/// NodePorts: a port of the node for one pod only.
fn by_ports(cluster: &ControlPlane, pod: &Pod, node: &Node) -> Option<Refusal> {
    let asked = pod.spec.host_ports();
    if asked.is_empty() {
        return None;
    }
    let mut used = pods_on(cluster, &node.metadata.name).flat_map(|other| other.spec.host_ports());
    used.any(|port| asked.iter().any(|other| port.conflicts_with(other)))
        .then(|| Refusal::curable("node(s) didn't have free ports for the requested pod ports"))
}

/// NodeResourcesFit.
fn by_resources(cluster: &ControlPlane, pod: &Pod, node: &Node) -> Option<Refusal> {
    let on_node = pods_on(cluster, &node.metadata.name);
    let mut refusal = Refusal { reasons: Vec::new(), is_curable: true };
    if (on_node.clone().count() as u64 + 1) * 1000 > node.allocatable("pods") {
        refusal.reasons.push("Too many pods".into());
    }
    for resource in asked_for(&pod.spec) {
        let (asked, room) = (pod.spec.request(resource), node.allocatable(resource));
        let others = on_node.clone().map(|other| other.spec.request(resource));
        let used = others.fold(0, u64::saturating_add);
        if asked > room.saturating_sub(used) {
            refusal.reasons.push(format!("Insufficient {resource}"));
            refusal.is_curable &= asked <= room;
        }
    }
    (!refusal.reasons.is_empty()).then_some(refusal)
}

/// The names of the resources that the containers ask for.
fn asked_for(spec: &PodSpec) -> Set<&str> {
    let containers = spec.init_containers.iter().chain(&spec.containers);
    let lists = containers
        .flat_map(|container| [&container.resources.requests, &container.resources.limits]);
    lists.flat_map(|list| list.keys().map(String::as_str)).collect()
}

/// VolumeRestrictions: a claim for one pod only, and another pod has it.
fn by_sharing(cluster: &ControlPlane, pod: &Pod) -> Option<Refusal> {
    let is_single = |claim: &&Rc<PersistentVolumeClaim>| {
        claim.spec.access_modes.contains(&PersistentVolumeAccessMode::ReadWriteOncePod)
    };
    let is_held = |claim: Rc<PersistentVolumeClaim>| {
        cluster.store.users_of(&claim).any(|other| {
            other.metadata.uid != pod.metadata.uid
                && (other.is_bound() || !other.status.nominated_node_name.is_empty())
                && !other.is_finished()
        })
    };
    let mut single = claims(cluster, pod).filter(is_single).cloned();
    single.any(is_held).then(|| {
        Refusal::curable(
            "node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode",
        )
    })
}

/// VolumeBinding (`FindPodVolumes`), VolumeZone.
fn by_volumes(cluster: &ControlPlane, pod: &Pod, node: &Rc<Node>) -> Option<Refusal> {
    let mut reasons: Set<&str> = Set::new();
    let mut taken: Set<&str> = Set::new();
    for claim in claims(cluster, pod) {
        if claim.is_bound() {
            let volume = cluster.store.volume_of(claim);
            let affinity = volume.and_then(|volume| volume.spec.node_affinity.as_ref());
            if volume.is_none() {
                reasons.insert(
                    "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)",
                );
            } else if affinity.is_some_and(|wanted| !wanted.required.matches(&node.metadata)) {
                reasons.insert("node(s) didn't match PersistentVolume's node affinity");
            }
            continue;
        }
        let free = volumes::available(cluster, claim, node);
        let found = free.into_iter().find(|volume| taken.insert(&volume.metadata.name));
        if found.is_none() && !volumes::can_be_made(cluster, claim, node) {
            reasons.insert("node(s) didn't find available persistent volumes to bind");
        }
    }
    if !reasons.is_empty() {
        let reasons = reasons.iter().map(|reason| (*reason).to_owned()).collect();
        return Some(Refusal { reasons, is_curable: false });
    }
    let zone = node.metadata.labels.get(ZONE_LABEL)?;
    let bound = claims(cluster, pod).filter_map(|claim| cluster.store.volume_of(claim));
    let mut zones = bound.filter_map(|volume| volume.metadata.labels.get(ZONE_LABEL));
    let is_elsewhere = zones.any(|zones| zones.split("__").all(|other| other != zone));
    is_elsewhere.then(|| Refusal::lasting("node(s) had no available volume zone"))
}
