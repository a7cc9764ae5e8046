//! Storage: claims get volumes, volumes get attached (S10, S12 to S14).
//!
//! Follows `pkg/controller/volume` of Kubernetes v1.36: `persistentvolume` (binding, reclaiming),
//! `pvcprotection`, `pvprotection`; making volumes is in `provision`, attaching them in `attach`,
//! growing them in `expand`. Left out: snapshots, selectors of claims.

mod attach;
mod expand;
mod provision;

use super::admission::{PV_PROTECTION, PVC_PROTECTION};
use super::world::{Disk, DiskId};
use super::*;
use attach::about;
pub use attach::{attach_detach, sync_attachment};
pub use expand::{grow_mounted, may_grow};
use provision::PROVISIONED_BY;
pub use provision::{SELECTED_NODE, can_be_made, provisioned};

/// Looks after one claim: binds it, has a volume made for it, or lets it go.
pub fn sync_claim(step: &mut Step<'_>, key: &Key) {
    let Some(claim) = step.cluster.store.claims.get(key).cloned() else { return };
    if claim.metadata.is_terminating() {
        return release_protection(step, &claim);
    }
    let subject = Subject::object(Kind::PersistentVolumeClaim, key);
    if let Some(volume) = step.cluster.store.volume_of(&claim) {
        return expand::resize(step, &claim, volume);
    }
    match matching_volume(step.cluster, &claim) {
        // `syncBoundClaim`: what was bound is lost, with what the status said of it.
        _ if claim.is_bound() => {
            let status = PersistentVolumeClaimStatus {
                phase: "Lost".into(),
                ..PersistentVolumeClaimStatus::default()
            };
            step.set_wait(subject, Reason::ClaimLost {});
            step.update(PersistentVolumeClaim { status, ..PersistentVolumeClaim::clone(&claim) });
        }
        Some(volume) => bind(step, &claim, &volume),
        // `syncUnboundClaim`: for a claim that names its volume none is made.
        None if claim.spec.volume_name.is_empty() => provision::provision(step, &claim),
        None => {}
    }
}

/// `pvcprotection`: the finalizer goes when no pod on a node uses the claim any more.
fn release_protection(step: &mut Step<'_>, claim: &PersistentVolumeClaim) {
    let subject = Subject::object(Kind::PersistentVolumeClaim, &claim.metadata.key());
    match users_of(step.cluster, claim).next() {
        Some(pod) => {
            let claim = claim.metadata.reference(Kind::PersistentVolumeClaim);
            let pod = pod.metadata.reference(Kind::Pod);
            step.set_wait(subject, Reason::ClaimProtected { claim, pod });
        }
        None => {
            let mut released = claim.clone();
            released.metadata.finalizers.retain(|finalizer| finalizer != PVC_PROTECTION);
            if released.metadata.finalizers.is_empty() {
                let object = claim.metadata.reference(Kind::PersistentVolumeClaim);
                step.record_event(subject, Some(claim.metadata.uid), Reason::ObjectGone { object });
            }
            step.update(released);
        }
    }
}

/// The pods on nodes that use a claim.
fn users_of<'a>(
    cluster: &'a Cluster,
    claim: &PersistentVolumeClaim,
) -> impl Iterator<Item = &'a Rc<Pod>> + use<'a> {
    cluster.store.users_of(claim).filter(|pod| pod.is_bound())
}

/// A volume that is free, or kept for this claim, and satisfies it. As long as the claim waits for its
/// first pod only one that is kept for it will do (`findBestMatchForClaim`).
fn matching_volume(
    cluster: &Cluster,
    claim: &PersistentVolumeClaim,
) -> Option<Rc<PersistentVolume>> {
    let node =
        claim.metadata.annotations.get(SELECTED_NODE).and_then(|name| cluster.store.node(name));
    let waits = waits_for_consumer(cluster, claim) && node.is_none();
    let matching = |volume: &&Rc<PersistentVolume>| {
        fits(volume, claim) && (!waits || is_kept_for(volume, claim)) && reaches(volume, node)
    };
    best(candidates(cluster, claim).filter(matching), claim).cloned()
}

/// The volumes that a claim could be bound to on this node, the best first.
pub fn available<'a>(
    cluster: &'a Cluster,
    claim: &PersistentVolumeClaim,
    node: &Rc<Node>,
) -> Vec<&'a Rc<PersistentVolume>> {
    let fitting =
        |volume: &&Rc<PersistentVolume>| fits(volume, claim) && reaches(volume, Some(node));
    let mut fitting: Vec<_> = candidates(cluster, claim).filter(fitting).collect();
    map::sort_by_key(&mut fitting, |volume| rank(volume, claim));
    fitting
}

/// The volumes that are reserved for the claim, and those that are reserved for none.
fn candidates<'a>(
    cluster: &'a Cluster,
    claim: &PersistentVolumeClaim,
) -> impl Iterator<Item = &'a Rc<PersistentVolume>> + use<'a> {
    let reserved = cluster.store.by(&Index::ClaimRef(claim.metadata.key()));
    reserved.chain(cluster.store.by(&Index::Available))
}

fn best<'a>(
    volumes: impl Iterator<Item = &'a Rc<PersistentVolume>>,
    claim: &PersistentVolumeClaim,
) -> Option<&'a Rc<PersistentVolume>> {
    volumes.min_by_key(|volume| rank(volume, claim))
}

