//! What a person can ask of the cluster: changes of API objects, faults of hosts, requests of clients.
//!
//! Faults act on hosts, links and containers, never on flags of API objects.

use crate::api::*;
use crate::cluster::drain::{self, Drain};
use crate::cluster::garbage_collector::{FOREGROUND, OWNED, owned};
use crate::cluster::inside::{self, Deed};
use crate::cluster::network::{self, Request};
use crate::cluster::observed::{self, Report};
use crate::cluster::world::{Attached, Client, Host, PodRuntime, RunState, Stage};
use crate::cluster::{
    Change, Detail, Duration, Grace, Reason, Subject, WorkItem, WorldStep, clients, database,
    disruption, kubelet,
};

/// A command that was found to make sense; where its object is gone by now, nothing happens.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Creates the object.
    Create(Object),
    /// Writes the object, which exists; the word says what was done to it, as in `configured`.
    Configure(Object, &'static str),
    /// Sets the replicas of a StatefulSet, a Deployment or a ReplicaSet.
    Scale(ObjectRef, i32),
    /// Deletes an object.
    Delete(ObjectRef, Grace, Cascade),
    /// Evicts a pod, which is known to be allowed.
    Evict(Key, Grace),
    /// Ends a container's process with an exit code, else with 1; the database, or the first container of the
    /// pod, if none is named.
    Crash {
        /// The pod.
        pod: Key,
        /// The container's name.
        container: Option<String>,
        /// The exit code.
        code: Option<u8>,
    },
    /// Makes a pod fail, as if its node had evicted it.
    Fail(Key),
    /// Does something to a machine or its link.
    Node(String, NodeFault),
    /// Stops a storage driver, or starts it again.
    Driver {
        /// The driver's name.
        name: String,
        /// Whether it runs from now on.
        runs: bool,
    },
    /// Marks a node unschedulable, or schedulable again.
    Cordon {
        /// The node's name.
        node: String,
        /// Whether it is unschedulable from now on.
        is_unschedulable: bool,
    },
    /// Drains nodes, in a terminal of its own.
    Drain(Drain),
    /// Adds a taint to a node, or takes it away.
    Taint {
        /// The node's name.
        node: String,
        /// The taint; without an effect, all with its key are taken away.
        taint: Taint,
        /// Whether it is taken away.
        removes: bool,
    },
    /// A client in a namespace sends a request to a name.
    Send {
        /// The client's name.
        client: String,
        /// The namespace in which it looks the name up.
        namespace: String,
        /// The name.
        host: String,
        /// What it asks.
        request: Request,
    },
    /// A client starts to ask again and again, or gets something else to do.
    StartClient(String, Client),
    /// A client stops.
    StopClient(String),
    /// A command runs in a container: the pod, the container's name, and the command.
    Ran {
        /// The pod.
        pod: Key,
        /// The container's name.
        container: String,
        /// The command.
        command: String,
    },
    /// A change of a command in a container of a pod.
    Inside(Key, Deed),
    /// A `kubectl run` is attached to the pod that it created.
    Attach(Key, Attached),
    /// A line was refused: the text of the refusal.
    Refused(String),
    /// Takes over what is reported of a real cluster.
    Report(Vec<Report>),
    /// Continues as a simulation from what was reported.
    Simulate,
}

/// What can be done to a machine or its link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeFault {
    /// It loses power.
    Off,
    /// It is shut down: its kubelet stops its pods first.
    Shutdown,
    /// It gets power, and boots.
    On,
    /// It is cut off: it runs on, unseen.
    Cut,
    /// It is connected again.
    Heal,
}

/// What becomes of the dependents of a deleted object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cascade {
    /// They go after it.
    Background,
    /// They go before it.
    Foreground,
    /// They stay.
    Orphan,
}

