//! The dialog that changes the version of Kubernetes, or compares two.

use super::action::{Action, Dialog, RunAction};
use super::dialog::Frame;
use super::memo::Memo;
use crate::cluster::Version;
use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// The properties of the dialog.
#[derive(PartialEq)]
pub(super) struct VersionDialog {
    /// The version of Kubernetes that the run follows.
    pub version: Version,
    /// Receives the actions.
    pub dispatch: Callback<Action>,
}

impl VersionDialog {
    /// The versions to choose from, the newest first.
    fn view_versions(&self) -> Html {
        let options = Version::ALL.iter().rev().map(|(version, name)| {
            html! { <option value={*name} selected={*version == self.version}>{ *name }</option> }
        });
        let dispatch = self.dispatch.clone();
        let onchange = move |event: Event| {
            let select = event.target().and_then(|it| it.dyn_into::<HtmlSelectElement>().ok());
            if let Some(version) = select.and_then(|it| Version::named(&it.value())) {
                dispatch.emit(Action::Run(RunAction::ChangeVersion(version)));
            }
        };
        html! { <select {onchange}>{ for options }</select> }
    }

    /// A button for each version to compare with.
    fn view_comparisons(&self) -> Html {
        let button = |(version, name): &(Version, &'static str)| {
            let version = *version;
            let compare =
                self.dispatch.reform(move |_: MouseEvent| Action::Run(RunAction::Compare(version)));
            html! { <button class="button" onclick={compare}>{ "Compare with " }{ *name }</button> }
        };
        let others = Version::ALL.iter().rev().filter(|(version, _)| *version != self.version);
        html! { <p class="actions">{ for others.map(button) }</p> }
    }
}

impl Memo for VersionDialog {
    fn view(&self) -> Html {
        html! {
            <Frame title="Kubernetes version" dialog={Dialog::Versions} dispatch={self.dispatch.clone()}>
                <p class="version">
                    <label>{ "This cluster follows the rules of Kubernetes " }{ self.view_versions() }</label>
                    { ". Another version replays your story up to this point." }
                </p>
                <h3>{ "What changes if you upgrade?" }</h3>
                <p>{ "Your story is played under both versions. You see what differs, and both pictures." }</p>
                { self.view_comparisons() }
            </Frame>
        }
    }
}
