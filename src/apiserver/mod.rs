//! The Kubernetes API of a running cluster, without HTTP: requests in, responses and watches out.
//!
//! Reads are answered from the cluster at the cursor of a [`Timeline`]. A write becomes the line that a person would have
//! typed for it (`lines`), so that it goes through the same validation and the same single writer as those of the
//! terminal, and is part of the recipe. Follows `k8s.io/apiserver` and `k8s.io/apimachinery`; objects are JSON only.
//!
//! | file | what it does |
//! |---|---|
//! | `target` | paths and queries |
//! | `kinds` | the kinds that are served, including custom ones |
//! | `discovery` | which groups, versions, and resources there are |
//! | `answer`, `select`, `table` | objects and lists, in the form that is asked for |
//! | `autoscaling` | HorizontalPodAutoscalers in their older version |
//! | `exec` | commands in containers |
//! | `history`, `watch` | what has changed, and who is told |
//! | `edit`, `write`, `delete`, `lines`, `protobuf` | changes to objects |
//! | `managed`, `fields`, `shape`, `apply` | field managers; server-side apply |
//! | `schema`, `openapi`, `swagger` | the types of the API |
//! | `status` | refusals |
//! | `wire` | versions and dates as clients see them |

mod answer;
mod apply;
mod autoscaling;
mod delete;
mod discovery;
mod edit;
mod exec;
mod fields;
mod history;
mod kinds;
mod lines;
mod managed;
mod openapi;
mod protobuf;
mod read;
mod schema;
mod select;
mod shape;
mod status;
mod swagger;
mod table;
mod target;
mod watch;
mod wire;
mod write;

pub use exec::{Exec, exec_refusal, exec_status, no_upgrade, read_exec};
pub use watch::Watcher;
pub use wire::Line;

use crate::api::Time;
use crate::api::json::Node as Tree;
use crate::cluster::Cluster;
use crate::kubectl::Output;
use crate::kubectl::view::View;
use crate::timeline::Timeline;
use answer::{Reader, Told};
use history::History;
use managed::Writer;
use status::Status;
use std::cell::RefCell;
use std::collections::VecDeque;
use wire::Wire;

/// A request.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The method, for example `GET`.
    pub method: String,
    /// The path, with its escapes.
    pub path: String,
    /// What is before the path, where the cluster is not at the root of its server.
    pub base: String,
    /// The query without its question mark, with its escapes.
    pub query: String,
    /// The `Accept` header.
    pub accept: String,
    /// The `Content-Type` header.
    pub content_type: String,
    /// The `User-Agent` header.
    pub user_agent: String,
    /// The body.
    pub body: Vec<u8>,
}

/// A response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status code.
    pub status: u16,
    /// The media type of the body.
    pub content_type: &'static str,
    /// The texts of `Warning` headers.
    pub warnings: Vec<String>,
    /// The body.
    pub body: Vec<u8>,
}

/// How a request is answered.
#[derive(Debug)]
pub enum Answer {
    /// At once.
    Response(Response),
    /// With a line for each change, until the client has enough.
    Watch(Box<Watcher>),
}

const JSON: &str = "application/json";

impl Response {
    fn json(status: u16, tree: &Tree) -> Response {
        let body = (tree.json() + "\n").into_bytes();
        Response { status, content_type: JSON, warnings: Vec::new(), body }
    }

    fn text(status: u16, text: &str) -> Response {
        Response { status, content_type: "text/plain", warnings: Vec::new(), body: text.into() }
    }
}

impl From<Status> for Response {
    fn from(status: Status) -> Response {
        Response::json(status.code, &status.tree())
    }
}

/// The error for a body with more bytes than this.
pub fn too_large(limit: usize) -> Response {
    let words = format!("Request entity too large: limit is {limit}");
    Status::new("RequestEntityTooLarge", words).into()
}

/// For how many seconds a watch is served at most, if the client says so.
pub fn timeout_seconds(request: &Request) -> Option<u64> {
    let query = target::query(&request.query);
    let (_, value) = query.iter().find(|(key, _)| key == "timeoutSeconds")?;
    value.parse().ok().filter(|seconds| *seconds > 0)
}

/// A part of a list that goes on later: the cluster as it was.
#[derive(Debug)]
struct Snapshot {
    number: u64,
    cluster: Cluster,
    events: usize,
}

/// How many lists can be continued at a time.
const SNAPSHOTS: usize = 64;

/// A running cluster that is served.
#[derive(Debug)]
pub struct ApiServer {
    timeline: Timeline,
    history: History,
    wire: Wire,
    /// How often the future of the run was dropped.
    era: u64,
    snapshots: VecDeque<Snapshot>,
    snapshot: u64,
    /// The lines that watches have told in this round.
    told: RefCell<Told>,
}

impl ApiServer {
    /// Serves a run from its cursor on.
    pub fn new(mut timeline: Timeline) -> ApiServer {
        timeline.drop_recorded();
        let history = History::new(timeline.cluster().store.clone());
        let (wire, snapshots) = (Wire::default(), VecDeque::new());
        ApiServer {
            timeline,
            history,
            wire,
            era: 0,
            snapshots,
            snapshot: 0,
            told: RefCell::default(),
        }
    }

