//! Parses the words of a template into actions (`text/template/parse/parse.go`).

use super::functions::is_function;
use super::lex::{self, Kind, Part, Word, unquoted};
use super::tree::{Command, Of, Operand, Parsed, Piece, Pipe, number};
use crate::map::Map;

/// The maximum nesting depth of actions and parentheses.
const MOST_DEPTH: usize = 50;

/// An error, and its byte offset.
type Problem = lex::Problem;

/// What ended a list of pieces.
#[derive(PartialEq)]
enum End {
    /// The end of the text.
    Text,
    /// `end`.
    Closed,
    /// `else`, and the words after it.
    Else,
}

struct Parser<'t> {
    text: &'t str,
    parts: std::vec::IntoIter<Part<'t>>,
    /// The words after `else`, which begin another action.
    pending: Option<(Vec<Word<'t>>, usize)>,
    variables: Vec<String>,
    defined: Map<String, Vec<Piece>>,
    depth: usize,
    ranges: usize,
}

/// Parses a template.
///
/// # Errors
/// The line number and the error, as in `:1: unexpected EOF`.
pub(super) fn parse(text: &str) -> Result<Parsed, String> {
    let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let mut parsed = Parsed { lines, ..Parsed::default() };
    let read = || {
        let parts = lex::parts(text)?.into_iter();
        let variables = vec!["$".to_owned()];
        let mut parser = Parser {
            text,
            parts,
            pending: None,
            variables,
            defined: Map::new(),
            depth: 0,
            ranges: 0,
        };
        let (pieces, end) = parser.list()?;
        match end {
            End::Text => Ok((pieces, parser.defined)),
            End::Closed => Err((text.len(), "unexpected {{end}}".to_owned())),
            End::Else => Err((text.len(), "unexpected {{else}}".to_owned())),
        }
    };
    match read() {
        Ok((pieces, defined)) => {
            (parsed.pieces, parsed.defined) = (pieces, defined);
            Ok(parsed)
        }
        Err((at, problem)) => Err(format!(":{}: {problem}", parsed.place(at).0)),
    }
}

impl<'t> Parser<'t> {
    fn deeper(&mut self, at: usize) -> Result<(), Problem> {
        self.depth += 1;
        match self.depth > MOST_DEPTH {
            true => Err((at, "too deeply nested here".into())),
            false => Ok(()),
        }
    }

    /// The pieces up to an `end` or `else`.
    fn list(&mut self) -> Result<(Vec<Piece>, End), Problem> {
        let mut pieces = Vec::new();
        loop {
            let (words, at) = match self.parts.next() {
                None => return Ok((pieces, End::Text)),
                Some(Part::Text(text)) => {
                    pieces.push(Piece::Text(text.to_owned()));
                    continue;
                }
                Some(Part::Action(words, at)) => (words, at),
            };
            let words = trimmed(words);
            let (first, rest) = match words.split_first() {
                None => return Err((at, "missing value for command".into())),
                Some((first, rest)) => (*first, rest),
            };
            let keyword = if first.kind == Kind::Name { first.text } else { "" };
            match keyword {
                "end" if rest.is_empty() => return Ok((pieces, End::Closed)),
                "else" => {
                    let rest = trimmed(rest.to_vec());
                    self.pending = (!rest.is_empty()).then_some((rest, at));
                    return Ok((pieces, End::Else));
                }
                _ => pieces.extend(self.action(keyword, &words, rest, at)?),
            }
        }
    }

