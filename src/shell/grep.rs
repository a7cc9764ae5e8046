//! `grep`.

use super::Output;
use super::options::Options;
use super::regex::{self, Regex};

pub(super) fn grep(name: &str, options: &Options<'_>, texts: &[(String, String)]) -> Output {
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

/// Prints the matching lines of a text and returns how many there are.
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

/// The matches of the expressions in a line: the first one, or all with `-o`.
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
