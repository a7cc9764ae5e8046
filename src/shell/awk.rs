//! `awk`: `PATTERN { print $1, "text", $NF }`, where the pattern is `/A/`, `$2 == "x"`, `NR > 1`, or the like.

use super::options::Options;
use super::regex::Regex;
use super::{Comparison, Output, text};

/// The error for anything else.
const NOTE: &str = "awk: not supported in this shell, which has PATTERN { print ITEM, ITEM } with $1, $NF, NR, NF, and \
                    \"text\"; a pattern is /A/ or compares two items\n";

#[derive(Clone, Debug, PartialEq)]
enum Item {
    Text(String),
    /// `$N`; 0 is the line.
    Field(usize),
    /// `$NF`, `$(NF-N)`
    FieldFromEnd(usize),
    Line,
    Fields,
    /// The comma between two items.
    Comma,
}

enum Pattern {
    Always,
    Match(Option<Item>, bool, Regex),
    Compare(Item, Comparison, Item),
}

/// Runs `awk`.
pub(super) fn awk(options: &Options<'_>, text: &str) -> Output {
    let Some(program) = options.operands.first() else {
        return Output::failure(2, "Usage: awk [-F fs] 'program' [file ...]\n");
    };
    let Some(rules) = rules(program.trim()) else { return Output::failure(2, NOTE) };
    let separator = options.value('F').map(text::unescape);
    let separator = match separator.as_deref().map(|text| (text, Regex::new(text, true, false))) {
        None | Some((" ", _)) => None,
        // A single character is literal.
        Some((text, _)) if text.chars().count() == 1 => Some(Regex::literal(text, false)),
        Some((_, Ok(expression))) => Some(expression),
        Some((_, Err(error))) => return Output::failure(2, format!("awk: {error}\n")),
    };
    let mut out = String::new();
    for (index, line) in text.lines().enumerate() {
        let record = Record { line, fields: split(line, separator.as_ref()), number: index + 1 };
        for (pattern, items) in &rules {
            if record.matches(pattern) {
                out += &record.print(items);
                out.push('\n');
            }
        }
        if out.len() > super::OUTPUT_MAX {
            break;
        }
    }
    Output::print(out)
}

fn split(line: &str, separator: Option<&Regex>) -> Vec<String> {
    let Some(separator) = separator else {
        return line.split_ascii_whitespace().map(str::to_owned).collect();
    };
    let letters: Vec<char> = line.chars().collect();
    let (mut fields, mut from) = (Vec::new(), 0);
    while let Some((Some(start), Some(end))) =
        separator.find(&letters, from).map(|it| (it[0], it[1]))
    {
        if end == start {
            break;
        }
        fields.push(letters[from..start].iter().collect());
        from = end;
    }
    fields.push(letters[from..].iter().collect());
    fields
}

struct Record<'t> {
    line: &'t str,
    fields: Vec<String>,
    number: usize,
}

impl Record<'_> {
    fn text(&self, item: &Item) -> String {
        let field = |index: Option<usize>| index.and_then(|index| self.fields.get(index)).cloned();
        match item {
            Item::Text(text) => text.clone(),
            Item::Field(0) => self.line.into(),
            Item::Field(number) => field(Some(number - 1)).unwrap_or_default(),
            Item::FieldFromEnd(back) => {
                field(self.fields.len().checked_sub(back + 1)).unwrap_or_default()
            }
            Item::Line => self.number.to_string(),
            Item::Fields => self.fields.len().to_string(),
            Item::Comma => " ".into(),
        }
    }

    fn print(&self, items: &[Item]) -> String {
        items.iter().map(|item| self.text(item)).collect()
    }

    fn matches(&self, pattern: &Pattern) -> bool {
        match pattern {
            Pattern::Always => true,
            Pattern::Match(item, is_wanted, expression) => {
                let text = self.text(item.as_ref().unwrap_or(&Item::Field(0)));
                let letters: Vec<char> = text.chars().collect();
                expression.find(&letters, 0).is_some() == *is_wanted
            }
            Pattern::Compare(one, operator, other) => {
                let (one, other) = (self.text(one), self.text(other));
                let numbers = one.parse::<i64>().ok().zip(other.parse::<i64>().ok());
                let order = numbers.map_or_else(|| one.cmp(&other), |(one, other)| one.cmp(&other));
                operator.is_true_of(order)
            }
        }
    }
}

