//! The guided story that is active.

use super::word::word;
use crate::api::Time;
use crate::api::json::quoted;
use crate::lessons::{Guide, Panel, Phase, parse};
use crate::notation::NotationError;
use crate::scene::Callout;
use crate::task::Progress;
use crate::timeline::{Timeline, normalized};
use std::rc::Rc;

/// Parses a lesson, puts its answers into the order of a seed, and plays its recipe to a step, counted from 1; what the
/// steps before it ask for is done.
///
/// # Errors
/// The errors of the lesson or its recipe.
pub async fn open(
    text: &str,
    seed: u64,
    step: usize,
    progress: &Progress,
) -> Result<(Guide, Timeline), Vec<NotationError>> {
    let mut lesson = parse(text)?;
    lesson.shuffle(seed);
    let lesson = Rc::new(lesson);
    let mut timeline = Timeline::open(&lesson.recipe, Time(0), progress).await?;
    let mut guide = Guide::new(lesson, &mut timeline, progress).await;
    for _ in 1..step {
        if guide.is_last() {
            break;
        }
        if guide.step().goal.is_some() {
            guide.show(&mut timeline, progress).await;
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
    /// The seed for the order of the answers; 0 keeps the order of the text.
    pub seed: u64,
    /// The step that is replayed; it is no longer masked.
    pub replayed: Option<usize>,
    /// The step at whose goal playback has paused.
    paused: Option<usize>,
}

impl ActiveLesson {
    /// A lesson at its first step.
    pub fn new(name: &str, text: &str, guide: Guide, seed: u64) -> ActiveLesson {
        let (name, text) = (name.to_owned(), text.into());
        let (is_left, has_hint, replayed, paused) = (false, false, None, None);
        ActiveLesson { name, text, guide, is_left, has_hint, seed, replayed, paused }
    }

    /// The parts of a saved run from which [`ActiveLesson::unpack`] restores the lesson.
    pub fn pack(&self) -> Vec<String> {
        let is_left = if self.is_left { "left" } else { "" };
        let seed = self.seed.to_string();
        let mut parts = vec![self.name.clone(), self.text.to_string(), is_left.into(), seed];
        parts.extend(self.guide.kept());
        parts
    }

    /// Restores a lesson from its parts. `None` if they are not those of a lesson.
    pub fn unpack(parts: &[String]) -> Option<ActiveLesson> {
        let [name, text, is_left, seed, marks @ ..] = parts else { return None };
        let mut lesson = parse(text).ok()?;
        let seed = seed.parse().ok()?;
        lesson.shuffle(seed);
        let guide = Guide::resume(Rc::new(lesson), marks)?;
        let is_left = !is_left.is_empty();
        Some(ActiveLesson { is_left, ..ActiveLesson::new(name, text, guide, seed) })
    }

    /// The word to compare with other screens.
    pub fn word(&self, timeline: &Timeline) -> &'static str {
        word(&self.text, self.guide.index(), timeline.cluster())
    }

    /// The lesson, its step, counted from 1, the answers in the order on the screen, and the word, as JSON.
    pub fn told(&self, timeline: &Timeline) -> String {
        let answers = self.guide.step().question.iter().flat_map(|question| &question.answers);
        let answers: Vec<String> = answers.map(|answer| quoted(&answer.text)).collect();
        let phase = match self.phase(timeline) {
            Phase::Waiting => "waiting",
            Phase::Asking => "asking",
            Phase::Acting => "acting",
            Phase::Failed(_) => "failed",
            Phase::Arrived => "arrived",
        };
        let fields = [
            ("name", quoted(&self.name)),
            ("text", quoted(&self.text)),
            ("step", (self.guide.index() + 1).to_string()),
            ("answers", format!("[{}]", answers.join(","))),
            ("phase", quoted(phase)),
            ("isLeft", self.is_left.to_string()),
            ("word", quoted(self.word(timeline))),
        ];
        let fields = fields.map(|(name, value)| format!("\"{name}\":{value}"));
        format!("{{{}}}", fields.join(","))
    }

    /// The phase of the current step.
    pub fn phase(&self, timeline: &Timeline) -> Phase {
        self.guide.phase(timeline)
    }

    /// The panels that are hidden because they would give away the answer to an open prediction.
    pub fn masked(&self, timeline: &Timeline) -> &[Panel] {
        match self.is_left || self.replayed == Some(self.guide.index()) {
            true => &[],
            false => self.guide.masked(self.phase(timeline)),
        }
    }

    /// The panel that the step is about, once the step has arrived.
    pub fn panel(&self, timeline: &Timeline) -> Option<Panel> {
        let panel = self.guide.step().panel.filter(|_| !self.is_left)?;
        let phase = self.phase(timeline);
        let is_shown = phase != Phase::Waiting && !self.guide.masked(phase).contains(&panel);
        is_shown.then_some(panel)
    }

    /// Whether the step plays without another click, because the user has made a prediction.
    pub fn plays_at_once(&self, timeline: &Timeline) -> bool {
        self.phase(timeline) == Phase::Waiting && self.guide.last_answer().is_some()
    }

    /// When playback pauses, if it has passed that instant since `from`.
    pub fn pauses(&mut self, timeline: &Timeline, from: Time) -> Option<Time> {
        let at = self.guide.ends(timeline, from).filter(|at| *at <= timeline.now())?;
        let is_decided = matches!(self.phase(timeline), Phase::Arrived | Phase::Failed(_));
        let decided = (is_decided && self.guide.step().goal.is_some()).then(|| self.guide.index());
        // A state stays true, but counts as reached only once.
        let was_decided = std::mem::replace(&mut self.paused, decided);
        (decided.is_none() || decided != was_decided).then_some(at)
    }

    /// Whether the user is watching the outcome of the previous step's prediction, and does not know the answer yet.
    pub fn is_watching(&self, timeline: &Timeline) -> bool {
        !self.is_continuous()
            && self.replayed != Some(self.guide.index())
            && self.plays_at_once(timeline)
    }

    /// Why a command in the current step does not help, or violates a guard.
    pub fn misstep(&self, timeline: &Timeline) -> Option<&str> {
        let step = self.guide.step();
        let phase = self.phase(timeline);
        if let Some(guard) = self.guide.guard(phase) {
            return Some(&guard.reply);
        }
        if phase != Phase::Acting || step.wrongs.is_empty() {
            return None;
        }
        let recipe = timeline.recipe();
        let done = recipe.get(self.guide.recipe().len()..)?;
        let wrong = step.wrongs.iter().rfind(|wrong| done.contains(&wrong.action.text))?;
        Some(&wrong.reply)
    }

    /// Resets the state of a step that is restarted.
    pub fn restart(&mut self) {
        self.has_hint = false;
        self.replayed = None;
        self.paused = None;
    }

    /// Whether going on would run this line.
    pub fn expects(&self, line: &str, timeline: &Timeline) -> bool {
        !self.is_left && self.phase(timeline) == Phase::Arrived && self.guide.expects(line)
    }

    /// What the picture points at in the current step, except during a question.
    pub fn callout(&self, timeline: &Timeline) -> Option<Rc<Callout>> {
        let point = self.guide.step().point.as_ref().filter(|_| !self.is_left)?;
        let phase = self.phase(timeline);
        let is_hidden = match self.is_continuous() {
            true => phase == Phase::Asking,
            false => self.guide.is_predicting(phase) && self.replayed != Some(self.guide.index()),
        };
        if is_hidden {
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
        while self.guide.continues(timeline) {
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
        let (guide, timeline) = finish(open(LESSON, 9, 1, &Progress::default())).expect("a lesson");
        let lesson = ActiveLesson::new("in-order", LESSON, guide, 9);
        (ActiveLesson { is_left: true, has_hint: true, ..lesson }, timeline)
    }

    #[test]
    fn a_packed_lesson_is_restored() {
        let (lesson, timeline) = active();
        let restored = ActiveLesson::unpack(&lesson.pack()).expect("a lesson");
        assert_eq!((&*restored.name, &*restored.text), ("in-order", LESSON));
        assert!(restored.is_left && !restored.has_hint);
        assert_eq!(restored.guide.lesson(), lesson.guide.lesson());
        assert_eq!(restored.guide.index(), lesson.guide.index());
        assert_eq!(restored.phase(&timeline), lesson.phase(&timeline));
        assert_eq!(restored.pack(), lesson.pack());
    }

    #[test]
    fn a_lesson_tells_its_step_and_its_answers_as_they_are_shown() {
        let (mut lesson, timeline) = active();
        let told = lesson.told(&timeline);
        assert!(told.starts_with("{\"name\":\"in-order\",\"text\":\"title "), "{told}");
        assert!(
            told.contains("\"step\":1,\"answers\":[],\"phase\":\"waiting\",\"isLeft\":true"),
            "{told}"
        );
        let (guide, timeline) = finish(open(LESSON, 9, 2, &Progress::default())).expect("a lesson");
        lesson.guide = guide;
        let question = lesson.guide.step().question.clone().expect("a question");
        let shown: Vec<String> = question.answers.iter().map(|it| quoted(&it.text)).collect();
        assert!(lesson.told(&timeline).contains(&format!("\"answers\":[{}]", shown.join(","))));
    }

    const INTRODUCTION: &str = include_str!("../../static/lessons/first-minute.lesson");

    /// The lesson with which the page opens, on the run with which it opens.
    fn introduction() -> (ActiveLesson, Timeline) {
        let timeline = crate::page::tests::first_story(26);
        let guide = join(INTRODUCTION, &timeline).expect("the lesson tells the first story");
        (ActiveLesson::new("first-minute", INTRODUCTION, guide, 0), timeline)
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
    fn the_next_line_is_expected_until_the_lesson_is_left() {
        const CRASH: &str = "title Test\nabout A test.\ncovers S1\nminutes 1\n\nordinal 1\n\n\
                             step\nsay One.\n\nstep\nsay Two.\ndo crash web-0\n\nstep\nsay Three.\n";
        let (guide, mut timeline) =
            finish(open(CRASH, 0, 1, &Progress::default())).expect("a lesson");
        let mut lesson = ActiveLesson::new("test", CRASH, guide, 0);
        assert!(!lesson.expects("crash web-0", &timeline));
        finish(lesson.guide.go_on(&mut timeline, &Progress::default()));
        assert!(lesson.expects("crash  web-0", &timeline));
        assert!(!lesson.expects("crash web-1", &timeline));
        lesson.is_left = true;
        assert!(!lesson.expects("crash web-0", &timeline));
    }
}
