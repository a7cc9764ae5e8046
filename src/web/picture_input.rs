//! The SVG element of the picture, and mouse and keyboard input on it.
//!
//! The arrow keys move the focus to the nearest item in their direction; Enter and Space open its menu.

use super::action::{Action, MenuAt, UiAction};
use super::dom_items::KEY;
use super::focus;
use super::picture::{self, Picture};
use crate::page::by_ptr::ByPtr;
use crate::page::layout::{Bounds, menu_position, nearest};
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

/// The properties of the element.
#[derive(Clone, Properties, PartialEq)]
pub(super) struct PictureProps {
    /// The picture.
    pub picture: ByPtr<RefCell<Picture>>,
    /// The id of the description of the picture.
    pub described_by: AttrValue,
    /// Receives the actions.
    pub dispatch: Callback<Action>,
}

/// The SVG element of the picture.
pub(super) struct PictureInput;

/// The focus in the picture.
pub(super) enum Focus {
    /// An element of the picture got it.
    In(FocusEvent),
    /// It has left the picture.
    Out,
}

impl Component for PictureInput {
    type Message = Focus;
    type Properties = PictureProps;

    fn create(_: &Context<PictureInput>) -> PictureInput {
        PictureInput
    }

    fn update(&mut self, ctx: &Context<PictureInput>, focus: Focus) -> bool {
        let mut picture = ctx.props().picture.borrow_mut();
        match focus {
            Focus::In(event) => {
                picture.focus_in(item_of(&event).and_then(|item| item.get_attribute(KEY)));
            }
            Focus::Out => picture.focus_out(),
        }
        false
    }

    fn view(&self, ctx: &Context<PictureInput>) -> Html {
        let PictureProps { picture, described_by, .. } = ctx.props();
        let link = ctx.link();
        // Clicks and keys are handled synchronously. A message would arrive after the page has handled the same event.
        let (clicked, pressed) = (ctx.props().clone(), ctx.props().clone());
        let on_click =
            Callback::from(move |event: MouseEvent| open(&clicked, &event, Some(&event)));
        let on_key = Callback::from(move |event: KeyboardEvent| key(&pressed, &event));
        html! {
            <svg class="picture" ref={picture.borrow().svg.clone()} role="group" aria-label="The cluster"
                aria-describedby={described_by.clone()} preserveAspectRatio="xMidYMin meet"
                onclick={on_click.clone()}
                oncontextmenu={on_click}
                onkeydown={on_key}
                onfocusin={link.callback(Focus::In)}
                onfocusout={link.callback(|_: FocusEvent| Focus::Out)} />
        }
    }

    fn rendered(&mut self, ctx: &Context<PictureInput>, _: bool) {
        ctx.props().picture.borrow_mut().write(picture::ALL);
    }
}

/// Opens the menu of the item at which an event happened.
fn open(props: &PictureProps, event: &Event, mouse: Option<&MouseEvent>) {
    let Some(element) = item_of(event) else { return };
    let Some(key) = element.get_attribute(KEY) else { return };
    let Some(target) = props.picture.borrow().target(&key) else { return };
    event.prevent_default();
    focus::focus(&element);
    let pointer = mouse.map(|it| (f64::from(it.client_x()), f64::from(it.client_y())));
    let (x, y) = menu_position(bounds(&element), pointer);
    props.dispatch.emit(Action::Ui(UiAction::OpenMenu(MenuAt { target, key, x, y })));
}

/// Handles a key.
fn key(props: &PictureProps, event: &KeyboardEvent) {
    if event.ctrl_key() || event.alt_key() || event.meta_key() {
        return;
    }
    let direction = match event.key().as_str() {
        "Enter" | " " | "ContextMenu" => return open(props, event, None),
        "ArrowLeft" => (-1.0, 0.0),
        "ArrowRight" => (1.0, 0.0),
        "ArrowUp" => (0.0, -1.0),
        "ArrowDown" => (0.0, 1.0),
        _ => return,
    };
    let (Some(item), Some(svg)) = (item_of(event), props.picture.borrow().svg.cast::<Element>())
    else {
        return;
    };
    event.prevent_default();
    event.stop_propagation();
    let items = items(&svg).map(|item| {
        let bounds = bounds(&item);
        (item, bounds)
    });
    if let Some(item) = nearest(bounds(&item), direction, items) {
        focus::focus(&item);
    }
}

/// The elements with a menu.
fn items(svg: &Element) -> impl Iterator<Item = Element> {
    let list = svg.query_selector_all("[data-key]").ok();
    let length = list.as_ref().map_or(0, web_sys::NodeList::length);
    (0..length).filter_map(move |index| list.as_ref()?.get(index)?.dyn_into().ok())
}

/// The element of the item at which an event happened.
fn item_of(event: &Event) -> Option<Element> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    target.closest("[data-key]").ok()?
}

/// The position and size of an element in the window.
fn bounds(element: &Element) -> Bounds {
    let rect = element.get_bounding_client_rect();
    Bounds { left: rect.left(), top: rect.top(), width: rect.width(), height: rect.height() }
}
