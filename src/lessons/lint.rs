//! Reads a lesson and goes through it with the right answers: what a visitor would meet.

use super::entry::fault;
use super::guide::PATIENCE_MS;
use super::moments::find;
use super::notes::missing_notes;
use super::repairs::{Repaired, Tried, done, repairs};
use super::shown::{panel_of, too_many_words, unknown_name};
use super::{Check, Condition, Did, Guide, Lesson, Phase, Step, parse};
use crate::api::Time;
use crate::cluster::Event;
use crate::map::Set;
use crate::notation::{self, NotationError, format_duration};
use crate::task::{Progress, finish};
use crate::timeline::Timeline;
use std::rc::Rc;

/// How long a caption must be shown in a lesson that continues by itself, in milliseconds.
const CAPTION_MIN_MS: u64 = 2_000;

/// What came of playing a lesson.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// What is wrong with the text; or, if that is well, with its recipe; or, if that is well too, with
    /// the first step that a visitor would not get beyond.
    pub errors: Vec<NotationError>,
    /// The log of the run, as far as it went.
    pub events: Vec<Event>,
    /// When each step arrived.
    pub arrivals: Vec<Time>,
    /// How many recorded repairs were played.
    pub repairs: usize,
    /// How many wrong repairs were tried.
    pub wrong: usize,
}

/// Reads a lesson, plays it, and looks whether each step arrives and each goal is reached.
pub fn lint(text: &str) -> Verdict {
    finish(lint_in_slices(text, &Progress::default()))
}

/// Does the same as [`lint()`], in slices.
pub async fn lint_in_slices(text: &str, progress: &Progress) -> Verdict {
    let mut verdict = Verdict::default();
    match begin(text, progress).await {
        Ok((lesson, mut timeline)) => {
            verdict.errors.extend(too_many_words(&lesson));
            verdict.errors.extend(missing_notes(&lesson));
            let mut tried = Tried::default();
            let outcome =
                play(&lesson, &mut timeline, &mut verdict.arrivals, &mut tried, progress).await;
            verdict.errors.extend(outcome.err());
            let goals = lesson.steps.iter().filter(|step| step.goal.is_some()).count();
            verdict.repairs = goals + tried.repaired.len();
            verdict.wrong = tried.wrong;
            for Repaired { mut guide, mut timeline } in tried.repaired {
                let (arrivals, tried) = (&mut Vec::new(), &mut Tried::default());
                let outcome = play_on(&mut guide, &mut timeline, arrivals, tried, progress).await;
                verdict.errors.extend(outcome.err());
            }
            verdict.events = timeline.events().to_vec();
        }
        Err(errors) => verdict.errors = errors,
    }
    verdict
}

/// The lesson, and its run at the start.
async fn begin(
    text: &str,
    progress: &Progress,
) -> Result<(Rc<Lesson>, Timeline), Vec<NotationError>> {
    let lesson = Rc::new(parse(text)?);
    let timeline = Timeline::open(&lesson.recipe, Time(0), progress).await?;
    let refused: Vec<NotationError> = timeline.refused_at_start().cloned().collect();
    if refused.is_empty() { Ok((lesson, timeline)) } else { Err(refused) }
}

async fn play(
    lesson: &Rc<Lesson>,
    timeline: &mut Timeline,
    arrivals: &mut Vec<Time>,
    tried: &mut Tried,
    progress: &Progress,
) -> Result<(), NotationError> {
    let mut guide = Guide::new(lesson.clone(), timeline, progress).await;
    if let Some(begin) = &lesson.begin
        && find(begin, timeline.events(), 0).is_none()
    {
        return Err(missing("the lesson begins with", &guide, begin, timeline));
    }
    step(&mut guide, timeline, arrivals, tried, progress).await?;
    play_on(&mut guide, timeline, arrivals, tried, progress).await
}

/// Plays a lesson to its end, from a step that has arrived or whose goal is reached.
async fn play_on(
    guide: &mut Guide,
    timeline: &mut Timeline,
    arrivals: &mut Vec<Time>,
    tried: &mut Tried,
    progress: &Progress,
) -> Result<(), NotationError> {
    while !guide.is_last() {
        done(guide.go_on(timeline, progress).await)?;
        step(guide, timeline, arrivals, tried, progress).await?;
    }
    Ok(())
}

