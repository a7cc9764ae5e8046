//! The comparison of two versions of Kubernetes: two pictures at the same instant, and what differs.

use super::App;
use crate::cluster::Version;
use crate::web::action::{Action, UiAction};
use crate::web::memo::memo;
use crate::web::picture_input::PictureInput;
use crate::web::session::Session;
use crate::web::version_panel::VersionPanel;
use yew::prelude::*;

/// The CSS classes of the page during a comparison.
pub(super) fn classes(session: &Session) -> Vec<&'static str> {
    let Some(comparison) = &session.comparison else { return Vec::new() };
    let report = &comparison.report;
    let order = if report.other < report.own { "other-first" } else { "own-first" };
    let shown = if session.ui.shows_other { "shows-other" } else { "shows-own" };
    vec!["compared", order, shown]
}

impl App {
    /// The names of the versions above their pictures. Where there is room for one picture only, they are buttons that
    /// choose it.
    pub(super) fn view_switch(&self, session: &Session) -> Html {
        let Some(comparison) = &session.comparison else { return Html::default() };
        let report = &comparison.report;
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

    /// The picture under the other version, which is only looked at.
    pub(super) fn view_other(&self, session: &Session) -> Html {
        let Some(comparison) = &session.comparison else { return Html::default() };
        let name = comparison.report.other.name();
        let label = format!("The picture under Kubernetes {name}. The panel lists what differs.");
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
        let report = comparison.report.clone();
        let is_beyond = session.run.timeline.now() > report.until;
        memo(VersionPanel { report, is_beyond, dispatch: self.dispatch.clone() })
    }
}
