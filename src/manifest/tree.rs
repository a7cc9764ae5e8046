//! YAML text as a tree whose every node knows its place.
//!
//! Follows what kubectl does with YAML (`sigs.k8s.io/yaml`): aliases and merge keys are resolved,
//! equal keys of a map are refused (`UnmarshalStrict`), keys are texts and are sorted, as they are in JSON.

use super::scalar;
use super::syntax::{Syntax, bad_character, from_scan_error};
pub(super) use crate::api::json::{Entry, Node, Place, Value};
use crate::limits::{self, Limit};
use crate::map::{self, Map};
use crate::task::{self, Progress};
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Tag};
use std::borrow::Cow;

/// Deeper nesting than any object has; the tree is walked by recursion.
const MAX_DEPTH: usize = 100;
/// More nodes than any object has; aliases can multiply them.
const MAX_NODES: usize = 200_000;

/// So many events of the parser make a slice.
const EVENTS_PER_SLICE: u32 = 200;

/// Reads the first YAML document of `text`, whose first line is line `first_line`.
pub(super) fn read(text: &str, first_line: u32) -> Result<Node, Syntax> {
    task::finish(read_in_slices(text, first_line, 0, &Progress::default()))
}

/// [`read`] in slices. The progress counts lines, of which there are `lines`.
pub(super) async fn read_in_slices(
    text: &str,
    first_line: u32,
    lines: u32,
    progress: &Progress,
) -> Result<Node, Syntax> {
    if let Some(bad) = bad_character(text, first_line) {
        return Err(bad);
    }
    let mut builder = Builder {
        text,
        first_line,
        open: Vec::new(),
        anchors: Map::new(),
        nodes: 0,
        copied: 0,
        doubled: Vec::new(),
    };
    let mut parser = Parser::new_from_str(text);
    let mut root = Node::default();
    for count in 1_u32.. {
        let (event, span) = match parser.next_event() {
            None | Some(Ok((Event::DocumentEnd | Event::StreamEnd, _))) => {
                return builder.doubled_keys().map_or(Ok(root), Err);
            }
            Some(Ok(next)) => next,
            Some(Err(error)) => {
                let block = builder.open.last().map(|open| open.node_place());
                return Err(from_scan_error(&error, text, first_line, block));
            }
        };
        if count % EVENTS_PER_SLICE == 0 {
            progress.reached(builder.place(&span.start).line.into(), lines.into()).await;
        }
        if let Some(complete) = builder.take(event, &span.start)? {
            root = complete;
        }
    }
    Ok(root)
}

/// A collection that is not closed yet.
struct Open {
    place: Place,
    anchor: usize,
    items: Items,
}

enum Items {
    List(Vec<Node>),
    Map {
        /// In the order of the text; sorted once the map is closed.
        entries: Vec<Entry>,
        /// What `<<` brings in.
        merged: Vec<Node>,
        /// The key whose value comes next.
        key: Option<(Key, Place)>,
    },
}

enum Key {
    Merge,
    Text(String),
}

impl Open {
    fn node_place(&self) -> Place {
        self.place
    }
}

struct Builder<'t> {
    text: &'t str,
    first_line: u32,
    open: Vec<Open>,
    anchors: Map<usize, Node>,
    nodes: usize,
    /// The bytes that were copied for anchors and aliases.
    copied: usize,
    /// Keys that their map had already.
    doubled: Vec<(String, Place)>,
}

