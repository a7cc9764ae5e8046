//! Expansion of words into arguments: variables, command substitution, braces, splitting, and file names.

use super::interpret::{Flow, Interpreter, Io, Sink};
use super::syntax::{Node, Part, Variable, Word};
use super::{Ask, OUTPUT_MAX, glob, paths, sum};
use std::cell::Cell;
use std::rc::Rc;

/// The maximum number of words in a brace expansion.
const BRACES_MAX: usize = 1_000;

/// An argument in progress.
#[derive(Default)]
struct Field {
    /// The text.
    text: String,
    /// The text as a pattern, with quoted characters escaped.
    pattern: String,
    /// Whether the pattern has wildcards.
    is_pattern: bool,
    /// Whether this is an argument even if the text is empty.
    is_there: bool,
}

impl Field {
    fn push(&mut self, text: &str, is_quoted: bool) {
        self.is_there |= is_quoted || !text.is_empty();
        self.text += text;
        for letter in text.chars() {
            let is_special = matches!(letter, '*' | '?' | '[' | '\\');
            if is_special && (is_quoted || letter == '\\') {
                self.pattern.push('\\');
            }
            self.is_pattern |= !is_quoted && matches!(letter, '*' | '?');
            self.pattern.push(letter);
        }
    }
}

/// Whether no part of a word is quoted or expanded.
pub(super) fn is_plain(word: &Word) -> bool {
    word.0.iter().all(|part| matches!(part, Part::Text(_, false)))
}

impl Interpreter {
    /// Expands words into arguments.
    pub(super) async fn fields(&mut self, words: &[Word], io: &Io) -> Result<Vec<String>, Flow> {
        let mut all = Vec::new();
        for word in words {
            let mut expanded = Vec::new();
            braces(word, &mut expanded);
            for word in &expanded {
                for field in self.split(word, io).await? {
                    match field.is_pattern {
                        true => self.files(&field, &mut all).await,
                        false => all.push(field.text),
                    }
                }
            }
        }
        Ok(all)
    }

    /// Expands a word without splitting it.
    pub(super) async fn text(&mut self, word: &Word, io: &Io) -> Result<String, Flow> {
        let mut text = String::new();
        for (number, part) in word.0.iter().enumerate() {
            match part {
                Part::Text(more, is_quoted) if number == 0 && !is_quoted => {
                    text += &self.home(more);
                }
                Part::Text(more, _) => text += more,
                part => text += &Box::pin(self.value(part, io)).await?,
            }
        }
        Ok(text)
    }

    /// Replaces `~` at the beginning with the home folder.
    fn home(&self, text: &str) -> String {
        let rest = text.strip_prefix('~').filter(|rest| rest.is_empty() || rest.starts_with('/'));
        match (rest, self.shell.get("HOME")) {
            (Some(rest), Some(home)) => home + rest,
            _ => text.into(),
        }
    }

    /// Splits the unquoted parts at blanks.
    async fn split(&mut self, word: &Word, io: &Io) -> Result<Vec<Field>, Flow> {
        let mut fields = vec![Field::default()];
        for (number, part) in word.0.iter().enumerate() {
            let last = fields.len() - 1;
            let is_quoted = match part {
                Part::Text(text, is_quoted) => {
                    let text = match number == 0 && !is_quoted {
                        true => &self.home(text),
                        false => text,
                    };
                    fields[last].push(text, *is_quoted);
                    continue;
                }
                Part::Variable(variable, true) if variable.name == "@" => {
                    let arguments = self.shell.0.borrow().arguments.clone();
                    for (number, argument) in arguments.iter().enumerate() {
                        if number > 0 {
                            fields.push(Field::default());
                        }
                        fields.last_mut().into_iter().for_each(|last| last.push(argument, true));
                    }
                    continue;
                }
                Part::Variable(_, is_quoted) | Part::Command(_, is_quoted) => *is_quoted,
                Part::Sum(_) | Part::File(_) => true,
            };
            let value = Box::pin(self.value(part, io)).await?;
            if is_quoted {
                fields[last].push(&value, true);
                continue;
            }
            let is_blank = |c: char| matches!(c, ' ' | '\t' | '\n');
            for (number, piece) in value.split(is_blank).enumerate() {
                if number > 0 && fields.last().is_some_and(|last| last.is_there) {
                    fields.push(Field::default());
                }
                fields.last_mut().into_iter().for_each(|last| last.push(piece, false));
            }
        }
        fields.retain(|field| field.is_there);
        Ok(fields)
    }

