//! Where everything has its place: bands from top to bottom, columns from left to right.
//!
//! Only counts decide, never the state of a single pod, so that nothing jumps while pods come and go.

use super::area::{Area, to_i32};
use super::facts::{Facts, Group};
use super::needs::{Needs, service_rows};
use super::sizes::{Density, Share, Sizes};
use super::titles::TitlePlace;
use crate::cluster::world::DiskId;

/// The places of the cells.
#[derive(Debug, Default)]
pub(super) struct Grid {
    /// The cell of each column.
    pub cells: Vec<Area>,
    /// The line with the name of the cell that is pointed at.
    pub line: Area,
}

/// The places of bands and columns.
#[derive(Debug)]
pub(super) struct Layout {
    pub width: i32,
    pub height: i32,
    /// Whether it is the layout for a phone.
    pub is_narrow: bool,
    /// The heights of everything.
    pub sizes: Sizes,
    pub density: Density,
    pub margin: i32,
    /// Where the columns begin; left of it stand the names of the rows.
    pub left: i32,
    /// Tenths of a pixel from column to column.
    pub pitch: i32,
    /// Over the columns of each group: its Services, and its title if there are several groups.
    pub groups: Vec<Area>,
    /// The columns of each group, from edge to edge.
    pub spans: Vec<Area>,
    /// Where each column's middle is.
    pub columns: Vec<i32>,
    /// Where the clients stand.
    pub clients: Area,
    /// The height at which requests travel to their column.
    pub wire: i32,
    /// The headers of the columns: their upper edge and size.
    pub identity: Area,
    pub pending: Area,
    pub lanes: Vec<Area>,
    /// Where the cells of a lane begin, below its upper edge.
    pub cell: i32,
    /// The size of a pod.
    pub pod: Area,
    /// The height of a disk inside a lane, 0 if there are none.
    pub local_volume: i32,
    /// The height at which entries travel from the primary to its replicas.
    pub channel: i32,
    /// The frame of the remote storage, if there is any.
    pub storage: Option<Area>,
    /// A remote volume: its upper edge and size.
    pub volume: Area,
    /// The height of the further volumes of a column, below the texts of the first.
    pub extra: i32,
    /// Where the titles of the sets are.
    pub titles: TitlePlace,
    /// The cells that replace the columns if there are too many of them.
    pub grid: Option<Grid>,
}

/// The width of the names of the rows on a phone.
const GUTTER: i32 = 62;

impl Layout {
    /// The layout for a width, with rows of a share of their full height.
    pub(super) fn of(facts: &Facts<'_>, needs: &Needs, width: i32, share: Share) -> Layout {
        let width = width.clamp(280, 8000);
        let is_narrow = width < if facts.groups.len() > 1 { 760 } else { 640 };
        let margin = if is_narrow { 6 } else { 16 };
        let left = margin + if is_narrow { GUTTER } else { 140 };
        let mut layout = Layout {
            width,
            height: 0,
            is_narrow,
            sizes: Sizes::default(),
            density: Density::Map,
            margin,
            left,
            pitch: 0,
            groups: Vec::new(),
            spans: Vec::new(),
            columns: Vec::new(),
            clients: Area::default(),
            wire: 0,
            identity: Area::default(),
            pending: Area::default(),
            lanes: Vec::new(),
            cell: 0,
            pod: Area::default(),
            local_volume: 0,
            channel: 0,
            storage: None,
            volume: Area::default(),
            extra: 0,
            titles: TitlePlace::Above,
            grid: None,
        };
        layout.place_columns(facts);
        layout.sizes = Sizes::new(layout.density, is_narrow, share);
        layout.set_sizes(needs);
        let y = layout.place_top(facts);
        let y = layout.place_lanes(needs, y);
        layout.place_storage(needs, y);
        layout
    }

    /// Whether the columns are wide enough for larger texts.
    pub(super) fn has_room(&self) -> bool {
        let least = if self.is_narrow { 104 } else { 150 };
        self.pitch() >= least
    }

    /// Shares the height that is left among the lanes.
    pub(super) fn stretch(&mut self, needs: &Needs, height: i32) {
        let left = height - self.height;
        let count = to_i32(self.lanes.len());
        if left <= 0 || count == 0 {
            return;
        }
        let more = (left / count).min(self.pod.height / 2);
        let y = self.pending.bottom() + self.sizes.gap;
        self.lanes.clear();
        let y = self.place_rows(needs, y, more);
        self.place_storage(needs, y);
        self.height = self.height.max(height);
    }

    /// The cell of a column, if there are cells.
    pub(super) fn cell_of(&self, column: usize) -> Option<Area> {
        self.grid.as_ref()?.cells.get(column).copied()
    }

