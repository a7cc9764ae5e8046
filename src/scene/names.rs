//! The titles of the sets, the Services, the clients.

use super::area::Area;
use super::facts::Group;
use super::identities::wrap;
use super::layout::Layout;
use super::messages::first_part;
use super::places::PlacedScene;
use super::text::SMALL;
use super::titles::TitlePlace;
use super::{Anchor, Item, Shape, phrases, text, words};
use crate::api::{Kind, Service};
use crate::cluster::Subject;
use crate::cluster::world::{Payload, Place};
use std::rc::Rc;

/// The titles of all groups.
pub(super) fn titles(placed: &PlacedScene<'_>) -> Vec<Item> {
    let groups = placed.facts.groups.iter().zip(&placed.layout.groups);
    groups.map(|(group, area)| title(placed, group, *area)).collect()
}

fn title(placed: &PlacedScene<'_>, group: &Group<'_>, area: Area) -> Item {
    let name = if group.name().is_empty() { "other pods" } else { group.name() };
    let id = format!("{}-{}/{}", group.sort(), group.namespace(), group.name());
    let (_, ready) = words::ready_count(group);
    let namespace = match group.namespace() {
        "default" | "" => String::new(),
        other => format!("namespace {other}"),
    };
    let mut item = Item::new(id, "title");
    let kind = group.kind();
    if let (Some(key), Some(kind)) = (&group.key, kind) {
        let about = words::set(placed.facts, group);
        item = item.about(Subject::object(kind, key), format!("{kind} {name}"), about);
    }
    let layout = placed.layout;
    if layout.titles == TitlePlace::Gutter {
        let room = layout.left - layout.margin - 12;
        let mut item = item.at(layout.margin, layout.sizes.top);
        let height = layout.identity.y - layout.sizes.top - 2;
        let size = if height < 52 { 15 } else { title_size(layout, name) };
        let class = format!("title size-{size}");
        item.draw(Shape::rect(-4, -2, room + 8, height + 2, 8, "hit"));
        item.draw(text::fitted((0, size - 1), name, (size, &class), room, Anchor::Start));
        let kind = kind.map_or("set was deleted", Kind::name);
        let mut y = size + 15;
        if height >= 58 {
            item.draw(Shape::text(0, y, kind, "small quiet"));
            y += 17;
        }
        if !ready.is_empty() {
            item.draw(text::fitted((0, y), &ready, (SMALL, "small strong"), room, Anchor::Start));
        }
        return item;
    }
    let mut item = item.at(area.x, area.y);
    let is_above = layout.titles.is_above();
    let width = if is_above { area.width } else { layout.titles.width(group) - 4 };
    item.draw(Shape::rect(0, -2, width, 24, 8, "hit"));
    let room = width - 8;
    let most = if is_above { room * 2 / 3 } else { 110 };
    let shown = text::shorten(&phrases::longest(name, 15, most), 15, most);
    let used = text::width(&shown, 17) + 12;
    item.draw(Shape::text(4, 14, shown, "title size-15"));
    let kind = kind.map_or("", Kind::name);
    let count = short_count(group);
    let (ready, namespace) = (ready.as_str(), namespace.as_str());
    // As much of it as there is room for.
    for parts in
        [[kind, ready, namespace], [kind, &count, ""], [ready, namespace, ""], [&count, "", ""]]
    {
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let more = parts.join(" · ");
        if text::fits(&more, 12, room - used) {
            item.draw(Shape::text(4 + used, 14, more, "small quiet"));
            break;
        }
    }
    item
}

/// The size in which the title of the only set is written.
fn title_size(layout: &Layout, name: &str) -> i32 {
    let room = if layout.is_narrow { layout.width / 2 } else { layout.left - layout.margin - 12 };
    [22, 18, 15].into_iter().find(|size| text::fits(name, *size, room)).unwrap_or(13)
}

/// How many pods of a set are Ready, as kubectl prints it.
pub(super) fn short_count(group: &Group<'_>) -> String {
    match group.wanted() {
        Some((meta, replicas)) if !meta.is_terminating() => {
            format!("{}/{replicas} Ready", words::ready_count(group).0)
        }
        _ => words::ready_count(group).1,
    }
}

/// The Services of all groups.
pub(super) fn services(placed: &PlacedScene<'_>) -> Vec<Item> {
    let services = placed.facts.groups.iter().flat_map(|group| &group.services);
    services.filter_map(|service| self::service(placed, service)).collect()
}

fn service(placed: &PlacedScene<'_>, service: &Rc<Service>) -> Option<Item> {
    let area = placed.services.get(&service.metadata.key())?;
    let id = format!("service-{}", service.metadata.uid);
    let mut item = Item::new(id, "service").at(area.x, area.y).about(
        Subject::object(Kind::Service, &service.metadata.key()),
        format!("Service {}", service.metadata.name),
        words::service(placed.facts, service),
    );
    let messages = placed.facts.cluster.world().messages.values();
    if messages.into_iter().any(|message| first_part(&message.name) == service.metadata.name) {
        item.add_class("asked");
    }
    let y = area.height / 2 + 4;
    let (name, more, width) = service_forms(placed, service, *area);
    let used = text::width(&name, SMALL + 1) + 10;
    item.draw(Shape::rect(0, 0, width, area.height, area.height / 2, "body"));
    item.draw(Shape::text(12, y, name, "small mono strong"));
    item.draw(Shape::text(10 + used, y, more, "small mono quiet"));
    Some(item)
}

