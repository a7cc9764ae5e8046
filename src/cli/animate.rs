//! Animated pictures: a period of a run as one SVG with CSS animations and no script, for pages that do not allow
//! scripts. With reduced motion, it shows the last frame.
//!
//! Each appearance of an item is written once, and shown while the item looks that way; movement is animated.

use crate::scene::{Item, Point, Scene};
use crate::svg;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::rc::Rc;

/// How long the last frame is shown, as a number of frames.
const HOLD: usize = 8;

/// One appearance of an item, with its position in each frame in which it is shown.
struct Look {
    item: Item,
    places: Vec<Option<Point>>,
}

/// The names of the animations by their keyframes, so that each is written once.
#[derive(Default)]
struct Animations {
    names: BTreeMap<String, usize>,
}

impl Animations {
    /// The name of the animation with these keyframes.
    fn name(&mut self, keyframes: String) -> String {
        let next = self.names.len();
        format!("k{}", self.names.entry(keyframes).or_insert(next))
    }
}

/// Writes frames at intervals of `frame_ms` milliseconds, with a transcript of the last one as the description.
pub(super) fn animated(frames: &[Scene], frame_ms: u64, transcript: &[String]) -> String {
    let Some(last) = frames.last() else { return String::new() };
    let total = frames.len() + HOLD;
    let mut animations = Animations::default();
    let mut body = String::new();
    for look in looks(frames) {
        write_look(&mut body, &look, total, &mut animations);
    }
    let mut style = String::new();
    let ms = frame_ms.saturating_mul(total as u64);
    for (keyframes, number) in &animations.names {
        let _ = writeln!(style, "@keyframes k{number}{{{keyframes}}}");
    }
    let _ =
        writeln!(style, "g[style]{{animation-duration:{ms}ms;animation-iteration-count:infinite}}");
    style.push_str(
        "@media (prefers-reduced-motion:reduce){g[style]{animation-name:none!important}}\n",
    );
    svg::file(last, transcript, &(svg::STYLE.to_owned() + &style), &body)
}

/// The appearances of all items, in drawing order.
fn looks(frames: &[Scene]) -> Vec<Look> {
    let mut order: Vec<&str> = Vec::new();
    let mut by_id: BTreeMap<&str, Vec<Look>> = BTreeMap::new();
    for (at, frame) in frames.iter().enumerate() {
        let mut place = 0;
        for item in &frame.items {
            let id = item.id.0.as_str();
            match order.iter().position(|known| *known == id) {
                Some(known) => place = place.max(known + 1),
                None => {
                    order.insert(place, id);
                    place += 1;
                }
            }
            let looks = by_id.entry(id).or_default();
            let still = still(item);
            let look = match looks.iter().position(|look| look.item == still) {
                Some(known) => &mut looks[known],
                None => {
                    looks.push(Look { item: still, places: vec![None; frames.len()] });
                    let new = looks.len() - 1;
                    &mut looks[new]
                }
            };
            look.places[at] = Some(item.at);
        }
    }
    order.into_iter().flat_map(|id| by_id.remove(id).unwrap_or_default()).collect()
}

/// An item without its position, and without the parts that only a page needs.
fn still(item: &Rc<Item>) -> Item {
    Item { at: Point::default(), label: None, target: None, ..(**item).clone() }
}

/// Writes an item with its animations, if it needs any.
fn write_look(out: &mut String, look: &Look, total: usize, animations: &mut Animations) {
    let seen = seen(&look.places, total).map(|keyframes| animations.name(keyframes));
    let moved = moved(&look.places, total).map(|keyframes| animations.name(keyframes));
    let at = look.places.iter().rev().flatten().next().copied().unwrap_or_default();
    out.push_str("<g");
    if let (None, true) = (&moved, at != Point::default()) {
        let (x, y) = coordinates(at);
        let _ = write!(out, " transform=\"translate({x} {y})\"");
    }
    if look.places.last().is_some_and(Option::is_none) {
        out.push_str(" visibility=\"hidden\"");
    }
    let names: Vec<&str> = seen.iter().chain(&moved).map(String::as_str).collect();
    if !names.is_empty() {
        let timing: &[&str] = match (&seen, &moved) {
            (Some(_), Some(_)) => &["step-end", "linear"],
            (Some(_), None) => &["step-end"],
            _ => &["linear"],
        };
        let (x, y) = coordinates(at);
        let place = if moved.is_some() {
            format!(";transform:translate({x}px,{y}px)")
        } else {
            String::new()
        };
        let _ = write!(
            out,
            " style=\"animation-name:{};animation-timing-function:{}{place}\"",
            names.join(","),
            timing.join(",")
        );
    }
    out.push('>');
    svg::write_inline_item(out, &look.item);
    out.push_str("</g>\n");
}

