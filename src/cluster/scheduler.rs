//! The scheduler: a node for each pod.
//!
//! Follows `pkg/scheduler` of Kubernetes v1.36 for what it looks at here: cordons, taints, node
//! selectors, claims and where their volumes can be reached. Its words for a refusal are upstream's.
//! Left out for now: resources, affinity, topology spread, preemption.

use super::*;

/// Looks for a node for a pod (`scheduleOne`).
pub fn schedule(step: &mut Step<'_>, key: &Key) {
    let cluster = step.cluster;
    let Some(pod) = cluster.store.pods.get(key) else { return };
    if pod.is_bound() || pod.metadata.is_terminating() {
        return;
    }
    match choose(step, pod) {
        Err(message) => refuse(step, pod, message),
        Ok(node) => match select_for_claims(step, pod, &node) {
            true => bind(step, pod, &node),
            false => {
                let mut nominated = Pod::clone(pod);
                nominated.status.nominated_node_name.clone_from(&node);
                step.update(nominated);
                let reason = Reason::new(Code::WaitForVolume)
                    .with("pod", &pod.metadata.name)
                    .with("node", &node);
                step.wait(Subject::pod(key), reason);
            }
        },
    }
}

/// The best of the nodes that fit, or why none does.
fn choose(step: &mut Step<'_>, pod: &Pod) -> Result<String, String> {
    claims_can_be_bound(step, pod)?;
    if let Some(node) = nominated_node(step, pod) {
        return Ok(node);
    }
    let cluster = step.cluster;
    let mut refusals: Map<&str, u32> = Map::new();
    let mut fitting = Vec::new();
    for node in cluster.store.nodes.iter() {
        match refusal(cluster, pod, node) {
            Some(reason) => *refusals.or_default(reason) += 1,
            None => fitting.push(node),
        }
    }
    let load = |node: &Node| {
        let on_node =
            cluster.store.pods.iter().filter(|other| other.spec.node_name == node.metadata.name);
        let same_set = on_node.clone().filter(|other| is_sibling(other, pod)).count();
        (same_set, on_node.count())
    };
    let least = fitting.iter().map(|node| load(node)).min();
    let best: Vec<_> = fitting.into_iter().filter(|node| Some(load(node)) == least).collect();
    let index = usize::try_from(step.random(Stream::Scheduling, best.len() as u64)).unwrap_or(0);
    best.get(index).map(|node| node.metadata.name.clone()).ok_or_else(|| {
        let total = cluster.store.nodes.len();
        let mut parts: Vec<_> =
            refusals.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
        map::sort(&mut parts, |one, other| one < other);
        format!("0/{total} nodes are available: {}.", parts.join(", "))
    })
}

fn is_sibling(other: &Pod, pod: &Pod) -> bool {
    let owner = pod.metadata.controller().map(|owner| owner.uid);
    owner.is_some() && other.metadata.controller().map(|owner| owner.uid) == owner
}

/// Why a node does not fit, in the words of the plugins NodeUnschedulable, TaintToleration, NodeAffinity, VolumeBinding.
fn refusal(cluster: &Cluster, pod: &Pod, node: &Node) -> Option<&'static str> {
    if node.spec.unschedulable {
        return Some("node(s) were unschedulable");
    }
    let is_borne =
        |taint: &Taint| pod.spec.tolerations.iter().any(|toleration| toleration.tolerates(taint));
    let keeps_away = |taint: &&Taint| taint.effect == "NoSchedule" || taint.effect == "NoExecute";
    if node.spec.taints.iter().filter(keeps_away).any(|taint| !is_borne(taint)) {
        return Some("node(s) had untolerated taint(s)");
    }
    if !includes(&node.metadata.labels, &pod.spec.node_selector) {
        return Some("node(s) didn't match Pod's node affinity/selector");
    }
    for claim in claims(cluster, pod) {
        if let Some(volume) = cluster.store.volume_of(claim) {
            if volume
                .spec
                .node_affinity
                .as_ref()
                .is_some_and(|affinity| !affinity.admits(&node.metadata.labels))
            {
                return Some("node(s) didn't match PersistentVolume's node affinity");
            }
        } else if !volumes::can_bind_on(cluster, claim, node) {
            return Some("node(s) didn't find available persistent volumes to bind");
        }
    }
    None
}

