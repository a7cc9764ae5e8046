//! The comparison with another run, under another version of Kubernetes or with another future: two pictures at the same
//! instant, and what differs.

use super::App;
use crate::cluster::Version;
use crate::page::comparison::Shown;
use crate::page::futures::Side;
use crate::web::action::{Action, RunAction, UiAction};
use crate::web::futures_panel::FuturesPanel;
use crate::web::memo::memo;
use crate::web::picture_input::PictureInput;
use crate::web::session::Session;
use crate::web::version_panel::VersionPanel;
use yew::prelude::*;

/// The CSS classes of the page during a comparison.
pub(super) fn classes(session: &Session) -> Vec<&'static str> {
    let Some(comparison) = &session.comparison else { return Vec::new() };
    let order = if comparison.shown.is_other_first() { "other-first" } else { "own-first" };
    let shown = if session.ui.shows_other { "shows-other" } else { "shows-own" };
    vec!["compared", order, shown]
}

impl App {
    /// The names of the versions above their pictures. Where there is room for one picture only, they are buttons that
    /// choose it.
    pub(super) fn view_switch(&self, session: &Session) -> Html {
        let Some(comparison) = &session.comparison else { return Html::default() };
        let report = match &comparison.shown {
            Shown::Versions(report) => report,
            Shown::Futures(futures) => return self.view_sides(futures.own),
        };
        let side = |version: Version| {
            let is_other = version == report.other;
            let show = self
                .dispatch
                .reform(move |_: MouseEvent| Action::Ui(UiAction::ShowOther(is_other)));
            let is_shown = (is_other == session.ui.shows_other).to_string();
            let name = html! {
                <span>{ "Kubernetes " }{ version.name() }if !is_other { <small>{ " your run" }</small> }</span>
            };
            html! {
                <div><p>{ name.clone() }</p><button class="button" aria-pressed={is_shown} onclick={show}>{ name }</button></div>
            }
        };
        let sides = report.versions().map(side);
        html! { <nav class="switch" aria-label="Versions">{ for sides }</nav> }
    }

    /// The names of the futures above their pictures: buttons that choose the one in which the user acts.
    fn view_sides(&self, own: Side) -> Html {
        let side = |side: Side| {
            let is_own = side == own;
            let name = side.name();
            let label = if is_own {
                format!("Future {name}: you act here")
            } else {
                format!("Act in future {name}")
            };
            let swap = self.dispatch.reform(|_: MouseEvent| Action::Run(RunAction::SwapFutures));
            html! {
                <div><button class="button" aria-pressed={is_own.to_string()} onclick={(!is_own).then_some(swap)}>{ label }</button></div>
            }
        };
        html! { <nav class="switch futures" aria-label="Futures">{ for Side::ALL.map(side) }</nav> }
    }

    /// The picture of the other run, which is only looked at.
    pub(super) fn view_other(&self, session: &Session) -> Html {
        let Some(comparison) = &session.comparison else { return Html::default() };
        let which = match &comparison.shown {
            Shown::Versions(report) => format!("under Kubernetes {}", report.other.name()),
            Shown::Futures(futures) => format!("of future {}", futures.own.other().name()),
        };
        let label = format!("The picture {which}. The panel lists what differs.");
        html! {
            <section class="other" aria-label={label}>
                <div class="stage" inert=true>
                    <PictureInput picture={self.picture.other.clone()} described_by="" dispatch={Callback::noop()} />
                </div>
            </section>
        }
    }

    /// What differs.
    pub(super) fn view_report(&self, session: &Session) -> Html {
        let Some(comparison) = &session.comparison else { return Html::default() };
        let report = match &comparison.shown {
            Shown::Versions(report) => report.clone(),
            Shown::Futures(futures) => {
                let (futures, dispatch) = (futures.clone(), self.dispatch.clone());
                return memo(FuturesPanel { futures, dispatch });
            }
        };
        let is_beyond = session.run.timeline.now() > report.until;
        memo(VersionPanel { report, is_beyond, dispatch: self.dispatch.clone() })
    }
}
