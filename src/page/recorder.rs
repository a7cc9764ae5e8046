//! From what a visitor does to the steps of a lesson.

use crate::api::Time;
use crate::cluster::{Code, Event};
use crate::lessons::Condition;
use crate::notation::{self, Line};
use crate::timeline::Timeline;

/// Events that a visitor sees, and a step can wait for.
const MILESTONES: [Code; 12] = [
    Code::PodReady,
    Code::PodStopped,
    Code::UpdateComplete,
    Code::NodeNotReady,
    Code::FailedScheduling,
    Code::BackOff,
    Code::PullBackOff,
    Code::ContainerRestarted,
    Code::NoQuorum,
    Code::CloneFailed,
    Code::UpdateStuck,
    Code::MultiAttach,
];

/// The text of a lesson that begins about where the cursor is, with at least one step.
pub fn draft(timeline: &Timeline) -> String {
    let now = timeline.now();
    let mut lines = notation::parse(&timeline.recipe()).unwrap_or_default();
    lines.retain(|line| line.at_ms <= now.0);
    let mut text = String::from(
        "title   My lesson\nabout   What one learns, in a sentence.\ncovers  S1\nminutes 3\n",
    );
    let events = past(timeline, now);
    // The lesson begins after the last command of its recipe, so that its steps replace none.
    let last = lines.last().map_or(0, |line| line.at_ms);
    let first = events.partition_point(|event| event.time.0 < last);
    let first = if first < events.len() { first } else { 0 };
    let begin = milestone(events, first);
    let (at, from) = begin.map_or((0, 0), |index| (events[index].time.0, index + 1));
    if let Some(begin) = begin {
        text += &format!("begin   {}\n", condition(events, begin));
    }
    let rest = lines.partition_point(|line| line.at_ms <= at);
    text += &format!("\n{}\nstep\nsay     Say what to look at.\n", notation::print(&lines[..rest]));
    write_steps(&mut text, &lines[rest..], from, timeline);
    text
}

/// The steps for what was done since the run had the recipe `before` and the cursor was at `from`: a step for the
/// commands of each instant, and one for what came of them.
pub fn recorded(before: &str, from: Time, timeline: &Timeline) -> String {
    let now = timeline.now();
    let before = notation::parse(before).unwrap_or_default();
    let lines = notation::parse(&timeline.recipe()).unwrap_or_default();
    let same = before.iter().zip(&lines).take_while(|(one, other)| is_same(one, other)).count();
    let lines = lines.into_iter().skip(same).filter(|line| line.at_ms <= now.0);
    let lines: Vec<Line> = lines.collect();
    let (mut text, from) = (String::new(), past(timeline, from).len());
    match lines.is_empty() {
        true => write_step(&mut text, "Say what happened.", since(timeline, from, now)),
        false => write_steps(&mut text, &lines, from, timeline),
    }
    text
}

/// Writes the steps for commands, and one for what came of the last of them. `from` is the first event that counts.
fn write_steps(text: &mut String, lines: &[Line], mut from: usize, timeline: &Timeline) {
    for lines in lines.chunk_by(|one, next| one.at_ms == next.at_ms) {
        let at = lines.first().map_or(Time(0), |line| Time(line.at_ms));
        let until = timeline.events().partition_point(|event| event.time < at);
        write_step(text, "Say what to look at.", &timeline.events()[from.min(until)..until]);
        for line in lines {
            *text += &format!("do      {}", line.source);
            if let Some(heredoc) = &line.heredoc {
                notation::print_heredoc(text, &heredoc.text);
            }
            text.push('\n');
        }
        from = until;
    }
    if !lines.is_empty() {
        write_step(text, "Say what happened.", since(timeline, from, timeline.now()));
    }
}

/// The events from an index to an instant.
fn since(timeline: &Timeline, from: usize, now: Time) -> &[Event] {
    let past = past(timeline, now);
    &past[from.min(past.len())..]
}

/// The events up to an instant.
fn past(timeline: &Timeline, now: Time) -> &[Event] {
    let events = timeline.events();
    &events[..events.partition_point(|event| event.time <= now)]
}

fn is_same(one: &Line, other: &Line) -> bool {
    let text = |line: &Line| line.heredoc.as_ref().map(|heredoc| heredoc.text.clone());
    one.at_ms == other.at_ms && one.source == other.source && text(one) == text(other)
}

fn write_step(text: &mut String, caption: &str, events: &[Event]) {
    *text += &format!("\nstep\nsay     {caption}\n");
    if let Some(index) = milestone(events, 0) {
        *text += &format!("when    {}\n", condition(events, index));
    }
}

/// The last of these events, from the first that may be, that a visitor sees; or else the last one.
fn milestone(events: &[Event], first: usize) -> Option<usize> {
    let is_seen = |event: &Event| MILESTONES.contains(&event.reason.code());
    let seen = events[first..].iter().rposition(is_seen);
    seen.map(|index| first + index).or(events.len().checked_sub(1))
}

/// The condition that the event at an index is the first to meet.
fn condition(events: &[Event], index: usize) -> String {
    let event = &events[index];
    let mut condition = Condition {
        line: 0,
        code: event.reason.code(),
        subject: event.subject.to_string(),
        args: Vec::new(),
        times: 0,
    };
    condition.times = events[..=index].iter().filter(|event| condition.is_met_by(event)).count();
    condition.words()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lessons::lint;
    use crate::page::tests::first_story;

    #[test]
    fn what_is_done_becomes_a_lesson_without_errors() {
        let mut timeline = first_story(26);
        timeline.seek(Time(26_700));
        let mut text = draft(&timeline);
        assert!(text.contains("begin   PodReady pod/web-2\n\nordinal 1\n"), "{text}");
        let (before, from) = (timeline.recipe(), timeline.now());
        timeline.run_line("kubectl delete pod web-1");
        timeline.run_line("kubectl annotate pod web-0 note=\"a # b\"");
        timeline.seek(Time(45_000));
        timeline.run_line(
            "kubectl apply -f - <<EOF\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\nEOF",
        );
        timeline.seek(Time(46_000));
        let steps = recorded(&before, from, &timeline);
        assert_eq!(
            steps,
            "\nstep\nsay     Say what to look at.\ndo      kubectl delete pod web-1\n\
             do      kubectl annotate pod web-0 note=\"a # b\"\n\n\
             step\nsay     Say what to look at.\nwhen    PodReady pod/web-1\n\
             do      kubectl apply -f - <<EOF\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\nEOF\n\n\
             step\nsay     Say what happened.\nwhen    Applied configmap/a\n"
        );
        text += &steps;
        assert_eq!(lint(&text).errors, []);
    }

    #[test]
    fn a_draft_can_be_finished_wherever_it_begins() {
        for seconds in 0..60 {
            let text = draft(&first_story(seconds));
            assert_eq!(lint(&text).errors, [], "at {seconds} s:\n{text}");
        }
    }

    #[test]
    fn without_a_change_there_is_a_step_for_the_time_that_passed() {
        let mut timeline = first_story(3);
        let (before, from) = (timeline.recipe(), timeline.now());
        timeline.seek(Time(30_000));
        let steps = recorded(&before, from, &timeline);
        assert_eq!(steps, "\nstep\nsay     Say what happened.\nwhen    PodReady pod/web-2\n");
        // Back in the past, nothing has passed.
        timeline.seek(Time(1_000));
        let from = Time(30_000);
        assert_eq!(recorded(&before, from, &timeline), "\nstep\nsay     Say what happened.\n");
    }
}
