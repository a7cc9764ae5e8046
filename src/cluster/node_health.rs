//! Nodes that fall silent (S25).
//!
//! Follows `pkg/controller/nodelifecycle` (heartbeats, conditions, taints, zones in disruption) and
//! `pkg/controller/tainteviction` (tolerations run out, pods are deleted). Kubernetes cannot tell a
//! dead node from one that is cut off, so after the eviction it waits for somebody who can.

use super::*;

/// Looks at the heartbeats of all nodes (`monitorNodeHealth`), every few seconds.
pub fn monitor(step: &mut Step<'_>) {
    let cluster = step.cluster;
    let timings = step.timings();
    for node in cluster.store.nodes.iter() {
        let lease = cluster.store.leases.named(LEASE_NAMESPACE, &node.metadata.name);
        let silence = lease.map_or(0, |lease| step.now().since(lease.renew_time));
        if silence > timings.node_grace_ms && node.ready_status() != "Unknown" {
            lose(step, node, silence);
        }
    }
    taint_silent_nodes(step);
    step.wake(Wakeup::NodeMonitor, timings.node_monitor_ms);
}

/// The node is Unknown from now on, and its pods are not Ready.
fn lose(step: &mut Step<'_>, node: &Node, silence_ms: u64) {
    let now = step.now();
    let mut lost = node.clone();
    let message = "Kubelet stopped posting node status.";
    set_condition(
        &mut lost.status.conditions,
        "Ready",
        "Unknown",
        "NodeStatusUnknown",
        message,
        now,
    );
    add_taint(&mut lost, TAINT_UNREACHABLE, "NoSchedule", None);
    let name = &node.metadata.name;
    let reason =
        Reason::new(Code::NodeNotReady).with("node", name).with("seconds", silence_ms / 1000);
    step.say(Subject::node(name), Some(node.metadata.uid), reason);
    step.update(lost);
    mark_pods_not_ready(step, name);
    // The second taint is set by another worker of the controller, a moment later.
    step.wake(Wakeup::NodeMonitor, step.timings().reaction_ms);
}

/// `MarkPodsNotReady`: only the Ready condition changes; what runs there is unknown.
fn mark_pods_not_ready(step: &mut Step<'_>, node: &str) {
    let cluster = step.cluster;
    for pod in cluster.store.pods.iter().filter(|pod| pod.spec.node_name == node && pod.is_ready())
    {
        let mut lost = Pod::clone(pod);
        set_condition(&mut lost.status.conditions, "Ready", "False", "", "", step.now());
        step.say_pod(
            pod,
            Reason::new(Code::PodOnLostNode).with("pod", &pod.metadata.name).with("node", node),
        );
        step.update(lost);
    }
}

/// Adds `NoExecute` taints at the rate of the zone (`doNoExecuteTaintingPass`), unless too much is silent.
fn taint_silent_nodes(step: &mut Step<'_>) {
    let cluster = step.cluster;
    let zones: Set<&str> = cluster.store.nodes.iter().map(|node| node.zone()).collect();
    let in_zone = |zone: &str| {
        cluster.store.nodes.iter().filter(move |node| node.zone() == zone).collect::<Vec<_>>()
    };
    let all_lost =
        zones.iter().all(|zone| in_zone(zone).iter().all(|node| node.ready_status() != "True"));
    let interval = step.timings().eviction_interval_ms;
    for zone in zones {
        let nodes = in_zone(zone);
        let lost = nodes.iter().filter(|node| node.ready_status() != "True").count();
        // `ComputeZoneState`: a zone in partial disruption evicts nobody as long as it is small.
        let is_partial = lost > 2 && lost < nodes.len() && lost * 100 >= nodes.len() * 55;
        let waiting = nodes.iter().filter(|node| {
            node.ready_status() == "Unknown" && node.taint(TAINT_UNREACHABLE, "NoExecute").is_none()
        });
        for node in waiting {
            let subject = Subject::node(&node.metadata.name);
            if all_lost || is_partial {
                step.wait(subject, Reason::new(Code::EvictionsHeld));
                continue;
            }
            let free = cluster.memory.next_eviction.get(zone).copied().unwrap_or_default();
            if free > step.now() {
                break;
            }
            step.go_on(subject);
            let mut tainted = Node::clone(node);
            add_taint(&mut tainted, TAINT_UNREACHABLE, "NoSchedule", None);
            add_taint(&mut tainted, TAINT_UNREACHABLE, "NoExecute", Some(step.now()));
            step.update(tainted);
            let (zone, next) = (zone.to_owned(), step.now().plus(interval));
            step.remember(|memory| {
                Rc::make_mut(&mut memory.next_eviction).insert(zone, next);
            });
            break;
        }
    }
}

fn add_taint(node: &mut Node, key: &str, effect: &str, time_added: Option<Time>) {
    if node.taint(key, effect).is_none() {
        node.spec.taints.push(Taint {
            key: key.into(),
            value: String::new(),
            effect: effect.into(),
            time_added,
        });
    }
}