impl Builder<'_> {
    fn place(&self, marker: &Marker) -> Place {
        let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX / 2);
        let line = number(marker.line()).max(1) - 1;
        Place { line: self.first_line.saturating_add(line), column: number(marker.col()) + 1 }
    }

    /// What strict decoding says of keys that stand twice in a map.
    fn doubled_keys(&mut self) -> Option<Syntax> {
        map::sort_by_key(&mut self.doubled, |(_, place)| *place);
        let (key, place) = self.doubled.first()?;
        let advice = format!("the key {key} is set twice: remove one of them");
        let lines = self.doubled.iter().map(|(key, place)| {
            let line = place.line.saturating_sub(self.first_line).saturating_add(1);
            format!("\n  line {line}: key {} already set in map", scalar::quoted(key))
        });
        let message = format!("yaml: unmarshal errors:{}", lines.collect::<String>());
        Some(Syntax { message, place: *place, advice })
    }

    /// Takes the next event; returns the root once it is complete.
    fn take(&mut self, event: Event<'_>, marker: &Marker) -> Result<Option<Node>, Syntax> {
        let place = self.place(marker);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                if let Some(key) = self.key(&text, style, tag.as_deref()) {
                    return self.set_key(key, place).map(|()| None);
                }
                let value = scalar_value(&text, style, tag).map_err(|message| Syntax {
                    message,
                    place,
                    advice: String::new(),
                })?;
                self.add(Node { place, value }, anchor)
            }
            Event::Alias(anchor) => match self.anchors.get(&anchor) {
                Some(Node { value: Value::Text(text), .. }) if self.expects_key() => {
                    let text = text.clone();
                    self.count(0, text.len(), place)?;
                    self.set_key(Key::Text(text), place).map(|()| None)
                }
                Some(_) if self.expects_key() => Err(self.bad_key(place)),
                Some(node) => {
                    let (nodes, bytes) = (node.size(), node.bytes());
                    self.count(nodes, bytes, place)?;
                    let value = self.anchors.get(&anchor).map(|node| node.value.clone());
                    self.add(Node { place, value: value.unwrap_or_default() }, 0)
                }
                None => {
                    let name = scalar::word_at(self.text, marker.index());
                    let message = format!("yaml: anchor '{name}' value contains itself");
                    Err(Syntax { message, place, advice: String::new() })
                }
            },
            Event::SequenceStart(anchor, _) => self.begin(place, anchor, Items::List(Vec::new())),
            Event::MappingStart(anchor, _) => {
                let items = Items::Map { entries: Vec::new(), merged: Vec::new(), key: None };
                self.begin(place, anchor, items)
            }
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(open) => {
                    let value = close(open.items, place, &mut self.doubled)?;
                    self.add(Node { place: open.place, value }, open.anchor)
                }
                None => Ok(None),
            },
            _ => Ok(None),
        }
    }

    fn expects_key(&self) -> bool {
        matches!(self.open.last(), Some(Open { items: Items::Map { key: None, .. }, .. }))
    }

    /// The key that a scalar is, if a key is what comes next.
    fn key(&self, text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Option<Key> {
        if !self.expects_key() {
            return None;
        }
        if style == ScalarStyle::Plain && tag.is_none() {
            if text == "<<" {
                return Some(Key::Merge);
            }
            // As in JSON, a key is a text: `1: a` is `"1": "a"`, and `on: a` is `"true": "a"`.
            return Some(Key::Text(match scalar::resolve(text) {
                Value::Bool(value) => value.to_string(),
                Value::Int(number) => number.to_string(),
                Value::Null => "null".into(),
                _ => text.into(),
            }));
        }
        Some(Key::Text(text.into()))
    }

    fn set_key(&mut self, name: Key, place: Place) -> Result<(), Syntax> {
        if let Some(Open { items: Items::Map { key, .. }, .. }) = self.open.last_mut() {
            *key = Some((name, place));
        }
        Ok(())
    }

    fn bad_key(&self, place: Place) -> Syntax {
        Syntax {
            message: "yaml: invalid map key: map[interface {}]interface {}".into(),
            place,
            advice: if self.text.contains("{{") {
                "this is a template, not a manifest: render it first, for example with helm template"
                    .into()
            } else {
                "a key must be a text; put quotes around a value that begins with { or [".into()
            },
        }
    }

    fn begin(&mut self, place: Place, anchor: usize, items: Items) -> Result<Option<Node>, Syntax> {
        if self.expects_key() {
            return Err(self.bad_key(place));
        }
        if self.open.len() >= MAX_DEPTH {
            let message = "yaml: exceeded max depth of 100".into();
            return Err(Syntax { message, place, advice: String::new() });
        }
        self.open.push(Open { place, anchor, items });
        Ok(None)
    }

    /// Counts nodes, and bytes that are there once more because of an anchor or an alias.
    fn count(&mut self, nodes: usize, copied: usize, place: Place) -> Result<(), Syntax> {
        self.nodes = self.nodes.saturating_add(nodes);
        self.copied = self.copied.saturating_add(copied);
        let advice = match () {
            () if self.copied > limits::ALIAS_BYTES => Limit::AliasBytes.sentence(),
            () if self.nodes > MAX_NODES => String::new(),
            () => return Ok(()),
        };
        let message = "yaml: document contains excessive aliasing".into();
        Err(Syntax { message, place, advice })
    }

    /// Puts a complete node where it belongs.
    fn add(&mut self, node: Node, anchor: usize) -> Result<Option<Node>, Syntax> {
        self.count(1, 0, node.place)?;
        if anchor > 0 {
            self.count(0, node.bytes(), node.place)?;
            self.anchors.insert(anchor, node.clone());
        }
        match self.open.last_mut().map(|open| &mut open.items) {
            None => return Ok(Some(node)),
            Some(Items::List(items)) => items.push(node),
            Some(Items::Map { entries, merged, key }) => match key.take() {
                Some((Key::Text(key), place)) => {
                    entries.push(Entry { key, place, node });
                }
                Some((Key::Merge, _)) => merged.push(node),
                None => {}
            },
        }
        Ok(None)
    }
}

