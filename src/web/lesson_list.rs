//! The dialog to choose a guided story.

use super::action::{Action, LessonAction, RunAction};
use super::dialog::Frame;
use super::memo::Memo;
use crate::page::lesson::ListedLesson;
use std::rc::Rc;
use yew::prelude::*;

/// The properties of the dialog.
#[derive(PartialEq)]
pub(super) struct LessonList {
    /// The lessons; empty until the list was fetched.
    pub lessons: Rc<Vec<ListedLesson>>,
    /// Receives the actions.
    pub dispatch: Callback<Action>,
}

impl Memo for LessonList {
    fn view(&self) -> Html {
        let LessonList { lessons, dispatch } = self;
        let restart = dispatch.reform(|_: MouseEvent| Action::Run(RunAction::RestartStory));
        html! {
            <Frame title="Stories" class="lessons" dispatch={dispatch.clone()}>
                <p>{ "Each takes 3–6 minutes and pauses to ask what you think will happen next. Leave any time." }</p>
                if lessons.is_empty() {
                    <p role="status">{ "Loading stories…" }</p>
                }
                <ol class="lesson-list">{ for lessons.iter().map(|it| view_listed(it, dispatch)) }</ol>
                <p class="actions"><button class="button" onclick={restart}>{ "Restart this story" }</button></p>
            </Frame>
        }
    }
}

/// An entry of the list.
fn view_listed(listed: &ListedLesson, dispatch: &Callback<Action>) -> Html {
    let name = listed.name.clone();
    let choose =
        dispatch.reform(move |_: MouseEvent| Action::Lesson(LessonAction::Fetch(name.clone())));
    html! {
        <li key={listed.name.clone()}>
            <button class="choice" onclick={choose}>
                <span class="choice-label">
                    { &listed.title }
                    if listed.is_done {
                        <span class="done">{ "✓ completed" }</span>
                    }
                </span>
                <span class="about">{ &listed.about }</span>
                <small>{ format!("{} min · {}", listed.minutes, listed.covers) }</small>
            </button>
        </li>
    }
}
