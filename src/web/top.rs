//! The bar on top: the name, what to try next, and what opens the rest.

use super::action::{Action, Dialog};
use super::icons;
use super::part::Show;
use yew::prelude::*;

/// What the bar shows.
#[derive(PartialEq)]
pub(super) struct Top {
    /// What to try next.
    pub hint: AttrValue,
    /// Whether the terminal is open.
    pub has_terminal: bool,
    /// Whether something can be undone.
    pub can_undo: bool,
    /// Whether something that was undone can come back.
    pub can_redo: bool,
    /// Where clicks go.
    pub dispatch: Callback<Action>,
}

impl Show for Top {
    fn view(&self) -> Html {
        let has_terminal = self.has_terminal;
        let send = |action: fn() -> Action| self.dispatch.reform(move |_: MouseEvent| action());
        html! {
            <header class="top">
                <h1>{ "Ordinal" }</h1>
                <p class="hint">{ self.hint.clone() }</p>
                <nav class="tools" aria-label="Tools">
                    <button class="button" aria-haspopup="dialog" title="Guided stories"
                        onclick={send(|| Action::Open(Dialog::Stories))}>{ "Stories" }</button>
                    <button class="button" aria-haspopup="dialog" title="Write, paste and apply manifests"
                        onclick={send(|| Action::Open(Dialog::Manifest))}>{ "Manifest" }</button>
                    <button class="button square" aria-label="Undo" title="Undo (Ctrl+Z)" disabled={!self.can_undo}
                        onclick={send(|| Action::Undo)}>{ icons::undo() }</button>
                    <button class="button square" aria-label="Redo" title="Redo (Ctrl+Y)" disabled={!self.can_redo}
                        onclick={send(|| Action::Redo)}>{ icons::redo() }</button>
                    <button class="button square" title="Restart the story without your changes"
                        onclick={send(|| Action::RestartStory)}>
                        { icons::restart() }<span class="sr">{ "Restart story" }</span>
                    </button>
                    <button class="button" title="kubectl, typed (k)" aria-expanded={has_terminal.to_string()}
                        onclick={self.dispatch.reform(move |_: MouseEvent| Action::Terminal(!has_terminal))}>{ "Terminal" }</button>
                    <button class="button" aria-haspopup="dialog" title="Links, files, pictures"
                        onclick={send(|| Action::Open(Dialog::Share))}>{ "Share" }</button>
                    <button class="button square" aria-label="Light or dark" title="Light or dark"
                        onclick={send(|| Action::Theme)}>{ icons::theme() }</button>
                    <button class="button square" aria-haspopup="dialog" aria-label="Help" title="Help and keys (?)"
                        onclick={send(|| Action::Open(Dialog::Help))}>{ "?" }</button>
                </nav>
            </header>
        }
    }
}

/// What to try next, from what was done already.
pub(super) fn hint(story: &str, recipe: &str, is_stuck: bool) -> &'static str {
    if is_stuck {
        return "This wait does not end by itself. The panel says what would end it: what do you risk?";
    }
    // What the visitor did is what is not in the story.
    let did = |words: &str| recipe.matches(words).count() > story.matches(words).count();
    if !did("delete pod ") {
        "Click a pod and delete it: watch what comes back, and what stays the same."
    } else if !did("scale statefulset ") {
        "Now scale the set up: a new pod copies the data of the one before it."
    } else if !did(" off") && !did(" cut") {
        "Now click a node and cut it off: its pod is not replaced. The panel says why."
    } else if !did("--force") && !did("delete node ") {
        "Wait for the pod to be marked Terminating, then end the wait yourself. What do you risk?"
    } else {
        "Drag the time line back and do something else: the future changes."
    }
}
