//! The thread that has the cluster: it lets time pass, answers one request after the other, and tells those who watch.

use super::clock::{self, Clock};
use super::pipe::{Lines, Pipe, pipe};
use crate::api::Time;
use crate::apiserver::{Answer, ApiServer, Line, Request, Response, Watcher};
use crate::kubectl::Output;
use crate::scene::{View, scene, transcript};
use crate::svg;
use crate::task::{self, Progress};
use crate::timeline::Timeline;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// How often time passes.
const TICK: Duration = Duration::from_millis(20);
/// How long the cluster may catch up before requests are answered again.
const SLICE: Duration = Duration::from_millis(50);
/// The maximum number of lines that are sent one at a time, so that watches can share them.
const PIECES: usize = 64;
/// How often a watch that wants bookmarks gets one.
const BOOKMARK: Duration = Duration::from_secs(60);
/// How often those who follow the run hear of it if nothing happens.
const HEARTBEAT: Duration = Duration::from_secs(5);

/// How a request is answered.
pub(super) enum Reply {
    /// At once.
    Response(Response),
    /// With lines as they come.
    Stream(&'static str, Lines),
}

/// A line for the terminal.
pub(super) struct Typed {
    /// The line.
    pub(super) line: String,
    /// The text below it.
    pub(super) text: Option<String>,
    /// The instant at which it is done, if that is not now.
    pub(super) at: Option<Time>,
}

/// What the thread is asked to do.
enum Message {
    Request(Box<Request>, oneshot::Sender<Reply>),
    Line(Typed, oneshot::Sender<Output>),
    Follow(Pipe),
    Pause(bool),
    Replace { recipe: String, at: Time, reply: oneshot::Sender<String> },
    Recipe(oneshot::Sender<String>),
    Picture(oneshot::Sender<(String, String)>),
    Reset,
}

/// A handle of the thread.
#[derive(Clone)]
pub(super) struct Engine {
    inbox: mpsc::Sender<Message>,
}

impl Engine {
    /// Starts the thread with a recipe that can be read. A timeline stays in the thread in which it was made.
    pub(super) fn start(recipe: String, speed: f64) -> Engine {
        let (inbox, outbox) = mpsc::channel();
        std::thread::spawn(move || {
            if let Ok(timeline) = Timeline::new(&recipe) {
                State::new(ApiServer::new(timeline), speed).serve(&outbox);
            }
        });
        Engine { inbox }
    }

    async fn ask<T>(&self, message: impl FnOnce(oneshot::Sender<T>) -> Message) -> Option<T> {
        let (reply, answer) = oneshot::channel();
        self.inbox.send(message(reply)).ok()?;
        answer.await.ok()
    }

    /// Answers a request; none if the thread has ended.
    pub(super) async fn request(&self, request: Request) -> Option<Reply> {
        self.ask(|reply| Message::Request(Box::new(request), reply)).await
    }

    /// Does what a line says.
    pub(super) async fn line(&self, typed: Typed) -> Output {
        self.ask(|reply| Message::Line(typed, reply)).await.unwrap_or_default()
    }

    /// Replaces the run, and goes to an instant of it. Returns what is wrong with the recipe; empty if it is played.
    pub(super) async fn replace(&self, recipe: String, at: Time) -> String {
        self.ask(|reply| Message::Replace { recipe, at, reply }).await.unwrap_or_default()
    }

    /// The recipe of what has happened.
    pub(super) async fn recipe(&self) -> String {
        self.ask(Message::Recipe).await.unwrap_or_default()
    }

    /// The picture of now as SVG, and how many pods are Ready in words.
    pub(super) async fn picture(&self) -> (String, String) {
        self.ask(Message::Picture).await.unwrap_or_default()
    }

    /// Begins the run again.
    pub(super) fn reset(&self) {
        let _ = self.inbox.send(Message::Reset);
    }

