//! What runs on the nodes, and indexes over it: by node, by address and by pod.

use super::PodRuntime;
use crate::api::{Key, Uid};
use crate::map::Map;
use std::ops::Deref;
use std::rc::Rc;

/// An index and the value to look up.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Index {
    Node(String),
    Address(String),
    Pod(Key),
}

/// The UIDs under a key of an index.
type Uids = Rc<Map<Uid, ()>>;

/// What runs, or ran, for each pod, by the pod's UID. Cheap to clone; it is read as a [`Map`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Runs {
    runs: Rc<Map<Uid, Rc<PodRuntime>>>,
    /// The keys and values are shared, because a write copies the map if a checkpoint shares it.
    indexes: Rc<Map<Rc<Index>, Uids>>,
}

impl Deref for Runs {
    type Target = Map<Uid, Rc<PodRuntime>>;

    fn deref(&self) -> &Self::Target {
        &self.runs
    }
}

impl Runs {
    /// Sets or removes what runs for a pod.
    pub(in crate::cluster) fn put(&mut self, uid: Uid, run: Option<PodRuntime>) {
        let run = run.map(Rc::new);
        let now = run.as_deref().map_or_else(Vec::new, values);
        let runs = Rc::make_mut(&mut self.runs);
        let old = match run {
            Some(run) => runs.insert(uid, run),
            None => runs.remove(&uid),
        };
        let before = old.as_deref().map_or_else(Vec::new, values);
        if before == now {
            return;
        }
        let indexes = Rc::make_mut(&mut self.indexes);
        for index in before {
            let Some(uids) = indexes.get_mut(&index) else { continue };
            Rc::make_mut(uids).remove(&uid);
            if uids.is_empty() {
                indexes.remove(&index);
            }
        }
        for index in now {
            Rc::make_mut(indexes.or_default(Rc::new(index))).insert(uid, ());
        }
    }

    /// What runs, or ran, on a node, in the order of the UIDs.
    pub fn on_node(&self, node: &str) -> impl Iterator<Item = (&Uid, &Rc<PodRuntime>)> + Clone {
        self.by(&Index::Node(node.into()))
    }

    /// What has, or had, an address, in the order of the UIDs.
    pub fn at_address(&self, ip: &str) -> impl Iterator<Item = (&Uid, &Rc<PodRuntime>)> {
        self.by(&Index::Address(ip.into()))
    }

    /// The incarnations of a pod, in the order of the UIDs.
    pub fn of_pod(&self, pod: &Key) -> impl Iterator<Item = (&Uid, &Rc<PodRuntime>)> {
        self.by(&Index::Pod(pod.clone()))
    }

    fn by<'a>(
        &'a self,
        index: &Index,
    ) -> impl Iterator<Item = (&'a Uid, &'a Rc<PodRuntime>)> + Clone + use<'a> {
        let uids = self.indexes.get(index).map(|uids| uids.iter()).unwrap_or_default();
        uids.filter_map(|(uid, ())| Some((uid, self.runs.get(uid)?)))
    }

    /// Whether the indexes are what a full scan finds.
    pub fn is_indexed(&self) -> bool {
        let mut scanned = Runs::default();
        for (uid, run) in self.runs.iter() {
            scanned.put(*uid, Some(PodRuntime::clone(run)));
        }
        scanned.indexes == self.indexes
    }
}

/// Every index that a run is in, with its value there.
fn values(run: &PodRuntime) -> Vec<Index> {
    let mut values = vec![Index::Node(run.node.clone()), Index::Pod(run.pod.clone())];
    if !run.ip.is_empty() {
        values.push(Index::Address(run.ip.clone()));
    }
    values
}
