//! The card of a guided story: the caption, the prediction, the goal, and the buttons.

use super::action::{Action, Dialog, LessonAction, PlaybackAction, UiAction};
use super::icons;
use super::lesson_parts::{view_panel_button, view_results};
use super::memo::Memo;
use super::terms::{Terms, view_names};
use super::workshop::STEPS;
use crate::lessons::{Answer, Lesson, Phase, Question, Results, Step, Try};
use crate::page::course::NextLesson;
use crate::page::lesson::ActiveLesson;
use crate::timeline::Timeline;
use std::rc::Rc;
use yew::prelude::*;

/// The properties of the card.
#[derive(PartialEq)]
pub(super) struct LessonCard {
    lesson: Rc<Lesson>,
    index: usize,
    phase: Phase,
    chosen: Option<usize>,
    /// The caption.
    caption: AttrValue,
    /// The answer in the previous step.
    last_answer: Option<Answer>,
    /// Whether this step shows the outcome of the previous step's prediction.
    is_watching: bool,
    /// Why the user's command does not help, or violates a guard.
    misstep: Option<AttrValue>,
    /// The results, once the lesson is complete.
    results: Option<Results>,
    /// What to do next.
    next: Option<NextLesson>,
    has_hint: bool,
    /// The word to compare with other screens, in a class.
    word: Option<&'static str>,
    is_left: bool,
    is_playing: bool,
    dispatch: Callback<Action>,
}

impl LessonCard {
    /// The card of a lesson at its current step.
    pub(super) fn new(
        active: &ActiveLesson,
        timeline: &Timeline,
        is_playing: bool,
        next: Option<NextLesson>,
        word: Option<&'static str>,
        dispatch: Callback<Action>,
    ) -> LessonCard {
        let (guide, phase) = (&active.guide, active.phase(timeline));
        let is_complete = guide.is_last() && phase == Phase::Arrived;
        LessonCard {
            lesson: guide.lesson().clone(),
            index: guide.index(),
            phase,
            chosen: guide.chosen(),
            caption: guide.caption(timeline.events()).to_owned().into(),
            last_answer: guide.last_answer().cloned(),
            is_watching: active.is_watching(timeline),
            misstep: active.misstep(timeline).map(|reply| reply.to_owned().into()),
            results: is_complete.then(|| guide.results(timeline.now())),
            next,
            has_hint: active.has_hint,
            word,
            is_left: active.is_left,
            is_playing,
            dispatch,
        }
    }

    /// A button for an action of the lesson.
    fn button(
        &self,
        class: &'static str,
        label: &'static str,
        action: fn() -> LessonAction,
    ) -> Html {
        let onclick = self.dispatch.reform(move |_: MouseEvent| Action::Lesson(action()));
        html! { <button {class} {onclick}>{ label }</button> }
    }

    /// What is shown after the user has left the lesson.
    fn view_left(&self) -> Html {
        html! {
            <>
                <p class="caption" aria-live="polite">{ "You're exploring. The story is paused; come back any time." }</p>
                { self.view_tries(self.lesson.steps.iter().flat_map(|step| &step.tries)) }
                <p class="ways">
                    { self.button("button primary", "Back to the story", || LessonAction::Return) }
                    { self.button("button", "Keep exploring", || LessonAction::Close) }
                </p>
            </>
        }
    }

    /// A step of the lesson.
    fn view_step(&self, step: &Step) -> Html {
        if self.is_watching {
            return self.view_watched();
        }
        let is_waiting = self.phase == Phase::Waiting;
        let question = step.question.as_ref().filter(|_| !is_waiting);
        let mut terms = Terms::new("lesson");
        html! {
            <>
                <div aria-live="polite">
                    if let Some(answer) = &self.last_answer {
                        { self.view_reply(answer, self.index.checked_sub(1)) }
                    }
                    // A question of a lesson that continues by itself has the place of the caption.
                    if !(self.lesson.is_continuous && self.phase == Phase::Asking) {
                        <p class="caption">{ terms.view(&self.caption) }</p>
                    }
                    if !step.items.is_empty() {
                        <ul class="items">{ for step.items.iter().map(|item| html! { <li>{ terms.view(item) }</li> }) }</ul>
                    }
                    if let Some(question) = question {
                        { self.view_question(question, self.chosen, false) }
                    }
                    { self.view_goal(step) }
                    { for self.results.as_ref().map(view_results) }
                </div>
                if !is_waiting {
                    { self.view_tries(step.tries.iter()) }
                }
                { self.view_ways(step) }
                { terms.view_popovers() }
            </>
        }
    }

    /// The previous step, shown while its prediction is watched: this step's caption would give away the answer.
    fn view_watched(&self) -> Html {
        let before = self.index.checked_sub(1).and_then(|index| self.lesson.steps.get(index));
        let question = before.and_then(|step| step.question.as_ref());
        let chosen = question.and_then(|it| {
            it.answers.iter().position(|answer| Some(answer) == self.last_answer.as_ref())
        });
        html! {
            <>
                { for question.map(|question| self.view_question(question, chosen, true)) }
                { for self.lesson.steps.get(self.index).map(|step| self.view_ways(step)) }
            </>
        }
    }

