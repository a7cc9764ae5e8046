//! The defaults of the API that are not in the types.
//!
//! Follows `pkg/apis/{apps,core,storage}/v1/defaults.go` of Kubernetes v1.36.

use super::decode::Extra;
use super::stored_defaults;
use crate::api::json::{Node, Value};
use crate::api::*;
use std::rc::Rc;

/// Completes an object that was decoded; `extras` is what the model has not.
pub(super) fn complete(object: &mut Object, extras: &[Extra]) {
    let is_namespaced = object.kind().is_namespaced();
    let namespace = &mut object.meta_mut().namespace;
    if !is_namespaced {
        namespace.clear();
    } else if namespace.is_empty() {
        *namespace = DEFAULT_NAMESPACE.into();
    }
    match object {
        Object::StatefulSet(set) => stateful_set(Rc::make_mut(set), extras),
        Object::Deployment(deployment) => self::deployment(Rc::make_mut(deployment), extras),
        Object::ReplicaSet(set) => {
            pod_spec(&mut Rc::make_mut(set).spec.template.spec, TEMPLATE, extras);
        }
        Object::Pod(pod) => {
            let pod = Rc::make_mut(pod);
            pod_spec(&mut pod.spec, "spec", extras);
            pod.forget_defaults();
        }
        Object::Service(service) => {
            let spec = &mut Rc::make_mut(service).spec;
            spec.kind.default_to(ServiceType::ClusterIp);
            spec.ports.iter_mut().for_each(|port| port.protocol.default_to(Protocol::Tcp));
        }
        Object::PersistentVolume(volume) => {
            let spec = &mut Rc::make_mut(volume).spec;
            spec.persistent_volume_reclaim_policy.default_to(PersistentVolumeReclaimPolicy::Retain);
        }
        Object::StorageClass(class) => {
            let class = Rc::make_mut(class);
            class.reclaim_policy.default_to(PersistentVolumeReclaimPolicy::Delete);
            class.volume_binding_mode.default_to(VolumeBindingMode::Immediate);
        }
        Object::Stored(object) => stored_defaults::complete(Rc::make_mut(object)),
        _ => {}
    }
}

fn stateful_set(set: &mut StatefulSet, extras: &[Extra]) {
    let spec = &mut set.spec;
    spec.pod_management_policy.default_to(PodManagementPolicy::OrderedReady);
    // As upstream: a type that is given, but without options, gets none (SetDefaults_StatefulSet).
    if spec.update_strategy.kind.is_empty() {
        spec.update_strategy.kind = StatefulSetUpdateStrategyType::RollingUpdate;
        spec.update_strategy.rolling_update.get_or_insert_default();
    }
    let retention = &mut spec.persistent_volume_claim_retention_policy;
    retention.when_deleted.default_to(PersistentVolumeClaimRetentionPolicyType::Retain);
    retention.when_scaled.default_to(PersistentVolumeClaimRetentionPolicyType::Retain);
    pod_spec(&mut spec.template.spec, TEMPLATE, extras);
}

fn deployment(deployment: &mut Deployment, extras: &[Extra]) {
    let strategy = &mut deployment.spec.strategy;
    strategy.kind.default_to(DeploymentStrategyType::RollingUpdate);
    if strategy.kind == DeploymentStrategyType::RollingUpdate {
        let options = strategy.rolling_update.get_or_insert_default();
        for limit in [&mut options.max_unavailable, &mut options.max_surge] {
            limit.get_or_insert_with(|| IntOrString::String("25%".into()));
        }
    }
    pod_spec(&mut deployment.spec.template.spec, TEMPLATE, extras);
}

/// Where the pod of a template is.
const TEMPLATE: &str = "spec.template.spec";

/// The defaults of a pod, which is at `path`.
pub(super) fn pod_spec(pod: &mut PodSpec, path: &str, extras: &[Extra]) {
    pod.restart_policy.default_to(RestartPolicy::Always);
    for container in pod.init_containers.iter_mut().chain(&mut pod.containers) {
        for probe in container.probes_mut().into_iter().flatten() {
            probe_defaults(probe);
        }
        container.ports.iter_mut().for_each(|port| port.protocol.default_to(Protocol::Tcp));
        complete_other(&mut container.other, &["env"], environment);
    }
    for (index, volume) in pod.volumes.iter_mut().enumerate() {
        let path = format!("{path}.volumes[{index}].");
        let is_other = extras.iter().any(|extra| extra.path.starts_with(&path));
        if volume.persistent_volume_claim.is_none() && !is_other {
            volume.empty_dir.get_or_insert_default();
        }
        let sources = ["secret", "configMap", "projected", "downwardAPI", "hostPath"];
        complete_other(&mut volume.other, &sources, volume_source);
    }
}

/// Sets defaults in fields that are not simulated, if one of the named fields is set.
fn complete_other(other: &mut Other, names: &[&str], complete: fn(&mut Node)) {
    if names.iter().any(|name| other.get(name).is_some()) {
        let mut tree = other.to_tree();
        complete(&mut tree);
        *other = tree.into();
    }
}

/// Sets the defaults of a container's environment variables.
fn environment(container: &mut Node) {
    for variable in container.items_mut("env") {
        if variable.get("valueFrom").is_some() {
            references(variable.child("valueFrom"));
        }
    }
}

/// Sets the defaults of a source of values (`SetDefaults_ObjectFieldSelector`, and the divisor of resources).
fn references(source: &mut Node) {
    if source.get("fieldRef").is_some() {
        source.child("fieldRef").set_default("apiVersion", "v1");
    }
    if source.get("resourceFieldRef").is_some() {
        source.child("resourceFieldRef").set_default("divisor", "0");
    }
}

/// Sets the defaults of the source of a volume (such as `SetDefaults_SecretVolumeSource`).
fn volume_source(volume: &mut Node) {
    for name in ["secret", "configMap", "projected", "downwardAPI"] {
        if volume.get(name).is_some() {
            volume.child(name).set_default("defaultMode", Value::Int(0o644));
        }
    }
    if volume.get("hostPath").is_some() {
        volume.child("hostPath").set_default("type", "");
    }
    if volume.get("downwardAPI").is_some() {
        for item in volume.child("downwardAPI").items_mut("items") {
            references(item);
        }
    }
    if volume.get("projected").is_some() {
        for source in volume.child("projected").items_mut("sources") {
            if source.get("serviceAccountToken").is_some() {
                let token = source.child("serviceAccountToken");
                token.set_default("expirationSeconds", Value::Int(60 * 60));
            }
            if source.get("downwardAPI").is_some() {
                for item in source.child("downwardAPI").items_mut("items") {
                    references(item);
                }
            }
        }
    }
}

/// Sets the defaults of the handler of a probe (`SetDefaults_HTTPGetAction`, and the service of gRPC).
fn probe_action(probe: &mut Node) {
    if probe.get("httpGet").is_some() {
        let action = probe.child("httpGet");
        action.set_default("path", "/");
        action.set_default("scheme", "HTTP");
    }
    if probe.get("grpc").is_some() {
        probe.child("grpc").set_default("service", "");
    }
}

fn probe_defaults(probe: &mut Probe) {
    let default = Probe::default();
    for (value, default) in [
        (&mut probe.period_seconds, default.period_seconds),
        (&mut probe.success_threshold, default.success_threshold),
        (&mut probe.failure_threshold, default.failure_threshold),
    ] {
        if *value == 0 {
            *value = default;
        }
    }
    complete_other(&mut probe.other, &["httpGet", "grpc"], probe_action);
}
