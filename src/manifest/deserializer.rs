//! From the tree to the objects, knowing all the while where it is.
//!
//! The objects derive [`serde::Deserialize`]; the deserializer here hands the entries of a tree to their
//! fields. What does not depend on a type is done by the methods of [`At`], so that little code is
//! compiled for each of the many structs.
//!
//! Follows the strict decoding of the API server (`sigs.k8s.io/json`): the first wrong type ends
//! it; unknown fields are collected in the order of the sorted keys. A wrong type is no error of serde, for
//! which every struct would need code that drops what it has so far: it is noted ([`Found::wrong`]), its value
//! is taken for nothing, and what comes after it is not noted.

use super::decode::{At, Found, Path, Seen, Step, WrongType};
use super::known::{self, Standing};
use super::tree::{Entry, Node as Tree, Value};
use crate::api::{self, Never, Time, Uid};
use serde::de::value::{StrDeserializer, U64Deserializer};
use serde::de::{self, DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, Visitor};
use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;
use std::slice::Iter;

/// Reads `root` as an object; one that an API server gave has what it filled in.
pub(super) fn decode<T: DeserializeOwned>(
    root: &Tree,
    is_recorded: bool,
) -> (Result<T, WrongType>, Found) {
    let found = RefCell::new(Found { is_recorded, ..Found::default() });
    let path = Path { parent: None, step: Step::Index(0) };
    let at = At { node: root, place: root.place, path: &path, owner: "", found: &found };
    let Ok(object) = T::deserialize(at);
    let mut found = found.into_inner();
    (found.wrong.take().map_or(Ok(object), Err), found)
}

/// A text for an instant.
const BEGINNING: &str = "2026-01-01T00:00:00Z";

impl<'a> At<'a> {
    fn items(&self) -> Items<'a> {
        let items = match &self.node.value {
            Value::Null => &[],
            Value::List(items) => items.as_slice(),
            _ => {
                let item = known::go_type(self.owner, self.path.field());
                self.wrong(&format!("[]{item}"));
                &[]
            }
        };
        Items { at: *self, items: items.iter(), index: 0 }
    }

    fn entries(&self) -> Entries<'a> {
        if !matches!(self.node.value, Value::Null | Value::Map(_)) {
            let is_resources = matches!(self.path.field(), "requests" | "limits" | "capacity");
            let wanted = if is_resources { "v1.ResourceList" } else { "map[string]string" };
            self.wrong(wanted);
        }
        Entries { at: *self, entries: self.node.entries().iter(), entry: None }
    }

    /// The fields of a struct of this name, which is noted.
    fn fields(&self, name: &'static str, fields: &'static [&'static str]) -> Fields<'a> {
        let (fields, has_rest) = match fields {
            [fields @ .., ""] => (fields, true),
            _ => (fields, false),
        };
        if !matches!(self.node.value, Value::Null | Value::Map(_)) {
            self.wrong(&format!("v1.{}", known::go_name(name)));
        }
        let mut found = self.found.borrow_mut();
        if found.wrong.is_none() {
            let (path, fields) = (self.path.text(), Cow::Borrowed(fields));
            found.seen.push(Seen { path, name, fields });
        }
        let (at, entries) = (At { owner: name, ..*self }, self.node.entries().iter());
        Fields { at, fields, entries, entry: None, has_rest, rest: Tree::map([]) }
    }
}

/// Reads plain values, each by the method that knows its Go type.
macro_rules! plain {
    ($($method:ident $visit:ident $read:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
            visitor.$visit(self.$read())
        })*
    };
}

impl<'de> Deserializer<'de> for At<'_> {
    type Error = Never;

    plain! {
        deserialize_bool visit_bool truth
        deserialize_u8 visit_u8 small
        deserialize_u16 visit_u16 port
        deserialize_u32 visit_u32 small
        deserialize_u64 visit_u64 unsigned
        deserialize_i32 visit_i32 small
        deserialize_seq visit_seq items
        deserialize_map visit_map entries
    }

    /// Reads a tree; no other type asks for just anything.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        match &self.node.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Int(number) => visitor.visit_i64(*number),
            Value::Float(number) => {
                let number: StrDeserializer<'_, Never> = number.as_str().into_deserializer();
                visitor.visit_newtype_struct(number)
            }
            Value::Text(text) => visitor.visit_str(text),
            Value::List(_) => visitor.visit_seq(self.items()),
            Value::Map(_) => visitor.visit_map(self.entries()),
        }
    }

    /// Reads a type that is more than its text or number.
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Never> {
        match (name, &self.node.value) {
            ("Time", _) => visitor.visit_str(self.text_of("v1.Time", Time::parse, BEGINNING)),
            ("Uid", _) => visitor.visit_str(self.text_of("types.UID", Uid::parse, "0")),
            (_, Value::Text(text)) => visitor.visit_str(text),
            // Of what is a text or a number, Go names the type that it tries last, and not the field.
            _ => visitor.visit_i32(At { owner: "", ..self }.small()),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        visitor.visit_str(&self.text())
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        match self.node.value {
            Value::Null => visitor.visit_none(),
            // Kubernetes writes it where there is none.
            Value::Map(ref entries) if entries.is_empty() && self.path.field() == "lastState" => {
                visitor.visit_none()
            }
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Never> {
        visitor.visit_map(self.fields(name, fields))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Never> {
        let (index, held) = self.variant(variants);
        let name = variants.get(index).copied().unwrap_or_default();
        let path = Path { parent: Some(self.path), step: Step::Field(name) };
        let nothing = Tree::default();
        let (node, place) = held.map_or((&nothing, self.place), |entry| (&entry.node, entry.place));
        visitor.visit_enum(Variant { at: At { node, place, path: &path, ..self }, name, index })
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i64 i128 u128 f32 f64 char bytes byte_buf unit unit_struct tuple
        tuple_struct identifier
    }
}

/// The items of a list.
struct Items<'a> {
    at: At<'a>,
    items: Iter<'a, Tree>,
    index: usize,
}

impl<'de> de::SeqAccess<'de> for Items<'_> {
    type Error = Never;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Never> {
        let Some(node) = self.items.next() else { return Ok(None) };
        let path = Path { parent: Some(self.at.path), step: Step::Index(self.index) };
        self.index += 1;
        seed.deserialize(At { node, place: node.place, path: &path, ..self.at }).map(Some)
    }
}

/// The entries of a map.
struct Entries<'a> {
    at: At<'a>,
    entries: Iter<'a, Entry>,
    /// The entry whose value is next.
    entry: Option<&'a Entry>,
}

