//! What the answers of the API server mean.

use super::super::classify::Verb;
use super::super::keep;
use super::stream::{LIST_MS, Next};
use super::{Connection, End, Part, Purpose, Request, absent};
use crate::api::json::Node;
use crate::manifest;

/// The maximum number of bytes of a page of a list, and of a line of a watch.
const PAGE_BYTES: usize = 64 << 20;
const LINE_BYTES: usize = 8 << 20;

/// Whether a field is kept: what a real cluster's objects need, and what the protocol needs.
fn keep_answer(parent: &str, key: &str) -> bool {
    keep::keep(parent, key)
        || matches!((parent, key), ("metadata", "continue") | (_, "code") | ("", "gitVersion"))
}

/// Reads a text that is one JSON object.
fn read(text: &str) -> Option<Node> {
    if !text.trim_start().starts_with('{') {
        return None;
    }
    let (mut documents, misread) = manifest::read_kept(text, keep_answer);
    let document = documents.pop()?;
    (misread.is_none() && documents.is_empty()).then_some(document)
}

/// How a part of an answer changes what is asked for next.
enum Turn {
    /// It is as it should be.
    Fine,
    /// The resource version is too old: list again.
    Old,
    /// It makes no sense, or asks to wait.
    Wrong(&'static str),
}

impl Connection {
    /// Processes a part of a response, and sends the requests that are due.
    pub fn receive(&mut self, now_ms: u64, part: &Part<'_>) {
        self.bytes += part.text.len() as u64;
        if let Some(mut request) = self.requests.remove(&part.id) {
            request.status = part.status;
            request.text.push_str(part.text);
            if let Some(date) = part.date {
                self.seen.clock = (date, now_ms);
            }
            let is_answer = matches!(part.status, 200..=299 | 400..=499) && part.status != 401;
            // A response that breaks off has arrived in part.
            if is_answer && (part.end != End::Broken || !part.text.is_empty()) {
                self.outage = None;
            }
            match request.purpose {
                Purpose::Version => self.version(now_ms, part, request),
                Purpose::Stream(index) => self.stream(now_ms, part, request, index),
            }
        }
        self.tick(now_ms);
    }

    /// The answer to the first request: whether there is an API at all.
    fn version(&mut self, now_ms: u64, part: &Part<'_>, request: Request) {
        if part.end == End::Open && request.text.len() <= LINE_BYTES {
            self.requests.insert(part.id, request);
            return;
        }
        let answer = read(&request.text);
        match (part.status, answer) {
            (500 | 502..=504, _) => self.lose(unreachable(part.status), now_ms),
            (401, _) => self.lose(unreachable(401), now_ms),
            (200, Some(answer)) if !answer.text("gitVersion").is_empty() => {
                self.server = Some(answer.text("gitVersion").to_owned());
            }
            // Not everybody may read the version.
            (403, Some(answer)) if answer.text("kind") == "Status" => {
                self.server = Some(String::new());
            }
            _ => self.ended = Some(absent()),
        }
    }

    /// A part of a list or of a watch.
    fn stream(&mut self, now_ms: u64, part: &Part<'_>, mut request: Request, index: usize) {
        let is_watch = matches!(self.streams[index].next, Next::Watch(_));
        if part.end == End::Broken && part.status == 0 {
            self.streams[index].is_open = false;
            return self.lose("the connection was lost", now_ms);
        }
        let turn = match part.status {
            200 if is_watch => self.changes(now_ms, &mut request, index),
            200 if part.end == End::Complete => self.page(now_ms, &request, index),
            200 => Turn::Fine,
            _ if part.end != End::Open => return self.refusal(now_ms, &request, index),
            _ => Turn::Fine,
        };
        let most = if is_watch { LINE_BYTES } else { PAGE_BYTES };
        let turn = if request.text.len() > most { Turn::Wrong("too long") } else { turn };
        let is_open = part.end == End::Open;
        if is_open && matches!(turn, Turn::Fine) {
            // A list may arrive slowly, however it is cut into parts.
            if !is_watch && !part.text.is_empty() {
                request.until_ms = request.until_ms.max(now_ms + LIST_MS);
            }
            self.requests.insert(part.id, request);
            return;
        }
        if is_open {
            self.orders.push(super::Order::Abort(part.id));
        }
        let takes_turns = self.takes_turns();
        let stream = &mut self.streams[index];
        stream.is_open = false;
        match turn {
            Turn::Old => {
                stream.relist();
                // A server that finds everything too old is not asked without a pause.
                stream.fail(now_ms);
            }
            Turn::Wrong(what) => {
                stream.relist();
                stream.fail(now_ms);
                let plural = stream.resource.plural;
                self.seen.note(format!("An answer about {plural} cannot be read ({what})."));
            }
            Turn::Fine if part.end == End::Broken => stream.fail(now_ms),
            Turn::Fine if is_watch => stream.rest(takes_turns, now_ms),
            Turn::Fine => {
                stream.failures = 0;
                stream.ready_ms = now_ms;
            }
        }
    }

