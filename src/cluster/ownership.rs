//! Who manages what: adoption and release of objects by their labels.
//!
//! Follows `controller_ref_manager.go` of `pkg/controller`: `BaseControllerRefManager.ClaimObject`.

use super::*;

/// The reference by which an object names its controller (`metav1.NewControllerRef`).
pub(super) fn controller_ref(kind: Kind, meta: &ObjectMeta) -> OwnerReference {
    OwnerReference {
        api_version: kind.api_version().into(),
        kind: kind.name().into(),
        name: meta.name.clone(),
        uid: meta.uid,
        controller: true,
        block_owner_deletion: true,
    }
}

/// What is reported of an owner and an object that is adopted, and of one that is released.
pub(super) type Says = [fn(ObjectRef, ObjectRef) -> Reason; 2];

/// Finds out whether an object is managed by `owner` from now on: an orphan that matches is adopted,
/// one that does not match any more is released; `says` reports it.
pub(super) fn claim(
    step: &mut Step<'_>,
    (kind, owner): (Kind, &ObjectMeta),
    object: &mut Object,
    matches: bool,
    [adopted, released]: Says,
) -> bool {
    let say = match object.meta().controller().map(|controller| controller.uid) {
        Some(uid) if uid != owner.uid => return false,
        Some(_) if matches => return true,
        None if !matches || object.meta().is_terminating() => return false,
        _ if owner.is_terminating() => return false,
        Some(uid) => {
            object.meta_mut().owner_references.retain(|other| other.uid != uid);
            released
        }
        None => {
            object.meta_mut().owner_references.push(controller_ref(kind, owner));
            adopted
        }
    };
    let (subject, meta) = (Subject::Object(object.reference()), object.meta());
    let reason = say(owner.reference(kind), object.reference());
    step.record_event(subject, Some(meta.uid), reason);
    step.update(object.clone());
    matches
}
