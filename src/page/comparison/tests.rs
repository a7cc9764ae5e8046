//! Tests of the comparison with another run.

use super::*;
use crate::page::tests::first_story;
use crate::task::finish;

const ALWAYS: &dyn Fn() -> bool = &|| true;

fn report_of(comparison: &Comparison) -> &Report {
    let Shown::Versions(report) = &comparison.shown else { panic!("futures are compared") };
    report
}

fn upgrade() -> Timeline {
    Timeline::new(include_str!("../../../tests/data/upgrade.ordinal")).expect("a story")
}

fn compared(mut run: Timeline, version: Version) -> Comparison {
    finish(compare(&mut run, version, &Progress::default())).expect("a comparison")
}

#[test]
fn a_story_that_versions_play_alike_is_the_same() {
    let comparison = compared(first_story(20), Version::V1_34);
    let report = report_of(&comparison);
    assert_eq!(report.title(), "Kubernetes 1.34 and 1.37");
    assert!(report.summary().starts_with("The run is the same under 1.34 and 1.37, up to "));
    assert!(report.groups.is_empty() && report.first.is_none());
}

#[test]
fn the_same_run_says_what_would_make_a_difference() {
    let hint = |version| report_of(&compared(first_story(0), version)).hint();
    assert!(hint(Version::V1_36).contains("maxUnavailable"));
    assert!(hint(Version::V1_35_0).contains("parallel StatefulSet"));
    let run = at_version(&first_story(0).recipe(), Version::V1_34);
    let run = Timeline::new(&run).expect("a story");
    assert!(report_of(&compared(run, Version::V1_36)).hint().contains("no difference"));
}

#[test]
fn differences_are_grouped_with_the_older_version_first() {
    let comparison = compared(upgrade(), Version::V1_36);
    let report = report_of(&comparison);
    let groups: Vec<_> = report.groups.iter().map(|it| it.group).collect();
    assert_eq!(groups, Group::ALL);
    assert_eq!((report.own, report.other), (Version::V1_37, Version::V1_36));
    let [first, second, moved] = [0, 1, 2].map(|index| &report.groups[index].rows);
    assert_eq!(first.len() + second.len() + moved.len(), report.count);
    assert!(first.iter().all(|it| matches!(it.times, [Some(_), None])));
    assert!(second.iter().all(|it| matches!(it.times, [None, Some(_)])));
    assert!(moved.iter().all(|it| matches!(it.times, [Some(_), Some(_)])));
    assert_eq!(report.first, Some(Time(0)));
    assert!(report.summary().ends_with(" events differ, up to 2:00."), "{}", report.summary());
}

#[test]
fn of_many_differences_the_first_are_listed() {
    let recipe = include_str!("../../../tests/data/upgrade.ordinal");
    let many = (2..40).map(|minute| {
        format!("at {minute}m kubectl set image statefulset/web db=ordinal/db:{minute}\n")
    });
    let run = Timeline::new(&(recipe.to_owned() + &many.collect::<String>())).expect("a story");
    let comparison = compared(run, Version::V1_36);
    let report = report_of(&comparison);
    let moved = report.groups.last().expect("a group");
    assert_eq!((moved.group, moved.rows.len()), (Group::Moved, LISTED));
    let listed: usize = report.groups.iter().map(|it| it.rows.len() + it.more).sum();
    assert_eq!(listed, report.count);
}

#[test]
fn the_picture_follows_the_cursor_in_slices() {
    let mut comparison = compared(upgrade(), Version::V1_36);
    let mut slices = 0;
    while comparison.is_behind(Time(40_000)) {
        comparison.follow(Time(40_000), &|| false);
        slices += 1;
    }
    assert!(slices > 1);
    assert_eq!(comparison.timeline.now(), Time(40_000));
    assert!(comparison.paint(&View::default()));
    assert!(!comparison.paint(&View::default()));
    comparison.follow(Time(35_000), ALWAYS);
    assert!(comparison.paint(&View::default()));
    assert!(!comparison.scene.items.is_empty());
}

#[test]
fn a_run_is_never_compared_with_itself() {
    let comparison = compared(upgrade(), Version::V1_36);
    assert_eq!(comparison.next_version(Version::V1_37), Some(Version::V1_36));
    assert_eq!(comparison.next_version(Version::V1_34), Some(Version::V1_36));
    assert_eq!(comparison.next_version(Version::V1_36), Some(Version::V1_37));
}

#[test]
fn futures_play_in_step_and_are_exchanged() {
    let mut run = RunState::new(first_story(40));
    let mut comparison = fork(&run.timeline);
    let futures = |comparison: &Comparison| {
        let Shown::Futures(futures) = &comparison.shown else { panic!("versions are compared") };
        futures.clone()
    };
    run.timeline.run_line("kubectl delete pod web-2");
    run.timeline.seek(Time(45_000));
    comparison.follow(Time(45_000), ALWAYS);
    comparison.compare_futures(&run.timeline);
    let before = futures(&comparison);
    assert_eq!((before.own, before.from), (Side::A, Time(40_000)));
    assert!(!before.differences.is_empty());
    assert!(!comparison.shown.is_other_first());
    comparison.swap(&mut run);
    assert!(comparison.shown.is_other_first());
    assert!(!run.timeline.recipe().contains("delete pod web-2"));
    assert_eq!(run.timeline.now(), Time(45_000));
    comparison.follow(Time(45_000), ALWAYS);
    comparison.compare_futures(&run.timeline);
    let after = futures(&comparison);
    assert_eq!((after.own, &after.differences), (Side::B, &before.differences));
    run.timeline.seek(Time(40_000));
    run.timeline.run_line("kubectl delete pod web-2");
    run.timeline.seek(Time(100_000));
    comparison.follow(Time(100_000), ALWAYS);
    comparison.compare_futures(&run.timeline);
    assert_eq!(futures(&comparison).differences, []);
}
