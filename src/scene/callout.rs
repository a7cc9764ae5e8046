//! A callout: a short text in a free place of the picture, with a line to the object that it points at. Where no place
//! is free, the object is marked without the text.

use super::area::{Area, to_i32};
use super::facts::Group;
use super::identities::wrap;
use super::places::{PlacedScene, volume_id};
use super::sizes::Density;
use super::text::{self, SMALL};
use super::{Anchor, Callout, Item, Point, Shape, names, replacement};
use crate::api::{Key, Kind};
use crate::cluster::Subject;

/// The widths that are tried, in tenths of the size of the text.
const WIDTHS: [i32; 6] = [190, 175, 160, 145, 130, 105];
/// The distance between the places that are tried, across and down.
const STEPS: (usize, usize) = (12, 4);
/// The preferred length of the line.
const LEADER: i64 = 12;
/// The maximum number of lines.
const MOST_LINES: usize = 6;

/// The callout. None if the picture does not show the object.
pub(super) fn callout(placed: &PlacedScene<'_>, callout: &Callout) -> Option<Item> {
    let target = target(placed, &callout.target)?;
    let mut item = Item::new("callout", "callout");
    let Area { x, y, width, height } = target;
    let target = Area::new(x - 4, y - 4, width + 8, height + 8);
    item.draw(Shape::rect(x - 4, y - 4, width + 8, height + 8, 14.min(height / 3), "halo"));
    let is_large = placed.layout.density == Density::Full && placed.layout.pod.height >= 44;
    let size = if is_large { 14 } else { SMALL };
    let Some((area, lines)) = free_place(placed, target, &callout.text, size) else {
        return Some(item);
    };
    let from = nearest(target, Point { x: area.middle(), y: area.centre() });
    item.draw(Shape::line(from, nearest(area, from), "leader"));
    item.draw(Shape::circle(from.x, from.y, 4, "dot"));
    item.draw(Shape::rect(area.x, area.y, area.width, area.height, 8, "body"));
    let padding = padding(size);
    let room = area.width - 2 * padding;
    for (number, line) in (0..).zip(lines) {
        let place = (area.x + padding, area.y + padding + line_height(size) * number + size - 1);
        let class = if size == SMALL { "small strong" } else { "strong" };
        item.draw(text::fitted(place, &line, (size, class), room, Anchor::Start));
    }
    Some(item)
}

/// From line to line of a text of this size.
fn line_height(size: i32) -> i32 {
    size * 4 / 3
}

/// The space around a text of this size.
fn padding(size: i32) -> i32 {
    if size > SMALL { 10 } else { 7 }
}

/// Where an object is in the picture.
fn target(placed: &PlacedScene<'_>, subject: &Subject) -> Option<Area> {
    let Subject::Object(object) = subject else { return None };
    let columns = || placed.facts.columns().enumerate();
    match object.kind {
        Kind::Pod => {
            let (index, (_, column)) =
                columns().find(|(_, (_, column))| column.key.as_ref() == Some(&object.key))?;
            let pod = column.pods.iter().find(|pod| pod.pod.is_some());
            let place = pod.and_then(|pod| placed.pods.get(&pod.uid)).map(|place| place.area);
            Some(place.unwrap_or_else(|| header(placed, index)))
        }
        Kind::PersistentVolumeClaim => {
            let is_it = |key: Key| key == object.key;
            let mut volumes = columns().flat_map(|(_, (_, column))| &column.volumes);
            let volume =
                volumes.find(|it| it.claim.is_some_and(|claim| is_it(claim.metadata.key())))?;
            placed.disks.get(&volume_id(volume)).map(|place| place.area)
        }
        Kind::Service => {
            let mut services = placed.facts.groups.iter().flat_map(|group| &group.services);
            let service = services.find(|service| service.metadata.key() == object.key)?;
            let area = *placed.services.get(&object.key)?;
            Some(Area { width: names::service_forms(placed, service, area).2, ..area })
        }
        Kind::Node => {
            let lane = placed.lane_area(placed.lane(object.key.name())?);
            Some(Area { width: placed.layout.left - lane.x - 8, ..lane })
        }
        Kind::StatefulSet | Kind::Deployment => {
            let is_in = |group: &Group<'_>| group.key.as_ref() == Some(&object.key);
            let mut identities = columns()
                .filter(|(_, (group, _))| is_in(group))
                .map(|(index, _)| header(placed, index));
            let first = identities.next()?;
            let right = identities.last().unwrap_or(first).right();
            Some(Area { width: right - first.x, ..first })
        }
        _ => None,
    }
}

/// The header of a column, with the role on its upper edge.
fn header(placed: &PlacedScene<'_>, index: usize) -> Area {
    let Area { x, y, width, height } = placed.layout.identity_area(index);
    Area { x, y: y - 14, width, height: height + 14 }
}

/// A place between headers and volumes that covers nothing and is near the target, and the lines of the text.
fn free_place(
    placed: &PlacedScene<'_>,
    target: Area,
    words: &str,
    size: i32,
) -> Option<(Area, Vec<String>)> {
    let layout = placed.layout;
    let last = layout.lanes.last().map_or(layout.pending.bottom(), |lane| lane.bottom());
    let (left, right) = (layout.left, layout.width - layout.margin);
    let (top, bottom) = (layout.identity.bottom() + 4, last);
    let mut taken: Vec<Area> = placed.pods.iter().map(|(_, place)| place.area).collect();
    let disks = placed.disks.iter().filter(|(_, disk)| !disk.is_remote);
    taken.extend(disks.map(|(_, disk)| disk.area));
    let cards = placed.facts.columns().enumerate();
    let cards = cards
        .filter_map(|(index, (_, column))| Some(replacement::place(placed, column, index)?.area));
    taken.extend(cards);
    taken.push(target);
    let mut best: Option<(i64, Area, Vec<String>)> = None;
    for width in WIDTHS {
        let width = width * size / 10;
        let room = width - 2 * padding(size);
        // Bold text is wider.
        let lines = wrap(words, size + 1, room, MOST_LINES);
        if !lines.iter().all(|line| text::fits(line, size + 1, room)) {
            continue;
        }
        let height = to_i32(lines.len()) * line_height(size) + 2 * padding(size) - 3;
        for y in (top..=bottom - height).step_by(STEPS.1) {
            for x in (left..=right - width).step_by(STEPS.0) {
                let area = Area::new(x, y, width, height);
                let cost = (distance(area, target) - LEADER).abs() * 2 + i64::from(height) * 4;
                if best.as_ref().is_none_or(|(least, ..)| cost < *least)
                    && !taken.iter().any(|other| overlaps(area, *other))
                {
                    best = Some((cost, area, lines.clone()));
                }
            }
        }
    }
    best.map(|(_, area, lines)| (area, lines))
}

/// Whether two rectangles overlap, or nearly so.
fn overlaps(area: Area, other: Area) -> bool {
    let is_beside = area.right() + 3 <= other.x || other.right() + 3 <= area.x;
    !is_beside && area.bottom() + 3 > other.y && other.bottom() + 3 > area.y
}

/// The distance between two rectangles, by columns and rows.
fn distance(area: Area, other: Area) -> i64 {
    let x = (other.x - area.right()).max(area.x - other.right()).max(0);
    let y = (other.y - area.bottom()).max(area.y - other.bottom()).max(0);
    i64::from(x) + i64::from(y)
}

/// The point of a rectangle that is nearest to another point.
fn nearest(area: Area, to: Point) -> Point {
    Point { x: to.x.clamp(area.x, area.right()), y: to.y.clamp(area.y, area.bottom()) }
}
