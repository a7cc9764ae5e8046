//! Guided stories: the active lesson and the list of lessons.

use crate::api::Time;
use crate::lessons::{Guide, Phase, parse};
use crate::notation::NotationError;
use crate::scene::Callout;
use crate::task::Progress;
use crate::timeline::{Timeline, normalized};
use std::rc::Rc;

/// An entry of the list of lessons.
#[derive(Debug, PartialEq, Eq)]
pub struct ListedLesson {
    /// The name of the file, without its extension.
    pub name: String,
    /// The duration, in minutes.
    pub minutes: String,
    /// The statements that the lesson covers, such as `S1, S5`.
    pub covers: String,
    /// The title.
    pub title: String,
    /// What the lesson teaches, in a sentence.
    pub about: String,
    /// Whether the user has completed the lesson.
    pub is_done: bool,
}

/// Lessons that had another name when progress was stored: the name then, and now.
const RENAMED: [(&str, &str); 1] = [("master", "primary")];

/// Parses the list of lessons. Each line has a name, minutes, statements, a title and a sentence, separated
/// by tabs; incomplete lines are skipped. `done` has the names of the completed lessons, one per line.
pub fn parse_list(text: &str, done: &str) -> Vec<ListedLesson> {
    let entry = |line: &str| {
        let mut parts = line.split('\t').map(str::to_owned);
        let name = parts.next()?;
        Some(ListedLesson {
            is_done: done.lines().any(|it| it == name || RENAMED.contains(&(it, name.as_str()))),
            name,
            minutes: parts.next()?,
            covers: parts.next()?,
            title: parts.next()?,
            about: parts.next()?,
        })
    };
    text.lines().filter_map(entry).collect()
}

/// Parses a lesson and plays its recipe to a step, counted from 1; what the steps before it ask for is done.
///
/// # Errors
/// The errors of the lesson or its recipe.
pub async fn open(
    text: &str,
    step: usize,
    progress: &Progress,
) -> Result<(Guide, Timeline), Vec<NotationError>> {
    let lesson = Rc::new(parse(text)?);
    let mut timeline = Timeline::open(&lesson.recipe, Time(0), progress).await?;
    let mut guide = Guide::new(lesson, &mut timeline, progress).await;
    for _ in 1..step {
        if guide.is_last() {
            break;
        }
        if guide.step().goal.is_some() {
            guide.perform(&mut timeline, progress).await;
            guide.skip_to_goal(&mut timeline, progress).await;
        }
        guide.go_on(&mut timeline, progress).await;
    }
    Ok((guide, timeline))
}

/// Begins a lesson that tells the run on the page: its recipe is that of the run, and it begins at instant 0. `None`
/// for any other lesson.
pub fn join(text: &str, timeline: &Timeline) -> Option<Guide> {
    let lesson = parse(text).ok().filter(|lesson| lesson.begin.is_none())?;
    let is_same = normalized(&lesson.recipe)? == timeline.recipe();
    is_same.then(|| Guide::at_start(Rc::new(lesson), timeline))
}

/// The lesson in progress.
pub struct ActiveLesson {
    /// The name of its file, or its address.
    pub name: String,
    /// The text of the lesson.
    pub text: Rc<str>,
    /// The position in the lesson.
    pub guide: Guide,
    /// Whether the user has left the lesson, and can come back to it.
    pub is_left: bool,
    /// Whether the hint is shown.
    pub has_hint: bool,
}

impl ActiveLesson {
    /// The parts of a saved run from which [`ActiveLesson::unpack`] restores the lesson.
    pub fn pack(&self) -> Vec<String> {
        let is_left = if self.is_left { "left" } else { "" };
        let mut parts = vec![self.name.clone(), self.text.to_string(), is_left.into()];
        parts.extend(self.guide.kept());
        parts
    }

    /// Restores a lesson from its parts. `None` if they are not those of a lesson.
    pub fn unpack(parts: &[String]) -> Option<ActiveLesson> {
        let [name, text, is_left, marks @ ..] = parts else { return None };
        let guide = Guide::resume(Rc::new(parse(text).ok()?), marks)?;
        let (name, text) = (name.clone(), text.as_str().into());
        Some(ActiveLesson { name, text, guide, is_left: !is_left.is_empty(), has_hint: false })
    }

    /// The phase of the current step.
    pub fn phase(&self, timeline: &Timeline) -> Phase {
        self.guide.phase(timeline.events(), timeline.now())
    }

    /// Whether going on would run this line.
    pub fn expects(&self, line: &str, timeline: &Timeline) -> bool {
        !self.is_left && self.phase(timeline) == Phase::Arrived && self.guide.expects(line)
    }

    /// What the picture points at in the current step, except during a question.
    pub fn callout(&self, timeline: &Timeline) -> Option<Rc<Callout>> {
        let point = self.guide.step().point.as_ref().filter(|_| !self.is_left)?;
        if self.phase(timeline) == Phase::Asking {
            return None;
        }
        Some(Rc::new(Callout { target: point.target.clone(), text: point.text.clone() }))
    }

    /// Whether the lesson continues by itself, and ends with the first action of the user.
    pub fn is_continuous(&self) -> bool {
        self.guide.lesson().is_continuous
    }

