//! What a pod asks of its node.

use super::closed::Protocol;
use super::json::Value;
use super::placement::*;
use super::pod::{Container, ContainerPort, PodSpec};
use super::storage::NodeSelector;

/// A port of its node that a pod asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostPort {
    ip: String,
    protocol: Protocol,
    port: i64,
}

impl HostPort {
    /// Whether two pods cannot have both on one node (`HostPortInfo.CheckConflict`).
    pub fn conflicts_with(&self, other: &HostPort) -> bool {
        let is_any = |ip: &str| ip.is_empty() || ip == "0.0.0.0";
        let is_same_ip = self.ip == other.ip || is_any(&self.ip) || is_any(&other.ip);
        is_same_ip && self.protocol == other.protocol && self.port == other.port
    }
}

/// The field of an ephemeral container that names the container whose processes it sees.
pub const TARGET: &str = "targetContainerName";

/// Which list of a pod's spec a container is in (`podutil.ContainerType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContainerType {
    /// `initContainers`.
    Init,
    /// `containers`.
    Regular,
    /// `ephemeralContainers`.
    Ephemeral,
}

impl PodSpec {
    /// All containers, each with its type: init containers first, ephemeral containers last.
    pub fn all_containers(&self) -> impl Iterator<Item = (ContainerType, &Container)> + Clone {
        let lists = [
            (ContainerType::Init, &self.init_containers),
            (ContainerType::Regular, &self.containers),
            (ContainerType::Ephemeral, &self.ephemeral_containers),
        ];
        lists.into_iter().flat_map(|(kind, list)| list.iter().map(move |one| (kind, one)))
    }

    /// The container of this name.
    pub fn container(&self, name: &str) -> Option<&Container> {
        self.all_containers().map(|(_, one)| one).find(|one| one.name == name)
    }

    /// The container whose process namespace an ephemeral container is in (`targetContainerName`); `None` if it has its
    /// own, or that of the pod or the node.
    pub fn target_of(&self, debugger: &Container) -> Option<&Container> {
        if self.is_set("hostPID") || self.is_set("shareProcessNamespace") {
            return None;
        }
        let name = debugger.other.get(TARGET)?.as_text();
        self.all_containers()
            .map(|(_, one)| one)
            .find(|one| one.name == name && one.name != debugger.name)
    }

    /// What the node's labels must be, by affinity.
    pub fn required_nodes(&self) -> Option<&NodeSelector> {
        self.affinity.as_ref()?.node_affinity.as_ref()?.required.as_ref()
    }

    /// The pods that it has to be with.
    pub fn affinity_terms(&self) -> &[PodAffinityTerm] {
        let affinity = self.affinity.as_ref().and_then(|affinity| affinity.pod_affinity.as_ref());
        affinity.map_or(&[], |affinity| &affinity.required)
    }

    /// The pods that it must not be with.
    pub fn anti_affinity_terms(&self) -> &[PodAffinityTerm] {
        let affinity = self.affinity.as_ref();
        let affinity = affinity.and_then(|affinity| affinity.pod_anti_affinity.as_ref());
        affinity.map_or(&[], |affinity| &affinity.required)
    }

    /// How much of a resource the pod asks for, in thousandths (`resourcehelper.PodRequests`): its
    /// containers and sidecars together, or its largest init container.
    pub fn request(&self, resource: &str) -> u64 {
        let of = |container: &super::Container| {
            let resources = &container.resources;
            let asked = resources.requests.get(resource).or(resources.limits.get(resource));
            asked.map_or(0, |amount| thousandths(amount))
        };
        let main: u64 = self.containers.iter().map(of).fold(0, u64::saturating_add);
        let (mut sidecars, mut largest) = (0_u64, 0);
        for container in &self.init_containers {
            let asked = of(container);
            if container.is_sidecar() {
                sidecars = sidecars.saturating_add(asked);
            }
            let beside = if container.is_sidecar() { 0 } else { asked };
            largest = largest.max(sidecars.saturating_add(beside));
        }
        largest.max(main.saturating_add(sidecars))
    }
}

impl PodSpec {
    /// Whether a field such as `hostNetwork` or `hostPID` is true.
    pub fn is_set(&self, field: &str) -> bool {
        self.other.get(field).is_some_and(|it| it.value == Value::Bool(true))
    }

    /// The ports of the node that the containers and sidecars ask for; in the network of the node, all their ports
    /// (`GetHostPorts` of `pkg/scheduler/util`, `defaultHostNetworkPorts`).
    pub fn host_ports(&self) -> Vec<HostPort> {
        let is_on_host = self.is_set("hostNetwork");
        let sidecars = self.init_containers.iter().filter(|container| container.is_sidecar());
        let ports = sidecars.chain(&self.containers).flat_map(|container| &container.ports);
        let host_port = |port: &ContainerPort| {
            let own = i64::from(port.container_port);
            let asked = port.other.get("hostPort").and_then(|it| it.as_int());
            let number = asked.filter(|number| *number > 0).or(is_on_host.then_some(own))?;
            let mut protocol = port.protocol.clone();
            protocol.default_to(Protocol::Tcp);
            let ip = port.other.get("hostIP").map_or("", |it| it.as_text());
            Some(HostPort { ip: ip.into(), protocol, port: number })
        };
        ports.filter_map(host_port).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::closed::RestartPolicy;
    use super::*;

    #[test]
    fn quantities_are_in_thousandths() {
        let amounts = ["1Gi", "500M", "12", "250m", "1.5", "0.5Ki", "1e3", "1n", "many", "1.2.3"];
        let expected =
            [1000 << 30, 500_000_000_000, 12_000, 250, 1_500, 512_000, 1_000_000, 1, 0, 0];
        assert_eq!(amounts.map(thousandths), expected);
        assert_eq!(thousandths("9999999999999999999999999999999999999999"), 0);
        assert_eq!(thousandths("99999Ei"), u64::MAX);
    }

    #[test]
    fn a_pod_asks_for_its_containers_together_or_its_largest_init_container() {
        let container = |cpu: &str, policy: Option<RestartPolicy>| super::super::Container {
            resources: ResourceRequirements {
                requests: [("cpu".to_string(), cpu.to_string())].into_iter().collect(),
                ..ResourceRequirements::default()
            },
            restart_policy: policy,
            ..super::super::Container::default()
        };
        let mut spec = PodSpec {
            containers: vec![container("1", None), container("500m", None)],
            ..PodSpec::default()
        };
        assert_eq!(spec.request("cpu"), 1_500);
        spec.init_containers =
            vec![container("250m", Some(RestartPolicy::Always)), container("1", None)];
        assert_eq!(spec.request("cpu"), 1_750);
        spec.init_containers = vec![container("2", None)];
        assert_eq!((spec.request("cpu"), spec.request("memory")), (2_000, 0));
    }
}
