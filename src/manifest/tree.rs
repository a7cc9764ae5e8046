//! YAML text as a tree whose every node knows its place.
//!
//! Follows what kubectl does with YAML (`Unmarshal` of `sigs.k8s.io/yaml`): aliases and merge keys are resolved, of
//! equal keys the last counts, keys are texts and are sorted, as they are in JSON.

use super::scalar;
use super::syntax::{self, Syntax};
use super::yaml::{Event, Mark, Parser};
pub(super) use crate::api::json::{Entry, Node, Place, Value};
use crate::limits::{self, Limit};
use crate::map::{self, Map};
use crate::task::{self, Progress};

/// Deeper nesting than any object has; the tree is walked by recursion.
pub(super) const MAX_DEPTH: usize = 100;
/// More nodes than any object has; aliases can multiply them.
const MAX_NODES: usize = 200_000;

/// So many events of the parser make a slice.
const EVENTS_PER_SLICE: u32 = 200;

/// Reads the first YAML document of `text`, whose first line is line `first_line`.
pub(super) fn read(text: &str, first_line: u32) -> Result<Node, Syntax> {
    task::finish(read_in_slices(text, first_line, 0, &Progress::default())).map(|(root, _)| root)
}

/// Whether the field `key` of a map is kept. The first argument is the key of that map.
pub type Keep = fn(&str, &str) -> bool;

/// Keys that their map had already, and where: of equal keys the last one counts.
pub(super) type Doubled = Vec<(String, Place)>;

/// [`read`] in slices. The progress counts lines, of which there are `lines`.
pub(super) async fn read_in_slices(
    text: &str,
    first_line: u32,
    lines: u32,
    progress: &Progress,
) -> Result<(Node, Doubled), Syntax> {
    build(text, first_line, None, lines, progress).await
}

/// [`read`] without the fields that are not kept, and without a limit on the others.
pub(super) fn read_kept(text: &str, first_line: u32, keep: Keep) -> Result<Node, Syntax> {
    let progress = Progress::default();
    task::finish(build(text, first_line, Some(keep), 0, &progress)).map(|(root, _)| root)
}

async fn build(
    text: &str,
    first_line: u32,
    keep: Option<Keep>,
    lines: u32,
    progress: &Progress,
) -> Result<(Node, Doubled), Syntax> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if let Some(bad) = syntax::bad_character(text, first_line) {
        return Err(bad);
    }
    let mut builder = Builder {
        text,
        keep,
        first_line,
        open: Vec::new(),
        anchors: Map::new(),
        nodes: 0,
        copied: 0,
        root: Node::default(),
        doubled: Vec::new(),
        wrong: None,
        unsupported: None,
    };
    let mut parser = Parser::new(text);
    for count in 1_u32.. {
        let (event, mark) = parser.next().map_err(|failure| {
            let block = builder.open.last().map(|open| open.place);
            syntax::from_failure(&failure, text, first_line, block)
        })?;
        if count % EVENTS_PER_SLICE == 0 {
            progress.reached(builder.place(mark).line.into(), lines.into()).await;
        }
        if event == Event::End {
            break;
        }
        builder.take(event, mark)?;
    }
    match builder.wrong.or(builder.unsupported) {
        Some(wrong) => Err(wrong),
        None => Ok((builder.root, builder.doubled)),
    }
}

/// A map of these entries; of equal keys the last one counts, and is noted.
pub(super) fn map_of(mut entries: Vec<Entry>, doubled: &mut Doubled) -> Value {
    map::sort(&mut entries, |one, other| one.key < other.key);
    entries.dedup_by(|later, earlier| {
        let is_same = later.key == earlier.key;
        if is_same {
            doubled.push((later.key.clone(), later.place));
            std::mem::swap(later, earlier);
        }
        is_same
    });
    Value::Map(entries)
}

/// A collection that is not closed yet.
struct Open {
    place: Place,
    anchor: Option<String>,
    items: Items,
}

enum Items {
    List(Vec<Node>),
    Map {
        /// In the order of the text; sorted once the map is closed.
        entries: Vec<Entry>,
        /// The key whose value comes next.
        key: Option<(Key, Place)>,
        /// Whether it has a merge key: then equal keys are meant.
        is_merged: bool,
    },
}

enum Key {
    /// `<<`
    Merge,
    Text(String),
    /// A key that JSON cannot have: how Go prints its type and the key.
    Unsupported(String),
}

