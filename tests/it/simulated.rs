//! The list of what is simulated, accepted, and left out, in the documentation.
//!
//! `UPDATE=1 cargo test` rewrites `docs/simulated.md`.

use ordinal::page::simulated::parts;
use std::{env, fs, path::Path};

const HEAD: &str = "# What is simulated\n\nThis page is generated from the tables of the code; the help of the page shows the same.\n";

#[test]
fn the_documentation_lists_what_is_simulated() {
    let mut text = HEAD.to_owned();
    for part in parts() {
        assert!(!part.entries.is_empty(), "{} is empty", part.title);
        text += &format!("\n## {}\n{}\n\n", part.title, part.text);
        for (name, more) in part.entries {
            text += &format!("- **{name}**: {more}\n");
        }
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/simulated.md");
    if env::var_os("UPDATE").is_some() {
        fs::write(&file, &text).expect("docs/simulated.md can be written");
    }
    let written = fs::read_to_string(&file).unwrap_or_default();
    assert!(written == text, "docs/simulated.md is out of date: UPDATE=1 cargo test simulated");
}