impl<'de> de::MapAccess<'de> for Entries<'_> {
    type Error = Never;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Never> {
        self.entry = self.entries.next();
        let Some(entry) = self.entry else { return Ok(None) };
        let key: StrDeserializer<'_, Never> = entry.key.as_str().into_deserializer();
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Never> {
        // There is an entry: serde asks for a value after its key.
        let Some(entry) = self.entry else { return seed.deserialize(self.at) };
        let path = Path { parent: Some(self.at.path), step: Step::Key(&entry.key) };
        seed.deserialize(At { node: &entry.node, place: entry.place, path: &path, ..self.at })
    }
}

/// The fields of a struct that a tree has; what else it has is noted.
struct Fields<'a> {
    at: At<'a>,
    fields: &'static [&'static str],
    entries: Iter<'a, Entry>,
    /// The entry whose value is next; the rest, if there is none.
    entry: Option<&'a Entry>,
    /// Whether the struct has a field for the rest, and that is not read yet.
    has_rest: bool,
    /// What has no other field.
    rest: Tree,
}

impl Fields<'_> {
    /// The index of the next field that the tree has, and in the end of that for the rest.
    fn next(&mut self) -> Option<u64> {
        let At { owner, found, .. } = self.at;
        let is_recorded = found.borrow().is_recorded;
        for entry in self.entries.by_ref() {
            if !is_recorded && known::standing(owner, &entry.key) == Standing::FilledIn {
                continue;
            }
            let index = self.fields.iter().zip(0..).find(|(name, _)| **name == entry.key);
            match index {
                Some((_, index)) if entry.node.value != Value::Null => {
                    self.entry = Some(entry);
                    return Some(index);
                }
                Some(_) => {}
                None => {
                    let path = Path { parent: Some(self.at.path), step: Step::Field(&entry.key) };
                    let (node, place) = (&entry.node, entry.place);
                    let is_kept = At { node, place, path: &path, ..self.at }.extra();
                    if is_kept && self.has_rest {
                        let mut node = node.clone();
                        node.forget_places();
                        self.rest.set(&entry.key, node);
                    }
                }
            }
        }
        self.entry = None;
        api::drop_defaults(owner, self.at.node, &mut self.rest);
        let is_next = self.has_rest && !self.rest.entries().is_empty();
        self.has_rest = false;
        is_next.then(|| u64::try_from(self.fields.len()).unwrap_or(u64::MAX))
    }
}

impl<'de> de::MapAccess<'de> for Fields<'_> {
    type Error = Never;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Never> {
        let Some(index) = self.next() else { return Ok(None) };
        seed.deserialize(U64Deserializer::new(index)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Never> {
        let at = self.at;
        let (name, node, place) = match self.entry {
            Some(entry) => (entry.key.as_str(), &entry.node, entry.place),
            None => ("", &self.rest, at.place),
        };
        let path = Path { parent: Some(at.path), step: Step::Field(name) };
        seed.deserialize(At { node, place, path: &path, ..at })
    }
}

/// A variant of an enum, and what it holds.
struct Variant<'a> {
    at: At<'a>,
    name: &'static str,
    index: usize,
}

impl<'de> de::EnumAccess<'de> for Variant<'_> {
    type Error = Never;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Never> {
        let index = u64::try_from(self.index).unwrap_or_default();
        seed.deserialize(U64Deserializer::new(index)).map(|variant| (variant, self))
    }
}

impl<'de> de::VariantAccess<'de> for Variant<'_> {
    type Error = Never;

    fn unit_variant(self) -> Result<(), Never> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Never> {
        seed.deserialize(self.at)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Never> {
        self.at.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Never> {
        self.at.deserialize_struct(self.name, fields, visitor)
    }
}

impl de::Error for Never {
    fn custom<T: fmt::Display>(_: T) -> Never {
        unreachable!("each type is given a value that it takes")
    }
}
