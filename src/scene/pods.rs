//! Pods, which come and go on the guide line of their identity.

use super::area::Area;
use super::facts::{Column, PodFacts};
use super::notes::{note, ring};
use super::places::PlacedScene;
use super::sizes::Density;
use super::symbols::{Sign, arc, sign};
use super::text::SMALL;
use super::{Anchor, Item, Shape, phrases, text, words};
use crate::api::*;
use crate::cluster::world::Stage;
use crate::cluster::{Store, Subject};

/// How long and how far, in pixels, a new pod falls; and how long what is new of it is lit.
const FALL_MS: u64 = 400;
const FALL: i32 = 10;
const NEW_MS: u64 = 1_600;

/// What is written on a pod.
pub(super) struct Words {
    pub sign: Sign,
    pub status: String,
    pub ready: String,
    /// The name of a pod without an identity; the header of the column shows that of the others.
    pub name: String,
    /// What tells it from its predecessor: the UID, or, without an identity, the ending of the name.
    pub uid: String,
    pub ip: String,
    pub is_new: bool,
    pub has_new_ip: bool,
    /// What it waits for, or what kubectl does not see.
    pub note: String,
    /// How much is left until a deadline, in parts of [`super::symbols::RING_STEPS`].
    pub ring: Option<usize>,
}

/// One pod.
pub(super) fn pod(
    placed: &PlacedScene<'_>,
    column: &Column<'_>,
    pod: &PodFacts<'_>,
) -> Option<Item> {
    let place = placed.pods.get(&pod.uid)?;
    let mut item = Item::new(format!("pod-{}", pod.uid), format!("pod {}", placed.hue(column)))
        .at(place.area.middle(), place.area.centre())
        .about(
            Subject::pod(&pod.key),
            format!("pod {}", pod.key.name()),
            words::pod(placed.facts, pod),
        );
    let is_going = pod.pod.is_some_and(|pod| pod.metadata.is_terminating());
    if pod.pod.is_none() {
        item.add_class("twin");
    } else if is_going {
        item.add_class("going");
    }
    let is_dark = pod.run.is_some_and(|run| !placed.facts.cluster.world().is_alive(run));
    if is_dark {
        item.add_class("dark");
    }
    fall(placed, pod, &mut item);
    let mut words = words_of(placed, pod);
    let has_identity = column.key.is_some();
    if !has_identity {
        words.name = pod.key.name().into();
        words.uid = ending(&words.name).into();
    }
    let Area { width, height, .. } = place.area;
    let radius = (height / 2).min(if has_identity { 16 } else { 4 }).min(width / 2);
    let (x, y) = (-width / 2, -height / 2);
    if words.is_new {
        item.draw(Shape::rect(x - 4, y - 4, width + 8, height + 8, radius + 4, "glow"));
    }
    item.draw(Shape::rect(x, y, width, height, radius, "body"));
    match placed.layout.density {
        Density::Map if width < 14 || height < 14 => tiny(&mut item, words.sign, place.area),
        Density::Map => draw_sign(&mut item, &words, 0, 0),
        Density::Full if height < 44 => slim(&mut item, &words, place.area),
        Density::Full if has_identity => full(&mut item, &words, place.area),
        Density::Full => full_without_identity(&mut item, &words, place.area),
        Density::Stacked if height < 34 || (height < 44 && fits_beside(&words, width)) => {
            slim(&mut item, &words, place.area);
        }
        Density::Stacked if height < 66 && fits_beside(&words, width) => {
            beside(&mut item, &words, place.area);
        }
        Density::Stacked => stacked(&mut item, &words, place.area),
    }
    Some(item)
}

/// A block of the color of the state, for where there is no room for a sign: solid, hollow or with bars.
fn tiny(item: &mut Item, sign: Sign, area: Area) {
    let Area { width, height, .. } = area;
    let (x, y) = (-width / 2, -height / 2);
    let class = match sign {
        Sign::Ready | Sign::Done => "core",
        Sign::Failed | Sign::Unknown | Sign::Twin => "core bad",
        _ => "core warm",
    };
    item.draw(Shape::rect(x, y, width, height, 2, class));
    let mark = match sign {
        Sign::Ready => "M0 0",
        _ if height < 14 => "M-2 -3v6M2 -3v6",
        _ => "M-2 -6v12M2 -6v12",
    };
    item.draw(Shape::path(mark, "core-mark"));
}

