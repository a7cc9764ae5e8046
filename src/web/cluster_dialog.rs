//! The dialog in which what a real cluster said is pasted or opened.

use super::action::{Action, Export, HostAction, RunAction, SharedRun};
use super::dialog::Frame;
use crate::api::Time;
use crate::observe::COMMAND;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

/// The properties of the dialog.
#[derive(Properties, PartialEq)]
pub(super) struct ClusterProps {
    /// The message about the files that were opened last.
    pub message: AttrValue,
    /// What is wrong with the text that was pasted last, empty if nothing is.
    pub problem: AttrValue,
    /// Receives the actions.
    pub dispatch: Callback<Action>,
}

/// The dialog.
pub(super) struct ClusterDialog {
    /// The `textarea` element, which keeps what was pasted.
    text: NodeRef,
}

impl Component for ClusterDialog {
    type Message = ();
    type Properties = ClusterProps;

    fn create(_: &Context<ClusterDialog>) -> ClusterDialog {
        ClusterDialog { text: NodeRef::default() }
    }

    fn view(&self, ctx: &Context<ClusterDialog>) -> Html {
        let ClusterProps { message, problem, dispatch } = ctx.props();
        let (text, send) = (self.text.clone(), dispatch.clone());
        let open = Callback::from(move |_: MouseEvent| {
            let Some(area) = text.cast::<HtmlTextAreaElement>() else { return };
            let (recipe, at, rules) = (area.value(), Time(0), None);
            let run = SharedRun { recipe, at, rules, message: String::new() };
            send.emit(Action::Run(RunAction::Open(run)));
        });
        let load = dispatch.reform(|_: MouseEvent| Action::Host(HostAction::Export(Export::Load)));
        html! {
            <Frame title="Open from a cluster" class="cluster" dispatch={dispatch.clone()}>
                <p>{ "Run this command. It only reads, and writes nothing to your cluster:" }</p>
                <textarea readonly=true rows="3" aria-label="Command to copy" value={COMMAND} />
                <p>
                    { "Paste its output here, or open or drop the files that you saved it to: any number, YAML or JSON. What kubectl prints with " }
                    <code>{ "-w --output-watch-events -o json" }</code>
                    { " is shown as a recording, and so is what ordinal record writes." }
                </p>
                <textarea ref={self.text.clone()} rows="8" aria-label="Output of the command" spellcheck="false"
                    autocomplete="off" autocapitalize="off" wrap="off" aria-invalid={(!problem.is_empty()).to_string()}
                    aria-describedby="cluster-problem" />
                <p id="cluster-problem" class="said" role="status">{ if problem.is_empty() { message.clone() } else { problem.clone() } }</p>
                <p class="actions">
                    <button class="button primary" onclick={open}>{ "Show the cluster" }</button>
                    <button class="button" onclick={load}>{ "Open files" }</button>
                </p>
                <p class="quiet">
                    { "Nothing leaves this page, and nothing is stored. Data of Secrets, environment variables, commands, and most \
                       annotations are dropped while the text is read." }
                </p>
            </Frame>
        }
    }
}
