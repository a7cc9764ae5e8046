//! YAML that cannot be read, in the words of kubectl's YAML library.

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

/// Words of the parser used here, the words of kubectl's, and whether that one is its scanner:
/// the scanner's lines are those of the error, the parser's those of the block around it, counted
/// from 0; the first line is not named (`fail` of `goyaml.v2/decode.go`).
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
    ("end of stream", "found unexpected end of stream", true),
    ("document indicator", "found unexpected document indicator", true),
    (
        "expected alphabetic or numeric",
        "did not find expected alphabetic or numeric character",
        true,
    ),
    ("simple key", "could not find expected ':'", true),
    ("did not find expected key", "did not find expected key", false),
    ("expected '-' indicator", "did not find expected '-' indicator", false),
    ("expected ',' or '}'", "did not find expected ',' or '}'", false),
    ("expected ',' or ']'", "did not find expected ',' or ']'", false),
    ("expected node content", "did not find expected node content", false),
    ("invalid indentation", "did not find expected key", false),
];

/// Translates an error of the parser; `block` is the collection that was open.
pub(super) fn from_scan_error(
    error: &ScanError,
    text: &str,
    first_line: u32,
    block: Option<Place>,
) -> Syntax {
    let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX / 2);
    let marker = error.marker();
    let row = number(marker.line()).max(1) - 1;
    let place = Place {
        line: first_line.saturating_add(row),
        column: number(marker.col()).saturating_add(1),
    };
    let info = error.info();
    if info.contains("unknown anchor") {
        let name = scalar::word_at(text, marker.index());
        let message = format!("yaml: unknown anchor '{name}' referenced");
        return Syntax { message, place, advice: format!("define it before, with &{name}") };
    }
    let known = WORDS.iter().find(|(ours, _, _)| info.contains(ours));
    let words = known.map_or(info, |(_, words, _)| words);
    let line = match known {
        Some((_, _, false)) => {
            let row_of_block = block.map_or(0, |block| block.line.saturating_sub(first_line));
            if row_of_block > 0 { row_of_block } else { row }
        }
        _ if row == 0 && words.contains("end of stream") => number(text.lines().count() + 1),
        _ if row == 0 => 0,
        _ => row.saturating_add(1),
    };
    // A bracket that is not closed is found at the end of the text; what helps is where it opens.
    let place = match block {
        Some(open) if words.contains("',' or") => open,
        _ => place,
    };
    let message =
        if line == 0 { format!("yaml: {words}") } else { format!("yaml: line {line}: {words}") };
    Syntax { message, place, advice: advice(words, text, row).into() }
}

fn advice(words: &str, text: &str, row: u32) -> &'static str {
    let line = text.lines().nth(usize::try_from(row).unwrap_or(usize::MAX)).unwrap_or_default();
    if line.contains("{{") {
        "this is a template, not a manifest: render it first, for example with helm template"
    } else if line.trim_start_matches(' ').starts_with('\t') {
        "indent with spaces: YAML allows no tabs there"
    } else if words.starts_with("mapping values") {
        "check the indentation of this line against the line above, or put quotes around a value that contains a colon"
    } else if words.contains("expected key") || words.contains("'-' indicator") {
        "check the indentation: lines of one level must begin in the same column"
    } else if words.contains("any token") {
        "put quotes around a value that begins with this character"
    } else if words.contains("',' or") || words.contains("end of stream") {
        "close the bracket or the quote"
    } else {
        ""
    }
}
