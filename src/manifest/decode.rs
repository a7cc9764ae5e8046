//! From the tree to the objects: a serde deserializer that knows where it is.
//!
//! Follows the strict decoding of the API server (`sigs.k8s.io/json`): the first wrong type ends
//! it; unknown fields are collected in the order of the sorted keys.

use super::FieldError;
use super::known::{self, Standing};
use super::tree::{Entry, Node, Place, Value};
use serde::de::{DeserializeSeed, Error, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserializer, forward_to_deserialize_any};
use std::cell::RefCell;
use std::fmt::{self, Display};

/// A field that the model has not.
#[derive(Clone, Debug)]
pub(super) struct Extra {
    /// As in `spec.containers[0].env`.
    pub(super) path: String,
    pub(super) place: Place,
    /// The value as JSON; empty if it says nothing.
    pub(super) value: String,
}

/// A struct that was decoded: its path, its name, its fields.
pub(super) struct Seen {
    pub(super) path: String,
    pub(super) name: &'static str,
    pub(super) fields: &'static [&'static str],
}

/// What was found on the way.
#[derive(Default)]
pub(super) struct Found {
    /// Fields that Kubernetes has not.
    pub(super) unknown: Vec<Extra>,
    /// Fields that Kubernetes has and the model has not.
    pub(super) not_simulated: Vec<Extra>,
    /// Values that the types of the model cannot hold, and Kubernetes refuses.
    pub(super) errors: Vec<FieldError>,
    /// Where the known fields are.
    pub(super) seen: Vec<Seen>,
}

/// A value of the wrong type: the words of Go's JSON library, and where.
#[derive(Debug)]
pub(super) struct WrongType {
    pub(super) message: String,
    pub(super) place: Place,
}

impl Display for WrongType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for WrongType {}

impl Error for WrongType {
    fn custom<T: Display>(message: T) -> WrongType {
        WrongType { message: message.to_string(), place: Place::default() }
    }
}

/// Decodes `root` into an object of type `T`.
pub(super) fn decode<T: serde::de::DeserializeOwned>(root: &Node) -> (Result<T, WrongType>, Found) {
    let found = RefCell::new(Found::default());
    let path = Path { parent: None, step: Step::Index(0) };
    let value =
        T::deserialize(At { node: root, place: root.place, path: &path, owner: "", found: &found });
    (value, found.into_inner())
}

/// The way from the root, on the stack.
struct Path<'p> {
    parent: Option<&'p Path<'p>>,
    step: Step<'p>,
}

#[derive(Clone, Copy)]
enum Step<'p> {
    Field(&'p str),
    Key(&'p str),
    Index(usize),
}

impl Path<'_> {
    /// `spec.containers[0].name`
    fn text(&self) -> String {
        let Some(parent) = self.parent else { return String::new() };
        let mut text = parent.text();
        match self.step {
            Step::Index(index) => text.push_str(&format!("[{index}]")),
            Step::Field(name) | Step::Key(name) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(name);
            }
        }
        text
    }

    /// `spec.containers.name`, as Go's JSON library writes it.
    fn fields(&self) -> String {
        let Some(parent) = self.parent else { return String::new() };
        let text = parent.fields();
        match self.step {
            Step::Field(name) if text.is_empty() => name.into(),
            Step::Field(name) => format!("{text}.{name}"),
            Step::Key(_) | Step::Index(_) => text,
        }
    }

    /// The name of the innermost field.
    fn field(&self) -> &str {
        match (self.step, self.parent) {
            (Step::Field(name), Some(_)) => name,
            (_, Some(parent)) => parent.field(),
            (_, None) => "",
        }
    }
}

/// A node, and how it was reached. `owner` is the struct that has the innermost field.
#[derive(Clone, Copy)]
struct At<'a> {
    node: &'a Node,
    /// Where its key stands, or the item of a list.
    place: Place,
    path: &'a Path<'a>,
    owner: &'static str,
    found: &'a RefCell<Found>,
}

