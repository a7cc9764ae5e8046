//! The dialog in which a real cluster is followed, or what it said is pasted or opened.

use super::action::{Action, Dialog, Export, HostAction, ObserveAction, RunAction, SharedRun};
use super::dialog::Frame;
use super::session::ConnectionView;
use crate::api::Time;
use crate::observe::COMMAND;
use crate::observe::live::{ADDRESS, COMMAND as SERVE, Status};
use std::rc::Rc;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

/// The properties of the dialog.
#[derive(Properties, PartialEq)]
pub(super) struct ClusterProps {
    /// The message about the files that were opened last.
    pub message: AttrValue,
    /// What is wrong with the text that was pasted last, empty if nothing is.
    pub problem: AttrValue,
    /// The cluster that is followed.
    pub live: Option<Rc<ConnectionView>>,
    /// Receives the actions.
    pub dispatch: Callback<Action>,
}

/// The dialog.
pub(super) struct ClusterDialog {
    /// The `textarea` element, which keeps what was pasted.
    text: NodeRef,
    /// The `input` element with the namespaces.
    namespaces: NodeRef,
}

impl Component for ClusterDialog {
    type Message = ();
    type Properties = ClusterProps;

    fn create(_: &Context<ClusterDialog>) -> ClusterDialog {
        ClusterDialog { text: NodeRef::default(), namespaces: NodeRef::default() }
    }

    fn view(&self, ctx: &Context<ClusterDialog>) -> Html {
        let ClusterProps { message, problem, live, dispatch } = ctx.props();
        let said = match live {
            Some(live) => AttrValue::from(state(live)),
            None if problem.is_empty() => message.clone(),
            None => problem.clone(),
        };
        html! {
            <Frame title="Show a real cluster" dialog={Dialog::Cluster} dispatch={dispatch.clone()}>
                <p id="cluster-problem" class="said" role="status">{ said }</p>
                <section aria-labelledby="cluster-live">
                    <h3 id="cluster-live">{ "Live" }</h3>
                    { self.view_live(live.as_deref(), dispatch) }
                </section>
                <section aria-labelledby="cluster-text">
                    <h3 id="cluster-text">{ "A dump or a recording" }</h3>
                    { self.view_text(!problem.is_empty(), dispatch) }
                </section>
                <p class="quiet">
                    { "Nothing leaves this page, and nothing is stored. Data of Secrets, environment variables, commands, and most \
                       annotations are dropped while the text is read." }
                </p>
            </Frame>
        }
    }
}

impl ClusterDialog {
    /// How to follow a cluster, or to end that.
    fn view_live(&self, live: Option<&ConnectionView>, dispatch: &Callback<Action>) -> Html {
        if live.is_some() {
            let end = dispatch.reform(|_: MouseEvent| Action::Observe(ObserveAction::Disconnect));
            return html! { <p class="actions"><button class="button" onclick={end}>{ "Disconnect" }</button></p> };
        }
        let (names, send) = (self.namespaces.clone(), dispatch.clone());
        let connect = move || {
            let Some(input) = names.cast::<HtmlInputElement>() else { return };
            send.emit(Action::Observe(ObserveAction::Connect(input.value())));
        };
        let on_enter = connect.clone();
        let onkeydown = Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Enter" {
                event.prevent_default();
                on_enter();
            }
        });
        let onclick = Callback::from(move |_: MouseEvent| connect());
        html! {
            <>
                <p>
                    { "Build the page with " }<code>{ "cargo xtask dist" }</code>
                    { ", and serve it together with the API of your cluster:" }
                </p>
                <textarea readonly=true rows="2" aria-label="Command that serves the page" value={SERVE} />
                <p>
                    { "Then open " }<code>{ ADDRESS }</code>{ ", or press Connect if the page is open there. It lists and watches objects: \
                       it only sends GET requests, and only to its own address." }
                </p>
                <p class="actions">
                    <label>
                        { "Namespaces " }
                        <input ref={self.namespaces.clone()} placeholder="all" spellcheck="false" autocomplete="off"
                            autocapitalize="off" {onkeydown} aria-describedby="cluster-problem" />
                    </label>
                    <button class="button primary" {onclick}>{ "Connect" }</button>
                </p>
            </>
        }
    }

    /// Where a text is pasted or opened.
    fn view_text(&self, is_wrong: bool, dispatch: &Callback<Action>) -> Html {
        let (text, send) = (self.text.clone(), dispatch.clone());
        let open = Callback::from(move |_: MouseEvent| {
            let Some(area) = text.cast::<HtmlTextAreaElement>() else { return };
            let (recipe, at, rules) = (area.value(), Time(0), None);
            let run = SharedRun { recipe, at, rules, message: String::new() };
            send.emit(Action::Run(RunAction::Open(run)));
        });
        let load = dispatch.reform(|_: MouseEvent| Action::Host(HostAction::Export(Export::Load)));
        html! {
            <>
                <p>{ "Run this command. It only reads, and writes nothing to your cluster:" }</p>
                <textarea readonly=true rows="3" aria-label="Command to copy" value={COMMAND} />
                <p>
                    { "Paste its output here, or open or drop the files that you saved it to: any number, YAML or JSON. What kubectl prints with " }
                    <code>{ "-w --output-watch-events -o json" }</code>
                    { " is shown as a recording, and so is what ordinal record writes." }
                </p>
                <textarea ref={self.text.clone()} rows="6" aria-label="Output of the command" spellcheck="false"
                    autocomplete="off" autocapitalize="off" wrap="off" aria-invalid={is_wrong.to_string()}
                    aria-describedby="cluster-problem" />
                <p class="actions">
                    <button class="button primary" onclick={open}>{ "Show the cluster" }</button>
                    <button class="button" onclick={load}>{ "Open files" }</button>
                </p>
            </>
        }
    }
}

/// The state of the connection, in a sentence.
fn state(live: &ConnectionView) -> String {
    let traffic = format!(
        "{} objects; {} GET requests, {} kB received.",
        live.objects, live.requests, live.kilobytes
    );
    match &live.status {
        Status::Listing(done, all) => format!("Connecting: {done} of {all} lists received."),
        Status::Live if live.missing.is_empty() => format!("Connected: {traffic}"),
        Status::Live => format!("Connected: {traffic} Not listed: {}.", live.missing),
        Status::Lost(why, _) => format!("Not connected: {why}. Trying again."),
        Status::Ended(why) => format!("Not connected: {why}."),
    }
}
