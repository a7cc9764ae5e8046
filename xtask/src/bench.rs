//! `cargo xtask bench`: how fast the native program runs the stories, how that grows with the number of
//! pods, how long the page works for a frame, and how a visitor feels its first load.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use crate::{dist, page, scale, tools};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// How often each story is run; the fastest run counts
    #[arg(long, default_value_t = 10)]
    times: u32,
    /// Only the program, not the page
    #[arg(long)]
    native: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    if !arguments.native {
        tools::need_browser("chromium", &["chromium"])?;
    }
    tools::run(tools::cargo().args(["build", "--release", "--package", "ordinal"]))?;
    let program = tools::target_dir().join("release/ordinal");

    println!("{:<40} {:>9} {:>9} {:>12}", "story", "events", "best ms", "events/s");
    for story in page::files_below(&tools::root().join("static/stories"))? {
        let name = story.file_name().context("a story has a name")?.display().to_string();
        let mut best = Duration::MAX;
        let mut events = 0;
        for _ in 0..arguments.times {
            let start = Instant::now();
            let log = tools::output(tools::command(&program).arg("run").arg(&story).arg("--json"))?;
            best = best.min(start.elapsed());
            events = log.lines().count();
        }
        let seconds = best.as_secs_f64();
        let rate = events as f64 / seconds;
        println!("{name:<40} {events:>9} {:>9.1} {rate:>12.0}", seconds * 1000.0);
    }
    scale::run(&program)?;
    println!();
    tools::run(tools::cargo().args(["bench", "--package", "ordinal", "--bench", "seek"]))?;
    if arguments.native {
        return Ok(ExitCode::SUCCESS);
    }
    dist::build(None)?;
    println!("\nHow long the main thread of the page works for a frame:");
    tools::run(tools::command("node").arg("xtask/src/frames.mjs"))?;
    println!("\nHow long the page does not answer while something takes long, with 300 pods:");
    tools::run(tools::command("node").arg("xtask/src/tasks.mjs"))?;
    println!("\nHow the first load feels, with a cold cache:");
    tools::run(tools::command("node").arg("xtask/src/first-load.mjs"))?;
    Ok(ExitCode::SUCCESS)
}
