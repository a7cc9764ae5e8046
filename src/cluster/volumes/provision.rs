//! Making volumes: what the volume controller says while it waits, and what the storage drivers make.
//!
//! Follows `pkg/controller/volume/persistentvolume` (`provisionClaim`,
//! `emitEventForUnboundDelayBindingClaim`) of Kubernetes v1.36, and stands in for the provisioner of
//! whatever driver a class names. A driver with `local` or `hostpath` in its name makes folders of
//! the chosen node; those of the large clouds make volumes that only their zone can reach.

use super::*;

/// The annotation by which the scheduler tells for which node a volume is to be made.
pub const SELECTED_NODE: &str = "volume.kubernetes.io/selected-node";
/// The annotation of a volume that tells which driver made it.
pub(super) const PROVISIONED_BY: &str = "pv.kubernetes.io/provisioned-by";
const NO_PROVISIONER: &str = "kubernetes.io/no-provisioner";
/// Drivers whose volumes are tied to the zone in which they are made.
const ZONAL: [&str; 4] =
    ["ebs.csi.aws.com", "pd.csi.storage.gke.io", "disk.csi.azure.com", "cinder.csi.openstack.org"];

/// Whether a volume could be made for the claim on this node (`checkVolumeProvisions`).
pub fn can_be_made(cluster: &ControlPlane, claim: &PersistentVolumeClaim, node: &Node) -> bool {
    class_of(cluster, claim).is_some_and(|class| {
        class.provisioner != NO_PROVISIONER && class.allows(&node.metadata.labels)
    })
}

/// Has a volume made by the driver of the class, or says why none is.
pub(super) fn provision<'a>(
    step: &mut Step<'a>,
    claim: &PersistentVolumeClaim,
) -> Option<DriverTask<'a>> {
    let mut task = None;
    let key = claim.metadata.key();
    let subject = Subject::object(Kind::PersistentVolumeClaim, &key);
    let name = claim.class().unwrap_or_default().to_owned();
    let is_chosen = claim.metadata.annotations.contains_key(SELECTED_NODE);
    let source = snapshot::restored_from(step.cluster, claim);
    let reason = match class_of(step.cluster, claim) {
        None if name.is_empty() => Reason::NoClass {},
        None => Reason::ClassMissing { class: name },
        Some(class) if class.waits_for_consumer() && !is_chosen => waiting(step.cluster, claim),
        Some(class) if class.provisioner == NO_PROVISIONER => Reason::NoProvisioner { class: name },
        Some(class) => match source {
            Some(Err(message)) => Reason::ProvisioningFailed { class: name, message },
            _ => {
                task = Some(DriverTask::Provision(class));
                Reason::ExternalProvisioning { provisioner: class.provisioner.clone() }
            }
        },
    };
    step.set_wait(subject, reason);
    step.enqueue_after(WorkItem::Claim(key), step.timings().class_retry_ms);
    task
}

/// What a claim waits for that gets its volume together with its first pod's node.
fn waiting(cluster: &ControlPlane, claim: &PersistentVolumeClaim) -> Reason {
    let waiting = cluster.store.users_of(claim).filter(|pod| !pod.is_bound());
    let pods: Vec<ObjectRef> = waiting.map(|pod| pod.metadata.reference(Kind::Pod)).collect();
    match pods.is_empty() {
        true => Reason::WaitForFirstConsumer {},
        false => Reason::WaitForPodScheduled { pods },
    }
}

