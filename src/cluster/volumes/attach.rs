//! Volumes on their way to nodes and back: attaching, detaching, fencing (S12, S26).
//!
//! Follows `pkg/controller/volume/attachdetach` of Kubernetes v1.36 (reconciler, Multi-Attach, the
//! forced detach after six minutes, the taint out-of-service), and stands in for the attacher of the
//! storage driver.

use super::super::world::{Disk, DiskId};
use super::*;
use crate::cluster::store::attachment_name;

const ATTACHER: &str = "external-attacher/csi-ordinal";

/// Attaches what is needed, detaches what is not (`attachdetach`: reconciler).
pub fn attach_detach(step: &mut Step<'_>) {
    let cluster = step.cluster;
    let (attachments, state) = (&cluster.store.attachments, &cluster.controller_state);
    // What is done below queues its volumes again.
    step.update_controller_state(|state| state.attach_queue = Rc::default());
    let kept = state.detach_since.keys().filter_map(|key| attachments.get(key));
    let kept = kept.map(|attachment| &attachment.spec.persistent_volume_name);
    let queued: Set<&String> = state.attach_queue.iter().chain(kept).collect();
    let mut needed: Map<Key, (&Rc<Pod>, &Rc<PersistentVolume>)> = Map::new();
    let mut idle: Map<Key, &Rc<VolumeAttachment>> = Map::new();
    for name in queued {
        if let Some(volume) = cluster.store.volumes.named("", name) {
            for pod in bound_users(cluster, volume).filter(|pod| !has_ended(pod)) {
                let name = attachment_name(name, &pod.spec.node_name);
                needed.or_insert_with(Key::new("", &name), || (pod, volume));
            }
        }
        let attachments = cluster.store.by(&Index::Attached(name.clone()));
        let attachments = attachments.map(|it: &Rc<VolumeAttachment>| (it.metadata.key(), it));
        idle.extend(attachments.filter(|(key, _)| !needed.contains_key(key)));
    }
    for attachment in idle.values() {
        detach(step, attachment);
    }
    if state.detach_since.keys().any(|key| !idle.contains_key(key)) {
        let keys: Set<Key> = idle.into_keys().collect();
        step.update_controller_state(move |state| {
            Rc::make_mut(&mut state.detach_since).retain(|key, _| keys.contains(key));
        });
    }
    for (key, (pod, volume)) in needed {
        if cluster.store.attachments.get(&key).is_none() {
            attach(step, pod, volume);
        }
    }
}

/// Whether a pod has no further use for its volumes (`util.IsPodTerminated`).
fn has_ended(pod: &Pod) -> bool {
    let runs = |status: &ContainerStatus| matches!(status.state, ContainerState::Running { .. });
    let statuses = pod.status.container_statuses.iter().chain(&pod.status.init_container_statuses);
    pod.is_finished() || pod.metadata.is_terminating() && !statuses.into_iter().any(runs)
}

fn attach(step: &mut Step<'_>, pod: &Pod, volume: &PersistentVolume) {
    let (name, node) = (&volume.metadata.name, &pod.spec.node_name);
    let is_shared = volume.spec.access_modes.iter().any(|mode| {
        matches!(
            mode,
            PersistentVolumeAccessMode::ReadWriteMany | PersistentVolumeAccessMode::ReadOnlyMany
        )
    });
    let others = step.cluster.store.by::<VolumeAttachment>(&Index::Attached(name.clone()));
    let mut elsewhere = others.peekable();
    if !is_shared && elsewhere.peek().is_some() {
        // While one is being detached, nothing is said: it will not be long.
        if elsewhere.all(|other| other.metadata.is_terminating()) {
            return;
        }
        // It is said once (`MultiAttachErrorReported`).
        let subject = Subject::pod(&pod.metadata.key());
        if step.cluster.waits.get(&subject).is_some_and(|it| it.reason.code() == Code::MultiAttach)
        {
            return;
        }
        let pods = users_elsewhere(step.cluster, pod, volume);
        let volume = volume.metadata.reference(Kind::PersistentVolume);
        return step.set_wait(subject, Reason::MultiAttach { volume, pods });
    }
    let attachment = VolumeAttachment {
        metadata: ObjectMeta {
            name: attachment_name(name, node),
            finalizers: vec![ATTACHER.into()],
            ..ObjectMeta::default()
        },
        spec: VolumeAttachmentSpec {
            attacher: volume.spec.csi.as_ref().map_or_else(String::new, |csi| csi.driver.clone()),
            node_name: node.clone(),
            persistent_volume_name: name.clone(),
        },
        status: VolumeAttachmentStatus::default(),
    };
    let (claim, volume_ref) = about(volume);
    let reason = Reason::Attaching {
        claim: claim.clone(),
        volume: volume_ref.clone(),
        node: ObjectRef::node(node),
    };
    step.record_event(volume_subject(name), None, reason);
    step.create(attachment);
    // Who waited for another node to let go waits for this one now.
    let subject = Subject::pod(&pod.metadata.key());
    if step.cluster.waits.get(&subject).is_some_and(|wait| wait.reason.code() == Code::MultiAttach)
    {
        let (pod, node) = (pod.metadata.reference(Kind::Pod), ObjectRef::node(node));
        step.set_wait(subject, Reason::WaitForAttach { pod, claim, volume: volume_ref, node });
    }
}

