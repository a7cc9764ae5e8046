//! `head`, `tail`, `cut`, `sort`, `uniq`, `wc`, `tr`.

use super::Output;
use super::options::Options;

pub(super) fn ends(name: &str, options: &Options<'_>, texts: &[(String, String)]) -> Output {
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

/// The numbers of a list such as `1,3-`, which start at 1; `None` if it is invalid.
fn ranges(text: &str) -> Option<Vec<(usize, usize)>> {
    let range = |range: &str| {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let first = if first.is_empty() { 1 } else { first.parse().ok()? };
        let last = if last.is_empty() { usize::MAX } else { last.parse().ok()? };
        (first > 0 && first <= last).then_some((first, last))
    };
    text.split(',').map(range).collect()
}

pub(super) fn cut(options: &Options<'_>, text: &str) -> Output {
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

/// The number at the beginning of a text, in thousandths.
fn leading_number(text: &str) -> i64 {
    let text = text.trim_start();
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let end = digits.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(digits.len());
    let (whole, part) = digits[..end].split_once('.').unwrap_or((&digits[..end], ""));
    let part: String = part.chars().chain("000".chars()).take(3).collect();
    let whole = whole.parse::<i64>().unwrap_or(0).saturating_mul(1_000);
    whole.saturating_add(part.parse().unwrap_or(0)).saturating_mul(sign)
}

pub(super) fn sort(options: &Options<'_>, text: &str) -> Output {
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

pub(super) fn uniq(options: &Options<'_>, text: &str) -> Output {
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

pub(super) fn wc(options: &Options<'_>, texts: &[(String, String)]) -> Output {
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

/// The characters of a set of `tr`: ranges, classes, and escapes.
fn letters(set: &str) -> Vec<char> {
    let set = super::text::unescape(set);
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

pub(super) fn tr(options: &Options<'_>, text: &str) -> Output {
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
