//! The state of the terminal: the text being typed, the history with its output, completion, and the
//! command that keeps printing.

use super::by_ptr::ByPtr;
use crate::kubectl::Output;
use crate::timeline::{Followed, Timeline, Watch};
use std::rc::Rc;

/// The maximum number of commands in the history.
const MAX_COMMANDS: usize = 60;
/// The maximum output of a watch, in bytes. The oldest lines are dropped.
const MAX_WATCH_OUTPUT: usize = 20_000;
/// The note below the output of a command that keeps printing.
const WATCH_NOTE: &str = "Still running. Press Ctrl+C to stop.";

/// A command and its output.
#[derive(Clone, Debug, PartialEq)]
pub struct CommandRecord {
    /// The command line.
    pub line: String,
    /// The output.
    pub output: Output,
}

/// The terminal.
#[derive(Default)]
pub struct Terminal {
    /// Whether the terminal is open.
    pub is_open: bool,
    /// The text being typed.
    pub text: Rc<str>,
    /// The history, oldest first.
    pub history: ByPtr<Vec<Rc<CommandRecord>>>,
    /// The completions to show, if there is more than one.
    pub completions: ByPtr<Vec<String>>,
    /// The recalled command, counted from the end of the history; 0 is the text being typed.
    recalled: usize,
    /// The text that was being typed before a command was recalled.
    draft: Rc<str>,
    /// The watch that appends to the output of the last command.
    watch: Option<Watch>,
    /// Whether the watch has more to print up to the cursor.
    is_behind: bool,
}

impl Terminal {
    /// Sets the text being typed.
    pub fn edit(&mut self, text: &str) {
        self.text = text.into();
        self.completions = ByPtr::default();
        self.recalled = 0;
    }

    /// Takes the typed line and clears the input.
    pub fn take_line(&mut self) -> String {
        let line = self.text.trim().to_owned();
        self.edit("");
        line
    }

    /// Adds a command to the history, before the command that keeps printing, if there is one.
    pub fn record(&mut self, command: Rc<CommandRecord>) {
        let first = (self.history.len() + 1).saturating_sub(MAX_COMMANDS);
        let mut history = self.history[first.min(self.history.len())..].to_vec();
        let place = history.len() - usize::from(self.watch.is_some()).min(history.len());
        history.insert(place, command);
        self.history = ByPtr::new(history);
    }

    /// Opens or closes the terminal. Ends the watch.
    pub fn set_open(&mut self, is_open: bool) {
        self.is_open = is_open;
        self.end_watch();
    }

    /// Lets a watch append to the output of the last command, or ends the current watch.
    pub fn set_watch(&mut self, watch: Option<Watch>) {
        if watch.is_some() {
            self.update_last(|output| output.advice = WATCH_NOTE.into());
        }
        self.watch = watch;
    }

    /// Ends the watch, if any.
    pub fn end_watch(&mut self) {
        if self.watch.take().is_some() {
            self.update_last(|output| output.advice.clear());
        }
    }

    /// Handles Ctrl+C: ends the watch and clears the input.
    pub fn interrupt(&mut self) {
        self.end_watch();
        self.edit("");
    }

    /// Prints what the watch reports up to the cursor, while there is time. The watch ends if the cursor has
    /// moved back.
    pub fn update_watch(&mut self, timeline: &Timeline, has_time: &dyn Fn() -> bool) {
        let mut text = String::new();
        self.is_behind = false;
        while let Some(watch) = &mut self.watch {
            match timeline.follow_once(watch) {
                Followed::More(more) => text += &more,
                Followed::UpToDate(last) => {
                    text += &last;
                    break;
                }
                Followed::Over => {
                    self.print(&text);
                    return self.end_watch();
                }
            }
            if !has_time() {
                self.is_behind = true;
                break;
            }
        }
        self.print(&text);
    }

    /// Whether the watch has more to print up to the cursor.
    pub fn is_behind(&self) -> bool {
        self.is_behind
    }

    /// Appends to the output of the last command.
    fn print(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.update_last(|output| {
            let printed = &mut output.stdout;
            *printed += text;
            let excess = printed.len().saturating_sub(MAX_WATCH_OUTPUT);
            let line = printed.bytes().enumerate().skip(excess).find(|(_, byte)| *byte == b'\n');
            if let Some((end, _)) = line.filter(|_| excess > 0) {
                printed.drain(..=end);
            }
        });
    }

    /// Changes the output of the last command.
    fn update_last(&mut self, update: impl FnOnce(&mut Output)) {
        let mut history = self.history.to_vec();
        if let Some(last) = history.pop() {
            let CommandRecord { line, mut output } = (*last).clone();
            update(&mut output);
            history.push(Rc::new(CommandRecord { line, output }));
        }
        self.history = ByPtr::new(history);
    }

