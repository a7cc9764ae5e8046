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

/// The text of a lesson that begins where the cursor is, with one step.
pub fn draft(timeline: &Timeline) -> String {
    let now = timeline.now();
    let lines = notation::parse(&timeline.recipe()).unwrap_or_default();
    let lines: Vec<Line> = lines.into_iter().filter(|line| line.at_ms <= now.0).collect();
    let mut text = String::from(
        "title   My lesson\nabout   What one learns, in a sentence.\ncovers  S1\nminutes 3\n",
    );
    if let Some(begin) = milestone(past(timeline, now)) {
        text += &format!("begin   {begin}\n");
    }
    text += &format!("\n{}\nstep\nsay     Say what to look at.\n", notation::print(&lines));
    text
}

/// The steps for what was done since the run had the recipe `before` and the cursor was at `from`: a step for the
/// commands of each instant, and one for what came of them.
pub fn recorded(before: &str, from: Time, timeline: &Timeline) -> String {
    let now = timeline.now();
    let before = notation::parse(before).unwrap_or_default();
    let lines = notation::parse(&timeline.recipe()).unwrap_or_default();
    let same = before.iter().zip(&lines).take_while(|(one, other)| is_same(one, other)).count();
    let done: Vec<&Line> = lines.iter().skip(same).filter(|line| line.at_ms <= now.0).collect();
    let (mut text, mut from) = (String::new(), past(timeline, from).len());
    for lines in done.chunk_by(|one, next| one.at_ms == next.at_ms) {
        let at = lines.first().map_or(now, |line| Time(line.at_ms));
        let until = timeline.events().partition_point(|event| event.time < at);
        write_step(&mut text, "Say what to look at.", &timeline.events()[from.min(until)..until]);
        for line in lines {
            text += &format!("do      {}", line.source);
            if let Some(heredoc) = &line.heredoc {
                notation::print_heredoc(&mut text, &heredoc.text);
            }
            text.push('\n');
        }
        from = until;
    }
    let until = past(timeline, now).len();
    write_step(&mut text, "Say what happened.", &timeline.events()[from.min(until)..until]);
    text
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
    if let Some(when) = milestone(events) {
        *text += &format!("when    {when}\n");
    }
}

/// The condition that the last of these events meets that a visitor sees, or else the last one, counted from the first.
fn milestone(events: &[Event]) -> Option<String> {
    let is_seen = |event: &&Event| MILESTONES.contains(&event.reason.code());
    let last = events.iter().rfind(is_seen).or(events.last())?;
    let mut condition = Condition {
        line: 0,
        code: last.reason.code(),
        subject: last.subject.to_string(),
        args: Vec::new(),
        times: 0,
    };
    condition.times = events.iter().filter(|event| condition.is_met_by(event)).count();
    Some(condition.words())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lessons::lint;
    use crate::page::tests::first_story;

    #[test]
    fn what_is_done_becomes_a_lesson_without_errors() {
        let mut timeline = first_story(30);
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
