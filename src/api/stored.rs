//! Objects of kinds that are not simulated.

use super::Kind;
use super::json::Node;
use super::meta::ObjectMeta;
use super::other::Other;
use serde::{Deserialize, Serialize};

/// An object of a kind that is not simulated, such as a Secret or an Ingress: stored and answered as it was
/// written. What refers to it may ask whether it is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct StoredObject {
    /// The kind.
    #[serde(skip)]
    pub kind: Kind,
    /// Name.
    pub metadata: ObjectMeta,
    /// Everything else.
    #[serde(rename = "")]
    pub other: Other,
}

impl StoredObject {
    /// An object of this kind, namespace and name that has nothing else.
    pub fn new(kind: Kind, namespace: &str, name: &str) -> StoredObject {
        let (name, namespace) = (name.to_owned(), namespace.to_owned());
        let metadata = ObjectMeta { name, namespace, ..ObjectMeta::default() };
        StoredObject { kind, metadata, other: Other::default() }
    }

    /// The object with these fields.
    pub fn with(self, fields: Node) -> StoredObject {
        StoredObject { other: fields.into(), ..self }
    }
}

impl From<StoredObject> for super::Object {
    fn from(object: StoredObject) -> super::Object {
        super::Object::Stored(object.into())
    }
}
