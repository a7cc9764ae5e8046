//! Documents that kubectl or the API server cannot read, in the words of the verb that sends them.

use super::objects::{refused, stored};
use super::view::Named;
use super::{Call, Plan, patch};
use crate::api::json::{Node as Tree, Value};
use crate::api::{Kind, LAST_APPLIED, Object};
use crate::manifest::{self, Document, Refusal};

const CREATING: &str = "error when creating \"STDIN\": ";

/// kubectl's error for a document that it does not validate, with neither a kind nor a name that it knows
/// (`k8s.io/cli-runtime/pkg/resource`): `diff` and `delete` send what they read. `doing` is what fails.
pub(super) fn unread(tree: &Tree, doing: &str) -> Option<String> {
    let of = match &tree.value {
        Value::Map(_) => "",
        Value::List(_) => "array",
        Value::Text(_) => "string",
        Value::Bool(_) => "bool",
        Value::Null => return None,
        _ => "number",
    };
    let decoding = |words: String| Some(format!("error: unable to decode \"STDIN\": {words}"));
    if !of.is_empty() {
        let words = "into Go value of type unstructured.detector";
        return decoding(format!("json: cannot unmarshal {of} {words}"));
    }
    if tree.text("kind").is_empty() {
        let mut tree = tree.clone();
        tree.forget_places();
        return decoding(format!("Object 'Kind' is missing in '{}'", tree.json()));
    }
    let (kind, name) = (Kind::named(tree.text("kind"))?, tree.word("metadata.name"));
    let is_versioned = tree.get("apiVersion").is_some();
    if is_versioned && kind.api_version() != tree.text("apiVersion") {
        return None;
    }
    match name.is_empty() {
        true => Some(format!("error: {doing}resource name may not be empty")),
        false if is_versioned => None,
        false => Some(format!(
            "Error from server (NotFound): {doing}the server could not find the requested resource"
        )),
    }
}

/// The error for a document that could not be read, as the verb prints it.
pub(super) fn not_read(call: &Call<'_>, document: &Document, refusal: &Refusal) -> Plan {
    let verb = call.verb.name;
    if let Some(words) = unread(&document.tree, "").filter(|_| verb == "diff") {
        return Plan::refuse(words);
    }
    let is_nameless = refusal.stderr.ends_with("resource name may not be empty\n");
    if verb == "replace" && is_nameless && call.view.is_recent() {
        return Plan::refuse(
            "error: error when replacing \"STDIN\": resource name may not be empty",
        );
    }
    let mut plan = refused(refusal);
    let exists = || {
        let named = super::view::Asked::of_document(&call.view, document)?;
        let namespace = named.namespace.as_deref().unwrap_or(call.namespace());
        let live = call.view.get(named.of, namespace, &named.name)?;
        Some((named, live))
    };
    let words = match verb {
        "replace" => "error when replacing \"STDIN\": ",
        "diff" if exists().is_some() => "error when patching \"STDIN\": ",
        "diff" => "",
        "apply" if plan.output.stderr.contains(CREATING) => {
            let Some((named, live)) = exists() else { return plan };
            plan.output.stderr = patching(call, &named, &live, document, &plan.output.stderr);
            return plan;
        }
        _ => return plan,
    };
    plan.output.stderr = plan.output.stderr.replace(CREATING, words);
    plan
}

/// The error of `apply` for a document that the API server cannot decode, and whose object exists.
fn patching(
    call: &Call<'_>,
    named: &Named,
    live: &Tree,
    document: &Document,
    refusal: &str,
) -> String {
    let mut modified = document.tree.clone();
    modified.forget_places();
    let metadata = modified.child("metadata");
    if named.of.is_namespaced() {
        metadata.set("namespace", live.word("metadata.namespace").as_str());
    }
    metadata.set_default("annotations", Tree::map([]));
    metadata.child("annotations").remove(LAST_APPLIED);
    let text = modified.json() + "\n";
    modified.child("metadata").child("annotations").set(LAST_APPLIED, text.as_str());
    let last = live.at("metadata.annotations").map_or("", |notes| notes.text(LAST_APPLIED));
    let last = manifest::read(last).ok().filter(|it| !it.entries().is_empty());
    let patch = patch::three_way_patch(last.as_ref(), &modified, live);
    match stored(call, named.of, live) {
        Some(old) => applying(&old, &patch, &refusal.replace(CREATING, "")),
        None => refusal.to_owned(),
    }
}

/// The error of `apply` for a patch that the API server rejects (`AddSourceToErr`); errors about fields are printed without
/// the patch.
pub(super) fn applying(old: &Object, patch: &Tree, refusal: &str) -> String {
    let split =
        refusal.split_once("): ").filter(|(kind, _)| kind.starts_with("Error from server ("));
    let Some((kind, words)) = split else { return refusal.to_owned() };
    let (of, meta) = (old.kind(), old.meta());
    let (resource, version, name) = (of.plural(), of.api_version(), of.name());
    let version = if version.contains('/') { version.to_owned() } else { format!("/{version}") };
    format!(
        "{kind}): error when applying patch:\n{}\nto:\nResource: \"{version}, Resource={resource}\", GroupVersionKind: \
         \"{version}, Kind={name}\"\nName: \"{}\", Namespace: \"{}\"\nfor: \"STDIN\": error when patching \"STDIN\": {words}",
        patch.json(),
        meta.name,
        meta.namespace
    )
}
