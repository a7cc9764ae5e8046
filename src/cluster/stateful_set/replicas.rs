//! Facts about each pod of a set. They depend only on the pod and the set, and are cached until one of
//! them changes.

use super::facts::{POD_NAME_LABEL, are_mounted, available_at, pod_revision};
use super::*;
use crate::cluster::memo::OfPod;

/// A pod of a set; cheap to clone.
#[derive(Clone, Debug)]
pub struct Replica(Rc<Facts>);

/// A pod, and facts that depend on the pod and its set.
#[derive(Debug)]
struct Facts {
    pod: Rc<Pod>,
    /// The ordinal in its name; `None` if the number is too big.
    ordinal: Option<i32>,
    /// When it has been Ready for `minReadySeconds`; `None` if it isn't Running and Ready.
    available_at: Option<Time>,
    /// The name of its revision.
    revision: Rc<str>,
    is_terminating: bool,
    /// Whether its name, labels, and claims match the set.
    is_in_order: bool,
}

impl std::ops::Deref for Replica {
    type Target = Rc<Pod>;

    fn deref(&self) -> &Rc<Pod> {
        &self.0.pod
    }
}

impl OfPod for Replica {
    fn pod(&self) -> &Rc<Pod> {
        &self.0.pod
    }
}

impl Replica {
    /// Computes the facts about a pod. It shares the name of its revision with one of `others`, if that has the same.
    fn new(set: &StatefulSet, pod: Rc<Pod>, others: &[Replica]) -> Replica {
        let (name, labels) = (&pod.metadata.name, &pod.metadata.labels);
        let revision = pod_revision(&pod);
        let shared = others.iter().rev().map(|it| &it.0.revision).find(|it| ***it == *revision);
        Replica(Rc::new(Facts {
            ordinal: set.ordinal_of(name),
            available_at: available_at(set, &pod),
            revision: shared.map_or_else(|| revision.into(), Rc::clone),
            is_terminating: pod.metadata.is_terminating(),
            is_in_order: set.is_pod_name(name)
                && are_mounted(set, &pod)
                && label(labels, POD_NAME_LABEL) == Some(name),
            pod,
        }))
    }

    pub(super) fn revision(&self) -> &str {
        &self.0.revision
    }

    pub(super) fn is_terminating(&self) -> bool {
        self.0.is_terminating
    }

    pub(super) fn available_at(&self) -> Option<Time> {
        self.0.available_at
    }

    /// `isRunningAndAvailable`.
    pub(super) fn is_available(&self, now: Time) -> bool {
        self.0.available_at.is_some_and(|time| time <= now)
    }

    /// Available and not Terminating: not `isUnavailable`.
    pub(super) fn is_healthy(&self, now: Time) -> bool {
        self.is_available(now) && !self.0.is_terminating
    }

    /// Whether it needs no change.
    pub(super) fn is_settled(&self, now: Time) -> bool {
        self.is_healthy(now) && self.0.is_in_order
    }
}

/// Returns a test of whether a replica has a revision. It is fast for many replicas in order, because neighbors usually
/// share the name of their revision.
pub(super) fn has_revision<'a>(name: &'a str) -> impl FnMut(&'a Replica) -> bool {
    let mut last: Option<(&Rc<str>, bool)> = None;
    move |Replica(facts)| match last {
        Some((revision, is_it)) if Rc::ptr_eq(revision, &facts.revision) => is_it,
        _ => {
            let is_it = *facts.revision == *name;
            last = Some((&facts.revision, is_it));
            is_it
        }
    }
}

/// The pods of the set, after adoption and release (`PodControllerRefManager.ClaimPods`).
pub(super) fn claim_pods(step: &mut Step<'_>, set: &Rc<StatefulSet>) -> Vec<Replica> {
    let cluster = step.cluster;
    let is_same =
        |other: &StatefulSet| (other.metadata.uid, &other.spec) == (set.metadata.uid, &set.spec);
    let key = set.metadata.key();
    let mut known = cluster.controller_state.replicas.of(&key, is_same);
    let mut own: Vec<Replica> = Vec::with_capacity(known.len() + 1);
    for pod in cluster.store.owned_or_orphaned::<Pod>(&set.metadata) {
        if let Some(replica) = known.take(pod) {
            own.push(replica.clone());
            continue;
        }
        let matches =
            set.is_parent_of(&pod.metadata.name) && set.spec.selector.matches(&pod.metadata.labels);
        let says: Says = [
            |set, pod| Reason::PodAdopted { set, pod },
            |set, pod| Reason::PodReleased { set, pod },
        ];
        let mut object = Object::Pod(pod.clone());
        if claim(step, (Kind::StatefulSet, &set.metadata), &mut object, matches, says)
            && let Object::Pod(pod) = object
        {
            let replica = Replica::new(set, pod, &own);
            own.push(replica);
        }
    }
    let (set, memo) = (set.clone(), own.clone());
    step.update_controller_state(move |state| state.replicas.set(key, set, memo));
    own
}

/// Removes the cached pods of a set that is gone.
pub(super) fn forget(step: &mut Step<'_>, set: &Key) {
    if step.cluster.controller_state.replicas.has(set) {
        let set = set.clone();
        step.update_controller_state(move |state| state.replicas.remove(&set));
    }
}

/// The replicas with an ordinal of the set, by ordinal, and the condemned ones, highest ordinal first. Neither contains
/// replicas whose number is too big for an ordinal.
pub(super) fn arrange(
    set: &StatefulSet,
    replicas: &[Replica],
) -> (Map<i32, Replica>, Vec<Replica>) {
    let mut wanted = Vec::with_capacity(replicas.len());
    let mut condemned = Vec::new();
    for replica in replicas {
        match replica.0.ordinal {
            Some(ordinal) if set.ordinals().contains(&ordinal) => {
                wanted.push((ordinal, replica));
            }
            // `!` reverses the order: the highest ordinal is first.
            Some(ordinal) => condemned.push((!ordinal, replica)),
            None => {}
        }
    }
    sort(&mut wanted);
    sort(&mut condemned);
    let wanted = wanted.into_iter().map(|(ordinal, replica)| (ordinal, replica.clone()));
    let condemned = condemned.into_iter().map(|(_, replica)| replica.clone());
    (Map::of_sorted(wanted.collect()), condemned.collect())
}

/// Sorts replicas by number. Most numbers are consecutive, and only names with leading zeros have the same number, so
/// usually each replica has its own place.
fn sort(replicas: &mut Vec<(i32, &Replica)>) {
    let numbers = || replicas.iter().map(|(number, _)| i64::from(*number));
    let (Some(first), Some(last)) = (numbers().min(), numbers().max()) else { return };
    let places = usize::try_from(last - first).unwrap_or(usize::MAX).saturating_add(1);
    let mut sorted = vec![None; if places < 2 * replicas.len() { places } else { 0 }];
    let is_placed = |replica: &(i32, _)| {
        let place = usize::try_from(i64::from(replica.0) - first).unwrap_or(usize::MAX);
        let place = sorted.get_mut(place).filter(|place| place.is_none());
        place.map(|place| *place = Some(*replica)).is_some()
    };
    match replicas.iter().all(is_placed) {
        true => *replicas = sorted.into_iter().flatten().collect(),
        false => map::sort_by_key(replicas, |(number, _)| *number),
    }
}
