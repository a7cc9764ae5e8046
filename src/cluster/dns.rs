//! Names: what CoreDNS would answer (S21 to S23).
//!
//! Follows the Kubernetes DNS specification (`kubernetes/dns`, docs/specification.md). Left out for
//! now: caches and time to live, SRV records.

use super::Cluster;
use crate::api::*;

/// What a lookup leads to: addresses, none if the name does not exist.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The addresses, in the order of the slices.
    pub addresses: Vec<String>,
}

/// What a client in `namespace` gets for a name: the full name, or shorter forms by the search path.
pub fn resolve(cluster: &Cluster, namespace: &str, name: &str) -> Answer {
    let name = name.strip_suffix('.').unwrap_or(name);
    let name =
        name.strip_suffix(".svc.cluster.local").or(name.strip_suffix(".svc")).unwrap_or(name);
    let parts: Vec<&str> = name.split('.').collect();
    let addresses = match parts.as_slice() {
        [service] => service_addresses(cluster, namespace, service),
        [first, second] => {
            let of_pod = pod_addresses(cluster, namespace, second, first);
            if of_pod.is_empty() { service_addresses(cluster, second, first) } else { of_pod }
        }
        [pod, service, namespace] => pod_addresses(cluster, namespace, service, pod),
        _ => Vec::new(),
    };
    Answer { addresses }
}

/// The full name of a pod below its governing Service.
pub fn pod_name(namespace: &str, service: &str, pod: &str) -> String {
    format!("{pod}.{service}.{namespace}.svc.cluster.local")
}

fn service_addresses(cluster: &Cluster, namespace: &str, name: &str) -> Vec<String> {
    let Some(service) = cluster.store.services.named(namespace, name) else { return Vec::new() };
    if !service.is_headless() {
        return vec![service.spec.cluster_ip.clone()];
    }
    published(cluster, service).map(|endpoint| endpoint.address.clone()).collect()
}

fn pod_addresses(cluster: &Cluster, namespace: &str, service: &str, pod: &str) -> Vec<String> {
    let Some(service) = cluster.store.services.named(namespace, service) else { return Vec::new() };
    if !service.is_headless() {
        return Vec::new();
    }
    published(cluster, service)
        .filter(|endpoint| endpoint.hostname == pod)
        .map(|endpoint| endpoint.address.clone())
        .collect()
}

/// The endpoints of a Service that DNS tells of.
fn published<'a>(cluster: &'a Cluster, service: &'a Service) -> impl Iterator<Item = &'a Endpoint> {
    let all = service.spec.publish_not_ready_addresses;
    let endpoints = cluster.store.slice_of(service).map_or(&[][..], |slice| &slice.endpoints);
    endpoints.iter().filter(move |endpoint| all || endpoint.ready)
}