/// The name of a Service and what is said of it, as far as there is room, and the width of both.
pub(super) fn service_forms(
    placed: &PlacedScene<'_>,
    service: &Service,
    area: Area,
) -> (String, String, i32) {
    let room = area.width - 20;
    let name = text::shorten(&service.metadata.name, SMALL + 1, room);
    let used = text::width(&name, SMALL + 1) + 10;
    let more = words::service_forms(placed.facts, service)
        .into_iter()
        .find(|more| text::fits(more, SMALL, room - used))
        .unwrap_or_default();
    let width = if more.is_empty() { used + 10 } else { used + text::width(&more, SMALL) + 20 };
    (name, more, width.min(area.width))
}

/// The clients that have something on its way.
pub(super) fn clients(placed: &PlacedScene<'_>) -> Vec<Item> {
    placed.clients.iter().map(|(name, area)| client(placed, name, *area)).collect()
}

fn client(placed: &PlacedScene<'_>, name: &str, area: Area) -> Item {
    let (text, is_bad) = doing(placed, name);
    let steady = placed.facts.cluster.world().clients.get(name);
    let mut item = Item::new(format!("client-{name}"), "client").at(area.x, area.y).about(
        Subject::Client(name.into()),
        format!("client {name}"),
        steady.map_or_else(|| text.clone(), |client| words::client(client)),
    );
    item.draw(Shape::rect(0, 0, area.width, area.height, 8, "body"));
    let class = if is_bad { "small bad" } else { "small quiet" };
    let size = SMALL;
    if area.width < 90 {
        // On a phone there is room for the name, and for a sign of what became of its last request.
        let (x, y) = (area.width / 2, area.height / 2 + 4);
        let class = if is_bad { "small bad" } else { "small strong" };
        let text = if is_bad { format!("✗ {name}") } else { name.to_owned() };
        item.draw(text::fitted((x, y), &text, (size, class), area.width - 6, Anchor::Middle));
        return item;
    }
    let room = area.width - 16;
    if area.height >= 34 {
        let shown = text::shorten(name, 13, room);
        let used = text::width(&shown, 13) + 6;
        item.draw(Shape::text(8, 15, shown, "small strong"));
        if let Some(client) = steady.filter(|_| room - used > 40) {
            let arrow = if client.writes { "→" } else { "←" };
            let place = client.node.as_ref().map(|node| format!("on {node}"));
            let more = place.unwrap_or_else(|| format!("{arrow} {}", client.host));
            let line = (12, "small mono quiet");
            item.draw(text::fitted((8 + used, 15), &more, line, room - used, Anchor::Start));
        }
        let line = wrap(&text, 12, room, 1).join(" ");
        phrases::draw(&mut item, (8, 30), &line, (12, class), room, Anchor::Start);
    } else {
        let shown = text::shorten(name, size, room / 2);
        // Its letters are bold.
        let used = text::width(&shown, size + 1) + 6;
        let y = area.height / 2 + 4;
        item.draw(Shape::text(8, y, shown, "small strong"));
        let short = match text.split_once(" by ") {
            Some((word, pod)) if !text::fits(&text, size, room - used) => {
                format!("{} {pod}", if word == "served" { "✓" } else { "✗" })
            }
            _ => text,
        };
        if room - used > 30 {
            let place = (8 + used, y);
            phrases::draw(&mut item, place, &short, (size, class), room - used, Anchor::Start);
        }
    }
    item
}

/// What a client does now, and whether that goes wrong.
fn doing(placed: &PlacedScene<'_>, name: &str) -> (String, bool) {
    let is_its = |place: &Place| matches!(place, Place::Client(client) if client == name);
    let messages = placed.facts.cluster.world().messages.values().rev();
    let latest = messages.into_iter().find(|message| is_its(&message.from) || is_its(&message.to));
    let payload = latest.map(|message| &message.payload);
    // What a steady client sends is seen on its way; what becomes of it mostly is of longer interest.
    if let Some(client) = placed.facts.cluster.world().clients.get(name)
        && !matches!(payload, Some(Payload::Lost))
    {
        return words::fate(client);
    }
    match payload {
        Some(Payload::Write(entry) | Payload::Held(entry, _)) => (format!("writes {entry}"), false),
        Some(Payload::Read) => ("reads".into(), false),
        Some(Payload::Answer(answer)) => (answer.clone(), false),
        Some(Payload::Refusal(_)) => ("refused".into(), true),
        Some(Payload::Lost) => ("no answer".into(), true),
        Some(Payload::Entry(_)) | None => (String::new(), false),
    }
}
