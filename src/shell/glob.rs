//! Shell patterns: `*`, `?`, `[a-z]`.

/// The maximum number of steps of a match.
const STEPS_MAX: u32 = 100_000;

/// Whether a pattern matches a whole text. A backslash escapes the next character.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let mut steps = STEPS_MAX;
    is_match(&pattern, &text, &mut steps)
}

fn is_match(pattern: &[char], text: &[char], steps: &mut u32) -> bool {
    *steps = steps.saturating_sub(1);
    if *steps == 0 {
        return false;
    }
    match (pattern, text) {
        ([], text) => text.is_empty(),
        (['*', rest @ ..], _) => {
            is_match(rest, text, steps)
                || text.split_first().is_some_and(|(_, text)| is_match(pattern, text, steps))
        }
        (['?', rest @ ..], [_, text @ ..]) => is_match(rest, text, steps),
        (['\\', letter, rest @ ..], [first, text @ ..]) => {
            letter == first && is_match(rest, text, steps)
        }
        (['[', rest @ ..], [first, after @ ..]) => {
            match rest.iter().skip(1).position(|c| *c == ']') {
                Some(end) => {
                    let (class, rest) = rest.split_at(end + 1);
                    has(class, *first) && is_match(&rest[1..], after, steps)
                }
                None => *first == '[' && is_match(rest, after, steps),
            }
        }
        ([letter, rest @ ..], [first, text @ ..]) => letter == first && is_match(rest, text, steps),
        _ => false,
    }
}

/// Whether a character class (`a-z_`, `!0-9`) contains a character.
fn has(class: &[char], letter: char) -> bool {
    let (is_inverted, class) = match class {
        ['!' | '^', rest @ ..] => (true, rest),
        class => (false, class),
    };
    let mut rest = class;
    let mut found = false;
    while let [first, more @ ..] = rest {
        rest = match more {
            ['-', last, more @ ..] => {
                found |= (*first..=*last).contains(&letter);
                more
            }
            more => {
                found |= *first == letter;
                more
            }
        };
    }
    found != is_inverted
}
