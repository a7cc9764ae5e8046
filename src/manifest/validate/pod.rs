//! Pods (`ValidatePodSpec` of `pkg/apis/core/validation/validation.go`).

use super::super::names;
use super::super::scalar::quoted;
use super::{Errors, FieldError, meta, placement};
use crate::api::*;
use crate::limits::{self, Limit};
use crate::map::Set;

/// Checks the spec of a pod; `claims` are names of volumes that the pod's set makes.
pub(super) fn spec(errors: &mut Errors, field: &str, spec: &PodSpec, claims: &[&str]) {
    let mut volumes: Set<&str> = claims.iter().copied().collect();
    for (index, volume) in spec.volumes.iter().enumerate() {
        let field = format!("{field}.volumes[{index}]");
        if check_volume(errors, &field, volume, claims, &volumes) {
            volumes.insert(&volume.name);
        }
    }
    let mut names = Set::new();
    if spec.containers.is_empty() {
        errors.required(&format!("{field}.containers"), "");
    }
    for (list, containers) in
        [("containers", &spec.containers), ("initContainers", &spec.init_containers)]
    {
        for (index, container) in containers.iter().enumerate() {
            let field = format!("{field}.{list}[{index}]");
            check_container(errors, &field, container, &volumes);
            if !container.name.is_empty() && !names.insert(container.name.as_str()) {
                errors.duplicate(&format!("{field}.name"), &quoted(&container.name));
            }
            if let (Some(policy), "initContainers") = (&container.restart_policy, list) {
                errors.one_of(
                    &format!("{field}.restartPolicy"),
                    policy.as_str(),
                    &["Always", "Never", "OnFailure"],
                );
            }
        }
    }
    // `ValidatePodTemplateSpec`
    if field != "spec" && !spec.ephemeral_containers.is_empty() {
        let words = "ephemeral containers not allowed in pod template";
        errors.forbidden(&format!("{field}.ephemeralContainers"), words);
    }
    let supported = ["Always", "Never", "OnFailure"];
    errors.one_of(&format!("{field}.restartPolicy"), spec.restart_policy.as_str(), &supported);
    let seconds = spec.termination_grace_period_seconds;
    if seconds > limits::GRACE_PERIOD_S {
        let field = format!("{field}.terminationGracePeriodSeconds");
        errors.invalid(&field, &seconds.to_string(), &Limit::GracePeriod.sentence());
    }
    meta::labels(errors, &format!("{field}.nodeSelector"), &spec.node_selector);
    placement::spec(errors, field, spec);
    for (index, toleration) in spec.tolerations.iter().enumerate() {
        check_toleration(errors, &format!("{field}.tolerations[{index}]"), toleration);
    }
}

/// Checks the ephemeral containers of a pod, of which it had those of `old` before (`validateEphemeralContainers`,
/// `ValidatePodEphemeralContainersUpdate`).
pub(in super::super) fn ephemeral(old: &PodSpec, new: &PodSpec) -> Vec<FieldError> {
    let mut errors = Errors { list: Vec::new(), gates: crate::manifest::Gates::default() };
    let volumes: Set<&str> = new.volumes.iter().map(|volume| volume.name.as_str()).collect();
    let main = || new.init_containers.iter().chain(&new.containers).map(|it| it.name.as_str());
    let mut names: Set<&str> = main().collect();
    for (index, container) in new.ephemeral_containers.iter().enumerate() {
        let field = format!("spec.ephemeralContainers[{index}]");
        check_container(&mut errors, &field, container, &volumes);
        if !container.name.is_empty() && !names.insert(container.name.as_str()) {
            errors.duplicate(&format!("{field}.name"), &quoted(&container.name));
        }
        let target = container.other.get(TARGET).map_or("", |target| target.as_text());
        if !target.is_empty() && !main().any(|name| name == target) {
            errors.add(&format!("{field}.{TARGET}"), format!("Not found: {}", quoted(target)));
        }
    }
    for container in &old.ephemeral_containers {
        let name = &container.name;
        let words = match new.ephemeral_containers.iter().find(|it| it.name == *name) {
            None => format!("existing ephemeral containers {} may not be removed", quoted(name)),
            Some(same) if same == container => continue,
            Some(_) => format!("existing ephemeral containers {} may not be changed", quoted(name)),
        };
        errors.forbidden("spec.ephemeralContainers", &words);
    }
    errors.list
}

