//! Parses a template into nodes (`k8s.io/client-go/util/jsonpath/parser.go`).

/// The maximum nesting depth of filters.
const MOST_DEPTH: usize = 20;

/// A step of a path, or a value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    Text(String),
    Int(i64),
    Float(String),
    Bool(bool),
    Field(String),
    Wildcard,
    Recursive,
    /// Start, end, and step; whether the end follows from the start, as in `[1]`.
    Array([Option<i64>; 3], bool),
    /// The items for which a comparison is true: left side, operator, right side. A path alone has the operator `exists`.
    Filter(Vec<Node>, String, Vec<Node>),
    Union(Vec<Vec<Node>>),
    /// `range`, `end`, or an unknown word.
    Word(String),
}

/// Text, or the content of braces.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Part {
    Text(String),
    List(Vec<Node>),
}

/// Parses a template.
///
/// # Errors
/// kubectl's error.
pub(super) fn parse(text: &str) -> Result<Vec<Part>, String> {
    let (mut parts, mut rest) = (Vec::new(), text);
    while !rest.is_empty() {
        let (before, after) =
            rest.split_once('{').map_or((rest, None), |(text, rest)| (text, Some(rest)));
        if !before.is_empty() {
            parts.push(Part::Text(before.to_owned()));
        }
        let Some(after) = after else { break };
        let mut reader = Reader { rest: after, nodes: Vec::new(), depth: 0 };
        reader.inside()?;
        parts.push(Part::List(reader.nodes));
        rest = reader.rest;
    }
    Ok(parts)
}

struct Reader<'t> {
    rest: &'t str,
    nodes: Vec<Node>,
    depth: usize,
}

fn is_word(letter: char) -> bool {
    letter == '_' || letter.is_alphanumeric()
}

