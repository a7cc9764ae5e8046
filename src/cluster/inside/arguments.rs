//! The arguments of programs, and what they say of files.

use super::files::{MISSING, Problem};
use super::{Family, Inside};

/// The arguments of a program.
pub(super) struct Options<'a> {
    /// The letters of its short options.
    pub(super) letters: String,
    /// Its long options.
    pub(super) long: Vec<&'a str>,
    /// The operands.
    pub(super) rest: Vec<&'a str>,
    /// The values of short options, by letter.
    values: Vec<(char, &'a str)>,
}

impl<'a> Options<'a> {
    /// Parses arguments; `valued` are the letters of the options that take a value.
    pub(super) fn read(words: &[&'a str], valued: &str) -> Options<'a> {
        let mut options = Options {
            letters: String::new(),
            long: Vec::new(),
            rest: Vec::new(),
            values: Vec::new(),
        };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match word.strip_prefix('-') {
                Some("-") => {
                    options.rest.extend(words);
                    break;
                }
                Some(long) if long.starts_with('-') => {
                    options.long.push(long.trim_start_matches('-'))
                }
                Some(letters) if !letters.is_empty() => {
                    for (index, letter) in letters.char_indices() {
                        if valued.contains(letter) {
                            let own = letters
                                .get(index + letter.len_utf8()..)
                                .filter(|it| !it.is_empty());
                            let value = own.or_else(|| words.next().copied()).unwrap_or("");
                            options.values.push((letter, value));
                            break;
                        }
                        options.letters.push(letter);
                    }
                }
                _ => options.rest.push(word),
            }
        }
        options
    }

    pub(super) fn has(&self, letter: char) -> bool {
        self.letters.contains(letter)
    }

    pub(super) fn value(&self, letter: char) -> Option<&'a str> {
        self.values.iter().rfind(|(other, _)| *other == letter).map(|(_, value)| *value)
    }
}

/// The error message for a file, in the words of GNU or BusyBox.
pub(super) fn complaint(
    inside: &Inside<'_>,
    program: &str,
    path: &str,
    problem: Problem,
) -> String {
    let is_busybox = inside.family == Family::Busybox;
    let verb = match (program, is_busybox) {
        ("cat" | "head" | "tail" | "wc" | "sort" | "uniq" | "cut", true) => "can't open",
        ("rm" | "rmdir", true) => "can't remove",
        ("mv", true) => "can't rename",
        ("cp" | "stat", true) => "can't stat",
        ("mkdir", true) => "can't create directory",
        ("ls" | "chmod" | "touch" | "grep" | "du", true) => {
            return format!("{program}: {path}: {problem}\n");
        }
        ("head" | "tail", false) if problem == MISSING => "cannot open",
        ("rm", false) => "cannot remove",
        ("rmdir", false) => "failed to remove",
        ("mv" | "cp", false) if problem == MISSING => "cannot stat",
        ("stat", false) => "cannot statx",
        ("mv" | "mkdir", false) => "cannot create directory",
        ("ls" | "chmod" | "du", false) => "cannot access",
        ("touch", false) => "cannot touch",
        _ => return format!("{program}: {path}: {problem}\n"),
    };
    match (program, is_busybox) {
        ("head" | "tail", false) => format!("{program}: {verb} '{path}' for reading: {problem}\n"),
        _ => format!("{program}: {verb} '{path}': {problem}\n"),
    }
}

/// Whether a pattern with `*` and `?` matches a name.
pub(super) fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.as_bytes(), name.as_bytes());
    let (mut at, mut from, mut star) = (0, 0, None);
    while from < name.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, from));
                at += 1;
            }
            Some(wanted) if *wanted == b'?' || name.get(from) == Some(wanted) => {
                (at, from) = (at + 1, from + 1)
            }
            // Extend the match of the last star by one character.
            _ => match star {
                Some((place, start)) => {
                    star = Some((place, start + 1));
                    (at, from) = (place + 1, start + 1);
                }
                None => return false,
            },
        }
    }
    pattern.get(at..).unwrap_or(&[]).iter().all(|rest| *rest == b'*')
}
