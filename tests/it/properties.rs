//! What holds in every world: random recipes, looked at after every step.

use ordinal::api::Time;
use ordinal::scene::{View, scene};
use ordinal::svg;
use ordinal::timeline::{Timeline, check, json, random};

/// How many seeds are looked at in every test run; `ordinal check --seeds` looks at more.
const SEEDS: u64 = 120;

#[test]
fn nothing_breaks_in_random_worlds() {
    let mut broken = Vec::new();
    for seed in 0..SEEDS {
        let verdict = check::check(seed);
        broken.extend(
            verdict.violations.iter().map(|(at, text)| format!("seed {seed} at {at} ms: {text}")),
        );
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
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
    assert_eq!((output.exit, output.stdout.as_str()), (0, "pod \"web-0\" deleted\n"));
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
                let picture = scene(timeline.cluster(), now, &view);
                assert!(svg::svg(&picture).ends_with("</svg>\n"), "seed {seed} at {} ms", now.0);
                assert!(!picture.transcript.is_empty(), "seed {seed} at {} ms", now.0);
            }
        }
    }
}
