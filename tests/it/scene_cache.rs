//! What is kept from one picture to the next.

use crate::pictures::is;
use ordinal::api::Time;
use ordinal::scene::{Item, Scene, SceneCache, View, scene};
use ordinal::timeline::{Timeline, random};
use std::rc::Rc;

/// Plays frame after frame, and now and then goes back: what is kept of the last picture is what would be
/// drawn.
#[track_caller]
fn assert_kept_is_drawn(recipe: &str, what: &str) {
    let mut timeline = Timeline::new(recipe).expect("the recipe is sound");
    let mut scene_cache = SceneCache::default();
    let view = View { width: 900, ..View::default() };
    let mut last = Scene::default();
    let (mut drawn, mut frames) = (0, 0);
    for second in 0..24 {
        for frame in 0..50 {
            // Each second of the story begins a little before the end of the last one.
            let now = Time(second * 11_300 + frame * 17 + u64::from(frame == 49) * 12_000);
            timeline.seek(now);
            let (state, cluster) = (timeline.state_id(), timeline.cluster());
            if let Some(picture) = scene_cache.paint(cluster, state, now, &view) {
                last = picture;
                drawn += 1;
            }
            frames += 1;
            assert_eq!(last, scene(cluster, now, &view), "{what} at {} ms", now.0);
        }
    }
    assert!(drawn > 20 && drawn <= frames, "{what}: {drawn} of {frames}");
}

#[test]
fn what_is_kept_of_the_last_picture_is_what_would_be_drawn() {
    for (name, story) in [
        ("first", include_str!("../../static/stories/first.ordinal")),
        ("node-lost", include_str!("../../static/stories/node-lost.ordinal")),
        ("names", include_str!("../../static/stories/names.ordinal")),
        ("twins", include_str!("../../static/stories/twins.ordinal")),
    ] {
        assert_kept_is_drawn(story, name);
    }
    for seed in 0..8 {
        assert_kept_is_drawn(&random::recipe(seed), &format!("seed {seed}"));
    }
}

/// So many pods that they are the cells of a grid: with clones, a crash, a node that is lost, and a volume that is not
/// there.
const GRID: &str = include_str!("../data/grid.ordinal");

#[test]
fn what_is_kept_of_a_grid_is_what_would_be_drawn() {
    let mut timeline = Timeline::new(GRID).expect("the recipe is sound");
    let mut scene_cache = SceneCache::default();
    let view = View { width: 900, ..View::default() };
    let mut last = Scene::default();
    let mut kept = 0;
    for now in (0..260_000).step_by(200).map(Time) {
        timeline.seek(now);
        let (state, cluster) = (timeline.state_id(), timeline.cluster());
        if let Some(picture) = scene_cache.paint(cluster, state, now, &view) {
            let is_kept = |item: &&Rc<Item>| last.items.iter().any(|it| Rc::ptr_eq(it, item));
            kept += picture.items.iter().filter(|item| is(item, "cell")).filter(is_kept).count();
            last = picture;
        }
        assert_eq!(last, scene(cluster, now, &view), "at {} ms", now.0);
    }
    assert!(kept > 10_000, "only {kept} cells were kept");
}

#[test]
fn a_picture_in_which_nothing_moves_is_not_drawn_again() {
    let mut timeline = Timeline::new("ordinal 1\nseed 1\nnodes 3\n").expect("an empty cluster");
    let (mut scene_cache, view) = (SceneCache::default(), View::default());
    let mut paint = |ms| {
        timeline.seek(Time(ms));
        let state = timeline.state_id();
        scene_cache.paint(timeline.cluster(), state, Time(ms), &view).is_some()
    };
    assert!(paint(1_000));
    assert!(!paint(1_016) && !paint(1_032));
}
