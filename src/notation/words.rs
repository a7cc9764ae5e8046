//! From one line of text to its words.

use super::Word;

/// What one line of text says.
pub(super) struct Split {
    /// The words before any `<<WORD` and comment.
    pub(super) words: Vec<Raw>,
    /// The word of `<<WORD`.
    pub(super) heredoc: Option<Word>,
}

/// A word and the bytes of the line that it was made from.
pub(super) struct Raw {
    pub(super) word: Word,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Why a line has no words: where (a column from 1), what is wrong, what to write instead.
pub(super) struct Trouble {
    pub(super) column: u32,
    pub(super) message: &'static str,
    pub(super) suggestion: &'static str,
}

/// Splits a line, which contains no line break, into words.
pub(super) fn split(line: &str) -> Result<Split, Trouble> {
    let mut reader =
        Reader { chars: line.char_indices().peekable(), column: 1, length: line.len() };
    let mut split = Split { words: Vec::new(), heredoc: None };
    loop {
        reader.skip_blanks();
        match reader.peek() {
            None | Some('#') => return Ok(split),
            Some(_) => {}
        }
        let column = reader.column;
        if let Some(mark) = &split.heredoc {
            return Err(Trouble {
                column: mark.column,
                message: "<<WORD must be the last of its line",
                suggestion: "move it to the end, as in `kubectl apply -f - <<EOF`",
            });
        }
        if line.get(reader.position()..).is_some_and(|rest| rest.starts_with("<<")) {
            split.heredoc = Some(reader.heredoc(column)?);
        } else {
            split.words.push(reader.word()?);
        }
    }
}

/// Goes through the characters of a line and counts columns.
struct Reader<'a> {
    chars: std::iter::Peekable<std::str::CharIndices<'a>>,
    column: u32,
    length: usize,
}

impl Reader<'_> {
    fn peek(&mut self) -> Option<char> {
        self.chars.peek().map(|(_, c)| *c)
    }

    /// The byte that comes next.
    fn position(&mut self) -> usize {
        self.chars.peek().map_or(self.length, |(at, _)| *at)
    }

    fn next(&mut self) -> Option<char> {
        let (_, c) = self.chars.next()?;
        self.column = self.column.saturating_add(1);
        Some(c)
    }

    fn skip_blanks(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.next();
        }
    }

    /// The word of `<<WORD`; blanks after `<<` and quotes around the word are allowed.
    fn heredoc(&mut self, column: u32) -> Result<Word, Trouble> {
        self.next();
        self.next();
        self.skip_blanks();
        let word = match self.peek() {
            None | Some('#' | '<') => String::new(),
            Some(_) => self.word()?.word.text,
        };
        if word.is_empty() || word.starts_with('-') || word.contains(char::is_whitespace) {
            return Err(Trouble {
                column,
                message: "<< must be followed by a word that ends the text",
                suggestion: "write `<<EOF`, then the text, then `EOF` on a line of its own",
            });
        }
        Ok(Word { text: word, column })
    }

    fn word(&mut self) -> Result<Raw, Trouble> {
        let (start, column) = (self.position(), self.column);
        let mut text = String::new();
        while let Some(c) = self.peek() {
            if c.is_whitespace() {
                break;
            }
            self.next();
            match c {
                '\'' | '"' => self.quoted(c, &mut text)?,
                '$' if self.peek() == Some('\'') => self.escaped(&mut text)?,
                '\\' => match self.next() {
                    Some(escaped) => text.push(escaped),
                    None => {
                        return Err(Trouble {
                            column: self.column.saturating_sub(1),
                            message: "a line cannot be continued with \\",
                            suggestion: "write the command on one line",
                        });
                    }
                },
                _ => text.push(c),
            }
        }
        Ok(Raw { word: Word { text, column }, start, end: self.position() })
    }

    /// Reads `'...'` after `$`: `\n` is a line break, `\t` a tab; a backslash before any other character is removed.
    fn escaped(&mut self, text: &mut String) -> Result<(), Trouble> {
        let column = self.column.saturating_sub(1);
        self.next();
        while let Some(c) = self.next() {
            let c = match (c, self.next_if(c == '\\')) {
                ('\'', _) => return Ok(()),
                (_, Some('n')) => '\n',
                (_, Some('t')) => '\t',
                (_, Some(escaped)) => escaped,
                (c, None) => c,
            };
            text.push(c);
        }
        Err(not_closed(column))
    }

    /// What stands up to the closing `mark`, which is taken too.
    fn quoted(&mut self, mark: char, text: &mut String) -> Result<(), Trouble> {
        let column = self.column.saturating_sub(1);
        while let Some(c) = self.next() {
            if c == mark {
                return Ok(());
            }
            // Within double quotes a shell escapes these only; any other backslash is itself.
            let is_escape = c == '\\' && mark == '"' && matches!(self.peek(), Some('"' | '\\'));
            match self.next_if(is_escape) {
                Some(escaped) => text.push(escaped),
                None => text.push(c),
            }
        }
        Err(not_closed(column))
    }

    fn next_if(&mut self, wanted: bool) -> Option<char> {
        if wanted { self.next() } else { None }
    }
}

fn not_closed(column: u32) -> Trouble {
    Trouble { column, message: "the quote is not closed", suggestion: "close it on the same line" }
}
