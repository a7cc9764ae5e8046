//! How a pod starts on its node: volumes attached and mounted, a sandbox with an address.

use super::*;
use crate::db::Data;

/// What a node has in hand for a pod that it has just taken.
pub(super) fn new_run(step: &mut WorldStep<'_>, pod: &Pod) -> PodRuntime {
    PodRuntime {
        pod: pod.metadata.key(),
        node: pod.spec.node_name.clone(),
        spec: Rc::new(pod.spec.clone()),
        ip: String::new(),
        stage: Stage::Volumes,
        stage_since: step.now(),
        stage_until: None,
        containers: pod.spec.all_containers().map(new_container).collect(),
        ending: None,
        mounted: Vec::new(),
        database: database_of(step, pod),
        folders: Rc::default(),
    }
}

/// The database that stands in for the image of a set's pod; other pods run none.
fn database_of(step: &mut WorldStep<'_>, pod: &Pod) -> Option<Database> {
    if step.cluster.settings.observed.is_some() {
        // What runs in the pods of a real cluster, and what is on their volumes, is unknown.
        return None;
    }
    let store = &step.cluster.store;
    let set = store.owning_set(&pod.metadata)?;
    let ordinal = set.ordinal_of(&pod.metadata.name)?;
    let options = database::options(&pod.metadata.annotations);
    let claimed = pod.spec.volumes.iter().find(|volume| volume.persistent_volume_claim.is_some());
    let folder = pod.spec.volumes.iter().find(|volume| volume.empty_dir.is_some());
    let data = claimed.or(folder).map_or("", |volume| volume.name.as_str());
    let mounts =
        |container: &&Container| container.volume_mounts.iter().any(|mount| mount.name == data);
    let main = pod.spec.containers.iter().find(mounts).or(pod.spec.containers.first())?;
    let clones = |container: &&Container| match options.clone_container {
        Some(name) => container.name == name,
        None => container.name.contains("clone"),
    };
    let member = Member {
        set: set.metadata.name.clone(),
        ordinal,
        first: set.spec.ordinals.start,
        service: pod.spec.subdomain.clone(),
        container: main.name.clone(),
        clone_container: pod
            .spec
            .init_containers
            .iter()
            .find(clones)
            .map(|container| container.name.clone()),
        clones: options.clones,
        replicates: options.replicates,
        catches_up: options.catches_up,
        is_synchronous: options.is_synchronous,
        fails_over: options.fails_over,
        replicas_write: options.replicas_write,
        has_unique_keys: options.has_unique_keys,
        wants_quorum: options.wants_quorum,
        flushes_on_stop: options.flushes_on_stop,
        entry_size: options.entry_size,
        initial_entries: options.initial_entries,
    };
    let claim = claimed.and_then(|volume| volume.persistent_volume_claim.as_ref());
    let disk = match claim {
        Some(claim) => {
            let claim = store.claims.named(&pod.metadata.namespace, &claim.claim_name)?;
            DiskId::Volume(claim.spec.volume_name.clone())
        }
        None => folder_disk(step, pod),
    };
    let (member, data, since) = (Rc::new(member), Data::default(), step.now());
    Some(Database { member, disk, data, state: DatabaseState::Down, since })
}

/// A folder that goes with the pod.
fn folder_disk(step: &mut WorldStep<'_>, pod: &Pod) -> DiskId {
    let id = DiskId::Folder(pod.metadata.uid);
    let (node, since) = (Some(pod.spec.node_name.clone()), step.now());
    let (data, files) = (Data::default(), Files::default());
    let disk = Disk { node, claim: None, since, attached: Set::new(), data, files };
    step.change(Change::Disk(id.clone(), Some(disk)));
    id
}

