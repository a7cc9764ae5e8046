//! Volumes and their entries, and the pipe of a clone.

use super::area::Area;
use super::facts::{Column, Group, PodFacts, VolumeFacts};
use super::places::{DiskPlace, PlacedScene, volume_id};
use super::route::along;
use super::sizes::Density;
use super::text::SMALL;
use super::{Anchor, Item, Shape, contents, phrases, text, words};
use crate::api::Kind;
use crate::cluster::Subject;
use crate::cluster::world::{DatabaseState, DiskId};
use crate::db::Data;

/// More entries than this are shown as a bar.
const MOST_SQUARES: u32 = 24;

/// A volume of a claim.
pub(super) fn volume(
    placed: &PlacedScene<'_>,
    group: &Group<'_>,
    column: &Column<'_>,
    facts: &VolumeFacts<'_>,
) -> Option<Item> {
    let place = placed.disks.get(&volume_id(facts))?;
    let namespace = group.namespace();
    let target = match facts.claim {
        Some(claim) => Subject::object(Kind::PersistentVolumeClaim, &claim.metadata.key()),
        None => Subject::object(Kind::PersistentVolume, &crate::api::Key::new("", facts.volume)),
    };
    let id = match facts.claim {
        Some(_) => format!("volume-{namespace}/{}", facts.name),
        None => format!("volume-{}", facts.volume),
    };
    let name = match facts.claim {
        Some(_) => format!("volume {}", facts.name),
        None => format!("volume {}, without a claim", facts.name),
    };
    let mut item = Item::new(id, format!("volume {}", placed.hue(column)))
        .at(place.area.x, place.area.y)
        .about(target, name, words::volume(placed.facts, group, column, facts));
    if facts.disk.is_none() {
        item.add_class("ghost");
    }
    if is_going(facts) {
        item.add_class("going");
    }
    let data = facts.disk.map(|disk| &disk.data);
    if !place.is_first || !place.is_remote {
        local_volume(placed, group, place, data, facts.name, &mut item);
        return Some(item);
    }
    cylinder(place.area, &mut item);
    if placed.layout.density == Density::Map {
        level(group, data, place.area, &mut item);
        return Some(item);
    }
    let (top, room) = (2 * cap(place.area) + 5, place.area.width - 4);
    let content = contents::words(placed.facts, group, data, room);
    if !content.is_empty() {
        let place = (place.area.width / 2, (top + place.area.height) / 2 + 2);
        phrases::draw(&mut item, place, content, (SMALL, "small quiet"), room, Anchor::Middle);
    } else if let Some(data) = data {
        let area =
            Area::new(8, top, place.area.width - 16, place.area.height - top - cap(place.area) - 1);
        entries(group, data, area, &mut item);
    }
    captions(placed, group, column, facts, *place, &mut item);
    Some(item)
}

/// The name of the claim and the state of the data, below a volume.
fn captions(
    placed: &PlacedScene<'_>,
    group: &Group<'_>,
    column: &Column<'_>,
    facts: &VolumeFacts<'_>,
    place: DiskPlace,
    item: &mut Item,
) {
    let (middle, room) = (place.area.width / 2, placed.layout.pitch() - 8);
    let (state, is_bad) = state(placed, group, column, facts);
    let class = if is_bad { "small bad" } else { "small quiet" };
    let y = place.area.height + 14;
    // Where there is room, it stands beside the pipe.
    let is_cloning = placed.layout.density != Density::Full
        && facts.disk.is_some_and(|disk| disk.data.clone_target.is_some());
    let has_two = placed.layout.sizes.captions >= 34;
    let name = text::fits(facts.name, SMALL, room * 112 / 100).then_some(facts.name);
    let lines: Vec<(String, &str)> = match name {
        Some(name) if has_two => vec![(name.into(), "small mono"), (state, class)],
        Some(name) if !is_bad && !is_cloning => vec![(name.into(), "small mono")],
        _ => {
            let most = if has_two { 2 } else { 1 };
            let lines = super::identities::wrap(&state, SMALL, room, most).into_iter();
            lines.map(|line| (line, class)).collect()
        }
    };
    for ((line, class), y) in lines.iter().zip([y, y + 16]) {
        phrases::draw(item, (middle, y), line, (SMALL, class), room, Anchor::Middle);
    }
}

