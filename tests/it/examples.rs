//! The stories in the documentation of the element and in the examples play without errors.

use ordinal::api::Time;
use ordinal::timeline::json;
use std::fs;
use std::path::{Path, PathBuf};

/// The start and the end of a story in a page.
const BLOCKS: [(&str, &str); 5] = [
    ("```ordinal", "\n```"),
    ("```{ordinal}", "\n```"),
    ("class=\"language-ordinal\"", "</code>"),
    ("<script type=\"text/x-ordinal\"", "</script>"),
    ("STORY = `", "`"),
];

/// A story begins at most this many bytes after the start of its block.
const NEAR: usize = 120;

/// The files in a folder, without installed packages.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path())
    {
        match entry.is_dir() {
            true if entry.ends_with("node_modules") || entry.ends_with("ordinal-lab") => {}
            true => files(&entry, found),
            false if entry.extension().is_some_and(|it| it == "py") => {}
            false => found.push(entry),
        }
    }
}

/// The stories in a text. A block without a story, such as a template of a host, is skipped.
fn stories(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (begin, end) in BLOCKS {
        for part in text.split(begin).skip(1) {
            let part = part.split(end).next().unwrap_or("");
            // A mere mention of a block has no story close to it.
            let Some(at) = part.find("ordinal 1\n").filter(|at| *at < NEAR) else { continue };
            let story = part[at..].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
            found.push(story.trim_end().to_owned() + "\n");
        }
    }
    found
}

#[test]
fn stories_in_documentation_and_examples_are_played_without_refusals() {
    let mut paths = vec![PathBuf::from("docs/embedding.md")];
    for folder in ["element", "examples"] {
        files(Path::new(folder), &mut paths);
    }
    let mut count = 0;
    for path in paths {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        for story in stories(&text) {
            count += 1;
            let log = json::log(&story, Time(60_000));
            let log =
                log.unwrap_or_else(|errors| panic!("{}: {errors:?}\n{story}", path.display()));
            let refused = log.lines().find(|line| line.contains("refused"));
            assert_eq!(refused, None, "{}:\n{story}", path.display());
        }
    }
    assert!(count > 15, "{count} stories");
}
