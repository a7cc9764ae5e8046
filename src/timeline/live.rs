//! A run that follows a clock, and is continued by several: served clusters, and the pages that show them.

use super::{Timeline, version};
use crate::api::Time;
use crate::cluster::Cluster;
use crate::kubectl::Output;
use crate::notation::{Line, NotationError};
use crate::task::Progress;
use std::rc::Rc;

impl Timeline {
    /// Lets the run go on by one step or one slice of a line, and moves the cursor along. Returns false, with the
    /// cursor at `to`, if nothing is left at or before it. Nothing may be recorded ahead of the cursor.
    pub fn live(&mut self, to: Time) -> bool {
        let went_on = self.record_once(to);
        if !self.head.is_in_line() {
            self.view = self.head.point.clone();
            self.visited = self.visited.max(self.view.now());
        }
        went_on
    }

    /// Records one more step, or one more slice of a line, while the cursor stays. Returns false if nothing is left at
    /// or before `to`.
    pub fn record(&mut self, to: Time) -> bool {
        self.record_once(to)
    }

    /// The cluster at the end of the recording.
    pub fn recorded(&self) -> &Cluster {
        self.head.point.sim.cluster()
    }

    /// Does what a terminal line says with a text below it, at the cursor.
    pub fn run_with_text(&mut self, line: &str, text: &str) -> Output {
        let run = self.begin_with_text(line, text);
        self.run_out(run)
    }

    /// Takes the lines after the cursor out of the recipe, of which nothing may be recorded yet.
    pub fn take_future(&mut self) -> Vec<Line> {
        let done = self.view.lines_done.min(self.lines.len());
        Rc::make_mut(&mut self.lines).split_off(done)
    }

    /// Adds lines to the recipe that come after all others.
    pub fn add_future(&mut self, lines: Vec<Line>) {
        Rc::make_mut(&mut self.lines).extend(lines);
    }

    /// Records nothing after this instant until it is moved: what comes later is not known yet. With `None`, the run continues.
    pub fn set_horizon(&mut self, horizon: Option<Time>) {
        self.horizon = horizon;
    }

    /// Adds what was reported of a real cluster, at the horizon or at the end of what is recorded. Returns its instant.
    pub fn report(&mut self, text: &str) -> Time {
        while self.head.is_in_line() {
            self.record_once(self.head.point.now());
        }
        let last = self.lines.last().map_or(0, |line| line.at_ms);
        let recorded = self.head.point.now().max(self.view.now());
        let at = self.horizon.unwrap_or_default().max(recorded).max(Time(last));
        self.horizon = self.horizon.map(|horizon| horizon.max(at));
        if let Ok(line) = super::line::with_text("observe", text) {
            Rc::make_mut(&mut self.lines).push(Line { at_ms: at.0, ..line });
        }
        at
    }

    /// Whether the recipe only has reports of a real cluster, and this many lines.
    pub fn has_only_reports(&self, count: usize) -> bool {
        let is_report = |line: &&Line| line.source == "observe";
        let setup = self.lines.iter().take_while(|line| !is_report(line)).count();
        let is_setup = |line: &Line| {
            line.source.starts_with("observed ") || line.source.starts_with("kubernetes ")
        };
        self.lines.len() == count
            && self.lines.iter().take(setup).all(is_setup)
            && self.lines.iter().skip(setup).all(|line| is_report(&line))
    }

    /// How many lines the recipe has.
    pub fn count_lines(&self) -> usize {
        self.lines.len()
    }

    /// The last line before the cursor and the text below it, if there is one.
    pub fn last_line(&self) -> Option<(&str, Option<&str>)> {
        let line = self.lines.get(..self.view.lines_done)?.last()?;
        let text = line.heredoc.as_ref().map(|heredoc| heredoc.text.as_str());
        Some((&line.source, text))
    }

    /// Drops what was recorded after the cursor. The recipe stays.
    pub fn drop_recorded(&mut self) {
        let kept = self.view.sim.next_event();
        Rc::make_mut(&mut self.events).retain(|event| event.number < kept);
        self.checkpoints.drop_after(&self.view);
        self.head.restart(self.view.clone());
    }

    /// Plays another recipe instead, to an instant, in slices. What both recipes have in common is not played again.
    ///
    /// # Errors
    /// As [`Timeline::new`].
    pub async fn adopt(
        &mut self,
        recipe: &str,
        to: Time,
        progress: &Progress,
    ) -> Result<(), Vec<NotationError>> {
        let lines = version::read(recipe)?;
        let common = self.lines.iter().zip(&lines).take_while(|(one, other)| is_same(one, other));
        let common = common.count();
        let first = [self.lines.get(common), lines.get(common)].into_iter().flatten();
        if let Some(first) = first.map(|line| line.at_ms).min() {
            if first == 0 {
                let timeline = Timeline::open(recipe, to, progress).await?;
                self.replace(timeline);
                return Ok(());
            }
            self.seek_in_slices(Time(first - 1), progress).await;
            self.drop_future();
            self.lines = Rc::new(lines);
        }
        self.seek_in_slices(to, progress).await;
        Ok(())
    }
}

