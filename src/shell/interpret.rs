//! The interpreter.

use super::memory::Shell;
use super::syntax::{Node, Redirect, Script, Word};
use super::{Ask, COMMANDS_MAX, OUTPUT_MAX, Output, parse};
use crate::later::later;
use crate::task::{self, Progress, Task};
use std::cell::Cell;
use std::future::ready;
use std::rc::Rc;

/// The prefixes of the notes that kubectl prints before its output.
const NOTES: [&str; 3] = ["Warning: ", "Defaulted container ", "Found "];

/// What a run needs next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// The host must call [`Run::answer`].
    Ask(Ask),
    /// The script ended with this status.
    Done(u8),
}

/// A running script. Dropping it interrupts the script.
pub struct Run {
    task: Task<'static, u8>,
    link: Rc<Link>,
    exit: Option<u8>,
}

/// The channel between a run and its host.
#[derive(Default)]
struct Link {
    ask: Cell<Option<Ask>>,
    answer: Cell<Option<Output>>,
    printed: Cell<Vec<(bool, String)>>,
    progress: Progress,
}

impl Run {
    /// Starts a script. It ends at once if the second part of the program is not there.
    pub fn new(script: &str, shell: &Shell) -> Run {
        match BEGIN.get() {
            Some(begin) => begin(script, shell),
            None => Run { task: Box::pin(ready(1)), link: Rc::default(), exit: None },
        }
    }

    fn begin(script: &str, shell: &Shell) -> Run {
        let link = Rc::new(Link::default());
        let mut interpreter = Interpreter {
            shell: shell.clone(),
            link: link.clone(),
            commands: 0,
            bytes: 0,
            depth: 0,
            files: 0,
        };
        let script = parse(script);
        let task = Box::pin(async move { interpreter.script(script).await });
        Run { task, link, exit: None }
    }

    /// Continues until the script asks the host or ends.
    pub fn go_on(&mut self) -> Next {
        if let Some(exit) = self.exit {
            return Next::Done(exit);
        }
        loop {
            self.exit = task::poll(&mut self.task);
            if let Some(exit) = self.exit {
                return Next::Done(exit);
            }
            if let Some(ask) = self.link.ask.take() {
                return Next::Ask(ask);
            }
            // Without an answer, the run can only end.
            self.link.answer.set(Some(Output::default()));
        }
    }

    /// Answers the last request.
    pub fn answer(&mut self, answer: Output) {
        self.link.answer.set(Some(answer));
    }

    /// Takes the new output for the terminal: whether it is standard error, and the text.
    pub fn take_printed(&mut self) -> Vec<(bool, String)> {
        self.link.printed.take()
    }
}

later! {
    /// [`Run::new`]
    static BEGIN: fn(&str, &Shell) -> Run = Run::begin;
}

/// A jump out of the current commands.
pub(super) enum Flow {
    /// `break N`, `continue N` if the flag is set.
    Loop(u32, bool),
    /// `return`
    Return(u8),
    /// `exit`, or a limit was exceeded.
    Exit(u8),
}

/// The status of a command, or the jump that ends it.
pub(super) type Status = Result<u8, Flow>;

/// A destination of output.
#[derive(Clone)]
pub(super) enum Sink {
    /// The terminal; standard error if the flag is set.
    Screen(bool),
    /// `/dev/null`.
    Nothing,
    /// A string.
    Text(Rc<Cell<String>>),
}

/// The file descriptors of a command.
#[derive(Clone)]
pub(super) struct Io {
    /// The rest of the standard input, unless that is the terminal.
    pub(super) input: Option<Rc<Cell<String>>>,
    /// Standard output.
    pub(super) out: Sink,
    /// Standard error.
    pub(super) err: Sink,
}

/// The state of a run.
pub(super) struct Interpreter {
    pub(super) shell: Shell,
    link: Rc<Link>,
    commands: u32,
    bytes: usize,
    depth: u32,
    files: u32,
}

/// The maximum nesting depth of commands, functions, and substitutions.
const DEPTH_MAX: u32 = 60;

