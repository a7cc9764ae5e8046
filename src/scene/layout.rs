//! Where everything has its place: bands from top to bottom, columns from left to right.
//!
//! Only counts decide, never the state of a single pod, so that nothing jumps while pods come and go.

use super::facts::{Facts, Group};
use super::{View, text};
use crate::cluster::world::DiskId;

/// A rectangle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Area {
    pub x: i32,
    pub y: i32,
    pub width: i32,
    pub height: i32,
}

impl Area {
    /// An area of this size, of none where there is no room.
    pub(super) fn new(x: i32, y: i32, width: i32, height: i32) -> Area {
        Area { x, y, width: width.max(0), height: height.max(0) }
    }

    /// An area of this size around a vertical line.
    pub(super) fn around(middle: i32, y: i32, width: i32, height: i32) -> Area {
        Area::new(middle - width / 2, y, width, height)
    }

    pub(super) fn right(self) -> i32 {
        self.x + self.width
    }

    pub(super) fn bottom(self) -> i32 {
        self.y + self.height
    }

    pub(super) fn middle(self) -> i32 {
        self.x + self.width / 2
    }

    pub(super) fn centre(self) -> i32 {
        self.y + self.height / 2
    }
}

/// How much room a column has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Density {
    /// No room for words: a map.
    Map,
    /// Words below each other.
    Stacked,
    /// Everything.
    Full,
}

/// The places of bands and columns.
#[derive(Debug)]
pub(super) struct Layout {
    pub width: i32,
    pub height: i32,
    /// Whether it is the layout for a phone.
    pub is_narrow: bool,
    pub density: Density,
    pub margin: i32,
    /// Where the columns begin; left of it stand the names of the rows, but not on a phone.
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
    /// The plates: their upper edge and size.
    pub plate: Area,
    pub pending: Area,
    pub lanes: Vec<Area>,
    /// Where the cells of a lane begin, below its upper edge.
    pub cell: i32,
    /// The size of a pod.
    pub bead: Area,
    /// The height of a disk inside a lane, 0 if there are none.
    pub strip: i32,
    /// The height at which entries travel from the master to its workers.
    pub channel: i32,
    /// The frame of the remote storage, if there is any.
    pub storage: Option<Area>,
    /// A remote volume: its upper edge and size.
    pub volume: Area,
    /// The height of the further volumes of a column, below the texts of the first.
    pub extra: i32,
}

const GAP: i32 = 8;
/// The height of a line with a Service.
pub(super) const SERVICE: i32 = 28;
const TITLE: i32 = 28;

impl Layout {
    /// Finds a place for everything.
    pub(super) fn new(facts: &Facts<'_>, view: &View) -> Layout {
        let width = i32::try_from(view.width).unwrap_or(1200).clamp(280, 8000);
        let is_narrow = width < 640;
        let margin = if is_narrow { 8 } else { 16 };
        let left = if is_narrow { margin } else { margin + 140 };
        let mut layout = Layout {
            width,
            height: 0,
            is_narrow,
            density: Density::Map,
            margin,
            left,
            pitch: 0,
            groups: Vec::new(),
            spans: Vec::new(),
            columns: Vec::new(),
            clients: Area::default(),
            wire: 0,
            plate: Area::default(),
            pending: Area::default(),
            lanes: Vec::new(),
            cell: 0,
            bead: Area::default(),
            strip: 0,
            channel: 0,
            storage: None,
            volume: Area::default(),
            extra: 0,
        };
        layout.place_columns(facts);
        layout.set_sizes(facts);
        let y = if is_narrow { layout.place_top_narrow(facts) } else { layout.place_top(facts) };
        let y = layout.place_lanes(facts, y);
        layout.place_storage(facts, y);
        layout
    }

    /// The pitch in whole pixels.
    pub(super) fn pitch(&self) -> i32 {
        self.pitch / 10
    }

    /// The size of ordinary text.
    pub(super) fn small(&self) -> i32 {
        if self.is_narrow { 11 } else { 12 }
    }

    /// The class of ordinary text.
    pub(super) fn small_class(&self) -> &'static str {
        if self.is_narrow { "tiny" } else { "small" }
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
        let (least, most) = if self.is_narrow { (3, 1040) } else { (3, 2320) };
        let slots = count.max((available / 176).clamp(least, 5)).max(1);
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

