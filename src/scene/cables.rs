//! Threads and cables: what holds an identity together.
//!
//! The thread is always there: from the plate down to the volume. The cable is the thick part of it:
//! a volume that is attached to a node, from the volume up to the pod that uses it there.

use super::area::Area;
use super::facts::{Column, PodFacts, VolumeFacts};
use super::layout::Density;
use super::places::{Canvas, volume_id};
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

/// The thread and the cables of one column.
pub(super) fn thread(canvas: &Canvas<'_>, column: &Column<'_>, index: usize) -> Option<Item> {
    let key = column.key.as_ref()?;
    let id = format!("thread-{}/{}", key.namespace(), key.name());
    let mut item = Item::new(id, format!("thread {}", canvas.hue(column)));
    if canvas.layout.is_map() {
        // Too many for a thread each: only what exists has one.
        item.add_class("fine");
        if column.pods.is_empty() && column.volumes.is_empty() {
            return None;
        }
    }
    let layout = canvas.layout;
    let x = layout.middle_of(index);
    let top = layout.plate.bottom();
    let is_remote = layout.storage.is_some() && has_remote_volume(canvas, column);
    let lowest = column.pods.iter().filter_map(|pod| canvas.pods.get(&pod.uid));
    let bottom = match lowest.map(|place| place.area.bottom()).max() {
        _ if is_remote => layout.volume.y,
        Some(bottom) => bottom,
        None => layout.pending.bottom(),
    };
    item.draw(Shape::line(Point { x, y: top }, Point { x, y: bottom }, "cord"));
    // From the plate to the pod the thread is whole.
    let present = column.pods.iter().find(|pod| pod.pod.is_some());
    if let Some(place) = present.and_then(|pod| canvas.pods.get(&pod.uid)) {
        let end = Point { x, y: place.area.y };
        item.draw(Shape::line(Point { x, y: top }, end, "cord whole"));
    }
    for volume in &column.volumes {
        cables(canvas, &column.pods.iter().collect::<Vec<_>>(), volume, &mut item);
    }
    for pod in column.pods.iter().filter(|pod| pod.folder.is_some()) {
        let folder = canvas.disks.get(&DiskId::Folder(pod.uid));
        if let (Some(place), Some(folder)) = (canvas.pods.get(&pod.uid), folder) {
            let x = folder.area.middle();
            let to = Point { x, y: folder.area.y };
            item.draw(Shape::line(Point { x, y: place.area.bottom() }, to, "cable"));
        }
    }
    Some(item)
}

/// Whether the thread of a column leads down to the remote storage.
fn has_remote_volume(canvas: &Canvas<'_>, column: &Column<'_>) -> bool {
    let has_folder = column.pods.iter().any(|pod| pod.folder.is_some());
    let mut places =
        column.volumes.iter().filter_map(|volume| canvas.disks.get(&volume_id(volume)));
    if column.volumes.is_empty() {
        !has_folder && column.ordinal.is_some()
    } else {
        places.any(|place| place.is_remote)
    }
}

fn short_cable(x: i32, y: i32, strip: i32, item: &mut Item) {
    if strip > 0 {
        item.draw(Shape::line(Point { x, y }, Point { x, y: y + 8 }, "cable"));
    }
}

/// The cables of a volume to those of the pods that use it.
pub(super) fn cables(
    canvas: &Canvas<'_>,
    pods: &[&PodFacts<'_>],
    volume: &VolumeFacts<'_>,
    item: &mut Item,
) {
    let Some(place) = canvas.disks.get(&volume_id(volume)) else { return };
    if !place.is_remote {
        let uses = pods.iter().find(|pod| Some(pod.node()) == volume.local_node());
        if let Some(pod) = uses.and_then(|pod| canvas.pods.get(&pod.uid)) {
            short_cable(place.area.middle(), pod.area.bottom(), canvas.layout.strip, item);
        }
        return;
    }
    if !place.is_first {
        return;
    }
    let mut holds = holds(canvas, volume);
    let writers = pods.iter().filter(|pod| words::writes_to(canvas.facts, pod, volume));
    for node in writers.map(|pod| pod.node()) {
        if !holds.iter().any(|(held, _)| *held == node) {
            holds.push((node, Hold::Stray));
        }
    }
    for (node, hold) in holds {
        let Some(lane) = canvas.lane(node) else { continue };
        let user = pods.iter().filter(|pod| pod.node() == node).min_by_key(|pod| {
            let mounts =
                pod.run.is_some_and(|run| run.mounted.iter().any(|name| name == volume.volume));
            (!mounts, pod.pod.is_none())
        });
        let end = match user.and_then(|pod| canvas.pods.get(&pod.uid)) {
            Some(place) => place.area,
            None => socket(canvas, place.column, lane),
        };
        cable(canvas, place.area, (end, user.map(|pod| pod.uid), lane), hold, item);
    }
}

/// Where the cable ends on a node that has no pod to use it.
fn socket(canvas: &Canvas<'_>, column: usize, lane: usize) -> Area {
    let cell = canvas.layout.bead_of(column, lane, (0, 1));
    Area::around(cell.middle(), cell.centre() - 7, 18, 14)
}

/// The nodes that hold a volume, and how far that is.
fn holds<'a>(canvas: &Canvas<'a>, volume: &VolumeFacts<'a>) -> Vec<(&'a str, Hold)> {
    let cluster = canvas.facts.cluster;
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
        let moment = &canvas.facts.moment;
        let timings = &cluster.settings.timings;
        let hold = match (attachment.metadata.deletion_timestamp, is_there) {
            (Some(since), true) => Hold::Letting(1000 - moment.share(since, timings.detach_ms)),
            (Some(_), false) => continue,
            (None, true) => Hold::Attached,
            (None, false) => {
                let since = attachment.metadata.creation_timestamp;
                Hold::Growing(moment.share(since, timings.attach_ms))
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
    canvas: &Canvas<'_>,
    from: Area,
    (end, user, _lane): (Area, Option<Uid>, usize),
    hold: Hold,
    item: &mut Item,
) {
    let x = from.middle();
    let (top, bottom) = (end.bottom(), from.y + cap(canvas));
    let is_in_the_way = canvas
        .pods
        .iter()
        .any(|(uid, place)| Some(*uid) != user && place.area.middle() == x && place.area.y > end.y);
    let points = if is_in_the_way || end.middle() != x {
        let side = end.right().max(x + canvas.layout.bead.width / 2) + 4;
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
    let still = canvas.view.reduced_motion;
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
    let class = if canvas.layout.is_map() { format!("{class} fine") } else { class.into() };
    let part = super::messages::beginning(&points, drawn);
    item.draw(Shape::path(path(&part), &class));
    if canvas.layout.density == Density::Map {
        return;
    }
    if let Some((x, y)) = part.last().copied() {
        item.draw(Shape::circle(x, y, 6, "plug"));
    }
    if user.is_none() {
        item.draw(Shape::rect(end.x, end.y, end.width, end.height, 4, "socket"));
    }
}

fn cap(canvas: &Canvas<'_>) -> i32 {
    if canvas.layout.density == Density::Map { 2 } else { 6 }
}

/// A line through points as a path.
pub(super) fn path(points: &[(i32, i32)]) -> String {
    let mut d = String::new();
    for (index, (x, y)) in points.iter().enumerate() {
        d.push_str(&format!("{}{x} {y}", if index == 0 { "M" } else { "L" }));
    }
    d
}
