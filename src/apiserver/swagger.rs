//! OpenAPI v2: the types and paths of all groups in one document, as JSON, and as protobuf for kubectl
//! (`openapiv2/OpenAPIv2.proto` of `github.com/google/gnostic`).

use super::kinds::Kinds;
use super::openapi;
use super::schema::structs;
use crate::api::Kind;
use crate::api::json::{Node as Tree, Value};
use crate::manifest::autoscaling;

/// The media type of the protobuf.
pub(super) const PROTOBUF: &str = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

/// The media types of patches.
const PATCHES: &[&str] = &[
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
    "application/apply-patch+yaml",
];

/// `/openapi/v2`.
pub(super) fn document(kinds: &Kinds<'_>) -> Tree {
    let mut tree = Tree::map([]);
    tree.set("swagger", "2.0");
    tree.child("info").set("title", "Kubernetes");
    tree.child("info").set("version", "unversioned");
    let known = structs().iter().map(|it| (super::schema::component(it), openapi::schema(it)));
    let custom = kinds.iter().filter_map(|kind| {
        let (_, version) = kinds.definition(kind)?;
        Some((openapi::custom_component(kind), openapi::custom_schema(kind, version)))
    });
    let basics = openapi::basics().map(|(name, schema)| (name.to_owned(), schema));
    for (name, mut schema) in known.chain(custom).chain(basics) {
        older(&mut schema);
        schema.set_default("type", "string");
        tree.child("definitions").set(&name, schema);
    }
    let mut paths = Tree::map([]);
    let versions = |kind: Kind| autoscaling::versions(kind).map(move |version| (kind, version));
    for (kind, version) in kinds.iter().flat_map(versions) {
        openapi::add_paths(&mut paths, kinds, (kind, version));
        let is_custom = matches!(kind, Kind::Custom(_));
        let patches = PATCHES.iter().filter(|it| !is_custom || !it.contains("strategic"));
        let patches: Vec<Tree> = patches.map(|it| Tree::from(*it)).collect();
        let path = openapi::path_of_one((kind, version));
        if paths.get(&path).is_some_and(|it| it.get("patch").is_some()) {
            paths.child(&path).child("patch").set("consumes", Value::List(patches));
        }
    }
    if let Value::Map(items) = &mut paths.value {
        for operation in items.iter_mut().flat_map(|item| match &mut item.node.value {
            Value::Map(operations) => operations.as_mut_slice(),
            _ => &mut [],
        }) {
            for parameter in operation.node.items_mut("parameters") {
                parameter.remove("schema");
                parameter.set("type", "string");
            }
        }
    }
    tree.set("paths", paths);
    tree
}

/// Converts a schema from OpenAPI v3 to v2: unwraps references in `allOf`, and removes what v2 does not support.
fn older(tree: &mut Tree) {
    for key in ["nullable", "anyOf", "oneOf", "not"] {
        tree.remove(key);
    }
    let name = tree.word("allOf.0.$ref").rsplit('/').next().unwrap_or_default().to_owned();
    if !name.is_empty() {
        tree.remove("allOf");
        tree.set("$ref", format!("#/definitions/{name}").as_str());
    }
    for key in ["items", "additionalProperties"] {
        if tree.get(key).is_some_and(|it| matches!(it.value, Value::Map(_))) {
            older(tree.child(key));
        }
    }
    if let Some(Value::Map(properties)) = tree.get("properties").map(|it| it.value.clone()) {
        for entry in properties {
            older(tree.child("properties").child(&entry.key));
        }
    }
}

/// A protobuf message.
#[derive(Default)]
struct Message(Vec<u8>);

impl Message {
    fn number(&mut self, mut number: usize) {
        while number >= 0x80 {
            self.0.push(u8::try_from(number & 0x7f).unwrap_or_default() | 0x80);
            number >>= 7;
        }
        self.0.push(u8::try_from(number).unwrap_or_default());
    }

    fn bytes(mut self, field: usize, bytes: &[u8]) -> Message {
        self.number(field << 3 | 2);
        self.number(bytes.len());
        self.0.extend_from_slice(bytes);
        self
    }

