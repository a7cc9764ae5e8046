//! The top bar: the name, the hint, and the tools.

use super::action::{Action, Dialog, HostAction, RunAction, TerminalAction, UiAction};
use super::icons;
use super::memo::Memo;
use yew::prelude::*;

/// The properties of the bar.
#[derive(PartialEq)]
pub(super) struct TopBar {
    /// The hint: what to try next.
    pub hint: AttrValue,
    /// Whether the terminal is open.
    pub has_terminal: bool,
    /// Whether there is a change to undo.
    pub can_undo: bool,
    /// Whether there is a change to redo.
    pub can_redo: bool,
    /// The version of Kubernetes.
    pub version: &'static str,
    /// Receives the actions.
    pub dispatch: Callback<Action>,
}

impl Memo for TopBar {
    fn view(&self) -> Html {
        let has_terminal = self.has_terminal;
        let send = |action: fn() -> Action| self.dispatch.reform(move |_: MouseEvent| action());
        html! {
            <header class="top">
                <h1>{ "Ordinal" }</h1>
                <p class="hint" title={self.hint.clone()}>{ self.hint.clone() }</p>
                <nav class="tools" aria-label="Tools">
                    <button class="button stories" aria-haspopup="dialog" title="Guided stories"
                        onclick={send(|| Action::Ui(UiAction::OpenDialog(Dialog::Stories)))}>{ "Stories" }</button>
                    <button class="button square more-button" aria-label="More" title="More"
                        popovertarget="more">{ "⋯" }</button>
                    <div id="more" class="more-list" popover="auto">
                    <button class="button" aria-haspopup="dialog" title="Write, paste, and apply manifests"
                        onclick={send(|| Action::Ui(UiAction::OpenDialog(Dialog::Manifest)))}>{ "Manifest" }</button>
                    <button class="button square" aria-label="Undo" title="Undo (Ctrl+Z)" disabled={!self.can_undo}
                        onclick={send(|| Action::Run(RunAction::Undo))}>{ icons::undo() }<span class="label">{ "Undo" }</span></button>
                    <button class="button square" aria-label="Redo" title="Redo (Ctrl+Y)" disabled={!self.can_redo}
                        onclick={send(|| Action::Run(RunAction::Redo))}>{ icons::redo() }<span class="label">{ "Redo" }</span></button>
                    <button class="button square" popovertarget="more" popovertargetaction="hide" aria-label="Restart story" title="Restart the story without your changes"
                        onclick={send(|| Action::Run(RunAction::RestartStory))}>
                        { icons::restart() }<span class="label">{ "Restart story" }</span>
                    </button>
                    <button class="button" popovertarget="more" popovertargetaction="hide" title="kubectl terminal (k)" aria-expanded={has_terminal.to_string()}
                        onclick={self.dispatch.reform(move |_: MouseEvent| Action::Terminal(TerminalAction::SetOpen(!has_terminal)))}>{ "Terminal" }</button>
                    <button class="button" popovertarget="more" popovertargetaction="hide" title="Two futures from this moment, side by side"
                        onclick={send(|| Action::Run(RunAction::Fork))}>{ "Fork" }</button>
                    <button class="button" aria-haspopup="dialog" title="Test the manifest of this run with faults"
                        onclick={send(|| Action::Ui(UiAction::OpenDialog(Dialog::Survive)))}>{ "Survive?" }</button>
                    <button class="button" aria-haspopup="dialog" title="Show what a real cluster says"
                        onclick={send(|| Action::Ui(UiAction::OpenDialog(Dialog::Cluster)))}>{ "Cluster" }</button>
                    <button class="button" aria-haspopup="dialog" title="Links, files, and pictures"
                        onclick={send(|| Action::Ui(UiAction::OpenDialog(Dialog::Share)))}>{ "Share" }</button>
                    <button class="button" aria-haspopup="dialog" title="Change the version of Kubernetes, or compare two"
                        onclick={send(|| Action::Ui(UiAction::OpenDialog(Dialog::Versions)))}><span class="label">{ "Kubernetes " }</span>{ "v" }{ self.version }</button>
                    <button class="button square" aria-label="Present" title="Presentation mode (p)"
                        onclick={send(|| Action::Ui(UiAction::TogglePresentation))}>{ icons::present() }<span class="label">{ "Present" }</span></button>
                    <button class="button square" aria-label="Switch theme" title="Switch theme"
                        onclick={send(|| Action::Host(HostAction::ToggleTheme))}>{ icons::theme() }<span class="label">{ "Switch theme" }</span></button>
                    <button class="button square" aria-haspopup="dialog" aria-label="Help" title="Help and shortcuts (?)"
                        onclick={send(|| Action::Ui(UiAction::OpenDialog(Dialog::Help)))}><span class="icon" aria-hidden="true">{ "?" }</span><span class="label">{ "Help" }</span></button>
                    </div>
                </nav>
            </header>
        }
    }
}
