//! JSON as Go's decoder reads it (`encoding/json`), with its words for what is wrong.

use super::scalar;
use super::tree::{self, Entry, Keep, Node, Place, Value};

/// Why a text is not JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) words: String,
    /// How many bytes were read, the bad one included; none at an unexpected end.
    pub(super) offset: Option<usize>,
    pub(super) place: Place,
}

impl Failure {
    /// As kubectl prints it (`JSONSyntaxError`).
    pub(super) fn message(&self) -> String {
        match self.offset {
            Some(offset) => format!("json: offset {offset}: {}", self.words),
            None => self.words.clone(),
        }
    }
}

/// Reads a stream of JSON values.
pub(super) struct Reader<'t> {
    text: &'t [u8],
    position: usize,
    place: Place,
    /// The keys that stand twice in what was read.
    pub(super) doubled: tree::Doubled,
    /// The first number that was read and that a double cannot hold. It is read as a text.
    pub(super) beyond: Option<Failure>,
    /// Which fields are kept; none means all.
    keep: Option<Keep>,
    /// The key of the map that is read, if it matters.
    key: String,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str) -> Reader<'t> {
        let place = Place { line: 1, column: 1 };
        let (keep, key) = (None, String::new());
        let (doubled, beyond) = (Vec::new(), None);
        Reader { text: text.as_bytes(), position: 0, place, doubled, beyond, keep, key }
    }

    /// A reader that drops other fields than these.
    pub(super) fn keeping(text: &'t str, keep: Keep) -> Reader<'t> {
        Reader { keep: Some(keep), ..Reader::new(text) }
    }

    /// How many bytes were read, and the line that is next.
    pub(super) fn position(&self) -> (usize, u32) {
        (self.position, self.place.line)
    }

    /// Reads the next value; none at the end of the text.
    pub(super) fn next(&mut self) -> Option<Result<Node, Failure>> {
        self.skip_blanks();
        let is_left = self.position < self.text.len();
        is_left.then(|| self.value(0))
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.position).copied()
    }

    fn skip(&mut self) {
        match self.peek() {
            Some(b'\n') => self.place = Place { line: self.place.line + 1, column: 1 },
            Some(byte) if byte & 0xC0 != 0x80 => self.place.column += 1,
            _ => {}
        }
        self.position += 1;
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.skip();
        }
    }

    fn fail<T>(&self, place: &str) -> Result<T, Failure> {
        let (words, offset) = match self.peek() {
            None => ("unexpected EOF".into(), None),
            Some(byte) => {
                let sign = match byte {
                    b'\'' => "'\\''".into(),
                    b'"' => "'\"'".into(),
                    _ => format!("'{}'", scalar::escaped(&char::from(byte).to_string())),
                };
                (format!("invalid character {sign} {place}"), Some(self.position + 1))
            }
        };
        Err(Failure { words, offset, place: self.place })
    }

    fn value(&mut self, depth: usize) -> Result<Node, Failure> {
        let place = self.place;
        if depth >= tree::MAX_DEPTH {
            return self.fail("exceeded max depth");
        }
        let value = match self.peek() {
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.array(depth)?,
            Some(b'"') => Value::Text(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b't') => self.literal("true", Value::Bool(true))?,
            Some(b'f') => self.literal("false", Value::Bool(false))?,
            Some(b'n') => self.literal("null", Value::Null)?,
            _ => return self.fail("looking for beginning of value"),
        };
        Ok(Node { place, value })
    }

    fn object(&mut self, depth: usize) -> Result<Value, Failure> {
        let mut entries = Vec::new();
        let parent = std::mem::take(&mut self.key);
        self.skip();
        self.skip_blanks();
        if self.peek() != Some(b'}') {
            loop {
                self.skip_blanks();
                let place = self.place;
                if self.peek() != Some(b'"') {
                    return self.fail("looking for beginning of object key string");
                }
                let key = self.string()?;
                self.skip_blanks();
                if self.peek() != Some(b':') {
                    return self.fail("after object key");
                }
                self.skip();
                self.skip_blanks();
                if self.keep.is_some() {
                    self.key.clone_from(&key);
                }
                let node = self.value(depth + 1)?;
                if self.keep.is_none_or(|keep| keep(&parent, &key)) {
                    entries.push(Entry { key, place, node });
                }
                self.skip_blanks();
                match self.peek() {
                    Some(b',') => self.skip(),
                    Some(b'}') => break,
                    _ => return self.fail("after object key:value pair"),
                }
            }
        }
        self.skip();
        Ok(tree::map_of(entries, &mut self.doubled))
    }

    fn array(&mut self, depth: usize) -> Result<Value, Failure> {
        let mut items = Vec::new();
        let key = std::mem::take(&mut self.key);
        self.skip();
        self.skip_blanks();
        if self.peek() != Some(b']') {
            loop {
                self.skip_blanks();
                self.key.clone_from(&key);
                items.push(self.value(depth + 1)?);
                self.skip_blanks();
                match self.peek() {
                    Some(b',') => self.skip(),
                    Some(b']') => break,
                    _ => return self.fail("after array element"),
                }
            }
        }
        self.skip();
        Ok(Value::List(items))
    }

    fn literal(&mut self, word: &str, value: Value) -> Result<Value, Failure> {
        for letter in word.chars() {
            if self.peek().map(char::from) != Some(letter) {
                return self.fail(&format!("in literal {word} (expecting '{letter}')"));
            }
            self.skip();
        }
        Ok(value)
    }

    /// Skips at least one digit.
    fn digits(&mut self, place: &str) -> Result<(), Failure> {
        if !self.peek().is_some_and(|it| it.is_ascii_digit()) {
            return self.fail(place);
        }
        while self.peek().is_some_and(|it| it.is_ascii_digit()) {
            self.skip();
        }
        Ok(())
    }

    fn number(&mut self) -> Result<Value, Failure> {
        let (start, place) = (self.position, self.place);
        if self.peek() == Some(b'-') {
            self.skip();
        }
        match self.peek() {
            Some(b'0') => self.skip(),
            _ => self.digits("in numeric literal")?,
        }
        if self.peek() == Some(b'.') {
            self.skip();
            self.digits("after decimal point in numeric literal")?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.skip();
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.skip();
            }
            self.digits("in exponent of numeric literal")?;
        }
        let number = self.text.get(start..self.position).unwrap_or_default();
        let number = str::from_utf8(number).unwrap_or_default();
        if !scalar::is_finite(number) {
            let words =
                format!("json: cannot unmarshal number {number} into Go value of type float64");
            self.beyond.get_or_insert(Failure { words, offset: None, place });
            return Ok(Value::Text(number.into()));
        }
        Ok(scalar::decimal(number))
    }

    fn string(&mut self) -> Result<String, Failure> {
        let mut text = Vec::new();
        self.skip();
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => {
                    let character = self.escape()?;
                    text.extend(character.encode_utf8(&mut [0; 4]).bytes());
                }
                Some(byte @ b' '..) => {
                    text.push(byte);
                    self.skip();
                }
                _ => return self.fail("in string literal"),
            }
        }
        self.skip();
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    fn escape(&mut self) -> Result<char, Failure> {
        self.skip();
        let character = match self.peek() {
            Some(b'b') => '\x08',
            Some(b'f') => '\x0C',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(sign @ (b'"' | b'\\' | b'/')) => char::from(sign),
            Some(b'u') => {
                self.skip();
                let high = self.code()?;
                // A pair of surrogates is one character, one alone is none.
                let low = (0xD800..0xDC00).contains(&high).then(|| self.low_surrogate()).flatten();
                let code = low.map_or(high, |low| 0x10000 + ((high - 0xD800) << 10) + low - 0xDC00);
                return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            _ => return self.fail("in string escape code"),
        };
        self.skip();
        Ok(character)
    }

    /// Reads four hexadecimal digits.
    fn code(&mut self) -> Result<u32, Failure> {
        let mut code = 0;
        for _ in 0..4 {
            match self.peek().and_then(|it| char::from(it).to_digit(16)) {
                Some(digit) => code = code << 4 | digit,
                None => return self.fail("in \\u hexadecimal character escape"),
            }
            self.skip();
        }
        Ok(code)
    }

    /// Reads the second half of a surrogate pair, if it follows.
    fn low_surrogate(&mut self) -> Option<u32> {
        let rest = self.text.get(self.position..self.position + 6)?;
        let digits = rest.strip_prefix(b"\\u").and_then(|it| str::from_utf8(it).ok())?;
        let low = u32::from_str_radix(digits, 16).ok()?;
        if !(0xDC00..0xE000).contains(&low) {
            return None;
        }
        for _ in 0..6 {
            self.skip();
        }
        Some(low)
    }
}
