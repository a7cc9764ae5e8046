//! The ports of Services on every node (`pkg/registry/core/service/{storage,portallocator}`).

use super::*;
use crate::api::json::{Node as Tree, Value};

/// The first and the last node port (`--service-node-port-range`).
pub const FIRST: i64 = 30_000;
/// See [`FIRST`].
pub const LAST: i64 = 32_767;
/// The ports up to here are left to manifests that ask for one (`staticBlockSize` of `portallocator`).
const STATIC: i64 = 30_086;

/// The node port of a port, or 0.
pub fn of(port: &ServicePort) -> i64 {
    port.other.get("nodePort").and_then(Tree::as_int).unwrap_or(0)
}

/// Whether a Service has ports on the nodes (`needsNodePort`).
fn has_some(spec: &ServiceSpec) -> bool {
    let field = spec.other.get("allocateLoadBalancerNodePorts");
    let is_off = field.is_some_and(|it| it.value == Value::Bool(false));
    spec.kind == ServiceType::NodePort || spec.kind == ServiceType::LoadBalancer && !is_off
}

fn set(port: &mut ServicePort, number: i64) {
    let mut other = port.other.to_tree();
    match number {
        0 => drop(other.remove("nodePort")),
        number => other.set("nodePort", Value::Int(number)),
    }
    port.other = other.into();
}

/// The node ports of the other Services.
fn used(store: &Store, key: &Key) -> Set<i64> {
    let others = store.services.iter().filter(|other| other.metadata.key() != *key);
    others.flat_map(|other| &other.spec.ports).map(of).filter(|number| *number > 0).collect()
}

/// Drops the fields that the old type of a Service had, the new one has not, and the update leaves as they were
/// (`dropTypeDependentFields`).
fn drop_fields(service: &mut Service, old: &Service) {
    let is_load_balancer = |spec: &ServiceSpec| spec.kind == ServiceType::LoadBalancer;
    let is_external = |spec: &ServiceSpec| {
        let addresses = spec.other.get("externalIPs").map_or(&[][..], Tree::items);
        spec.kind == ServiceType::NodePort
            || is_load_balancer(spec)
            || spec.kind == ServiceType::ClusterIp && !addresses.is_empty()
    };
    let mut other = service.spec.other.to_tree();
    let mut drop_field = |field: &str, default: Tree, has: &dyn Fn(&ServiceSpec) -> bool| {
        if has(&old.spec) && !has(&service.spec) {
            let before = old.spec.other.get(field).cloned().unwrap_or(default);
            if other.get(field).is_some_and(|now| now.value == before.value) {
                other.remove(field);
            }
        }
    };
    drop_field("externalTrafficPolicy", "Cluster".into(), &is_external);
    drop_field("allocateLoadBalancerNodePorts", Value::Bool(true).into(), &is_load_balancer);
    service.spec.other = other.into();
}

/// Gives the ports of a Service node ports if its type has some, and keeps those that it had in `old`
/// (`patchAllocatedValues`); else takes them away (`dropTypeDependentFields`).
pub(super) fn allocate(store: &Store, service: &mut Service, old: Option<&Service>) {
    let ports = |service: &Service| service.spec.ports.iter().map(of).collect::<Vec<i64>>();
    if let Some(old) = old.filter(|old| old.spec.kind != service.spec.kind) {
        drop_fields(service, old);
    }
    let old = old.filter(|old| has_some(&old.spec));
    if !has_some(&service.spec) {
        if old.is_some_and(|old| ports(old) == ports(service)) {
            service.spec.ports.iter_mut().for_each(|port| set(port, 0));
        }
        return;
    }
    if service.spec.ports.iter().all(|port| of(port) > 0) {
        return;
    }
    let key = service.metadata.key();
    let mut used = used(store, &key);
    used.extend(ports(service));
    let before = old.map_or(&[] as &[_], |old| &old.spec.ports);
    for index in 0..service.spec.ports.len() {
        let Some(port) = service.spec.ports.get_mut(index).filter(|port| of(port) == 0) else {
            continue;
        };
        let kept = before.iter().find(|before| before.name == port.name).map(of);
        let number = kept.filter(|number| *number > 0 && !used.contains(number));
        let number = number.or_else(|| free(&key, port, &used)).unwrap_or(0);
        used.insert(number);
        set(port, number);
    }
}

/// A free node port. A real API server chooses it at random; here it depends on the name of the Service and the number
/// of the port.
fn free(key: &Key, port: &ServicePort, used: &Set<i64>) -> Option<i64> {
    let text = format!("{}/{}:{}", key.namespace(), key.name(), port.port);
    // FNV-1a with 32 bits.
    let sum = text
        .bytes()
        .fold(0x811c_9dc5_u32, |sum, byte| (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let span = LAST - STATIC + 1;
    let mut numbers = (0..span).map(|step| STATIC + (i64::from(sum) + step) % span);
    numbers.find(|number| !used.contains(number))
}

/// The API server's error for a node port that another Service has.
pub fn conflict(store: &Store, service: &Service) -> Option<String> {
    let used = used(store, &service.metadata.key());
    let mut ports = service.spec.ports.iter().map(of).enumerate();
    let (index, number) = ports.find(|(_, number)| used.contains(number))?;
    Some(format!(
        "Service \"{}\" is invalid: spec.ports[{index}].nodePort: Invalid value: {number}: provided port is already \
         allocated",
        service.metadata.name
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(name: &str, kind: &str, ports: &[(u16, i64)]) -> Service {
        let mut service = Service::default();
        service.metadata.name = name.into();
        service.metadata.namespace = DEFAULT_NAMESPACE.into();
        service.spec.kind = kind.into();
        for (number, node) in ports {
            let mut port =
                ServicePort { port: *number, name: format!("p{number}"), ..ServicePort::default() };
            set(&mut port, *node);
            service.spec.ports.push(port);
        }
        service
    }

    fn allocated(service: &Service, old: Option<&Service>) -> Vec<i64> {
        let mut service = service.clone();
        allocate(&Store::default(), &mut service, old);
        service.spec.ports.iter().map(of).collect()
    }

    #[test]
    fn only_types_with_node_ports_get_some_and_keep_them() {
        let new = service("web", "NodePort", &[(80, 0), (443, 30_443)]);
        let first = allocated(&new, None);
        assert!((STATIC..=LAST).contains(&first[0]) && first[1] == 30_443, "{first:?}");
        assert_eq!(allocated(&new, None), first);
        assert_eq!(allocated(&service("web", "ClusterIP", &[(80, 0)]), None), [0]);
        let old = service("web", "NodePort", &[(80, 31_000), (443, 31_001)]);
        assert_eq!(allocated(&service("web", "LoadBalancer", &[(80, 0)]), Some(&old)), [31_000]);
        let plain = service("web", "ClusterIP", &[(80, 31_000), (443, 31_001)]);
        assert_eq!(allocated(&plain, Some(&old)), [0, 0]);
    }
}
