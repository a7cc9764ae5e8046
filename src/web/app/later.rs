//! The parts of the page that somebody opens: they are in the second part of the program, and the actions that open them
//! wait for it.

use super::App;
use crate::cluster::observed::ASSUMPTIONS;
use crate::later::later;
use crate::page::by_ptr::ByPtr;
use crate::page::why_query::WhyQuery;
use crate::web::action::Dialog;
use crate::web::cluster_dialog::ClusterDialog;
use crate::web::help_dialog::HelpDialog;
use crate::web::lesson_list::LessonList;
use crate::web::manifest_dialog::ManifestDialog;
use crate::web::memo::memo;
use crate::web::session::Session;
use crate::web::share_dialog::ShareDialog;
use crate::web::survive_dialog::SurviveDialog;
use crate::web::terminal_view::{PaneView, TerminalView};
use crate::web::version_dialog::VersionDialog;
use crate::web::why_panel::WhyPanel;
use std::rc::Rc;
use yew::prelude::*;

later! {
    /// The terminal.
    pub(super) static TERMINAL: fn(&App, &Session) -> Html = App::view_terminal;
    /// Whether the picture shows a real cluster.
    pub(super) static BADGE: fn(&App, &Session) -> Html = App::view_badge;
    /// The open dialog.
    pub(super) static DIALOG: fn(&App, &Session) -> Html = App::view_dialog;
    /// The answer to "Why?".
    pub(super) static WHY: fn(&App, &ByPtr<WhyQuery>) -> Html = App::view_why;
    /// What a simulation assumes that continues from a real cluster.
    pub(super) static ASSUMED: fn() -> Html = view_assumed;
    /// The names of the compared versions.
    pub(super) static SWITCH: fn(&App, &Session) -> Html = App::view_switch;
    /// The picture under the other version.
    pub(super) static OTHER: fn(&App, &Session) -> Html = App::view_other;
    /// What differs between the versions.
    pub(super) static REPORT: fn(&App, &Session) -> Html = App::view_report;
}

impl App {
    /// The terminal.
    fn view_terminal(&self, session: &Session) -> Html {
        memo(TerminalView {
            panes: session.terminal.panes.iter().map(PaneView::of).collect(),
            active: session.terminal.active,
            dispatch: self.dispatch.clone(),
        })
    }

    /// The answer to "Why?".
    fn view_why(&self, query: &ByPtr<WhyQuery>) -> Html {
        memo(WhyPanel { query: query.clone(), dispatch: self.dispatch.clone() })
    }

    /// The open dialog.
    fn view_dialog(&self, session: &Session) -> Html {
        let Some(dialog) = session.ui.dialog else { return Html::default() };
        let (text, message) = &session.host.export;
        let (text, message): (AttrValue, AttrValue) = (text.clone().into(), message.clone().into());
        match dialog {
            Dialog::Share => memo(ShareDialog {
                observed: {
                    let source = session.run.timeline.cluster().settings.observed.as_ref();
                    source.map(|_| session.run.recipe.clone())
                },
                has_lesson: session.lesson.active.is_some(),
                text: text.clone(),
                message: message.clone(),
                dispatch: self.dispatch.clone(),
            }),
            Dialog::Stories => memo(LessonList {
                lessons: session.lesson.list.clone(),
                dispatch: self.dispatch.clone(),
            }),
            Dialog::Versions => memo(VersionDialog {
                version: session.run.timeline.cluster().settings.version,
                dispatch: self.dispatch.clone(),
            }),
            Dialog::Survive => memo(SurviveDialog {
                survey: session.survey.clone(),
                job: session.jobs.surveys(&session.run.timeline),
                dispatch: self.dispatch.clone(),
            }),
            Dialog::Cluster => html! {
                <ClusterDialog {message} problem={AttrValue::from(session.ui.problem.clone())}
                    live={session.observing.as_ref().map(|it| it.shown.clone())} dispatch={self.dispatch.clone()} />
            },
            Dialog::Help => {
                memo(HelpDialog { report: (text, message), dispatch: self.dispatch.clone() })
            }
            Dialog::Manifest => html! {
                <ManifestDialog text={session.manifest.text.clone()} saved={session.manifest.saved.clone()} running={session.run.timeline.applied().map(Rc::from)}
                    applied={session.manifest.applied.clone()} editing={session.editor.as_ref().map(|editor| editor.title.clone())} findings={session.manifest.findings.clone()} dispatch={self.dispatch.clone()} />
            },
        }
    }
}

/// What a simulation assumes that continues from a real cluster.
fn view_assumed() -> Html {
    html! {
        <details class="assumed">
            <summary class="button">{ "Assumptions" }</summary>
            <div>
                <p>{ "Where the observation ends, the simulation assumes:" }</p>
                <ul>{ for ASSUMPTIONS.lines().map(|line| html! { <li>{ line }</li> }) }</ul>
            </div>
        </details>
    }
}
