//! The line notation that the terminal, the lessons, the cases and the links share.
//!
//! A recipe is text: `ordinal 1` as its first line, then one command per line.
//!
//! ```text
//! ordinal 1
//! seed 7
//! kubectl apply -f - <<EOF
//! ...
//! EOF
//! at 20s  kubectl scale statefulset web --replicas=5   # a comment
//! at 31s  crash web-1
//! ```
//!
//! - `at T` gives the time (`500ms`, `41s`, `1m30s`, `2h`). Times never decrease; a line without
//!   `at` has the time of the line before it, and the first line has time 0 without it.
//! - Double and single quotes group words; `\` escapes one character, as in a shell. In `$'...'`, `\n` is a line break.
//! - `#` at the beginning of a word begins a comment.
//! - `<<WORD` at the end of a line takes the following lines, up to `WORD` alone at column 1.
//!
//! Lines end in `\n`. A `\r` before it is a blank in a command, and is kept in the text below one.
//!
//! This module knows what a line looks like, not what it means.

mod closest;
mod duration;
mod read;
mod words;

pub use closest::{closest, near};
pub use duration::{format_duration, parse_duration};

use std::fmt;

/// One command of a recipe, or one line of the terminal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// The number of the line in its text, from 1.
    pub number: u32,
    /// When it happens, in milliseconds since the beginning of the recipe.
    pub at_ms: u64,
    /// The words of the command; never empty.
    pub words: Vec<Word>,
    /// The text below the line, if the line ends in `<<WORD`.
    pub heredoc: Option<Heredoc>,
    /// The command as written, without `at T`, `<<WORD` and comment.
    pub source: String,
}

impl Line {
    /// The words without their places.
    pub fn texts(&self) -> Vec<&str> {
        self.words.iter().map(|word| word.text.as_str()).collect()
    }
}

/// A word of a line, its quotes taken off.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Word {
    /// The word.
    pub text: String,
    /// The column where it begins, in characters from 1.
    pub column: u32,
}

/// The text below a line that ends in `<<WORD`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heredoc {
    /// The text; each of its lines ends in `\n`.
    pub text: String,
    /// The number of its first line within the recipe, from 1.
    pub first_line: u32,
}

/// Why a text is not in the notation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NotationError {
    /// The number of the line, from 1.
    pub line: u32,
    /// The column, in characters from 1.
    pub column: u32,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub suggestion: String,
}

impl fmt::Display for NotationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.message)?;
        if self.suggestion.is_empty() { Ok(()) } else { write!(f, "; {}", self.suggestion) }
    }
}

/// The version of the notation, as in `ordinal 1`.
pub const VERSION: &str = "1";

/// Reads a recipe. The line `ordinal 1` is demanded, and is not among the lines returned.
///
/// # Errors
/// What is wrong with the text, in the order of the lines, at most a hundred things; a text beyond
/// [`RECIPE_LINES`](crate::limits::RECIPE_LINES) or [`RECIPE_BYTES`](crate::limits::RECIPE_BYTES).
pub fn parse(text: &str) -> Result<Vec<Line>, Vec<NotationError>> {
    read::recipe(text)
}

/// Reads one line of the terminal; a text for `<<WORD` may follow it. Its time is 0.
///
/// # Errors
/// If there is nothing in the line, more than one command, an `at`, or an open quote.
pub fn parse_line(text: &str) -> Result<Line, NotationError> {
    read::terminal_line(text)
}

/// Writes the lines as a recipe.
///
/// Reading the result gives the same lines again, only that `number`, `column` and `first_line`
/// are those of the new text.
pub fn print(lines: &[Line]) -> String {
    let mut text = format!("ordinal {VERSION}\n");
    for line in lines {
        // A command that is called `at` is only read as one behind a time.
        let is_at = line.source.split(char::is_whitespace).next() == Some("at");
        if line.at_ms > 0 || is_at {
            text.push_str("at ");
            text.push_str(&format_duration(line.at_ms));
            text.push(' ');
        }
        text.push_str(&line.source);
        if let Some(heredoc) = &line.heredoc {
            print_heredoc(&mut text, &heredoc.text);
        }
        text.push('\n');
    }
    text
}

/// Writes ` <<EOF`, the text and `EOF`, with another word where the text itself has a line `EOF`.
pub fn print_heredoc(text: &mut String, body: &str) {
    let mut word = String::from("EOF");
    while body.split('\n').any(|line| line.trim_end() == word) {
        word.push('_');
    }
    text.push_str(" <<");
    text.push_str(&word);
    text.push('\n');
    text.push_str(body);
    if !body.is_empty() && !body.ends_with('\n') {
        text.push('\n');
    }
    text.push_str(&word);
}

/// Writes `word` so that it is read as one word: as it is, or in quotes.
pub fn quote(word: &str) -> String {
    let is_plain = |c: char| !c.is_whitespace() && !matches!(c, '\'' | '"' | '\\');
    let has_meaning = word.starts_with('#') || word.starts_with("<<");
    if word.contains('\n') || word.contains("$'") {
        // A word never continues on the next line.
        let word = word.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n");
        format!("$'{word}'")
    } else if !word.is_empty() && !has_meaning && word.chars().all(is_plain) {
        word.to_string()
    } else if word.contains('\'') {
        format!("\"{}\"", word.replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        format!("'{word}'")
    }
}

#[cfg(test)]
mod tests;
