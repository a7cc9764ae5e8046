//! How the page is laid out.

use super::{App, AppProps, Controls};
use crate::web::action::{Action, Dialog};
use crate::web::choices::choices;
use crate::web::help::Help;
use crate::web::lesson;
use crate::web::lesson_card::LessonCard;
use crate::web::lesson_list::LessonList;
use crate::web::log::Log;
use crate::web::loop_panel::LoopPanel;
use crate::web::manifest::Manifest;
use crate::web::menu::Menu;
use crate::web::part::part;
use crate::web::session::{Offer, Session};
use crate::web::share::Sharing;
use crate::web::stage::Stage;
use crate::web::terminal::TerminalView;
use crate::web::top::{self, Top};
use crate::web::transport::{self, Transport};
use crate::web::why_panel::WhyPanel;
use crate::web::words_panel::InWords;
use std::rc::Rc;
use yew::prelude::*;

impl App {
    /// The whole page.
    pub(super) fn view_page(&self, props: &AppProps, session: &Session) -> Html {
        let controls = props.controls;
        let described_by = AttrValue::from(format!("ordinal-{}-words", props.id));
        let class = match controls {
            Controls::Full => "page full",
            Controls::Time => "page time",
            Controls::None => "page bare",
        };
        html! {
            <div {class} tabindex="-1" onkeydown={self.on_key()}>
                if controls == Controls::Full {
                    { self.view_top(session) }
                }
                { self.view_lesson(session) }
                <main class={if self.size.0 > 0.0 { "stage" } else { "stage blank" }} ref={self.stage.clone()} aria-label="The picture">
                    if self.size.0 > 0.0 {
                        <Stage picture={self.picture.clone()} described_by={described_by.clone()}
                            dispatch={self.dispatch.clone()} />
                    }
                    if session.menu.is_some() {
                        { self.view_menu(session) }
                    }
                </main>
                if controls != Controls::None {
                    <footer class="bottom">
                        if session.terminal.is_open {
                            { self.view_terminal(session) }
                        }
                        { self.view_status(session) }
                        { self.view_transport(session) }
                    </footer>
                }
                { self.view_side(session, described_by, controls) }
                if session.dialog.is_some() {
                    { self.view_dialog(session) }
                }
            </div>
        }
    }

    fn view_top(&self, session: &Session) -> Html {
        let is_stuck = session.panels.sets.iter().any(|set| set.remedies.len() > 1);
        let hint = match session.lesson.as_ref().filter(|told| !told.is_left) {
            Some(_) => "",
            None => top::hint(&session.story, &session.recipe, is_stuck),
        };
        let hint = AttrValue::Static(hint);
        part(Top {
            hint,
            has_terminal: session.terminal.is_open,
            can_undo: session.history.can_undo(),
            can_redo: session.history.can_redo(),
            dispatch: self.dispatch.clone(),
        })
    }

    /// The line between the picture and the time line: what was done, and how time passes.
    fn view_status(&self, session: &Session) -> Html {
        if let Some((title, done)) = session.jobs.shown(&session.timeline) {
            return html! { <div class="status" role="status">{ self.view_job(title, done) }</div> };
        }
        html! {
            <div class="status" role="status">
                if let Some(last) = session.last.as_ref().filter(|_| !session.terminal.is_open) {
                    <p class={classes!("last", (last.output.exit != 0).then_some("bad"))}>
                        <code>{ "$ " }{ &last.line }</code>
                        <span>{ first_line(&last.output.stderr).or(first_line(&last.output.stdout)) }</span>
                    </p>
                }
                if let (None, Some(command)) = (&session.last, &session.panels.command) {
                    <p class="last"><span>{ command.to_string() }</span></p>
                }
                if let Some(notice) = &session.notice {
                    <p class="notice">{ &notice.text }{ " " }{ self.view_offer(notice.offer) }</p>
                }
                if (session.last.is_some() && !session.terminal.is_open) || session.notice.is_some() {
                    <button class="link" onclick={self.dispatch.reform(|_: MouseEvent| Action::Dismiss)}>{ "Dismiss" }</button>
                }
                if let Some(pace) = transport::pace(session.playback.pace()) {
                    <p class="pace">{ pace }</p>
                }
            </div>
        }
    }

    /// The current job, its progress, and the Cancel button.
    fn view_job(&self, title: &'static str, done: Option<u64>) -> Html {
        let onclick = self.dispatch.reform(|_: MouseEvent| Action::Cancel);
        let percent = done.map(|done| format!("{} %", done / 10)).unwrap_or_default();
        html! {
            <p class="job">
                <span>{ title }{ " …" }</span>
                <progress max="1000" value={done.map(|done| done.to_string())} aria-label={title} />
                <span class="percent" aria-hidden="true">{ percent }</span>
                <button class="button" {onclick}>{ "Cancel" }</button>
            </p>
        }
    }

