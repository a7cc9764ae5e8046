//! Services (`ValidateService` of `pkg/apis/core/validation/validation.go`) and disruption budgets
//! (`pkg/apis/policy/validation/validation.go`).

use super::super::names;
use super::super::scalar::quoted;
use super::{Errors, json_of, json_of_labels, meta};
use crate::api::*;
use crate::map::Set;
use std::net::IpAddr;

/// Checks the spec of a Service.
pub(super) fn spec(errors: &mut Errors, service: &Service) {
    let spec = &service.spec;
    let is_external = spec.kind == ServiceType::ExternalName;
    if spec.ports.is_empty() && !service.is_headless() && !is_external {
        errors.required("spec.ports", "");
    }
    if service.is_headless()
        && matches!(spec.kind, ServiceType::NodePort | ServiceType::LoadBalancer)
    {
        let words = format!("may not be set to 'None' for {} services", spec.kind);
        errors.invalid("spec.clusterIPs[0]", "\"None\"", &words);
    }
    let mut names = Set::new();
    let mut numbers = Set::new();
    for (index, port) in spec.ports.iter().enumerate() {
        let field = format!("spec.ports[{index}]");
        check_port(errors, &field, port, spec.ports.len() > 1);
        if !port.name.is_empty() && !names.insert(&port.name) {
            errors.duplicate(&format!("{field}.name"), &quoted(&port.name));
        }
        if !numbers.insert((protocol(port), port.port)) {
            let value = format!(
                "{{\"Name\":\"\",\"Protocol\":{},\"AppProtocol\":null,\"Port\":{},\"TargetPort\":0,\"NodePort\":0}}",
                quoted(protocol(port)),
                port.port
            );
            errors.duplicate(&field, &value);
        }
    }
    meta::labels(errors, "spec.selector", &spec.selector);
    let supported = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
    errors.one_of("spec.type", spec.kind.as_str(), &supported);
    let ip = &spec.cluster_ip;
    if !ip.is_empty() && ip != "None" && ip.parse::<IpAddr>().is_err() {
        let words = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
        errors.invalid("spec.clusterIPs[0]", &quoted(ip), words);
    }
}

fn protocol(port: &ServicePort) -> &str {
    if port.protocol.is_empty() { "TCP" } else { port.protocol.as_str() }
}

fn check_port(errors: &mut Errors, field: &str, port: &ServicePort, needs_name: bool) {
    let name = format!("{field}.name");
    if !port.name.is_empty() {
        errors.words(&name, &port.name, names::label(&port.name));
    } else if needs_name {
        errors.required(&name, "");
    }
    if port.port == 0 {
        errors.invalid(&format!("{field}.port"), "0", "must be between 1 and 65535, inclusive");
    }
    errors.one_of(&format!("{field}.protocol"), protocol(port), &["SCTP", "TCP", "UDP"]);
    // `portallocator.ErrNotInRange`
    let node_port = port.other.get("nodePort").and_then(|number| number.as_int()).unwrap_or(0);
    if node_port != 0 && !(30_000..=32_767).contains(&node_port) {
        let words =
            "provided port is not in the valid range. The range of valid ports is 30000-32767";
        errors.invalid(&format!("{field}.nodePort"), &node_port.to_string(), words);
    }
}

/// Checks a new Service.
pub(super) fn create(errors: &mut Errors, service: &Service) {
    for (index, port) in service.spec.ports.iter().enumerate() {
        if service.spec.kind == ServiceType::ClusterIp && port.other.get("nodePort").is_some() {
            let words = "may not be used when `type` is 'ClusterIP'";
            errors.forbidden(&format!("spec.ports[{index}].nodePort"), words);
        }
    }
}

/// Checks a change (`ValidateServiceUpdate`): the address of a Service is its own for good.
pub(super) fn update(errors: &mut Errors, old: &Service, new: &Service) {
    let (before, after) = (&old.spec.cluster_ip, &new.spec.cluster_ip);
    let had_one =
        old.spec.kind != ServiceType::ExternalName && new.spec.kind != ServiceType::ExternalName;
    if had_one && !after.is_empty() && before != after {
        let value = format!("[{}]", quoted(after));
        errors.invalid("spec.clusterIPs[0]", &value, "may not change once set");
    }
}

/// Checks the spec of a disruption budget.
pub(super) fn budget(errors: &mut Errors, spec: &PodDisruptionBudgetSpec) {
    let (min, max) = (spec.min_available.as_ref(), spec.max_unavailable.as_ref());
    if min.is_some() && max.is_some() {
        let labels = spec.selector.as_ref().map(|selector| json_of_labels(&selector.match_labels));
        let labels = match labels.as_deref() {
            None => "null".into(),
            Some("null") => "{}".into(),
            Some(labels) => format!("{{\"matchLabels\":{labels}}}"),
        };
        let value = format!(
            "{{\"MinAvailable\":{},\"Selector\":{labels},\"MaxUnavailable\":{},\"UnhealthyPodEvictionPolicy\":null}}",
            json_of(min),
            json_of(max)
        );
        errors.invalid("spec", &value, "minAvailable and maxUnavailable cannot be both set");
    }
    for (field, limit) in [("spec.minAvailable", min), ("spec.maxUnavailable", max)] {
        if let Some(limit) = limit {
            errors.int_or_percent(field, limit);
        }
    }
    if let Some(selector) = &spec.selector {
        meta::selector(errors, "spec.selector", selector);
    }
    if let Some(policy) = &spec.unhealthy_pod_eviction_policy {
        let supported = ["AlwaysAllow", "IfHealthyBudget"];
        errors.one_of("spec.unhealthyPodEvictionPolicy", policy.as_str(), &supported);
    }
}
