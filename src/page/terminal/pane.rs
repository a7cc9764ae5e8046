//! A pane of the terminal: the text being typed, the history, and the running command.

use super::record::CommandRecord;
use super::running::Running;
use super::{commands, complete};
use crate::kubectl::Output;
use crate::page::by_ptr::ByPtr;
use crate::shell::Shell;
use crate::terminal::{self, Files};
use crate::timeline::Timeline;
use std::collections::VecDeque;
use std::rc::Rc;

/// The most commands that are shown.
const COMMANDS_MAX: usize = 60;
/// The note below the output of a command that keeps printing.
const RUNNING: &str = "Still running. Press Ctrl+C to stop.";

/// A pane.
pub struct Pane {
    /// The text being typed.
    pub text: Rc<str>,
    /// The commands with their output, oldest first.
    pub history: ByPtr<Vec<Rc<CommandRecord>>>,
    /// The completions to show, if there are several.
    pub completions: ByPtr<Vec<String>>,
    /// The running script; its output goes to the last command of the history.
    pub running: Option<Running>,
    shell: Shell,
    /// The typed commands that wait for the running one.
    queue: VecDeque<String>,
    /// The recalled line, counted from the last one; 0 is the text being typed.
    recalled: usize,
    /// The text that was being typed before a line was recalled.
    draft: Rc<str>,
    is_behind: bool,
}

impl Default for Pane {
    fn default() -> Pane {
        Pane {
            text: Rc::default(),
            history: ByPtr::default(),
            completions: ByPtr::default(),
            running: None,
            shell: terminal::shell(),
            queue: VecDeque::new(),
            recalled: 0,
            draft: Rc::default(),
            is_behind: false,
        }
    }
}

impl Pane {
    /// Sets the text being typed.
    pub fn edit(&mut self, text: &str) {
        self.text = text.into();
        self.completions = ByPtr::default();
        self.recalled = 0;
    }

    /// Takes the complete commands from the text being typed; the rest stays.
    pub(super) fn enter(&mut self) -> Vec<String> {
        let (commands, rest) = commands(&self.text);
        self.edit(&rest);
        if commands.is_empty() {
            return commands;
        }
        if self.running.as_ref().is_some_and(Running::ends_on_input) {
            self.stop();
        }
        self.queue.extend(commands.iter().cloned());
        commands
    }

    /// Starts the next waiting command. Returns false if there is none, or if another command is running.
    pub fn begin_next(&mut self) -> bool {
        if self.running.is_some() {
            return false;
        }
        let Some(command) = self.queue.pop_front() else { return false };
        self.record(Rc::new(CommandRecord {
            line: command.trim_end().into(),
            ..CommandRecord::default()
        }));
        self.running = Some(Running::new(&command, &self.shell));
        true
    }

    /// Takes the next line for the shell in a container, shows it, and returns it in the line notation.
    pub fn begin_inside(&mut self) -> Option<String> {
        let prompt = self.running.as_ref()?.session()?.prompt.clone();
        let typed = self.queue.pop_front()?;
        let line = typed.trim_end().to_owned();
        let mut history = self.history.to_vec();
        history.push(Rc::new(CommandRecord { prompt, line, ..CommandRecord::default() }));
        self.history = ByPtr::new(history);
        self.running.as_mut()?.begin_inside(&typed)
    }

    /// Whether the shell in a container waits for a line.
    pub fn is_at_prompt(&self) -> bool {
        self.queue.is_empty()
            && self.running.as_ref().is_some_and(|running| running.session().is_some())
    }

    /// The prompt before the text being typed.
    pub fn prompt(&self) -> &str {
        let session = self.running.as_ref().and_then(Running::session);
        session.map_or("$", |session| session.prompt.trim_end())
    }

    /// Adds a command to the history, before the running one, if any.
    pub fn record(&mut self, command: Rc<CommandRecord>) {
        let first = (self.history.len() + 1).saturating_sub(COMMANDS_MAX);
        let mut history = self.history[first.min(self.history.len())..].to_vec();
        let place = history.len() - usize::from(self.running.is_some()).min(history.len());
        history.insert(place, command);
        self.history = ByPtr::new(history);
    }

    /// Changes the last command of the history.
    pub fn update_last(&mut self, update: impl FnOnce(&mut CommandRecord)) {
        let mut history = self.history.to_vec();
        if let Some(last) = history.pop() {
            let mut last = (*last).clone();
            update(&mut last);
            history.push(Rc::new(last));
        }
        self.history = ByPtr::new(history);
    }

