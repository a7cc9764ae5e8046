//! The help: the meaning of the picture, the keys, and how to report a problem.

use super::action::{Action, Dialog, Export, HostAction};
use super::keys::KEYS;
use super::memo::Memo;
use crate::page::glossary::{self, TERMS};
use crate::page::shortcuts::SHORTCUTS;
use crate::page::simulated::{self, Part};
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
const PICTURE: [(&str, &str); 8] = [
    (
        "A column is an identity",
        "web-1 keeps its name, DNS name, claim, and data while its pods are replaced.",
    ),
    ("A row is a node", "A pod appears where its identity's column crosses its node's row."),
    (
        "A cable is an attached volume",
        "Volumes are below the rows. They outlive pods and attach to the next pod with the same name.",
    ),
    (
        "A ring around a pod's sign",
        "shrinks until the end of its grace period, its toleration, or its back-off.",
    ),
    ("A card in a column", "shows what stayed and what changed when a pod was replaced."),
    (
        "primary and replica",
        "are roles of the example database, not of Kubernetes: ordinal 0 accepts writes, and the others replicate from it.",
    ),
    (
        "The control loop",
        "shows what the controller is waiting for and why, with the Kubernetes source and statement (S1 to S29) for each reason.",
    ),
    ("The timeline", "goes back, too. Act in the past and the future changes. You can undo it."),
];

/// A part of what is simulated and what is not.
fn view_part(part: Part) -> Html {
    let Part { title, text, entries } = part;
    let entry = |(name, more): (String, String)| html! { <><dt>{ name }</dt><dd>{ more }</dd></> };
    html! {
        <>
            <h3>{ title }</h3>
            <p>{ text }</p>
            <dl class="keys">{ for entries.into_iter().map(entry) }</dl>
        </>
    }
}

impl Memo for HelpDialog {
    fn view(&self) -> Html {
        let (report, message) = &self.report;
        let ask =
            self.dispatch.reform(|_: MouseEvent| Action::Host(HostAction::Export(Export::Report)));
        html! {
            <super::dialog::Frame title="Help" dialog={Dialog::Help} dispatch={self.dispatch.clone()}>
                <p>{ "Click anything in the picture, or select it with Tab and the arrow keys and press Enter. The menu lists actions and their commands." }</p>
                <dl>{ for PICTURE.iter().map(|(term, text)| html! { <><dt>{ term }</dt><dd>{ text }</dd></> }) }</dl>
                <h3>{ "Keys" }</h3>
                <dl class="keys">{ for KEYS.iter().map(|(keys, text)| html! { <><dt><kbd>{ keys }</kbd></dt><dd>{ text }</dd></> }) }</dl>
                <h3>{ "Keys for the first StatefulSet" }</h3>
                <dl class="keys">{ for SHORTCUTS.iter().map(|(key, text)| html! { <><dt><kbd>{ key.to_string() }</kbd></dt><dd>{ text.to_owned() }</dd></> }) }</dl>
                <h3>{ "Glossary" }</h3>
                <dl class="glossary">{ for TERMS.iter().enumerate().map(|(index, (_, text))| html! { <><dt>{ glossary::name(index) }</dt><dd>{ *text }</dd></> }) }</dl>
                <details class="simulated">
                    <summary>{ "What is simulated, accepted, and left out" }</summary>
                    { for simulated::parts().into_iter().map(view_part) }
                </details>
                <h3>{ "Found a problem?" }</h3>
                <p>{ "A problem report contains the versions, your browser, and everything you did here. Nothing is sent automatically: paste it where you report the problem." }</p>
                <p><button class="button" onclick={ask}>{ "Copy a problem report" }</button></p>
                <p class="said" role="status">{ message.clone() }</p>
                if !report.is_empty() {
                    <textarea readonly=true rows="8" aria-label="Problem report" value={report.clone()} />
                }
            </super::dialog::Frame>
        }
    }
}
