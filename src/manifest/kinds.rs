//! Which kind of object a document is.

use super::decode::{Found, WrongType};
use super::deserializer;
use super::scalar::quoted;
use super::tree::{Node, Place, Value};
use super::{Refusal, autoscaling, schema};
use crate::api::{self, Kind, Object};
use crate::later::{self, later};
use crate::map::Set;
use crate::notation::closest;
use serde::de::DeserializeOwned;
use std::rc::Rc;

/// Further versions in which kinds are served, beyond [`Kind::api_version`].
const VERSIONS: [(Kind, &str); 2] =
    [(Kind::HorizontalPodAutoscaler, autoscaling::V1), (Kind::Event, "events.k8s.io/v1")];

/// What a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Identity {
    /// An object of this kind.
    Known(Kind),
    /// A `List` of objects, or a list of objects of one kind.
    List,
    /// Anything else.
    Other,
}

/// What the document is; none if it is empty.
///
/// # Errors
/// If it does not say (`getObjectKind` of `kubectl/pkg/util/openapi/validation`).
pub(super) fn identify(root: &Node) -> Result<Option<Identity>, Refusal> {
    let refuse = |words: &str, place: Place, advice: String| {
        let stderr = format!(
            "error: error validating \"STDIN\": error validating data: {words}; if you choose to \
             ignore these errors, turn validation off with --validate=false\n"
        );
        Err(Refusal::new(stderr, place, advice))
    };
    match &root.value {
        Value::Null => return Ok(None),
        Value::Map(_) => {}
        _ => {
            let advice = "an object is a map that begins with apiVersion and kind".into();
            return refuse("invalid object to validate", root.place, advice);
        }
    }
    let (mut words, mut place) = (Vec::new(), root.place);
    for field in ["apiVersion", "kind"] {
        match root.get(field).map(|node| (&node.value, node.place)) {
            None => words.push(format!("{field} not set")),
            Some((Value::Text(_), _)) => {}
            Some((_, at)) => {
                words.push(format!("{field} isn't string type"));
                place = at;
            }
        }
    }
    match words.as_slice() {
        [] => Ok(Some(known(root))),
        [one] => refuse(one, place, advice_on_header(root)),
        all => refuse(&format!("[{}]", all.join(", ")), place, advice_on_header(root)),
    }
}

fn known(root: &Node) -> Identity {
    let (version, kind) = (root.text("apiVersion"), root.text("kind"));
    let of_list = kind.strip_suffix("List").and_then(|kind| served(version, kind));
    match served(version, kind) {
        Some(kind) => Identity::Known(kind),
        None if (version, kind) == ("v1", "List") || of_list.is_some() => Identity::List,
        None => Identity::Other,
    }
}

/// The kind of this name, if it is served in this version.
fn served(version: &str, kind: &str) -> Option<Kind> {
    let known = Kind::named(kind)?;
    (known.api_version() == version || VERSIONS.contains(&(known, version))).then_some(known)
}

/// The items of a list; those of a list of one kind need not say that they are of it (`decodeToList` of
/// `k8s.io/apimachinery/pkg/apis/meta/v1/unstructured`).
pub(super) fn items(mut list: Node) -> Vec<Node> {
    let version = list.text("apiVersion").to_owned();
    let kind = list.text("kind").strip_suffix("List").unwrap_or_default().to_owned();
    let Some(Node { value: Value::List(mut items), .. }) = list.remove("items") else {
        return Vec::new();
    };
    for item in items.iter_mut().filter(|item| !kind.is_empty() && item.text("kind").is_empty()) {
        item.set("apiVersion", version.as_str());
        item.set("kind", kind.as_str());
    }
    items
}

fn advice_on_header(root: &Node) -> String {
    let kind = root.text("kind");
    let version = root.text("apiVersion");
    if let Some(known) = Kind::named(kind) {
        format!("add the line apiVersion: {}", known.api_version())
    } else if version == "apps/v1" {
        "add a line such as kind: StatefulSet".into()
    } else {
        "an object needs two lines such as apiVersion: apps/v1 and kind: StatefulSet".into()
    }
}

/// kubectl's words for a kind that the cluster does not know.
pub(super) fn no_matches(root: &Node) -> Refusal {
    let (version, kind) = (root.text("apiVersion"), root.text("kind"));
    let empty = Node::default();
    let metadata = root.get("metadata").unwrap_or(&empty);
    let stderr = format!(
        "error: resource mapping not found for name: {} namespace: {} from \"STDIN\": no matches \
         for kind {} in version {}\nensure CRDs are installed first\n",
        quoted(metadata.text("name")),
        quoted(metadata.text("namespace")),
        quoted(kind),
        quoted(version),
    );
    let known = Kind::named(kind);
    let field = if known.is_some() { "apiVersion" } else { "kind" };
    let names = || Kind::ALL.iter().map(|known| known.name());
    let advice = match known {
        Some(known) => format!("{kind} is in {}: write apiVersion: {0}", known.api_version()),
        None => match closest(kind, names()) {
            Some(name) => format!("did you mean kind: {name}?"),
            None => format!(
                "Kubernetes has no kind {kind}: apply its CustomResourceDefinition first, and this again; or \
                 leave it: the other objects are applied"
            ),
        },
    };
    Refusal::new(stderr, root.locate(field), advice)
}