    /// Passes the steps that playback has completed. Returns whether the last step has arrived.
    pub fn pass(&mut self, timeline: &Timeline) -> bool {
        let (events, now) = (timeline.events(), timeline.now());
        while self.guide.continues(events, now) {
            self.guide.pass(timeline);
        }
        self.guide.is_last() && self.phase(timeline) == Phase::Arrived
    }

    /// Chooses an answer, unless the step has not reached its question.
    pub fn answer(&mut self, index: usize, timeline: &Timeline) {
        if self.phase(timeline) != Phase::Waiting {
            self.guide.choose(index);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::finish;

    const LESSON: &str = include_str!("../../static/lessons/in-order.lesson");

    /// The lesson and its run, at the first step.
    fn active() -> (ActiveLesson, Timeline) {
        let (guide, timeline) = finish(open(LESSON, 1, &Progress::default())).expect("a lesson");
        let (name, text) = ("in-order".into(), LESSON.into());
        (ActiveLesson { name, text, guide, is_left: true, has_hint: true }, timeline)
    }

    #[test]
    fn a_packed_lesson_is_restored() {
        let (lesson, timeline) = active();
        let restored = ActiveLesson::unpack(&lesson.pack()).expect("a lesson");
        assert_eq!((&*restored.name, &*restored.text), ("in-order", LESSON));
        assert!(restored.is_left && !restored.has_hint);
        assert_eq!(restored.guide.index(), lesson.guide.index());
        assert_eq!(restored.phase(&timeline), lesson.phase(&timeline));
        assert_eq!(restored.pack(), lesson.pack());
    }

    const INTRODUCTION: &str = include_str!("../../static/lessons/first-minute.lesson");

    /// The lesson with which the page opens, on the run with which it opens.
    fn introduction() -> (ActiveLesson, Timeline) {
        let timeline = crate::page::tests::first_story(26);
        let guide = join(INTRODUCTION, &timeline).expect("the lesson tells the first story");
        let (name, text) = ("first-minute".into(), INTRODUCTION.into());
        (ActiveLesson { name, text, guide, is_left: false, has_hint: false }, timeline)
    }

    #[test]
    fn the_page_opens_with_a_lesson_on_its_story() {
        let (lesson, timeline) = introduction();
        assert!(lesson.is_continuous() && lesson.callout(&timeline).is_some());
        assert!(join(LESSON, &timeline).is_none());
        let begin = INTRODUCTION.replacen("pace ", "begin PodReady pod/web-2\npace ", 1);
        assert!(join(&begin, &timeline).is_none());
    }

    #[test]
    fn a_lesson_that_continues_by_itself_follows_the_run_to_its_question() {
        let (mut lesson, mut timeline) = introduction();
        let mut steps = vec![];
        for tenths in 0..450 {
            timeline.seek(Time(tenths * 100));
            let is_over = lesson.pass(&timeline);
            assert_eq!(is_over, lesson.guide.is_last());
            if steps.last() != Some(&lesson.guide.index()) {
                steps.push(lesson.guide.index());
            }
            if lesson.phase(&timeline) == Phase::Asking {
                assert!(tenths < 260, "the first question comes within 30 s, with the opening");
                lesson.answer(0, &timeline);
                finish(lesson.guide.go_on(&mut timeline, &Progress::default()));
                let answer = lesson.guide.last_answer().expect("an answer");
                assert!(answer.is_right);
            }
        }
        assert_eq!(steps, (1..lesson.guide.lesson().steps.len()).collect::<Vec<_>>());
    }

    #[test]
    fn damaged_parts_are_no_lesson() {
        let parts = active().0.pack();
        for length in 0..4 {
            assert!(ActiveLesson::unpack(&parts[..length]).is_none(), "{length}");
        }
        let mut other = parts.clone();
        other[1] = "no lesson".into();
        assert!(ActiveLesson::unpack(&other).is_none());
    }

    #[test]
    fn the_list_knows_what_is_done() {
        let text = include_str!("../../static/lessons/index.txt");
        let list = parse_list(text, "in-order\nscaling\n");
        assert_eq!(list.len(), text.lines().count());
        assert!(list.iter().all(|it| it.is_done == ["in-order", "scaling"].contains(&&*it.name)));
        assert!(parse_list(text, "master\n").iter().any(|it| it.is_done && it.name == "primary"));
        assert_eq!(parse_list("a\t1\tS1\tTitle\n\n", ""), []);
    }

    #[test]
    fn the_next_line_is_expected_until_the_lesson_is_left() {
        const CRASH: &str = "title Test\nabout A test.\ncovers S1\nminutes 1\n\nordinal 1\n\n\
                             step\nsay One.\n\nstep\nsay Two.\ndo crash web-0\n\nstep\nsay Three.\n";
        let (guide, mut timeline) = finish(open(CRASH, &Progress::default())).expect("a lesson");
        let (name, text) = ("test".into(), CRASH.into());
        let mut lesson = ActiveLesson { name, text, guide, is_left: false, has_hint: false };
        assert!(!lesson.expects("crash web-0", &timeline));
        finish(lesson.guide.go_on(&mut timeline, &Progress::default()));
        assert!(lesson.expects("crash  web-0", &timeline));
        assert!(!lesson.expects("crash web-1", &timeline));
        lesson.is_left = true;
        assert!(!lesson.expects("crash web-0", &timeline));
    }
}
