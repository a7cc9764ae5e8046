//! Shorter forms of the words in the picture: a name can lose its middle, a phrase cannot.

use super::text::{drawn_size, fits, fitted, short, shorten, squeezed};
use super::{Anchor, Item};

/// Phrases and their next shorter forms. Where a form is empty, only the sign of the pod is drawn.
const SHORTER: [(&str, &str); 22] = [
    ("Creating", ""),
    ("Pending", ""),
    ("claim has no volume", "no volume"),
    ("claim is Pending", "Pending"),
    ("config missing", "no config"),
    ("data unknown", "unknown"),
    ("name not found", "not found"),
    ("no data", ""),
    ("no data yet", "no data"),
    ("no DNS name: no copy", "no DNS name"),
    ("no such image", "no image"),
    ("no volume", "none"),
    ("no volume yet", "no volume"),
    ("node powered off", "powered off"),
    ("other pods", "others"),
    ("running", ""),
    ("still running", "running"),
    ("stale address", "stale IP"),
    ("stop not confirmed", "unconfirmed"),
    ("unconfirmed", ""),
    ("volume held elsewhere", "volume held"),
    ("waits for volume", "no volume"),
];

/// Draws a phrase in the longest form that fits, and nothing if that form is empty. A monospaced text is a name, and is
/// shortened like one.
pub(super) fn draw(
    item: &mut Item,
    place: (i32, i32),
    text: &str,
    (size, class): (i32, &str),
    available: i32,
    anchor: Anchor,
) {
    if class.split(' ').any(|word| word == "mono") {
        return item.draw(fitted(place, text, (size, class), available, anchor));
    }
    // A text that is up to a third too long, by the estimate, is squeezed.
    let room = available * 133 / 100;
    let shown = longest(text, drawn_size(size, class), room);
    if !shown.is_empty() {
        let shown = shorten(&shown, drawn_size(size, class), room);
        item.draw(squeezed(place, shown, (size, class), available, anchor));
    }
}

/// The longest form of a phrase that fits, or else its shortest.
pub(super) fn longest(text: &str, size: i32, available: i32) -> String {
    let mut form = text.to_owned();
    while !fits(&form, size, available) {
        let Some(next) = shorter(&form) else { break };
        form = next;
    }
    form
}

/// The next shorter form of a phrase, if there is one.
fn shorter(phrase: &str) -> Option<String> {
    let known = SHORTER.iter().find(|(long, _)| *long == phrase);
    if let Some((_, form)) = known {
        return Some((*form).to_owned());
    }
    if short(phrase) != phrase {
        return Some(short(phrase).to_owned());
    }
    for (long, form) in [("no heartbeat for ", "silent for "), ("NXDOMAIN cached, ", "NXDOMAIN, ")]
    {
        if let Some(rest) = phrase.strip_prefix(long) {
            return Some(format!("{form}{rest}"));
        }
    }
    if let Some(form) = clock(phrase) {
        return Some(form);
    }
    if phrase.starts_with("Init:") {
        return Some("Init".into());
    }
    let [first, rest] = [phrase.split(' ').next()?, phrase.split_once(' ')?.1];
    match (first, rest) {
        ("NXDOMAIN,", _) => Some("NXDOMAIN".into()),
        ("silent" | "writes", _) => Some(first.into()),
        ("evicted", time) => Some(time.strip_prefix("in ")?.to_owned()),
        (number, "entries") => Some(number.to_owned()),
        _ => None,
    }
}

/// The phrase with its duration in minutes and seconds: `evicted in 4:06` for `evicted in 4 min 6 s`.
fn clock(phrase: &str) -> Option<String> {
    let (before, seconds) = phrase.strip_suffix(" s")?.rsplit_once(" min ")?;
    Some(format!("{before}:{seconds:0>2}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(phrase: &str) -> Vec<String> {
        std::iter::successors(shorter(phrase), |form| shorter(form)).collect()
    }

    #[test]
    fn phrases_become_shorter_word_by_word() {
        assert_eq!(forms("ContainerCreating"), ["Creating", ""]);
        assert_eq!(forms("25 entries"), ["25"]);
        assert_eq!(forms("claim is Pending"), ["Pending", ""]);
        assert_eq!(forms("evicted in 4 min 6 s"), ["evicted in 4:06", "4:06"]);
        assert_eq!(forms("NXDOMAIN cached, 8 s"), ["NXDOMAIN, 8 s", "NXDOMAIN"]);
        let silent = ["silent for 1 min 38 s", "silent for 1:38", "silent"];
        assert_eq!(forms("no heartbeat for 1 min 38 s"), silent);
        assert_eq!(forms("Running"), [""; 0]);
    }

    #[test]
    fn each_form_is_shorter_than_the_one_before() {
        for (long, form) in SHORTER {
            assert!(form.len() < long.len(), "{long}: {form}");
        }
    }

    #[test]
    fn the_longest_form_that_fits_is_chosen() {
        assert_eq!(longest("stop not confirmed", 12, 200), "stop not confirmed");
        assert_eq!(longest("stop not confirmed", 12, 100), "unconfirmed");
        assert_eq!(longest("Running", 12, 10), "Running");
    }
}
