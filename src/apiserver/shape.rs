//! The parts of an object that a field manager can own: fields, list items identified by keys, and items of sets.
//! Everything else is atomic (`sigs.k8s.io/structured-merge-diff/typed`).
//!
//! The types are those of the API table. `merge.txt` has a line for each struct with lists or maps that do not merge in
//! the default way: `FIELD:KEY,KEY` for a list whose items have keys, `=` for a set, and `*` for an atomic map. By
//! default, a list is atomic, and a map is not.

use super::fields::Fields;
use super::schema::{self, Struct};
use crate::api::Kind;
use crate::api::json::{Node as Tree, Value};
use std::collections::BTreeMap;

/// Atomic structs (`+structType=atomic` in `k8s.io/api`).
const ATOMIC: &[&str] = &[
    "ConfigMapKeySelector",
    "ConfigMapNodeConfigSource",
    "CrossVersionObjectReference",
    "LabelSelector",
    "LocalObjectReference",
    "NodeSelector",
    "NodeSelectorTerm",
    "ObjectFieldSelector",
    "ObjectReference",
    "ResourceFieldSelector",
    "RoleRef",
    "ScopeSelector",
    "SecretKeySelector",
    "SecretReference",
    "Subject",
    "TopologySelectorTerm",
    "TypedLocalObjectReference",
];

