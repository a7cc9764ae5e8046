//! Ordinal: a Kubernetes StatefulSet that can be watched, broken, rewound and understood.

pub mod api;
pub mod cluster;
pub mod db;
pub mod kubectl;
pub mod manifest;
pub mod notation;
pub mod scene;
pub mod sim;
pub mod svg;
pub mod timeline;

#[cfg(not(target_arch = "wasm32"))]
pub mod cli;
#[cfg(target_arch = "wasm32")]
pub mod web;
