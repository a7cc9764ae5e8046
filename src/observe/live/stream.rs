//! One kind in one namespace: a list in pages, then a watch from its resource version; a new list when that is too old.

use super::resources::{Pace, RESOURCES, Resource};
use crate::map::Set;

/// How many objects are asked for at once.
const PAGE: u32 = 250;
/// How long a watch that is never interrupted lasts, in seconds: then it is asked for again, which shows that the server
/// still responds.
const ALWAYS_S: u64 = 60;
/// How long a watch lasts that gives its connection to others, in seconds.
const TURN_S: u64 = 2;
/// How long a kind that seldom changes waits between two watches, in milliseconds.
const BREAK_MS: u64 = 15_000;
/// How long a watch may last beyond its end, in milliseconds.
const GRACE_MS: u64 = 10_000;
/// How long a list may take, and then from one part to the next, in milliseconds.
pub(super) const LIST_MS: u64 = 60_000;

/// What a stream asks for next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// A list, or its next page from this token.
    List(String),
    /// Changes since a resource version.
    Watch(String),
    /// Nothing: the API server answered with this status.
    Missing(u16),
}

/// A kind in a namespace.
#[derive(Debug)]
pub(super) struct Stream {
    /// The kind.
    pub(super) resource: &'static Resource,
    /// The namespace; empty for all.
    pub(super) namespace: String,
    /// What comes next.
    pub(super) next: Next,
    /// Whether there was a complete list.
    pub(super) is_listed: bool,
    /// Whether a request is open.
    pub(super) is_open: bool,
    /// When it may ask again, in milliseconds.
    pub(super) ready_ms: u64,
    /// How often it has failed since it last succeeded.
    pub(super) failures: u32,
    /// The names in the list so far.
    pub(super) names: Set<String>,
}

impl Stream {
    fn new(resource: &'static Resource, namespace: &str) -> Stream {
        Stream {
            resource,
            namespace: namespace.to_owned(),
            next: Next::List(String::new()),
            is_listed: false,
            is_open: false,
            ready_ms: 0,
            failures: 0,
            names: Set::new(),
        }
    }

    /// All streams for these namespaces, or for all if there are none.
    pub(super) fn all(namespaces: &[String]) -> Vec<Stream> {
        let all = [String::new()];
        let namespaces = if namespaces.is_empty() { &all[..] } else { namespaces };
        let of = |resource: &'static Resource| {
            let count = if resource.is_namespaced { namespaces.len() } else { 1 };
            namespaces.iter().take(count).map(move |namespace| {
                Stream::new(resource, if resource.is_namespaced { namespace } else { "" })
            })
        };
        RESOURCES.iter().flat_map(of).collect()
    }

    /// Whether its watch is never interrupted. `takes_turns` says whether there are fewer connections than streams.
    fn lasts(&self, takes_turns: bool) -> bool {
        !takes_turns || self.resource.pace == Pace::Always
    }

    /// The address of the next request, and how long to wait for a word of the answer, in milliseconds.
    pub(super) fn request(&self, takes_turns: bool) -> Option<(String, u64)> {
        let path = self.resource.path(&self.namespace);
        match &self.next {
            Next::List(token) if token.is_empty() => {
                Some((format!("{path}?limit={PAGE}"), LIST_MS))
            }
            Next::List(token) => {
                Some((format!("{path}?limit={PAGE}&continue={}", encoded(token)), LIST_MS))
            }
            Next::Watch(version) => {
                let seconds = if self.lasts(takes_turns) { ALWAYS_S } else { TURN_S };
                let version = encoded(version);
                let query = format!(
                    "watch=true&allowWatchBookmarks=true&resourceVersion={version}&timeoutSeconds={seconds}"
                );
                Some((format!("{path}?{query}"), seconds * 1_000 + GRACE_MS))
            }
            Next::Missing(_) => None,
        }
    }

    /// The watch has ended as it should.
    pub(super) fn rest(&mut self, takes_turns: bool, now_ms: u64) {
        self.failures = 0;
        let rests = takes_turns && self.resource.pace == Pace::Seldom;
        self.ready_ms = if rests { now_ms + BREAK_MS } else { now_ms };
    }

    /// The request has failed: it waits longer each time.
    pub(super) fn fail(&mut self, now_ms: u64) {
        self.ready_ms = now_ms + back_off(self.failures);
        self.failures += 1;
    }

    /// Begins the list from its start.
    pub(super) fn relist(&mut self) {
        self.next = Next::List(String::new());
        self.names = Set::new();
    }

    /// Which stream goes first: lists, and those that last; among these, the one that has waited longest.
    pub(super) fn rank(&self, takes_turns: bool) -> (bool, bool, u64) {
        (!matches!(self.next, Next::List(_)), !self.lasts(takes_turns), self.ready_ms)
    }
}

/// How long to wait after this number of failures: a second, twice as long each time, at most half a minute.
pub(super) fn back_off(failures: u32) -> u64 {
    (1_000 << failures.min(5)).min(30_000)
}

/// A text as a value in a query.
fn encoded(text: &str) -> String {
    let mut value = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                value.push(char::from(byte));
            }
            _ => value.push_str(&format!("%{byte:02X}")),
        }
    }
    value
}
