//! Storage: claims get volumes, volumes get attached (S10, S12 to S14).
//!
//! Follows `pkg/controller/volume` of Kubernetes v1.36: `persistentvolume` (binding, provisioning,
//! reclaiming), `pvcprotection`, `attachdetach`, and stands in for the storage drivers. Left out for
//! now: zones of volumes, resizing, ReadWriteOncePod, snapshots.

use super::apply::PVC_PROTECTION;
use super::store::attachment_name;
use super::world::{Disk, DiskId};
use super::*;

/// The annotation by which the scheduler tells for which node a volume is to be made.
pub const SELECTED_NODE: &str = "volume.kubernetes.io/selected-node";
const NO_PROVISIONER: &str = "kubernetes.io/no-provisioner";
const ATTACHER: &str = "external-attacher/csi-ordinal";

/// Looks after one claim: binds it, has a volume made for it, or lets it go.
pub fn sync_claim(step: &mut Step<'_>, key: &Key) {
    let Some(claim) = step.cluster.store.claims.get(key).cloned() else { return };
    if claim.metadata.is_terminating() {
        return release_protection(step, &claim);
    }
    if claim.is_bound() {
        return step.go_on(Subject::object(Kind::PersistentVolumeClaim, key));
    }
    if let Some(volume) = matching_volume(step.cluster, &claim) {
        return bind(step, &claim, &volume);
    }
    provision(step, &claim);
}

/// `pvcprotection`: the finalizer goes when no pod on a node uses the claim any more.
fn release_protection(step: &mut Step<'_>, claim: &PersistentVolumeClaim) {
    let subject = Subject::object(Kind::PersistentVolumeClaim, &claim.metadata.key());
    match user_of(step.cluster, claim) {
        Some(pod) => {
            let reason = Reason::new(Code::ClaimProtected).with("claim", &claim.metadata.name);
            step.wait(subject, reason.with("pod", &pod.metadata.name));
        }
        None => {
            let mut released = claim.clone();
            released.metadata.finalizers.retain(|finalizer| finalizer != PVC_PROTECTION);
            let reason = Reason::new(Code::ObjectGone).with("object", &subject);
            step.say(subject, Some(claim.metadata.uid), reason);
            step.update(released);
        }
    }
}

fn user_of<'a>(cluster: &'a Cluster, claim: &PersistentVolumeClaim) -> Option<&'a Rc<Pod>> {
    let mut pods =
        cluster.store.pods.iter().filter(|pod| pod.metadata.namespace == claim.metadata.namespace);
    pods.find(|pod| pod.is_bound() && pod.claims().any(|name| name == claim.metadata.name))
}

/// A volume that is free, or kept for this claim, and satisfies it.
fn matching_volume(
    cluster: &Cluster,
    claim: &PersistentVolumeClaim,
) -> Option<Rc<PersistentVolume>> {
    let node =
        claim.metadata.annotations.get(SELECTED_NODE).and_then(|name| cluster.store.node(name));
    if waits_for_consumer(cluster, claim) && node.is_none() {
        return None;
    }
    cluster
        .store
        .volumes
        .iter()
        .find(|volume| fits(volume, claim, node.map(|node| &**node)))
        .cloned()
}

fn fits(volume: &PersistentVolume, claim: &PersistentVolumeClaim, node: Option<&Node>) -> bool {
    let reserved = volume.spec.claim_ref.as_ref();
    let is_ours = |reference: &ClaimRef| {
        reference.namespace == claim.metadata.namespace
            && reference.name == claim.metadata.name
            && (reference.uid == Uid::default() || reference.uid == claim.metadata.uid)
    };
    let is_free = volume.status.phase == "Available" && !volume.metadata.is_terminating();
    let modes = claim.spec.access_modes.iter().all(|mode| volume.spec.access_modes.contains(mode));
    let class =
        claim.spec.storage_class_name.as_deref().unwrap_or("") == volume.spec.storage_class_name;
    let size = quantity(volume.spec.capacity.get("storage").map_or("", String::as_str))
        >= quantity(claim.request());
    let admits = |node: &Node| {
        volume
            .spec
            .node_affinity
            .as_ref()
            .is_none_or(|affinity| affinity.admits(&node.metadata.labels))
    };
    is_free && reserved.is_none_or(is_ours) && modes && class && size && node.is_none_or(admits)
}