/// The status of a volume in a few words, and whether it is bad.
fn state(
    placed: &PlacedScene<'_>,
    group: &Group<'_>,
    column: &Column<'_>,
    facts: &VolumeFacts<'_>,
) -> (String, bool) {
    let held = words::held_by(placed.facts, &group.users(column), facts);
    let Some(disk) = facts.disk else { return ("claim is Pending".into(), false) };
    let writers = column.pods.iter().filter(|pod| words::writes_to(placed.facts, pod, facts));
    let writers = writers.count();
    if writers > 1 {
        return (format!("{writers} pods write here"), true);
    }
    let (sync, is_bad) = match placed.facts.cluster.world().is_observed {
        true => (words::size(placed.facts, facts), false),
        false => words::sync(group, &disk.data),
    };
    match held {
        Some(node) => {
            let words = format!("held by {node}");
            let has_room = placed.layout.sizes.captions >= 34
                || text::fits(&words, SMALL, placed.layout.pitch() - 8);
            (if has_room { words } else { "held".into() }, true)
        }
        None if facts.claim.is_none() => ("Released".into(), false),
        None if is_going(facts) => ("Terminating".into(), true),
        None if group.deployment.is_some() => {
            let node = disk.attached.first();
            (node.map_or("detached".into(), |node| format!("on {node}")), false)
        }
        None if !column.is_wanted && column.pods.is_empty() => {
            let is_roomy = placed.layout.density == Density::Full;
            (if is_roomy { format!("kept · {sync}") } else { "kept".into() }, is_bad)
        }
        None => (sync, is_bad),
    }
}

/// Whether the claim was deleted, and stays only as long as a pod uses it.
fn is_going(facts: &VolumeFacts<'_>) -> bool {
    facts.claim.is_some_and(|claim| claim.metadata.is_terminating())
}

/// The folder of a pod, whose data goes with it.
pub(super) fn folder(
    placed: &PlacedScene<'_>,
    group: &Group<'_>,
    column: &Column<'_>,
    pod: &PodFacts<'_>,
) -> Option<Item> {
    let disk = pod.folder?;
    let place = placed.disks.get(&DiskId::Folder(pod.uid))?;
    let mut item =
        Item::new(format!("folder-{}", pod.uid), format!("volume folder {}", placed.hue(column)))
            .at(place.area.x, place.area.y);
    local_volume(placed, group, place, Some(&disk.data), "emptyDir", &mut item);
    Some(item)
}

/// Half the height of the lid of a cylinder.
fn cap(area: Area) -> i32 {
    if area.height < 60 { 5.min(area.width / 4) } else { 10 }
}

/// A standing cylinder.
fn cylinder(area: Area, item: &mut Item) {
    let (width, height) = (area.width, area.height);
    let cap = cap(area);
    let half = width / 2;
    let arc = format!("a{half} {cap} 0 0 0 {width} 0");
    let body = format!("M0 {cap}v{}{arc}v-{0}z", height - 2 * cap);
    item.draw(Shape::path(format!("{body}M0 {cap}a{half} {cap} 0 0 1 {width} 0z"), "body"));
    item.draw(Shape::path(
        format!(
            "M0 {cap}a{half} {cap} 0 0 1 {width} 0{arc_back}",
            arc_back = back(half, cap, width)
        ),
        "lid",
    ));
}

fn back(half: i32, cap: i32, width: i32) -> String {
    format!("a{half} {cap} 0 0 1 -{width} 0z")
}

