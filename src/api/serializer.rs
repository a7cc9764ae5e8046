//! From the objects to trees: what the API server answers.
//!
//! The objects derive [`Serialize`]; the serializer here makes a tree of them by Kubernetes' rules. What
//! Kubernetes leaves out when it is empty is left out, what it always writes is always written
//! (`json:",omitempty"` in `k8s.io/api`), and the defaults of the API that the model has no field for are
//! added by [`complete`](super::complete).

use super::complete;
use super::json::{self, Node as Tree, Value};
use serde::ser::{self, Impossible, Serialize};
use std::fmt;

/// What is written although it is empty, by struct.
const ALWAYS: &[(&str, &str)] = &[
    ("StatefulSetSpec", "replicas revisionHistoryLimit"),
    ("StatefulSetStatus", "replicas availableReplicas collisionCount"),
    ("RollingUpdate", "partition"),
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
];

/// What is left out when it is the default, although it is a struct: pointers in Go.
const POINTERS: &[&str] = &["ordinals"];

/// The value as the API server answers it.
pub fn to_tree<T: Serialize + ?Sized>(value: &T) -> Tree {
    value.serialize(ToTree).map(|output| output.tree).unwrap_or_default()
}

/// A value that was serialized.
struct Output {
    tree: Tree,
    /// Whether Go leaves it out where it can.
    is_empty: bool,
}

impl Output {
    fn new(value: impl Into<Tree>, is_empty: bool) -> Result<Output, Never> {
        Ok(Output { tree: value.into(), is_empty })
    }
}

/// The error of what cannot fail.
#[derive(Debug)]
struct Never;

impl fmt::Display for Never {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a part of an API object")
    }
}

impl std::error::Error for Never {}

impl ser::Error for Never {
    fn custom<T: fmt::Display>(_: T) -> Never {
        Never
    }
}

struct ToTree;

/// Serializes numbers.
macro_rules! integers {
    ($($method:ident: $type:ty;)*) => {
        $(fn $method(self, number: $type) -> Result<Output, Never> {
            let number = i64::try_from(number).unwrap_or(i64::MAX);
            Output::new(Value::Int(number), number == 0)
        })*
    };
}

impl ser::Serializer for ToTree {
    type Ok = Output;
    type Error = Never;
    type SerializeSeq = List;
    type SerializeTuple = List;
    type SerializeTupleStruct = Impossible<Output, Never>;
    type SerializeTupleVariant = Impossible<Output, Never>;
    type SerializeMap = Entries;
    type SerializeStruct = Struct;
    type SerializeStructVariant = Struct;

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

    fn serialize_bool(self, value: bool) -> Result<Output, Never> {
        Output::new(Value::Bool(value), !value)
    }

    fn serialize_f32(self, _: f32) -> Result<Output, Never> {
        Err(Never)
    }

    fn serialize_f64(self, _: f64) -> Result<Output, Never> {
        Err(Never)
    }

    fn serialize_char(self, _: char) -> Result<Output, Never> {
        Err(Never)
    }

    fn serialize_str(self, text: &str) -> Result<Output, Never> {
        Output::new(text, text.is_empty())
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<Output, Never> {
        Err(Never)
    }

    fn serialize_none(self) -> Result<Output, Never> {
        Output::new(Tree::map([]), true)
    }

    /// What is set is written, even if it is 0: a pointer in Go.
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Output, Never> {
        Output::new(value.serialize(ToTree)?.tree, false)
    }

    fn serialize_unit(self) -> Result<Output, Never> {
        Output::new(Value::Null, true)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Output, Never> {
        Output::new(Tree::map([]), false)
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<Output, Never> {
        Output::new(variant, false)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<Output, Never> {
        let output = value.serialize(ToTree)?;
        match name {
            json::NUMBER => Output::new(Value::Float(output.tree.as_text().to_owned()), false),
            _ => Ok(output),
        }
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> Result<Output, Never> {
        Output::new(value.serialize(ToTree)?.tree, false)
    }

    fn serialize_seq(self, count: Option<usize>) -> Result<List, Never> {
        Ok(List(Vec::with_capacity(count.unwrap_or(0))))
    }

    fn serialize_tuple(self, count: usize) -> Result<List, Never> {
        self.serialize_seq(Some(count))
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, Never> {
        Err(Never)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Never> {
        Err(Never)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Entries, Never> {
        Ok(Entries { tree: Tree::map([]), key: String::new() })
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Struct, Never> {
        Ok(Struct::new(name, None))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Struct, Never> {
        Ok(Struct::new(variant, Some(variant)))
    }
}

struct List(Vec<Tree>);

impl ser::SerializeSeq for List {
    type Ok = Output;
    type Error = Never;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
        self.0.push(value.serialize(ToTree)?.tree);
        Ok(())
    }

    fn end(self) -> Result<Output, Never> {
        let is_empty = self.0.is_empty();
        Output::new(Value::List(self.0), is_empty)
    }
}

impl ser::SerializeTuple for List {
    type Ok = Output;
    type Error = Never;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
        ser::SerializeSeq::serialize_element(self, value)
    }

    fn end(self) -> Result<Output, Never> {
        ser::SerializeSeq::end(self)
    }
}

struct Entries {
    tree: Tree,
    key: String,
}

impl ser::SerializeMap for Entries {
    type Ok = Output;
    type Error = Never;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Never> {
        key.serialize(ToTree)?.tree.as_text().clone_into(&mut self.key);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
        self.tree.set(&self.key, value.serialize(ToTree)?.tree);
        Ok(())
    }

    fn end(self) -> Result<Output, Never> {
        let is_empty = self.tree.entries().is_empty();
        Output::new(self.tree, is_empty)
    }
}

/// The fields of a struct so far.
struct Struct {
    name: &'static str,
    /// The key of the struct, if it is the variant of an enum.
    variant: Option<&'static str>,
    always: &'static str,
    tree: Tree,
}

impl Struct {
    fn new(name: &'static str, variant: Option<&'static str>) -> Struct {
        let always = ALWAYS.iter().find(|(owner, _)| *owner == name);
        Struct { name, variant, always: always.map_or("", |it| it.1), tree: Tree::map([]) }
    }

    fn add(&mut self, key: &'static str, Output { tree, is_empty }: Output) {
        let is_always = || self.always.split(' ').any(|other| other == key);
        let is_default = || POINTERS.contains(&key) && tree.entries().is_empty();
        if !is_empty && !is_default() || is_always() {
            self.tree.set(key, tree);
        }
    }

    fn finish(mut self) -> Output {
        complete::complete(self.name, &mut self.tree);
        match self.variant {
            Some(key) => Output { tree: Tree::map([(key.into(), self.tree)]), is_empty: false },
            None => Output { tree: self.tree, is_empty: false },
        }
    }
}

impl ser::SerializeStruct for Struct {
    type Ok = Output;
    type Error = Never;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), Never> {
        self.add(key, value.serialize(ToTree)?);
        Ok(())
    }

    fn end(self) -> Result<Output, Never> {
        Ok(self.finish())
    }
}

impl ser::SerializeStructVariant for Struct {
    type Ok = Output;
    type Error = Never;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), Never> {
        ser::SerializeStruct::serialize_field(self, key, value)
    }

    fn end(self) -> Result<Output, Never> {
        Ok(self.finish())
    }
}
