//! The headers of the columns: the identities, which stay while pods come and go.

use super::area::Area;
use super::facts::{Column, Group};
use super::places::PlacedScene;
use super::sizes::Density;
use super::text::SMALL;
use super::{Anchor, Item, Shape, phrases, text, words};
use crate::api::Kind;
use crate::cluster::Subject;
use crate::cluster::world::Stage;
use crate::db::Role;

/// How long a new address is lit.
const NEW_MS: u64 = 1_600;

/// The header of a column.
pub(super) fn identity(
    placed: &PlacedScene<'_>,
    group: &Group<'_>,
    column: &Column<'_>,
    index: usize,
) -> Option<Item> {
    let key = column.key.as_ref()?;
    let area = placed.layout.identity_area(index);
    let id = format!("identity-{}/{}", key.namespace(), key.name());
    let has_pod = column.pod().is_some();
    let target = match (has_pod, column.volumes.first().and_then(|volume| volume.claim)) {
        (true, _) => Subject::pod(key),
        (false, Some(claim)) if group.set.is_none() => {
            Subject::object(Kind::PersistentVolumeClaim, &claim.metadata.key())
        }
        _ => Subject::object(Kind::StatefulSet, group.key.as_ref()?),
    };
    let mut item =
        Item::new(id, format!("identity {}", placed.hue(column))).at(area.x, area.y).about(
            target,
            format!("identity {}", column.name()),
            words::identity(placed.facts, group, column),
        );
    if !has_pod {
        item.add_class("ghost");
    }
    let radius = if placed.layout.density == Density::Map { 4.min(area.width / 4) } else { 12 };
    item.draw(Shape::rect(0, 0, area.width, area.height, radius, "body"));
    match placed.layout.density {
        Density::Full => full(placed, group, column, area, &mut item),
        Density::Stacked => stacked(placed, group, column, area, &mut item),
        Density::Map => map(placed, column, area, &mut item),
    }
    if placed.layout.density != Density::Map
        && let Some(role) = column.role()
    {
        draw_role(placed, role, area, &mut item);
    }
    Some(item)
}

/// The sizes in which a name is tried, with their classes.
const NAMES: [(i32, &str); 4] = [(20, "name"), (17, "name m"), (14, "name s"), (12, "name xs")];

/// Where the name of a card of this height stands, and its other lines: one or two.
pub(super) fn lines(height: i32) -> (i32, &'static [i32]) {
    match height {
        74.. => (30, &[49, 66]),
        58.. => (23, &[38, 52]),
        44.. => (21, &[37]),
        _ => (19, &[33]),
    }
}

/// The lines of text on a card.
struct Card {
    /// Where they begin, or their middle.
    x: i32,
    room: i32,
    anchor: Anchor,
}

impl Card {
    fn name(&self, y: i32, name: &str) -> Shape {
        let most = if y < 22 { 17 } else { 20 };
        let sizes = NAMES.into_iter().filter(|(size, _)| *size <= most);
        let size = sizes.into_iter().find(|(size, _)| text::fits(name, *size, self.room));
        text::fitted((self.x, y), name, size.unwrap_or((12, "name xs")), self.room, self.anchor)
    }

    fn line(&self, y: i32, line: &str, class: &str) -> Shape {
        let class = format!("small {class}");
        let form = phrases::longest(line, SMALL, self.room * 125 / 100);
        text::fitted((self.x, y), &form, (SMALL, &class), self.room, self.anchor)
    }

    /// The lines of why there is no pod.
    fn reason(&self, ys: &[i32], reason: &str) -> impl Iterator<Item = Shape> {
        let lines = wrap(reason, SMALL, self.room, ys.len());
        ys.iter().zip(lines).map(|(y, line)| self.line(*y, &line, "quiet"))
    }
}

fn full(
    placed: &PlacedScene<'_>,
    group: &Group<'_>,
    column: &Column<'_>,
    area: Area,
    item: &mut Item,
) {
    let card = Card { x: 14, room: area.width - 24, anchor: Anchor::Start };
    let (y, lines) = lines(area.height);
    item.draw(card.name(y, column.name()));
    if column.pod().is_none() {
        let reason = words::why_not_there(placed.facts, group, column);
        card.reason(lines, &reason).for_each(|line| item.draw(line));
        return;
    }
    let name = group.dns_name(column);
    let dns = if name.is_empty() { "no DNS name" } else { &name };
    let (address, class) = address(placed, group, column);
    match lines {
        [first, second] => {
            item.draw(card.line(*first, dns, "mono"));
            item.draw(card.line(*second, &address, class));
        }
        _ => lines.iter().for_each(|y| item.draw(card.line(*y, &address, class))),
    }
}

