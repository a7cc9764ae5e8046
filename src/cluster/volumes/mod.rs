//! Storage: claims get volumes, volumes get attached (S10, S12 to S14).
//!
//! Follows `pkg/controller/volume` of Kubernetes v1.36: `persistentvolume` (binding, reclaiming),
//! `pvcprotection`, `pvprotection`; making volumes is in `provision`, attaching them in `attach`,
//! growing them in `expand`. These controllers see only API objects; what they leave to the storage drivers
//! is in `driver`. Snapshots are in `snapshot`. Left out: selectors of claims.

mod attach;
mod driver;
mod expand;
mod provision;
mod snapshot;

use super::admission::{PV_PROTECTION, PVC_PROTECTION};
use super::*;
use attach::about;
pub use attach::{attach_detach, sync_attachment};
pub use driver::{sync_claim, sync_volume};
pub use expand::{grow_mounted, may_grow};
use provision::PROVISIONED_BY;
pub use provision::{SELECTED_NODE, can_be_made, provisioned};
pub use snapshot::{is_snapshot, sync_snapshot};

/// The annotation of a claim that has been bound, whatever has become of its volume since.
const BIND_COMPLETED: &str = "pv.kubernetes.io/bind-completed";

/// What the controllers of claims leave to the storage driver.
enum DriverTask<'a> {
    /// To make a volume of this class for the claim.
    Provision(&'a StorageClass),
    /// To make the volume of this claim larger.
    Resize(&'a PersistentVolumeClaim, &'a PersistentVolume),
}

/// Looks after one claim: binds it, has a volume made for it, or lets it go.
fn control_claim<'a>(step: &mut Step<'a>, key: &Key) -> Option<DriverTask<'a>> {
    let cluster = step.cluster;
    let claim = cluster.store.claims.get(key)?;
    if claim.metadata.is_terminating() {
        release_protection(step, claim);
        return None;
    }
    if claim.metadata.annotations.contains_key(BIND_COMPLETED) {
        return sync_bound_claim(step, claim);
    }
    match &claim.spec.volume_name {
        name if name.is_empty() => match matching_volume(cluster, claim) {
            Some(volume) => bind(step, claim, &volume),
            None => return provision::provision(step, claim),
        },
        name => {
            if let Some(volume) = cluster.store.volumes.named("", name) {
                bind_to_named(step, claim, volume);
            }
        }
    }
    None
}

/// A claim that was bound: its volume may have gone, or belong to none or to another claim (`syncBoundClaim`).
fn sync_bound_claim<'a>(
    step: &mut Step<'a>,
    claim: &'a PersistentVolumeClaim,
) -> Option<DriverTask<'a>> {
    let volume = step.cluster.store.volumes.named("", &claim.spec.volume_name);
    let reason = match volume.map(|volume| (volume, &volume.spec.claim_ref)) {
        None => Reason::ClaimLost {},
        Some((volume, None)) => {
            bind(step, claim, volume);
            return None;
        }
        Some((volume, Some(reference))) if reference.uid == claim.metadata.uid => {
            return expand::resize(step, claim, volume);
        }
        Some(_) => Reason::ClaimMisbound {},
    };
    // What was bound is lost, with what the status said of it.
    let status = PersistentVolumeClaimStatus {
        phase: "Lost".into(),
        ..PersistentVolumeClaimStatus::default()
    };
    step.set_wait(Subject::object(Kind::PersistentVolumeClaim, &claim.metadata.key()), reason);
    step.update(PersistentVolumeClaim { status, ..claim.clone() });
    None
}

/// Binds a claim to the volume that it names, in whatever phase that is, or says why not; no other volume
/// will do, and none is made (`syncUnboundClaim`).
fn bind_to_named(
    step: &mut Step<'_>,
    claim: &PersistentVolumeClaim,
    volume: &Rc<PersistentVolume>,
) {
    let volume_ref = volume.metadata.reference(Kind::PersistentVolume);
    let reason = match &volume.spec.claim_ref {
        Some(_) if is_kept_for(volume, claim) => return bind(step, claim, volume),
        Some(_) => Reason::VolumeTaken { volume: volume_ref },
        None => match mismatch(volume, claim) {
            None => return bind(step, claim, volume),
            Some(why) => Reason::VolumeMismatch { volume: volume_ref, why },
        },
    };
    step.set_wait(Subject::object(Kind::PersistentVolumeClaim, &claim.metadata.key()), reason);
}

/// How a volume fails to satisfy a claim, in the controller's words (`checkVolumeSatisfyClaim`).
fn mismatch(volume: &PersistentVolume, claim: &PersistentVolumeClaim) -> Option<String> {
    if volume.metadata.is_terminating() {
        return Some(format!("the volume is marked for deletion \"{}\"", volume.metadata.name));
    }
    let why = match () {
        () if capacity(volume) < thousandths(claim.request()) => "requested PV is too small",
        () if !has_class(volume, claim) => "storageClassName does not match",
        () if !has_modes(volume, claim) => "incompatible accessMode",
        () => return None,
    };
    Some(why.into())
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
    cluster: &'a ControlPlane,
    claim: &PersistentVolumeClaim,
) -> impl Iterator<Item = &'a Rc<Pod>> + use<'a> {
    cluster.store.users_of(claim).filter(|pod| pod.is_bound())
}

