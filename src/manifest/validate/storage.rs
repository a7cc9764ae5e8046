//! Claims and volumes (`pkg/apis/core/validation/validation.go`), classes
//! (`pkg/apis/storage/validation/validation.go`).

use super::super::names;
use super::super::scalar::quoted;
use super::{Errors, placement};
use crate::api::*;

const ACCESS_MODES: [&str; 4] =
    ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];

fn access_modes(
    errors: &mut Errors,
    field: &str,
    modes: &[PersistentVolumeAccessMode],
    words: &str,
) {
    if modes.is_empty() {
        errors.required(field, words);
    }
    for mode in modes {
        errors.one_of(field, mode.as_str(), &ACCESS_MODES);
    }
    if modes.len() > 1 && modes.contains(&PersistentVolumeAccessMode::ReadWriteOncePod) {
        errors.forbidden(field, "may not use ReadWriteOncePod with other access modes");
    }
}

/// Checks the spec of a claim (`ValidatePersistentVolumeClaimSpec`).
pub(super) fn claim(errors: &mut Errors, field: &str, spec: &PersistentVolumeClaimSpec) {
    let modes = format!("{field}.accessModes");
    access_modes(errors, &modes, &spec.access_modes, "at least 1 access mode is required");
    let storage = format!("{field}.resources[storage]");
    match spec.resources.requests.get("storage") {
        None => errors.required(&storage, ""),
        Some(amount) if !is_positive_quantity(amount) => {
            errors.invalid(&storage, &quoted(amount), "must be greater than zero");
        }
        Some(_) => {}
    }
    if let Some(class) = spec.storage_class_name.as_ref().filter(|class| !class.is_empty()) {
        errors.words(&format!("{field}.storageClassName"), class, names::subdomain(class));
    }
}

/// Checks the spec of a volume (`ValidatePersistentVolumeSpec`).
pub(super) fn volume(errors: &mut Errors, spec: &PersistentVolumeSpec) {
    access_modes(errors, "spec.accessModes", &spec.access_modes, "");
    if spec.capacity.is_empty() {
        errors.required("spec.capacity", "");
    } else if !spec.capacity.contains_key("storage") || spec.capacity.len() > 1 {
        let value = "Unsupported value: {}: supported values: \"storage\"".to_string();
        errors.add("spec.capacity", value);
    }
    if let Some(amount) =
        spec.capacity.get("storage").filter(|amount| !is_positive_quantity(amount))
    {
        errors.invalid("spec.capacity[storage]", &quoted(amount), "must be greater than zero");
    }
    let supported = ["Delete", "Recycle", "Retain"];
    let policy = "spec.persistentVolumeReclaimPolicy";
    errors.one_of(policy, spec.persistent_volume_reclaim_policy.as_str(), &supported);
    if spec.local.is_some() && spec.csi.is_some() {
        errors.forbidden("spec.csi", "may not specify more than 1 volume type");
    }
    if let Some(local) = &spec.local {
        if local.path.is_empty() {
            errors.required("spec.local.path", "");
        }
        if spec.node_affinity.is_none() {
            errors.required("spec.nodeAffinity", "Local volume requires node affinity");
        }
    }
    if let Some(csi) = &spec.csi {
        if csi.driver.is_empty() {
            errors.required("spec.csi.driver", "");
        }
        if csi.volume_handle.is_empty() {
            errors.required("spec.csi.volumeHandle", "");
        }
    }
    if let Some(affinity) = &spec.node_affinity {
        placement::node_selector(errors, "spec.nodeAffinity.required", &affinity.required);
    }
    if !spec.storage_class_name.is_empty() {
        let class = &spec.storage_class_name;
        errors.words("spec.storageClassName", class, names::subdomain(class));
    }
}

/// Checks a class (`ValidateStorageClass`).
pub(super) fn class(errors: &mut Errors, class: &StorageClass) {
    if class.provisioner.is_empty() {
        errors.required("provisioner", "");
    } else {
        let name = class.provisioner.to_ascii_lowercase();
        errors.words("provisioner", &class.provisioner, names::qualified(&name));
    }
    errors.one_of("reclaimPolicy", class.reclaim_policy.as_str(), &["Delete", "Retain"]);
    let modes = ["Immediate", "WaitForFirstConsumer"];
    errors.one_of("volumeBindingMode", class.volume_binding_mode.as_str(), &modes);
}

/// Checks a change of a claim (`ValidatePersistentVolumeClaimUpdate`).
pub(super) fn update_claim(
    errors: &mut Errors,
    old: &PersistentVolumeClaim,
    new: &PersistentVolumeClaim,
) {
    let mut allowed = old.spec.clone();
    let (before, now) = (thousandths(old.request()), thousandths(new.request()));
    if old.is_bound() || before == now {
        allowed.resources = new.spec.resources.clone();
    }
    if old.is_bound() {
        let name = "volumeAttributesClassName";
        allowed.other = old.spec.other.with_field_of(name, &new.spec.other);
    }
    if old.spec.volume_name.is_empty() {
        // What the binder fills in, and the default class that comes later.
        allowed.volume_name = new.spec.volume_name.clone();
        if old.spec.storage_class_name.is_none() {
            allowed.storage_class_name = new.spec.storage_class_name.clone();
        }
    }
    if allowed != new.spec {
        errors.forbidden(
            "spec",
            "spec is immutable after creation except resources.requests and \
             volumeAttributesClassName for bound claims",
        );
    }
    let size = old.status.capacity.get("storage").map_or(0, |amount| thousandths(amount));
    if now < before && now <= size {
        let words = "field can not be less than status.capacity";
        errors.forbidden("spec.resources.requests.storage", words);
    }
}

/// Checks a change of a volume (`ValidatePersistentVolumeUpdate`).
pub(super) fn update_volume(errors: &mut Errors, old: &PersistentVolume, new: &PersistentVolume) {
    if old.spec.csi != new.spec.csi || old.spec.local != new.spec.local {
        let words = "spec.persistentvolumesource is immutable after creation";
        errors.forbidden("spec.persistentvolumesource", words);
    }
    if old.spec.node_affinity.is_some() && old.spec.node_affinity != new.spec.node_affinity {
        errors.forbidden("spec.nodeAffinity", "field is immutable");
    }
}

/// Checks a change of a class (`ValidateStorageClassUpdate`).
pub(super) fn update_class(errors: &mut Errors, old: &StorageClass, new: &StorageClass) {
    if old.provisioner != new.provisioner {
        errors.forbidden("provisioner", "updates to provisioner are forbidden.");
    }
    if old.reclaim_policy != new.reclaim_policy {
        errors.forbidden("reclaimPolicy", "updates to reclaimPolicy are forbidden.");
    }
    if old.volume_binding_mode != new.volume_binding_mode {
        let mode = quoted(new.volume_binding_mode.as_str());
        errors.invalid("volumeBindingMode", &mode, "field is immutable");
    }
}
