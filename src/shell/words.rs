//! The words of a script: quotes, variables, and command substitutions.

use super::parse::Parser;
use super::syntax::{ParseError, Part, Variable, Word};
use std::rc::Rc;

type Result<T> = std::result::Result<T, ParseError>;

/// The text of a word without its expansions.
pub(super) fn plain(word: &Word) -> Option<String> {
    let text = |part: &Part| match part {
        Part::Text(text, _) => Some(text.clone()),
        _ => None,
    };
    word.0.iter().map(text).collect()
}

/// The text of a heredoc: like double quotes, but `"` is literal.
pub(super) fn heredoc(text: &str, depth: u32) -> Result<Word> {
    let mut parser = Parser::new(text, depth);
    let mut word = Word::default();
    parser.quoted(None, &mut word)?;
    Ok(word)
}

/// A word of quoted text.
pub(super) fn text(text: &str) -> Word {
    Word(vec![Part::Text(text.into(), true)])
}

/// Adds text to a word, and joins it with the last part if both have the same quoting.
fn push(word: &mut Word, text: &str, is_quoted: bool) {
    match word.0.last_mut() {
        Some(Part::Text(last, quoted)) if *quoted == is_quoted => last.push_str(text),
        _ => word.0.push(Part::Text(text.into(), is_quoted)),
    }
}

