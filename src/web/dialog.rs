//! The frame of a dialog: the browser keeps the focus within it, and gives it back.

use super::action::Action;
use super::icons;
use web_sys::HtmlDialogElement;
use yew::prelude::*;

/// What a dialog is.
#[derive(Properties, PartialEq)]
pub(super) struct FrameProps {
    /// Its title.
    pub title: AttrValue,
    /// Its class.
    pub class: &'static str,
    /// Who is told that it closes.
    pub dispatch: Callback<Action>,
    /// What is in it.
    pub children: Html,
}

/// An open dialog.
pub(super) struct Frame {
    element: NodeRef,
}

impl Component for Frame {
    type Message = ();
    type Properties = FrameProps;

    fn create(_: &Context<Frame>) -> Frame {
        Frame { element: NodeRef::default() }
    }

    fn view(&self, ctx: &Context<Frame>) -> Html {
        let FrameProps { title, class, dispatch, children } = ctx.props();
        let element = self.element.clone();
        // Closed by itself it gives the focus back; then it may go.
        let close = Callback::from(move |_: MouseEvent| {
            if let Some(dialog) = element.cast::<HtmlDialogElement>() {
                dialog.close();
            }
        });
        html! {
            <dialog class={classes!("dialog", *class)} ref={self.element.clone()} aria-label={title.clone()}
                onclose={dispatch.reform(|_: Event| Action::CloseDialog)}
                onkeydown={Callback::from(|event: KeyboardEvent| event.stop_propagation())}>
                <div class="dialog-head">
                    <h2>{ title.clone() }</h2>
                    <button class="button square" aria-label="Close" title="Close (Esc)" onclick={close}>{ icons::close() }</button>
                </div>
                { children.clone() }
            </dialog>
        }
    }

    fn rendered(&mut self, _: &Context<Frame>, first_render: bool) {
        if first_render && let Some(dialog) = self.element.cast::<HtmlDialogElement>() {
            // It fails only if it is open already.
            let _ = dialog.show_modal();
        }
    }
}
