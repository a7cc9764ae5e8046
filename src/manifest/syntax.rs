//! YAML that cannot be read, in the words of kubectl's YAML library.

use super::mistake::{self, Failure, Mistake};
use super::scalar;
use super::tree::Place;
use saphyr_parser::ScanError;

/// Why a text is not YAML.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Syntax {
    /// In the words of the YAML library, from `yaml: ` on.
    pub(super) message: String,
    pub(super) place: Place,
    pub(super) advice: String,
}

/// Words of the parser used here, the words of kubectl's, and whether that one is its scanner, which counts
/// lines from 1; its parser counts them from 0. The first line is not named (`fail` of `goyaml.v2/decode.go`).
const WORDS: &[(&str, &str, bool)] = &[
    ("mapping values are not allowed", "mapping values are not allowed in this context", true),
    ("mapping keys are not allowed", "mapping keys are not allowed in this context", true),
    (
        "block sequence entries are not allowed",
        "block sequence entries are not allowed in this context",
        true,
    ),
    ("tab", "found character that cannot start any token", true),
    ("unexpected character", "found character that cannot start any token", true),
    ("unknown escape character", "found unknown escape character", true),
    ("end of stream", END_OF_STREAM, true),
    ("document indicator", "found unexpected document indicator", true),
    ("expected alphabetic or numeric", ALPHABETIC, true),
    ("simple key", "could not find expected ':'", true),
    ("comment or line break", "did not find expected comment or line break", true),
    ("did not find expected key", EXPECTED_KEY, false),
    ("expected '-' indicator", "did not find expected '-' indicator", false),
    ("expected ',' or '}'", "did not find expected ',' or '}'", false),
    ("expected ',' or ']'", "did not find expected ',' or ']'", false),
    ("expected node content", "did not find expected node content", false),
    ("invalid indentation", EXPECTED_KEY, false),
    ("comment intercepting", EXPECTED_KEY, false),
    ("misplaced bracket", EXPECTED_KEY, false),
    ("trailing content", EXPECTED_KEY, false),
];

const END_OF_STREAM: &str = "found unexpected end of stream";
const EXPECTED_KEY: &str = "did not find expected key";
const ALPHABETIC: &str = "did not find expected alphabetic or numeric character";
const TAB_IN_TEXT: &str = "found a tab character that violates indentation";

/// Translates an error of the parser; `block` is the collection that was open.
pub(super) fn from_scan_error(
    error: &ScanError,
    text: &str,
    first_line: u32,
    block: Option<Place>,
) -> Syntax {
    let lines: Vec<&str> = text.lines().collect();
    let (marker, info) = (error.marker(), error.info());
    let (row, column) = (marker.line().max(1) - 1, marker.col());
    let name = scalar::word_at(text, marker.index());
    let is_anchor = info.contains("unknown anchor");
    if is_anchor
        && name.starts_with(|it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '-'))
    {
        let message = format!("yaml: unknown anchor '{name}' referenced");
        let place = place(first_line, row, column);
        let advice = format!("define it before, with &{name}: *{name} refers to nothing");
        return Syntax { message, place, advice };
    }
    let info = if is_anchor { ALPHABETIC } else { info };
    let row_of = |block: Place| block.line.saturating_sub(first_line) as usize;
    let open = block.map(|block| (row_of(block), block.column.saturating_sub(1) as usize));
    let (words, row, line) = kubectl(&lines, (row, column), info, open);
    let failure = Failure { lines: &lines, row, column, words: [info, words], open };
    let Mistake { row, column, words: advice } = mistake::find(&failure);
    let message =
        if line == 0 { format!("yaml: {words}") } else { format!("yaml: line {line}: {words}") };
    Syntax { message, place: place(first_line, row, column), advice }
}

/// The words of kubectl, the row of the error, and the line that kubectl names, 0 for none.
fn kubectl<'t>(
    lines: &[&str],
    (row, column): (usize, usize),
    info: &'t str,
    open: Option<(usize, usize)>,
) -> (&'t str, usize, usize) {
    let known = WORDS.iter().find(|(ours, _, _)| info.contains(ours));
    let (words, is_scanner) =
        known.map_or((info, true), |(_, words, is_scanner)| (words, *is_scanner));
    let at = |row: usize, column: usize| lines.get(row).and_then(|line| line.chars().nth(column));
    let below =
        (row + 1..lines.len()).find(|row| lines.get(*row).is_some_and(|it| !it.trim().is_empty()));
    match words {
        END_OF_STREAM => (words, row, lines.len() + 1),
        // The quoted text ends further below, or never.
        EXPECTED_KEY if let Some(quote @ ('"' | '\'')) = at(row, column) => {
            let is_end = |row: &usize| lines.get(*row).is_some_and(|line| line.contains(quote));
            match (row + 1..lines.len()).find(is_end) {
                Some(end) => (words, row, end),
                None => (END_OF_STREAM, row, lines.len() + 1),
            }
        }
        EXPECTED_KEY
            if let Some(bracket @ ('[' | '{')) = open.and_then(|(row, column)| at(row, column)) =>
        {
            let words = if bracket == '[' {
                "did not find expected ',' or ']'"
            } else {
                "did not find expected ',' or '}'"
            };
            (words, row, row)
        }
        EXPECTED_KEY if info.contains("comment intercepting") => {
            let row = below.unwrap_or(row);
            (words, row, row)
        }
        _ if is_scanner
            && info.contains("tab")
            && below == Some(row + 1)
            && at(row + 1, 0) == Some('\t') =>
        {
            (TAB_IN_TEXT, row + 1, row + 2)
        }
        _ if is_scanner && row > 0 => (words, row, row + 1),
        _ => (words, row, row),
    }
}

fn place(first_line: u32, row: usize, column: usize) -> Place {
    let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX / 2);
    Place { line: first_line.saturating_add(number(row)), column: number(column).saturating_add(1) }
}

/// What is refused before anything is read: a character that YAML does not allow (`yaml_parser_update_buffer`).
pub(super) fn bad_character(text: &str, first_line: u32) -> Option<Syntax> {
    let is_bad = |it: char| {
        it.is_control() && !matches!(it, '\t' | '\n' | '\r' | '\u{85}') || it == '\u{feff}'
    };
    let (row, line) = text.lines().enumerate().find(|(_, line)| line.contains(is_bad))?;
    let column = line.chars().take_while(|it| !is_bad(*it)).count();
    let message = "yaml: control characters are not allowed".into();
    let advice = "remove the invisible character here".into();
    Some(Syntax { message, place: place(first_line, row, column), advice })
}
