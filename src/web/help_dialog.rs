//! The help: the meaning of the picture, the keys, and how to report a problem.

use super::action::{Action, Export, HostAction};
use super::keys::KEYS;
use super::memo::Memo;
use crate::page::shortcuts::SHORTCUTS;
use yew::prelude::*;

/// The properties of the dialog.
#[derive(PartialEq)]
pub(super) struct HelpDialog {
    /// The last problem report, and the message about it.
    pub report: (AttrValue, AttrValue),
    /// Receives the actions.
    pub dispatch: Callback<Action>,
}

/// The meaning of the picture: terms and explanations.
const PICTURE: [(&str, &str); 6] = [
    (
        "A column is an identity",
        "web-1 keeps its name, its DNS name, its claim and its data. Pods come and go in its column.",
    ),
    (
        "A row is a node",
        "A pod is drawn where the column of its identity meets the lane of its node.",
    ),
    (
        "A cable is an attached volume",
        "The disks are below: they stay when pods go, and are attached to the next pod of the same name.",
    ),
    (
        "primary and replica",
        "are roles of the small database in the pods, not of Kubernetes: ordinal 0 takes the writes, the others follow it.",
    ),
    (
        "The control loop",
        "tells what the controller waits for, and why: each reason with its source in Kubernetes, and S1 to S29, the statements behind it.",
    ),
    (
        "The time line",
        "goes back, too. Whoever acts in the past gets another future; it can be undone.",
    ),
];

impl Memo for HelpDialog {
    fn view(&self) -> Html {
        let (report, message) = &self.report;
        let ask =
            self.dispatch.reform(|_: MouseEvent| Action::Host(HostAction::Export(Export::Report)));
        html! {
            <super::dialog::Frame title="Help" class="help" dispatch={self.dispatch.clone()}>
                <p>{ "Click anything in the picture, or go there with Tab and the arrow keys and press Enter: the menu says what can be done to it, and which command does it." }</p>
                <dl>{ for PICTURE.iter().map(|(term, text)| html! { <><dt>{ term }</dt><dd>{ text }</dd></> }) }</dl>
                <h3>{ "Keys" }</h3>
                <dl class="keys">{ for KEYS.iter().map(|(keys, text)| html! { <><dt><kbd>{ keys }</kbd></dt><dd>{ text }</dd></> }) }</dl>
                <h3>{ "Keys for the first set" }</h3>
                <dl class="keys">{ for SHORTCUTS.iter().map(|(key, text)| html! { <><dt><kbd>{ key.to_string() }</kbd></dt><dd>{ text.to_owned() }</dd></> }) }</dl>
                <h3>{ "Found a problem?" }</h3>
                <p>{ "A problem report contains the versions, your browser, and everything you did here. Nothing is sent: paste it wherever you report the problem." }</p>
                <p><button class="button" onclick={ask}>{ "Copy a problem report" }</button></p>
                <p class="said" role="status">{ message.clone() }</p>
                if !report.is_empty() {
                    <textarea readonly=true rows="8" aria-label="The problem report" value={report.clone()} />
                }
            </super::dialog::Frame>
        }
    }
}
