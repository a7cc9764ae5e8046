//! What is wrong with a text that is not YAML, in plain words, and where.
//!
//! A YAML library says what it did not find, and often lines later. This looks at the lines around that place
//! for what people get wrong: indentation, colons, quotes, brackets.

/// An error of the YAML library. Rows and columns count from 0.
pub(super) struct Failure<'t> {
    /// The lines of the document.
    pub(super) lines: &'t [&'t str],
    pub(super) row: usize,
    pub(super) column: usize,
    /// In the words of the library.
    pub(super) words: &'t str,
    /// Where the innermost collection begins that is not closed.
    pub(super) open: Option<(usize, usize)>,
}

/// A mistake. Rows and columns count from 0.
#[derive(Debug, PartialEq)]
pub(super) struct Mistake {
    pub(super) row: usize,
    pub(super) column: usize,
    pub(super) words: String,
}

pub(super) const TEMPLATE: &str =
    "this is a template, not a manifest: render it first, for example with helm template";

/// The mistake behind a failure.
pub(super) fn find(failure: &Failure<'_>) -> Mistake {
    let checks = [foreign, tab, quote, bracket, character, punctuation, second_colon, indentation];
    checks.iter().find_map(|check| check(failure)).unwrap_or_else(|| failure.here(""))
}

impl<'t> Failure<'t> {
    fn says(&self, words: &str) -> bool {
        self.words.contains(words)
    }

    fn line(&self, row: usize) -> &'t str {
        self.lines.get(row).copied().unwrap_or_default()
    }

    /// The row above that is neither blank nor a comment.
    fn above(&self) -> Option<usize> {
        (0..self.row.min(self.lines.len())).rev().find(|row| has_content(self.line(*row)))
    }

    /// Whether a row belongs to a text of several lines that begins with `|` or `>`.
    fn is_in_block_text(&self, row: usize) -> bool {
        let is_around = |above: &&usize| {
            has_content(self.line(**above)) && indent(self.line(**above)) < indent(self.line(row))
        };
        let rows: Vec<usize> = (0..row).collect();
        let head = rows.iter().rev().find(is_around).map_or("", |row| self.line(*row));
        head.trim_end_matches([' ', '-', '+']).ends_with(['|', '>'])
    }

    /// Whether a collection that begins there has brackets.
    fn is_flow(&self, (row, column): (usize, usize)) -> bool {
        matches!(self.line(row).chars().nth(column), Some('[' | '{'))
    }

    /// The character where the failure was found.
    fn found(&self) -> Option<char> {
        self.line(self.row).chars().nth(self.column)
    }

    fn here(&self, words: impl Into<String>) -> Mistake {
        Mistake { row: self.row, column: self.column, words: words.into() }
    }

    /// A mistake of a whole line.
    fn at(&self, row: usize, words: impl Into<String>) -> Option<Mistake> {
        Some(Mistake { row, column: indent(self.line(row)), words: words.into() })
    }
}

