//! The picture: nothing overlaps, everything has a name, and two pictures as text.
//!
//! `UPDATE=1 cargo test` rewrites the pictures.

use crate::worlds::{Storage, Story};
use ordinal::api::Time;
use ordinal::cluster::{Cluster, Grace};
use ordinal::scene::{Item, Scene, Shape, View, scene, transcript};
use ordinal::sim::NodeFault;
use ordinal::svg::svg;
use ordinal::timeline::Timeline;
use std::collections::BTreeSet;
use std::rc::Rc;

fn picture(cluster: &Cluster, width: u32) -> Scene {
    let view = View { width, ..View::default() };
    scene(cluster, cluster.now, &view)
}

/// The picture with everything in its place.
fn still(cluster: &Cluster, width: u32) -> Scene {
    scene(cluster, cluster.now, &View { width, reduced_motion: true, ..View::default() })
}

/// The picture for a place of this size, with everything in its place.
pub(crate) fn fitted(cluster: &Cluster, width: u32, height: u32) -> Scene {
    let height = Some(height);
    scene(cluster, cluster.now, &View { width, height, reduced_motion: true, ..View::default() })
}

/// The places that windows leave for the picture: phones upright and on their side, a tablet, laptops, a
/// projector.
pub(crate) const PLACES: [(u32, u32); 10] = [
    (384, 460),
    (354, 400),
    (314, 330),
    (522, 300),
    (820, 700),
    (737, 640),
    (983, 470),
    (922, 500),
    (922, 640),
    (1382, 900),
];

pub(crate) fn words(cluster: &Cluster) -> String {
    transcript(cluster, cluster.now).join("\n")
}

/// Left, top, right, bottom of what an item is drawn on, in tenths of a pixel.
pub(crate) fn bounds(item: &Item) -> Option<[i32; 4]> {
    item.shapes.iter().find_map(|shape| match shape {
        Shape::Rect { x, y, width, height, class, .. }
            if class.split(' ').any(|it| it == "body") =>
        {
            let (x, y) = (item.at.x + x * 10, item.at.y + y * 10);
            Some([x, y, x + width * 10, y + height * 10])
        }
        Shape::Path { d, class } if class == "body" => {
            let (width, height) = cylinder(d)?;
            Some([item.at.x, item.at.y, item.at.x + width * 10, item.at.y + height * 10])
        }
        _ => None,
    })
}

/// The size of a standing cylinder, whose path begins with `M0 {cap}v{side}a{half} {cap} 0 0 0 {width} 0`.
fn cylinder(d: &str) -> Option<(i32, i32)> {
    let mut numbers = d.split(|it: char| !it.is_ascii_digit()).filter(|it| !it.is_empty());
    let mut numbers = std::iter::from_fn(|| numbers.next()?.parse::<i32>().ok());
    let (cap, side) = (numbers.nth(1)?, numbers.next()?);
    Some((numbers.nth(5)?, side + 2 * cap))
}

pub(crate) fn is(item: &Item, class: &str) -> bool {
    item.class.split(' ').any(|word| word == class)
}

pub(crate) fn assert_no_overlap(scene: &Scene, what: &str) {
    let solid = scene.items.iter().filter(|item| {
        ["identity", "card", "pod", "folder", "client", "replacement", "callout", "cell", "volume"]
            .iter()
            .any(|class| is(item, class))
    });
    let placed: Vec<_> = solid.filter_map(|item| Some((item, bounds(item)?))).collect();
    assert!(!placed.is_empty(), "{what}: nothing was drawn");
    for (index, (item, [left, top, right, bottom])) in placed.iter().enumerate() {
        assert!(
            *left >= 0 && *right <= scene.width * 10,
            "{what}: {} leaves the picture",
            item.id.0
        );
        assert!(
            *top >= 0 && *bottom <= scene.height * 10,
            "{what}: {} leaves the picture",
            item.id.0
        );
        for (other, [l, t, r, b]) in placed.iter().skip(index + 1) {
            let apart = right <= l || r <= left || bottom <= t || b <= top;
            assert!(apart, "{what}: {} and {} overlap", item.id.0, other.id.0);
        }
    }
}

