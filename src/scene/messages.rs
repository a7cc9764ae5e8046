//! What is on its way: requests, answers, entries. Their places are computed from the clock.

use super::area::Area;
use super::places::{DiskPlace, PlacedScene};
use super::route::{along, path};
use super::sizes::Density;
use super::symbols::cross;
use super::text::SMALL;
use super::{Anchor, Item, Shape, text};
use crate::cluster::world::{Message, Payload, Place};
use std::rc::Rc;

/// A line through points.
type Route = Vec<(i32, i32)>;

/// Everything that is on its way.
pub(super) fn messages(placed: &PlacedScene<'_>) -> Vec<Item> {
    let messages = placed.facts.cluster.world().messages.iter();
    messages.filter_map(|(number, message)| self::message(placed, *number, message)).collect()
}

fn message(placed: &PlacedScene<'_>, number: u64, message: &Rc<Message>) -> Option<Item> {
    let route = match message.payload {
        Payload::Entry(_) => between_disks(placed, message)?,
        _ => between_client_and_pod(placed, message)?,
    };
    let kind = match message.payload {
        Payload::Write(_) | Payload::Held(..) => "write",
        Payload::Read => "read",
        Payload::Answer(_) => "answer",
        Payload::Refusal(_) => "refusal",
        Payload::Entry(_) => "replica",
        Payload::Lost => "lost",
    };
    let hue = hue(placed, message);
    let mut item = Item::new(format!("message-{number}"), format!("message {kind} {hue}"));
    item.draw(Shape::path(path(&route), "route"));
    let gone = placed.facts.time_deps.since(message.start);
    let whole = message.end.since(message.start).max(1);
    // A lost request travels like any other, and then stands there until the client gives up.
    let travel = match message.payload {
        Payload::Lost => placed.facts.cluster.settings.timings.request_ms.clamp(1, whole),
        _ => whole,
    };
    let gone_by = if placed.view.reduced_motion { travel / 2 } else { gone };
    let mut traveler = Item::new(format!("traveler-{number}"), "traveler");
    traveler.at = along(&route, gone_by.min(travel), travel);
    if matches!(message.payload, Payload::Lost) && gone > travel && whole > travel {
        let faded = (gone - travel).min(whole - travel) * 50 / (whole - travel);
        traveler.opacity = 100 - i32::try_from(faded).unwrap_or(50);
    }
    draw_payload(placed, &message.payload, &mut traveler);
    if matches!(message.payload, Payload::Lost) && gone > travel {
        // The words stay as they are while the traveler fades.
        let mut words = Item::new(format!("no-answer-{number}"), "traveler");
        words.at = traveler.at;
        words.draw(Shape::text(13, 4, "no answer", "small bad"));
        item.children.push(words.into());
    }
    item.children.push(traveler.into());
    Some(item)
}

fn draw_payload(placed: &PlacedScene<'_>, payload: &Payload, item: &mut Item) {
    let words = match payload {
        Payload::Write(entry) | Payload::Held(entry, _) => {
            item.draw(Shape::rect(-7, -7, 14, 14, 4, "payload"));
            entry.clone()
        }
        Payload::Read => {
            item.draw(Shape::circle(0, 0, 6, "payload hollow"));
            String::new()
        }
        Payload::Answer(answer) => {
            item.draw(Shape::circle(0, 0, 8, "payload"));
            item.draw(Shape::path("M-4 0l3 3l5-6", "tick"));
            answer.clone()
        }
        Payload::Refusal(message) => {
            item.draw(Shape::circle(0, 0, 9, "payload refused"));
            item.draw(Shape::path(cross(0, 0, 4), "tick"));
            message.clone()
        }
        Payload::Entry(position) => {
            item.draw(Shape::rect(-6, -6, 12, 12, 3, "payload"));
            format!("#{position}")
        }
        Payload::Lost => {
            item.draw(Shape::circle(0, 0, 8, "payload refused"));
            item.draw(Shape::text(0, 4, "?", "tick-text").anchored(Anchor::Middle));
            String::new()
        }
    };
    // Beside the clients there is no room for words.
    let layout = placed.layout;
    let is_in_gutter = item.at.x < layout.left * 10 && item.at.y > layout.wire * 10 + 140;
    let is_narrow = layout.is_narrow && !matches!(payload, Payload::Entry(_));
    // The cards of the identities would cover words beside a message that passes behind one.
    let identity = layout.identity;
    let is_behind = item.at.y > identity.y * 10 - 80 && item.at.y < identity.bottom() * 10 + 80;
    let has_room = !is_in_gutter && !is_narrow && !is_behind;
    if layout.density != Density::Map && !words.is_empty() && has_room {
        let shown = text::shorten(&words, SMALL, 150);
        item.draw(Shape::text(13, 4, shown, "small strong"));
    }
}

