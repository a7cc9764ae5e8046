//! Pods that give way to one with a higher priority.
//!
//! Follows `pkg/scheduler/framework/preemption` and `plugins/defaultpreemption` of Kubernetes v1.36. Left out: victims
//! whose volumes are still being bound; a random selection of nodes in clusters with more than 100.

use super::*;
use std::cmp::Reverse;

const LABEL: &str = "DisruptionTarget";
const BY_SCHEDULER: &str = "PreemptionByScheduler";

/// The cluster as the filters see it for a pod, if that is not as it is: nominated pods keep no room from the pod itself
/// and from pods with higher priorities (`addGENominatedPods`).
pub(super) fn view_for(cluster: &ControlPlane, pod: &Pod) -> Option<ControlPlane> {
    let own = pod.spec.priority();
    let gives_way = |other: &&Rc<Pod>| {
        let is_nominated = !other.status.nominated_node_name.is_empty();
        let is_self = other.metadata.uid == pod.metadata.uid;
        is_nominated
            && !cluster.is_assumed(&other.metadata)
            && (is_self || other.spec.priority() < own)
    };
    let mut view: Option<ControlPlane> = None;
    for other in cluster.store.by::<Pod>(&Index::Unbound).filter(gives_way) {
        let view = view.get_or_insert_with(|| cluster.clone());
        view.store.remove(&other.metadata.reference(Kind::Pod));
    }
    view
}

/// A node, and the pods there that would have to go.
struct Candidate<'a> {
    node: &'a str,
    /// The most important first.
    victims: Vec<Rc<Pod>>,
    /// How many of them a disruption budget would keep.
    violations: usize,
}

/// Makes room for a pod that fits on no node, if pods with lower priorities can go, and says why it has no node yet
/// (`PostFilter`, `Evaluator.Preempt`).
pub(super) fn post_filter(step: &mut Step<'_>, pod: &Rc<Pod>, mut unfit: Unfit<'_>) {
    const INTRO: &str = " no new claims to deallocate, preemption:";
    let cluster = step.cluster;
    if let Some(victim) = leaving_victim(cluster, pod, &unfit) {
        let (object, victim) =
            (pod.metadata.reference(Kind::Pod), victim.metadata.reference(Kind::Pod));
        let node = ObjectRef::node(&pod.status.nominated_node_name);
        let reason = Reason::WaitForVictim { pod: object, victim, node };
        return step.set_wait(Subject::pod(&pod.metadata.key()), reason);
    }
    if pod.spec.never_preempts() {
        unfit.tail = format!("{INTRO} not eligible due to preemptionPolicy=Never.");
        return refuse(step, pod, unfit);
    }
    let view = view_for(cluster, pod);
    let view = view.as_ref().unwrap_or(cluster);
    let mut candidates = Vec::new();
    let mut reasons: Vec<String> = Vec::new();
    for (node, refusal) in &unfit.refusals {
        if !refusal.is_curable {
            reasons.push("Preemption is not helpful for scheduling".into());
            continue;
        }
        match select_victims(view, pod, node) {
            Ok(candidate) => candidates.push(candidate),
            Err(words) => reasons.extend(words),
        }
    }
    match candidates.iter().min_by_key(|candidate| cost(candidate, step.now())) {
        Some(best) => {
            preempt(step, pod, best);
            unfit.nominated = best.node.to_owned();
        }
        None => {
            let words = counted(&mut reasons.iter().map(String::as_str));
            let total = cluster.store.nodes.len();
            unfit.tail = format!("{INTRO} 0/{total} nodes are available: {words}.");
        }
    }
    refuse(step, pod, unfit);
}

/// A pod that already makes room on the node for which this pod is nominated (`PodEligibleToPreemptOthers`).
fn leaving_victim<'a>(
    cluster: &'a ControlPlane,
    pod: &Pod,
    unfit: &Unfit<'_>,
) -> Option<&'a Rc<Pod>> {
    let node = &pod.status.nominated_node_name;
    let is_lost =
        unfit.refusals.iter().any(|(it, why)| it.metadata.name == *node && !why.is_curable);
    let own = pod.spec.priority();
    let is_leaving = |other: &&Rc<Pod>| {
        let marked = condition(&other.status.conditions, LABEL);
        other.spec.priority() < own
            && other.metadata.is_terminating()
            && marked.is_some_and(|it| it.reason == BY_SCHEDULER)
    };
    cluster.store.pods_bound_to(node).find(|other| !is_lost && is_leaving(other))
}