    fn set_sizes(&mut self, facts: &Facts<'_>) {
        let pitch = self.pitch();
        let gap = if self.is_narrow { 8 } else { 10 };
        let (plate, bead, volume) = match self.density {
            Density::Full => {
                ((200.min(pitch - 16), 80), (176.min(pitch - 20), 64), (140.min(pitch - 44), 106))
            }
            Density::Stacked => {
                let width = (pitch - gap).min(124);
                let (bead, volume) = if self.is_narrow { (60, 94) } else { (76, 104) };
                ((width, 72), (width, bead), ((pitch - gap - 4).min(104), volume))
            }
            Density::Map => {
                let width = if pitch >= 24 { pitch - 4 } else { (pitch - 1).max(1) };
                ((width, 28), (width, 24), (width, 40))
            }
        };
        self.plate = Area::new(0, 0, plate.0, plate.1);
        self.bead = Area::new(0, 0, bead.0, bead.1);
        self.volume = Area::new(0, 0, volume.0, volume.1);
        let has_strips = facts.columns().any(|(group, column)| {
            let local = column.volumes.iter().any(|volume| volume.local_node().is_some());
            let folder = column.pods.iter().any(|pod| pod.folder.is_some());
            local || folder || is_local_by_class(facts, group)
        });
        self.strip = match (has_strips, self.density) {
            (false, _) => 0,
            (true, Density::Map) => 10,
            (true, _) => 32,
        };
    }

    fn place_top(&mut self, facts: &Facts<'_>) -> i32 {
        let services = facts.groups.iter().map(|group| group.services.len()).max().unwrap_or(0);
        let title = if facts.groups.len() > 1 { TITLE } else { 0 };
        let height = title + to_i32(services.max(1)) * SERVICE;
        for group in &mut self.groups {
            (group.y, group.height) = (16, height);
        }
        self.wire = 16 + height + 6;
        self.plate.y = self.wire + 16 + 22;
        let width = self.left - self.margin - 16;
        self.clients = Area::new(self.margin, self.plate.y + 8, width, self.plate.height);
        self.plate.bottom() + 12
    }

    fn place_top_narrow(&mut self, facts: &Facts<'_>) -> i32 {
        let mut y = 8;
        let full = self.width - 2 * self.margin;
        for (group, area) in facts.groups.iter().zip(&mut self.groups) {
            let height = TITLE + to_i32(group.services.len()) * SERVICE;
            *area = Area::new(self.margin, y, full, height);
            y += height + 4;
        }
        self.clients = Area::new(self.margin, y, full, 26);
        self.wire = self.clients.bottom() + 6;
        self.plate.y = self.wire + 14 + 20;
        self.plate.bottom() + 12
    }

    fn place_lanes(&mut self, facts: &Facts<'_>, y: i32) -> i32 {
        let (full, x) = (self.width - 2 * self.margin, self.margin);
        let label = if self.is_narrow { 24 } else { 0 };
        let slim = if self.density == Density::Map { 28 } else { 36 };
        self.pending = Area::new(x, y, full, slim);
        let mut y = self.pending.bottom() + GAP;
        let padding = if self.density == Density::Map { 10 } else { 6 };
        self.cell = label + if self.is_narrow { 0 } else { padding };
        let strip = if self.strip > 0 { self.strip + 8 } else { 0 };
        // On the left there are up to four lines on the node.
        let least = if self.is_narrow { 0 } else { 76 };
        let height = (self.cell + self.bead.height + strip + padding).max(least);
        for _ in &facts.nodes {
            self.lanes.push(Area::new(x, y, full, height));
            y += height + GAP;
        }
        y
    }

    fn place_storage(&mut self, facts: &Facts<'_>, y: i32) {
        self.channel = y + 6;
        self.height = y + 16;
        if !has_remote(facts) {
            return;
        }
        let y = y + 12;
        let label = if self.is_narrow { 24 } else { 8 };
        let texts = match self.density {
            Density::Map => 8,
            _ => 44,
        };
        let extras = facts.columns().map(|(_, column)| column.volumes.len()).max().unwrap_or(0);
        self.extra = if self.density == Density::Map { 14 } else { 28 };
        let further = to_i32(extras.saturating_sub(1)) * self.extra;
        self.volume.y = y + label + 8;
        let height = label + 8 + self.volume.height + texts + further;
        let least = if self.is_narrow { 0 } else { 76 };
        let full = self.width - 2 * self.margin;
        let storage = Area::new(self.margin, y, full, height.max(least));
        self.storage = Some(storage);
        self.height = storage.bottom() + 12;
    }

