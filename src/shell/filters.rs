//! Commands that transform text: `grep`, `head`, `sort`, and the like.

use super::grep::grep;
use super::lines::{cut, ends, sort, tr, uniq, wc};
use super::{Output, awk, base64, jq, sed};

/// The filters, sorted by name.
pub const FILTERS: &[&str] = &[
    "awk", "base64", "cat", "cut", "egrep", "fgrep", "grep", "head", "jq", "less", "more", "sed",
    "sort", "tac", "tail", "tr", "uniq", "wc",
];

/// The flags of each filter: without a value, and with one.
const FLAGS: &[(&str, &str, &str)] = &[
    ("awk", "", "Fv"),
    ("base64", "dDi", "w"),
    ("cat", "nAevtu", ""),
    ("cut", "s", "dfcb"),
    ("grep", "ivEFGoclLnqwxhHsr", "eABCm"),
    ("head", "qv", "nc"),
    ("jq", "rcSsejMn", ""),
    ("less", "FRSXNM", ""),
    ("sed", "nErisz", "e"),
    ("sort", "nrufhVbs", "kt"),
    ("tac", "", ""),
    ("tail", "fFqv", "nc"),
    ("tr", "dscC", ""),
    ("uniq", "cduii", ""),
    ("wc", "lwcm", ""),
];

/// Whether a command is a filter.
pub(super) fn is_filter(name: &str) -> bool {
    FILTERS.contains(&name)
}

/// The flags and operands of a command.
pub(super) struct Options<'w> {
    flags: Vec<(char, &'w str)>,
    /// The operands.
    pub(super) operands: Vec<&'w str>,
    /// An unknown flag.
    unknown: Option<&'w str>,
}

impl<'w> Options<'w> {
    fn read(words: &'w [String]) -> Options<'w> {
        let name = kind(&words[0]);
        let (_, plain, valued) =
            FLAGS.iter().find(|(known, ..)| *known == name).unwrap_or(&("", "", ""));
        let mut options = Options { flags: Vec::new(), operands: Vec::new(), unknown: None };
        let mut rest = words[1..].iter().map(String::as_str);
        while let Some(word) = rest.next() {
            if let Some(long) = word.strip_prefix("--").filter(|long| !long.is_empty()) {
                let (long, value) = long.split_once('=').unwrap_or((long, ""));
                match LONG.iter().find(|(known, _)| *known == long) {
                    Some((_, ' ')) => {}
                    Some((_, letter)) if plain.contains(*letter) || valued.contains(*letter) => {
                        options.flags.push((*letter, value));
                    }
                    _ => options.unknown = Some(word),
                }
                continue;
            }
            let is_number = word.len() > 1 && word[1..].bytes().all(|byte| byte.is_ascii_digit());
            if word.starts_with('-') && is_number && matches!(name, "head" | "tail") {
                options.flags.push(('n', &word[1..]));
                continue;
            }
            let Some(letters) = word.strip_prefix('-').filter(|it| !it.is_empty() && *it != "-")
            else {
                if word != "--" {
                    options.operands.push(word);
                }
                continue;
            };
            for (at, letter) in letters.char_indices() {
                if plain.contains(letter) {
                    options.flags.push((letter, ""));
                    continue;
                }
                if !valued.contains(letter) {
                    options.unknown = Some(word);
                    break;
                }
                let value = &letters[at + letter.len_utf8()..];
                let value = if value.is_empty() { rest.next().unwrap_or_default() } else { value };
                options.flags.push((letter, value));
                break;
            }
        }
        options
    }

    /// Whether a flag is set.
    pub(super) fn has(&self, flag: char) -> bool {
        self.flags.iter().any(|(known, _)| *known == flag)
    }

    /// The value of a flag.
    pub(super) fn value(&self, flag: char) -> Option<&'w str> {
        self.flags.iter().rev().find(|(known, _)| *known == flag).map(|(_, value)| *value)
    }

    /// The value of a flag as a number.
    pub(super) fn number(&self, flag: char, default: usize) -> usize {
        self.value(flag).and_then(|value| value.parse().ok()).unwrap_or(default)
    }

