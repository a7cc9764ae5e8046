//! The replicated database that runs in the pods; it knows no Kubernetes.
//!
//! A plain primary-and-followers store, as in the tutorial "Run a Replicated Stateful Application":
//! ordinal 0 is the primary by convention and takes the writes, the others are replicas that clone
//! from the member before them and then follow the primary (S16 to S18). What a member is and has is
//! written on its volume (S11), so that a replacement finds it there. Left out on purpose: elections,
//! transactions, reads that wait for consistency.

mod rows;

pub use rows::Rows;

use crate::map::Set;
use std::rc::Rc;

/// One entry, written once.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Two copies of a database hold the same entry exactly if this is the same.
    pub id: u64,
    /// What was written.
    pub text: Rc<str>,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Entry) -> bool {
        self.id == other.id
    }
}

impl Eq for Entry {}

/// The text of an entry that deletes all before it.
pub const DELETE_ALL: &str = "DELETE ALL";

/// The identities from here on are of entries that clients wrote.
const FIRST_WRITTEN: u64 = 1 << 32;

impl Entry {
    /// A row that the image brings along, from 1: every new database begins with the same ones.
    pub fn row(number: u32) -> Entry {
        Entry { id: u64::from(number), text: format!("row {number}").into() }
    }

    /// What a client writes; `count` entries of the run were written before it.
    pub fn written(count: u64, text: &str) -> Entry {
        Entry { id: FIRST_WRITTEN + count, text: text.into() }
    }

    /// What comes before the colon: what it is about, as in `seat 7: Ann`. None without a colon.
    pub fn key(&self) -> Option<&str> {
        key_of(&self.text)
    }

    /// Whether it deletes all entries before it.
    pub fn deletes(&self) -> bool {
        &*self.text == DELETE_ALL
    }

    /// Whether a client wrote it.
    pub fn is_written(&self) -> bool {
        self.id >= FIRST_WRITTEN
    }
}

fn key_of(text: &str) -> Option<&str> {
    text.split_once(':').map(|(key, _)| key.trim())
}

/// The texts of entries in a line: the first three, and how many more there are.
pub fn texts<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> String {
    let all: Vec<&str> = entries.into_iter().map(|entry| &*entry.text).collect();
    match all.as_slice() {
        [a, b, c, _, ..] => format!("{a}, {b}, {c} and {} more", all.len() - 3),
        few => few.join(", "),
    }
}

/// What a member is; stored on its volume.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Takes writes.
    Primary,
    /// Follows the primary.
    Replica,
}

impl Role {
    /// The role in one word.
    pub fn name(self) -> &'static str {
        match self {
            Role::Primary => "primary",
            Role::Replica => "replica",
        }
    }
}

/// What is on a volume: role, entries, and how far a clone has come. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Data {
    /// The role; none on an empty volume.
    pub role: Option<Role>,
    /// The entries, in the order in which the primary took them.
    pub entries: Rows,
    /// How many of them are deleted: a statement of a client, and all before it. The log of them stays.
    pub deleted: u32,
    /// Entries that an unfinished clone will have: the volume is no database before it is complete.
    pub clone_target: Option<u32>,
    /// Whether this is a fresh copy, with which no database has been opened yet.
    pub is_fresh: bool,
    /// Entries of the primary at the last contact.
    pub primary_entries: u32,
    /// How many members the database has had: what a quorum is counted of.
    pub members: u32,
}

/// What a member finds when it starts on a volume.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing, or an unfinished clone.
    Empty,
    /// A database in this role.
    Database(Role),
}

impl Data {
    /// What a member finds when it starts.
    pub fn found(&self) -> Found {
        match (self.role, self.clone_target) {
            (Some(role), None) => Found::Database(role),
            _ => Found::Empty,
        }
    }

    /// How many entries there are.
    pub fn len(&self) -> u32 {
        u32::try_from(self.entries.len()).unwrap_or(u32::MAX)
    }

