//! How much text fits: nobody measures here, so widths are estimated on the safe side.

use super::{Anchor, Shape};

/// The size of ordinary text in pixels; its class is `small`.
pub(super) const SMALL: i32 = 12;

/// The classes of bold letters.
const BOLD: [&str; 5] = ["strong", "status", "bad", "fresh", "role"];

/// The width in pixels that a text of this size takes at most, about: six tenths of the size for each
/// character is exact for monospaced fonts and generous for others.
pub(super) fn width(text: &str, size: i32) -> i32 {
    let count = i32::try_from(text.chars().count()).unwrap_or(i32::MAX);
    count.saturating_mul(size).min(i32::MAX / 64) * 61 / 100
}

/// Whether a text fits.
pub(super) fn fits(text: &str, size: i32, available: i32) -> bool {
    width(text, size) <= available
}

/// The text, with its middle left out if it is too long; the end of a name says more than its middle.
pub(super) fn shorten(text: &str, size: i32, available: i32) -> String {
    if fits(text, size, available) {
        return text.to_string();
    }
    let room = usize::try_from(available.max(0) * 100 / (size * 61).max(1)).unwrap_or(0);
    let (count, tail) = (text.chars().count(), room / 2);
    let head = room.saturating_sub(tail + 1);
    let start: String = text.chars().take(head).collect();
    let end: String = text.chars().skip(count.saturating_sub(tail)).collect();
    format!("{start}…{end}")
}

/// A text squeezed a little if it is a little too long, shortened if it is much too long.
pub(super) fn fitted(
    (x, y): (i32, i32),
    text: &str,
    (size, class): (i32, &str),
    available: i32,
    anchor: Anchor,
) -> Shape {
    let shown = shorten(text, drawn_size(size, class), available * 125 / 100);
    squeezed((x, y), shown, (size, class), available, anchor)
}

/// The size to estimate the width of a text with: bold letters are wider.
pub(super) fn drawn_size(size: i32, class: &str) -> i32 {
    let is_bold = class.split(' ').any(|word| BOLD.contains(&word));
    if is_bold { size + 1 } else { size }
}

/// A text, squeezed if it is too long.
pub(super) fn squeezed(
    (x, y): (i32, i32),
    shown: String,
    (size, class): (i32, &str),
    available: i32,
    anchor: Anchor,
) -> Shape {
    let size = drawn_size(size, class);
    // Proportional fonts are narrower than the estimate: a text that is squeezed must not be stretched.
    let tolerance = if class.contains("mono") { 100 } else { 108 };
    let is_tight = !fits(&shown, size, available * tolerance / 100);
    let mut shape = Shape::text(x, y, shown, class).anchored(anchor);
    if let (true, Shape::Text { squeeze, .. }) = (is_tight && available > 0, &mut shape) {
        *squeeze = Some(available);
    }
    shape
}

/// Breaks one of kubectl's words in two where a person would: after a colon or before a capital.
pub(super) fn break_word(word: &str, size: i32, available: i32) -> Option<(&str, &str)> {
    let both_fit =
        |halves: &(&str, &str)| fits(halves.0, size, available) && fits(halves.1, size, available);
    if let Some(halves) = word.split_once(", ").filter(both_fit) {
        return Some(halves);
    }
    let places = word.char_indices().filter_map(|(index, character)| match character {
        ':' | ' ' => Some(index + 1),
        'A'..='Z' if index > 0 => Some(index),
        _ => None,
    });
    let halves = places.filter_map(|place| word.split_at_checked(place));
    let trimmed = halves.map(|(first, second)| (first.trim_end(), second));
    // After a colon if that fits, else as evenly as possible.
    trimmed.filter(both_fit).min_by_key(|(first, second)| {
        (!first.ends_with(':'), first.chars().count().max(second.chars().count()))
    })
}

/// The status in one or two lines, and in no more than `most`.
pub(super) fn status_lines(status: &str, size: i32, room: i32, most: usize) -> Vec<&str> {
    if fits(status, size, room * 108 / 100) {
        return vec![status];
    }
    if most < 2 {
        let beginning = status.split([':', ',', ' ']).next().unwrap_or(status);
        let forms = [short(status), beginning];
        return vec![forms.into_iter().find(|form| fits(form, size, room)).unwrap_or(forms[0])];
    }
    let broken = break_word(status, size, room);
    match broken.or_else(|| break_word(short(status), size, room)) {
        Some((first, second)) => vec![first, second],
        None => vec![short(status)],
    }
}

/// A shorter word for where there is no room for kubectl's.
pub(super) fn short(status: &str) -> &str {
    match status {
        "ContainerCreating" => "Creating",
        "PodInitializing" => "Init",
        "CrashLoopBackOff" => "BackOff",
        "Init:CrashLoopBackOff" => "Init:BackOff",
        "Terminating" => "Ending",
        "Completed" => "Done",
        "deleted but running" => "still running",
        "deleted, node off" => "node off",
        "cleaning up" => "cleanup",
        other => other,
    }
}

/// `one` or `many`, by the number.
pub(super) fn plural(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// A span of time as a person says it: `41 s`, `5 min 12 s`, `2 h 5 min`.
pub(super) fn span(ms: u64) -> String {
    let seconds = ms / 1000;
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, minutes @ 10.., _) => format!("{minutes} min"),
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, 0) => format!("{minutes} min"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_its_beginning_and_its_end() {
        assert_eq!(shorten("web-1", 10, 100), "web-1");
        assert_eq!(shorten("elasticsearch-master-12", 10, 70), "elast…er-12");
    }

    #[test]
    fn long_words_break_where_a_person_would_break_them() {
        assert_eq!(break_word("ContainerCreating", 10, 70), Some(("Container", "Creating")));
        assert_eq!(break_word("CrashLoopBackOff", 10, 70), Some(("CrashLoop", "BackOff")));
        assert_eq!(break_word("Terminating", 10, 30), None);
    }

    #[test]
    fn spans_are_said_as_people_say_them() {
        assert_eq!(span(41_300), "41 s");
        assert_eq!(span(312_000), "5 min 12 s");
        assert_eq!(span(7_500_000), "2 h 5 min");
    }
}
