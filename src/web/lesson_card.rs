//! The card of a guided story: the caption, the prediction, the goal, and the buttons.

use super::action::{Action, Dialog, LessonAction, PlaybackAction, UiAction};
use super::icons;
use super::memo::Memo;
use super::terms::Terms;
use crate::lessons::{Answer, Lesson, Phase, Question, Step, Try};
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
    /// The answer in the step before, whose reply is shown if the lesson continues by itself.
    last_answer: Option<Answer>,
    has_hint: bool,
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
        dispatch: Callback<Action>,
    ) -> LessonCard {
        LessonCard {
            lesson: active.guide.lesson().clone(),
            index: active.guide.index(),
            phase: active.phase(timeline),
            chosen: active.guide.chosen(),
            last_answer: active.guide.last_answer().filter(|_| active.is_continuous()).cloned(),
            has_hint: active.has_hint,
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
        let is_waiting = self.phase == Phase::Waiting;
        let question = step.question.as_ref().filter(|_| !is_waiting);
        let mut terms = Terms::new("lesson");
        html! {
            <>
                <div aria-live="polite">
                    if let Some(answer) = &self.last_answer {
                        { view_reply(answer) }
                    }
                    // A question of a lesson that continues by itself has the place of the caption.
                    if !(self.lesson.is_continuous && self.phase == Phase::Asking) {
                        <p class="caption">{ terms.view(&step.say) }</p>
                    }
                    if !step.items.is_empty() {
                        <ul class="items">{ for step.items.iter().map(|item| html! { <li>{ terms.view(item) }</li> }) }</ul>
                    }
                    if let Some(question) = question {
                        { self.view_question(question) }
                    }
                    { self.view_goal(step) }
                </div>
                if !is_waiting {
                    { self.view_tries(step.tries.iter()) }
                }
                { self.view_ways(step) }
                { terms.view_popovers() }
            </>
        }
    }

    /// The question of a step, its answers, and the reply to the chosen answer.
    fn view_question(&self, question: &Question) -> Html {
        let chosen = self.chosen.and_then(|index| question.answers.get(index));
        html! {
            <div class="question" role="group" aria-label={question.text.clone()}>
                <p class="asked"><strong>{ "Your prediction: " }</strong>{ &question.text }</p>
                <ol class="answers">{ for (0..).zip(&question.answers).map(|(index, answer)| self.view_answer(index, answer)) }</ol>
                { for chosen.map(view_reply) }
            </div>
        }
    }

    /// An answer.
    fn view_answer(&self, index: usize, answer: &Answer) -> Html {
        let is_chosen = self.chosen == Some(index);
        let class = match (is_chosen, answer.is_right) {
            (true, true) => "answer right",
            (true, false) => "answer wrong",
            (false, _) => "answer",
        };
        let sign = match class {
            "answer right" => "✓",
            "answer wrong" => "✗",
            _ => "",
        };
        let onclick =
            self.dispatch.reform(move |_: MouseEvent| Action::Lesson(LessonAction::Answer(index)));
        html! {
            <li>
                <button {class} {onclick} aria-pressed={is_chosen.to_string()}>
                    <span class="sign" aria-hidden="true">{ if sign.is_empty() { (index + 1).to_string() } else { sign.into() } }</span>
                    <span>{ &answer.text }</span>
                </button>
            </li>
        }
    }

    /// The goal of a step, until and after it was reached.
    fn view_goal(&self, step: &Step) -> Html {
        let Some(goal) = &step.goal else { return Html::default() };
        match self.phase {
            Phase::Acting => html! {
                <p class="goal"><strong>{ "Your turn. " }</strong>
                    { if self.has_hint { goal.hint.as_str() } else { "The clock starts when you act." } }
                </p>
            },
            Phase::Arrived => {
                html! { <p class="goal reached"><strong>{ "Done. " }</strong>{ "Goal reached." }</p> }
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
            _ if is_last => {
                html! { <button class="button primary" onclick={stories}>{ "Guided stories" }</button> }
            }
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

    /// The buttons. The next one to use is highlighted.
    fn view_ways(&self, step: &Step) -> Html {
        let is_last = self.index + 1 == self.lesson.steps.len();
        if self.lesson.is_continuous {
            return self.view_continuous_ways(is_last);
        }
        html! {
            <p class="ways">
                { match self.phase {
                    Phase::Waiting if self.is_playing => html! { <span class="waiting">{ "Watch…" }</span> },
                    Phase::Waiting => self.view_play(),
                    Phase::Asking => html! { <span class="waiting">{ "Pick an answer." }</span> },
                    Phase::Acting if self.has_hint => self.button("button", "Show me", || LessonAction::Continue),
                    Phase::Acting => self.button("button", "Hint", || LessonAction::ShowHint),
                    Phase::Arrived if is_last => self.button("button primary", "Explore", || LessonAction::Close),
                    Phase::Arrived => self.button("button primary", "Continue", || LessonAction::Continue),
                } }
                if self.phase == Phase::Waiting && step.when.is_some() {
                    { self.button("button", "Skip ahead", || LessonAction::Continue) }
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

/// The reply to an answer.
fn view_reply(answer: &Answer) -> Html {
    let class = classes!("reply", answer.is_right.then_some("right"));
    html! { <p {class}>{ &answer.reply }</p> }
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
                    <span class="at"><span class="sr">{ "Step " }</span>{ at }</span>
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
