//! One integration binary: everything goes through what users of the crate have.

mod api_server;
mod bare;
mod cases;
mod checker;
mod conformance;
mod controller;
mod deployment;
mod extremes;
mod faults;
mod fuzz;
mod hardening;
mod harness;
mod kubectl;
mod lessons;
mod manifest;
mod names;
mod nodes;
mod pictures;
mod plain_words;
mod properties;
mod reasons;
mod refusals;
mod tidy;
mod transcripts;
mod words;
mod worlds;
