//! The example files of the Kubernetes documentation: `static/examples.txt`.
//!
//! The native program contains the table; the page fetches it when an example is needed first ([`install`]).

use std::sync::OnceLock;

static TABLE: OnceLock<&str> = OnceLock::new();

/// The mark before the name of each file.
const MARK: &str = "=== ";

/// The URLs of the documentation's examples, without the scheme.
const PLACES: &[&str] = &[
    "k8s.io/examples/",
    "www.k8s.io/examples/",
    "kubernetes.io/examples/",
    "www.kubernetes.io/examples/",
    "kubernetes.io/docs/examples/",
    "raw.githubusercontent.com/kubernetes/website/main/content/en/examples/",
    "raw.githubusercontent.com/kubernetes/website/master/content/en/examples/",
    "github.com/kubernetes/website/raw/main/content/en/examples/",
];

/// Installs the table, unless one is installed.
pub fn install(text: &'static str) {
    TABLE.get_or_init(|| text);
}

/// Whether the table is installed.
pub fn is_installed() -> bool {
    table().is_some()
}

fn table() -> Option<&'static str> {
    #[cfg(not(target_arch = "wasm32"))]
    install(include_str!("../../static/examples.txt"));
    TABLE.get().copied()
}

/// The examples: name and text.
fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    let mut rest = table().unwrap_or_default();
    std::iter::from_fn(move || {
        let start = rest.find("\n=== ")? + 1 + MARK.len();
        let (name, text) = rest.get(start..)?.split_once('\n')?;
        let end = text.find("\n=== ").map_or(text.len(), |end| end + 1);
        // The search for the next name starts at the line break before it.
        rest = text.get(end.saturating_sub(1)..)?;
        Some((name, &text[..end]))
    })
}

/// The names of all examples.
pub fn names() -> Vec<&'static str> {
    all().map(|(name, _)| name).collect()
}

/// Whether a word is a URL.
pub(super) fn is_address(word: &str) -> bool {
    word.starts_with("https://") || word.starts_with("http://")
}

/// The name of the example at a URL.
pub(super) fn name(address: &str) -> Option<&str> {
    let rest = address.strip_prefix("https://").or(address.strip_prefix("http://"))?;
    PLACES.iter().find_map(|place| rest.strip_prefix(place))
}

/// The text of an example.
pub(super) fn text(name: &str) -> Option<&'static str> {
    all().find(|(known, _)| *known == name).map(|(_, text)| text)
}

/// The example whose path ends in this path, such as `web.yaml`; `None` if that is ambiguous.
pub(super) fn known_as(path: &str) -> Option<(&'static str, &'static str)> {
    let wanted = path.trim_start_matches("./").trim_start_matches("examples/");
    let mut found = all().filter(|(name, _)| {
        *name == wanted || name.strip_suffix(wanted).is_some_and(|rest| rest.ends_with('/'))
    });
    let first = found.next().filter(|_| !wanted.is_empty())?;
    found.next().is_none().then_some(first)
}