    /// How many entries a reader gets.
    pub fn live(&self) -> u32 {
        self.len().saturating_sub(self.deleted)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Makes a new database that begins with so many rows.
    pub fn initialise(&mut self, role: Role, rows: u32) {
        *self = Data {
            role: Some(role),
            entries: (1..=rows).map(Entry::row).collect(),
            deleted: 0,
            clone_target: None,
            is_fresh: false,
            primary_entries: rows,
            members: 0,
        };
    }

    /// Drops the entries that are not also the beginning of `other`.
    pub fn rewind(&mut self, other: &Data) {
        let common = self.entries.common(&other.entries);
        let kept: Vec<Entry> = self.entries.iter().take(common).cloned().collect();
        (self.entries, self.deleted) = (Rows::default(), 0);
        kept.into_iter().for_each(|entry| self.append(entry));
    }

    /// Begins a clone of `source`; what an unfinished clone had left is thrown away.
    pub fn begin_clone(&mut self, source: &Data) {
        let (role, clone_target) = (Some(Role::Replica), Some(source.len()));
        *self = Data { role, clone_target, members: source.members, ..Data::default() };
    }

    /// Ends the clone: from now on this is a replica's database.
    pub fn finish_clone(&mut self) {
        self.clone_target = None;
        self.primary_entries = self.primary_entries.max(self.len());
    }

    /// Appends an entry.
    pub fn append(&mut self, entry: Entry) {
        let deletes = entry.deletes();
        self.entries.push(entry);
        self.deleted = if deletes { self.len() } else { self.deleted };
        self.primary_entries = self.primary_entries.max(self.len());
    }

    /// Appends the entry that `source` has next, if it has one.
    pub fn append_from(&mut self, source: &Data) {
        let next = self.entries.len();
        self.entries.push_from(&source.entries);
        if self.entries.get(next).is_some_and(Entry::deletes) {
            self.deleted = self.len();
        }
        self.primary_entries = self.primary_entries.max(self.len());
    }

    /// The entry that a follower of `primary` needs next: none if it has them all or has others.
    pub fn next_from<'a>(&self, primary: &'a Data) -> Option<&'a Entry> {
        if self.follows(primary) { primary.entries.get(self.entries.len()) } else { None }
    }

    /// Whether these entries are a beginning of the primary's.
    pub fn follows(&self, primary: &Data) -> bool {
        self.entries.common(&primary.entries) == self.entries.len()
    }

    /// The entries that `other` lacks.
    pub fn missing_in<'a>(&'a self, other: &'a Data) -> impl Iterator<Item = &'a Entry> {
        // What both begin with need not be searched for.
        let common = self.entries.common(&other.entries);
        let is_all = common == self.entries.len();
        let theirs = other.entries.from(common).filter(|_| !is_all);
        let theirs: Set<u64> = theirs.map(|entry| entry.id).collect();
        self.entries.from(common).filter(move |entry| !theirs.contains(&entry.id))
    }

    /// Whether this entry is among these.
    pub fn has(&self, entry: &Entry) -> bool {
        self.entries.iter().any(|own| own.id == entry.id)
    }

    /// The entry that has the key of this text, if it has one.
    pub fn with_key_of(&self, text: &str) -> Option<&Entry> {
        let key = key_of(text)?;
        self.entries.iter().find(|entry| entry.key() == Some(key))
    }

    /// An entry that only this has, and one that only `other` has, with the same key.
    pub fn conflict<'a>(&'a self, other: &'a Data) -> Option<(&'a Entry, &'a Entry)> {
        self.missing_in(other).find_map(|own| {
            let key = own.key()?;
            let theirs = other.missing_in(self).find(|theirs| theirs.key() == Some(key))?;
            Some((own, theirs))
        })
    }

    /// The positions at which the entries differ from the primary's, or which the primary lacks.
    pub fn differing<'a>(&'a self, primary: &'a Data) -> impl Iterator<Item = usize> + 'a {
        (self.entries.common(&primary.entries)..self.entries.len())
            .filter(|&index| self.entries.get(index) != primary.entries.get(index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(count: u64) -> Entry {
        Entry::written(count, &format!("order {count}"))
    }

    #[test]
    fn a_clone_is_no_database_before_it_is_complete() {
        let mut source = Data::default();
        source.initialise(Role::Primary, 2);
        let mut copy = Data::default();
        assert_eq!(copy.found(), Found::Empty);
        copy.begin_clone(&source);
        copy.append(Entry::row(1));
        assert_eq!(copy.found(), Found::Empty);
        copy.append(Entry::row(2));
        copy.finish_clone();
        assert_eq!(copy.found(), Found::Database(Role::Replica));
        assert_eq!(copy.next_from(&source), None);
        source.append(written(1));
        assert_eq!(copy.next_from(&source), Some(&written(1)));
    }

    #[test]
    fn a_copy_with_other_entries_does_not_follow() {
        let (mut primary, mut copy) = (Data::default(), Data::default());
        primary.initialise(Role::Primary, 1);
        copy.initialise(Role::Replica, 1);
        primary.append(written(1));
        copy.append(written(2));
        copy.append(written(3));
        assert_eq!(copy.next_from(&primary), None);
        assert_eq!(copy.differing(&primary).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(texts(copy.missing_in(&primary)), "order 2, order 3");
    }
}
