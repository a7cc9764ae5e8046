//! The lanes of the nodes, and what is said of each.

use super::area::{Area, to_i32};
use super::facts::NodeFacts;
use super::identities::wrap;
use super::places::PlacedScene;
use super::symbols::hatch;
use super::text::SMALL;
use super::{Anchor, Item, Shape, phrases, text, words};
use crate::api::*;
use crate::cluster::Subject;

/// The frames of all rows, behind everything.
pub(super) fn frames(placed: &PlacedScene<'_>) -> Item {
    let layout = placed.layout;
    let mut item = Item::new("rows", "rows");
    if layout.grid.is_none() {
        item.children.push(pending(placed).into());
    }
    for (node, area) in placed.facts.nodes.iter().zip(&layout.lanes) {
        item.children.push(frame(placed, node, *area).into());
    }
    if let Some(area) = layout.storage {
        let mut storage = Item::new("storage", "storage").at(area.x, area.y);
        storage.draw(Shape::rect(0, 0, area.width, area.height, 16, "frame"));
        item.children.push(storage.into());
    }
    item
}

/// The row of the pods that are not scheduled: a frame only while there is one.
fn pending(placed: &PlacedScene<'_>) -> Item {
    let area = placed.layout.pending;
    let mut item = Item::new("row-pending", "pending").at(area.x, area.y);
    if has_pending(placed) {
        item.draw(Shape::rect(0, 0, area.width, area.height, 12, "frame"));
    }
    item
}

fn has_pending(placed: &PlacedScene<'_>) -> bool {
    placed.pods.iter().any(|(_, place)| place.lane.is_none())
}

/// The names of the rows that are not nodes.
pub(super) fn row_names(placed: &PlacedScene<'_>) -> Item {
    let layout = placed.layout;
    let mut item = Item::new("row-names", "row-names");
    let x = name_x(placed);
    let mut lines = |area: Area, words: &[(&str, &str)]| {
        let room = usize::try_from((area.height - 4) / LINE).unwrap_or(0).max(1);
        let count = to_i32(words.len().min(room));
        let first = match area.height > 80 {
            true => area.y + 24,
            false => area.centre() + 4 - (count - 1) * LINE / 2,
        };
        for (index, (text, class)) in words.iter().take(room).enumerate() {
            item.draw(Shape::text(layout.margin + x, first + to_i32(index) * LINE, *text, class));
        }
    };
    if has_pending(placed) {
        let words: &[_] = match layout.is_narrow {
            true => &[("Pending", "small quiet")],
            false => &[("not scheduled yet", "small quiet")],
        };
        lines(layout.pending, words);
    }
    let Some(area) = layout.storage else { return item };
    let (strong, quiet) = ("small strong", "small quiet");
    match layout.is_narrow {
        true => lines(area, &[("volumes", strong), ("outlive", quiet), ("pods", quiet)]),
        false => lines(area, &[("network volumes", strong), ("outlive pods", quiet)]),
    }
    item
}

/// From line to line.
const LINE: i32 = 15;

/// Where the names of rows begin.
fn name_x(placed: &PlacedScene<'_>) -> i32 {
    if placed.layout.is_narrow { 6 } else { 16 }
}

fn frame(placed: &PlacedScene<'_>, node: &NodeFacts<'_>, area: Area) -> Item {
    let machine = placed.facts.cluster.world().machine(node.name);
    let (is_on, is_linked) =
        machine.map_or((true, true), |machine| (machine.is_on, machine.is_linked));
    let class = match (is_on, is_linked) {
        (false, _) => "lane off",
        (true, false) => "lane cut",
        (true, true)
            if node.node.is_none_or(|node| *node.ready_status() != ConditionStatus::True) =>
        {
            "lane doubt"
        }
        (true, true) => "lane",
    };
    let mut item = Item::new(format!("row-{}", node.name), class).at(area.x, area.y);
    item.draw(Shape::rect(0, 0, area.width, area.height, 14, "frame"));
    if !(is_on && is_linked) && placed.layout.grid.is_none() {
        // The names of the rows stay free of it.
        let (x, y) = (placed.layout.left - area.x, 6);
        let d = hatch(x, y, area.width - 8 - x, area.height - 6 - y, 14);
        item.draw(Shape::path(d, "hatch"));
    }
    item
}

