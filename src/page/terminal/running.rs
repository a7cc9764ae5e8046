//! A running script, and what it is waiting for.

use crate::api::Time;
use crate::kubectl::Output;
use crate::notation;
use crate::shell::{Session, Shell};
use crate::terminal::{Files, Script, Step};
use crate::timeline::{Followed, Timeline, Watch};

/// A running script.
pub struct Running {
    script: Script,
    wait: Wait,
    /// The line that continues when the shell in a container exits.
    below: Option<Wait>,
    had_session: bool,
}

/// What a script is waiting for.
pub enum Wait {
    /// Its next step.
    Step(Step),
    /// The result of the job that does the step.
    Job,
    /// A line that prints as time passes: the output for the next command of a pipe, and whether the next line ends it.
    Watch(Box<Watch>, Option<String>, bool),
    /// An instant; the first field is when the wait began.
    Until(Time, Time),
    /// The editor.
    Editor,
    /// The next typed line, for a shell in a container.
    Session(Box<Session>),
    /// Nothing: it continues.
    Nothing,
}

impl Running {
    /// Starts a script.
    pub fn new(text: &str, shell: &Shell) -> Running {
        Running {
            script: Script::new(text, shell),
            wait: Wait::Nothing,
            below: None,
            had_session: false,
        }
    }

    /// Advances to the next step, unless the script is waiting. The step is kept until it is taken.
    pub fn go_on(&mut self, files: &mut Files, now: Time) -> Option<&Step> {
        if let Wait::Nothing = self.wait {
            self.wait = Wait::Step(self.script.go_on(files, now));
        }
        match &self.wait {
            Wait::Step(step) => Some(step),
            _ => None,
        }
    }

    /// Makes the script wait.
    pub fn wait(&mut self, wait: Wait) {
        self.wait = wait;
    }

    /// Completes the step.
    pub fn answer(&mut self, answer: Output) {
        self.script.answer(answer);
        self.wait = Wait::Nothing;
    }

    /// Takes the output and the advice since the last call.
    pub fn take_printed(&mut self) -> (Vec<(bool, String)>, String) {
        (self.script.take_printed(), self.script.take_advice())
    }

    /// The shell in a container that waits for a line.
    pub fn session(&self) -> Option<&Session> {
        match &self.wait {
            Wait::Session(session) => Some(session),
            _ => None,
        }
    }

    /// The line in the notation for input to a shell in a container, which runs next.
    pub fn begin_inside(&mut self, typed: &str) -> Option<String> {
        let session = self.session()?;
        let mut line = session.line.clone();
        notation::print_heredoc(&mut line, &session.input(typed.trim_end()));
        self.wait = Wait::Job;
        Some(line)
    }

    /// Whether the script continues when the shell in a container exits.
    pub fn is_inside(&self) -> bool {
        self.session().is_some() || self.below.is_some()
    }

    /// Continues after a line in a container: with its shell, or with the rest of the script.
    pub fn line_done_inside(&mut self, output: Output) {
        match (output.session, self.below.take()) {
            (Some(session), below) => {
                self.wait = Wait::Session(session);
                self.below = below;
            }
            (None, Some(below)) => self.wait = below,
            (None, None) => self.answer(Output { exit: output.exit, ..Output::default() }),
        }
    }

    /// Whether the next typed line ends the script.
    pub fn ends_on_input(&self) -> bool {
        matches!(self.wait, Wait::Watch(_, _, true))
    }

    /// Whether it is waiting for time to pass.
    pub fn waits_for_time(&self) -> bool {
        matches!(self.wait, Wait::Watch(..) | Wait::Until(..))
    }

    /// Whether a job is running its step.
    pub fn is_in_job(&self) -> bool {
        matches!(self.wait, Wait::Job)
    }

    /// Whether its step is waiting for a file to be fetched.
    pub fn waits_for_table(&self) -> bool {
        matches!(self.wait, Wait::Step(Step::Line(..) | Step::Examples))
    }

    /// Follows what it is waiting for, up to the cursor, within the time limit. Returns the output, and whether there is more.
    pub fn follow(&mut self, timeline: &Timeline, has_time: &dyn Fn() -> bool) -> (String, bool) {
        let mut text = String::new();
        match &mut self.wait {
            Wait::Until(from, until) => {
                let now = timeline.now();
                if now >= *until {
                    self.answer(Output::default());
                } else if now < *from {
                    self.answer(Output { exit: 130, ..Output::default() });
                }
            }
            Wait::Watch(watch, held, _) => loop {
                match timeline.follow_once(watch) {
                    Followed::More(more) => text += &more,
                    Followed::UpToDate(last) => {
                        text += &last;
                        if !watch.is_over() {
                            break;
                        }
                    }
                    Followed::Over => {
                        let mut ending = watch.ending();
                        match held.take() {
                            Some(held) => ending.stdout = held + &text,
                            None => ending.stdout = text,
                        }
                        self.answer(ending);
                        return (String::new(), false);
                    }
                }
                if !has_time() {
                    return (kept(held, text), true);
                }
            },
            _ => {}
        }
        let Wait::Watch(watch, held, _) = &mut self.wait else { return (text, false) };
        let text = kept(held, text);
        if let Some(session) = watch.session().filter(|_| !self.had_session) {
            self.had_session = true;
            self.below = Some(std::mem::replace(&mut self.wait, Wait::Session(session)));
        }
        (text, false)
    }

    /// Handles Ctrl+C: ends the waiting command in front of a pipe; the rest of the pipe still prints. Returns whether
    /// the script continues.
    pub fn interrupt(&mut self) -> bool {
        match &mut self.wait {
            Wait::Watch(_, held, _) if held.is_some() => {
                let stdout = held.take().unwrap_or_default();
                self.answer(Output { stdout, exit: 130, ..Output::default() });
                true
            }
            _ => false,
        }
    }
}

/// The part of a text to print now; the rest is kept for the next command of the pipe.
fn kept(held: &mut Option<String>, text: String) -> String {
    match held {
        Some(held) => {
            held.push_str(&text);
            String::new()
        }
        None => text,
    }
}
