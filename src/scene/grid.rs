//! Sets with so many pods that columns have no room: one cell for each identity, row by row, below the nodes.

use super::area::Area;
use super::facts::{Column, Group};
use super::grid_layout::GUTTER;
use super::places::PlacedScene;
use super::pods::{is_node_ready, sign_of, status};
use super::symbols::{Sign, cross, sign};
use super::text::{self, SMALL};
use super::{Anchor, Item, Shape, words};
use crate::api::{Kind, Pod};
use crate::cluster::{Reason, Subject};
use std::rc::Rc;

/// From this size on cells have signs, and from the second on also ordinals.
const SIGN_SIZE: i32 = 20;
const ORDINAL_SIZE: i32 = 40;
/// What is written beside the cells: the ordinals at the beginnings of the rows, and what a cell is.
pub(super) fn legend(placed: &PlacedScene<'_>) -> Option<Item> {
    let grid = placed.layout.grid.as_ref()?;
    let mut item = Item::new("legend", "legend");
    let Area { x, y, height, .. } = grid.line;
    let words = if placed.layout.width < 640 {
        "each cell: a pod"
    } else {
        "each cell is a pod, with its volume below"
    };
    item.draw(Shape::text(x, y + height - 6, words, "small quiet"));
    let mut last = i32::MIN / 2;
    for ((_, column), cell) in placed.facts.columns().zip(&grid.cells) {
        let is_first = cell.x == placed.layout.margin + GUTTER;
        // Rows lower than the text have ordinals where there is room for one.
        if let (true, Some(ordinal)) = (is_first && cell.y >= last + SMALL + 2, column.ordinal) {
            let (x, y) = (cell.x - 6, cell.y + cell.height.max(SMALL - 2) / 2 + 4);
            let text = Shape::text(x, y, ordinal.to_string(), "small mono quiet");
            item.draw(text.anchored(Anchor::End));
            last = cell.y;
        }
    }
    Some(item)
}

/// What the cell of an identity depends on, if it has exactly one pod, which has an object. Objects are compared by
/// pointer, because every write creates a new one.
#[derive(Debug)]
pub(super) struct CellInputs {
    /// The number of cells before this one.
    pub index: usize,
    /// The cell, and the line below the cells.
    areas: [Area; 2],
    pod: Rc<Pod>,
    is_cloning: bool,
    is_node_ready: bool,
    /// Why the pod waits.
    wait: Option<Rc<Reason>>,
    /// Whether there are volumes, and whether they have disks.
    volumes: [bool; 2],
}

impl CellInputs {
    /// The inputs of the cell of a column.
    pub(super) fn of(
        placed: &PlacedScene<'_>,
        column: &Column<'_>,
        index: usize,
    ) -> Option<CellInputs> {
        let grid = placed.layout.grid.as_ref()?;
        let [pod] = column.pods.as_slice() else { return None };
        let object = pod.pod?;
        let cluster = placed.facts.cluster;
        Some(CellInputs {
            index,
            areas: [*grid.cells.get(index)?, grid.line],
            pod: object.clone(),
            is_cloning: pod.is_cloning(),
            is_node_ready: is_node_ready(&cluster.store, object),
            wait: cluster.waits.get(&Subject::pod(&pod.key)).map(|wait| wait.reason.clone()),
            volumes: [!column.volumes.is_empty(), is_bound(column)],
        })
    }
}

impl PartialEq for CellInputs {
    fn eq(&self, other: &CellInputs) -> bool {
        let is_same_wait = match (&self.wait, &other.wait) {
            (Some(one), Some(other)) => Rc::ptr_eq(one, other),
            (one, other) => one.is_none() && other.is_none(),
        };
        let key =
            |it: &CellInputs| (it.index, it.areas, it.is_cloning, it.is_node_ready, it.volumes);
        is_same_wait && Rc::ptr_eq(&self.pod, &other.pod) && key(self) == key(other)
    }
}

/// Whether all volumes of an identity have disks.
fn is_bound(column: &Column<'_>) -> bool {
    column.volumes.iter().all(|volume| volume.disk.is_some())
}

