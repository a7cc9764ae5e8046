//! The parser: from text to [`Script`].
//!
//! Follows the Shell Command Language (POSIX.1-2024, XCU 2), with `<<<`, `&>`, `$'...'`, `|&`, and `[[` of bash.

use super::syntax::{Node, ParseError, Redirect, Script, Target, Word};
use crate::later::later;
use std::rc::Rc;

pub(super) type Result<T> = std::result::Result<T, ParseError>;

/// The maximum nesting depth of a script.
const DEPTH_MAX: u32 = 40;

/// The words that end a list of commands.
const ENDS: [&str; 8] = ["then", "elif", "else", "fi", "do", "done", "esac", "}"];

later! {
    /// [`parse`]
    static PARSE: fn(&str) -> Result<Script> = read;
}

/// Reads a script.
///
/// # Errors
/// If the text is invalid or incomplete: see [`ParseError`]. Every text is incomplete if the second part of the program
/// is not there.
pub fn parse(text: &str) -> Result<Script> {
    PARSE.get().map_or(Err(ParseError::Incomplete), |parse| parse(text))
}

fn read(text: &str) -> Result<Script> {
    let mut parser = Parser::new(text, 0);
    let node = parser.list()?;
    match parser.peek() {
        None => Ok(Script(Rc::new(node))),
        Some(_) => Err(parser.unexpected()),
    }
}

/// A position in the text of a script.
pub(super) struct Parser<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
    pub(super) depth: u32,
    /// The end of this line's heredocs, if it has any.
    pub(super) heredocs_end: Option<usize>,
}

impl<'t> Parser<'t> {
    pub(super) fn new(text: &'t str, depth: u32) -> Parser<'t> {
        Parser { text, at: 0, depth, heredocs_end: None }
    }

    pub(super) fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    /// Takes `text` if it is next.
    pub(super) fn take(&mut self, text: &str) -> bool {
        let is_next = self.rest().starts_with(text);
        if is_next {
            self.at += text.len();
        }
        is_next
    }

    /// Enters a nested part, unless it is too deep.
    pub(super) fn enter(&mut self) -> Result<()> {
        self.depth += 1;
        match self.depth > DEPTH_MAX {
            true => Err(ParseError::Syntax("syntax error: nested too deeply".into())),
            false => Ok(()),
        }
    }

    /// The error for the next token.
    pub(super) fn unexpected(&self) -> ParseError {
        let rest = self.rest();
        let operators = ["&&", "||", ";;", ";", "|", "&", "(", ")", "<", ">"];
        let operator = operators.iter().find(|operator| rest.starts_with(**operator));
        let token = match (operator, rest.chars().next()) {
            (Some(operator), _) => operator,
            (None, None) => return ParseError::Incomplete,
            (None, Some('\n')) => "newline",
            _ => rest.split([' ', '\t', '\n', ';', '&', '|']).next().unwrap_or_default(),
        };
        ParseError::Syntax(format!("syntax error near unexpected token `{token}'"))
    }

    /// Skips blanks, line continuations, and a comment.
    pub(super) fn skip_blanks(&mut self) {
        loop {
            match self.peek() {
                Some(' ' | '\t' | '\r') => self.at += 1,
                Some('\\') if self.rest().starts_with("\\\n") => self.at += 2,
                Some('#') => self.at += self.rest().find('\n').unwrap_or(self.rest().len()),
                _ => return,
            }
        }
    }

    /// Skips line ends and the heredocs that follow them.
    pub(super) fn skip_lines(&mut self) -> Result<()> {
        loop {
            self.skip_blanks();
            if !self.take("\n") {
                return Ok(());
            }
            self.at = self.heredocs_end.take().unwrap_or(self.at);
        }
    }

    /// Peeks at the next word, if it is unquoted.
    pub(super) fn keyword(&self) -> &'t str {
        let rest = self.rest();
        let is_end = |c: char| c.is_ascii_whitespace() || ";&|()<>\"'$`\\".contains(c);
        &rest[..rest.find(is_end).unwrap_or(rest.len())]
    }

    /// Takes a keyword, which must be next.
    pub(super) fn expect(&mut self, keyword: &str) -> Result<()> {
        self.skip_lines()?;
        match self.keyword() == keyword {
            true => {
                self.at += keyword.len();
                Ok(())
            }
            false => Err(self.unexpected()),
        }
    }

    /// Reads commands up to the end, a closing parenthesis, or a keyword that ends a list.
    pub(super) fn list(&mut self) -> Result<Node> {
        self.enter()?;
        let mut nodes = Vec::new();
        loop {
            self.skip_lines()?;
            let is_end = matches!(self.peek(), None | Some(')'))
                || self.rest().starts_with(";;")
                || ENDS.contains(&self.keyword());
            if is_end {
                break;
            }
            let mut node = self.chain()?;
            self.skip_blanks();
            let rest = self.rest();
            let is_over = match rest.chars().next() {
                Some('&') => {
                    self.at += 1;
                    node = Node::Background(Box::new(node));
                    false
                }
                Some(';') if !rest.starts_with(";;") => {
                    self.at += 1;
                    false
                }
                Some('\n') => false,
                _ => true,
            };
            nodes.push(node);
            if is_over {
                break;
            }
        }
        self.depth -= 1;
        Ok(if nodes.len() == 1 { nodes.remove(0) } else { Node::List(nodes) })
    }

