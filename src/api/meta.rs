//! What all objects share: names, identity, ownership.

use super::closed::SelectorOperator;
use super::other::Other;
use super::parsed::parsed;
use super::time::Time;
use crate::map::Map;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::cmp::Ordering;
use std::fmt;
use std::rc::Rc;

/// The namespace of objects that name none.
pub const DEFAULT_NAMESPACE: &str = "default";

/// The identity of one incarnation of an object: a replacement has the same name and another UID.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uid(pub u128);

impl Uid {
    /// The first four hexadecimal digits: enough for a person to tell two pods apart.
    pub fn short(self) -> String {
        format!("{:04x}", self.0 >> 112)
    }
}

impl Uid {
    /// The identity that a text such as `c44afa2a-984e-4137-84db-0cc2ae72cb16` means.
    pub fn parse(text: &str) -> Option<Uid> {
        u128::from_str_radix(&text.replace('-', ""), 16).ok().map(Uid)
    }
}

impl Serialize for Uid {
    /// Writes the identity as a text, an empty one if there is none.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            0 => serializer.serialize_str(""),
            _ => serializer.collect_str(self),
        }
    }
}

impl<'de> Deserialize<'de> for Uid {
    /// Reads an identity as [`Uid::parse`] does.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Uid, D::Error> {
        parsed(deserializer, "Uid", Uid::parse)
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
        Key([namespace, "/", name].concat().into())
    }

    /// How it compares with the key of `name` in `namespace`, which need not be made for that.
    pub fn compare(&self, namespace: &str, name: &str) -> Ordering {
        let own = self.0.as_bytes();
        let (head, tail) = own.split_at(namespace.len().min(own.len()));
        let tail = || match tail.split_first() {
            Some((slash, own_name)) => slash.cmp(&b'/').then_with(|| own_name.cmp(name.as_bytes())),
            None => Ordering::Less,
        };
        head.cmp(namespace.as_bytes()).then_with(tail)
    }

    /// The keys of a namespace, as a range: from the first on, and before the second.
    pub fn range_of(namespace: &str) -> [Key; 2] {
        // '0' is the character after '/'.
        [Key::new(namespace, ""), Key(format!("{namespace}0").into())]
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

/// The annotation in which `kubectl apply` keeps the manifest.
pub const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Labels or annotations.
pub type Labels = Map<String, String>;

/// The metadata of an object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ObjectMeta {
    /// The name, unique for its kind within the namespace.
    pub name: String,
    /// The namespace; empty for cluster-scoped objects.
    pub namespace: String,
    /// Given at creation, never used again.
    pub uid: Uid,
    /// The number of the last write to this object, counted over the whole store.
    pub resource_version: u64,
    /// Counts the changes of the spec.
    pub generation: u64,
    /// When the object was created.
    pub creation_timestamp: Time,
    /// When the object is to be gone (for a pod: the end of its grace period); set once deletion was asked for.
    pub deletion_timestamp: Option<Time>,
    /// The grace period of that deletion in seconds.
    pub deletion_grace_period_seconds: Option<u64>,
    /// What selectors look at.
    pub labels: Labels,
    /// Notes for programs.
    pub annotations: Labels,
    /// The objects whose end is the end of this one.
    pub owner_references: Vec<OwnerReference>,
    /// Who has to agree before a deleted object goes.
    pub finalizers: Vec<String>,
    /// Further fields: stored and printed, not simulated.
    #[serde(rename = "")]
    pub other: Other,
}

impl ObjectMeta {
    /// Names the object, which is of this kind.
    pub fn reference(&self, kind: super::Kind) -> super::ObjectRef {
        super::ObjectRef { kind, key: self.key() }
    }

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
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
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
    pub controller: bool,
    /// Whether a foreground deletion of the owner waits for the object.
    pub block_owner_deletion: bool,
}

/// Selects objects by their labels.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct LabelSelector {
    /// Labels that must be there with these values.
    pub match_labels: Labels,
    /// Further requirements.
    pub match_expressions: Vec<LabelSelectorRequirement>,
}

/// One requirement on a label.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct LabelSelectorRequirement {
    /// The label.
    pub key: String,
    /// How the label is compared with the values.
    pub operator: SelectorOperator,
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
    /// Whether `labels` satisfy the requirement.
    pub fn matches(&self, labels: &Labels) -> bool {
        let value = labels.get(&self.key);
        let number = |text: Option<&String>| text.and_then(|text| text.parse::<i64>().ok());
        let pair = number(value).zip(number(self.values.first()));
        let listed = value.is_some_and(|value| self.values.contains(value));
        match self.operator {
            SelectorOperator::In => listed,
            SelectorOperator::NotIn => !listed,
            SelectorOperator::Exists => value.is_some(),
            SelectorOperator::Gt => pair.is_some_and(|(value, limit)| value > limit),
            SelectorOperator::Lt => pair.is_some_and(|(value, limit)| value < limit),
            _ => value.is_none(),
        }
    }
}

/// Whether `labels` has every pair of `wanted`.
pub fn includes(labels: &Labels, wanted: &Labels) -> bool {
    wanted.iter().all(|(key, value)| label(labels, key) == Some(value))
}

/// The value of a label. Most sets of labels are so small that comparing lengths finds the key soonest.
pub fn label<'a>(labels: &'a Labels, key: &str) -> Option<&'a str> {
    let mut pairs = labels.iter();
    pairs.find(|(other, _)| *other == key).map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_compares_with_a_namespace_and_a_name_as_with_their_key() {
        let names = ["", "a", "a-0", "a.b", "b", "default", "kube"];
        let keys = || names.iter().flat_map(|namespace| names.map(|name| (*namespace, name)));
        for (namespace, name) in keys() {
            let own = Key::new(namespace, name);
            for (namespace, name) in keys() {
                assert_eq!(own.compare(namespace, name), own.cmp(&Key::new(namespace, name)));
            }
        }
    }
}