/// A volume that is free, or kept for this claim, and satisfies it. As long as the claim waits for its
/// first pod only one that is kept for it will do (`findBestMatchForClaim`).
fn matching_volume(
    cluster: &ControlPlane,
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
    cluster: &'a ControlPlane,
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
    cluster: &'a ControlPlane,
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
    let is_free = volume.status.phase == PersistentVolumePhase::Available
        && !volume.metadata.is_terminating();
    let is_open = volume.spec.claim_ref.is_none() || is_kept_for(volume, claim);
    let wanted = &claim.spec.volume_name;
    let is_wanted = wanted.is_empty() || *wanted == volume.metadata.name;
    let size = capacity(volume) >= thousandths(claim.request());
    is_free && is_open && is_wanted && has_modes(volume, claim) && has_class(volume, claim) && size
}

fn has_modes(volume: &PersistentVolume, claim: &PersistentVolumeClaim) -> bool {
    claim.spec.access_modes.iter().all(|mode| volume.spec.access_modes.contains(mode))
}

fn has_class(volume: &PersistentVolume, claim: &PersistentVolumeClaim) -> bool {
    claim.class().unwrap_or("") == volume.class()
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
    notes.insert(BIND_COMPLETED.into(), "yes".into());
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
    bound.status.phase = PersistentVolumeClaimPhase::Bound;
    bound.status.capacity = volume.spec.capacity.clone();
    let mut taken = volume.clone();
    taken.status.phase = PersistentVolumePhase::Bound;
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
    cluster: &'a ControlPlane,
    claim: &PersistentVolumeClaim,
) -> Option<&'a Rc<StorageClass>> {
    cluster.store.classes.named("", claim.class()?)
}

/// Whether a volume for the claim is made only when a pod that needs it has a node.
pub fn waits_for_consumer(cluster: &ControlPlane, claim: &PersistentVolumeClaim) -> bool {
    class_of(cluster, claim).is_some_and(|class| class.waits_for_consumer())
}

/// Looks after one volume: one without its claim is released, and then kept or deleted, and one that names no
/// claim any more is Available again (`syncVolume`, `reclaimVolume`). Returns the volume if the storage driver has to
/// delete it.
fn control_volume<'a>(step: &mut Step<'a>, key: &Key) -> Option<&'a PersistentVolume> {
    let cluster = step.cluster;
    let volume = cluster.store.volumes.get(key)?;
    let name = &volume.metadata.name;
    let phase = &volume.status.phase;
    let claim = volume.spec.claim_ref.as_ref();
    let is_kept = claim.is_none()
        || volume.spec.persistent_volume_reclaim_policy != PersistentVolumeReclaimPolicy::Delete;
    let is_attached = || cluster.store.indexed(&Index::Attached(name.clone())).next().is_some();
    if volume.metadata.is_terminating() && *phase == PersistentVolumePhase::Bound {
        let subject = Subject::object(Kind::PersistentVolume, key);
        let (claim, volume) = about(volume);
        step.set_wait(subject, Reason::VolumeProtected { volume, claim });
    } else if volume.metadata.is_terminating() {
        if !is_kept && !is_attached() {
            return Some(volume);
        }
        release(step, volume);
        return None;
    }
    // One without a UID is reserved, and taken by its claim.
    let Some(reference) = claim.filter(|reference| reference.uid != Uid::default()) else {
        set_phase(step, volume, PersistentVolumePhase::Available);
        return None;
    };
    let claim = cluster.store.claims.named(&reference.namespace, &reference.name);
    let is_held = claim.is_some_and(|claim| claim.metadata.uid == reference.uid);
    if is_held || *phase == PersistentVolumePhase::Available {
        return None;
    }
    if *phase != PersistentVolumePhase::Released {
        set_phase(step, volume, PersistentVolumePhase::Released);
        return None;
    }
    (!is_kept && !is_attached()).then_some(volume)
}

/// Writes the phase of a volume, and says so where its data is kept.
fn set_phase(step: &mut Step<'_>, volume: &PersistentVolume, phase: PersistentVolumePhase) {
    if volume.status.phase == phase {
        return;
    }
    let (claim, volume_ref) = about(volume);
    let is_kept =
        volume.spec.persistent_volume_reclaim_policy != PersistentVolumeReclaimPolicy::Delete;
    let reason = match phase {
        PersistentVolumePhase::Released if is_kept => {
            Some(Reason::VolumeReleased { claim, volume: volume_ref })
        }
        PersistentVolumePhase::Released => None,
        _ => Some(Reason::VolumeAvailable { volume: volume_ref, claim }),
    };
    if let Some(reason) = reason {
        let subject = Subject::object(Kind::PersistentVolume, &volume.metadata.key());
        step.record_event(subject, Some(volume.metadata.uid), reason);
    }
    let mut updated = volume.clone();
    updated.status.phase = phase;
    step.update(updated);
}

/// `pvprotection`: takes its finalizer from a volume that is being deleted, no claim is bound to (`isBeingUsed`), and
/// whose data stays.
fn release(step: &mut Step<'_>, volume: &PersistentVolume) {
    let released = without_protection(volume);
    if released.metadata.finalizers.is_empty() {
        let object = volume.metadata.reference(Kind::PersistentVolume);
        let subject = Subject::object(Kind::PersistentVolume, &volume.metadata.key());
        step.record_event(subject, Some(volume.metadata.uid), Reason::ObjectGone { object });
    }
    step.update(released);
}

fn without_protection(volume: &PersistentVolume) -> PersistentVolume {
    let mut released = volume.clone();
    released.metadata.finalizers.retain(|finalizer| finalizer != PV_PROTECTION);
    released
}
