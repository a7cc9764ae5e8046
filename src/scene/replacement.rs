//! The card that says what stayed and what changed, in the column of a pod that replaced another one.
//!
//! It stands in the largest free part of the column for some seconds after the new pod has become Ready.

use super::area::{Area, to_i32};
use super::facts::Column;
use super::places::PlacedScene;
use super::sizes::Density;
use super::text::SMALL;
use super::{Item, Shape, text};
use crate::api::Time;
use crate::cluster::identities::{Identity, Incarnation, SHOWN_MS};

/// How long it takes to appear, and to disappear.
const FADE_MS: u64 = 400;
/// How far the new values slide in, in pixels.
const SLIDE: i32 = 14;
/// From line to line.
const LINE: i32 = 16;
/// Between the card and the pod.
const GAP: i32 = 8;

/// A line of the card: pieces of text, each with its class.
type Line<'a> = Vec<(String, &'a str)>;

/// Where the card of a column is, with its lines.
pub(super) struct Place<'a> {
    /// The card.
    pub area: Area,
    /// Whether it is above its pod.
    is_above: bool,
    /// Since when it is shown.
    since: Time,
    lines: Vec<Line<'a>>,
}

/// The place of the card of a column. None if no pod was replaced just now, or where there is no room.
pub(super) fn place<'a>(
    placed: &PlacedScene<'_>,
    column: &Column<'_>,
    index: usize,
) -> Option<Place<'a>> {
    let identity = placed.facts.cluster.identities().get(column.key.as_ref()?)?;
    let previous = identity.previous.as_ref()?;
    let since = identity.latest.ready_since;
    if placed.layout.density == Density::Map || !placed.facts.time_deps.is_within(since, SHOWN_MS) {
        return None;
    }
    let pod = placed.pods.get(&identity.latest.uid)?;
    let free = free_part(placed, column, index, pod.area)?;
    let lines = lines(column.name(), previous, identity, free.width - 14);
    let most = usize::try_from((free.height - 8) / LINE).unwrap_or(0);
    let lines = most_important(lines, most);
    let height = to_i32(lines.len()) * LINE + 10;
    let is_above = free.y < pod.area.y;
    let y = if is_above { free.bottom() - height } else { free.y };
    Some(Place { area: Area { y, height, ..free }, is_above, since, lines })
}

/// The card of a column.
pub(super) fn card(placed: &PlacedScene<'_>, column: &Column<'_>, index: usize) -> Option<Item> {
    let Place { area, is_above, since, lines } = place(placed, column, index)?;
    let (key, time_deps) = (column.key.as_ref()?, &placed.facts.time_deps);
    let (room, height) = (area.width - 14, area.height);
    let id = format!("replacement-{}/{}", key.namespace(), key.name());
    let class = format!("replacement {}", placed.hue(column));
    let mut item = Item::new(id, class).at(area.x, area.y);
    item.draw(Shape::rect(0, 0, area.width, height, 8, "body"));
    let (middle, tip) = (area.width / 2, if is_above { height + 6 } else { -6 });
    let edge = if is_above { height - 1 } else { 1 };
    let pointer = format!("M{} {edge}L{middle} {tip}L{} {edge}", middle - 6, middle + 6);
    item.draw(Shape::path(pointer, "pointer"));
    let slide = match placed.view.reduced_motion {
        true => 0,
        false => SLIDE - SLIDE * time_deps.share(since, FADE_MS) / 1000,
    };
    for (number, line) in lines.into_iter().enumerate() {
        draw(&mut item, line, 5 + LINE * to_i32(number + 1) - 4, room, slide);
    }
    if !placed.view.reduced_motion {
        let rest = time_deps.share(since.plus(SHOWN_MS - FADE_MS), FADE_MS);
        item.opacity = time_deps.share(since, FADE_MS).min(1000 - rest) / 10;
    }
    Some(item)
}

/// The largest part of the column in which nothing stands, next to the pod if possible.
fn free_part(
    placed: &PlacedScene<'_>,
    column: &Column<'_>,
    index: usize,
    pod: Area,
) -> Option<Area> {
    let layout = placed.layout;
    let last = layout.lanes.last()?.bottom();
    let pods = column.pods.iter().filter_map(|pod| placed.pods.get(&pod.uid));
    let disks = placed.disks.iter().filter(|(_, disk)| disk.column == index && !disk.is_remote);
    let mut taken: Vec<Area> = pods.map(|place| place.area).collect();
    taken.extend(disks.map(|(_, disk)| disk.area));
    taken.push(Area::new(0, last + GAP, 0, 0));
    crate::map::sort_by_key(&mut taken, |area| area.y);
    let mut top = layout.identity.bottom() + GAP;
    let mut best: Option<Area> = None;
    for area in taken {
        let height = area.y - GAP - top;
        let free = Area::around(layout.middle_of(index), top, layout.pod.width, height);
        let is_next = |free: Area| free.y == pod.bottom() + GAP || free.bottom() + GAP == pod.y;
        let value = |free: Area| (free.height / LINE).min(6) * 2 + i32::from(is_next(free));
        if height >= LINE + 10 && best.is_none_or(|other| value(free) > value(other)) {
            best = Some(free);
        }
        top = top.max(area.bottom() + GAP);
    }
    best
}

