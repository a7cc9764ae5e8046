//! `kubectl get -w`: a table to which a line is added with each change of an object; `kubectl drain`, which
//! prints what it does until it is done; and `kubectl delete`, which waits until the objects are gone.
//!
//! Follows `watch` of `k8s.io/kubectl/pkg/cmd/get/get.go`: an object that goes is printed once more as it
//! was last, and columns only ever grow wider.

use super::container::Following;
use super::delete::Deleting;
use super::found::{Found, Group};
use super::get;
use super::view::Asked;
use super::waiting::Waiting;
use super::{Call, Output, Plan, Session, age, print, tabs};
use crate::api::Key;
use crate::api::Kind;
use crate::api::json::Node as Tree;
use crate::cluster::{Code, Event, Store, drain};
use crate::later::later;
use crate::map::{Map, Set};
use crate::notation::{Line, Word};
use crate::sim::Sim;
use crate::task::{self, Progress};

/// Objects by namespace and name, with their lines.
type Seen = Map<(String, String), (Tree, Vec<String>)>;

/// A line that goes on printing, and what it has printed.
#[derive(Clone, Debug)]
pub struct Watch {
    line: Line,
    /// The objects that were printed, by namespace and name, with their lines.
    seen: Seen,
    /// The type of the objects.
    of: Option<Kind>,
    /// How wide each column is.
    widths: Vec<usize>,
    /// What the objects were printed of: the last write, how many events.
    looked: (u64, usize),
    /// The store at the last look: a table that is still the same has no changes.
    store: Option<Store>,
    is_drain: bool,
    /// What `kubectl delete` waits for.
    deleting: Option<Deleting>,
    /// The pod that `kubectl run` is attached to.
    attached: Option<Following>,
    /// A command that waits, other than a watch or a drain.
    waiting: Option<Box<Waiting>>,
    /// How it ended: the exit status and the error.
    ended: Option<Output>,
}

later! {
    /// [`Watch::begin`]
    static BEGIN: fn(&Sim, &Line, &[Event]) -> Option<Watch> = Watch::begin_now;
    /// [`Watch::wait`]
    static WAIT: fn(&Sim, &Line, &[Event]) -> Option<(Watch, String)> = Watch::begin_waiting;
    /// [`Watch::follow`]
    static FOLLOW: fn(&mut Watch, &Sim, &[Event]) -> String = Watch::follow_now;
}

impl Watch {
    fn new(line: &Line) -> Watch {
        let (of, seen, widths) = (None, Map::new(), Vec::new());
        let looked = (0, usize::MAX);
        let (is_drain, ended, store) = (false, None, None);
        let (waiting, attached, deleting) = (None, None, None);
        Watch {
            line: line.clone(),
            seen,
            of,
            widths,
            looked,
            store,
            is_drain,
            deleting,
            attached,
            waiting,
            ended,
        }
    }

    /// Starts a command that changes nothing and waits (`rollout status`, `wait`, `logs -f`), and returns its first
    /// output; `None` for other commands, and before the second part of the program is there.
    pub fn wait(sim: &Sim, line: &Line, past: &[Event]) -> Option<(Watch, String)> {
        WAIT.get()?(sim, line, past)
    }

    fn begin_waiting(sim: &Sim, line: &Line, past: &[Event]) -> Option<(Watch, String)> {
        let (waiting, first) = Waiting::begin(sim, line, past)?;
        let ended = waiting.ended.clone();
        Some((Watch { waiting: Some(Box::new(waiting)), ended, ..Watch::new(line) }, first))
    }

    /// The exit status and the error with which it ended.
    pub fn ending(&self) -> Output {
        self.ended.clone().unwrap_or_default()
    }

    /// What a line that was done goes on to print; none if it was a line that does not, or was refused, or if the
    /// second part of the program is not there. `past` is the log so far.
    pub fn begin(sim: &Sim, line: &Line, past: &[Event]) -> Option<Watch> {
        BEGIN.get()?(sim, line, past)
    }

    fn begin_now(sim: &Sim, line: &Line, past: &[Event]) -> Option<Watch> {
        let progress = Progress::default();
        let call = super::read(sim, line, past, &progress).ok()?;
        if call.verb.name == "events" && is_asked(&call) {
            return Watch::begin_now(sim, &as_get(&call), past);
        }
        if call.verb.name == "drain" && !sim.cluster().controller_state.drains.is_empty() {
            let asked = past.iter().rposition(|event| event.reason.code() == Code::DrainAsked)?;
            let is_it = past[asked].line.as_deref() == Some(&line.source);
            let watch = Watch { looked: (0, asked), is_drain: true, ..Watch::new(line) };
            return is_it.then_some(watch);
        }
        if ["run", "debug"].contains(&call.verb.name) {
            let attached = Some(Following::begin(&call)?);
            return Some(Watch { attached, ..Watch::new(line) });
        }
        if call.verb.name == "delete" {
            let deleting = Some(Deleting::begin(&call)?);
            return Some(Watch { deleting, ..Watch::new(line) });
        }
        let goes_on = call.verb.name == "get" && is_asked(&call) && timeout(&call) == 0;
        let mut watch = Watch::new(line);
        if !goes_on || task::finish(self::get(&call)).output.exit != 0 {
            return None;
        }
        watch.first(&call);
        Some(watch)
    }

