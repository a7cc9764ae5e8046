//! Splits a template into words (`text/template/parse/lex.go`).

/// A word within an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name: a keyword, a function, `true`, `false`, `nil`.
    Name,
    /// `.` followed by a name.
    Field,
    /// `$`, optionally followed by a name.
    Variable,
    Dot,
    Number,
    /// A quoted string, including its quotes.
    Text,
    Blank,
    /// `(`, `)`, `|`, `,`, `=`, and `:=`.
    Mark,
}

/// A word, and the byte offset where it begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word<'t> {
    pub(super) kind: Kind,
    pub(super) text: &'t str,
    pub(super) at: usize,
}

/// Literal text, or the words of an action.
pub(super) enum Part<'t> {
    Text(&'t str),
    Action(Vec<Word<'t>>, usize),
}

/// An error, and its byte offset.
pub(super) type Problem = (usize, String);

/// Splits a template into text and actions.
pub(super) fn parts(text: &str) -> Result<Vec<Part<'_>>, Problem> {
    let (mut parts, mut at, mut trims) = (Vec::new(), 0, false);
    while at < text.len() {
        let rest = &text[at..];
        let Some(open) = rest.find("{{") else {
            parts.push(Part::Text(if trims { rest.trim_start() } else { rest }));
            break;
        };
        let mut before = &rest[..open];
        let mut start = at + open + 2;
        let is_trimmed = text[start..].strip_prefix('-').is_some_and(|it| it.starts_with(is_blank));
        if trims {
            before = before.trim_start_matches(is_blank);
        }
        if is_trimmed {
            before = before.trim_end_matches(is_blank);
            start += 2;
        }
        if !before.is_empty() {
            parts.push(Part::Text(before));
        }
        if text[start..].starts_with("/*") {
            let end = text[start..].find("*/").ok_or((start, "unclosed comment".to_owned()))?;
            let after = &text[start + end + 2..];
            let blanks = after.len() - after.trim_start_matches(is_blank).len();
            let (rest, is_end_trimmed) = match after[blanks..].strip_prefix("-}}") {
                Some(rest) if blanks > 0 => (rest, true),
                _ => match after.strip_prefix("}}") {
                    Some(rest) => (rest, false),
                    None => {
                        return Err((start, "comment ends before closing delimiter".to_owned()));
                    }
                },
            };
            (at, trims) = (text.len() - rest.len(), is_end_trimmed);
            continue;
        }
        let (words, end, is_end_trimmed) = action(text, start)?;
        parts.push(Part::Action(words, start));
        (at, trims) = (end, is_end_trimmed);
    }
    Ok(parts)
}

fn is_blank(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | '\r' | '\n')
}

fn is_name(letter: char) -> bool {
    letter == '_' || letter.is_alphanumeric()
}

/// The words of an action, the offset of the text after it, and whether that text is trimmed.
fn action(text: &str, start: usize) -> Result<(Vec<Word<'_>>, usize, bool), Problem> {
    let (mut words, mut at, mut depth) = (Vec::new(), start, 0_usize);
    loop {
        let rest = &text[at..];
        let blanks = rest.len() - rest.trim_start_matches(is_blank).len();
        if blanks > 0 && rest[blanks..].starts_with("-}}") {
            return closed(words, at + blanks + 3, true, depth, at);
        }
        if rest.starts_with("}}") {
            return closed(words, at + 2, false, depth, at);
        }
        let unclosed = || (at, "unclosed action".to_owned());
        let first = rest.chars().next().ok_or_else(unclosed)?;
        let length_while = |is: fn(char) -> bool| rest.len() - rest.trim_start_matches(is).len();
        let name_after = |bytes: usize| {
            bytes + rest[bytes..].len() - rest[bytes..].trim_start_matches(is_name).len()
        };
        let (kind, length) = match first {
            _ if blanks > 0 => (Kind::Blank, blanks),
            '"' | '`' | '\'' => (Kind::Text, quoted(rest, first).map_err(|problem| (at, problem))?),
            '.' if rest[1..].starts_with(|it: char| it.is_ascii_digit()) => {
                (Kind::Number, length_while(is_digit))
            }
            '.' => match name_after(1) {
                1 => (Kind::Dot, 1),
                length => (Kind::Field, length),
            },
            '$' => (Kind::Variable, name_after(1)),
            '+' | '-' | '0'..='9' => {
                let sign = usize::from(!first.is_ascii_digit());
                let digits = rest[sign..].len() - rest[sign..].trim_start_matches(is_digit).len();
                if digits == 0 {
                    return Err((at, format!("bad number syntax: \"{first}\"")));
                }
                (Kind::Number, sign + digits)
            }
            ':' if rest.starts_with(":=") => (Kind::Mark, 2),
            ':' => return Err((at, "expected :=".into())),
            '(' | ')' | '|' | ',' | '=' => (Kind::Mark, 1),
            _ if is_name(first) => (Kind::Name, name_after(0)),
            _ => {
                let code = u32::from(first);
                return Err((
                    at,
                    format!("unexpected bad character U+{code:04X} '{first}' in command"),
                ));
            }
        };
        match (kind, first) {
            (Kind::Mark, '(') => depth += 1,
            (Kind::Mark, ')') => {
                depth = depth.checked_sub(1).ok_or((at, "unexpected right paren".to_owned()))?;
            }
            _ => {}
        }
        words.push(Word { kind, text: &rest[..length], at });
        at += length;
    }
}

fn is_digit(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_')
}

type Action<'t> = (Vec<Word<'t>>, usize, bool);

fn closed(
    words: Vec<Word<'_>>,
    end: usize,
    trims: bool,
    depth: usize,
    at: usize,
) -> Result<Action<'_>, Problem> {
    match depth {
        0 => Ok((words, end, trims)),
        _ => Err((at, "unclosed left paren".into())),
    }
}

/// The length of a quoted string, in bytes.
fn quoted(rest: &str, mark: char) -> Result<usize, String> {
    let mut is_escaped = false;
    for (index, letter) in rest.char_indices().skip(1) {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' if mark != '`' => is_escaped = true,
            '\n' if mark != '`' => break,
            _ if letter == mark => return Ok(index + 1),
            _ => {}
        }
    }
    Err(match mark {
        '`' => "unterminated raw quoted string".into(),
        '\'' => "unterminated character constant".into(),
        _ => "unterminated quoted string".into(),
    })
}

/// The value of a quoted string.
pub(super) fn unquoted(text: &str) -> String {
    let inner = text.get(1..text.len() - 1).unwrap_or("");
    if text.starts_with('`') {
        return inner.to_owned();
    }
    let (mut out, mut letters) = (String::new(), inner.chars());
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            out.push(letter);
            continue;
        }
        match letters.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some(digits @ ('x' | 'u' | 'U')) => {
                let count = match digits {
                    'x' => 2,
                    'u' => 4,
                    _ => 8,
                };
                let code: String = letters.by_ref().take(count).collect();
                let code = u32::from_str_radix(&code, 16).ok().and_then(char::from_u32);
                out.push(code.unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            Some(other) => out.push(other),
            None => {}
        }
    }
    out
}
