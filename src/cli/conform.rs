//! Replays recordings of real control planes: the file plays user and kubelet, the controllers are ours.
//!
//! A recording is a JSON object: `set` (the manifest), `steps` (what its surroundings did) and `expect`
//! (the state in which everything came to rest after each step). The cluster has no nodes here, so that
//! nothing but the controllers acts; the replay binds pods, makes them Ready, ends them. Where the real
//! controller needs a push to go on, the recording driver gave one, and so does the replay.

use crate::api::*;
use crate::cluster::{Cluster, Effect, Event, Grace, MAX_UNAVAILABLE_GATE, Version, WorkItem};
use crate::manifest;
use crate::sim::{Cascade, Command, Setup, Sim};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The name of the node that the replay binds pods to; no such node exists.
const NODE: &str = "recorded";
/// After each operation the replay waits until nothing has changed for so long, in milliseconds.
const SETTLE_MS: u64 = 10;
/// So often at most.
const ROUNDS_MAX: u32 = 200;

/// Replays a recording. Returns the mismatches, each in a few lines.
///
/// # Errors
/// What makes the text no recording.
pub fn replay(recording: &Value) -> Result<Vec<String>, String> {
    let name = recording["name"].as_str().ok_or("the recording has no name")?;
    let set = set_of(&recording["set"])?;
    let mut replay = Replay::new(set, recording);
    let (Some(steps), Some(expected)) =
        (recording["steps"].as_array(), recording["expect"].as_array())
    else {
        return Err("the recording has no steps or no expectations".into());
    };
    let mut mismatches = Vec::new();
    for (number, (step, expected)) in steps.iter().zip(expected).enumerate() {
        replay.perform(step)?;
        replay.settle()?;
        let got = replay.describe();
        for field in ["actions", "pods", "claims", "status"] {
            let is_unordered = field == "actions" && expected["unordered"] == json!(true);
            if !is_same(&expected[field], &got[field], is_unordered) {
                let (expected, got) = (&expected[field], &got[field]);
                let op = &step["op"];
                mismatches.push(format!("FAIL {name} step {number} {op} {field}\n  expected {expected}\n  got      {got}"));
            }
        }
        if !mismatches.is_empty() {
            break;
        }
    }
    Ok(mismatches)
}

fn set_of(manifest: &Value) -> Result<StatefulSet, String> {
    let mut documents = manifest::parse(&manifest.to_string()).into_iter();
    match documents.next().map(|document| document.outcome) {
        Some(Ok(Object::StatefulSet(set))) => Ok(StatefulSet::clone(&set)),
        Some(Err(refusal)) => Err(refusal.stderr),
        _ => Err("the set is not a StatefulSet".into()),
    }
}

fn is_same(expected: &Value, got: &Value, is_unordered: bool) -> bool {
    let sorted = |value: &Value| {
        let mut texts: Vec<String> =
            value.as_array().into_iter().flatten().map(Value::to_string).collect();
        texts.sort();
        texts
    };
    if is_unordered { sorted(expected) == sorted(got) } else { expected == got }
}

struct Replay {
    sim: Sim,
    set: StatefulSet,
    log: Vec<Event>,
    actions: Vec<Value>,
}

/// Pods and claims before a step: the UID of each, and whether it was terminating.
type Seen = BTreeMap<ObjectRef, (Uid, bool)>;

impl Replay {
    fn new(set: StatefulSet, recording: &Value) -> Replay {
        let mut setup = Setup { nodes: Vec::new(), ..Setup::default() };
        setup.settings.timings.reaction_ms = 1;
        setup.settings.version = Version::V1_36;
        // Generated recordings say in their name alone that the gate was on.
        if recording["name"].as_str().is_some_and(|name| name.starts_with("gate-")) {
            setup.settings.gates.insert(MAX_UNAVAILABLE_GATE.to_owned(), true);
        }
        for gate in recording["gates"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            setup.settings.gates.insert(gate.to_owned(), true);
        }
        Replay { sim: Sim::new(&setup), set, log: Vec::new(), actions: Vec::new() }
    }

    fn cluster(&self) -> &Cluster {
        self.sim.cluster()
    }

    fn key(&self, name: &str) -> Key {
        Key::new(DEFAULT_NAMESPACE, name)
    }

    fn seen(&self) -> Seen {
        let mut seen = Seen::new();
        for kind in [Kind::Pod, Kind::PersistentVolumeClaim] {
            for object in self.cluster().store.list(kind) {
                seen.insert(
                    object.reference(),
                    (object.meta().uid, object.meta().is_terminating()),
                );
            }
        }
        seen
    }

    fn write(&mut self, object: impl Into<Object>) {
        self.sim.outside(vec![Effect::Update(object.into())], &mut self.log);
    }