/// A quantity such as `10Gi` in bytes, 0 if it is none (`resource.Quantity`, whole numbers only).
pub fn quantity(text: &str) -> u64 {
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let unit: u64 = match text.get(digits.len()..).unwrap_or("") {
        "" => 1,
        "k" => 1_000,
        "M" => 1_000_000,
        "G" => 1_000_000_000,
        "T" => 1_000_000_000_000,
        "Ki" => 1 << 10,
        "Mi" => 1 << 20,
        "Gi" => 1 << 30,
        "Ti" => 1 << 40,
        _ => 0,
    };
    digits.parse::<u64>().unwrap_or(0).saturating_mul(unit)
}

fn bind(step: &mut Step<'_>, claim: &PersistentVolumeClaim, volume: &PersistentVolume) {
    let mut bound = claim.clone();
    bound.spec.volume_name = volume.metadata.name.clone();
    bound.status.phase = "Bound".into();
    bound.status.capacity = volume.spec.capacity.clone();
    let mut taken = volume.clone();
    taken.status.phase = "Bound".into();
    taken.spec.claim_ref = Some(ClaimRef {
        namespace: claim.metadata.namespace.clone(),
        name: claim.metadata.name.clone(),
        uid: claim.metadata.uid,
    });
    let subject = Subject::object(Kind::PersistentVolumeClaim, &claim.metadata.key());
    step.go_on(subject.clone());
    let reason = Reason::new(Code::ClaimBound).with("claim", &claim.metadata.name);
    step.say(subject, Some(claim.metadata.uid), reason.with("volume", &volume.metadata.name));
    step.update(taken);
    step.update(bound);
}

/// The class of a claim, if it names one that exists.
fn class_of<'a>(
    cluster: &'a Cluster,
    claim: &PersistentVolumeClaim,
) -> Option<&'a Rc<StorageClass>> {
    cluster.store.classes.named("", claim.spec.storage_class_name.as_deref()?)
}

/// Whether a volume for the claim is made only when a pod that needs it has a node.
pub fn waits_for_consumer(cluster: &Cluster, claim: &PersistentVolumeClaim) -> bool {
    class_of(cluster, claim).is_some_and(|class| class.waits_for_consumer())
}

/// Whether a claim without a volume could get one on this node.
pub fn can_bind_on(cluster: &Cluster, claim: &PersistentVolumeClaim, node: &Node) -> bool {
    let is_made = class_of(cluster, claim).is_some_and(|class| class.provisioner != NO_PROVISIONER);
    is_made || cluster.store.volumes.iter().any(|volume| fits(volume, claim, Some(node)))
}

/// Has a volume made, or says why none is (`provisionClaim`, `findBestMatchForClaim`).
fn provision(step: &mut Step<'_>, claim: &PersistentVolumeClaim) {
    let key = claim.metadata.key();
    let subject = Subject::object(Kind::PersistentVolumeClaim, &key);
    let name = claim.spec.storage_class_name.clone().unwrap_or_default();
    let reason = match class_of(step.cluster, claim) {
        None if name.is_empty() => Reason::new(Code::NoClass),
        None => Reason::new(Code::ClassMissing).with("class", &name),
        Some(class)
            if class.waits_for_consumer()
                && !claim.metadata.annotations.contains_key(SELECTED_NODE) =>
        {
            return step.wait(subject, Reason::new(Code::WaitForFirstConsumer));
        }
        Some(class) if class.provisioner == NO_PROVISIONER => {
            Reason::new(Code::NoProvisioner).with("class", &name)
        }
        Some(_) => {
            let delay = step.about(Stream::Storage, step.timings().provision_ms);
            step.go_on(subject);
            return step.wake(Wakeup::Provisioned(key), delay);
        }
    };
    step.wait(subject, reason);
    step.wake(Wakeup::Claim(key), step.timings().class_retry_ms);
}

/// The storage driver has made the volume of a claim.
pub fn provisioned(step: &mut Step<'_>, key: &Key) {
    let Some(claim) = step.cluster.store.claims.get(key).cloned() else { return };
    let Some(class) = class_of(step.cluster, &claim).cloned() else { return };
    let name = format!("pvc-{}", claim.metadata.uid);
    if claim.is_bound() || step.cluster.store.volumes.named("", &name).is_some() {
        return;
    }
    let node =
        claim.metadata.annotations.get(SELECTED_NODE).filter(|_| is_local(&class.provisioner));
    let volume = PersistentVolume {
        metadata: ObjectMeta { name: name.clone(), ..ObjectMeta::default() },
        spec: VolumeSpec {
            capacity: claim.spec.resources.requests.clone(),
            access_modes: claim.spec.access_modes.clone(),
            claim_ref: Some(ClaimRef {
                namespace: claim.metadata.namespace.clone(),
                name: claim.metadata.name.clone(),
                uid: claim.metadata.uid,
            }),
            storage_class_name: class.metadata.name.clone(),
            persistent_volume_reclaim_policy: class.reclaim_policy.clone(),
            node_affinity: node.map(|node| only_on(node)),
            csi: node.is_none().then(|| CsiSource {
                driver: class.provisioner.clone(),
                volume_handle: name.clone(),
            }),
            local: node.map(|_| LocalSource { path: format!("/var/local/{name}") }),
        },
        status: VolumeStatus { phase: "Available".into() },
    };
    let subject = Subject::object(Kind::PersistentVolume, &volume.metadata.key());
    let reason = Reason::new(Code::VolumeProvisioned)
        .with("volume", &name)
        .with("claim", &claim.metadata.name);
    step.say(subject, None, reason);
    make_disk(step, &volume, Some(key.clone()));
    step.create(volume);
}

