//! The lanes of the nodes, and what is said of each.

use super::facts::NodeFacts;
use super::layout::Area;
use super::places::Canvas;
use super::symbols::hatch;
use super::{Anchor, Item, Shape, text, words};
use crate::api::*;
use crate::cluster::Subject;

/// The frames of all rows, behind everything.
pub(super) fn frames(canvas: &Canvas<'_>) -> Item {
    let layout = canvas.layout;
    let mut item = Item::new("rows", "rows");
    item.children.push(pending(canvas).into());
    for (node, area) in canvas.facts.nodes.iter().zip(&layout.lanes) {
        item.children.push(frame(canvas, node, *area).into());
    }
    if let Some(area) = layout.storage {
        let mut storage = Item::new("storage", "storage").at(area.x, area.y);
        storage.draw(Shape::rect(0, 0, area.width, area.height, 16, "frame"));
        item.children.push(storage.into());
    }
    item
}

fn pending(canvas: &Canvas<'_>) -> Item {
    let area = canvas.layout.pending;
    let mut item = Item::new("row-pending", "pending").at(area.x, area.y);
    item.draw(Shape::rect(0, 0, area.width, area.height, 12, "frame"));
    item
}

/// The names of the rows that are not nodes, over the threads.
pub(super) fn row_names(canvas: &Canvas<'_>) -> Item {
    let layout = canvas.layout;
    let mut item = Item::new("row-names", "row-names");
    let y = layout.pending.centre() + 4;
    // On a phone the words stand where pods would, so they give way.
    if !layout.is_narrow {
        item.draw(Shape::text(layout.margin + 16, y, "no node yet", "small quiet"));
    } else if !canvas.pods.iter().map(|(_, place)| place).any(|place| place.lane.is_none()) {
        backdrop(&mut item, layout.margin + 10, y, text::width("no node yet", 11), "ground");
        item.draw(Shape::text(layout.margin + 12, y, "no node yet", "tiny quiet"));
    }
    let Some(area) = layout.storage else { return item };
    if layout.is_narrow {
        backdrop(&mut item, area.x + 10, area.y + 18, text::width("remote storage", 13), "ground");
        item.draw(Shape::text(area.x + 12, area.y + 18, "remote storage", "tiny strong"));
    } else {
        let (x, y) = (area.x + 16, area.y + 26);
        item.draw(Shape::text(x, y, "remote storage", "small strong"));
        item.draw(Shape::text(x, y + 18, "stays when", "small quiet"));
        item.draw(Shape::text(x, y + 34, "pods go", "small quiet"));
    }
    item
}

/// Hides the threads behind a text of the phone's layout.
fn backdrop(item: &mut Item, x: i32, y: i32, width: i32, class: &str) {
    item.draw(Shape::rect(x, y - 12, width + 4, 16, 4, class));
}

fn frame(canvas: &Canvas<'_>, node: &NodeFacts<'_>, area: Area) -> Item {
    let machine = canvas.facts.cluster.world.machine(node.name);
    let (is_on, is_linked) =
        machine.map_or((true, true), |machine| (machine.is_on, machine.is_linked));
    let class = match (is_on, is_linked) {
        (false, _) => "lane off",
        (true, false) => "lane cut",
        (true, true) if node.node.is_none_or(|node| node.ready_status() != "True") => "lane doubt",
        (true, true) => "lane",
    };
    let mut item = Item::new(format!("row-{}", node.name), class).at(area.x, area.y);
    item.draw(Shape::rect(0, 0, area.width, area.height, 14, "frame"));
    if !(is_on && is_linked) {
        // The names of the rows stay free of it.
        let (x, y) = if canvas.layout.is_narrow {
            (6, canvas.layout.cell)
        } else {
            (canvas.layout.left - area.x, 6)
        };
        let d = hatch(x, y, area.width - 8 - x, area.height - 6 - y, 14);
        item.draw(Shape::path(d, "hatch"));
    }
    item
}