    fn delete(&mut self, kind: Kind, name: &str, grace: Grace) {
        let reference = ObjectRef::new(kind, &self.key(name));
        self.sim.outside(vec![Effect::Delete(reference, None, grace)], &mut self.log);
    }

    fn perform(&mut self, step: &Value) -> Result<(), String> {
        self.actions.clear();
        let op = step["op"].as_str().ok_or("a step has no op")?;
        let pod = step["pod"].as_str().unwrap_or("");
        match op {
            "create" | "recreateSet" => {
                let command = Command::Create(self.set.clone().into());
                self.sim.perform(&command, &mut self.log);
            }
            "run" => self.report(pod, PodPhase::Running, true),
            "unready" => self.report(pod, PodPhase::Running, false),
            "fail" => self.report(pod, PodPhase::Failed, false),
            "succeed" => self.report(pod, PodPhase::Succeeded, false),
            "deletePod" => self.delete(Kind::Pod, pod, Grace::Seconds(30)),
            "forceDeletePod" | "stop" => self.delete(Kind::Pod, pod, Grace::Seconds(0)),
            "deletePvc" => {
                self.delete(
                    Kind::PersistentVolumeClaim,
                    step["pvc"].as_str().unwrap_or(""),
                    Grace::Default,
                );
            }
            "deleteSet" => {
                let cascade = match step["cascade"].as_str() {
                    Some("orphan") => Cascade::Orphan,
                    Some("foreground") => Cascade::Foreground,
                    _ => Cascade::Background,
                };
                let reference = ObjectRef::new(Kind::StatefulSet, &self.set.metadata.key());
                self.sim
                    .perform(&Command::Delete(reference, Grace::Default, cascade), &mut self.log);
            }
            "wait" => self.run_for(step["seconds"].as_u64().unwrap_or(0) * 1000),
            _ => self.edit(op, step)?,
        }
        Ok(())
    }

    /// The user edits the set.
    fn edit(&mut self, op: &str, step: &Value) -> Result<(), String> {
        let Some(set) = self.cluster().store.stateful_sets.get(&self.set.metadata.key()) else {
            return Ok(());
        };
        let mut set = StatefulSet::clone(set);
        let number = |name: &str| {
            step[name].as_i64().and_then(|number| i32::try_from(number).ok()).unwrap_or(0)
        };
        let rolling = || set.spec.update_strategy.rolling_update.clone().unwrap_or_default();
        match op {
            "scale" => set.spec.replicas = number("replicas"),
            "setImage" => {
                let image = step["image"].as_str().unwrap_or("").to_owned();
                set.spec
                    .template
                    .spec
                    .containers
                    .iter_mut()
                    .for_each(|one| one.image.clone_from(&image));
            }
            "setPartition" => {
                let rolling = RollingUpdateStatefulSetStrategy {
                    partition: number("partition"),
                    ..rolling()
                };
                set.spec.update_strategy.rolling_update = Some(rolling);
            }
            "setMaxUnavailable" => {
                let value = match &step["maxUnavailable"] {
                    Value::String(text) => IntOrString::String(text.clone()),
                    _ => IntOrString::Int(number("maxUnavailable")),
                };
                let rolling =
                    RollingUpdateStatefulSetStrategy { max_unavailable: Some(value), ..rolling() };
                set.spec.update_strategy.rolling_update = Some(rolling);
            }
            "setRetention" => {
                let word = |name: &str| step[name].as_str().unwrap_or("Retain").into();
                set.spec.persistent_volume_claim_retention_policy =
                    StatefulSetPersistentVolumeClaimRetentionPolicy {
                        when_deleted: word("whenDeleted"),
                        when_scaled: word("whenScaled"),
                    };
            }
            _ => return Err(format!("unknown operation {op}")),
        }
        self.write(set);
        Ok(())
    }

    /// The kubelet reports on a pod.
    fn report(&mut self, name: &str, phase: PodPhase, is_ready: bool) {
        let Some(pod) = self.cluster().store.pods.get(&self.key(name)) else { return };
        let mut pod = Pod::clone(pod);
        let now = self.cluster().now;
        pod.status.phase = phase;
        set_condition(&mut pod.status.conditions, "Ready", is_ready.into(), "", "", now);
        self.write(pod);
    }

    /// Runs until nothing changes any more, with a push at the end.
    fn settle(&mut self) -> Result<(), String> {
        for _ in 0..ROUNDS_MAX {
            let before = self.cluster().store.resource_version;
            self.run_for(SETTLE_MS);
            let push = Effect::Enqueue(WorkItem::StatefulSet(self.set.metadata.key()), 0);
            self.sim.outside(vec![push], &mut self.log);
            self.run_for(SETTLE_MS);
            if self.cluster().store.resource_version == before {
                return Ok(());
            }
        }
        Err("the model does not settle".into())
    }

