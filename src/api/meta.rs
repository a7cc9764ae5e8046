//! What all objects share: names, identity, ownership, time.

use crate::map::Map;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::rc::Rc;

/// The namespace of objects that name none.
pub const DEFAULT_NAMESPACE: &str = "default";

/// An instant: milliseconds since the beginning of the recipe.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Time(pub u64);

impl Time {
    /// The instant `ms` milliseconds later.
    pub fn plus(self, ms: u64) -> Time {
        Time(self.0.saturating_add(ms))
    }

    /// The milliseconds from `earlier` to this instant, 0 if that is later.
    pub fn since(self, earlier: Time) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// The identity of one incarnation of an object: a replacement has the same name and another UID.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Uid(pub u128);

impl Uid {
    /// The first four hexadecimal digits: enough for a person to tell two pods apart.
    pub fn short(self) -> String {
        format!("{:04x}", self.0 >> 112)
    }
}

impl fmt::Display for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hex = format!("{:032x}", self.0);
        write!(f, "{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
    }
}

/// The namespace and the name of an object; cheap to clone. A cluster-scoped object has no namespace.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(Rc<str>);

impl Key {
    /// The key of `name` in `namespace`.
    pub fn new(namespace: &str, name: &str) -> Key {
        Key(format!("{namespace}/{name}").into())
    }

    /// The namespace, empty for a cluster-scoped object.
    pub fn namespace(&self) -> &str {
        self.0.split_once('/').map_or("", |(namespace, _)| namespace)
    }

    /// The name within the namespace.
    pub fn name(&self) -> &str {
        self.0.split_once('/').map_or(&*self.0, |(_, name)| name)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Labels or annotations.
pub type Labels = Map<String, String>;

/// The metadata of an object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ObjectMeta {
    /// The name, unique for its kind within the namespace.
    pub name: String,
    /// The namespace; empty for cluster-scoped objects.
    pub namespace: String,
    /// Given at creation, never used again.
    #[serde(skip_deserializing)]
    pub uid: Uid,
    /// The number of the last write to this object, counted over the whole store.
    #[serde(skip_deserializing)]
    pub resource_version: u64,
    /// Counts the changes of the spec.
    #[serde(skip_deserializing)]
    pub generation: u64,
    /// When the object was created.
    #[serde(skip_deserializing)]
    pub creation_timestamp: Time,
    /// When the object is to be gone (for a pod: the end of its grace period); set once deletion was asked for.
    #[serde(skip_deserializing)]
    pub deletion_timestamp: Option<Time>,
    /// The grace period of that deletion in seconds.
    #[serde(skip_deserializing)]
    pub deletion_grace_period_seconds: Option<u64>,
    /// What selectors look at.
    pub labels: Labels,
    /// Notes for programs.
    pub annotations: Labels,
    /// The objects whose end is the end of this one.
    #[serde(skip_deserializing)]
    pub owner_references: Vec<OwnerReference>,
    /// Who has to agree before a deleted object goes.
    pub finalizers: Vec<String>,
}

impl ObjectMeta {
    /// The key under which the object is stored.
    pub fn key(&self) -> Key {
        Key::new(&self.namespace, &self.name)
    }

    /// Whether deletion was asked for.
    pub fn is_terminating(&self) -> bool {
        self.deletion_timestamp.is_some()
    }

    /// The owner that manages this object, if one does (`metav1.GetControllerOf`).
    pub fn controller(&self) -> Option<&OwnerReference> {
        self.owner_references.iter().find(|owner| owner.controller)
    }
}

/// Names an owner of an object.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnerReference {
    /// The API version of the owner.
    pub api_version: String,
    /// The kind of the owner.
    pub kind: String,
    /// The name of the owner, in the namespace of the owned object.
    pub name: String,
    /// The incarnation of the owner.
    pub uid: Uid,
    /// Whether the owner manages the object.
    #[serde(default)]
    pub controller: bool,
    /// Whether a foreground deletion of the owner waits for the object.
    #[serde(default)]
    pub block_owner_deletion: bool,
}

/// Selects objects by their labels.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LabelSelector {
    /// Labels that must be there with these values.
    pub match_labels: Labels,
    /// Further requirements.
    pub match_expressions: Vec<LabelSelectorRequirement>,
}

/// One requirement on a label.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LabelSelectorRequirement {
    /// The label.
    pub key: String,
    /// `In`, `NotIn`, `Exists` or `DoesNotExist`.
    pub operator: String,
    /// The values for `In` and `NotIn`.
    pub values: Vec<String>,
}

impl LabelSelector {
    /// Whether the selector asks for nothing.
    pub fn is_empty(&self) -> bool {
        self.match_labels.is_empty() && self.match_expressions.is_empty()
    }

    /// Whether `labels` satisfy the selector.
    pub fn matches(&self, labels: &Labels) -> bool {
        includes(labels, &self.match_labels)
            && self.match_expressions.iter().all(|requirement| requirement.matches(labels))
    }
}

impl LabelSelectorRequirement {
    fn matches(&self, labels: &Labels) -> bool {
        let value = labels.get(&self.key);
        let listed = value.is_some_and(|value| self.values.contains(value));
        match self.operator.as_str() {
            "In" => listed,
            "NotIn" => !listed,
            "Exists" => value.is_some(),
            _ => value.is_none(),
        }
    }
}

/// Whether `labels` has every pair of `wanted`.
pub fn includes(labels: &Labels, wanted: &Labels) -> bool {
    wanted.iter().all(|(key, value)| labels.get(key) == Some(value))
}
