//! What the API server asks for in fields that the model has not: a probe does something, and a volume
//! is something (`validateHandler`, `ValidatePersistentVolumeSpec`).

use super::super::decode::Extra;
use super::FieldError;
use crate::api::*;

const HANDLERS: [&str; 4] = ["exec", "grpc", "httpGet", "tcpSocket"];

/// What is missing in an object of which `extras` is what the model has not.
pub(in super::super) fn missing(object: &Object, extras: &[Extra]) -> Vec<FieldError> {
    let mut fields = Vec::new();
    match object {
        Object::StatefulSet(set) => {
            probes("spec.template.spec", &set.spec.template.spec, extras, &mut fields);
        }
        Object::Deployment(deployment) => {
            probes("spec.template.spec", &deployment.spec.template.spec, extras, &mut fields);
        }
        Object::ReplicaSet(set) => {
            probes("spec.template.spec", &set.spec.template.spec, extras, &mut fields);
        }
        Object::Pod(pod) => probes("spec", &pod.spec, extras, &mut fields),
        Object::PersistentVolume(volume) => {
            let is_source = |extra: &Extra| {
                let field = extra.path.strip_prefix("spec.").unwrap_or("");
                !["mountOptions", "volumeAttributesClassName", "volumeMode"].contains(&field)
                    && extra.owner == "PersistentVolumeSpec"
            };
            let is_ours = volume.spec.csi.is_some() || volume.spec.local.is_some();
            if !is_ours && !extras.iter().any(is_source) {
                let detail = "Required value: must specify a volume type".into();
                return vec![FieldError { field: "spec".into(), detail }];
            }
        }
        _ => {}
    }
    let detail = || "Required value: must specify a handler type".into();
    fields.into_iter().map(|field| FieldError { field, detail: detail() }).collect()
}

/// The probes of a pod that do nothing.
fn probes(field: &str, spec: &PodSpec, extras: &[Extra], found: &mut Vec<String>) {
    for (list, containers) in
        [("initContainers", &spec.init_containers), ("containers", &spec.containers)]
    {
        for (index, container) in containers.iter().enumerate() {
            for (name, _) in container.probes().into_iter().filter(|(_, probe)| probe.is_some()) {
                let path = format!("{field}.{list}[{index}].{name}");
                let acts = |handler: &str| {
                    extras.iter().any(|extra| extra.path == format!("{path}.{handler}"))
                };
                if !HANDLERS.iter().any(|handler| acts(handler)) {
                    found.push(path);
                }
            }
        }
    }
}