fn has_content(line: &str) -> bool {
    !line.trim().is_empty() && !line.trim().starts_with('#')
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// What does not belong into a manifest: templates, and what stands around a manifest on a page.
fn foreign(failure: &Failure<'_>) -> Option<Mistake> {
    let rows = [Some(failure.row), failure.above()];
    if let Some(row) = rows.into_iter().flatten().find(|row| failure.line(*row).contains("{{")) {
        return failure.at(row, TEMPLATE);
    }
    let is_foreign = |row: &usize| failure.line(*row).trim_start().starts_with(['`', '$']);
    let row = rows.into_iter().flatten().find(is_foreign)?;
    failure.at(row, "remove this line: it is not part of the manifest")
}

fn tab(failure: &Failure<'_>) -> Option<Mistake> {
    let is_tabbed = |row: &usize| {
        let line = failure.line(*row);
        line.get(..indent(line)).is_some_and(|space| space.contains('\t'))
    };
    let row = [failure.row, failure.row + 1].into_iter().find(is_tabbed)?;
    failure.at(row, "this line is indented with a tab: YAML allows only spaces")
}

/// A quote that is not closed, what follows one that is, and what a backslash does in one.
fn quote(failure: &Failure<'_>) -> Option<Mistake> {
    if failure.says("escape") {
        let words = "in double quotes, a backslash starts an escape sequence: write two backslashes, or use single quotes";
        return Some(failure.here(words));
    }
    let rows = [Some(failure.row), failure.above()];
    let open = |row: usize| open_quote(failure.line(row)).map(|(column, sign)| (row, column, sign));
    if let Some((row, column, sign)) = rows.into_iter().flatten().find_map(open) {
        let words = format!("the {sign} quote that starts here is never closed");
        return Some(Mistake { row, column, words });
    }
    let before = failure.line(failure.row).chars().take(failure.column).collect::<String>();
    let is_behind = failure.says("expected key") && before.trim_end().ends_with(['"', '\'']);
    is_behind.then(|| failure.here("remove the text after the closing quote"))
}

/// The column and the sign of a quote that begins a value and is not closed on its line.
fn open_quote(line: &str) -> Option<(usize, char)> {
    let (mut open, mut before) = (None, ' ');
    let mut characters = line.chars().enumerate();
    while let Some((column, character)) = characters.next() {
        match (open, character) {
            (Some((_, '"')), '\\') => drop(characters.next()),
            (Some((_, sign)), it) if it == sign => open = None,
            (Some(_), _) => {}
            (None, '#') if before == ' ' => break,
            (None, '"' | '\'') if matches!(before, ' ' | '[' | '{' | ',' | '(') => {
                open = Some((column, character));
            }
            (None, _) => {}
        }
        before = character;
    }
    open
}

/// A bracket that is not closed, or not opened, and a comma that is missing.
fn bracket(failure: &Failure<'_>) -> Option<Mistake> {
    if failure.open.is_none_or(|open| !failure.is_flow(open))
        && matches!(failure.found(), Some(']' | '}'))
    {
        return Some(failure.here("this bracket has no matching opening bracket"));
    }
    let (row, column) = failure.open?;
    let sign = failure.line(row).chars().nth(column).filter(|it| matches!(it, '[' | '{'))?;
    let first = failure.line(row).chars().skip(column);
    let rest = failure.lines.iter().skip(row + 1).flat_map(|line| line.chars());
    let mut depth = 0_i32;
    let is_closed = first.chain(rest).any(|character| {
        depth += i32::from(matches!(character, '[' | '{'));
        depth -= i32::from(matches!(character, ']' | '}'));
        depth == 0
    });
    match is_closed {
        true => Some(failure.here("a comma is missing before this item")),
        false => Some(Mistake {
            row,
            column,
            words: format!("the {sign} that starts here is never closed"),
        }),
    }
}

/// A value that begins with a character that means something to YAML.
fn character(failure: &Failure<'_>) -> Option<Mistake> {
    if failure.says("sequence entries") {
        return Some(failure.here("start the list on the next line, with a dash before each item"));
    }
    let found = failure.found()?;
    let is_special = failure.says("any token") || failure.says("alphabetic");
    is_special.then(|| failure.here(format!("put quotes around a value that starts with {found}")))
}

/// A colon or a dash without a space, and a key without a colon.
fn punctuation(failure: &Failure<'_>) -> Option<Mistake> {
    let rows = [Some(failure.row), failure.above()];
    rows.into_iter().flatten().find_map(|row| {
        let line = failure.line(row).trim();
        let item = line.strip_prefix("- ");
        // A list of texts such as a:b is good, unless something is below one of them.
        let is_list =
            item.is_some() && indent(failure.line(failure.row)) <= indent(failure.line(row));
        let content = item.unwrap_or(line);
        let is_name = |it: char| it.is_ascii_alphanumeric() || matches!(it, '.' | '/' | '_' | '-');
        let end = content.find(|it: char| !is_name(it)).unwrap_or(content.len());
        let (name, rest) = content.split_at(end);
        if is_list || name.is_empty() {
            None
        } else if name.starts_with('-') && !name.starts_with("--") {
            failure.at(row, "add a space after the dash")
        } else if rest.starts_with(':') && !rest.contains(": ") && rest.len() > 1 {
            failure.at(row, "add a space after the colon")
        } else if item.is_none() && !line.contains(':') && !failure.is_in_block_text(row) {
            failure.at(row, "this line has no colon: write it as name: value")
        } else {
            None
        }
    })
}

/// A value with a colon in it.
fn second_colon(failure: &Failure<'_>) -> Option<Mistake> {
    let line = failure.line(failure.row);
    let first = line.find(": ").filter(|_| failure.says("mapping values"))?;
    let words = "this value contains a colon: put quotes around it";
    let column = line.get(..first)?.chars().count() + 2;
    (failure.column >= column).then(|| Mistake { row: failure.row, column, words: words.into() })
}

/// A line that begins in no column of the lines above.
fn indentation(failure: &Failure<'_>) -> Option<Mistake> {
    let line = failure.line(failure.row);
    let (own, is_item) = (indent(line), line.trim_start().starts_with('-'));
    let above = failure.line(failure.above()?).trim_end();
    let (mut higher, mut deeper) = (None, None);
    for (level, of_items) in levels(failure.lines.get(..failure.row)?) {
        if of_items != is_item {
            continue;
        } else if level == own {
            return None;
        } else if level < own {
            higher = Some(level);
        } else {
            deeper = deeper.or(Some(level));
        }
    }
    let levels = match (higher, deeper) {
        (Some(higher), Some(deeper)) => format!("{higher} or {deeper}"),
        (Some(_), None) if above.ends_with(':') => return None,
        (one, other) => one.or(other)?.to_string(),
    };
    let spaces = if own == 1 { "space" } else { "spaces" };
    let words = format!(
        "this line is indented {own} {spaces}, but the lines at its level are indented {levels}"
    );
    if has_content(line) { failure.at(failure.row, words) } else { None }
}

/// The columns in which the blocks begin that are open after these lines, and whether they are those of list items.
fn levels(lines: &[&str]) -> Vec<(usize, bool)> {
    let mut levels: Vec<(usize, bool)> = Vec::new();
    for line in lines.iter().filter(|line| has_content(line)) {
        let mut column = indent(line);
        levels.retain(|(level, _)| *level <= column);
        let mut rest = line.trim_start();
        while let Some(item) = rest.strip_prefix("- ") {
            levels.push((column, true));
            column += 2 + indent(item);
            rest = item.trim_start();
        }
        levels.push((column, false));
    }
    levels
}
