//! A small shell: what the Kubernetes documentation types around kubectl, in the terminal of the page and in
//! `sh -c` within a simulated container.
//!
//! [`parse()`] reads a script; [`Run`] interprets it. The interpreter knows no files and no programs: whatever it needs
//! from outside it asks its host for, an [`Ask`] at a time, so that the host can take its time for each answer: a
//! `kubectl get -w` within a loop goes on as long as the cluster does. A host that has every answer at once implements
//! [`Host`] and calls [`run`].
//!
//! There are quotes, comments, continued lines, heredocs, variables, `$( )`, `$(( ))`, lists, pipes, redirections, `if`,
//! `for`, `while`, functions, aliases, globs and braces. There are no jobs, arrays, `case` or traps; each is refused
//! with a sentence. A script is bounded: [`COMMANDS_MAX`], [`OUTPUT_MAX`]. The commands of one pipe run one after the
//! other.
//!
//! Why this is no dependency: brush-parser 0.4 reads all of bash, but comes to 530 kB of WebAssembly, a third of the
//! whole page, and has no interpreter that runs without an operating system. The parser of deno_task_shell knows no
//! loops and no heredocs. For the expressions of `grep` and `sed`, regex-lite 0.1 comes to 80 kB, and has no basic
//! expressions (`\(`, `\+`).
//!
//! | file | what it does |
//! |---|---|
//! | `syntax`, `parse`, `simple`, `words` | the tree of a script, and how it is read |
//! | `interpret`, `memory`, `command`, `expand`, `sum` | how it is run; words into arguments; `$(( ))` |
//! | `builtins`, `programs`, `text` | commands of the shell itself |
//! | `filters`, `grep`, `lines`, `sed`, `awk`, `jq`, `base64` | commands that turn a text into another |
//! | `regex`, `glob` | patterns |
//! | `paths` | names of files |

mod awk;
mod base64;
mod builtins;
mod command;
mod expand;
mod filters;
mod glob;
mod grep;
mod interpret;
mod jq;
mod lines;
mod memory;
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

pub use base64::encode;
pub use filters::{FILTERS, filter};
pub use interpret::{Next, Run};
pub use memory::Shell;
pub use parse::parse;
pub use paths::{join, parent};
pub use syntax::{ParseError, Script};

/// How many commands a script may run, each round of a loop included: more than anybody types, and done in an instant.
pub const COMMANDS_MAX: u32 = 10_000;
/// How many bytes a script may print, or hold in one text.
pub const OUTPUT_MAX: usize = 1 << 20;

/// What a command printed, and its exit status.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// 0 if all went well.
    pub exit: u8,
    /// What was printed.
    pub stdout: String,
    /// What was complained about.
    pub stderr: String,
    /// Where it is in the text, and what to do about it: what the program itself does not say.
    pub advice: String,
    /// The shell in a container that waits for the next line, if the command has opened one.
    pub session: Option<Box<Session>>,
}

/// A shell in a container that waits for lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// What is shown before the line that is typed.
    pub prompt: String,
    /// The kubectl line that takes what is typed as its input.
    pub line: String,
    /// What restores the folder and the variables of the shell.
    pub memory: String,
}

impl Session {
    /// The input of the session's line for what was typed.
    pub fn input(&self, typed: &str) -> String {
        format!("{}{typed}\n", self.memory)
    }
}

impl Output {
    /// Text on stdout, with exit status 0.
    pub fn print(stdout: impl Into<String>) -> Output {
        Output { stdout: stdout.into(), ..Output::default() }
    }

    /// A complaint, with exit status 1.
    pub fn complaint(stderr: impl Into<String>) -> Output {
        Output::failure(1, stderr)
    }

    /// A complaint with an exit status.
    pub fn failure(exit: u8, stderr: impl Into<String>) -> Output {
        Output { exit, stderr: stderr.into(), ..Output::default() }
    }
}

/// A command that is no command of the shell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The command and its arguments; never empty.
    pub words: Vec<String>,
    /// Its standard input, if that is no terminal.
    pub input: Option<String>,
    /// Whether its standard output is the terminal: what it prints may be shown before it is done.
    pub is_shown: bool,
}

/// What a script needs from its host. All paths are absolute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Runs a command. The answer is its output; that of an unknown one is [`not_found`].
    Call(Call),
    /// Reads a file: the answer's stdout is its text, or its stderr says why not, as in `No such file or directory`.
    Read(String),
    /// Writes a file: its path, the text, and whether that is appended. The answer's stderr says why not.
    Write(String, String, bool),
    /// Lists a folder, for patterns such as `*.yaml`: the answer's stdout has a name per line.
    List(String),
    /// Whether a path exists: the answer's stdout is `file`, `folder` or empty.
    Find(String),
}

/// A host that answers at once.
pub trait Host {
    /// Answers.
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

/// The answer to a [`Call`] of an unknown command, as bash words it.
pub fn not_found(word: &str) -> Output {
    Output::failure(127, format!("bash: {word}: command not found\n"))
}

#[cfg(test)]
mod tests;