/// Looks at the taints of one node: those that no longer hold go, and its pods' deadlines follow the rest.
pub fn sync_taints(step: &mut Step<'_>, name: &str) {
    let Some(node) = step.cluster.store.node(name).cloned() else { return };
    let mut mended = Node::clone(&node);
    if node.ready_status() == "True" {
        mended
            .spec
            .taints
            .retain(|taint| taint.key != TAINT_UNREACHABLE && taint.key != TAINT_NOT_READY);
        step.go_on(Subject::node(name));
    }
    mended.spec.taints.retain(|taint| taint.key != TAINT_UNSCHEDULABLE || node.spec.unschedulable);
    if node.spec.unschedulable {
        add_taint(&mut mended, TAINT_UNSCHEDULABLE, "NoSchedule", None);
    }
    let is_out = mended.spec.taints.iter().any(|taint| taint.key == TAINT_OUT_OF_SERVICE);
    step.update(mended.clone());
    plan_evictions(step, &mended);
    if is_out {
        step.wake(Wakeup::PodGarbage, step.timings().reaction_ms);
    }
}

/// `processPodOnNode`: each pod that does not bear the node's taints for ever gets a deadline.
fn plan_evictions(step: &mut Step<'_>, node: &Node) {
    let cluster = step.cluster;
    let now = step.now();
    for pod in cluster.store.pods.iter().filter(|pod| pod.spec.node_name == node.metadata.name) {
        let (uid, key) = (pod.metadata.uid, pod.metadata.key());
        let planned = cluster.memory.evictions.get(&uid).copied();
        let deadline = if pod.metadata.is_terminating() { None } else { eviction_time(pod, node) };
        match (planned, deadline) {
            (None, Some(time)) => {
                step.remember(|memory| {
                    Rc::make_mut(&mut memory.evictions).insert(uid, time);
                });
                let reason = Reason::new(Code::EvictionPlanned).with("pod", &pod.metadata.name);
                let reason = reason
                    .with("seconds", time.since(now).div_ceil(1000))
                    .with("node", &node.metadata.name);
                step.wait(Subject::pod(&key), reason);
                step.wake_at(Wakeup::Evict(uid, key), time);
            }
            (Some(_), None) => {
                step.remember(|memory| {
                    Rc::make_mut(&mut memory.evictions).remove(&uid);
                });
                if !pod.metadata.is_terminating() {
                    step.go_on(Subject::pod(&key));
                    let reason =
                        Reason::new(Code::EvictionCancelled).with("pod", &pod.metadata.name);
                    step.say_pod(pod, reason.with("node", &node.metadata.name));
                }
            }
            (Some(old), Some(time)) if time < old => step.wake_at(Wakeup::Evict(uid, key), time),
            _ => {}
        }
    }
}

/// When the pod's patience with the node's `NoExecute` taints ends; none if it bears them for ever.
fn eviction_time(pod: &Pod, node: &Node) -> Option<Time> {
    let taints = node.spec.taints.iter().filter(|taint| taint.effect == "NoExecute");
    let deadline = |taint: &Taint| {
        let since = taint.time_added.unwrap_or_default();
        let bearing: Vec<_> =
            pod.spec.tolerations.iter().filter(|toleration| toleration.tolerates(taint)).collect();
        if bearing.is_empty() {
            return Some(since);
        }
        bearing
            .iter()
            .filter_map(|toleration| toleration.toleration_seconds)
            .min()
            .map(|s| since.plus(s * 1000))
    };
    taints.filter_map(deadline).min()
}

/// The pod's patience has ended: it is marked for deletion (`deletePodHandler`).
pub fn evict(step: &mut Step<'_>, uid: Uid, key: &Key) {
    let Some(pod) = step.cluster.store.pods.get(key).filter(|pod| pod.metadata.uid == uid).cloned()
    else {
        return;
    };
    let Some(node) = step.cluster.store.node(&pod.spec.node_name).cloned() else { return };
    let due = eviction_time(&pod, &node).is_some_and(|time| time <= step.now());
    if !due || pod.metadata.is_terminating() {
        return;
    }
    let message = "Taint manager: deleting due to NoExecute taint";
    let mut marked = Pod::clone(&pod);
    let conditions = &mut marked.status.conditions;
    set_condition(
        conditions,
        "DisruptionTarget",
        "True",
        "DeletionByTaintManager",
        message,
        step.now(),
    );
    let since = node.taint(TAINT_UNREACHABLE, "NoExecute").and_then(|taint| taint.time_added);
    let seconds = step.now().since(since.unwrap_or(step.now())) / 1000;
    let reason = Reason::new(Code::TaintEviction).with("pod", &pod.metadata.name);
    step.say_pod(&pod, reason.with("node", &node.metadata.name).with("seconds", seconds));
    step.update(marked);
    step.delete(Kind::Pod, &pod.metadata, Grace::Default);
    step.remember(|memory| {
        Rc::make_mut(&mut memory.evictions).remove(&uid);
    });
    let stays = pod.spec.termination_grace_period_seconds > 0;
    if stays && !step.cluster.world.is_heard(&node.metadata.name) {
        let reason = Reason::new(Code::WaitForNode).with("pod", &pod.metadata.name);
        step.wait(Subject::pod(key), reason.with("node", &node.metadata.name));
    }
}
