//! Who watches what: the components that a write wakes.
//!
//! Only what the originals watch is here. It matters: the StatefulSet controller, for example, sees
//! neither claims nor pods that it does not own, so it notices those only with its next retry.

use super::*;

/// The components that have to look after `old` became `new`.
pub(super) fn watchers(
    cluster: &Cluster,
    old: Option<&Object>,
    new: Option<&Object>,
) -> Vec<Wakeup> {
    let Some(any) = new.or(old) else { return Vec::new() };
    let key = any.key();
    let mut woken = match any {
        Object::StatefulSet(_) => vec![Wakeup::StatefulSet(key.clone())],
        Object::Pod(pod) => pod_watchers(cluster, pod, old, new),
        Object::PersistentVolumeClaim(claim) => claim_watchers(cluster, claim, new.is_none()),
        Object::PersistentVolume(_) => volume_watchers(cluster, &key),
        Object::VolumeAttachment(attachment) => attachment_watchers(cluster, attachment),
        Object::StorageClass(_) => waiting_pods(cluster).collect(),
        Object::Service(_) => vec![Wakeup::Endpoints(key.clone())],
        Object::Node(node) => node_watchers(cluster, node, new.is_none()),
        _ => Vec::new(),
    };
    if new.is_none() {
        woken.push(Wakeup::Orphans(any.meta().uid));
    }
    woken.extend(
        any.meta().owner_references.iter().filter(|owner| owner.kind == "StatefulSet").map(
            |owner| {
                let set = Key::new(key.namespace(), &owner.name);
                Wakeup::Dependents(ObjectRef::new(Kind::StatefulSet, &set))
            },
        ),
    );
    woken
}

fn pod_watchers(
    cluster: &Cluster,
    pod: &Pod,
    old: Option<&Object>,
    new: Option<&Object>,
) -> Vec<Wakeup> {
    let key = pod.metadata.key();
    let namespace = key.namespace();
    let mut woken = set_watchers(cluster, pod, old, new.is_none());
    if new.is_some() && !pod.is_bound() {
        woken.push(Wakeup::Schedule(key.clone()));
    }
    if pod.is_bound() {
        woken.push(Wakeup::Pod(pod.metadata.uid, key.clone()));
        woken.push(Wakeup::AttachDetach);
        let was_bound = matches!(old, Some(Object::Pod(old)) if old.is_bound());
        if !was_bound {
            woken.push(Wakeup::NodeTaints(pod.spec.node_name.clone()));
        }
        if new.is_none() {
            woken.push(Wakeup::Evict(pod.metadata.uid, key.clone()));
        }
    }
    if new.is_none() {
        woken.extend(pod.claims().map(|claim| Wakeup::Claim(Key::new(namespace, claim))));
    }
    let has_moved = matches!(old, Some(Object::Pod(old)) if pod.is_bound() != old.is_bound()
        || pod.is_finished() != old.is_finished()
        || pod.metadata.is_terminating() != old.metadata.is_terminating()
        || pod.metadata.labels != old.metadata.labels);
    if new.is_none() || has_moved {
        woken.extend(waiting_pods(cluster));
    }
    let behind = |service: &&Rc<Service>| {
        !service.spec.selector.is_empty() && includes(&pod.metadata.labels, &service.spec.selector)
    };
    let services = cluster.store.services.in_namespace(namespace).filter(behind);
    woken.extend(services.map(|service| Wakeup::Endpoints(service.metadata.key())));
    woken
}

/// The set that owns the pod, and the one that has just let it go; of a pod that nobody owns those that
/// could adopt it, if it is new or its labels or its owner changed (`addPod`, `updatePod`, `deletePod`).
fn set_watchers(cluster: &Cluster, pod: &Pod, old: Option<&Object>, is_gone: bool) -> Vec<Wakeup> {
    let wake = |set: &Rc<StatefulSet>| Wakeup::StatefulSet(set.metadata.key());
    let before = match old {
        Some(Object::Pod(old)) => Some(&old.metadata),
        _ => None,
    };
    let is_same = |before: &&ObjectMeta| before.controller() == pod.metadata.controller();
    let left = before.filter(|it| !is_same(it)).and_then(|it| cluster.store.owning_set(it));
    let is_news = before.filter(is_same).is_none_or(|it| it.labels != pod.metadata.labels);
    let mut woken: Vec<_> = left.into_iter().map(wake).collect();
    if pod.metadata.controller().is_some() {
        woken.extend(cluster.store.owning_set(&pod.metadata).map(wake));
    } else if is_news && !is_gone {
        let sets = cluster.store.stateful_sets.in_namespace(&pod.metadata.namespace);
        woken.extend(sets.filter(|set| set.spec.selector.matches(&pod.metadata.labels)).map(wake));
    }
    woken
}

fn claim_watchers(cluster: &Cluster, claim: &PersistentVolumeClaim, is_gone: bool) -> Vec<Wakeup> {
    let mut woken = vec![Wakeup::Claim(claim.metadata.key())];
    if is_gone && !claim.spec.volume_name.is_empty() {
        woken.push(Wakeup::Volume(Key::new("", &claim.spec.volume_name)));
    }
    woken.extend(waiting_pods(cluster));
    woken
}

fn volume_watchers(cluster: &Cluster, key: &Key) -> Vec<Wakeup> {
    let mut woken = vec![Wakeup::Volume(key.clone())];
    let unbound = cluster.store.claims.iter().filter(|claim| !claim.is_bound());
    woken.extend(unbound.map(|claim| Wakeup::Claim(claim.metadata.key())));
    woken.extend(waiting_pods(cluster));
    woken
}

fn attachment_watchers(cluster: &Cluster, attachment: &VolumeAttachment) -> Vec<Wakeup> {
    let mut woken = vec![Wakeup::Attachment(attachment.metadata.key()), Wakeup::AttachDetach];
    let on_node =
        cluster.world.runs.iter().filter(|(_, run)| run.node == attachment.spec.node_name);
    woken.extend(on_node.map(|(uid, run)| Wakeup::Pod(*uid, run.pod.clone())));
    woken
}

fn node_watchers(cluster: &Cluster, node: &Node, is_gone: bool) -> Vec<Wakeup> {
    let name = &node.metadata.name;
    let mut woken =
        vec![Wakeup::Node(name.clone()), Wakeup::NodeTaints(name.clone()), Wakeup::AttachDetach];
    if is_gone {
        woken.push(Wakeup::PodGarbage);
    }
    woken.extend(waiting_pods(cluster));
    woken
}

/// The pods that wait for a node: the scheduler looks at them again when something changes.
fn waiting_pods(cluster: &Cluster) -> impl Iterator<Item = Wakeup> {
    let waiting =
        cluster.store.pods.iter().filter(|pod| !pod.is_bound() && !pod.metadata.is_terminating());
    waiting.map(|pod| Wakeup::Schedule(pod.metadata.key()))
}
