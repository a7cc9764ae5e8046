//! Nodes that fall silent (S25).
//!
//! Follows `pkg/controller/nodelifecycle` of Kubernetes v1.36: heartbeats, conditions, taints, zones
//! in disruption. What the taints do to pods is in `evictions`. Kubernetes cannot tell a dead node
//! from one that is cut off, so after the eviction it waits for somebody who can.

mod evictions;

use super::*;
pub use evictions::{evict, sync_taints};

/// Looks at the heartbeats of all nodes (`monitorNodeHealth`), every few seconds.
pub fn monitor(step: &mut Step<'_>) {
    let cluster = step.cluster;
    let timings = step.timings();
    classify(step);
    for node in cluster.store.nodes.iter() {
        let lease = cluster.store.leases.named(LEASE_NAMESPACE, &node.metadata.name);
        let silence = lease.map_or(0, |lease| step.now().since(lease.renew_time));
        if silence > timings.node_grace_ms && *node.ready_status() != ConditionStatus::Unknown {
            lose(step, node, silence);
        } else if *node.ready_status() == ConditionStatus::True {
            // `markNodeAsReachable`.
            untaint(step, node, &TaintEffect::NoExecute);
        }
    }
    // The taints that evict are set by another worker of the controller, a moment later.
    step.enqueue_after(WorkItem::NodeEviction, timings.reaction_ms.saturating_mul(5));
    step.enqueue_after(WorkItem::NodeMonitor, timings.node_monitor_ms);
}

/// Says which nodes came and went since the last look (`classifyNodes`); those of the first have been
/// there for long.
fn classify(step: &mut Step<'_>) {
    let nodes = step.cluster.store.nodes.iter();
    let nodes = nodes.map(|node| (&node.metadata.name, node.metadata.uid));
    let known = step.cluster.controller_state.known_nodes.as_ref();
    if known.is_some_and(|it| it.iter().map(|(name, uid)| (name, *uid)).eq(nodes.clone())) {
        return;
    }
    let now: Vec<(String, Uid)> = nodes.map(|(name, uid)| (name.clone(), uid)).collect();
    if let Some(known) = known {
        for (some, others, is_new) in [(&now, &**known, true), (&**known, &now, false)] {
            for (name, uid) in some {
                if others.iter().all(|(other, _)| other != name) {
                    let node = ObjectRef::node(name);
                    let reason = match is_new {
                        true => Reason::NodeRegistered { node },
                        false => Reason::NodeRemoved { node },
                    };
                    step.record_event(Subject::node(name), Some(*uid), reason);
                }
            }
        }
    }
    step.update_controller_state(move |state| state.known_nodes = Some(Rc::new(now)));
}

/// The node is Unknown from now on, and its pods are not Ready.
fn lose(step: &mut Step<'_>, node: &Node, silence_ms: u64) {
    let now = step.now();
    let mut lost = node.clone();
    let message = "Kubelet stopped posting node status.";
    for kind in NODE_PRESSURES.into_iter().chain(["Ready"]) {
        let conditions = &mut lost.status.conditions;
        set_condition(
            conditions,
            kind,
            ConditionStatus::Unknown,
            "NodeStatusUnknown",
            message,
            now,
        );
    }
    let name = &node.metadata.name;
    let after = Duration::seconds(silence_ms / 1000);
    let reason = Reason::NodeNotReady { node: ObjectRef::node(name), after };
    step.record_event(Subject::node(name), Some(node.metadata.uid), reason);
    step.update(lost);
    mark_pods_not_ready(step, name);
}

/// `MarkPodsNotReady`: only the Ready condition changes; what runs there is unknown.
fn mark_pods_not_ready(step: &mut Step<'_>, node: &str) {
    let cluster = step.cluster;
    for pod in cluster.store.pods_bound_to(node).filter(|pod| pod.is_ready()) {
        let mut lost = Pod::clone(pod);
        set_condition(
            &mut lost.status.conditions,
            "Ready",
            ConditionStatus::False,
            "",
            "",
            step.now(),
        );
        let object = pod.metadata.reference(Kind::Pod);
        let reason = Reason::PodOnLostNode { pod: object, node: ObjectRef::node(node) };
        step.record_pod_event(pod, reason);
        step.update(lost);
    }
}

