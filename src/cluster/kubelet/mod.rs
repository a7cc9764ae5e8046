//! What a node does for its pods: volumes, network, containers, probes, the end.
//!
//! Follows `pkg/kubelet` of Kubernetes v1.36 in what an observer of the API can see. A kubelet knows
//! its own machine always and the API only while the node is connected; a pod that it cannot report
//! on goes on running. Left out for now: resources and their eviction, image garbage, exec and logs.

mod adopt;
mod containers;
mod kill;
pub mod node;
mod probes;
mod side_effects;
mod start;
mod status;
mod termination;

use super::inside::{self, Failed, Files};
use super::world::*;
use super::*;
pub use adopt::adopt;
pub use containers::exit;
pub use kill::KILLED;
pub use side_effects::{apply_side_effects, write_statements};

/// Looks after one incarnation of a pod.
pub fn sync_pod(step: &mut WorldStep<'_>, uid: Uid, key: &Key) {
    let cluster = step.cluster;
    let pod = cluster.store.pods.get(key).filter(|pod| pod.metadata.uid == uid).cloned();
    let old = cluster.world.runs.get(&uid).cloned();
    let bound = pod.as_ref().map(|pod| pod.spec.node_name.clone());
    let Some(node) = old.as_ref().map(|run| run.node.clone()).or(bound) else { return };
    let Some(machine) = cluster.world.machine(&node).filter(|machine| machine.is_on) else {
        return;
    };
    let is_heard = machine.is_linked;
    let mut run = match (&old, &pod) {
        (Some(run), _) => PodRuntime::clone(run),
        (None, Some(pod)) if is_heard => match accept(step, pod) {
            Some(run) => run,
            None => return,
        },
        _ => return,
    };
    if is_heard {
        learn(step, uid, &mut run, pod.as_deref());
    }
    let due = advance(step, uid, &mut run);
    if is_heard {
        report(step, uid, &mut run, pod.as_ref());
    }
    let runs = is_heard && run.stage == Stage::Containers && run.ending.is_none();
    let started = Some(run.stage_since).filter(|_| runs);
    let grows = started.and_then(|started| volumes::grow_mounted(step, &run, started));
    if let Some(time) = due.into_iter().chain(grows).min() {
        step.enqueue_at(WorkItem::Pod(uid, key.clone()), time);
    }
    let is_gone = run.stage == Stage::Gone && (is_heard && pod.is_none() || run.ending.is_none());
    if is_gone {
        forget(step, uid, &run);
    } else if old.as_deref() != Some(&run) {
        step.change(Change::PodRuntime(uid, Some(run)));
    }
}

/// Advances the database of a pod, and handles the exit of its process.
pub fn sync_database(step: &mut WorldStep<'_>, uid: Uid) {
    let Some((mut run, container_end)) = database::sync(step, uid) else { return };
    match container_end {
        Some(database::ContainerEnd::Exit { container, code }) => {
            exit(step, uid, &mut run, &container, code);
        }
        Some(database::ContainerEnd::Flushed { container }) => {
            kill::end_early(step, uid, &mut run, &container);
        }
        None => {}
    }
    if step.cluster.world.runs.get(&uid).is_none_or(|old| **old != run) {
        step.change(Change::PodRuntime(uid, Some(run)));
    }
}

/// Takes a pod that was bound to this node. One that is to go before it ever ran is let go at once.
fn accept(step: &mut WorldStep<'_>, pod: &Rc<Pod>) -> Option<PodRuntime> {
    if pod.metadata.is_terminating() {
        step.delete(Kind::Pod, &pod.metadata, Grace::Seconds(0));
        return None;
    }
    (!pod.is_finished()).then(|| start::new_run(step, pod))
}

/// What the kubelet learns from the API: a deletion, or that the object is gone.
fn learn(step: &mut WorldStep<'_>, uid: Uid, run: &mut PodRuntime, pod: Option<&Pod>) {
    if run.ending.is_some() {
        return;
    }
    let subject = Subject::pod(&run.pod);
    let grace = match pod {
        None => {
            if run.containers.iter().any(|container| container.state.is_running()) {
                let (pod, node) = (ObjectRef::pod(&run.pod), ObjectRef::node(&run.node));
                step.record_event(subject, Some(uid), Reason::PodOrphanKilled { pod, node });
            }
            0
        }
        Some(pod)
            if pod.metadata.is_terminating() || pod.is_finished() && run.stage != Stage::Failed =>
        {
            let grace = pod.metadata.deletion_grace_period_seconds.unwrap_or(0);
            kill::say_stopping(step, uid, run, grace);
            grace
        }
        Some(pod) => return kill::redefine(step, uid, run, pod),
    };
    let until = kill::stop_pod(step, uid, run, grace);
    run.ending = Some(Ending { since: step.now(), until, is_shutdown: false });
}

/// Goes on with the pod as far as time allows. Returns when there is more to do.
fn advance(step: &mut WorldStep<'_>, uid: Uid, run: &mut PodRuntime) -> Option<Time> {
    if let Some(ending) = run.ending {
        return end(step, uid, run, ending);
    }
    match run.stage {
        Stage::Volumes | Stage::Mounting | Stage::Sandbox => start::advance(step, uid, run),
        Stage::Containers => containers::advance(step, uid, run),
        Stage::Failed | Stage::Unmounting | Stage::Gone => None,
    }
}

