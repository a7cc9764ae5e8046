//! From the objects to trees: what the API server answers.
//!
//! The objects derive [`Serialize`]; the serializer here makes a tree of them by Kubernetes' rules. What
//! Kubernetes leaves out when it is empty is left out, what it always writes is always written
//! (`json:",omitempty"` in `k8s.io/api`), and the defaults of the API that the model has no field for are
//! added by [`complete`].

use super::complete;
use super::json::{Node as Tree, Value};
use super::other::NUMBER;
use serde::ser::{self, Serialize};
use std::fmt;

/// What is written although it is empty, by struct.
const ALWAYS: &[(&str, &str)] = &[
    ("StatefulSetSpec", "replicas revisionHistoryLimit"),
    ("StatefulSetStatus", "replicas availableReplicas collisionCount"),
    ("RollingUpdateStatefulSetStrategy", "partition"),
    ("DeploymentSpec", "replicas revisionHistoryLimit progressDeadlineSeconds"),
    ("DeploymentStatus", "terminatingReplicas"),
    ("ReplicaSetSpec", "replicas"),
    ("ReplicaSetStatus", "replicas terminatingReplicas"),
    ("PodSpec", "containers terminationGracePeriodSeconds"),
    ("ContainerStatus", "ready restartCount lastState"),
    ("terminated", "exitCode"),
    ("ControllerRevision", "revision"),
    ("PodDisruptionBudgetStatus", "disruptionsAllowed currentHealthy desiredHealthy expectedPods"),
    ("NodeSelector", "nodeSelectorTerms"),
    ("PodAffinityTerm", "topologyKey"),
    ("TopologySpreadConstraint", "maxSkew topologyKey whenUnsatisfiable"),
    ("VolumeAttachmentStatus", "attached"),
    ("EndpointConditions", "ready serving terminating"),
    ("ObjectReference", "kind name uid"),
];

/// What is left out when it is the default, although it is a struct: pointers in Go.
const POINTERS: &[&str] = &["ordinals"];

/// The value as the API server answers it.
pub fn to_tree<T: Serialize + ?Sized>(value: &T) -> Tree {
    let mut builder = Builder::default();
    match value.serialize(&mut builder) {
        Ok(()) => builder.tree,
    }
}

/// Serializes into a tree. What does not depend on a type is done by [`Builder::put`] and
/// [`Builder::close`], so that little code is compiled for each of the many structs.
#[derive(Default)]
struct Builder {
    /// The value that was complete last: in the end the whole.
    tree: Tree,
    /// The structs, maps and lists that are being serialized, each within the one before it.
    open: Vec<Open>,
}

/// A struct, map or list that is being serialized.
struct Open {
    tree: Tree,
    /// The key of the next value, in a struct or a map.
    key: Key,
    /// The name of the struct.
    name: &'static str,
    /// The fields that are written although they are empty.
    always: &'static str,
    /// Whether a struct is the variant of this name of an enum.
    is_variant: bool,
}

/// Where the next value goes.
enum Key {
    Item,
    /// The next value is a key.
    Next,
    Entry(String),
    Field(&'static str),
}

impl Builder {
    /// Puts a value in its place; `is_empty` says whether Go leaves it out where it can.
    fn put(&mut self, tree: Tree, is_empty: bool) {
        let Some(open) = self.open.last_mut() else {
            self.tree = tree;
            return;
        };
        match &mut open.key {
            Key::Item => {
                if let Value::List(items) = &mut open.tree.value {
                    items.push(tree);
                }
            }
            Key::Next => open.key = Key::Entry(tree.as_text().to_owned()),
            Key::Entry(key) => {
                open.tree.set(key, tree);
                open.key = Key::Next;
            }
            Key::Field(key) => {
                let is_default = || POINTERS.contains(key) && tree.entries().is_empty();
                let is_always = || open.always.split(' ').any(|other| other == *key);
                if !is_empty && !is_default() || is_always() {
                    open.tree.set(key, tree);
                }
            }
        }
    }

    fn put_text(&mut self, text: &str, is_empty: bool) -> Result<(), Never> {
        self.put(text.into(), is_empty);
        Ok(())
    }

    fn put_number(&mut self, number: i64) -> Result<(), Never> {
        self.put(Value::Int(number).into(), number == 0);
        Ok(())
    }

    fn open(&mut self, value: Value, key: Key) -> Result<&mut Builder, Never> {
        let (name, always) = ("", "");
        self.open.push(Open { tree: value.into(), key, name, always, is_variant: false });
        Ok(self)
    }

    fn open_struct(&mut self, name: &'static str, is_variant: bool) -> Result<&mut Builder, Never> {
        let always = ALWAYS.iter().find(|(owner, _)| *owner == name).map_or("", |it| it.1);
        let (tree, key) = (Tree::map([]), Key::Field(""));
        self.open.push(Open { tree, key, name, always, is_variant });
        Ok(self)
    }

