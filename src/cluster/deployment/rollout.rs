//! A new template for all pods: a few at a time, or all at once after the old ones are gone.

use super::*;

/// Scales the new set up and the old ones down as far as the limits allow (`rolloutRolling`).
pub(super) fn roll(step: &mut Step<'_>, pass: &mut Pass) {
    sets::ensure_new(step, pass);
    if scale_new(step, pass) || scale_old(step, pass) {
        return;
    }
    sets::clean_up(step, pass);
}

/// `reconcileNewReplicaSet`.
fn scale_new(step: &mut Step<'_>, pass: &mut Pass) -> bool {
    let Some(index) = pass.new else { return false };
    let (has, wanted) = (pass.replicas(index), pass.deployment.spec.replicas);
    if has >= wanted {
        return scale::to(step, pass, index, wanted, None);
    }
    let replicas = scale::new_replicas(pass);
    let most = wanted.saturating_add(pass.deployment.max_surge());
    scale::to(step, pass, index, replicas, Some(Detail::Surge { most }))
}

/// `reconcileOldReplicaSets`: pods that are not available anyhow go first, then as many others as the
/// available ones allow.
fn scale_old(step: &mut Step<'_>, pass: &mut Pass) -> bool {
    let old = pass.active_old();
    let least = pass.deployment.spec.replicas.saturating_sub(pass.deployment.max_unavailable());
    let missing = pass.new_set().map_or(0, |set| set.spec.replicas - set.status.available_replicas);
    let most = pass.total(|set| set.spec.replicas) - least - missing;
    if old.is_empty() || most <= 0 {
        return false;
    }
    let mut has_scaled = false;
    let mut left = most;
    for index in &old {
        let Some(set) = pass.sets.get(*index) else { continue };
        let (replicas, unhealthy) =
            (set.spec.replicas, set.spec.replicas - set.status.available_replicas);
        let count = left.min(unhealthy).max(0);
        left -= count;
        has_scaled |= scale::to(step, pass, *index, replicas - count, Some(Detail::Unavailable {}));
    }
    let available = pass.total(|set| set.status.available_replicas);
    let mut left = available - least;
    for index in old {
        let replicas = pass.replicas(index);
        let count = left.min(replicas).max(0);
        left -= count;
        let why = Some(Detail::Spare { available, least });
        has_scaled |= scale::to(step, pass, index, replicas - count, why);
    }
    has_scaled
}

/// All old pods go, and only when they are gone do new ones come (`rolloutRecreate`).
pub(super) fn recreate(step: &mut Step<'_>, pass: &mut Pass) {
    sets::mark_new(step, pass);
    let mut has_scaled = false;
    for index in pass.active_old() {
        has_scaled |= scale::to(step, pass, index, 0, Some(Detail::OldPodsFirst {}));
    }
    if has_scaled {
        return;
    }
    if let Some(pod) = old_pod(step.cluster, pass) {
        pass.wait =
            Some(Rc::new(Reason::WaitForOldPods { pod: pod.metadata.reference(Kind::Pod) }));
        return;
    }
    sets::ensure_new(step, pass);
    if let Some(index) = pass.new {
        let wanted = pass.deployment.spec.replicas;
        scale::to(step, pass, index, wanted, Some(Detail::OldPodsGone {}));
    }
    if status::is_complete(&pass.deployment, &pass.deployment.status) {
        sets::clean_up(step, pass);
    }
}

/// A pod of an old set that has not ended (`oldPodsRunning`).
fn old_pod<'a>(cluster: &'a ControlPlane, pass: &'a Pass) -> Option<&'a Rc<Pod>> {
    pass.old().iter().filter_map(|index| pass.sets.get(*index)).find_map(|set| {
        let uid = set.metadata.uid;
        let mut pods = cluster.store.by::<Pod>(&Index::Owner(uid));
        pods.find(|pod| {
            let owner = pod.metadata.controller();
            !pod.is_finished() && owner.is_some_and(|owner| owner.uid == uid)
        })
    })
}