    /// The values of a flag that may be repeated.
    pub(super) fn values(&self, flag: char) -> Vec<&'w str> {
        self.flags.iter().filter(|(known, _)| *known == flag).map(|(_, value)| *value).collect()
    }
}

/// Long flags with their short equivalents; a blank for flags that have no effect here.
const LONG: &[(&str, char)] = &[
    ("after-context", 'A'),
    ("before-context", 'B'),
    ("color", ' '),
    ("colour", ' '),
    ("compact-output", 'c'),
    ("context", 'C'),
    ("count", 'c'),
    ("decode", 'd'),
    ("expression", 'e'),
    ("extended-regexp", 'E'),
    ("fixed-strings", 'F'),
    ("ignore-case", 'i'),
    ("in-place", 'i'),
    ("invert-match", 'v'),
    ("line-number", 'n'),
    ("lines", 'n'),
    ("line-buffered", ' '),
    ("no-messages", ' '),
    ("numeric-sort", 'n'),
    ("only-matching", 'o'),
    ("quiet", 'q'),
    ("raw-output", 'r'),
    ("reverse", 'r'),
    ("regexp", 'e'),
    ("unique", 'u'),
    ("word-regexp", 'w'),
    ("wrap", 'w'),
];

/// Resolves another name of a filter.
fn kind(name: &str) -> &str {
    match name {
        "egrep" | "fgrep" => "grep",
        "more" => "less",
        name => name,
    }
}

/// The file arguments of a filter.
pub(super) fn files(words: &[String]) -> Vec<&str> {
    let options = Options::read(words);
    let has_program = match kind(&words[0]) {
        "grep" | "sed" => !options.has('e'),
        "awk" | "jq" => true,
        "tr" => return Vec::new(),
        _ => false,
    };
    options.operands.into_iter().skip(usize::from(has_program)).collect()
}

/// Runs a filter on texts, each with its file name. Neither slice may be empty.
pub fn filter(words: &[String], texts: &[(String, String)]) -> Output {
    let name = words[0].as_str();
    let options = Options::read(words);
    if let Some(flag) = options.unknown {
        let known = FLAGS.iter().find(|(known, ..)| *known == kind(name));
        let known = known.map(|(_, plain, valued)| format!("{plain}{valued}")).unwrap_or_default();
        let letters: Vec<String> = known.chars().map(|letter| format!("-{letter}")).collect();
        let note = format!(
            "{name}: {flag} is not supported in this shell, which has {}\n",
            letters.join(" ")
        );
        return Output::failure(2, note);
    }
    let text: String = texts.iter().map(|(_, text)| text.as_str()).collect();
    match kind(name) {
        "awk" => awk::awk(&options, &text),
        "base64" if options.has('d') => match base64::decode(&text) {
            Some(text) => Output::print(text),
            None => Output::complaint("base64: invalid input\n"),
        },
        "base64" => {
            Output::print(wrapped(&base64::encode(text.as_bytes()), options.number('w', 76)))
        }
        "cut" => cut(&options, &text),
        "grep" => grep(name, &options, texts),
        "head" | "tail" => ends(name, &options, texts),
        "jq" => jq::jq(&options, &text),
        "sed" => sed::sed(&options, &text),
        "sort" => sort(&options, &text),
        "tac" => {
            Output::print(text.lines().rev().map(|line| format!("{line}\n")).collect::<String>())
        }
        "tr" => tr(&options, &text),
        "uniq" => uniq(&options, &text),
        "wc" => wc(&options, texts),
        _ if options.has('n') => {
            let lines = (1..).zip(text.lines());
            let lines = lines.map(|(number, line): (u32, _)| format!("{number:6}\t{line}\n"));
            Output::print(lines.collect::<String>())
        }
        _ => Output::print(text),
    }
}

fn wrapped(text: &str, width: usize) -> String {
    if width == 0 {
        return text.into();
    }
    let letters: Vec<char> = text.chars().collect();
    letters.chunks(width).map(|line| line.iter().collect::<String>() + "\n").collect()
}
