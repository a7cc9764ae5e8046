//! Kinds that a CustomResourceDefinition defines.

use super::json::Node;
use super::{Kind, KindWords, StoredObject};
use crate::later::later;
use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::sync::{Mutex, PoisonError};

/// A kind that a CustomResourceDefinition defines. Two of them are the same if group and plural are: a changed
/// definition may give other words, and other columns.
#[derive(Clone, Copy, Debug)]
pub struct CustomKind(&'static Definition);

/// A column of `kubectl get`: its name, its path, whether it is a date, and whether only the wide table has it.
type Column<'a> = (&'a str, &'a str, bool, bool);

/// What is known of such a kind; kept as long as the program runs, once for each that there was.
#[derive(Debug)]
struct Definition {
    words: KindWords<'static>,
    columns: Vec<Column<'static>>,
}

static DEFINITIONS: Mutex<Vec<&'static Definition>> = Mutex::new(Vec::new());

fn keep(text: &str) -> &'static str {
    Box::leak(text.into())
}

impl CustomKind {
    fn new(words: KindWords<'_>, columns: &[Column<'_>]) -> CustomKind {
        let mut known = DEFINITIONS.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(same) = known.iter().find(|it| it.words == words && it.columns == columns) {
            return CustomKind(same);
        }
        let (name, version, singular, plural, qualified, short, is_namespaced) = words;
        let [name, version, singular, plural, qualified, short] =
            [name, version, singular, plural, qualified, short].map(keep);
        let column = |(name, path, is_date, is_wide): &Column<'_>| {
            (keep(name), keep(path), *is_date, *is_wide)
        };
        let words = (name, version, singular, plural, qualified, short, is_namespaced);
        let columns = columns.iter().map(column).collect();
        let new = Box::leak(Box::new(Definition { words, columns }));
        known.push(new);
        CustomKind(new)
    }

    pub(super) fn words(self) -> &'static KindWords<'static> {
        &self.0.words
    }

    /// The columns of its own: name, path, whether it is a date, and whether only the wide table has it.
    pub fn columns(self) -> &'static [(&'static str, &'static str, bool, bool)] {
        &self.0.columns
    }

    /// What no two kinds of one cluster share.
    fn key(self) -> (&'static str, &'static str) {
        let (_, version, _, plural, ..) = self.words();
        (version.split('/').next().unwrap_or_default(), plural)
    }
}

impl PartialEq for CustomKind {
    fn eq(&self, other: &CustomKind) -> bool {
        self.key() == other.key()
    }
}

impl Eq for CustomKind {}

impl Hash for CustomKind {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl PartialOrd for CustomKind {
    fn partial_cmp(&self, other: &CustomKind) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for CustomKind {
    fn cmp(&self, other: &CustomKind) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl StoredObject {
    /// The versions that this CustomResourceDefinition serves.
    fn served(&self) -> impl Iterator<Item = &Node> {
        let spec = self.other.get("spec").filter(|_| self.kind == Kind::CustomResourceDefinition);
        let versions = spec.map_or(&[] as &[Node], |spec| spec.list("versions"));
        versions.iter().filter(|version| is_served(version))
    }

    /// The kind that this CustomResourceDefinition defines, if it is one that serves a version: with the words and the
    /// columns of the version that clients prefer.
    pub fn defined_kind(&self) -> Option<Kind> {
        DEFINED.get().and_then(|defined| defined(self))
    }

    fn preferred(&self) -> Option<Kind> {
        self.kind_in(self.served().max_by_key(|it| priority(it.text("name")))?)
    }

    /// The same kind with the words and the columns of each version that is served, the preferred one first.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn defined_kinds(&self) -> Vec<Kind> {
        let mut versions: Vec<&Node> = self.served().collect();
        versions.sort_by_key(|it| std::cmp::Reverse(priority(it.text("name"))));
        versions.into_iter().filter_map(|version| self.kind_in(version)).collect()
    }

    fn kind_in(&self, version: &Node) -> Option<Kind> {
        let spec = self.other.get("spec")?;
        let names = spec.get("names")?;
        let (kind, group) = (names.text("kind"), spec.text("group"));
        let lower = kind.to_ascii_lowercase();
        let singular = Some(names.text("singular")).filter(|word| !word.is_empty());
        let short: Vec<&str> = names.list("shortNames").iter().map(Node::as_text).collect();
        let words = (
            kind,
            &*format!("{group}/{}", version.text("name")),
            singular.unwrap_or(&lower),
            names.text("plural"),
            &*format!("{lower}.{group}"),
            &*short.join(","),
            spec.text("scope") == "Namespaced",
        );
        let columns = version
            .list("additionalPrinterColumns")
            .iter()
            .map(|column| (column.text("name").to_ascii_uppercase(), column));
        let columns: Vec<(String, &Node)> = columns.collect();
        let columns = columns.iter().map(|(name, column)| {
            let is_date = column.text("type") == "date";
            (&**name, column.text("jsonPath"), is_date, column.number("priority") > 0)
        });
        Some(Kind::Custom(CustomKind::new(words, &columns.collect::<Vec<_>>())))
    }

    /// What this CustomResourceDefinition says of a version such as `example.com/v1`, if it serves it.
    pub fn version(&self, api_version: &str) -> Option<&Node> {
        let (group, version) = api_version.split_once('/')?;
        let spec = self.other.get("spec").filter(|spec| spec.text("group") == group)?;
        spec.list("versions").iter().find(|it| it.text("name") == version && is_served(it))
    }

    /// Whether the status of the objects of a version is written apart from the rest of them.
    pub fn has_status(&self, api_version: &str) -> bool {
        self.version(api_version).is_some_and(|it| it.at("subresources.status").is_some())
    }
}

later! {
    /// [`StoredObject::defined_kind`]
    static DEFINED: fn(&StoredObject) -> Option<Kind> = StoredObject::preferred;
}

fn is_served(version: &Node) -> bool {
    version.word("served") == "true"
}

/// The order of versions: v10, v2, v1, v2beta1, v1beta2, v1alpha1, and then all others
/// (`CompareKubeAwareVersionStrings` of `k8s.io/apimachinery/pkg/version`).
fn priority(version: &str) -> (u8, u32, u32) {
    let number = |text: &str| text.parse::<u32>().unwrap_or(0);
    let Some(rest) = version.strip_prefix('v') else { return (0, 0, 0) };
    for (rank, stage) in [(2, "beta"), (1, "alpha")] {
        if let Some((major, minor)) = rest.split_once(stage) {
            return (rank, number(major), number(minor));
        }
    }
    (if number(rest) > 0 { 3 } else { 0 }, number(rest), 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_ordered_as_kubectl_prefers_them() {
        let mut versions = ["foo", "v1alpha1", "v1", "v2beta1", "v10", "v1beta2", "v2"];
        versions.sort_by_key(|it| std::cmp::Reverse(priority(it)));
        assert_eq!(versions, ["v10", "v2", "v1", "v2beta1", "v1beta2", "v1alpha1", "foo"]);
    }
}
