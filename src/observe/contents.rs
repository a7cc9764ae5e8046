//! What a run reveals about a real cluster, for the person who is about to share it.

use crate::api::json::Node;
use crate::map::{Map, Set};

/// The maximum number of names listed for a role; the rest are only counted.
const LISTED: usize = 3;

/// What a run contains about a real cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// Whether the names were replaced.
    pub is_renamed: bool,
    /// The different objects of each kind: kind, namespace, and name.
    objects: Set<(String, String, String)>,
    /// The different messages of Kubernetes.
    messages: Set<String>,
    /// How many remarks there are.
    remarks: usize,
    /// The different names, by what they are called.
    names: Vec<(&'static str, Vec<String>)>,
}

impl Contents {
    /// Counts what a report says.
    pub(super) fn count(&mut self, report: &Node) {
        if report.get("text").is_some() {
            self.remarks += 1;
        }
        let Some(object) = report.get("object") else { return };
        let words = ["metadata.namespace", "metadata.name"].map(|path| object.word(path));
        let [namespace, name] = words;
        self.objects.insert((object.text("kind").to_owned(), namespace, name));
        self.count_messages(object);
    }

    fn count_messages(&mut self, node: &Node) {
        for entry in node.entries() {
            match entry.key.as_str() {
                "message" | "note" if !entry.node.as_text().is_empty() => {
                    self.messages.insert(entry.node.as_text().to_owned());
                }
                _ => self.count_messages(&entry.node),
            }
        }
        node.items().iter().for_each(|item| self.count_messages(item));
    }

    /// Adds the different names of a role.
    pub(super) fn add_names(&mut self, what: &'static str, names: &[String]) {
        if !names.is_empty() {
            self.names.push((what, names.to_vec()));
        }
    }

    /// What is in the run, one item per line.
    pub fn lines(&self) -> Vec<String> {
        let mut kinds: Map<&str, usize> = Map::new();
        for (kind, _, _) in self.objects.iter() {
            *kinds.or_default(kind) += 1;
        }
        let kinds: Vec<String> =
            kinds.iter().map(|(kind, count)| format!("{kind}: {count}")).collect();
        let mut lines = vec![format!("Objects by kind: {}", kinds.join(", "))];
        for (what, names) in &self.names {
            let first = names.get(..LISTED.min(names.len())).unwrap_or_default().join(", ");
            let more = if names.len() > LISTED { ", …" } else { "" };
            lines.push(format!("{what}: {} ({first}{more})", names.len()));
        }
        let mut add = |what: &str, count: usize, first: Option<&String>| {
            let first = first.map(|text| format!(", such as \"{text}\"")).unwrap_or_default();
            if count > 0 {
                lines.push(format!("{what}: {count}{first}"));
            }
        };
        add("Messages of Kubernetes", self.messages.len(), self.messages.first());
        add("Remarks of the recording", self.remarks, None);
        lines.push("When everything happened".into());
        lines
    }
}
