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
    /// Another template, by name.
    Template(String, Option<Pipe>, usize),
    Break,
    Continue,
}

/// Commands, each of which gets what the one before yields.
#[derive(Debug)]
pub(super) struct Pipe {
    /// The variables that get the value.
    pub(super) variables: Vec<String>,
    /// Whether they are declared, and not only set.
    pub(super) declares: bool,
    pub(super) commands: Vec<Command>,
}

/// A value, or a function with its arguments.
#[derive(Debug)]
pub(super) struct Command {
    pub(super) words: Vec<Operand>,
    /// How it stands in the template.
    pub(super) source: String,
}

/// A value of a command: what it is, how it stands in the template, and where.
#[derive(Debug)]
pub(super) struct Operand {
    pub(super) of: Of,
    /// The fields that follow.
    pub(super) fields: Vec<String>,
    pub(super) source: String,
    pub(super) at: usize,
}

/// What a value is taken from.
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

/// A template and those that it defines.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    pub(super) pieces: Vec<Piece>,
    pub(super) defined: Map<String, Vec<Piece>>,
    /// Where its lines begin.
    pub(super) lines: Vec<usize>,
}

impl Parsed {
    /// The line of a byte, from 1, and the bytes before it in that line.
    pub(super) fn place(&self, at: usize) -> (usize, usize) {
        let line = self.lines.partition_point(|start| *start <= at).max(1);
        (line, at - self.lines.get(line - 1).copied().unwrap_or(0))
    }
}
