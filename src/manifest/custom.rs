//! Custom resources: objects of the kinds that CustomResourceDefinitions define.
//!
//! Follows `k8s.io/apiextensions-apiserver`: unknown fields are refused (kubectl asks for strict validation), defaults
//! are filled in, and values are validated (`pkg/apiserver/{schema,validation}`, and `validate` of `k8s.io/kube-openapi`).
//! Not supported in schemas: patterns, formats, and CEL rules.

use super::decode::{Extra, Found, WrongType};
use super::scalar::quoted;
use super::tree::{Node, Value};
use super::{FieldError, kinds};
use crate::api::{Kind, Object, StoredObject};

/// The CustomResourceDefinition of a tree's kind, if it serves the version.
pub(super) fn definition<'a>(
    root: &Node,
    definitions: impl IntoIterator<Item = &'a StoredObject>,
) -> Option<&'a StoredObject> {
    let (version, kind) = (root.text("apiVersion"), root.text("kind"));
    let is_it = |it: &&StoredObject| {
        it.version(version).is_some() && it.defined_kind().is_some_and(|it| it.name() == kind)
    };
    definitions.into_iter().find(is_it)
}

/// Decodes a tree of the kind that a CustomResourceDefinition defines, completed with its defaults.
pub(super) fn decode(
    root: &Node,
    kind: Kind,
    definition: &StoredObject,
) -> (Result<Object, WrongType>, Found) {
    let (mut tree, mut check) = (root.clone(), Check::default());
    let version = definition.version(root.text("apiVersion"));
    if let Some(schema) = version.and_then(|version| version.at("schema.openAPIV3Schema")) {
        check.fields(schema, &mut tree, "");
        check.alternatives(schema, &tree, "");
    }
    // Clients write the status separately.
    if definition.has_status(root.text("apiVersion")) {
        tree.remove("status");
    }
    let (decoded, mut found) = kinds::decode(&tree, kind, false);
    found.unknown.append(&mut check.unknown);
    found.errors.append(&mut check.errors);
    (decoded, found)
}

/// What is wrong with an object.
#[derive(Default)]
struct Check {
    unknown: Vec<Extra>,
    errors: Vec<FieldError>,
}

impl Check {
    fn error(&mut self, field: &str, detail: String) {
        self.errors.push(FieldError { field: field.into(), detail });
    }

    fn invalid(&mut self, field: &str, value: &str, words: &str) {
        self.error(field, format!("Invalid value: {value}: {field} in body {words}"));
    }

    /// Checks the value at a path.
    fn value(&mut self, schema: &Node, node: &mut Node, path: &str) {
        let is = |field: &str| schema.word(field) == "true";
        let wanted = match is("x-kubernetes-int-or-string") {
            true => "integer,string",
            false => schema.text("type"),
        };
        let found = match &node.value {
            Value::Null if is("nullable") => return,
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Int(_) => "integer",
            Value::Float(_) => "number",
            Value::Text(_) => "string",
            Value::List(_) => "array",
            Value::Map(_) => "object",
        };
        let fits = |wanted: &str| wanted == found || (wanted, found) == ("number", "integer");
        if !wanted.is_empty() && !wanted.split(',').any(fits) {
            let words = format!("must be of type {wanted}: \"{found}\"");
            return self.invalid(path, &quoted(found), &words);
        }
        let allowed = schema.list("enum");
        if !allowed.is_empty() && !allowed.iter().any(|it| it.json() == node.json()) {
            let supported: Vec<String> = allowed.iter().map(Node::json).collect();
            let (value, supported) = (node.json(), supported.join(", "));
            self.error(path, format!("Unsupported value: {value}: supported values: {supported}"));
        }
        self.limits(schema, node, path);
        self.alternatives(schema, node, path);
        if found == "object" {
            self.fields(schema, node, path);
        }
        if let (Some(of), Value::List(items)) = (schema.get("items"), &mut node.value) {
            for (index, item) in items.iter_mut().enumerate() {
                self.value(of, item, &format!("{path}[{index}]"));
            }
        }
    }

