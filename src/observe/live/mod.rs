//! A real cluster, live: what to ask the API server for, and what its answers mean.
//!
//! A state machine without a clock, and without input or output: [`Connection::receive`] and [`Connection::tick`] take what
//! happened and when, and [`Connection::orders`] returns what to do. Every request is a GET; no other method can be expressed.
//! `docs/live.md` describes the requests.
//!
//! A browser opens six connections to a server. At most [`CONNECTIONS`] are used at once, so that one is left for the
//! files of the page. The watch of the pods stays open; the other kinds take turns.

mod answers;
mod resources;
mod seen;
mod stream;

pub use resources::namespaces;

use super::Observation;
use crate::limits::Limit;
use crate::map::{Map, Set};
use seen::Seen;
use stream::{Next, Stream, back_off};

/// The maximum number of open requests.
pub const CONNECTIONS: usize = 5;
/// How long to wait for the answer to the first request, in milliseconds.
const FIRST_MS: u64 = 15_000;
/// The command that serves the page and the API.
pub const COMMAND: &str = "kubectl proxy --www=dist/site --port=8001";
/// Where the page is then.
pub const ADDRESS: &str = "http://127.0.0.1:8001/static/?live";

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// Send a GET request to the origin of the page, and give the answer this number.
    Get {
        /// The number.
        id: u32,
        /// The path and the query.
        path: String,
    },
    /// End the request with this number; its answer is not needed.
    Abort(u32),
}

/// Whether more of an answer will come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It will.
    Open,
    /// The answer is complete.
    Complete,
    /// The connection was lost, or could not be made.
    Broken,
}

/// A part of an answer.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    /// The number of the request.
    pub id: u32,
    /// The HTTP status; 0 if there is none.
    pub status: u16,
    /// The time of the server, in seconds since 1970, if the answer has it.
    pub date: Option<i64>,
    /// The text since the part before.
    pub text: &'a str,
    /// Whether more will come.
    pub end: End,
}

/// What has happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// A recipe with the current state of the cluster: earlier reports are dropped.
    Begin(Observation),
    /// Reports for an `observe` line.
    Reports(String),
}

/// The state of the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// The first lists are on their way: how many are there, and of how many.
    Listing(usize, usize),
    /// Changes are followed.
    Live,
    /// The connection is lost: why, and when it is tried again, in milliseconds.
    Lost(String, u64),
    /// It has ended: why.
    Ended(String),
}

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    Version,
    Stream(usize),
}

/// An open request.
#[derive(Debug)]
struct Request {
    purpose: Purpose,
    /// When it is given up, in milliseconds.
    until_ms: u64,
    status: u16,
    /// The text that is not read yet.
    text: String,
}

/// A connection to the API server of a real cluster.
pub struct Connection {
    streams: Vec<Stream>,
    requests: Map<u32, Request>,
    next_id: u32,
    orders: Vec<Order>,
    /// The version of the API server; nothing before it has answered.
    server: Option<String>,
    /// Why the connection is lost, how often it was tried since then, and when it is tried next.
    outage: Option<(String, u32, u64)>,
    ended: Option<String>,
    has_begun: bool,
    seen: Seen,
    bytes: u64,
}

impl Connection {
    /// A connection for these namespaces, or for all if there are none. `wall_s` is the time in seconds since 1970, for
    /// servers that do not tell it.
    pub fn new(namespaces: &[String], wall_s: i64) -> Connection {
        Connection {
            streams: Stream::all(namespaces),
            requests: Map::new(),
            next_id: 1,
            orders: Vec::new(),
            server: None,
            outage: None,
            ended: None,
            has_begun: false,
            seen: Seen::new(wall_s),
            bytes: 0,
        }
    }

    /// What to do next.
    pub fn orders(&mut self) -> Vec<Order> {
        std::mem::take(&mut self.orders)
    }

    /// How many requests were sent, and how many bytes were received.
    pub fn traffic(&self) -> (u32, u64) {
        (self.next_id - 1, self.bytes)
    }

    /// How many objects there are.
    pub fn objects(&self) -> usize {
        self.seen.objects()
    }

    /// The kinds that cannot be read, with their namespaces and the status of the answer.
    pub fn missing(&self) -> Vec<(&'static str, &str, u16)> {
        let missing = self.streams.iter().filter_map(|stream| match stream.next {
            Next::Missing(status) => {
                Some((stream.resource.plural, stream.namespace.as_str(), status))
            }
            _ => None,
        });
        missing.collect()
    }

    /// The instant of the recipe at a time of the connection.
    pub fn instant(&self, now_ms: u64) -> crate::api::Time {
        self.seen.instant(now_ms)
    }

    /// Whether the recipe has no room for more: the next news starts over.
    pub fn is_full(&self, now_ms: u64) -> bool {
        self.has_begun && self.seen.is_full(now_ms)
    }

    /// The state of the connection.
    pub fn status(&self) -> Status {
        match (&self.ended, &self.outage) {
            (Some(why), _) => Status::Ended(why.clone()),
            (_, Some((why, _, until_ms))) => Status::Lost(why.clone(), *until_ms),
            _ if self.has_begun => Status::Live,
            _ => {
                let done = self.streams.iter().filter(|stream| stream.is_settled()).count();
                Status::Listing(done, self.streams.len())
            }
        }
    }

