//! Common misunderstandings: each has a dump in `tests/data/confusions` that shows it, named after its number.

use crate::observe::open;
use ordinal::cluster::Subject;
use ordinal::observe::{self, Confusion};
use std::fs;
use std::path::{Path, PathBuf};

/// Confusions that leave no evidence in the API.
const NOT_IN_THE_API: [u8; 3] = [7, 12, 19];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/confusions")
}

/// The confusions that the set of a dump shows.
fn found(name: &str) -> Vec<Confusion> {
    let path = folder().join(format!("{name}.yaml"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
    let timeline = open(&text);
    let cluster = timeline.cluster();
    let set =
        observe::find(cluster, "sts/web", None).unwrap_or_else(|error| panic!("{name}: {error}"));
    observe::explain(cluster, timeline.events(), &Subject::Object(set)).confusions
}

#[test]
fn a_healthy_cluster_shows_no_misunderstanding() {
    assert_eq!(found("healthy"), []);
}

#[test]
fn every_misunderstanding_is_recognized_in_a_dump_with_the_lesson_that_explains_it() {
    let lessons = Path::new(env!("CARGO_MANIFEST_DIR")).join("static/lessons");
    let names = include_str!("../../static/lessons/confusions.txt");
    let mut wrong = Vec::new();
    for (number, name) in (1..).zip(names.lines()) {
        if NOT_IN_THE_API.contains(&number) {
            continue;
        }
        let found = found(&format!("{number:02}"));
        let Some(confusion) = found.iter().find(|it| it.number == number) else {
            wrong.push(format!("{number} ({name}) is not recognized: {found:?}"));
            continue;
        };
        assert_eq!(confusion.name, name);
        let lesson = fs::read_to_string(lessons.join(format!("{}.lesson", confusion.lesson)));
        let lesson = lesson.unwrap_or_else(|error| panic!("{}: {error}", confusion.lesson));
        let covers = lesson.lines().find_map(|line| line.strip_prefix("covers"));
        let number = format!("C{number}");
        let is_covered = covers.is_some_and(|it| it.split_whitespace().any(|word| word == number));
        if !is_covered {
            wrong.push(format!("the lesson {} does not cover {number}", confusion.lesson));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_a_dump_does_not_show_is_not_claimed() {
    // A dump shows its own misunderstanding, and few others: those that follow from the same facts.
    for (name, others) in [
        ("01", &[][..]),
        ("02", &[]),
        ("03", &[]),
        ("04", &[5]),
        ("05", &[]),
        ("06", &[]),
        ("08", &[]),
        ("09", &[]),
        ("10", &[]),
        ("11", &[]),
        ("13", &[11]),
        ("14", &[]),
        ("15", &[]),
        ("16", &[]),
        ("17", &[]),
        ("18", &[]),
        ("20", &[]),
        ("21", &[]),
        ("22", &[]),
        ("23", &[]),
        ("24", &[]),
        ("25", &[]),
        ("26", &[]),
    ] {
        let numbers: Vec<u8> = found(name).iter().map(|it| it.number).collect();
        let own: u8 = name.parse().expect("a number");
        let unexpected: Vec<u8> =
            numbers.iter().copied().filter(|it| *it != own && !others.contains(it)).collect();
        assert_eq!(unexpected, Vec::<u8>::new(), "{name}");
    }
}
