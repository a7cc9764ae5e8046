//! The sets that a report can change the reasoning about: those of the objects in it.

use super::Report;
use crate::api::*;
use crate::cluster::Cluster;
use crate::map::Set;

/// Which sets have to be looked at again after a report. Others can wait for something else only if time passes, and only
/// if they wait already, or are not settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Touched {
    /// All of them.
    All,
    /// None yet: more reports of the same instant follow.
    Unfinished,
    /// These sets, and those in these namespaces.
    Some(Set<ObjectRef>, Set<String>),
}

impl Touched {
    /// What reports touch, before they are taken over.
    pub(super) fn by(cluster: &Cluster, reports: &[Report]) -> Touched {
        if reports.contains(&Report::More) {
            return Touched::Unfinished;
        }
        let mut touched = Gathered::default();
        for report in reports {
            let (reference, new) = match report {
                Report::Listed(_) => return Touched::All,
                Report::Seen(object) => (object.reference(), Some(object)),
                Report::Gone(reference) => (reference.clone(), None),
                Report::Event(_) | Report::Remark(_) | Report::More => continue,
            };
            let old = cluster.store.get(&reference);
            for object in old.as_ref().into_iter().chain(new) {
                touched.add(cluster, object);
            }
            touched.sets.insert(reference);
        }
        Touched::Some(touched.sets, touched.namespaces)
    }

    /// Whether a set of this kind is touched.
    pub(super) fn has(&self, kind: Kind, meta: &ObjectMeta) -> bool {
        match self {
            Touched::All => true,
            Touched::Unfinished => false,
            Touched::Some(sets, namespaces) => {
                sets.contains(&ObjectRef::new(kind, &meta.key()))
                    || namespaces.contains(meta.namespace.as_str())
            }
        }
    }
}

#[derive(Default)]
struct Gathered {
    sets: Set<ObjectRef>,
    namespaces: Set<String>,
}

impl Gathered {
    /// The sets that an object belongs to, before or after a report.
    fn add(&mut self, cluster: &Cluster, object: &Object) {
        let meta = object.meta();
        match object {
            Object::Pod(_) | Object::ReplicaSet(_) | Object::ControllerRevision(_) => {
                let owner = meta.controller();
                let owned = owner.and_then(|it| Some((Kind::named(&it.kind)?, it.name.as_str())));
                match owned {
                    Some((kind, name)) => {
                        let owner = ObjectRef::new(kind, &Key::new(&meta.namespace, name));
                        let above = cluster.store.get(&owner).filter(|_| kind == Kind::ReplicaSet);
                        if self.sets.insert(owner)
                            && let Some(set) = above
                        {
                            self.add(cluster, &set);
                        }
                    }
                    // A set may adopt it.
                    None => _ = self.namespaces.insert(meta.namespace.clone()),
                }
            }
            Object::PersistentVolumeClaim(_) => {
                let sets = cluster.store.stateful_sets.in_namespace(&meta.namespace);
                let own = sets.into_iter().filter(|set| meta.name.contains(&set.metadata.name));
                for set in own {
                    self.sets.insert(ObjectRef::new(Kind::StatefulSet, &set.metadata.key()));
                }
            }
            _ => {}
        }
    }
}

/// Whether all pods of a set are there, and available.
pub(super) fn is_settled(set: &StatefulSet) -> bool {
    let (wanted, status) = (set.spec.replicas, &set.status);
    [status.replicas, status.ready_replicas, status.available_replicas]
        .into_iter()
        .all(|count| count == wanted)
        && status.current_revision == status.update_revision
}

/// Whether the rollout of a Deployment is complete.
pub(super) fn is_rolled_out(deployment: &Deployment) -> bool {
    let (wanted, status) = (deployment.spec.replicas, &deployment.status);
    [status.replicas, status.updated_replicas, status.available_replicas]
        .into_iter()
        .all(|count| count == wanted)
}