/// Whether a provisioner makes folders on the node instead of remote volumes.
fn is_local(provisioner: &str) -> bool {
    provisioner.contains("local") || provisioner.contains("hostpath")
}

fn only_on(node: &str) -> VolumeNodeAffinity {
    let requirement = LabelSelectorRequirement {
        key: HOSTNAME_LABEL.into(),
        operator: "In".into(),
        values: vec![node.into()],
    };
    let term = NodeSelectorTerm { match_expressions: vec![requirement] };
    VolumeNodeAffinity { required: NodeSelector { node_selector_terms: vec![term] } }
}

fn make_disk(step: &mut Step<'_>, volume: &PersistentVolume, claim: Option<Key>) {
    let hosts = volume
        .spec
        .node_affinity
        .iter()
        .flat_map(|affinity| &affinity.required.node_selector_terms);
    let mut names =
        hosts.flat_map(|term| &term.match_expressions).filter(|need| need.key == HOSTNAME_LABEL);
    let node = names.find_map(|need| need.values.first().cloned());
    let disk = Disk {
        node,
        claim,
        since: step.now(),
        attached: Set::new(),
        data: crate::db::Data::default(),
    };
    step.change(Change::Disk(DiskId::Volume(volume.metadata.name.clone()), Some(disk)));
}

/// Looks after one volume: a new one gets its disk, one without its claim is released, kept or deleted.
pub fn sync_volume(step: &mut Step<'_>, key: &Key) {
    let cluster = step.cluster;
    let Some(volume) = cluster.store.volumes.get(key).cloned() else { return };
    let name = &volume.metadata.name;
    if !cluster.world.disks.contains_key(&DiskId::Volume(name.clone())) {
        make_disk(step, &volume, None);
    }
    let Some(reference) = &volume.spec.claim_ref else { return };
    let claim = cluster.store.claims.named(&reference.namespace, &reference.name);
    let is_held = claim.is_some_and(|claim| claim.metadata.uid == reference.uid);
    if is_held || volume.status.phase == "Available" {
        return;
    }
    let subject = Subject::object(Kind::PersistentVolume, key);
    let is_kept = volume.spec.persistent_volume_reclaim_policy != "Delete";
    if volume.status.phase != "Released" {
        let mut released = PersistentVolume::clone(&volume);
        released.status.phase = "Released".into();
        if is_kept {
            step.say(subject, Some(volume.metadata.uid), about(&volume, Code::VolumeReleased));
        }
        return step.update(released);
    }
    let is_attached =
        cluster.store.attachments.iter().any(|other| other.spec.persistent_volume_name == *name);
    if !is_kept && !is_attached {
        step.say(subject, Some(volume.metadata.uid), about(&volume, Code::VolumeDeleted));
        step.change(Change::Disk(DiskId::Volume(name.clone()), None));
        step.delete(Kind::PersistentVolume, &volume.metadata, Grace::Default);
    }
}

