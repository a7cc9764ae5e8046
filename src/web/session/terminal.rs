//! Running scripts of the terminal, and commands of the element's script.

use super::{Session, storage};
use crate::kubectl::Output;
use crate::later::later;
use crate::manifest::{self, schema};
use crate::page::terminal::{CommandRecord, Running, Wait};
use crate::terminal::{Step, examples, without_page};
use crate::web::action::TerminalAction;
use std::rc::Rc;
use yew::Callback;

/// How often a command of the element's script may sleep.
const SLEEPS_MAX: u32 = 100;
/// The exit status after Ctrl+C.
const INTERRUPTED: u8 = 130;

/// A running command of the element's script.
pub(super) struct ScriptCall {
    line: String,
    running: Running,
    output: Output,
    sleeps: u32,
    reply: Callback<Output>,
}

/// Who runs a script.
#[derive(Clone, Copy, PartialEq)]
enum Runner {
    /// The pane with this index.
    Pane(usize),
    /// The element's script.
    Script,
}

later! {
    /// [`Session::go_on_scripts`]
    static GO_ON: fn(&mut Session) -> bool = Session::go_on_all_scripts;
}

impl Session {
    /// Runs a command of the element's script.
    pub(super) fn call(&mut self, line: String, reply: Callback<Output>) {
        let running = Running::new(&line, &self.script_shell);
        let output = Output::default();
        self.calls.push_back(ScriptCall { line, running, output, sleeps: 0, reply });
        self.jobs.is_called = true;
    }

    /// Advances all scripts as far as possible. Returns whether a job has started, or a command of the element's script
    /// has ended.
    pub(super) fn go_on_scripts(&mut self) -> bool {
        GO_ON.get().is_some_and(|go_on| go_on(self))
    }

    fn go_on_all_scripts(&mut self) -> bool {
        if !self.calls.is_empty() {
            return self.go_on_runner(Runner::Script);
        }
        (0..self.terminal.panes.len()).any(|pane| self.go_on_runner(Runner::Pane(pane)))
    }

    /// The script of a runner.
    fn running(&mut self, runner: Runner) -> Option<&mut Running> {
        match runner {
            Runner::Pane(pane) => self.terminal.panes.get_mut(pane)?.running.as_mut(),
            Runner::Script => self.calls.front_mut().map(|call| &mut call.running),
        }
    }

    fn answer_script(&mut self, runner: Runner, answer: Output) {
        if let Some(running) = self.running(runner) {
            running.answer(answer);
        }
    }

    fn wait(&mut self, runner: Runner, wait: Wait) {
        if let Some(running) = self.running(runner) {
            running.wait(wait);
        }
    }

    /// Shows the output of a script, or keeps it for the element's script.
    fn show_printed(&mut self, runner: Runner) {
        match runner {
            Runner::Pane(pane) => {
                if let Some(pane) = self.terminal.panes.get_mut(pane) {
                    pane.show_printed();
                    pane.show_waiting();
                }
            }
            Runner::Script => {
                let Some(call) = self.calls.front_mut() else { return };
                let (printed, advice) = call.running.take_printed();
                for (is_error, text) in printed {
                    let output = &mut call.output;
                    *if is_error { &mut output.stderr } else { &mut output.stdout } += &text;
                }
                call.output.advice += &advice;
            }
        }
    }

    /// Advances a script as far as possible. Returns whether a job has started, or the script has ended.
    fn go_on_runner(&mut self, runner: Runner) -> bool {
        loop {
            if let Runner::Pane(pane) = runner
                && let Some(pane) = self.terminal.panes.get_mut(pane)
            {
                pane.begin_next();
            }
            if let Runner::Pane(pane) = runner
                && let Some(line) =
                    self.terminal.panes.get_mut(pane).and_then(|it| it.begin_inside())
            {
                let run = self.run.timeline.begin_line(&line);
                let then = move |session: &mut Session, output: Output| {
                    session.line_done(runner, &line, true, output);
                };
                self.begin_line(run, true, Box::new(then));
                return true;
            }
            let now = self.run.timeline.now();
            let running = match runner {
                Runner::Pane(pane) => {
                    self.terminal.panes.get_mut(pane).and_then(|it| it.running.as_mut())
                }
                Runner::Script => self.calls.front_mut().map(|call| &mut call.running),
            };
            let Some(running) = running else { return false };
            let step = running.go_on(&mut self.terminal.files, now).cloned();
            self.show_printed(runner);
            match step {
                None => return false,
                Some(Step::Done(exit)) => {
                    self.script_done(runner, exit);
                    if runner == Runner::Script {
                        return true;
                    }
                }
                Some(step) => match self.do_step(runner, step) {
                    Progress::Answered => {}
                    Progress::Begun => return true,
                    Progress::Waits => {
                        self.show_printed(runner);
                        return false;
                    }
                },
            }
        }
    }

