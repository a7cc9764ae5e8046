//! What a kubelet does for its node: heartbeats, registration, the volumes in use.

use super::*;

/// Renews the lease of a node that can be heard, and says that it is Ready if the API thinks otherwise.
pub fn renew_lease(step: &mut WorldStep<'_>, name: &str) {
    let cluster = step.cluster;
    if !cluster.world.is_heard(name) {
        return;
    }
    let now = step.now();
    match cluster.store.leases.named(LEASE_NAMESPACE, name) {
        Some(lease) => step.update(Lease { renew_time: now, ..Lease::clone(lease) }),
        None => {
            let (name, namespace) = (name.into(), LEASE_NAMESPACE.into());
            let metadata = ObjectMeta { name, namespace, ..ObjectMeta::default() };
            step.create(Lease { metadata, renew_time: now });
        }
    }
    let is_shut_down = cluster.world.machine(name).is_some_and(|machine| machine.shuts_down);
    let node = cluster.store.node(name).filter(|_| !is_shut_down);
    if let Some(node) = node.filter(|node| *node.ready_status() != ConditionStatus::True) {
        let mut ready = Node::clone(node);
        ready.post_ready(now);
        step.record_event(
            Subject::node(name),
            Some(node.metadata.uid),
            Reason::NodeReady { node: ObjectRef::node(name) },
        );
        step.update(ready);
    }
    step.enqueue_after(WorkItem::Lease(name.to_owned()), step.timings().lease_renewal_ms);
}

/// A machine has booted after a power loss: its kubelet registers the node and restarts its pods (same UID,
/// new IP). A kubelet that cannot reach the API server knows no pods, so it waits until it can.
pub fn boot(step: &mut WorldStep<'_>, name: &str) {
    let cluster = step.cluster;
    let can_boot = |machine: &&Rc<Host>| machine.boots && machine.is_linked;
    let Some(machine) = cluster.world.machine(name).filter(can_boot) else {
        return;
    };
    let mut machine = Host::clone(machine);
    (machine.is_on, machine.boots) = (true, false);
    machine.since = step.now();
    step.change(Change::Host(name.to_owned(), machine.clone()));
    if cluster.store.node(name).is_none() {
        step.create(Node::clone(&machine.node));
    }
    for (uid, run) in cluster.world.runs.on_node(name) {
        restart(step, *uid, run);
    }
    for pod in cluster.store.pods_bound_to(name) {
        step.enqueue_after(
            WorkItem::Pod(pod.metadata.uid, pod.metadata.key()),
            step.timings().reaction_ms,
        );
    }
    step.enqueue_after(WorkItem::Lease(name.to_owned()), 0);
}

/// How long pods have to end when their node is shut down, in seconds: a `shutdownGracePeriod` of 30s without the
/// 10s of `shutdownGracePeriodCriticalPods`, as in concepts/cluster-administration/node-shutdown.
const SHUTDOWN_SECONDS: u64 = 20;
/// How long the machine needs after its last pod, in milliseconds.
const OFF_MS: u64 = 500;

/// The machine is being shut down: the kubelet reports that the node is not Ready and stops its pods, whose
/// objects stay (`nodeshutdown.managerImpl.processShutdownEvent`).
pub fn shut_down(step: &mut WorldStep<'_>, name: &str) {
    let (cluster, now) = (step.cluster, step.now());
    if let Some(node) = cluster.store.node(name).filter(|_| cluster.world.is_heard(name)) {
        let mut going = Node::clone(node);
        let (reason, message) = ("KubeletNotReady", "node is shutting down");
        set_condition(
            &mut going.status.conditions,
            "Ready",
            ConditionStatus::False,
            reason,
            message,
            now,
        );
        step.update(going);
    }
    let mut last = now;
    for (uid, run) in cluster.world.runs.on_node(name) {
        if run.ending.is_some() || run.stage > Stage::Containers {
            continue;
        }
        let mut run = PodRuntime::clone(run);
        let grace = run.spec.termination_grace_period_seconds.min(SHUTDOWN_SECONDS);
        kill::say_stopping(step, *uid, &run, grace);
        let until = kill::stop_pod(step, *uid, &mut run, grace);
        run.ending = Some(Ending { since: now, until, is_shutdown: true });
        last = last.max(until);
        step.enqueue_at(WorkItem::Pod(*uid, run.pod.clone()), until);
        step.change(Change::PodRuntime(*uid, Some(run)));
    }
    let off = last.plus(step.timings().unmount_ms.saturating_add(OFF_MS));
    step.enqueue_at(WorkItem::Shutdown(name.to_owned()), off);
}

