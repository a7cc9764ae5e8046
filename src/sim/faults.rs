//! Faults of hosts and containers, and further commands of lines that need the second part of the program.

use super::{Command, NodeFault};
use crate::api::*;
use crate::cluster::inside::SideEffect;
use crate::cluster::world::{Host, PodRuntime, RunState, Stage};
use crate::cluster::{
    Change, Grace, Reason, Subject, WorkItem, WorldStep, clients, database, disruption, drain,
    kubelet,
};

/// Does what such a command says.
pub(super) fn perform(step: &mut WorldStep<'_>, command: &Command) {
    match command {
        Command::Evict(key, grace) => evict(step, key, *grace),
        Command::Crash { pod, container, code } => crash(step, pod, container.as_deref(), *code),
        Command::Fail(key) => fail(step, key),
        Command::Node(name, fault) => strike(step, name, *fault),
        Command::Driver { name, runs } => set_driver(step, name, *runs),
        Command::Drain(drain) => drain::start(step, drain),
        Command::Taint { node, taint, removes } => set_taint(step, node, taint, *removes),
        Command::StartClient(name, client) => clients::start(step, name, client),
        Command::StopClient(name) => clients::stop(step, name),
        Command::Ran { pod: key, container, command } => {
            let uid = step.cluster.store.pods.get(key).map(|pod| pod.metadata.uid);
            let (container, command) = (container.clone(), command.clone());
            let reason = Reason::CommandRun { container, pod: ObjectRef::pod(key), command };
            step.record_event(Subject::pod(key), uid, reason);
        }
        Command::Inside(key, side_effect) => act(step, key, side_effect),
        Command::Attach(key, attached) => {
            step.change(Change::Attached(key.clone(), Some(attached.clone())));
        }
        _ => {}
    }
}

/// Makes a change of a command in a container; then the pod's probes check again.
fn act(step: &mut WorldStep<'_>, key: &Key, side_effect: &SideEffect) {
    let Some((uid, run)) = run_of(step, key) else { return };
    let side_effects = std::slice::from_ref(side_effect);
    let mut changed = PodRuntime::clone(&run);
    kubelet::apply_side_effects(step, uid, &mut changed, side_effects);
    if changed != *run {
        step.change(Change::PodRuntime(uid, Some(changed)));
    }
    kubelet::write_statements(step, side_effects);
    step.enqueue_after(WorkItem::Pod(uid, key.clone()), 0);
}

fn evict(step: &mut WorldStep<'_>, key: &Key, grace: Grace) {
    let Some(pod) = step.cluster.store.pods.get(key).cloned() else { return };
    // A refusal was told where the line was read.
    let _ = disruption::evict(step, &pod, grace, Reason::Evicted { pod: ObjectRef::pod(key) });
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
    let text =
        format!("{}{}{}", taint.key, part("=", &taint.value), part(":", taint.effect.as_str()));
    let (object, taint) = (ObjectRef::node(name), text);
    let reason = match removes {
        true => Reason::TaintRemoved { node: object, taint },
        false => Reason::TaintSet { node: object, taint },
    };
    step.record_event(Subject::node(name), Some(node.metadata.uid), reason);
    step.update(changed);
}