    /// Checks `anyOf`, `oneOf`, `allOf`, and `not` of a schema (`schema_props.go`).
    fn alternatives(&mut self, schema: &Node, node: &Node, path: &str) {
        let failures = |schema: &Node| {
            let mut check = Check::default();
            check.value(schema, &mut node.clone(), path);
            check.errors
        };
        for (field, words) in [
            ("anyOf", "must validate at least one schema (anyOf)"),
            ("oneOf", "must validate one and only one schema (oneOf)"),
            ("allOf", "must validate all the schemas (allOf)"),
        ] {
            let mut failed: Vec<_> = schema.list(field).iter().map(failures).collect();
            let (all, valid) = (failed.len(), failed.iter().filter(|it| it.is_empty()).count());
            let found = match (field, valid) {
                ("allOf", valid) if valid < all => {
                    if valid == 0 { ". None validated" } else { "" }.into()
                }
                ("anyOf", 0) if all > 0 => String::new(),
                ("oneOf", 0) if all > 0 => ". Found none valid".into(),
                ("oneOf", 2..) => format!(". Found {valid} valid alternatives"),
                _ => continue,
            };
            if field != "allOf" {
                // Report the errors of the alternative that fits best.
                let best = (0..all).min_by_key(|index| failed.get(*index).map_or(0, Vec::len));
                failed = best.map(|best| failed.swap_remove(best)).into_iter().collect();
            }
            self.combined(path, &format!("{words}{found}"));
            self.errors.extend(failed.into_iter().flatten());
        }
        if schema.get("not").is_some_and(|schema| failures(schema).is_empty()) {
            self.combined(path, "must not validate the schema (not)");
        }
    }

    /// An error of a combined schema, which the API server reports without a path.
    fn combined(&mut self, path: &str, words: &str) {
        self.error("<nil>", format!("Invalid value: \"\": \"{path}\" {words}"));
    }

    /// How large a number, and how long a text or a list may be.
    fn limits(&mut self, schema: &Node, node: &Node, path: &str) {
        let limit = |field: &str| schema.get(field).and_then(Node::as_int);
        let (size, few, many) = match &node.value {
            Value::Int(number) => {
                let value = number.to_string();
                if let Some(least) = limit("minimum").filter(|least| number < least) {
                    let words = format!("should be greater than or equal to {least}");
                    self.invalid(path, &value, &words);
                }
                if let Some(most) = limit("maximum").filter(|most| number > most) {
                    self.invalid(path, &value, &format!("should be less than or equal to {most}"));
                }
                return;
            }
            Value::Text(text) => (text.chars().count(), limit("minLength"), limit("maxLength")),
            Value::List(items) => (items.len(), limit("minItems"), limit("maxItems")),
            _ => return,
        };
        let size = i64::try_from(size).unwrap_or(i64::MAX);
        let is_text = matches!(node.value, Value::Text(_));
        if let Some(few) = few.filter(|few| size < *few) {
            let (value, words) = match is_text {
                true => (node.json(), format!("be at least {few} chars long")),
                false => (size.to_string(), format!("have at least {few} items")),
            };
            self.invalid(path, &value, &format!("should {words}"));
        }
        if let Some(many) = many.filter(|many| size > *many) {
            self.error(
                path,
                match is_text {
                    true => format!("Too long: may not be more than {many} bytes"),
                    false => format!("Too many: {size}: must have at most {many} items"),
                },
            );
        }
    }

    /// Checks the fields of the object at a path: those of the whole object if it is empty.
    fn fields(&mut self, schema: &Node, node: &mut Node, path: &str) {
        let is = |field: &str| schema.word(field) == "true";
        let below = |key: &str| match path {
            "" => key.to_owned(),
            path => format!("{path}.{key}"),
        };
        let none = Node::default();
        let properties = schema.get("properties").unwrap_or(&none);
        let further = schema.get("additionalProperties");
        for entry in properties.entries() {
            if let Some(default) = entry.node.get("default") {
                node.set_default(&entry.key, default.clone());
            }
        }
        let is_whole = path.is_empty() || is("x-kubernetes-embedded-resource");
        let Value::Map(entries) = &mut node.value else { return };
        for entry in entries {
            let (key, path) = (entry.key.as_str(), below(&entry.key));
            if is_whole && matches!(key, "apiVersion" | "kind" | "metadata") {
                continue;
            }
            match (properties.get(key), further) {
                (Some(schema), _) => self.value(schema, &mut entry.node, &path),
                // It may also be just `true`.
                (None, Some(schema)) => self.value(schema, &mut entry.node, &path),
                (None, None) if is("x-kubernetes-preserve-unknown-fields") => {}
                (None, None) => {
                    self.unknown.push(Extra { path, place: entry.place, owner: "" });
                }
            }
        }
        for key in schema.list("required").iter().map(Node::as_text) {
            if node.get(key).is_none() {
                self.error(&below(key), "Required value".into());
            }
        }
    }
}
