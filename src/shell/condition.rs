//! `[[ ]]` and `case`: words that aren't split, and patterns.

use super::interpret::{Flow, Interpreter, Io, Status};
use super::parse::{Parser, Result};
use super::regex::Regex;
use super::syntax::{Condition, Node, Part, Word};
use super::{glob, words};

/// The operators of `[[ ]]` with one operand.
const UNARY: [&str; 9] = ["-n", "-z", "-e", "-f", "-d", "-s", "-r", "-w", "-x"];

impl Parser<'_> {
    /// Reads what follows `[[`, up to `]]`.
    pub(super) fn double_brackets(&mut self) -> Result<Node> {
        self.at += "[[".len();
        let condition = self.either()?;
        self.skip_lines()?;
        match self.take("]]") {
            true => self.redirected(Node::Condition(condition)),
            false => Err(self.unexpected()),
        }
    }

    /// `A || B`
    fn either(&mut self) -> Result<Condition> {
        let mut one = self.both()?;
        loop {
            self.skip_lines()?;
            if !self.take("||") {
                return Ok(one);
            }
            one = Condition::Either(Box::new(one), Box::new(self.both()?));
        }
    }

    /// `A && B`
    fn both(&mut self) -> Result<Condition> {
        let mut one = self.primary()?;
        loop {
            self.skip_lines()?;
            if !self.take("&&") {
                return Ok(one);
            }
            one = Condition::Both(Box::new(one), Box::new(self.primary()?));
        }
    }

    /// `! A`, `( A )`, `-f WORD`, `WORD == WORD`, or `WORD`.
    fn primary(&mut self) -> Result<Condition> {
        self.enter()?;
        self.skip_lines()?;
        let condition = if self.keyword() == "!" {
            self.at += 1;
            Condition::Not(Box::new(self.primary()?))
        } else if self.take("(") {
            let inner = self.either()?;
            self.close()?;
            inner
        } else if let Some(operator) = UNARY.iter().find(|it| **it == self.keyword()) {
            self.at += operator.len();
            Condition::Test(vec![words::text(operator), self.operand()?])
        } else {
            self.comparison()?
        };
        self.depth -= 1;
        Ok(condition)
    }

    fn operand(&mut self) -> Result<Word> {
        self.skip_blanks();
        self.word()?.ok_or_else(|| self.unexpected())
    }

    fn comparison(&mut self) -> Result<Condition> {
        let one = self.operand()?;
        self.skip_blanks();
        if self.take("=~") {
            let text = self.expression();
            return Ok(Condition::Regex(one, words::heredoc(&text, self.depth)?));
        }
        let equal = ["==", "!=", "="].iter().find(|operator| self.take(operator));
        if let Some(operator) = equal {
            return Ok(Condition::Pattern(one, *operator != "!=", self.operand()?));
        }
        let order = ["<", ">"].iter().find(|operator| self.take(operator));
        if let Some(operator) = order {
            return Ok(Condition::Before(*operator == "<", one, self.operand()?));
        }
        match self.keyword() {
            operator @ ("-eq" | "-ne" | "-lt" | "-le" | "-gt" | "-ge") => {
                self.at += operator.len();
                Ok(Condition::Test(vec![one, words::text(operator), self.operand()?]))
            }
            _ => Ok(Condition::Test(vec![words::text("-n"), one])),
        }
    }

    /// Takes a regular expression: the text up to a blank outside of parentheses, without its quotes.
    fn expression(&mut self) -> String {
        self.skip_blanks();
        let (mut text, mut open, mut quote) = (String::new(), 0_usize, None);
        while let Some(next) = self.peek() {
            match (next, quote) {
                ('\'' | '"', None) => quote = Some(next),
                (_, Some(mark)) if next == mark => quote = None,
                (' ' | '\t' | '\n', None) if open == 0 => break,
                _ => {
                    match next {
                        '(' => open += 1,
                        ')' => open = open.saturating_sub(1),
                        _ => {}
                    }
                    text.push(next);
                }
            }
            self.at += next.len_utf8();
        }
        text
    }

    /// `case WORD in PATTERN | PATTERN) LIST ;; ... esac`
    pub(super) fn cases(&mut self) -> Result<Node> {
        self.at += "case".len();
        let word = self.operand()?;
        self.expect("in")?;
        let mut branches = Vec::new();
        loop {
            self.skip_lines()?;
            if self.keyword() == "esac" {
                self.at += "esac".len();
                return self.redirected(Node::Case(word, branches));
            }
            self.take("(");
            let mut patterns = vec![self.operand()?];
            self.skip_blanks();
            while self.take("|") {
                patterns.push(self.operand()?);
                self.skip_blanks();
            }
            self.close()?;
            branches.push((patterns, self.list()?));
            self.skip_lines()?;
            if !self.take(";;") && self.keyword() != "esac" {
                return Err(self.unexpected());
            }
        }
    }
}

