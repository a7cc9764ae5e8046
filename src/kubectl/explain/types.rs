//! The types of the API as OpenAPI v3 has them, made from the table of [`crate::manifest::schema`] and from
//! CustomResourceDefinitions.

use super::described::{description, required};
use crate::api::Kind;
use crate::api::json::{Node as Tree, Value};
use crate::manifest::schema::{Struct, table};

/// Where the schemas of a document are.
pub(crate) const SCHEMAS: &str = "#/components/schemas/";

/// The struct that the type of a field refers to, directly or as the item of a list or a map.
pub(crate) fn referred(of: &Struct, code: &str) -> Option<&'static Struct> {
    let name = code.trim_start_matches(['[', '{']);
    if name.len() < 2 || name.starts_with('=') { None } else { of.other(name) }
}

/// The name of a struct in OpenAPI, as in `io.k8s.api.apps.v1.StatefulSet`.
pub(crate) fn component(of: &Struct) -> String {
    let (group, version) = of.group.split_once('/').unwrap_or(("", of.group));
    match group {
        "meta" => format!("io.k8s.apimachinery.pkg.apis.meta.{version}.{}", of.name),
        "" => format!("io.k8s.api.core.{version}.{}", of.name),
        group => {
            let group = group.split('.').next().unwrap_or(group);
            format!("io.k8s.api.{group}.{version}.{}", of.name)
        }
    }
}

/// Types that are no structs: the code in the table, the name in OpenAPI, the type, and the format. Those with several types
/// have none here.
pub(crate) const BASICS: [(&str, &str, &str, &str); 5] = [
    ("q", "io.k8s.apimachinery.pkg.api.resource.Quantity", "", ""),
    ("x", "io.k8s.apimachinery.pkg.util.intstr.IntOrString", "", "int-or-string"),
    ("t", "io.k8s.apimachinery.pkg.apis.meta.v1.Time", "string", "date-time"),
    ("a", "io.k8s.apimachinery.pkg.runtime.RawExtension", "object", ""),
    ("f1", "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1", "object", ""),
];

/// A type, and its format if it has one.
pub(crate) fn plain(kind: &str, format: &str) -> Tree {
    let mut tree = Tree::map([]);
    for (key, value) in [("type", kind), ("format", format)] {
        if !value.is_empty() {
            tree.set(key, value);
        }
    }
    tree
}

/// A reference to a schema.
fn reference(name: &str) -> Tree {
    let mut reference = Tree::map([]);
    reference.set("$ref", format!("{SCHEMAS}{name}").as_str());
    let mut tree = Tree::map([]);
    tree.set("allOf", Value::List(vec![reference]));
    tree
}

/// The schema of a type.
fn type_of(of: &Struct, code: &str) -> Tree {
    if let Some((_, name, ..)) = BASICS.iter().find(|(basic, ..)| *basic == code) {
        return reference(name);
    }
    match code {
        "s" => plain("string", ""),
        "b" => plain("boolean", ""),
        "i" => plain("integer", "int32"),
        "l" => plain("integer", "int64"),
        "f" => plain("number", "double"),
        "y" => plain("string", "byte"),
        _ => match code.split_at(1) {
            ("[", item) => {
                let mut tree = plain("array", "");
                tree.set("items", type_of(of, item));
                tree
            }
            ("{", value) => {
                let mut tree = plain("object", "");
                tree.set("additionalProperties", type_of(of, value));
                tree
            }
            ("=", _) => plain("string", ""),
            _ => referred(of, code)
                .map_or_else(|| plain("object", ""), |it| reference(&component(it))),
        },
    }
}

/// Group, version, and kind, as documents name a kind.
pub(crate) fn kinds_of(kind: &str, api_version: &str) -> Tree {
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    let parts = [("group", group), ("kind", kind), ("version", version)];
    Tree::map(parts.map(|(key, value)| (key.to_owned(), value.into())))
}

/// The schema of a struct.
pub(crate) fn schema(of: &Struct) -> Tree {
    let mut tree = plain("object", "");
    if let Some(words) = description(of.name) {
        tree.set("description", words);
    }
    if of.is_kind {
        let kinds = Value::List(vec![kinds_of(of.name, of.group)]);
        tree.set("x-kubernetes-group-version-kind", kinds);
        for field in ["apiVersion", "kind"] {
            tree.child("properties").child(field).set("type", "string");
        }
    }
    for (name, code) in of.fields() {
        // The table has no type for the status of a kind, which manifests do not need; its struct has this name.
        let status = format!("{}Status", of.name);
        let code = match (name, code) {
            ("status", "a") if referred(of, &status).is_some() => &status,
            ("fieldsV1", "a") => "f1",
            _ => code,
        };
        let mut property = type_of(of, code);
        if let Some(words) = description(&format!("{}.{name}", of.name)) {
            property.set("description", words);
        }
        tree.child("properties").set(name, property);
    }
    let required: Vec<Tree> = required(of.name).map(Tree::from).collect();
    if !required.is_empty() {
        tree.set("required", Value::List(required));
    }
    tree
}

/// The schema of a custom kind: the one in its definition, plus the fields of every object
/// (`pkg/controller/openapi/builder` of `k8s.io/apiextensions-apiserver`).
pub(crate) fn custom_schema(kind: Kind, version: &Tree) -> Tree {
    let mut tree = version.at("schema.openAPIV3Schema").cloned().unwrap_or_default();
    tree.set("type", "object");
    for field in ["apiVersion", "kind"] {
        tree.child("properties").child(field).set("type", "string");
    }
    let meta =
        table().iter().find(|it| it.name == "ObjectMeta").map_or_else(String::new, component);
    tree.child("properties").set("metadata", reference(&meta));
    let of = kinds_of(kind.name(), kind.api_version());
    tree.set("x-kubernetes-group-version-kind", Value::List(vec![of]));
    tree
}

/// The schema that a reference names.
pub(super) fn named(reference: &str) -> Option<Tree> {
    let name = reference.strip_prefix(SCHEMAS)?;
    if let Some((_, _, kind, format)) = BASICS.iter().find(|(_, basic, ..)| *basic == name) {
        return Some(plain(kind, format));
    }
    let last = name.rsplit('.').next()?;
    table().iter().find(|it| it.name == last && component(it) == name).map(schema)
}