/// Lets a new pod fall into its place.
fn fall(placed: &PlacedScene<'_>, pod: &PodFacts<'_>, item: &mut Item) {
    let Some(created) = pod.pod.map(|pod| pod.metadata.creation_timestamp) else { return };
    let time_deps = &placed.facts.time_deps;
    if placed.view.reduced_motion || !time_deps.is_within(created, FALL_MS) {
        return;
    }
    let left = 1000 - time_deps.share(created, FALL_MS);
    // Fast at first: what is left in thousandths, squared.
    item.at.y -= FALL * 10 * (left * left / 1000) / 1000;
}

fn words_of(placed: &PlacedScene<'_>, pod: &PodFacts<'_>) -> Words {
    let time_deps = &placed.facts.time_deps;
    let is_new = |time: Option<Time>| time.is_some_and(|time| time_deps.is_within(time, NEW_MS));
    let created = pod.pod.map(|pod| pod.metadata.creation_timestamp);
    let connected = pod.run.filter(|run| run.stage == Stage::Containers).map(|run| run.stage_since);
    let summary = pod.pod.map(|pod| pod_summary(pod)).unwrap_or_default();
    let mut ready = format!("{}/{}", summary.ready, summary.total);
    if summary.restarts > 0 {
        ready.push_str(&format!(" ↻{}", summary.restarts));
    }
    if pod.pod.is_none() {
        ready.clear();
    }
    Words {
        sign: sign_of(placed, pod),
        status: status(placed, pod),
        ready,
        name: String::new(),
        uid: pod.uid.short(),
        ip: pod.ip().to_string(),
        is_new: is_new(created),
        has_new_ip: is_new(connected),
        note: note(placed.facts, pod),
        ring: ring(placed.facts, pod),
    }
}

/// The radius of the ring around a sign.
const RING_RADIUS: i32 = 9;

/// Draws the sign of a pod, with a ring that shrinks until its next deadline.
pub(super) fn draw_sign(item: &mut Item, words: &Words, x: i32, y: i32) {
    sign(words.sign, x, y, &mut item.shapes);
    if let Some(steps) = words.ring {
        item.draw(Shape::path(arc(x, y, RING_RADIUS, steps), "ring"));
    }
}

/// The status in kubectl's words; what kubectl does not see is said in others.
pub(super) fn status(placed: &PlacedScene<'_>, pod: &PodFacts<'_>) -> String {
    match (pod.pod, pod.run) {
        (Some(pod), _) => pod_status(pod),
        (None, Some(run)) if run.stage >= Stage::Unmounting => "cleaning up".into(),
        (None, Some(run)) if !placed.facts.cluster.world().is_alive(run) => {
            "deleted, node off".into()
        }
        _ => "deleted but running".into(),
    }
}

/// Whether the node of a pod is Ready.
pub(super) fn is_node_ready(store: &Store, pod: &Pod) -> bool {
    let node = store.node(&pod.spec.node_name);
    node.is_some_and(|node| *node.ready_status() == ConditionStatus::True)
}

pub(super) fn sign_of(placed: &PlacedScene<'_>, facts: &PodFacts<'_>) -> Sign {
    let Some(pod) = facts.pod else {
        let runs = facts.run.is_some_and(|run| placed.facts.cluster.world().is_alive(run));
        return if runs { Sign::Twin } else { Sign::Waiting };
    };
    let status = pod_status(pod);
    let is_bad = ["Error", "BackOff", "ExitCode", "Err"].iter().any(|word| status.contains(word));
    let is_lost = || pod.is_bound() && !is_node_ready(&placed.facts.cluster.store, pod);
    if pod.metadata.is_terminating() {
        Sign::Ending
    } else if pod.status.phase == PodPhase::Failed || is_bad {
        Sign::Failed
    } else if pod.status.phase == PodPhase::Succeeded {
        Sign::Done
    } else if pod.is_ready() {
        Sign::Ready
    } else if !pod.is_bound() {
        Sign::Waiting
    } else if pod.status.phase == PodPhase::Running && is_lost() {
        Sign::Unknown
    } else {
        Sign::Starting
    }
}

/// How many lines a pod of this height has, and the pixels from line to line.
pub(super) fn lines(height: i32) -> (i32, i32) {
    match height {
        64.. => (3, 16),
        56.. => (3, 15),
        _ => (2, 15),
    }
}