impl Interpreter {
    /// Evaluates `[[ ]]`: 0 if it holds, 1 if not, 2 after an error.
    pub(super) async fn double_bracket(&mut self, condition: &Condition, io: &Io) -> Status {
        Ok(match self.is_true(condition, io).await? {
            Ok(holds) => u8::from(!holds),
            Err(error) => {
                self.write(&io.err, &format!("bash: [[: {error}\n"));
                2
            }
        })
    }

    async fn is_true(
        &mut self,
        condition: &Condition,
        io: &Io,
    ) -> std::result::Result<std::result::Result<bool, String>, Flow> {
        Ok(match condition {
            Condition::Not(inner) => Box::pin(self.is_true(inner, io)).await?.map(|holds| !holds),
            Condition::Both(one, other) | Condition::Either(one, other) => {
                let is_both = matches!(condition, Condition::Both(..));
                match Box::pin(self.is_true(one, io)).await? {
                    Ok(holds) if holds == is_both => Box::pin(self.is_true(other, io)).await?,
                    decided => decided,
                }
            }
            Condition::Test(words) => {
                let mut texts = Vec::new();
                for word in words {
                    texts.push(self.text(word, io).await?);
                }
                let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
                self.holds(&texts).await
            }
            Condition::Pattern(one, is_equal, pattern) => {
                let text = self.text(one, io).await?;
                Ok(glob::matches(&self.pattern(pattern, io).await?, &text) == *is_equal)
            }
            Condition::Before(is_before, one, other) => {
                let (one, other) = (self.text(one, io).await?, self.text(other, io).await?);
                Ok(if *is_before { one < other } else { one > other })
            }
            Condition::Regex(one, expression) => {
                let text = self.text(one, io).await?;
                let expression = self.text(expression, io).await?;
                self.finds(&text, &expression)
            }
        })
    }

    /// Matches a regular expression, and sets `BASH_REMATCH`.
    fn finds(&mut self, text: &str, expression: &str) -> std::result::Result<bool, String> {
        let regex = Regex::new(expression, true, false)
            .map_err(|_| format!("invalid regular expression `{expression}'"))?;
        let letters: Vec<char> = text.chars().collect();
        let Some(found) = regex.find(&letters, 0) else { return Ok(false) };
        for (number, group) in found.chunks(2).enumerate() {
            let part = match group {
                [Some(from), Some(to)] => letters.get(*from..*to).unwrap_or_default(),
                _ => &[],
            };
            let part: String = part.iter().collect();
            if number == 0 {
                self.shell.set("BASH_REMATCH", part.clone());
            }
            self.shell.set(&format!("BASH_REMATCH[{number}]"), part);
        }
        Ok(true)
    }

    /// Expands a word into a pattern, with quoted characters escaped.
    async fn pattern(&mut self, word: &Word, io: &Io) -> std::result::Result<String, Flow> {
        let mut pattern = String::new();
        for part in &word.0 {
            let is_quoted = match part {
                Part::Text(_, is_quoted)
                | Part::Variable(_, is_quoted)
                | Part::Command(_, is_quoted) => *is_quoted,
                Part::Sum(_) | Part::File(_) => true,
            };
            let text = self.text(&Word(vec![part.clone()]), io).await?;
            for letter in text.chars() {
                if is_quoted && matches!(letter, '*' | '?' | '[' | '\\') {
                    pattern.push('\\');
                }
                pattern.push(letter);
            }
        }
        Ok(pattern)
    }

    /// Runs the list of the first pattern that matches.
    pub(super) async fn case(
        &mut self,
        word: &Word,
        branches: &[(Vec<Word>, Node)],
        io: &Io,
    ) -> Status {
        let text = self.text(word, io).await?;
        for (patterns, list) in branches {
            for pattern in patterns {
                if glob::matches(&self.pattern(pattern, io).await?, &text) {
                    return self.node(list, io).await;
                }
            }
        }
        Ok(0)
    }
}
