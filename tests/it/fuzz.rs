//! What coverage-guided fuzzing (`fuzz`) has found worth keeping, on every test run: a folder for each target below
//! `tests/fuzz`. A file with a name of its own was once a fault.

use crate::harness::{self, TARGETS};
use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;

/// How much stack there is in a browser, in bytes; what runs deeper is a fault. Without optimization a frame is
/// about three times as large.
const STACK: usize = 3 << 20;

fn folder(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz").join(target)
}

#[test]
fn nothing_that_was_kept_is_a_fault() {
    let inputs = TARGETS.iter().flat_map(|(target, _)| {
        let entries = fs::read_dir(folder(target)).expect("a folder for each target");
        let mut paths: Vec<PathBuf> =
            entries.map(|entry| entry.expect("an entry").path()).collect();
        paths.sort();
        assert!(!paths.is_empty(), "nothing is kept for {target}");
        paths.into_iter().map(|path| (*target, path)).collect::<Vec<_>>()
    });
    let inputs: Vec<_> = inputs.collect();
    let next = Mutex::new(inputs.iter());
    let work = || {
        let mut faults = Vec::new();
        loop {
            let Some((target, path)) = next.lock().expect("nobody panics holding it").next() else {
                return faults;
            };
            let input = fs::read(path).expect("a file");
            if catch_unwind(|| harness::run(target, &input)).is_err() {
                faults.push(path.display().to_string());
            }
        }
    };
    let faults: Vec<String> = thread::scope(|scope| {
        let worker = || {
            let builder = thread::Builder::new().stack_size(STACK);
            builder.spawn_scoped(scope, work).expect("a thread")
        };
        let workers = [worker(), worker()];
        workers.into_iter().flat_map(|it| it.join().expect("no panic")).collect()
    });
    assert!(faults.is_empty(), "the panics are told above:\n{}", faults.join("\n"));
}

#[test]
fn every_folder_is_that_of_a_target() {
    for entry in fs::read_dir(folder("")).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let is_known = TARGETS.iter().any(|(target, _)| *target == name);
        assert!(is_known || !path.is_dir(), "no target is called {name}");
    }
}