/// Checks a change of a pod (`ValidatePodUpdate`): little of it may change.
pub(super) fn update(errors: &mut Errors, old: &PodSpec, new: &PodSpec) {
    let mut allowed = old.clone();
    let images = |spec: &mut PodSpec, from: &PodSpec| {
        let from = from.init_containers.iter().chain(&from.containers);
        for (container, from) in
            spec.init_containers.iter_mut().chain(&mut spec.containers).zip(from)
        {
            if pull_policy(container) == pull_policy(from) {
                // It may be the default of the one image and not of the other.
                container.other = container.other.with_field_of("imagePullPolicy", &from.other);
            }
            container.image.clone_from(&from.image);
        }
    };
    images(&mut allowed, new);
    allowed.other = old.other.with_field_of("activeDeadlineSeconds", &new.other);
    if old.tolerations.iter().all(|toleration| new.tolerations.contains(toleration)) {
        allowed.tolerations.clone_from(&new.tolerations);
    }
    if allowed != *new {
        errors.forbidden(
            "spec",
            "pod updates may not change fields other than `spec.containers[*].image`,\
             `spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only \
             additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be \
             set to 1 if it was previously negative)",
        );
    }
}

/// When the image is pulled, whether the container says so or not.
fn pull_policy(container: &Container) -> String {
    to_tree(container).word("imagePullPolicy")
}

/// Whether containers may mount the volume; a claim of the set goes before a volume of its name.
fn check_volume(
    errors: &mut Errors,
    field: &str,
    volume: &Volume,
    claims: &[&str],
    known: &Set<&str>,
) -> bool {
    let before = errors.list.len();
    if let Some(claim) = &volume.persistent_volume_claim {
        if claim.claim_name.is_empty() {
            errors.required(&format!("{field}.persistentVolumeClaim.claimName"), "");
        }
        if volume.empty_dir.is_some() {
            let field = format!("{field}.persistentVolumeClaim");
            errors.forbidden(&field, "may not specify more than 1 volume type");
        }
    }
    let name = &volume.name;
    let field = format!("{field}.name");
    if name.is_empty() {
        errors.required(&field, "");
    } else {
        errors.words(&field, name, names::label(name));
    }
    if known.contains(name.as_str()) && !claims.contains(&name.as_str()) {
        errors.duplicate(&field, &quoted(name));
    }
    errors.list.len() == before
}

fn check_container(errors: &mut Errors, field: &str, container: &Container, volumes: &Set<&str>) {
    let (name, image) = (&container.name, &container.image);
    if name.is_empty() {
        errors.required(&format!("{field}.name"), "");
    } else {
        errors.words(&format!("{field}.name"), name, names::label(name));
    }
    let image_field = format!("{field}.image");
    if image.is_empty() {
        errors.required(&image_field, "");
    } else if image.trim() != image {
        let words = "must not have leading or trailing whitespace";
        errors.invalid(&image_field, &quoted(image), words);
    }
    check_ports(errors, field, &container.ports);
    check_mounts(errors, field, &container.volume_mounts, volumes);
    placement::resources(errors, &format!("{field}.resources"), &container.resources);
    for (name, probe) in container.probes() {
        let Some(probe) = probe else { continue };
        let (field, success) = (format!("{field}.{name}"), probe.success_threshold);
        // `validateReadinessProbe`, `validateLivenessProbe`, `validateStartupProbe`
        if name == "readinessProbe" {
            if success == 0 {
                errors.invalid(&format!("{field}.successThreshold"), "0", "must be greater than 0");
            }
            if let Some(seconds) = probe.termination_grace_period_seconds {
                let field = format!("{field}.terminationGracePeriodSeconds");
                let words = "must not be set for readinessProbes";
                errors.invalid(&field, &seconds.to_string(), words);
            }
        } else if success != 1 {
            let value = success.to_string();
            errors.invalid(&format!("{field}.successThreshold"), &value, "must be 1");
        }
    }
}

