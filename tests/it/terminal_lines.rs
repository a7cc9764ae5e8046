//! The commands of the Kubernetes documentation, typed into the terminal as printed, page by page
//! (`tests/data/terminal-lines.txt`), and how many of them print what the documentation shows.

use ordinal::page::terminal::{Pane, Terminal, Wait};
use ordinal::shell::Output;
use ordinal::terminal::Step;
use ordinal::timeline::Timeline;
use regex_lite::Regex;
use std::fmt::Write;

const LINES: &str = include_str!("../data/terminal-lines.txt");
/// The commands whose output differs, each with the reason.
const EXCEPTIONS: &str = include_str!("../data/terminal-exceptions.txt");
/// How long a command in the foreground may wait before Ctrl+C ends it, in milliseconds.
const WAIT_MAX_MS: u64 = 300_000;
const ALWAYS: &dyn Fn() -> bool = &|| true;

/// A command with its expected output.
#[derive(Default)]
struct Typed {
    line: String,
    printed: Option<String>,
    expected: Vec<String>,
    patterns: Vec<String>,
    is_watch: bool,
}

enum Item {
    Typed(Typed),
    Setup(String),
    Wait(u64),
    End,
}

struct Page {
    name: String,
    nodes: u32,
    items: Vec<Item>,
}

fn pages() -> Vec<Page> {
    let mut pages: Vec<Page> = Vec::new();
    let mut lines = LINES.lines().filter(|line| !line.starts_with('#'));
    while let Some(line) = lines.next() {
        if let Some(name) = line.strip_prefix("== ") {
            pages.push(Page { name: name.into(), nodes: 3, items: Vec::new() });
        }
        let Some(page) = pages.last_mut() else { continue };
        let (mark, rest) = line.split_once(' ').unwrap_or((line, ""));
        let last = match page.items.last_mut() {
            Some(Item::Typed(typed)) => Some(typed),
            _ => None,
        };
        match (mark, last) {
            ("nodes", _) => page.nodes = rest.parse().expect("a number"),
            ("$" | "watch", _) => page.items.push(Item::Typed(Typed {
                line: rest.into(),
                is_watch: mark == "watch",
                ..Typed::default()
            })),
            (">", Some(last)) => last.line = format!("{}\n{rest}", last.line),
            ("as", Some(last)) => last.printed = Some(rest.into()),
            ("=", Some(last)) => last.expected.push(rest.into()),
            ("~", Some(last)) => last.patterns.push(rest.into()),
            ("wait", _) => {
                page.items.push(Item::Wait((rest.parse::<f64>().expect("seconds") * 1e3) as u64));
            }
            ("end", _) => page.items.push(Item::End),
            ("setup", _) => {
                let script: Vec<&str> =
                    lines.by_ref().take_while(|line| !line.is_empty()).collect();
                page.items.push(Item::Setup(script.join("\n")));
            }
            _ => {}
        }
    }
    pages
}

/// A reader who follows a page of the documentation in a terminal.
struct Reader {
    terminal: Terminal,
    timeline: Timeline,
}

impl Reader {
    fn new(nodes: u32) -> Reader {
        let timeline =
            Timeline::new(&format!("ordinal 1\nseed 7\nnodes {nodes}\n")).expect("a recipe");
        let mut terminal = Terminal::default();
        terminal.split(true);
        Reader { terminal, timeline }
    }

