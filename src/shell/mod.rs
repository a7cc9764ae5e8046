//! A small shell that runs the scripts of the Kubernetes documentation in the terminal of the page, and `sh -c` in a
//! simulated container.
//!
//! [`parse()`] reads a script; [`Run`] interprets it. The interpreter has no files or programs. It asks its host for
//! whatever it needs, one [`Ask`] at a time, and an answer may take any time: a `kubectl get -w` in a loop waits for
//! the cluster. A host that answers immediately implements [`Host`] and calls [`run`].
//!
//! The shell supports quotes, comments, line continuation, heredocs, variables, `$( )`, `$(( ))`, lists, pipes,
//! redirections, `if`, `for`, `while`, `case`, `[[ ]]`, functions, aliases, globs, and braces. It doesn't support arrays, traps,
//! or jobs; `&` runs the command in the foreground. A script is limited by [`COMMANDS_MAX`] and [`OUTPUT_MAX`]. The
//! commands of a pipeline run one after the other.
//!
//! Why no dependency: brush-parser 0.4 parses all of bash, but adds 530 kB of WebAssembly, and its interpreter
//! needs an operating system. The parser of deno_task_shell supports neither loops nor heredocs. regex-lite 0.1 adds
//! 80 kB, and has no basic regular expressions (`\(`, `\+`) for `grep` and `sed`.
//!
//! | file | what it does |
//! |---|---|
//! | `syntax`, `parse`, `simple`, `words` | the syntax tree and the parser |
//! | `interpret`, `memory`, `command`, `expand`, `sum` | the interpreter; expansion of words; `$(( ))` |
//! | `condition` | `[[ ]]` and `case` |
//! | `builtins`, `programs`, `text` | builtin commands |
//! | `filters`, `grep`, `lines`, `sed`, `awk`, `jq`, `base64` | commands that transform text |
//! | `regex`, `glob`, `comparison` | patterns and operators |
//! | `paths` | file paths |

pub mod archive;
mod awk;
mod builtins;
mod command;
mod comparison;
mod condition;
mod expand;
mod filters;
mod glob;
mod grep;
mod interpret;
mod jq;
mod lines;
mod memory;
mod options;
mod parse;
mod paths;
mod programs;
mod regex;
mod sed;
mod simple;
mod sum;
mod syntax;
mod text;
mod words;

use crate::later::later;
pub use comparison::Comparison;
pub use filters::{FILTERS, filter};
pub use interpret::{Next, Run};
pub use memory::Shell;
pub use parse::parse;
pub use paths::{join, parent};
pub use syntax::{ParseError, Script};

later! {
    also interpret, parse;
}

/// The maximum number of commands that a script runs, including those in each iteration of a loop.
pub const COMMANDS_MAX: u32 = 10_000;
/// The maximum number of bytes that a script prints, or stores in one string.
pub const OUTPUT_MAX: usize = 1 << 20;

/// What a command printed, and its exit status.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// The exit status; 0 on success.
    pub exit: u8,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// The number of bytes at the end of `stderr` that the real program prints only when its timeout has passed.
    pub late: usize,
    /// Help that the real program doesn't print: where an error is, and what to do about it.
    pub advice: String,
    /// The shell in a container that the command opened, if any.
    pub session: Option<Box<Session>>,
}

/// An interactive shell in a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The prompt.
    pub prompt: String,
    /// The kubectl command that gets the typed line as its input.
    pub line: String,
    /// A script that restores the working directory and the variables of the shell.
    pub memory: String,
}

impl Session {
    /// The input of the session's kubectl command for a typed line.
    pub fn input(&self, typed: &str) -> String {
        format!("{}{typed}\n", self.memory)
    }
}

impl Output {
    /// Text on standard output, with exit status 0.
    pub fn print(stdout: impl Into<String>) -> Output {
        Output { stdout: stdout.into(), ..Output::default() }
    }

    /// An error message, with exit status 1.
    pub fn complaint(stderr: impl Into<String>) -> Output {
        Output::failure(1, stderr)
    }

    /// What the program has printed before its timeout passes.
    pub fn before_timeout(mut self) -> Output {
        let end = self.stderr.len().saturating_sub(self.late);
        if let Some(stderr) = self.stderr.get(..end) {
            self.stderr = stderr.to_owned();
        }
        Output { late: 0, ..self }
    }

    /// An error message with an exit status.
    pub fn failure(exit: u8, stderr: impl Into<String>) -> Output {
        Output { exit, stderr: stderr.into(), ..Output::default() }
    }
}

/// A command that the shell itself doesn't have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The command and its arguments; never empty.
    pub words: Vec<String>,
    /// Its standard input, unless that is the terminal.
    pub input: Option<String>,
    /// Whether its standard output is the terminal, so its output may be shown before it ends.
    pub is_shown: bool,
}

/// What a script needs from its host. All paths are absolute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Runs a command. The answer is its output, or [`not_found`] for an unknown command.
    Call(Call),
    /// Reads a file. The answer's stdout is its text, or its stderr is the error, such as `No such file or directory`.
    Read(String),
    /// Writes a file: the path, the text, and whether to append it. The answer's stderr is the error, if any.
    Write(String, String, bool),
    /// Lists a folder, for patterns such as `*.yaml`. The answer's stdout has one name per line.
    List(String),
    /// Looks a path up. The answer's stdout is `file`, `folder`, or empty if it doesn't exist.
    Find(String),
}

/// A host that answers immediately.
pub trait Host {
    /// Answers a request.
    fn answer(&mut self, ask: &Ask, shell: &Shell) -> Output;
}

/// Runs a script to its end.
pub fn run(script: &str, shell: &Shell, host: &mut dyn Host) -> Output {
    let mut run = Run::new(script, shell);
    let mut all = Output::default();
    loop {
        let next = run.go_on();
        run.take_printed().into_iter().for_each(|(is_error, text)| {
            *if is_error { &mut all.stderr } else { &mut all.stdout } += &text;
        });
        match next {
            Next::Ask(ask) => {
                let mut answer = host.answer(&ask, shell);
                all.advice += &std::mem::take(&mut answer.advice);
                run.answer(answer);
            }
            Next::Done(exit) => return Output { exit, ..all },
        }
    }
}

/// The answer to a [`Call`] of an unknown command, as in bash.
pub fn not_found(word: &str) -> Output {
    Output::failure(127, format!("bash: {word}: command not found\n"))
}

#[cfg(test)]
mod tests;
