//! Anchors, aliases, tags, and directives.

use super::scanner::Scanner;
use super::{Mark, Scanned, Token};

impl Scanner<'_> {
    /// Reads letters, digits, `_` and `-`.
    fn scan_word(&mut self, to: &mut String) {
        while self.byte(0).is_ascii_alphanumeric() || matches!(self.byte(0), b'_' | b'-') {
            self.read(to);
        }
    }

    pub(super) fn scan_anchor(&mut self) -> Scanned<()> {
        let (start, is_alias) = (self.mark, self.byte(0) == b'*');
        self.skip();
        let mut name = String::new();
        self.scan_word(&mut name);
        let ends = self.is_space(0)
            || matches!(self.byte(0), b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`');
        if name.is_empty() || !ends {
            return self.fail("did not find expected alphabetic or numeric character", start);
        }
        self.push(if is_alias { Token::Alias(name) } else { Token::Anchor(name) }, start);
        Ok(())
    }

    pub(super) fn scan_tag(&mut self) -> Scanned<()> {
        let start = self.mark;
        let (mut handle, mut suffix) = (String::new(), String::new());
        if self.byte(1) == b'<' {
            self.skip();
            self.skip();
            self.scan_tag_uri(&mut suffix, false, start)?;
            if self.byte(0) != b'>' {
                return self.fail("did not find the expected '>'", start);
            }
            self.skip();
        } else {
            self.scan_tag_handle(&mut handle, false, start)?;
            if handle.len() > 1 && handle.ends_with('!') {
                self.scan_tag_uri(&mut suffix, false, start)?;
            } else {
                suffix.push_str(handle.get(1..).unwrap_or_default());
                handle.truncate(1);
                self.scan_tag_uri(&mut suffix, true, start)?;
                if suffix.is_empty() {
                    std::mem::swap(&mut handle, &mut suffix);
                }
            }
        }
        if !self.is_space(0) {
            return self.fail("did not find expected whitespace or line break", start);
        }
        self.push(Token::Tag(handle, suffix), start);
        Ok(())
    }

    fn scan_tag_handle(
        &mut self,
        handle: &mut String,
        is_directive: bool,
        start: Mark,
    ) -> Scanned<()> {
        if self.byte(0) != b'!' {
            return self.fail("did not find expected '!'", start);
        }
        self.read(handle);
        self.scan_word(handle);
        if self.byte(0) == b'!' {
            self.read(handle);
        } else if is_directive && handle != "!" {
            return self.fail("did not find expected '!'", start);
        }
        Ok(())
    }

    fn scan_tag_uri(&mut self, uri: &mut String, has_head: bool, start: Mark) -> Scanned<()> {
        let from = self.mark;
        let is_uri = |it: u8| it.is_ascii_alphanumeric() || b"_-;/?:@&=+$,.!~*'()[]%".contains(&it);
        while is_uri(self.byte(0)) {
            match self.byte(0) {
                b'%' => self.scan_uri_escape(uri, start)?,
                _ => self.read(uri),
            }
        }
        if !has_head && self.mark == from {
            return self.fail("did not find expected tag URI", start);
        }
        Ok(())
    }

    /// Reads one character whose bytes are written as `%XX`.
    fn scan_uri_escape(&mut self, uri: &mut String, start: Mark) -> Scanned<()> {
        let (mut bytes, mut width) = (Vec::new(), 1);
        while bytes.len() < width {
            let digit = |ahead| char::from(self.byte(ahead)).to_digit(16);
            let (b'%', Some(high), Some(low)) = (self.byte(0), digit(1), digit(2)) else {
                return self.fail("did not find URI escaped octet", start);
            };
            let octet = (high << 4 | low) as u8;
            if bytes.is_empty() {
                width = match octet {
                    0..0x80 => 1,
                    0xC0..0xE0 => 2,
                    0xE0..0xF0 => 3,
                    0xF0..0xF8 => 4,
                    _ => return self.fail("found an incorrect leading UTF-8 octet", start),
                };
            } else if octet & 0xC0 != 0x80 {
                return self.fail("found an incorrect trailing UTF-8 octet", start);
            }
            bytes.push(octet);
            for _ in 0..3 {
                self.skip();
            }
        }
        uri.push_str(&String::from_utf8_lossy(&bytes));
        Ok(())
    }

    pub(super) fn scan_directive(&mut self) -> Scanned<()> {
        let start = self.mark;
        self.skip();
        let mut name = String::new();
        self.scan_word(&mut name);
        if name.is_empty() {
            return self.fail("could not find expected directive name", start);
        }
        if !self.is_space(0) {
            return self.fail("found unexpected non-alphabetical character", start);
        }
        self.skip_blanks();
        let token = match name.as_str() {
            "YAML" => {
                let major = self.scan_version_number(start)?;
                if self.byte(0) != b'.' {
                    return self.fail("did not find expected digit or '.' character", start);
                }
                self.skip();
                Token::Version(major, self.scan_version_number(start)?)
            }
            "TAG" => self.scan_tag_prefix(start)?,
            _ => return self.fail("found unknown directive name", start),
        };
        self.push(token, start);
        self.skip_blanks();
        self.skip_comment();
        if !self.is_break_or_end(0) {
            return self.fail("did not find expected comment or line break", start);
        }
        self.skip_break();
        Ok(())
    }

    fn scan_version_number(&mut self, start: Mark) -> Scanned<u32> {
        let (mut number, mut length) = (0, 0);
        while let Some(digit) = char::from(self.byte(0)).to_digit(10) {
            length += 1;
            if length > 2 {
                return self.fail("found extremely long version number", start);
            }
            number = number * 10 + digit;
            self.skip();
        }
        if length == 0 {
            return self.fail("did not find expected version number", start);
        }
        Ok(number)
    }

    fn scan_tag_prefix(&mut self, start: Mark) -> Scanned<Token> {
        let (mut handle, mut prefix) = (String::new(), String::new());
        self.scan_tag_handle(&mut handle, true, start)?;
        if !self.is_blank(0) {
            return self.fail("did not find expected whitespace", start);
        }
        self.skip_blanks();
        self.scan_tag_uri(&mut prefix, false, start)?;
        if !self.is_space(0) {
            return self.fail("did not find expected whitespace or line break", start);
        }
        Ok(Token::TagPrefix(handle, prefix))
    }
}
