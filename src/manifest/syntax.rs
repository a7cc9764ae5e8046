//! YAML that cannot be read, in the words of kubectl's YAML library.

use super::mistake::{self, Failure, Mistake};
use super::yaml;
use crate::api::json::Place;
pub(super) use mistake::TEMPLATE;

/// Why a text is not YAML.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Syntax {
    /// In the words of the YAML library, from `yaml: ` on.
    pub(super) message: String,
    pub(super) place: Place,
    pub(super) advice: String,
}

/// Explains an error of the parser; `block` is the collection that was open.
pub(super) fn from_failure(
    failure: &yaml::Failure,
    text: &str,
    first_line: u32,
    block: Option<Place>,
) -> Syntax {
    let lines = lines(text);
    let words = failure.words;
    // A quote that is never closed and a word that is no alias are at fault where they begin.
    let is_context = words.contains("end of stream") || words.contains("alphabetic");
    let mark = if is_context { failure.context } else { failure.mark };
    let row_of = |block: Place| block.line.saturating_sub(first_line) as usize;
    let open = block.map(|block| (row_of(block), block.column.saturating_sub(1) as usize));
    let (row, column) = (mark.line, mark.column);
    let Mistake { row, column, words: advice } =
        mistake::find(&Failure { lines: &lines, row, column, words, open });
    let message = match failure.line() {
        None => format!("yaml: {words}"),
        Some(line) => format!("yaml: line {line}: {words}"),
    };
    // The end of the text counts as the start of another line.
    let row = row.min(lines.len().saturating_sub(1));
    Syntax { message, place: place(first_line, row, column), advice }
}

/// The lines of a text, with the line breaks that YAML 1.1 has (`is_break` of `yamlprivateh.go`).
fn lines(text: &str) -> Vec<&str> {
    let others = ['\r', '\u{85}', '\u{2028}', '\u{2029}'];
    let lines =
        text.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split(others));
    let mut lines: Vec<&str> = lines.collect();
    // There is no line after the last line break.
    lines.pop_if(|last| last.is_empty());
    lines
}

fn place(first_line: u32, row: usize, column: usize) -> Place {
    let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX / 2);
    Place { line: first_line.saturating_add(number(row)), column: number(column).saturating_add(1) }
}

/// What is refused before anything is read: a character that YAML does not allow (`yaml_parser_update_buffer`).
pub(super) fn bad_character(text: &str, first_line: u32) -> Option<Syntax> {
    let is_bad = |it: char| {
        it.is_control() && !matches!(it, '\t' | '\n' | '\r' | '\u{85}')
            || matches!(it, '\u{fffe}' | '\u{ffff}')
    };
    let (row, line) = text.lines().enumerate().find(|(_, line)| line.contains(is_bad))?;
    let column = line.chars().take_while(|it| !is_bad(*it)).count();
    let message = "yaml: control characters are not allowed".into();
    let advice = "remove the invisible character here".into();
    Some(Syntax { message, place: place(first_line, row, column), advice })
}