/// The taints of a node by its conditions and its cordon (`doNoScheduleTaintingPass`).
pub fn sync_node(step: &mut Step<'_>, name: &str) {
    let Some(node) = step.cluster.store.node(name) else { return };
    let mut marked = Node::clone(node);
    let is_silent = *node.ready_status() == ConditionStatus::Unknown;
    let is_not_ready = *node.ready_status() == ConditionStatus::False;
    for (key, is_so) in [
        (TAINT_UNREACHABLE, is_silent),
        (TAINT_NOT_READY, is_not_ready),
        (TAINT_UNSCHEDULABLE, node.spec.unschedulable),
    ] {
        match is_so {
            true => add_taint(&mut marked, key, TaintEffect::NoSchedule, None),
            false => {
                let is_old =
                    |taint: &Taint| taint.key == key && taint.effect == TaintEffect::NoSchedule;
                marked.spec.taints.retain(|taint| !is_old(taint));
            }
        }
    }
    step.update(marked);
}

/// How silent a zone is (`ComputeZoneState`).
#[derive(Clone, Copy, PartialEq, Eq)]
enum ZoneState {
    Normal,
    Partial,
    Full,
}

fn zone_state(cluster: &ControlPlane, zone: &str) -> ZoneState {
    let nodes = || cluster.store.nodes.iter().filter(|node| node.zone() == zone);
    let lost = nodes().filter(|node| *node.ready_status() != ConditionStatus::True).count();
    let total = nodes().count();
    match () {
        () if lost > 0 && lost == total => ZoneState::Full,
        // `--unhealthy-zone-threshold=0.55`
        () if lost > 2 && lost * 100 >= total * 55 => ZoneState::Partial,
        () => ZoneState::Normal,
    }
}

/// Adds the taint that evicts at the rate of each zone (`doNoExecuteTaintingPass`), unless too much is
/// silent (`handleDisruption`): in a small zone that is silent for the most part, and when all are.
pub fn taint_silent_nodes(step: &mut Step<'_>) {
    let cluster = step.cluster;
    let mut nodes = cluster.store.nodes.iter();
    if !cluster.controller_state.all_silent
        && nodes.all(|node| *node.ready_status() == ConditionStatus::True)
    {
        return;
    }
    let zones: Set<&str> = cluster.store.nodes.iter().map(|node| node.zone()).collect();
    let all_silent =
        !zones.is_empty() && zones.iter().all(|zone| zone_state(cluster, zone) == ZoneState::Full);
    if all_silent != cluster.controller_state.all_silent {
        step.update_controller_state(move |state| state.all_silent = all_silent);
        if all_silent {
            // All zones are disrupted: the taints are removed.
            for node in cluster.store.nodes.iter() {
                untaint(step, node, &TaintEffect::NoExecute);
            }
        }
    }
    for zone in zones {
        let is_held = all_silent || zone_state(cluster, zone) == ZoneState::Partial;
        let is_waiting = |node: &&Rc<Node>| {
            *node.ready_status() == ConditionStatus::Unknown
                && node.zone() == zone
                && node.taint(TAINT_UNREACHABLE, &TaintEffect::NoExecute).is_none()
        };
        for node in cluster.store.nodes.iter().filter(is_waiting) {
            let subject = Subject::node(&node.metadata.name);
            if is_held {
                step.set_wait(subject, Reason::EvictionsHeld {});
                continue;
            }
            let free =
                cluster.controller_state.next_eviction.get(zone).copied().unwrap_or_default();
            if free > step.now() {
                step.enqueue_at(WorkItem::NodeEviction, free);
                break;
            }
            step.clear_wait(subject);
            let mut tainted = Node::clone(node);
            add_taint(&mut tainted, TAINT_UNREACHABLE, TaintEffect::NoExecute, Some(step.now()));
            step.update(tainted);
            let (zone, next) =
                (zone.to_owned(), step.now().plus(step.timings().eviction_interval_ms));
            step.enqueue_at(WorkItem::NodeEviction, next);
            step.update_controller_state(move |state| {
                Rc::make_mut(&mut state.next_eviction).insert(zone, next);
            });
            break;
        }
    }
}

fn add_taint(node: &mut Node, key: &str, effect: TaintEffect, time_added: Option<Time>) {
    if node.taint(key, &effect).is_none() {
        node.spec.taints.push(Taint { key: key.into(), value: String::new(), effect, time_added });
    }
}

/// Takes the controller's own taint of this effect off a node.
fn untaint(step: &mut Step<'_>, node: &Node, effect: &TaintEffect) {
    step.clear_wait(Subject::node(&node.metadata.name));
    if node.taint(TAINT_UNREACHABLE, effect).is_some() {
        let mut mended = node.clone();
        let is_own = |taint: &Taint| taint.key == TAINT_UNREACHABLE && taint.effect == *effect;
        mended.spec.taints.retain(|taint| !is_own(taint));
        step.update(mended);
    }
}
