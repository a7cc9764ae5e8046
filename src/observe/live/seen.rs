//! What the API server has returned so far: the latest state of each object, and the reports that are pending.

use super::super::assemble::{self, report};
use super::super::classify::{EVENTS, Said, Verb, said};
use super::super::times::{self, Seconds};
use super::super::{Observation, keep, version};
use crate::api::json::{Node, Value};
use crate::api::{Kind, Time};
use crate::limits;
use crate::manifest;
use crate::map::{Map, Set};
use crate::notation;
use std::rc::Rc;

/// How many objects are reported in one line, so that long lists are read in slices.
const LINE_OBJECTS: usize = 250;
/// So much room is left in a recipe for what somebody does in a simulation.
const ROOM_BYTES: usize = 1 << 20;
const ROOM_LINES: usize = 10_000;
const ROOM_MS: u64 = 3_600_000;
/// The maximum number of remarks that are kept.
const NOTES_MAX: usize = 20;

/// The number of the stream that an object comes from, and `NAMESPACE/NAME`.
type Name = (usize, String);

/// The latest state of an object.
struct Held {
    /// Its resource version.
    version: String,
    /// The fields that are kept, as JSON; empty for an Event that is no warning.
    text: Rc<str>,
}

/// What was seen.
#[derive(Default)]
pub(super) struct Seen {
    held: Map<Name, Held>,
    /// A time of the server, in seconds since 1970, and when that was, in milliseconds.
    pub(super) clock: (Seconds, u64),
    /// When the recipe begins: in seconds since 1970, and in milliseconds of the connection; nothing before.
    origin: Option<(Seconds, u64)>,
    /// The pending reports, a JSON object on each line.
    lines: String,
    /// How large the recipe is.
    bytes: usize,
    count: usize,
    /// Objects that cannot be read.
    pub(super) notes: Vec<String>,
}

impl Seen {
    /// Nothing yet, at a time of the connection's beginning in seconds since 1970.
    pub(super) fn new(wall_s: Seconds) -> Seen {
        Seen { clock: (wall_s, 0), ..Seen::default() }
    }

    /// The instant of the recipe at a time of the connection.
    pub(super) fn instant(&self, now_ms: u64) -> Time {
        Time(self.origin.map_or(0, |(_, base_ms)| now_ms.saturating_sub(base_ms)))
    }

    /// Whether the recipe has no room for more.
    pub(super) fn is_full(&self, now_ms: u64) -> bool {
        self.bytes + self.lines.len() + ROOM_BYTES > limits::RECIPE_BYTES
            || self.count + ROOM_LINES > limits::RECIPE_LINES
            || self.instant(now_ms).0 + ROOM_MS > limits::CLUSTER_TIME_MS
    }

    /// How many objects there are.
    pub(super) fn objects(&self) -> usize {
        self.held.len()
    }

    /// Stores an object from a list or a watch event. Returns its name, or nothing if it is of another kind.
    pub(super) fn put(
        &mut self,
        stream: usize,
        verb: Verb,
        object: Node,
        now_ms: u64,
    ) -> Option<String> {
        let (kind, Said { verb, mut object, .. }) = said(None, verb, object)?;
        let name = [object.word("metadata.namespace"), object.word("metadata.name")].join("/");
        let version = object.word("metadata.resourceVersion");
        let key = (stream, name.clone());
        if verb == Verb::Deleted {
            self.held.remove(&key)?;
            if kind != EVENTS {
                self.tell(Verb::Deleted, object, now_ms);
            }
            return Some(name);
        }
        let old = self.held.get(&key);
        if old.is_some_and(|old| !version.is_empty() && old.version == version) {
            return Some(name);
        }
        let verb = match (verb, old) {
            (Verb::Event | Verb::Listed, None) => verb,
            (Verb::Event, Some(_)) => verb,
            (_, Some(_)) => Verb::Modified,
            (_, None) => Verb::Added,
        };
        assemble::compact(&mut object);
        let is_held = verb != Verb::Event || object.text("type") == "Warning";
        let text = if is_held { object.json() } else { String::new() };
        self.held.insert(key, Held { version, text: text.into() });
        self.tell(verb, object, now_ms);
        Some(name)
    }

    /// Removes the objects of a stream that are not among these names.
    pub(super) fn retain(&mut self, stream: usize, names: &Set<String>, now_ms: u64) {
        let of_stream = self.held.iter().filter(|((of, _), _)| *of == stream);
        let gone = of_stream.filter(|((_, name), _)| !names.contains(name));
        let gone: Vec<(Name, Rc<str>)> =
            gone.map(|(key, held)| (key.clone(), held.text.clone())).collect();
        for (key, text) in gone {
            self.held.remove(&key);
            if let Some(object) = parse(&text).filter(|object| object.text("kind") != "Event") {
                self.tell(Verb::Deleted, object, now_ms);
            }
        }
    }

