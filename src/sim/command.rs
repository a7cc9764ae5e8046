//! What a person can ask of the cluster: changes of API objects, faults of hosts, requests of clients.
//!
//! Faults act on hosts, links and containers, never on flags of API objects.

use super::faults;
use crate::api::*;
use crate::cluster::drain::Drain;
use crate::cluster::garbage_collector::{FOREGROUND, OWNED, owned};
use crate::cluster::inside::SideEffect;
use crate::cluster::network::{self, Request};
use crate::cluster::observed::{self, Report};
use crate::cluster::world::{Attached, Client};
use crate::cluster::{Detail, Duration, Grace, Reason, Subject, WorkItem, WorldStep};
use crate::later::later;

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
    Inside(Key, SideEffect),
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

later! {
    /// Does what commands say of lines that need the second part of the program.
    static FAULT: fn(&mut WorldStep<'_>, &Command) = faults::perform;
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
        Command::Cordon { node, is_unschedulable } => cordon(step, node, *is_unschedulable),
        Command::Send { client, namespace, host, request } => {
            network::send(step, client, namespace, host, request.clone());
        }
        Command::Refused(message) => {
            let (subject, message) = (Subject::Client("you".into()), message.trim().to_owned());
            step.record_event(subject, None, Reason::Refused { message });
        }
        Command::Report(reports) => step.report(reports.iter().cloned()),
        Command::Simulate => observed::simulate(step),
        Command::Evict(..)
        | Command::Crash { .. }
        | Command::Fail(_)
        | Command::Node(..)
        | Command::Driver { .. }
        | Command::Drain(_)
        | Command::Taint { .. }
        | Command::StartClient(..)
        | Command::StopClient(_)
        | Command::Ran { .. }
        | Command::Inside(..)
        | Command::Attach(..) => {
            if let Some(perform) = FAULT.get() {
                perform(step, command);
            }
        }
    }
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

fn cordon(step: &mut WorldStep<'_>, name: &str, on: bool) {
    let Some(node) = step.cluster.store.node(name) else { return };
    let mut changed = Node::clone(node);
    changed.spec.unschedulable = on;
    let verb = if on { Detail::Cordoned {} } else { Detail::Uncordoned {} };
    let reason = Reason::Cordoned { node: ObjectRef::node(name), verb };
    step.record_event(Subject::node(name), Some(node.metadata.uid), reason);
    step.update(changed);
}
