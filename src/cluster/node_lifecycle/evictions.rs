//! What a node's `NoExecute` taints do to its pods (S25).
//!
//! Follows `pkg/controller/tainteviction/taint_eviction.go` of Kubernetes v1.36: a pod that tolerates
//! the taints for a limited time gets a deadline when the controller first sees it on the node; a pod that does
//! not tolerate them is deleted at once, even if it is already terminating.

use super::*;

/// Looks at the taints of one node, and at its pods (`handleNodeUpdate`, `handlePodUpdate`).
pub fn sync_taints(step: &mut Step<'_>, name: &str) {
    let cluster = step.cluster;
    let Some(node) = cluster.store.node(name) else {
        // The deadlines of its pods stay.
        if cluster.controller_state.tainted.contains_key(name) {
            let name = name.to_owned();
            step.update_controller_state(move |state| {
                drop(Rc::make_mut(&mut state.tainted).remove(&name))
            });
        }
        return;
    };
    let taints = node.spec.taints.iter().filter(|taint| taint.effect == TaintEffect::NoExecute);
    let taints: Vec<Taint> = taints.cloned().collect();
    let seen = cluster.controller_state.tainted.get(name);
    let is_changed = seen.map_or(&[] as &[Taint], Vec::as_slice) != taints;
    if is_changed {
        let (name, taints) = (name.to_owned(), taints.clone());
        step.update_controller_state(move |state| {
            let tainted = Rc::make_mut(&mut state.tainted);
            match taints.is_empty() {
                true => tainted.remove(&name),
                false => tainted.insert(name, taints),
            };
        });
    }
    for pod in cluster.store.pods_bound_to(name) {
        let is_known = cluster.controller_state.evictions.contains_key(&pod.metadata.uid);
        if is_changed || !is_known {
            plan(step, pod, &taints);
        }
    }
    if taints.iter().any(|taint| taint.key == TAINT_OUT_OF_SERVICE) {
        step.enqueue_after(WorkItem::PodGarbage, step.timings().reaction_ms);
    }
    explain_endings(step, name);
}

/// Reports that terminating pods wait for an unreachable node.
fn explain_endings(step: &mut Step<'_>, name: &str) {
    let cluster = step.cluster;
    let is_silent = cluster
        .store
        .node(name)
        .is_some_and(|node| *node.ready_status() == ConditionStatus::Unknown);
    for pod in cluster.store.pods_bound_to(name).filter(|pod| pod.metadata.is_terminating()) {
        let subject = Subject::pod(&pod.metadata.key());
        let wait = cluster.waits.get(&subject);
        if is_silent {
            let (pod, node) = (pod.metadata.reference(Kind::Pod), ObjectRef::node(name));
            step.set_wait(subject, Reason::WaitForNode { pod, node });
        } else if wait.is_some_and(|wait| wait.reason.code() == Code::WaitForNode) {
            step.clear_wait(subject);
        }
    }
}

/// Gives a pod its deadline, or takes it back (`processPodOnNode`).
fn plan(step: &mut Step<'_>, pod: &Rc<Pod>, taints: &[Taint]) {
    let (uid, key) = (pod.metadata.uid, pod.metadata.key());
    let now = step.now();
    let planned = step.cluster.controller_state.evictions.get(&uid).copied();
    match patience(pod, taints) {
        Patience::Endless => cancel(step, pod),
        Patience::None => {
            cancel(step, pod);
            remember(step, uid, Some(Some(now)));
            step.enqueue_after(WorkItem::Evict(uid, key), 0);
        }
        Patience::Seconds(seconds) if planned.is_none() => {
            let due = now.plus_seconds(seconds);
            remember(step, uid, Some(Some(due)));
            step.enqueue_at(WorkItem::Evict(uid, key.clone()), due);
            if !pod.metadata.is_terminating() {
                let reason = Reason::EvictionPlanned {
                    pod: ObjectRef::pod(&key),
                    after: Duration::seconds(seconds),
                    node: ObjectRef::node(&pod.spec.node_name),
                };
                step.set_wait(Subject::pod(&key), reason);
            }
        }
        Patience::Seconds(_) => {}
    }
}

