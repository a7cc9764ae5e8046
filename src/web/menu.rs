//! The menu of an item: entries that run lines of the notation, and "Why?".

use super::action::{Action, MenuAt, UiAction};
use crate::cluster::Subject;
use crate::page::choices::Choice;
use crate::page::layout::{fit_menu, next_entry};
use crate::page::subject;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

/// The properties of the menu.
#[derive(Properties, PartialEq)]
pub(super) struct MenuProps {
    /// Its position and its subject.
    pub menu: MenuAt,
    /// What the subject is waiting for, or its state.
    pub sentence: String,
    /// The entries.
    pub choices: Vec<Choice>,
    /// Receives the actions.
    pub dispatch: Callback<Action>,
}

/// The open menu.
pub(super) struct Menu {
    /// The element of the menu.
    element: NodeRef,
}

impl Component for Menu {
    type Message = ();
    type Properties = MenuProps;

    fn create(_: &Context<Menu>) -> Menu {
        Menu { element: NodeRef::default() }
    }

    fn view(&self, ctx: &Context<Menu>) -> Html {
        let MenuProps { menu, sentence, choices, dispatch } = ctx.props();
        let name = subject::name(&menu.target);
        let on_toggle = {
            let (dispatch, element, key) =
                (dispatch.clone(), self.element.clone(), menu.key.clone());
            Callback::from(move |_: Event| {
                // The browser closes the menu on Escape and on clicks outside it.
                let element = element.cast::<Element>();
                if element.is_some_and(|it| !it.matches(":popover-open").unwrap_or(true)) {
                    dispatch.emit(Action::Ui(UiAction::CloseMenu(key.clone())));
                }
            })
        };
        html! {
            <div class={classes!("menu", subject::hue(&menu.target))} ref={self.element.clone()} popover="auto"
                role="menu" aria-label={format!("Actions for {name}")} aria-describedby="menu-sentence"
                ontoggle={on_toggle} onkeydown={Callback::from(on_key)}>
                <p class="menu-title" role="presentation">{ name }</p>
                <p class="menu-sentence" id="menu-sentence" role="presentation">{ sentence }</p>
                { view_why(&menu.target, dispatch) }
                { for choices.iter().map(|choice| view_choice(choice, dispatch)) }
            </div>
        }
    }

    fn rendered(&mut self, ctx: &Context<Menu>, first_render: bool) {
        let Some(element) = self.element.cast::<HtmlElement>() else { return };
        if first_render {
            // A browser without popovers shows the menu in the text, where it works, too.
            let _ = element.show_popover();
            place(&element, &ctx.props().menu);
            if let Some(first) = entries(&element).into_iter().next() {
                let _ = first.focus();
            }
        }
    }

    fn changed(&mut self, ctx: &Context<Menu>, old: &MenuProps) -> bool {
        let menu = &ctx.props().menu;
        if *menu != old.menu
            && let Some(element) = self.element.cast::<HtmlElement>()
        {
            place(&element, menu);
        }
        true
    }
}

/// The entry "Why?".
fn view_why(target: &Subject, dispatch: &Callback<Action>) -> Html {
    let target = target.clone();
    let ask = dispatch.reform(move |_: MouseEvent| Action::Ui(UiAction::AskWhy(target.clone())));
    html! {
        <button class="choice" role="menuitem" tabindex="-1" onclick={ask}>
            <span class="choice-label">{ "Why?" }</span>
            <span class="why-not">{ "what it's waiting for, how it got here, what's next" }</span>
        </button>
    }
}

/// An entry that runs a line, or why it is disabled.
fn view_choice(choice: &Choice, dispatch: &Callback<Action>) -> Html {
    let is_enabled = choice.why_not.is_empty();
    let line = choice.line.clone();
    let run = dispatch.reform(move |_: MouseEvent| Action::line(line.clone()));
    let class = classes!("choice", choice.is_dangerous.then_some("dangerous"));
    html! {
        <button {class} role="menuitem" tabindex="-1" aria-disabled={(!is_enabled).to_string()}
            onclick={is_enabled.then_some(run)}>
            <span class="choice-label">{ &choice.label }</span>
            if is_enabled {
                <code>{ &choice.line }</code>
            } else {
                <span class="why-not">{ choice.why_not }</span>
            }
        </button>
    }
}

/// Moves the menu to its position, or to the nearest one inside the window.
fn place(element: &HtmlElement, menu: &MenuAt) {
    let Some(window) = web_sys::window() else { return };
    let size = |value: Result<wasm_bindgen::JsValue, _>| value.ok().and_then(|it| it.as_f64());
    let (Some(width), Some(height)) = (size(window.inner_width()), size(window.inner_height()))
    else {
        return;
    };
    let bounds = element.get_bounding_client_rect();
    let x = fit_menu(menu.x, bounds.width(), width);
    let y = fit_menu(menu.y, bounds.height(), height);
    let style = element.style();
    for (property, value) in [("--x", x), ("--y", y)] {
        // Without the style, the page still works.
        let _ = style.set_property(property, &format!("{}px", value as i32));
    }
}

/// The elements of the entries.
fn entries(menu: &Element) -> Vec<HtmlElement> {
    let Ok(list) = menu.query_selector_all("[role=menuitem]") else { return Vec::new() };
    (0..list.length()).filter_map(|index| list.get(index)?.dyn_into().ok()).collect()
}

/// Moves the focus between the entries with the arrow keys.
fn on_key(event: KeyboardEvent) {
    let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
    let Some(target) = target else { return };
    let Ok(Some(menu)) = target.closest("[role=menu]") else { return };
    let entries = entries(&menu);
    if event.key() == "Tab" {
        return event.prevent_default();
    }
    // Keys that the menu does not use must not reach the page behind it.
    event.stop_propagation();
    let at = entries.iter().position(|entry| **entry == target);
    let Some(to) = next_entry(&event.key(), at, entries.len()) else { return };
    event.prevent_default();
    if let Some(entry) = entries.get(to) {
        let _ = entry.focus();
    }
}
