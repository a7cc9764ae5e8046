//! What is said of an object beyond the fields of the model.

use super::json::{Entry, Node, Place, Value};
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Serialize, Serializer};
use std::fmt;
use std::rc::Rc;

/// The fields of a struct that Kubernetes has and the model has no use for: kept and printed, not simulated.
///
/// It is the last field of its struct, under an empty name. The deserializer of a manifest puts there what
/// the struct has no other field for, and [`to_tree`](super::to_tree) prints it among the other fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Other(Option<Rc<Node>>);

impl Other {
    /// The fields, in the order of their names.
    pub fn entries(&self) -> &[Entry] {
        self.0.as_ref().map_or(&[], |tree| tree.entries())
    }

    /// The value of a field, if it is there.
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.0.as_ref().and_then(|tree| tree.get(name))
    }

    /// The fields as a map.
    pub fn to_tree(&self) -> Node {
        self.0.as_deref().cloned().unwrap_or_else(|| Node::map([]))
    }

    /// These fields, but `name` as it is in `other`.
    pub fn with_field_of(&self, name: &str, other: &Other) -> Other {
        let mut tree = self.to_tree();
        tree.remove(name);
        if let Some(value) = other.get(name) {
            tree.set(name, value.clone());
        }
        tree.into()
    }
}

impl From<Node> for Other {
    /// Keeps the entries of a map.
    fn from(tree: Node) -> Other {
        Other((!tree.entries().is_empty()).then(|| Rc::new(tree)))
    }
}

impl FromIterator<(String, Node)> for Other {
    fn from_iter<I: IntoIterator<Item = (String, Node)>>(fields: I) -> Other {
        Node::map(fields).into()
    }
}

impl Serialize for Other {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Other {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Other, D::Error> {
        Node::deserialize(deserializer).map(Other::from)
    }
}

/// The name of the newtype struct as which a number with a fraction or an exponent is serialized, so that a
/// tree that is made into a tree keeps its digits.
pub(super) const NUMBER: &str = "$ordinal::number";

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.value {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::Int(number) => serializer.serialize_i64(*number),
            Value::Float(number) => serializer.serialize_newtype_struct(NUMBER, number),
            Value::Text(text) => serializer.serialize_str(text),
            Value::List(items) => serializer.collect_seq(items),
            Value::Map(entries) => {
                serializer.collect_map(entries.iter().map(|entry| (&entry.key, &entry.node)))
            }
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    /// Reads any value; the places are forgotten.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(AnyValue).map(Node::from)
    }
}

/// Reads any value.
struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Int(number))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    /// Reads what [`NUMBER`] is about.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, number: D) -> Result<Value, D::Error> {
        String::deserialize(number).map(Value::Float)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Vec::new();
        while let Some((key, node)) = entries.next_entry()? {
            map.push(Entry { key, place: Place::default(), node });
        }
        crate::map::sort(&mut map, |one, other| one.key < other.key);
        Ok(Value::Map(map))
    }
}
