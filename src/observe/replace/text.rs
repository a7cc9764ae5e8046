//! Names in messages and in lines of the terminal.

use super::names::{Names, Role, is_kept};
use crate::map::Set;

/// Words of messages that are never taken for names, even if something is called so.
const WORDS: &str = "a all already an and any are as at available back be been but by claim cluster code command connect connection \
    container containers context could create created deadline delete deleted desc dial did does error exceeded exit failed for from \
    get had has have http https if image in io is it its kill local match mount name namespace network no node nodes not object of off \
    on or persistentvolumeclaim pod pods policy probe pull ready refused request rpc running s scheduled seconds service set started \
    state status stop svc tcp that the this timeout to unable unknown up update volume volumes was when with ago default sts \
    statefulset deployment pvc pv svc crash cut link scale apply rollout restart undo patch kubectl simulate observe power";

/// Words with hyphens that are no names.
const HYPHENATED: [&str; 9] = [
    "back-off",
    "non-existent",
    "read-only",
    "not-ready",
    "disk-pressure",
    "memory-pressure",
    "pid-pressure",
    "out-of-service",
    "network-unavailable",
];

/// How a text is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    /// What is unknown stays.
    Command,
    /// Plain words stay.
    Message,
    /// Between quotes or brackets: only words of `WORDS` stay.
    Quoted,
}

/// The words of [`WORDS`].
pub(super) fn words() -> Set<&'static str> {
    WORDS.split_whitespace().collect()
}

/// Replaces the names in a line of the terminal, or in a manifest. What is unknown stays.
pub(super) fn command(names: &mut Names, common: &Set<&str>, text: &str) -> String {
    let mut out = String::new();
    runs(text, |part, is_run| match is_run {
        true => out.push_str(&run(names, common, part, Reading::Command)),
        false => out.push_str(part),
    });
    out
}

/// Replaces the names in a message from Kubernetes. The output of probes is dropped.
pub(super) fn message(names: &mut Names, common: &Set<&str>, text: &str) -> String {
    let (text, end) = without_output(text);
    let mut out = String::new();
    let mut is_outside = true;
    for (index, part) in text.split('"').enumerate() {
        if index > 0 {
            out.push('"');
        }
        let is_quoted = index % 2 == 1;
        match names.get(part).filter(|_| is_quoted) {
            Some(known) => out.push_str(&known),
            None if is_quoted => unquoted(names, common, part, &mut false, &mut out),
            None => unquoted(names, common, part, &mut is_outside, &mut out),
        }
    }
    out.push_str(end);
    out
}

/// Replaces the names in a part of a message without quotes. Whether it is outside of brackets is kept for the next part.
fn unquoted(
    names: &mut Names,
    common: &Set<&str>,
    text: &str,
    is_outside: &mut bool,
    out: &mut String,
) {
    let is_quoted = !*is_outside;
    runs(text, |part, is_run| {
        if is_run {
            let reading = if *is_outside { Reading::Message } else { Reading::Quoted };
            out.push_str(&run(names, common, part, reading));
            return;
        }
        for letter in part.chars() {
            match letter {
                '{' | '[' => *is_outside = false,
                '}' | ']' if !is_quoted => *is_outside = true,
                _ => {}
            }
        }
        out.push_str(part);
    });
}

/// Calls a function with each part of a text: those that can be names, and those between them.
fn runs(text: &str, mut found: impl FnMut(&str, bool)) {
    let is_part =
        |letter: char| letter.is_alphanumeric() || matches!(letter, '.' | '_' | '/' | '-');
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_run = is_part(first);
        let end = rest.find(|letter| is_part(letter) != is_run).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        // Punctuation at the end of a sentence is not part of a name.
        let name = if is_run { part.trim_end_matches(['.', '-']) } else { part };
        found(name, is_run);
        found(part.strip_prefix(name).unwrap_or_default(), false);
        rest = after;
    }
}

/// What stands for a word, or for what it consists of.
fn run(names: &mut Names, common: &Set<&str>, text: &str, reading: Reading) -> String {
    let is_plain = text.chars().all(char::is_alphabetic);
    if is_kept(text) || common.contains(&text) || is_amount(text) || HYPHENATED.contains(&text) {
        return text.to_owned();
    }
    if let Some(known) = names.get(text) {
        return known;
    }
    // A name of a step, such as `AttachVolume.Attach`: names of objects have no capital letters.
    let is_step = || {
        let mut parts = text.split(['.', '-']);
        parts.all(|it| it.starts_with(|letter: char| letter.is_ascii_uppercase()))
    };
    if reading == Reading::Message && (is_plain || is_step()) {
        return text.to_owned();
    }
    for sign in ['/', '_', '.'] {
        if text.contains(sign) && address(text).is_none() {
            let inner = if reading == Reading::Command { reading } else { Reading::Quoted };
            let parts = text.split(sign).map(|part| run(names, common, part, inner));
            return parts.collect::<Vec<_>>().join(sign.encode_utf8(&mut [0; 4]));
        }
    }
    match reading {
        Reading::Command => text.to_owned(),
        _ => names.take(address(text).unwrap_or(Role::Word), text),
    }
}

/// The role of an IP address.
pub(super) fn address(text: &str) -> Option<Role> {
    let is_byte = |part: &str| part.len() <= 3 && part.parse::<u8>().is_ok();
    if text.split('.').count() == 4 && text.split('.').all(is_byte) {
        return Some(Role::Address);
    }
    let is_group =
        |part: &str| part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    (text.matches(':').count() >= 2 && text.split(':').all(is_group)).then_some(Role::LongAddress)
}

/// Whether a text is a number, an amount, or a duration, such as `3`, `1.5Gi`, `25%`, or `1m30s`.
pub(super) fn is_amount(text: &str) -> bool {
    const UNITS: [&str; 18] = [
        "", "s", "m", "h", "d", "ms", "us", "ns", "k", "M", "G", "T", "Ki", "Mi", "Gi", "Ti", "%",
        "n",
    ];
    let mut rest = text.strip_prefix('-').unwrap_or(text);
    while !rest.is_empty() {
        let unit = rest.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
        let after =
            unit.trim_start_matches(|letter: char| letter.is_ascii_alphabetic() || letter == '%');
        let unit_len = unit.len() - after.len();
        let is_known = UNITS.contains(&unit.get(..unit_len).unwrap_or("?"));
        if unit.len() == rest.len() || !is_known || rest.matches('.').count() > 1 {
            return false;
        }
        rest = after;
    }
    text.len() <= 20
}

/// A message without what a container printed when it was probed, and what stands for that.
fn without_output(text: &str) -> (&str, &str) {
    const OWN: [&str; 6] =
        ["HTTP probe failed", "Get \"", "dial ", "command ", "context ", "rpc error"];
    for end in
        ["probe failed: ", "probe errored: ", "probe errored and resulted in unknown state: "]
    {
        if let Some(at) = text.find(end) {
            let (before, output) = text.split_at(at + end.len());
            if !OWN.iter().any(|own| output.starts_with(own)) {
                return (before.trim_end_matches([' ', ':']), "");
            }
        }
    }
    (text, "")
}