/// The storage driver has made the volume of a claim.
pub fn provisioned(step: &mut WorldStep<'_>, key: &Key) {
    let cluster = step.cluster;
    let Some(claim) = cluster.store.claims.get(key) else { return };
    let Some(class) = class_of(cluster, claim) else { return };
    let name = format!("pvc-{}", claim.metadata.uid);
    let chosen = claim.metadata.annotations.get(SELECTED_NODE);
    if claim.is_bound()
        || claim.metadata.is_terminating()
        || cluster.store.volumes.named("", &name).is_some()
        || !cluster.world.has_driver(&class.provisioner)
        || class.waits_for_consumer() && chosen.is_none()
    {
        return;
    }
    let source = match snapshot::restored_from(cluster, claim) {
        Some(Err(_)) => return,
        source => source.and_then(Result::ok),
    };
    let place = place(step, class, chosen.map_or("", String::as_str));
    let volume = volume_for(claim, class, name, place);
    let subject = Subject::object(Kind::PersistentVolume, &volume.metadata.key());
    let reason = Reason::VolumeProvisioned {
        claim: claim.metadata.reference(Kind::PersistentVolumeClaim),
        volume: volume.metadata.reference(Kind::PersistentVolume),
    };
    step.record_event(subject, None, reason);
    match source {
        Some(source) => snapshot::restore(step, (&**claim, &volume), source),
        None => driver::make_disk(step, &volume, Some(key.clone())),
    }
    step.create(volume);
}

/// The volume that a storage driver makes for a claim.
fn volume_for(
    claim: &PersistentVolumeClaim,
    class: &StorageClass,
    name: String,
    place: Option<VolumeNodeAffinity>,
) -> PersistentVolume {
    let is_local = is_local(&class.provisioner);
    let made_by = [(PROVISIONED_BY.into(), class.provisioner.clone())];
    PersistentVolume {
        metadata: ObjectMeta {
            name: name.clone(),
            annotations: made_by.into_iter().collect(),
            ..ObjectMeta::default()
        },
        spec: PersistentVolumeSpec {
            capacity: claim.spec.resources.requests.clone(),
            access_modes: claim.spec.access_modes.clone(),
            claim_ref: Some(reference(claim)),
            storage_class_name: class.metadata.name.clone(),
            persistent_volume_reclaim_policy: class.reclaim_policy.clone(),
            node_affinity: place,
            csi: (!is_local).then(|| CsiPersistentVolumeSource {
                driver: class.provisioner.clone(),
                volume_handle: name.clone(),
                ..CsiPersistentVolumeSource::default()
            }),
            local: is_local.then(|| LocalVolumeSource {
                path: format!("/var/local/{name}"),
                ..LocalVolumeSource::default()
            }),
            ..PersistentVolumeSpec::default()
        },
        status: PersistentVolumeStatus {
            phase: "Available".into(),
            ..PersistentVolumeStatus::default()
        },
    }
}

/// Whether a provisioner makes folders on the node instead of remote volumes.
fn is_local(provisioner: &str) -> bool {
    provisioner.contains("local") || provisioner.contains("hostpath")
}

/// From where a new volume can be reached: its node, its zone, or where its class allows.
fn place(step: &mut Step<'_>, class: &StorageClass, node: &str) -> Option<VolumeNodeAffinity> {
    let cluster = step.cluster;
    let allowed: Vec<&Rc<Node>> =
        cluster.store.nodes.iter().filter(|node| class.allows(&node.metadata.labels)).collect();
    let node = match cluster.store.node(node) {
        Some(node) => Some(node),
        None => {
            let index = step.random(Stream::Storage, allowed.len() as u64);
            allowed.get(usize::try_from(index).unwrap_or(0)).copied()
        }
    }?;
    let zone = ZONAL.contains(&class.provisioner.as_str()).then_some(ZONE_LABEL);
    let terms = class.allowed_topologies.iter().flat_map(|term| &term.match_label_expressions);
    let keys: Set<&str> = match is_local(&class.provisioner) {
        true => [HOSTNAME_LABEL].into_iter().collect(),
        false => terms.map(|wanted| wanted.key.as_str()).chain(zone).collect(),
    };
    let requirements = keys.iter().filter_map(|key| {
        Some(LabelSelectorRequirement {
            key: (*key).into(),
            operator: SelectorOperator::In,
            values: vec![node.metadata.labels.get(*key)?.clone()],
        })
    });
    let match_expressions: Vec<_> = requirements.collect();
    let term = NodeSelectorTerm { match_expressions, ..NodeSelectorTerm::default() };
    let is_anywhere = term.match_expressions.is_empty();
    let required = NodeSelector { node_selector_terms: vec![term] };
    (!is_anywhere).then_some(VolumeNodeAffinity { required })
}
