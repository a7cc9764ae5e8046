//! From text to lines.

use super::words::{self, Raw};
use super::{Heredoc, Line, NotationError, VERSION, closest, format_duration, parse_duration};
use crate::limits::{self, Limit};

/// The most errors that are told of one text.
const MOST_ERRORS: usize = 100;

/// Reads a recipe, its header included.
pub(super) fn recipe(text: &str) -> Result<Vec<Line>, Vec<NotationError>> {
    too_long(text).map_or(Ok(()), |error| Err(vec![error]))?;
    let mut reader = Reader::new(text);
    let mut lines: Vec<Line> = Vec::new();
    let mut errors = Vec::new();
    let mut has_header = false;
    let mut now_ms = 0;
    while errors.len() < MOST_ERRORS
        && let Some(result) = reader.next_line(now_ms)
    {
        let line = match result {
            Ok(line) => line,
            Err(error) => {
                // An unreadable first line is reported as such, not as a missing header as well.
                has_header = true;
                errors.push(error);
                continue;
            }
        };
        if !has_header {
            has_header = true;
            match check_header(&line) {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => errors.push(error),
            }
        } else if is_header(&line) {
            errors.push(error(
                &line,
                "`ordinal` may stand in the first line only".into(),
                "remove this line".into(),
            ));
        }
        now_ms = line.at_ms;
        lines.push(line);
    }
    if !has_header {
        errors.push(missing_header(1, 1));
    }
    if errors.is_empty() { Ok(lines) } else { Err(errors) }
}

/// Reads one command without a time.
pub(super) fn terminal_line(text: &str) -> Result<Line, NotationError> {
    too_long(text).map_or(Ok(()), Err)?;
    let mut reader = Reader::new(text);
    let line = reader.next_line(0).unwrap_or_else(|| {
        Err(NotationError {
            line: 1,
            column: 1,
            message: "the line is empty".into(),
            suggestion: "try `kubectl get pods`".into(),
        })
    })?;
    if reader.has_at {
        return Err(NotationError {
            line: line.number,
            column: 1,
            message: "here a line runs at once".into(),
            suggestion: format!("leave out `at {}`", format_duration(line.at_ms)),
        });
    }
    match reader.next_line(0) {
        None => Ok(line),
        Some(second) => {
            let number = second.map_or_else(|error| error.line, |line| line.number);
            Err(NotationError {
                line: number,
                column: 1,
                message: "one line at a time".into(),
                suggestion: "run the lines one after the other".into(),
            })
        }
    }
}

/// Refuses a text with too many bytes or lines before any of it is read.
fn too_long(text: &str) -> Option<NotationError> {
    let number = text.bytes().filter(|byte| *byte == b'\n').count();
    let limit = match () {
        () if text.len() > limits::RECIPE_BYTES => Limit::RecipeBytes,
        () if number > limits::RECIPE_LINES => Limit::RecipeLines,
        () => return None,
    };
    let suggestion = "make several stories of it".into();
    Some(NotationError { line: 1, column: 1, message: limit.sentence(), suggestion })
}

fn is_header(line: &Line) -> bool {
    line.words.first().is_some_and(|word| word.text == "ordinal")
}

fn error(line: &Line, message: String, suggestion: String) -> NotationError {
    let column = line.words.first().map_or(1, |word| word.column);
    NotationError { line: line.number, column, message, suggestion }
}

fn missing_header(line: u32, column: u32) -> NotationError {
    NotationError {
        line,
        column,
        message: "the recipe does not begin with the version of its notation".into(),
        suggestion: format!("put `ordinal {VERSION}` before it, on a line of its own"),
    }
}

/// Whether the first line is the header; a header that cannot be read is an error.
fn check_header(line: &Line) -> Result<bool, NotationError> {
    if !is_header(line) {
        let first = line.words.first();
        let column = first.map_or(1, |word| word.column);
        let mut missing = missing_header(line.number, column);
        if first.is_some_and(|word| closest(&word.text, ["ordinal"]).is_some()) {
            missing.suggestion = format!("did you mean `ordinal {VERSION}`?");
        }
        return Err(missing);
    }
    let words: Vec<&str> = line.words.iter().skip(1).map(|word| word.text.as_str()).collect();
    let wanted = format!("write `ordinal {VERSION}`");
    match words.as_slice() {
        [version] if *version == VERSION => Ok(true),
        [version] if version.bytes().all(|byte| byte.is_ascii_digit()) => Err(error(
            line,
            format!(
                "the recipe is in version {version} of the notation; this is version {VERSION}"
            ),
            "open it with the program that wrote it".into(),
        )),
        _ => Err(error(line, "`ordinal` must be followed by a version".into(), wanted)),
    }
}

