//! `Table`: what `kubectl get` prints, as the server makes it (`k8s.io/apiserver/pkg/endpoints/handlers/response.go`).

use super::kinds;
use super::select::partial;
use crate::api::Kind;
use crate::api::json::{Node as Tree, Value};
use crate::cluster::Store;
use crate::kubectl::columns::{self, Column};
use crate::kubectl::view::View;

/// What of an object goes into its row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Included {
    /// Its metadata.
    #[default]
    Metadata,
    /// All of it.
    Object,
    /// Nothing.
    Nothing,
}

/// A table without rows. `store` has the CustomResourceDefinitions; without a store, the table has no columns.
pub(super) fn table(kind: Kind, store: Option<&Store>) -> Tree {
    let mut tree = Tree::map([]);
    tree.set("apiVersion", "meta.k8s.io/v1");
    tree.set("kind", "Table");
    tree.set("metadata", Tree::map([]));
    let definitions = match store.map(|store| kinds::definition(store, kind)) {
        Some(Some((_, version))) if !version.list("additionalPrinterColumns").is_empty() => {
            let columns = version.list("additionalPrinterColumns").iter().map(custom_definition);
            columns_of(kind).iter().take(1).map(definition).chain(columns).collect()
        }
        Some(_) => columns_of(kind).iter().map(definition).collect(),
        None => Vec::new(),
    };
    tree.set("columnDefinitions", Value::List(definitions));
    tree.set("rows", Value::List(Vec::new()));
    tree
}

fn columns_of(kind: Kind) -> Vec<Column> {
    columns::of(kind, true)
}

/// `+NOMINATED NODE` becomes a column "Nominated Node" that only wide tables show.
fn definition((name, _): &Column) -> Tree {
    let mut title = String::new();
    for letter in name.trim_start_matches('+').chars() {
        let is_start = title.chars().next_back().is_none_or(|last| !last.is_alphanumeric());
        title.push(if is_start { letter } else { letter.to_ascii_lowercase() });
    }
    let is_name = title == "Name";
    let mut tree = Tree::map([]);
    tree.set("description", "");
    tree.set("format", if is_name { "name" } else { "" });
    tree.set("name", title.as_str());
    tree.set("priority", Value::Int(name.starts_with('+').into()));
    tree.set("type", "string");
    tree
}

/// A column of a CustomResourceDefinition.
fn custom_definition(column: &Tree) -> Tree {
    let mut tree = Tree::map([]);
    for field in ["description", "format", "name", "type"] {
        tree.set(field, column.text(field));
    }
    tree.set("priority", Value::Int(column.number("priority")));
    tree
}

/// The row of an object: `seen` is as clients see it.
pub(super) fn row(
    view: &View<'_>,
    kind: Kind,
    tree: &Tree,
    seen: &Tree,
    included: Included,
) -> Tree {
    let cells = columns_of(kind)
        .into_iter()
        .map(|(_, cell)| Tree::from(columns::show(view, tree, cell).as_str()));
    let mut row = Tree::map([]);
    row.set("cells", Value::List(cells.collect()));
    match included {
        Included::Metadata => row.set("object", partial(seen)),
        Included::Object => row.set("object", seen.clone()),
        Included::Nothing => {}
    }
    row
}