    /// The run.
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// How often the future of the run was dropped.
    pub fn era(&self) -> u64 {
        self.era
    }

    /// Sets the real time, in milliseconds since the beginning of the year in which a recipe begins, so that the dates
    /// of objects are as long ago on the clock of a client as in the cluster.
    pub fn set_clock(&mut self, real: Time) {
        // Whole seconds, and not with each reading another one.
        let shift = real.since(self.timeline.now()) / 1000 * 1000;
        if shift.abs_diff(self.wire.shift_ms) > 1000 {
            self.wire.shift_ms = shift;
        }
    }

    /// Lets the cluster run by one step. Returns false, with the time at `to`, if nothing is left to do until then.
    pub fn step(&mut self, to: Time) -> bool {
        let events = self.timeline.events().len();
        let went_on = self.timeline.live(to);
        let new = self.timeline.events().get(events..).unwrap_or_default();
        let line = new.iter().find_map(|event| event.line.clone());
        self.look(line.map(|line| Writer::of_line(&line)).as_ref());
        went_on
    }

    /// Lets the cluster run until an instant.
    pub fn advance(&mut self, to: Time) {
        while self.step(to) {}
    }

    /// Does what a terminal line with the text below it says, now or at an instant. At an instant in the past, what came
    /// after it is dropped if the line changes something.
    pub fn run_line(&mut self, line: &str, text: Option<&str>, at: Option<Time>) -> Output {
        let now = self.timeline.now();
        let at = at.filter(|at| *at < now);
        let mut later = Vec::new();
        if let Some(at) = at {
            self.timeline.seek(at);
            later = self.timeline.take_future();
        }
        let before = self.timeline.steps();
        let output = self.type_line(line, text);
        match at {
            Some(_) if self.timeline.steps() == before => {
                self.timeline.add_future(later);
                self.timeline.seek(now);
            }
            Some(_) => self.begin_era(),
            None => self.look(Some(&Writer::of_line(line))),
        }
        output
    }

    /// Records the writes of a manager, or of the components.
    fn look(&mut self, writer: Option<&Writer>) {
        self.history.look(&self.timeline.cluster().store, writer, self.timeline.now());
    }

    /// Does what a line says. The lines of the story that come later stay.
    fn type_line(&mut self, line: &str, text: Option<&str>) -> Output {
        let later = self.timeline.take_future();
        let output = match text {
            Some(text) => self.timeline.run_with_text(line, text),
            None => self.timeline.run_line(line),
        };
        self.timeline.add_future(later);
        output
    }

    /// Replaces the run.
    pub fn replace_run(&mut self, timeline: Timeline) {
        self.timeline = timeline;
        self.timeline.drop_recorded();
        self.begin_era();
    }

    /// Begins another run or another future: versions go on from the last one that was seen.
    fn begin_era(&mut self) {
        let store = self.timeline.cluster().store.clone();
        let seen = self.wire.version(self.history.last_version());
        self.wire.offset =
            seen.saturating_add(1).saturating_sub(store.resource_version).max(self.wire.offset);
        self.era += 1;
        self.history = self.history.next_era(store);
        self.snapshots.clear();
    }

    fn reader(&self) -> Reader<'_> {
        let (cluster, past) = (self.timeline.cluster(), self.timeline.events());
        let view = View { cluster, past, only: None };
        Reader { view, history: &self.history, wire: self.wire, era: self.era, told: &self.told }
    }

    /// Brings the history of objects that are made of others up to date.
    fn look_at_made(&mut self, kind: crate::api::Kind) {
        self.history.look_at_made(kind, self.timeline.cluster(), self.timeline.events());
    }

    /// Begins a round in which every watch is asked: what one has told, others need not make again.
    pub fn begin_round(&mut self) {
        self.told.get_mut().clear();
    }

    /// The lines of a watch since it was last asked, each a JSON object.
    pub fn poll(&mut self, watcher: &mut Watcher) -> Vec<Line> {
        self.look_at_made(watcher.kind);
        let lines = watcher.lines(&self.reader());
        match watcher.is_older {
            true => lines.iter().map(autoscaling::converted_line).collect(),
            false => lines,
        }
    }

    /// The line of a watch that says which version it has reached.
    pub fn bookmark(&self, watcher: &Watcher) -> Line {
        let line = watch::event("BOOKMARK", &watcher.bookmark(&self.reader(), false));
        if watcher.is_older { autoscaling::converted_line(&line) } else { line }
    }

    /// Answers a request.
    pub fn answer(&mut self, request: &Request) -> Answer {
        let answer = match autoscaling::is_older(request) {
            true => self.answer_older(request),
            false => self.try_answer(request),
        };
        match answer {
            Ok(answer) => answer,
            Err(status) => Answer::Response(status.into()),
        }
    }
}

#[cfg(test)]
mod tests;
