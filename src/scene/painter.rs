//! One picture after the other: what of the last one still holds is not drawn again.
//!
//! As long as the cluster and the view stay the same, each part of the picture is a function of the
//! instant, and its [`Moment`](super::moment::Moment) knows until when it gives the same items.

use super::facts::Facts;
use super::layout::Layout;
use super::places::Canvas;
use super::{
    Item, Scene, View, beads, cables, callout, empty, grid, lanes, messages, names, plates,
    replacement, replicas, volumes,
};
use crate::api::Time;
use crate::cluster::Cluster;
use std::rc::Rc;

/// Draws pictures, and keeps the parts of the last one.
#[derive(Debug, Default)]
pub struct Painter {
    /// Which state of the cluster the parts are of, and for which view they were drawn.
    of: Option<([u64; 3], View)>,
    parts: Vec<Part>,
}

/// Items that hold from an instant up to another.
#[derive(Debug)]
struct Part {
    from: Time,
    until: Time,
    items: Vec<Rc<Item>>,
}

impl Part {
    fn holds(&self, now: Time) -> bool {
        self.from <= now && now < self.until
    }
}

impl Painter {
    /// The picture of `cluster` at `now`, which is not before the cluster's own instant; none if that
    /// would be the last one again. Equal numbers of its `state` say that the cluster is the same but
    /// for its clock.
    pub fn paint(
        &mut self,
        cluster: &Cluster,
        state: [u64; 3],
        now: Time,
        view: &View,
    ) -> Option<Scene> {
        let is_same = self.of.as_ref().is_some_and(|(of, seen)| *of == state && seen == view);
        if is_same && self.parts.iter().all(|part| part.holds(now)) {
            return None;
        }
        let before = std::mem::take(&mut self.parts);
        let facts = Facts::new(cluster, now);
        let layout = Layout::new(&facts, view);
        let canvas = Canvas::new(&facts, &layout, view);
        let mut sheet = Sheet {
            canvas: &canvas,
            now,
            before: if is_same { before } else { Vec::new() }.into_iter(),
            parts: Vec::new(),
        };
        sheet.draw();
        self.parts = sheet.parts;
        self.of = Some((state, view.clone()));
        let items = self.parts.iter().flat_map(|part| part.items.iter().cloned()).collect();
        Some(Scene { width: layout.width, height: layout.height, items })
    }
}

/// A picture that is being drawn. With the same cluster and view the parts come in the same order.
struct Sheet<'a> {
    canvas: &'a Canvas<'a>,
    now: Time,
    before: std::vec::IntoIter<Part>,
    parts: Vec<Part>,
}

impl Sheet<'_> {
    /// All parts, from back to front.
    fn draw(&mut self) {
        if self.canvas.layout.grid.is_some() {
            self.draw_grid();
        } else {
            self.draw_columns();
        }
        let canvas = self.canvas;
        if let Some(callout) = &canvas.view.callout {
            self.add(|| callout::callout(canvas, callout));
        }
        if canvas.facts.groups.is_empty() {
            self.add(|| [empty(canvas.layout)]);
        }
    }

    /// Cells instead of columns, without cables and messages.
    fn draw_grid(&mut self) {
        let canvas = self.canvas;
        self.add(|| [lanes::frames(canvas)]);
        self.add(|| names::titles(canvas));
        self.add(|| names::services(canvas));
        for lane in 0..canvas.facts.nodes.len() {
            self.add(|| lanes::node(canvas, lane));
        }
        self.add(|| names::clients(canvas));
        self.add(|| grid::legend(canvas));
        for (index, (group, column)) in canvas.facts.columns().enumerate() {
            self.add(|| grid::cell(canvas, group, column, index));
        }
    }

    fn draw_columns(&mut self) {
        let canvas = self.canvas;
        let facts = canvas.facts;
        self.add(|| [lanes::frames(canvas)]);
        for (index, (_, column)) in facts.columns().enumerate() {
            self.add(|| cables::thread(canvas, column, index));
        }
        self.add(|| replicas::areas(canvas));
        self.add(|| messages::messages(canvas));
        self.add(|| [lanes::row_names(canvas)]);
        self.add(|| names::titles(canvas));
        self.add(|| names::services(canvas));
        self.add(|| names::clients(canvas));
        for (index, (group, column)) in facts.columns().enumerate() {
            self.add(|| plates::plate(canvas, group, column, index));
        }
        self.add(|| replicas::cards(canvas));
        self.draw_pods();
        for (group, column) in facts.columns() {
            for pod in &column.pods {
                self.add(|| volumes::pipe(canvas, column, pod));
            }
            for volume in &column.volumes {
                self.add(|| volumes::volume(canvas, group, column, volume));
            }
            for pod in &column.pods {
                self.add(|| volumes::folder(canvas, group, column, pod));
            }
        }
        for (index, (_, column)) in facts.columns().enumerate() {
            self.add(|| replacement::card(canvas, column, index));
        }
    }

    /// Row by row: the node, then its pods.
    fn draw_pods(&mut self) {
        let canvas = self.canvas;
        let mut lanes: Vec<Option<usize>> = vec![None];
        lanes.extend((0..canvas.facts.nodes.len()).map(Some));
        for lane in lanes {
            if let Some(lane) = lane {
                self.add(|| lanes::node(canvas, lane));
            }
            for (_, column) in canvas.facts.columns() {
                let is_here = |uid| canvas.pods.get(uid).is_some_and(|place| place.lane == lane);
                for pod in column.pods.iter().filter(|pod| is_here(&pod.uid)) {
                    self.add(|| beads::bead(canvas, column, pod));
                }
            }
        }
    }

    /// Adds the next part: that of the last picture if it still holds.
    fn add<I: IntoIterator<Item = Item>>(&mut self, draw: impl FnOnce() -> I) {
        match self.before.next().filter(|part| part.holds(self.now)) {
            Some(part) => self.parts.push(part),
            None => {
                let items = draw().into_iter().collect();
                self.keep(items);
            }
        }
    }

    /// Adds a part that was just drawn.
    fn keep(&mut self, mut items: Vec<Item>) {
        let selected = self.canvas.view.selected.as_ref();
        for item in items.iter_mut().filter(|item| Some(&item.id) == selected) {
            item.add_class("selected");
        }
        let until = self.canvas.facts.moment.take_until();
        let items = items.into_iter().map(Rc::new).collect();
        self.parts.push(Part { from: self.now, until, items });
    }
}