/// The pods on other nodes that use the volume (`reportMultiAttachError`).
fn users_elsewhere(cluster: &ControlPlane, pod: &Pod, volume: &PersistentVolume) -> Vec<ObjectRef> {
    let users = bound_users(cluster, volume);
    let users = users.filter(|other| other.spec.node_name != pod.spec.node_name);
    users.map(|pod| pod.metadata.reference(Kind::Pod)).collect()
}

/// The pods on nodes that use a volume, if it has to be attached.
fn bound_users<'a>(
    cluster: &'a ControlPlane,
    volume: &PersistentVolume,
) -> impl Iterator<Item = &'a Rc<Pod>> + use<'a> {
    let is_remote = volume.spec.csi.is_some();
    let claims = cluster.store.by(&Index::VolumeName(volume.metadata.name.clone()));
    let is_bound = move |claim: &&Rc<PersistentVolumeClaim>| is_remote && claim.is_bound();
    let pods = claims.filter(is_bound).flat_map(|claim| cluster.store.users_of(claim));
    pods.filter(|pod| pod.is_bound())
}

/// The claim that has a volume, and the volume.
pub(super) fn about(volume: &PersistentVolume) -> (Option<ObjectRef>, ObjectRef) {
    let claim =
        volume.spec.claim_ref.as_ref().map(|claim| {
            ObjectRef::named(Kind::PersistentVolumeClaim, &claim.namespace, &claim.name)
        });
    (claim, volume.metadata.reference(Kind::PersistentVolume))
}

/// Whether a volume outlives its detachment: its claim is there to stay, or its class retains it.
fn is_kept(cluster: &ControlPlane, name: &str) -> bool {
    let Some(volume) = cluster.store.volumes.named("", name) else { return false };
    let claim =
        volume.spec.claim_ref.as_ref().and_then(|reference| {
            cluster.store.claims.named(&reference.namespace, &reference.name)
        });
    let is_claimed = claim.is_some_and(|claim| !claim.metadata.is_terminating());
    is_claimed
        || volume.spec.persistent_volume_reclaim_policy != PersistentVolumeReclaimPolicy::Delete
}

fn about_named(cluster: &ControlPlane, name: &str) -> (Option<ObjectRef>, ObjectRef) {
    match cluster.store.volumes.named("", name) {
        Some(volume) => about(volume),
        None => (None, ObjectRef::named(Kind::PersistentVolume, "", name)),
    }
}

fn volume_subject(name: &str) -> Subject {
    Subject::object(Kind::PersistentVolume, &Key::new("", name))
}

