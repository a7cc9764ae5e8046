//! The flags and operands of filters.

/// The flags of each filter: without a value, and with one.
pub(super) const FLAGS: &[(&str, &str, &str)] = &[
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

/// The flags and operands of a command.
pub(super) struct Options<'w> {
    flags: Vec<(char, &'w str)>,
    /// The operands.
    pub(super) operands: Vec<&'w str>,
    /// An unknown flag.
    pub(super) unknown: Option<&'w str>,
}

impl<'w> Options<'w> {
    pub(super) fn read(words: &'w [String]) -> Options<'w> {
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
            let number = word
                .strip_prefix('-')
                .filter(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()));
            if let (Some(number), "head" | "tail") = (number, name) {
                options.flags.push(('n', number));
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
pub(super) fn kind(name: &str) -> &str {
    match name {
        "egrep" | "fgrep" => "grep",
        "more" => "less",
        name => name,
    }
}
