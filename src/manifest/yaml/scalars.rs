//! Plain scalars, and the block scalars that begin with `|` or `>`.

use super::scanner::Scanner;
use super::{Mark, Scanned, Token};

/// Joins lines: one break becomes a space, of more the first is dropped.
pub(super) fn fold(text: &mut String, first: &mut String, further: &mut String) {
    if first.starts_with('\n') {
        if further.is_empty() {
            text.push(' ');
        }
    } else {
        text.push_str(first);
    }
    text.push_str(further);
    first.clear();
    further.clear();
}

impl Scanner<'_> {
    pub(super) fn scan_plain(&mut self) -> Scanned<()> {
        let (mut text, mut blanks) = (String::new(), String::new());
        let (mut first, mut further) = (String::new(), String::new());
        let (start, indent, mut is_new_line) = (self.mark, self.indent + 1, false);
        while !self.is_document_indicator() && self.byte(0) != b'#' {
            while !self.is_space(0) && !self.ends_plain() {
                if is_new_line {
                    fold(&mut text, &mut first, &mut further);
                    is_new_line = false;
                } else {
                    text.push_str(&blanks);
                }
                blanks.clear();
                self.read(&mut text);
            }
            if !self.is_blank(0) && !self.is_break(0) {
                break;
            }
            while self.is_blank(0) || self.is_break(0) {
                if self.is_break(0) {
                    blanks.clear();
                    self.read_break(if is_new_line { &mut further } else { &mut first });
                    is_new_line = true;
                } else if !is_new_line {
                    self.read(&mut blanks);
                } else if self.mark.column.cast_signed() < indent && self.byte(0) == b'\t' {
                    return self.fail("found a tab character that violates indentation", start);
                } else {
                    self.skip();
                }
            }
            if self.flow_level == 0 && self.mark.column.cast_signed() < indent {
                break;
            }
        }
        if is_new_line {
            self.allows_simple_key = true;
        }
        self.push(Token::Scalar { text, is_plain: true }, start);
        Ok(())
    }

    /// Whether a plain scalar ends before the next character.
    fn ends_plain(&self) -> bool {
        match self.byte(0) {
            b':' => self.is_space(1),
            b',' | b'?' | b'[' | b']' | b'{' | b'}' => self.flow_level > 0,
            _ => false,
        }
    }

    pub(super) fn scan_block_scalar(&mut self) -> Scanned<()> {
        let (start, is_literal) = (self.mark, self.byte(0) == b'|');
        self.skip();
        let (chomping, increment) = self.scan_block_header(start)?;
        let mut indent = increment.map_or(0, |by| (self.indent.max(0) as usize) + by);
        let (mut text, mut first, mut further) = (String::new(), String::new(), String::new());
        self.scan_block_breaks(&mut indent, &mut further, start)?;
        let mut has_leading_blank = false;
        while self.mark.column == indent && !self.is_end() {
            let is_folded = !is_literal && !has_leading_blank && !self.is_blank(0);
            if is_folded && first.starts_with('\n') {
                fold(&mut text, &mut first, &mut further);
            } else {
                text.push_str(&first);
                text.push_str(&further);
                first.clear();
                further.clear();
            }
            has_leading_blank = self.is_blank(0);
            while !self.is_break_or_end(0) {
                self.read(&mut text);
            }
            self.read_break(&mut first);
            self.scan_block_breaks(&mut indent, &mut further, start)?;
        }
        if chomping != b'-' {
            text.push_str(&first);
        }
        if chomping == b'+' {
            text.push_str(&further);
        }
        self.push(Token::Scalar { text, is_plain: false }, start);
        Ok(())
    }

    /// What follows `|` or `>` on its line: what to do with the last line breaks, and the indentation.
    fn scan_block_header(&mut self, start: Mark) -> Scanned<(u8, Option<usize>)> {
        let (mut chomping, mut increment) = (0, None);
        // Either order, each once.
        for _ in 0..2 {
            match self.byte(0) {
                sign @ (b'+' | b'-') if chomping == 0 => chomping = sign,
                b'0' if increment.is_none() => {
                    return self.fail("found an indentation indicator equal to 0", start);
                }
                digit @ b'1'..=b'9' if increment.is_none() => {
                    increment = Some(usize::from(digit - b'0'));
                }
                _ => break,
            }
            self.skip();
        }
        self.skip_blanks();
        self.skip_comment();
        if !self.is_break_or_end(0) {
            return self.fail("did not find expected comment or line break", start);
        }
        self.skip_break();
        Ok((chomping, increment))
    }

    /// Skips indentation and reads empty lines; finds out the indentation if it is 0.
    fn scan_block_breaks(
        &mut self,
        indent: &mut usize,
        breaks: &mut String,
        start: Mark,
    ) -> Scanned<()> {
        let mut deepest = 0;
        loop {
            let is_indentation = |it: &Self| *indent == 0 || it.mark.column < *indent;
            while is_indentation(self) && self.byte(0) == b' ' {
                self.skip();
            }
            deepest = deepest.max(self.mark.column);
            if is_indentation(self) && self.byte(0) == b'\t' {
                let words = "found a tab character where an indentation space is expected";
                return self.fail(words, start);
            }
            if !self.is_break(0) {
                break;
            }
            self.read_break(breaks);
        }
        if *indent == 0 {
            *indent = deepest.max((self.indent + 1).max(1) as usize);
        }
        Ok(())
    }
}