/// The machine that was shut down is off now.
pub fn power_off(step: &mut WorldStep<'_>, name: &str) {
    let machine = step.cluster.world.machine(name);
    let Some(machine) = machine.filter(|machine| machine.is_on && machine.shuts_down) else {
        return;
    };
    let machine =
        Host { is_on: false, shuts_down: false, since: step.now(), ..Host::clone(machine) };
    step.record_event(
        Subject::node(name),
        None,
        Reason::NodeShutDown { node: ObjectRef::node(name) },
    );
    step.change(Change::Host(name.to_owned(), machine));
}

/// Restarts a pod after a reboot with a new sandbox. A pod that is terminating is gone.
fn restart(step: &mut WorldStep<'_>, uid: Uid, run: &Rc<PodRuntime>) {
    let pod = step.cluster.store.pods.get(&run.pod).filter(|pod| pod.metadata.uid == uid);
    let stays = pod.is_some_and(|pod| !pod.metadata.is_terminating());
    let mut again = PodRuntime::clone(run);
    if stays && run.ending.is_none() && run.stage == Stage::Containers {
        again.stage = Stage::Mounting;
        again.stage_since = step.now();
        again.stage_until = Some(step.now().plus(step.timings().mount_ms));
        for container in &mut again.containers {
            let (since, at) = match container.state {
                RunState::Ended { since, at, .. } => (since, at),
                _ => continue,
            };
            container.state = RunState::Waiting;
            container.restarts += 1;
            container.last = Some(ContainerState::Terminated {
                reason: "Unknown".into(),
                exit_code: status::LOST,
                message: String::new(),
                started_at: since,
                finished_at: at,
            });
        }
        let (pod, node) = (ObjectRef::pod(&run.pod), ObjectRef::node(&run.node));
        let reason = Reason::PodRebooted { pod, node };
        step.record_event(Subject::pod(&run.pod), Some(uid), reason);
    }
    step.change(Change::PodRuntime(uid, Some(again)));
    step.enqueue_after(WorkItem::Pod(uid, run.pod.clone()), 0);
}

/// Tells the API which volumes the node has mounted, if that changed.
pub(super) fn report_volumes(step: &mut WorldStep<'_>, uid: Uid, run: &PodRuntime) {
    let cluster = step.cluster;
    let Some(node) = cluster.store.node(&run.node) else { return };
    let others = cluster.world.runs.on_node(&run.node).filter(|(other, _)| **other != uid);
    let mounted = others.flat_map(|(_, other)| &other.mounted).chain(&run.mounted);
    // Mostly nothing changed.
    let reported = &node.status.volumes_in_use;
    let mut is_mounted = vec![false; reported.len()];
    let mut is_reported = |volume: &String| {
        reported.binary_search(volume).is_ok_and(|place| {
            is_mounted[place] = true;
            true
        })
    };
    if mounted.clone().all(&mut is_reported) && is_mounted.iter().all(|it| *it) {
        return;
    }
    let mounted: Set<&String> = mounted.collect();
    let mut updated = Node::clone(node);
    updated.status.volumes_in_use = mounted.into_iter().cloned().collect();
    step.update(updated);
}