    fn view_terminal(&self, session: &Session) -> Html {
        part(TerminalView {
            text: session.terminal.text.clone(),
            done: session.terminal.done.clone(),
            completions: session.terminal.completions.clone(),
            dispatch: self.dispatch.clone(),
        })
    }

    fn view_offer(&self, offer: Offer) -> Html {
        let (action, label): (fn() -> Action, _) = match offer {
            Offer::Undo => (|| Action::Undo, "Undo"),
            Offer::Redo => (|| Action::Redo, "Redo"),
            Offer::Restart => (|| Action::RestartStory, "Restart story"),
            Offer::Nothing => return Html::default(),
        };
        let onclick = self.dispatch.reform(move |_: MouseEvent| action());
        html! { <button class="link" {onclick}>{ label }</button> }
    }

    fn view_transport(&self, session: &Session) -> Html {
        let latest = session.panels.pages.last().and_then(|page| page.rows.last());
        let latest = latest.map(|row| AttrValue::from(row.text.clone()));
        part(Transport {
            is_playing: session.playback.is_playing(),
            speed: session.playback.speed(),
            now: session.timeline.now(),
            end: session.timeline.end(),
            cursor: self.cursor.clone(),
            marks: session.panels.marks.clone(),
            latest: latest.unwrap_or_default(),
            dispatch: self.dispatch.clone(),
        })
    }

    fn view_side(&self, session: &Session, id: AttrValue, controls: Controls) -> Html {
        let words = part(InWords {
            id,
            transcript: self.told.transcript.clone(),
            news: self.told.news.clone(),
        });
        if controls != Controls::Full {
            return html! { <aside class="side" aria-label="In words">{ words }</aside> };
        }
        html! {
            <aside class="side" aria-label="What happens, and why"><div class="panels">
                if let Some(asked) = session.asked.clone() {
                    { part(WhyPanel { asked, dispatch: self.dispatch.clone() }) }
                } else {
                    { part(LoopPanel {
                        sets: session.panels.sets.clone(),
                        lacks_class: session.panels.lacks_class,
                        dispatch: self.dispatch.clone(),
                    }) }
                }
                { part(Log {
                    pages: session.panels.pages.clone(),
                    dispatch: self.dispatch.clone(),
                }) }
                { words }
            </div></aside>
        }
    }

    fn view_lesson(&self, session: &Session) -> Html {
        session.lesson.as_ref().map(|told| self.view_told(session, told)).unwrap_or_default()
    }

    fn view_told(&self, session: &Session, told: &lesson::Told) -> Html {
        let is_playing = session.playback.is_playing();
        part(LessonCard::new(told, &session.timeline, is_playing, self.dispatch.clone()))
    }

    fn view_menu(&self, session: &Session) -> Html {
        let Some(menu) = &session.menu else { return Html::default() };
        let choices = choices(session.timeline.cluster(), &menu.target);
        let key = menu.key.clone();
        html! { <Menu {key} menu={menu.clone()} {choices} dispatch={self.dispatch.clone()} /> }
    }

    fn view_dialog(&self, session: &Session) -> Html {
        let Some(dialog) = session.dialog else { return Html::default() };
        match dialog {
            Dialog::Share => part(Sharing {
                made: session.made.0.to_string().into(),
                said: session.made.1.to_string().into(),
                dispatch: self.dispatch.clone(),
            }),
            Dialog::Stories => part(LessonList {
                lessons: session.lessons.clone(),
                dispatch: self.dispatch.clone(),
            }),
            Dialog::Help => part(Help {
                report: (session.made.0.to_string().into(), session.made.1.to_string().into()),
                dispatch: self.dispatch.clone(),
            }),
            Dialog::Manifest => html! {
                <Manifest text={session.manifest.clone()} kept={session.kept_manifest.clone()} running={session.timeline.applied().map(Rc::from)}
                    applied={session.applied.clone()} findings={session.findings.clone()} dispatch={self.dispatch.clone()} />
            },
        }
    }
}

/// Shown while the story is being opened.
pub(super) fn view_loading() -> Html {
    html! {
        <div class="page broken" role="status">
            <h1>{ "Ordinal" }</h1>
            <p>{ "Opening the story …" }</p>
        </div>
    }
}

/// A story that can't be read: what is wrong, and where.
pub(super) fn view_errors(errors: &[String]) -> Html {
    html! {
        <div class="page broken" role="alert">
            <h1>{ "Ordinal" }</h1>
            <p>{ "This story cannot be played:" }</p>
            <ul>{ for errors.iter().map(|error| html! { <li>{ error }</li> }) }</ul>
        </div>
    }
}

fn first_line(text: &str) -> Option<String> {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let first = lines.next()?.to_owned();
    Some(if lines.next().is_some() { first + " …" } else { first })
}
