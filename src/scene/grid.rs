//! Sets with so many pods that columns have no room: one cell for each identity, row by row, below the nodes.

use super::area::Area;
use super::facts::{Column, Facts, Group};
use super::layout::{Density, Layout, to_i32};
use super::needs::service_rows;
use super::places::PlacedScene;
use super::pods::{sign_of, status};
use super::sizes::{Share, Sizes};
use super::symbols::{Sign, cross, sign};
use super::text::{self, SMALL};
use super::titles::TitlePlace;
use super::{Anchor, Item, Shape, words};
use crate::api::Kind;
use crate::cluster::Subject;

/// Columns narrower than this, in pixels, become a grid.
pub(super) const LEAST_PITCH: i32 = 12;
/// Sets with fewer pods never do.
pub(super) const LEAST_COLUMNS: usize = 13;

/// The heights of cells, from edge to edge, in pixels; they are at most twice as wide.
const SIZES: std::ops::RangeInclusive<i32> = 3..=44;
/// The size where the height is not limited.
const USUAL_SIZE: i32 = 24;
/// From this size on cells have signs, and from the second on also ordinals.
const SIGN_SIZE: i32 = 20;
const ORDINAL_SIZE: i32 = 40;
/// The width of the ordinals at the beginnings of the rows.
const GUTTER: i32 = 34;
/// The height of the line with the name of the cell that is pointed at.
const LINE: i32 = 18;

/// The places of the cells.
#[derive(Debug, Default)]
pub(super) struct Grid {
    /// The cell of each column.
    pub cells: Vec<Area>,
    /// The line with the name of the cell that is pointed at.
    pub line: Area,
}

impl Layout {
    /// The same picture with cells instead of columns.
    pub(super) fn with_grid(mut self, facts: &Facts<'_>, height: Option<i32>) -> Layout {
        self.is_narrow = true;
        self.margin = if self.width < 640 { 6 } else { 16 };
        self.density = Density::Map;
        let is_alone = facts.groups.len() == 1;
        self.titles = if is_alone { TitlePlace::Only } else { TitlePlace::Above };
        self.sizes = Sizes::new(Density::Map, true, Share::COMPACT);
        let y = self.place_nodes(facts, self.sizes.top + self.height_of_titles(facts) + 6);
        let clients = to_i32(facts.clients.len().min(4));
        self.clients = Area::new(self.margin, y, self.full().min(280), clients * 26);
        let y = self.clients.bottom();
        let line = Area::new(self.margin, y, self.full(), LINE);
        let size = height.map_or(USUAL_SIZE, |height| {
            let fits = |size: &i32| line.bottom() + self.rows_height(facts, *size) + 4 <= height;
            SIZES.rev().find(fits).unwrap_or(*SIZES.start())
        });
        let gap = if size < 10 { 1 } else { 2 };
        let mut grid = Grid { cells: Vec::new(), line };
        let mut y = line.bottom();
        let mut top = self.sizes.top;
        self.groups.clear();
        for group in &facts.groups {
            let services = service_rows(group, self.room_for_services(facts, group), true).0;
            let title = services * self.sizes.service + if is_alone { 0 } else { self.sizes.title };
            let at = if is_alone { &mut top } else { &mut y };
            self.groups.push(Area::new(self.margin, *at, self.full(), title));
            *at += title;
            let per_row = self.per_row(size);
            let width = ((self.full() - GUTTER) / per_row).min(2 * size);
            for index in 0..to_i32(group.columns.len()) {
                let (column, row) = (index % per_row, index / per_row);
                let x = self.margin + GUTTER + column * width;
                grid.cells.push(Area::new(x, y + row * size, width - gap, size - gap));
            }
            y += (to_i32(group.columns.len()) + per_row - 1) / per_row * size;
        }
        self.height = (y + 4).max(height.unwrap_or(0));
        self.storage = None;
        self.grid = Some(grid);
        self
    }

    /// The cell of a column, if there are cells.
    pub(super) fn cell_of(&self, column: usize) -> Option<Area> {
        self.grid.as_ref()?.cells.get(column).copied()
    }

    fn full(&self) -> i32 {
        self.width - 2 * self.margin
    }

    fn room_for_services(&self, facts: &Facts<'_>, group: &Group<'_>) -> i32 {
        let used = if facts.groups.len() == 1 { TitlePlace::Only.width(group) } else { 4 };
        self.full() - used
    }

    /// How many cells of a size are in a row: a multiple of ten, if so many fit.
    fn per_row(&self, size: i32) -> i32 {
        let most = ((self.full() - GUTTER) / size).max(1);
        if most >= 10 { most / 10 * 10 } else { most }
    }

    /// The height of all cells of a size, with the titles between them.
    fn rows_height(&self, facts: &Facts<'_>, size: i32) -> i32 {
        let per_row = self.per_row(size);
        let rows = |group: &Group<'_>| (to_i32(group.columns.len()) + per_row - 1) / per_row * size;
        let cells: i32 = facts.groups.iter().map(rows).sum();
        let titles = if facts.groups.len() == 1 { 0 } else { self.height_of_titles(facts) };
        cells + titles
    }

    fn height_of_titles(&self, facts: &Facts<'_>) -> i32 {
        let is_alone = facts.groups.len() == 1;
        let title = if is_alone { 0 } else { self.sizes.title };
        let height = |group: &Group<'_>| {
            let rows = service_rows(group, self.room_for_services(facts, group), true).0;
            title + rows * self.sizes.service
        };
        facts.groups.iter().map(height).sum()
    }

    /// Places the nodes in lines, with the names alone if there are many, and returns where they end.
    fn place_nodes(&mut self, facts: &Facts<'_>, y: i32) -> i32 {
        let y = if facts.groups.len() == 1 { y } else { self.sizes.top };
        let count = to_i32(facts.nodes.len()).max(1);
        let (mut least, mut height) = (84, 38);
        if (count + self.full() / least - 1) / (self.full() / least).max(1) > 2 {
            (least, height) = (62, 20);
        }
        let per_row = (self.full() / least).clamp(1, count);
        let width = (self.full() / per_row).min(150);
        self.left = self.margin + width - 8;
        self.lanes = (0..count)
            .map(|index| {
                let (column, row) = (index % per_row, index / per_row);
                let x = self.margin + column * width;
                Area::new(x, y + row * (height + 4), width - 4, height)
            })
            .collect();
        y + (count + per_row - 1) / per_row * (height + 4) + 2
    }
}

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
        let is_bound = column.volumes.iter().all(|volume| volume.disk.is_some());
        let class = if is_bound { "store" } else { "store none" };
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
