//! Disruption budgets: how many pods may be evicted, and the Eviction API that keeps to it.
//!
//! Follows `pkg/controller/disruption/disruption.go` (the status of a budget) and
//! `pkg/registry/core/pod/storage/eviction.go` (the answer to an eviction) of Kubernetes v1.36.

use super::*;

/// How long a granted eviction counts as a disruption before it is seen (`DeletionTimeout`).
const DELETION_TIMEOUT_MS: u64 = 120_000;
const ALLOWED: &str = "DisruptionAllowed";

/// The budgets that a pod counts for.
pub(super) fn budgets_of<'a>(
    cluster: &'a ControlPlane,
    pod: &'a Pod,
) -> impl Iterator<Item = &'a Rc<PodDisruptionBudget>> {
    let counts = |budget: &&Rc<PodDisruptionBudget>| selects(budget, pod);
    cluster.store.budgets.in_namespace(&pod.metadata.namespace).filter(counts)
}

fn selects(budget: &PodDisruptionBudget, pod: &Pod) -> bool {
    let selector = budget.spec.selector.as_ref();
    selector.is_some_and(|selector| selector.matches(&pod.metadata.labels))
}

/// Brings the status of a budget up to date (`trySync`).
pub fn sync(step: &mut Step<'_>, key: &Key) {
    let Some(budget) = step.cluster.store.budgets.get(key) else { return };
    let now = step.now();
    let pods = step.cluster.store.pods.in_namespace(key.namespace());
    let pods: Vec<&Rc<Pod>> = pods.filter(|pod| selects(budget, pod)).collect();
    let mut updated = PodDisruptionBudget::clone(budget);
    let status = &mut updated.status;
    status.observed_generation = budget.metadata.generation;
    status.disrupted_pods.retain(|name, since| {
        let pod = pods.iter().find(|pod| pod.metadata.name == *name);
        pod.is_some_and(|pod| !pod.metadata.is_terminating())
            && now.since(*since) <= DELETION_TIMEOUT_MS
    });
    if let Some(first) = status.disrupted_pods.values().min() {
        let due = first.plus(DELETION_TIMEOUT_MS + 1);
        step.enqueue_at(WorkItem::Budget(key.clone()), due);
    }
    let is_healthy = |pod: &&&Rc<Pod>| {
        !pod.metadata.is_terminating()
            && !status.disrupted_pods.contains_key(&pod.metadata.name)
            && pod.is_ready()
    };
    status.current_healthy = count(pods.iter().filter(is_healthy).count());
    let (reason, message) = match expectation(step.cluster, &budget.spec, &pods) {
        Ok((expected, desired)) => {
            status.expected_pods = expected;
            status.desired_healthy = desired;
            let spare =
                if expected > 0 { status.current_healthy.saturating_sub(desired) } else { 0 };
            status.disruptions_allowed = spare.max(0);
            (if spare > 0 { "SufficientPods" } else { "InsufficientPods" }, String::new())
        }
        // `failSafe`
        Err(message) => {
            status.disruptions_allowed = 0;
            ("SyncFailed", message)
        }
    };
    let word = ConditionStatus::from(status.disruptions_allowed > 0);
    set_condition(&mut status.conditions, ALLOWED, word, reason, &message, now);
    step.update(updated);
}

