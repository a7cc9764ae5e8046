//! The picture in the document, and who has the keyboard's focus in it. It changes with every frame,
//! so it is written past the framework.
//!
//! What can be chosen is a button. One of them is in the order of the Tab key.

use super::drawn::Drawn;
use super::focus;
use super::shared::Shared;
use crate::cluster::Subject;
use crate::scene::{Item, Scene};
use std::rc::Rc;
use web_sys::Element;
use yew::NodeRef;

/// There is time for all that there is to be written.
pub(super) const ALL: &dyn Fn() -> bool = &|| true;
/// A picture of more items than this is always written in parts: all of it would take too long.
pub(super) const MANY: usize = 400;
/// After so many frames, all that is left is written.
const PATIENCE: usize = 12;

/// The elements of the picture.
#[derive(Default)]
pub(super) struct Picture {
    /// The element around them.
    pub svg: NodeRef,
    /// What is to be shown.
    scene: Shared<Scene>,
    /// What was written into the document last.
    written: Shared<Scene>,
    /// Whether something of it was left for the next frame, and for how many it has been so.
    has_rest: bool,
    late: usize,
    drawn: Drawn,
    /// The element that `drawn` is in.
    drawn_in: Option<Element>,
    /// The one element that the Tab key reaches.
    tab_stop: Option<Element>,
    /// The element whose menu is open.
    opened: Option<Element>,
    /// The key of that item.
    open: Option<String>,
    /// The key of the item that the Tab key reaches.
    current: Option<String>,
    /// Whether that item has the focus.
    has_focus: bool,
}

impl Picture {
    /// Shows a scene, and that the menu of one of its items is open, as far as there is time in this
    /// frame: the rest is left for the next ones.
    pub(super) fn show(
        &mut self,
        scene: &Shared<Scene>,
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

    /// Writes what is to be shown into the document, as far as it is not there yet.
    pub(super) fn write(&mut self, has_time: &dyn Fn() -> bool) {
        let Some(svg) = self.svg.cast::<Element>() else { return };
        if self.drawn_in.as_ref() != Some(&svg) {
            // The framework has replaced the element: the new one is empty.
            self.drawn = Drawn::default();
            self.written = Shared::default();
            self.drawn_in = Some(svg.clone());
        }
        if self.written != self.scene || self.has_rest {
            let (was, is) = (&self.written, &self.scene);
            if (was.width, was.height) != (is.width, is.height) {
                let size = format!("0 0 {} {}", is.width, is.height);
                // The document refuses nothing of what is written here.
                let _ = svg.set_attribute("viewBox", &size);
            }
            // Other places for everything are not to be seen by halves.
            let is_other = extent(was) != extent(is);
            let is_small = is.items.len() <= MANY;
            let is_at_once = is_small && (is_other || self.late >= PATIENCE);
            let has_time = if is_at_once { ALL } else { has_time };
            let is_done = self.drawn.become_new(&svg, &is.items, has_time).unwrap_or(true);
            self.has_rest = !is_done;
            self.late = if is_done { 0 } else { self.late + 1 };
            self.written = self.scene.clone();
        }
        let first = first_target(&self.scene.items).map(|item| item.id.0.as_str());
        let find = |key: Option<&str>| self.drawn.find(key?).cloned();
        let tab_stop = find(self.current.as_deref().or(first));
        let opened = find(self.open.as_deref());
        mark(&mut self.tab_stop, tab_stop, "tabindex", ["-1", "0"]);
        mark(&mut self.opened, opened, "aria-expanded", ["false", "true"]);
        if self.has_focus
            && let Some(item) = self.tab_stop.as_ref().filter(|_| self.current.is_some())
            && !item.matches(":focus").unwrap_or(true)
        {
            focus::give(item);
        }
    }

    /// Whether something that was to be shown was left for the next frame.
    pub(super) fn has_rest(&self) -> bool {
        self.has_rest
    }

    /// The item with this key got the focus, or something without a key.
    pub(super) fn focus_in(&mut self, key: Option<String>) {
        self.has_focus = key.is_some();
        self.current = key.or(self.current.take());
        self.write(ALL);
    }

    /// The focus is elsewhere now.
    pub(super) fn focus_out(&mut self) {
        self.has_focus = false;
    }

    /// What the item with this key stands for.
    pub(super) fn target(&self, key: &str) -> Option<Subject> {
        find(&self.scene.items, key)?.target.clone()
    }

    /// An item that goes while it has the focus hands it to what stands for the same thing.
    fn follow_focus(&mut self, new: &[Rc<Item>]) {
        let Some(current) = self.current.as_deref() else { return };
        if find(new, current).is_none() {
            let heir = self.target(current).and_then(|target| standing_for(new, &target));
            self.current = heir.map(|item| item.id.0.clone());
        }
    }
}

/// How large a scene is, and how many identities it has: with these the places of all else change.
fn extent(scene: &Scene) -> (i32, i32, usize) {
    let plates = scene.items.iter().filter(|item| item.class.starts_with("plate"));
    (scene.width, scene.height, plates.count())
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

/// The item of this id, wherever it is in the picture.
fn find<'a>(items: &'a [Rc<Item>], id: &str) -> Option<&'a Item> {
    items.iter().find_map(
        |item| {
            if item.id.0 == id { Some(&**item) } else { find(&item.children, id) }
        },
    )
}

/// The first item that stands for a subject.
fn standing_for<'a>(items: &'a [Rc<Item>], subject: &Subject) -> Option<&'a Item> {
    items.iter().find_map(|item| {
        let is_it = item.target.as_ref() == Some(subject);
        if is_it { Some(&**item) } else { standing_for(&item.children, subject) }
    })
}

/// The first item that can be chosen.
fn first_target(items: &[Rc<Item>]) -> Option<&Item> {
    items.iter().find_map(|item| {
        if item.target.is_some() { Some(&**item) } else { first_target(&item.children) }
    })
}