    /// Adds a line to the pending reports, once the recipe has begun.
    fn tell(&mut self, verb: Verb, object: Node, now_ms: u64) {
        let Some((from, _)) = self.origin else { return };
        let at_ms = Some(self.instant(now_ms).0);
        match report(Said { at_ms, verb, object }, from) {
            Ok(line) => {
                self.lines.push_str(&line);
                self.lines.push('\n');
            }
            Err(note) => self.note(note),
        }
    }

    /// Keeps a remark.
    pub(super) fn note(&mut self, note: String) {
        if self.notes.len() < NOTES_MAX {
            self.notes.push(note);
        }
    }

    /// The reports since the last call.
    pub(super) fn take(&mut self) -> Option<String> {
        let lines = std::mem::take(&mut self.lines);
        self.bytes += lines.len() + 64;
        self.count += lines.lines().count() + 3;
        (!lines.is_empty()).then_some(lines)
    }

    /// Begins a recipe with the latest state of all objects. `server` is the version of the API server, `kinds` has the
    /// plural names of the kinds that could be listed.
    pub(super) fn begin(&mut self, now_ms: u64, server: &str, kinds: &Set<String>) -> Observation {
        let (seconds, at_ms) = self.clock;
        let passed = i64::try_from(now_ms.saturating_sub(at_ms) / 1_000).unwrap_or(0);
        let from = seconds + passed;
        self.origin = Some((from, now_ms));
        self.lines.clear();
        let (version, assumed) = match server {
            "" => version::assume("newest kubelet", self.kubelets()),
            _ => version::assume("API server", [server.to_owned()].into_iter()),
        };
        let without = assemble::missing(kinds);
        let mut recipe = assemble::head(version, from, &without);
        recipe.push_str(" recording\n");
        self.list(&mut recipe, from, !kinds.contains(Kind::ControllerRevision.plural()));
        self.bytes = recipe.len();
        self.count = recipe.lines().count();
        let mut notes = std::mem::take(&mut self.notes);
        notes.push(assumed);
        Observation { recipe, at: Time(0), end: Time(0), is_recording: true, notes }
    }

    /// The versions of all kubelets.
    fn kubelets(&self) -> impl Iterator<Item = String> {
        let nodes = self.held.values().filter(|held| held.text.contains("\"kubeletVersion\""));
        let nodes = nodes.filter_map(|held| parse(&held.text));
        nodes.map(|node| node.word("status.nodeInfo.kubeletVersion"))
    }

    /// Writes all objects and warnings; what the controllers say follows the last line. `lacks_revisions` says to take the
    /// templates of sets for their revisions.
    fn list(&mut self, recipe: &mut String, from: Seconds, lacks_revisions: bool) {
        let mut warnings: Vec<(Option<Seconds>, Node)> = Vec::new();
        let mut lines: Vec<String> = Vec::new();
        let mut notes = Vec::new();
        let mut say = |verb, object, notes: &mut Vec<String>| match report(
            Said { at_ms: Some(0), verb, object },
            from,
        ) {
            Ok(line) => lines.push(line),
            Err(note) => notes.push(note),
        };
        for object in self.held.values().filter_map(|held| parse(&held.text)) {
            match object.text("kind") == "Event" {
                true => warnings.push((times::latest(&object), object)),
                false => {
                    let revision = object.word("status.updateRevision");
                    let is_set = object.text("kind") == Kind::StatefulSet.name();
                    if lacks_revisions && is_set && !revision.is_empty() {
                        let object = assemble::revision(&object, &revision, 0);
                        say(Verb::Listed, object, &mut notes);
                    }
                    say(Verb::Listed, object, &mut notes);
                }
            }
        }
        crate::map::sort_by_key(&mut warnings, |(time, _)| *time);
        warnings.into_iter().for_each(|(_, object)| say(Verb::Event, object, &mut notes));
        notes.into_iter().for_each(|note| self.note(note));
        let last = lines.len().saturating_sub(1) / LINE_OBJECTS;
        for (index, part) in lines.chunks(LINE_OBJECTS).enumerate() {
            let mut body = part.join("\n");
            body.push_str(if index == last { "\n" } else { "\n{\"type\":\"MORE\"}\n" });
            recipe.push_str("observe");
            notation::print_heredoc(recipe, &body);
            recipe.push('\n');
        }
    }
}

/// Reads what is kept of an object.
fn parse(text: &str) -> Option<Node> {
    let (mut documents, _) = manifest::read_kept(text, keep::keep);
    documents.pop().filter(|node| matches!(node.value, Value::Map(_)))
}