/// Does what a visitor does at the present step, who knows what is right.
async fn step(
    guide: &mut Guide,
    timeline: &mut Timeline,
    arrivals: &mut Vec<Time>,
    tried: &mut Tried,
    progress: &Progress,
) -> Result<(), NotationError> {
    let step = guide.step().clone();
    let name = format!("step {} of {} waits for", guide.index() + 1, guide.lesson().steps.len());
    if let Some(when) = &step.when
        && !guide.skip(timeline, progress).await
    {
        return Err(missing(&name, guide, when, timeline));
    }
    let before = arrivals.last().copied();
    arrivals.push(timeline.now());
    if let Some(before) = before {
        short_caption(guide, timeline.now().since(before))?;
    }
    unknown_name(&step, guide.caption(timeline.events()), timeline)?;
    panel_of(&step)?;
    if let Some(question) = &step.question {
        let right = question.answers.iter().position(|answer| answer.is_right);
        guide.choose(right.unwrap_or_default());
        if guide.is_last() {
            let message = "no step follows the question of the last step".into();
            return Err(fault(step.line, 1, message, "write another step"));
        }
    }
    tries(&step, timeline, progress).await?;
    if !step.lines.is_empty() {
        late_lines(guide, timeline.now())?;
    }
    if let Some(goal) = &step.goal {
        repairs(guide, timeline, tried, progress).await?;
        done(guide.perform(timeline, progress).await)?;
        guide.skip_to_goal(timeline, progress).await;
        let phase = guide.phase(timeline);
        if let Some(guard) = guide.guard(phase) {
            let message = format!("the solution is refused by `unless {}`", guard.check.words());
            return Err(fault(guard.check.line(), 1, message, "write another solution after `do`"));
        }
        if phase != Phase::Arrived {
            return Err(match &goal.check {
                Check::Event(condition) => missing(&name, guide, condition, timeline),
                Check::State(state) => fault(
                    state.line,
                    1,
                    format!("{name} `{}`, which does not become true", state.words()),
                    "write a solution after `do` that reaches it",
                ),
            });
        }
    } else if guide.is_last() && !step.lines.is_empty() {
        let message = "nothing is done after the last step".into();
        return Err(fault(step.line, 1, message, "write another step, or `try` instead of `do`"));
    }
    Ok(())
}

/// What is waited for does not come.
fn missing(who: &str, guide: &Guide, condition: &Condition, timeline: &Timeline) -> NotationError {
    let message = format!(
        "{who} `{}`, which does not come within {} after {}",
        condition.words(),
        format_duration(PATIENCE_MS),
        format_duration(guide.began().0),
    );
    let since = timeline.events().iter().filter(|event| event.time >= guide.began());
    let same = since.filter(|event| event.reason.code() == condition.code);
    let subjects: Set<String> = same.map(|event| event.subject.to_string()).collect();
    let subjects: Vec<&str> = subjects.iter().map(String::as_str).collect();
    let suggestion = match subjects.as_slice() {
        [] => format!("no {} comes then", condition.code.name()),
        some => format!("{} comes for {}", condition.code.name(), some.join(", ")),
    };
    fault(condition.line, 1, message, &suggestion)
}

/// A caption of a lesson that continues by itself, and that nobody has time to read.
fn short_caption(guide: &Guide, ms: u64) -> Result<(), NotationError> {
    let step = guide.step();
    if !guide.lesson().is_continuous || step.when.is_none() || ms >= CAPTION_MIN_MS {
        return Ok(());
    }
    let message = format!("the caption is shown for only {}", format_duration(ms));
    let advice =
        format!("wait for an event that is at least {} later", format_duration(CAPTION_MIN_MS));
    Err(fault(step.line, 1, message, &advice))
}

/// A line of the recipe that is never played, because the visitor does something before its time.
fn late_lines(guide: &Guide, now: Time) -> Result<(), NotationError> {
    let lines = notation::parse(&guide.lesson().recipe).unwrap_or_default();
    let Some(late) = lines.iter().find(|line| line.at_ms > now.0) else { return Ok(()) };
    let message = format!(
        "the line is never played: step {} does something at {}, which replaces what was to come",
        guide.index() + 1,
        format_duration(now.0),
    );
    Err(fault(late.number, 1, message, "put it before that, or into a step after `do`"))
}

/// A suggestion that is refused is none.
async fn tries(step: &Step, timeline: &Timeline, progress: &Progress) -> Result<(), NotationError> {
    let mut did = Vec::new();
    for action in step.tries.iter().filter_map(|it| it.action.clone()) {
        let output = timeline.clone().run_line_in_slices(&action.text, progress).await;
        did.push(Did { action, output });
    }
    done(did)
}
