//! The terminal without its user interface: a shell and files, whose kubectl commands change a run.
//!
//! The run gets commands with everything expanded: variables, and the files of `-f` and `-k` as a heredoc. So recipes,
//! links, and saved runs don't depend on the terminal's files and variables.
//!
//! A [`Script`] is what you typed. It runs step by step, because a step may have to wait for the cluster. Where no
//! time passes on its own, [`run`] runs all steps immediately: a command that waits runs ahead in a copy of the
//! cluster, and `sleep` moves the cursor forward.
//!
//! | file | what it does |
//! |---|---|
//! | `files` | the files |
//! | `examples` | the example files of the Kubernetes documentation, by URL and name |
//! | `commands` | `ls`, `rm`, `curl`, and the like |
//! | `help` | the output of `help`, and advice about missing programs |
//! | `kubectl_files` | the files in kubectl commands |
//! | `context` | the kubeconfig file, and the namespace of commands |
//! | `kustomize`, `suffix` | `-k`, and the hash in generated names |
//! | `copy`, `tar` | `kubectl cp`; `tar` |
//! | `edit` | the text of `kubectl edit` |

mod commands;
mod context;
mod copy;
mod edit;
pub mod examples;
mod files;
mod help;
mod kubectl_files;
mod kustomize;
mod suffix;
mod tar;

pub use edit::{Edit, Saved};
pub use files::Files;
pub use help::PROGRAMS;

use crate::api::Time;
use crate::later::{self, later};
use crate::notation;
use crate::shell::{self, Ask, Call, Next, Output, Run, Shell};
use crate::timeline::Timeline;

/// The home folder.
pub const HOME: &str = "/home/user";
/// The maximum number of sleeps in a script, where no time passes on its own.
const SLEEPS_MAX: u32 = 100;

/// The shell of a new terminal, with the alias `k` for kubectl.
pub fn shell() -> Shell {
    let shell = Shell::new(
        HOME,
        [("HOME", HOME), ("USER", "user"), ("SHELL", "/bin/bash"), ("EDITOR", "vi")],
    );
    shell.set_alias("k", "kubectl");
    shell
}

/// What a script needs next.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Run a command of the notation, with its heredoc. The flag tells whether its output goes to the terminal.
    Line(String, bool),
    /// Let time pass, in milliseconds. The flag tells whether `watch` continues afterwards.
    Sleep(u64, bool),
    /// Install the table of the example files.
    Examples,
    /// Edit a text.
    Edit(Edit),
    /// Clear the terminal.
    Clear,
    /// List the earlier commands.
    History,
    /// Close the terminal.
    Close,
    /// Nothing: the script ended with this status.
    Done(u8),
}

/// A running script.
pub struct Script {
    run: Run,
    shell: Shell,
    /// The command that waits for the table of examples.
    held: Option<Call>,
    /// What becomes of the output of the last command, and that output.
    saving: Option<(Saving, Option<Output>)>,
    /// The advice that wasn't taken yet.
    advice: String,
}

impl Script {
    /// Starts a script.
    pub fn new(text: &str, shell: &Shell) -> Script {
        Script {
            run: Run::new(text, shell),
            shell: shell.clone(),
            held: None,
            saving: None,
            advice: String::new(),
        }
    }

    /// Continues to the next step.
    pub fn go_on(&mut self, files: &mut Files, now: Time) -> Step {
        if let Some((saving, Some(output))) = self.saving.take() {
            self.run.answer(match saving {
                Saving::File(path) => copy::save(&path, output, files),
                Saving::Folder(path, name) => tar::unpack(&path, &name, output, files),
            });
        }
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
                Ask::Write(path, text, true) => files.append(&path, &text),
                Ask::Write(path, text, false) => files.write(&path, &text),
                Ask::List(folder) => Output::print(files.list(&folder).join("\n")),
                Ask::Find(path) => Output::print(files.kind(&path)),
                Ask::Call(call) => match CALL.get().map(|it| it(&call, &self.shell, files, now)) {
                    None => Output::complaint(format!("{}\n", later::MISSING)),
                    Some(Done::Printed(output)) => output,
                    Some(Done::Needs(Step::Examples)) => {
                        self.held = Some(call);
                        return Step::Examples;
                    }
                    Some(Done::Needs(step)) => return step,
                    Some(Done::Saved(line, saving)) => {
                        self.saving = Some((saving, None));
                        return Step::Line(line, false);
                    }
                    Some(Done::Line(line, advice)) => {
                        self.advice += &advice;
                        return Step::Line(line, call.is_shown);
                    }
                },
            };
            self.answer(answer);
        }
    }

    /// Answers the last step.
    pub fn answer(&mut self, mut answer: Output) {
        self.advice += &std::mem::take(&mut answer.advice);
        if let Some((_, saved)) = &mut self.saving {
            *saved = Some(answer);
            return;
        }
        // Once the table is installed, the waiting command runs again.
        if answer.exit != 0 {
            self.held = None;
        }
        if self.held.is_none() {
            self.run.answer(answer);
        }
    }

    /// Takes the new advice, which the real programs don't print.
    pub fn take_advice(&mut self) -> String {
        std::mem::take(&mut self.advice)
    }

    /// Takes the new output: whether it is standard error, and the text.
    pub fn take_printed(&mut self) -> Vec<(bool, String)> {
        self.run.take_printed()
    }
}

later! {
    /// Runs a command.
    static CALL: fn(&Call, &Shell, &mut Files, Time) -> Done = commands::call;
}

/// The result of a command.
enum Done {
    /// It ended.
    Printed(Output),
    /// It needs something first.
    Needs(Step),
    /// It is a command of the notation, with advice.
    Line(String, String),
    /// It is a command of the notation, whose output is saved.
    Saved(String, Saving),
}

/// What becomes of the output of a command.
enum Saving {
    /// A file at this path.
    File(String),
    /// An archive, which is unpacked in the folder at this path; and its name in the command.
    Folder(String, String),
}

/// An unfinished kubectl command as the run completes it: with the namespace of the current context.
pub fn to_complete(line: &str, files: &Files) -> String {
    kubectl_files::to_complete(line, files)
}

/// A command of the notation with a heredoc.
fn line(words: &[String], text: Option<&str>) -> String {
    let words: Vec<String> = words.iter().map(|word| notation::quote(word)).collect();
    let mut line = words.join(" ");
    if let Some(text) = text {
        notation::print_heredoc(&mut line, text);
    }
    line
}

/// Runs a script to its end.
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
                    all.stderr +=
                        &format!("bash: stopped: the script has more than {SLEEPS_MAX} sleeps\n");
                    return all;
                }
            },
        };
        script.answer(answer);
    }
}

/// The answer to a step that needs the page, outside of the page. `None` if the script has to end.
pub fn without_page(step: Step) -> Option<Output> {
    Some(match step {
        Step::Edit(edit) => edit.refusal(),
        Step::Examples => Output::complaint("error: the example files are not installed\n"),
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
