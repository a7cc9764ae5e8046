//! One picture after the other: what of the last one still holds is not drawn again.
//!
//! As long as the cluster and the view stay the same, each part of the picture is a function of the
//! instant, and its [`TimeDeps`](super::time_deps::TimeDeps) knows until when it gives the same items.
//! When the cluster changes, the cells of a grid are kept if their pods have not changed.

use super::facts::{Column, Facts, Group};
use super::fit;
use super::grid::CellInputs;
use super::places::PlacedScene;
use super::{
    Item, Scene, View, cables, callout, empty, grid, identities, lanes, messages, names, pods,
    replacement, replicas, volumes,
};
use crate::api::Time;
use crate::cluster::{Cluster, StateId};
use std::iter::Peekable;
use std::rc::Rc;

/// Draws pictures, and keeps the parts of the last one.
#[derive(Debug, Default)]
pub struct SceneCache {
    /// Which state of the cluster the parts are of, and for which view they were drawn.
    of: Option<(StateId, View)>,
    parts: Vec<Part>,
}

/// Items that hold from an instant up to another.
#[derive(Debug)]
struct Part {
    from: Time,
    until: Time,
    items: Vec<Rc<Item>>,
    /// What the part depends on, if it is the cell of a grid.
    cell: Option<CellInputs>,
}

impl Part {
    fn holds(&self, now: Time) -> bool {
        self.from <= now && now < self.until
    }
}

impl SceneCache {
    /// The picture of `cluster` at `now`, which is not before the cluster's own instant; none if that
    /// would be the last one again. `state` identifies the state of the cluster.
    pub fn paint(
        &mut self,
        cluster: &Cluster,
        state: StateId,
        now: Time,
        view: &View,
    ) -> Option<Scene> {
        let is_same = self.of.as_ref().is_some_and(|(of, seen)| *of == state && seen == view);
        if is_same && self.parts.iter().all(|part| part.holds(now)) {
            return None;
        }
        let is_same_view = self.of.as_ref().is_some_and(|(_, seen)| seen == view);
        let before = std::mem::take(&mut self.parts);
        let (before, cells) = match is_same {
            true => (before, Vec::new()),
            false if is_same_view => (Vec::new(), before),
            false => (Vec::new(), Vec::new()),
        };
        let facts = Facts::new(cluster, now);
        let layout = fit::layout(&facts, view);
        let placed = PlacedScene::new(&facts, &layout, view);
        let mut drawing = Drawing {
            placed: &placed,
            now,
            before: before.into_iter(),
            cells: cells.into_iter().peekable(),
            parts: Vec::new(),
        };
        drawing.draw();
        self.parts = drawing.parts;
        self.of = Some((state, view.clone()));
        let items = self.parts.iter().flat_map(|part| part.items.iter().cloned()).collect();
        Some(Scene { width: layout.width, height: layout.height, items })
    }
}

/// A picture that is being drawn. With the same cluster and view the parts come in the same order.
struct Drawing<'a> {
    placed: &'a PlacedScene<'a>,
    now: Time,
    /// The parts of the last picture, if the cluster has not changed since.
    before: std::vec::IntoIter<Part>,
    /// The parts of the last picture, if the cluster has changed since and the view has not.
    cells: Peekable<std::vec::IntoIter<Part>>,
    parts: Vec<Part>,
}

