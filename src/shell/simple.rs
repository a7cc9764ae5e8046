//! Simple commands: assignments, words, redirections, heredocs.

use super::parse::{Parser, Result, is_name};
use super::syntax::{Node, ParseError, Part, Redirect, Simple, Target, Word};
use super::words::plain;
use std::rc::Rc;

impl Parser<'_> {
    pub(super) fn simple(&mut self) -> Result<Node> {
        let mut simple = Simple::default();
        loop {
            self.skip_blanks();
            if let Some(redirect) = self.redirect()? {
                simple.redirects.push(redirect);
                continue;
            }
            if simple.words.is_empty()
                && let Some(assignment) = self.assignment()?
            {
                simple.assignments.push(assignment);
                continue;
            }
            let Some(word) = self.word()? else { break };
            let is_first = simple.words.is_empty() && simple.assignments.is_empty();
            if is_first && self.peek() == Some('(') {
                return self.function(&word);
            }
            simple.words.push(word);
        }
        match simple == Simple::default() {
            true => Err(self.unexpected()),
            false => Ok(Node::Simple(simple)),
        }
    }

    fn function(&mut self, name: &Word) -> Result<Node> {
        let name = plain(name).filter(|name| is_name(&name.replace('-', "_")));
        let Some(name) = name.filter(|_| self.take("(")) else { return Err(self.unexpected()) };
        self.close()?;
        self.skip_lines()?;
        match self.peek() {
            Some('{' | '(') => Ok(Node::Function(name, Rc::new(self.command()?))),
            _ => Err(self.unexpected()),
        }
    }

    /// `NAME=VALUE`
    fn assignment(&mut self) -> Result<Option<(String, Word)>> {
        let keyword = self.keyword();
        let Some((name, _)) = keyword.split_once('=').filter(|(name, _)| is_name(name)) else {
            return Ok(None);
        };
        self.at += name.len() + 1;
        if self.peek() == Some('(') {
            let message = "arrays are not supported in this shell: use a list of words, as in \
                           x=\"a b\"; for i in $x; do echo $i; done";
            return Err(ParseError::Syntax(message.into()));
        }
        Ok(Some((name.to_owned(), self.word()?.unwrap_or_default())))
    }

    pub(super) fn redirect(&mut self) -> Result<Option<Redirect>> {
        let rest = self.rest();
        let (from, length) = match rest.as_bytes() {
            [digit @ b'0'..=b'2', b'<' | b'>', ..] => (Some(digit - b'0'), 1),
            [b'&', b'>', ..] => (Some(3), 1),
            [b'<', b'(', ..] => return Ok(None),
            [b'<' | b'>', ..] => (None, 0),
            _ => return Ok(None),
        };
        self.at += length;
        for (operator, default) in
            [("<<<", 0), ("<<", 0), ("<", 0), (">>", 1), (">&", 1), (">|", 1), (">", 1)]
        {
            if self.take(operator) {
                let to = self.target(operator)?;
                return Ok(Some(Redirect { from: from.unwrap_or(default), to }));
            }
        }
        Ok(None)
    }

    fn target(&mut self, operator: &str) -> Result<Target> {
        let is_indented = operator == "<<" && self.take("-");
        self.skip_blanks();
        let start = self.at;
        let Some(mut word) = self.word()? else { return Err(self.unexpected()) };
        Ok(match operator {
            "<<" => {
                let source = &self.text[start..self.at];
                let quotes = ['\'', '"', '\\'];
                let is_quoted = source.contains(quotes);
                self.heredoc(&source.replace(quotes, ""), is_quoted, is_indented)
                    .map(Target::Text)?
            }
            "<<<" => {
                word.0.push(Part::Text("\n".into(), true));
                Target::Text(word)
            }
            "<" => Target::Input(word),
            ">&" => match plain(&word).as_deref() {
                Some("1") => Target::Copy(1),
                Some("2") => Target::Copy(2),
                _ => return Err(ParseError::Syntax("ambiguous redirect".into())),
            },
            _ => Target::Output(word, operator == ">>"),
        })
    }

    /// Reads the text of a heredoc, which begins after this line and its earlier heredocs.
    fn heredoc(&mut self, end: &str, is_quoted: bool, is_indented: bool) -> Result<Word> {
        let line_end = || self.rest().find('\n').map(|length| self.at + length + 1);
        let mut at = self.heredocs_end.or_else(line_end).ok_or(ParseError::Incomplete)?;
        let mut text = String::new();
        loop {
            let rest = self.text.get(at..).unwrap_or_default();
            let line = rest.split_inclusive('\n').next().ok_or(ParseError::Incomplete)?;
            at += line.len();
            let line = if is_indented { line.trim_start_matches('\t') } else { line };
            if line.trim_end_matches(['\r', '\n']) == end {
                break;
            }
            text += line;
        }
        self.heredocs_end = Some(at);
        match is_quoted {
            true => Ok(Word(vec![Part::Text(text, true)])),
            false => super::words::heredoc(&text, self.depth),
        }
    }
}