    /// The plate of a column.
    pub(super) fn plate_of(&self, column: usize) -> Area {
        Area::around(self.middle_of(column), self.plate.y, self.plate.width, self.plate.height)
    }

    /// The middle of a column.
    pub(super) fn middle_of(&self, column: usize) -> i32 {
        self.columns.get(column).copied().unwrap_or(self.left)
    }

    /// The first volume of a column in the remote storage.
    pub(super) fn volume_of(&self, column: usize) -> Area {
        let size = self.volume;
        Area::around(self.middle_of(column), size.y, size.width, size.height)
    }

    /// A further volume of a column, counted from 1.
    pub(super) fn extra_of(&self, column: usize, position: usize) -> Area {
        let texts = if self.density == Density::Map { 4 } else { 44 };
        let y = self.volume.bottom() + texts + to_i32(position.saturating_sub(1)) * self.extra;
        Area::around(self.middle_of(column), y, self.bead.width, self.extra - 4)
    }

    /// The part of a column's cell in a lane that one of several pods there has.
    pub(super) fn bead_of(&self, column: usize, lane: usize, part: (usize, usize)) -> Area {
        let (index, count) = (to_i32(part.0), to_i32(part.1).max(1));
        let top = self.lanes.get(lane).map_or(0, |lane| lane.y) + self.cell;
        let gap = if count > 1 { 4 } else { 0 };
        let height = (self.bead.height - gap * (count - 1)) / count;
        let y = top + index * (height + gap);
        Area::around(self.middle_of(column), y, self.bead.width, height)
    }

    /// The part of the row of pods without a node that one of several of a column has.
    pub(super) fn pending_of(&self, column: usize, part: (usize, usize)) -> Area {
        let height = self.pending.height - 6;
        let height = if self.density == Density::Map { height.min(20) } else { height };
        let y = self.pending.centre() - height / 2;
        let (index, count) = (to_i32(part.0), to_i32(part.1).max(1));
        let width = (self.bead.width - 4 * (count - 1)) / count;
        let x = self.middle_of(column) - self.bead.width / 2 + index * (width + 4);
        Area::new(x, y, width.max(1), height)
    }

    /// A disk inside a lane, one of several there.
    pub(super) fn strip_of(&self, column: usize, lane: usize, part: (usize, usize)) -> Area {
        let top = self.lanes.get(lane).map_or(0, |lane| lane.y) + self.cell;
        let y = top + self.bead.height + 8;
        let (index, count) = (to_i32(part.0), to_i32(part.1).max(1));
        let width = (self.bead.width - 4 * (count - 1)) / count;
        let x = self.middle_of(column) - self.bead.width / 2 + index * (width + 4);
        Area::new(x, y, width, self.strip)
    }

    /// The size in which the title of the only set is written.
    pub(super) fn title_size(&self, name: &str) -> i32 {
        let room = if self.is_narrow { self.width / 2 } else { self.left - self.margin - 12 };
        [22, 18, 15].into_iter().find(|size| text::fits(name, *size, room)).unwrap_or(13)
    }
}

/// Whether the set's volumes are built into nodes: its class makes none by itself.
fn is_local_by_class(facts: &Facts<'_>, group: &Group<'_>) -> bool {
    let classes = &facts.cluster.store.classes;
    let templates = group.set.map_or(&[][..], |set| &set.spec.volume_claim_templates);
    templates.iter().any(|claim| {
        let class = claim.spec.storage_class_name.as_deref().unwrap_or("");
        let class = classes.iter().find(|known| known.metadata.name == class);
        class.is_some_and(|class| is_local(&class.provisioner))
    })
}

/// Whether there is, or will be, a volume that is not built into a node.
fn has_remote(facts: &Facts<'_>) -> bool {
    facts.groups.iter().any(|group| {
        let is_local = is_local_by_class(facts, group);
        let wants =
            group.set.is_some_and(|set| !set.spec.volume_claim_templates.is_empty()) && !is_local;
        let mut volumes = group.columns.iter().flat_map(|column| &column.volumes);
        wants || volumes.any(|volume| !is_local && volume.local_node().is_none())
    })
}

/// The id of the disk behind a volume.
pub(super) fn disk_id(volume: &str) -> DiskId {
    DiskId::Volume(volume.to_string())
}

/// A count as a coordinate.
pub(super) fn to_i32(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX / 4096)
}

/// Whether a provisioner is one of folders on the nodes.
fn is_local(provisioner: &str) -> bool {
    ["no-provisioner", "local", "hostpath"].iter().any(|word| provisioner.contains(word))
}
