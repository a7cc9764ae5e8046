//! The terminal without its looks: a shell, files, and the run that its kubectl lines are for.
//!
//! What reaches the run is a line in which everything is expanded: variables, and the files of `-f` and `-k` as the
//! text below the line. So recipes, links and saved runs know nothing of the terminal's files and variables.
//!
//! A [`Script`] is what was typed; it goes on step by step, because a step may take as long as the cluster does. Where
//! no time passes by itself, [`run`] does all of it at once: a line that waits runs ahead in a copy, as everywhere, and
//! `sleep` moves the cursor on.
//!
//! | file | what it does |
//! |---|---|
//! | `files` | the files |
//! | `examples` | the example files of the Kubernetes documentation, by address and name |
//! | `commands` | `ls`, `rm`, `curl` and the like |
//! | `help` | what is told about the terminal, and of other programs |
//! | `kubectl_files` | the files that a kubectl line names |
//! | `kustomize`, `suffix` | `-k`, and the hash behind generated names |
//! | `edit` | the text of `kubectl edit` |

mod commands;
mod edit;
pub mod examples;
mod files;
mod help;
mod kubectl_files;
mod kustomize;
mod suffix;

pub use edit::{Edit, Saved};
pub use files::Files;
pub use help::PROGRAMS;

use crate::api::Time;
use crate::notation;
use crate::shell::{self, Ask, Call, Next, Output, Run, Shell};
use crate::timeline::Timeline;

/// The home folder.
pub const HOME: &str = "/home/user";
/// How often a script may sleep where no time passes by itself.
const SLEEPS_MAX: u32 = 100;

/// A shell as it is when a terminal opens.
pub fn shell() -> Shell {
    Shell::new(HOME, [("HOME", HOME), ("USER", "user"), ("SHELL", "/bin/bash"), ("EDITOR", "vi")])
}

/// What a script needs next.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// To run a line of the notation, with the text below it. The flag tells whether its output is for the terminal.
    Line(String, bool),
    /// To let time pass, in milliseconds. The flag tells whether `watch` goes on afterwards.
    Sleep(u64, bool),
    /// The table of the example files.
    Examples,
    /// To edit a text.
    Edit(Edit),
    /// To clear the terminal.
    Clear,
    /// The lines typed before.
    History,
    /// To close the terminal.
    Close,
    /// Nothing: the script has ended with this status.
    Done(u8),
}

/// A script that was typed, and how far it is.
pub struct Script {
    run: Run,
    shell: Shell,
    /// The call that waits for the table of examples.
    held: Option<Call>,
    /// What was advised since it was last taken.
    advice: String,
}

impl Script {
    /// Begins a script.
    pub fn new(text: &str, shell: &Shell) -> Script {
        Script {
            run: Run::new(text, shell),
            shell: shell.clone(),
            held: None,
            advice: String::new(),
        }
    }

    /// Goes on to what is needed next.
    pub fn go_on(&mut self, files: &mut Files, now: Time) -> Step {
        loop {
            let ask = match self.held.take() {
                Some(call) => Ask::Call(call),
                None => match self.run.go_on() {
                    Next::Ask(ask) => ask,
                    Next::Done(exit) => return Step::Done(exit),
                },
            };
            let answer = match ask {
                Ask::Read(path) => files.read(&path),
                Ask::Write(path, text, is_appended) => files.write(&path, &text, is_appended),
                Ask::List(folder) => Output::print(files.list(&folder).join("\n")),
                Ask::Find(path) => Output::print(files.kind(&path)),
                Ask::Call(call) => match commands::call(&call, &self.shell, files, now) {
                    Done::Printed(output) => output,
                    Done::Needs(Step::Examples) => {
                        self.held = Some(call);
                        return Step::Examples;
                    }
                    Done::Needs(step) => return step,
                    Done::Line(line, advice) => {
                        self.advice += &advice;
                        return Step::Line(line, call.is_shown);
                    }
                },
            };
            self.answer(answer);
        }
    }

    /// Answers the step.
    pub fn answer(&mut self, mut answer: Output) {
        self.advice += &std::mem::take(&mut answer.advice);
        // With the table, the call that waits for it is done again.
        if answer.exit != 0 {
            self.held = None;
        }
        if self.held.is_none() {
            self.run.answer(answer);
        }
    }

    /// What was advised since it was last taken: what programs themselves do not say.
    pub fn take_advice(&mut self) -> String {
        std::mem::take(&mut self.advice)
    }

    /// What was printed since it was last taken: whether it is an error, and the text.
    pub fn take_printed(&mut self) -> Vec<(bool, String)> {
        self.run.take_printed()
    }
}

/// What came of a call.
enum Done {
    /// It is done.
    Printed(Output),
    /// It needs something first.
    Needs(Step),
    /// It is a line of the notation, and what is told about it.
    Line(String, String),
}

/// A line of the notation with a text below it.
fn line(words: &[String], text: Option<&str>) -> String {
    let words: Vec<String> = words.iter().map(|word| notation::quote(word)).collect();
    let mut line = words.join(" ");
    if let Some(text) = text {
        notation::print_heredoc(&mut line, text);
    }
    line
}

/// Runs a script on a run, at once.
pub fn run(timeline: &mut Timeline, files: &mut Files, shell: &Shell, text: &str) -> Output {
    let mut script = Script::new(text, shell);
    let mut all = Output::default();
    let mut sleeps = 0;
    loop {
        let step = script.go_on(files, timeline.now());
        for (is_error, text) in script.take_printed() {
            *if is_error { &mut all.stderr } else { &mut all.stdout } += &text;
        }
        all.advice += &script.take_advice();
        let answer = match step {
            Step::Line(line, _) => timeline.run_line(&line),
            Step::Sleep(ms, false) if sleeps < SLEEPS_MAX => {
                sleeps += 1;
                timeline.seek(timeline.now().plus(ms));
                Output::default()
            }
            Step::Done(exit) => {
                all.exit = exit;
                return all;
            }
            Step::Sleep(_, true) => Output::failure(130, ""),
            step => match without_page(step) {
                Some(answer) => answer,
                None => {
                    all.exit = 130;
                    all.stderr += &format!("bash: stopped after {SLEEPS_MAX} rounds of sleep\n");
                    return all;
                }
            },
        };
        script.answer(answer);
    }
}

/// The answer to a step for which a page is needed, where there is none. None if the script has to end.
pub fn without_page(step: Step) -> Option<Output> {
    Some(match step {
        Step::Edit(edit) => edit.refusal(),
        Step::Examples => Output::complaint("error: the example files are not there\n"),
        Step::Sleep(..) => return None,
        _ => Output::default(),
    })
}

/// The answer to an unknown command.
fn unknown(word: &str, advice: &str) -> Output {
    Output { advice: advice.into(), ..shell::not_found(word) }
}

#[cfg(test)]
mod tests;