/// Attaches what is needed, detaches what is not (`attachdetach`: reconciler).
pub fn attach_detach(step: &mut Step<'_>) {
    let cluster = step.cluster;
    let mut needed: Map<Key, (&Rc<Pod>, &Rc<PersistentVolume>)> = Map::new();
    for pod in cluster.store.pods.iter().filter(|pod| pod.is_bound() && !has_ended(pod)) {
        for volume in remote_volumes(cluster, pod) {
            let name = attachment_name(&volume.metadata.name, &pod.spec.node_name);
            needed.or_insert_with(Key::new("", &name), || (pod, volume));
        }
    }
    let idle: Vec<_> = cluster
        .store
        .attachments
        .iter()
        .filter(|other| !needed.contains_key(&other.metadata.key()))
        .collect();
    for attachment in &idle {
        detach(step, attachment);
    }
    let kept: Map<Key, Time> =
        cluster.memory.detach_since.iter().map(|(key, time)| (key.clone(), *time)).collect();
    let stale =
        kept.keys().any(|key| !idle.iter().any(|attachment| attachment.metadata.key() == *key));
    if stale {
        let keys: Set<Key> = idle.iter().map(|attachment| attachment.metadata.key()).collect();
        step.remember(|memory| {
            Rc::make_mut(&mut memory.detach_since).retain(|key, _| keys.contains(key))
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

/// The volumes of a pod that have to be attached to its node.
pub fn remote_volumes<'a>(
    cluster: &'a Cluster,
    pod: &'a Pod,
) -> impl Iterator<Item = &'a Rc<PersistentVolume>> {
    let claims =
        pod.claims().filter_map(|claim| cluster.store.claims.named(&pod.metadata.namespace, claim));
    claims
        .filter_map(|claim| cluster.store.volume_of(claim))
        .filter(|volume| volume.spec.local.is_none())
}

fn attach(step: &mut Step<'_>, pod: &Pod, volume: &PersistentVolume) {
    let (name, node) = (&volume.metadata.name, &pod.spec.node_name);
    let is_shared = volume
        .spec
        .access_modes
        .iter()
        .any(|mode| mode == "ReadWriteMany" || mode == "ReadOnlyMany");
    let elsewhere = |other: &&Rc<VolumeAttachment>| other.spec.persistent_volume_name == *name;
    if !is_shared && step.cluster.store.attachments.iter().any(|other| elsewhere(&other)) {
        let reason = Reason::new(Code::MultiAttach).with("volume", name);
        return step.wait(Subject::pod(&pod.metadata.key()), reason);
    }
    let attachment = VolumeAttachment {
        metadata: ObjectMeta {
            name: attachment_name(name, node),
            finalizers: vec![ATTACHER.into()],
            ..ObjectMeta::default()
        },
        spec: VolumeAttachmentSpec {
            node_name: node.clone(),
            persistent_volume_name: name.clone(),
        },
        status: VolumeAttachmentStatus::default(),
    };
    step.say(volume_subject(name), None, about(volume, Code::Attaching).with("node", node));
    step.create(attachment);
    // Who waited for another node to let go waits for this one now.
    let subject = Subject::pod(&pod.metadata.key());
    if step.cluster.waits.get(&subject).is_some_and(|wait| wait.reason.code == Code::MultiAttach) {
        let reason = about(volume, Code::WaitForAttach).with("pod", &pod.metadata.name);
        step.wait(subject, reason.with("node", node));
    }
}

/// A reason that names a volume, and the claim that has it.
fn about(volume: &PersistentVolume, code: Code) -> Reason {
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
    let since = step.cluster.memory.detach_since.get(&key).copied();
    let deadline = since.unwrap_or(now).plus(step.timings().force_detach_ms);
    if since.is_none() {
        let key = key.clone();
        step.remember(|memory| {
            Rc::make_mut(&mut memory.detach_since).insert(key, now);
        });
    }
    let code = match in_use && !is_out {
        true if now < deadline => return step.wake_at(Wakeup::AttachDetach, deadline),
        true => Code::ForcedDetach,
        false => Code::Detaching,
    };
    step.say(
        volume_subject(volume),
        None,
        about_named(step.cluster, volume, code).with("node", node_name),
    );
    step.delete(Kind::VolumeAttachment, &attachment.metadata, Grace::Default);
}

/// The storage driver looks at an attachment: attaching and detaching take their time.
pub fn sync_attachment(step: &mut Step<'_>, key: &Key) {
    let Some(attachment) = step.cluster.store.attachments.get(key).cloned() else { return };
    let timings = step.timings();
    let due = match attachment.metadata.deletion_timestamp {
        Some(since) => since.plus(timings.detach_ms),
        None if attachment.status.attached => return,
        None => attachment.metadata.creation_timestamp.plus(timings.attach_ms),
    };
    if step.now() < due {
        return step.wake_at(Wakeup::Attachment(key.clone()), due);
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
    step.say(
        volume_subject(volume),
        None,
        about_named(step.cluster, volume, code).with("node", node),
    );
    step.update(updated);
    step.wake(Wakeup::Volume(Key::new("", volume)), timings.reaction_ms);
}

#[cfg(test)]
mod tests {
    use super::quantity;

    #[test]
    fn quantities_are_in_bytes() {
        assert_eq!(quantity("1Gi"), 1 << 30);
        assert_eq!(quantity("500M"), 500_000_000);
        assert_eq!(quantity("12"), 12);
        assert_eq!(quantity("many"), 0);
    }
}
