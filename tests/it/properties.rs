//! What holds in every world: random recipes, looked at after every step.

use ordinal::api::Time;
use ordinal::cluster::Code;
use ordinal::scene::{View, scene, transcript};
use ordinal::svg;
use ordinal::timeline::check::{SOMETIMES, Verdict, check, cut_down};
use ordinal::timeline::{Timeline, json, random};
use std::ops::Range;
use std::thread;

/// How many seeds are looked at in every test run; `ordinal check --seeds` looks at more.
const SEEDS: u64 = 160;
/// How many more are looked at, at most, for what is rare.
const SEEDS_MAX: u64 = 800;

/// The verdicts on some seeds, from two threads.
fn check_all(seeds: Range<u64>) -> Vec<(u64, Verdict)> {
    let every_other =
        |first: u64| seeds.clone().skip(first as usize).step_by(2).map(|it| (it, check(it)));
    thread::scope(|scope| {
        let workers =
            [0, 1].map(|first| scope.spawn(move || every_other(first).collect::<Vec<_>>()));
        workers.into_iter().flat_map(|worker| worker.join().expect("no panic")).collect()
    })
}

#[test]
fn nothing_breaks_in_random_worlds_and_all_sorts_of_things_happen_there() {
    let mut verdicts = check_all(0..SEEDS);
    let reached = |verdicts: &[(u64, Verdict)], codes: &[Code]| {
        verdicts.iter().any(|(_, verdict)| verdict.reached(codes))
    };
    let mut end = SEEDS;
    while end < SEEDS_MAX && !SOMETIMES.iter().all(|(_, codes)| reached(&verdicts, codes)) {
        verdicts.extend(check_all(end..end + 40));
        end += 40;
    }
    let mut broken = Vec::new();
    for (seed, verdict) in &verdicts {
        let lines = verdict.violations.iter().map(|(at, it)| format!("seed {seed}, {at} ms: {it}"));
        broken.extend(lines);
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    for (what, codes) in SOMETIMES {
        assert!(reached(&verdicts, codes), "in no world {what}");
    }
}

#[test]
fn what_breaks_is_cut_down_to_the_lines_that_matter() {
    // A timing that does not exist makes the recipe unsound, whatever else is done.
    let recipe = "ordinal 1\nseed 3\nnodes 2\ntiming none=1s\nkubectl cordon node-1\nkubectl cordon node-2\n";
    assert_eq!(cut_down(recipe), "ordinal 1\ntiming none=1s\n");
}

#[test]
fn the_same_recipe_gives_the_same_log() {
    for seed in 0..20 {
        let recipe = random::recipe(seed);
        let log = || json::log(&recipe, Time(600_000)).expect("a random recipe is sound");
        let first = log();
        assert!(!first.is_empty());
        assert_eq!(first, log(), "seed {seed}");
    }
}

#[test]
fn acting_in_the_past_replaces_what_came_after() {
    let recipe = include_str!("../../static/stories/first.ordinal");
    let mut timeline = Timeline::new(recipe).expect("the first story is sound");
    timeline.seek(Time(60_000));
    let before = timeline.events().len();
    timeline.seek(Time(20_000));
    let output = timeline.run_line("kubectl delete pod web-0");
    assert_eq!(
        (output.exit, output.stdout.as_str()),
        (0, "pod \"web-0\" deleted from default namespace\n")
    );
    assert!(timeline.events().len() < before);
    timeline.seek(Time(60_000));
    let forked = timeline.events().to_vec();
    let mut again = Timeline::new(&timeline.recipe()).expect("a recorded recipe is sound");
    again.seek(Time(60_000));
    assert_eq!(again.events(), forked, "the recipe of a fork plays the fork");
}

#[test]
fn every_random_world_can_be_drawn() {
    for seed in 0..40 {
        let mut timeline = Timeline::new(&random::recipe(seed)).expect("a random recipe is sound");
        for part in 0..12 {
            let now = Time(part * 23_700);
            timeline.seek(now);
            for width in [390, 1280] {
                let view = View { width, ..View::default() };
                let cluster = timeline.cluster();
                let (picture, words) = (scene(cluster, now, &view), transcript(cluster, now));
                assert!(
                    svg::svg(&picture, &words).ends_with("</svg>\n"),
                    "seed {seed} at {} ms",
                    now.0
                );
                assert!(!words.is_empty(), "seed {seed} at {} ms", now.0);
            }
        }
    }
}
