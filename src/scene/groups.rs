//! The groups of what is to be drawn: their columns, pods, and volumes.

use crate::api::*;
use crate::cluster::world::{Disk, PodRuntime};
use crate::db::Data;
use std::cell::OnceCell;
use std::rc::Rc;

/// The columns of one StatefulSet, the area of one Deployment, or the pods that belong to neither.
#[derive(Default)]
pub(super) struct Group<'a> {
    /// Namespace and name of the set or the Deployment; the name is empty for pods without one.
    pub key: Option<Key>,
    pub set: Option<&'a Rc<StatefulSet>>,
    pub deployment: Option<DeploymentFacts<'a>>,
    pub columns: Vec<Column<'a>>,
    pub services: Vec<&'a Rc<Service>>,
    /// What the primary has on its volume.
    pub primary: Option<&'a Data>,
}

/// One identity, or a slot of a Deployment's area, which has neither key nor name.
#[derive(Default)]
pub(super) struct Column<'a> {
    pub key: Option<Key>,
    pub ordinal: Option<i32>,
    /// Whether the set wants it now.
    pub is_wanted: bool,
    pub pods: Vec<PodFacts<'a>>,
    pub volumes: Vec<VolumeFacts<'a>>,
}

/// One incarnation: an object, what runs for it, or both.
pub(super) struct PodFacts<'a> {
    pub uid: Uid,
    pub key: Key,
    pub pod: Option<&'a Rc<Pod>>,
    pub run: Option<&'a Rc<PodRuntime>>,
    /// The folder whose data goes with the pod.
    pub folder: Option<&'a Rc<Disk>>,
    /// The sentence on it, once somebody has asked for it.
    pub words: OnceCell<String>,
}

/// A claim with what is behind it, or a volume whose claim is gone.
pub(super) struct VolumeFacts<'a> {
    /// The name of the claim.
    pub name: &'a str,
    pub claim: Option<&'a Rc<PersistentVolumeClaim>>,
    /// The name of the PersistentVolume; empty if there is none yet.
    pub volume: &'a str,
    pub disk: Option<&'a Rc<Disk>>,
    /// The sentence on it, once somebody has asked for it.
    pub words: OnceCell<String>,
}

/// A Deployment with its ReplicaSets, or one ReplicaSet that has no Deployment.
pub(super) struct DeploymentFacts<'a> {
    pub deployment: Option<&'a Rc<Deployment>>,
    /// The newest first.
    pub sets: Vec<&'a Rc<ReplicaSet>>,
    /// Its pods, until their slots are found.
    pub pods: Vec<PodFacts<'a>>,
    /// The claims that they mount, until these have their slots.
    pub volumes: Vec<VolumeFacts<'a>>,
}
