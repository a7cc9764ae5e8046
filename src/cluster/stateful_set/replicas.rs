//! What a pass asks of each pod of a set. It follows from the pod and the set alone, and is remembered
//! until one of them changes.

use super::pods::{POD_NAME_LABEL, available_at, pod_revision};
use super::*;

/// What follows from a pod and its set.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The ordinal in its name; none if the number is too big.
    ordinal: Option<i32>,
    /// When it has been Ready for `minReadySeconds`; none if it is not Running and Ready.
    available_at: Option<Time>,
    /// The name of the revision that it was made from.
    revision: Rc<str>,
    is_terminating: bool,
    /// Whether it has the name, the labels and the claims that the set gives it.
    is_in_order: bool,
}

/// A pod of a set.
#[derive(Clone)]
pub(super) struct Replica {
    pub(super) pod: Rc<Pod>,
    facts: Facts,
}

impl std::ops::Deref for Replica {
    type Target = Rc<Pod>;

    fn deref(&self) -> &Rc<Pod> {
        &self.pod
    }
}

impl Replica {
    /// Looks at a pod; `like` is a pod that was looked at before, whose revision may be the same.
    fn new(set: &StatefulSet, pod: Rc<Pod>, like: Option<&Replica>) -> Replica {
        let (name, labels) = (&pod.metadata.name, &pod.metadata.labels);
        let revision = pod_revision(&pod);
        let shared = like.map(|like| &like.facts.revision).filter(|it| ***it == *revision);
        let facts = Facts {
            ordinal: set.ordinal_of(name),
            available_at: available_at(set, &pod),
            revision: shared.map_or_else(|| revision.into(), Rc::clone),
            is_terminating: pod.metadata.is_terminating(),
            is_in_order: set.is_pod_name(name)
                && claims::are_mounted(set, &pod)
                && label(labels, POD_NAME_LABEL) == Some(name),
        };
        Replica { pod, facts }
    }

    pub(super) fn revision(&self) -> &str {
        &self.facts.revision
    }

    pub(super) fn is_terminating(&self) -> bool {
        self.facts.is_terminating
    }

    pub(super) fn available_at(&self) -> Option<Time> {
        self.facts.available_at
    }

    /// `isRunningAndAvailable`.
    pub(super) fn is_available(&self, now: Time) -> bool {
        self.facts.available_at.is_some_and(|time| time <= now)
    }

    /// Ready, available, and not going: not `isUnavailable`.
    pub(super) fn is_healthy(&self, now: Time) -> bool {
        self.is_available(now) && !self.facts.is_terminating
    }

    /// Whether a pass finds nothing to do for it.
    pub(super) fn is_settled(&self, now: Time) -> bool {
        self.is_healthy(now) && self.facts.is_in_order
    }
}

/// The pods that are the set's own, after adoption and release (`PodControllerRefManager.ClaimPods`).
pub(super) fn claim_pods(step: &mut Step<'_>, set: &Rc<StatefulSet>) -> Vec<Replica> {
    let cluster = step.cluster;
    let is_same =
        |other: &StatefulSet| (other.metadata.uid, &other.spec) == (set.metadata.uid, &set.spec);
    let key = set.metadata.key();
    let mut known = cluster.controller_state.replicas.of(&key, is_same);
    let mut own: Vec<Replica> = Vec::new();
    for pod in cluster.store.owned_or_orphaned::<Pod>(&set.metadata) {
        if let Some(facts) = known.take(pod) {
            own.push(Replica { pod: pod.clone(), facts: facts.clone() });
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
            own.push(Replica::new(set, pod, own.last()));
        }
    }
    let memo = own.iter().map(|replica| (replica.pod.clone(), replica.facts.clone())).collect();
    let set = set.clone();
    step.update_controller_state(move |state| state.replicas.set(key, set, memo));
    own
}

/// Forgets the pods of a set that is gone.
pub(super) fn forget(step: &mut Step<'_>, set: &Key) {
    if step.cluster.controller_state.replicas.has(set) {
        let set = set.clone();
        step.update_controller_state(move |state| state.replicas.remove(&set));
    }
}

/// The replicas with an ordinal of the set, by ordinal, and those beyond, the highest ordinal first; one whose number is
/// too big for an ordinal is in neither.
pub(super) fn arrange(
    set: &StatefulSet,
    replicas: &[Replica],
) -> (Map<i32, Replica>, Vec<Replica>) {
    let is_wanted = |replica: &&Replica| {
        replica.facts.ordinal.is_some_and(|ordinal| set.ordinals().contains(&ordinal))
    };
    let is_beyond = |replica: &&Replica| replica.facts.ordinal.is_some() && !is_wanted(replica);
    let wanted = sorted(replicas.iter().filter(is_wanted), |ordinal| ordinal);
    let wanted = wanted.into_iter().filter_map(|it| Some((it.facts.ordinal?, it.clone())));
    let condemned = sorted(replicas.iter().filter(is_beyond), |ordinal| -ordinal);
    (Map::of_sorted(wanted.collect()), condemned.into_iter().cloned().collect())
}

/// The replicas in the order of a key that is made of their ordinals. Ordinals are next to each other and
/// different, but for names with leading zeros: each replica has a place of its own.
fn sorted<'a>(
    replicas: impl Iterator<Item = &'a Replica>,
    key: impl Fn(i64) -> i64,
) -> Vec<&'a Replica> {
    let key = |replica: &Replica| replica.facts.ordinal.map_or(0, |it| key(i64::from(it)));
    let mut replicas: Vec<&Replica> = replicas.collect();
    let first = replicas.iter().map(|it| key(it)).min().unwrap_or(0);
    let last = replicas.iter().map(|it| key(it)).max().unwrap_or(0);
    let places = usize::try_from(last - first).unwrap_or(usize::MAX);
    let mut order = vec![None; if places < 2 * replicas.len() { places + 1 } else { 0 }];
    for replica in &replicas {
        let place = usize::try_from(key(replica) - first).unwrap_or(usize::MAX);
        match order.get_mut(place) {
            Some(place @ None) => *place = Some(*replica),
            _ => {
                map::sort_by_key(&mut replicas, |it| key(it));
                return replicas;
            }
        }
    }
    order.into_iter().flatten().collect()
}
