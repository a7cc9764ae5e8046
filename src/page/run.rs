//! The run on the page: its timeline, playback, recipe, and undo history.

use super::history::{History, Moment};
use super::live::{Live, Origin};
use crate::api::Time;
use crate::cluster::identities::SHOWN_MS;
use crate::cluster::{Cluster, EventType};
use crate::timeline::playback::Playback;
use crate::timeline::{Next, Seek, Timeline};
use std::rc::Rc;

/// How far ahead to look for the next event, in milliseconds.
pub const LOOK_AHEAD_MS: u64 = 15 * 60_000;

/// How long it takes to rewind from the opening instant, in milliseconds.
const REWIND_MS: f64 = 700.0;

/// A movement from the opening instant back to 0.
struct Rewind {
    /// The opening instant.
    from: Time,
    /// The wall time at which it began, in milliseconds.
    begin: Option<f64>,
    /// The duration in milliseconds.
    ms: f64,
}

impl Rewind {
    /// The position of the cursor at a wall time, in milliseconds.
    fn cursor(&mut self, wall_ms: f64) -> Time {
        let begin = *self.begin.get_or_insert(wall_ms);
        let left = (1.0 - (wall_ms - begin) / self.ms.max(1.0)).clamp(0.0, 1.0);
        // Slower at the end.
        Time((self.from.0 as f64 * left * left) as u64)
    }
}

/// The run on the page.
pub struct RunState {
    /// The timeline, with the cursor.
    pub timeline: Timeline,
    /// The playback.
    pub playback: Playback,
    /// The story of the element.
    pub origin: Rc<str>,
    /// The recipe at the start of the story.
    pub story: Rc<str>,
    /// The current recipe.
    pub recipe: Rc<str>,
    /// The number of changes of the recipe.
    pub revision: u32,
    /// Whether reports of a real cluster were added to the timeline since the recipe was printed.
    pub is_behind: bool,
    /// The undo history.
    pub history: History,
    /// The instant of the poster, if the page has opened there: the first playback starts at 0.
    pub opening: Option<Time>,
    /// The cluster of a server that the run shows, if it does.
    pub live: Option<Live>,
    /// The rewind in progress.
    rewind: Option<Rewind>,
    /// The playback step in progress.
    moving: Option<Seek>,
    /// The next event, and the instant until which this answer is valid.
    ahead: Option<(Next, Time)>,
}

impl RunState {
    /// Creates the state of a run that has just been opened.
    pub fn new(timeline: Timeline) -> RunState {
        let story: Rc<str> = timeline.recipe().into();
        RunState {
            timeline,
            playback: Playback::default(),
            origin: story.clone(),
            recipe: story.clone(),
            story,
            revision: 0,
            is_behind: false,
            history: History::default(),
            opening: None,
            live: None,
            rewind: None,
            moving: None,
            ahead: None,
        }
    }

    /// The current state, for the undo history.
    pub fn moment(&self) -> Moment {
        Moment { at: self.timeline.now(), recipe: self.recipe.clone() }
    }

    /// Sets the recipe after the timeline was changed.
    pub fn set_recipe(&mut self, recipe: Rc<str>) {
        self.recipe = recipe;
        self.is_behind = false;
        self.revision += 1;
        self.interrupt();
    }

    /// Adds what was reported of a real cluster at an instant, and records it.
    pub fn report(&mut self, at: Time, text: &str) {
        self.timeline.set_horizon(Some(at));
        let at = self.timeline.report(text);
        while self.timeline.record(at) {}
        self.ahead = None;
        self.is_behind = true;
    }

    /// Prints the recipe if reports were added to it.
    pub fn catch_up(&mut self) {
        if std::mem::take(&mut self.is_behind) {
            self.recipe = self.timeline.recipe().into();
        }
    }

    /// Ends the current stretch of playback, because the cursor has jumped or the future has changed.
    pub fn interrupt(&mut self) {
        self.playback.interrupt();
        self.rewind = None;
        self.ahead = None;
    }