fn claims<'a>(
    cluster: &'a Cluster,
    pod: &'a Pod,
) -> impl Iterator<Item = &'a Rc<PersistentVolumeClaim>> {
    pod.claims().filter_map(|claim| cluster.store.claims.named(&pod.metadata.namespace, claim))
}

/// Refuses a pod whose claims no node could help (VolumeBinding's PreFilter).
fn claims_can_be_bound(step: &Step<'_>, pod: &Pod) -> Result<(), String> {
    let store = &step.cluster.store;
    for name in pod.claims() {
        match store.claims.named(&pod.metadata.namespace, name) {
            None => return Err(format!("persistentvolumeclaim \"{name}\" not found")),
            Some(claim) if claim.metadata.is_terminating() => {
                return Err(format!("persistentvolumeclaim \"{name}\" is being deleted"));
            }
            Some(claim)
                if !claim.is_bound() && !volumes::waits_for_consumer(step.cluster, claim) =>
            {
                return Err("pod has unbound immediate PersistentVolumeClaims".into());
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// The node that was chosen for the pod before its volumes were made, if it still fits.
fn nominated_node(step: &Step<'_>, pod: &Pod) -> Option<String> {
    let node = step.cluster.store.node(&pod.status.nominated_node_name)?;
    refusal(step.cluster, pod, node).is_none().then(|| node.metadata.name.clone())
}

/// Tells the volume binder which node was chosen; says whether all claims are bound.
fn select_for_claims(step: &mut Step<'_>, pod: &Pod, node: &str) -> bool {
    let cluster = step.cluster;
    let mut all_bound = true;
    for claim in claims(cluster, pod).filter(|claim| !claim.is_bound()) {
        all_bound = false;
        let mut chosen = PersistentVolumeClaim::clone(claim);
        chosen.metadata.annotations.insert(volumes::SELECTED_NODE.into(), node.into());
        step.update(chosen);
    }
    all_bound
}

fn bind(step: &mut Step<'_>, pod: &Rc<Pod>, node: &str) {
    let mut bound = Pod::clone(pod);
    bound.spec.node_name = node.into();
    bound.status.nominated_node_name.clear();
    set_condition(&mut bound.status.conditions, "PodScheduled", "True", "", "", step.now());
    if let Some(zone) =
        step.cluster.store.node(node).and_then(|node| node.metadata.labels.get(ZONE_LABEL))
    {
        bound.metadata.labels.insert(ZONE_LABEL.into(), zone.clone());
    }
    step.go_on(Subject::pod(&pod.metadata.key()));
    step.say_pod(
        pod,
        Reason::new(Code::Scheduled).with("pod", &pod.metadata.name).with("node", node),
    );
    step.update(bound);
}

fn refuse(step: &mut Step<'_>, pod: &Rc<Pod>, message: String) {
    let mut refused = Pod::clone(pod);
    let total = step.cluster.store.nodes.len();
    let in_full = match message.starts_with("0/") {
        true => format!(
            "{message} no new claims to deallocate, preemption: 0/{total} nodes are available: \
             {total} Preemption is not helpful for scheduling."
        ),
        false => format!("{message}. not found"),
    };
    set_condition(
        &mut refused.status.conditions,
        "PodScheduled",
        "False",
        "Unschedulable",
        &in_full,
        step.now(),
    );
    step.update(refused);
    let reason = Reason::new(Code::FailedScheduling)
        .with("pod", &pod.metadata.name)
        .with("message", message);
    step.wait(Subject::pod(&pod.metadata.key()), reason);
}