    /// The pitch in whole pixels.
    pub(super) fn pitch(&self) -> i32 {
        self.pitch / 10
    }

    /// Whether columns are so narrow that only the state of pods can be told.
    pub(super) fn is_map(&self) -> bool {
        self.pitch() < 24
    }

    /// The vertical line left of a column, where nothing stands.
    pub(super) fn left_of(&self, middle: i32) -> i32 {
        middle - self.pitch / 20
    }

    fn place_columns(&mut self, facts: &Facts<'_>) {
        let count = to_i32(facts.columns().count());
        let groups = to_i32(facts.groups.len());
        let between = if self.is_narrow { 8 } else { 20 };
        let available = self.width - self.margin - self.left - between * (groups - 1).max(0);
        let slots = count.max(3);
        let most = 2800;
        self.pitch = (available * 10 / slots).clamp(0, most);
        self.density = match self.pitch / 10 {
            136.. => Density::Full,
            58.. => Density::Stacked,
            _ => Density::Map,
        };
        let mut x = self.left * 10;
        for group in &facts.groups {
            let start = x;
            for _ in &group.columns {
                self.columns.push((x + self.pitch / 2) / 10);
                x += self.pitch;
            }
            self.spans.push(Area::new(start / 10, 0, (x - start) / 10, 0));
            x += between * 10;
        }
        self.groups.clone_from(&self.spans);
    }

    fn set_sizes(&mut self, needs: &Needs) {
        let pitch = self.pitch();
        let gap = if self.is_narrow { 8 } else { 10 };
        let (identity, pod, volume) = match self.density {
            Density::Full => (200.min(pitch - 12), 180.min(pitch - 16), 140.min(pitch - 44)),
            Density::Stacked => {
                let width = (pitch - gap).min(124);
                (width, width, (pitch - gap - 4).min(104))
            }
            Density::Map => {
                let width = if pitch >= 24 { pitch - 4 } else { (pitch - 1).max(1) };
                (width, width, width)
            }
        };
        self.identity = Area::new(0, 0, identity, self.sizes.identity);
        self.pod = Area::new(0, 0, pod, self.sizes.pod);
        self.volume = Area::new(0, 0, volume, self.sizes.volume);
        self.local_volume = match (needs.has_local_volumes, self.density) {
            (false, _) => 0,
            (true, Density::Map) => 10,
            (true, _) => 32,
        };
    }

