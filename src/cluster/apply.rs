//! The single writer: performs the effects that components return, as the API server would.
//!
//! Models `k8s.io/apiserver`: create, update, graceful deletion, finalizers, and resource versions. Every write
//! queues the components that watch the object.

mod report;

use super::world::*;
use super::*;
use crate::later::later;
use crate::limits;

later! {
    also report;
}

/// The outcome of a step: the events, and the work items to queue.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The events, in order.
    pub events: Vec<Event>,
    /// The work items to queue, each with its delay in milliseconds and the event that caused it.
    pub work_items: Vec<(WorkItem, u64, Option<u64>)>,
}

/// Performs the effects. `next_event` is the number of the next event, and is increased; `cause` is the
/// event that led to the step.
pub fn apply(
    cluster: &mut Cluster,
    random: &mut Random,
    next_event: &mut u64,
    cause: Option<u64>,
    effects: Vec<Effect>,
) -> Outcome {
    let mut writer =
        Writer { cluster, random, next_event, cause, latest: cause, outcome: Outcome::default() };
    for effect in effects {
        writer.perform(effect);
    }
    writer.outcome
}

struct Writer<'a> {
    cluster: &'a mut Cluster,
    random: &'a mut Random,
    next_event: &'a mut u64,
    cause: Option<u64>,
    /// The last event of the step: the cause of what is written after it.
    latest: Option<u64>,
    outcome: Outcome,
}

