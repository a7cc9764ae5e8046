//! The actions of a template.

use crate::map::Map;

/// A piece of a template.
#[derive(Debug)]
pub(super) enum Piece {
    Text(String),
    Print(Pipe),
    If(Pipe, Vec<Piece>, Vec<Piece>),
    With(Pipe, Vec<Piece>, Vec<Piece>),
    Range(Pipe, Vec<Piece>, Vec<Piece>),
    /// A call of another template, by name.
    Template(String, Option<Pipe>, usize),
    Break,
    Continue,
}

/// Commands; each one receives the result of the previous one.
#[derive(Debug)]
pub(super) struct Pipe {
    /// The variables that the value is assigned to.
    pub(super) variables: Vec<String>,
    /// Whether the variables are declared, not only assigned.
    pub(super) declares: bool,
    pub(super) commands: Vec<Command>,
}

/// A value, or a function with its arguments.
#[derive(Debug)]
pub(super) struct Command {
    pub(super) words: Vec<Operand>,
    /// Its source text.
    pub(super) source: String,
}

/// A value of a command, with its source text and position.
#[derive(Debug)]
pub(super) struct Operand {
    pub(super) of: Of,
    /// The fields after it.
    pub(super) fields: Vec<String>,
    pub(super) source: String,
    pub(super) at: usize,
}

/// The base of a value.
#[derive(Debug)]
pub(super) enum Of {
    Dot,
    Nil,
    Bool(bool),
    Int(i64),
    Float(String),
    Text(String),
    Variable(String),
    Function(String),
    Pipe(Pipe),
}

/// A template and the templates that it defines.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    pub(super) pieces: Vec<Piece>,
    pub(super) defined: Map<String, Vec<Piece>>,
    /// The byte offsets where its lines begin.
    pub(super) lines: Vec<usize>,
}

impl Parsed {
    /// The line of a byte offset, counted from 1, and the bytes before it in that line.
    pub(super) fn place(&self, at: usize) -> (usize, usize) {
        let line = self.lines.partition_point(|start| *start <= at).max(1);
        (line, at - self.lines.get(line - 1).copied().unwrap_or(0))
    }
}

/// The number that a word represents.
pub(super) fn number(text: &str) -> Option<Of> {
    let digits = text.trim_start_matches(['+', '-']);
    let value = match digits.get(..2) {
        Some("0x" | "0X") => i64::from_str_radix(&digits[2..], 16).ok(),
        Some("0o" | "0O") => i64::from_str_radix(&digits[2..], 8).ok(),
        Some("0b" | "0B") => i64::from_str_radix(&digits[2..], 2).ok(),
        _ => digits.replace('_', "").parse::<i64>().ok(),
    };
    match value {
        Some(value) => Some(Of::Int(if text.starts_with('-') { -value } else { value })),
        None if digits.chars().all(|it| it.is_ascii_digit() || it == '.')
            && digits.matches('.').count() == 1 =>
        {
            Some(Of::Float(text.trim_start_matches('+').to_owned()))
        }
        None => None,
    }
}