/// The hue of the identity that something goes to or comes from.
fn hue(placed: &PlacedScene<'_>, message: &Message) -> String {
    let pods = [&message.from, &message.to].into_iter();
    let mut keys = pods.filter_map(|place| match place {
        Place::Pod(_, key) => Some(key),
        _ => None,
    });
    let column = keys.next().and_then(|key| placed.columns.get(key));
    column
        .and_then(|index| placed.facts.columns().nth(*index))
        .map(|(_, column)| column.hue())
        .unwrap_or_default()
}

/// From the primary's disk along the channel to the replica's.
fn between_disks(placed: &PlacedScene<'_>, message: &Message) -> Option<Route> {
    let disk = |place: &Place| -> Option<DiskPlace> {
        let Place::Pod(uid, key) = place else { return None };
        let world = &placed.facts.cluster.world();
        let run =
            world.runs.get(uid).or_else(|| world.runs.values().find(|run| run.pod == *key))?;
        placed.disks.get(&run.database.as_ref()?.disk).copied()
    };
    let (from, to) = (disk(&message.from)?, disk(&message.to)?);
    let channel = placed.layout.channel;
    let mut route = way_out(placed, &from, to.column >= from.column);
    route.push((route.last().map_or(0, |point| point.0), channel));
    let mut back = way_out(placed, &to, to.column < from.column);
    back.push((back.last().map_or(0, |point| point.0), channel));
    back.reverse();
    route.extend(back);
    Some(route)
}

/// From a disk to the height of the channel: up from a remote volume, aside from one in a lane.
fn way_out(placed: &PlacedScene<'_>, place: &DiskPlace, to_the_right: bool) -> Route {
    let Area { x, width, .. } = place.area;
    if place.is_remote {
        let inset = (width / 4).min(24);
        let x = if to_the_right { x + width - inset } else { x + inset };
        return vec![(x, place.area.y + 4)];
    }
    let middle = placed.layout.middle_of(place.column);
    let side = placed.layout.left_of(middle);
    let side = if to_the_right { 2 * middle - side } else { side };
    vec![(middle, place.area.centre()), (side, place.area.centre())]
}

fn between_client_and_pod(placed: &PlacedScene<'_>, message: &Message) -> Option<Route> {
    let (client, pod, is_answer) = match (&message.from, &message.to) {
        (Place::Client(name), other) => (name, other, false),
        (other, Place::Client(name)) => (name, other, true),
        _ => return None,
    };
    let area = placed.clients.get(&client.as_str())?;
    let layout = placed.layout;
    // Two clients beside each other do not use the same line.
    let position = placed.facts.clients.iter().position(|name| *name == client.as_str());
    let wire = layout.wire + if position.unwrap_or(0) % 2 == 0 { 14 } else { 0 };
    let mut route = if layout.is_narrow {
        vec![(area.middle(), area.bottom()), (area.middle(), wire)]
    } else {
        let bus = layout.left - if wire == layout.wire { 10 } else { 4 };
        vec![(area.right(), area.centre()), (bus, area.centre()), (bus, wire)]
    };
    let (x, end) = destination(placed, message, pod)?;
    route.extend([(x, wire), (x, end)]);
    if is_answer {
        route.reverse();
    }
    Some(route)
}

/// The column and the height at which a request ends.
fn destination(placed: &PlacedScene<'_>, message: &Message, place: &Place) -> Option<(i32, i32)> {
    let is_lost = matches!(message.payload, Payload::Lost);
    if let Place::Pod(uid, key) = place {
        if let Some(place) = placed.pods.get(uid) {
            let edge = place.lane.map_or(place.area.y, |lane| placed.lane_area(lane).y);
            return Some((place.area.middle(), if is_lost { edge - 12 } else { place.area.y }));
        }
        let column = placed.columns.get(key)?;
        return Some((placed.layout.middle_of(*column), placed.layout.identity.bottom()));
    }
    let named = placed.columns.iter().find(|(key, _)| key.name() == first_part(&message.name));
    let x = named.map_or(placed.layout.width / 2, |(_, index)| placed.layout.middle_of(*index));
    let below = placed.layout.pending.y;
    Some((x, if named.is_some() { below } else { placed.layout.wire + 4 }))
}

/// The first part of a DNS name: the pod or the Service.
pub(super) fn first_part(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}
