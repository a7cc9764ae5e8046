//! `cargo xtask`: everything that is done to the page apart from writing it.
//!
//! A machine with Rust and nothing else can run `cargo xtask serve`. The other commands install
//! what they need where they can, and otherwise say in one line what to install. In a terminal
//! they ask first.

mod bench;
mod clients;
mod dist;
mod fuzz;
mod http;
mod kubectl;
mod modules;
mod names;
mod page;
mod reproduce;
mod scale;
mod schema;
mod serve;
mod test;
mod tools;
mod wasm;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Builds, serves, packs and tests the page.
#[derive(Parser)]
#[command(bin_name = "cargo xtask", arg_required_else_help = true, disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the page, serve it on 127.0.0.1, and rebuild and reload it on every change
    Serve(serve::Arguments),
    /// Build the page as it is shipped, into dist: as a site, as one file and as a package
    Dist(dist::Arguments),
    /// Run every check there is and count what passed
    Test(test::Arguments),
    /// Build dist in two fresh clones of what is committed, and compare: `test --slow` does it, too
    Reproduce,
    /// Fuzz the core, or one target of fuzz/targets
    Fuzz(fuzz::Arguments),
    /// Write the fields and types of the Kubernetes API, from the crate k8s-openapi, into static/schema.txt
    Schema,
    /// Measure how fast the native program runs the stories, and the page in Chromium loads and draws
    Bench(bench::Arguments),
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Serve(arguments) => serve::run(arguments),
        Command::Dist(arguments) => dist::run(&arguments),
        Command::Test(arguments) => test::run(&arguments),
        Command::Reproduce => reproduce::check().map(|()| ExitCode::SUCCESS),
        Command::Fuzz(arguments) => fuzz::run(&arguments),
        Command::Schema => schema::run().map(|()| ExitCode::SUCCESS),
        Command::Bench(arguments) => bench::run(&arguments),
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
