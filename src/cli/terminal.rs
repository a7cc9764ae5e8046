//! What a terminal would obey instead of print, written so that it can be seen.
//!
//! Names and texts of a story, a lesson or a recording come from anybody. A raw ESC in them could
//! recolor, erase or retitle the terminal, a bidirectional control could show another text than there is.

use std::borrow::Cow;
use std::fmt::Write;

/// Whether a terminal acts on a character: a control other than line feed and tab, a separator of
/// lines or paragraphs, or a bidirectional control.
fn is_obeyed(letter: char) -> bool {
    letter.is_control() && !matches!(letter, '\n' | '\t')
        || matches!(letter, '\u{2028}' | '\u{2029}')
        || is_bidirectional(letter)
}

/// Whether a character has the property `Bidi_Control`.
fn is_bidirectional(letter: char) -> bool {
    matches!(
        letter,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

/// A text for people: what a terminal would obey is written as in Rust, `\u{1b}`.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    escaped(text, |out, letter| write!(out, "\\u{{{:x}}}", u32::from(letter)))
}

/// A line of JSON: what a terminal would obey is written as JSON escapes it, `\u009b`. In JSON such
/// characters stand in strings only, and all of them have four digits.
pub(super) fn visible_json(json: &str) -> Cow<'_, str> {
    escaped(json, |out, letter| write!(out, "\\u{:04x}", u32::from(letter)))
}

fn escaped(text: &str, write: impl Fn(&mut String, char) -> std::fmt::Result) -> Cow<'_, str> {
    if !text.contains(is_obeyed) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        if is_obeyed(letter) {
            let _ = write(&mut out, letter);
        } else {
            out.push(letter);
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_a_terminal_would_obey_can_be_seen() {
        assert_eq!(
            visible("a\u{1b}[31m\tb\nü\u{202e}\u{9b}"),
            "a\\u{1b}[31m\tb\nü\\u{202e}\\u{9b}"
        );
        assert_eq!(visible_json("\"\u{7f}\u{2069}\""), "\"\\u007f\\u2069\"");
        assert!(matches!(visible("plain"), Cow::Borrowed(_)));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

        #[test]
        fn nothing_is_obeyed_and_json_stays_the_same_json(text in any::<String>()) {
            prop_assert!(!visible(&text).contains(is_obeyed));
            let json = serde_json::to_string(&text).unwrap();
            let shown = visible_json(&json);
            prop_assert!(!shown.contains(is_obeyed));
            prop_assert_eq!(serde_json::from_str::<String>(&shown).unwrap(), text);
        }
    }
}
