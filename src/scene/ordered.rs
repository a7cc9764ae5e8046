//! A map for few entries: a sorted list, much less code than a tree for each new pair of types.

use crate::map;
use std::cmp::Ordering;

/// Pairs in the order of their keys.
pub(super) struct Ordered<K, V>(Vec<(K, V)>);

impl<K, V> Default for Ordered<K, V> {
    fn default() -> Ordered<K, V> {
        Ordered(Vec::new())
    }
}

impl<K: Ord, V> Ordered<K, V> {
    /// Changes the value of a key, which is made before if it is not there yet.
    pub(super) fn change(&mut self, key: K, make: impl FnOnce() -> V, change: impl FnOnce(&mut V)) {
        let at = self.0.partition_point(|(other, _)| *other < key);
        match self.0.get_mut(at) {
            Some((other, value)) if *other == key => change(value),
            _ => {
                let mut value = make();
                change(&mut value);
                self.0.insert(at, (key, value));
            }
        }
    }

    /// Makes a map of pairs that are sorted by unique keys.
    pub(super) fn of_sorted(pairs: Vec<(K, V)>) -> Ordered<K, V> {
        Ordered(pairs)
    }

    /// Makes a map of pairs in any order. If a key occurs several times, the last pair counts.
    pub(super) fn of(mut pairs: Vec<(K, V)>) -> Ordered<K, V> {
        map::sort(&mut pairs, |(one, _), (other, _)| one < other);
        pairs.dedup_by(|later, pair| {
            let is_same = later.0 == pair.0;
            if is_same {
                std::mem::swap(later, pair);
            }
            is_same
        });
        Ordered(pairs)
    }

    /// The key for which `compare`, which compares a key with the wanted one, returns `Equal`.
    pub(super) fn key_by(&self, compare: impl Fn(&K) -> Ordering) -> Option<&K> {
        let at = self.0.binary_search_by(|(key, _)| compare(key)).ok()?;
        self.0.get(at).map(|(key, _)| key)
    }

    /// Sets the value of a key.
    pub(super) fn insert(&mut self, key: K, value: V) {
        let at = self.0.partition_point(|(other, _)| *other < key);
        match self.0.get_mut(at) {
            Some((other, old)) if *other == key => *old = value,
            _ => self.0.insert(at, (key, value)),
        }
    }

    /// The value of a key.
    pub(super) fn get(&self, key: &K) -> Option<&V> {
        let at = self.0.partition_point(|(other, _)| other < key);
        self.0.get(at).filter(|(other, _)| other == key).map(|(_, value)| value)
    }

    /// The pairs in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.0.iter().map(|(key, value)| (key, value))
    }

    /// The values, to be changed.
    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.0.iter_mut().map(|(_, value)| value)
    }

    /// The pairs themselves, in order.
    pub(super) fn into_pairs(self) -> Vec<(K, V)> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_in_order_and_there_once() {
        let mut map = Ordered::default();
        for key in [3, 1, 2, 1] {
            map.change(key, || 0, |value| *value += key);
        }
        map.insert(3, 9);
        assert_eq!(map.get(&1), Some(&2));
        assert_eq!(map.get(&4), None);
        assert_eq!(map.key_by(|key| key.cmp(&2)), Some(&2));
        assert_eq!(map.key_by(|key| key.cmp(&4)), None);
        assert_eq!(map.into_pairs(), [(1, 2), (2, 2), (3, 9)]);
        let map = Ordered::of(vec![(3, 1), (1, 2), (3, 4), (2, 5), (3, 6)]);
        assert_eq!(map.into_pairs(), [(1, 2), (2, 5), (3, 6)]);
    }
}