#[test]
fn nothing_overlaps_from_one_to_twelve_replicas_on_one_to_six_nodes() {
    for replicas in 1..=12 {
        let nodes = 1 + (replicas as usize * 5) % 6;
        let mut story = Story::new(nodes);
        story.set("web", replicas, Storage::Remote);
        for at_ms in [2_000, 20_000, 90_000, 150_000] {
            story.at(at_ms);
            for width in [320, 360, 390, 430, 639, 640, 900, 1024, 1280, 1600] {
                let what = format!("{replicas} on {nodes} at {at_ms}, {width} wide");
                assert_no_overlap(&still(story.sim.cluster(), width), &what);
            }
        }
    }
}

#[test]
fn nothing_overlaps_and_no_phrase_is_cut_in_the_stories() {
    for entry in std::fs::read_dir("static/stories").expect("the folder is there") {
        let path = entry.expect("it can be read").path();
        let recipe = std::fs::read_to_string(&path).expect("it can be read");
        let mut timeline = Timeline::new(&recipe).expect("a sound recipe");
        for at_ms in (0..24).map(|step| 300 + step * 5_000).chain([380_000]) {
            timeline.seek(Time(at_ms));
            for (width, height) in PLACES {
                let what = format!("{} at {at_ms}, {width}x{height}", path.display());
                let scene = fitted(timeline.cluster(), width, height);
                assert_no_overlap(&scene, &what);
                assert_phrases_are_whole(&scene, &what);
            }
        }
    }
}

/// Names may lose their middle, phrases may not.
fn assert_phrases_are_whole(scene: &Scene, what: &str) {
    let shapes = scene.items.iter().flat_map(|item| &item.shapes);
    for shape in shapes {
        let Shape::Text { text, class, .. } = shape else { continue };
        let is_name = class.split(' ').any(|it| ["mono", "name", "title"].contains(&it));
        assert!(is_name || !text.contains('…'), "{what}: {text} ({class})");
    }
}

#[test]
fn three_replicas_on_three_nodes_are_whole_in_every_window() {
    let mut story = Story::new(3);
    story.set("web", 3, Storage::Remote);
    for at_ms in [0, 2_000, 9_000, 13_500, 20_000, 90_000] {
        story.at(at_ms);
        for (width, height) in PLACES {
            let scene = fitted(story.sim.cluster(), width, height);
            let what = format!("{width}x{height} at {at_ms}");
            // The picture has the shape of its place, so that it fills it.
            let (wide, high) = (i64::from(scene.width), i64::from(scene.height));
            let difference = wide * i64::from(height) - high * i64::from(width);
            assert!(difference.abs() < 2 * wide.max(high), "{what}: {wide}x{high}");
            assert!(wide <= i64::from(width), "{what}: texts are smaller than they should be");
            if at_ms > 0 {
                assert_no_overlap(&scene, &what);
            }
        }
    }
}

#[test]
fn the_picture_fills_its_place_with_other_clusters_too() {
    for (replicas, nodes) in [(1, 1), (2, 3), (5, 3), (12, 4), (40, 3)] {
        let mut story = Story::new(nodes);
        story.set("web", replicas, Storage::Remote).at(150_000);
        for (width, height) in PLACES {
            let what = format!("{replicas} on {nodes}, {width}x{height}");
            assert_no_overlap(&fitted(story.sim.cluster(), width, height), &what);
        }
    }
}

#[test]
fn nothing_overlaps_with_several_sets_local_disks_and_deleted_pods_that_run_on() {
    let mut story = Story::new(3);
    story.set("web", 3, Storage::Remote).set("cache", 2, Storage::Folder);
    story.set("db", 2, Storage::Local).at(60_000);
    story.node("node-2", NodeFault::Cut);
    for name in ["web-0", "web-1", "web-2", "db-0", "db-1", "cache-0"] {
        story.delete_pod(name, Grace::Seconds(0));
    }
    for at_ms in [60_100, 61_000, 70_000, 120_000] {
        story.at(at_ms);
        for width in [390, 900, 1280] {
            assert_no_overlap(&still(story.sim.cluster(), width), &format!("{at_ms}, {width}"));
        }
    }
}

