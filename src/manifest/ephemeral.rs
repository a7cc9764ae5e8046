//! Ephemeral containers, which are added to a pod through the subresource `ephemeralcontainers`
//! (`ValidatePodEphemeralContainersUpdate` of `pkg/apis/core/validation/validation.go`).

use super::{kinds, validate};
use crate::api::json::Node as Tree;
use crate::api::*;

/// The fields of a container that an ephemeral container must not have (`allowedEphemeralContainerFields`).
const FORBIDDEN: [&str; 7] = [
    "ports",
    "resources",
    "livenessProbe",
    "readinessProbe",
    "startupProbe",
    "lifecycle",
    "resizePolicy",
];

/// The pod with the ephemeral containers of `tree`, a changed tree of the pod; everything else in it is ignored.
///
/// # Errors
/// What kubectl prints if the API server rejects them.
pub fn with_ephemeral(old: &Pod, tree: &Tree) -> Result<Pod, String> {
    let (decoded, found) = kinds::decode(tree, Kind::Pod, false);
    let refuse = |words: String| format!("Error from server (BadRequest): {words}");
    let head = "Pod in version \"v1\" cannot be handled as a Pod";
    if !found.unknown.is_empty() {
        let fields: Vec<String> =
            found.unknown.iter().map(|extra| format!("unknown field \"{}\"", extra.path)).collect();
        return Err(refuse(format!("{head}: strict decoding error: {}", fields.join(", "))));
    }
    let new = match decoded {
        Ok(Object::Pod(new)) => new,
        Ok(_) => return Err(refuse(head.into())),
        Err(wrong) => return Err(refuse(format!("{head}: {}", wrong.message))),
    };
    let mut pod = old.clone();
    pod.spec.ephemeral_containers.clone_from(&new.spec.ephemeral_containers);
    let mut errors = validate::ephemeral(&old.spec, &pod.spec);
    for (index, container) in tree.list("spec.ephemeralContainers").iter().enumerate() {
        let is_set = |field: &&&str| container.get(field).is_some_and(|it| it.size() > 1);
        for field in FORBIDDEN.iter().filter(is_set) {
            errors.push(validate::FieldError {
                field: format!("spec.ephemeralContainers[{index}].{field}"),
                detail: "Forbidden: cannot be set for an Ephemeral Container".into(),
            });
        }
    }
    match errors.is_empty() {
        true => Ok(pod),
        false => Err(validate::invalid(&format!("Pod \"{}\"", old.metadata.name), &errors)),
    }
}