fn stacked(
    placed: &PlacedScene<'_>,
    group: &Group<'_>,
    column: &Column<'_>,
    area: Area,
    item: &mut Item,
) {
    let room = area.width - 8;
    let card = Card { x: area.width / 2, room, anchor: Anchor::Middle };
    let (y, lines) = lines(area.height);
    let name = if text::fits(column.name(), 12, room) {
        column.name().to_owned()
    } else {
        format!("…-{}", column.number())
    };
    item.draw(card.name(y, &name));
    if column.pod().is_none() {
        let reason = words::why_not_there(placed.facts, group, column);
        let reason = match reason.split(' ').next() {
            Some("waits") if room < 64 => "waits",
            Some("scaled") if room < 64 => "kept",
            _ if room < 64 => "–",
            Some(word) if lines.len() == 1 && !text::fits(&reason, SMALL, room) => word,
            _ => &reason,
        };
        card.reason(lines, reason).for_each(|line| item.draw(line));
        return;
    }
    let mut line = |y: i32, line: &str, class: &str| item.draw(card.line(y, line, class));
    let service = group.dns_name(column);
    let service = service.strip_prefix(column.name()).unwrap_or("");
    if let ([y, _], true) = (lines, text::fits(service, SMALL, room)) {
        line(*y, service, "mono quiet");
    }
    let y = lines.last().copied().unwrap_or(y);
    let (address, class) = address(placed, group, column);
    let address = address.strip_prefix("→ ").unwrap_or(&address);
    if text::fits(address, SMALL, room * 106 / 100) {
        line(y, address, class);
    } else if class == "quiet" {
        line(y, if room < 64 { "–" } else { "no record" }, class);
    } else if address.starts_with("NX") {
        line(y, if room < 64 { "?" } else { "NXDOMAIN" }, class);
    } else {
        // The last two numbers tell the pods apart.
        let short = address.splitn(3, '.').nth(2).unwrap_or(address);
        line(y, &format!(".{short}"), class);
    }
}

fn map(placed: &PlacedScene<'_>, column: &Column<'_>, area: Area, item: &mut Item) {
    let number = column.ordinal.unwrap_or(0);
    let pitch = placed.layout.pitch();
    let (step, y) = match pitch {
        22.. => (1, 18),
        14.. => (5, -5),
        _ => (10, -5),
    };
    if column.ordinal.is_some() && number.rem_euclid(step) == 0 {
        let text = number.to_string();
        item.draw(Shape::text(area.width / 2, y, text, "small mono").anchored(Anchor::Middle));
    }
}

/// The role, on the upper edge of the header.
fn draw_role(placed: &PlacedScene<'_>, role: Role, area: Area, item: &mut Item) {
    let class = if role == Role::Primary { "role primary" } else { "role" };
    // Where there is no room for both words, the primary alone has one, which may be wider than its header.
    let width = text::width(role.name(), SMALL) + 14;
    if width > placed.layout.pitch() && role != Role::Primary {
        return;
    }
    let x = if placed.layout.density == Density::Full {
        area.width - width - 10
    } else {
        (area.width - width) / 2
    };
    // It must not touch the name below it.
    let y = if area.height >= 74 { -9 } else { -14 };
    item.draw(Shape::rect(x, y, width, 17, 8, class));
    let class = format!("small {class}");
    let place = (x + width / 2, y + 13);
    item.draw(text::fitted(place, role.name(), (SMALL, &class), width - 8, Anchor::Middle));
}

/// What the name leads to now, and how that is to be shown.
fn address(
    placed: &PlacedScene<'_>,
    group: &Group<'_>,
    column: &Column<'_>,
) -> (String, &'static str) {
    let time_deps = &placed.facts.time_deps;
    let ip = column.pod().map_or("", |pod| pod.status.pod_ip.as_str());
    let answer = group.answer(placed.facts.cluster, column);
    let Some(address) = answer.addresses.into_iter().next() else {
        if let Some(until) = answer.kept_until {
            let seconds = time_deps.seconds_before(until);
            return (format!("NXDOMAIN cached, {seconds} s"), "bad");
        }
        return (if ip.is_empty() { "no IP yet" } else { "no DNS record" }.into(), "quiet");
    };
    if address != ip {
        return (format!("→ {address}, old"), "mono bad");
    }
    let is_new = column.pods.iter().filter_map(|pod| pod.run).any(|run| {
        run.ip == address
            && run.stage == Stage::Containers
            && time_deps.is_within(run.stage_since, NEW_MS)
    });
    (format!("→ {address}"), if is_new { "mono fresh" } else { "mono" })
}

/// Breaks a sentence into lines; what does not fit into the last is left out.
pub(super) fn wrap(sentence: &str, size: i32, room: i32, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for word in sentence.split(' ') {
        let count = lines.len();
        let Some(line) = lines.last_mut() else { break };
        let longer = if line.is_empty() { word.to_string() } else { format!("{line} {word}") };
        if line.is_empty() || count == most || text::fits(&longer, size, room) {
            *line = longer;
        } else {
            lines.push(word.to_string());
        }
    }
    lines
}