impl Interpreter {
    async fn script(&mut self, script: Result<Script, super::ParseError>) -> u8 {
        let input = self.shell.0.borrow_mut().input.take().map(|text| Rc::new(Cell::new(text)));
        let io = Io { input, out: Sink::Screen(false), err: Sink::Screen(true) };
        let status = match script {
            Ok(Script(node)) => match self.node(&node, &io).await {
                Ok(status) | Err(Flow::Return(status) | Flow::Exit(status)) => status,
                Err(Flow::Loop(..)) => 0,
            },
            Err(error) => {
                self.write(&io.err, &format!("bash: {error}\n"));
                2
            }
        };
        self.shell.0.borrow_mut().status = status;
        status
    }

    /// The number of the next file for `<( )`.
    pub(super) fn next_file(&mut self) -> u32 {
        self.files = self.files.wrapping_add(1);
        self.files - 1
    }

    /// Asks the host and waits for the answer.
    pub(super) async fn ask(&mut self, ask: Ask) -> Output {
        self.link.ask.set(Some(ask));
        loop {
            self.link.progress.pause().await;
            if let Some(answer) = self.link.answer.take() {
                return answer;
            }
        }
    }

    /// Writes a text, unless that exceeds [`OUTPUT_MAX`].
    pub(super) fn write(&mut self, sink: &Sink, text: &str) {
        self.bytes = self.bytes.saturating_add(text.len());
        if text.is_empty() || self.bytes > OUTPUT_MAX {
            return;
        }
        match sink {
            Sink::Screen(is_error) => {
                let mut printed = self.link.printed.take();
                match printed.last_mut() {
                    Some((is_same, last)) if is_same == is_error => last.push_str(text),
                    _ => printed.push((*is_error, text.into())),
                }
                self.link.printed.set(printed);
            }
            Sink::Nothing => {}
            Sink::Text(held) => {
                let mut all = held.take();
                all.push_str(text);
                held.set(all);
            }
        }
    }

    /// Writes an output and returns its status. kubectl's notes are written before standard output.
    pub(super) fn finish(&mut self, output: &Output, io: &Io) -> u8 {
        let is_note = |line: &&str| NOTES.iter().any(|note| line.starts_with(note));
        let notes = output.stderr.split_inclusive('\n').take_while(is_note).map(str::len).sum();
        let (notes, errors) = output.stderr.split_at(notes);
        self.write(&io.err, notes);
        self.write(&io.out, &output.stdout);
        self.write(&io.err, errors);
        output.exit
    }

    /// Runs a node and sets `$?`.
    pub(super) async fn node(&mut self, node: &Node, io: &Io) -> Status {
        self.depth += 1;
        let result = match self.depth > DEPTH_MAX {
            true => Err(self.stop(io, "nested too deeply")),
            false => Box::pin(self.inner(node, io)).await,
        };
        self.depth -= 1;
        if let Ok(status) = result {
            self.shell.0.borrow_mut().status = status;
        }
        result
    }

    /// Ends the run with an error.
    fn stop(&mut self, io: &Io, reason: &str) -> Flow {
        self.bytes = 0;
        self.write(&io.err, &format!("bash: stopped: {reason}\n"));
        Flow::Exit(1)
    }

    async fn inner(&mut self, node: &Node, io: &Io) -> Status {
        self.commands += 1;
        if self.commands > COMMANDS_MAX {
            return Err(self.stop(io, &format!("a script has at most {COMMANDS_MAX} commands")));
        }
        if self.bytes > OUTPUT_MAX {
            return Err(self.stop(io, &format!("a script prints at most {OUTPUT_MAX} bytes")));
        }
        match node {
            Node::Simple(simple) => self.simple(simple, io).await,
            Node::Pipe(is_inverted, nodes) => {
                let status = self.pipe(nodes, io).await?;
                Ok(if *is_inverted { u8::from(status == 0) } else { status })
            }
            Node::Chain(one, is_and, other) => {
                let status = self.node(one, io).await?;
                match (status == 0) == *is_and {
                    true => self.node(other, io).await,
                    false => Ok(status),
                }
            }
            Node::List(nodes) => {
                let mut status = 0;
                for node in nodes {
                    status = self.node(node, io).await?;
                }
                Ok(status)
            }
            Node::If(branches, otherwise) => self.choose(branches, otherwise.as_deref(), io).await,
            Node::For(name, words, body) => self.each(name, words.as_deref(), body, io).await,
            Node::While(condition, body, is_until) => {
                let mut status = 0;
                while (self.node(condition, io).await? == 0) != *is_until {
                    match self.round(body, io).await? {
                        Some(one) => status = one,
                        None => break,
                    }
                }
                Ok(status)
            }
            Node::Group(body, is_subshell, redirects) => {
                self.group(body, *is_subshell, redirects, io).await
            }
            Node::Function(name, body) => {
                self.shell.0.borrow_mut().functions.insert(name.clone(), body.clone());
                Ok(0)
            }
            Node::Condition(condition) => self.double_bracket(condition, io).await,
            Node::Case(word, branches) => self.case(word, branches, io).await,
            Node::Background(node) => {
                let note = "bash: no jobs here: the command runs in the foreground; the + button opens \
                            a second terminal\n";
                self.write(&io.err, note);
                self.node(node, io).await
            }
        }
    }

