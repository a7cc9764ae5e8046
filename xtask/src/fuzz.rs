//! `cargo xtask fuzz`: cargo-fuzz with the options that this project needs.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, ensure};

use crate::tools;

/// How much stack a browser gives the module, in kB.
const STACK_KB: u32 = 1024;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The target; without it all of them, one after the other
    target: Option<String>,
    /// How long it takes in all
    #[arg(long, default_value_t = 10)]
    minutes: u32,
    /// Make an input smaller that makes the target fail
    #[arg(long, value_name = "FILE", requires = "target", conflicts_with = "keep")]
    minimize: Option<PathBuf>,
    /// Add to tests/fuzz the inputs that reach what none there does
    #[arg(long, requires = "target")]
    keep: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let known = targets()?;
    let targets = match &arguments.target {
        None => known,
        Some(target) => {
            ensure!(known.contains(target), "the targets are {}", known.join(", "));
            vec![target.clone()]
        }
    };
    let seconds = arguments.minutes * 60 / u32::try_from(targets.len())?;
    let mut failed = Vec::new();
    for target in targets {
        let kept = format!("tests/fuzz/{target}");
        let found = format!("fuzz/corpus/{target}");
        fs::create_dir_all(tools::root().join(&found))?;
        let good = if let Some(input) = &arguments.minimize {
            fuzz("tmin", &[&target, &input.display().to_string()], "-runs=20000")
        } else if arguments.keep {
            fuzz("run", &[&target, &kept, &found], "-merge=1 -use_counters=0")
        } else {
            fuzz("run", &[&target, &found, &kept], &format!("-max_total_time={seconds}"))
        };
        if !good? {
            failed.push(target);
        }
    }
    ensure!(failed.is_empty(), "look into fuzz/artifacts: {}", failed.join(", "));
    Ok(ExitCode::SUCCESS)
}

/// The names of the targets.
fn targets() -> Result<Vec<String>> {
    let entries = fs::read_dir(tools::root().join("fuzz/targets"))?;
    let mut names = Vec::new();
    for entry in entries {
        let path = entry?.path();
        names.extend(path.file_stem().map(|name| name.to_string_lossy().into_owned()));
    }
    names.sort();
    Ok(names)
}

/// Runs a command of cargo-fuzz with the options of libFuzzer; whether it found nothing. Without trace-compares
/// a target is twice as fast, and the dictionary makes up for them.
fn fuzz(command: &str, words: &[&str], options: &str) -> Result<bool> {
    let line = format!(
        "ulimit -s {STACK_KB} && exec cargo fuzz {command} --sanitizer none --no-trace-compares \"$@\" -- \
         -timeout=10 -rss_limit_mb=2048 -max_len=3000 -dict=tests/fuzz/words.dict {options}"
    );
    let mut shell = Command::new("sh");
    shell.args(["-c", &line, "sh"]).args(words);
    let status = shell.current_dir(tools::root()).status();
    Ok(status.context("cannot start a shell: cargo-fuzz needs one")?.success())
}
