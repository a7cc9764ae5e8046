//! Commands that turn a text into another: `grep`, `head`, `sort` and the like.

use super::regex::{self, Regex};
use super::{Output, awk, base64, jq, sed};

/// The filters, sorted by name.
pub const FILTERS: &[&str] = &[
    "awk", "base64", "cat", "cut", "egrep", "fgrep", "grep", "head", "jq", "less", "more", "sed",
    "sort", "tac", "tail", "tr", "uniq", "wc",
];

/// The flags of each filter: those without a value, and those with one.
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
    /// What is no flag.
    pub(super) operands: Vec<&'w str>,
    /// A flag that is not known.
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

    /// Whether a flag is given.
    pub(super) fn has(&self, flag: char) -> bool {
        self.flags.iter().any(|(known, _)| *known == flag)
    }

    /// The value of a flag.
    pub(super) fn value(&self, flag: char) -> Option<&'w str> {
        self.flags.iter().rev().find(|(known, _)| *known == flag).map(|(_, value)| *value)
    }

    /// The value of a flag as a number.
    fn number(&self, flag: char, default: usize) -> usize {
        self.value(flag).and_then(|value| value.parse().ok()).unwrap_or(default)
    }

    /// The values of a flag that may come several times.
    pub(super) fn values(&self, flag: char) -> Vec<&'w str> {
        self.flags.iter().filter(|(known, _)| *known == flag).map(|(_, value)| *value).collect()
    }
}

/// Long flags with the short ones for which they stand; blank for those without effect here.
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

/// The filter for which another name stands.
fn kind(name: &str) -> &str {
    match name {
        "egrep" | "fgrep" => "grep",
        "more" => "less",
        name => name,
    }
}

/// The files that a filter names.
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