    /// Reads a list, which must not be empty.
    fn body(&mut self) -> Result<Node> {
        match self.list()? {
            Node::List(nodes) if nodes.is_empty() => Err(self.unexpected()),
            node => Ok(node),
        }
    }

    fn chain(&mut self) -> Result<Node> {
        let mut node = self.pipe()?;
        loop {
            self.skip_blanks();
            let is_and = self.take("&&");
            if !is_and && !self.take("||") {
                return Ok(node);
            }
            self.skip_lines()?;
            node = Node::Chain(Box::new(node), is_and, Box::new(self.pipe()?));
        }
    }

    fn pipe(&mut self) -> Result<Node> {
        let mut is_inverted = false;
        while self.keyword() == "!" {
            self.at += 1;
            self.skip_blanks();
            is_inverted = !is_inverted;
        }
        let mut nodes = vec![self.command()?];
        loop {
            self.skip_blanks();
            if self.rest().starts_with("||") || !self.take("|") {
                break;
            }
            if self.take("&") {
                let both = Redirect { from: 2, to: Target::Copy(1) };
                if let Some(Node::Simple(simple)) = nodes.last_mut() {
                    simple.redirects.push(both);
                }
            }
            self.skip_lines()?;
            nodes.push(self.command()?);
        }
        match (nodes.len(), is_inverted) {
            (1, false) => Ok(nodes.remove(0)),
            _ => Ok(Node::Pipe(is_inverted, nodes)),
        }
    }

    pub(super) fn command(&mut self) -> Result<Node> {
        self.enter()?;
        self.skip_blanks();
        let node = match self.keyword() {
            "if" => self.condition(),
            "for" => self.each(),
            keyword @ ("while" | "until") => {
                self.at += keyword.len();
                let condition = self.body()?;
                let body = self.do_body()?;
                self.redirected(Node::While(
                    Box::new(condition),
                    Box::new(body),
                    keyword == "until",
                ))
            }
            "{" => {
                self.at += 1;
                let body = self.body()?;
                self.expect("}")?;
                self.group(body, false)
            }
            "[[" => self.double_brackets(),
            "case" => self.cases(),
            "select" | "function" | "time" | "coproc" => {
                let word = self.keyword();
                Err(ParseError::Syntax(format!(
                    "{word}: not supported in this shell, which has if, for, while, case, and functions (see help)"
                )))
            }
            keyword if ENDS.contains(&keyword) => Err(self.unexpected()),
            _ if self.take("(") => {
                let body = self.body()?;
                self.close()?;
                self.group(body, true)
            }
            _ => self.simple(),
        };
        self.depth -= 1;
        node
    }

    /// Takes `)`, which must be next.
    pub(super) fn close(&mut self) -> Result<()> {
        self.skip_lines()?;
        match self.take(")") {
            true => Ok(()),
            false => Err(self.unexpected()),
        }
    }

    /// Reads a group with its redirections.
    fn group(&mut self, body: Node, is_subshell: bool) -> Result<Node> {
        let mut redirects = Vec::new();
        loop {
            self.skip_blanks();
            match self.redirect()? {
                Some(redirect) => redirects.push(redirect),
                None => return Ok(Node::Group(Box::new(body), is_subshell, redirects)),
            }
        }
    }

    fn condition(&mut self) -> Result<Node> {
        self.at += "if".len();
        let mut branches = Vec::new();
        loop {
            let condition = self.body()?;
            self.expect("then")?;
            branches.push((condition, self.body()?));
            self.skip_lines()?;
            let keyword = self.keyword();
            let is_known = matches!(keyword, "elif" | "else" | "fi");
            if is_known {
                self.at += keyword.len();
            }
            match keyword {
                "elif" => {}
                "fi" => return self.redirected(Node::If(branches, None)),
                "else" => {
                    let otherwise = self.body()?;
                    self.expect("fi")?;
                    return self.redirected(Node::If(branches, Some(Box::new(otherwise))));
                }
                _ => return Err(self.unexpected()),
            }
        }
    }

    /// Adds the redirections of a compound command, if any.
    pub(super) fn redirected(&mut self, node: Node) -> Result<Node> {
        Ok(match self.group(node, false)? {
            Node::Group(node, _, redirects) if redirects.is_empty() => *node,
            node => node,
        })
    }

    fn do_body(&mut self) -> Result<Node> {
        self.expect("do")?;
        let body = self.body()?;
        self.expect("done")?;
        Ok(body)
    }

    fn each(&mut self) -> Result<Node> {
        self.at += "for".len();
        self.skip_blanks();
        let name = self.keyword().to_owned();
        if !is_name(&name) {
            return Err(self.unexpected());
        }
        self.at += name.len();
        self.skip_lines()?;
        let mut words = None;
        if self.keyword() == "in" {
            self.at += 2;
            let list: &mut Vec<Word> = words.get_or_insert_default();
            loop {
                self.skip_blanks();
                match self.word()? {
                    Some(word) => list.push(word),
                    None => break,
                }
            }
        }
        self.skip_blanks();
        self.take(";");
        let body = self.do_body()?;
        self.redirected(Node::For(name, words, Box::new(body)))
    }
}

/// Whether a word can be the name of a variable.
pub(super) fn is_name(word: &str) -> bool {
    let mut bytes = word.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