/// Goes on until the containers can be started. Returns when there is more to do.
pub(super) fn advance(step: &mut WorldStep<'_>, uid: Uid, run: &mut PodRuntime) -> Option<Time> {
    let (now, timings) = (step.now(), step.timings());
    loop {
        if let Some(time) = run.stage_until
            && now < time
        {
            return Some(time);
        }
        match run.stage {
            Stage::Volumes => {
                let volumes = volumes_at_hand(step, run)?;
                if let Some(retry) = unmountable(step, run) {
                    return Some(retry);
                }
                step.clear_wait(Subject::pod(&run.pod));
                run.mounted = volumes;
                enter(run, Stage::Mounting, now, timings.mount_ms);
            }
            Stage::Mounting => enter(run, Stage::Sandbox, now, timings.sandbox_ms),
            Stage::Sandbox => {
                run.ip = address(step, run);
                let reason =
                    Reason::PodSandbox { pod: ObjectRef::pod(&run.pod), ip: run.ip.clone() };
                step.record_event(Subject::pod(&run.pod), Some(uid), reason);
                run.stage = Stage::Containers;
                run.stage_since = now;
                run.stage_until = None;
                return containers::advance(step, uid, run);
            }
            _ => return None,
        }
    }
}

fn enter(run: &mut PodRuntime, stage: Stage, now: Time, takes_ms: u64) {
    run.stage = stage;
    run.stage_since = now;
    run.stage_until = Some(now.plus(takes_ms));
}

/// The names of the pod's volumes, if all of them can be mounted now; if not, the pod says what it waits for.
fn volumes_at_hand(step: &mut WorldStep<'_>, run: &PodRuntime) -> Option<Vec<String>> {
    let store = &step.cluster.store;
    let claims =
        run.spec.volumes.iter().filter_map(|volume| volume.persistent_volume_claim.as_ref());
    let mut volumes = Vec::new();
    for claim in claims {
        let claim = store.claims.named(run.pod.namespace(), &claim.claim_name)?;
        let volume = store.volume_of(claim)?;
        let name = &volume.metadata.name;
        let is_attached = store
            .attachment(name, &run.node)
            .is_some_and(|other| other.status.attached && !other.metadata.is_terminating());
        if volume.spec.csi.is_some() && !is_attached {
            let subject = Subject::pod(&run.pod);
            let is_told = step
                .cluster
                .waits
                .get(&subject)
                .is_some_and(|wait| wait.reason.code() == Code::MultiAttach);
            if !is_told {
                let reason = Reason::WaitForAttach {
                    pod: ObjectRef::pod(&run.pod),
                    claim: Some(claim.metadata.reference(Kind::PersistentVolumeClaim)),
                    volume: volume.metadata.reference(Kind::PersistentVolume),
                    node: ObjectRef::node(&run.node),
                };
                step.set_wait(subject, reason);
            }
            return None;
        }
        volumes.push(name.clone());
    }
    Some(volumes)
}

/// When the kubelet next tries to mount a volume whose object does not exist: after 500 ms, then after twice as long
/// each time, up to about two minutes
/// (`pkg/volume/util/nestedpendingoperations`, `exponentialbackoff`).
fn unmountable(step: &mut WorldStep<'_>, run: &PodRuntime) -> Option<Time> {
    const FIRST_MS: u64 = 500;
    const LONGEST_MS: u64 = 122_000;
    let store = &step.cluster.store;
    let (volume, message) = references::missing_in_volumes(store, run.pod.namespace(), &run.spec)?;
    let reason =
        Reason::MountFailed { pod: ObjectRef::pod(&run.pod), volume: volume.into(), message };
    step.set_wait(Subject::pod(&run.pod), reason);
    let (now, mut again, mut delay) = (step.now(), run.stage_since, FIRST_MS);
    while again <= now {
        again = again.plus(delay);
        delay = delay.saturating_mul(2).min(LONGEST_MS);
    }
    Some(again)
}

/// The next free address of the node's range; none is given twice. In the network of the node, its own address.
fn address(step: &mut WorldStep<'_>, run: &PodRuntime) -> String {
    let Some(machine) = step.cluster.world.machine(&run.node) else { return String::new() };
    if run.spec.is_set("hostNetwork") {
        let node = step.cluster.store.node(&run.node);
        return node.map_or_else(String::new, |node| node.internal_ip().to_owned());
    }
    let mut machine = Host::clone(machine);
    machine.next_address += 1;
    // 250 addresses a node, then from the start again, as a range that wraps.
    let (high, middle) = (244 + machine.subnet / 256, machine.subnet % 256);
    let address = format!("10.{high}.{middle}.{}", 2 + (machine.next_address - 1) % 250);
    step.change(Change::Host(run.node.clone(), machine));
    address
}