/// Goes through the lines of a text.
struct Reader<'a> {
    lines: std::iter::Enumerate<std::str::SplitInclusive<'a, char>>,
    /// Whether the line read last began with `at`.
    has_at: bool,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Reader<'a> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        Reader { lines: text.split_inclusive('\n').enumerate(), has_at: false }
    }

    /// The next line that says something, with what stands below it; `now_ms` is its time by default.
    fn next_line(&mut self, now_ms: u64) -> Option<Result<Line, NotationError>> {
        loop {
            let (index, text) = self.lines.next()?;
            let text = text.strip_suffix('\n').unwrap_or(text);
            let number = line_number(index);
            if text.len() > limits::LINE_BYTES {
                return Some(Err(NotationError {
                    line: number,
                    column: 1,
                    message: Limit::LineBytes.sentence(),
                    suggestion: "write what is long below the line, behind <<EOF".into(),
                }));
            }
            let split = match words::split(text) {
                Ok(split) => split,
                Err(trouble) => {
                    return Some(Err(NotationError {
                        line: number,
                        column: trouble.column,
                        message: trouble.message.into(),
                        suggestion: trouble.suggestion.into(),
                    }));
                }
            };
            if split.words.is_empty() && split.heredoc.is_none() {
                continue;
            }
            let heredoc = split.heredoc.map(|word| (self.heredoc(&word.text), word));
            let line = self.timed(number, text, split.words, now_ms);
            return Some(line.and_then(|line| match heredoc {
                None => Ok(line),
                Some((Some(heredoc), _)) => Ok(Line { heredoc: Some(heredoc), ..line }),
                Some((None, word)) => Err(NotationError {
                    line: number,
                    column: word.column,
                    message: format!("the text after <<{} has no end", word.text),
                    suggestion: format!("write `{}` alone on the line below it", word.text),
                }),
            }));
        }
    }

    /// Takes the lines up to `word`; none if the text ends before.
    fn heredoc(&mut self, word: &str) -> Option<Heredoc> {
        let mut first_line = None;
        let mut text = String::new();
        for (index, line) in self.lines.by_ref() {
            let first_line = *first_line.get_or_insert(line_number(index));
            if line.trim_end() == word {
                return Some(Heredoc { text, first_line });
            }
            text.push_str(line);
            if !line.ends_with('\n') {
                return None;
            }
        }
        None
    }

    /// Takes `at T` off the words.
    fn timed(
        &mut self,
        number: u32,
        text: &str,
        mut raw: Vec<Raw>,
        now_ms: u64,
    ) -> Result<Line, NotationError> {
        let fail = |column: u32, message: String, suggestion: &str| NotationError {
            line: number,
            column,
            message,
            suggestion: suggestion.into(),
        };
        let mut at_ms = now_ms;
        let end = raw.last().map_or(0, |last| last.end);
        self.has_at =
            raw.first().is_some_and(|first| text.get(first.start..first.end) == Some("at"));
        if self.has_at {
            let column = raw.get(1).map_or(1, |time| time.word.column);
            let time = raw.get(1).map_or("", |time| time.word.text.as_str());
            let is_number = !time.is_empty() && time.bytes().all(|byte| byte.is_ascii_digit());
            at_ms = match parse_duration(time) {
                Some(at_ms) => at_ms,
                None if is_number => {
                    let suggestion = format!("did you mean `at {time}s`?");
                    return Err(fail(column, format!("`{time}` has no unit"), &suggestion));
                }
                None => {
                    let suggestion = "write a time such as `500ms`, `41s`, `1m30s` or `2h`";
                    return Err(fail(column, format!("`{time}` is not a time"), suggestion));
                }
            };
            if at_ms > limits::CLUSTER_TIME_MS {
                let message = format!("`{time}` is too late: {}", Limit::ClusterTime.sentence());
                return Err(fail(column, message, "write an earlier time"));
            }
            if at_ms < now_ms {
                let before = format_duration(now_ms);
                let message = format!("`{time}` is before the line above, which is at {before}");
                return Err(fail(column, message, "put the lines in the order of their times"));
            }
            raw.drain(..2.min(raw.len()));
        }
        let Some(start) = raw.first().map(|first| first.start) else {
            return Err(fail(1, "the line has no command".into(), "write a command, or remove it"));
        };
        let source = text.get(start..end).unwrap_or_default().to_string();
        let words = raw.into_iter().map(|raw| raw.word).collect();
        Ok(Line { number, at_ms, words, heredoc: None, source })
    }
}

fn line_number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1)
}