    fn action(
        &mut self,
        keyword: &str,
        words: &[Word<'t>],
        rest: &[Word<'t>],
        at: usize,
    ) -> Result<Option<Piece>, Problem> {
        Ok(Some(match keyword {
            "if" | "with" | "range" => self.control(keyword, rest, at)?,
            "break" | "continue" if rest.is_empty() => {
                if self.ranges == 0 {
                    return Err((at, format!("{{{{{keyword}}}}} outside {{{{range}}}}")));
                }
                if keyword == "break" { Piece::Break } else { Piece::Continue }
            }
            "template" | "define" | "block" => return self.named(keyword, rest, at),
            _ => Piece::Print(self.pipe(words, "command", at)?),
        }))
    }

    /// `if`, `with`, and `range`.
    fn control(&mut self, keyword: &str, words: &[Word<'t>], at: usize) -> Result<Piece, Problem> {
        self.deeper(at)?;
        let known = self.variables.len();
        let pipe = self.pipe(words, keyword, at)?;
        self.ranges += usize::from(keyword == "range");
        let (body, mut end) = self.list()?;
        self.ranges -= usize::from(keyword == "range");
        let mut other = Vec::new();
        if end == End::Else {
            match self.pending.take() {
                None => (other, end) = self.list()?,
                Some((words, at)) => {
                    let next = words.first().map_or("", |word| word.text);
                    if next != keyword || keyword == "range" {
                        return Err((at, format!("unexpected <{next}> in input")));
                    }
                    // The `end` of the whole also ends `else if`.
                    other.push(self.control(keyword, words.get(1..).unwrap_or_default(), at)?);
                    end = End::Closed;
                }
            }
        }
        self.variables.truncate(known);
        self.depth -= 1;
        match end {
            End::Closed => {}
            End::Text => return Err((self.text.len(), "unexpected EOF".into())),
            End::Else => return Err((at, "expected end; found {{else}}".into())),
        }
        Ok(match keyword {
            "if" => Piece::If(pipe, body, other),
            "with" => Piece::With(pipe, body, other),
            _ => Piece::Range(pipe, body, other),
        })
    }

    /// `template`, `define`, and `block`.
    fn named(
        &mut self,
        keyword: &str,
        words: &[Word<'t>],
        at: usize,
    ) -> Result<Option<Piece>, Problem> {
        let words = trimmed(words.to_vec());
        let (name, rest) = match words.split_first() {
            Some((name, rest)) if name.kind == Kind::Text => {
                (unquoted(name.text), trimmed(rest.to_vec()))
            }
            Some((other, _)) => {
                return Err((at, format!("unexpected \"{}\" in {keyword} clause", other.text)));
            }
            None => return Err((at, format!("unexpected \"}}}}\" in {keyword} clause"))),
        };
        let pipe = match rest.is_empty() {
            true => None,
            false => Some(self.pipe(&rest, keyword, at)?),
        };
        if keyword != "template" {
            self.deeper(at)?;
            let outer = std::mem::replace(&mut self.variables, vec!["$".to_owned()]);
            let (pieces, end) = self.list()?;
            (self.variables, self.depth) = (outer, self.depth - 1);
            if end != End::Closed {
                return Err((self.text.len(), "unexpected EOF".into()));
            }
            self.defined.insert(name.clone(), pieces);
        }
        Ok((keyword != "define").then_some(Piece::Template(name, pipe, at)))
    }

    /// Parses a pipeline; `of` is the action that it belongs to.
    fn pipe(&mut self, words: &[Word<'t>], of: &str, at: usize) -> Result<Pipe, Problem> {
        self.deeper(at)?;
        let solid: Vec<&Word<'t>> = words.iter().filter(|word| word.kind != Kind::Blank).collect();
        let (mut variables, mut declares, mut start) = (Vec::new(), false, 0);
        let is_mark = |index: usize, marks: &[&str]| {
            solid
                .get(index)
                .is_some_and(|word| word.kind == Kind::Mark && marks.contains(&word.text))
        };
        let is_variable =
            |index: usize| solid.get(index).is_some_and(|word| word.kind == Kind::Variable);
        let count = match () {
            () if is_variable(0) && is_mark(1, &[":=", "="]) => 1,
            () if of == "range"
                && is_variable(0)
                && is_mark(1, &[","])
                && is_variable(2)
                && is_mark(3, &[":=", "="]) =>
            {
                2
            }
            () => 0,
        };
        if count > 0 {
            let mark = solid[2 * count - 1];
            declares = mark.text == ":=";
            for index in 0..count {
                variables.push(solid[2 * index].text.to_owned());
            }
            start = mark.at + mark.text.len();
        }
        if let Some(name) =
            variables.iter().find(|name| !declares && !self.variables.contains(name))
        {
            return Err((at, format!("undefined variable \"{name}\"")));
        }
        let rest: Vec<Word<'t>> = words.iter().filter(|word| word.at >= start).copied().collect();
        let mut commands = Vec::new();
        for words in split(&rest) {
            commands.push(self.command(&trimmed(words.to_vec()), of, at)?);
        }
        let is_empty = |command: &Command| command.words.is_empty();
        if commands.iter().any(is_empty) {
            return Err((at, format!("missing value for {of}")));
        }
        let is_value = |command: &Command| {
            !matches!(
                command.words[0].of,
                Of::Function(_) | Of::Dot | Of::Variable(_) | Of::Pipe(_)
            )
        };
        if let Some(stage) = commands.iter().skip(1).position(is_value) {
            return Err((at, format!("non executable command in pipeline stage {}", stage + 2)));
        }
        if declares {
            self.variables.extend(variables.iter().cloned());
        }
        self.depth -= 1;
        Ok(Pipe { variables, declares, commands })
    }

    fn command(&mut self, words: &[Word<'t>], of: &str, at: usize) -> Result<Command, Problem> {
        let mut command = Command { words: Vec::new(), source: source(self.text, words) };
        let mut index = 0;
        let mut follows_blank = true;
        while let Some(word) = words.get(index) {
            let start = index;
            let end = if word.text == "(" && word.kind == Kind::Mark {
                closing(words, index)
            } else {
                index
            };
            index = end + 1;
            let last = command.words.last_mut().filter(|_| !follows_blank);
            follows_blank = word.kind == Kind::Blank;
            let operand = match (word.kind, last) {
                (Kind::Blank, _) => continue,
                (Kind::Field, Some(last)) => {
                    if last.fields.is_empty()
                        || matches!(last.of, Of::Dot) && last.fields.len() == 1
                    {
                        last.at = word.at;
                    }
                    last.fields.push(word.text.trim_start_matches('.').to_owned());
                    last.source += word.text;
                    continue;
                }
                (_, Some(_)) => {
                    return Err((at, format!("unexpected \"{}\" in operand", word.text)));
                }
                _ if end > start => {
                    let source =
                        self.text.get(word.at..words[end].at + 1).unwrap_or("(").to_owned();
                    let inner = words.get(start + 1..end).unwrap_or_default();
                    let pipe = self.pipe(inner, "parenthesized pipeline", at)?;
                    Operand { of: Of::Pipe(pipe), fields: Vec::new(), source, at: word.at }
                }
                _ => self.operand(word, of, at)?,
            };
            command.words.push(operand);
        }
        Ok(command)
    }

    fn operand(&mut self, word: &Word<'t>, of: &str, at: usize) -> Result<Operand, Problem> {
        let mut fields = Vec::new();
        let source = word.text.to_owned();
        let of = match word.kind {
            Kind::Dot => Of::Dot,
            Kind::Field => {
                fields.push(word.text.trim_start_matches('.').to_owned());
                Of::Dot
            }
            Kind::Text if word.text.starts_with('\'') => Of::Int(
                unquoted(word.text).chars().next().map_or(0, |letter| u32::from(letter).into()),
            ),
            Kind::Text => Of::Text(unquoted(word.text)),
            Kind::Number => {
                number(word.text).ok_or((at, format!("bad number syntax: \"{}\"", word.text)))?
            }
            Kind::Variable => match self.variables.iter().any(|known| known == word.text) {
                true => Of::Variable(word.text.to_owned()),
                false => return Err((at, format!("undefined variable \"{}\"", word.text))),
            },
            Kind::Name => match word.text {
                "nil" => Of::Nil,
                "true" | "false" => Of::Bool(word.text == "true"),
                name if is_function(name) => Of::Function(name.to_owned()),
                name => return Err((at, format!("function \"{name}\" not defined"))),
            },
            _ => return Err((at, format!("unexpected \"{}\" in {of}", word.text))),
        };
        Ok(Operand { of, fields, source, at: word.at })
    }
}

/// Strips blanks from both ends.
fn trimmed(mut words: Vec<Word<'_>>) -> Vec<Word<'_>> {
    while words.last().is_some_and(|word| word.kind == Kind::Blank) {
        words.pop();
    }
    let start = words.iter().position(|word| word.kind != Kind::Blank).unwrap_or(words.len());
    words.drain(..start);
    words
}

/// Splits at each `|` outside parentheses.
fn split<'w, 't>(words: &'w [Word<'t>]) -> Vec<&'w [Word<'t>]> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    for (index, word) in words.iter().enumerate().filter(|(_, word)| word.kind == Kind::Mark) {
        match word.text {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            "|" if depth == 0 => {
                parts.push(&words[start..index]);
                start = index + 1;
            }
            _ => {}
        }
    }
    parts.push(&words[start..]);
    parts
}

/// The index of the parenthesis that closes the one at `open`.
fn closing(words: &[Word<'_>], open: usize) -> usize {
    let mut depth = 0_usize;
    for (index, word) in
        words.iter().enumerate().skip(open).filter(|(_, word)| word.kind == Kind::Mark)
    {
        match word.text {
            "(" => depth += 1,
            ")" if depth == 1 => return index,
            ")" => depth -= 1,
            _ => {}
        }
    }
    words.len().saturating_sub(1)
}

/// The source text of words.
fn source(text: &str, words: &[Word<'_>]) -> String {
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return String::new() };
    text.get(first.at..last.at + last.text.len()).unwrap_or("").to_owned()
}
