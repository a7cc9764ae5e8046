//! The dialog to choose a guided story.

use super::action::{Action, Dialog, HostAction, LessonAction, RunAction, Tool};
use super::dialog::Frame;
use super::memo::Memo;
use crate::page::course::{ListedLesson, PARTS};
use crate::page::progress::Record;
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
        let open =
            |tool: Tool| dispatch.reform(move |_: MouseEvent| Action::Host(HostAction::Open(tool)));
        html! {
            <Frame title="Stories" dialog={Dialog::Stories} dispatch={dispatch.clone()}>
                <p>{ "Each takes a few minutes: predict, watch, repair. Leave any time." }</p>
                if lessons.is_empty() {
                    <p role="status">{ "Loading stories…" }</p>
                }
                { view_part(lessons, "", "", dispatch) }
                { for PARTS.iter().map(|(part, title)| view_part(lessons, part, title, dispatch)) }
                <p class="actions">
                    <button class="button" onclick={restart}>{ "Restart this story" }</button>
                    <button class="button" onclick={open(Tool::Quiz)}>{ "Quiz" }</button>
                    <button class="button" onclick={open(Tool::Builder)}>{ "Write a story" }</button>
                </p>
            </Frame>
        }
    }
}

/// A part of the course.
fn view_part(
    lessons: &[ListedLesson],
    part: &str,
    title: &'static str,
    dispatch: &Callback<Action>,
) -> Html {
    let mut lessons = lessons.iter().filter(|it| it.part == part).peekable();
    if lessons.peek().is_none() {
        return Html::default();
    }
    html! {
        <>
            if !title.is_empty() {
                <h3>{ title }</h3>
            }
            <ol class="lesson-list">{ for lessons.map(|it| view_listed(it, dispatch)) }</ol>
        </>
    }
}

/// The user's results in a lesson, and what to do next.
fn badge(listed: &ListedLesson) -> String {
    match &listed.record {
        Some(_) if listed.is_due => "↻ time to review".into(),
        Some(Record { predictions: [right, predicted], .. }) if *predicted > 0 => {
            format!("✓ completed, {right} of {predicted} right")
        }
        Some(_) => "✓ completed".into(),
        None if listed.is_next && listed.part == PARTS[0].0 => "start here".into(),
        None if listed.is_next => "next".into(),
        None => String::new(),
    }
}

/// An entry of the list.
fn view_listed(listed: &ListedLesson, dispatch: &Callback<Action>) -> Html {
    let name = listed.name.clone();
    let badge = badge(listed);
    let choose =
        dispatch.reform(move |_: MouseEvent| Action::Lesson(LessonAction::Fetch(name.clone())));
    html! {
        <li key={listed.name.clone()}>
            <button class={if listed.is_next || listed.is_due { "choice next" } else { "choice" }} onclick={choose}>
                <span class="choice-label">
                    { &listed.title }
                    if !badge.is_empty() {
                        <span class="done">{ badge }</span>
                    }
                </span>
                <span class="about">{ &listed.about }</span>
                <small>
                    { format!("{} min · {}", listed.minutes, listed.covers) }
                    if !listed.needs.is_empty() {
                        { " · after " }{ listed.needs.join(", ") }
                    }
                </small>
            </button>
        </li>
    }
}