    /// Does a step of a script.
    fn do_step(&mut self, runner: Runner, step: Step) -> Progress {
        match (step, runner) {
            (Step::Line(line, is_shown), _) => return self.do_line(runner, line, is_shown),
            (Step::Sleep(ms, _), Runner::Pane(_)) => {
                let now = self.run.timeline.now();
                self.wait(runner, Wait::Until(now, now.plus(ms)));
                self.run.playback.set_playing(true);
                return Progress::Waits;
            }
            (Step::Sleep(ms, false), Runner::Script) => return self.sleep_ahead(ms),
            (Step::Examples, _) if examples::is_installed() => {
                self.answer_script(runner, Output::default());
            }
            (Step::Examples, _) => {
                if !std::mem::replace(&mut self.schema.is_loading_examples, true) {
                    self.host.script.examples();
                }
                return Progress::Waits;
            }
            (Step::Clear, Runner::Pane(pane)) => {
                self.terminal.panes[pane].clear();
                self.answer_script(runner, Output::default());
            }
            (Step::History, Runner::Pane(_)) => {
                let lines = (1..).zip(&self.terminal.lines);
                let lines = lines.map(|(number, line): (u32, _)| format!("{number:5}  {line}\n"));
                let lines = lines.collect::<String>();
                self.answer_script(runner, Output::print(lines));
            }
            (Step::Close, Runner::Pane(pane)) => {
                self.answer_script(runner, Output::default());
                let action = match pane {
                    0 if self.terminal.panes.len() == 1 => TerminalAction::SetOpen(false),
                    _ => TerminalAction::Split(false),
                };
                self.handle_terminal(action);
            }
            (Step::Edit(edit), Runner::Pane(pane)) => {
                self.wait(runner, Wait::Editor);
                self.open_editor(pane, edit);
                return Progress::Begun;
            }
            (step, _) => {
                let answer = without_page(step);
                let answer = answer.unwrap_or_else(|| Output::failure(INTERRUPTED, ""));
                self.answer_script(runner, answer);
            }
        }
        Progress::Answered
    }

    /// Runs a line, or follows it if it only waits.
    fn do_line(&mut self, runner: Runner, line: String, is_shown: bool) -> Progress {
        if manifest::needs_schema(&line) && !schema::is_installed() {
            self.load_schema();
            return Progress::Waits;
        }
        if let Runner::Pane(pane) = runner {
            if let Some((watch, first)) = self.run.timeline.wait(&line) {
                let held = (!is_shown).then(|| first.clone());
                let is_endless = line.starts_with("kubectl logs");
                if !watch.is_over() && !is_endless {
                    self.run.playback.set_playing(true);
                }
                self.wait(runner, Wait::Watch(Box::new(watch), held, is_endless));
                self.terminal.panes[pane].print(false, if is_shown { &first } else { "" });
                return Progress::Waits;
            }
            if self.lesson.expects(&line, &self.run.timeline) {
                self.answer_script(runner, Output::default());
                self.handle_lesson(crate::web::action::LessonAction::Continue);
                return Progress::Begun;
            }
        }
        self.wait(runner, Wait::Job);
        let run = self.run.timeline.begin_line(&line);
        let typed = line.clone();
        let then = move |session: &mut Session, output: Output| {
            session.line_done(runner, &typed, is_shown, output);
        };
        self.begin_line(run, runner != Runner::Script, Box::new(then));
        Progress::Begun
    }

