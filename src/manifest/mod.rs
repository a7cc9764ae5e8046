//! YAML in, objects out; what is wrong is refused in the words of kubectl and the API server.
//!
//! A text goes the way that `kubectl apply -f -` sends it: it is cut into documents (`stream`), each is
//! read as JSON (`json`) or YAML (`yaml`, `tree`, `scalar`, `syntax`), its kind is looked up (`kinds`), it is decoded
//! strictly (`decode`, `deserializer`, `known`; `custom` by the schema of a definition), completed with the defaults of the API (`defaults`), and
//! validated ([`validate()`]). `advice` adds what the API server does not say: what to do about it.
//!
//! A field that Kubernetes has and the model has not is accepted, listed, and kept in its struct
//! ([`Other`](crate::api::Other)), so that changing it in a pod template is a new revision. What a real cluster answered is read
//! leniently (`observed`).
//!
//! This module uses [`crate::api`] and the spelling help of [`crate::notation`].

mod advice;
pub mod autoscaling;
mod custom;
mod decode;
mod defaults;
mod deserializer;
mod ephemeral;
mod json;
mod kinds;
mod known;
mod mistake;
mod names;
mod needs_schema;
mod observed;
mod print;
mod revise;
mod scalar;
pub mod schema;
mod stored_defaults;
mod stream;
mod syntax;
mod tree;
mod unknown;
mod validate;
mod yaml;

pub use ephemeral::with_ephemeral;
pub(crate) use kinds::needs_later;
pub use known::all_further_fields;
pub use needs_schema::needs_schema;
pub use observed::{
    Keep, Misread, OBSERVED_KINDS, observed, observed_items, observed_kind, read_kept,
};
pub use print::to_yaml;
pub use revise::revise;
pub(crate) use scalar::base64;
pub use unknown::drop_unknown;
pub use validate::{FieldError, invalid, validate, validate_update};

use crate::api::{Kind, Object, StoredObject};
use crate::later::later;
use crate::task::{self, Progress};
use decode::{Extra, Found, WrongType};
use tree::{Node, Place};

/// What kubectl prints when the text has no objects.
pub const NO_OBJECTS: &str = "error: no objects passed to apply\n";

/// One YAML document, or one item of a `List`.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// The number of its first line in the text, from 1.
    pub line: u32,
    /// The document as it was read; empty if it could not be.
    pub tree: Node,
    /// The object, or why it is refused.
    pub outcome: Result<Object, Refusal>,
    /// What the object has and the model does not act on, in the order of the paths.
    pub not_simulated: Vec<NotSimulated>,
    /// Keys that their map had already, and where; the last one counts. The first object of a list has those of the whole list.
    pub doubled: Vec<(String, Place)>,
}

/// The feature gates that decide what is valid.
#[derive(Clone, Copy, Debug, Default)]
pub struct Gates {
    /// `StatefulSetRecreateStrategy`
    pub has_recreate: bool,
}

impl Document {
    /// Reads its tree again, which was changed, or is of a kind that one of these CustomResourceDefinitions defines.
    pub fn read_again<'a>(
        &mut self,
        definitions: impl IntoIterator<Item = &'a StoredObject>,
        gates: Gates,
    ) {
        if let Ok(Some(kind)) = kinds::identify(&self.tree) {
            let definition = match kind {
                kinds::Identity::Other => custom::definition(&self.tree, definitions),
                _ => None,
            };
            (self.outcome, self.not_simulated) = object(&self.tree, kind, gates, definition);
        }
    }

    /// Whether it is of a kind that only a CustomResourceDefinition can define.
    pub fn is_custom(&self) -> bool {
        matches!(kinds::identify(&self.tree), Ok(Some(kinds::Identity::Other)))
    }
}

/// A field that is accepted and does nothing here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotSimulated {
    /// The field, as in `spec.template.spec.containers[0].resources`.
    pub path: String,
    /// The line of its name, from 1.
    pub line: u32,
    /// The column of its name, in characters from 1.
    pub column: u32,
}