/// What is kept for the claim comes first, then the smallest.
fn rank(volume: &PersistentVolume, claim: &PersistentVolumeClaim) -> (bool, u64) {
    (!is_kept_for(volume, claim), capacity(volume))
}

fn capacity(volume: &PersistentVolume) -> u64 {
    volume.spec.capacity.get("storage").map_or(0, |amount| thousandths(amount))
}

/// Whether the volume names this claim, and no other incarnation of it.
fn is_kept_for(volume: &PersistentVolume, claim: &PersistentVolumeClaim) -> bool {
    volume.spec.claim_ref.as_ref().is_some_and(|reference| {
        reference.namespace == claim.metadata.namespace
            && reference.name == claim.metadata.name
            && (reference.uid == Uid::default() || reference.uid == claim.metadata.uid)
    })
}

fn fits(volume: &PersistentVolume, claim: &PersistentVolumeClaim) -> bool {
    let is_free = volume.status.phase == "Available" && !volume.metadata.is_terminating();
    let is_open = volume.spec.claim_ref.is_none() || is_kept_for(volume, claim);
    let wanted = &claim.spec.volume_name;
    let is_wanted = wanted.is_empty() || *wanted == volume.metadata.name;
    let modes = claim.spec.access_modes.iter().all(|mode| volume.spec.access_modes.contains(mode));
    let class = claim.class().unwrap_or("") == volume.class();
    let size = capacity(volume) >= thousandths(claim.request());
    is_free && is_open && is_wanted && modes && class && size
}

/// Whether a volume can be reached from a node, if one is given.
fn reaches(volume: &PersistentVolume, node: Option<&Rc<Node>>) -> bool {
    let affinity = volume.spec.node_affinity.as_ref();
    affinity.zip(node).is_none_or(|(affinity, node)| affinity.required.matches(&node.metadata))
}

/// Names a claim, as the volume does that is bound to it.
pub fn reference(claim: &PersistentVolumeClaim) -> ClaimRef {
    ClaimRef {
        namespace: claim.metadata.namespace.clone(),
        name: claim.metadata.name.clone(),
        uid: claim.metadata.uid,
        ..ClaimRef::default()
    }
}

/// Names a claim in the volume as the one that has it.
pub fn give(volume: &mut PersistentVolume, claim: &PersistentVolumeClaim) {
    let before = volume.spec.claim_ref.take().unwrap_or_default();
    volume.spec.claim_ref = Some(ClaimRef { other: before.other, ..reference(claim) });
}

fn bind(step: &mut Step<'_>, claim: &PersistentVolumeClaim, volume: &PersistentVolume) {
    let mut bound = claim.clone();
    let notes = &mut bound.metadata.annotations;
    notes.insert("pv.kubernetes.io/bind-completed".into(), "yes".into());
    if claim.spec.volume_name.is_empty() {
        notes.insert("pv.kubernetes.io/bound-by-controller".into(), "yes".into());
    }
    // Upstream writes these when it asks for the volume (`setClaimProvisioner`).
    if let Some(driver) = volume.metadata.annotations.get(PROVISIONED_BY) {
        for domain in ["volume.beta.kubernetes.io", "volume.kubernetes.io"] {
            notes.insert(format!("{domain}/storage-provisioner"), driver.clone());
        }
    }
    bound.spec.volume_name = volume.metadata.name.clone();
    bound.status.phase = "Bound".into();
    bound.status.capacity = volume.spec.capacity.clone();
    let mut taken = volume.clone();
    taken.status.phase = "Bound".into();
    give(&mut taken, claim);
    let subject = Subject::object(Kind::PersistentVolumeClaim, &claim.metadata.key());
    step.clear_wait(subject.clone());
    let reason = Reason::ClaimBound {
        claim: claim.metadata.reference(Kind::PersistentVolumeClaim),
        volume: volume.metadata.reference(Kind::PersistentVolume),
    };
    step.record_event(subject, Some(claim.metadata.uid), reason);
    step.update(taken);
    step.update(bound);
}

/// The class of a claim, if it names one that exists.
fn class_of<'a>(
    cluster: &'a Cluster,
    claim: &PersistentVolumeClaim,
) -> Option<&'a Rc<StorageClass>> {
    cluster.store.classes.named("", claim.class()?)
}

/// Whether a volume for the claim is made only when a pod that needs it has a node.
pub fn waits_for_consumer(cluster: &Cluster, claim: &PersistentVolumeClaim) -> bool {
    class_of(cluster, claim).is_some_and(|class| class.waits_for_consumer())
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
    if volume.metadata.is_terminating() && volume.status.phase != "Bound" {
        // `pvprotection`: only a claim holds it back.
        let mut released = PersistentVolume::clone(&volume);
        released.metadata.finalizers.retain(|finalizer| finalizer != PV_PROTECTION);
        return step.update(released);
    }
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
            let (claim, volume_ref) = about(&volume);
            let reason = Reason::VolumeReleased { claim, volume: volume_ref };
            step.record_event(subject, Some(volume.metadata.uid), reason);
        }
        return step.update(released);
    }
    let is_attached = cluster.store.indexed(&Index::Attached(name.clone())).next().is_some();
    if !is_kept && !is_attached {
        let (claim, volume_ref) = about(&volume);
        let reason = Reason::VolumeDeleted { claim, volume: volume_ref };
        step.record_event(subject, Some(volume.metadata.uid), reason);
        step.change(Change::Disk(DiskId::Volume(name.clone()), None));
        step.delete(Kind::PersistentVolume, &volume.metadata, Grace::Default);
    }
}
