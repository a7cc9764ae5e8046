//! The columns of `kubectl get`, by kind (`pkg/printers/internalversion/printers.go`).

mod cells;
mod modeled;
mod stored;
mod stored_cells;

use super::age;
use super::view::View;
use crate::api::json::Node as Tree;
use crate::api::*;

/// What a cell shows of an object.
#[derive(Clone, Copy)]
pub(crate) enum Cell {
    /// The value at a path.
    Path(&'static str),
    /// The value at a path, or these words if there is none.
    Or(&'static str, &'static str),
    /// How long ago the instant at a path was.
    Age(&'static str),
    /// What a column of a custom kind shows: its JSON path, and whether it is a date.
    Json(&'static str, bool),
    /// Whatever this makes of it.
    Of(fn(&View<'_>, &Tree) -> String),
}

/// A column: its name, `+` before it if it is only in the wide table, and its cells.
pub(crate) type Column = (&'static str, Cell);

use Cell::{Age, Json, Of, Or, Path};
pub(super) use cells::{capacity, class_name, endpoints, modes, roles, selector};

const NAME: Column = ("NAME", Path("metadata.name"));
const AGE: Column = ("AGE", Age("metadata.creationTimestamp"));

/// The columns of a type; the wide ones too, if so asked.
pub(crate) fn of(of: Kind, wide: bool) -> Vec<Column> {
    if let Some(columns) = stored::custom(of, wide) {
        return columns;
    }
    let table = modeled::TABLES.iter().chain(stored::TABLES).find(|(kind, _)| *kind == of.name());
    let columns = table.map_or(&[NAME, AGE] as &[Column], |(_, columns)| columns);
    columns.iter().filter(|(name, _)| wide || !name.starts_with('+')).copied().collect()
}

/// What a cell of this column shows of an object.
pub(crate) fn show(view: &View<'_>, tree: &Tree, cell: Cell) -> String {
    match cell {
        Path(path) => tree.word(path),
        Or(path, words) => {
            Some(tree.word(path)).filter(|word| !word.is_empty()).unwrap_or(words.into())
        }
        Json(path, is_date) => stored::custom_cell(view, tree, path, is_date),
        Age(path) => age::since(view.cluster.now, &tree.word(path)),
        Of(make) => make(view, tree),
    }
}