impl Writer<'_> {
    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::RecordEvent(subject, uid, reason) => self.say(subject, uid, reason),
            Effect::Create(object) => self.create(object),
            Effect::Update(object) => self.update(object),
            Effect::Delete(reference, uid, grace) => self.delete(&reference, uid, grace),
            Effect::SetWait(subject, reason) => self.wait(subject, reason),
            Effect::Enqueue(item, ms) => self.outcome.work_items.push((item, ms, self.latest)),
            Effect::World(change) => self.change(*change),
            Effect::UpdateControllerState(change) => {
                change(&mut self.cluster.control_plane.controller_state)
            }
            Effect::Report(report) => {
                if let Some(take_over) = report::REPORT.get() {
                    take_over(self, report);
                }
            }
        }
    }

    fn say(&mut self, subject: Subject, uid: Option<Uid>, reason: Rc<Reason>) {
        let number = *self.next_event;
        *self.next_event += 1;
        let (time, cause) = (self.cluster.now, self.cause);
        let event = Event { number, time, subject, uid, cause, reason, line: None };
        self.outcome.events.push(event);
        self.latest = Some(number);
    }

    fn wait(&mut self, subject: Subject, reason: Option<Rc<Reason>>) {
        let old = self.cluster.waits.get(&subject);
        match reason {
            Some(reason) if old.is_none_or(|old| old.reason != reason) => {
                let (since, event) = (self.cluster.now, *self.next_event);
                self.say(subject.clone(), None, reason.clone());
                Rc::make_mut(&mut self.cluster.control_plane.waits)
                    .insert(subject, Wait { reason, since, event });
            }
            // Each attempt fails again, with its own message.
            Some(reason) if reason.code().is_attempt() => {
                let event = old.map(|old| old.event).unwrap_or_default();
                let now = self.cluster.now;
                let state = &mut self.cluster.control_plane.controller_state;
                let repeats = Rc::make_mut(&mut state.repeats);
                let count = repeats.get(&event).map_or(0, |(count, _)| *count);
                repeats.insert(event, (count.saturating_add(1), now));
            }
            None if old.is_some() => {
                Rc::make_mut(&mut self.cluster.control_plane.waits).remove(&subject);
            }
            _ => {}
        }
    }

    fn create(&mut self, mut object: Object) {
        if self.cluster.store.get(&object.reference()).is_some() {
            return;
        }
        let store = &self.cluster.store;
        let is_pod = object.kind() == Kind::Pod;
        if is_pod && store.pods.len() >= limits::PODS {
            return self.hold_back(&object, Detail::MaximumPods { limit: limits::PODS });
        }
        if store.len() >= limits::OBJECTS {
            return self.hold_back(&object, Detail::MaximumObjects { limit: limits::OBJECTS });
        }
        let uid = Uid(self.random.uuid());
        // What announced it tells which incarnation came to be.
        let subject = Subject::Object(object.reference());
        if let Some(event) = self.outcome.events.last_mut().filter(|it| it.subject == subject) {
            event.uid.get_or_insert(uid);
        }
        self.apply_gates(&mut object);
        admission::admit(&self.cluster.store, &mut object);
        let now = self.cluster.now;
        let meta = object.meta_mut();
        meta.uid = uid;
        meta.creation_timestamp = now;
        meta.generation = 1;
        self.write(None, object);
    }

    /// Says that an object is not created, instead of what announced it.
    fn hold_back(&mut self, object: &Object, limit: Detail) {
        let subject = Subject::Object(object.reference());
        let reason = Rc::new(Reason::LimitReached { object: object.reference(), limit });
        match self.outcome.events.last_mut().filter(|it| it.subject == subject) {
            Some(event) => event.reason = reason,
            None => self.say(subject, None, reason),
        }
    }

    fn update(&mut self, mut object: Object) {
        let Some(old) = self.cluster.store.get(&object.reference()) else { return };
        let (old_meta, meta) = (old.meta(), object.meta());
        if old_meta.uid != meta.uid {
            return;
        }
        let (version, generation) = (old_meta.resource_version, old_meta.generation);
        object.meta_mut().resource_version = version;
        self.apply_gates(&mut object);
        if let (Object::Service(old), Object::Service(new)) = (&old, &mut object) {
            node_ports::allocate(&self.cluster.store, Rc::make_mut(new), Some(old));
        }
        if old == object {
            return;
        }
        if spec_changed(&old, &object) {
            object.meta_mut().generation = generation.saturating_add(1);
        }
        if is_finalised(&object) { self.remove(old) } else { self.write(Some(old), object) }
    }

    fn apply_gates(&mut self, object: &mut Object) {
        if !apply_gates(&self.cluster.settings, object) {
            return;
        }
        let reason = Reason::FieldDropped {
            field: "spec.updateStrategy.rollingUpdate.maxUnavailable".into(),
            gate: MAX_UNAVAILABLE_GATE.into(),
        };
        self.say(Subject::Object(object.reference()), None, Rc::new(reason));
    }

    /// `rest.BeforeDelete` and `Store.Delete`: a grace period for bound pods, finalizers for all.
    fn delete(&mut self, reference: &ObjectRef, uid: Option<Uid>, grace: Grace) {
        let Some(old) = self.cluster.store.get(reference) else { return };
        if uid.is_some_and(|uid| uid != old.meta().uid) {
            return;
        }
        let seconds = grace_seconds(&old, grace);
        let is_shortened =
            old.meta().deletion_grace_period_seconds.is_none_or(|before| seconds < before);
        let is_free = old.meta().finalizers.is_empty() && !namespaces::has_contents_to_delete(&old);
        if seconds == 0 && is_free {
            return self.remove(old);
        }
        if old.meta().is_terminating() && !is_shortened {
            return;
        }
        let mut object = old.clone();
        let meta = object.meta_mut();
        // A shorter grace period counts from when deletion was first asked for.
        let begin = match (meta.deletion_timestamp, meta.deletion_grace_period_seconds) {
            (Some(end), Some(before)) => Time(end.0.saturating_sub(milliseconds(before))),
            _ => {
                meta.generation += 1;
                self.cluster.now
            }
        };
        meta.deletion_timestamp = Some(begin.plus_seconds(seconds));
        meta.deletion_grace_period_seconds = Some(seconds);
        self.write(Some(old), object);
    }

    fn write(&mut self, old: Option<Object>, mut object: Object) {
        self.cluster.control_plane.store.resource_version += 1;
        object.meta_mut().resource_version = self.cluster.store.resource_version;
        self.cluster.control_plane.store.put(object.clone());
        self.notify(old.as_ref(), Some(&object));
        if let Object::Pod(pod) = &object
            && pod.is_ready()
        {
            self.note_ready(pod);
        }
    }

    /// Records what stayed and what changed when a pod that replaced another one becomes Ready. No component reacts to it.
    fn note_ready(&mut self, pod: &Pod) {
        let Some(reason) = identities::note_ready(self.cluster, pod) else { return };
        let (cause, latest) = (self.cause, self.latest);
        self.cause = latest;
        self.say(Subject::pod(&pod.metadata.key()), Some(pod.metadata.uid), Rc::new(reason));
        (self.cause, self.latest) = (cause, latest);
    }

    fn remove(&mut self, old: Object) {
        let reference = old.reference();
        self.cluster.control_plane.store.resource_version += 1;
        self.cluster.control_plane.store.remove(&reference);
        if old.kind() == Kind::Pod && self.cluster.is_assumed(old.meta()) {
            Rc::make_mut(&mut self.cluster.control_plane.controller_state.binding)
                .remove(&old.meta().uid);
        }
        self.wait(Subject::Object(reference), None);
        self.notify(Some(&old), None);
        // The objects of a custom kind go with its definition (the finalizer controller of
        // `k8s.io/apiextensions-apiserver`).
        if let Object::Stored(definition) = &old
            && let Some(kind) = definition.defined_kind()
        {
            for object in self.cluster.store.list(kind) {
                self.delete(&object.reference(), None, Grace::Default);
            }
        }
    }

    fn notify(&mut self, old: Option<&Object>, new: Option<&Object>) {
        self.queue_volumes(old, new);
        let timings = &self.cluster.settings.timings;
        let (reaction, schedule) = (timings.reaction_ms, timings.schedule_ms);
        let own = new.filter(|object| object.kind() == Kind::Pod).map(Object::key);
        let woken = watch::watchers(self.cluster, old, new);
        self.outcome.work_items.reserve(woken.len());
        for item in woken {
            let base = match &item {
                WorkItem::Schedule(key) if own.as_ref() == Some(key) => schedule,
                // A pod that was looked at before is looked at again at once.
                WorkItem::Schedule(_) => reaction / 2,
                // It asks for the object and for its owner before it deletes one.
                WorkItem::Orphans(_) => reaction.saturating_mul(3),
                _ => reaction,
            };
            let delay = base.saturating_add(self.random.below(Stream::Control, base / 2 + 1));
            self.outcome.work_items.push((item, delay, self.latest));
        }
    }

    /// Queues the volumes that a write concerns for the attach and detach controller.
    fn queue_volumes(&mut self, old: Option<&Object>, new: Option<&Object>) {
        let store = &self.cluster.store;
        let mut volumes: Vec<String> = Vec::new();
        for object in old.into_iter().chain(new) {
            match object {
                Object::Pod(pod) if pod.is_bound() => {
                    let named = |claim| store.claims.named(&pod.metadata.namespace, claim);
                    let claims = pod.claims().filter_map(named);
                    volumes.extend(claims.map(|claim| claim.spec.volume_name.clone()));
                }
                Object::PersistentVolumeClaim(claim) => {
                    volumes.push(claim.spec.volume_name.clone());
                }
                Object::PersistentVolume(volume) => volumes.push(volume.metadata.name.clone()),
                Object::VolumeAttachment(attachment) => {
                    volumes.push(attachment.spec.persistent_volume_name.clone());
                }
                _ => {}
            }
        }
        volumes.retain(|volume| !volume.is_empty());
        if !volumes.is_empty() {
            Rc::make_mut(&mut self.cluster.control_plane.controller_state.attach_queue)
                .extend(volumes);
        }
    }

    fn change(&mut self, change: Change) {
        let (now, world) = (self.cluster.now, &mut self.cluster.world);
        match change {
            Change::Host(name, machine) => {
                Rc::make_mut(&mut world.hosts).insert(name, Rc::new(machine));
            }
            Change::PodRuntime(uid, run) => world.runs.put(uid, run),
            Change::Driver(name, true) => {
                Rc::make_mut(&mut world.stopped_drivers).remove(&name);
            }
            Change::Driver(name, false) => {
                Rc::make_mut(&mut world.stopped_drivers).insert(name);
            }
            Change::Disk(id, disk) => put(&mut world.disks, id, disk),
            Change::Send(message) => {
                let number = world.messages_sent;
                world.messages_sent += 1;
                let delay = message.end.since(now);
                put(&mut world.messages, number, Some(message));
                self.outcome.work_items.push((WorkItem::Arrival(number), delay, self.latest));
            }
            Change::Deliver(number) => put(&mut world.messages, number, None),
            Change::Client(name, Some(_))
                if world.clients.len() >= limits::CLIENTS && !world.clients.contains_key(&name) => {
            }
            Change::Client(name, client) => put(&mut world.clients, name, client),
            Change::Simulate => world.is_observed = false,
            Change::Attached(pod, attached) => put(&mut world.attached, pod, attached),
        }
    }
}

