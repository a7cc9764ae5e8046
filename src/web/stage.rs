//! The picture: the items of the scene as SVG, and who has the keyboard's focus among them.
//!
//! What can be chosen is a button. One of them is in the order of the Tab key; the arrow keys go to
//! the nearest item in their direction, Enter and Space open its menu.

use super::action::{Action, MenuAt};
use super::drawn::{Drawn, KEY};
use super::focus;
use super::shared::Shared;
use crate::cluster::Subject;
use crate::scene::{Item, Scene};
use wasm_bindgen::JsCast;
use web_sys::{DomRect, Element};
use yew::prelude::*;

/// What the stage shows.
#[derive(Properties, PartialEq)]
pub(super) struct StageProps {
    /// The picture.
    pub scene: Shared<Scene>,
    /// The item whose menu is open.
    pub open: Option<AttrValue>,
    /// The id of the description of the picture.
    pub described_by: AttrValue,
    /// Where choices go.
    pub dispatch: Callback<Action>,
}

/// The picture on the page.
#[derive(Default)]
pub(super) struct Stage {
    svg: NodeRef,
    /// Its elements, and what they show.
    drawn: Drawn,
    shown: Shared<Scene>,
    /// The one element that the Tab key reaches.
    tab_stop: Option<Element>,
    /// The element whose menu is open.
    opened: Option<Element>,
    /// The item that the Tab key reaches.
    current: Option<String>,
    /// Whether that item has the focus.
    has_focus: bool,
}

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
        Stage::default()
    }

    fn update(&mut self, ctx: &Context<Stage>, gesture: Gesture) -> bool {
        match gesture {
            Gesture::Click(event) => self.open(ctx, &event, Some(&event)),
            Gesture::Context(event) => self.open(ctx, &event, Some(&event)),
            Gesture::Key(event) => self.key(ctx, &event),
            Gesture::FocusIn(event) => {
                let key = item_of(&event).and_then(|item| item.get_attribute(KEY));
                self.has_focus = key.is_some();
                self.current = key.or(self.current.take());
                return true;
            }
            Gesture::FocusOut => self.has_focus = false,
        }
        false
    }

    fn changed(&mut self, ctx: &Context<Stage>, old: &StageProps) -> bool {
        self.follow_focus(&old.scene, &ctx.props().scene);
        let size = |scene: &Scene| (scene.width, scene.height);
        let is_larger = size(&old.scene) != size(&ctx.props().scene);
        if !is_larger {
            self.paint(ctx);
        }
        is_larger
    }

    fn view(&self, ctx: &Context<Stage>) -> Html {
        let StageProps { scene, described_by, .. } = ctx.props();
        let link = ctx.link();
        html! {
            <svg class="picture" ref={self.svg.clone()} role="group" aria-label="The cluster"
                aria-describedby={described_by.clone()}
                viewBox={format!("0 0 {} {}", scene.width, scene.height)}
                preserveAspectRatio="xMidYMin meet"
                onclick={link.callback(Gesture::Click)}
                oncontextmenu={link.callback(Gesture::Context)}
                onkeydown={link.callback(Gesture::Key)}
                onfocusin={link.callback(Gesture::FocusIn)}
                onfocusout={link.callback(|_: FocusEvent| Gesture::FocusOut)} />
        }
    }

    fn rendered(&mut self, ctx: &Context<Stage>, _: bool) {
        self.paint(ctx);
    }
}

/// Moves what one element at most says of itself from one to another.
fn mark(is: &mut Option<Element>, becomes: Option<Element>, name: &str, [no, yes]: [&str; 2]) {
    if *is != becomes {
        for (element, value) in
            is.iter().map(|is| (is, no)).chain(becomes.iter().map(|it| (it, yes)))
        {
            let _ = element.set_attribute(name, value);
        }
        *is = becomes;
    }
}

impl Stage {
    /// An item that goes while it has the focus hands it to what stands for the same thing.
    fn follow_focus(&mut self, old: &Scene, new: &Scene) {
        let Some(current) = self.current.as_deref() else { return };
        if find(&new.items, current).is_none() {
            let target = find(&old.items, current).and_then(|item| item.target.clone());
            let heir = target.and_then(|target| standing_for(&new.items, &target));
            self.current = heir.map(|item| item.id.0.clone());
        }
    }

    /// Writes the picture into the document.
    fn paint(&mut self, ctx: &Context<Stage>) {
        let Some(svg) = self.svg.cast::<Element>() else { return };
        let StageProps { scene, open, .. } = ctx.props();
        if self.shown != *scene {
            // The document refuses nothing of what is written here.
            let _ = self.drawn.become_new(&svg, &self.shown.items, &scene.items);
            self.shown = scene.clone();
        }
        let first = first_target(&scene.items).map(|item| item.id.0.as_str());
        let find = |key: Option<&str>| self.drawn.find(&scene.items, key?).cloned();
        let tab_stop = find(self.current.as_deref().or(first));
        let opened = find(open.as_deref());
        mark(&mut self.tab_stop, tab_stop, "tabindex", ["-1", "0"]);
        mark(&mut self.opened, opened, "aria-expanded", ["false", "true"]);
        if self.has_focus
            && let Some(item) = self.tab_stop.as_ref().filter(|_| self.current.is_some())
            && !item.matches(":focus").unwrap_or(true)
        {
            focus::give(item);
        }
    }

    /// Opens the menu of the item on which something happened.
    fn open(&self, ctx: &Context<Stage>, event: &Event, mouse: Option<&MouseEvent>) {
        let Some(element) = item_of(event) else { return };
        let Some(key) = element.get_attribute(KEY) else { return };
        let Some(target) =
            find(&ctx.props().scene.items, &key).and_then(|item| item.target.clone())
        else {
            return;
        };
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

    fn key(&self, ctx: &Context<Stage>, event: &KeyboardEvent) {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let direction = match event.key().as_str() {
            "Enter" | " " | "ContextMenu" => return self.open(ctx, event, None),
            "ArrowLeft" => (-1.0, 0.0),
            "ArrowRight" => (1.0, 0.0),
            "ArrowUp" => (0.0, -1.0),
            "ArrowDown" => (0.0, 1.0),
            _ => return,
        };
        let (Some(item), Some(svg)) = (item_of(event), self.svg.cast::<Element>()) else { return };
        event.prevent_default();
        event.stop_propagation();
        let from = item.get_bounding_client_rect();
        let distance =
            |other: &Element| distance(&from, &other.get_bounding_client_rect(), direction);
        let nearest = items(&svg)
            .filter_map(|other| Some((distance(&other)?, other)))
            .min_by(|one, other| one.0.total_cmp(&other.0));
        if let Some((_, item)) = nearest {
            focus::give(&item);
        }
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

/// The item of this id, wherever it is in the picture.
fn find<'a>(items: &'a [Item], id: &str) -> Option<&'a Item> {
    items.iter().find_map(
        |item| {
            if item.id.0 == id { Some(item) } else { find(&item.children, id) }
        },
    )
}

/// The first item that stands for a subject.
fn standing_for<'a>(items: &'a [Item], subject: &Subject) -> Option<&'a Item> {
    items.iter().find_map(|item| {
        let is_it = item.target.as_ref() == Some(subject);
        if is_it { Some(item) } else { standing_for(&item.children, subject) }
    })
}

/// The first item that can be chosen.
fn first_target(items: &[Item]) -> Option<&Item> {
    items.iter().find_map(|item| {
        if item.target.is_some() { Some(item) } else { first_target(&item.children) }
    })
}
