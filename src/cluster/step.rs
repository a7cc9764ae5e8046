//! What a component reads, and how it requests changes.

use super::observed::Report;
use super::{
    Change, Cluster, ControlPlane, ControllerState, Effect, Grace, Random, Reason, Stream, Subject,
    Timings, WorkItem,
};
use crate::api::{Kind, Object, ObjectMeta, ObjectRef, Pod, Time, Uid};
use std::ops::{Deref, DerefMut};
use std::rc::Rc;

/// One reconcile pass of a controller: what the control plane knows, and the effects that the controller requests.
///
/// A controller can't see the physical world:
/// ```compile_fail,E0609
/// fn sync(step: &mut ordinal::cluster::Step<'_>) -> usize {
///     step.cluster.world.hosts.len()
/// }
/// ```
/// ```compile_fail,E0599
/// fn sync(step: &mut ordinal::cluster::Step<'_>) -> usize {
///     step.cluster.world().hosts.len()
/// }
/// ```
/// It can't change it, nor anything else except by an effect:
/// ```compile_fail,E0599
/// use ordinal::cluster::{Change, Step};
///
/// fn sync(step: &mut Step<'_>) {
///     step.change(Change::Deliver(0));
/// }
/// ```
/// ```compile_fail,E0594
/// fn sync(step: &mut ordinal::cluster::Step<'_>) {
///     step.cluster.now = ordinal::api::Time(0);
/// }
/// ```
pub struct Step<'a> {
    /// What the control plane knows; it does not change during the step.
    pub cluster: &'a ControlPlane,
    effects: Vec<Effect>,
    random: &'a mut Random,
}

/// One pass of what runs in the physical world: a kubelet, a storage driver, a container, a client. It is a [`Step`] that
/// also sees the world and changes it.
/// ```
/// fn sync(step: &mut ordinal::cluster::WorldStep<'_>) -> usize {
///     step.cluster.world().hosts.len()
/// }
/// ```
pub struct WorldStep<'a> {
    /// The cluster, which does not change during the step.
    pub cluster: &'a Cluster,
    step: Step<'a>,
}

impl<'a> Deref for WorldStep<'a> {
    type Target = Step<'a>;

    fn deref(&self) -> &Step<'a> {
        &self.step
    }
}

impl DerefMut for WorldStep<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.step
    }
}

impl<'a> WorldStep<'a> {
    /// A step without effects.
    pub fn new(cluster: &'a Cluster, random: &'a mut Random) -> WorldStep<'a> {
        WorldStep { cluster, step: Step { cluster, effects: Vec::new(), random } }
    }

    /// The requested effects, in order.
    pub fn into_effects(self) -> Vec<Effect> {
        self.step.effects
    }

    /// Changes the physical world.
    pub fn change(&mut self, change: Change) {
        self.step.effects.push(Effect::World(Box::new(change)));
    }

    /// Takes over what is reported of a real cluster.
    pub fn report(&mut self, reports: impl Iterator<Item = Report>) {
        self.step.effects.extend(reports.map(Effect::Report));
    }

    // These are those of `Step`, so that their arguments can be read from the step, which isn't possible through `DerefMut`.

    /// As [`Step::jitter`].
    pub fn jitter(&mut self, stream: Stream, ms: u64) -> u64 {
        self.step.jitter(stream, ms)
    }

    /// As [`Step::enqueue_after`].
    pub fn enqueue_after(&mut self, item: WorkItem, ms: u64) {
        self.step.enqueue_after(item, ms);
    }

    /// As [`Step::enqueue_at`].
    pub fn enqueue_at(&mut self, item: WorkItem, time: Time) {
        self.step.enqueue_at(item, time);
    }
}

impl<'a> Step<'a> {
    /// The instant of the step.
    pub fn now(&self) -> Time {
        self.cluster.now
    }

    /// How long things take.
    pub fn timings(&self) -> &'a Timings {
        &self.cluster.settings.timings
    }

    /// A random number below `bound`, 0 if that is 0.
    pub fn random(&mut self, stream: Stream, bound: u64) -> u64 {
        self.random.below(stream, bound)
    }

    /// `ms`, lengthened by a random time of up to an eighth of it (as `wait.Jitter`).
    pub fn jitter(&mut self, stream: Stream, ms: u64) -> u64 {
        ms.saturating_add(self.random(stream, ms / 8 + 1))
    }

    /// Records an event about an object.
    pub fn record_event(
        &mut self,
        subject: Subject,
        uid: Option<Uid>,
        reason: impl Into<Rc<Reason>>,
    ) {
        self.effects.push(Effect::RecordEvent(subject, uid, reason.into()));
    }

    /// Records an event about a pod.
    pub fn record_pod_event(&mut self, pod: &Pod, reason: Reason) {
        self.record_event(Subject::pod(&pod.metadata.key()), Some(pod.metadata.uid), reason);
    }

    /// Creates an object.
    pub fn create(&mut self, object: impl Into<Object>) {
        self.effects.push(Effect::Create(object.into()));
    }

    /// Replaces an object.
    pub fn update(&mut self, object: impl Into<Object>) {
        self.effects.push(Effect::Update(object.into()));
    }

    /// Deletes an object with this UID.
    pub fn delete(&mut self, kind: Kind, meta: &ObjectMeta, grace: Grace) {
        self.effects.push(Effect::Delete(ObjectRef::new(kind, &meta.key()), Some(meta.uid), grace));
    }

    /// Sets the reason why something waits.
    pub fn set_wait(&mut self, subject: Subject, reason: impl Into<Rc<Reason>>) {
        self.effects.push(Effect::SetWait(subject, Some(reason.into())));
    }

    /// Clears the reason why something waits.
    pub fn clear_wait(&mut self, subject: Subject) {
        if self.cluster.waits.contains_key(&subject) {
            self.effects.push(Effect::SetWait(subject, None));
        }
    }

    /// Queues a work item after `ms` milliseconds.
    pub fn enqueue_after(&mut self, item: WorkItem, ms: u64) {
        self.effects.push(Effect::Enqueue(item, ms));
    }

    /// Queues a work item that failed, with a growing delay (`AddRateLimited` of client-go).
    pub fn retry(&mut self, item: WorkItem) {
        let timings = self.timings();
        let known = self.cluster.controller_state.retry_ms.get(&item).copied();
        let delay = known.unwrap_or(timings.retry_first_ms);
        let next = delay.saturating_mul(2).min(timings.retry_max_ms);
        self.enqueue_after(item.clone(), delay);
        self.update_controller_state(move |state| {
            Rc::make_mut(&mut state.retry_ms).insert(item, next);
        });
    }

    /// Forgets that a work item failed (`Forget` of client-go).
    pub fn forget_retries(&mut self, item: WorkItem) {
        // Work without errors, the rule, costs no copy of what is remembered.
        if self.cluster.controller_state.retry_ms.contains_key(&item) {
            self.update_controller_state(move |state| {
                Rc::make_mut(&mut state.retry_ms).remove(&item);
            });
        }
    }

    /// Queues a work item at an instant.
    pub fn enqueue_at(&mut self, item: WorkItem, time: Time) {
        self.enqueue_after(item, time.since(self.now()));
    }

    /// Changes the state of controllers.
    pub fn update_controller_state(&mut self, change: impl FnOnce(&mut ControllerState) + 'static) {
        self.effects.push(Effect::UpdateControllerState(Box::new(change)));
    }
}
