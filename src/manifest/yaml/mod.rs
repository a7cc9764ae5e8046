//! YAML as the parser of kubectl reads it.
//!
//! Follows `goyaml.v2` of `sigs.k8s.io/yaml`, which is a port of libyaml: [`scanner`] is `scannerc.go`, [`parser`]
//! is `parserc.go`, for one document. So it accepts what kubectl accepts, and rejects the rest in the same words at
//! the same place. `tests/it/yaml.rs` compares it with recordings of kubectl.

mod directives;
mod flow;
mod parser;
mod quoted;
mod scalars;
mod scanner;
mod simple_keys;

pub(super) use parser::{Event, Parser};

/// A position in the text, all counted from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Mark {
    /// In characters.
    pub(super) index: usize,
    pub(super) line: usize,
    /// In characters.
    pub(super) column: usize,
}

/// Why a text is not YAML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    /// In the words of the library.
    pub(super) words: &'static str,
    pub(super) mark: Mark,
    /// Where the text begins that could not be read to its end.
    pub(super) context: Mark,
    /// Whether this is an error of the scanner, which counts lines from 1; the parser counts them from 0.
    pub(super) is_scanner: bool,
}

impl Failure {
    /// The line that the message names, none for the first (`fail` of `goyaml.v2/decode.go`).
    pub(super) fn line(&self) -> Option<usize> {
        let line = match self.mark.line {
            0 => self.context.line,
            line => line + usize::from(self.is_scanner),
        };
        (line > 0).then_some(line)
    }
}

type Scanned<T> = Result<T, Failure>;

/// A token; where it begins and ends is in [`Spanned`].
#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    StreamEnd,
    /// The version of a `%YAML` directive.
    Version(u32, u32),
    /// The handle and the prefix of a `%TAG` directive.
    TagPrefix(String, String),
    DocumentStart,
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias(String),
    Anchor(String),
    /// The handle and the suffix.
    Tag(String, String),
    Scalar {
        text: String,
        is_plain: bool,
    },
}

/// A token and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Spanned {
    token: Token,
    start: Mark,
    end: Mark,
}