    /// What is printed of what is there already.
    fn first(&mut self, call: &Call<'_>) -> String {
        let text = self.follow_now(call.sim, call.view.past);
        if call.words.has("watch-only") {
            self.widths.clear();
            return String::new();
        }
        text
    }

    /// The shell that it opened in a container, if any. Later output is printed after the shell ends.
    pub fn session(&self) -> Option<Box<Session>> {
        self.attached.as_ref()?.session.clone()
    }

    /// Whether the shell waits for the command before it runs the next line: `run`, `debug`, and `delete`.
    pub fn blocks(&self) -> bool {
        self.attached.is_some() || self.deleting.is_some()
    }

    /// Whether it has come to its end.
    pub fn is_over(&self) -> bool {
        self.ended.is_some()
    }

    /// Takes the objects that were printed: those that may have changed, and those that did not and stay as
    /// they are.
    fn take_seen(&mut self, changed: Option<&Set<Key>>) -> (Seen, Seen) {
        let seen = std::mem::take(&mut self.seen).into_iter();
        seen.partition(|((namespace, name), _)| {
            changed.is_none_or(|changed| changed.contains(&Key::new(namespace, name)))
        })
    }

    fn follow_drain(&mut self, sim: &Sim, past: &[Event]) -> String {
        let new = past.get(self.looked.1..).unwrap_or_default();
        self.looked.1 = past.len();
        let is_over = sim.cluster().controller_state.drains.is_empty();
        self.ended = is_over.then(Output::default);
        new.iter().map(|event| drain::output(&event.reason)).collect()
    }

    /// The new output of a command other than `get`.
    fn follow_other(&mut self, sim: &Sim, past: &[Event]) -> Option<String> {
        if let Some(attached) = &mut self.attached {
            let text = attached.follow(sim);
            self.ended = attached.is_over.then(|| attached.ending());
            return Some(text);
        }
        if let Some(waiting) = &mut self.waiting {
            let text = waiting.follow(sim, past);
            self.ended = waiting.ended.clone();
            return Some(text);
        }
        if let Some(deleting) = &self.deleting {
            self.ended = deleting.ending(sim);
            return Some(String::new());
        }
        self.is_drain.then(|| self.follow_drain(sim, past))
    }

    /// What kubectl prints now, of what has changed since it was last asked.
    pub fn follow(&mut self, sim: &Sim, past: &[Event]) -> String {
        FOLLOW.get().map(|follow| follow(self, sim, past)).unwrap_or_default()
    }

    fn follow_now(&mut self, sim: &Sim, past: &[Event]) -> String {
        if let Some(text) = self.follow_other(sim, past) {
            return text;
        }
        let looks = (sim.cluster().store.resource_version, past.len());
        if std::mem::replace(&mut self.looked, looks) == looks {
            return String::new();
        }
        let store = &sim.cluster().store;
        let before = self.store.replace(store.clone());
        let mut changed = None;
        if let (Some(kind), Some(before)) = (self.of.filter(|of| !of.is_derived()), before) {
            if store.shares(&before, kind) {
                return String::new();
            }
            changed = Some(store.changed_since(&before, kind));
        }
        let line = self.line.clone();
        let progress = Progress::default();
        let Ok(mut call) = super::read(sim, &line, past, &progress) else { return String::new() };
        call.view.only = changed.as_ref();
        // An object that was asked for by name may be gone: that is no refusal here.
        let found = call.asked().and_then(|asked| get::find(&call, &asked));
        let groups = found.unwrap_or_default().groups;
        self.of = groups.first().map(|group| group.of).or(self.of);
        let Some(of) = self.of else { return String::new() };
        let is_wide = call.words.flag("output") == Some("wide");
        let is_first = self.seen.is_empty();
        let (before, mut now) = self.take_seen(changed.as_ref());
        let mut printed = Vec::new();
        for tree in groups.into_iter().flat_map(|group| group.trees) {
            let name = (tree.word("metadata.namespace"), tree.word("metadata.name"));
            if now.contains_key(&name) {
                continue;
            }
            let known = before.get(&name).filter(|(known, _)| is_same(known, &tree));
            if let Some(known) = known.filter(|(known, _)| *known == tree) {
                now.insert(name, known.clone());
                continue;
            }
            let group = Group { of, trees: vec![tree.clone()] };
            let row = print::rows(&call, &group, is_wide, false).pop().unwrap_or_default();
            now.insert(name, (tree.clone(), row.clone()));
            printed.push((tree, row));
        }
        self.seen = now;
        if !is_first {
            let version =
                |(tree, _): &(Tree, _)| tree.word("metadata.resourceVersion").parse::<u64>().ok();
            crate::map::sort_by_key(&mut printed, version);
        }
        let is_gone =
            |name: &_, tree: &Tree| !self.seen.get(name).is_some_and(|(now, _)| is_same(now, tree));
        let gone = before.iter().filter(|(name, (tree, _))| is_gone(name, tree));
        let mut gone: Vec<(Tree, Vec<String>)> = gone.map(|(_, it)| it.clone()).collect();
        let header = print::header(&call, of, is_wide);
        if let Some(age) = header.iter().position(|name| name == "AGE") {
            for (tree, row) in &mut gone {
                row[age] = age::since(sim.cluster().now, &tree.word("metadata.creationTimestamp"));
            }
        }
        gone.append(&mut printed);
        self.print(&call, header, gone)
    }

