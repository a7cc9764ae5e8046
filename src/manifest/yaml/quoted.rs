//! Scalars in quotes.

use super::scalars::fold;
use super::scanner::Scanner;
use super::{Mark, Scanned, Token};

impl Scanner<'_> {
    pub(super) fn scan_quoted(&mut self) -> Scanned<()> {
        let (start, quote) = (self.mark, self.byte(0));
        self.skip();
        let (mut text, mut blanks) = (String::new(), String::new());
        let (mut first, mut further) = (String::new(), String::new());
        loop {
            if self.is_document_indicator() {
                return self.fail("found unexpected document indicator", start);
            }
            if self.is_end() {
                return self.fail("found unexpected end of stream", start);
            }
            let mut is_new_line = self.scan_quoted_word(quote, &mut text, start)?;
            if self.byte(0) == quote {
                break;
            }
            while self.is_blank(0) || self.is_break(0) {
                if self.is_break(0) {
                    blanks.clear();
                    self.read_break(if is_new_line { &mut further } else { &mut first });
                    is_new_line = true;
                } else if is_new_line {
                    self.skip();
                } else {
                    self.read(&mut blanks);
                }
            }
            if is_new_line && !first.is_empty() {
                fold(&mut text, &mut first, &mut further);
            } else if is_new_line {
                // The line break was escaped.
                text.push_str(&std::mem::take(&mut further));
            }
            text.push_str(&std::mem::take(&mut blanks));
        }
        self.skip();
        self.push(Token::Scalar { text, is_plain: false }, start);
        Ok(())
    }

    /// Reads up to a blank or the quote; says whether an escaped line break has ended it.
    fn scan_quoted_word(&mut self, quote: u8, text: &mut String, start: Mark) -> Scanned<bool> {
        while !self.is_space(0) {
            match self.byte(0) {
                b'\'' if quote == b'\'' && self.byte(1) == b'\'' => {
                    text.push('\'');
                    self.skip();
                    self.skip();
                }
                sign if sign == quote => break,
                b'\\' if quote == b'"' && self.is_break(1) => {
                    self.skip();
                    self.skip_break();
                    return Ok(true);
                }
                b'\\' if quote == b'"' => self.scan_escape(text, start)?,
                _ => self.read(text),
            }
        }
        Ok(false)
    }

    fn scan_escape(&mut self, text: &mut String, start: Mark) -> Scanned<()> {
        let (character, digits) = match self.byte(1) {
            b'0' => ('\0', 0),
            b'a' => ('\x07', 0),
            b'b' => ('\x08', 0),
            b't' | b'\t' => ('\t', 0),
            b'n' => ('\n', 0),
            b'v' => ('\x0B', 0),
            b'f' => ('\x0C', 0),
            b'r' => ('\r', 0),
            b'e' => ('\x1B', 0),
            sign @ (b' ' | b'"' | b'\'' | b'\\') => (char::from(sign), 0),
            b'N' => ('\u{85}', 0),
            b'_' => ('\u{a0}', 0),
            b'L' => ('\u{2028}', 0),
            b'P' => ('\u{2029}', 0),
            b'x' => ('x', 2),
            b'u' => ('u', 4),
            b'U' => ('U', 8),
            _ => return self.fail("found unknown escape character", start),
        };
        self.skip();
        self.skip();
        if digits == 0 {
            text.push(character);
            return Ok(());
        }
        let mut value = 0_u32;
        for ahead in 0..digits {
            match char::from(self.byte(ahead)).to_digit(16) {
                Some(digit) => value = value.wrapping_shl(4) | digit,
                None => return self.fail("did not find expected hexdecimal number", start),
            }
        }
        let Some(character) = char::from_u32(value) else {
            return self.fail("found invalid Unicode character escape code", start);
        };
        text.push(character);
        for _ in 0..digits {
            self.skip();
        }
        Ok(())
    }
}