/// The rules of a program: a pattern and the items to print.
fn rules(mut program: &str) -> Option<Vec<(Pattern, Vec<Item>)>> {
    let mut rules = Vec::new();
    while !program.is_empty() {
        let open = outside(program, '{').unwrap_or(program.len());
        let pattern = pattern(program[..open].trim())?;
        let rest = &program[open..];
        let (body, rest) = match rest.strip_prefix('{') {
            Some(rest) => rest.split_at_checked(outside(rest, '}')?)?,
            None => ("print", "}"),
        };
        program = rest[1..].trim_start_matches([' ', ';', '\n', '\t']);
        for statement in pieces(body, ';') {
            let statement = statement.trim();
            if !statement.is_empty() {
                let items = statement.strip_prefix("print")?;
                rules.push((
                    pattern.as_ref().map_or(Pattern::Always, Pattern::copy),
                    items_of(items)?,
                ));
            }
        }
    }
    Some(rules)
}

impl Pattern {
    fn copy(&self) -> Pattern {
        match self {
            Pattern::Always => Pattern::Always,
            Pattern::Match(item, wanted, expression) => {
                Pattern::Match(item.clone(), *wanted, expression.clone())
            }
            Pattern::Compare(one, operator, other) => {
                Pattern::Compare(one.clone(), *operator, other.clone())
            }
        }
    }
}

/// The position of a character outside strings and regular expressions.
fn outside(text: &str, wanted: char) -> Option<usize> {
    let mut inside = None;
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => drop(letters.next()),
            letter if inside == Some(letter) => inside = None,
            letter if inside.is_none() && letter == wanted => return Some(at),
            '"' | '/' if inside.is_none() => inside = Some(letter),
            _ => {}
        }
    }
    None
}

/// Splits at a character, except in strings and regular expressions.
fn pieces(mut text: &str, mark: char) -> Vec<&str> {
    let mut all = Vec::new();
    while let Some(at) = outside(text, mark) {
        all.push(&text[..at]);
        text = &text[at + mark.len_utf8()..];
    }
    all.push(text);
    all
}

/// Reads a pattern. `Some(None)` always matches; `None` is unsupported syntax.
#[expect(clippy::option_option, reason = "the outer one tells whether the syntax is supported")]
fn pattern(text: &str) -> Option<Option<Pattern>> {
    if text.is_empty() {
        return Some(None);
    }
    let expression = |text: &str| {
        let text = text.trim().strip_prefix('/')?.strip_suffix('/')?;
        Regex::new(text, true, false).ok()
    };
    if let Some(rest) = text.strip_prefix('!').filter(|rest| rest.trim().starts_with('/')) {
        return Some(Some(Pattern::Match(None, false, expression(rest)?)));
    }
    if text.starts_with('/') {
        return Some(Some(Pattern::Match(None, true, expression(text)?)));
    }
    for (sign, is_wanted) in [("!~", false), ("~", true)] {
        if let Some((one, other)) = text.split_once(sign) {
            let expression = expression(other)?;
            return Some(Some(Pattern::Match(Some(single(one)?), is_wanted, expression)));
        }
    }
    let found = |(sign, operator)| Some((operator, text.split_once(sign)?));
    let (operator, (one, other)) = Comparison::SIGNS.into_iter().find_map(found)?;
    Some(Some(Pattern::Compare(single(one)?, operator, single(other.trim())?)))
}

fn single(text: &str) -> Option<Item> {
    match items_of(text)?.as_slice() {
        [item] => Some(item.clone()),
        _ => None,
    }
}

/// The items after `print`.
fn items_of(text: &str) -> Option<Vec<Item>> {
    let mut rest = text.trim();
    if let Some(inner) = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        rest = inner.trim();
    }
    let mut items = Vec::new();
    while !rest.is_empty() {
        let word_end =
            |text: &str| text.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(text.len());
        let (item, more) = if let Some(after) = rest.strip_prefix('"') {
            let end = outside_quote(after)?;
            (Item::Text(text::unescape(&after[..end])), &after[end + 1..])
        } else if let Some(after) = rest.strip_prefix(',') {
            (Item::Comma, after)
        } else if let Some(after) = rest.strip_prefix("$(NF-") {
            let (number, more) = after.split_once(')')?;
            (Item::FieldFromEnd(number.trim().parse().ok()?), more)
        } else if let Some(after) = rest.strip_prefix('$') {
            let (word, more) = after.split_at(word_end(after));
            (
                if word == "NF" { Item::FieldFromEnd(0) } else { Item::Field(word.parse().ok()?) },
                more,
            )
        } else {
            let (word, more) = rest.split_at(word_end(rest));
            let item = match word {
                "NR" => Item::Line,
                "NF" => Item::Fields,
                word => Item::Text(word.parse::<i64>().ok()?.to_string()),
            };
            (item, more)
        };
        items.push(item);
        rest = more.trim_start();
    }
    Some(if items.is_empty() { vec![Item::Field(0)] } else { items })
}

/// The position of the closing quote.
fn outside_quote(text: &str) -> Option<usize> {
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => drop(letters.next()),
            '"' => return Some(at),
            _ => {}
        }
    }
    None
}
