//! What of an object a field manager can have for itself: fields, items of lists that are told apart by keys, and items of sets;
//! all else is one value (`sigs.k8s.io/structured-merge-diff/typed`).
//!
//! The types are those of the table of the API; `merge.txt` has a line for each struct whose lists or maps are merged in another
//! way than as usual: `FIELD:KEY,KEY` for a list whose items have keys, `=` for a set, and `*` for a map that is one value. Usually
//! a list is one value, and a map is not.

use super::fields::Fields;
use super::schema::{self, Struct};
use crate::api::Kind;
use crate::api::json::{Node as Tree, Value};
use std::collections::BTreeMap;

/// Structs that are one value (`+structType=atomic` in `k8s.io/api`).
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
    /// A field of this struct, with the code of its type and how it is merged.
    Field(&'static Struct, &'static str, &'static str),
    /// A value with a schema of a CustomResourceDefinition.
    Schema(&'a Tree),
    /// The object itself with such a schema.
    Root(&'a Tree),
    /// Whatever it is.
    Any,
    /// One value.
    One,
}

/// How a value is taken apart.
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

/// By what the items of a list are told apart: by their first key, or by what they are if that is empty; none if the list is one
/// value.
pub(super) fn merge_key(of: &str, field: &str) -> Option<&'static str> {
    match how(of, field) {
        "" | "*" => None,
        "=" => Some(""),
        keys => keys.split(',').next(),
    }
}

impl<'a> Type<'a> {
    /// The type of the objects of a kind, whose schema is this one if it is a custom kind.
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
                // The status of a kind has a struct, which manifests do not need.
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

    /// What a value consists of, each part with its step; none if it is one value.
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

    /// The fields that somebody has who says this (`ToFieldSet`).
    pub(super) fn said(self, value: &Tree) -> Fields {
        let Some(children) = self.children(value) else {
            return Fields { is_in: true, ..Fields::default() };
        };
        let is_item = !matches!(self.parts(), Parts::Fields);
        // Entries of maps, unlike fields of structs, may also be there with nothing in them.
        let is_map = matches!(self, Type::Field(..) | Type::Any);
        let mut fields = Fields::default();
        for (step, of, child) in children {
            let mut below = of.said(child);
            below.is_in |= is_item || is_map;
            fields.add(step, below);
        }
        fields
    }

    /// Every point of a value.
    pub(super) fn all(self, value: &Tree) -> Fields {
        let mut fields = Fields { is_in: true, ..Fields::default() };
        for (step, of, child) in self.children(value).unwrap_or_default() {
            fields.add(step, of.all(child));
        }
        fields
    }

    /// The fields that are new in a value, or have other values than before (`Compare`).
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
            // What Go writes though nothing is in it was there before.
            if !below.below.is_empty() && ALWAYS.contains(&step.as_str()) {
                below.is_in = false;
            }
            fields.add(step, below);
        }
        fields
    }

    /// Sets what another value says, and keeps the rest (`Merge`).
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

    /// Removes fields of a value, and what then has nothing in it; what is in `kept` stays.
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

/// The structs and lists that Go encodes also if they are empty, so that they are never new.
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

/// The step of an item of a list, by the values of its keys. A protocol that is not given is TCP.
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