    /// Continues the scripts of both panes as far as possible.
    fn go_on(&mut self) {
        let Reader { terminal, timeline } = self;
        for pane in &mut terminal.panes {
            loop {
                pane.begin_next();
                pane.follow(timeline, ALWAYS);
                if let Some(line) = pane.begin_inside() {
                    inside(pane, timeline.run_line(&line));
                    continue;
                }
                let Some(running) = &mut pane.running else { break };
                let step = running.go_on(&mut terminal.files, timeline.now()).cloned();
                pane.show_printed();
                let Some(step) = step else { break };
                let now = timeline.now();
                match step {
                    Step::Done(exit) => pane.finish(exit),
                    Step::Sleep(ms, _) => {
                        let_wait(pane, Wait::Until(now, now.plus(ms)));
                    }
                    Step::Line(line, is_shown) => {
                        let held = |first: &str| (!is_shown).then(|| first.to_owned());
                        let begun = match timeline.wait(&line) {
                            Some((watch, first)) => Some((watch, Output::print(first))),
                            None => {
                                let output = timeline.run_line(&line);
                                if output.session.is_some() {
                                    inside(pane, output);
                                    continue;
                                }
                                let watch = timeline.watch(&line).filter(|_| output.exit == 0);
                                match watch {
                                    Some(watch) => Some((watch, output)),
                                    None => {
                                        pane.answer(output);
                                        None
                                    }
                                }
                            }
                        };
                        if let Some((watch, output)) = begun {
                            let held = held(&output.stdout);
                            if held.is_none() {
                                pane.print(false, &output.stdout);
                            }
                            pane.print(true, &output.stderr);
                            let_wait(pane, Wait::Watch(Box::new(watch), held, true));
                        }
                    }
                    Step::Edit(edit) => pane.answer(edit.closed()),
                    step => pane.answer(ordinal::terminal::without_page(step).unwrap_or_default()),
                }
            }
        }
    }

    fn pass(&mut self, ms: u64) {
        let end = self.timeline.now().plus(ms);
        while self.timeline.now() < end {
            let next = self.timeline.now().plus(1_000).min(end);
            self.timeline.seek(next);
            self.go_on();
        }
    }

    fn begin(&mut self, pane: usize, line: &str) {
        self.terminal.panes[pane].edit(&format!("{line}\n"));
        self.terminal.enter(pane);
        self.go_on();
    }

    /// The output of the last command of a pane.
    fn printed(&self, pane: usize) -> String {
        let last = self.terminal.panes[pane].history.last();
        let parts = last.map(|last| last.printed.as_slice()).unwrap_or_default();
        parts.iter().map(|(_, text)| text.as_str()).collect()
    }

    /// Types a command in the first pane, and waits until it ends; an endless one is interrupted.
    fn type_in(&mut self, line: &str, until: &dyn Fn(&str) -> bool) -> String {
        self.begin(0, line);
        let end = self.timeline.now().0 + WAIT_MAX_MS;
        while self.terminal.panes[0].is_busy()
            && !self.terminal.panes[0].is_at_prompt()
            && self.timeline.now().0 < end
        {
            if until(&self.printed(0)) {
                break;
            }
            self.pass(1_000);
        }
        self.terminal.panes[0].interrupt();
        self.go_on();
        self.terminal.panes[0].interrupt();
        // The reader pauses before the next command.
        self.pass(1_000);
        let prompt = self.terminal.panes[0].prompt();
        self.printed(0) + if prompt == "$" { "" } else { prompt }
    }
}

/// Makes the command in a pane wait.
fn let_wait(pane: &mut Pane, wait: Wait) {
    if let Some(running) = &mut pane.running {
        running.wait(wait);
    }
}

/// Shows the output of a command in a container.
fn inside(pane: &mut Pane, output: Output) {
    pane.print(false, &output.stdout);
    pane.print(true, &output.stderr);
    pane.running.iter_mut().for_each(|running| running.line_done_inside(output.clone()));
}

/// A text without the parts that differ from run to run.
fn plain(text: &str) -> String {
    let changes = [
        (r"pvc-[0-9a-f-]+", "PVC"),
        (r"\b10\.\d+\.\d+\.\d+\b", "IP"),
        (r"\s+(\d+[dhms])+$", " AGE"),
        (r"\s+", " "),
    ];
    let line = |line: &str| {
        let line = line.trim().to_owned();
        changes.iter().fold(line, |line, (from, to)| {
            Regex::new(from).expect("an expression").replace_all(&line, *to).into_owned()
        })
    };
    text.trim().lines().map(line).collect::<Vec<_>>().join("\n")
}