    /// The question of a step and its answers. `is_over` says whether it is too late for another answer.
    fn view_question(&self, question: &Question, chosen: Option<usize>, is_over: bool) -> Html {
        html! {
            <div class="question" role="group" aria-label={question.text.clone()}>
                <p class="asked"><strong>{ "Your prediction: " }</strong>{ view_names(&question.text) }</p>
                <ol class="answers">{ for (0..).zip(&question.answers).map(|(index, answer)| self.view_answer(index, answer, chosen, is_over)) }</ol>
                if self.phase == Phase::Arrived || self.phase == Phase::Acting {
                    if let Some(answer) = chosen.and_then(|index| question.answers.get(index)) {
                        { self.view_own_reply(answer) }
                    }
                }
            </div>
        }
    }

    /// The reply to an answer in a step whose goal shows the right answer, once it is reached.
    fn view_own_reply(&self, answer: &Answer) -> Html {
        let has_goal = self.lesson.steps.get(self.index).is_some_and(|step| step.goal.is_some());
        match has_goal && self.phase == Phase::Arrived {
            true => self.view_reply(answer, Some(self.index)),
            false => Html::default(),
        }
    }

    /// An answer. It does not show whether it is right before the outcome was watched.
    fn view_answer(
        &self,
        index: usize,
        answer: &Answer,
        chosen: Option<usize>,
        is_over: bool,
    ) -> Html {
        let is_chosen = chosen == Some(index);
        let onclick =
            self.dispatch.reform(move |_: MouseEvent| Action::Lesson(LessonAction::Answer(index)));
        html! {
            <li>
                <button class={if is_chosen { "answer chosen" } else { "answer" }} {onclick} disabled={is_over} aria-pressed={is_chosen.to_string()}>
                    <span class="sign" aria-hidden="true">{ index + 1 }</span>
                    <span>{ view_names(&answer.text) }</span>
                </button>
            </li>
        }
    }

    /// The prediction in a step, whether it was right, and the reply.
    fn view_reply(&self, answer: &Answer, step: Option<usize>) -> Html {
        let class = classes!("reply", answer.is_right.then_some("right"));
        if self.lesson.is_continuous {
            return html! { <p {class}>{ view_names(&answer.reply) }</p> };
        }
        let step = step.and_then(|index| self.lesson.steps.get(index));
        let mut answers =
            step.iter().filter_map(|step| step.question.as_ref()).flat_map(|it| &it.answers);
        let right = answers.find(|it| it.is_right && !answer.is_right);
        html! {
            <div {class}>
                <p><strong>{ if answer.is_right { "✓ Right. " } else { "✗ Not quite. " } }</strong>
                    { "You predicted: " }<q>{ view_names(&answer.text) }</q>
                    if let Some(right) = right {
                        { ". The right answer: " }<q>{ view_names(&right.text) }</q>
                    }
                </p>
                <p>{ view_names(&answer.reply) }</p>
            </div>
        }
    }

    /// The goal of a step, until and after it was reached.
    fn view_goal(&self, step: &Step) -> Html {
        let Some(goal) = &step.goal else { return Html::default() };
        let misstep = self.misstep.as_ref();
        match self.phase {
            Phase::Acting => html! {
                <>
                    { for misstep.map(|reply| html! { <p class="reply">{ reply }</p> }) }
                    <p class="goal"><strong>{ "Your turn. " }</strong>
                        { if self.has_hint { goal.hint.as_str() } else { "The clock starts when you act." } }
                    </p>
                </>
            },
            Phase::Failed(_) => html! {
                <p class="reply"><strong>{ "✗ Not this way. " }</strong>{ for misstep }</p>
            },
            Phase::Arrived => {
                html! { <p class="goal reached"><strong>{ "✓ Done. " }</strong>{ "Goal reached." }</p> }
            }
            _ => Html::default(),
        }
    }