/// Why an object is refused, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What kubectl prints, line breaks included.
    pub stderr: String,
    /// The line that the refusal is about, from 1.
    pub line: u32,
    /// The column, in characters from 1.
    pub column: u32,
    /// What to do about it, one line for each thing; may be empty.
    pub advice: String,
}

impl Refusal {
    fn new(stderr: String, place: Place, advice: String) -> Refusal {
        Refusal { stderr, line: place.line, column: place.column, advice }
    }
}

/// Reads a text as `kubectl apply -f -` does: one document for each object, in order.
///
/// Parts without content are skipped. As with kubectl, a refused object does not stop the others,
/// but nothing is read after a part that is not YAML, or that has no kind.
pub fn parse(text: &str) -> Vec<Document> {
    task::finish(parse_in_slices(text, Gates::default(), &Progress::default()))
}

/// [`parse`] in slices. The progress counts lines.
pub async fn parse_in_slices(text: &str, gates: Gates, progress: &Progress) -> Vec<Document> {
    // `FileVisitor` of `k8s.io/cli-runtime` drops the byte order mark.
    let text =
        text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n").replace('\r', "\n");
    let mut documents = Vec::new();
    let last = u32::try_from(text.lines().count()).unwrap_or(u32::MAX).max(1);
    for part in stream::parts(&text) {
        progress.reached(part.first_line.into(), last.into()).await;
        let read = part.read(last, progress).await;
        let stop = match read {
            Ok((root, doubled)) => {
                let count = documents.len();
                let stop = add(root, gates, &mut documents, progress).await;
                if let Some(document) = documents.get_mut(count) {
                    document.doubled = doubled;
                }
                stop
            }
            Err(refusal) => Some((Node::default(), refusal)),
        };
        if let Some((tree, refusal)) = stop {
            let line = part.first_content_line().min(refusal.line);
            let not_simulated = Vec::new();
            let outcome = Err(refusal);
            documents.push(Document { line, tree, outcome, not_simulated, doubled: Vec::new() });
            break;
        }
    }
    for document in &mut documents {
        document.line = document.line.clamp(1, last);
        if let Err(refusal) = &mut document.outcome {
            refusal.line = refusal.line.clamp(1, last);
        }
    }
    documents
}

/// Adds the documents of a part: one, or those of a list. Returns a refusal that stops kubectl, with what it is about.
async fn add(
    root: Node,
    gates: Gates,
    documents: &mut Vec<Document>,
    progress: &Progress,
) -> Option<(Node, Refusal)> {
    // What is left to be added, the last one first.
    let mut left = vec![root];
    while let Some(root) = left.pop() {
        let kind = match kinds::identify(&root) {
            Ok(None) => continue,
            Ok(Some(kind)) => kind,
            Err(refusal) => return Some((root, refusal)),
        };
        if matches!(kind, kinds::Identity::List) {
            left.extend(kinds::items(root).into_iter().rev());
            continue;
        }
        progress.pause().await;
        let line = root.place.line;
        let (outcome, not_simulated) = object(&root, kind, gates, None);
        let doubled = Vec::new();
        documents.push(Document { line, tree: root, outcome, not_simulated, doubled });
    }
    None
}

/// Reads a text, YAML or JSON, as a tree.
///
/// # Errors
/// In the words of the YAML library.
pub fn read(text: &str) -> Result<Node, String> {
    let mut tree = read_json(text).map_or_else(|| tree::read(text, 1), Ok);
    if let Ok(tree) = &mut tree {
        tree.forget_places();
    }
    tree.map_err(|syntax| syntax.message)
}

/// The only value of a text that is JSON.
fn read_json(text: &str) -> Option<Node> {
    let mut reader = json::Reader::new(text);
    let node = reader.next()?.ok()?;
    (reader.next().is_none() && reader.beyond.is_none()).then_some(node)
}

