//! The addresses behind Services (S21 to S23).
//!
//! Follows `pkg/controller/endpointslice`: each Service with a selector has one slice with every pod
//! that has an address; a pod that is not Ready stays listed, as not ready. Left out: topology hints,
//! several slices for large Services, IPv6.

use super::*;

/// Brings the slice of a Service up to date, or removes it with its Service.
pub fn sync(step: &mut Step<'_>, key: &Key) {
    let Some(service) = step.cluster.store.services.get(key).cloned() else {
        return remove(step, key);
    };
    if service.spec.selector.is_empty() {
        return;
    }
    let mut endpoints: Vec<Endpoint> = step
        .cluster
        .store
        .pods
        .in_namespace(key.namespace())
        .filter(|pod| includes(&pod.metadata.labels, &service.spec.selector))
        .filter(|pod| !pod.status.pod_ip.is_empty() && !pod.is_finished())
        .map(|pod| endpoint(pod, &service))
        .collect();
    map::sort(&mut endpoints, |one, other| natural(&one.target) < natural(&other.target));
    let old = step.cluster.store.slice_of(&service).cloned();
    tell(step, &service, old.as_ref().map_or(&[], |slice| &slice.endpoints), &endpoints);
    match old {
        Some(slice) => step.update(EndpointSlice { endpoints, ..EndpointSlice::clone(&slice) }),
        None => create(step, &service, endpoints),
    }
}

/// A name with its trailing number apart, so that web-10 comes after web-9.
fn natural(name: &str) -> (&str, u64) {
    let (stem, number) = name.rsplit_once('-').unwrap_or((name, ""));
    (stem, number.parse().unwrap_or(0))
}

fn endpoint(pod: &Pod, service: &Service) -> Endpoint {
    let terminating = pod.metadata.is_terminating();
    let serving = pod.is_ready();
    let has_name = pod.spec.subdomain == service.metadata.name;
    Endpoint {
        address: pod.status.pod_ip.clone(),
        hostname: if has_name { pod.spec.hostname.clone() } else { String::new() },
        node_name: pod.spec.node_name.clone(),
        target: pod.metadata.name.clone(),
        target_uid: pod.metadata.uid,
        ready: serving && !terminating || service.spec.publish_not_ready_addresses,
        serving,
        terminating,
    }
}

/// The address of a pod behind a cluster IP, by chance; any other address is itself. As kube-proxy
/// does it: a Ready pod, or, where there is none, one that is going and still serves (`CategorizeEndpoints`).
pub fn behind(step: &mut Step<'_>, address: &str) -> Option<String> {
    let cluster = step.cluster;
    let mut services = cluster.store.services.iter();
    let Some(service) = services.find(|service| service.spec.cluster_ip == address) else {
        return Some(address.to_owned());
    };
    let endpoints = &cluster.store.slice_of(service)?.endpoints;
    let mut able: Vec<_> = endpoints.iter().filter(|endpoint| endpoint.ready).collect();
    if able.is_empty() {
        able.extend(endpoints.iter().filter(|endpoint| endpoint.serving && endpoint.terminating));
    }
    let chosen = step.random(Stream::Network, able.len() as u64);
    able.get(usize::try_from(chosen).unwrap_or(0)).map(|endpoint| endpoint.address.clone())
}

fn create(step: &mut Step<'_>, service: &Service, endpoints: Vec<Endpoint>) {
    let suffix = step.random(Stream::Identity, 1 << 20);
    let metadata = ObjectMeta {
        name: format!("{}-{suffix:05x}", service.metadata.name),
        namespace: service.metadata.namespace.clone(),
        labels: Labels::from([(SERVICE_NAME_LABEL.into(), service.metadata.name.clone())]),
        ..ObjectMeta::default()
    };
    step.create(EndpointSlice { metadata, endpoints, ports: service.spec.ports.clone() });
}

fn remove(step: &mut Step<'_>, key: &Key) {
    let slices = step.cluster.store.slices.in_namespace(key.namespace());
    let orphans: Vec<_> = slices
        .filter(|slice| {
            slice.metadata.labels.get(SERVICE_NAME_LABEL).is_some_and(|name| name == key.name())
        })
        .cloned()
        .collect();
    for slice in orphans {
        step.delete(Kind::EndpointSlice, &slice.metadata, Grace::Default);
    }
}

/// Says which names now lead elsewhere.
fn tell(step: &mut Step<'_>, service: &Service, old: &[Endpoint], new: &[Endpoint]) {
    if !service.is_headless() {
        return;
    }
    let name = |endpoint: &Endpoint| format!("{}.{}", endpoint.hostname, service.metadata.name);
    let (cluster, namespace) = (step.cluster, &service.metadata.namespace);
    let about = |code: Code, endpoint: &Endpoint| {
        let full = format!("{}.{namespace}.svc.cluster.local", name(endpoint));
        let kept = dns::kept(cluster, &full).map(|until| until.since(cluster.now).div_ceil(1000));
        let kept =
            kept.map(|seconds| format!("; CoreDNS gives its old answer for {seconds} s more"));
        Reason::new(code).with("name", name(endpoint)).with("kept", kept.unwrap_or_default())
    };
    let named = |endpoint: &&Endpoint| endpoint.ready && !endpoint.hostname.is_empty();
    let is_in = |list: &[Endpoint], endpoint: &Endpoint, with_address: bool| {
        list.iter().any(|other| {
            other.ready
                && other.hostname == endpoint.hostname
                && (!with_address || other.address == endpoint.address)
        })
    };
    for endpoint in old.iter().filter(named).filter(|endpoint| !is_in(new, endpoint, false)) {
        let reason = about(Code::RecordRemoved, endpoint);
        step.say(Subject::Name(name(endpoint)), None, reason);
    }
    for endpoint in new.iter().filter(named).filter(|endpoint| !is_in(old, endpoint, true)) {
        let reason = about(Code::RecordSet, endpoint).with("ip", &endpoint.address);
        step.say(Subject::Name(name(endpoint)), None, reason);
    }
}