/// Ends the containers, then unmounts the volumes (`SyncTerminatingPod`, `SyncTerminatedPod`).
fn end(step: &mut WorldStep<'_>, uid: Uid, run: &mut PodRuntime, ending: Ending) -> Option<Time> {
    let now = step.now();
    if run.stage < Stage::Unmounting {
        if now < ending.until {
            return Some(ending.until);
        }
        kill::stop_all(run, now);
        database::stop(step, uid, run);
        run.stage = Stage::Unmounting;
        run.stage_since = now;
        run.stage_until =
            Some(now.plus(if run.mounted.is_empty() { 0 } else { step.timings().unmount_ms }));
    }
    match run.stage_until {
        Some(time) if now < time => Some(time),
        _ => {
            run.stage = Stage::Gone;
            run.stage_until = None;
            run.mounted.clear();
            None
        }
    }
}

/// Writes the pod's status, or, once nothing is left of it, confirms that it is gone.
fn report(step: &mut WorldStep<'_>, uid: Uid, run: &mut PodRuntime, pod: Option<&Rc<Pod>>) {
    node::report_volumes(step, uid, run);
    let Some(pod) = pod else { return };
    let finalizers = &pod.metadata.finalizers;
    if run.stage == Stage::Gone && pod.metadata.is_terminating() && !finalizers.is_empty() {
        // Nothing of it runs, but its object stays until the finalizers are removed.
        let (object, finalizers) = (ObjectRef::pod(&run.pod), finalizers.clone());
        step.set_wait(Subject::pod(&run.pod), Reason::PodFinalizers { pod: object, finalizers });
        step.delete(Kind::Pod, &pod.metadata, Grace::Seconds(0));
    } else if run.stage == Stage::Gone && pod.metadata.is_terminating() {
        step.clear_wait(Subject::pod(&run.pod));
        let owner = pod.metadata.controller().map_or("", |owner| owner.kind.as_str());
        let object = ObjectRef::pod(&run.pod);
        let reason = match (owner, pod.claims().next()) {
            ("ReplicaSet", _) => Reason::ReplicaStopped { pod: object },
            (_, Some(_)) if claims_go(step, pod) => Reason::PodStoppedWithClaim { pod: object },
            (_, Some(_)) => Reason::PodStopped { pod: object },
            ("StatefulSet", None) => Reason::ClaimlessStopped { pod: object },
            _ => Reason::ReplicaStopped { pod: object },
        };
        step.record_pod_event(pod, reason);
        step.delete(Kind::Pod, &pod.metadata, Grace::Seconds(0));
        return;
    }
    status::write(step, run, pod);
}

/// Whether the claims of a pod that is being deleted are deleted with it: they are its own, or of a set that
/// is gone or is being deleted.
fn claims_go(step: &WorldStep<'_>, pod: &Pod) -> bool {
    let store = &step.cluster.store;
    let namespace = &pod.metadata.namespace;
    let stays = |owner: &OwnerReference| {
        let sets = store.stateful_sets.in_namespace(namespace);
        let mut sets = sets.filter(|set| !set.metadata.is_terminating());
        sets.any(|set| set.metadata.uid == owner.uid)
    };
    let goes = |owner: &OwnerReference| {
        owner.uid == pod.metadata.uid || owner.kind == "StatefulSet" && !stays(owner)
    };
    let mut claims = pod.claims().filter_map(|name| store.claims.named(namespace, name));
    claims.any(|claim| {
        claim.metadata.is_terminating() || claim.metadata.owner_references.iter().any(goes)
    })
}

/// Nothing is left of the pod on the node; a folder of its own goes with it.
fn forget(step: &mut WorldStep<'_>, uid: Uid, run: &PodRuntime) {
    let folder = DiskId::Folder(uid);
    if let Some(disk) = step.cluster.world.disks.get(&folder) {
        database::folder_deleted(step, uid, run, &disk.data);
        step.change(Change::Disk(folder, None));
    }
    let (key, store) = (&run.pod, &step.cluster.store);
    let is_other = store.pods.get(key).is_some_and(|pod| pod.metadata.uid != uid);
    if !is_other && step.cluster.world.attached.contains_key(key) {
        step.change(Change::Attached(key.clone(), None));
    }
    step.change(Change::PodRuntime(uid, None));
}

fn earliest(a: Option<Time>, b: Option<Time>) -> Option<Time> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (one, other) => one.or(other),
    }
}

/// Names a container.
fn reference(container: &ContainerRun) -> ContainerRef {
    let kind = match container {
        ContainerRun { is_ephemeral: true, .. } => ContainerType::Ephemeral,
        ContainerRun { is_init: true, .. } => ContainerType::Init,
        _ => ContainerType::Regular,
    };
    ContainerRef { name: container.name.clone(), kind }
}

/// A container that was not started yet.
fn new_container((kind, container): (ContainerType, &Container)) -> ContainerRun {
    ContainerRun {
        name: container.name.clone(),
        image: container.image.clone(),
        is_init: kind == ContainerType::Init && !container.is_sidecar(),
        is_ephemeral: kind == ContainerType::Ephemeral,
        state: RunState::Waiting,
        is_ready: false,
        restarts: 0,
        back_off_ms: 0,
        message: String::new(),
        last: None,
        config_error: None,
        probes: Probes::default(),
        stop: None,
        files: Files::default(),
        process: None,
    }
}
