//! House rules that the compiler does not check.

use std::fs;
use std::path::{Path, PathBuf};

/// What each module may use of the others.
const MAY_USE: &[(&str, &[&str])] = &[
    // Whatever the list says, everybody may use the limits, the maps, the tasks, and what is loaded later.
    ("limits", &[]),
    ("base64", &[]),
    ("map", &[]),
    ("task", &[]),
    ("later", &[]),
    ("api", &[]),
    ("notation", &[]),
    ("manifest", &["api", "notation"]),
    ("shell", &["api", "manifest"]),
    ("db", &[]),
    ("cluster", &["api", "db", "shell"]),
    ("sim", &["api", "notation", "manifest", "db", "cluster"]),
    ("kubectl", &["api", "notation", "manifest", "cluster", "sim", "shell"]),
    ("timeline", &["api", "notation", "cluster", "sim", "kubectl"]),
    ("terminal", &["api", "notation", "manifest", "kubectl", "shell", "timeline"]),
    ("why", &["api", "notation", "cluster", "timeline"]),
    ("chaos", &["api", "notation", "manifest", "db", "cluster", "timeline", "why"]),
    ("lessons", &["api", "notation", "cluster", "kubectl", "timeline"]),
    ("scene", &["api", "db", "cluster"]),
    ("svg", &["scene"]),
    ("observe", &["api", "notation", "manifest", "cluster", "timeline", "why", "lessons"]),
    ("handout", &["api", "notation", "lessons", "timeline", "scene", "svg"]),
    (
        "page",
        &[
            "api", "notation", "manifest", "cluster", "shell", "kubectl", "timeline", "terminal",
            "why", "chaos", "lessons", "observe", "scene",
        ],
    ),
    ("apiserver", &["api", "notation", "manifest", "cluster", "kubectl", "timeline"]),
    (
        "cli",
        &[
            "api",
            "notation",
            "manifest",
            "cluster",
            "sim",
            "kubectl",
            "timeline",
            "why",
            "chaos",
            "lessons",
            "observe",
            "scene",
            "svg",
            "handout",
            "apiserver",
        ],
    ),
    (
        "web",
        &[
            "api", "notation", "manifest", "cluster", "sim", "shell", "kubectl", "timeline",
            "terminal", "why", "chaos", "lessons", "observe", "scene", "svg", "handout", "page",
        ],
    ),
];

/// The maximum number of lines of a source file.
const LINES_MAX: usize = 400;
/// The maximum number of lines of a function, from its signature to the closing brace.
const FUNCTION_LINES_MAX: usize = 60;

/// Files that are longer, and the number of lines that they may have. Shorten them instead of raising a number.
const LONG_FILES: &[(&str, usize)] = &[
    ("src/manifest/validate/tests.rs", 401),
    ("tests/it/controller.rs", 474),
    ("tests/it/hardening.rs", 480),
    ("tests/it/harness.rs", 426),
];

/// Functions that are longer, and the number of lines that they may have.
const LONG_FUNCTIONS: &[(&str, usize)] = &[
    ("src/api/complete.rs: reshape", 64),
    ("src/kubectl/label.rs: label_one", 72),
    ("src/kubectl/describe/pod.rs: describe", 65),
    ("src/kubectl/watch.rs: follow_now", 64),
];

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