/// The keyframes of an item's visibility; `None` if it is always visible.
fn seen(places: &[Option<Point>], total: usize) -> Option<String> {
    if places.iter().all(Option::is_some) {
        return None;
    }
    let mut keyframes = String::new();
    let mut before = None;
    for (at, place) in places.iter().enumerate() {
        let is = place.is_some();
        if before != Some(is) {
            let visibility = if is { "visible" } else { "hidden" };
            let _ = write!(keyframes, "{}{{visibility:{visibility}}}", percent(at, total));
        }
        before = Some(is);
    }
    Some(keyframes)
}

/// The keyframes of an item's position; `None` if it does not move.
fn moved(places: &[Option<Point>], total: usize) -> Option<String> {
    let all: Vec<(usize, Point)> =
        places.iter().enumerate().filter_map(|(at, place)| Some((at, (*place)?))).collect();
    let (_, first) = *all.first()?;
    if all.iter().all(|(_, place)| *place == first) {
        return None;
    }
    let mut keyframes = String::new();
    for (index, &(at, place)) in all.iter().enumerate() {
        let neighbors = (index.checked_sub(1).and_then(|it| all.get(it)), all.get(index + 1));
        // Skip frames between two with the same position.
        if let (Some((_, before)), Some((_, after))) = neighbors
            && *before == place
            && *after == place
        {
            continue;
        }
        let (x, y) = coordinates(place);
        let _ = write!(keyframes, "{}{{transform:translate({x}px,{y}px)}}", percent(at, total));
    }
    Some(keyframes)
}

/// The position of a frame in the animation, in percent with two decimal places.
fn percent(at: usize, total: usize) -> String {
    let hundredths = at * 10_000 / total.max(1);
    match hundredths % 100 {
        0 => format!("{}%", hundredths / 100),
        part => format!("{}.{part:02}%", hundredths / 100),
    }
}

/// A position in pixels, as text.
fn coordinates(at: Point) -> (String, String) {
    (svg::decimal(at.x, 1), svg::decimal(at.y, 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::Shape;

    fn frame(x: i32, text: &str) -> Scene {
        let mut identity = Item::new("identity", "identity");
        identity.draw(Shape::text(1, 2, "web-0", "x"));
        let mut pod = Item::new("pod", "pod").at(x, 0);
        pod.draw(Shape::text(1, 2, text, "x"));
        Scene { width: 100, height: 50, items: vec![identity.into(), pod.into()] }
    }

    #[test]
    fn what_stays_is_written_once_and_what_changes_is_shown_in_turn() {
        let frames = [frame(0, "Pending"), frame(0, "Running"), frame(5, "Running")];
        let text = animated(&frames, 250, &["web-0 is <Running>.".into()]);
        assert_eq!(text.matches(">web-0</text>").count(), 1);
        assert_eq!(text.matches(">Pending</text>").count(), 1);
        assert_eq!(text.matches(">Running</text>").count(), 1);
        assert_eq!(text.matches("visibility=\"hidden\"").count(), 1, "{text}");
        assert!(text.contains("{visibility:hidden}9.09%{visibility:visible}"), "{text}");
        assert!(
            text.contains(
                "9.09%{transform:translate(0px,0px)}18.18%{transform:translate(5px,0px)}"
            ),
            "{text}"
        );
        assert!(text.contains("animation-duration:2750ms"));
        assert!(text.contains("web-0 is &lt;Running&gt;.") && !text.contains("<script"));
    }

    #[test]
    fn moments_are_percentages() {
        assert_eq!([percent(0, 8), percent(1, 8), percent(4, 8)], ["0%", "12.50%", "50%"]);
    }
}
