//! The places of the cells of a grid, which replaces columns that have no room.

use super::area::{Area, to_i32};
use super::facts::{Facts, Group};
use super::layout::{Grid, Layout};
use super::needs::service_rows;
use super::sizes::{Density, Share, Sizes};
use super::titles::TitlePlace;

/// The heights of cells, from edge to edge, in pixels; they are at most twice as wide.
const SIZES: std::ops::RangeInclusive<i32> = 3..=44;
/// The size where the height is not limited.
const USUAL_SIZE: i32 = 24;
/// The width of the ordinals at the beginnings of the rows.
pub(super) const GUTTER: i32 = 34;
/// The height of the line with the name of the cell that is pointed at.
const LINE: i32 = 18;

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