/// kubectl's words for an object that has no name.
pub(super) fn without_name(root: &Node, kind: Kind) -> Option<Refusal> {
    let metadata = root.get("metadata");
    if metadata.is_some_and(|node| node.get("name").is_some_and(|name| !is_empty(name))) {
        return None;
    }
    let generated = metadata.map_or("", |node| node.text("generateName"));
    if !generated.is_empty() {
        let stderr = format!("error: from {generated}: cannot use generate name with apply\n");
        let place = root.locate("metadata.generateName");
        return Some(Refusal::new(stderr, place, "write metadata.name instead".into()));
    }
    let namespace = metadata.map_or("", |node| node.text("namespace"));
    let namespace = match namespace {
        _ if !kind.is_namespaced() => "",
        "" => api::DEFAULT_NAMESPACE,
        namespace => namespace,
    };
    let version = kind.api_version();
    // The core group has no name.
    let version = if version.contains('/') { version.to_owned() } else { format!("/{version}") };
    let stderr = format!(
        "error: error when retrieving current configuration of:\nResource: \"{version}, \
         Resource={}\", GroupVersionKind: \"{version}, Kind={kind}\"\nName: \"\", Namespace: \
         \"{namespace}\"\nfrom server for: \"STDIN\": resource name may not be empty\n",
        kind.plural()
    );
    Some(Refusal::new(stderr, root.locate("metadata"), "add metadata.name".into()))
}

fn is_empty(node: &Node) -> bool {
    matches!(&node.value, Value::Text(text) if text.is_empty())
}

/// Whether only components write objects of this kind as a rule: of what else they say, nothing is kept.
fn is_written_by_components(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::ControllerRevision
            | Kind::VolumeAttachment
            | Kind::EndpointSlice
            | Kind::Node
            | Kind::Lease
    )
}

/// Decodes a document as an object of this kind; one that an API server gave has what it filled in.
pub(super) fn decode(
    root: &Node,
    kind: Kind,
    is_recorded: bool,
) -> (Result<Object, WrongType>, Found) {
    let is_recorded = is_recorded || is_written_by_components(kind);
    let (mut decoded, mut found) = match (kind, OTHERS.get()) {
        (Kind::StatefulSet, _) => typed::<api::StatefulSet>(root, is_recorded),
        (Kind::Service, _) => typed::<api::Service>(root, is_recorded),
        (_, Some(decode)) => decode(root, kind, is_recorded),
        (_, None) => {
            let wrong = WrongType { message: later::MISSING.into(), place: root.place };
            (Err(wrong), Found::default())
        }
    };
    if let Ok(Object::Stored(object)) = &mut decoded {
        Rc::make_mut(object).kind = kind;
        if !is_recorded && !matches!(kind, Kind::Custom(_)) {
            schema::check_object(root, &mut found);
        }
    }
    match found.wrong.take() {
        Some(wrong) => (Err(wrong), found),
        None => (decoded, found),
    }
}

fn typed<T: DeserializeOwned + Into<Object>>(
    root: &Node,
    is_recorded: bool,
) -> (Result<Object, WrongType>, Found) {
    let (decoded, found) = deserializer::decode::<T>(root, is_recorded);
    (decoded.map(Into::into), found)
}

later! {
    /// [`decode`] for the kinds that the opening story does not have.
    static OTHERS: fn(&Node, Kind, bool) -> (Result<Object, WrongType>, Found) = decode_other;
}

fn decode_other(root: &Node, kind: Kind, is_recorded: bool) -> (Result<Object, WrongType>, Found) {
    if autoscaling::is_v1(root) {
        let mut root = root.clone();
        autoscaling::to_v2(&mut root);
        return typed::<api::StoredObject>(&root, is_recorded);
    }
    let decode = match kind {
        Kind::ControllerRevision => typed::<api::ControllerRevision>,
        Kind::Deployment => typed::<api::Deployment>,
        Kind::ReplicaSet => typed::<api::ReplicaSet>,
        Kind::Pod => typed::<api::Pod>,
        Kind::PersistentVolumeClaim => typed::<api::PersistentVolumeClaim>,
        Kind::PersistentVolume => typed::<api::PersistentVolume>,
        Kind::StorageClass => typed::<api::StorageClass>,
        Kind::VolumeAttachment => typed::<api::VolumeAttachment>,
        Kind::EndpointSlice => typed::<api::EndpointSlice>,
        Kind::ConfigMap => typed::<api::ConfigMap>,
        Kind::PodDisruptionBudget => typed::<api::PodDisruptionBudget>,
        Kind::Node => typed::<api::Node>,
        Kind::Lease => typed::<api::Lease>,
        _ => typed::<api::StoredObject>,
    };
    decode(root, is_recorded)
}

/// Whether the objects that a text describes, a manifest or a recipe, need the second part of the program: unless they
/// are at most one StatefulSet and one Service, in plain words.
pub(crate) fn needs_later(text: &str) -> bool {
    let is_json = |line: &str| line.trim_start().starts_with('{');
    if text.contains(['\\', '&', '*', '!']) || text.lines().any(is_json) {
        return true;
    }
    let mut words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    let (mut count, mut kinds) = (0, Set::new());
    while let Some(word) = words.next() {
        if word == "kind"
            && let Some(kind) = words.find(|word| !word.is_empty())
        {
            count += 1;
            kinds.insert(kind);
        }
    }
    kinds.len() < count || kinds.iter().any(|kind| !["Service", "StatefulSet"].contains(kind))
}
