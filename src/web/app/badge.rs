//! The badge of a picture that shows a real cluster, or a simulation that continues from one.

use super::{App, later};
use crate::web::action::{Action, LiveAction, RunAction};
use crate::web::session::{ConnectionView, Session};
use yew::prelude::*;

impl App {
    /// The badge, and the buttons that continue from what is shown; nothing for other runs.
    pub(super) fn view_badge(&self, session: &Session) -> Html {
        let cluster = session.run.timeline.cluster();
        let Some(source) = &cluster.settings.observed else { return Html::default() };
        let is_observed = cluster.world().is_observed;
        let live = session.run.live;
        let followed = session.observing.as_ref().filter(|_| is_observed && live.is_some());
        let is_now = live.is_some_and(|live| live.is_followed);
        let (word, title) = match (followed, is_observed, source.is_recording) {
            (Some(it), ..) if is_now => return self.view_live_badge(&it.shown),
            (Some(_), ..) => ("RECORDED", "An earlier moment; the cluster is still followed"),
            (None, false, _) => ("SIMULATED", "A simulation that continues from what was observed"),
            (None, true, true) => ("RECORDED", "What a real cluster said while it was recorded"),
            (None, true, false) => ("OBSERVED", "What a real cluster said at one instant"),
        };
        let lost = followed.filter(|it| it.shown.is_lost()).map(|it| it.shown.word());
        html! {
            <>
                <p class="badge" {title}>
                    { word }
                    <span class="again" role="status">{ lost.unwrap_or_default() }</span>
                </p>
                <div class="badge-actions">
                    if followed.is_some() {
                        { self.view_follow() }
                    }
                    if is_observed {
                        { self.view_what_if() }
                    }
                </div>
                if let (false, Some(view)) = (is_observed, later::ASSUMED.get()) {
                    { view() }
                }
            </>
        }
    }

    /// The badge while the current state of a cluster is shown. Screen readers hear when it changes, not each second.
    fn view_live_badge(&self, shown: &ConnectionView) -> Html {
        let class = if shown.is_lost() { "badge lost" } else { "badge on" };
        let title =
            "What the cluster says now. This page only reads, and never writes to the cluster";
        let word = shown.word();
        let (head, why) = word.split_at(word.find(':').unwrap_or(word.len()));
        let (head, why) = (head.to_owned(), why.to_owned());
        html! {
            <>
                <p {class} {title}>
                    <span role="status">{ head }<span class="why">{ why }</span></span>
                    if let Some(seconds) = shown.seconds {
                        <span class="again" aria-hidden="true">{ format!("trying again in {seconds} s") }</span>
                    }
                </p>
                <div class="badge-actions">{ self.view_what_if() }</div>
            </>
        }
    }

    fn view_follow(&self) -> Html {
        let onclick = self.dispatch.reform(|_: MouseEvent| Action::Live(LiveAction::Follow));
        html! { <button class="button from-here" {onclick}>{ "Go live" }</button> }
    }

    fn view_what_if(&self) -> Html {
        let begin = |_: MouseEvent| Action::Run(RunAction::Line("simulate".into(), None));
        let title = "Continue as a simulation from here; Undo returns to what was observed";
        let onclick = self.dispatch.reform(begin);
        html! { <button class="button from-here" {title} {onclick}>{ "What if?" }</button> }
    }
}