/// Does what a command says.
pub(super) fn perform(step: &mut WorldStep<'_>, command: &Command) {
    match command {
        Command::Create(object) => {
            say_applied(step, object, "created");
            step.create(object.clone());
        }
        Command::Configure(object, verb) => {
            say_applied(step, object, verb);
            step.update(object.clone());
        }
        Command::Scale(reference, replicas) => scale(step, reference, *replicas),
        Command::Delete(reference, grace, cascade) => delete(step, reference, *grace, *cascade),
        Command::Evict(key, grace) => evict(step, key, *grace),
        Command::Crash { pod, container, code } => crash(step, pod, container.as_deref(), *code),
        Command::Fail(key) => fail(step, key),
        Command::Node(name, fault) => strike(step, name, *fault),
        Command::Driver { name, runs } => set_driver(step, name, *runs),
        Command::Cordon { node, is_unschedulable } => cordon(step, node, *is_unschedulable),
        Command::Drain(drain) => drain::start(step, drain),
        Command::Taint { node, taint, removes } => set_taint(step, node, taint, *removes),
        Command::Send { client, namespace, host, request } => {
            network::send(step, client, namespace, host, request.clone());
        }
        Command::StartClient(name, client) => clients::start(step, name, client),
        Command::StopClient(name) => clients::stop(step, name),
        Command::Ran { pod: key, container, command } => {
            let uid = step.cluster.store.pods.get(key).map(|pod| pod.metadata.uid);
            let (container, command) = (container.clone(), command.clone());
            let reason = Reason::CommandRun { container, pod: ObjectRef::pod(key), command };
            step.record_event(Subject::pod(key), uid, reason);
        }
        Command::Inside(key, deed) => act(step, key, deed),
        Command::Attach(key, attached) => {
            step.change(Change::Attached(key.clone(), Some(attached.clone())));
        }
        Command::Refused(message) => {
            let (subject, message) = (Subject::Client("you".into()), message.trim().to_owned());
            step.record_event(subject, None, Reason::Refused { message });
        }
        Command::Report(reports) => step.report(reports.iter().cloned()),
        Command::Simulate => observed::simulate(step),
    }
}

/// Makes a change of a command in a container; then the pod's probes check again.
fn act(step: &mut WorldStep<'_>, key: &Key, deed: &Deed) {
    let Some((uid, run)) = run_of(step, key) else { return };
    let deeds = std::slice::from_ref(deed);
    let mut changed = PodRuntime::clone(&run);
    inside::perform(step, uid, &mut changed, deeds);
    if changed != *run {
        step.change(Change::PodRuntime(uid, Some(changed)));
    }
    inside::store(step, deeds);
    step.enqueue_after(WorkItem::Pod(uid, key.clone()), 0);
}

fn evict(step: &mut WorldStep<'_>, key: &Key, grace: Grace) {
    let Some(pod) = step.cluster.store.pods.get(key).cloned() else { return };
    // A refusal was told where the line was read.
    let _ = disruption::evict(step, &pod, grace, Reason::Evicted { pod: ObjectRef::pod(key) });
}

fn say_applied(step: &mut WorldStep<'_>, object: &Object, verb: &str) {
    let reason = Reason::Applied { object: object.reference(), verb: verb.to_owned() };
    step.record_event(Subject::Object(object.reference()), None, reason);
}

fn scale(step: &mut WorldStep<'_>, reference: &ObjectRef, replicas: i32) {
    let Some(mut object) = step.cluster.store.get(reference) else { return };
    let Some(wanted) = object.replicas_mut() else { return };
    let from = std::mem::replace(wanted, replicas);
    let reason = Reason::Scaled { object: reference.clone(), from, to: replicas };
    let subject = Subject::Object(reference.clone());
    step.record_event(subject, Some(object.meta().uid), reason);
    step.update(object);
}

fn delete(step: &mut WorldStep<'_>, reference: &ObjectRef, grace: Grace, cascade: Cascade) {
    let Some(mut object) = step.cluster.store.get(reference) else { return };
    let meta = object.meta().clone();
    let uid = meta.uid;
    let forced = grace == Grace::Seconds(0) && reference.kind == Kind::Pod;
    // Only pods are given time.
    let seconds = match (&object, grace) {
        (Object::Pod(_), Grace::Seconds(seconds)) => Some(seconds),
        (Object::Pod(pod), Grace::Default) => Some(pod.spec.termination_grace_period_seconds),
        _ => None,
    };
    let (object_ref, grace_period) = (reference.clone(), seconds.map(Duration::seconds));
    let reason = match forced {
        true => Reason::DeletionForced { object: object_ref, grace: grace_period },
        false => Reason::DeletionAsked { object: object_ref, grace: grace_period },
    };
    step.record_event(Subject::Object(reference.clone()), Some(uid), reason);
    match cascade {
        Cascade::Background => {}
        Cascade::Foreground => {
            object.meta_mut().finalizers.push(FOREGROUND.into());
            step.update(object);
            step.enqueue_after(WorkItem::Dependents(reference.clone()), step.timings().reaction_ms);
        }
        Cascade::Orphan => orphan(step, reference, uid),
    }
    step.delete(reference.kind, &meta, grace);
}

