//! Executes the actions of a template (`text/template/exec.go`).

use super::format;
use super::functions;
use super::tree::{Command, Of, Operand, Parsed, Piece, Pipe};
use super::value::Value;
use crate::api::json::{Node as Tree, Value as Json};

/// The maximum number of actions that a template may execute.
const MOST_STEPS: usize = 200_000;
/// The maximum output, in bytes.
const MOST_BYTES: usize = 4_000_000;
/// The maximum depth of nested template calls.
const MOST_DEPTH: usize = 50;

/// How execution continues after a list of pieces.
#[derive(PartialEq)]
enum Flow {
    Next,
    Break,
    Continue,
}

struct Run<'p, 't, 'o> {
    parsed: &'p Parsed,
    /// The name of the template that is executing.
    name: &'p str,
    out: &'o mut String,
    variables: Vec<(&'p str, Value<'t>)>,
    steps: usize,
    depth: usize,
}

/// Executes a template.
///
/// # Errors
/// Where and why it failed, as in `:1:2: executing "output" at <.a>: ...`; the output so far is kept.
pub(super) fn execute(parsed: &Parsed, tree: &Tree, out: &mut String) -> Result<(), String> {
    let root = Value::of(tree);
    let variables = vec![("$", root.clone())];
    let mut run = Run { parsed, name: "output", out, variables, steps: 0, depth: 0 };
    run.walk(&parsed.pieces, &root).map(|_| ())
}

