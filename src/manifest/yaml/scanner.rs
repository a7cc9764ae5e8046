//! Text to tokens.

use super::simple_keys::SimpleKeys;
use super::{Failure, Mark, Scanned, Spanned, Token};
use std::collections::VecDeque;

/// Cuts a text into tokens (`scannerc.go`).
pub(super) struct Scanner<'t> {
    text: &'t [u8],
    position: usize,
    pub(super) mark: Mark,
    tokens: VecDeque<Spanned>,
    /// How many tokens the parser has taken.
    taken: usize,
    pub(super) flow_level: usize,
    /// The column of the innermost block collection, -1 outside of any.
    pub(super) indent: isize,
    indents: Vec<isize>,
    pub(super) keys: SimpleKeys,
    pub(super) allows_simple_key: bool,
    is_at_end: bool,
}

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t str) -> Scanner<'t> {
        Scanner {
            text: text.as_bytes(),
            position: 0,
            mark: Mark::default(),
            tokens: VecDeque::new(),
            taken: 0,
            flow_level: 0,
            indent: -1,
            indents: Vec::new(),
            keys: SimpleKeys::new(),
            allows_simple_key: true,
            is_at_end: false,
        }
    }

    /// The next token, which stays the next one.
    pub(super) fn peek(&mut self) -> Scanned<&Spanned> {
        while (self.tokens.is_empty() || self.keys.may_be(self.taken, self.mark)?)
            && !self.is_at_end
        {
            self.fetch()?;
        }
        let start = self.mark;
        if self.tokens.is_empty() {
            self.tokens.push_back(Spanned { token: Token::StreamEnd, start, end: start });
        }
        Ok(&self.tokens[0])
    }

    /// Takes the next token.
    pub(super) fn take(&mut self) -> Scanned<Spanned> {
        self.peek()?;
        self.taken += 1;
        let start = self.mark;
        let next = self.tokens.pop_front();
        Ok(next.unwrap_or(Spanned { token: Token::StreamEnd, start, end: start }))
    }

    /// The byte that is `ahead` bytes further on; 0 behind the end.
    pub(super) fn byte(&self, ahead: usize) -> u8 {
        self.text.get(self.position + ahead).copied().unwrap_or(0)
    }

    pub(super) fn is_end(&self) -> bool {
        self.position >= self.text.len()
    }

    /// How many bytes the line break has that is `ahead` bytes further on; 0 if there is none.
    fn break_width(&self, ahead: usize) -> usize {
        match (self.byte(ahead), self.byte(ahead + 1), self.byte(ahead + 2)) {
            (b'\r', b'\n', _) | (0xC2, 0x85, _) => 2,
            (b'\r' | b'\n', _, _) => 1,
            (0xE2, 0x80, 0xA8 | 0xA9) => 3,
            _ => 0,
        }
    }

    pub(super) fn is_break(&self, ahead: usize) -> bool {
        self.break_width(ahead) > 0
    }

    pub(super) fn is_blank(&self, ahead: usize) -> bool {
        matches!(self.byte(ahead), b' ' | b'\t')
    }

    pub(super) fn is_break_or_end(&self, ahead: usize) -> bool {
        self.byte(ahead) == 0 || self.is_break(ahead)
    }

    /// Whether a blank, a line break or the end is `ahead` bytes further on.
    pub(super) fn is_space(&self, ahead: usize) -> bool {
        self.is_blank(ahead) || self.is_break_or_end(ahead)
    }

    /// Whether this line is `---` or `...`.
    pub(super) fn is_document_indicator(&self) -> bool {
        let is = |sign| (0..3).all(|ahead| self.byte(ahead) == sign);
        self.mark.column == 0 && (is(b'-') || is(b'.')) && self.is_space(3)
    }

    /// Skips a character.
    pub(super) fn skip(&mut self) {
        self.position += 1;
        while self.text.get(self.position).is_some_and(|byte| byte & 0xC0 == 0x80) {
            self.position += 1;
        }
        self.mark.index += 1;
        self.mark.column += 1;
    }

    /// Adds a character to a text.
    pub(super) fn read(&mut self, to: &mut String) {
        let start = self.position;
        self.skip();
        let bytes = self.text.get(start..self.position).unwrap_or_default();
        to.push_str(str::from_utf8(bytes).unwrap_or_default());
    }

    /// Adds a line break to a text: most of them as `\n`.
    pub(super) fn read_break(&mut self, to: &mut String) {
        match (self.break_width(0), self.byte(2)) {
            (0, _) => return,
            (3, 0xA8) => to.push('\u{2028}'),
            (3, _) => to.push('\u{2029}'),
            _ => to.push('\n'),
        }
        self.skip_break();
    }

    pub(super) fn skip_break(&mut self) {
        let width = self.break_width(0);
        self.mark.index += if self.byte(0) == b'\r' { width } else { width.min(1) };
        self.position += width;
        if width > 0 {
            self.mark.column = 0;
            self.mark.line += 1;
        }
    }

    pub(super) fn fail<T>(&self, words: &'static str, context: Mark) -> Scanned<T> {
        Err(Failure { words, mark: self.mark, context, is_scanner: true })
    }

    /// The number of the next token.
    pub(super) fn next_number(&self) -> usize {
        self.taken + self.tokens.len()
    }

    pub(super) fn push(&mut self, token: Token, start: Mark) {
        self.tokens.push_back(Spanned { token, start, end: self.mark });
    }

    /// Inserts a token without length before the one that has this number.
    pub(super) fn insert(&mut self, number: usize, token: Token, start: Mark) {
        let index = number.saturating_sub(self.taken).min(self.tokens.len());
        self.tokens.insert(index, Spanned { token, start, end: start });
    }

    /// Begins a block collection if `column` is deeper than the innermost one.
    pub(super) fn indent_to(&mut self, column: usize, number: usize, token: Token, start: Mark) {
        let column = column.cast_signed();
        if self.flow_level == 0 && self.indent < column {
            self.indents.push(self.indent);
            self.indent = column;
            self.insert(number, token, start);
        }
    }

    /// Ends the block collections that are deeper than `column`.
    fn unindent_to(&mut self, column: isize) {
        while self.flow_level == 0 && self.indent > column {
            self.push(Token::BlockEnd, self.mark);
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }

    fn skip_to_token(&mut self) {
        loop {
            // A tab does not indent.
            let allows_tabs = self.flow_level > 0 || !self.allows_simple_key;
            while self.byte(0) == b' ' || allows_tabs && self.byte(0) == b'\t' {
                self.skip();
            }
            self.skip_comment();
            if !self.is_break(0) {
                break;
            }
            self.skip_break();
            if self.flow_level == 0 {
                self.allows_simple_key = true;
            }
        }
    }

    pub(super) fn skip_blanks(&mut self) {
        while self.is_blank(0) {
            self.skip();
        }
    }

    pub(super) fn skip_comment(&mut self) {
        if self.byte(0) == b'#' {
            while !self.is_break_or_end(0) {
                self.skip();
            }
        }
    }

    /// Adds the next token to the queue (`yaml_parser_fetch_next_token`).
    fn fetch(&mut self) -> Scanned<()> {
        self.skip_to_token();
        self.unindent_to(self.mark.column.cast_signed());
        if self.is_end() {
            return self.fetch_end();
        }
        if self.is_document_indicator() {
            let is_start = self.byte(0) == b'-';
            return self.fetch_indicator(is_start);
        }
        let is_flow = self.flow_level > 0;
        match (self.byte(0), self.is_space(1)) {
            (b'%', _) if self.mark.column == 0 => {
                self.unindent_to(-1);
                self.keys.remove(self.mark)?;
                self.allows_simple_key = false;
                self.scan_directive()
            }
            (b'[', _) => self.fetch_flow_start(Token::FlowSequenceStart),
            (b'{', _) => self.fetch_flow_start(Token::FlowMappingStart),
            (b']', _) => self.fetch_flow_end(Token::FlowSequenceEnd),
            (b'}', _) => self.fetch_flow_end(Token::FlowMappingEnd),
            (b',', _) => {
                self.keys.remove(self.mark)?;
                self.allows_simple_key = true;
                self.fetch_sign(Token::FlowEntry)
            }
            (b'-', true) => self.fetch_block_entry(),
            (b'?', is_space) if is_flow || is_space => self.fetch_key(),
            (b':', is_space) if is_flow || is_space => self.fetch_value(),
            (b'*' | b'&', _) => {
                self.save_simple_key(false)?;
                self.scan_anchor()
            }
            (b'!', _) => {
                self.save_simple_key(false)?;
                self.scan_tag()
            }
            (b'|' | b'>', _) if !is_flow => {
                self.keys.remove(self.mark)?;
                self.allows_simple_key = true;
                self.scan_block_scalar()
            }
            (b'\'' | b'"', _) => {
                self.save_simple_key(false)?;
                self.scan_quoted()
            }
            (b'\t' | b'|' | b'>' | b'%' | b'@' | b'`', _) => {
                self.fail("found character that cannot start any token", self.mark)
            }
            _ => {
                self.save_simple_key(false)?;
                self.scan_plain()
            }
        }
    }

    fn fetch_end(&mut self) -> Scanned<()> {
        if self.mark.column != 0 {
            self.mark.column = 0;
            self.mark.line += 1;
        }
        self.unindent_to(-1);
        self.keys.remove(self.mark)?;
        self.allows_simple_key = false;
        self.is_at_end = true;
        self.push(Token::StreamEnd, self.mark);
        Ok(())
    }

    fn fetch_indicator(&mut self, is_start: bool) -> Scanned<()> {
        self.unindent_to(-1);
        self.keys.remove(self.mark)?;
        self.allows_simple_key = false;
        let start = self.mark;
        for _ in 0..3 {
            self.skip();
        }
        self.push(if is_start { Token::DocumentStart } else { Token::DocumentEnd }, start);
        Ok(())
    }

    /// Takes a token of one character.
    fn fetch_sign(&mut self, token: Token) -> Scanned<()> {
        let start = self.mark;
        self.skip();
        self.push(token, start);
        Ok(())
    }

    /// Notes that the next token may be a simple key, and whether one may follow it.
    fn save_simple_key(&mut self, allows_next: bool) -> Scanned<()> {
        let is_required = self.flow_level == 0 && self.indent == self.mark.column.cast_signed();
        if self.allows_simple_key {
            self.keys.save(self.next_number(), is_required, self.mark)?;
        }
        self.allows_simple_key = allows_next;
        Ok(())
    }

    fn fetch_flow_start(&mut self, token: Token) -> Scanned<()> {
        self.save_simple_key(true)?;
        self.keys.begin(self.next_number());
        self.flow_level += 1;
        self.fetch_sign(token)
    }

    fn fetch_flow_end(&mut self, token: Token) -> Scanned<()> {
        self.keys.remove(self.mark)?;
        if self.flow_level > 0 {
            self.flow_level -= 1;
            self.keys.end();
        }
        self.allows_simple_key = false;
        self.fetch_sign(token)
    }

    fn fetch_block_entry(&mut self) -> Scanned<()> {
        // In a flow collection, the parser reports it.
        self.begin_block(
            Token::BlockSequenceStart,
            "block sequence entries are not allowed in this context",
        )?;
        self.keys.remove(self.mark)?;
        self.allows_simple_key = true;
        self.fetch_sign(Token::BlockEntry)
    }

    /// Begins a block collection here, unless one is open at this column.
    fn begin_block(&mut self, token: Token, refusal: &'static str) -> Scanned<()> {
        if self.flow_level == 0 {
            if !self.allows_simple_key {
                return self.fail(refusal, self.mark);
            }
            self.indent_to(self.mark.column, self.next_number(), token, self.mark);
        }
        Ok(())
    }

    fn fetch_key(&mut self) -> Scanned<()> {
        self.begin_block(Token::BlockMappingStart, "mapping keys are not allowed in this context")?;
        self.keys.remove(self.mark)?;
        self.allows_simple_key = self.flow_level == 0;
        self.fetch_sign(Token::Key)
    }

    fn fetch_value(&mut self) -> Scanned<()> {
        match self.keys.take(self.mark)? {
            Some((number, start)) => {
                self.insert(number, Token::Key, start);
                self.indent_to(start.column, number, Token::BlockMappingStart, start);
                self.allows_simple_key = false;
            }
            None => {
                let refusal = "mapping values are not allowed in this context";
                self.begin_block(Token::BlockMappingStart, refusal)?;
                self.allows_simple_key = self.flow_level == 0;
            }
        }
        self.fetch_sign(Token::Value)
    }
}