    fn place_top(&mut self, facts: &Facts<'_>) -> i32 {
        let Sizes { top, title, service, wire, .. } = self.sizes;
        let full = self.width - 2 * self.margin;
        self.titles = TitlePlace::new(facts, full, self.is_narrow);
        let titles = self.titles;
        let height = |group: &Group<'_>, width: i32| {
            let rows = service_rows(group, width - titles.width(group), self.is_narrow).0;
            rows * service + if titles.is_above() { title } else { 0 }
        };
        let mut y = top;
        if self.is_narrow && !titles.is_row() {
            // Below each other, each as wide as the picture.
            for (group, area) in facts.groups.iter().zip(&mut self.groups) {
                *area = Area::new(self.margin, y, full, height(group, full));
                y = area.bottom() + if facts.groups.len() > 1 { 2 } else { 0 };
            }
        } else {
            if titles.is_row() {
                let width = full / to_i32(facts.groups.len()).max(1);
                for (index, area) in (0..).zip(&mut self.groups) {
                    *area = Area::new(self.margin + index * width, y, width - 6, 0);
                }
            }
            let groups = facts.groups.iter().zip(&self.groups);
            let most = groups.map(|(group, area)| height(group, area.width)).max();
            for area in &mut self.groups {
                (area.y, area.height) = (y, most.unwrap_or(service));
            }
            y += most.unwrap_or(service);
        }
        self.wire = y + wire / 4;
        self.identity.y = y + wire;
        let width = self.left - self.margin - if self.is_narrow { 4 } else { 16 };
        self.clients = Area::new(self.margin, self.identity.y, width, self.identity.height);
        self.identity.bottom() + self.sizes.below_identity
    }

    fn place_lanes(&mut self, needs: &Needs, y: i32) -> i32 {
        let (full, x) = (self.width - 2 * self.margin, self.margin);
        let claim = if needs.has_claims_in_row { self.local_volume + 4 } else { 0 };
        self.pending = Area::new(x, y, full, self.sizes.pending + claim);
        self.place_rows(needs, self.pending.bottom() + self.sizes.gap, 0)
    }

    /// The lanes from `y` on, each by `more` higher than its pods need it.
    fn place_rows(&mut self, needs: &Needs, mut y: i32, more: i32) -> i32 {
        let local_volume = if self.local_volume > 0 { self.local_volume + 8 } else { 0 };
        self.cell = self.sizes.padding + more / 2;
        let height = self.pod.height + local_volume + 2 * self.sizes.padding + more;
        for _ in 0..needs.nodes {
            let full = self.width - 2 * self.margin;
            self.lanes.push(Area::new(self.margin, y, full, height));
            y += height + self.sizes.gap;
        }
        y
    }

    fn place_storage(&mut self, needs: &Needs, y: i32) {
        let Sizes { above_volume, captions, bottom, .. } = self.sizes;
        self.channel = y + above_volume / 4;
        self.height = y + bottom;
        if !needs.has_remote {
            return;
        }
        let y = y + above_volume / 2;
        self.extra = if self.density == Density::Map { 14 } else { 26 };
        let further = to_i32(needs.volumes.saturating_sub(1)) * self.extra;
        self.volume.y = y + above_volume / 2;
        let height = above_volume / 2 + self.volume.height + captions + further;
        let full = self.width - 2 * self.margin;
        let storage = Area::new(self.margin, y, full, height);
        self.storage = Some(storage);
        self.height = storage.bottom() + bottom;
    }

    /// The header of a column.
    pub(super) fn identity_area(&self, column: usize) -> Area {
        let Area { y, width, height, .. } = self.identity;
        self.cell_of(column).unwrap_or(Area::around(self.middle_of(column), y, width, height))
    }

    /// The middle of a column.
    pub(super) fn middle_of(&self, column: usize) -> i32 {
        self.columns.get(column).copied().unwrap_or(self.left)
    }

    /// The first volume of a column in the remote storage.
    pub(super) fn volume_of(&self, column: usize) -> Area {
        let Area { y, width, height, .. } = self.volume;
        self.cell_of(column).unwrap_or(Area::around(self.middle_of(column), y, width, height))
    }

    /// A further volume of a column, counted from 1.
    pub(super) fn extra_of(&self, column: usize, position: usize) -> Area {
        let y = self.volume.bottom()
            + self.sizes.captions
            + to_i32(position.saturating_sub(1)) * self.extra;
        Area::around(self.middle_of(column), y, self.pod.width, self.extra - 4)
    }

    /// The part of a column's cell in a lane that one of several pods there has.
    pub(super) fn pod_area(&self, column: usize, lane: usize, part: (usize, usize)) -> Area {
        if let Some(cell) = self.cell_of(column) {
            return cell;
        }
        let (index, count) = (to_i32(part.0), to_i32(part.1).max(1));
        let top = self.lanes.get(lane).map_or(0, |lane| lane.y) + self.cell;
        let gap = if count > 1 { 4 } else { 0 };
        let height = (self.pod.height - gap * (count - 1)) / count;
        let y = top + index * (height + gap);
        Area::around(self.middle_of(column), y, self.pod.width, height)
    }

    /// The part of the row of pods without a node that one of several of a column has.
    pub(super) fn pending_of(&self, column: usize, part: (usize, usize)) -> Area {
        let row = Area { height: self.sizes.pending, ..self.pending };
        let height = row.height - 6;
        let height = if self.density == Density::Map { height.min(20) } else { height };
        let y = row.centre() - height / 2;
        let (index, count) = (to_i32(part.0), to_i32(part.1).max(1));
        let width = (self.pod.width - 4 * (count - 1)) / count;
        let x = self.middle_of(column) - self.pod.width / 2 + index * (width + 4);
        Area::new(x, y, width.max(1), height)
    }

    /// A claim that has no volume yet, in the row of pods without a node.
    pub(super) fn claim_area(&self, column: usize, part: (usize, usize)) -> Area {
        self.disk_area(column, self.pending.y + self.sizes.pending, part)
    }

    /// A disk inside a lane, one of several there.
    pub(super) fn local_volume_area(
        &self,
        column: usize,
        lane: usize,
        part: (usize, usize),
    ) -> Area {
        let top = self.lanes.get(lane).map_or(0, |lane| lane.y) + self.cell;
        self.disk_area(column, top + self.pod.height + 8, part)
    }

    /// One of several flat disks next to each other.
    fn disk_area(&self, column: usize, y: i32, part: (usize, usize)) -> Area {
        let (index, count) = (to_i32(part.0), to_i32(part.1).max(1));
        let width = (self.pod.width - 4 * (count - 1)) / count;
        let x = self.middle_of(column) - self.pod.width / 2 + index * (width + 4);
        Area::new(x, y, width, self.local_volume)
    }
}

/// The id of the disk behind a volume.
pub(super) fn disk_id(volume: &str) -> DiskId {
    DiskId::Volume(volume.to_string())
}
