//! Cases: a recipe and the part of its event log that matters, in text files under `tests/cases`.
//!
//! ```text
//! --- name of the case (S5) ---
//! seed 7
//! ...
//! === until 40s show pod/web-1 statefulset/web
//! 12.3s  scheduler  web-1 is placed on node-2
//! ```
//! The line `ordinal 1` may be left out. `show` takes subjects or codes; without it everything is
//! shown. `apply sample` applies the sample manifest; `| KEY: VALUE` after it sets a field of the set's
//! spec, `| pod.KEY: VALUE` one of the pods', `| image: VALUE` their images. `apply snapshots` applies the definitions of snapshots,
//! and a class. `UPDATE=1 cargo test`
//! rewrites the expectations.

use ordinal::api::Time;
use ordinal::cluster::Reason;
use ordinal::notation::{format_duration, parse_duration};
use ordinal::timeline::Timeline;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// The manifest that `apply sample` stands for in a case.
pub(crate) const SAMPLE: &str = include_str!("../../static/manifests/sample.yaml");

/// The manifests that `apply snapshots` stands for: kubectl finds a class only once its definition is there.
const SNAPSHOTS: [&str; 2] = [
    include_str!("../../static/manifests/snapshots.yaml"),
    include_str!("../../static/manifests/snapshot-class.yaml"),
];

struct Case {
    name: String,
    recipe: String,
    ask: String,
    expected: String,
}

fn read(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut in_expectation = false;
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("--- ").and_then(|rest| rest.strip_suffix(" ---")) {
            let (recipe, ask, expected) = Default::default();
            cases.push(Case { name: name.to_owned(), recipe, ask, expected });
            in_expectation = false;
            continue;
        }
        let Some(case) = cases.last_mut() else { continue };
        if let Some(ask) = line.strip_prefix("=== ") {
            case.ask = ask.to_owned();
            in_expectation = true;
        } else {
            let part = if in_expectation { &mut case.expected } else { &mut case.recipe };
            part.push_str(line);
            part.push('\n');
        }
    }
    cases
}

/// A line of a recipe, `apply sample` written out.
fn expand(line: &str) -> String {
    if let Some(before) = line.strip_suffix("apply snapshots") {
        let apply = |manifest| format!("{before}kubectl apply -f - <<EOF\n{manifest}EOF");
        return SNAPSHOTS.map(apply).join("\n");
    }
    let Some((before, changes)) = line.split_once("apply sample") else { return line.to_owned() };
    let mut manifest = SAMPLE.to_owned();
    for change in changes.split(" | ").skip(1) {
        let (key, value) = change.split_once(": ").expect("KEY: VALUE");
        let (place, indent, key) = match key.strip_prefix("pod.") {
            Some(key) => ("\n      terminationGracePeriodSeconds", 6, key),
            None => ("\n  serviceName", 2, key),
        };
        let line = format!("\n{:indent$}{key}: ", "");
        manifest = match key {
            "image" => manifest.replace("ordinal/db:1", value),
            _ => match manifest.split_once(&line) {
                Some((before, after)) => {
                    let rest = after.split_once('\n').expect("a line").1;
                    format!("{before}{line}{value}\n{rest}")
                }
                None => manifest.replace(place, &format!("{line}{value}{place}")),
            },
        };
    }
    format!("{before}kubectl apply -f - <<SAMPLE\n{manifest}SAMPLE")
}

/// The log lines that the case asks for, each with its reason.
fn play(case: &Case) -> Vec<(Option<Rc<Reason>>, String)> {
    let lines: Vec<String> = case.recipe.lines().map(expand).collect();
    let mut timeline = match Timeline::new(&format!("ordinal 1\n{}\n", lines.join("\n"))) {
        Ok(timeline) => timeline,
        Err(errors) => {
            return errors.iter().map(|error| (None, format!("{error}\n"))).collect();
        }
    };
    let (until, shown) = case
        .ask
        .strip_prefix("until ")
        .unwrap_or("60s")
        .split_once(" show ")
        .unwrap_or((&case.ask, ""));
    let until = until.trim_start_matches("until ");
    timeline.seek(Time(
        parse_duration(until).unwrap_or_else(|| panic!("{}: no duration: {until}", case.name)),
    ));
    let shown: Vec<&str> = shown.split_whitespace().collect();
    let events = timeline.events().iter().filter(|event| {
        let subject = event.subject.to_string();
        shown.is_empty()
            || shown.contains(&subject.as_str())
            || shown.contains(&event.reason.code().name())
    });
    let line = |event: &ordinal::cluster::Event| {
        let who = event.reason.code().component().name();
        let text = format!("{}  {who}  {}\n", format_duration(event.time.0), event.reason.text());
        (Some(event.reason.clone()), text)
    };
    events.map(line).collect()
}

/// The case files with their texts.
fn files() -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    let read = |path: &PathBuf| fs::read_to_string(path).expect("a case file");
    paths.iter().map(|path| (path.clone(), read(path))).collect()
}

/// Every reason that a case shows.
pub(crate) fn shown() -> Vec<Rc<Reason>> {
    let cases = files().into_iter().flat_map(|(_, text)| read(&text));
    cases.flat_map(|case| play(&case)).filter_map(|(reason, _)| reason).collect()
}

#[test]
fn cases() {
    let (mut wrong, mut count) = (String::new(), 0);
    for (path, text) in files() {
        let mut rewritten = text.split("--- ").next().unwrap_or("").to_owned();
        for case in read(&text) {
            count += 1;
            let got: String = play(&case).into_iter().map(|(_, line)| line).collect();
            let expected = case.expected.trim_end();
            if got.trim_end() != expected {
                wrong += &format!(
                    "--- {} in {}\nexpected:\n{expected}\ngot:\n{got}\n",
                    case.name,
                    path.display()
                );
            }
            rewritten += &format!(
                "--- {} ---\n{}=== {}\n{}\n\n",
                case.name,
                case.recipe,
                case.ask,
                got.trim_end()
            );
        }
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, rewritten.trim_end().to_owned() + "\n").expect("written");
        }
    }
    assert!(count > 0, "there are cases");
    assert!(wrong.is_empty() || std::env::var_os("UPDATE").is_some(), "{wrong}");
}