pub(super) fn all_sources() -> Vec<(String, String)> {
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
                let is_free = used == module
                    || ["base64", "limits", "map", "task", "later"].contains(&used.as_str());
                if is_module && !is_free && !allowed.contains(&used.as_str()) {
                    wrong.push(format!("{path}:{number}: {module} must not use {used}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The functions of a source file: the number of the first line, the name, and the number of lines from the
/// signature to the closing brace. Relies on the indentation by rustfmt.
fn functions(text: &str) -> Vec<(usize, String, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut found = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let Some(name) = function_name(line) else { continue };
        // The signature ends with a brace if there is a body, and with a semicolon otherwise.
        let after = || lines[index..].iter().zip(index..);
        let same_indent =
            |line: &str| !line.trim().is_empty() && indent(line) == indent(lines[index]);
        let mut ends = after().filter(|(it, _)| same_indent(it));
        let signature = ends.find(|(it, _)| it.ends_with(['{', ';', '}']));
        if signature.is_none_or(|(it, _)| !it.ends_with('{')) {
            continue;
        }
        let end = after().skip(1).find(|(it, _)| same_indent(it) && it.trim_start() == "}");
        let end = end.map_or(lines.len(), |(_, end)| end);
        found.push((index + 1, name.to_owned(), end - index + 1));
    }
    found
}

/// The name of the function whose signature begins with this line.
fn function_name(line: &str) -> Option<&str> {
    let (before, after) = line.split_once("fn ")?;
    let qualifiers = ["pub", "const", "async", "unsafe", "extern"];
    let is_qualifier = |word: &str| {
        qualifiers.contains(&word) || word.starts_with("pub(") || word.starts_with('"')
    };
    let is_signature = before.split_whitespace().all(is_qualifier);
    let end = after.find(|letter: char| !letter.is_alphanumeric() && letter != '_')?;
    (is_signature && end > 0).then(|| &after[..end])
}

#[test]
fn files_and_functions_stay_short() {
    let mut wrong = Vec::new();
    for (path, text) in all_sources() {
        let lines = text.lines().count();
        let allowed = LONG_FILES.iter().find(|(name, _)| *name == path);
        let max = allowed.map_or(LINES_MAX, |(_, max)| *max);
        if lines > max {
            wrong.push(format!("{path} has {lines} lines, more than {max}"));
        }
        for (number, name, lines) in functions(&text) {
            let place = format!("{path}: {name}");
            let allowed = LONG_FUNCTIONS.iter().find(|(name, _)| *name == place);
            let max = allowed.map_or(FUNCTION_LINES_MAX, |(_, max)| *max);
            if lines > max {
                wrong.push(format!("{path}:{number}: {name} has {lines} lines, more than {max}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn functions_are_counted_from_signature_to_brace() {
    let text = "\
impl Show for Page {
    pub(super) async fn wide(
        &self,
        update: fn(&mut Page),
    ) -> Html {
        if true {
        }
    }

    fn short(&self) {}
    fn declared(&self) -> Html;
}

fn bounded<T>(value: T) -> T
where
    T: Clone,
{
    value
}
";
    let found = functions(text);
    let found: Vec<_> = found.iter().map(|(at, name, lines)| (*at, &**name, *lines)).collect();
    assert_eq!(found, [(2, "wide", 7), (14, "bounded", 6)]);
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

/// Public functions with `bool` parameters. The name of the parameter says what it is, and callers pass a value of that
/// name.
const WITH_BOOL: &[&str] = &[
    "src/page/run.rs: play",
    "src/page/sheet.rs: toggle",
    "src/page/sheet.rs: shown",
    "src/page/sheet.rs: classes",
    "src/page/terminal/mod.rs: split",
    "src/page/terminal/pane.rs: print",
    "src/page/terminal/record.rs: print",
    "src/timeline/compare.rs: differences",
    "src/web/failure.rs: provoke",
    "src/web/lab.rs: live",
];

/// The public functions of a source file that have a `bool` parameter. A setter may have one.
fn with_bool(text: &str) -> Vec<String> {
    let text = text.replace("pub async fn ", "pub fn ");
    let functions = text.split("pub fn ").skip(1);
    let found = functions.filter_map(|text| {
        let (name, rest) = text.split_once(['(', '<'])?;
        let parameters = rest.split(" -> ").next()?.split('{').next()?;
        let is_setter = ["set_", "is_", "with_"].iter().any(|start| name.starts_with(start));
        (parameters.contains(": bool") && !is_setter).then(|| name.to_owned())
    });
    found.collect()
}

#[test]
fn public_functions_take_no_bool() {
    let mut found = Vec::new();
    for (path, text) in all_sources().iter().filter(|(path, _)| path.starts_with("src/")) {
        found.extend(with_bool(text).into_iter().map(|name| format!("{path}: {name}")));
    }
    let new: Vec<_> = found.iter().filter(|it| !WITH_BOOL.contains(&it.as_str())).collect();
    assert!(new.is_empty(), "{new:#?}");
    let gone: Vec<_> = WITH_BOOL.iter().filter(|it| !found.iter().any(|own| own == *it)).collect();
    assert!(gone.is_empty(), "not public functions with a bool any more: {gone:#?}");
}

#[test]
fn bool_parameters_are_found_in_signatures() {
    let text = "pub fn one(a: bool) {}\npub fn two(a: u8) -> bool { let b: bool = true; }\n\
                pub fn three<T>(\n    a: T,\n    b: bool,\n) {}\npub async fn five(a: bool) {}\npub fn set_four(a: bool) {}\nfn six(a: bool) {}\n";
    assert_eq!(with_bool(text), ["one", "three", "five"]);
}

#[test]
fn only_tests_change_a_cluster_by_hand() {
    for (path, text) in all_sources().iter().filter(|(path, _)| path.starts_with("src/")) {
        for (function, only) in
            [("parts_for_tests", "src/cluster/mod.rs"), ("cluster_for_tests", "src/sim/mod.rs")]
        {
            let count = text.matches(function).count();
            let message = format!("{path} changes a cluster, which only `apply` may do");
            assert_eq!(count, usize::from(path == only), "{message}");
        }
    }
}