/// Three lines, or two where the pod is lower; the sign left of the first.
fn full(item: &mut Item, words: &Words, area: Area) {
    let (count, pitch) = lines(area.height);
    let left = -area.width / 2;
    let (x, room) = (left + 34, area.width - 34 - 12);
    let mut y = 5 - (count - 1) * pitch / 2;
    draw_sign(item, words, left + 19, y - 5);
    let is_long = !text::fits(&words.status, 14, room);
    let size = if is_long { (SMALL, "status small") } else { (14, "status") };
    let broken = text::break_word(&words.status, SMALL, room)
        .filter(|_| !text::fits(&words.status, SMALL, room * 108 / 100));
    let (first, second) = broken.map_or((words.status.as_str(), None), |(a, b)| (a, Some(b)));
    phrases::draw(item, (x, y), first, size, room, Anchor::Start);
    let new = |is_new: bool| if is_new { "small mono fresh" } else { "small mono quiet" };
    let uid = format!("uid {}", words.uid);
    let uid = if words.ready.is_empty() { uid } else { format!("{} · {uid}", words.ready) };
    let uid = (uid.as_str(), new(words.is_new));
    let last = match words.note.is_empty() {
        true => (words.ip.as_str(), new(words.has_new_ip)),
        false => (words.note.as_str(), "small note"),
    };
    let lines = match (count, second) {
        (3, Some(second)) => vec![(second, "status small"), uid],
        (3, None) => vec![uid, last],
        (_, Some(second)) => vec![(second, "status small")],
        // What the pod waits for says more than what it is called.
        (_, None) if words.note.is_empty() => vec![uid],
        (_, None) => vec![last],
    };
    for (line, class) in lines {
        y += pitch;
        let is_status = class == "status small";
        let (x, room) = if is_status { (x, room) } else { (left + 14, area.width - 24) };
        phrases::draw(item, (x, y), line, (SMALL, class), room, Anchor::Start);
    }
}

/// Whether there is room for the sign and the status on one line.
fn fits_beside(words: &Words, width: i32) -> bool {
    text::fits(&words.status, SMALL, width - 30)
}

/// Short lines below each other, the sign left of the first.
fn beside(item: &mut Item, words: &Words, area: Area) {
    let (top, room) = (-area.height / 2, area.width - 8);
    let half = (text::width(&words.status, SMALL) + 16) / 2;
    let count = (area.height - 12) / LINE;
    let mut y = top + (area.height - (count - 1) * LINE) / 2 + 4;
    draw_sign(item, words, 6 - half, y - 4);
    item.draw(Shape::text(16 - half, y, words.status.as_str(), "small status"));
    let new = |is_new: bool| if is_new { "small mono fresh" } else { "small mono quiet" };
    let both = format!("{} · {}", words.ready, words.uid);
    let has_both = !words.ready.is_empty() && text::fits(&both, SMALL, room);
    // The restarts matter more than the UID, unless the pod is new.
    let one = if words.is_new || words.ready.is_empty() { &words.uid } else { &words.ready };
    let uid = (if has_both { both.as_str() } else { one.as_str() }, new(words.is_new));
    let note = (words.note.as_str(), "small note");
    let ip = (words.ip.as_str(), new(words.has_new_ip));
    let lines = if words.is_new { [uid, note, ip] } else { [note, uid, ip] };
    let fitting =
        |(line, _): &(&str, &str)| !line.is_empty() && text::fits(line, SMALL, room * 112 / 100);
    let most = usize::try_from(count - 1).unwrap_or(0);
    for (line, class) in lines.into_iter().filter(fitting).take(most) {
        y += LINE;
        phrases::draw(item, (0, y), line, (SMALL, class), room, Anchor::Middle);
    }
}

/// From line to line.
const LINE: i32 = 15;

