//! The frame of a dialog. The browser keeps the focus inside it, and restores the focus when it closes.

use super::action::{Action, Dialog, UiAction};
use super::icons;
use web_sys::HtmlDialogElement;
use yew::prelude::*;

/// The properties of a dialog.
#[derive(Properties, PartialEq)]
pub(super) struct FrameProps {
    /// The title.
    pub title: AttrValue,
    /// Which dialog it is.
    pub dialog: Dialog,
    /// Receives the action that closes it.
    pub dispatch: Callback<Action>,
    /// The contents.
    pub children: Html,
}

/// The CSS class of a dialog.
fn class(dialog: Dialog) -> &'static str {
    match dialog {
        Dialog::Stories => "lessons",
        Dialog::Manifest => "manifest",
        Dialog::Help => "help",
        Dialog::Share => "share",
        Dialog::Versions => "versions",
        Dialog::Survive => "survive",
        Dialog::Cluster => "cluster",
    }
}

/// An open dialog.
pub(super) struct Frame {
    /// The `dialog` element.
    element: NodeRef,
    /// The dialog that was opened last.
    opened: Option<Dialog>,
}

impl Component for Frame {
    type Message = ();
    type Properties = FrameProps;

    fn create(_: &Context<Frame>) -> Frame {
        Frame { element: NodeRef::default(), opened: None }
    }

    fn view(&self, ctx: &Context<Frame>) -> Html {
        let FrameProps { title, dialog, dispatch, children } = ctx.props();
        let dialog = *dialog;
        let element = self.element.clone();
        // The browser restores the focus when the dialog closes, so it must close before it is removed.
        let close = Callback::from(move |_: MouseEvent| {
            if let Some(dialog) = element.cast::<HtmlDialogElement>() {
                dialog.close();
            }
        });
        html! {
            <dialog key={class(dialog)} class={classes!("dialog", class(dialog))} ref={self.element.clone()} aria-label={title.clone()}
                onclose={dispatch.reform(move |_: Event| Action::Ui(UiAction::CloseDialog(dialog)))}
                onkeydown={Callback::from(|event: KeyboardEvent| event.stop_propagation())}>
                <div class="dialog-head">
                    <h2>{ title.clone() }</h2>
                    <button class="button square" aria-label="Close" title="Close (Esc)" onclick={close}>{ icons::close() }</button>
                </div>
                { children.clone() }
            </dialog>
        }
    }

    fn rendered(&mut self, ctx: &Context<Frame>, _: bool) {
        // Yew reuses this component when one dialog replaces another.
        if self.opened.replace(ctx.props().dialog) != Some(ctx.props().dialog)
            && let Some(dialog) = self.element.cast::<HtmlDialogElement>()
        {
            // Fails only if the dialog is already open.
            let _ = dialog.show_modal();
        }
    }
}