    /// Adds the files that match a pattern, or the pattern itself if none match.
    async fn files(&mut self, field: &Field, all: &mut Vec<String>) {
        let (folder, name) = match field.pattern.rsplit_once('/') {
            Some((folder, name)) => (format!("{folder}/"), name),
            None => (String::new(), field.pattern.as_str()),
        };
        let before = all.len();
        if !folder.contains(['*', '?', '\\']) {
            let path = paths::join(&self.shell.folder(), &folder);
            let listed = self.ask(Ask::List(path)).await;
            for file in listed.stdout.lines() {
                let is_hidden = file.starts_with('.') && !name.starts_with('.');
                if !is_hidden && glob::matches(name, file.trim_end_matches('/')) {
                    all.push(format!("{folder}{}", file.trim_end_matches('/')));
                }
            }
        }
        if all.len() == before {
            all.push(field.text.clone());
        }
    }

    /// The value of a variable, a command substitution, or an arithmetic expression.
    async fn value(&mut self, part: &Part, io: &Io) -> Result<String, Flow> {
        match part {
            Part::Text(text, _) => Ok(text.clone()),
            Part::Variable(variable, _) => self.variable(variable, io).await,
            Part::File(node) => {
                let text = self.output(node, io).await?;
                let path = format!("/dev/fd/{}", 63 - self.next_file() % 8);
                self.ask(Ask::Write(path.clone(), text, false)).await;
                Ok(path)
            }
            Part::Command(node, _) => {
                let mut text = self.output(node, io).await?;
                text.truncate(text.trim_end_matches('\n').len());
                Ok(text)
            }
            Part::Sum(word) => {
                let text = self.text(word, io).await?;
                let value = |name: &str| self.shell.get(name).unwrap_or_default();
                let result = sum::evaluate(&text, &value);
                match result {
                    Ok(result) => Ok(result.to_string()),
                    Err(error) => {
                        self.write(&io.err, &format!("bash: {text}: {error}\n"));
                        Err(Flow::Exit(1))
                    }
                }
            }
        }
    }

    /// Runs a node in a subshell and returns its output.
    async fn output(&mut self, node: &Node, io: &Io) -> Result<String, Flow> {
        let text = Rc::new(Cell::new(String::new()));
        let out = Sink::Text(text.clone());
        let io = Io { input: io.input.clone(), out, err: io.err.clone() };
        let status = self.subshell(node, &io).await?;
        self.shell.0.borrow_mut().status = status;
        Ok(text.take())
    }

    /// The value of a variable, before operators such as `:-` apply.
    fn plain(&self, name: &str) -> Option<String> {
        let memory = self.shell.0.borrow();
        Some(match name {
            "?" => memory.status.to_string(),
            "#" => memory.arguments.len().to_string(),
            "@" | "*" => memory.arguments.join(" "),
            "$" => "1".into(),
            "!" => return None,
            "PWD" => memory.folder.clone(),
            "0" => "bash".into(),
            name => match name.parse::<usize>() {
                Ok(number) => memory.arguments.get(number.checked_sub(1)?)?.clone(),
                Err(_) => memory.variables.get(name)?.clone(),
            },
        })
    }