#[test]
fn nothing_overlaps_with_one_to_six_pods_of_a_deployment_on_one_to_six_nodes() {
    for nodes in 1..=6 {
        for replicas in 1..=6 {
            let mut story = Story::new(nodes);
            if (nodes + replicas as usize).is_multiple_of(2) {
                story.set("web", 3, Storage::Remote);
            }
            story.deployment("api", replicas, "app:1");
            for at_ms in [100, 20_000, 22_500, 30_000, 450_000] {
                if at_ms == 22_500 {
                    story.deployment("api", replicas, "app:2").node("node-1", NodeFault::Cut);
                }
                story.at(at_ms);
                for width in [320, 390, 639, 640, 900, 1280] {
                    let what = format!("{replicas} on {nodes} at {at_ms}, {width} wide");
                    assert_no_overlap(&still(story.sim.cluster(), width), &what);
                }
            }
        }
    }
}

fn walk<'a>(items: &'a [Rc<Item>], visit: &mut impl FnMut(&'a Item)) {
    for item in items {
        visit(item);
        walk(&item.children, visit);
    }
}

/// A story with something of everything.
fn busy() -> Story {
    let mut story = Story::new(3);
    story.set("web", 4, Storage::Remote).set("cache", 1, Storage::Folder);
    story.claim("disk").deployment("api", 3, "app:1").deployment("wiki", 2, "disk:1");
    story.deployment("web", 1, "app:1").at(60_000);
    story.write("shop", "web-0.web", "order <1>").read("report", "web-read");
    story.scale("web", 3).write("late", "web-2.web", "order 2").node("node-2", NodeFault::Cut);
    story.delete_pod("web-1", Grace::Default).at(60_300);
    story
}

#[test]
fn ids_are_unique_and_whatever_can_be_chosen_has_a_name() {
    let story = busy();
    for width in [390, 1200] {
        let scene = picture(story.sim.cluster(), width);
        let mut ids = BTreeSet::new();
        let mut targets = 0;
        walk(&scene.items, &mut |item| {
            assert!(ids.insert(&item.id), "{} is there twice", item.id.0);
            if item.target.is_some() {
                targets += 1;
                let label = item.label.as_ref().expect("a label");
                assert!(!label.name.is_empty() && !label.description.is_empty(), "{}", item.id.0);
            }
        });
        assert!(targets > 15, "only {targets} things can be chosen");
    }
}

#[test]
fn the_same_cluster_and_instant_give_the_same_picture() {
    let (one, other) = (busy(), busy());
    assert_eq!(picture(one.sim.cluster(), 900), picture(other.sim.cluster(), 900));
}

#[test]
fn without_motion_nothing_travels_or_grows_and_the_same_things_are_there() {
    let mut story = Story::new(3);
    story.set("web", 2, Storage::Remote).at(30_000).write("shop", "web-0.web", "a");
    let cluster = story.sim.cluster();
    let still = View { reduced_motion: true, ..View::default() };
    let ids =
        |scene: &Scene| -> Vec<_> { scene.items.iter().map(|item| item.id.clone()).collect() };
    let first = scene(cluster, Time(30_000), &still);
    let later = scene(cluster, Time(30_200), &still);
    assert_eq!(first, later);
    assert_eq!(ids(&first), ids(&scene(cluster, Time(30_000), &View::default())));
}

