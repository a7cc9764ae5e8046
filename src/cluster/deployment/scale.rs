//! How many pods each ReplicaSet is to have.

use super::*;

/// The annotation with the replicas of the Deployment when the set was last scaled.
pub(super) const DESIRED: &str = "deployment.kubernetes.io/desired-replicas";
/// The annotation with the most pods that the Deployment could have then.
pub const MOST: &str = "deployment.kubernetes.io/max-replicas";

/// The number in an annotation.
pub fn noted(set: &ReplicaSet, annotation: &str) -> Option<i32> {
    set.metadata.annotations.get(annotation)?.parse().ok()
}

/// Notes in a set what the Deployment wants now (`SetReplicasAnnotations`).
pub(super) fn note_replicas(deployment: &Deployment, set: &mut ReplicaSet) {
    let wanted = deployment.spec.replicas;
    let most = wanted.saturating_add(deployment.max_surge());
    for (annotation, number) in [(DESIRED, wanted), (MOST, most)] {
        set.metadata.annotations.insert(annotation.into(), number.to_string());
    }
}

/// Scales the set in this place (`scaleReplicaSet`). Returns whether its number changed.
fn write(
    step: &mut Step<'_>,
    pass: &mut Pass,
    index: usize,
    replicas: i32,
    why: Option<Detail>,
) -> bool {
    let Some(set) = pass.sets.get_mut(index) else { return false };
    let before = set.clone();
    let from = std::mem::replace(&mut set.spec.replicas, replicas);
    note_replicas(&pass.deployment, set);
    if *set == before {
        return false;
    }
    let (name, set) = (set.metadata.name.clone(), set.clone());
    step.update(set);
    if from != replicas {
        say(step, pass, &name, (from, replicas), why);
    }
    from != replicas
}

/// Scales the set in this place if it is to have another number (`scaleReplicaSetAndRecordEvent`).
pub(super) fn to(
    step: &mut Step<'_>,
    pass: &mut Pass,
    index: usize,
    replicas: i32,
    why: Option<Detail>,
) -> bool {
    pass.replicas(index) != replicas && write(step, pass, index, replicas, why)
}

/// Says that a set was scaled.
pub(super) fn say(
    step: &mut Step<'_>,
    pass: &Pass,
    set: &str,
    (from, to): (i32, i32),
    why: Option<Detail>,
) {
    let meta = &pass.deployment.metadata;
    let set = ObjectRef::named(Kind::ReplicaSet, &meta.namespace, set);
    let reason = Reason::ReplicaSetScaled { set, from, to, why };
    step.record_event(Subject::object(Kind::Deployment, &meta.key()), Some(meta.uid), reason);
}

/// How many pods the new set may have now (`NewRSNewReplicas`).
pub(super) fn new_replicas(pass: &Pass) -> i32 {
    let wanted = pass.deployment.spec.replicas;
    let has = pass.new_set().map_or(0, |set| set.spec.replicas);
    if !pass.deployment.is_rolling() {
        return wanted;
    }
    let most = wanted.saturating_add(pass.deployment.max_surge());
    let room = most.saturating_sub(pass.total(|set| set.spec.replicas));
    if room <= 0 { has } else { has.saturating_add(room.min(wanted.saturating_sub(has))) }
}

/// Brings the sets to the wanted number without rolling anything out (`scale`).
pub(super) fn spread(step: &mut Step<'_>, pass: &mut Pass) {
    let wanted = pass.deployment.spec.replicas;
    if let Some(index) = active_or_latest(pass) {
        to(step, pass, index, wanted, None);
        return;
    }
    if is_saturated(pass) {
        for index in pass.active_old() {
            to(step, pass, index, 0, Some(Detail::NewSetAvailable {}));
        }
        return;
    }
    if pass.deployment.is_rolling() {
        spread_proportionally(step, pass);
    }
}

/// The only set with pods, or, if none has any, the newest (`FindActiveOrLatest`).
fn active_or_latest(pass: &Pass) -> Option<usize> {
    let active: Vec<usize> =
        (0..pass.sets.len()).filter(|index| pass.replicas(*index) > 0).collect();
    match active.as_slice() {
        [] => pass.new.or(pass.old().last().copied()),
        [only] => Some(*only),
        _ => None,
    }
}

/// Whether the new set has all its pods, and all of them are available (`IsSaturated`).
fn is_saturated(pass: &Pass) -> bool {
    let wanted = pass.deployment.spec.replicas;
    pass.new_set().is_some_and(|set| {
        noted(set, DESIRED) == Some(wanted)
            && set.spec.replicas == wanted
            && set.status.available_replicas == wanted
    })
}

/// Spreads the difference over all sets with pods, in proportion to their size, the rest going to the
/// largest.
fn spread_proportionally(step: &mut Step<'_>, pass: &mut Pass) {
    let wanted = pass.deployment.spec.replicas;
    let most = if wanted > 0 { wanted.saturating_add(pass.deployment.max_surge()) } else { 0 };
    let to_add = most.saturating_sub(pass.total(|set| set.spec.replicas));
    let mut active: Vec<usize> =
        (0..pass.sets.len()).filter(|index| pass.replicas(*index) > 0).collect();
    if to_add > 0 {
        // Of two equal ones the newer grows, and the older shrinks.
        active.reverse();
    }
    map::sort_by_key(&mut active, |index| std::cmp::Reverse(pass.replicas(*index)));
    let mut sizes = Vec::new();
    let mut added = 0;
    for index in &active {
        let part = pass.sets.get(*index).map_or(0, |set| proportion(pass, set, to_add, added));
        added = i32::saturating_add(added, part);
        sizes.push((*index, pass.replicas(*index).saturating_add(part)));
    }
    if let Some((_, size)) = sizes.first_mut() {
        *size = size.saturating_add(to_add).saturating_sub(added).max(0);
    }
    for (index, size) in sizes {
        write(step, pass, index, size, Some(Detail::Proportional {}));
    }
}

/// A set's part of what is to be added or taken away (`GetReplicaSetProportion`).
fn proportion(pass: &Pass, set: &ReplicaSet, to_add: i32, added: i32) -> i32 {
    let size = set.spec.replicas;
    if size == 0 || to_add == added {
        return 0;
    }
    let wanted = pass.deployment.spec.replicas;
    let before = noted(set, MOST).filter(|most| *most != 0);
    let before = before.unwrap_or(pass.deployment.status.replicas);
    let fraction = match (wanted, before) {
        (0, _) => size.saturating_neg(),
        (_, 0) => 0,
        _ => {
            let most = i64::from(wanted.saturating_add(pass.deployment.max_surge()));
            let before = i64::from(before);
            // Rounded to the nearest, halves upwards.
            let rounded = (2 * i64::from(size) * most + before) / (2 * before);
            i32::try_from(rounded).unwrap_or(i32::MAX).saturating_sub(size)
        }
    };
    let allowed = to_add.saturating_sub(added);
    if to_add > 0 { fraction.min(allowed) } else { fraction.max(allowed) }
}