/// The value of a scalar that is not a key, or the words of a refusal.
fn scalar_value(
    text: &str,
    style: ScalarStyle,
    tag: Option<Cow<'_, Tag>>,
) -> Result<Value, String> {
    match tag.as_deref() {
        None if style == ScalarStyle::Plain => Ok(scalar::resolve(text)),
        Some(tag) if tag.is_yaml_core_schema() && tag.suffix != "str" && tag.suffix != "binary" => {
            let value = scalar::resolve(text);
            let found = match &value {
                Value::Int(_) if tag.suffix == "float" => "float",
                other => scalar::tag(other),
            };
            if tag.suffix == found || found == "str" && tag.suffix == "timestamp" {
                Ok(value)
            } else {
                let wanted = &tag.suffix;
                Err(format!("yaml: cannot decode !!{found} `{text}` as a !!{wanted}"))
            }
        }
        _ => Ok(Value::Text(text.into())),
    }
}

/// Turns what was collected into a value; of equal keys the last one counts, and is noted.
fn close(items: Items, place: Place, doubled: &mut Vec<(String, Place)>) -> Result<Value, Syntax> {
    let (mut entries, merged) = match items {
        Items::List(items) => return Ok(Value::List(items)),
        Items::Map { entries, merged, .. } => (entries, merged),
    };
    map::sort(&mut entries, |one, other| one.key < other.key);
    entries.dedup_by(|later, earlier| {
        let is_same = later.key == earlier.key;
        if is_same {
            doubled.push((later.key.clone(), later.place));
            std::mem::swap(later, earlier);
        }
        is_same
    });
    let has_merged = !merged.is_empty();
    for source in merged {
        let maps = match source.value {
            Value::List(items) => items,
            _ => vec![source],
        };
        for map in maps {
            let Value::Map(inner) = map.value else {
                let message =
                    "yaml: map merge requires map or sequence of maps as the value".into();
                return Err(Syntax { message, place, advice: String::new() });
            };
            entries.extend(inner);
        }
    }
    if has_merged {
        // What the map says itself goes before what is merged, and of that the first.
        map::sort(&mut entries, |one, other| one.key < other.key);
        entries.dedup_by(|later, earlier| later.key == earlier.key);
    }
    Ok(Value::Map(entries))
}
