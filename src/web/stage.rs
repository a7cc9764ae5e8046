//! The place of the picture, and what visitors do on it.
//!
//! The arrow keys go to the nearest item in their direction, Enter and Space open its menu.

use super::action::{Action, MenuAt};
use super::drawn::KEY;
use super::focus;
use super::picture::{self, Picture};
use super::shared::Shared;
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use web_sys::{DomRect, Element};
use yew::prelude::*;

/// What the stage shows.
#[derive(Properties, PartialEq)]
pub(super) struct StageProps {
    /// The picture.
    pub picture: Shared<RefCell<Picture>>,
    /// The id of the description of the picture.
    pub described_by: AttrValue,
    /// Where choices go.
    pub dispatch: Callback<Action>,
}

/// The picture on the page.
pub(super) struct Stage;

/// What the visitor does on the stage.
pub(super) enum Gesture {
    Click(MouseEvent),
    Context(MouseEvent),
    Key(KeyboardEvent),
    FocusIn(FocusEvent),
    FocusOut,
}

impl Component for Stage {
    type Message = Gesture;
    type Properties = StageProps;

    fn create(_: &Context<Stage>) -> Stage {
        Stage
    }

    fn update(&mut self, ctx: &Context<Stage>, gesture: Gesture) -> bool {
        let picture = &ctx.props().picture;
        match gesture {
            Gesture::Click(event) => open(ctx, &event, Some(&event)),
            Gesture::Context(event) => open(ctx, &event, Some(&event)),
            Gesture::Key(event) => key(ctx, &event),
            Gesture::FocusIn(event) => {
                let key = item_of(&event).and_then(|item| item.get_attribute(KEY));
                picture.borrow_mut().focus_in(key);
            }
            Gesture::FocusOut => picture.borrow_mut().focus_out(),
        }
        false
    }

    fn view(&self, ctx: &Context<Stage>) -> Html {
        let StageProps { picture, described_by, .. } = ctx.props();
        let link = ctx.link();
        html! {
            <svg class="picture" ref={picture.borrow().svg.clone()} role="group" aria-label="The cluster"
                aria-describedby={described_by.clone()} preserveAspectRatio="xMidYMin meet"
                onclick={link.callback(Gesture::Click)}
                oncontextmenu={link.callback(Gesture::Context)}
                onkeydown={link.callback(Gesture::Key)}
                onfocusin={link.callback(Gesture::FocusIn)}
                onfocusout={link.callback(|_: FocusEvent| Gesture::FocusOut)} />
        }
    }

    fn rendered(&mut self, ctx: &Context<Stage>, _: bool) {
        ctx.props().picture.borrow_mut().write(picture::ALL);
    }
}

/// Opens the menu of the item on which something happened.
fn open(ctx: &Context<Stage>, event: &Event, mouse: Option<&MouseEvent>) {
    let Some(element) = item_of(event) else { return };
    let Some(key) = element.get_attribute(KEY) else { return };
    let Some(target) = ctx.props().picture.borrow().target(&key) else { return };
    event.prevent_default();
    focus::give(&element);
    let bounds = element.get_bounding_client_rect();
    let (x, y) = match mouse {
        // A lane is wide: its menu opens where it was clicked.
        Some(mouse) if bounds.width() > 260.0 => {
            (f64::from(mouse.client_x()) + 8.0, f64::from(mouse.client_y()))
        }
        _ => (bounds.right() + 6.0, bounds.top()),
    };
    ctx.props().dispatch.emit(Action::OpenMenu(MenuAt { target, key, x, y }));
}

fn key(ctx: &Context<Stage>, event: &KeyboardEvent) {
    if event.ctrl_key() || event.alt_key() || event.meta_key() {
        return;
    }
    let direction = match event.key().as_str() {
        "Enter" | " " | "ContextMenu" => return open(ctx, event, None),
        "ArrowLeft" => (-1.0, 0.0),
        "ArrowRight" => (1.0, 0.0),
        "ArrowUp" => (0.0, -1.0),
        "ArrowDown" => (0.0, 1.0),
        _ => return,
    };
    let (Some(item), Some(svg)) =
        (item_of(event), ctx.props().picture.borrow().svg.cast::<Element>())
    else {
        return;
    };
    event.prevent_default();
    event.stop_propagation();
    let from = item.get_bounding_client_rect();
    let distance = |other: &Element| distance(&from, &other.get_bounding_client_rect(), direction);
    let nearest = items(&svg)
        .filter_map(|other| Some((distance(&other)?, other)))
        .min_by(|one, other| one.0.total_cmp(&other.0));
    if let Some((_, item)) = nearest {
        focus::give(&item);
    }
}

/// The elements that can be chosen.
fn items(svg: &Element) -> impl Iterator<Item = Element> {
    let list = svg.query_selector_all("[data-key]").ok();
    let length = list.as_ref().map_or(0, web_sys::NodeList::length);
    (0..length).filter_map(move |index| list.as_ref()?.get(index)?.dyn_into().ok())
}

/// The element of the item on which something happened.
fn item_of(event: &Event) -> Option<Element> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    target.closest("[data-key]").ok()?
}

/// How far `to` lies in a direction, what lies aside counting more; none if it lies elsewhere.
fn distance(from: &DomRect, to: &DomRect, (x, y): (f64, f64)) -> Option<f64> {
    let dx = to.left() + to.width() / 2.0 - from.left() - from.width() / 2.0;
    let dy = to.top() + to.height() / 2.0 - from.top() - from.height() / 2.0;
    let along = dx * x + dy * y;
    let aside = (dx * y).abs() + (dy * x).abs();
    (along > 4.0).then_some(along + 3.0 * aside)
}
