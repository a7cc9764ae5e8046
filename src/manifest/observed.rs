//! Reads what the API server of a real cluster answered, of any version.
//!
//! Nothing is refused because it is unknown: kinds that the model has not are skipped, versions and further fields are
//! ignored. Only the fields that the caller keeps are stored; the others are dropped while the text is read.

pub use super::tree::Keep;
use super::tree::{Node, Place, Value};
use super::{json, kinds, stream};
use crate::api::{Key, Kind, Object, PersistentVolumeClaimStatus, Uid};
use crate::limits::{self, Limit};
use std::rc::Rc;

/// Why a text, or the rest of it, cannot be read, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misread {
    /// In the words of kubectl.
    pub message: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, in characters from 1.
    pub column: u32,
}

impl Misread {
    fn new(message: String, place: Place) -> Misread {
        Misread { message, line: place.line.max(1), column: place.column.max(1) }
    }
}

/// The documents of a text, JSON or YAML, with the fields that are kept; and why reading ended early, if it did.
pub fn read_kept(text: &str, keep: Keep) -> (Vec<Node>, Option<Misread>) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut documents = Vec::new();
    if text.trim_start().starts_with(['{', '[']) {
        let mut reader = json::Reader::keeping(text, keep);
        while let Some(read) = reader.next() {
            match read {
                Ok(node) => documents.push(node),
                Err(failure) => {
                    return (documents, Some(Misread::new(failure.words.clone(), failure.place)));
                }
            }
        }
        return (documents, None);
    }
    for part in stream::parts(text) {
        match part.read_kept(keep) {
            Ok(Node { value: Value::Null, .. }) => {}
            Ok(node) => documents.push(node),
            Err((message, place)) => return (documents, Some(Misread::new(message, place))),
        }
    }
    (documents, None)
}

/// The kinds that are read from a real cluster; of others nothing is kept.
pub const OBSERVED_KINDS: [Kind; 13] = [
    Kind::StatefulSet,
    Kind::ControllerRevision,
    Kind::Deployment,
    Kind::ReplicaSet,
    Kind::Pod,
    Kind::PersistentVolumeClaim,
    Kind::PersistentVolume,
    Kind::StorageClass,
    Kind::VolumeAttachment,
    Kind::Service,
    Kind::EndpointSlice,
    Kind::PodDisruptionBudget,
    Kind::Node,
];

/// The kind of a document from a real cluster, in any version of its API group.
pub fn observed_kind(root: &Node) -> Option<Kind> {
    let group = |version: &str| version.rsplit_once('/').map_or("", |(group, _)| group).to_owned();
    let (version, name) = (root.text("apiVersion"), root.text("kind"));
    let given = group(version);
    let is_kind = |kind: &&Kind| {
        // Workloads were in this group until v1.15.
        let is_old = given == "extensions" && kind.api_version().starts_with("apps/");
        kind.name() == name && (group(kind.api_version()) == given || is_old)
    };
    OBSERVED_KINDS.iter().find(is_kind).copied()
}

/// Reads an object of this kind from a real cluster. Attachments get the name by which the model finds them.
///
/// # Errors
/// A value of the wrong type, and where.
pub fn observed(mut root: Node, kind: Kind) -> Result<Object, Misread> {
    if kind == Kind::VolumeAttachment {
        let spec = root.child("spec");
        if let Some(volume) =
            spec.remove("source").and_then(|it| it.get("persistentVolumeName").cloned())
        {
            spec.set("persistentVolumeName", volume);
        }
        let name = ["persistentVolumeName", "nodeName"].map(|key| spec.text(key).to_owned());
        root.child("metadata").set("name", format!("csi-{}-{}", name[0], name[1]).as_str());
    }
    let (decoded, _) = kinds::decode(&root, kind, true);
    let mut object = decoded.map_err(|wrong| Misread::new(wrong.message, wrong.place))?;
    if object.meta().name.is_empty() {
        let place = root.locate("metadata");
        return Err(Misread::new("the object has no metadata.name".into(), place));
    }
    if object.replicas_mut().is_some_and(|replicas| *replicas > limits::PODS as i32) {
        return Err(Misread::new(Limit::Pods.sentence(), root.locate("spec.replicas")));
    }
    let own_key = object.key();
    let meta = object.meta_mut();
    if meta.uid == Uid::default() {
        meta.uid = stand_in(kind, &own_key);
    }
    normalize(&mut object);
    Ok(object)
}

/// A UID for an object without one, always the same for its kind and name (FNV-1a).
fn stand_in(kind: Kind, key: &Key) -> Uid {
    let words = [kind.name(), key.namespace(), key.name()].join("/");
    let mix = |hash: u128, byte: u8| {
        (hash ^ u128::from(byte)).wrapping_mul(0x0100_0000_0000_0000_0000_013b)
    };
    Uid(words.bytes().fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d, mix))
}

/// Removes from an object what an API server fills in and the model does not have.
pub(super) fn normalize(object: &mut Object) {
    match object {
        Object::StatefulSet(set) => {
            // The status that the API server prints in a template of claims is that of no claim.
            for claim in &mut Rc::make_mut(set).spec.volume_claim_templates {
                claim.status = PersistentVolumeClaimStatus::default();
            }
        }
        Object::Pod(pod) => Rc::make_mut(pod).forget_defaults(),
        _ => {}
    }
}

/// The items of a list, each with its kind; the document itself if it is none.
pub fn observed_items(root: Node) -> Vec<Node> {
    let is_list = root.text("kind").ends_with("List")
        && matches!(root.get("items"), Some(Node { value: Value::List(_), .. }));
    match (&root.value, is_list) {
        (Value::List(_), _) => match root.value {
            Value::List(items) => items.into_iter().flat_map(observed_items).collect(),
            _ => Vec::new(),
        },
        (_, true) => kinds::items(root).into_iter().flat_map(observed_items).collect(),
        _ => vec![root],
    }
}