    /// The run as it goes on: a line of JSON whenever it is changed.
    pub(super) fn follow(&self) -> Lines {
        let (pipe, lines) = pipe();
        let _ = self.inbox.send(Message::Follow(pipe));
        lines
    }

    /// Stops time, or lets it pass again.
    pub(super) fn pause(&self, is_paused: bool) {
        let _ = self.inbox.send(Message::Pause(is_paused));
    }
}

/// Somebody who is told what changes.
struct Listener {
    pipe: Pipe,
    kind: Listening,
}

enum Listening {
    Watch {
        watcher: Box<Watcher>,
        bookmark: Option<Instant>,
    },
    /// The log of a container: the request, and how much of it was sent.
    Log {
        request: Box<Request>,
        sent: usize,
    },
}

struct State {
    /// The recipe with which the run began.
    story: String,
    server: ApiServer,
    clock: Clock,
    listeners: Vec<Listener>,
    followers: Vec<Pipe>,
    /// What those who follow the run were told last: the era, how many lines the recipe had, whether time stands still.
    told: (u64, u64, bool),
    told_at: Instant,
    steps: [u64; 2],
}

impl State {
    fn new(server: ApiServer, speed: f64) -> State {
        let clock = Clock::new(server.timeline().now(), speed);
        State {
            story: server.timeline().recipe(),
            server,
            clock,
            listeners: Vec::new(),
            followers: Vec::new(),
            told: (0, 0, false),
            told_at: Instant::now(),
            steps: [0, 0],
        }
    }

    fn serve(&mut self, inbox: &mpsc::Receiver<Message>) {
        loop {
            match inbox.recv_timeout(TICK) {
                Ok(message) => {
                    self.go_on();
                    self.handle(message);
                    // What waits already is answered at the same instant.
                    for message in inbox.try_iter().take(256) {
                        self.handle(message);
                    }
                }
                Err(RecvTimeoutError::Timeout) => self.go_on(),
                Err(RecvTimeoutError::Disconnected) => return,
            }
            self.tell();
        }
    }

    /// Lets time pass, for a slice at most.
    fn go_on(&mut self) {
        let (to, start) = (self.clock.now(), Instant::now());
        while self.server.step(to) {
            if start.elapsed() > SLICE {
                // The clock waits for a cluster that is slower than it.
                self.clock.set(self.server.timeline().now());
                break;
            }
        }
        self.server.set_clock(clock::real());
    }

    fn handle(&mut self, message: Message) {
        match message {
            Message::Request(request, reply) => {
                let answer = self.answer(request);
                let _ = reply.send(answer);
            }
            Message::Line(Typed { line, text, at }, reply) => {
                let output = self.server.run_line(&line, text.as_deref(), at);
                self.clock.set(self.server.timeline().now());
                let _ = reply.send(output);
            }
            Message::Follow(pipe) => {
                pipe.send(self.run());
                self.followers.push(pipe);
            }
            Message::Replace { recipe, at, reply } => {
                let mut timeline = self.server.timeline().clone();
                let adopted = task::finish(timeline.adopt(&recipe, at, &Progress::default()));
                let errors = adopted.err().unwrap_or_default();
                if errors.is_empty() {
                    self.server.replace_run(timeline);
                    self.clock.set(self.server.timeline().now());
                }
                let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
                let _ = reply.send(lines.join("\n"));
            }
            Message::Pause(is_paused) => self.clock.pause(is_paused),
            Message::Picture(reply) => {
                let _ = reply.send(self.picture());
            }
            Message::Reset => {
                if let Ok(timeline) = Timeline::new(&self.story) {
                    self.server.replace_run(timeline);
                    self.clock.set(Time(0));
                }
            }
            Message::Recipe(reply) => {
                let _ = reply.send(self.server.timeline().recipe());
            }
        }
    }

