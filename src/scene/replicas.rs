//! The area of a Deployment: its ReplicaSets on top, its pods in the lanes as they come.
//!
//! No guide line leads to a pod: the card at the top is a template, not an identity.

use super::area::Area;
use super::deployments::revision;
use super::facts::{Group, PodFacts};
use super::groups::DeploymentFacts;
use super::places::PlacedScene;
use super::pods::ending;
use super::sizes::Density;
use super::text::SMALL;
use super::{Anchor, Item, Shape, cables, text};
use crate::api::*;
use crate::cluster::Subject;
use std::rc::Rc;

/// The least width of the card of a ReplicaSet.
const LEAST_CARD: i32 = 60;

/// The frames behind the pods of all Deployments, and the cables of their volumes.
pub(super) fn areas(placed: &PlacedScene<'_>) -> Vec<Item> {
    let groups = placed.facts.groups.iter().zip(&placed.layout.spans);
    groups.filter_map(|(group, area)| self::area(placed, group, *area)).collect()
}

fn area(placed: &PlacedScene<'_>, group: &Group<'_>, area: Area) -> Option<Item> {
    group.deployment.as_ref()?;
    let layout = placed.layout;
    let bottom = layout.lanes.last().copied().unwrap_or(layout.pending).bottom();
    let id = format!("area-{}-{}/{}", group.sort(), group.namespace(), group.name());
    let mut item = Item::new(id, "area hue-none");
    let inset = if layout.is_narrow { 1 } else { 2 };
    let (y, width) = (layout.pending.y, (area.width - 2 * inset).max(2));
    item.draw(Shape::rect(area.x + inset, y, width, bottom - y, 12, "deployment"));
    let pods: Vec<&PodFacts<'_>> = group.pods().collect();
    for volume in group.columns.iter().flat_map(|column| &column.volumes) {
        cables::cables(placed, &pods, volume, &mut item);
    }
    Some(item)
}

/// The cards of the ReplicaSets of all Deployments.
pub(super) fn cards(placed: &PlacedScene<'_>) -> Vec<Item> {
    let groups = placed.facts.groups.iter().zip(&placed.layout.spans);
    let deployments = groups.filter_map(|(group, area)| Some((group.deployment.as_ref()?, *area)));
    deployments.flat_map(|(deployment, area)| cards_of(placed, deployment, area)).collect()
}

/// The sets that have pods, or are to have some, the newest first; if none has any, the newest.
fn shown<'a>(deployment: &DeploymentFacts<'a>) -> Vec<&'a Rc<ReplicaSet>> {
    let has_pods = |set: &ReplicaSet| {
        [set.spec.replicas, set.status.replicas, set.status.terminating_replicas]
            .into_iter()
            .any(|count| count > 0)
    };
    let mut shown: Vec<_> = deployment.sets.iter().copied().filter(|set| has_pods(set)).collect();
    if shown.is_empty() {
        shown.extend(deployment.sets.first().copied());
    }
    shown
}

fn cards_of(placed: &PlacedScene<'_>, deployment: &DeploymentFacts<'_>, area: Area) -> Vec<Item> {
    let sets = shown(deployment);
    let layout = placed.layout;
    let side = if layout.is_narrow { 3 } else { 8 };
    let room = (area.width - 2 * side).max(8);
    let fitting = usize::try_from(room / LEAST_CARD).unwrap_or(1).max(1);
    let count = sets.len().min(fitting).max(1);
    let number = i32::try_from(count).unwrap_or(1);
    let width = (room - 6 * (number - 1)) / number;
    let cards = sets.iter().take(count).zip(0..);
    cards
        .map(|(set, index)| {
            let x = area.x + side + index * (width + 6);
            card(placed, set, Area::new(x, layout.identity.y, width, layout.identity.height))
        })
        .collect()
}