fn count(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// How many pods there should be, and how many of them have to be healthy (`getExpectedPodCount`).
fn expectation(
    cluster: &ControlPlane,
    spec: &PodDisruptionBudgetSpec,
    pods: &[&Rc<Pod>],
) -> Result<(i32, i32), String> {
    if let Some(limit) = &spec.max_unavailable {
        let expected = expected_scale(cluster, pods)?;
        return Ok((expected, expected.saturating_sub(limit.rounded_up(expected)).max(0)));
    }
    match &spec.min_available {
        Some(IntOrString::Int(least)) => Ok((count(pods.len()), *least)),
        Some(least) => {
            let expected = expected_scale(cluster, pods)?;
            Ok((expected, least.rounded_up(expected)))
        }
        None => Ok((0, 0)),
    }
}

/// The replicas of the controllers of the pods (`getExpectedScale`); pods without one do not count.
fn expected_scale(cluster: &ControlPlane, pods: &[&Rc<Pod>]) -> Result<i32, String> {
    let mut scales: Map<Uid, i32> = Map::new();
    for pod in pods.iter().filter(|pod| pod.metadata.controller().is_some()) {
        let Some((uid, replicas)) = scale_of(cluster, pod) else {
            return Err(format!("found no controllers for pod \"{}\"", pod.metadata.name));
        };
        scales.insert(uid, replicas);
    }
    Ok(scales.values().copied().fold(0, i32::saturating_add))
}

/// The controller of a pod that says how many there should be, and how many that is (`finders`).
fn scale_of(cluster: &ControlPlane, pod: &Pod) -> Option<(Uid, i32)> {
    let (store, namespace) = (&cluster.store, &pod.metadata.namespace);
    if let Some(set) = store.owning_set(&pod.metadata) {
        return Some((set.metadata.uid, set.spec.replicas));
    }
    let owner = pod.metadata.controller()?;
    let replicas = store.replica_sets.named(namespace, &owner.name)?;
    if replicas.metadata.uid != owner.uid {
        return None;
    }
    let deployment = replicas.metadata.controller().and_then(|owner| {
        let deployment = store.deployments.named(namespace, &owner.name)?;
        (deployment.metadata.uid == owner.uid).then_some(deployment)
    });
    Some(match deployment {
        Some(deployment) => (deployment.metadata.uid, deployment.spec.replicas),
        None => (replicas.metadata.uid, replicas.spec.replicas),
    })
}

/// Why an eviction is refused (429), and which budget does.
pub struct Refusal {
    /// In the words of the API server.
    pub message: &'static str,
    /// The cause that it gives.
    pub cause: String,
    /// Whether it is for good, and not for now.
    pub is_final: bool,
}

/// Asks the API server to evict a pod (`EvictionREST.Create`); `reason` is said if it does.
///
/// # Errors
/// If a budget does not allow it: nothing happens then.
pub fn evict(
    step: &mut Step<'_>,
    pod: &Rc<Pod>,
    grace: Grace,
    reason: Reason,
) -> Result<(), Refusal> {
    if let Some(budget) = may_evict(step.cluster, pod)? {
        let budget = budget.clone();
        take_from(step, pod, &budget);
    }
    let mut marked = Pod::clone(pod);
    set_condition(
        &mut marked.status.conditions,
        "DisruptionTarget",
        ConditionStatus::True,
        "EvictionByEvictionAPI",
        "Eviction API: evicting",
        step.now(),
    );
    step.record_pod_event(pod, reason);
    step.update(marked);
    step.delete(Kind::Pod, &pod.metadata, grace);
    Ok(())
}

/// Whether a pod may be evicted now, and the budget that this takes a disruption from, if any.
///
/// # Errors
/// If a budget does not allow it.
pub fn may_evict<'a>(
    cluster: &'a ControlPlane,
    pod: &'a Pod,
) -> Result<Option<&'a Rc<PodDisruptionBudget>>, Refusal> {
    let is_unprotected =
        pod.is_finished() || pod.status.phase == PodPhase::Pending || pod.metadata.is_terminating();
    let budgets: Vec<_> = budgets_of(cluster, pod).collect();
    match budgets.as_slice() {
        _ if is_unprotected => Ok(None),
        [] => Ok(None),
        [budget] if !pod.is_ready() && may_go_unready(budget) => Ok(None),
        [budget] => has_left(budget).map(|()| Some(*budget)),
        _ => {
            let message = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.";
            Err(Refusal { message, cause: String::new(), is_final: true })
        }
    }
}

/// Whether a pod that is not Ready anyway may go (`unhealthyPodEvictionPolicy`).
fn may_go_unready(budget: &PodDisruptionBudget) -> bool {
    let status = &budget.status;
    budget.spec.unhealthy_pod_eviction_policy == Some(UnhealthyPodEvictionPolicyType::AlwaysAllow)
        || status.current_healthy >= status.desired_healthy && status.desired_healthy > 0
}

/// Whether a budget has a disruption left (`checkAndDecrement`).
fn has_left(budget: &PodDisruptionBudget) -> Result<(), Refusal> {
    const MESSAGE: &str = "Cannot evict pod as it would violate the pod's disruption budget.";
    let (name, status) = (&budget.metadata.name, &budget.status);
    let refuse = |cause: String| Err(Refusal { message: MESSAGE, cause, is_final: false });
    if status.observed_generation < budget.metadata.generation {
        return refuse(format!(
            "The disruption budget {name} is still being processed by the server."
        ));
    }
    if status.disruptions_allowed == 0 {
        let failed = condition(&status.conditions, ALLOWED).filter(|it| it.reason == "SyncFailed");
        return refuse(match failed {
            Some(failed) => format!(
                "The disruption budget {name} does not allow evicting pods currently because it failed sync: {}",
                failed.message
            ),
            None => format!(
                "The disruption budget {name} needs {} healthy pods and has {} currently",
                status.desired_healthy, status.current_healthy
            ),
        });
    }
    Ok(())
}

/// Takes one disruption from a budget (`checkAndDecrement`).
fn take_from(step: &mut Step<'_>, pod: &Pod, budget: &PodDisruptionBudget) {
    let mut taken = PodDisruptionBudget::clone(budget);
    taken.status.disruptions_allowed -= 1;
    if taken.status.disruptions_allowed == 0 {
        let conditions = &mut taken.status.conditions;
        set_condition(
            conditions,
            ALLOWED,
            ConditionStatus::False,
            "InsufficientPods",
            "",
            step.now(),
        );
    }
    taken.status.disrupted_pods.insert(pod.metadata.name.clone(), step.now());
    step.update(taken);
}