impl<'p, 't> Run<'p, 't, '_> {
    /// An error at a position of the template.
    fn failed<T>(&self, at: usize, source: &str, problem: &str) -> Result<T, String> {
        let (line, column) = self.parsed.place(at);
        let name = self.name;
        Err(format!(":{line}:{column}: executing \"{name}\" at <{source}>: {problem}"))
    }

    fn walk(&mut self, pieces: &'p [Piece], dot: &Value<'t>) -> Result<Flow, String> {
        for piece in pieces {
            self.steps += 1;
            if self.steps > MOST_STEPS || self.out.len() > MOST_BYTES {
                return Err(": the template does too much here".into());
            }
            let known = self.variables.len();
            let flow = match piece {
                Piece::Text(text) => {
                    self.out.push_str(text);
                    Flow::Next
                }
                Piece::Print(pipe) => {
                    let value = self.pipe(pipe, dot)?;
                    if pipe.variables.is_empty() {
                        format::print(self.out, &value);
                    }
                    // A variable declared here is in scope up to the end of the list.
                    continue;
                }
                Piece::If(pipe, body, other) | Piece::With(pipe, body, other) => {
                    let value = self.pipe(pipe, dot)?;
                    let inner = if matches!(piece, Piece::With(..)) { &value } else { dot };
                    if value.is_true() { self.walk(body, inner)? } else { self.walk(other, dot)? }
                }
                Piece::Range(pipe, body, other) => self.range(pipe, body, other, dot)?,
                Piece::Template(name, pipe, at) => self.template(name, pipe.as_ref(), *at, dot)?,
                Piece::Break => Flow::Break,
                Piece::Continue => Flow::Continue,
            };
            self.variables.truncate(known);
            if flow != Flow::Next {
                return Ok(flow);
            }
        }
        Ok(Flow::Next)
    }

    fn range(
        &mut self,
        pipe: &'p Pipe,
        body: &'p [Piece],
        other: &'p [Piece],
        dot: &Value<'t>,
    ) -> Result<Flow, String> {
        let value = self.pipe_value(pipe, dot)?;
        let items: Vec<(Value<'t>, Value<'t>)> = match &value {
            Value::Tree(tree) => {
                let items = (0..)
                    .zip(tree.items())
                    .map(|(index, item)| (Value::Int(index), Value::of(item)));
                let entry = |entry: &'t crate::api::json::Entry| {
                    (Value::Text(entry.key.clone()), Value::of(&entry.node))
                };
                items.chain(tree.entries().iter().map(entry)).collect()
            }
            Value::Int(number) | Value::Long(number) => {
                let most = usize::try_from(*number).unwrap_or(0).min(MOST_STEPS);
                (0..).take(most).map(|index| (Value::Int(index), Value::Int(index))).collect()
            }
            Value::Nothing => Vec::new(),
            other => {
                let mut text = String::new();
                format::value(&mut text, other);
                let (at, source) = pipe
                    .commands
                    .first()
                    .and_then(|it| it.words.first())
                    .map_or((0, ""), |it| (it.at, it.source.as_str()));
                return self.failed(at, source, &format!("range can't iterate over {text}"));
            }
        };
        if items.is_empty() {
            return self.walk(other, dot);
        }
        let known = self.variables.len();
        for (key, item) in items {
            match pipe.variables.as_slice() {
                [name] => self.set(name, pipe.declares, item.clone()),
                [index, name] => {
                    self.set(index, pipe.declares, key);
                    self.set(name, pipe.declares, item.clone());
                }
                _ => {}
            }
            let flow = self.walk(body, &item)?;
            self.variables.truncate(known);
            if flow == Flow::Break {
                break;
            }
        }
        Ok(Flow::Next)
    }

    fn template(
        &mut self,
        name: &'p str,
        pipe: Option<&'p Pipe>,
        at: usize,
        dot: &Value<'t>,
    ) -> Result<Flow, String> {
        let Some(pieces) = self.parsed.defined.get(name) else {
            let source = format!("{{{{template {}}}}}", crate::api::json::quoted(name));
            return self.failed(
                at,
                &source,
                &format!("template {} not defined", crate::api::json::quoted(name)),
            );
        };
        if self.depth >= MOST_DEPTH {
            return self.failed(at, name, "exceeded maximum template depth (50)");
        }
        let value = match pipe {
            Some(pipe) => self.pipe(pipe, dot)?,
            None => Value::Nothing,
        };
        let outer = std::mem::replace(&mut self.variables, vec![("$", value.clone())]);
        let caller = std::mem::replace(&mut self.name, name);
        self.depth += 1;
        self.walk(pieces, &value)?;
        self.depth -= 1;
        (self.variables, self.name) = (outer, caller);
        Ok(Flow::Next)
    }

    fn set(&mut self, name: &'p str, declares: bool, value: Value<'t>) {
        match self.variables.iter_mut().rfind(|(known, _)| *known == name && !declares) {
            Some((_, old)) => *old = value,
            None => self.variables.push((name, value)),
        }
    }

    /// Evaluates a pipeline, and assigns the value to its variables.
    fn pipe(&mut self, pipe: &'p Pipe, dot: &Value<'t>) -> Result<Value<'t>, String> {
        let value = self.pipe_value(pipe, dot)?;
        for name in &pipe.variables {
            self.set(name, pipe.declares, value.clone());
        }
        Ok(value)
    }

    fn pipe_value(&mut self, pipe: &'p Pipe, dot: &Value<'t>) -> Result<Value<'t>, String> {
        let mut last = None;
        for command in &pipe.commands {
            last = Some(self.command(command, last, dot)?);
        }
        Ok(last.unwrap_or(Value::Nothing))
    }

    fn command(
        &mut self,
        command: &'p Command,
        last: Option<Value<'t>>,
        dot: &Value<'t>,
    ) -> Result<Value<'t>, String> {
        self.steps += 1;
        let Some((first, rest)) = command.words.split_first() else { return Ok(Value::Nothing) };
        if let Of::Function(name) = &first.of {
            let value = self.call(name, first.at, &command.source, rest, last, dot)?;
            return self.fields(value, first);
        }
        if !rest.is_empty() || last.is_some() {
            return self.failed(
                first.at,
                &first.source,
                &format!("can't give argument to non-function {}", first.source),
            );
        }
        if matches!(first.of, Of::Nil) {
            return self.failed(first.at, "nil", "nil is not a command");
        }
        self.operand(first, dot)
    }

    fn operand(&mut self, operand: &'p Operand, dot: &Value<'t>) -> Result<Value<'t>, String> {
        let value = match &operand.of {
            Of::Dot => dot.clone(),
            Of::Nil => Value::Nothing,
            Of::Bool(value) => Value::Bool(*value),
            Of::Int(number) => Value::Int(*number),
            Of::Float(digits) => Value::Float(digits.clone()),
            Of::Text(text) => Value::Text(text.clone()),
            Of::Variable(name) => {
                let found = self.variables.iter().rfind(|(known, _)| known == name);
                found.map_or(Value::Nothing, |(_, value)| value.clone())
            }
            Of::Function(name) => self.call(name, operand.at, &operand.source, &[], None, dot)?,
            Of::Pipe(pipe) => self.pipe(pipe, dot)?,
        };
        self.fields(value, operand)
    }

    /// Follows the fields after a value.
    fn fields(&self, mut value: Value<'t>, operand: &Operand) -> Result<Value<'t>, String> {
        for (index, field) in operand.fields.iter().enumerate() {
            value = match value {
                Value::Nothing => Value::Nothing,
                Value::Tree(tree) if matches!(tree.value, Json::Map(_)) => {
                    tree.get(field).map_or(Value::Nothing, Value::of)
                }
                other => {
                    let of = match index == 0 && matches!(operand.of, Of::Pipe(_)) {
                        true => other.type_name(),
                        false => "interface {}",
                    };
                    return self.failed(
                        operand.at,
                        &operand.source,
                        &format!("can't evaluate field {field} in type {of}"),
                    );
                }
            };
        }
        Ok(value)
    }

    /// Calls a function.
    fn call(
        &mut self,
        name: &str,
        at: usize,
        source: &str,
        words: &'p [Operand],
        last: Option<Value<'t>>,
        dot: &Value<'t>,
    ) -> Result<Value<'t>, String> {
        let count = words.len() + usize::from(last.is_some());
        if let Err(problem) = functions::check_count(name, count) {
            return self.failed(at, source, &problem);
        }
        let is_lazy = matches!(name, "and" | "or");
        let mut values = Vec::new();
        for word in words {
            let value = self.operand(word, dot)?;
            // The remaining arguments are not evaluated.
            if is_lazy && value.is_true() == (name == "or") {
                return Ok(value);
            }
            values.push(value);
        }
        values.extend(last);
        match functions::call(name, &values) {
            Ok(value) => Ok(value),
            Err(problem) => self.failed(at, source, &problem),
        }
    }
}