/// One ReplicaSet: which template, how many pods.
fn card(placed: &PlacedScene<'_>, set: &Rc<ReplicaSet>, area: Area) -> Item {
    let name = &set.metadata.name;
    let mut item = Item::new(format!("replicaset-{}", set.metadata.uid), "card hue-none")
        .at(area.x, area.y)
        .about(
            Subject::object(Kind::ReplicaSet, &set.metadata.key()),
            format!("ReplicaSet {name}"),
            describe(set),
        );
    if set.spec.replicas == 0 {
        item.add_class("ghost");
    }
    let radius = if placed.layout.density == Density::Map { 2 } else { 4 };
    item.draw(Shape::rect(0, 0, area.width, area.height, radius, "body"));
    match placed.layout.density {
        Density::Map => map(set, area, &mut item),
        density => lines(set, (area, density), &mut item),
    }
    item
}

/// How many of its pods are Ready, in words if there is room for them.
fn ready(set: &ReplicaSet, size: i32, room: i32) -> String {
    let (ready, wanted) = (set.status.ready_replicas, set.spec.replicas);
    let words = format!("{ready} of {wanted} Ready");
    if text::fits(&words, size, room) { words } else { format!("{ready}/{wanted}") }
}

fn map(set: &ReplicaSet, area: Area, item: &mut Item) {
    let ready = ready(set, 12, area.width - 12);
    if text::fits(&ready, 12, area.width - 4) {
        item.draw(Shape::text(area.width / 2, 18, ready, "small").anchored(Anchor::Middle));
    }
}

/// Name, count and revision, as on the header of a column.
fn lines(set: &ReplicaSet, (area, density): (Area, Density), item: &mut Item) {
    let size = SMALL;
    let is_full = density == Density::Full;
    let (x, anchor) = if is_full { (14, Anchor::Start) } else { (area.width / 2, Anchor::Middle) };
    let room = area.width - if is_full { 24 } else { 8 };
    let (name, hash) = (set.metadata.name.as_str(), ending(&set.metadata.name));
    let sizes = [(name, (17, "name m")), (name, (14, "name s")), (hash, (14, "name s"))];
    let title = sizes.into_iter().find(|(text, (size, _))| text::fits(text, *size, room));
    let (title, class) = title.unwrap_or((hash, (12, "name xs")));
    let (y, below) = super::identities::lines(area.height);
    item.draw(text::fitted((x, y), title, class, room, anchor));
    let going = match set.status.terminating_replicas {
        0 => String::new(),
        count => format!(" · {count} terminating"),
    };
    let mut counts = ready(set, size, room - text::width(&going, size));
    if text::fits(&format!("{counts}{going}"), size, room) {
        counts += &going;
    }
    let class = format!("small {}", if going.is_empty() { "" } else { "warm" });
    if let Some(y) = below.first() {
        item.draw(text::fitted((x, *y), &counts, (size, class.trim_end()), room, anchor));
    }
    let Some(y) = below.get(1) else { return };
    let more = match revision(set) {
        0 => "ReplicaSet".to_owned(),
        number => format!("ReplicaSet · revision {number}"),
    };
    let forms = [more.as_str(), more.rsplit(" · ").next().unwrap_or("")];
    if let Some(more) = forms.into_iter().find(|text| text::fits(text, size, room)) {
        item.draw(text::fitted((x, *y), more, (size, "small quiet"), room, anchor));
    }
}

/// A sentence on a ReplicaSet.
pub(super) fn describe(set: &ReplicaSet) -> String {
    let (wanted, status) = (set.spec.replicas, &set.status);
    let going = match status.terminating_replicas {
        0 => String::new(),
        count => format!(", {count} terminating"),
    };
    let revision = match revision(set) {
        0 => String::new(),
        number => format!("revision {number}; "),
    };
    let (there, ready) = (status.replicas, status.ready_replicas);
    format!("{revision}{wanted} desired, {there} created, {ready} Ready{going}.")
}
