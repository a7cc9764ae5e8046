//! The picture in the document, and the keyboard focus in it. The picture changes in every frame, so it is updated
//! directly, without Yew.
//!
//! Items with a menu are buttons. Exactly one of them is in the tab order (a roving tabindex).

use super::dom_items::DomItems;
use super::focus;
use crate::cluster::Subject;
use crate::page::by_ptr::ByPtr;
use crate::page::scene_query::{extent, find, find_subject, first_target};
use crate::scene::{Item, Scene};
use std::rc::Rc;
use web_sys::Element;
use yew::NodeRef;

/// Writes everything, however long it takes.
pub(super) const ALL: &dyn Fn() -> bool = &|| true;
/// Pictures with more items than this are always written in parts, because the whole takes too long.
pub(super) const MANY: usize = 400;
/// How many new items, and how many changes of others, a frame writes at least in such a picture: finding them can use
/// up the time of the frame.
const LEAST: u32 = 40;
/// The maximum number of frames in which a picture is written in parts.
const MAX_PARTIAL_FRAMES: usize = 12;

/// The elements of the picture.
#[derive(Default)]
pub(super) struct Picture {
    /// The SVG element.
    pub svg: NodeRef,
    /// The scene to show.
    scene: ByPtr<Scene>,
    /// The scene that was written last.
    written: ByPtr<Scene>,
    /// Whether a part of the scene was left for the next frame.
    has_rest: bool,
    /// The number of frames in a row that have left something.
    partial_frames: usize,
    /// The elements of the items.
    items: DomItems,
    /// The SVG element that contains `items`.
    container: Option<Element>,
    /// The element in the tab order.
    tab_stop: Option<Element>,
    /// The element with the open menu.
    opened: Option<Element>,
    /// The key of the item with the open menu.
    open: Option<String>,
    /// The key of the item in the tab order.
    current: Option<String>,
    /// Whether that item has the focus.
    has_focus: bool,
}

impl Picture {
    /// Shows a scene while there is time; the rest is left for the next frames. `open` is the key of the item with
    /// the open menu.
    pub(super) fn show(
        &mut self,
        scene: &ByPtr<Scene>,
        open: Option<&str>,
        has_time: &dyn Fn() -> bool,
    ) {
        if self.scene != *scene {
            self.follow_focus(&scene.items);
            self.scene = scene.clone();
        }
        self.open = open.map(str::to_owned);
        self.write(has_time);
    }

    /// Writes the scene into the document while there is time.
    pub(super) fn write(&mut self, has_time: &dyn Fn() -> bool) {
        let Some(svg) = self.svg.cast::<Element>() else { return };
        if self.container.as_ref() != Some(&svg) {
            // Yew has replaced the element, and the new one is empty.
            self.items = DomItems::default();
            self.written = ByPtr::default();
            self.container = Some(svg.clone());
        }
        if self.written != self.scene || self.has_rest {
            let (was, is) = (&self.written, &self.scene);
            if (was.width, was.height) != (is.width, is.height) {
                let size = format!("0 0 {} {}", is.width, is.height);
                // Setting a valid attribute does not fail.
                let _ = svg.set_attribute("viewBox", &size);
            }
            // If most items move, a small picture is written at once.
            let is_other = extent(was) != extent(is);
            let is_small = is.items.len() <= MANY;
            let is_at_once = is_small && (is_other || self.partial_frames >= MAX_PARTIAL_FRAMES);
            let has_time = if is_at_once { ALL } else { has_time };
            let least = if is_small { 0 } else { LEAST };
            let is_done = self.items.update(&svg, &is.items, has_time, least).unwrap_or(true);
            self.has_rest = !is_done;
            self.partial_frames = if is_done { 0 } else { self.partial_frames + 1 };
            self.written = self.scene.clone();
        }
        let first = first_target(&self.scene.items).map(|item| item.id.0.as_str());
        let element = |key: Option<&str>| self.items.find(key?).cloned();
        let tab_stop = element(self.current.as_deref().or(first));
        let opened = element(self.open.as_deref());
        mark(&mut self.tab_stop, tab_stop, "tabindex", ["-1", "0"]);
        mark(&mut self.opened, opened, "aria-expanded", ["false", "true"]);
        if self.has_focus
            && let Some(item) = self.tab_stop.as_ref().filter(|_| self.current.is_some())
            && !item.matches(":focus").unwrap_or(true)
        {
            focus::focus(item);
        }
    }

    /// Whether a part of the scene was left for the next frame.
    pub(super) fn has_rest(&self) -> bool {
        self.has_rest
    }

    /// Handles that the item with this key, or an element without a key, got the focus.
    pub(super) fn focus_in(&mut self, key: Option<String>) {
        self.has_focus = key.is_some();
        self.current = key.or(self.current.take());
        self.write(ALL);
    }

    /// Handles that the focus has left the picture.
    pub(super) fn focus_out(&mut self) {
        self.has_focus = false;
    }

    /// The subject of the item with this key.
    pub(super) fn target(&self, key: &str) -> Option<Subject> {
        find(&self.scene.items, key)?.target.clone()
    }

    /// Moves the focus to another item of the same subject if the item with the focus is not in the new scene.
    fn follow_focus(&mut self, new: &[Rc<Item>]) {
        let Some(current) = self.current.as_deref() else { return };
        if find(new, current).is_none() {
            let other = self.target(current).and_then(|target| find_subject(new, &target));
            self.current = other.map(|item| item.id.0.clone());
        }
    }
}

/// Moves an attribute that at most one element has from one element to another.
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