impl Parser<'_> {
    /// Reads the next word, if any.
    pub(super) fn word(&mut self) -> Result<Option<Word>> {
        let start = self.at;
        if self.take("<(") {
            let node = self.list()?;
            self.close()?;
            return Ok(Some(Word(vec![Part::File(Rc::new(node))])));
        }
        let word = self.word_until(&[])?;
        Ok((self.at > start).then_some(word))
    }

    /// Reads parts up to a blank, an operator, or one of `ends`.
    fn word_until(&mut self, ends: &[char]) -> Result<Word> {
        let mut word = Word::default();
        while let Some(next) = self.peek() {
            let is_end = match ends {
                [] => next.is_ascii_whitespace() || ";&|()<>".contains(next),
                ends => ends.contains(&next),
            };
            if is_end {
                break;
            }
            self.at += next.len_utf8();
            match next {
                '\'' => {
                    let length = self.rest().find('\'').ok_or(ParseError::Incomplete)?;
                    push(&mut word, &self.rest()[..length], true);
                    self.at += length + 1;
                }
                '"' => {
                    push(&mut word, "", true);
                    self.quoted(Some('"'), &mut word)?;
                }
                '\\' => match self.next() {
                    Some('\n') => {}
                    Some(letter) => push(&mut word, letter.encode_utf8(&mut [0; 4]), true),
                    None => return Err(ParseError::Incomplete),
                },
                '$' if self.take("'") => self.escaped(&mut word)?,
                '$' => self.dollar(&mut word, false)?,
                '`' => self.backquoted(&mut word, false)?,
                _ => push(&mut word, next.encode_utf8(&mut [0; 4]), false),
            }
        }
        Ok(word)
    }

    /// Reads the text in `$'...'`.
    fn escaped(&mut self, word: &mut Word) -> Result<()> {
        let rest = self.rest();
        let mut end = 0;
        while !rest[end..].starts_with('\'') {
            let next = rest[end..].chars().next().ok_or(ParseError::Incomplete)?;
            end += next.len_utf8();
            if next == '\\' {
                end += rest[end..].chars().next().ok_or(ParseError::Incomplete)?.len_utf8();
            }
        }
        self.at += end + 1;
        push(word, &super::text::unescape(&rest[..end]), true);
        Ok(())
    }

    /// Reads double-quoted text up to `end`, or to the end of the script.
    pub(super) fn quoted(&mut self, end: Option<char>, word: &mut Word) -> Result<()> {
        loop {
            let Some(next) = self.next() else {
                return if end.is_none() { Ok(()) } else { Err(ParseError::Incomplete) };
            };
            match next {
                _ if Some(next) == end => return Ok(()),
                '\\' => match self.peek() {
                    Some('\n') => self.at += 1,
                    Some(letter @ ('$' | '`' | '\\')) => {
                        self.at += 1;
                        push(word, letter.encode_utf8(&mut [0; 4]), true);
                    }
                    Some('"') if end == Some('"') => {
                        self.at += 1;
                        push(word, "\"", true);
                    }
                    _ => push(word, "\\", true),
                },
                '$' => self.dollar(word, true)?,
                '`' => self.backquoted(word, true)?,
                _ => push(word, next.encode_utf8(&mut [0; 4]), true),
            }
        }
    }

    /// Reads what follows `$`.
    fn dollar(&mut self, word: &mut Word, is_quoted: bool) -> Result<()> {
        if self.take("((") {
            self.enter()?;
            let sum = self.sum()?;
            word.0.push(Part::Sum(sum));
            self.depth -= 1;
        } else if self.take("(") {
            let node = self.list()?;
            self.close()?;
            word.0.push(Part::Command(Rc::new(node), is_quoted));
        } else if self.take("{") {
            self.enter()?;
            let variable = self.braced()?;
            word.0.push(Part::Variable(variable, is_quoted));
            self.depth -= 1;
        } else {
            let name = self.name();
            match name.is_empty() {
                true => push(word, "$", is_quoted),
                false => {
                    let variable = Variable { name, is_length: false, change: None };
                    word.0.push(Part::Variable(variable, is_quoted));
                }
            }
        }
        Ok(())
    }

    /// Reads the name of a variable, a positional parameter, or a special parameter.
    fn name(&mut self) -> String {
        let rest = self.rest();
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let mut length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        if rest.starts_with(|c: char| c.is_ascii_digit() || "?#@*$!".contains(c)) {
            length = 1;
        }
        self.at += length;
        rest[..length].into()
    }

    /// Reads what follows `${`.
    fn braced(&mut self) -> Result<Variable> {
        let bad = || ParseError::Syntax("bad substitution".into());
        let is_length = self.rest().starts_with('#') && !self.rest().starts_with("#}");
        self.at += usize::from(is_length);
        let mut name = self.name();
        // Of arrays there is only `BASH_REMATCH`.
        let index = self.rest().strip_prefix('[').and_then(|rest| rest.split_once(']'));
        if let Some((index, _)) = index.filter(|(index, _)| index.parse::<u8>().is_ok()) {
            self.at += index.len() + "[]".len();
            name = format!("{name}[{index}]");
        }
        if self.peek().is_none() {
            return Err(ParseError::Incomplete);
        }
        if name.is_empty() {
            return Err(bad());
        }
        let operators =
            [":-", ":=", ":+", ":?", "##", "%%", "//", "-", "=", "+", "?", "#", "%", "/"];
        let operator = operators.iter().find(|operator| self.take(operator));
        let mut change = None;
        if let Some(operator) = operator {
            let word = self.word_until(&['}'])?;
            change = Some(((*operator).to_owned(), word));
        }
        match self.next() {
            Some('}') => Ok(Variable { name, is_length, change }),
            None => Err(ParseError::Incomplete),
            Some(_) => Err(bad()),
        }
    }

    /// Reads what follows `$((`, up to `))`.
    fn sum(&mut self) -> Result<Word> {
        let mut word = Word::default();
        let mut open = 0;
        loop {
            let next = self.next().ok_or(ParseError::Incomplete)?;
            match next {
                ')' if open == 0 => {
                    return match self.take(")") {
                        true => Ok(word),
                        false => Err(ParseError::Syntax("syntax error in arithmetic".into())),
                    };
                }
                '(' => open += 1,
                ')' => open -= 1,
                '$' => {
                    self.dollar(&mut word, true)?;
                    continue;
                }
                _ => {}
            }
            push(&mut word, next.encode_utf8(&mut [0; 4]), true);
        }
    }

    /// Reads a command after a backquote and resolves its backslashes.
    fn backquoted(&mut self, word: &mut Word, is_quoted: bool) -> Result<()> {
        self.enter()?;
        let mut text = String::new();
        loop {
            match self.next().ok_or(ParseError::Incomplete)? {
                '`' => break,
                '\\' => match self.peek() {
                    Some('`' | '\\' | '$') => text.extend(self.next()),
                    _ => text.push('\\'),
                },
                next => text.push(next),
            }
        }
        let mut parser = Parser::new(&text, self.depth);
        let node = parser.list()?;
        if parser.peek().is_some() {
            return Err(ParseError::Syntax("syntax error in a command in backquotes".into()));
        }
        word.0.push(Part::Command(Rc::new(node), is_quoted));
        self.depth -= 1;
        Ok(())
    }
}