/// The cell of one identity.
pub(super) fn cell(
    placed: &PlacedScene<'_>,
    group: &Group<'_>,
    column: &Column<'_>,
    index: usize,
) -> Option<Item> {
    let grid = placed.layout.grid.as_ref()?;
    let area = *grid.cells.get(index)?;
    // The object of the pod, if there is one; what runs without an object makes it a twin.
    let pod = column.pods.iter().max_by_key(|pod| pod.pod.is_some());
    let is_twin = column.pods.iter().any(|pod| sign_of(placed, pod) == Sign::Twin);
    let state = match pod {
        Some(_) if is_twin => Some(Sign::Twin),
        Some(pod) => Some(sign_of(placed, pod)),
        None => None,
    };
    let key = column.key.as_ref().or(pod.map(|pod| &pod.key))?;
    let target = match (pod, &group.key) {
        (None, Some(set)) if group.set.is_some() => Subject::object(Kind::StatefulSet, set),
        _ => Subject::pod(key),
    };
    let id = format!("cell-{}/{}", key.namespace(), key.name());
    let (words, said) = match pod {
        Some(pod) => (status(placed, pod), words::pod(placed.facts, pod)),
        None => {
            let why = words::why_not_there(placed.facts, group, column);
            (why.clone(), why)
        }
    };
    let mut item = Item::new(id, format!("cell {}", class(state))).at(area.x, area.y).about(
        target,
        format!("pod {}", key.name()),
        said,
    );
    draw(&mut item, state, column, area);
    let node = pod.map_or("", |pod| pod.node());
    let node = if node.is_empty() { String::new() } else { format!(" · {node}") };
    // Shown while the cell is pointed at or has the focus.
    let (right, base) = (grid.line.right() - area.x, grid.line.bottom() - 6 - area.y);
    let room = grid.line.width - 130;
    let line = format!("{} · {words}{node}", key.name());
    item.draw(text::fitted((right, base), &line, (SMALL, "small strong tag"), room, Anchor::End));
    Some(item)
}

/// The class of a state.
fn class(state: Option<Sign>) -> &'static str {
    match state {
        Some(Sign::Ready | Sign::Done) => "ready",
        Some(Sign::Failed | Sign::Unknown | Sign::Twin) => "failed",
        Some(Sign::Ending | Sign::Starting | Sign::Waiting) => "busy",
        None => "ghost",
    }
}

fn draw(item: &mut Item, state: Option<Sign>, column: &Column<'_>, area: Area) {
    let Area { width, height, .. } = area;
    let bar = (height / 5).max(2);
    let has_bar = !column.volumes.is_empty() && height >= 8;
    let high = if has_bar { height - bar - 1 } else { height };
    let has_sign = height >= SIGN_SIZE;
    let class = if has_sign { "body light" } else { "body" };
    item.draw(Shape::rect(0, 0, width, high, (height / 6).min(5), class));
    let (middle, centre) = (width / 2, high / 2);
    match state {
        Some(state) if has_sign => {
            let ordinal = column.ordinal.filter(|_| height >= ORDINAL_SIZE);
            sign(state, middle, centre - if ordinal.is_some() { 6 } else { 0 }, &mut item.shapes);
            if let Some(ordinal) = ordinal {
                let (place, text) = ((middle, high - 3), ordinal.to_string());
                let line = (SMALL, "small mono");
                item.draw(text::fitted(place, &text, line, width - 2, Anchor::Middle));
            }
        }
        Some(state) if height >= 6 => {
            item.draw(Shape::path(mark(state, middle, centre), "core-mark"));
        }
        _ => {}
    }
    if has_bar {
        let class = if is_bound(column) { "store" } else { "store none" };
        item.draw(Shape::rect(0, height - bar, width, bar, 1, class));
    }
}

/// The mark of a state where there is no room for a sign. Ready has none.
fn mark(state: Sign, x: i32, y: i32) -> String {
    match state {
        Sign::Ready | Sign::Done => String::new(),
        Sign::Failed => cross(x, y, 2),
        Sign::Unknown => format!("M{} {y}h5", x - 2),
        Sign::Twin => format!("M{} {}v4M{} {}v4", x - 2, y - 2, x + 2, y - 2),
        Sign::Ending => format!("M{} {}l4 4", x - 2, y - 2),
        Sign::Starting | Sign::Waiting => format!("M{x} {}v2", y - 1),
    }
}