/// The type of a value.
#[derive(Clone, Copy)]
pub(super) enum Type<'a> {
    /// A struct of the API.
    Struct(&'static Struct),
    /// A field of this struct, with the code of its type and its merge strategy.
    Field(&'static Struct, &'static str, &'static str),
    /// A value with a schema from a CustomResourceDefinition.
    Schema(&'a Tree),
    /// The object itself with such a schema.
    Root(&'a Tree),
    /// A value of an unknown type.
    Any,
    /// An atomic value.
    One,
}

/// The parts of a value.
enum Parts<'a> {
    One,
    Fields,
    Keyed(Vec<&'a str>),
    Set,
}

fn how(of: &str, field: &str) -> &'static str {
    let lines = || include_str!("merge.txt").lines().filter(|line| !line.starts_with('#'));
    let line =
        lines().find_map(|line| line.strip_prefix(of)?.strip_prefix(' ')).unwrap_or_default();
    let found = line.split(' ').find_map(|pair| pair.strip_prefix(field)?.strip_prefix(':'));
    found.unwrap_or_default()
}

/// The first key of a list's items, or an empty string for a set; none for an atomic list.
pub(super) fn merge_key(of: &str, field: &str) -> Option<&'static str> {
    match how(of, field) {
        "" | "*" => None,
        "=" => Some(""),
        keys => keys.split(',').next(),
    }
}

impl<'a> Type<'a> {
    /// The type of a kind's objects; `schema` is that of a custom kind.
    pub(super) fn of(kind: Kind, schema: Option<&'a Tree>) -> Type<'a> {
        match (kind, schema) {
            (Kind::Custom(_), Some(schema)) => Type::Root(schema),
            _ => schema::of_kind(kind.api_version(), kind.name()).map_or(Type::Any, Type::Struct),
        }
    }

    fn parts(self) -> Parts<'a> {
        match self {
            Type::One => Parts::One,
            Type::Any | Type::Root(_) => Parts::Fields,
            Type::Struct(of) if ATOMIC.contains(&of.name) => Parts::One,
            Type::Struct(_) => Parts::Fields,
            Type::Field(_, code, how) => match (code.as_bytes().first(), how) {
                (Some(b'['), "=") => Parts::Set,
                (Some(b'['), keys) if !keys.is_empty() => Parts::Keyed(keys.split(',').collect()),
                (Some(b'{'), "") => Parts::Fields,
                (_, _) if code == "a" => Parts::Fields,
                _ => Parts::One,
            },
            Type::Schema(schema) => {
                let is = |field: &str, value: &str| schema.text(field) == value;
                let keys = schema.list("x-kubernetes-list-map-keys");
                if is("type", "array") {
                    match schema.text("x-kubernetes-list-type") {
                        "map" => Parts::Keyed(keys.iter().map(Tree::as_text).collect()),
                        "set" => Parts::Set,
                        _ => Parts::One,
                    }
                } else if is("x-kubernetes-map-type", "atomic") {
                    Parts::One
                } else {
                    Parts::Fields
                }
            }
        }
    }

    /// The type of a field of this struct, or of a value of this map.
    fn field(self, name: &str) -> Type<'a> {
        match self {
            Type::Struct(of) => {
                let Some((name, code)) = of.fields().find(|(known, _)| *known == name) else {
                    return Type::Any;
                };
                // The table has no type for the status of a kind, which manifests do not need; its struct has this name.
                if of.is_kind && name == "status" {
                    let status = format!("{}Status", of.name);
                    return schema::referred(of, &status).map_or(Type::Any, Type::Struct);
                }
                match schema::referred(of, code) {
                    Some(found) if !code.starts_with(['[', '{']) => Type::Struct(found),
                    _ => Type::Field(of, code, how(of.name, name)),
                }
            }
            Type::Field(..) => self.item(),
            Type::Root(_) if name == "metadata" => schema::structs()
                .iter()
                .find(|it| it.name == "ObjectMeta")
                .map_or(Type::Any, Type::Struct),
            Type::Root(schema) | Type::Schema(schema) => {
                let property = schema.get("properties").and_then(|it| it.get(name));
                let property = property.or_else(|| schema.get("additionalProperties"));
                property.map_or(Type::Any, Type::Schema)
            }
            Type::Any | Type::One => Type::Any,
        }
    }

    /// The type of the items of this list, or of the values of this map.
    fn item(self) -> Type<'a> {
        match self {
            Type::Field(of, code, _) => match (schema::referred(of, code), code.get(1..)) {
                (Some(found), _) => Type::Struct(found),
                (None, Some(item)) if !item.is_empty() => Type::Field(of, item, ""),
                _ => Type::Any,
            },
            Type::Schema(schema) => schema.get("items").map_or(Type::Any, Type::Schema),
            _ => Type::Any,
        }
    }

    /// The children of a value, each with its path element; none for an atomic value.
    fn children<'t>(self, value: &'t Tree) -> Option<Vec<(String, Type<'a>, &'t Tree)>> {
        let children: Vec<_> = match (self.parts(), &value.value) {
            (Parts::Fields, Value::Map(entries)) => entries
                .iter()
                .map(|entry| (format!("f:{}", entry.key), self.field(&entry.key), &entry.node))
                .collect(),
            (Parts::Keyed(keys), Value::List(items)) => {
                items.iter().map(|item| (key(&keys, item), self.item(), item)).collect()
            }
            (Parts::Set, Value::List(items)) => {
                items.iter().map(|item| (format!("v:{}", item.json()), Type::One, item)).collect()
            }
            _ => Vec::new(),
        };
        (!children.is_empty()).then_some(children)
    }

    /// The fields that a configuration sets (`ToFieldSet`).
    pub(super) fn said(self, value: &Tree) -> Fields {
        let Some(children) = self.children(value) else {
            return Fields { is_in: true, ..Fields::default() };
        };
        let is_item = !matches!(self.parts(), Parts::Fields);
        // Unlike fields of structs, entries of maps are in the set themselves.
        let is_map = matches!(self, Type::Field(..) | Type::Any);
        let mut fields = Fields::default();
        for (step, of, child) in children {
            let mut below = of.said(child);
            below.is_in |= is_item || is_map;
            fields.add(step, below);
        }
        fields
    }

    /// All paths of a value.
    pub(super) fn all(self, value: &Tree) -> Fields {
        let mut fields = Fields { is_in: true, ..Fields::default() };
        for (step, of, child) in self.children(value).unwrap_or_default() {
            fields.add(step, of.all(child));
        }
        fields
    }

    /// The fields that are new or changed (`Compare`).
    pub(super) fn changed(self, old: Option<&Tree>, new: &Tree) -> Fields {
        if old == Some(new) {
            return Fields::default();
        }
        let Some(children) = self.children(new) else {
            return Fields { is_in: true, ..Fields::default() };
        };
        let before = old.and_then(|old| self.children(old)).unwrap_or_default();
        let before: BTreeMap<&str, &Tree> =
            before.iter().map(|(step, _, child)| (step.as_str(), *child)).collect();
        let mut fields = Fields { is_in: old.is_none(), ..Fields::default() };
        for (step, of, child) in children {
            let mut below = of.changed(before.get(step.as_str()).copied(), child);
            // Go encodes these fields even if they are empty, so they existed before.
            if !below.below.is_empty() && ALWAYS.contains(&step.as_str()) {
                below.is_in = false;
            }
            fields.add(step, below);
        }
        fields
    }

    /// Sets the fields of a configuration, and keeps the others (`Merge`).
    pub(super) fn merge(self, live: &mut Tree, said: &Tree) {
        match (self.parts(), &said.value) {
            (Parts::Fields, Value::Map(entries))
                if !entries.is_empty() || !live.entries().is_empty() =>
            {
                for entry in entries {
                    self.field(&entry.key).merge(live.child(&entry.key), &entry.node);
                }
            }
            (Parts::Keyed(keys), Value::List(items)) => {
                let mut merged = live.items().to_vec();
                for item in items {
                    let same = merged.iter_mut().find(|it| key(&keys, it) == key(&keys, item));
                    match same {
                        Some(same) => self.item().merge(same, item),
                        None => merged.push(item.clone()),
                    }
                }
                live.value = Value::List(merged);
            }
            (Parts::Set, Value::List(items)) => {
                let mut merged = live.items().to_vec();
                let new = items.iter().filter(|item| !live.items().contains(item));
                merged.extend(new.cloned());
                live.value = Value::List(merged);
            }
            _ => *live = said.clone(),
        }
    }

    /// Removes fields of a value, and maps and lists that become empty; keeps the fields in `kept`.
    pub(super) fn remove(self, value: &mut Tree, fields: &Fields, kept: &Fields) {
        let nothing = Fields::default();
        let keys = match self.parts() {
            Parts::Keyed(keys) => keys,
            _ => Vec::new(),
        };
        let is_set = matches!(self.parts(), Parts::Set);
        for (step, below) in &fields.below {
            let kept = kept.below.get(step).unwrap_or(&nothing);
            let goes = below.is_in && kept.is_empty();
            let is_empty = |tree: &Tree| tree.entries().is_empty() && tree.items().is_empty();
            match &mut value.value {
                Value::Map(entries) => {
                    let Some(name) = step.strip_prefix("f:") else { continue };
                    let Some(place) = entries.iter().position(|it| it.key == name) else {
                        continue;
                    };
                    if !goes {
                        self.field(name).remove(&mut entries[place].node, below, kept);
                    }
                    let node = &entries[place].node;
                    let is_whole = matches!(node.value, Value::Map(_) | Value::List(_));
                    if goes || is_whole && is_empty(node) {
                        entries.remove(place);
                    }
                }
                Value::List(items) if is_set => {
                    items.retain(|item| !goes || format!("v:{}", item.json()) != *step);
                }
                Value::List(items) => {
                    if goes {
                        items.retain(|item| key(&keys, item) != *step);
                    } else if let Some(item) = items.iter_mut().find(|it| key(&keys, it) == *step) {
                        self.item().remove(item, below, kept);
                    }
                }
                _ => {}
            }
        }
    }
}

/// The structs and lists that Go encodes even if they are empty, so that they are never new.
const ALWAYS: &[&str] = &[
    "f:metadata",
    "f:spec",
    "f:status",
    "f:template",
    "f:jobTemplate",
    "f:strategy",
    "f:updateStrategy",
    "f:containers",
];

/// The path element of a list item, from the values of its keys. The default protocol is TCP.
fn key(keys: &[&str], item: &Tree) -> String {
    let mut tree = Tree::map([]);
    for key in keys {
        match item.get(key) {
            Some(value) => tree.set(key, value.clone()),
            None if *key == "protocol" => tree.set(key, "TCP"),
            None => {}
        }
    }
    format!("k:{}", tree.json())
}
