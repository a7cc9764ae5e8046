//! From the tree to the objects, knowing all the while where it is.
//!
//! The objects derive [`serde::Deserialize`]; the deserializer here hands the entries of a tree to their
//! fields. What does not depend on a type is done by the methods of [`At`], so that little code is
//! compiled for each of the many structs.
//!
//! Follows the strict decoding of the API server (`sigs.k8s.io/json`): the first wrong type ends
//! it; unknown fields are collected in the order of the sorted keys.

use super::decode::{At, Found, Path, Seen, Step, Stopped, WrongType};
use super::known::{self, Standing};
use super::tree::{Entry, Node as Tree, Value};
use serde::de::value::{StrDeserializer, U64Deserializer};
use serde::de::{self, DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, Visitor};
use std::cell::RefCell;
use std::slice::Iter;

/// Reads `root` as an object; one that an API server gave has what it filled in.
pub(super) fn decode<T: DeserializeOwned>(
    root: &Tree,
    is_recorded: bool,
) -> (Result<T, WrongType>, Found) {
    let found = RefCell::new(Found { is_recorded, ..Found::default() });
    let path = Path { parent: None, step: Step::Index(0) };
    let at = At { node: root, place: root.place, path: &path, owner: "", found: &found };
    let result = T::deserialize(at);
    let mut found = found.into_inner();
    (result.map_err(|Stopped| found.wrong.take().unwrap_or_default()), found)
}

impl<'a> At<'a> {
    fn items(&self) -> Result<Items<'a>, Stopped> {
        let items = match &self.node.value {
            Value::Null => &[],
            Value::List(items) => items.as_slice(),
            _ => {
                let item = known::go_type(self.owner, self.path.field());
                return Err(self.wrong(&format!("[]{item}")));
            }
        };
        Ok(Items { at: *self, items: items.iter(), index: 0 })
    }

    fn entries(&self) -> Result<Entries<'a>, Stopped> {
        if !matches!(self.node.value, Value::Null | Value::Map(_)) {
            let is_resources = matches!(self.path.field(), "requests" | "limits" | "capacity");
            let wanted = if is_resources { "v1.ResourceList" } else { "map[string]string" };
            return Err(self.wrong(wanted));
        }
        Ok(Entries { at: *self, entries: self.node.entries().iter(), entry: None })
    }

    /// The fields of a struct of this name, which is noted.
    fn fields(
        &self,
        name: &'static str,
        fields: &'static [&'static str],
    ) -> Result<Fields<'a>, Stopped> {
        if !matches!(self.node.value, Value::Null | Value::Map(_)) {
            return Err(self.wrong(&format!("v1.{}", known::go_name(name))));
        }
        let path = self.path.text();
        self.found.borrow_mut().seen.push(Seen { path, name, fields });
        let entries = self.node.entries().iter();
        Ok(Fields { at: At { owner: name, ..*self }, fields, entries, entry: None })
    }
}

/// Reads plain values, each by the method that knows its Go type.
macro_rules! plain {
    ($($method:ident $visit:ident $read:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stopped> {
            visitor.$visit(self.$read()?)
        })*
    };
}

impl<'de> Deserializer<'de> for At<'_> {
    type Error = Stopped;

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

    /// Reads what has a type of its own choice: Go names that type, and not the field.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stopped> {
        let wanted = (&visitor as &dyn de::Expected).to_string();
        let result = match &self.node.value {
            Value::Text(text) => visitor.visit_str(text),
            Value::Int(number) => visitor.visit_i64(*number),
            _ => Err(Stopped),
        };
        result.map_err(|Stopped| At { owner: "", ..self }.wrong(&wanted))
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stopped> {
        let result = visitor.visit_str(&self.text()?);
        result.map_err(|Stopped| self.wrong(&known::go_type(self.owner, self.path.field())))
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stopped> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stopped> {
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
    ) -> Result<V::Value, Stopped> {
        visitor.visit_map(self.fields(name, fields)?)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stopped> {
        let (index, held) = self.variant(variants);
        let name = variants.get(index).copied().unwrap_or_default();
        let path = Path { parent: Some(self.path), step: Step::Field(name) };
        let nothing = Tree::default();
        let (node, place) = held.map_or((&nothing, self.place), |entry| (&entry.node, entry.place));
        visitor.visit_enum(Variant { at: At { node, place, path: &path, ..self }, name, index })
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stopped> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i64 i128 u128 f32 f64 char bytes byte_buf unit unit_struct newtype_struct tuple
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
    type Error = Stopped;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Stopped> {
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
    type Error = Stopped;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Stopped> {
        self.entry = self.entries.next();
        let Some(entry) = self.entry else { return Ok(None) };
        let key: StrDeserializer<'_, Stopped> = entry.key.as_str().into_deserializer();
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Stopped> {
        let Some(entry) = self.entry else { return Err(Stopped) };
        let path = Path { parent: Some(self.at.path), step: Step::Key(&entry.key) };
        seed.deserialize(At { node: &entry.node, place: entry.place, path: &path, ..self.at })
    }
}

/// The fields of a struct that a tree has; what else it has is noted.
struct Fields<'a> {
    at: At<'a>,
    fields: &'static [&'static str],
    entries: Iter<'a, Entry>,
    /// The entry whose value is next.
    entry: Option<&'a Entry>,
}

impl Fields<'_> {
    /// The index of the next field that the tree has.
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
                    At { node, place, path: &path, ..self.at }.extra();
                }
            }
        }
        None
    }
}

impl<'de> de::MapAccess<'de> for Fields<'_> {
    type Error = Stopped;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Stopped> {
        let Some(index) = self.next() else { return Ok(None) };
        seed.deserialize(U64Deserializer::new(index)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Stopped> {
        let Some(entry) = self.entry else { return Err(Stopped) };
        let path = Path { parent: Some(self.at.path), step: Step::Field(&entry.key) };
        seed.deserialize(At { node: &entry.node, place: entry.place, path: &path, ..self.at })
    }
}

/// A variant of an enum, and what it holds.
struct Variant<'a> {
    at: At<'a>,
    name: &'static str,
    index: usize,
}

impl<'de> de::EnumAccess<'de> for Variant<'_> {
    type Error = Stopped;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Stopped> {
        let index = u64::try_from(self.index).unwrap_or_default();
        seed.deserialize(U64Deserializer::new(index)).map(|variant| (variant, self))
    }
}

impl<'de> de::VariantAccess<'de> for Variant<'_> {
    type Error = Stopped;

    fn unit_variant(self) -> Result<(), Stopped> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Stopped> {
        seed.deserialize(self.at)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Stopped> {
        self.at.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stopped> {
        self.at.deserialize_struct(self.name, fields, visitor)
    }
}
