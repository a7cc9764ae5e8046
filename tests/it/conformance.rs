//! The StatefulSet controller does what the real one was recorded doing.

use ordinal::cli::conform;
use std::fs;
use std::path::Path;

#[test]
fn every_recording_is_matched() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance");
    let entries =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let files: Vec<_> = entries
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    assert!(files.len() > 100, "there are recordings");
    let mut mismatches = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("a recording");
        let recording = serde_json::from_str(&text).expect("JSON");
        mismatches.extend(conform::replay(&recording).expect("a recording"));
    }
    assert!(mismatches.is_empty(), "{}", mismatches.join("\n"));
}
