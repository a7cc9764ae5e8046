//! The syntax tree of a script.

use std::fmt;
use std::rc::Rc;

/// A command of a script, simple or compound.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    /// `NAME=VALUE ... WORD ... >FILE ...`
    Simple(Simple),
    /// `! A | B | C`: whether the status is negated, and the commands.
    Pipe(bool, Vec<Node>),
    /// `A && B` if the flag is set, else `A || B`.
    Chain(Box<Node>, bool, Box<Node>),
    /// `A; B; C`
    List(Vec<Node>),
    /// `if A; then B; elif C; then D; else E; fi`
    If(Vec<(Node, Node)>, Option<Box<Node>>),
    /// `for NAME in WORD ...; do A; done`; without `in`, the positional parameters.
    For(String, Option<Vec<Word>>, Box<Node>),
    /// `while A; do B; done`, or `until` if the flag is set.
    While(Box<Node>, Box<Node>, bool),
    /// `{ A; }`, or `( A )` if the flag is set, with its redirections.
    Group(Box<Node>, bool, Vec<Redirect>),
    /// `NAME() { A; }`
    Function(String, Rc<Node>),
    /// `A &`
    Background(Box<Node>),
    /// `[[ A ]]`
    Condition(Condition),
    /// `case WORD in PATTERN | PATTERN) A ;; ... esac`
    Case(Word, Vec<(Vec<Word>, Node)>),
}

/// What `[[ ]]` tests.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Condition {
    /// `! A`
    Not(Box<Condition>),
    /// `A && B`
    Both(Box<Condition>, Box<Condition>),
    /// `A || B`
    Either(Box<Condition>, Box<Condition>),
    /// What `test` tests, such as `-f WORD` and `WORD -eq WORD`.
    Test(Vec<Word>),
    /// `WORD == PATTERN` if the flag is set, else `WORD != PATTERN`.
    Pattern(Word, bool, Word),
    /// `WORD < WORD` if the flag is set, else `WORD > WORD`.
    Before(bool, Word, Word),
    /// `WORD =~ EXPRESSION`
    Regex(Word, Word),
}

/// A simple command.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Simple {
    /// The assignments before the words.
    pub(super) assignments: Vec<(String, Word)>,
    /// The words.
    pub(super) words: Vec<Word>,
    /// The redirections.
    pub(super) redirects: Vec<Redirect>,
}

/// A redirection.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Redirect {
    /// The descriptor: 0, 1, or 2; 3 for both 1 and 2 (`&>`).
    pub(super) from: u8,
    /// The target.
    pub(super) to: Target,
}

/// The target of a redirection.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Target {
    /// `<FILE`
    Input(Word),
    /// `>FILE`, or `>>FILE` if the flag is set.
    Output(Word, bool),
    /// `>&N`
    Copy(u8),
    /// `<<WORD` or `<<<WORD`.
    Text(Word),
}

/// A word, as a sequence of parts.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Word(pub(super) Vec<Part>);

/// A part of a word.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Part {
    /// Text; the flag tells whether it is quoted.
    Text(String, bool),
    /// A variable; the flag tells whether it is quoted.
    Variable(Variable, bool),
    /// `$(A)`; the flag tells whether it is quoted.
    Command(Rc<Node>, bool),
    /// `$((A))`
    Sum(Word),
    /// `<(A)`: the name of a file with the output.
    File(Rc<Node>),
}

/// `$NAME`, or `${NAME...}`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Variable {
    /// The name.
    pub(super) name: String,
    /// Whether this is its length (`${#NAME}`).
    pub(super) is_length: bool,
    /// The operator and its word: `:-`, `-`, `:=`, `=`, `:+`, `+`, `:?`, `?`, `#`, `##`, `%`, `%%`, `/`, or `//`.
    pub(super) change: Option<(String, Word)>,
}

/// Why a text is not a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParseError {
    /// The command is incomplete: more lines may complete it.
    Incomplete,
    /// The syntax is invalid: the message of bash, without `bash: ` and the line break.
    Syntax(String),
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ParseError::Incomplete => f.write_str("syntax error: unexpected end of file"),
            ParseError::Syntax(message) => f.write_str(message),
        }
    }
}

/// A parsed script.
#[derive(Clone, Debug, PartialEq)]
pub struct Script(pub(super) Rc<Node>);
