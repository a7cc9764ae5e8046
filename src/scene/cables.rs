//! Threads and cables: what holds an identity together.
//!
//! The guide line of an identity is always there: from its header down to its volume. The cable is the thick part of it:
//! a volume that is attached to a node, from the volume up to the pod that uses it there.

use super::area::Area;
use super::facts::{Column, PodFacts, VolumeFacts};
use super::places::{PlacedScene, volume_id};
use super::route::{beginning, path};
use super::sizes::Density;
use super::{Item, Point, Shape, words};
use crate::api::{Uid, VolumeAttachment};
use crate::cluster::world::DiskId;

/// How far a cable is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hold {
    Attached,
    /// Growing, in thousandths.
    Growing(i32),
    /// Letting go: what is still there, in thousandths.
    Letting(i32),
    /// Detached for all that Kubernetes knows, and still written to.
    Stray,
}

/// The guide line and the cables of one column.
pub(super) fn guide(placed: &PlacedScene<'_>, column: &Column<'_>, index: usize) -> Option<Item> {
    let key = column.key.as_ref()?;
    let id = format!("guide-{}/{}", key.namespace(), key.name());
    let mut item = Item::new(id, format!("guide {}", placed.hue(column)));
    if placed.layout.is_map() {
        // There are too many columns for a guide line each: only what exists has one.
        item.add_class("fine");
        if column.pods.is_empty() && column.volumes.is_empty() {
            return None;
        }
    }
    let layout = placed.layout;
    let x = layout.middle_of(index);
    let top = layout.identity.bottom();
    let is_remote = layout.storage.is_some() && has_remote_volume(placed, column);
    let lowest = column.pods.iter().filter_map(|pod| placed.pods.get(&pod.uid));
    let bottom = match lowest.map(|place| place.area.bottom()).max() {
        _ if is_remote => layout.volume.y,
        Some(bottom) => bottom,
        None => layout.pending.bottom(),
    };
    item.draw(Shape::line(Point { x, y: top }, Point { x, y: bottom }, "cord"));
    // From the header to the pod the guide line is solid.
    let present = column.pods.iter().find(|pod| pod.pod.is_some());
    if let Some(place) = present.and_then(|pod| placed.pods.get(&pod.uid)) {
        let end = Point { x, y: place.area.y };
        item.draw(Shape::line(Point { x, y: top }, end, "cord whole"));
    }
    for volume in &column.volumes {
        cables(placed, &column.pods.iter().collect::<Vec<_>>(), volume, &mut item);
    }
    for pod in column.pods.iter().filter(|pod| pod.folder.is_some()) {
        let folder = placed.disks.get(&DiskId::Folder(pod.uid));
        if let (Some(place), Some(folder)) = (placed.pods.get(&pod.uid), folder) {
            let x = folder.area.middle();
            let to = Point { x, y: folder.area.y };
            item.draw(Shape::line(Point { x, y: place.area.bottom() }, to, "cable"));
        }
    }
    Some(item)
}

/// Whether the guide line of a column leads down to the remote storage.
fn has_remote_volume(placed: &PlacedScene<'_>, column: &Column<'_>) -> bool {
    let has_folder = column.pods.iter().any(|pod| pod.folder.is_some());
    let mut places =
        column.volumes.iter().filter_map(|volume| placed.disks.get(&volume_id(volume)));
    if column.volumes.is_empty() {
        !has_folder && column.ordinal.is_some()
    } else {
        places.any(|place| place.is_remote)
    }
}

fn short_cable(x: i32, y: i32, local_volume: i32, item: &mut Item) {
    if local_volume > 0 {
        item.draw(Shape::line(Point { x, y }, Point { x, y: y + 8 }, "cable"));
    }
}