    /// Starts or stops playback. From the opening instant, it first rewinds to 0, visibly unless `is_instant`.
    pub fn play(&mut self, is_playing: bool, is_instant: bool) {
        self.playback.set_playing(is_playing);
        self.rewind = None;
        let now = self.timeline.now();
        if is_playing && self.opening.take_if(|opening| *opening == now).is_some() {
            let ms = if is_instant { 0.0 } else { REWIND_MS };
            self.rewind = Some(Rewind { from: now, begin: None, ms });
        }
    }

    /// Stops following the cluster of a server: the cursor stays where it is, or goes elsewhere.
    pub fn leave_live(&mut self) {
        if let Some(live) = &mut self.live {
            live.is_followed = false;
        }
    }

    /// Whether the run is being rewound.
    pub fn is_rewinding(&self) -> bool {
        self.rewind.is_some()
    }

    /// Whether a playback step is in progress.
    pub fn is_moving(&self) -> bool {
        self.moving.is_some()
    }

    /// Abandons the playback step in progress.
    pub fn stop_moving(&mut self) {
        self.moving = None;
    }

    /// Pauses and moves the cursor back to an instant that playback has passed.
    pub fn pause_at(&mut self, at: Time) {
        self.playback.set_playing(false);
        self.playback.interrupt();
        self.moving = Some(self.timeline.begin_seek(at));
    }

    /// Starts a playback step at a wall time, in milliseconds, unless one is in progress.
    pub fn begin_step(&mut self, wall_ms: f64, has_time: &dyn Fn() -> bool) {
        if self.moving.is_none() {
            let now = self.timeline.now();
            if let Some(live) = self.live.filter(|live| live.origin == Origin::Observed) {
                self.timeline.set_horizon(Some(live.now(wall_ms)));
            }
            let live = self.live.as_mut().filter(|_| self.playback.is_playing());
            if let Some(to) = live.and_then(|live| live.target(now, wall_ms)) {
                self.moving = (to != now).then(|| self.timeline.begin_seek(to));
                return;
            }
            if let Some(rewind) = &mut self.rewind {
                let to = rewind.cursor(wall_ms);
                if to == Time(0) {
                    self.rewind = None;
                    self.interrupt();
                }
                self.moving = (to != now).then(|| self.timeline.begin_seek(to));
                return;
            }
            // What changed is shown at the ordinary speed.
            let next = match shows_replacement(self.timeline.cluster(), now) {
                true => Next::Unknown,
                false => self.next_event(has_time),
            };
            let to = self.playback.advance(wall_ms as u64, now, next);
            self.moving = (to != now).then(|| self.timeline.begin_seek(to));
        }
    }

    /// Continues the playback step in progress while there is time. Returns true if it is now complete, and false
    /// if it is not or there was none.
    pub fn continue_step(&mut self, has_time: &dyn Fn() -> bool) -> bool {
        while let Some(seek) = &mut self.moving {
            if !self.timeline.go_on(seek) {
                self.moving = None;
                return true;
            }
            if !has_time() {
                return false;
            }
        }
        false
    }

    /// The next event within the look-ahead, as far as it is known.
    fn next_event(&mut self, has_time: &dyn Fn() -> bool) -> Next {
        let now = self.timeline.now();
        if let Some((next, _)) = self.ahead.filter(|(_, until)| now < *until) {
            return next;
        }
        loop {
            let next = self.timeline.look_ahead(now, LOOK_AHEAD_MS);
            let until = match next {
                Next::At(time) => time,
                Next::Nothing => now.plus(LOOK_AHEAD_MS / 2),
                Next::Unknown if has_time() => continue,
                Next::Unknown => return next,
            };
            self.ahead = Some((next, until));
            return next;
        }
    }

    /// The time of the last event before the cursor, or 0.
    pub fn previous_event(&self) -> Time {
        let now = self.timeline.now();
        let events = self.timeline.events();
        let before = events.partition_point(|event| event.time < now);
        before.checked_sub(1).map_or(Time(0), |index| events[index].time)
    }

