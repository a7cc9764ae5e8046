//! Ordinal: a Kubernetes StatefulSet that can be watched, broken, rewound and understood.

pub mod api;
pub mod notation;

#[cfg(not(target_arch = "wasm32"))]
pub mod cli;
#[cfg(target_arch = "wasm32")]
pub mod web;
