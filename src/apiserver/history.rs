//! What has changed, in order, for watches: the writes to the store, and the changes of objects that are made of others.

use super::kinds;
use super::managed::{self, Entry, Writer};
use super::shape::Type;
use crate::api::json::Node as Tree;
use crate::api::{Kind, Object, Time, Uid};
use crate::cluster::{Cluster, Event, Store};
use crate::kubectl::view::View;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

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
    /// Its field managers; none for derived objects.
    pub(super) managers: Option<Managers>,
}

/// The field managers of an object.
pub(super) type Managers = Rc<Vec<Entry>>;

/// The type of a kind's objects.
pub(super) fn type_of(store: &Store, kind: Kind) -> Type<'_> {
    let schema = kinds::definition(store, kind).and_then(|(_, it)| it.at("schema.openAPIV3Schema"));
    Type::of(kind, schema)
}

/// The latest changes.
#[derive(Clone, Debug, Default)]
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
    /// The field managers of objects that changed since the run began.
    managers: BTreeMap<Uid, Managers>,
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
        let managers = self.managers.clone();
        History { first: self.next().saturating_add(1), managers, ..History::new(store) }
    }

    /// The number of the next change.
    pub(super) fn next(&self) -> u64 {
        self.first.saturating_add(self.changes.len() as u64)
    }

    /// The changes from a number on; none if some of them are no longer kept.
    pub(super) fn since(&self, number: u64) -> Option<impl Iterator<Item = &Change>> {
        let skipped = usize::try_from(number.checked_sub(self.first)?).ok()?;
        Some(self.changes.range(skipped.min(self.changes.len())..))
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

    /// The field managers of an object, given as a tree.
    pub(super) fn managers(&self, store: &Store, kind: Kind, tree: &Tree) -> Option<Managers> {
        if kind.is_derived() {
            return None;
        }
        let known = Uid::parse(&tree.word("metadata.uid")).and_then(|uid| self.managers.get(&uid));
        let new = || Rc::new(managed::initial(kind, type_of(store, kind), tree));
        Some(known.cloned().unwrap_or_else(new))
    }

    /// Sets the field managers of an object after its last change.
    pub(super) fn set_managers(&mut self, uid: Uid, managers: Vec<Entry>) {
        let managers = Rc::new(managers);
        let is_it = |change: &&mut Change| match &change.new {
            Some(State::Stored(object)) => object.meta().uid == uid,
            _ => false,
        };
        if let Some(last) = self.changes.back_mut().filter(is_it) {
            last.managers = Some(managers.clone());
        }
        self.managers.insert(uid, managers);
    }

    /// Updates the field managers of an object after a change.
    fn note_managers(
        &mut self,
        store: &Store,
        (kind, old, new): &(Kind, Option<Object>, Option<Object>),
        writer: Option<&Writer>,
        now: Time,
    ) -> Option<Managers> {
        let uid = new.as_ref().or(old.as_ref())?.meta().uid;
        let [old_tree, new_tree] = [old, new].map(|it| it.as_ref().map(Object::encode));
        let before = old_tree.as_ref().and_then(|tree| self.managers(store, *kind, tree));
        if new.is_none() {
            return self.managers.remove(&uid).or(before);
        }
        let after = managed::updated(
            before.as_ref().map_or(&[], |it| it.as_slice()),
            *kind,
            type_of(store, *kind),
            [old_tree.as_ref(), new_tree.as_ref()],
            writer.cloned(),
            now,
        );
        let after = Rc::new(after);
        self.managers.insert(uid, after.clone());
        Some(after)
    }

    /// Records the writes to the store since the last call, by a manager or by the components.
    pub(super) fn look(&mut self, store: &Store, writer: Option<&Writer>, now: Time) {
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
                let change = (kind, old, new);
                let managers = self.note_managers(store, &change, writer, now);
                let (_, old, new) = change;
                let [old, new] = [old, new].map(|object| object.map(State::Stored));
                Change { kind, version, old, new, managers }
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
        self.changes.push_back(Change { kind, version, old, new, managers: None });
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