    /// Appends to the output of the running command.
    pub fn print(&mut self, is_error: bool, text: &str) {
        if !text.is_empty() {
            self.update_last(|last| last.print(is_error, text));
        }
    }

    /// Shows the output of the script.
    pub fn show_printed(&mut self) {
        let Some(running) = &mut self.running else { return };
        let (printed, advice) = running.take_printed();
        if printed.is_empty() && advice.is_empty() {
            return;
        }
        self.update_last(|last| {
            printed.iter().for_each(|(is_error, text)| last.print(*is_error, text));
            if !advice.is_empty() {
                last.advice = advice;
            }
        });
    }

    /// Shows that the running command waits for time to pass. The note stays until the command ends, so that nothing jumps.
    pub fn show_waiting(&mut self) {
        let waits = self.running.as_ref().is_some_and(Running::waits_for_time);
        if waits && self.history.last().is_some_and(|last| last.advice.is_empty()) {
            self.update_last(|last| last.advice = RUNNING.into());
        }
    }

    /// Ends the running command with an exit status.
    pub fn finish(&mut self, exit: u8) {
        self.show_printed();
        self.running = None;
        self.update_last(|last| {
            last.exit = exit;
            if last.advice == RUNNING {
                last.advice.clear();
            }
        });
    }

    /// Completes the current step of the running script.
    pub fn answer(&mut self, answer: Output) {
        if let Some(running) = &mut self.running {
            running.answer(answer);
        }
    }

    /// Prints output up to the cursor, within the time limit.
    pub fn follow(&mut self, timeline: &Timeline, has_time: &dyn Fn() -> bool) {
        let Some(running) = &mut self.running else {
            self.is_behind = false;
            return;
        };
        let (text, is_behind) = running.follow(timeline, has_time);
        self.is_behind = is_behind;
        self.print(false, &text);
    }

    /// Whether the running command has more output up to the cursor.
    pub fn is_behind(&self) -> bool {
        self.is_behind
    }

    /// Whether commands are running or waiting.
    pub fn is_busy(&self) -> bool {
        self.running.is_some() || !self.queue.is_empty()
    }

    /// Ends the running command.
    fn stop(&mut self) {
        if self.running.is_some() {
            self.finish(130);
        }
        self.is_behind = false;
    }

    /// Ends the running command and the waiting ones.
    pub fn end(&mut self) {
        self.queue.clear();
        self.stop();
    }

    /// Handles Ctrl+C: ends the running command and clears the input.
    pub fn interrupt(&mut self) {
        self.queue.clear();
        let is_at_prompt = self.running.as_ref().is_some_and(|running| running.session().is_some());
        if !is_at_prompt && !self.running.as_mut().is_some_and(Running::interrupt) {
            self.stop();
        }
        self.edit("");
    }

    /// Handles Ctrl+L.
    pub fn clear(&mut self) {
        let running = self.history.last().cloned().filter(|_| self.running.is_some());
        self.history = ByPtr::new(running.into_iter().collect());
    }

    /// Recalls the line that is `by` lines earlier; negative values are later ones.
    pub(super) fn recall(&mut self, by: i8, lines: &[Rc<str>]) {
        if self.recalled == 0 {
            self.draft = self.text.clone();
        }
        let recalled = self.recalled.saturating_add_signed(by.into()).min(lines.len());
        let line = lines.len().checked_sub(recalled).and_then(|index| lines.get(index));
        let text = line.unwrap_or(&self.draft).clone();
        self.edit(&text);
        self.recalled = recalled;
    }

    /// Completes the last word with the common prefix of the candidates, and shows them if there are several.
    pub fn complete(&mut self, timeline: &Timeline, files: &Files) {
        let candidates = complete::candidates(&self.text, &self.shell, timeline, files);
        self.complete_with(candidates);
    }

    pub(super) fn complete_with(&mut self, candidates: Vec<String>) {
        let Some(first) = candidates.first() else { return };
        let start = self.text.rfind([' ', ',', '=', '\n', '|', ';', '(']).map_or(0, |at| at + 1);
        let is_common = |length: &usize| {
            first.is_char_boundary(*length)
                && candidates.iter().all(|it| it.starts_with(&first[..*length]))
        };
        let common = (0..=first.len()).rev().find(is_common).unwrap_or(0);
        let end = if candidates.len() == 1 && !first.ends_with(['=', '/']) { " " } else { "" };
        let text = format!("{}{}{end}", &self.text[..start], &first[..common]);
        self.edit(&text);
        if candidates.len() > 1 {
            self.completions = ByPtr::new(candidates);
        }
    }
}
