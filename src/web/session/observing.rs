//! A real cluster that is followed: what its API server says becomes a part of the run.
//!
//! The element's script only sends GET requests (`static/observe.js`); [`Connection`] decides which. While somebody tries
//! something in a simulation, what arrives is kept, and added when they return.

use super::jobs::Finish;
use super::{Notice, Offer, Session};
use crate::api::Time;
use crate::later::later;
use crate::notation::NotationError;
use crate::observe::Observation;
use crate::observe::live::{self, Connection, End, News, Order, Part, Status};
use crate::page::history::Moment;
use crate::page::live::{Live, Origin};
use crate::task::Progress;
use crate::timeline::Timeline;
use crate::web::action::{Dialog, ObserveAction};
use crate::web::guard::wall_ms;
use std::rc::Rc;

later! {
    /// Handles an action that is about a real cluster that is followed.
    pub(super) static OBSERVE: fn(&mut Session, ObserveAction) = handle;
    /// Processes what was received, and returns what to do next.
    pub(super) static TURN: fn(&mut Session) = turn;
}

/// What the page shows of the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ConnectionView {
    /// Its state.
    pub(crate) status: Status,
    /// The seconds until it is tried again, if it is lost.
    pub(crate) seconds: Option<u64>,
    /// The kinds that cannot be read, in a sentence; empty if there are none.
    pub(crate) missing: String,
    /// How many objects there are.
    pub(crate) objects: usize,
    /// How many requests were sent.
    pub(crate) requests: u32,
    /// How many thousands of bytes were received.
    pub(crate) kilobytes: u64,
}

impl ConnectionView {
    /// Whether the connection is lost.
    pub(crate) fn is_lost(&self) -> bool {
        matches!(self.status, Status::Lost(..))
    }

    /// The word of the badge.
    pub(crate) fn word(&self) -> String {
        match &self.status {
            Status::Lost(why, _) => format!("NOT LIVE: {why}"),
            _ => "LIVE".into(),
        }
    }
}

/// Whether reports are added to the run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The run is still being opened, or there is none yet.
    Opening,
    /// They are.
    Shown,
    /// Something else is shown, such as a simulation; they are added later.
    Away,
}

/// The connection to a real cluster.
pub(crate) struct Observing {
    connection: Connection,
    /// The wall time when it began, in milliseconds.
    began: f64,
    place: Place,
    /// Whether a job opens the run.
    opens: bool,
    /// When the recipe begins, by which it is recognized.
    from: String,
    /// How many lines the recipe has.
    lines: usize,
    /// The revision of the run when that was checked last.
    revision: u32,
    /// What arrived while something else was shown.
    kept: Vec<(Time, String)>,
    /// Whether the cursor was at the current time when something else was shown.
    was_followed: bool,
    /// When the script wakes the program, in milliseconds of the connection.
    wakes: Option<u64>,
    /// What the page shows.
    pub(crate) shown: Rc<ConnectionView>,
}

impl Observing {
    /// The time of the connection, in milliseconds.
    fn now(&self) -> u64 {
        (wall_ms() - self.began).max(0.0) as u64
    }

    fn shown(&self) -> ConnectionView {
        let status = self.connection.status();
        let seconds = match &status {
            Status::Lost(_, until_ms) => Some(until_ms.saturating_sub(self.now()).div_ceil(1_000)),
            _ => None,
        };
        let missing = self.connection.missing().into_iter().map(|(kind, namespace, code)| {
            let place =
                if namespace.is_empty() { String::new() } else { format!(" in {namespace}") };
            format!("{kind}{place} ({code})")
        });
        let (requests, bytes) = self.connection.traffic();
        ConnectionView {
            status,
            seconds,
            missing: missing.collect::<Vec<_>>().join(", "),
            objects: self.connection.objects(),
            requests,
            kilobytes: bytes / 1_000,
        }
    }
}