    /// Suggestions of what to try.
    fn view_tries<'a>(&self, tries: impl Iterator<Item = &'a Try>) -> Html {
        let tries: Vec<&Try> = tries.collect();
        if tries.is_empty() {
            return Html::default();
        }
        html! {
            <div class="tries">
                <h3>{ "Try this" }</h3>
                <ul>{ for tries.into_iter().map(|it| self.view_try(it)) }</ul>
            </div>
        }
    }

    /// A suggestion, with a button if it has a line.
    fn view_try(&self, it: &Try) -> Html {
        let Some(action) = &it.action else { return html! { <li>{ &it.text }</li> } };
        let line = action.text.clone();
        let onclick = self.dispatch.reform(move |_: MouseEvent| Action::line(line.clone()));
        html! {
            <li>
                <button class="remedy" {onclick}><span>{ &it.text }</span><code>{ &action.text }</code></button>
            </li>
        }
    }

    /// The buttons of a lesson that continues by itself: mostly none.
    fn view_continuous_ways(&self, is_last: bool) -> Html {
        let stories =
            self.dispatch.reform(|_: MouseEvent| Action::Ui(UiAction::OpenDialog(Dialog::Stories)));
        let button = match self.phase {
            _ if is_last => html! {
                <>
                    { self.view_next("Start here: ") }
                    <button class="button stories" onclick={stories}>{ "Guided stories" }</button>
                </>
            },
            Phase::Asking => return Html::default(),
            _ if self.is_playing => return Html::default(),
            _ => self.view_play(),
        };
        html! { <p class="ways">{ button }</p> }
    }

    /// The button that starts playback.
    fn view_play(&self) -> Html {
        let onclick =
            self.dispatch.reform(|_: MouseEvent| Action::Playback(PlaybackAction::Play(true)));
        html! { <button class="button primary" {onclick}>{ icons::play() }{ "Play" }</button> }
    }

    /// The highlighted button, which continues or starts the step.
    fn view_way(&self, step: &Step, is_last: bool) -> Html {
        let continues = |label| self.button("button primary", label, || LessonAction::Continue);
        let next = self.lesson.steps.get(self.index + 1);
        match self.phase {
            Phase::Waiting if self.is_playing => {
                html! { <span class="waiting">{ "Watch…" }</span> }
            }
            Phase::Waiting => continues("Watch"),
            Phase::Asking => html! { <span class="waiting">{ "Pick an answer." }</span> },
            Phase::Acting if self.has_hint => {
                self.button("button", "Show me", || LessonAction::Continue)
            }
            Phase::Acting => self.button("button", "Hint", || LessonAction::ShowHint),
            Phase::Failed(_) => self.button("button primary", "Try again", || LessonAction::Retry),
            Phase::Arrived if is_last => html! {
                <>
                    { self.view_next("Next: ") }
                    { self.button(if self.next.is_some() { "button" } else { "button primary" }, "Explore", || LessonAction::Close) }
                </>
            },
            Phase::Arrived
                if step.question.is_some()
                    && step.goal.is_none()
                    && next.is_some_and(|next| next.when.is_some()) =>
            {
                continues("Watch")
            }
            Phase::Arrived => continues("Continue"),
        }
    }

    /// The button for the next lesson.
    fn view_next(&self, label: &'static str) -> Html {
        let Some(next) = &self.next else { return Html::default() };
        let name = next.name.clone();
        let onclick = self
            .dispatch
            .reform(move |_: MouseEvent| Action::Lesson(LessonAction::Fetch(name.clone())));
        html! { <button class="button primary stories" {onclick}>{ label }{ &next.title }</button> }
    }

    /// The buttons. The next one to use is highlighted.
    fn view_ways(&self, step: &Step) -> Html {
        let is_last = self.index + 1 == self.lesson.steps.len();
        if self.lesson.is_continuous {
            return self.view_continuous_ways(is_last);
        }
        let is_over = matches!(self.phase, Phase::Asking | Phase::Arrived);
        html! {
            <p class="ways">
                { self.view_way(step, is_last) }
                if self.phase == Phase::Waiting && self.is_playing {
                    { self.button("button", "Skip ahead", || LessonAction::Continue) }
                }
                if is_over && step.when.is_some() {
                    { self.button("button", "Replay this step", || LessonAction::Replay) }
                }
                if self.phase != Phase::Waiting {
                    { for step.panel.map(|panel| view_panel_button(panel, &self.dispatch)) }
                }
                if self.index > 0 {
                    { self.button("button", "Back", || LessonAction::Back) }
                }
                if !(is_last && self.phase == Phase::Arrived) {
                    { self.button("link", "Explore", || LessonAction::Leave) }
                }
            </p>
        }
    }
}

impl Memo for LessonCard {
    fn view(&self) -> Html {
        let Some(step) = self.lesson.steps.get(self.index) else { return Html::default() };
        let count = self.lesson.steps.len();
        let at = format!("{} of {count}", self.index + 1);
        let close = self.dispatch.reform(|_: MouseEvent| Action::Lesson(LessonAction::Close));
        html! {
            <section class={classes!("lesson", self.lesson.is_continuous.then_some("brief"))} aria-label={format!("Story: {}", self.lesson.title)}>
                <div class="lesson-head">
                    <h2>{ &self.lesson.title }</h2>
                    if let Some(word) = self.word {
                        <span class="word" title="The same word on another screen means the same step and the same cluster">{ word }</span>
                    }
                    if let Some(view) = STEPS.get().filter(|_| !self.lesson.is_continuous) {
                        { view(self.index, count, &self.dispatch) }
                    } else {
                        <span class="at"><span class="sr">{ "Step " }</span>{ at }</span>
                    }
                    if self.lesson.is_continuous && self.index + 1 < count {
                        <button class="link" onclick={close}>{ "Skip" }</button>
                    } else {
                        <button class="button square plain" aria-label="End the story" title="End the story"
                            onclick={close}>{ icons::close() }</button>
                    }
                </div>
                <progress max={count.to_string()} value={(self.index + 1).to_string()} aria-hidden="true" />
                { if self.is_left { self.view_left() } else { self.view_step(step) } }
            </section>
        }
    }
}
