//! What a pass over a set works on, and what it waits for.

use super::replicas::Replica;
use super::revisions::Revisions;
use super::*;

/// Whether a pass goes on after a step (`shouldExit`).
pub(super) enum Go {
    On,
    Wait,
}

/// What a pass works on.
pub(super) struct Pass<'a> {
    pub(super) set: &'a StatefulSet,
    pub(super) revisions: Revisions,
    /// The wanted pods that exist, by ordinal.
    pub(super) replicas: Map<i32, Replica>,
    /// The pods beyond the wanted ones, the highest ordinal first.
    pub(super) condemned: Vec<Replica>,
    /// Whether no claim has an owner, and none is to have one.
    pub(super) has_no_owned_claims: bool,
    /// The lowest pod that is not healthy, if it is one of the condemned.
    pub(super) first_unhealthy: Option<Uid>,
    /// How many pods the update has deleted.
    pub(super) updated: i32,
    /// What the pass waits for.
    pub(super) wait: Option<Rc<Reason>>,
}

impl Pass<'_> {
    /// Says what the pass waits for; the first reason counts.
    pub(super) fn hold(&mut self, reason: Reason) {
        self.wait.get_or_insert_with(|| Rc::new(reason));
    }

    /// The desired pod with this ordinal. Its position is its distance from the first ordinal, unless a pod before it is
    /// missing.
    pub(super) fn replica(&self, ordinal: i32) -> Option<&Replica> {
        let distance = ordinal.saturating_sub(self.set.spec.ordinals.start);
        self.replicas.get_near(usize::try_from(distance).unwrap_or(0), &ordinal)
    }

    /// Whether a wanted pod is there and healthy.
    pub(super) fn is_healthy(&self, ordinal: i32, now: Time) -> bool {
        self.replica(ordinal).is_some_and(|replica| replica.is_healthy(now))
    }

    /// The first ordinal whose pod keeps its template no longer than until it is updated.
    pub(super) fn update_min(&self) -> i32 {
        let rolling = self.set.spec.update_strategy.rolling_update.as_ref();
        self.set.spec.ordinals.start.saturating_add(rolling.map_or(0, |rolling| rolling.partition))
    }

    /// Whether the pod has another template than the set.
    pub(super) fn is_outdated(&self, replica: &Replica) -> bool {
        !self.is_updated(replica.revision())
    }

    /// Whether this is the set's update revision.
    pub(super) fn is_updated(&self, revision: &str) -> bool {
        revision == self.revisions.update.metadata.name
    }
}