    /// Lets time pass; pods are bound as soon as they exist, and what the controllers do is written down.
    fn run_for(&mut self, ms: u64) {
        let until = self.cluster().now.plus(ms);
        loop {
            let before = self.seen();
            let stepped = self.sim.step(until, &mut self.log);
            self.note(&before);
            let unbound: Vec<Rc<Pod>> =
                self.cluster().store.pods.iter().filter(|pod| !pod.is_bound()).cloned().collect();
            for pod in unbound {
                let mut bound = Pod::clone(&pod);
                bound.spec.node_name = NODE.into();
                self.write(bound);
            }
            if !stepped {
                break;
            }
        }
        self.sim.run_to(until, &mut self.log);
    }

    /// Writes down what a component has just created and deleted.
    fn note(&mut self, before: &Seen) {
        let after = self.seen();
        let mut deleted: Vec<(u64, Value)> = Vec::new();
        for (reference, (uid, was_terminating)) in before {
            let now = after.get(reference).filter(|(new, _)| new == uid);
            let is_deleted = now.is_none_or(|(_, terminating)| *terminating);
            if !was_terminating && is_deleted {
                let (kind, name) = (reference.kind.name(), reference.key.name());
                let object = self.cluster().store.get(reference).filter(|_| now.is_some());
                let version = object.map_or(0, |object| object.meta().resource_version);
                deleted.push((version, json!({ "verb": "delete", "kind": kind, "name": name })));
            }
        }
        deleted.sort_by_key(|(version, _)| *version);
        self.actions.extend(deleted.into_iter().map(|(_, action)| action));
        let mut created: Vec<(u64, Value)> = Vec::new();
        for (reference, (uid, _)) in &after {
            if before.get(reference).is_some_and(|(old, _)| old == uid) {
                continue;
            }
            let Some(object) = self.cluster().store.get(reference) else { continue };
            let mut action = json!({
                "verb": "create", "kind": reference.kind.name(), "name": reference.key.name()
            });
            if let Object::Pod(pod) = &object {
                action["image"] = json!(image(&pod.spec));
            }
            created.push((object.meta().resource_version, action));
        }
        created.sort_by_key(|(version, _)| *version);
        self.actions.extend(created.into_iter().map(|(_, action)| action));
    }

    fn describe(&self) -> Value {
        let store = &self.cluster().store;
        let set = store.stateful_sets.get(&self.set.metadata.key());
        let ordinal =
            |name: &str| name.rsplit_once('-').and_then(|(_, number)| number.parse::<u32>().ok());
        let mut pods: Vec<_> = store.pods.iter().collect();
        pods.sort_by_key(|pod| ordinal(&pod.metadata.name));
        let mut claims: Vec<_> = store.claims.iter().collect();
        claims.sort_by_key(|claim| ordinal(&claim.metadata.name));
        json!({
            "actions": self.actions,
            "pods": pods.iter().map(|pod| describe_pod(pod, set)).collect::<Vec<_>>(),
            "claims": claims.iter().map(|claim| describe_claim(claim)).collect::<Vec<_>>(),
            "status": set.map_or(Value::Null, |set| describe_status(self.cluster(), set)),
        })
    }
}

fn image(spec: &PodSpec) -> &str {
    spec.containers.first().map_or("", |container| container.image.as_str())
}

fn describe_pod(pod: &Pod, set: Option<&Rc<StatefulSet>>) -> Value {
    let owner = pod.metadata.controller().map(|owner| owner.uid);
    json!({
        "name": pod.metadata.name,
        "image": image(&pod.spec),
        "phase": pod.status.phase.name(),
        "ready": pod.is_ready(),
        "terminating": pod.metadata.is_terminating(),
        "claim": pod.claims().next(),
        "owned": owner.is_some() && owner == set.map(|set| set.metadata.uid),
    })
}

fn describe_claim(claim: &PersistentVolumeClaim) -> Value {
    let mut owners: Vec<&str> =
        claim.metadata.owner_references.iter().map(|owner| owner.kind.as_str()).collect();
    owners.sort_unstable();
    json!({ "name": claim.metadata.name, "terminating": claim.metadata.is_terminating(), "owners": owners })
}

fn describe_status(cluster: &Cluster, set: &StatefulSet) -> Value {
    let status = &set.status;
    let template = |name: &str| {
        let revision = cluster.store.revisions.named(&set.metadata.namespace, name);
        revision.map_or(Value::Null, |revision| json!(image(&revision.data.spec)))
    };
    let mut fields = Map::new();
    for (name, count) in [
        ("replicas", status.replicas),
        ("readyReplicas", status.ready_replicas),
        ("availableReplicas", status.available_replicas),
        ("currentReplicas", status.current_replicas),
        ("updatedReplicas", status.updated_replicas),
    ] {
        fields.insert(name.to_owned(), json!(count));
    }
    fields.insert("currentRevision".to_owned(), template(&status.current_revision));
    fields.insert("updateRevision".to_owned(), template(&status.update_revision));
    Value::Object(fields)
}
