//! Builtin commands that print text.

use super::Output;

/// Quotes a word if necessary.
pub(super) fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,@%+".contains(c);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.into(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

/// Resolves the escapes of `$'...'`, `echo -e`, and `printf`.
pub(super) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out += &rest[..at];
        let after = &rest[at + 1..];
        let digits = |count: usize, radix: u32| {
            let is_digit = |c: char| c.is_digit(radix);
            after
                .chars()
                .skip(usize::from(radix == 16))
                .take(count)
                .take_while(|c| is_digit(*c))
                .count()
        };
        let (letter, length) = match after.as_bytes().first() {
            Some(b'n') => ('\n', 1),
            Some(b't') => ('\t', 1),
            Some(b'r') => ('\r', 1),
            Some(b'e' | b'E') => ('\u{1b}', 1),
            Some(b'a') => ('\u{7}', 1),
            Some(b'b') => ('\u{8}', 1),
            Some(first @ (b'\\' | b'\'' | b'"')) => (char::from(*first), 1),
            Some(b'x') if digits(2, 16) > 0 => {
                let length = 1 + digits(2, 16);
                (char::from(u8::from_str_radix(&after[1..length], 16).unwrap_or(b'?')), length)
            }
            Some(b'0'..=b'7') => {
                let length = digits(4, 8).clamp(1, if after.starts_with('0') { 4 } else { 3 });
                let code = u32::from_str_radix(&after[..length], 8).unwrap_or(0);
                (char::from(code.min(255) as u8), length)
            }
            _ => ('\\', 0),
        };
        out.push(letter);
        rest = &after[length..];
    }
    out + rest
}

pub(super) fn echo(words: &[String]) -> String {
    let (mut ends, mut escapes, mut rest) = ("\n", false, words);
    while let [flag, more @ ..] = rest
        && let Some(letters) = flag.strip_prefix('-')
        && !letters.is_empty()
        && letters.chars().all(|letter| "neE".contains(letter))
    {
        rest = more;
        ends = if letters.contains('n') { "" } else { ends };
        escapes |= letters.contains('e');
    }
    let text = rest.join(" ");
    let text = if escapes { unescape(&text) } else { text };
    text + ends
}

pub(super) fn printf(words: &[String]) -> Output {
    let Some((format, mut arguments)) = words.split_first() else {
        return Output::failure(2, "printf: usage: printf [-v var] format [arguments]\n");
    };
    let format = unescape(format);
    let mut text = String::new();
    loop {
        let before = arguments.len();
        let mut rest = format.as_str();
        while let Some(at) = rest.find('%') {
            text += &rest[..at];
            let spec = &rest[at + 1..];
            let end =
                spec.find(|c: char| !c.is_ascii_digit() && !"-.".contains(c)).unwrap_or(spec.len());
            let Some(kind) = spec[end..].chars().next() else {
                text.push('%');
                rest = "";
                break;
            };
            rest = &spec[end + kind.len_utf8()..];
            if kind == '%' {
                text.push('%');
                continue;
            }
            let argument = arguments.first().map(String::as_str).unwrap_or_default();
            arguments = arguments.get(1..).unwrap_or_default();
            let value = match kind {
                'd' | 'i' => argument.trim().parse::<i64>().unwrap_or(0).to_string(),
                'b' => unescape(argument),
                _ => argument.to_owned(),
            };
            let width: usize = spec[..end]
                .trim_start_matches('-')
                .split('.')
                .next()
                .unwrap_or("")
                .parse()
                .unwrap_or(0);
            let blanks = " ".repeat(width.min(1_000).saturating_sub(value.chars().count()));
            let zeros = spec.starts_with('0') && kind == 'd';
            text += &match (spec.starts_with('-'), zeros) {
                (true, _) => value + &blanks,
                (_, true) => blanks.replace(' ', "0") + &value,
                _ => blanks + &value,
            };
        }
        text += rest;
        if arguments.is_empty() || arguments.len() == before || text.len() > super::OUTPUT_MAX {
            return Output::print(text);
        }
    }
}

pub(super) fn seq(words: &[String]) -> Output {
    let (mut separator, mut rest) = ("\n", words);
    if let [flag, more @ ..] = rest
        && let Some(text) = flag.strip_prefix("-s")
    {
        (separator, rest) = match (text.is_empty(), more) {
            (true, [text, more @ ..]) => (text.as_str(), more),
            _ => (text, more),
        };
    }
    let numbers: Option<Vec<i64>> = rest.iter().map(|word| word.parse().ok()).collect();
    let (first, step, last) = match numbers.as_deref() {
        Some([last]) => (1, 1, *last),
        Some([first, last]) => (*first, 1, *last),
        Some([first, step, last]) if *step != 0 => (*first, *step, *last),
        _ => return Output::complaint("seq: use integers, as in seq 0 2\n"),
    };
    let mut lines: Vec<String> = Vec::new();
    let mut number = first;
    while (step > 0 && number <= last) || (step < 0 && number >= last) {
        lines.push(number.to_string());
        number = number.saturating_add(step);
        if lines.len() >= super::COMMANDS_MAX as usize {
            break;
        }
    }
    let end = if lines.is_empty() { "" } else { "\n" };
    Output::print(lines.join(separator) + end)
}

pub(super) fn base_name(words: &[String], is_name: bool) -> Output {
    let Some(path) = words.first() else { return Output::complaint("missing operand\n") };
    let path = path.trim_end_matches('/');
    let text = match path.rsplit_once('/') {
        Some((_, name)) if is_name => {
            name.strip_suffix(words.get(1).map_or("", String::as_str)).unwrap_or(name)
        }
        Some((folder, _)) => {
            if folder.is_empty() {
                "/"
            } else {
                folder
            }
        }
        None if is_name => {
            path.strip_suffix(words.get(1).map_or("", String::as_str)).unwrap_or(path)
        }
        None => ".",
    };
    Output::print(format!("{text}\n"))
}