    /// A page of a list.
    fn page(&mut self, now_ms: u64, request: &Request, index: usize) -> Turn {
        let Some(mut list) = read(&request.text) else { return Turn::Wrong("not JSON") };
        let version = list.word("metadata.resourceVersion");
        let token = list.word("metadata.continue");
        if !list.text("kind").ends_with("List") || (token.is_empty() && version.is_empty()) {
            return Turn::Wrong("not a list");
        }
        if list.get("items").is_none() {
            list.set("items", crate::api::json::Value::List(Vec::new()));
        }
        let is_listed = self.streams[index].is_listed;
        let verb = if is_listed { Verb::Added } else { Verb::Listed };
        for item in manifest::observed_items(list) {
            if let Some(name) = self.seen.put(index, verb, item, now_ms) {
                self.streams[index].names.insert(name);
            }
        }
        let stream = &mut self.streams[index];
        if !token.is_empty() {
            stream.next = Next::List(token);
            return Turn::Fine;
        }
        let names = std::mem::take(&mut stream.names);
        stream.next = Next::Watch(version);
        stream.is_listed = true;
        self.seen.retain(index, &names, now_ms);
        Turn::Fine
    }

    /// The complete lines of a watch; the rest stays in the request.
    fn changes(&mut self, now_ms: u64, request: &mut Request, index: usize) -> Turn {
        let Some(end) = request.text.rfind('\n') else { return Turn::Fine };
        let rest = request.text.split_off(end + 1);
        let text = std::mem::replace(&mut request.text, rest);
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let turn = self.change(now_ms, line, index);
            if !matches!(turn, Turn::Fine) {
                return turn;
            }
        }
        Turn::Fine
    }

    /// A line of a watch.
    fn change(&mut self, now_ms: u64, line: &str, index: usize) -> Turn {
        let Some(mut event) = read(line) else { return Turn::Wrong("not JSON") };
        let word = event.text("type").to_owned();
        let object = event.remove("object").unwrap_or_default();
        let version = object.word("metadata.resourceVersion");
        let verb = match word.as_str() {
            "ADDED" => Some(Verb::Added),
            "MODIFIED" => Some(Verb::Modified),
            "DELETED" => Some(Verb::Deleted),
            "BOOKMARK" => None,
            "ERROR" if object.number("code") == 410 => return Turn::Old,
            "ERROR" => return Turn::Wrong("an error ended the watch"),
            _ => return Turn::Wrong("not a watch event"),
        };
        if let Some(verb) = verb {
            self.seen.put(index, verb, object, now_ms);
        }
        let stream = &mut self.streams[index];
        stream.failures = 0;
        if !version.is_empty() {
            stream.next = Next::Watch(version);
        }
        Turn::Fine
    }

    /// An answer with another status than 200.
    fn refusal(&mut self, now_ms: u64, request: &Request, index: usize) {
        let stream = &mut self.streams[index];
        stream.is_open = false;
        let is_watch = matches!(stream.next, Next::Watch(_));
        // The API server explains its errors with a Status; kubectl proxy writes a plain text.
        let is_explained = || read(&request.text).is_some_and(|it| it.text("kind") == "Status");
        match request.status {
            500 if !is_explained() => self.lose(unreachable(500), now_ms),
            401 | 502..=504 => self.lose(unreachable(request.status), now_ms),
            410 => {
                stream.relist();
                stream.fail(now_ms);
            }
            // A kind that can be listed but not watched is listed repeatedly.
            403..=405 if is_watch => {
                stream.relist();
                stream.failures = 5;
                stream.fail(now_ms);
            }
            status @ 403..=406 => {
                stream.next = Next::Missing(status);
                stream.names = Default::default();
            }
            _ => stream.fail(now_ms),
        }
    }
}

/// Why the API server cannot be reached, by the status of the answer.
fn unreachable(status: u16) -> &'static str {
    match status {
        401 => "the API server does not accept kubectl's credentials",
        _ => "kubectl proxy cannot reach the API server",
    }
}
