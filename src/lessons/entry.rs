//! A keyword of a lesson with what follows it, and faults in it.

use crate::notation::{NotationError, closest};

/// A keyword and what follows it, on its line and the indented lines below.
pub(super) struct Entry<'a> {
    /// The keyword.
    pub(super) word: &'a str,
    /// What follows, on one line; of a line with `<<WORD`, all of it as it stands.
    pub(super) text: String,
    /// The number of the line.
    pub(super) line: u32,
    /// The column at which the text begins.
    pub(super) column: u32,
}

impl Entry<'_> {
    /// Something is wrong with the text.
    pub(super) fn fault(&self, message: String, suggestion: &str) -> NotationError {
        fault(self.line, self.column, message, suggestion)
    }

    /// The keyword is not among those that may stand here.
    pub(super) fn unknown(&self, words: &[&str], place: &str) -> NotationError {
        let suggestion = match closest(self.word, words.iter().copied()) {
            Some(word) => format!("did you mean `{word}`?"),
            None => format!("there may be: {}", words.join(", ")),
        };
        fault(self.line, 1, format!("`{}` means nothing in {place}", self.word), &suggestion)
    }

    /// The text, which must be there and not be too long.
    pub(super) fn text_of(&self, most: usize, errors: &mut Vec<NotationError>) -> String {
        let count = self.text.chars().count();
        if count == 0 {
            errors
                .push(self.fault(format!("`{}` says nothing", self.word), "write a text after it"));
        }
        if count > most {
            let message = format!("{count} characters are too many to be read at once");
            errors.push(self.fault(message, &format!("say it in {most}")));
        }
        self.text.clone()
    }
}

/// Something is wrong here.
pub(super) fn fault(line: u32, column: u32, message: String, suggestion: &str) -> NotationError {
    NotationError { line, column, message, suggestion: suggestion.into() }
}