/// What is said of a node; this is what a person chooses to act on it.
pub(super) fn node(canvas: &Canvas<'_>, index: usize) -> Option<Item> {
    let facts = canvas.facts.nodes.get(index)?;
    let area = canvas.layout.lanes.get(index)?;
    let mut item = Item::new(format!("node-{}", facts.name), "node").at(area.x, area.y).about(
        Subject::node(facts.name),
        format!("node {}", facts.name),
        words::node(canvas.facts, facts),
    );
    let known = known(facts);
    let (truth, is_bad) = truth(canvas, facts);
    let class = if is_bad { "bad" } else { "quiet" };
    if canvas.layout.is_narrow {
        item.draw(Shape::rect(0, 0, area.width, area.height, 14, "hit"));
        let used = text::width(facts.name, 11) + 20;
        let known = if known == "Ready=Unknown" { "Unknown" } else { &known };
        let truth = truth.replace(", ", " · ");
        let line = if truth.is_empty() { known.into() } else { format!("{known} · {truth}") };
        let room = area.width - used - 12;
        let width = used + text::width(&line, 11).min(room);
        let is_off = canvas.facts.cluster.world.machine(facts.name).is_some_and(|one| !one.is_on);
        backdrop(&mut item, 8, 16, width - 8, if is_off { "off-ground" } else { "lane-ground" });
        item.draw(Shape::text(10, 17, facts.name, "tiny strong"));
        let class = format!("tiny {class}");
        item.draw(text::fitted((used, 17), &line, (11, &class), room, Anchor::Start));
        return Some(item);
    }
    let room = canvas.layout.left - canvas.layout.margin - 20;
    item.draw(Shape::rect(0, 0, area.width, area.height, 14, "hit"));
    item.draw(text::fitted((16, 23), facts.name, (14, "strong"), room, Anchor::Start));
    let zone = facts.node.map_or("", |node| node.zone());
    let zone = match zone.len() {
        0 => String::new(),
        1..=3 => format!("zone {zone} · "),
        _ => format!("{zone} · "),
    };
    let line = format!("{zone}{known}");
    let mut y = 38;
    let class_of_known = if known == "Ready" { "small quiet" } else { "small warm" };
    let lines = if text::fits(&line, 12, room) { vec![line] } else { vec![known] };
    for line in &lines {
        item.draw(text::fitted((16, y), line, (12, class_of_known), room, Anchor::Start));
        y += 15;
    }
    if truth.is_empty() {
        return Some(item);
    }
    let class = format!("small {class}");
    for line in truth.split(", ") {
        item.draw(text::fitted((16, y), line, (12, &class), room, Anchor::Start));
        y += 15;
    }
    Some(item)
}

/// What the API server knows of a node.
fn known(facts: &NodeFacts<'_>) -> String {
    let Some(node) = facts.node else { return "no Node object".into() };
    let ready = match node.ready_status() {
        "True" => "Ready",
        "False" => "NotReady",
        _ => "Ready=Unknown",
    };
    let mark = if node.taint(TAINT_OUT_OF_SERVICE, "NoExecute").is_some() {
        ", out-of-service"
    } else if node.spec.unschedulable {
        ", cordoned"
    } else if ready == "Ready" && !node.spec.taints.is_empty() {
        ", tainted"
    } else {
        ""
    };
    format!("{ready}{mark}")
}

/// What is the case, which the API server may not know, and whether it is bad.
fn truth(canvas: &Canvas<'_>, facts: &NodeFacts<'_>) -> (String, bool) {
    let silent = words::silent_ms(canvas.facts, facts.name).map(text::span);
    let machine = canvas.facts.cluster.world.machine(facts.name);
    let text = match machine {
        Some(machine) if machine.boots => "boots",
        Some(machine) if !machine.is_on => "no power",
        Some(machine) if !machine.is_linked => "cut off but runs",
        Some(_) => return (String::new(), false),
        None => "no machine",
    };
    match silent {
        // The lease is renewed every ten seconds: silence says something only after that.
        Some(silent) => (format!("{text}, silent {silent}"), true),
        None => (text.into(), true),
    }
}