impl At<'_> {
    fn wrong(&self, wanted: &str) -> WrongType {
        let got = match &self.node.value {
            Value::Null => "null".into(),
            Value::Bool(_) => "bool".into(),
            Value::Text(_) => "string".into(),
            Value::List(_) => "array".into(),
            Value::Map(_) => "object".into(),
            // Of a number for a number Go says which; for anything else that it is one.
            Value::Int(number) if wanted.starts_with("int") => format!("number {number}"),
            Value::Float(number) if wanted.starts_with("int") => format!("number {number}"),
            Value::Int(_) | Value::Float(_) => "number".into(),
        };
        let message = if self.owner.is_empty() {
            format!("json: cannot unmarshal {got} into Go value of type {wanted}")
        } else {
            let owner = known::go_name(self.owner);
            let path = self.path.fields();
            format!(
                "json: cannot unmarshal {got} into Go struct field {owner}.{path} of type {wanted}"
            )
        };
        WrongType { message, place: self.node.place }
    }

    /// A whole number of Go's type `int32` or `int64`.
    fn integer(&self, wanted: &str) -> Result<i64, WrongType> {
        match self.node.value {
            Value::Null => Ok(0),
            Value::Int(number) if wanted == "int64" || i32::try_from(number).is_ok() => Ok(number),
            _ => Err(self.wrong(wanted)),
        }
    }

    fn refuse(&self, detail: String) {
        let field = self.path.text();
        self.found.borrow_mut().errors.push(FieldError { field, detail });
    }

    /// A number that the model holds unsigned; if it is less, what the API server makes of it.
    fn unsigned(&self) -> Result<u64, WrongType> {
        let is_small = matches!(self.owner, "Probe" | "ContainerPort" | "ServicePort");
        let number = self.integer(if is_small { "int32" } else { "int64" })?;
        Ok(match u64::try_from(number) {
            Ok(number) => number,
            // `AddDefaultTolerations` and `BeforeDelete` let negative times mean "at once".
            Err(_) if self.owner != "Probe" => u64::from(self.owner == "PodSpec"),
            Err(_) => {
                let detail = format!("Invalid value: {number}: must be greater than or equal to 0");
                self.refuse(detail);
                0
            }
        })
    }

    fn port(&self) -> Result<u16, WrongType> {
        let number = self.integer("int32")?;
        Ok(u16::try_from(number).unwrap_or_else(|_| {
            self.refuse(format!("Invalid value: {number}: must be between 1 and 65535, inclusive"));
            0
        }))
    }

    /// A text; in lists of resources a number is one, too, and it must be a quantity.
    fn text(&self) -> Result<String, WrongType> {
        let is_quantity = matches!(self.path.parent, Some(Path { step: Step::Field(list), .. })
            if matches!(*list, "requests" | "limits" | "capacity"));
        let text = match &self.node.value {
            Value::Null => String::new(),
            Value::Text(text) => text.clone(),
            Value::Int(number) if is_quantity => number.to_string(),
            Value::Float(number) if is_quantity => number.clone(),
            _ => return Err(self.wrong(&known::go_type(self.owner, self.path.field()))),
        };
        match is_quantity.then(|| super::quantity::refusal(&text)).flatten() {
            Some(message) => Err(WrongType { message: message.into(), place: self.node.place }),
            None => Ok(text),
        }
    }

    /// Notes a struct that is decoded.
    fn see(&self, name: &'static str, fields: &'static [&'static str]) {
        let path = self.path.text();
        self.found.borrow_mut().seen.push(Seen { path, name, fields });
    }

    /// Notes a field that the model has not.
    fn extra(&self) {
        let standing = known::standing(self.owner, self.path.field());
        let is_null = self.node.value == Value::Null;
        let mut extra = Extra { path: self.path.text(), place: self.place, value: String::new() };
        match standing {
            Standing::Unknown => self.found.borrow_mut().unknown.push(extra),
            Standing::NotSimulated if !is_null => {
                self.node.write_json(&mut extra.value);
                self.found.borrow_mut().not_simulated.push(extra);
            }
            _ => {}
        }
    }
}