fn handle(session: &mut Session, action: ObserveAction) {
    match action {
        ObserveAction::Connect(text) => match live::namespaces(&text) {
            Ok(names) => connect(session, &names),
            Err(why) => {
                session.ui.problem = why.clone();
                session.ui.notice = Some(Notice { text: why, offer: Offer::Nothing });
            }
        },
        ObserveAction::Disconnect => disconnect(session),
        ObserveAction::Answered { id, status, date, text, end } => {
            let Some(observing) = &mut session.observing else { return };
            let now = observing.now();
            if id == 0 {
                observing.wakes = None;
                return observing.connection.tick(now);
            }
            let end = match end {
                0 => End::Open,
                1 => End::Complete,
                _ => End::Broken,
            };
            let date = (date > 0).then_some(date);
            let part = Part { id, status, date, text: &text, end };
            observing.connection.receive(now, &part);
        }
    }
}

fn connect(session: &mut Session, namespaces: &[String]) {
    disconnect(session);
    session.ui.problem.clear();
    let mut connection = Connection::new(namespaces, (js_sys::Date::now() / 1_000.0) as i64);
    connection.tick(0);
    let shown = ConnectionView {
        status: connection.status(),
        seconds: None,
        missing: String::new(),
        objects: 0,
        requests: 0,
        kilobytes: 0,
    };
    session.observing = Some(Box::new(Observing {
        connection,
        began: wall_ms(),
        place: Place::Opening,
        opens: false,
        from: String::new(),
        lines: 0,
        revision: 0,
        kept: Vec::new(),
        was_followed: true,
        wakes: None,
        shown: Rc::new(shown),
    }));
}

/// Ends the connection. What was seen stays.
fn disconnect(session: &mut Session) {
    if session.observing.take().is_some() {
        session.host.script.send("close", "", None, None);
        if session.run.live.take_if(|live| live.origin == Origin::Observed).is_some() {
            session.run.timeline.set_horizon(None);
            session.run.playback.set_playing(false);
            session.run.catch_up();
        }
    }
}

fn turn(session: &mut Session) {
    let Some(mut observing) = session.observing.take() else { return };
    let now = observing.now();
    let is_idle = !session.jobs.is_busy();
    if is_idle && observing.place != Place::Opening {
        look_where(session, &mut observing);
    }
    // Somebody has canceled the job.
    if is_idle && observing.opens {
        session.observing = Some(observing);
        return disconnect(session);
    }
    let is_followed = session.run.live.is_some_and(|live| live.is_followed);
    let is_stuck =
        observing.place == Place::Away || (observing.place == Place::Shown && !is_followed);
    if is_stuck && observing.connection.is_full(now) {
        let why = "The page has stopped following the cluster: there is no room for more while an earlier moment is shown. \
                   Connect again to continue.";
        session.observing = Some(observing);
        disconnect(session);
        session.ui.notice = Some(Notice { text: why.into(), offer: Offer::Nothing });
        return;
    }
    let news = if is_idle { observing.connection.news(now) } else { None };
    match news {
        Some(News::Begin(observation)) => begin(session, &mut observing, observation),
        Some(News::Reports(text)) => {
            let at = observing.connection.instant(now);
            match observing.place {
                Place::Shown => {
                    session.run.report(at, &text);
                    observing.lines += 1;
                }
                _ => observing.kept.push((at, text)),
            }
        }
        None => {}
    }
    order(session, &mut observing, now);
    let shown = observing.shown();
    if let Status::Ended(why) = &shown.status {
        let text = format!("Not connected: {why}.");
        session.observing = Some(observing);
        disconnect(session);
        session.ui.problem = text.clone();
        session.ui.notice = Some(Notice { text, offer: Offer::Nothing });
        return;
    }
    if *observing.shown != shown {
        observing.shown = Rc::new(shown);
    }
    session.observing = Some(observing);
}

/// Lets the script send requests, and wake the program.
fn order(session: &Session, observing: &mut Observing, now: u64) {
    let script = &session.host.script;
    for order in observing.connection.orders() {
        match order {
            Order::Get { id, path } => script.send("get", &path, None, Some(f64::from(id))),
            Order::Abort(id) => script.send("abort", "", None, Some(f64::from(id))),
        }
    }
    // While the connection is lost, the seconds are counted.
    let is_lost = matches!(observing.connection.status(), Status::Lost(..));
    let wakes = observing.connection.wakes_at();
    let wakes = wakes.map(|at| if is_lost { at.min(now + 1_000) } else { at.max(now + 20) });
    if wakes != observing.wakes
        && let Some(at) = wakes
    {
        observing.wakes = wakes;
        script.send("wake", "", None, Some(at.saturating_sub(now).max(20) as f64));
    }
}

