//! The menu of an item: what can be done to it, and the line that does it.

use super::action::{Action, MenuAt};
use super::choices::Choice;
use super::words;
use crate::cluster::Subject;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

/// What the menu shows.
#[derive(Properties, PartialEq)]
pub(super) struct MenuProps {
    /// Where it is and what it is about.
    pub menu: MenuAt,
    /// What can be done.
    pub choices: Vec<Choice>,
    /// Where choices go.
    pub dispatch: Callback<Action>,
}

/// The open menu.
pub(super) struct Menu {
    element: NodeRef,
}

impl Component for Menu {
    type Message = ();
    type Properties = MenuProps;

    fn create(_: &Context<Menu>) -> Menu {
        Menu { element: NodeRef::default() }
    }

    fn view(&self, ctx: &Context<Menu>) -> Html {
        let MenuProps { menu, choices, dispatch } = ctx.props();
        let name = words::name(&menu.target);
        let on_toggle = {
            let (dispatch, element, key) =
                (dispatch.clone(), self.element.clone(), menu.key.clone());
            Callback::from(move |_: Event| {
                // The browser closes it at Escape and at clicks elsewhere.
                let element = element.cast::<Element>();
                if element.is_some_and(|it| !it.matches(":popover-open").unwrap_or(true)) {
                    dispatch.emit(Action::CloseMenu(key.clone()));
                }
            })
        };
        html! {
            <div class={classes!("menu", words::hue(&menu.target))} ref={self.element.clone()} popover="auto"
                role="menu" aria-label={format!("What can be done to {name}")}
                ontoggle={on_toggle} onkeydown={Callback::from(on_key)}>
                <p class="menu-title" role="presentation">{ name }</p>
                { view_why(&menu.target, dispatch) }
                { for choices.iter().map(|choice| view_choice(choice, dispatch)) }
            </div>
        }
    }

    fn rendered(&mut self, ctx: &Context<Menu>, first_render: bool) {
        let Some(element) = self.element.cast::<HtmlElement>() else { return };
        if first_render {
            // A browser without popovers shows it in the text: still usable.
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

fn view_why(target: &Subject, dispatch: &Callback<Action>) -> Html {
    let target = target.clone();
    let ask = dispatch.reform(move |_: MouseEvent| Action::Why(Some(target.clone())));
    html! {
        <button class="choice" role="menuitem" tabindex="-1" onclick={ask}>
            <span class="choice-label">{ "Why?" }</span>
            <span class="why-not">{ "what it waits for, what has led to it, what comes next" }</span>
        </button>
    }
}

fn view_choice(choice: &Choice, dispatch: &Callback<Action>) -> Html {
    let is_enabled = choice.why_not.is_empty();
    let line = choice.line.clone();
    let run = dispatch.reform(move |_: MouseEvent| Action::Run(line.clone(), None));
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

/// Puts the menu beside its item, within the window.
fn place(element: &HtmlElement, menu: &MenuAt) {
    const MARGIN: f64 = 8.0;
    let Some(window) = web_sys::window() else { return };
    let size = |value: Result<wasm_bindgen::JsValue, _>| value.ok().and_then(|it| it.as_f64());
    let (Some(width), Some(height)) = (size(window.inner_width()), size(window.inner_height()))
    else {
        return;
    };
    let bounds = element.get_bounding_client_rect();
    let x = menu.x.min(width - bounds.width() - MARGIN).max(MARGIN);
    let y = menu.y.min(height - bounds.height() - MARGIN).max(MARGIN);
    let style = element.style();
    for (property, value) in [("--x", x), ("--y", y)] {
        // Elsewhere on the window it is as good.
        let _ = style.set_property(property, &format!("{}px", value as i32));
    }
}

fn entries(menu: &Element) -> Vec<HtmlElement> {
    let Ok(list) = menu.query_selector_all("[role=menuitem]") else { return Vec::new() };
    (0..list.length()).filter_map(|index| list.get(index)?.dyn_into().ok()).collect()
}

/// The arrow keys go from entry to entry.
fn on_key(event: KeyboardEvent) {
    let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
    let Some(target) = target else { return };
    let Ok(Some(menu)) = target.closest("[role=menu]") else { return };
    let entries = entries(&menu);
    let at = entries.iter().position(|entry| **entry == target);
    let last = entries.len().saturating_sub(1);
    let to = match (event.key().as_str(), at) {
        ("ArrowDown", Some(at)) => {
            if at == last {
                0
            } else {
                at + 1
            }
        }
        ("ArrowUp", Some(at)) => at.checked_sub(1).unwrap_or(last),
        ("ArrowDown" | "Home", _) => 0,
        ("ArrowUp" | "End", _) => last,
        ("Tab", _) => {
            event.prevent_default();
            return;
        }
        // What a menu has no use for is not for the page behind it either.
        _ => return event.stop_propagation(),
    };
    event.prevent_default();
    event.stop_propagation();
    if let Some(entry) = entries.get(to) {
        let _ = entry.focus();
    }
}