    /// Recalls the command that is `by` commands earlier in the history; negative values are later ones.
    pub fn recall(&mut self, by: i8) {
        if self.recalled == 0 {
            self.draft = self.text.clone();
        }
        let recalled = self.recalled.saturating_add_signed(by.into()).min(self.history.len());
        let index = self.history.len().checked_sub(recalled);
        let command = index.and_then(|index| self.history.get(index));
        let text = command.map_or_else(|| self.draft.to_string(), |command| command.line.clone());
        self.edit(&text);
        self.recalled = recalled;
    }

    /// Completes the last word by the common prefix of the candidates. If there are several, they are shown.
    pub fn complete(&mut self, candidates: Vec<String>) {
        let Some(first) = candidates.first() else { return };
        let start = self.text.rfind([' ', ',', '=']).map_or(0, |space| space + 1);
        let is_common = |length: &usize| {
            first.is_char_boundary(*length)
                && candidates.iter().all(|it| it.starts_with(&first[..*length]))
        };
        let common = (0..=first.len()).rev().find(is_common).unwrap_or(0);
        let end = if candidates.len() == 1 && !first.ends_with('=') { " " } else { "" };
        let text = format!("{}{}{end}", &self.text[..start], &first[..common]);
        self.edit(&text);
        if candidates.len() > 1 {
            self.completions = ByPtr::new(candidates);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Time;
    use crate::page::tests::first_story;

    fn command(line: &str) -> Rc<CommandRecord> {
        Rc::new(CommandRecord { line: line.into(), output: Output::default() })
    }

    fn terminal(lines: &[&str]) -> Terminal {
        let mut terminal = Terminal::default();
        lines.iter().for_each(|line| terminal.record(command(line)));
        terminal
    }

    #[test]
    fn earlier_commands_are_recalled() {
        let mut terminal = terminal(&["one", "two"]);
        terminal.edit("draft");
        let mut recall = |by| {
            terminal.recall(by);
            terminal.text.to_string()
        };
        assert_eq!(
            [1, 1, 1, -1, -1, -1].map(&mut recall),
            ["two", "one", "one", "two", "draft", "draft"]
        );
    }

    #[test]
    fn the_history_is_limited() {
        let lines: Vec<String> = (0..MAX_COMMANDS + 5).map(|number| number.to_string()).collect();
        let terminal = terminal(&lines.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(terminal.history.len(), MAX_COMMANDS);
        assert_eq!(terminal.history[0].line, "5");
    }

    #[test]
    fn the_last_word_is_completed() {
        for (text, candidates, expected, are_shown) in [
            ("kubectl get po", &["pods"][..], "kubectl get pods ", false),
            ("kubectl get pods -", &["-o=", "-l="], "kubectl get pods -", true),
            ("get pods --out", &["--output="], "get pods --output=", false),
            ("delete pod w", &["web-0", "web-1"], "delete pod web-", true),
            ("get pods -o=", &["json"], "get pods -o=json ", false),
            ("get xyz", &[], "get xyz", false),
        ] {
            let mut terminal = Terminal::default();
            terminal.edit(text);
            terminal.complete(candidates.iter().map(|it| (*it).to_owned()).collect());
            assert_eq!((&*terminal.text, !terminal.completions.is_empty()), (expected, are_shown));
        }
    }

    #[test]
    fn a_watch_prints_until_the_cursor_moves_back() {
        let mut timeline = first_story(5);
        let line = "kubectl get pods -w";
        let mut terminal = terminal(&[line]);
        terminal.set_watch(timeline.watch(line));
        timeline.seek(Time(20_000));
        terminal.update_watch(&timeline, &|| true);
        let output = &terminal.history[0].output;
        assert!(output.stdout.contains("Running"), "{}", output.stdout);
        assert_eq!(output.advice, WATCH_NOTE);
        // Commands that finish meanwhile do not come between the watch and its output.
        terminal.record(command("kubectl get nodes"));
        assert_eq!(terminal.history[1].line, line);
        timeline.seek(Time(1_000));
        terminal.update_watch(&timeline, &|| true);
        assert_eq!(terminal.history[1].output.advice, "");
    }

    #[test]
    fn the_output_of_a_watch_is_limited() {
        let mut terminal = terminal(&["kubectl get pods -w"]);
        let line = "x".repeat(99) + "\n";
        (0..300).for_each(|_| terminal.print(&line));
        let printed = &terminal.history[0].output.stdout;
        assert!(printed.len() <= MAX_WATCH_OUTPUT && printed.starts_with(&line));
    }

    #[test]
    fn interrupting_clears_the_input() {
        let mut terminal = Terminal::default();
        terminal.edit(" kubectl get pods ");
        assert_eq!(terminal.take_line(), "kubectl get pods");
        terminal.edit("kube");
        terminal.interrupt();
        assert_eq!(&*terminal.text, "");
    }
}