/// A flat disk: a local volume, a folder, or a further volume of a column.
fn local_volume(
    placed: &PlacedScene<'_>,
    group: &Group<'_>,
    place: &DiskPlace,
    data: Option<&Data>,
    name: &str,
    item: &mut Item,
) {
    let Area { width, height, .. } = place.area;
    item.draw(Shape::rect(0, 0, width, height, (height / 2).min(8), "body"));
    if placed.layout.density == Density::Map {
        return;
    }
    let (size, class) = (SMALL, "small mono");
    let y = height / 2 + 4;
    let data = data.filter(|data| data.role.is_some() || place.is_first);
    let Some(data) = data else {
        let room = width - 12;
        item.draw(text::fitted((width / 2, y), name, (size, class), room, Anchor::Middle));
        return;
    };
    let count = match data.clone_target {
        Some(target) => format!("{}/{target}", data.len()),
        None => data.len().to_string(),
    };
    let used = text::width(&count, size) + 10;
    let room = width - used - 10;
    if room >= 60 && data.len().max(data.clone_target.unwrap_or(0)) <= MOST_SQUARES {
        item.draw(Shape::text(width - 8, y, count, class).anchored(Anchor::End));
        entries(group, data, Area::new(8, 6, room, height - 12), item);
    } else {
        item.draw(Shape::text(width / 2, y, count, class).anchored(Anchor::Middle));
    }
}

/// The entries as squares that can be counted, or as a bar if there are too many.
fn entries(group: &Group<'_>, data: &Data, area: Area, item: &mut Item) {
    let wanted = match data.clone_target {
        Some(target) => target,
        None => data.len().max(group.primary.map_or(0, Data::len)),
    };
    if wanted > MOST_SQUARES {
        return bar(group, data, wanted, area, item);
    }
    let is_flat = area.height < 34;
    let count = i32::try_from(wanted).unwrap_or(0);
    // Six in a row, or so many that the squares become larger.
    let choices: &[i32] = if is_flat { &[12, 8, 6] } else { &[6, 4, 3] };
    let pitch_for = |per_row: i32| {
        let rows = ((count + per_row - 1) / per_row).max(1);
        (area.width / per_row).min((area.height + 3) / rows).clamp(3, 19)
    };
    let mut per_row = choices.first().copied().unwrap_or(6);
    for choice in choices {
        if pitch_for(*choice) > pitch_for(per_row) {
            per_row = *choice;
        }
    }
    let pitch = pitch_for(per_row);
    let side = if pitch > 7 { pitch - 3 } else { pitch - 1 };
    let gap = pitch - side;
    let rows = ((count + per_row - 1) / per_row).max(1);
    let (left, top) = if is_flat {
        (area.x, area.y + (area.height - pitch * rows + gap) / 2)
    } else {
        (area.x + (area.width - pitch * per_row + gap) / 2, area.y)
    };
    let differing: Vec<usize> =
        group.primary.map(|primary| data.differing(primary).collect()).unwrap_or_default();
    for index in 0..i32::try_from(wanted).unwrap_or(0) {
        let (x, y) = (left + index % per_row * pitch, top + index / per_row * pitch);
        let position = usize::try_from(index).unwrap_or(0);
        let is_deleted = position < usize::try_from(data.deleted).unwrap_or(0);
        let class = if position >= data.entries.len() || is_deleted {
            "entry missing"
        } else if differing.contains(&position) {
            "entry other"
        } else {
            "entry"
        };
        item.draw(Shape::rect(x, y, side, side, if side > 7 { 3 } else { 1 }, class));
        if class == "entry other" {
            let d = format!("M{x} {y}l{side} {side}M{} {y}l-{side} {side}", x + side);
            item.draw(Shape::path(d, "entry-cross"));
        }
    }
}

/// So many entries that they are only a bar and a number.
fn bar(group: &Group<'_>, data: &Data, wanted: u32, area: Area, item: &mut Item) {
    let text = format!("{} entries", data.live());
    let middle = area.x + area.width / 2;
    let y = area.y + 14;
    let class = (SMALL, "small strong");
    phrases::draw(item, (middle, y), &text, class, area.width, Anchor::Middle);
    let place = |count: u32| {
        let pixels = i64::from(area.width) * i64::from(count) / i64::from(wanted.max(1));
        i32::try_from(pixels).unwrap_or(area.width)
    };
    let full = place(data.len());
    // In a low volume the bar is thinner, and nearer to the words.
    let (top, height) = if area.height < 34 { (y + 4, 5) } else { (y + 10, 10) };
    item.draw(Shape::rect(area.x, top, area.width, height, height / 2, "entry missing"));
    item.draw(Shape::rect(area.x, top, full, height, height / 2, "entry"));
    // From the first entry on that differs it is crossed out.
    let first = group.primary.and_then(|primary| data.differing(primary).next());
    if let Some(first) = first.and_then(|first| u32::try_from(first).ok()) {
        let x = area.x + place(first).min(full - 10).max(0);
        let width = area.x + full - x;
        item.draw(Shape::rect(x, top, width, height, 3, "entry other"));
        let crosses: String = (0..width / height)
            .map(|index| {
                let left = x + index * height;
                format!("M{left} {top}l{height} {height}m0 -{height}l-{height} {height}")
            })
            .collect();
        item.draw(Shape::path(crosses, "entry-cross"));
    }
}