    fn answer(&mut self, request: Box<Request>) -> Reply {
        let has = |word: &str| request.query.split('&').any(|pair| pair == word);
        let is_log = request.path.ends_with("/log") && has("follow=true");
        let wants_bookmarks = has("allowWatchBookmarks=true");
        let (pipe, lines) = pipe();
        let kind = match self.server.answer(&request) {
            Answer::Watch(watcher) => {
                let bookmark = wants_bookmarks.then(Instant::now);
                Listening::Watch { watcher, bookmark }
            }
            Answer::Response(response) if is_log && response.status == 200 => {
                Listening::Log { request, sent: 0 }
            }
            Answer::Response(response) => return Reply::Response(response),
        };
        let media =
            if matches!(kind, Listening::Log { .. }) { "text/plain" } else { "application/json" };
        let mut listener = Listener { pipe, kind };
        if listener.tell(&mut self.server) {
            self.listeners.push(listener);
        }
        Reply::Stream(media, lines)
    }

    /// Tells everybody what is new.
    fn tell(&mut self) {
        let steps = self.server.timeline().steps();
        let is_new = std::mem::replace(&mut self.steps, steps) != steps;
        let server = &mut self.server;
        server.begin_round();
        self.listeners.retain_mut(|listener| {
            !listener.pipe.is_closed() && (!(is_new || listener.is_due()) || listener.tell(server))
        });
        let now = (self.server.era(), steps[1], self.clock.is_paused());
        if now != self.told || self.told_at.elapsed() > HEARTBEAT {
            self.told = now;
            self.told_at = Instant::now();
            let line = self.run();
            self.followers.retain(|follower| follower.send(line.clone()));
        }
    }

    /// The picture of now, and how many pods are Ready.
    fn picture(&self) -> (String, String) {
        let (cluster, now) = (self.server.timeline().cluster(), self.server.timeline().now());
        let view = View { width: 640, height: Some(420), ..View::default() };
        let pods = cluster.store.pods.iter();
        let (ready, all) = (pods.clone().filter(|pod| pod.is_ready()).count(), pods.count());
        let picture = svg::svg(&scene(cluster, now, &view), &transcript(cluster, now));
        (picture, format!("{ready} of {all} pods Ready"))
    }

    /// The run as those who follow it are told: the recipe, the time, and how it passes.
    fn run(&self) -> Line {
        let run = serde_json::json!({
            "era": self.server.era(),
            "recipe": self.server.timeline().recipe(),
            "t": self.server.timeline().now().0,
            "speed": self.clock.speed(),
            "paused": self.clock.is_paused(),
        });
        format!("data: {run}\n\n").into_bytes().into()
    }
}

impl Listener {
    /// Whether it is told something though nothing has happened.
    fn is_due(&self) -> bool {
        matches!(&self.kind, Listening::Watch { bookmark: Some(last), .. } if last.elapsed() > BOOKMARK)
    }

    /// Tells what is new. Returns false if that was the last.
    fn tell(&mut self, server: &mut ApiServer) -> bool {
        match &mut self.kind {
            Listening::Watch { watcher, bookmark } => {
                let lines = server.poll(watcher);
                // The initial lines of a watch are one piece, however many objects there are.
                let pieces = match lines.len() {
                    0..=PIECES => lines,
                    _ => vec![lines.concat().into()],
                };
                if !pieces.into_iter().all(|piece| self.pipe.send(piece)) {
                    return false;
                }
                if let Some(last) = bookmark.as_mut().filter(|last| last.elapsed() > BOOKMARK) {
                    *last = Instant::now();
                    if !self.pipe.send(server.bookmark(watcher)) {
                        return false;
                    }
                }
                !watcher.is_over()
            }
            Listening::Log { request, sent } => {
                let Answer::Response(response) = server.answer(request) else { return false };
                let text = String::from_utf8_lossy(&response.body);
                // A container that has ended or was started again ends its log.
                if response.status != 200 || text.len() < *sent {
                    return false;
                }
                let new = text.get(*sent..).unwrap_or_default().to_owned();
                *sent = text.len();
                new.is_empty() || self.pipe.send(new.into_bytes().into())
            }
        }
    }
}