impl<'t> Reader<'t> {
    /// Takes this many bytes from the rest.
    fn take(&mut self, bytes: usize) -> &'t str {
        let (taken, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    /// Reads up to the closing brace.
    fn inside(&mut self) -> Result<(), String> {
        loop {
            let Some(first) = self.rest.chars().next().filter(|it| *it != '\n' && *it != '\r')
            else {
                return Err("unclosed action".into());
            };
            match first {
                '}' => {
                    self.take(1);
                    return Ok(());
                }
                _ if self.rest.starts_with("[?(") => self.filter()?,
                _ if self.rest.starts_with("..") => {
                    if self.nodes.last() == Some(&Node::Recursive) {
                        return Err("invalid multiple recursive descent".into());
                    }
                    self.take(2);
                    self.nodes.push(Node::Recursive);
                    if self.rest.starts_with(is_word) {
                        self.field();
                    }
                }
                ' ' | '@' | '$' => drop(self.take(1)),
                '[' => self.array()?,
                '"' | '\'' => self.quote(first)?,
                '.' => {
                    self.take(1);
                    self.field();
                }
                '+' | '-' | '0'..='9' => self.number()?,
                _ if is_word(first) => {
                    let end = self.rest.find(|it| !is_word(it)).unwrap_or(self.rest.len());
                    let word = self.take(end);
                    self.nodes.push(match word {
                        "true" | "TRUE" | "True" | "t" | "T" => Node::Bool(true),
                        "false" | "FALSE" | "False" | "f" | "F" => Node::Bool(false),
                        _ => Node::Word(word.to_owned()),
                    });
                }
                _ => {
                    return Err(format!(
                        "unrecognized character in action: U+{:04X} '{first}'",
                        u32::from(first)
                    ));
                }
            }
        }
    }

    fn field(&mut self) {
        let (mut end, mut is_escaped) = (self.rest.len(), false);
        for (index, letter) in self.rest.char_indices() {
            if is_escaped {
                is_escaped = false;
            } else if letter == '\\' {
                is_escaped = true;
            } else if letter.is_whitespace() || ".,[]$@{}".contains(letter) {
                end = index;
                break;
            }
        }
        let name = self.take(end);
        self.nodes.push(match name {
            "*" => Node::Wildcard,
            _ => Node::Field(name.replace('\\', "")),
        });
    }

    fn number(&mut self) -> Result<(), String> {
        let sign = usize::from(self.rest.starts_with(['+', '-']));
        let digits = &self.rest[sign..];
        let end = digits.find(|it: char| it != '.' && !it.is_ascii_digit()).unwrap_or(digits.len());
        let text = self.take(sign + end);
        let is_float =
            digits[..end].parse::<u64>().is_err() && text.matches('.').count() == 1 && end > 1;
        self.nodes.push(match text.parse() {
            Ok(number) => Node::Int(number),
            Err(_) if is_float => Node::Float(text.to_owned()),
            Err(_) => return Err(format!("cannot parse number {text}")),
        });
        Ok(())
    }

    fn quote(&mut self, mark: char) -> Result<(), String> {
        let (mut text, mut is_escaped) = (String::new(), false);
        for (index, letter) in self.rest.char_indices().skip(1) {
            match letter {
                '\n' => break,
                _ if is_escaped => {
                    is_escaped = false;
                    text.push(match letter {
                        'n' => '\n',
                        't' => '\t',
                        'r' => '\r',
                        other => other,
                    });
                }
                '\\' => is_escaped = true,
                _ if letter == mark => {
                    self.take(index + 1);
                    self.nodes.push(Node::Text(text));
                    return Ok(());
                }
                _ => text.push(letter),
            }
        }
        Err("unterminated quoted string".into())
    }

    fn array(&mut self) -> Result<(), String> {
        let end = self.rest.find([']', '\n']).filter(|end| self.rest[*end..].starts_with(']'));
        let end = end.ok_or("unterminated array")?;
        let text = self.take(end + 1).get(1..end).unwrap_or("");
        let text = if text == "*" { ":" } else { text };
        if text.contains(',') {
            let mut lists = Vec::new();
            for part in text.split(',') {
                lists.push(action(&format!("[{}]", part.trim()), self.depth)?);
            }
            self.nodes.push(Node::Union(lists));
            return Ok(());
        }
        let key = text
            .strip_prefix('\'')
            .and_then(|text| text.strip_suffix('\''))
            .filter(|it| !it.contains('\''));
        if let Some(key) = key {
            self.nodes.extend(action(&format!(".{key}"), self.depth)?);
            return Ok(());
        }
        let wrong = || format!("invalid array index {text}");
        let pieces: Vec<&str> = text.split(':').collect();
        let is_number = |text: &&str| {
            let digits = text.strip_prefix('-').unwrap_or(text);
            digits.len() < 10
                && digits.bytes().all(|byte| byte.is_ascii_digit())
                && (!digits.is_empty() || text.is_empty())
        };
        if pieces.len() > 3 || !pieces.iter().all(is_number) {
            return Err(wrong());
        }
        let number = |index: usize| pieces.get(index).and_then(|text| text.parse::<i64>().ok());
        let is_single = pieces.len() < 2;
        let to = if is_single { Some(number(0).unwrap_or(0) + 1) } else { number(1) };
        self.nodes.push(Node::Array([number(0), to, number(2)], is_single));
        Ok(())
    }

    fn filter(&mut self) -> Result<(), String> {
        self.take(3);
        let (mut open, mut has_quotes, mut end, mut before) = (None, false, None, ' ');
        for (index, letter) in self.rest.char_indices() {
            match letter {
                '\n' => break,
                '"' | '\'' if open.is_none() && !has_quotes => open = Some(letter),
                '"' | '\'' if Some(letter) == open && before != '\\' => {
                    (open, has_quotes) = (None, true)
                }
                ')' if open.is_none() => {
                    end = Some(index);
                    break;
                }
                _ => {}
            }
            before = letter;
        }
        let end = end.ok_or("unterminated filter")?;
        let text = self.take(end);
        self.take(1);
        if self.take(1) != "]" {
            return Err("unclosed array expect ]".into());
        }
        let is_operator = |letter: char| "!<>=".contains(letter);
        let left = text.find(is_operator).filter(|start| *start > 0);
        let node = match left {
            None => Node::Filter(action(text, self.depth)?, "exists".into(), Vec::new()),
            Some(start) => {
                let rest = &text[start..];
                // The last character always belongs to the right side.
                let end = rest.find(|it| !is_operator(it)).unwrap_or(rest.len().saturating_sub(1));
                let (operator, right) = rest.split_at(end);
                Node::Filter(
                    action(&text[..start], self.depth)?,
                    operator.into(),
                    action(right, self.depth)?,
                )
            }
        };
        self.nodes.push(node);
        Ok(())
    }
}

/// Parses text as if it were in braces.
fn action(text: &str, depth: usize) -> Result<Vec<Node>, String> {
    if depth >= MOST_DEPTH {
        return Err("too deeply nested here".into());
    }
    let text = format!("{text}}}");
    let mut reader = Reader { rest: &text, nodes: Vec::new(), depth: depth + 1 };
    reader.inside()?;
    Ok(reader.nodes)
}