    /// Completes a finished line, or lets it keep printing.
    fn line_done(&mut self, runner: Runner, line: &str, is_shown: bool, output: Output) {
        let is_waiting = self.running(runner).is_some_and(|running| running.is_in_job());
        if !is_waiting {
            return;
        }
        if let Runner::Pane(pane) = runner
            && let Some(pane) = self.terminal.panes.get_mut(pane)
            && (output.session.is_some() || pane.running.as_ref().is_some_and(Running::is_inside))
        {
            pane.print(false, &output.stdout);
            pane.print(true, &output.stderr);
            if let Some(running) = &mut pane.running {
                running.line_done_inside(output);
            }
            return;
        }
        let watch = match runner {
            Runner::Pane(_) if output.exit == 0 || output.late > 0 => self.run.timeline.watch(line),
            _ => None,
        };
        let (Some(watch), Runner::Pane(pane)) = (watch, runner) else {
            return self.answer_script(runner, output);
        };
        let output = output.before_timeout();
        let held = (!is_shown).then(|| output.stdout.clone());
        // The next typed line ends a watch or a drain.
        let is_endless = !watch.blocks();
        if !is_endless {
            self.run.playback.set_playing(true);
        }
        self.wait(runner, Wait::Watch(Box::new(watch), held, is_endless));
        let pane = &mut self.terminal.panes[pane];
        pane.print(false, if is_shown { &output.stdout } else { "" });
        pane.print(true, &output.stderr);
        pane.show_waiting();
    }

    /// Advances the cursor for a `sleep` of the element's script.
    fn sleep_ahead(&mut self, ms: u64) -> Progress {
        let Some(call) = self.calls.front_mut() else { return Progress::Waits };
        call.sleeps += 1;
        if call.sleeps > SLEEPS_MAX {
            call.output.stderr +=
                &format!("bash: stopped: the script has more than {SLEEPS_MAX} sleeps\n");
            self.script_done(Runner::Script, INTERRUPTED);
            return Progress::Begun;
        }
        self.wait(Runner::Script, Wait::Job);
        let to = self.run.timeline.now().plus(ms);
        self.begin_seek(
            to,
            Box::new(|session| {
                session.run.interrupt();
                session.answer_script(Runner::Script, Output::default());
            }),
        );
        Progress::Begun
    }

    /// Ends a script.
    fn script_done(&mut self, runner: Runner, exit: u8) {
        match runner {
            Runner::Pane(pane) => {
                let pane = &mut self.terminal.panes[pane];
                pane.finish(exit);
                self.ui.last = pane.history.last().cloned();
                storage::save_files(&self.host, &self.terminal.files);
            }
            Runner::Script => {
                let Some(call) = self.calls.pop_front() else { return };
                self.jobs.is_called = !self.calls.is_empty();
                let output = Output { exit, ..call.output };
                self.record_command(call.line, output.clone());
                self.host.answer(&call.reply, output);
            }
        }
    }

    /// Adds a command to the terminal, and shows it as the last one.
    pub(super) fn record_command(&mut self, line: String, output: Output) {
        let last = Rc::new(CommandRecord::new(line, output));
        self.terminal.active().record(last.clone());
        self.ui.last = Some(last);
    }

    /// Resumes the scripts that wait for the example files.
    pub(super) fn examples_loaded(&mut self, error: &str) {
        self.schema.is_loading_examples = false;
        self.tables_loaded(error);
    }

    /// Fails the scripts that wait for a table which could not be loaded.
    pub(super) fn tables_loaded(&mut self, error: &str) {
        if error.is_empty() {
            return;
        }
        let runners = (0..self.terminal.panes.len()).map(Runner::Pane);
        for runner in runners.chain([Runner::Script]).collect::<Vec<_>>() {
            if self.running(runner).is_some_and(|running| running.waits_for_table()) {
                self.answer_script(runner, Output::complaint(format!("error: {error}\n")));
            }
        }
    }

    /// Completes the step of a pane whose editor was closed.
    pub(super) fn editor_closed(&mut self, pane: usize, output: Output) {
        self.answer_script(Runner::Pane(pane), output);
    }

    /// Prints the output that follows up to the cursor.
    pub(super) fn follow_panes(&mut self, has_time: &dyn Fn() -> bool) {
        for pane in &mut self.terminal.panes {
            pane.follow(&self.run.timeline, has_time);
        }
    }
}

/// The progress of a script.
enum Progress {
    /// The step is complete.
    Answered,
    /// A job has started.
    Begun,
    /// The script is waiting.
    Waits,
}
