//! A small operator: it names another primary when the primary of a set is not Ready for a while (S19).
//!
//! Kubernetes has no such component. This one stands in for operators such as CloudNativePG and Zalando's: it acts on
//! StatefulSets whose template has the annotation `ordinal/failover: on`, writes the ordinal of the primary into an
//! annotation of the set, and gives its pod the label `role: primary`, which a Service can select.

use super::database::{PRIMARY, options};
use super::*;

const ROLE: &str = "role";

/// Whether the operator looks after the set of a pod.
pub fn is_managed(pod: &Pod) -> bool {
    options(&pod.metadata.annotations).fails_over
}

/// Looks after the primary of one set.
pub fn sync(step: &mut WorldStep<'_>, key: &Key) {
    let cluster = step.cluster;
    let Some(set) = cluster.store.stateful_sets.get(key) else { return };
    let named = set.metadata.annotations.get(PRIMARY).and_then(|it| it.parse().ok());
    let ordinal: i32 = named.unwrap_or(set.spec.ordinals.start);
    let name = format!("{}-{ordinal}", key.name());
    let pod = cluster.store.pods.named(key.namespace(), &name);
    let is_well = |pod: &&Rc<Pod>| pod.is_ready() && !pod.metadata.is_terminating();
    let lost = cluster.controller_state.primaries_lost.get(key).copied();
    if let Some(pod) = pod.filter(is_well) {
        if lost.is_some() {
            remember(step, key, None);
        }
        return label(step, pod);
    }
    // A set whose primary was never Ready starts: there is nothing to fail over from.
    let had_primary = named.is_some() || lost.is_some();
    if !had_primary {
        return;
    }
    let now = step.now();
    let since = lost.unwrap_or(now);
    let due = since.plus(step.timings().failover_ms);
    if lost.is_none() {
        remember(step, key, Some(now));
        let primary = ObjectRef::named(Kind::Pod, key.namespace(), &name);
        let after = Duration(step.timings().failover_ms);
        let reason = Reason::PrimaryMissed { primary, after };
        step.record_event(Subject::object(Kind::StatefulSet, key), Some(set.metadata.uid), reason);
    }
    if now < due {
        return step.enqueue_at(WorkItem::Failover(key.clone()), due);
    }
    match candidate(cluster, set, ordinal) {
        Some((next, pod)) => promote(step, set, (&name, next), &pod),
        None => step.enqueue_after(WorkItem::Failover(key.clone()), step.timings().failover_ms),
    }
}

fn remember(step: &mut WorldStep<'_>, key: &Key, since: Option<Time>) {
    let key = key.clone();
    step.update_controller_state(move |state| match since {
        Some(time) => {
            Rc::make_mut(&mut state.primaries_lost).insert(key, time);
        }
        None => {
            Rc::make_mut(&mut state.primaries_lost).remove(&key);
        }
    });
}

/// Gives the pod of the primary its label, and names it if nobody has.
fn label(step: &mut WorldStep<'_>, pod: &Rc<Pod>) {
    let Some(set) = step.cluster.store.owning_set(&pod.metadata) else { return };
    if pod.metadata.labels.get(ROLE).is_none_or(|role| role != "primary") {
        let mut labeled = Pod::clone(pod);
        labeled.metadata.labels.insert(ROLE.into(), "primary".into());
        step.update(labeled);
    }
    if !set.metadata.annotations.contains_key(PRIMARY)
        && let Some(ordinal) = set.ordinal_of(&pod.metadata.name)
    {
        let mut named = StatefulSet::clone(set);
        named.metadata.annotations.insert(PRIMARY.into(), ordinal.to_string());
        step.update(named);
    }
}

/// The Ready replica that has the most entries: the operator asks each.
fn candidate(cluster: &Cluster, set: &StatefulSet, primary: i32) -> Option<(i32, Rc<Pod>)> {
    let mut best: Option<(u32, i32, Rc<Pod>)> = None;
    for pod in cluster.store.pods.in_namespace(&set.metadata.namespace) {
        let is_well = pod.is_ready() && !pod.metadata.is_terminating();
        let ordinal = set.ordinal_of(&pod.metadata.name).filter(|it| *it != primary && is_well);
        let Some(ordinal) = ordinal else { continue };
        let run = cluster.world.runs.get(&pod.metadata.uid);
        let run = run.filter(|run| cluster.world.is_heard(&run.node));
        let Some(data) = run.and_then(|run| cluster.world.data_of(run)) else { continue };
        let is_better = |(most, lowest, _): &(u32, i32, Rc<Pod>)| {
            data.len() > *most || data.len() == *most && ordinal < *lowest
        };
        if best.as_ref().is_none_or(is_better) {
            best = Some((data.len(), ordinal, pod.clone()));
        }
    }
    best.map(|(_, ordinal, pod)| (ordinal, pod))
}

fn promote(
    step: &mut WorldStep<'_>,
    set: &Rc<StatefulSet>,
    (old, ordinal): (&str, i32),
    pod: &Rc<Pod>,
) {
    let (key, cluster) = (set.metadata.key(), step.cluster);
    let mut named = StatefulSet::clone(set);
    named.metadata.annotations.insert(PRIMARY.into(), ordinal.to_string());
    step.update(named);
    if let Some(before) = cluster.store.pods.named(key.namespace(), old) {
        let mut before = Pod::clone(before);
        before.metadata.labels.remove(ROLE);
        step.update(before);
    }
    let mut labeled = Pod::clone(pod);
    labeled.metadata.labels.insert(ROLE.into(), "primary".into());
    step.update(labeled);
    remember(step, &key, None);
    let reason = Reason::FailedOver {
        primary: pod.metadata.reference(Kind::Pod),
        old: ObjectRef::named(Kind::Pod, key.namespace(), old),
    };
    step.record_event(Subject::object(Kind::StatefulSet, &key), Some(set.metadata.uid), reason);
    for (uid, run) in cluster.world.runs.iter() {
        let database = run.database.as_ref().filter(|database| database.is_open());
        if database.is_some_and(|it| it.member.set == key.name())
            && run.pod.namespace() == key.namespace()
        {
            step.enqueue_after(WorkItem::Database(*uid), step.timings().reaction_ms);
        }
    }
}
