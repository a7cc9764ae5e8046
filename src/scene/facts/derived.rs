//! What follows from the facts about one column, group, pod or volume.

use super::{Column, Group, NodeFacts, PodFacts, VolumeFacts};
use crate::api::*;
use crate::cluster::world::DatabaseState;
use crate::cluster::{Cluster, dns};
use crate::db::{Data, Role};
use crate::scene::ordered::Ordered;
use std::rc::Rc;

/// Every node that is known: from its object, its machine, or what runs on it.
pub(super) fn nodes(cluster: &Cluster) -> Vec<NodeFacts<'_>> {
    let mut nodes: Ordered<(usize, &str), NodeFacts<'_>> = Ordered::default();
    let of_nodes = cluster.store.nodes.iter().map(|node| node.metadata.name.as_str());
    let hosts = cluster.world().hosts.keys().map(String::as_str);
    let runs = cluster.world().runs.values().map(|run| run.node.as_str());
    // The nodes of a real cluster can be known from its pods alone.
    let of_pods = cluster.store.pods.iter().filter(|pod| pod.is_bound());
    let of_pods = of_pods.map(|pod| pod.spec.node_name.as_str());
    let of_pods = of_pods.filter(|_| cluster.world().is_observed);
    for name in of_nodes.chain(hosts).chain(runs).chain(of_pods) {
        let make = || NodeFacts { name, node: cluster.store.node(name) };
        nodes.change((name.len(), name), make, |_| {});
    }
    nodes.into_pairs().into_iter().map(|(_, facts)| facts).collect()
}

impl<'a> Column<'a> {
    /// The class of its colour.
    pub(in crate::scene) fn hue(&self) -> String {
        match self.ordinal {
            Some(ordinal) => format!("hue-{}", ordinal.rem_euclid(12)),
            None => "hue-none".into(),
        }
    }

    /// The object of the pod, if there is one.
    pub(in crate::scene) fn pod(&self) -> Option<&'a Rc<Pod>> {
        self.pods.iter().find_map(|pod| pod.pod)
    }

    /// What it has on its disks, the first first.
    pub(in crate::scene) fn data(&self) -> impl Iterator<Item = &'a Data> + use<'a, '_> {
        let volumes = self.volumes.iter().filter_map(|volume| volume.disk);
        let folders = self.pods.iter().filter_map(|pod| pod.folder);
        volumes.chain(folders).map(|disk| &disk.data)
    }

    /// Its role, as written on its volume.
    pub(in crate::scene) fn role(&self) -> Option<Role> {
        self.data().find_map(|data| data.role)
    }

    /// The name of its pods; empty for a slot of a Deployment's area.
    pub(in crate::scene) fn name(&self) -> &str {
        self.key.as_ref().map_or("", Key::name)
    }

    /// The number of its ordinal, or its name.
    pub(in crate::scene) fn number(&self) -> String {
        self.ordinal.map_or_else(|| self.name().to_owned(), |ordinal| ordinal.to_string())
    }
}

impl<'a> Group<'a> {
    /// The name of the set, empty for pods without one.
    pub(in crate::scene) fn name(&self) -> &str {
        self.key.as_ref().map_or("", Key::name)
    }

    /// The namespace.
    pub(in crate::scene) fn namespace(&self) -> &str {
        self.key.as_ref().map_or("", Key::namespace)
    }

    /// The DNS name of a column below its governing Service, empty if it has none.
    pub(in crate::scene) fn dns_name(&self, column: &Column<'_>) -> String {
        let of_set = self.set.map(|set| set.spec.service_name.as_str());
        let of_pod = || column.pod().map(|pod| pod.spec.subdomain.as_str());
        match of_set.or_else(of_pod) {
            Some(service) if !service.is_empty() => format!("{}.{service}", column.name()),
            _ => String::new(),
        }
    }

    /// What that name leads to now.
    pub(in crate::scene) fn answer(&self, cluster: &Cluster, column: &Column<'_>) -> dns::Answer {
        let name = self.dns_name(column);
        if name.is_empty() {
            let ip = column.pod().map(|pod| pod.status.pod_ip.clone());
            let addresses = ip.into_iter().filter(|ip| !ip.is_empty()).collect();
            return dns::Answer { addresses, ..dns::Answer::default() };
        }
        dns::resolve(cluster, self.namespace(), &name, dns::RecordType::A)
    }
}

impl<'a> PodFacts<'a> {
    /// Whether its database is cloning.
    pub(in crate::scene) fn is_cloning(&self) -> bool {
        let database = self.run.and_then(|run| run.database.as_ref());
        database.is_some_and(|it| matches!(it.state, DatabaseState::Cloning { .. }))
    }

    /// The node, empty if it has none.
    pub(in crate::scene) fn node(&self) -> &'a str {
        let of_run = || self.run.map_or("", |run| run.node.as_str());
        self.pod.map_or_else(of_run, |pod| pod.spec.node_name.as_str())
    }

    /// The address.
    pub(in crate::scene) fn ip(&self) -> &'a str {
        let of_run = || self.run.map_or("", |run| run.ip.as_str());
        self.pod.map_or_else(of_run, |pod| pod.status.pod_ip.as_str())
    }
}

impl<'a> VolumeFacts<'a> {
    /// The node into which it is built, if it is.
    pub(in crate::scene) fn local_node(&self) -> Option<&'a str> {
        self.disk.and_then(|disk| disk.node.as_deref())
    }
}