    async fn variable(&mut self, variable: &Variable, io: &Io) -> Result<String, Flow> {
        let Variable { name, is_length, change } = variable;
        let value = self.plain(name);
        if *is_length {
            return Ok(value.unwrap_or_default().chars().count().to_string());
        }
        let Some((operator, word)) = change else { return Ok(value.unwrap_or_default()) };
        let is_set = match operator.starts_with(':') {
            true => value.as_ref().is_some_and(|value| !value.is_empty()),
            false => value.is_some(),
        };
        let word = self.text(word, io).await?;
        let value = value.unwrap_or_default();
        Ok(match operator.trim_start_matches(':') {
            "+" => {
                if is_set {
                    word
                } else {
                    String::new()
                }
            }
            "-" | "=" | "?" if is_set => value,
            "-" => word,
            "=" => {
                self.shell.set(name, word.clone());
                word
            }
            "?" => {
                let word = if word.is_empty() { "parameter null or not set" } else { &word };
                self.write(&io.err, &format!("bash: {name}: {word}\n"));
                return Err(Flow::Exit(1));
            }
            "#" | "##" => cut(&value, &word, true, operator.len() == 2),
            "%" | "%%" => cut(&value, &word, false, operator.len() == 2),
            _ => {
                let (pattern, new) = word.split_once('/').unwrap_or((&word, ""));
                let count = if operator == "//" { usize::MAX } else { 1 };
                match pattern.is_empty() || pattern.len() > OUTPUT_MAX {
                    true => value,
                    false => value.replacen(pattern, new, count),
                }
            }
        })
    }
}

/// Removes the shortest or longest match of a pattern from the beginning or end of a value.
fn cut(value: &str, pattern: &str, is_start: bool, is_longest: bool) -> String {
    let splits = value.char_indices().map(|(at, _)| at).chain([value.len()]);
    let mut splits: Vec<usize> = splits.collect();
    if is_start == is_longest {
        splits.reverse();
    }
    let rest = splits.into_iter().find_map(|at| {
        let (before, after) = value.split_at(at);
        let (tried, rest) = if is_start { (before, after) } else { (after, before) };
        glob::matches(pattern, tried).then_some(rest)
    });
    rest.unwrap_or(value).to_owned()
}

/// Expands `{a,b}` and `{1..3}`.
fn braces(word: &Word, all: &mut Vec<Word>) {
    for (number, part) in word.0.iter().enumerate() {
        let Part::Text(text, false) = part else { continue };
        for (open, _) in text.match_indices('{') {
            let Some((length, items)) = items(&text[open..]) else { continue };
            for item in items {
                let before = word.0[..number].iter().cloned();
                let middle = format!("{}{item}{}", &text[..open], &text[open + length..]);
                let after = word.0[number + 1..].iter().cloned();
                let middle = [Part::Text(middle, false)];
                if all.len() < BRACES_MAX {
                    braces(&Word(before.chain(middle).chain(after).collect()), all);
                }
            }
            return;
        }
    }
    all.push(word.clone());
}

/// The length of the brace expression at the beginning of a text, and its items; `None` if the braces are literal.
fn items(text: &str) -> Option<(usize, Vec<String>)> {
    let (mut depth, mut starts, mut length) = (0_u32, vec![1], None);
    for (at, letter) in text.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 1 => {
                length = Some(at + 1);
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 1 => starts.push(at + 1),
            _ => {}
        }
    }
    let length = length?;
    if starts.len() > 1 {
        let ends = starts.iter().skip(1).copied().chain([length]);
        let items = starts.iter().zip(ends).map(|(start, end)| text[*start..end - 1].to_owned());
        return Some((length, items.collect()));
    }
    let (first, last) = text[1..length - 1].split_once("..")?;
    let (first, last): (i64, i64) = (first.parse().ok()?, last.parse().ok()?);
    let count = first.abs_diff(last).min(BRACES_MAX as u64) as i64;
    let step = (last - first).signum();
    Some((length, (0..=count).map(|number| (first + step * number).to_string()).collect()))
}
