//! The rows of a database: an append-only list whose clones share unchanged parts.
//!
//! Every checkpoint of a run holds the rows of every volume. Full chunks are shared between clones, so a
//! checkpoint only costs the rows written since the previous one.

use super::Entry;
use std::rc::Rc;

/// How many rows a chunk has.
const CHUNK: usize = 64;

/// A list of rows. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    /// Chunks of exactly [`CHUNK`] rows.
    full: Rc<Vec<Rc<[Entry]>>>,
    /// Fewer than [`CHUNK`] rows that come after them.
    rest: Rc<Vec<Entry>>,
}

impl Rows {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.full.len() * CHUNK + self.rest.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.full.is_empty() && self.rest.is_empty()
    }

    /// The row at this position, from 0.
    pub fn get(&self, index: usize) -> Option<&Entry> {
        match self.full.get(index / CHUNK) {
            Some(chunk) => chunk.get(index % CHUNK),
            None => self.rest.get(index - self.full.len() * CHUNK),
        }
    }

    /// Adds a row at the end.
    pub fn push(&mut self, row: Entry) {
        let rest = Rc::make_mut(&mut self.rest);
        rest.push(row);
        if rest.len() == CHUNK {
            let chunk = std::mem::take(rest).into();
            Rc::make_mut(&mut self.full).push(chunk);
        }
    }

    /// Appends the row that follows these rows in `other`. If this fills a chunk that is equal to the chunk
    /// of `other`, that chunk is shared: copies of a database share their rows.
    pub fn push_from(&mut self, other: &Rows) {
        let Some(row) = other.get(self.len()) else { return };
        self.push(row.clone());
        let last = self.full.len().saturating_sub(1);
        if self.rest.is_empty()
            && let Some(theirs) = other.full.get(last)
            && self.full.get(last).is_some_and(|own| own == theirs)
            && let Some(own) = Rc::make_mut(&mut self.full).get_mut(last)
        {
            *own = theirs.clone();
        }
    }

    /// The rows from this position on.
    pub fn from(&self, index: usize) -> impl Iterator<Item = &Entry> {
        (index..self.len()).filter_map(|index| self.get(index))
    }

    /// All rows.
    pub fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.full.iter().flat_map(|chunk| chunk.iter()).chain(self.rest.iter())
    }

    /// The length of the common prefix of both lists.
    pub fn common(&self, other: &Rows) -> usize {
        let same =
            |(own, theirs): &(&Rc<[Entry]>, &Rc<[Entry]>)| Rc::ptr_eq(own, theirs) || own == theirs;
        let chunks = self.full.iter().zip(other.full.iter()).take_while(same).count();
        let start = chunks * CHUNK;
        let pairs = self.from(start).zip(other.from(start));
        start + pairs.take_while(|(own, theirs)| own == theirs).count()
    }
}

impl PartialEq for Rows {
    fn eq(&self, other: &Rows) -> bool {
        self.len() == other.len() && self.common(other) == self.len()
    }
}

impl Eq for Rows {}

impl FromIterator<Entry> for Rows {
    fn from_iter<T: IntoIterator<Item = Entry>>(rows: T) -> Rows {
        let mut all = Rows::default();
        rows.into_iter().for_each(|row| all.push(row));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(count: u32) -> Rows {
        (1..=count).map(Entry::row).collect()
    }

    #[test]
    fn rows_are_found_by_position() {
        for count in [0, 1, 63, 64, 65, 200] {
            let rows = rows(count);
            assert_eq!(rows.len(), count as usize);
            assert_eq!(rows.is_empty(), count == 0);
            let by_position: Vec<&Entry> = rows.from(0).collect();
            assert_eq!(by_position, rows.iter().collect::<Vec<_>>());
            assert_eq!(rows.get(rows.len()), None);
        }
    }

    #[test]
    fn a_copy_shares_its_full_chunks() {
        let source = rows(200);
        let mut copy = Rows::default();
        while copy.len() < source.len() {
            copy.push_from(&source);
        }
        assert_eq!(copy, source);
        let mut pairs = copy.full.iter().zip(source.full.iter());
        assert!(pairs.all(|(own, theirs)| Rc::ptr_eq(own, theirs)));
    }

    #[test]
    fn lists_that_differ_have_their_beginning_in_common() {
        let (one, mut other) = (rows(100), rows(70));
        assert_eq!(one.common(&other), 70);
        other.push(Entry::written(1, "order 1"));
        assert_eq!((one.common(&other), one == other), (70, false));
        assert_eq!(one.from(98).count(), 2);
    }
}