/// Notices whether the run is still the one that is followed, after it has changed.
fn look_where(session: &mut Session, observing: &mut Observing) {
    if session.run.revision == observing.revision {
        return;
    }
    observing.revision = session.run.revision;
    let timeline = &session.run.timeline;
    let source = timeline.cluster().settings.observed.clone();
    let is_same = source.is_some_and(|source| source.from == observing.from);
    let is_shown = is_same && timeline.has_only_reports(observing.lines);
    match observing.place {
        Place::Shown if !is_shown => {
            let live = session.run.live.take();
            observing.was_followed = live.is_some_and(|live| live.is_followed);
            observing.place = Place::Away;
            session.run.timeline.set_horizon(None);
        }
        Place::Away if is_shown => {
            observing.place = Place::Shown;
            for (at, text) in std::mem::take(&mut observing.kept) {
                session.run.report(at, &text);
                observing.lines += 1;
            }
            follow(session, observing);
        }
        _ => {}
    }
}

/// Lets the cursor follow the cluster, or stay where it is.
fn follow(session: &mut Session, observing: &Observing) {
    let (base, is_followed) =
        (observing.connection.instant(observing.now()), observing.was_followed);
    let (origin, since) = (Origin::Observed, wall_ms());
    let (speed, is_paused) = (1_000, false);
    session.run.live = Some(Live { origin, base, since, speed, is_paused, is_followed });
    session.run.timeline.set_horizon(Some(base));
    if is_followed {
        session.run.play(true, true);
    }
}

/// Opens the run that shows the cluster.
fn begin(session: &mut Session, observing: &mut Observing, observation: Observation) {
    // A recipe that was full starts over.
    let is_first = observing.from.is_empty();
    let before = is_first.then(|| session.run.moment());
    (observing.place, observing.opens) = (Place::Opening, true);
    observing.kept.clear();
    let progress = Progress::default();
    let shown = progress.clone();
    let task = Box::pin(async move {
        let run = Timeline::open(&observation.recipe, Time(0), &shown).await;
        Box::new(move |session: &mut Session| begun(session, run, before, &observation.notes))
            as Finish
    });
    session.begin_task("Reading the cluster", task, progress);
}

fn begun(
    session: &mut Session,
    run: Result<Timeline, Vec<NotationError>>,
    before: Option<Moment>,
    notes: &[String],
) {
    let Some(mut observing) = session.observing.take() else { return };
    match run {
        Ok(timeline) => {
            session.run.live = None;
            session.replace_run_by_user(timeline);
            let source = session.run.timeline.cluster().settings.observed.clone();
            observing.from = source.map(|source| source.from.clone()).unwrap_or_default();
            observing.lines = session.run.timeline.count_lines();
            observing.revision = session.run.revision;
            (observing.place, observing.opens) = (Place::Shown, false);
            observing.was_followed = true;
            follow(session, &observing);
            let mut text = notes.join(" ");
            match before {
                Some(before) => session.run.history.record(before),
                None => text = "What was seen before this moment was dropped to make room.".into(),
            }
            let missing = observing.shown().missing;
            if !missing.is_empty() {
                text = format!(
                    "Not shown, because the API server did not list them: {missing}. {text}"
                );
            }
            session.ui.notice = Some(Notice { text, offer: Offer::Nothing });
            if session.ui.dialog == Some(Dialog::Cluster) {
                session.ui.dialog = None;
                session.ui.resumes = false;
                session.ui.focus.restores = true;
            }
            session.observing = Some(observing);
        }
        Err(errors) => {
            session.observing = Some(observing);
            disconnect(session);
            session.show_errors("The cluster cannot be shown.", &errors);
        }
    }
}