#[test]
fn the_transcript_says_what_the_picture_shows() {
    let mut story = Story::new(3);
    story.set("web", 3, Storage::Remote).at(11_500);
    let text = words(story.sim.cluster());
    for part in [
        "StatefulSet web: 3 desired, 2 created, 1 Ready.",
        "web-0 is Running and Ready on node-",
        "web-2 has no pod: waits for web-1.",
        "The volume data-web-0 holds 6 entries, primary",
        "node-1 is Ready.",
    ] {
        assert!(text.contains(part), "{part:?} is not in:\n{text}");
    }
}

#[test]
fn two_writers_and_what_differs_are_marked_and_named() {
    let recipe = include_str!("../../static/stories/twins.ordinal");
    let mut timeline = Timeline::new(recipe).expect("the story is sound");
    timeline.seek(Time(160_200));
    for width in [360, 900, 1280] {
        let scene = picture(timeline.cluster(), width);
        assert_no_overlap(&scene, &format!("{width} wide"));
        let drawing = svg(&scene, &[]);
        for mark in ["cable stray", "entry-cross", "pod hue-0 twin", "client-till"] {
            assert!(drawing.contains(mark), "{mark} is not drawn, {width} wide");
        }
        let text = words(timeline.cluster());
        for part in [
            "The deleted pod web-0, uid ",
            "2 pods write to it and overwrite each other.",
            ", and is missing till ",
            "Client till writes to web-0.web, from node-3, and keeps the first address that it gets.",
        ] {
            assert!(text.contains(part), "{part:?} is not in:\n{text}");
        }
    }
}

#[test]
fn the_transcript_tells_a_deployment_from_a_set() {
    let mut story = Story::new(3);
    story.claim("disk").deployment("api", 2, "disk:1").at(60_000);
    let text = words(story.sim.cluster());
    for part in [
        "Deployment api: 2 desired, 2 created,",
        ": revision 1; 2 desired, 2 created,",
        "Ready on node-",
        "The volume disk is empty, attached to node-",
    ] {
        assert!(text.contains(part), "{part:?} is not in:\n{text}");
    }
    assert!(!text.contains("identity") && !text.contains("StatefulSet"), "{text}");
}

fn compare(name: &str, text: &str) {
    let path = format!("{}/tests/pictures/{name}.svg", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(format!("{}/tests/pictures", env!("CARGO_MANIFEST_DIR")))
            .and_then(|()| std::fs::write(&path, text))
            .expect("a folder that can be written");
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(expected == text, "{path} differs: look at it, and run with UPDATE=1 if it is right");
}

/// The picture as text. The style sheet is left out: its changes are no changes of the tree.
fn drawing(cluster: &Cluster, width: u32) -> String {
    let words = transcript(cluster, cluster.now);
    let text = svg(&picture(cluster, width), &words);
    let (before, rest) = text.split_once("<style>").unwrap_or((&text, ""));
    let (_, after) = rest.split_once("</style>\n").unwrap_or(("", rest));
    format!("{before}{after}")
}

#[test]
fn a_clone_half_way_looks_as_it_did() {
    let mut story = Story::new(3);
    story.set("web", 3, Storage::Remote).at(12_300);
    compare("clone", &drawing(story.sim.cluster(), 900));
}

#[test]
fn a_deleted_pod_that_runs_on_looks_as_it_did() {
    let mut story = Story::new(3);
    story.set("web", 2, Storage::Remote).at(30_000).node("node-1", NodeFault::Cut);
    story.node("node-2", NodeFault::Off).at(40_000);
    story.delete_pod("web-0", Grace::Seconds(0)).delete_pod("web-1", Grace::Seconds(0)).at(45_000);
    compare("twin-phone", &drawing(story.sim.cluster(), 390));
}

#[test]
fn a_set_and_a_deployment_look_as_they_did_when_a_node_was_lost() {
    let mut story = Story::new(3);
    story.set("web", 3, Storage::Remote).deployment("api", 3, "app:1").at(30_000);
    story.node("node-2", NodeFault::Off).at(400_000);
    compare("side-by-side", &drawing(story.sim.cluster(), 1200));
    compare("side-by-side-phone", &drawing(story.sim.cluster(), 390));
}
