//! How a manifest configures the database in its pods: annotations on the template (S20).

use crate::api::*;

/// What begins the name of every such annotation.
const PREFIX: &str = "ordinal/";
/// `off`: an empty replica starts empty instead of cloning; `required`: it never starts without a copy.
const CLONE: &str = "ordinal/clone";
/// `off`: replicas do not follow the primary; `sync`: a write is accepted only once a replica has it.
const REPLICATION: &str = "ordinal/replication";
/// `off`: a replica that returns with old data does not get what it missed.
const CATCH_UP: &str = "ordinal/catch-up";
/// `off`: replicas accept writes too.
const READ_ONLY: &str = "ordinal/read-only";
/// `on`: an entry such as `seat 7: Ann` is refused if there is one with the same key, `seat 7`.
const UNIQUE: &str = "ordinal/unique-keys";
/// `on`: an operator names another primary if the primary is not Ready for a while.
const FAILOVER: &str = "ordinal/failover";
/// The init container that clones; the default is the first whose name has `clone` in it.
const CLONE_CONTAINER: &str = "ordinal/clone-container";
/// `quorum`: a member counts as ready only while it reaches most of the members that it knows.
const READY: &str = "ordinal/ready";
/// `on-stop`: what is accepted stays in memory until the database gets SIGTERM.
const FLUSH: &str = "ordinal/flush";
/// How many rows the image brings along.
const INITIAL_ENTRIES: &str = "ordinal/initial-entries";

/// How much room an entry takes on the volume, such as `100Mi`; none by default.
const ENTRY_SIZE: &str = "ordinal/entry-size";

/// The annotations, and the words that each may have; none if it may have others.
const ALL: [(&str, &[&str]); 11] = [
    (CLONE, &["on", "off", "required"]),
    (REPLICATION, &["on", "off", "sync"]),
    (CATCH_UP, &["on", "off"]),
    (READ_ONLY, &["on", "off"]),
    (UNIQUE, &["on", "off"]),
    (FAILOVER, &["off", "on"]),
    (CLONE_CONTAINER, &[]),
    (READY, &["open", "quorum"]),
    (FLUSH, &["always", "on-stop"]),
    (INITIAL_ENTRIES, &[]),
    (ENTRY_SIZE, &[]),
];

/// The most rows that an image brings along.
const MOST_ENTRIES: u32 = 1_000;

/// What the annotations say, with the defaults for what they leave out.
pub struct Options<'a> {
    /// Whether an empty replica clones.
    pub clones: bool,
    /// Whether an empty replica can't start without a copy, even if the pods have no names.
    pub requires_clone: bool,
    /// Whether a replica follows the primary.
    pub replicates: bool,
    /// Whether a replica that returns with old data gets what it missed.
    pub catches_up: bool,
    /// Whether replicas accept writes too.
    pub replicas_write: bool,
    /// Whether each key is stored once.
    pub has_unique_keys: bool,
    /// Whether a write is accepted only once a replica has it.
    pub is_synchronous: bool,
    /// Whether an operator names the primary.
    pub fails_over: bool,
    /// The init container that clones, if one is named.
    pub clone_container: Option<&'a str>,
    /// Whether a member is ready only while it reaches a quorum.
    pub wants_quorum: bool,
    /// Whether what is accepted stays in memory until the database gets SIGTERM.
    pub flushes_on_stop: bool,
    /// How much room an entry takes on the volume, in thousandths of a byte.
    pub entry_size: u64,
    /// How many entries a new primary begins with.
    pub initial_entries: u32,
}

/// A quantity above 0, in thousandths.
fn size(text: &str) -> Option<u64> {
    Some(text)
        .filter(|text| quantity_refusal(text).is_none())
        .map(thousandths)
        .filter(|size| *size > 0)
}

/// Reads the annotations of a pod; what makes no sense counts as not there.
pub fn options(annotations: &Labels) -> Options<'_> {
    let told = |key: &str| annotations.get(key).map(String::as_str);
    let entries = told(INITIAL_ENTRIES).and_then(|text| text.parse().ok());
    Options {
        clones: told(CLONE) != Some("off"),
        requires_clone: told(CLONE) == Some("required"),
        replicates: told(REPLICATION) != Some("off"),
        catches_up: told(CATCH_UP) != Some("off"),
        replicas_write: told(READ_ONLY) == Some("off"),
        has_unique_keys: told(UNIQUE) == Some("on"),
        is_synchronous: told(REPLICATION) == Some("sync"),
        fails_over: told(FAILOVER) == Some("on"),
        clone_container: told(CLONE_CONTAINER),
        wants_quorum: told(READY) == Some("quorum"),
        flushes_on_stop: told(FLUSH) == Some("on-stop"),
        entry_size: told(ENTRY_SIZE).and_then(size).unwrap_or(0),
        initial_entries: entries.filter(|count| *count <= MOST_ENTRIES).unwrap_or(6),
    }
}

/// An annotation that makes no sense.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem<'a> {
    /// The annotation.
    pub key: &'a str,
    /// Its value, if it is that which makes no sense.
    pub value: Option<&'a str>,
    /// What there could be instead.
    pub known: Vec<&'static str>,
}

/// The annotations that are meant for the database, and make no sense to it.
pub fn problems<'a>(annotations: &'a Labels) -> Vec<Problem<'a>> {
    let problem = |(key, value): (&'a String, &'a String)| {
        let Some((_, words)) = ALL.iter().find(|(known, _)| known == key) else {
            let known = ALL.iter().map(|(known, _)| *known).collect();
            return Some(Problem { key, value: None, known });
        };
        let is_count = || value.parse::<u32>().is_ok_and(|count| count <= MOST_ENTRIES);
        let known = match key.as_str() {
            ENTRY_SIZE if size(value).is_none() => vec!["a quantity, such as 100Mi"],
            INITIAL_ENTRIES if !is_count() => vec!["a number up to 1000"],
            _ if words.is_empty() || words.contains(&value.as_str()) => return None,
            _ => words.to_vec(),
        };
        Some(Problem { key, value: Some(value), known })
    };
    annotations.iter().filter(|(key, _)| key.starts_with(PREFIX)).filter_map(problem).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_no_sense_is_found_with_what_would() {
        let pairs = [
            ("app", "web"),
            ("ordinal/clone", "off"),
            ("ordinal/redy", "quorum"),
            ("ordinal/ready", "quorom"),
            ("ordinal/initial-entries", "many"),
            ("ordinal/clone-container", "xtrabackup"),
            ("ordinal/entry-size", "big"),
        ];
        let annotations = pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
        let found = problems(&annotations);
        let found: Vec<_> = found.iter().map(|problem| (problem.key, problem.value)).collect();
        let due = [
            ("ordinal/entry-size", Some("big")),
            ("ordinal/initial-entries", Some("many")),
            ("ordinal/ready", Some("quorom")),
            ("ordinal/redy", None),
        ];
        assert_eq!(found, due);
        assert_eq!(options(&annotations).initial_entries, 6);
        assert!(!options(&annotations).clones);
    }
}