impl Typed {
    fn is_right(&self, printed: &str) -> bool {
        // The command is not simulated, so any other output does not count.
        if ["not simulated", "unknown flag", "unknown command"]
            .iter()
            .any(|no| printed.contains(no))
        {
            return false;
        }
        let matches = |pattern: &String| Regex::new(pattern).expect(pattern).is_match(printed);
        if !self.patterns.is_empty() {
            return self.patterns.iter().all(matches);
        }
        self.expected.is_empty() || plain(&self.expected.join("\n")) == plain(printed)
    }

    fn printed(&self) -> &str {
        let line = self.printed.as_ref().unwrap_or(&self.line);
        line.split('\n').next().unwrap_or_default()
    }
}

/// The result of a page.
struct Share {
    right: usize,
    all: usize,
    wrong: Vec<(String, String)>,
}

fn read(page: &Page) -> Share {
    let mut reader = Reader::new(page.nodes);
    let mut share = Share { right: 0, all: 0, wrong: Vec::new() };
    let mut watched: Option<&Typed> = None;
    let mut count = |typed: &Typed, printed: &str| {
        share.all += 1;
        match typed.is_right(printed) {
            true => share.right += 1,
            false => share.wrong.push((typed.printed().to_owned(), printed.to_owned())),
        }
    };
    for item in &page.items {
        match item {
            Item::Setup(script) => {
                reader.type_in(script, &|_| false);
            }
            Item::Wait(ms) => reader.pass(*ms),
            Item::Typed(typed) if typed.is_watch => {
                reader.begin(1, &typed.line);
                watched = Some(typed);
            }
            Item::Typed(typed) => {
                let is_endless =
                    !typed.line.contains("rollout status") && !typed.line.contains(" wait ");
                let printed =
                    reader.type_in(&typed.line, &|printed| is_endless && typed.is_right(printed));
                count(typed, &printed);
            }
            Item::End => {
                if let Some(typed) = watched.take() {
                    count(typed, &reader.printed(1));
                }
                reader.terminal.panes[1].interrupt();
            }
        }
    }
    if let Some(typed) = watched {
        count(typed, &reader.printed(1));
    }
    share
}

/// The exceptions of a page.
fn exceptions(page: &str) -> Vec<&'static str> {
    let mut here = false;
    let mut all = Vec::new();
    for line in EXCEPTIONS.lines() {
        match line.strip_prefix("== ") {
            Some(name) => here = name == page,
            None if here && !line.is_empty() && !line.starts_with('#') => all.push(line),
            None => {}
        }
    }
    all
}

#[test]
fn the_lines_of_the_documentation_come_out_right() {
    let (mut report, mut trouble) = (String::new(), String::new());
    let mut totals = [(0, 0); 2];
    for page in pages() {
        let share = read(&page);
        let known = exceptions(&page.name);
        let _ = writeln!(report, "{}: {} of {}", page.name, share.right, share.all);
        let is_page = page.name.contains("stateful") || page.name.starts_with("tasks");
        let total = &mut totals[usize::from(!is_page)];
        total.0 += share.right;
        total.1 += share.all;
        let is_stale =
            |known: &&&str| share.wrong.iter().all(|(line, _)| !known.starts_with(line.as_str()));
        for stale in known.iter().filter(is_stale) {
            let _ = writeln!(trouble, "{}: comes out right: {stale}", page.name);
        }
        for (line, printed) in &share.wrong {
            if !known.iter().any(|known| known.starts_with(line.as_str())) {
                let printed: String = printed.chars().take(400).collect();
                let _ = writeln!(trouble, "{}\n$ {line}\n{printed}", page.name);
            }
        }
    }
    let [pages, others] =
        totals.map(|(right, all)| format!("{right} of {all} ({} in 100)", right * 100 / all));
    println!("{report}pages of the documentation: {pages}\nother lines: {others}");
    assert!(trouble.is_empty(), "{report}{pages}\n{others}\nnot among the exceptions:\n{trouble}");
}
