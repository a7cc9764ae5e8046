//! A simulation that continues from what was observed.

use super::*;
use crate::cluster::world::Host;
use crate::map::Set;

/// What is assumed when a simulation continues, in sentences.
pub const ASSUMPTIONS: &str = "\
Nodes that are Ready are on and connected; the others are powered off.
Containers that run keep running, and pass their probes from now on; those that wait are started again.
Images can be pulled, and the usual times of the simulation apply.
Volumes are there, and their data is not shown.
Objects that were not observed, such as Secrets, exist.
";

/// Starts the simulation: the hosts, the pods on them, and the controllers.
pub(super) fn begin(step: &mut WorldStep<'_>) {
    step.change(Change::Simulate);
    step.record_event(Subject::Client("you".into()), None, Reason::SimulationBegins {});
    let store = &step.cluster.store;
    let mut namespaces: Set<&str> = Set::new();
    namespaces.insert(DEFAULT_NAMESPACE);
    namespaces.extend(store.pods.iter().map(|pod| pod.metadata.namespace.as_str()));
    namespaces.extend(store.stateful_sets.iter().map(|set| set.metadata.namespace.as_str()));
    namespaces.extend(store.deployments.iter().map(|it| it.metadata.namespace.as_str()));
    for name in namespaces.iter() {
        namespaces::objects_of(name).into_iter().for_each(|object| step.create(object));
    }
    for (subnet, node) in (1..).zip(store.nodes.iter()) {
        begin_node(step, subnet, node);
    }
    for pod in store.pods.iter() {
        kubelet::adopt(step, pod);
    }
    begin_controllers(step);
}

fn begin_node(step: &mut WorldStep<'_>, subnet: u32, node: &Rc<Node>) {
    let (name, now) = (node.metadata.name.clone(), step.now());
    let host = Host {
        is_on: *node.ready_status() == ConditionStatus::True,
        boots: false,
        shuts_down: false,
        is_linked: true,
        since: now,
        node: node.clone(),
        images: Set::new(),
        next_address: 0,
        subnet: 100 + subnet,
    };
    step.change(Change::Host(name.clone(), host));
    let (namespace, lease) = (LEASE_NAMESPACE.to_owned(), name.clone());
    let metadata = ObjectMeta { name: lease, namespace, ..ObjectMeta::default() };
    step.create(Lease { metadata, renew_time: now });
    let offset = u64::from(subnet) * 700 % step.timings().lease_renewal_ms.max(1);
    step.enqueue_after(WorkItem::Lease(name.clone()), offset);
    step.enqueue_after(WorkItem::NodeTaints(name), 0);
}

fn begin_controllers(step: &mut WorldStep<'_>) {
    let store = &step.cluster.store;
    let keys = |kind| store.list(kind).into_iter().map(|object| object.key());
    let mut items = vec![WorkItem::AttachDetach, WorkItem::PodGarbage];
    items.extend(keys(Kind::StatefulSet).map(WorkItem::StatefulSet));
    items.extend(keys(Kind::Deployment).map(WorkItem::Deployment));
    items.extend(keys(Kind::ReplicaSet).map(WorkItem::ReplicaSet));
    items.extend(keys(Kind::PersistentVolumeClaim).map(WorkItem::Claim));
    items.extend(keys(Kind::Service).map(WorkItem::Endpoints));
    items.extend(keys(Kind::PodDisruptionBudget).map(WorkItem::Budget));
    items.extend(keys(Kind::VolumeAttachment).map(WorkItem::Attachment));
    let unbound = store.by::<Pod>(&Index::Unbound);
    items.extend(unbound.map(|pod| WorkItem::Schedule(pod.metadata.key())));
    items.into_iter().for_each(|item| step.enqueue_after(item, 0));
    step.enqueue_after(WorkItem::NodeMonitor, step.timings().node_monitor_ms);
    let volumes: Vec<String> = store.volumes.iter().map(|it| it.metadata.name.clone()).collect();
    step.update_controller_state(move |state| {
        Rc::make_mut(&mut state.attach_queue).extend(volumes)
    });
}
