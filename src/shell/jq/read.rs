//! The parser: from text to [`Filter`].

use super::{Comparison, DEPTH_MAX, Filter};
use crate::api::json::Value;

/// The functions without an argument.
const PLAIN: &[&str] = &[
    "first",
    "keys",
    "last",
    "length",
    "not",
    "paths",
    "sort",
    "to_entries",
    "tostring",
    "unique",
];
/// The functions with one.
const WITH_ARGUMENT: &[&str] =
    &["endswith", "has", "join", "map", "map_values", "select", "sort_by", "startswith"];

pub(super) struct Reader<'t> {
    /// The rest of the text.
    pub(super) rest: &'t str,
    depth: u32,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str) -> Reader<'t> {
        Reader { rest: text, depth: 0 }
    }

    fn take(&mut self, text: &str) -> bool {
        self.rest = self.rest.trim_start();
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn name(&mut self) -> &'t str {
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let end = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest;
        name
    }

    pub(super) fn pipe(&mut self) -> Option<Filter> {
        self.depth += 1;
        let mut filter = self.comma().filter(|_| self.depth < DEPTH_MAX)?;
        while self.take("|") {
            filter = Filter::Pipe(Box::new(filter), Box::new(self.comma()?));
        }
        self.depth -= 1;
        Some(filter)
    }

    fn comma(&mut self) -> Option<Filter> {
        let mut filter = self.compare()?;
        while self.take(",") {
            filter = Filter::Both(Box::new(filter), Box::new(self.compare()?));
        }
        Some(filter)
    }

    fn compare(&mut self) -> Option<Filter> {
        let one = self.path()?;
        match Comparison::SIGNS.into_iter().find(|(sign, _)| self.take(sign)) {
            Some((_, operator)) => {
                Some(Filter::Compare(Box::new(one), operator, Box::new(self.path()?)))
            }
            None => Some(one),
        }
    }

    fn path(&mut self) -> Option<Filter> {
        let mut filter = self.term()?;
        loop {
            let of = Box::new(filter);
            filter = if self.rest.starts_with('.') || self.rest.starts_with('[') {
                let has_dot = self.take(".");
                self.step(*of, has_dot)?
            } else {
                return Some(*of);
            };
        }
    }

    /// Reads what follows a dot: a key or brackets.
    fn step(&mut self, of: Filter, has_dot: bool) -> Option<Filter> {
        let of = Box::new(of);
        if self.rest.starts_with('[') {
            self.take("[");
            if self.take("]") {
                return Some(Filter::Each(of, self.take_mark()));
            }
            let filter = if self.rest.starts_with('"') {
                Filter::Key(of, self.plain_text()?, false)
            } else {
                let end = self.rest.find(']')?;
                let (number, rest) = self.rest.split_at(end);
                self.rest = rest;
                Filter::Index(of, number.trim().parse().ok()?)
            };
            return self.take("]").then_some(filter);
        }
        if !has_dot {
            return None;
        }
        let key = match self.rest.starts_with('"') {
            true => self.plain_text()?,
            false => self.name().to_owned(),
        };
        (!key.is_empty()).then(|| Filter::Key(of, key, self.take_mark()))
    }

    /// Takes the `?` after a step.
    fn take_mark(&mut self) -> bool {
        let is_next = self.rest.starts_with('?');
        self.rest = &self.rest[usize::from(is_next)..];
        is_next
    }

    fn plain_text(&mut self) -> Option<String> {
        match self.text()? {
            Filter::Text(parts) => {
                parts.into_iter().map(|(text, filter)| filter.is_none().then_some(text)).collect()
            }
            _ => None,
        }
    }

    /// Reads a quoted string.
    fn text(&mut self) -> Option<Filter> {
        self.rest = self.rest.strip_prefix('"')?;
        let mut parts = Vec::new();
        let mut text = String::new();
        loop {
            let at = self.rest.find(['"', '\\'])?;
            text += &self.rest[..at];
            let (mark, rest) = self.rest[at..].split_at(1);
            self.rest = rest;
            if mark == "\"" {
                parts.push((text, None));
                return Some(Filter::Text(parts));
            }
            let letter = self.rest.chars().next()?;
            self.rest = &self.rest[letter.len_utf8()..];
            match letter {
                '(' => {
                    let filter = self.pipe()?;
                    parts.push((std::mem::take(&mut text), Some(filter)));
                    self.take(")").then_some(())?;
                }
                'n' => text.push('\n'),
                't' => text.push('\t'),
                letter => text.push(letter),
            }
        }
    }

    fn term(&mut self) -> Option<Filter> {
        self.rest = self.rest.trim_start();
        if self.rest.starts_with('"') {
            return self.text();
        }
        if self.take("(") {
            let filter = self.pipe()?;
            return self.take(")").then_some(filter);
        }
        if self.take("[") {
            let inner = if self.take("]") { None } else { Some(Box::new(self.pipe()?)) };
            return (inner.is_none() || self.take("]")).then_some(Filter::List(inner));
        }
        if self.take("{") {
            return self.object();
        }
        if self.take(".") {
            let has_step =
                self.rest.starts_with(|c: char| c.is_ascii_alphabetic() || "_[\"".contains(c));
            return if has_step { self.step(Filter::Same, true) } else { Some(Filter::Same) };
        }
        if self.rest.starts_with(|c: char| c.is_ascii_digit() || c == '-') {
            let is_part = |c: char| c.is_ascii_digit() || c == '-';
            let end = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
            let (number, rest) = self.rest.split_at(end);
            self.rest = rest;
            return Some(Filter::Literal(Value::Int(number.parse().ok()?)));
        }
        for format in ["@base64d", "@base64"] {
            if self.take(format) {
                return Some(Filter::Call(format.into(), None));
            }
        }
        let name = self.name().to_owned();
        let argument = match name.is_empty() || !self.take("(") {
            true => None,
            false => {
                let argument = self.pipe()?;
                self.take(")").then_some(())?;
                Some(Box::new(argument))
            }
        };
        Some(match (name.as_str(), &argument) {
            ("true", None) => Filter::Literal(Value::Bool(true)),
            ("false", None) => Filter::Literal(Value::Bool(false)),
            ("null", None) => Filter::Literal(Value::Null),
            ("empty", None) => {
                Filter::Each(Box::new(Filter::Literal(Value::List(Vec::new()))), true)
            }
            (name, None) if PLAIN.contains(&name) => Filter::Call(name.into(), None),
            (name, Some(_)) if WITH_ARGUMENT.contains(&name) => Filter::Call(name.into(), argument),
            _ => return None,
        })
    }

    /// Reads an object after `{`.
    fn object(&mut self) -> Option<Filter> {
        let mut fields = Vec::new();
        loop {
            if self.take("}") {
                return Some(Filter::Object(fields));
            }
            let key = match self.rest.starts_with('"') {
                true => self.plain_text()?,
                false => self.name().to_owned(),
            };
            let value = match self.take(":") {
                true => self.compare()?,
                false => Filter::Key(Box::new(Filter::Same), key.clone(), false),
            };
            fields.push((key, value));
            if !self.take(",") && !self.rest.trim_start().starts_with('}') {
                return None;
            }
        }
    }
}