/// Applies the feature gates to the fields behind them: `maxUnavailable` has a default if its gate is on
/// (`SetDefaults_StatefulSet`), and is dropped otherwise (`dropStatefulSetDisabledFields`). Returns whether a field was
/// dropped.
pub fn apply_gates(settings: &Settings, object: &mut Object) -> bool {
    let Object::StatefulSet(set) = object else { return false };
    let strategy = &set.spec.update_strategy;
    let is_enabled = settings.is_enabled(MAX_UNAVAILABLE_GATE);
    let has_value = |it: &RollingUpdateStatefulSetStrategy| it.max_unavailable.is_some();
    let is_right = match &strategy.rolling_update {
        Some(rolling) if is_enabled => {
            strategy.kind != StatefulSetUpdateStrategyType::RollingUpdate || has_value(rolling)
        }
        Some(rolling) => !has_value(rolling),
        None => true,
    };
    if is_right {
        return false;
    }
    if let Some(rolling) = &mut Rc::make_mut(set).spec.update_strategy.rolling_update {
        rolling.max_unavailable = is_enabled.then_some(IntOrString::Int(1));
    }
    !is_enabled
}

fn put<K: Ord + Clone, V>(map: &mut Shared<K, V>, key: K, value: Option<V>) {
    let map = Rc::make_mut(map);
    match value {
        Some(value) => map.insert(key, Rc::new(value)),
        None => map.remove(&key),
    };
}