/// The dependents of an object lose their owner, so that they stay when it goes.
fn orphan(step: &mut WorldStep<'_>, owner: &ObjectRef, uid: Uid) {
    let cluster = step.cluster;
    let mut count = 0;
    for mut object in owned(cluster, uid, &OWNED).cloned() {
        object.meta_mut().owner_references.retain(|owner| owner.uid != uid);
        step.update(object);
        count += 1;
    }
    let reason = Reason::Orphaned { owner: owner.clone(), count };
    step.record_event(Subject::Object(owner.clone()), Some(uid), reason);
}

fn crash(step: &mut WorldStep<'_>, key: &Key, container: Option<&str>, code: Option<u8>) {
    let Some((uid, run)) = run_of(step, key) else { return };
    let mut run = PodRuntime::clone(&run);
    let running = |name: Option<&str>| {
        let mut main = run.containers.iter().filter(|one| one.state.is_running());
        main.find(|one| name.is_none_or(|name| one.name == name)).map(|one| one.name.clone())
    };
    let database = run.database.as_ref().map(|database| database.member.container.as_str());
    let Some(name) = running(container.or(database)).or_else(|| running(container)) else { return };
    let reason = Reason::CrashCaused { container: name.clone(), pod: ObjectRef::pod(key), code };
    step.record_event(Subject::pod(key), Some(uid), reason);
    kubelet::exit(step, uid, &mut run, &name, code.unwrap_or(1));
    step.change(Change::PodRuntime(uid, Some(run)));
}

fn fail(step: &mut WorldStep<'_>, key: &Key) {
    let Some((uid, run)) = run_of(step, key) else { return };
    let mut run = PodRuntime::clone(&run);
    let reason = Reason::FailureCaused { pod: ObjectRef::pod(key) };
    step.record_event(Subject::pod(key), Some(uid), reason);
    run.stage = Stage::Failed;
    stop(step, uid, &mut run);
    step.change(Change::PodRuntime(uid, Some(run)));
    step.enqueue_after(WorkItem::Pod(uid, key.clone()), step.timings().reaction_ms);
}

/// Everything in the pod stops, at once and without a word.
fn stop(step: &mut WorldStep<'_>, uid: Uid, run: &mut PodRuntime) {
    let now = step.now();
    for container in &mut run.containers {
        container.is_ready = false;
        container.stop = None;
        let (code, since) = match container.state {
            RunState::Waiting | RunState::Ended { again: None, .. } => continue,
            RunState::Ended { code, since, .. } => (code, since),
            RunState::Running { since, .. } => (137, since),
            _ => (137, now),
        };
        container.state = RunState::Ended { code, since, at: now, again: None };
    }
    database::stop(step, uid, run);
}

/// What runs for the pod that has this name now.
fn run_of(step: &WorldStep<'_>, key: &Key) -> Option<(Uid, std::rc::Rc<PodRuntime>)> {
    let uid = step.cluster.store.pods.get(key)?.metadata.uid;
    Some((uid, step.cluster.world().runs.get(&uid)?.clone()))
}