impl Drawing<'_> {
    /// All parts, from back to front.
    fn draw(&mut self) {
        if self.placed.layout.grid.is_some() {
            self.draw_grid();
        } else {
            self.draw_columns();
        }
        let placed = self.placed;
        if let Some(callout) = &placed.view.callout {
            self.add(|| callout::callout(placed, callout));
        }
        if placed.facts.groups.is_empty() {
            self.add(|| [empty(placed.layout)]);
        }
    }

    /// Cells instead of columns, without cables and messages.
    fn draw_grid(&mut self) {
        let placed = self.placed;
        self.add(|| [lanes::frames(placed)]);
        self.add(|| names::titles(placed));
        self.add(|| names::services(placed));
        for lane in 0..placed.facts.nodes.len() {
            self.add(|| lanes::node(placed, lane));
        }
        self.add(|| names::clients(placed));
        self.add(|| grid::legend(placed));
        for (index, (group, column)) in placed.facts.columns().enumerate() {
            self.add_cell(group, column, index);
        }
    }

    fn draw_columns(&mut self) {
        let placed = self.placed;
        let facts = placed.facts;
        self.add(|| [lanes::frames(placed)]);
        for (index, (_, column)) in facts.columns().enumerate() {
            self.add(|| cables::guide(placed, column, index));
        }
        self.add(|| replicas::areas(placed));
        self.add(|| messages::messages(placed));
        self.add(|| [lanes::row_names(placed)]);
        self.add(|| names::titles(placed));
        self.add(|| names::services(placed));
        self.add(|| names::clients(placed));
        for (index, (group, column)) in facts.columns().enumerate() {
            self.add(|| identities::identity(placed, group, column, index));
        }
        self.add(|| replicas::cards(placed));
        self.draw_pods();
        for (group, column) in facts.columns() {
            for pod in &column.pods {
                self.add(|| volumes::pipe(placed, column, pod));
            }
            for volume in &column.volumes {
                self.add(|| volumes::volume(placed, group, column, volume));
            }
            for pod in &column.pods {
                self.add(|| volumes::folder(placed, group, column, pod));
            }
        }
        for (index, (_, column)) in facts.columns().enumerate() {
            self.add(|| replacement::card(placed, column, index));
        }
    }

    /// Row by row: the node, then its pods.
    fn draw_pods(&mut self) {
        let placed = self.placed;
        let mut lanes: Vec<Option<usize>> = vec![None];
        lanes.extend((0..placed.facts.nodes.len()).map(Some));
        for lane in lanes {
            if let Some(lane) = lane {
                self.add(|| lanes::node(placed, lane));
            }
            for (_, column) in placed.facts.columns() {
                let is_here = |uid| placed.pods.get(uid).is_some_and(|place| place.lane == lane);
                for pod in column.pods.iter().filter(|pod| is_here(&pod.uid)) {
                    self.add(|| pods::pod(placed, column, pod));
                }
            }
        }
    }

    /// Adds the cell of a column, or that of the last picture if what it depends on has not changed.
    fn add_cell(&mut self, group: &Group<'_>, column: &Column<'_>, index: usize) {
        let placed = self.placed;
        if let Some(part) = self.before.next().filter(|part| part.holds(self.now)) {
            return self.parts.push(part);
        }
        let inputs = CellInputs::of(placed, column, index);
        let is_before = |part: &Part| part.cell.as_ref().is_none_or(|cell| cell.index < index);
        while self.cells.next_if(is_before).is_some() {}
        let kept = self.cells.next_if(|part| part.cell.is_some() && part.cell == inputs);
        let items = match kept {
            Some(part) => part.items,
            None => self.drawn(grid::cell(placed, group, column, index)),
        };
        let until = placed.facts.time_deps.take_until();
        self.parts.push(Part { from: self.now, until, items, cell: inputs });
    }

    /// Adds the next part: that of the last picture if it still holds.
    fn add<I: IntoIterator<Item = Item>>(&mut self, draw: impl FnOnce() -> I) {
        match self.before.next().filter(|part| part.holds(self.now)) {
            Some(part) => self.parts.push(part),
            None => {
                let items = self.drawn(draw());
                let until = self.placed.facts.time_deps.take_until();
                self.parts.push(Part { from: self.now, until, items, cell: None });
            }
        }
    }

    /// The items of a part that was just drawn.
    fn drawn(&self, items: impl IntoIterator<Item = Item>) -> Vec<Rc<Item>> {
        let mut items: Vec<Item> = items.into_iter().collect();
        let selected = self.placed.view.selected.as_ref();
        for item in items.iter_mut().filter(|item| Some(&item.id) == selected) {
            item.add_class("selected");
        }
        items.into_iter().map(Rc::new).collect()
    }
}