struct Builder<'t> {
    text: &'t str,
    /// Which fields are kept; none means all.
    keep: Option<Keep>,
    first_line: u32,
    open: Vec<Open>,
    /// The anchored values; none as long as they are not complete.
    anchors: Map<String, Option<Node>>,
    nodes: usize,
    /// The bytes that were copied for anchors and aliases.
    copied: usize,
    root: Node,
    doubled: Doubled,
    /// The first thing that the YAML library rejects after it has parsed everything (`goyaml.v2/decode.go`).
    wrong: Option<Syntax>,
    /// The first thing that JSON cannot express, found after that (`convertToJSONableObject`).
    unsupported: Option<Syntax>,
}

impl Builder<'_> {
    fn place(&self, mark: Mark) -> Place {
        let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX / 2);
        let line = self.first_line.saturating_add(number(mark.line));
        Place { line, column: number(mark.column) + 1 }
    }

    /// Takes the next event.
    fn take(&mut self, event: Event, mark: Mark) -> Result<(), Syntax> {
        let place = self.place(mark);
        match event {
            Event::Scalar { anchor, tag, text, is_plain } => {
                self.scalar(anchor, tag.as_deref(), text, is_plain, place)
            }
            Event::Alias(name) => self.alias(name, place),
            Event::SequenceStart { anchor } => self.begin(place, anchor, Items::List(Vec::new())),
            Event::MappingStart { anchor } => self.begin(
                place,
                anchor,
                Items::Map { entries: Vec::new(), key: None, is_merged: false },
            ),
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(open) = self.open.pop() else { return Ok(()) };
                let value = match open.items {
                    Items::List(items) => Value::List(items),
                    Items::Map { entries, is_merged: true, .. } => map_of(entries, &mut Vec::new()),
                    Items::Map { entries, .. } => map_of(entries, &mut self.doubled),
                };
                self.add(Node { place: open.place, value }, open.anchor, false)
            }
            Event::End => Ok(()),
        }
    }

    fn wrong(&mut self, message: impl Into<String>, place: Place, advice: impl Into<String>) {
        self.wrong.get_or_insert(Syntax { message: message.into(), place, advice: advice.into() });
    }

    fn unsupported(&mut self, message: String, place: Place) {
        let advice = "put quotes around it".into();
        self.unsupported.get_or_insert(Syntax { message, place, advice });
    }

    fn scalar(
        &mut self,
        anchor: Option<String>,
        tag: Option<&str>,
        text: String,
        is_plain: bool,
        place: Place,
    ) -> Result<(), Syntax> {
        let is_merge = tag.map_or(is_plain, |tag| tag == scalar::MERGE_TAG);
        if is_merge && text == "<<" && self.expects_key() {
            return self.set_key(Key::Merge, place);
        }
        let value = match scalar::value(tag, text, is_plain) {
            Ok(value) => value,
            Err(message) => {
                self.wrong(message, place, "");
                Value::Null
            }
        };
        self.add(Node { place, value }, anchor, false)
    }

    fn alias(&mut self, name: String, place: Place) -> Result<(), Syntax> {
        let node = match self.anchors.get(&name) {
            Some(Some(node)) => node,
            Some(None) => {
                self.wrong(format!("yaml: anchor '{name}' value contains itself"), place, "");
                return self.add(Node { place, value: Value::Null }, None, true);
            }
            None => {
                let message = format!("yaml: unknown anchor '{name}' referenced");
                let advice = format!("define it before, with &{name}: *{name} refers to nothing");
                return Err(Syntax { message, place, advice });
            }
        };
        let (nodes, bytes) = (node.size(), node.bytes());
        self.count(nodes, bytes, place)?;
        let value = self.anchors.get(&name).cloned().flatten().unwrap_or_default().value;
        self.add(Node { place, value }, None, true)
    }

    fn expects_key(&self) -> bool {
        matches!(self.open.last(), Some(Open { items: Items::Map { key: None, .. }, .. }))
    }

    fn set_key(&mut self, name: Key, place: Place) -> Result<(), Syntax> {
        if let Some(Open { items: Items::Map { key, .. }, .. }) = self.open.last_mut() {
            *key = Some((name, place));
        }
        Ok(())
    }

    /// A complete node as a key; as in JSON, a key is a text: `1: a` is `"1": "a"`, and `on: a` is `"true": "a"`.
    fn add_key(&mut self, Node { place, value }: Node) -> Result<(), Syntax> {
        let key = match value {
            Value::Text(text) => Key::Text(text),
            Value::Bool(value) => Key::Text(value.to_string()),
            Value::Int(number) => Key::Text(number.to_string()),
            Value::Null => Key::Unsupported("%!s(<nil>), key: <nil>".into()),
            Value::Float(number) => match (scalar::infinity(&number), number.parse::<u64>()) {
                (Some((name, _)), _) => Key::Text(name.into()),
                (None, Ok(whole)) => Key::Unsupported(format!("uint64, key: {whole:#x}")),
                (None, Err(_)) => Key::Text(number),
            },
            Value::List(_) | Value::Map(_) => {
                let advice = if self.text.contains("{{") {
                    syntax::TEMPLATE
                } else {
                    "a key must be a text; put quotes around a value that begins with { or ["
                };
                let key = scalar::go_syntax(&value);
                self.wrong(format!("yaml: invalid map key: {key}"), place, advice);
                Key::Text(String::new())
            }
        };
        self.set_key(key, place)
    }

    fn begin(&mut self, place: Place, anchor: Option<String>, items: Items) -> Result<(), Syntax> {
        if self.open.len() >= MAX_DEPTH {
            let message = "yaml: exceeded max depth of 100".into();
            return Err(Syntax { message, place, advice: String::new() });
        }
        if let Some(name) = &anchor {
            self.anchors.insert(name.clone(), None);
        }
        self.open.push(Open { place, anchor, items });
        Ok(())
    }

    /// Counts nodes, and bytes that are there once more because of an anchor or an alias.
    fn count(&mut self, nodes: usize, copied: usize, place: Place) -> Result<(), Syntax> {
        self.nodes = self.nodes.saturating_add(nodes);
        self.copied = self.copied.saturating_add(copied);
        let advice = match () {
            () if self.copied > limits::ALIAS_BYTES => Limit::AliasBytes.sentence(),
            () if self.nodes > MAX_NODES && self.keep.is_none() => String::new(),
            () => return Ok(()),
        };
        let message = "yaml: document contains excessive aliasing".into();
        Err(Syntax { message, place, advice })
    }

    /// Puts a complete node where it belongs.
    fn add(&mut self, node: Node, anchor: Option<String>, is_alias: bool) -> Result<(), Syntax> {
        self.count(1, 0, node.place)?;
        if let Some(name) = anchor {
            self.count(0, node.bytes(), node.place)?;
            self.anchors.insert(name, Some(node.clone()));
        }
        if self.expects_key() {
            return self.add_key(node);
        }
        if let Value::Float(number) = &node.value
            && let Some((_, name)) = scalar::infinity(number)
        {
            self.unsupported(format!("json: unsupported value: {name}"), node.place);
        }
        let key = match self.open.last_mut().map(|open| &mut open.items) {
            None => {
                self.root = node;
                return Ok(());
            }
            Some(Items::List(items)) => {
                items.push(node);
                return Ok(());
            }
            Some(Items::Map { key, .. }) => key.take(),
        };
        match key {
            Some((Key::Text(key), _)) if !self.keeps(&key) => {}
            Some((Key::Text(key), place)) => self.push(Entry { key, place, node }),
            Some((Key::Merge, place)) => self.merge(node, is_alias, place),
            Some((Key::Unsupported(key), place)) => {
                let value = match &node.value {
                    Value::Null => "<nil>".into(),
                    value => scalar::go_syntax(value),
                };
                let message = format!("unsupported map key of type: {key}, value: {value}");
                self.unsupported(message, place);
            }
            None => {}
        }
        Ok(())
    }

    /// Whether a field of the map that is open is kept.
    fn keeps(&self, key: &str) -> bool {
        let Some(keep) = self.keep else { return true };
        let outer = self.open.iter().rev().skip(1).find_map(|open| match &open.items {
            Items::Map { key: Some((Key::Text(key), _)), .. } => Some(key.as_str()),
            _ => None,
        });
        keep(outer.unwrap_or_default(), key)
    }

    fn push(&mut self, entry: Entry) {
        if let Some(Open { items: Items::Map { entries, .. }, .. }) = self.open.last_mut() {
            entries.push(entry);
        }
    }

    /// Adds what a merge key brings in: entries that go before those above it, and of several maps the first.
    fn merge(&mut self, source: Node, is_alias: bool, place: Place) {
        if let Some(Open { items: Items::Map { is_merged, .. }, .. }) = self.open.last_mut() {
            *is_merged = true;
        }
        let sources = match source.value {
            Value::List(items) if !is_alias => items,
            _ => vec![source],
        };
        for source in sources.into_iter().rev() {
            match source.value {
                Value::Map(entries) => entries.into_iter().for_each(|entry| self.push(entry)),
                _ => {
                    let words = "yaml: map merge requires map or sequence of maps as the value";
                    self.wrong(words, place, "");
                }
            }
        }
    }
}