/// Whether two lines do the same at the same instant.
fn is_same(one: &Line, other: &Line) -> bool {
    let text = |line: &Line| line.heredoc.as_ref().map(|heredoc| heredoc.text.clone());
    (one.at_ms, &one.source, text(one)) == (other.at_ms, &other.source, text(other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task;

    /// Three pods, and what happens to them.
    fn story() -> String {
        let first = include_str!("../../static/stories/first.ordinal").split("\nat ").next();
        let head = first.unwrap_or_default();
        format!(
            "{head}\nat 20s kubectl scale statefulset web --replicas=1\nat 40s kubectl delete pod web-0\n"
        )
    }

    fn adopted(before: &str, at: u64, recipe: &str, to: u64) -> Timeline {
        let mut timeline = Timeline::new(before).expect("a recipe");
        timeline.seek(Time(at));
        task::finish(timeline.adopt(recipe, Time(to), &Progress::default())).expect("a recipe");
        timeline
    }

    #[test]
    fn an_adopted_recipe_plays_as_if_it_was_opened() {
        let others = [
            story().replace("--replicas=1", "--replicas=5"),
            story().replace("at 40s kubectl delete pod web-0\n", ""),
            story() + "at 45s node node-1 off\n",
            story().replacen("\n", "\nseed 9\n", 1),
            story(),
        ];
        for other in others {
            for (at, to) in [(0, 60_000), (30_000, 60_000), (70_000, 10_000), (70_000, 90_000)] {
                let mut fresh = Timeline::new(&other).expect("a recipe");
                fresh.seek(Time(to));
                let timeline = adopted(&story(), at, &other, to);
                assert_eq!(timeline.cluster(), fresh.cluster(), "from {at} to {to}: {other}");
                assert_eq!(timeline.recipe(), fresh.recipe());
                let until = |timeline: &Timeline| {
                    let passed = timeline.events().iter().filter(|event| event.time.0 <= to);
                    passed.map(ToString::to_string).collect::<Vec<_>>()
                };
                assert_eq!(until(&timeline), until(&fresh));
            }
        }
    }

    /// A report of a pod in a phase.
    fn pod(phase: &str) -> String {
        format!(
            r#"{{"type":"ADDED","object":{{"apiVersion":"v1","kind":"Pod","metadata":{{"name":"web-0","namespace":"shop"}},"spec":{{"nodeName":"node-1"}},"status":{{"phase":"{phase}"}}}}}}"#
        )
    }

    #[test]
    fn reports_are_added_while_the_cursor_is_in_the_past() {
        let head = "ordinal 1\nkubernetes 1.37\nobserved from=2026-11-20T22:00:00Z recording\n";
        let mut timeline = Timeline::new(head).expect("a recipe");
        let phase = |timeline: &Timeline| {
            let pods = &timeline.cluster().store.pods;
            pods.iter().map(|pod| pod.status.phase.name()).collect::<Vec<_>>()
        };
        timeline.set_horizon(Some(Time(1_000)));
        assert_eq!(timeline.report(&pod("Pending")), Time(1_000));
        timeline.set_horizon(Some(Time(2_000)));
        assert_eq!(timeline.next_event_after(Time(1_500), 60_000), None);
        timeline.seek(Time(90_000));
        assert_eq!((timeline.now(), phase(&timeline)), (Time(2_000), vec!["Pending"]));
        timeline.seek(Time(500));
        for second in 3..400 {
            timeline.set_horizon(Some(Time(second * 1_000)));
            let word = if second % 2 == 0 { "Running" } else { "Failed" };
            assert_eq!(timeline.report(&pod(word)), Time(second * 1_000));
        }
        assert_eq!((timeline.now(), phase(&timeline).len()), (Time(500), 0));
        timeline.seek(Time(300_500));
        assert_eq!(phase(&timeline), ["Running"]);
        assert!(timeline.checkpoints() > 10, "{}", timeline.checkpoints());
        let count = timeline.count_lines();
        assert!(timeline.has_only_reports(count) && !timeline.has_only_reports(count - 1));
        let mut again = Timeline::new(&timeline.recipe()).expect("the same recipe");
        again.seek(Time(300_500));
        assert_eq!(again.cluster(), timeline.cluster());
        timeline.run_line("simulate");
        assert!(!timeline.has_only_reports(timeline.count_lines()));
    }
}