    /// When [`Connection::tick`] has something to do, in milliseconds.
    pub fn wakes_at(&self) -> Option<u64> {
        if self.ended.is_some() {
            return None;
        }
        let deadlines = self.requests.values().map(|request| request.until_ms);
        let has_room = self.requests.len() < CONNECTIONS;
        let outage = self.outage.iter().map(|(_, _, until_ms)| *until_ms);
        let waits = has_room && self.outage.is_none() && self.server.is_some();
        let ready = self.streams.iter().filter(|it| waits && !it.is_open && !it.is_missing());
        deadlines.chain(outage).chain(ready.map(|stream| stream.ready_ms)).min()
    }

    /// Gives up what takes too long, and sends the requests that are due.
    pub fn tick(&mut self, now_ms: u64) {
        let late = self.requests.iter().filter(|(_, request)| request.until_ms <= now_ms);
        let late: Vec<u32> = late.map(|(id, _)| *id).collect();
        for id in late {
            self.orders.push(Order::Abort(id));
            let request = self.requests.remove(&id);
            self.fail(request.map(|it| it.purpose), "the API server does not respond", now_ms);
        }
        if self.ended.is_some() {
            return self.end();
        }
        if self.outage.as_ref().is_some_and(|(_, _, until_ms)| now_ms < *until_ms) {
            return;
        }
        if self.server.is_none() {
            if self.requests.is_empty() {
                self.send(Purpose::Version, "/version".into(), now_ms + FIRST_MS);
            }
            return;
        }
        let takes_turns = self.takes_turns();
        // A single request shows whether the server responds again.
        let most = if self.outage.is_some() { 1 } else { CONNECTIONS };
        while self.requests.len() < most {
            let streams = self.streams.iter().enumerate();
            let due = streams.filter(|(_, it)| !it.is_open && it.ready_ms <= now_ms);
            let due = due.filter_map(|(index, it)| {
                it.request(takes_turns).map(|request| (it.rank(takes_turns), index, request))
            });
            let Some((_, index, (path, ms))) = due.min() else { return };
            self.streams[index].is_open = true;
            self.send(Purpose::Stream(index), path, now_ms + ms);
        }
    }

    /// Whether there are more streams than connections.
    fn takes_turns(&self) -> bool {
        self.streams.iter().filter(|stream| !stream.is_missing()).count() > CONNECTIONS
    }

    fn send(&mut self, purpose: Purpose, path: String, until_ms: u64) {
        let id = self.next_id;
        self.next_id += 1;
        self.requests.insert(id, Request { purpose, until_ms, status: 0, text: String::new() });
        self.orders.push(Order::Get { id, path });
    }

    /// Ends all requests.
    fn end(&mut self) {
        let ids: Vec<u32> = self.requests.keys().copied().collect();
        self.orders.extend(ids.into_iter().map(Order::Abort));
        self.requests = Map::new();
    }

    /// The connection was lost.
    fn lose(&mut self, why: &str, now_ms: u64) {
        // All requests fail at once, which is one failure.
        if self.outage.as_ref().is_some_and(|(_, _, until_ms)| now_ms < *until_ms) {
            return;
        }
        let failures = self.outage.as_ref().map_or(0, |(_, failures, _)| *failures);
        self.outage = Some((why.to_owned(), failures + 1, now_ms + back_off(failures)));
    }

    /// A request has failed, and is sent again later.
    fn fail(&mut self, purpose: Option<Purpose>, why: &str, now_ms: u64) {
        match purpose {
            Some(Purpose::Stream(index)) => {
                self.streams[index].is_open = false;
                self.lose(why, now_ms);
            }
            Some(Purpose::Version) => self.ended = Some(absent()),
            None => {}
        }
    }

    /// What has happened since the last call. Ends the connection if there is too much for a recipe.
    pub fn news(&mut self, now_ms: u64) -> Option<News> {
        if self.ended.is_some() {
            return None;
        }
        if !self.has_begun {
            if !self.streams.iter().all(Stream::is_settled) {
                return None;
            }
            let missing = self.streams.iter().filter(|stream| stream.is_missing()).count();
            if missing == self.streams.len() {
                let why = "kubectl may not list any of the kinds that are shown (403 Forbidden): see docs/live.md for the \
                           permissions";
                self.ended = Some(why.into());
                self.end();
                return None;
            }
            self.has_begun = true;
            return self.begin(now_ms);
        }
        match self.seen.is_full(now_ms) {
            true => self.begin(now_ms),
            false => self.seen.take().map(News::Reports),
        }
    }

    /// Begins a recipe with the current state.
    fn begin(&mut self, now_ms: u64) -> Option<News> {
        let mut kinds: Set<String> = Set::new();
        let found = self.streams.iter().filter(|stream| !stream.is_missing());
        for stream in found {
            kinds.insert(stream.resource.plural.into());
        }
        let server = self.server.clone().unwrap_or_default();
        let observation = self.seen.begin(now_ms, &server, &kinds);
        if self.seen.is_full(now_ms) {
            let limit = Limit::RecipeBytes.sentence();
            self.ended = Some(format!("there are too many objects ({limit}): name one namespace"));
            self.end();
            return None;
        }
        Some(News::Begin(observation))
    }
}

/// Why nothing can be shown if there is no API.
fn absent() -> String {
    format!("there is no Kubernetes API at the address of this page; serve both with: {COMMAND}")
}

impl Stream {
    /// Whether its first list is complete, or not possible.
    fn is_settled(&self) -> bool {
        self.is_listed || self.is_missing()
    }

    fn is_missing(&self) -> bool {
        matches!(self.next, Next::Missing(_))
    }
}

#[cfg(test)]
mod tests;