/// Detaches a volume that nobody needs on its node: once the node has unmounted it, at once if the
/// node is out of service, by force after six minutes.
fn detach(step: &mut Step<'_>, attachment: &VolumeAttachment) {
    if attachment.metadata.is_terminating() {
        return;
    }
    let (volume, node_name) = (&attachment.spec.persistent_volume_name, &attachment.spec.node_name);
    let node = step.cluster.store.node(node_name);
    let in_use = node.is_none_or(|node| node.status.volumes_in_use.contains(volume));
    let is_out = node
        .is_some_and(|node| node.spec.taints.iter().any(|taint| taint.key == TAINT_OUT_OF_SERVICE));
    let key = attachment.metadata.key();
    let now = step.now();
    let since = step.cluster.controller_state.detach_since.get(&key).copied();
    let deadline = since.unwrap_or(now).plus(step.timings().force_detach_ms);
    if since.is_none() {
        let key = key.clone();
        step.update_controller_state(move |state| {
            Rc::make_mut(&mut state.detach_since).insert(key, now);
        });
    }
    let is_forced = in_use && !is_out;
    if is_forced && now < deadline {
        return step.enqueue_at(WorkItem::AttachDetach, deadline);
    }
    let (claim, object) = about_named(step.cluster, volume);
    let node = ObjectRef::node(node_name);
    let reason = match is_forced {
        true => Reason::ForcedDetach { claim, volume: object, node },
        false => Reason::Detaching { claim, volume: object, node },
    };
    step.record_event(volume_subject(volume), None, reason);
    step.delete(Kind::VolumeAttachment, &attachment.metadata, Grace::Default);
}

/// The pods of a node that use a volume: they get the event (`GenerateAttachVolumeFunc`).
fn users(cluster: &ControlPlane, volume: &str, node: &str) -> Vec<ObjectRef> {
    let volume = cluster.store.volumes.named("", volume);
    let users = volume.into_iter().flat_map(|volume| bound_users(cluster, volume));
    let users = users.filter(|pod| pod.spec.node_name == node);
    users.map(|pod| pod.metadata.reference(Kind::Pod)).collect()
}

/// Whether the storage driver of a volume does not run.
fn is_driver_off(cluster: &Cluster, volume: &str) -> bool {
    let csi = cluster.store.volumes.named("", volume).and_then(|volume| volume.spec.csi.as_ref());
    csi.is_some_and(|csi| !cluster.world.has_driver(&csi.driver))
}

/// The storage driver looks at an attachment: attaching and detaching take their time.
pub fn sync_attachment(step: &mut WorldStep<'_>, key: &Key) {
    let Some(attachment) = step.cluster.store.attachments.get(key).cloned() else { return };
    if is_driver_off(step.cluster, &attachment.spec.persistent_volume_name) {
        return;
    }
    let timings = step.timings();
    let due = match attachment.metadata.deletion_timestamp {
        Some(since) => since.plus(timings.detach_ms),
        None if attachment.status.attached => return,
        None => attachment.metadata.creation_timestamp.plus(timings.attach_ms),
    };
    if step.now() < due {
        return step.enqueue_at(WorkItem::Attachment(key.clone()), due);
    }
    let is_going = attachment.metadata.is_terminating();
    let mut updated = VolumeAttachment::clone(&attachment);
    updated.status.attached = !is_going;
    if is_going {
        updated.metadata.finalizers.clear();
    }
    let (volume, node) = (&attachment.spec.persistent_volume_name, &attachment.spec.node_name);
    let id = DiskId::Volume(volume.clone());
    if let Some(disk) = step.cluster.world.disks.get(&id) {
        let mut disk = Disk::clone(disk);
        if is_going {
            disk.attached.remove(node)
        } else {
            disk.attached.insert(node.clone())
        };
        step.change(Change::Disk(id, Some(disk)));
    }
    let (claim, object) = about_named(step.cluster, volume);
    let host = ObjectRef::node(node);
    let reason = match is_going {
        true => {
            let is_kept = is_kept(step.cluster, volume);
            let data = is_kept.then_some(Detail::DataRetained {});
            Reason::Detached { claim, volume: object, node: host, data }
        }
        false => {
            let pods = users(step.cluster, volume, node);
            Reason::Attached { claim, volume: object, node: host, pods }
        }
    };
    step.record_event(volume_subject(volume), None, reason);
    step.update(updated);
    step.enqueue_after(WorkItem::Volume(Key::new("", volume)), timings.reaction_ms);
}