    async fn choose(
        &mut self,
        branches: &[(Node, Node)],
        otherwise: Option<&Node>,
        io: &Io,
    ) -> Status {
        for (condition, body) in branches {
            if self.node(condition, io).await? == 0 {
                return self.node(body, io).await;
            }
        }
        match otherwise {
            Some(otherwise) => self.node(otherwise, io).await,
            None => Ok(0),
        }
    }

    /// Runs the body of a loop once; `None` ends the loop.
    async fn round(&mut self, body: &Node, io: &Io) -> Result<Option<u8>, Flow> {
        match self.node(body, io).await {
            Ok(status) => Ok(Some(status)),
            Err(Flow::Loop(0 | 1, true)) => Ok(Some(0)),
            Err(Flow::Loop(0 | 1, false)) => Ok(None),
            Err(Flow::Loop(count, goes_on)) => Err(Flow::Loop(count - 1, goes_on)),
            Err(flow) => Err(flow),
        }
    }

    async fn each(&mut self, name: &str, words: Option<&[Word]>, body: &Node, io: &Io) -> Status {
        let values = match words {
            Some(words) => self.fields(words, io).await?,
            None => self.shell.0.borrow().arguments.clone(),
        };
        let mut status = 0;
        for value in values {
            self.shell.set(name, value);
            match self.round(body, io).await? {
                Some(one) => status = one,
                None => break,
            }
        }
        Ok(status)
    }

    /// Runs the commands of a pipeline, one after the other.
    async fn pipe(&mut self, nodes: &[Node], io: &Io) -> Status {
        let mut input = io.input.clone();
        let mut status = 0;
        let last = nodes.len().saturating_sub(1);
        for (number, node) in nodes.iter().enumerate() {
            let text = Rc::new(Cell::new(String::new()));
            let out = if number == last { io.out.clone() } else { Sink::Text(text.clone()) };
            let io = Io { input: input.take(), out, err: io.err.clone() };
            let memory = (last > 0).then(|| self.shell.0.borrow().clone());
            let result = self.node(node, &io).await;
            if let Some(memory) = memory {
                // Each command of a pipeline runs in a subshell.
                *self.shell.0.borrow_mut() = memory;
            }
            status = match result {
                Err(Flow::Exit(status)) if last > 0 && self.commands <= COMMANDS_MAX => status,
                result => result?,
            };
            input = Some(text);
        }
        Ok(status)
    }

    async fn group(
        &mut self,
        body: &Node,
        is_subshell: bool,
        redirects: &[Redirect],
        io: &Io,
    ) -> Status {
        let mut files = Vec::new();
        let Some(io) = self.redirect(redirects, io, &mut files).await? else { return Ok(1) };
        let result = match is_subshell {
            true => self.subshell(body, &io).await,
            false => self.node(body, &io).await,
        };
        let is_written = self.write_files(files, &io).await;
        result.map(|status| if is_written { status } else { 1 })
    }

    /// Runs a node in a subshell, which doesn't change this shell.
    pub(super) async fn subshell(&mut self, node: &Node, io: &Io) -> Status {
        let memory = self.shell.0.borrow().clone();
        let result = self.node(node, io).await;
        *self.shell.0.borrow_mut() = memory;
        match result {
            Err(Flow::Exit(status) | Flow::Return(status)) if self.commands <= COMMANDS_MAX => {
                Ok(status)
            }
            result => result,
        }
    }
}
