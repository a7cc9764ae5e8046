//! Ordinal: a Kubernetes StatefulSet that can be watched, broken, rewound and understood.
//!
//! A deterministic model of a small cluster drives an animated picture. The same code runs in the
//! browser, compiled to WebAssembly, and on the command line; the same recipe gives the same event
//! log on both, byte for byte.
//!
//! # The way through
//! ```text
//! recipe ── notation ──► timeline ──► sim ──► cluster ──► world, db
//!                           │          ▲         │
//!               kubectl, manifest ─────┘         ▼
//!                                       scene ──► svg, page, web
//! ```
//! A line of a recipe, of the terminal, or behind a click enters [`kubectl`], which refuses it in the API
//! server's words or turns it into [`sim::Command`]s. [`sim::Sim`] takes one thing that is due after the
//! other; the component concerned reads the [`cluster::Cluster`] through a step and returns effects, and
//! [`cluster::apply`] alone does them. A controller's [`cluster::Step`] has only the [`cluster::ControlPlane`];
//! what runs on nodes has a [`cluster::WorldStep`], which has the [`cluster::World`] too. [`timeline::Timeline`] records, rewinds and forks. [`scene`]
//! turns a cluster and an instant into a picture.
//!
//! # The modules, each knowing only those before it
//! - [`limits`]: how much of everything there may be, known by all.
//! - [`map`]: ordered maps for small tables, used by all.
//! - [`task`]: long work in slices, used by all.
//! - [`later`]: code that the page loads later, used by all.
//! - [`api`]: the Kubernetes objects, as plain data.
//! - [`notation`]: the line notation of recipes and the terminal.
//! - [`manifest`]: YAML in, objects out; refusals with line, field and advice.
//! - [`shell`]: a small shell, for the terminal and for scripts in containers.
//! - [`db`]: the replicated database in the pods.
//! - [`cluster`]: control plane, nodes and what runs on them, one file for each component.
//! - [`sim`]: clock, queue, chance, commands, invariants.
//! - [`kubectl`]: terminal lines.
//! - [`timeline`]: recording, rewinding, forking, playing.
//! - [`terminal`]: the terminal without its user interface: scripts and files.
//! - [`why`]: what things wait for, what has led to it, what would end it.
//! - [`chaos`]: a manifest, run through a matrix of faults.
//! - [`lessons`]: captions that wait for what happens, predictions, goals; played and checked.
//! - [`scene`], [`svg`]: the picture as data, and as text.
//! - [`observe`]: what a real cluster said, read and explained.
//! - [`handout`]: a lesson on paper, and QR codes.
//! - [`page`]: the state of the page and what it computes, without the browser.
//! - `apiserver`: the Kubernetes API of a running cluster, without HTTP; native only.
//! - `cli`: the program, native only. `web`: the page in the browser, wasm only.
//!
//! # What is nowhere in the core
//! No clock, no input or output, no hash maps, no float functions, no panics on what a person typed.
//! `scene` does not know `sim`. The compiler checks that controllers do not see the physical world and that only `apply`
//! writes to a cluster.

pub mod api;
#[cfg(not(target_arch = "wasm32"))]
pub mod apiserver;
mod base64;
pub mod chaos;
pub mod cluster;
pub mod db;
pub mod handout;
pub mod kubectl;
pub mod later;
pub mod lessons;
pub mod limits;
pub mod manifest;
pub mod map;
pub mod notation;
pub mod observe;
pub mod page;
pub mod scene;
pub mod shell;
pub mod sim;
pub mod svg;
pub mod task;
pub mod terminal;
pub mod timeline;
pub mod why;

#[cfg(not(target_arch = "wasm32"))]
pub mod cli;
#[cfg(target_arch = "wasm32")]
pub mod web;