/// Reads an object that an API server gave: with its status, and whatever else the server filled in.
///
/// # Errors
/// Why the text is no object of the model.
pub fn recorded(text: &str) -> Result<Object, String> {
    let root = read(text)?;
    let (version, name) = (root.text("apiVersion"), root.text("kind"));
    let is_kind = |kind: &&Kind| kind.name() == name && kind.api_version() == version;
    let kind =
        Kind::ALL.iter().find(is_kind).ok_or_else(|| format!("no kind {name} in {version}"))?;
    let (decoded, _) = kinds::decode(&root, *kind, true);
    let mut object = decoded.map_err(|wrong| wrong.message)?;
    observed::normalize(&mut object);
    Ok(object)
}

/// An object, or the value of the wrong type, and what else was found.
type Decoded = (Result<Object, WrongType>, Found);

later! {
    /// Decodes an object of a kind that a CustomResourceDefinition defines.
    static CUSTOM: fn(&Node, Kind, &StoredObject) -> Decoded = custom::decode;
    also kinds, stream, validate;
}

/// Makes an object of a document whose kind is known.
fn object(
    root: &Node,
    kind: kinds::Identity,
    gates: Gates,
    definition: Option<&StoredObject>,
) -> (Result<Object, Refusal>, Vec<NotSimulated>) {
    let kind = match (kind, definition.and_then(StoredObject::defined_kind)) {
        (kinds::Identity::Known(kind), _) | (_, Some(kind)) => kind,
        _ => return (Err(kinds::no_matches(root)), Vec::new()),
    };
    if let Some(refusal) = kinds::without_name(root, kind) {
        return (Err(refusal), Vec::new());
    }
    let (decoded, found) = match definition {
        Some(definition) => match CUSTOM.get() {
            Some(decode) => decode(root, kind, definition),
            None => kinds::decode(root, kind, false),
        },
        None => kinds::decode(root, kind, false),
    };
    let mut object = match decoded {
        Ok(_) if !found.unknown.is_empty() => {
            let fields: Vec<String> = found
                .unknown
                .iter()
                .map(|extra| format!("unknown field \"{}\"", extra.path))
                .collect();
            let words = format!("strict decoding error: {}", fields.join(", "));
            let first = found.unknown.iter().map(|extra| extra.place).min().unwrap_or_default();
            return (Err(bad_request(root, &words, first, advice::unknown(&found))), Vec::new());
        }
        Ok(object) => object,
        Err(WrongType { message, place }) => {
            let advice = advice::wrong_type(&message);
            return (Err(bad_request(root, &message, place, advice)), Vec::new());
        }
    };
    defaults::complete(&mut object, &found.not_simulated);
    let missing = validate::missing(&object, &found.not_simulated);
    let found_so_far = validate::merge(validate(&object, gates), found.errors);
    let errors = validate::merge(found_so_far, missing);
    let outcome = match errors.first() {
        None => Ok(object),
        Some(first) => {
            let name = object.meta().name.clone();
            let stderr = invalid(&format!("{kind} \"{name}\""), &errors);
            let place = root.locate(&first.field);
            Err(Refusal::new(stderr, place, advice::invalid(&object, &errors)))
        }
    };
    let mut not_simulated: Vec<NotSimulated> =
        found.not_simulated.into_iter().map(NotSimulated::from).collect();
    if !kind.is_simulated() {
        not_simulated = vec![as_a_whole(root)];
    }
    (outcome, not_simulated)
}

/// How an object that is only stored is listed: once, as a whole.
fn as_a_whole(root: &Node) -> NotSimulated {
    let (path, place) = (root.text("kind").to_owned(), root.locate("kind"));
    NotSimulated { path, line: place.line, column: place.column }
}

impl From<Extra> for NotSimulated {
    fn from(extra: Extra) -> NotSimulated {
        NotSimulated { path: extra.path, line: extra.place.line, column: extra.place.column }
    }
}

/// The words of the API server for what it cannot decode.
fn bad_request(root: &Node, words: &str, place: Place, advice: String) -> Refusal {
    let kind = root.text("kind");
    let version = root.text("apiVersion").rsplit('/').next().unwrap_or_default();
    let stderr = format!(
        "Error from server (BadRequest): error when creating \"STDIN\": {kind} in version \
         \"{version}\" cannot be handled as a {kind}: {words}\n"
    );
    Refusal::new(stderr, place, advice)
}