    fn print(
        &mut self,
        call: &Call<'_>,
        header: Vec<String>,
        lines: Vec<(Tree, Vec<String>)>,
    ) -> String {
        let Some(of) = self.of.filter(|_| !lines.is_empty()) else { return String::new() };
        if let "" | "wide" = call.words.flag("output").unwrap_or("") {
            let is_first = self.widths.is_empty() && !call.words.has("no-headers");
            let rows = lines.into_iter().map(|(_, row)| row);
            let rows: Vec<_> = is_first.then_some(header).into_iter().chain(rows).collect();
            return tabs::growing(&rows, &mut self.widths);
        }
        let one =
            |(tree, _)| Found { groups: vec![Group { of, trees: vec![tree] }], ..Found::default() };
        lines
            .into_iter()
            .map(one)
            .filter_map(|found| task::finish(print::print(call, &found, false)).ok())
            .collect()
    }
}

/// Whether two states are of one object, not of two of the same name.
fn is_same(one: &Tree, other: &Tree) -> bool {
    one.word("metadata.uid") == other.word("metadata.uid")
}

/// `kubectl get events -w` for `kubectl events -w`.
fn as_get(call: &Call<'_>) -> Line {
    let mut words = vec!["kubectl".to_owned(), "get".into(), "events".into(), "-w".into()];
    match call.words.has("all-namespaces") {
        true => words.push("-A".into()),
        false => words.extend(["-n".into(), call.namespace().to_owned()]),
    }
    if let Some((_, name)) = call.words.flag("for").and_then(|about| about.split_once('/')) {
        words.push(format!("--field-selector=involvedObject.name={name}"));
    }
    let words = words.into_iter().map(|text| Word { text, column: 1 }).collect();
    Line { words, ..call.line.clone() }
}

/// Whether a line goes on.
fn is_asked(call: &Call<'_>) -> bool {
    call.words.has("watch") || call.words.has("watch-only")
}

/// How long a command keeps running on its own, in milliseconds; a number without a unit means seconds.
fn timeout(call: &Call<'_>) -> u64 {
    let text = call.words.flag("request-timeout").unwrap_or("0");
    text.parse::<u32>().map_or_else(
        |_| call.words.duration("request-timeout").unwrap_or(0),
        |it| u64::from(it) * 1000,
    )
}

/// `kubectl get`, with or without `-w`.
pub(super) async fn get(call: &Call<'_>) -> Plan {
    if !is_asked(call) {
        return get::run(call).await;
    }
    match get::checked(call) {
        Err(refusal) => refusal,
        Ok((Asked::Types(types), _)) if types.len() > 1 => {
            Plan::refuse("error: you may only specify a single resource type")
        }
        Ok((_, found)) if !found.errors.is_empty() => Plan::refuse(found.errors),
        Ok(_) => run(call).await,
    }
}

/// What `get -w` prints now; with `--request-timeout` a copy of the simulation runs ahead so long.
async fn run(call: &Call<'_>) -> Plan {
    let mut watch = Watch::new(call.line);
    let mut text = watch.first(call);
    let timeout = timeout(call);
    if timeout > 0 {
        let (mut sim, mut past) = (call.sim.clone(), call.view.past.to_vec());
        let end = sim.cluster().now.plus(timeout);
        let start = sim.cluster().now;
        while sim.step(end, &mut past) {
            text += &watch.follow_now(&sim, &past);
            call.progress.reached(sim.cluster().now.since(start), timeout).await;
        }
    }
    Plan::print(text)
}
