//! What controllers remember of pods between two passes, so that a pass costs time for the pods that changed.
//!
//! Models what the caches of client-go's informers save: there too a controller still goes through all pods, but
//! what it has decoded and compared stays as it is. Nothing here is state: without it, every pass finds the same.

use super::*;

/// What is remembered of a pod.
pub trait OfPod {
    /// The pod, as it was then.
    fn pod(&self) -> &Rc<Pod>;
}

/// What follows from an owner, such as a set or a Service, and each of its pods alone.
#[derive(Debug)]
struct Memo<O, T> {
    owner: Rc<O>,
    pods: Vec<T>,
}

/// The memos of all owners of a kind. Two are always equal, as nothing depends on them.
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
    /// What is known of the pods of an owner, if `is_same` says that the owner is still the same.
    pub(super) fn of(&self, key: &Key, is_same: impl Fn(&O) -> bool) -> Known<'_, T> {
        let memo = self.0.get(key).filter(|memo| is_same(&memo.owner));
        Known(memo.map_or(&[], |memo| &memo.pods))
    }

    /// Remembers the pods of an owner, in the order of their names.
    pub(super) fn set(&mut self, key: Key, owner: Rc<O>, pods: Vec<T>) {
        Rc::make_mut(&mut self.0).insert(key, Rc::new(Memo { owner, pods }));
    }

    /// Forgets an owner that is gone.
    pub(super) fn remove(&mut self, key: &Key) {
        Rc::make_mut(&mut self.0).remove(key);
    }

    /// Whether anything is remembered of an owner.
    pub(super) fn has(&self, key: &Key) -> bool {
        self.0.contains_key(key)
    }
}

/// The pods that a memo has and that have not been asked for yet.
pub(super) struct Known<'a, T>(&'a [T]);

impl<'a, T: OfPod> Known<'a, T> {
    /// How many pods are known that have not been asked for yet.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// What is known of a pod, if it has not changed. Pods are asked for in the order of their names.
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
