//! What has changed, in order, for watches: the writes to the store, and the changes of objects that are made of others.

use crate::api::json::Node as Tree;
use crate::api::{Kind, Object};
use crate::cluster::{Cluster, Event, Store};
use crate::kubectl::view::View;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// How many changes are kept. A watch from before the first one has to list again.
const KEPT: usize = 20_000;

/// Objects made of others by namespace and name, each with the number of its last change.
type Made = BTreeMap<(String, String), (Tree, u64)>;

/// An object before or after a change.
#[derive(Clone, Debug)]
pub(super) enum State {
    /// An object of the store.
    Stored(Object),
    /// An object that is made of others.
    Made(Tree),
}

/// A change of an object.
#[derive(Clone, Debug)]
pub(super) struct Change {
    /// The kind of the object.
    pub(super) kind: Kind,
    /// The version that the change made: of the cluster, or the number of the change for objects made of others.
    pub(super) version: u64,
    /// The object before it; none if it was created.
    pub(super) old: Option<State>,
    /// The object after it; none if it was deleted.
    pub(super) new: Option<State>,
}

/// The latest changes.
#[derive(Debug, Default)]
pub(super) struct History {
    changes: VecDeque<Change>,
    /// How many changes there were before the first that is kept.
    first: u64,
    /// The version of the cluster after the last change that is no longer kept.
    floor: u64,
    /// The store at the last look.
    store: Store,
    /// The objects made of others at the last look, each with the number of its last change.
    made: BTreeMap<Kind, Made>,
    /// How much there was to make them of at the last look: the version of the store, and how many events.
    looked: BTreeMap<Kind, (u64, usize)>,
}

impl History {
    /// A history that begins with this store.
    pub(super) fn new(store: Store) -> History {
        History { floor: store.resource_version, store, ..History::default() }
    }

    /// The version of the cluster at the last look.
    pub(super) fn last_version(&self) -> u64 {
        self.store.resource_version
    }

    /// A history of another run, whose changes are numbered on.
    pub(super) fn next_era(&self, store: Store) -> History {
        History { first: self.next().saturating_add(1), ..History::new(store) }
    }

    /// The number of the next change.
    pub(super) fn next(&self) -> u64 {
        self.first.saturating_add(self.changes.len() as u64)
    }

    /// The changes from a number on; none if some of them are no longer kept.
    pub(super) fn since(&self, number: u64) -> Option<impl Iterator<Item = &Change>> {
        let skipped = usize::try_from(number.checked_sub(self.first)?).ok()?;
        Some(self.changes.iter().skip(skipped))
    }

    /// The number of the first change after a version of a kind; none if that is too long ago.
    pub(super) fn after(&self, kind: Kind, version: u64) -> Option<u64> {
        if kind.is_derived() {
            return (version >= self.first && version <= self.next()).then_some(version);
        }
        if version < self.floor {
            return None;
        }
        let is_later = |change: &Change| !change.kind.is_derived() && change.version > version;
        let index = self.changes.iter().position(is_later);
        Some(index.map_or(self.next(), |index| self.first.saturating_add(index as u64)))
    }

    /// Notes what was written to the store since the last look.
    pub(super) fn look(&mut self, store: &Store) {
        if store.resource_version == self.store.resource_version {
            return;
        }
        let mut changes = Vec::new();
        let is_new = |kind: &Kind| !store.shares(&self.store, *kind);
        let mut kinds: Vec<Kind> = store.kinds().filter(is_new).collect();
        let gone = self.store.kinds().filter(is_new);
        kinds.extend(gone.filter(|kind| !kinds.contains(kind)).collect::<Vec<_>>());
        for kind in kinds {
            for key in store.changed_since(&self.store, kind).iter() {
                let reference = crate::api::ObjectRef::new(kind, key);
                let (old, new) = (self.store.get(&reference), store.get(&reference));
                match (old, new) {
                    (Some(old), Some(new)) if old.meta().uid != new.meta().uid => {
                        changes.push((kind, Some(old), None));
                        changes.push((kind, None, Some(new)));
                    }
                    (None, None) => {}
                    (old, new) => changes.push((kind, old, new)),
                }
            }
        }
        // The versions of deletions are those that no object has.
        let taken: BTreeSet<u64> = changes
            .iter()
            .filter_map(|(_, _, new)| Some(new.as_ref()?.meta().resource_version))
            .collect();
        let mut free = (self.store.resource_version + 1..=store.resource_version)
            .filter(|version| !taken.contains(version));
        let last = store.resource_version;
        let mut changes: Vec<Change> = changes
            .into_iter()
            .map(|(kind, old, new)| {
                let version = match &new {
                    Some(new) => new.meta().resource_version,
                    None => free.next().unwrap_or(last),
                };
                Change { kind, version, old: old.map(State::Stored), new: new.map(State::Stored) }
            })
            .collect();
        changes.sort_by_key(|change| change.version);
        self.changes.extend(changes);
        self.store = store.clone();
        self.forget();
    }

    /// Notes how the objects of a kind that are made of others have changed since the last look.
    pub(super) fn look_at_made(&mut self, kind: Kind, cluster: &Cluster, past: &[Event]) {
        let looks = (cluster.store.resource_version, past.len());
        if !kind.is_derived() || self.looked.insert(kind, looks) == Some(looks) {
            return;
        }
        let view = View { cluster, past, only: None };
        let mut before = self.made.remove(&kind).unwrap_or_default();
        let mut now = BTreeMap::new();
        for tree in view.list(kind, None) {
            let name = (tree.word("metadata.namespace"), tree.word("metadata.name"));
            let known = before.remove(&name);
            let version = match known {
                Some((known, version)) if known == tree => version,
                known => {
                    let old = known.map(|(known, _)| State::Made(known));
                    self.add_made(kind, old, Some(State::Made(tree.clone())))
                }
            };
            now.insert(name, (tree, version));
        }
        for (tree, _) in before.into_values() {
            self.add_made(kind, Some(State::Made(tree)), None);
        }
        self.made.insert(kind, now);
        self.forget();
    }

    fn add_made(&mut self, kind: Kind, old: Option<State>, new: Option<State>) -> u64 {
        let version = self.next() + 1;
        self.changes.push_back(Change { kind, version, old, new });
        version
    }

    /// The objects of a kind that are made of others, each with its version, at the last look.
    pub(super) fn made(&self, kind: Kind) -> impl Iterator<Item = Tree> {
        self.made.get(&kind).into_iter().flatten().map(|(_, (tree, version))| {
            let mut tree = tree.clone();
            tree.child("metadata").set("resourceVersion", version.to_string().as_str());
            tree
        })
    }

    fn forget(&mut self) {
        while self.changes.len() > KEPT {
            let Some(change) = self.changes.pop_front() else { break };
            self.first += 1;
            if !change.kind.is_derived() {
                self.floor = self.floor.max(change.version);
            }
        }
    }
}