/// Decodes numbers, each by the method that knows its Go type.
macro_rules! numbers {
    ($($method:ident $visit:ident $read:expr;)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WrongType> {
            let read: fn(&Self) -> Result<_, WrongType> = $read;
            visitor.$visit(read(&self)?)
        })*
    };
}

impl<'de> Deserializer<'de> for At<'_> {
    type Error = WrongType;

    /// Only [`crate::api::IntOrPercent`] asks for anything.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WrongType> {
        match &self.node.value {
            Value::Text(text) => visitor.visit_str(text),
            _ => visitor.visit_i64(At { owner: "", ..self }.integer("int32")?),
        }
    }

    numbers! {
        deserialize_i32 visit_i64 |at| at.integer("int32");
        deserialize_i64 visit_i64 |at| at.integer("int64");
        deserialize_u16 visit_u16 |at| at.port();
        deserialize_u64 visit_u64 |at| at.unsigned();
        deserialize_string visit_string |at| at.text();
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WrongType> {
        match self.node.value {
            Value::Null => visitor.visit_bool(false),
            Value::Bool(value) => visitor.visit_bool(value),
            _ => Err(self.wrong("bool")),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WrongType> {
        if self.node.value == Value::Null { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WrongType> {
        let items = match &self.node.value {
            Value::Null => &[],
            Value::List(items) => items.as_slice(),
            _ => {
                let item = known::go_type(self.owner, self.path.field());
                return Err(self.wrong(&format!("[]{item}")));
            }
        };
        visitor.visit_seq(Items { at: self, items, index: 0 })
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WrongType> {
        let entries = match &self.node.value {
            Value::Null | Value::Map(_) => self.node.entries(),
            _ => {
                let is_resources = matches!(self.path.field(), "requests" | "limits" | "capacity");
                return Err(self.wrong(if is_resources {
                    "v1.ResourceList"
                } else {
                    "map[string]string"
                }));
            }
        };
        visitor.visit_map(Entries { at: self, entries, next: None, fields: None })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, WrongType> {
        if !matches!(self.node.value, Value::Null | Value::Map(_)) {
            return Err(self.wrong(&format!("v1.{}", known::go_name(name))));
        }
        self.see(name, fields);
        let at = At { owner: name, ..self };
        let entries = self.node.entries();
        visitor.visit_map(Entries { at, entries, next: None, fields: Some(fields) })
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WrongType> {
        self.extra();
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        i8 i16 i128 u8 u32 u128 f32 f64 char str bytes byte_buf unit unit_struct
        newtype_struct tuple tuple_struct enum identifier
    }
}

/// The items of a list.
struct Items<'a> {
    at: At<'a>,
    items: &'a [Node],
    index: usize,
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = WrongType;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, WrongType> {
        let Some(node) = self.items.get(self.index) else { return Ok(None) };
        let path = Path { parent: Some(self.at.path), step: Step::Index(self.index) };
        self.index += 1;
        seed.deserialize(At { node, place: node.place, path: &path, ..self.at }).map(Some)
    }
}

/// The entries of a map or a struct.
struct Entries<'a> {
    at: At<'a>,
    entries: &'a [Entry],
    next: Option<&'a Entry>,
    /// The fields of a struct, which are left out where they are null.
    fields: Option<&'static [&'static str]>,
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = WrongType;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, WrongType> {
        while let Some((entry, rest)) = self.entries.split_first() {
            self.entries = rest;
            let is_null = entry.node.value == Value::Null;
            if is_null && self.fields.is_some_and(|fields| fields.contains(&entry.key.as_str())) {
                continue;
            }
            self.next = Some(entry);
            return seed.deserialize(entry.key.as_str().into_deserializer()).map(Some);
        }
        Ok(None)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, WrongType> {
        let Some(entry) = self.next.take() else { return Err(WrongType::custom("")) };
        let name = entry.key.as_str();
        let step = if self.fields.is_some() { Step::Field(name) } else { Step::Key(name) };
        let path = Path { parent: Some(self.at.path), step };
        let place = entry.place;
        seed.deserialize(At { node: &entry.node, place, path: &path, ..self.at }).map_err(|error| {
            if error.place == Place::default() { WrongType { place, ..error } } else { error }
        })
    }
}
