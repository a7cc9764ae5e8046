//! Volumes on their way to nodes and back: attaching, detaching, fencing (S12, S26).
//!
//! Follows `pkg/controller/volume/attachdetach` of Kubernetes v1.36 (reconciler, Multi-Attach, the
//! forced detach after six minutes, the taint out-of-service), and stands in for the attacher of the
//! storage driver.

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
    let is_shared = volume
        .spec
        .access_modes
        .iter()
        .any(|mode| mode == "ReadWriteMany" || mode == "ReadOnlyMany");
    let others = step.cluster.store.by::<VolumeAttachment>(&Index::Attached(name.clone()));
    let mut elsewhere = others.peekable();
    if !is_shared && elsewhere.peek().is_some() {
        // While one is being detached, nothing is said: it will not be long.
        if elsewhere.all(|other| other.metadata.is_terminating()) {
            return;
        }
        // It is said once (`MultiAttachErrorReported`).
        let subject = Subject::pod(&pod.metadata.key());
        if step.cluster.waits.get(&subject).is_some_and(|it| it.reason.code == Code::MultiAttach) {
            return;
        }
        let reason = Reason::new(Code::MultiAttach).with("volume", name);
        let reason = reason.with("detail", multi_attach_detail(step.cluster, pod, volume));
        return step.set_wait(subject, reason);
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
    step.record_event(
        volume_subject(name),
        None,
        about(volume, Code::Attaching).with("node", node),
    );
    step.create(attachment);
    // Who waited for another node to let go waits for this one now.
    let subject = Subject::pod(&pod.metadata.key());
    if step.cluster.waits.get(&subject).is_some_and(|wait| wait.reason.code == Code::MultiAttach) {
        let reason = about(volume, Code::WaitForAttach).with("pod", &pod.metadata.name);
        step.set_wait(subject, reason.with("node", node));
    }
}

/// Who has the volume (`reportMultiAttachError`): pods that are still there are named.
fn multi_attach_detail(cluster: &Cluster, pod: &Pod, volume: &PersistentVolume) -> String {
    let users =
        bound_users(cluster, volume).filter(|other| other.spec.node_name != pod.spec.node_name);
    let names: Vec<&str> = users.map(|pod| pod.metadata.name.as_str()).collect();
    match names.is_empty() {
        true => {
            "Volume is already exclusively attached to one node and can't be attached to another"
                .into()
        }
        false => format!("Volume is already used by pod(s) {}", names.join(", ")),
    }
}

/// The pods on nodes that use a volume, if it has to be attached.
fn bound_users<'a>(
    cluster: &'a Cluster,
    volume: &PersistentVolume,
) -> impl Iterator<Item = &'a Rc<Pod>> + use<'a> {
    let is_remote = volume.spec.csi.is_some();
    let claims = cluster.store.by(&Index::VolumeName(volume.metadata.name.clone()));
    let is_bound = move |claim: &&Rc<PersistentVolumeClaim>| is_remote && claim.is_bound();
    let pods = claims.filter(is_bound).flat_map(|claim| cluster.store.users_of(claim));
    pods.filter(|pod| pod.is_bound())
}

/// A reason that names a volume, and the claim that has it.
pub(super) fn about(volume: &PersistentVolume, code: Code) -> Reason {
    let name = &volume.metadata.name;
    let claim = volume.spec.claim_ref.as_ref().map_or(name, |claim| &claim.name);
    Reason::new(code).with("claim", claim).with("volume", name)
}

fn about_named(cluster: &Cluster, name: &str, code: Code) -> Reason {
    match cluster.store.volumes.named("", name) {
        Some(volume) => about(volume, code),
        None => Reason::new(code).with("claim", name).with("volume", name),
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
    let code = match in_use && !is_out {
        true if now < deadline => return step.enqueue_at(WorkItem::AttachDetach, deadline),
        true => Code::ForcedDetach,
        false => Code::Detaching,
    };
    step.record_event(
        volume_subject(volume),
        None,
        about_named(step.cluster, volume, code).with("node", node_name),
    );
    step.delete(Kind::VolumeAttachment, &attachment.metadata, Grace::Default);
}

/// With the pods of the node that use the volume: they are told (`GenerateAttachVolumeFunc`).
fn users(cluster: &Cluster, volume: &str, node: &str, reason: Reason) -> Reason {
    let volume = cluster.store.volumes.named("", volume);
    let users = volume.into_iter().flat_map(|volume| bound_users(cluster, volume));
    let users = users.filter(|pod| pod.spec.node_name == node);
    let users: Vec<&Rc<Pod>> = users.collect();
    let Some(first) = users.first() else { return reason };
    let names: Vec<&str> = users.iter().map(|pod| pod.metadata.name.as_str()).collect();
    reason.with("namespace", &first.metadata.namespace).with("pods", names.join(" "))
}

/// Whether the storage driver of a volume does not run.
fn is_driver_off(cluster: &Cluster, volume: &str) -> bool {
    let csi = cluster.store.volumes.named("", volume).and_then(|volume| volume.spec.csi.as_ref());
    csi.is_some_and(|csi| cluster.world.stopped_drivers.contains(&csi.driver))
}

/// The storage driver looks at an attachment: attaching and detaching take their time.
pub fn sync_attachment(step: &mut Step<'_>, key: &Key) {
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
    let code = if is_going { Code::Detached } else { Code::Attached };
    let mut reason = about_named(step.cluster, volume, code).with("node", node);
    if !is_going {
        reason = users(step.cluster, volume, node, reason);
    }
    step.record_event(volume_subject(volume), None, reason);
    step.update(updated);
    step.enqueue_after(WorkItem::Volume(Key::new("", volume)), timings.reaction_ms);
}