/// Runs a filter on texts, each with its name; there is at least one of both.
pub fn filter(words: &[String], texts: &[(String, String)]) -> Output {
    let name = words[0].as_str();
    let options = Options::read(words);
    if let Some(flag) = options.unknown {
        let known = FLAGS.iter().find(|(known, ..)| *known == kind(name));
        let known = known.map(|(_, plain, valued)| format!("{plain}{valued}")).unwrap_or_default();
        let letters: Vec<String> = known.chars().map(|letter| format!("-{letter}")).collect();
        let note =
            format!("{name}: {flag} is not part of this shell, which has {}\n", letters.join(" "));
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

fn grep(name: &str, options: &Options<'_>, texts: &[(String, String)]) -> Output {
    let mut patterns = options.values('e');
    if patterns.is_empty() {
        match options.operands.first() {
            Some(pattern) => patterns.push(pattern),
            None => return Output::failure(2, "Usage: grep [OPTION]... PATTERNS [FILE]...\n"),
        }
    }
    let is_fixed = options.has('F') || name == "fgrep";
    let is_extended = options.has('E') || name == "egrep";
    let mut expressions = Vec::new();
    for pattern in patterns.iter().flat_map(|pattern| pattern.split('\n')) {
        match is_fixed {
            true => expressions.push(Regex::literal(pattern, options.has('i'))),
            false => match Regex::new(pattern, is_extended, options.has('i')) {
                Ok(expression) => expressions.push(expression),
                Err(error) => return Output::failure(2, format!("grep: {error}\n")),
            },
        }
    }
    let mut output = Output::failure(1, "");
    for (file, text) in texts {
        let has_name = (texts.len() > 1 || options.has('H')) && !options.has('h');
        let head = if has_name { format!("{file}:") } else { String::new() };
        let found = grep_one(options, &expressions, text, &head, &mut output.stdout);
        if found > 0 {
            output.exit = 0;
        }
        if options.has('c') {
            output.stdout += &format!("{head}{found}\n");
        }
        if options.has('l') && found > 0 {
            output.stdout += &format!("{file}\n");
        }
    }
    output
}

/// Prints the lines of a text that match; how many do.
fn grep_one(
    options: &Options<'_>,
    expressions: &[Regex],
    text: &str,
    head: &str,
    out: &mut String,
) -> usize {
    let is_silent = "cqlL".chars().any(|flag| options.has(flag));
    let around = options.number('C', 0);
    let (before, after) = (options.number('B', around), options.number('A', around));
    let most = options.number('m', usize::MAX);
    let lines: Vec<&str> = text.lines().collect();
    let (mut count, mut printed, mut until) = (0, 0, 0);
    let label = |number: usize, sign: char| {
        let head = head.strip_suffix(':').map(|head| format!("{head}{sign}")).unwrap_or_default();
        if options.has('n') { format!("{head}{}{sign}", number + 1) } else { head }
    };
    for (number, line) in lines.iter().enumerate() {
        let letters: Vec<char> = line.chars().collect();
        let found = matches(options, expressions, &letters);
        let is_match = found.is_empty() == options.has('v') && count < most;
        if !is_match {
            if number < until && !is_silent {
                *out += &format!("{}{line}\n", label(number, '-'));
                printed = number + 1;
            }
            continue;
        }
        count += 1;
        if is_silent {
            continue;
        }
        let first = number.saturating_sub(before).max(printed);
        if first > printed && printed > 0 && before + after > 0 {
            *out += "--\n";
        }
        for (earlier, line) in lines.iter().enumerate().take(number).skip(first) {
            *out += &format!("{}{line}\n", label(earlier, '-'));
        }
        match options.has('o') && !options.has('v') {
            true => {
                for (start, end) in found {
                    let part: String = letters[start..end].iter().collect();
                    *out += &format!("{}{part}\n", label(number, ':'));
                }
            }
            false => *out += &format!("{}{line}\n", label(number, ':')),
        }
        printed = number + 1;
        until = number + 1 + after;
    }
    count
}

/// Where the expressions match a line: only the first place unless `-o` asks for all.
fn matches(options: &Options<'_>, expressions: &[Regex], line: &[char]) -> Vec<(usize, usize)> {
    let mut all = Vec::new();
    let mut from = 0;
    while from <= line.len() {
        let mut best: Option<(usize, usize)> = None;
        for expression in expressions {
            let mut at = from;
            while let Some((Some(start), Some(end))) =
                expression.find(line, at).map(|it| (it[0], it[1]))
            {
                let is_word = |at: Option<usize>| {
                    at.and_then(|at| line.get(at)).is_some_and(|c| regex::is_word(*c))
                };
                let is_alone = !(is_word(start.checked_sub(1)) || is_word(Some(end)));
                let is_whole = start == 0 && end == line.len();
                if (!options.has('w') || is_alone) && (!options.has('x') || is_whole) {
                    if best
                        .is_none_or(|(first, last)| start < first || start == first && end > last)
                    {
                        best = Some((start, end));
                    }
                    break;
                }
                at = start + 1;
            }
        }
        let Some((start, end)) = best else { break };
        if end > start || !options.has('o') {
            all.push((start, end));
        }
        if !options.has('o') {
            break;
        }
        from = end.max(start + 1);
    }
    all
}

fn ends(name: &str, options: &Options<'_>, texts: &[(String, String)]) -> Output {
    let mut out = String::new();
    for (number, (file, text)) in texts.iter().enumerate() {
        if texts.len() > 1 && !options.has('q') {
            out += if number > 0 { "\n" } else { "" };
            out += &format!("==> {file} <==\n");
        }
        let value = options.value('c').or(options.value('n')).unwrap_or("10");
        let (sign, digits) = match value.as_bytes().first() {
            Some(b'-' | b'+') => (&value[..1], &value[1..]),
            _ => ("", value),
        };
        let Ok(count) = digits.parse::<usize>() else {
            return Output::complaint(format!("{name}: invalid number of lines: '{value}'\n"));
        };
        let pieces: Vec<&str> = match options.has('c') {
            true => text.char_indices().map(|(at, c)| &text[at..at + c.len_utf8()]).collect(),
            false => text.split_inclusive('\n').collect(),
        };
        let total = pieces.len();
        let (first, last) = match (name, sign) {
            ("head", "-") => (0, total.saturating_sub(count)),
            ("head", _) => (0, count.min(total)),
            (_, "+") => (count.saturating_sub(1).min(total), total),
            _ => (total.saturating_sub(count), total),
        };
        out.extend(pieces[first..last].iter().copied());
    }
    Output::print(out)
}

/// The numbers of `-f 1,3-`, from 1; none if they can't be read.
fn ranges(text: &str) -> Option<Vec<(usize, usize)>> {
    let range = |range: &str| {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let first = if first.is_empty() { 1 } else { first.parse().ok()? };
        let last = if last.is_empty() { usize::MAX } else { last.parse().ok()? };
        (first > 0 && first <= last).then_some((first, last))
    };
    text.split(',').map(range).collect()
}

fn cut(options: &Options<'_>, text: &str) -> Output {
    let list = ["f", "c", "b"].iter().find_map(|flag| options.value(flag.chars().next()?));
    let Some(ranges) = list.and_then(ranges) else {
        return Output::complaint("cut: you must specify a list of bytes, characters, or fields\n");
    };
    let is_in =
        |number: usize| ranges.iter().any(|(first, last)| (*first..=*last).contains(&number));
    let delimiter = options.value('d').and_then(|text| text.chars().next()).unwrap_or('\t');
    let mut out = String::new();
    for line in text.lines() {
        if !options.has('f') {
            out.extend(
                (1..).zip(line.chars()).filter(|(number, _)| is_in(*number)).map(|(_, c)| c),
            );
        } else if !line.contains(delimiter) {
            if options.has('s') {
                continue;
            }
            out += line;
        } else {
            let fields = (1..).zip(line.split(delimiter)).filter(|(number, _)| is_in(*number));
            let fields: Vec<&str> = fields.map(|(_, field)| field).collect();
            out += &fields.join(delimiter.encode_utf8(&mut [0; 4]));
        }
        out.push('\n');
    }
    Output::print(out)
}

/// The number with which a text begins, in thousandths.
fn leading_number(text: &str) -> i64 {
    let text = text.trim_start();
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let end = digits.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(digits.len());
    let (whole, part) = digits[..end].split_once('.').unwrap_or((&digits[..end], ""));
    let part: String = part.chars().chain("000".chars()).take(3).collect();
    let whole = whole.parse::<i64>().unwrap_or(0).saturating_mul(1_000);
    whole.saturating_add(part.parse().unwrap_or(0)).saturating_mul(sign)
}

fn sort(options: &Options<'_>, text: &str) -> Output {
    let column = options.value('k').map_or("", |key| key.split([',', '.']).next().unwrap_or(""));
    let letters_end = column.find(|c: char| !c.is_ascii_digit()).unwrap_or(column.len());
    let (number, letters) = column.split_at(letters_end);
    let column: usize = number.parse().unwrap_or(0);
    let is_numeric = "nhV".chars().any(|flag| options.has(flag)) || letters.contains('n');
    let key = |line: &str| -> String {
        match (column.checked_sub(1), options.value('t')) {
            (None, _) => line.into(),
            (Some(column), Some(mark)) if !mark.is_empty() => {
                line.split(mark).nth(column).unwrap_or("").into()
            }
            (Some(column), _) => line.split_whitespace().nth(column).unwrap_or("").into(),
        }
    };
    let rank = |line: &str| {
        let key = key(line);
        let key = if options.has('f') { key.to_ascii_lowercase() } else { key };
        (if is_numeric { leading_number(&key) } else { 0 }, key)
    };
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_by_cached_key(|line| (rank(line), (*line).to_owned()));
    if options.has('u') {
        lines.dedup_by_key(|line| rank(line));
    }
    if options.has('r') || letters.contains('r') {
        lines.reverse();
    }
    Output::print(lines.iter().flat_map(|line| [line, "\n"]).collect::<String>())
}

fn uniq(options: &Options<'_>, text: &str) -> Output {
    let mut groups: Vec<(&str, usize)> = Vec::new();
    for line in text.lines() {
        match groups.last_mut() {
            Some((last, count)) if *last == line => *count += 1,
            _ => groups.push((line, 1)),
        }
    }
    groups.retain(|(_, count)| !(options.has('d') && *count < 2 || options.has('u') && *count > 1));
    let line = |(line, count): &(&str, usize)| match options.has('c') {
        true => format!("{count:7} {line}\n"),
        false => format!("{line}\n"),
    };
    Output::print(groups.iter().map(line).collect::<String>())
}

fn wc(options: &Options<'_>, texts: &[(String, String)]) -> Output {
    let counts =
        |text: &str| [text.matches('\n').count(), text.split_whitespace().count(), text.len()];
    let is_all = !"lwcm".chars().any(|flag| options.has(flag));
    let mut rows: Vec<(&str, [usize; 3])> =
        texts.iter().map(|(name, text)| (name.as_str(), counts(text))).collect();
    if rows.len() > 1 {
        let total = |at: usize| rows.iter().map(|(_, counts)| counts[at]).sum();
        rows.push(("total", [total(0), total(1), total(2)]));
    }
    let mut out = String::new();
    for (name, [lines, words, bytes]) in rows {
        let shown = [('l', lines), ('w', words), ('c', bytes)];
        let is_shown = |flag: char| is_all || options.has(flag) || flag == 'c' && options.has('m');
        let shown: Vec<String> = shown
            .iter()
            .filter(|(flag, _)| is_shown(*flag))
            .map(|(_, count)| count.to_string())
            .collect();
        let width = if shown.len() > 1 { 7 } else { 0 };
        let shown: Vec<String> = shown.iter().map(|count| format!("{count:>width$}")).collect();
        out += &shown.join(" ");
        if !name.is_empty() {
            out += " ";
            out += name;
        }
        out.push('\n');
    }
    Output::print(out)
}

/// The letters of a set of `tr`: ranges, classes and escapes.
fn letters(set: &str) -> Vec<char> {
    let set = super::builtins::unescape(set);
    let set =
        set.replace("[:lower:]", "a-z").replace("[:upper:]", "A-Z").replace("[:digit:]", "0-9");
    let set = set
        .replace("[:space:]", " \t\n\r")
        .replace("[:alpha:]", "A-Za-z")
        .replace("[:alnum:]", "A-Za-z0-9");
    let chars: Vec<char> = set.chars().collect();
    let mut rest = chars.as_slice();
    let mut all = Vec::new();
    while let [first, more @ ..] = rest {
        rest = match more {
            ['-', last, more @ ..] if first <= last && (*last as u32 - *first as u32) < 256 => {
                all.extend(*first..=*last);
                more
            }
            more => {
                all.push(*first);
                more
            }
        };
    }
    all
}

fn tr(options: &Options<'_>, text: &str) -> Output {
    let Some(first) = options.operands.first() else {
        return Output::complaint("tr: missing operand\n");
    };
    let from = letters(first);
    let to = options.operands.get(1).map(|set| letters(set)).unwrap_or_default();
    let is_in = |letter: char| from.contains(&letter) != (options.has('c') || options.has('C'));
    let mut out = String::new();
    let mut last = None;
    for letter in text.chars() {
        let mut new = letter;
        if is_in(letter) {
            if options.has('d') {
                continue;
            }
            let place = from.iter().position(|known| *known == letter).unwrap_or(usize::MAX);
            new = to.get(place).or(to.last()).copied().unwrap_or(letter);
            if options.has('s') && last == Some(new) {
                continue;
            }
        }
        last = is_in(letter).then_some(new);
        out.push(new);
    }
    Output::print(out)
}