/// The lines in the order in which they stand there, each with its rank: what is left out first has the highest.
fn lines<'a>(
    name: &str,
    previous: &Incarnation,
    identity: &Identity,
    room: i32,
) -> Vec<(usize, Line<'a>)> {
    let latest = &identity.latest;
    let fits = |words: &str| text::fits(words, SMALL, room);
    let first = |choices: &[&str]| choices.iter().find(|it| fits(it)).map(|it| (*it).to_owned());
    let title = format!("{name} is back");
    let title = if fits(&title) { title } else { "is back".into() };
    let mut lines: Vec<(usize, Line<'_>)> = vec![(0, vec![(title, "strong")])];
    let (kept, new) = identity.claims();
    let same = match (kept.is_empty(), new.is_empty()) {
        (false, true) => first(&["same name, same data", "same name, data", "same data"]),
        (true, false) => first(&["same name, new volume", "new volume"]),
        _ => first(&["same name"]),
    };
    lines.extend(same.map(|same| (2, vec![(same, "same")])));
    let mut change = |rank: usize, label: &str, old: &str, new: &str| {
        if old == new || old.is_empty() || new.is_empty() {
            return;
        }
        for (label, arrow) in [(label, "arrow"), ("", "arrow"), ("", "arrow tight")] {
            let width = text::width(&format!("{label}{old}{new}"), SMALL) + arrow_width(arrow);
            // What is a little too wide is squeezed.
            if width <= room + if arrow == "arrow" { 0 } else { 4 } {
                let pieces = [(label, "quiet"), (old, "old"), ("", arrow), (new, "new")];
                lines.push((rank, pieces.map(|(text, class)| (text.to_owned(), class)).into()));
                return;
            }
        }
        if fits(new) {
            lines.push((rank, vec![(new.to_owned(), "new")]));
        }
    };
    change(1, "uid ", &previous.uid.short(), &latest.uid.short());
    let is_long = !fits(&format!("{} → {}", previous.ip, latest.ip));
    let ip = |ip: &str| match ip.splitn(3, '.').nth(2) {
        Some(end) if is_long => format!(".{end}"),
        _ => ip.to_owned(),
    };
    change(3, "ip ", &ip(&previous.ip), &ip(&latest.ip));
    change(4, "", &previous.node, &latest.node);
    lines
}

/// The width of the arrow between the old value and the new one, by its class.
fn arrow_width(class: &str) -> i32 {
    if class == "arrow" { 14 } else { 8 }
}

/// So many lines, without those of the highest ranks.
fn most_important(mut lines: Vec<(usize, Line<'_>)>, most: usize) -> Vec<Line<'_>> {
    while lines.len() > most.max(1) {
        let ranks = lines.iter().enumerate().map(|(place, (rank, _))| (*rank, place));
        let Some((_, place)) = ranks.max() else { break };
        lines.remove(place);
    }
    lines.into_iter().map(|(_, line)| line).collect()
}

/// Draws the pieces of a line; the old value is struck through, the new one slides in.
fn draw(item: &mut Item, line: Line<'_>, y: i32, room: i32, slide: i32) {
    let mut x = 8;
    for (piece, class) in line {
        if class.starts_with("arrow") {
            let width = arrow_width(class);
            let arrow = format!("M{} {}h6m-3 -3l3 3l-3 3", x + (width - 6) / 2, y - 4);
            item.draw(Shape::path(arrow, "arrow"));
            x += width;
            continue;
        }
        let width = text::width(&piece, SMALL);
        let left = 8 + room - x;
        let place = (if class == "new" { x + slide } else { x }, y);
        let class = match class {
            "strong" | "same" => format!("small {class}"),
            _ => format!("small mono {class}"),
        };
        let mut shape = Shape::text(place.0, place.1, piece.trim_end(), &class);
        if width > left
            && let Shape::Text { squeeze, .. } = &mut shape
        {
            *squeeze = Some(left);
        }
        item.draw(shape);
        x += width;
    }
}