/// The grace period in seconds that a deletion gets (`podStrategy.CheckGracefulDelete`).
fn grace_seconds(object: &Object, grace: Grace) -> u64 {
    let Object::Pod(pod) = object else { return 0 };
    let asked = match grace {
        Grace::Default => pod.spec.termination_grace_period_seconds,
        Grace::Seconds(seconds) => seconds,
    };
    if !pod.is_bound() || pod.is_finished() { 0 } else { asked }
}

/// Whether a write took the last obstacle from the way of a deletion.
fn is_finalised(object: &Object) -> bool {
    let meta = object.meta();
    let has_time = object.kind() == Kind::Pod && meta.deletion_grace_period_seconds != Some(0);
    meta.is_terminating()
        && meta.finalizers.is_empty()
        && !has_time
        && !namespaces::has_contents_to_delete(object)
}

fn spec_changed(old: &Object, new: &Object) -> bool {
    match (old, new) {
        (Object::StatefulSet(old), Object::StatefulSet(new)) => old.spec != new.spec,
        (Object::Deployment(old), Object::Deployment(new)) => old.spec != new.spec,
        (Object::ReplicaSet(old), Object::ReplicaSet(new)) => old.spec != new.spec,
        (Object::PodDisruptionBudget(old), Object::PodDisruptionBudget(new)) => {
            old.spec != new.spec
        }
        (Object::Stored(old), Object::Stored(new)) if matches!(new.kind, Kind::Custom(_)) => {
            old.other.with_field_of("status", &new.other) != new.other
        }
        _ => false,
    }
}
