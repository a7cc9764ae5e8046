//! The dialog from which a guided story is chosen.

use super::action::Action;
use super::dialog::Frame;
use super::lesson::{Lead, Listed};
use super::part::Show;
use std::rc::Rc;
use yew::prelude::*;

/// What the dialog shows.
#[derive(PartialEq)]
pub(super) struct LessonList {
    /// The lessons; none while they are on their way.
    pub lessons: Rc<Vec<Listed>>,
    /// Where clicks go.
    pub dispatch: Callback<Action>,
}

impl Show for LessonList {
    fn view(&self) -> Html {
        let LessonList { lessons, dispatch } = self;
        let restart = dispatch.reform(|_: MouseEvent| Action::RestartStory);
        html! {
            <Frame title="Stories" class="lessons" dispatch={dispatch.clone()}>
                <p>{ "Each takes some minutes, stops where there is something to see, and lets you predict what comes. You can leave it at any point and play on." }</p>
                if lessons.is_empty() {
                    <p role="status">{ "The list is on its way …" }</p>
                }
                <ol class="lesson-list">{ for lessons.iter().map(|it| view_listed(it, dispatch)) }</ol>
                <p class="actions"><button class="button" onclick={restart}>{ "Restart the present story" }</button></p>
            </Frame>
        }
    }
}

fn view_listed(listed: &Listed, dispatch: &Callback<Action>) -> Html {
    let name = listed.name.clone();
    let choose = dispatch.reform(move |_: MouseEvent| Action::Lead(Lead::Fetch(name.clone())));
    html! {
        <li key={listed.name.clone()}>
            <button class="choice" onclick={choose}>
                <span class="choice-label">
                    { &listed.title }
                    if listed.is_done {
                        <span class="done">{ "✓ seen" }</span>
                    }
                </span>
                <span class="about">{ &listed.about }</span>
                <small>{ format!("{} min · {}", listed.minutes, listed.covers) }</small>
            </button>
        </li>
    }
}
