//! The objects that a line names or selects.

use super::Call;
use super::view::{Named, absent, not_found};
use crate::api::json::Node as Tree;
use crate::api::{Kind, Labels};

/// Objects of one type.
pub(super) struct Group {
    /// The type.
    pub(super) of: Kind,
    /// The objects.
    pub(super) trees: Vec<Tree>,
}

/// The objects that were found, and errors for the others.
#[derive(Default)]
pub(super) struct Found {
    /// The objects by type, in the order of the command.
    pub(super) groups: Vec<Group>,
    /// Errors, one per line.
    pub(super) errors: String,
}

impl Found {
    /// The number of objects.
    pub(super) fn count(&self) -> usize {
        self.groups.iter().map(|group| group.trees.len()).sum()
    }

    /// Adds an object.
    pub(super) fn add(&mut self, of: Kind, tree: Tree) {
        match self.groups.last_mut().filter(|group| group.of == of) {
            Some(group) => group.trees.push(tree),
            None => self.groups.push(Group { of, trees: vec![tree] }),
        }
    }

    /// Adds the object with this name, or the error that it does not exist.
    pub(super) fn read(&mut self, call: &Call<'_>, named: &Named) {
        let namespace = named.namespace.as_deref().unwrap_or(call.namespace());
        let error = match call.view.get(named.of, namespace, &named.name) {
            Some(tree) => return self.add(named.of, tree),
            None if call.words.has("ignore-not-found") => return,
            // `delete` doesn't read what it deletes.
            None if call.verb.name == "delete" => not_found(named.of, &named.name),
            None => absent(call.view, named.of, namespace, &named.name),
        };
        self.errors += &format!("{error}\n");
    }
}

/// The labels of an object.
pub(super) fn labels(tree: &Tree) -> Labels {
    let labels = tree.at("metadata.labels").map_or(&[] as &[_], Tree::entries);
    labels.iter().map(|entry| (entry.key.clone(), entry.node.as_text().to_owned())).collect()
}