/// The cables of a volume to those of the pods that use it.
pub(super) fn cables(
    placed: &PlacedScene<'_>,
    pods: &[&PodFacts<'_>],
    volume: &VolumeFacts<'_>,
    item: &mut Item,
) {
    let Some(place) = placed.disks.get(&volume_id(volume)) else { return };
    if !place.is_remote {
        let uses = pods.iter().find(|pod| Some(pod.node()) == volume.local_node());
        if let Some(pod) = uses.and_then(|pod| placed.pods.get(&pod.uid)) {
            short_cable(place.area.middle(), pod.area.bottom(), placed.layout.local_volume, item);
        }
        return;
    }
    if !place.is_first {
        return;
    }
    let mut holds = holds(placed, volume);
    let writers = pods.iter().filter(|pod| words::writes_to(placed.facts, pod, volume));
    for node in writers.map(|pod| pod.node()) {
        if !holds.iter().any(|(held, _)| *held == node) {
            holds.push((node, Hold::Stray));
        }
    }
    for (node, hold) in holds {
        let Some(lane) = placed.lane(node) else { continue };
        let user = pods.iter().filter(|pod| pod.node() == node).min_by_key(|pod| {
            let mounts =
                pod.run.is_some_and(|run| run.mounted.iter().any(|name| name == volume.volume));
            (!mounts, pod.pod.is_none())
        });
        let end = match user.and_then(|pod| placed.pods.get(&pod.uid)) {
            Some(place) => place.area,
            None => socket(placed, place.column, lane),
        };
        cable(placed, place.area, (end, user.map(|pod| pod.uid), lane), hold, item);
    }
}

/// Where the cable ends on a node that has no pod to use it.
fn socket(placed: &PlacedScene<'_>, column: usize, lane: usize) -> Area {
    let cell = placed.layout.pod_area(column, lane, (0, 1));
    Area::around(cell.middle(), cell.centre() - 7, 18, 14)
}

/// The nodes that hold a volume, and how far that is.
fn holds<'a>(placed: &PlacedScene<'a>, volume: &VolumeFacts<'a>) -> Vec<(&'a str, Hold)> {
    let cluster = placed.facts.cluster;
    let of_volume = |attachment: &&std::rc::Rc<VolumeAttachment>| {
        attachment.spec.persistent_volume_name == volume.volume
    };
    let mut holds: Vec<(&str, Hold)> = Vec::new();
    if volume.volume.is_empty() {
        return holds;
    }
    for attachment in cluster.store.attachments.iter().filter(of_volume) {
        let node = attachment.spec.node_name.as_str();
        let is_there = volume.disk.is_some_and(|disk| disk.attached.contains(node));
        let time_deps = &placed.facts.time_deps;
        let timings = &cluster.settings.timings;
        let hold = match (attachment.metadata.deletion_timestamp, is_there) {
            (Some(since), true) => Hold::Letting(1000 - time_deps.share(since, timings.detach_ms)),
            (Some(_), false) => continue,
            (None, true) => Hold::Attached,
            (None, false) => {
                let since = attachment.metadata.creation_timestamp;
                Hold::Growing(time_deps.share(since, timings.attach_ms))
            }
        };
        holds.push((node, hold));
    }
    for node in volume.disk.iter().flat_map(|disk| &disk.attached) {
        if !holds.iter().any(|(held, _)| held == node) {
            holds.push((node, Hold::Attached));
        }
    }
    holds
}

/// One cable, from a volume up to a pod or to the socket of a node.
fn cable(
    placed: &PlacedScene<'_>,
    from: Area,
    (end, user, _lane): (Area, Option<Uid>, usize),
    hold: Hold,
    item: &mut Item,
) {
    let x = from.middle();
    let (top, bottom) = (end.bottom(), from.y + cap(placed));
    let is_in_the_way = placed
        .pods
        .iter()
        .any(|(uid, place)| Some(*uid) != user && place.area.middle() == x && place.area.y > end.y);
    let points = if is_in_the_way || end.middle() != x {
        let side = end.right().max(x + placed.layout.pod.width / 2) + 4;
        vec![
            (x, bottom),
            (x, from.y - 8),
            (side, from.y - 8),
            (side, end.centre()),
            (end.right(), end.centre()),
        ]
    } else {
        vec![(x, bottom), (x, top)]
    };
    let still = placed.view.reduced_motion;
    let (drawn, class) = match hold {
        Hold::Attached => (1000, "cable"),
        Hold::Stray => (1000, "cable stray"),
        Hold::Growing(_) if still => (500, "cable growing"),
        Hold::Growing(share) => (share, "cable growing"),
        Hold::Letting(_) if still => (500, "cable letting"),
        Hold::Letting(share) => (share, "cable letting"),
    };
    if drawn < 1000 {
        item.draw(Shape::path(path(&points), "cable-to-come"));
    }
    let class = if placed.layout.is_map() { format!("{class} fine") } else { class.into() };
    let part = beginning(&points, drawn);
    item.draw(Shape::path(path(&part), &class));
    if placed.layout.density == Density::Map {
        return;
    }
    if let Some((x, y)) = part.last().copied() {
        item.draw(Shape::circle(x, y, 6, "plug"));
    }
    if user.is_none() {
        item.draw(Shape::rect(end.x, end.y, end.width, end.height, 4, "socket"));
    }
}

fn cap(placed: &PlacedScene<'_>) -> i32 {
    if placed.layout.density == Density::Map { 2 } else { 6 }
}
