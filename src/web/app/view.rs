//! The layout of the page.

use super::{App, AppProps, Controls, later, versions};
use crate::lessons::Panel;
use crate::page::choices::choices;
use crate::page::format::{first_line, first_sentence, pace};
use crate::page::hint::{STUCK, hint};
use crate::page::live::{Live, Origin};
use crate::page::scene_query::find;
use crate::page::sheet::Tab;
use crate::page::why_query::wait_sentence;
use crate::web::action::{Action, HostAction, LiveAction, RunAction, Tool, UiAction};
use crate::web::control_loop_panel::ControlLoopPanel;
use crate::web::event_log::EventLog;
use crate::web::icons;
use crate::web::lesson_card::LessonCard;
use crate::web::memo::memo;
use crate::web::menu::Menu;
use crate::web::picture_input::PictureInput;
use crate::web::pointer;
use crate::web::session::{Offer, Session};
use crate::web::terms::view_names;
use crate::web::top_bar::TopBar;
use crate::web::transcript_panel::TranscriptPanel;
use crate::web::transport::Transport;
use crate::web::workshop::WORD;
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
        let class = classes!(
            class,
            session.ui.is_presenting.then_some("present"),
            is_masked(session).then_some("masked-page"),
            versions::classes(session).to_vec()
        );
        let on_pointer = session.ui.is_presenting.then(pointer::follow);
        html! {
            <div {class} tabindex="-1" onkeydown={self.on_key(session)} onpointermove={on_pointer}
                onfocusin={self.focus[0].clone()} onfocusout={self.focus[1].clone()}>
                if controls == Controls::Full {
                    { self.view_top(session) }
                }
                if let Some(view) = later::SWITCH.get() {
                    { view(self, session) }
                }
                <main class={if self.picture.size.0 > 0.0 { "stage" } else { "stage blank" }} ref={self.picture.element.clone()} aria-label="The picture">
                    if self.picture.size.0 > 0.0 {
                        <PictureInput picture={self.picture.picture.clone()} described_by={described_by.clone()}
                            dispatch={self.dispatch.clone()} />
                    }
                    { later::BADGE.get().map(|view| view(self, session)) }
                    if session.ui.menu.is_some() {
                        { self.view_menu(session) }
                    }
                </main>
                if let Some(view) = later::OTHER.get() {
                    { view(self, session) }
                }
                if controls != Controls::None {
                    <footer class="bottom">
                        if let Some(view) = later::TERMINAL.get().filter(|_| session.terminal.is_open) {
                            { view(self, session) }
                        }
                        { self.view_status(session) }
                        { self.view_transport(session) }
                    </footer>
                }
                { self.view_sheet(session, described_by, controls) }
                if session.ui.is_presenting {
                    { pointer::view() }
                    { self.view_tool(Tool::Link, "second", "QR", "Link with a QR code (q)") }
                    { self.view_tool(Tool::Presenter, "third", "Notes", "Presenter window (i)") }
                    <button class="button square end" aria-label="Exit presentation" title="Exit presentation (p)"
                        onclick={self.dispatch.reform(|_: MouseEvent| Action::Ui(UiAction::TogglePresentation))}>{ icons::close() }</button>
                }
                if let Some(view) = later::DIALOG.get().filter(|_| session.ui.dialog.is_some()) {
                    { view(self, session) }
                }
            </div>
        }
    }

    /// The top bar.
    fn view_top(&self, session: &Session) -> Html {
        let is_stuck = session.panels.sets.iter().any(|set| set.remedies.len() > 1);
        let hint = match () {
            () if session.lesson.is_followed() => "",
            () if is_stuck => STUCK,
            () => hint(&session.run.story, &session.run.recipe),
        };
        memo(TopBar {
            hint: AttrValue::Static(hint),
            has_terminal: session.terminal.is_open,
            can_undo: session.run.history.can_undo(),
            can_redo: session.run.history.can_redo(),
            version: session.run.timeline.cluster().settings.version.name(),
            dispatch: self.dispatch.clone(),
        })
    }

    /// The status line: the last command, notices, the pace, or the current job.
    fn view_status(&self, session: &Session) -> Html {
        if let Some((title, done)) = session.jobs.shown(&session.run.timeline) {
            return html! { <div class="status" role="status">{ self.view_job(title, done) }</div> };
        }
        let last = session.ui.last.as_ref().filter(|_| !session.terminal.is_open);
        html! {
            <div class="status" role="status">
                if let Some(last) = last {
                    <p class={classes!("last", (last.exit != 0).then_some("bad"))}>
                        <code>{ "$ " }{ &last.line }</code>
                        <span>{ first_line(last.first()) }</span>
                    </p>
                }
                if let (None, Some(command)) = (&session.ui.last, &session.panels.command) {
                    <p class="last"><span>{ command.to_string() }</span></p>
                }
                if let Some(notice) = &session.ui.notice {
                    <p class="notice"><span title={notice.text.clone()}>{ &notice.text }</span>{ " " }{ self.view_offer(notice.offer) }</p>
                }
                if session.ui.notice.is_some() || last.is_some_and(|last| !last.first().is_empty()) {
                    <button class="link" onclick={self.dispatch.reform(|_: MouseEvent| Action::Ui(UiAction::Dismiss))}>{ "Dismiss" }</button>
                }
                if let Some(live) = session.run.live.as_ref().filter(|it| it.origin == Origin::Served) {
                    { self.view_live(live) }
                }
                if let Some(pace) = pace(session.run.playback.pace()) {
                    <p class="pace">{ pace }</p>
                }
            </div>
        }
    }

    /// Whether the page shows what happens now in the cluster of a server.
    fn view_live(&self, live: &Live) -> Html {
        let is_paused = live.is_paused;
        let button = |label: &'static str, action: LiveAction| {
            let onclick = self.dispatch.reform(move |_: MouseEvent| Action::Live(action));
            html! { <button class="link" {onclick}>{ label }</button> }
        };
        html! {
            <p class={if live.is_followed { "live" } else { "live away" }}>
                if live.is_followed {
                    <strong>{ if is_paused { "The cluster is paused" } else { "● Live" } }</strong>
                } else {
                    { button("Go live", LiveAction::Follow) }
                }
                { " " }
                { button(if is_paused { "Resume cluster" } else { "Pause cluster" }, LiveAction::Pause(!is_paused)) }
            </p>
        }
    }

    /// The current job, its progress, and the Cancel button.
    fn view_job(&self, title: &'static str, done: Option<u64>) -> Html {
        let onclick = self.dispatch.reform(|_: MouseEvent| Action::Ui(UiAction::CancelJob));
        let percent = done.map(|done| format!("{}%", done / 10)).unwrap_or_default();
        html! {
            <p class="job">
                <span>{ title }{ "…" }</span>
                <progress max="1000" value={done.map(|done| done.to_string())} aria-label={title} />
                <span class="percent" aria-hidden="true">{ percent }</span>
                <button class="button" {onclick}>{ "Cancel" }</button>
            </p>
        }
    }

    /// A button of the presentation mode.
    fn view_tool(
        &self,
        tool: Tool,
        place: &'static str,
        label: &'static str,
        title: &'static str,
    ) -> Html {
        let onclick =
            self.dispatch.reform(move |_: MouseEvent| Action::Host(HostAction::Open(tool)));
        html! { <button class={classes!("button", "end", place)} {title} {onclick}>{ label }</button> }
    }

    /// The button that a notice offers.
    fn view_offer(&self, offer: Offer) -> Html {
        let (action, label): (fn() -> Action, _) = match offer {
            Offer::Undo => (|| Action::Run(RunAction::Undo), "Undo"),
            Offer::Redo => (|| Action::Run(RunAction::Redo), "Redo"),
            Offer::Restart => (|| Action::Run(RunAction::RestartStory), "Restart story"),
            Offer::LoadSchema => (|| Action::Host(HostAction::LoadSchema), "Try again"),
            Offer::LoadLater => (|| Action::Host(HostAction::LoadLater), "Try again"),
            Offer::Nothing => return Html::default(),
        };
        let onclick = self.dispatch.reform(move |_: MouseEvent| action());
        html! { <button class="link" {onclick}>{ label }</button> }
    }

    /// The transport bar.
    fn view_transport(&self, session: &Session) -> Html {
        let latest = session.panels.pages.last().and_then(|page| page.rows.last());
        let latest = latest.map(|row| AttrValue::from(row.text.clone()));
        memo(Transport {
            is_playing: session.run.playback.is_playing(),
            speed: session.run.playback.speed(),
            now: session.run.timeline.now(),
            end: session.run.timeline.end(),
            cursor: self.picture.cursor.clone(),
            marks: session.panels.marks.clone(),
            latest: latest.unwrap_or_default(),
            dispatch: self.dispatch.clone(),
        })
    }

    /// The card of the lesson and the panels. Where the window is narrow or low, one of them at a time.
    fn view_sheet(&self, session: &Session, id: AttrValue, controls: Controls) -> Html {
        let has_story = session.lesson.active.is_some();
        let sheet = session.ui.sheet;
        let tabs = [Tab::Story, Tab::Why, Tab::Log, Tab::Versions];
        let exists = |tab: &Tab| match tab {
            Tab::Story => has_story,
            Tab::Why | Tab::Log => true,
            Tab::Versions => session.comparison.is_some(),
        };
        let tab = |tab: Tab| {
            let onclick =
                self.dispatch.reform(move |_: MouseEvent| Action::Ui(UiAction::ToggleSheet(tab)));
            let is_open = sheet.is_open(tab, has_story).to_string();
            html! { <button {onclick} aria-expanded={is_open}>{ tab.label() }</button> }
        };
        html! {
            <div class={classes!("sheet", sheet.classes(has_story).to_vec())}>
                <nav class="sheet-bar" aria-label="Panels">
                    { for tabs.into_iter().filter(exists).map(tab) }
                    if !is_masked(session) {
                        <p>{ view_names(&session.panels.headline()) }</p>
                    }
                </nav>
                { self.view_lesson(session) }
                { self.view_side(session, id, controls) }
            </div>
        }
    }

    /// The panels. With few controls, only the text alternative of the picture, whose list gets this id.
    fn view_side(&self, session: &Session, id: AttrValue, controls: Controls) -> Html {
        let transcript = memo(TranscriptPanel {
            id,
            transcript: self.announcer.transcript.clone(),
            news: self.announcer.news.clone(),
        });
        if controls != Controls::Full {
            return html! { <aside class="side" aria-label="Text description">{ transcript }</aside> };
        }
        let lesson = session.lesson.active.as_ref();
        let masked = lesson.map_or(&[][..], |it| it.masked(&session.run.timeline));
        let called = match lesson.and_then(|it| it.panel(&session.run.timeline)) {
            Some(Panel::Why) => "panels calls-why",
            Some(Panel::Log) => "panels calls-log",
            _ => "panels",
        };
        html! {
            <aside class="side" aria-label="What happens and why"><div class={called}>
                if let Some(view) = later::REPORT.get() {
                    { view(self, session) }
                }
                if masked.contains(&Panel::Why) {
                    { view_masked("Control loop") }
                } else if let (Some(view), Some(query)) = (later::WHY.get(), &session.ui.why.query) {
                    { view(self, query) }
                } else {
                    { memo(ControlLoopPanel {
                        sets: session.panels.sets.clone(),
                        missing_class: session.panels.missing_class.clone(),
                        lone_pods: session.panels.lone_pods,
                        is_observed: session.run.timeline.cluster().settings.observed.is_some(),
                        dispatch: self.dispatch.clone(),
                    }) }
                }
                if masked.contains(&Panel::Log) {
                    { view_masked("Events") }
                } else {
                    { memo(EventLog {
                        pages: session.panels.pages.clone(),
                        dispatch: self.dispatch.clone(),
                    }) }
                }
                { transcript }
            </div></aside>
        }
    }

    /// The card of the lesson in progress.
    fn view_lesson(&self, session: &Session) -> Html {
        let Some(lesson) = &session.lesson.active else { return Html::default() };
        let is_playing = session.run.playback.is_playing();
        let next = session.lesson.next();
        // While time passes, the word would change.
        let word = WORD.get().filter(|_| !is_playing && !session.host.script.class().is_empty());
        let word = word.map(|word| word(lesson, &session.run.timeline));
        memo(LessonCard::new(
            lesson,
            &session.run.timeline,
            is_playing,
            next,
            word,
            self.dispatch.clone(),
        ))
    }

    /// The open menu.
    fn view_menu(&self, session: &Session) -> Html {
        let Some(menu) = &session.ui.menu else { return Html::default() };
        let timeline = &session.run.timeline;
        let choices = choices(timeline.cluster(), &menu.target);
        let state = || {
            let label = find(&session.ui.scene.items, &menu.key)?.label.as_ref()?;
            Some(first_sentence(&label.description).to_owned())
        };
        let why = (!is_masked(session)).then(|| wait_sentence(timeline, &menu.target)).flatten();
        let sentence = why.or_else(state).unwrap_or_default();
        let key = menu.key.clone();
        html! { <Menu {key} menu={menu.clone()} {sentence} {choices} dispatch={self.dispatch.clone()} /> }
    }
}

/// Whether explanations of waits are hidden, because they would give away the answer to a prediction.
fn is_masked(session: &Session) -> bool {
    let lesson = session.lesson.active.as_ref();
    lesson.is_some_and(|it| it.masked(&session.run.timeline).contains(&Panel::Why))
}

/// Shown in place of a panel that would give away the answer to a prediction.
fn view_masked(name: &'static str) -> Html {
    html! {
        <section class="panel masked" aria-label={name}>
            <h2>{ name }</h2>
            <p class="empty">{ "Hidden until you predict and watch." }</p>
        </section>
    }
}

/// Shown while the story is being opened.
pub(super) fn view_loading() -> Html {
    html! {
        <div class="page broken" role="status">
            <h1>{ "Ordinal" }</h1>
            <p>{ "Opening the story…" }</p>
        </div>
    }
}

/// Shown if the story cannot be played.
pub(super) fn view_errors(errors: &[String]) -> Html {
    html! {
        <div class="page broken" role="alert">
            <h1>{ "Ordinal" }</h1>
            <p>{ "This story can't be played:" }</p>
            <ul>{ for errors.iter().map(|error| html! { <li>{ error }</li> }) }</ul>
        </div>
    }
}
