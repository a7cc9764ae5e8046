//! House rules that the compiler does not check.

use std::fs;
use std::path::{Path, PathBuf};

/// What each module may use of the others.
const MAY_USE: &[(&str, &[&str])] = &[
    // Whatever the list says, everybody may use the limits, the maps and the tasks.
    ("limits", &[]),
    ("map", &[]),
    ("task", &[]),
    ("api", &[]),
    ("notation", &[]),
    ("manifest", &["api", "notation"]),
    ("db", &[]),
    ("cluster", &["api", "db"]),
    ("sim", &["api", "notation", "manifest", "db", "cluster"]),
    ("kubectl", &["api", "notation", "manifest", "cluster", "sim"]),
    ("timeline", &["api", "notation", "cluster", "sim", "kubectl"]),
    ("why", &["api", "notation", "cluster", "timeline"]),
    ("lessons", &["api", "notation", "cluster", "kubectl", "timeline"]),
    ("scene", &["api", "db", "cluster"]),
    ("svg", &["scene"]),
    (
        "page",
        &[
            "api", "notation", "manifest", "cluster", "kubectl", "timeline", "why", "lessons",
            "scene",
        ],
    ),
    (
        "cli",
        &["api", "notation", "manifest", "cluster", "sim", "timeline", "lessons", "scene", "svg"],
    ),
    (
        "web",
        &[
            "api", "notation", "manifest", "cluster", "kubectl", "timeline", "why", "lessons",
            "scene", "svg", "page",
        ],
    ),
];

/// The most lines of a source file.
const LINES_MAX: usize = 500;
/// The most lines of a function.
const FUNCTION_LINES_MAX: usize = 70;

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn all_sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in ["src", "tests/it", "xtask/src"] {
        sources(&root.join(folder), &mut found);
    }
    let name =
        |path: &PathBuf| path.strip_prefix(root).expect("below the root").display().to_string();
    found.iter().map(|path| (name(path), fs::read_to_string(path).expect("a text"))).collect()
}

/// The module of a file below `src`, if it is one of the table.
fn module_of(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("src/")?;
    rest.split('/')
        .next()
        .map(|first| first.trim_end_matches(".rs"))
        .filter(|name| !["lib", "main"].contains(name))
}

#[test]
fn modules_use_only_those_before_them() {
    let mut wrong = Vec::new();
    for (path, text) in all_sources() {
        let Some(module) = module_of(&path) else { continue };
        let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| *name == module) else {
            wrong.push(format!("{path}: module {module} is not in the table"));
            continue;
        };
        for (number, line) in (1..).zip(text.lines()) {
            let code = line.split("//").next().unwrap_or("");
            for used in code.split("crate::").skip(1) {
                let used: String = used
                    .chars()
                    .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
                    .collect();
                let is_module = MAY_USE.iter().any(|(name, _)| *name == used);
                let is_free = used == module || ["limits", "map", "task"].contains(&used.as_str());
                if is_module && !is_free && !allowed.contains(&used.as_str()) {
                    wrong.push(format!("{path}:{number}: {module} must not use {used}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_and_functions_stay_short() {
    let mut wrong = Vec::new();
    for (path, text) in all_sources() {
        let count = text.lines().count();
        if count > LINES_MAX {
            wrong.push(format!("{path} has {count} lines, more than {LINES_MAX}"));
        }
        let mut open: Option<(usize, usize, String)> = None;
        for (number, line) in text.lines().enumerate() {
            let indent = line.len() - line.trim_start().len();
            let code = line.trim_start();
            let begins =
                code.starts_with("fn ") || code.starts_with("pub fn ") || code.starts_with("pub(");
            if begins && code.contains("fn ") && code.ends_with('{') {
                open = Some((number, indent, code.to_owned()));
            }
            if let Some((start, depth, name)) = &open
                && code.starts_with('}')
                && indent == *depth
            {
                let length = number - start + 1;
                if length > FUNCTION_LINES_MAX {
                    wrong.push(format!("{path}:{}: {length} lines: {name}", start + 1));
                }
                open = None;
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_source_says_what_it_is() {
    let silent: Vec<String> = all_sources()
        .into_iter()
        .filter(|(_, text)| !text.starts_with("//!"))
        .map(|(path, _)| path)
        .collect();
    assert!(silent.is_empty(), "without a module comment: {}", silent.join(", "));
}
