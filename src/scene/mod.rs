//! The picture as data: items with stable ids, places, labels and accessible descriptions.
//!
//! **The column is the identity, the row is the node.** Each identity of a StatefulSet is a column
//! of one hue: a header at the top, a guide line through the lanes of the nodes, and its volume at the
//! bottom. Pods come and go on the guide line. The picture is a pure function of the cluster and an
//! instant: everything that moves has a start and an end in the state, and its position is computed from `now`.
//!
//! A [`SceneCache`] draws consecutive pictures, and redraws only the parts that have changed.
//!
//! This module knows no DOM and no text format: [`crate::svg`] says how each item is written, and
//! the page and the program walk the same tree.

mod area;
mod cables;
mod callout;
mod contents;
mod deployments;
mod facts;
mod fit;
mod grid;
mod grid_layout;
mod groups;
mod identities;
mod lanes;
mod layout;
mod messages;
mod names;
mod needs;
mod notes;
mod ordered;
mod phrases;
mod places;
mod pods;
mod replacement;
mod replicas;
mod route;
mod scene_cache;
mod shape;
mod sizes;
mod symbols;
mod text;
mod time_deps;
mod titles;
mod transcript;
mod volumes;
mod words;

pub use scene_cache::SceneCache;
pub use shape::{Anchor, Point, Shape};

use crate::api::Time;
use crate::cluster::{Cluster, StateId, Subject};
use facts::Facts;
use layout::Layout;
use std::rc::Rc;

/// What the picture is to be drawn for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// The width that is there, in CSS pixels; below 640 the layout is that for a phone.
    pub width: u32,
    /// The height that is there, in CSS pixels, which the picture fills; if none, it is as high as it likes.
    pub height: Option<u32>,
    /// By how much texts are enlarged at least, in percent.
    pub enlarged: u32,
    /// The item that is selected.
    pub selected: Option<ItemId>,
    /// What the picture points at.
    pub callout: Option<Rc<Callout>>,
    /// Whether nothing may travel or grow: the same facts then appear without movement.
    pub reduced_motion: bool,
}

impl Default for View {
    fn default() -> View {
        View {
            width: 1200,
            height: None,
            enlarged: 100,
            selected: None,
            callout: None,
            reduced_motion: false,
        }
    }
}

/// A short text in the picture that points at an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callout {
    /// The object.
    pub target: Subject,
    /// The text.
    pub text: String,
}

/// Names an item, as long as it is the same thing: kind and UID, or kind and identity.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ItemId(pub String);

/// The picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scene {
    /// The width, in the unit of its places: that of the view in CSS pixels, unless texts are enlarged.
    pub width: i32,
    /// The height in the same unit.
    pub height: i32,
    /// What is drawn, from back to front; the order is also that of the keyboard.
    pub items: Vec<Rc<Item>>,
}

/// A part of the picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its name; unique in the picture.
    pub id: ItemId,
    /// Its classes, separated by spaces.
    pub class: String,
    /// Its place in its parent, in tenths of a pixel: shapes and children are drawn relative to it.
    pub at: Point,
    /// How much of it is seen, in percent.
    pub opacity: i32,
    /// What it is drawn of, from back to front.
    pub shapes: Vec<Shape>,
    /// Its parts, drawn over its shapes.
    pub children: Vec<Rc<Item>>,
    /// What it is called; whatever a person can act on has a label.
    pub label: Option<Label>,
    /// What a person acts on who chooses it.
    pub target: Option<Subject>,
}

/// What an item is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Label {
    /// A name, for example `pod web-1`.
    pub name: String,
    /// A sentence on its state.
    pub description: String,
}

impl Item {
    /// An item without shapes yet.
    pub fn new(id: impl Into<String>, class: impl Into<String>) -> Item {
        Item {
            id: ItemId(id.into()),
            class: class.into(),
            at: Point::default(),
            opacity: 100,
            shapes: Vec::new(),
            children: Vec::new(),
            label: None,
            target: None,
        }
    }

    /// Puts it at a place given in whole pixels.
    #[must_use]
    pub fn at(mut self, x: i32, y: i32) -> Item {
        self.at = Point { x: x * 10, y: y * 10 };
        self
    }

    /// Says what it is called and what it stands for.
    #[must_use]
    pub fn about(mut self, target: Subject, name: String, description: String) -> Item {
        self.label = Some(Label { name, description });
        self.target = Some(target);
        self
    }

    /// Draws a shape over the others.
    pub fn draw(&mut self, shape: Shape) {
        self.shapes.push(shape);
    }

    /// Adds a class.
    pub fn add_class(&mut self, class: &str) {
        self.class.push(' ');
        self.class.push_str(class);
    }
}

/// The picture of `cluster` at `now`, which is not before the cluster's own instant.
pub fn scene(cluster: &Cluster, now: Time, view: &View) -> Scene {
    SceneCache::default().paint(cluster, StateId::default(), now, view).unwrap_or_default()
}

/// What the picture of `cluster` at `now` shows, in sentences.
pub fn transcript(cluster: &Cluster, now: Time) -> Vec<String> {
    transcript::transcript(&Facts::new(cluster, now))
}

/// What stands there while there is no set.
fn empty(layout: &Layout) -> Item {
    let mut item = Item::new("empty", "empty");
    let (x, y) = (layout.left + 4, layout.identity.y + 30);
    item.draw(Shape::text(x, y, "The cluster is empty.", "strong"));
    item.draw(Shape::text(x, y + 22, "Play the story or apply a manifest.", "small quiet"));
    item
}
