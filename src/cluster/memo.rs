//! A cache of facts about pods, so that a controller evaluates only the pods that changed since its last pass.
//!
//! It is comparable to the caches of client-go's informers: a controller still visits all pods, but doesn't decode and
//! compare the unchanged ones again. The cache isn't state: without it, every pass has the same result.

use super::*;

/// The cached facts about a pod.
pub trait OfPod {
    /// The pod when the facts were cached.
    fn pod(&self) -> &Rc<Pod>;
}

/// The facts about the pods of an owner, such as a StatefulSet or a Service. Each depends only on the owner and one
/// pod.
#[derive(Debug)]
struct Memo<O, T> {
    owner: Rc<O>,
    pods: Vec<T>,
}

/// The memos of all owners of a kind. Two values are always equal, because no result depends on them.
#[derive(Debug)]
pub struct Memos<O, T>(Rc<Map<Key, Rc<Memo<O, T>>>>);

impl<O, T> Clone for Memos<O, T> {
    fn clone(&self) -> Memos<O, T> {
        Memos(self.0.clone())
    }
}

impl<O, T> Default for Memos<O, T> {
    fn default() -> Memos<O, T> {
        Memos(Rc::default())
    }
}

impl<O, T> PartialEq for Memos<O, T> {
    fn eq(&self, _: &Memos<O, T>) -> bool {
        true
    }
}

impl<O, T: OfPod> Memos<O, T> {
    /// The facts about the pods of an owner, unless `is_same` reports that the owner changed.
    pub(super) fn of(&self, key: &Key, is_same: impl Fn(&O) -> bool) -> Known<'_, T> {
        let memo = self.0.get(key).filter(|memo| is_same(&memo.owner));
        Known(memo.map_or(&[], |memo| &memo.pods))
    }

    /// Caches facts about the pods of an owner, which must be sorted by name.
    pub(super) fn set(&mut self, key: Key, owner: Rc<O>, pods: Vec<T>) {
        Rc::make_mut(&mut self.0).insert(key, Rc::new(Memo { owner, pods }));
    }

    /// Removes an owner that is gone.
    pub(super) fn remove(&mut self, key: &Key) {
        Rc::make_mut(&mut self.0).remove(key);
    }

    /// Whether there are facts about the pods of an owner.
    pub(super) fn has(&self, key: &Key) -> bool {
        self.0.contains_key(key)
    }
}

/// The rest of the cached facts about the pods of an owner.
pub(super) struct Known<'a, T>(&'a [T]);

impl<'a, T: OfPod> Known<'a, T> {
    /// The number of remaining pods.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The facts about a pod, if it didn't change. Callers ask for pods in the order of their names.
    pub(super) fn take(&mut self, pod: &Rc<Pod>) -> Option<&'a T> {
        loop {
            let (known, rest) = self.0.split_first()?;
            if Rc::ptr_eq(known.pod(), pod) {
                self.0 = rest;
                return Some(known);
            }
            if known.pod().metadata.name >= pod.metadata.name {
                return None;
            }
            self.0 = rest;
        }
    }
}