fn check_ports(errors: &mut Errors, field: &str, ports: &[ContainerPort]) {
    let mut names = Set::new();
    for (index, port) in ports.iter().enumerate() {
        let field = format!("{field}.ports[{index}]");
        let words = names::port(&port.name);
        if port.name.is_empty() {
        } else if !words.is_empty() {
            errors.words(&format!("{field}.name"), &port.name, words);
        } else if !names.insert(&port.name) {
            errors.duplicate(&format!("{field}.name"), &quoted(&port.name));
        }
        if port.container_port == 0 {
            errors.required(&format!("{field}.containerPort"), "");
        }
        if !port.protocol.is_empty() {
            errors.one_of(
                &format!("{field}.protocol"),
                port.protocol.as_str(),
                &["SCTP", "TCP", "UDP"],
            );
        }
    }
}

fn check_mounts(errors: &mut Errors, field: &str, mounts: &[VolumeMount], volumes: &Set<&str>) {
    let mut paths = Set::new();
    for (index, mount) in mounts.iter().enumerate() {
        let field = format!("{field}.volumeMounts[{index}]");
        if mount.name.is_empty() {
            errors.required(&format!("{field}.name"), "");
        }
        if !volumes.contains(mount.name.as_str()) {
            errors.add(&format!("{field}.name"), format!("Not found: {}", quoted(&mount.name)));
        }
        if mount.mount_path.is_empty() {
            errors.required(&format!("{field}.mountPath"), "");
        }
        if !paths.insert(&mount.mount_path) {
            let path = quoted(&mount.mount_path);
            errors.invalid(&format!("{field}.mountPath"), &path, "must be unique");
        }
    }
}

/// Checks one toleration (`ValidateTolerations`).
fn check_toleration(errors: &mut Errors, field: &str, toleration: &Toleration) {
    let operator = format!("{field}.operator");
    let value = quoted(toleration.operator.as_str());
    if !toleration.key.is_empty() {
        let key = &toleration.key;
        errors.words(&format!("{field}.key"), key, names::qualified(key));
    } else if toleration.operator != TolerationOperator::Exists {
        let words = "operator must be Exists when `key` is empty, which means \"match all values and all keys\"";
        errors.invalid(&operator, &value, words);
    }
    if toleration.toleration_seconds.is_some() && toleration.effect != TaintEffect::NoExecute {
        let effect = quoted(toleration.effect.as_str());
        let words = "effect must be 'NoExecute' when `tolerationSeconds` is set";
        errors.invalid(&format!("{field}.effect"), &effect, words);
    }
    match &toleration.operator {
        TolerationOperator::Unset | TolerationOperator::Equal => {
            let value = &toleration.value;
            errors.words(&operator, value, names::label_value(value));
        }
        TolerationOperator::Exists if !toleration.value.is_empty() => {
            let words = "value must be empty when `operator` is 'Exists'";
            errors.invalid(&operator, &quoted(&toleration.value), words);
        }
        TolerationOperator::Exists => {}
        other => errors.one_of(&operator, other.as_str(), &["Equal", "Exists"]),
    }
    if !toleration.effect.is_empty() {
        let supported = ["NoSchedule", "PreferNoSchedule", "NoExecute"];
        errors.one_of(&format!("{field}.effect"), toleration.effect.as_str(), &supported);
    }
}
