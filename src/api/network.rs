//! Services and the addresses behind them.

use super::closed::{Protocol, ServiceType};
use super::meta::*;
use super::other::Other;
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// A name for a group of pods.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Service {
    /// Name.
    pub metadata: ObjectMeta,
    /// Which pods, under which address.
    pub spec: ServiceSpec,
}

/// Which pods stand behind a Service, and under which address.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ServiceSpec {
    /// `None` makes the Service headless: its name leads to the pods themselves.
    #[serde(rename = "clusterIP")]
    pub cluster_ip: String,
    /// The labels of the pods.
    pub selector: Labels,
    /// The ports.
    pub ports: Vec<ServicePort>,
    /// Whether pods that are not Ready have DNS records, too.
    pub publish_not_ready_addresses: bool,
    /// The type.
    #[serde(rename = "type")]
    pub kind: ServiceType,
    /// Further fields: stored and printed, not simulated.
    #[serde(rename = "")]
    pub other: Other,
}

impl Default for ServiceSpec {
    fn default() -> ServiceSpec {
        ServiceSpec {
            cluster_ip: String::new(),
            selector: Labels::new(),
            ports: Vec::new(),
            publish_not_ready_addresses: false,
            kind: ServiceType::ClusterIp,
            other: Other::default(),
        }
    }
}

/// A port of a Service.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ServicePort {
    /// The name, or an empty string.
    pub name: String,
    /// The number.
    pub port: u16,
    /// The protocol; none means TCP.
    pub protocol: Protocol,
    /// Further fields: stored and printed, not simulated.
    #[serde(rename = "")]
    pub other: Other,
}

impl Service {
    /// Whether the Service has no address of its own.
    pub fn is_headless(&self) -> bool {
        self.spec.cluster_ip == "None"
    }
}

/// The addresses behind a Service.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct EndpointSlice {
    /// Name; the label `kubernetes.io/service-name` says whose it is.
    pub metadata: ObjectMeta,
    /// The addresses, in the order of their pods' names.
    pub endpoints: Vec<Rc<Endpoint>>,
    /// The ports.
    pub ports: Vec<ServicePort>,
}

/// The label by which an EndpointSlice names its Service.
pub const SERVICE_NAME_LABEL: &str = "kubernetes.io/service-name";

/// One address behind a Service.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "EndpointFields", into = "EndpointFields")]
pub struct Endpoint {
    /// The address.
    pub address: String,
    /// The host name that DNS gives it below the Service's name; empty if it has none.
    pub hostname: String,
    /// The node.
    pub node_name: String,
    /// The zone of the node, if the endpoint was read; what is printed of others names the zone that it has now.
    pub zone: String,
    /// The pod.
    pub target: String,
    /// The incarnation of the pod.
    pub target_uid: Uid,
    /// Whether it is offered to clients.
    pub ready: bool,
    /// Whether it would answer, terminating or not.
    pub serving: bool,
    /// Whether it is going.
    pub terminating: bool,
}

/// An endpoint with the fields that it has in Kubernetes.
#[derive(Default, Serialize, Deserialize)]
#[serde(default, rename = "Endpoint", rename_all = "camelCase")]
struct EndpointFields {
    addresses: Vec<String>,
    conditions: EndpointConditions,
    hostname: String,
    node_name: String,
    target_ref: ObjectReference,
    zone: String,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct EndpointConditions {
    ready: bool,
    serving: bool,
    terminating: bool,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct ObjectReference {
    kind: String,
    name: String,
    uid: Uid,
}

impl From<EndpointFields> for Endpoint {
    fn from(fields: EndpointFields) -> Endpoint {
        let EndpointConditions { ready, serving, terminating } = fields.conditions;
        Endpoint {
            address: fields.addresses.into_iter().next().unwrap_or_default(),
            hostname: fields.hostname,
            node_name: fields.node_name,
            zone: fields.zone,
            target: fields.target_ref.name,
            target_uid: fields.target_ref.uid,
            ready,
            serving,
            terminating,
        }
    }
}

impl From<Endpoint> for EndpointFields {
    fn from(endpoint: Endpoint) -> EndpointFields {
        let Endpoint { ready, serving, terminating, .. } = endpoint;
        EndpointFields {
            addresses: vec![endpoint.address],
            conditions: EndpointConditions { ready, serving, terminating },
            hostname: endpoint.hostname,
            node_name: endpoint.node_name,
            zone: endpoint.zone,
            target_ref: ObjectReference {
                kind: "Pod".into(),
                name: endpoint.target,
                uid: endpoint.target_uid,
            },
        }
    }
}