/// The fewest pods without which the pod fits on a node, or why it never does (`SelectVictimsOnNode`).
fn select_victims<'a>(
    cluster: &ControlPlane,
    pod: &Pod,
    node: &'a Rc<Node>,
) -> Result<Candidate<'a>, Vec<String>> {
    let own = pod.spec.priority();
    let is_lower = |other: &&Rc<Pod>| !other.is_finished() && other.spec.priority() < own;
    let on_node = cluster.store.pods_bound_to(&node.metadata.name);
    let mut lower: Vec<Rc<Pod>> = on_node.filter(is_lower).cloned().collect();
    if lower.is_empty() {
        return Err(vec!["No preemption victims found for incoming pod".into()]);
    }
    let refusal = |cluster: &ControlPlane| {
        let state = neighbours::PreFilter::new(cluster, pod);
        filters::refusal(cluster, &state, pod, node)
    };
    let mut without = cluster.clone();
    for other in &lower {
        without.store.remove(&other.metadata.reference(Kind::Pod));
    }
    if let Some(refusal) = refusal(&without) {
        return Err(refusal.reasons);
    }
    by_importance(&mut lower, cluster.now);
    let (kept, free) = by_budget(cluster, lower);
    let mut candidate = Candidate { node: &node.metadata.name, victims: Vec::new(), violations: 0 };
    let free = free.into_iter().map(|other| (other, 0));
    for (other, violation) in kept.into_iter().map(|other| (other, 1)).chain(free) {
        without.store.put(Object::Pod(other.clone()));
        if refusal(&without).is_some() {
            without.store.remove(&other.metadata.reference(Kind::Pod));
            candidate.violations += violation;
            candidate.victims.push(other);
        }
    }
    by_importance(&mut candidate.victims, cluster.now);
    Ok(candidate)
}

/// The most important pods first: those with the highest priorities, and of these those that started first
/// (`MoreImportantPod`).
fn by_importance(pods: &mut [Rc<Pod>], now: Time) {
    map::sort_by_key(pods, |pod| {
        (Reverse(pod.spec.priority()), pod.status.start_time.unwrap_or(now))
    });
}

/// The pods that a disruption budget would keep, and the others (`filterPodsWithPDBViolation`).
fn by_budget(cluster: &ControlPlane, pods: Vec<Rc<Pod>>) -> (Vec<Rc<Pod>>, Vec<Rc<Pod>>) {
    let mut taken: Map<Uid, i32> = Map::new();
    pods.into_iter().partition(|pod| {
        let mut violates = false;
        for budget in disruption::budgets_of(cluster, pod) {
            let (status, selector) = (&budget.status, budget.spec.selector.as_ref());
            if selector.is_some_and(LabelSelector::is_empty)
                || status.disrupted_pods.contains_key(&pod.metadata.name)
            {
                continue;
            }
            let taken = taken.or_default(budget.metadata.uid);
            *taken += 1;
            violates |= *taken > status.disruptions_allowed;
        }
        violates
    })
}

/// What speaks against a candidate; the least is best (`pickOneNodeForPreemption`).
fn cost(candidate: &Candidate<'_>, now: Time) -> (usize, i32, i64, usize, Reverse<Time>) {
    let victims = &candidate.victims;
    let highest = victims.first().map_or(i32::MIN, |pod| pod.spec.priority());
    // Each priority counts as at least 0, so that fewer victims are better than many with negative ones.
    let above_least = |pod: &Rc<Pod>| i64::from(pod.spec.priority()) - i64::from(i32::MIN);
    let sum = victims.iter().map(above_least).fold(0, i64::saturating_add);
    let earliest = victims.first().map_or(now, |pod| pod.status.start_time.unwrap_or(now));
    (candidate.violations, highest, sum, victims.len(), Reverse(earliest))
}

/// Deletes the victims, and takes the node away from pods with lower priorities that were nominated for it
/// (`prepareCandidate`).
fn preempt(step: &mut Step<'_>, pod: &Pod, candidate: &Candidate<'_>) {
    let own = pod.spec.priority();
    for victim in candidate.victims.iter().filter(|victim| !victim.metadata.is_terminating()) {
        let mut marked = Pod::clone(victim);
        set_condition(
            &mut marked.status.conditions,
            LABEL,
            ConditionStatus::True,
            BY_SCHEDULER,
            "default-scheduler: preempting to accommodate a higher priority pod",
            step.now(),
        );
        let reason = Reason::Preempted {
            pod: victim.metadata.reference(Kind::Pod),
            node: ObjectRef::node(candidate.node),
            by: pod.metadata.reference(Kind::Pod),
            by_uid: pod.metadata.uid.to_string(),
        };
        step.record_pod_event(victim, reason);
        step.update(marked);
        step.delete(Kind::Pod, &victim.metadata, Grace::Default);
    }
    let cluster = step.cluster;
    for other in cluster.store.by::<Pod>(&Index::Node(candidate.node.into())) {
        if !other.is_bound() && !cluster.is_assumed(&other.metadata) && other.spec.priority() < own
        {
            let mut free = Pod::clone(other);
            free.status.nominated_node_name.clear();
            step.update(free);
        }
    }
}
