//! What stands where: the places of all that lines and travellers lead to.

use super::View;
use super::area::{Area, to_i32};
use super::facts::{Column, Facts, PodFacts, VolumeFacts};
use super::layout::{Layout, disk_id};
use super::needs::service_rows;
use super::ordered::Ordered;
use super::sizes::Sizes;
use crate::api::{Key, Uid};
use crate::cluster::world::DiskId;

/// All that the drawing functions look at.
pub(super) struct PlacedScene<'a> {
    pub facts: &'a Facts<'a>,
    pub layout: &'a Layout,
    pub view: &'a View,
    pub pods: Ordered<Uid, PodPlace>,
    pub disks: Ordered<DiskId, DiskPlace>,
    pub services: Ordered<Key, Area>,
    pub clients: Ordered<&'a str, Area>,
    /// The columns of the identities.
    pub columns: Ordered<Key, usize>,
}

/// Where a pod is.
#[derive(Clone, Copy, Debug)]
pub(super) struct PodPlace {
    pub area: Area,
    /// The lane, none while it has no node.
    pub lane: Option<usize>,
}

/// Where a disk is.
#[derive(Clone, Copy, Debug)]
pub(super) struct DiskPlace {
    pub area: Area,
    pub column: usize,
    /// Whether it stands in the remote storage.
    pub is_remote: bool,
    /// Whether it is the first of its column.
    pub is_first: bool,
}

/// The places of disks, in any order.
type DiskPlaces = Vec<(DiskId, DiskPlace)>;

/// So many clients are drawn; there is no room for more.
const MOST_CLIENTS: usize = 4;

impl<'a> PlacedScene<'a> {
    /// Finds the place of everything.
    pub(super) fn new(facts: &'a Facts<'a>, layout: &'a Layout, view: &'a View) -> PlacedScene<'a> {
        let (mut pods, mut disks) = (Vec::new(), Vec::new());
        let mut placed = PlacedScene {
            facts,
            layout,
            view,
            pods: Ordered::default(),
            disks: Ordered::default(),
            services: Ordered::default(),
            clients: Ordered::default(),
            columns: Ordered::default(),
        };
        for (index, (_, column)) in facts.columns().enumerate() {
            placed.place_pods(index, &column.pods, (&mut pods, &mut disks));
            placed.place_disks(index, &column.volumes, &mut disks);
        }
        (placed.pods, placed.disks) = (Ordered::of(pods), Ordered::of(disks));
        let columns = facts.columns().enumerate();
        let columns = columns.filter_map(|(index, (_, it))| Some((it.key.clone()?, index)));
        placed.columns = Ordered::of(columns.collect());
        placed.place_services();
        placed.place_clients();
        placed
    }

    /// The class of the color of an identity. In a map the colors tell the state of pods.
    pub(super) fn hue(&self, column: &Column<'_>) -> String {
        match self.layout.is_map() {
            true => "hue-none".into(),
            false => column.hue(),
        }
    }

    /// The lane of a node.
    pub(super) fn lane(&self, node: &str) -> Option<usize> {
        self.facts.nodes.iter().position(|facts| facts.name == node)
    }

    /// The frame of a lane.
    pub(super) fn lane_area(&self, lane: usize) -> Area {
        self.layout.lanes.get(lane).copied().unwrap_or_default()
    }

    fn place_pods(
        &self,
        column: usize,
        pods: &[PodFacts<'_>],
        (places, disks): (&mut Vec<(Uid, PodPlace)>, &mut DiskPlaces),
    ) {
        for (index, pod) in pods.iter().enumerate() {
            let lane = self.lane(pod.node());
            let is_beside = |other: &&PodFacts<'_>| other.node() == pod.node();
            let count = pods.iter().filter(is_beside).count();
            let position = pods.iter().take(index).filter(is_beside).count();
            let area = match lane {
                Some(lane) => self.layout.pod_area(column, lane, (position, count)),
                None => self.layout.pending_of(column, (position, count)),
            };
            places.push((pod.uid, PodPlace { area, lane }));
            if let (Some(lane), true) = (lane, pod.folder.is_some()) {
                let area = self.layout.local_volume_area(column, lane, (position, count));
                let place = DiskPlace { area, column, is_remote: false, is_first: true };
                disks.push((DiskId::Folder(pod.uid), place));
            }
        }
    }

    fn place_disks(&self, column: usize, volumes: &[VolumeFacts<'_>], places: &mut DiskPlaces) {
        let mut remote = 0;
        let lane_of = |volume: &VolumeFacts<'_>| self.lane(volume.local_node()?);
        let has_storage = self.layout.storage.is_some() || self.layout.grid.is_some();
        for (index, volume) in volumes.iter().enumerate() {
            let lane = lane_of(volume);
            let count_beside = |volumes: &[VolumeFacts<'_>]| {
                volumes.iter().filter(|other| lane_of(other) == lane).count()
            };
            let part = match volumes {
                [_] => (0, 1),
                _ => (count_beside(&volumes[..index]), count_beside(volumes)),
            };
            let (area, is_remote, is_first) = match lane {
                Some(lane) => (self.layout.local_volume_area(column, lane, part), false, true),
                None if !has_storage => (self.layout.claim_area(column, part), false, true),
                None => {
                    remote += 1;
                    let area = match remote {
                        1 => self.layout.volume_of(column),
                        position => self.layout.extra_of(column, position - 1),
                    };
                    (area, true, remote == 1)
                }
            };
            let place = DiskPlace { area, column, is_remote, is_first };
            places.push((volume_id(volume), place));
        }
    }

    fn place_services(&mut self) {
        let Sizes { title, service: pitch, .. } = self.layout.sizes;
        let titles = self.layout.titles;
        let title = if titles.is_above() { title } else { 0 };
        for (group, area) in self.facts.groups.iter().zip(&self.layout.groups) {
            let used = titles.width(group);
            let room = area.width - used;
            let (_, in_row) = service_rows(group, room, self.layout.is_narrow);
            let width = room / in_row;
            for (index, service) in group.services.iter().enumerate() {
                let (row, column) = (to_i32(index) / in_row, to_i32(index) % in_row);
                let (x, y) = (area.x + used + column * width, area.y + title + row * pitch);
                let place = Area::new(x, y, (width - 6).min(460), pitch - 4);
                self.services.insert(service.metadata.key(), place);
            }
        }
    }

    fn place_clients(&mut self) {
        let room = self.layout.clients;
        let clients = self.facts.clients.iter().take(MOST_CLIENTS);
        let count = to_i32(clients.len());
        for (index, name) in clients.enumerate() {
            let pitch = ((room.height + 4) / count.max(1)).min(40);
            let area = Area::new(room.x, room.y + to_i32(index) * pitch, room.width, pitch - 4);
            self.clients.insert(name, area);
        }
    }
}

/// The id of the disk behind a volume; of a claim without one, a name that no volume has.
pub(super) fn volume_id(volume: &VolumeFacts<'_>) -> DiskId {
    if volume.volume.is_empty() {
        let namespace = volume.claim.map_or("", |claim| claim.metadata.namespace.as_str());
        disk_id(&format!("{namespace}/{}", volume.name))
    } else {
        disk_id(volume.volume)
    }
}