/// Short lines below each other, the sign above them.
fn stacked(item: &mut Item, words: &Words, area: Area) {
    let (size, small) = (SMALL, "small");
    let (top, room) = (-area.height / 2, area.width - 6);
    let counts = [words.ready.as_str(), words.ready.split(' ').next().unwrap_or("")];
    let ready = counts.into_iter().find(|text| text::fits(text, size, area.width - 36));
    let ready = ready.filter(|text| !text.is_empty());
    let shift = ready.map_or(0, |text| (text::width(text, size) + 8) / 2);
    let first = if area.height < 46 { 12 } else { 16 };
    // A ring is larger than the sign, and must not touch the line below it.
    let sign_y = top + first - if words.ring.is_some() && first > 12 { 3 } else { 0 };
    draw_sign(item, words, -shift, sign_y);
    if let Some(ready) = ready {
        let gap = if words.ring.is_some() { 13 } else { 10 };
        item.draw(Shape::text(gap - shift, sign_y + 4, ready, &format!("{small} mono")));
    }
    let new = |is_new: bool| if is_new { "mono fresh" } else { "mono quiet" };
    let most = usize::try_from((area.height - 24) / LINE).unwrap_or(0).max(1);
    let mut lines: Vec<(&str, &str)> = text::status_lines(&words.status, size, room, most)
        .into_iter()
        .map(|line| (line, "status"))
        .collect();
    let note = (words.note.as_str(), "note");
    let uid = (words.uid.as_str(), new(words.is_new));
    // What has just changed comes first: there is not room for everything.
    lines.extend(if words.is_new { [uid, note] } else { [note, uid] });
    lines.push((&words.ip, new(words.has_new_ip)));
    lines.retain(|(line, class)| match *class {
        "status" => !phrases::longest(line, size + 1, room * 133 / 100).is_empty(),
        _ => !line.is_empty() && text::fits(line, size, room * 112 / 100),
    });
    let mut y = top + if area.height < 72 { first + 17 } else { 36 };
    for (line, class) in lines.into_iter().take(most) {
        let class = format!("{small} {class}");
        phrases::draw(item, (0, y), line, (size, &class), room, Anchor::Middle);
        y += LINE;
    }
}

/// One line: the sign and the status.
fn slim(item: &mut Item, words: &Words, area: Area) {
    let left = -area.width / 2;
    // Where it is narrow, the words begin nearer to the sign.
    let (middle, start, end) = if area.width < 100 { (12, 21, 5) } else { (16, 28, 10) };
    let room = area.width - start - end;
    let size = (SMALL, "status small");
    let status = match words.name.is_empty() {
        true => phrases::longest(&words.status, SMALL + 1, room * 125 / 100),
        false => words.uid.clone(),
    };
    if room < 36 || status.is_empty() {
        return draw_sign(item, words, 0, 0);
    }
    draw_sign(item, words, left + middle, 0);
    let has_note = area.height >= 34 && text::fits(&words.note, size.0, room * 112 / 100);
    let y = if has_note && !words.note.is_empty() { -2 } else { 4 };
    phrases::draw(item, (left + start, y), &status, size, room, Anchor::Start);
    if y < 0 {
        let note = (SMALL, "small note");
        phrases::draw(item, (left + start, 12), &words.note, note, room, Anchor::Start);
    }
    // What tells it from the pod before it stands at the end, if there is room.
    let used = text::width(&status, SMALL + 1) + 10;
    if y > 0 && words.name.is_empty() && text::fits(&words.uid, SMALL, room - used) {
        let class = if words.is_new { "small mono fresh" } else { "small mono quiet" };
        let end = area.width / 2 - end;
        item.draw(Shape::text(end, 4, &words.uid, class).anchored(Anchor::End));
    }
}

/// The ending of a generated name, in which it differs from the others.
pub(super) fn ending(name: &str) -> &str {
    name.rsplit_once('-').map_or(name, |(_, ending)| ending)
}

/// What is written on a pod that has no identity: the name is as new as the pod.
fn full_without_identity(item: &mut Item, words: &Words, area: Area) {
    let left = -area.width / 2;
    let room = area.width - 34 - 12;
    let (count, pitch) = lines(area.height);
    let top = -(count - 1) * pitch / 2 - 18;
    draw_sign(item, words, left + 19, top + 18);
    let is_long = !text::fits(&words.status, 14, room);
    let size = if is_long { (12, "status small") } else { (14, "status") };
    phrases::draw(item, (left + 34, top + 23), &words.status, size, room, Anchor::Start);
    let room = area.width - 24;
    let new = |is_new: bool| if is_new { "small mono fresh" } else { "small mono quiet" };
    let name = (12, if words.is_new { "small mono fresh" } else { "small mono" });
    item.draw(text::fitted((left + 14, top + 23 + pitch), &words.name, name, room, Anchor::Start));
    if count < 3 {
        return;
    }
    let (line, class) = match (words.note.is_empty(), words.ip.is_empty()) {
        (false, _) => (words.note.clone(), "small note"),
        (true, true) => (words.ready.clone(), "small mono quiet"),
        (true, false) => {
            let both = format!("{} · {}", words.ip, words.ready);
            let fits = text::fits(&both, SMALL, room * 112 / 100);
            (if fits { both } else { words.ip.clone() }, new(words.has_new_ip))
        }
    };
    let place = (left + 14, top + 23 + 2 * pitch);
    phrases::draw(item, place, &line, (12, class), room, Anchor::Start);
}
