//! What each document is: an object of a dump, a watch event, or a line of a recording.

use super::times::{self, Seconds};
use crate::api::Kind;
use crate::api::json::Node;
use crate::manifest;
use crate::map::Set;

/// What is said of an object, as in a watch event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Listed,
    Added,
    Modified,
    Deleted,
    Event,
}

impl Verb {
    /// How an `observe` line calls it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Verb::Listed => "LISTED",
            Verb::Added => "ADDED",
            Verb::Modified => "MODIFIED",
            Verb::Deleted => "DELETED",
            Verb::Event => "EVENT",
        }
    }
}

/// Something that was said.
pub(super) struct Said {
    /// When, in milliseconds since a recording began, if that is known.
    pub(super) at_ms: Option<u64>,
    /// What is said of the object.
    pub(super) verb: Verb,
    /// The object.
    pub(super) object: Node,
}

/// All that was found in the files.
#[derive(Default)]
pub(super) struct Found {
    /// What was said, in the order of the files.
    pub(super) said: Vec<Said>,
    /// The numbers of those with which each file of watch events begins.
    pub(super) files: Vec<usize>,
    /// Remarks in a recording, with their times in milliseconds.
    pub(super) remarks: Vec<(u64, String)>,
    /// When a recording began, if it says so.
    pub(super) start: Option<Seconds>,
    /// Whether there are changes, and not only a state.
    pub(super) is_recording: bool,
    /// The plural names of the kinds that were found.
    pub(super) kinds: Set<String>,
    /// What is to be told.
    pub(super) notes: Vec<String>,
}

impl Found {
    pub(super) fn is_empty(&self) -> bool {
        self.said.is_empty() && self.kinds.is_empty()
    }

    /// How many pods and objects the first state has; no more exist at once in a dump.
    pub(super) fn size(&self) -> (usize, usize) {
        let listed =
            || self.said.iter().filter(|said| said.verb == Verb::Listed && said.at_ms.is_none());
        let pods = listed().filter(|said| said.object.text("kind") == Kind::Pod.name());
        (pods.count(), listed().count())
    }

    /// Takes over the documents of a file.
    pub(super) fn add(&mut self, documents: Vec<Node>) {
        self.files.push(self.said.len());
        for document in documents.into_iter().flat_map(manifest::observed_items) {
            self.add_document(document);
        }
    }

    fn add_document(&mut self, mut document: Node) {
        let at_ms = document.get("t").and_then(Node::as_int).and_then(|it| u64::try_from(it).ok());
        match document.text("type") {
            "LIST" => {
                self.kinds.insert(document.text("resource").to_owned());
                let body = document.remove("body").unwrap_or_default();
                for item in manifest::observed_items(body) {
                    self.say(at_ms, Verb::Listed, item);
                }
            }
            "WATCH" => {
                self.is_recording = true;
                let event = document.remove("event").unwrap_or_default();
                self.add_event(at_ms, event);
            }
            "NOTE" => {
                let text = document.text("text").to_owned();
                self.remarks.push((at_ms.unwrap_or(0), text));
            }
            "START" => self.start = times::parse(document.text("time")),
            _ if document.get("object").is_some() => {
                self.is_recording = true;
                self.add_event(None, document);
            }
            _ => self.say(None, Verb::Listed, document),
        }
    }

    /// Takes over a watch event.
    fn add_event(&mut self, at_ms: Option<u64>, mut event: Node) {
        let verb = match event.text("type") {
            "ADDED" => Verb::Added,
            "MODIFIED" => Verb::Modified,
            "DELETED" => Verb::Deleted,
            // A bookmark, or an error that ends the watch.
            _ => return,
        };
        let object = event.remove("object").unwrap_or_default();
        self.say(at_ms, verb, object);
    }

    fn say(&mut self, at_ms: Option<u64>, verb: Verb, object: Node) {
        let Some((kind, said)) = said(at_ms, verb, object) else { return };
        self.kinds.insert(kind.into());
        if kind != EVENTS || said.verb != Verb::Deleted {
            self.said.push(said);
        }
    }
}

/// The plural name of the Events of the API.
pub(super) const EVENTS: &str = "events";

/// The report about an object, and the plural name of its kind; nothing if that kind is not shown.
pub(super) fn said(
    at_ms: Option<u64>,
    verb: Verb,
    mut object: Node,
) -> Option<(&'static str, Said)> {
    if object.text("kind") == "Event" {
        let verb = if verb == Verb::Deleted { verb } else { Verb::Event };
        return Some((EVENTS, Said { at_ms, verb, object }));
    }
    let kind = manifest::observed_kind(&object)?;
    if kind != Kind::ControllerRevision {
        object.remove("data");
    }
    Some((kind.plural(), Said { at_ms, verb, object }))
}