fn strike(step: &mut WorldStep<'_>, name: &str, fault: NodeFault) {
    let cluster = step.cluster;
    let Some(old) = cluster.world().machine(name) else { return };
    let mut machine = Host { since: step.now(), ..Host::clone(old) };
    let node = ObjectRef::node(name);
    let reason = match fault {
        NodeFault::Off => Reason::NodeOff { node },
        NodeFault::Shutdown => Reason::NodeShuttingDown { node },
        NodeFault::On => Reason::NodeOn { node },
        NodeFault::Cut => Reason::NodeCut { node },
        NodeFault::Heal => Reason::NodeHealed { node },
    };
    step.record_event(Subject::node(name), None, reason);
    match fault {
        NodeFault::On => {
            machine.boots = true;
            machine.since = old.since;
            step.enqueue_after(WorkItem::Boot(name.to_owned()), step.timings().boot_ms);
        }
        NodeFault::Shutdown => {
            machine.shuts_down = true;
            kubelet::node::shut_down(step, name);
        }
        NodeFault::Off => {
            (machine.is_on, machine.boots, machine.shuts_down) = (false, false, false);
            machine.images.clone_from(&old.images);
            for (uid, run) in cluster.world().runs.on_node(name) {
                let mut run = PodRuntime::clone(run);
                stop(step, *uid, &mut run);
                // What was to end with its node is restarted with it.
                run.ending = run.ending.filter(|ending| !ending.is_shutdown);
                step.change(Change::PodRuntime(*uid, Some(run)));
            }
        }
        NodeFault::Cut => machine.is_linked = false,
        NodeFault::Heal => {
            machine.is_linked = true;
            if machine.boots {
                step.enqueue_after(WorkItem::Boot(name.to_owned()), step.timings().boot_ms);
            }
            step.enqueue_after(WorkItem::Lease(name.to_owned()), step.timings().reaction_ms);
            let runs = cluster.world().runs.on_node(name);
            let runs = runs.map(|(uid, run)| (*uid, run.pod.clone()));
            let pods = cluster.store.pods_bound_to(name);
            let pods = pods.map(|pod| (pod.metadata.uid, pod.metadata.key()));
            for (uid, key) in runs.chain(pods) {
                step.enqueue_after(WorkItem::Pod(uid, key), step.timings().reaction_ms);
            }
        }
    }
    step.change(Change::Host(name.to_owned(), machine));
}

/// A storage driver stops, or takes up what waits for it.
fn set_driver(step: &mut WorldStep<'_>, name: &str, on: bool) {
    let store = &step.cluster.store;
    let driver = name.to_owned();
    let reason = if on { Reason::DriverOn { driver } } else { Reason::DriverOff { driver } };
    step.record_event(Subject::Name(name.to_owned()), None, reason);
    step.change(Change::Driver(name.to_owned(), on));
    let claims = store.claims.iter().map(|claim| WorkItem::Claim(claim.metadata.key()));
    let attachments = store.attachments.iter().map(|one| WorkItem::Attachment(one.metadata.key()));
    for item in claims.chain(attachments) {
        step.enqueue_after(item, step.timings().reaction_ms);
    }
}

fn cordon(step: &mut WorldStep<'_>, name: &str, on: bool) {
    let Some(node) = step.cluster.store.node(name) else { return };
    let mut changed = Node::clone(node);
    changed.spec.unschedulable = on;
    let verb = if on { Detail::Cordoned {} } else { Detail::Uncordoned {} };
    let reason = Reason::Cordoned { node: ObjectRef::node(name), verb };
    step.record_event(Subject::node(name), Some(node.metadata.uid), reason);
    step.update(changed);
}

fn set_taint(step: &mut WorldStep<'_>, name: &str, taint: &Taint, removes: bool) {
    let Some(node) = step.cluster.store.node(name) else { return };
    let mut changed = Node::clone(node);
    let is_same = |other: &Taint| {
        other.key == taint.key && (taint.effect.is_empty() || other.effect == taint.effect)
    };
    changed.spec.taints.retain(|other| !is_same(other));
    if !removes {
        changed.spec.taints.push(taint.clone());
    }
    let part = |mark: &str, text: &str| match text {
        "" => String::new(),
        text => format!("{mark}{text}"),
    };
    let text = format!("{}{}{}", taint.key, part("=", &taint.value), part(":", &taint.effect));
    let (object, taint) = (ObjectRef::node(name), text);
    let reason = match removes {
        true => Reason::TaintRemoved { node: object, taint },
        false => Reason::TaintSet { node: object, taint },
    };
    step.record_event(Subject::node(name), Some(node.metadata.uid), reason);
    step.update(changed);
}