/// How full a volume is, compared with the primary's, where there is no room for squares.
fn level(group: &Group<'_>, data: Option<&Data>, area: Area, item: &mut Item) {
    let Some(data) = data else { return };
    let most =
        group.primary.map_or(0, Data::len).max(data.len()).max(data.clone_target.unwrap_or(0));
    let room = area.height - 16;
    let full = i64::from(room) * i64::from(data.len()) / i64::from(most.max(1));
    let full = i32::try_from(full).unwrap_or(0);
    let inset = if area.width > 12 { 4 } else { 1 };
    let y = area.height - 7 - full;
    item.draw(Shape::rect(inset, y, (area.width - 2 * inset).max(1), full, 1, "entry"));
}

/// The pipe from the volume of the member before, while a pod clones.
pub(super) fn pipe(
    placed: &PlacedScene<'_>,
    column: &Column<'_>,
    pod: &PodFacts<'_>,
) -> Option<Item> {
    let database = pod.run?.database.as_ref()?;
    let DatabaseState::Cloning { source, next } = &database.state else { return None };
    let world = &placed.facts.cluster.world();
    let from_disk = &world.runs.get(source)?.database.as_ref()?.disk;
    let from = placed.disks.get(from_disk)?;
    let to = placed.disks.get(&database.disk)?;
    let data = &world.disks.get(&database.disk)?.data;
    let mut item = Item::new(format!("clone-{}", pod.uid), "pipe");
    let hue =
        |column: usize| placed.facts.columns().nth(column).map(|(_, column)| placed.hue(column));
    let from_hue = hue(from.column).unwrap_or_default();
    let (start, end) = if from.column <= to.column {
        (from.area.right(), to.area.x)
    } else {
        (from.area.x, to.area.right())
    };
    let (y, end_y) = (middle_of(from), middle_of(to));
    let bend = placed.layout.left_of(placed.layout.middle_of(to.column));
    let d = if y == end_y {
        format!("M{start} {y}H{end}")
    } else {
        format!("M{start} {y}H{bend}V{end_y}H{end}")
    };
    item.draw(Shape::path(d.clone(), "tube"));
    item.draw(Shape::path(d, &format!("stream {from_hue}")));
    // One entry after the other goes through the pipe.
    let each = placed.facts.cluster.settings.timings.clone_entry_ms.max(1);
    let left = placed.facts.time_deps.before(*next).min(each);
    if !placed.view.reduced_motion {
        let points = if y == end_y {
            vec![(start, y), (end, y)]
        } else {
            vec![(start, y), (bend, y), (bend, end_y), (end, end_y)]
        };
        let along = along(&points, each - left, each);
        let mut entry = Item::new(format!("cloned-{}", pod.uid), from_hue);
        entry.at = along;
        entry.draw(Shape::rect(-5, -5, 10, 10, 3, "entry moving"));
        item.children.push(entry.into());
    }
    let target = data.clone_target.unwrap_or(0);
    if placed.layout.density == Density::Full && y == end_y {
        let middle = (start + end) / 2;
        item.draw(Shape::text(middle, y - 16, "clone", "small strong").anchored(Anchor::Middle));
        let progress = format!("{}/{target}", data.len());
        item.draw(Shape::text(middle, y + 25, progress, "small mono").anchored(Anchor::Middle));
    }
    item.label = Some(super::Label {
        name: format!("clone of {}", column.name()),
        description: format!("{} of {target} entries", data.len()),
    });
    Some(item)
}

/// The height at which pipes leave and reach a disk.
pub(super) fn middle_of(place: &DiskPlace) -> i32 {
    if place.is_remote { place.area.y + place.area.height * 3 / 5 } else { place.area.centre() }
}