/// How long a pod tolerates taints.
enum Patience {
    Endless,
    Seconds(u64),
    None,
}

/// `GetMatchingTolerations`, `getMinTolerationTime`.
fn patience(pod: &Pod, taints: &[Taint]) -> Patience {
    let mut least: Option<u64> = None;
    for taint in taints {
        let tolerations = pod.spec.tolerations.iter();
        let mut bearing = tolerations.filter(|toleration| toleration.tolerates(taint)).peekable();
        if bearing.peek().is_none() {
            return Patience::None;
        }
        let seconds = bearing.filter_map(|toleration| toleration.toleration_seconds);
        least = seconds.chain(least).min();
    }
    least.map_or(Patience::Endless, Patience::Seconds)
}

/// Takes a deadline back, and says so if it was still to come (`cancelWorkWithEvent`).
fn cancel(step: &mut Step<'_>, pod: &Pod) {
    let uid = pod.metadata.uid;
    let Some(planned) = step.cluster.controller_state.evictions.get(&uid) else { return };
    if planned.is_some() {
        let subject = Subject::pod(&pod.metadata.key());
        let wait = step.cluster.waits.get(&subject);
        if wait.is_some_and(|wait| wait.reason.code() == Code::EvictionPlanned) {
            step.clear_wait(subject);
        }
        let node = Some(ObjectRef::node(&pod.spec.node_name));
        let object = pod.metadata.reference(Kind::Pod);
        step.record_pod_event(pod, Reason::EvictionCancelled { pod: object, node });
    }
    remember(step, uid, None);
}

fn remember(step: &mut Step<'_>, uid: Uid, deadline: Option<Option<Time>>) {
    step.update_controller_state(move |state| {
        let evictions = Rc::make_mut(&mut state.evictions);
        match deadline {
            Some(deadline) => evictions.insert(uid, deadline),
            None => evictions.remove(&uid),
        };
    });
}

/// The pod's patience has ended: it is marked for deletion (`addConditionAndDeletePod`). If it is gone
/// its deadline is forgotten.
pub fn evict(step: &mut Step<'_>, uid: Uid, key: &Key) {
    let cluster = step.cluster;
    let planned = cluster.controller_state.evictions.get(&uid).copied().flatten();
    let Some(pod) = cluster.store.pods.get(key).filter(|pod| pod.metadata.uid == uid) else {
        if planned.is_some() {
            let reason = Reason::EvictionCancelled { pod: ObjectRef::pod(key), node: None };
            step.record_event(Subject::pod(key), Some(uid), reason);
        }
        if cluster.controller_state.evictions.contains_key(&uid) {
            remember(step, uid, None);
        }
        return;
    };
    let Some(due) = planned else { return };
    if due > step.now() {
        return step.enqueue_at(WorkItem::Evict(uid, key.clone()), due);
    }
    let node = &pod.spec.node_name;
    let taints = cluster.controller_state.tainted.get(node).map_or(&[] as &[Taint], Vec::as_slice);
    let is_unborne = matches!(patience(pod, taints), Patience::None);
    let is_silent = taints.iter().any(|taint| taint.key == TAINT_UNREACHABLE);
    let node = ObjectRef::node(node);
    let why = match is_unborne {
        true => Detail::NotTolerated { node: node.clone() },
        false if is_silent => Detail::TolerationExpired { node: node.clone() },
        false => Detail::TolerationOver { node: node.clone() },
    };
    step.record_pod_event(pod, Reason::TaintEviction { pod: ObjectRef::pod(key), node, why });
    let mut marked = Pod::clone(pod);
    set_condition(
        &mut marked.status.conditions,
        "DisruptionTarget",
        ConditionStatus::True,
        "DeletionByTaintManager",
        "Taint manager: deleting due to NoExecute taint",
        step.now(),
    );
    step.update(marked);
    step.delete(Kind::Pod, &pod.metadata, Grace::Default);
    remember(step, uid, Some(None));
}