    /// The number of events up to the cursor.
    pub fn seen_events(&self) -> usize {
        let now = self.timeline.now();
        self.timeline.events().partition_point(|event| event.time <= now)
    }

    /// Changes the speed by one step of the scale: up if `steps` is positive, else down.
    pub fn change_speed(&mut self, steps: i8) {
        let speed = self.playback.speed();
        self.playback.set_speed(if steps > 0 { speed.faster() } else { speed.slower() });
    }
}

/// Whether the picture shows what changed because a pod was replaced.
fn shows_replacement(cluster: &Cluster, now: Time) -> bool {
    let mut identities = cluster.identities().values();
    identities.any(|it| it.previous.is_some() && now.since(it.latest.ready_since) < SHOWN_MS)
}

/// Whether there is a command, a fault, a creation or a deletion at an instant.
pub fn is_marked(timeline: &Timeline, at: Time) -> bool {
    use EventType::{Command, Created, Deleted, Fault};
    let events = timeline.events();
    let first = events.partition_point(|event| event.time < at);
    let mut same = events[first..].iter().take_while(|event| event.time == at);
    same.any(|event| {
        matches!(event.reason.code().event_type(), Command | Fault | Created | Deleted)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::tests::first_story;
    use crate::timeline::playback::Pace;

    const ALWAYS: &dyn Fn() -> bool = &|| true;

    #[test]
    fn playback_moves_the_cursor() {
        let mut run = RunState::new(first_story(10));
        run.playback.set_playing(true);
        for frame in 0..60 {
            run.begin_step(f64::from(frame) * 16.0, ALWAYS);
            while run.continue_step(ALWAYS) {}
        }
        assert!(run.timeline.now() > Time(10_500), "{:?}", run.timeline.now());
        assert!(!run.is_moving());
    }

    #[test]
    fn nothing_is_skipped_while_the_picture_shows_what_changed() {
        let mut run = RunState::new(first_story(38));
        assert!(shows_replacement(run.timeline.cluster(), run.timeline.now()));
        run.timeline.run_line("kubectl delete pod web-2");
        run.playback.set_playing(true);
        for frame in 0..60 {
            run.begin_step(f64::from(frame) * 16.0, ALWAYS);
            while run.continue_step(ALWAYS) {}
            assert!(!matches!(run.playback.pace(), Pace::Lapse { .. }));
        }
        let mut run = RunState::new(first_story(30));
        assert!(!shows_replacement(run.timeline.cluster(), run.timeline.now()));
        run.timeline.seek(Time(46_000));
        assert!(!shows_replacement(run.timeline.cluster(), run.timeline.now()));
    }

    #[test]
    fn a_step_without_time_continues_with_the_next_frame() {
        let mut run = RunState::new(first_story(0));
        run.pause_at(Time(60_000));
        let mut slices = 0;
        while !run.continue_step(&|| false) {
            slices += 1;
            assert!(run.is_moving());
        }
        assert!(slices > 0);
        assert_eq!(run.timeline.now(), Time(60_000));
        assert!(!run.playback.is_playing());
    }

    #[test]
    fn steps_back_go_to_events() {
        let mut run = RunState::new(first_story(20));
        let before = run.previous_event();
        assert!(before < Time(20_000));
        assert!(run.timeline.events().iter().any(|event| event.time == before));
        run.timeline.seek(Time(0));
        assert_eq!(run.previous_event(), Time(0));
    }

    #[test]
    fn a_new_recipe_is_another_revision() {
        let mut run = RunState::new(first_story(20));
        let before = run.moment();
        run.timeline.run_line("crash web-0");
        run.set_recipe(run.timeline.recipe().into());
        assert_eq!(run.revision, 1);
        assert!(run.recipe != run.story && before.recipe == run.story);
    }

    #[test]
    fn marked_instants_have_commands_faults_creations_or_deletions() {
        let timeline = first_story(40);
        let created =
            timeline.events().iter().find(|it| it.reason.code().event_type() == EventType::Created);
        assert!(is_marked(&timeline, created.expect("a creation").time));
        assert!(!is_marked(&timeline, Time(39_999)));
    }
}
