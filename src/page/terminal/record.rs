//! A command and its output.

use crate::kubectl::Output;

/// The most output that is kept for a command, in bytes. The oldest lines are dropped.
const OUTPUT_MAX: usize = 20_000;

/// A command and its output.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CommandRecord {
    /// The prompt before the command line; empty for the terminal's own `$`.
    pub prompt: String,
    /// The command line.
    pub line: String,
    /// The output, in order: whether it is stderr, and the text.
    pub printed: Vec<(bool, String)>,
    /// The exit status so far.
    pub exit: u8,
    /// A note below the output.
    pub advice: String,
}

impl CommandRecord {
    /// A finished command.
    pub fn new(line: String, output: Output) -> CommandRecord {
        let Output { exit, stdout, stderr, advice, .. } = output;
        let mut record = CommandRecord { line, exit, advice, ..CommandRecord::default() };
        record.print(false, &stdout);
        record.print(true, &stderr);
        record
    }

    /// Appends to the output.
    pub fn print(&mut self, is_error: bool, text: &str) {
        if text.is_empty() {
            return;
        }
        match self.printed.last_mut() {
            Some((is_same, last)) if *is_same == is_error => last.push_str(text),
            _ => self.printed.push((is_error, text.into())),
        }
        let size: usize = self.printed.iter().map(|(_, text)| text.len()).sum();
        let mut excess = size.saturating_sub(OUTPUT_MAX);
        while excess > 0
            && let Some((_, first)) = self.printed.first_mut()
        {
            let line = first.bytes().enumerate().skip(excess - 1).find(|(_, byte)| *byte == b'\n');
            if let Some((end, _)) = line {
                first.drain(..=end);
                break;
            }
            excess = excess.saturating_sub(first.len());
            match self.printed.len() {
                // A single line can be longer.
                1 => break,
                _ => drop(self.printed.remove(0)),
            }
        }
        self.printed.retain(|(_, text)| !text.is_empty());
    }

    /// The first text on stderr, or else the first text.
    pub fn first(&self) -> &str {
        let error = self.printed.iter().find(|(is_error, _)| *is_error);
        error.or(self.printed.first()).map_or("", |(_, text)| text)
    }
}