/// What is said of a node; this is what a person chooses to act on it.
pub(super) fn node(placed: &PlacedScene<'_>, index: usize) -> Option<Item> {
    let facts = placed.facts.nodes.get(index)?;
    let area = placed.layout.lanes.get(index)?;
    let mut item = Item::new(format!("node-{}", facts.name), "node").at(area.x, area.y).about(
        Subject::node(facts.name),
        format!("node {}", facts.name),
        words::node(placed.facts, facts),
    );
    let (x, left) = (name_x(placed), placed.layout.left - placed.layout.margin);
    let room = left - x - if placed.layout.is_narrow { 0 } else { 4 };
    item.draw(Shape::rect(0, 0, area.width, area.height, 14, "hit"));
    let mut lines = lines(placed, facts, room);
    let is_high = area.height > 70;
    let wanted = to_i32(lines.len()) + 1;
    let (first, line) = match is_high {
        // A node in trouble has more to say.
        true if 26 + (wanted - 1) * LINE > area.height => (17, LINE - 1),
        true => (22, LINE),
        false => (6, LINE),
    };
    let room_for =
        if is_high { (area.height - first - 3) / line + 1 } else { (area.height - 6) / line };
    let count = room_for.clamp(1, wanted);
    let mut y = match is_high {
        true => first,
        false => area.height / 2 + 4 - (count - 1) * LINE / 2,
    };
    let name =
        if is_high && !placed.layout.is_narrow { (14, "strong") } else { (SMALL, "small strong") };
    item.draw(text::fitted((x, y), facts.name, name, room, Anchor::Start));
    let count = usize::try_from(count - 1).unwrap_or(0);
    if count == 1 {
        // The hatch alone does not say that a node is off, nor the color that it is cordoned.
        crate::map::sort_by_key(&mut lines, |(words, class)| match (*class, words.as_str()) {
            ("small bad", _) => 0,
            ("small warm", words) if words != "Ready" => 1,
            _ => 2,
        });
    }
    for (words, class) in lines.iter().take(count) {
        y += line;
        phrases::draw(&mut item, (x, y), words, (SMALL, class), room, Anchor::Start);
    }
    Some(item)
}

/// What is said of a node below its name, the most important first.
fn lines(
    placed: &PlacedScene<'_>,
    facts: &NodeFacts<'_>,
    room: i32,
) -> Vec<(String, &'static str)> {
    let known = known(facts);
    let (mut truth, is_bad) = truth(placed, facts);
    if placed.layout.is_narrow {
        truth = truth.replace("powered ", "").replace("no heartbeat for", "silent");
    }
    let class = if known == "Ready" { "small quiet" } else { "small warm" };
    let zone = match facts.node.map_or("", |node| node.zone()) {
        "" => None,
        zone if zone.len() <= 3 => Some(format!("zone {zone}")),
        zone => Some(zone.to_owned()),
    };
    let both = zone.as_ref().map(|zone| format!("{zone} · {known}"));
    let mut lines = Vec::new();
    match both.filter(|both| text::fits(both, SMALL, room)) {
        Some(both) => lines.push((both, class)),
        None => {
            let words = known.split(',').map(|word| match word {
                "SchedulingDisabled" if !text::fits(word, SMALL, room) => "cordoned",
                "out-of-service" => "out of service",
                word => word,
            });
            lines.extend(words.map(|word| (word.to_owned(), class)));
            let is_well = known == "Ready" && truth.is_empty();
            lines.extend(zone.filter(|_| is_well).map(|zone| (zone, "small quiet")));
        }
    }
    if !truth.is_empty() {
        let class = if is_bad { "small bad" } else { "small quiet" };
        lines.extend(truth.split(", ").map(|line| (line.to_owned(), class)));
    }
    let wrapped = |(line, class): (String, &'static str)| {
        let lines = wrap(&phrases::longest(&line, SMALL, room), SMALL, room, 2).into_iter();
        lines.map(move |line| (line, class))
    };
    lines.into_iter().flat_map(wrapped).collect()
}

/// What the API server knows of a node.
fn known(facts: &NodeFacts<'_>) -> String {
    let Some(node) = facts.node else { return "no Node object".into() };
    let ready = match node.ready_status() {
        ConditionStatus::True => "Ready",
        ConditionStatus::False => "NotReady",
        _ => "Unknown",
    };
    let mark = if node.taint(TAINT_OUT_OF_SERVICE, &TaintEffect::NoExecute).is_some() {
        ",out-of-service"
    } else if node.spec.unschedulable {
        ",SchedulingDisabled"
    } else if ready == "Ready" && !node.spec.taints.is_empty() {
        ",tainted"
    } else {
        ""
    };
    format!("{ready}{mark}")
}

/// What is the case, which the API server may not know, and whether it is bad.
fn truth(placed: &PlacedScene<'_>, facts: &NodeFacts<'_>) -> (String, bool) {
    let silent = words::silent_ms(placed.facts, facts.name).map(text::span);
    let machine = placed.facts.cluster.world().machine(facts.name);
    let text = match machine {
        Some(machine) if machine.boots => "booting",
        Some(machine) if !machine.is_on => "powered off",
        Some(machine) if !machine.is_linked => "network cut",
        Some(_) => return (String::new(), false),
        None if placed.facts.cluster.world().is_observed => return (String::new(), false),
        None => "no machine",
    };
    match silent {
        // The lease is renewed every ten seconds: silence says something only after that.
        Some(silent) => (format!("{text}, no heartbeat for {silent}"), true),
        None => (text.into(), true),
    }
}