    /// Puts what was opened last in its place.
    fn close(&mut self) -> Result<(), Never> {
        let Some(Open { mut tree, name, is_variant, .. }) = self.open.pop() else { return Ok(()) };
        let is_struct = !name.is_empty();
        if is_struct {
            let other = tree.remove("").unwrap_or_default();
            complete::complete(name, &mut tree);
            for entry in other.entries() {
                tree.set(&entry.key, entry.node.clone());
            }
        }
        if is_variant {
            tree = Tree::map([(name.into(), tree)]);
        }
        let is_empty = !is_struct && tree.entries().is_empty() && tree.items().is_empty();
        self.put(tree, is_empty);
        Ok(())
    }
}

/// The error of what cannot fail.
#[derive(Debug)]
pub(crate) enum Never {}

impl fmt::Display for Never {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}

impl std::error::Error for Never {}

impl ser::Error for Never {
    fn custom<T: fmt::Display>(_: T) -> Never {
        unreachable!("no API object fails to be serialized")
    }
}

/// Serializes integers.
macro_rules! integers {
    ($($method:ident: $type:ty;)*) => {
        $(fn $method(self, number: $type) -> Result<(), Never> {
            self.put_number(i64::try_from(number).unwrap_or(i64::MAX))
        })*
    };
}

impl<'a> ser::Serializer for &'a mut Builder {
    type Ok = ();
    type Error = Never;
    type SerializeSeq = &'a mut Builder;
    type SerializeTuple = &'a mut Builder;
    type SerializeTupleStruct = &'a mut Builder;
    type SerializeTupleVariant = &'a mut Builder;
    type SerializeMap = &'a mut Builder;
    type SerializeStruct = &'a mut Builder;
    type SerializeStructVariant = &'a mut Builder;

    integers! {
        serialize_i8: i8;
        serialize_i16: i16;
        serialize_i32: i32;
        serialize_i64: i64;
        serialize_u8: u8;
        serialize_u16: u16;
        serialize_u32: u32;
        serialize_u64: u64;
    }

    fn serialize_bool(self, value: bool) -> Result<(), Never> {
        self.put(Value::Bool(value).into(), !value);
        Ok(())
    }

    fn serialize_f32(self, number: f32) -> Result<(), Never> {
        self.serialize_f64(number.into())
    }

    fn serialize_f64(self, _: f64) -> Result<(), Never> {
        unreachable!("no API object has a floating-point number")
    }

    fn serialize_char(self, letter: char) -> Result<(), Never> {
        self.put_text(letter.encode_utf8(&mut [0; 4]), false)
    }

    fn serialize_str(self, text: &str) -> Result<(), Never> {
        self.put_text(text, text.is_empty())
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<(), Never> {
        bytes.serialize(self)
    }

    fn serialize_none(self) -> Result<(), Never> {
        self.put(Tree::map([]), true);
        Ok(())
    }

    /// What is set is written, even if it is 0: a pointer in Go.
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Never> {
        self.put(to_tree(value), false);
        Ok(())
    }

    fn serialize_unit(self) -> Result<(), Never> {
        self.put(Tree::default(), true);
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Never> {
        self.put(Tree::map([]), false);
        Ok(())
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Never> {
        self.put_text(variant, false)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Never> {
        let tree = to_tree(value);
        match name {
            NUMBER => self.put(Value::Float(tree.as_text().to_owned()).into(), false),
            _ => self.put(tree, false),
        }
        Ok(())
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Never> {
        self.put(Tree::map([(variant.into(), to_tree(value))]), false);
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self, Never> {
        self.open(Value::List(Vec::new()), Key::Item)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, Never> {
        self.serialize_seq(None)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, Never> {
        self.serialize_seq(None)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, Never> {
        self.serialize_seq(None)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, Never> {
        self.open(Value::Map(Vec::new()), Key::Next)
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Self, Never> {
        self.open_struct(name, false)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Self, Never> {
        self.open_struct(variant, true)
    }
}

/// Serializes the items of what is in order.
macro_rules! items {
    ($($trait:ident $method:ident)*) => {
        $(impl ser::$trait for &mut Builder {
            type Ok = ();
            type Error = Never;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
                value.serialize(&mut **self)
            }

            fn end(self) -> Result<(), Never> {
                self.close()
            }
        })*
    };
}

items! {
    SerializeSeq serialize_element
    SerializeTuple serialize_element
    SerializeTupleStruct serialize_field
    SerializeTupleVariant serialize_field
}

impl ser::SerializeMap for &mut Builder {
    type Ok = ();
    type Error = Never;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Never> {
        key.serialize(&mut **self)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
        value.serialize(&mut **self)
    }

    fn end(self) -> Result<(), Never> {
        self.close()
    }
}

/// Serializes the fields of a struct.
macro_rules! fields {
    ($($trait:ident)*) => {
        $(impl ser::$trait for &mut Builder {
            type Ok = ();
            type Error = Never;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                key: &'static str,
                value: &T,
            ) -> Result<(), Never> {
                if let Some(open) = self.open.last_mut() {
                    open.key = Key::Field(key);
                }
                value.serialize(&mut **self)
            }

            fn end(self) -> Result<(), Never> {
                self.close()
            }
        })*
    };
}

fields! { SerializeStruct SerializeStructVariant }