    fn message(self, field: usize, message: Message) -> Message {
        self.bytes(field, &message.0)
    }

    /// Adds a string, unless it is empty.
    fn text(self, field: usize, text: &str) -> Message {
        if text.is_empty() { self } else { self.bytes(field, text.as_bytes()) }
    }

    /// Adds the strings of a list.
    fn texts(self, field: usize, list: &[Tree]) -> Message {
        list.iter().fold(self, |message, item| message.text(field, item.as_text()))
    }

    /// Adds the entries of a map, each with its name.
    fn named(self, field: usize, tree: Option<&Tree>, value: fn(&Tree) -> Message) -> Message {
        let entries = tree.map_or(&[] as &[_], Tree::entries);
        entries.iter().fold(self, |message, entry| {
            let named = Message::default().text(1, &entry.key).message(2, value(&entry.node));
            message.message(field, named)
        })
    }

    /// Adds the extensions of an object.
    fn extensions(self, field: usize, tree: &Tree) -> Message {
        let entries = tree.entries().iter().filter(|entry| entry.key.starts_with("x-"));
        let extensions = Tree::map(entries.map(|it| (it.key.clone(), it.node.clone())));
        self.named(field, Some(&extensions), any)
    }
}

/// A value of any type, in YAML.
fn any(tree: &Tree) -> Message {
    Message::default().text(2, &tree.json())
}

fn schema(tree: &Tree) -> Message {
    let mut message = Message::default()
        .text(1, tree.text("$ref"))
        .text(2, tree.text("format"))
        .text(4, tree.text("description"));
    if let Some(default) = tree.get("default") {
        message = message.message(5, any(default));
    }
    message = message.text(13, tree.text("pattern")).texts(19, tree.list("required"));
    message = tree.list("enum").iter().fold(message, |message, it| message.message(20, any(it)));
    if let Some(of) = tree.get("additionalProperties") {
        let item = match of.value {
            Value::Map(_) => Message::default().message(1, schema(of)),
            _ => Message(vec![2 << 3, u8::from(of.value == Value::Bool(true))]),
        };
        message = message.message(21, item);
    }
    if !tree.text("type").is_empty() {
        message = message.message(22, Message::default().text(1, tree.text("type")));
    }
    if let Some(items) = tree.get("items") {
        message = message.message(23, Message::default().message(1, schema(items)));
    }
    if let Some(properties) = tree.get("properties") {
        message = message.message(25, Message::default().named(1, Some(properties), schema));
    }
    message.extensions(31, tree)
}

fn operation(tree: &Tree) -> Message {
    let message = Message::default().texts(7, tree.list("consumes"));
    let message = tree.list("parameters").iter().fold(message, |message, parameter| {
        let query = Message::default()
            .text(2, parameter.text("in"))
            .text(4, parameter.text("name"))
            .text(6, parameter.text("type"));
        let parameter = Message::default().message(3, query);
        let parameter = Message::default().message(2, parameter);
        message.message(8, Message::default().message(1, parameter))
    });
    let response = |tree: &Tree| {
        let response = Message::default().text(1, tree.text("description"));
        Message::default().message(1, response)
    };
    let responses = Message::default().named(1, tree.get("responses"), response);
    message.message(9, responses).extensions(13, tree)
}

fn path(tree: &Tree) -> Message {
    let methods = [("get", 2), ("put", 3), ("post", 4), ("delete", 5), ("patch", 8)];
    methods.into_iter().fold(Message::default(), |message, (method, field)| {
        match tree.get(method) {
            Some(tree) => message.message(field, operation(tree)),
            None => message,
        }
    })
}

/// A document as protobuf.
pub(super) fn protobuf(tree: &Tree) -> Vec<u8> {
    let info = Message::default().text(1, &tree.word("info.title"));
    let info = info.text(2, &tree.word("info.version"));
    let message = Message::default()
        .text(1, tree.text("swagger"))
        .message(2, info)
        .message(8, Message::default().named(2, tree.get("paths"), path))
        .message(9, Message::default().named(1, tree.get("definitions"), schema));
    message.0
}
