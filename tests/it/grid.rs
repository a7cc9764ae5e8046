//! The picture of sets with so many pods that columns have no room.

use crate::pictures::{PLACES, assert_no_overlap, bounds, fitted, is};
use crate::worlds::{Storage, Story};
use ordinal::sim::NodeFault;

#[test]
fn many_pods_are_cells_that_fill_the_place_and_say_what_they_are() {
    for sets in [[130, 0], [1_000, 0], [300, 60]] {
        let mut story = Story::new(6);
        for (name, replicas) in ["web", "db"].into_iter().zip(sets).filter(|(_, count)| *count > 0)
        {
            story.set(name, replicas, Storage::Remote);
        }
        story.at(20_000);
        story.node("node-2", NodeFault::Off).at(90_000);
        for (width, height) in PLACES {
            let what = format!("{sets:?}, {width}x{height}");
            let scene = fitted(story.sim.cluster(), width, height);
            let cells: Vec<_> = scene.items.iter().filter(|item| is(item, "cell")).collect();
            assert_eq!(cells.len() as i32, sets[0] + sets[1], "{what}");
            assert!(cells.iter().all(|cell| cell.label.is_some() && cell.target.is_some()));
            assert_no_overlap(&scene, &what);
            // The place is used: the cells reach down to its last quarter, or are as high as they get.
            let bounds = cells.iter().filter_map(|cell| bounds(cell));
            let low = bounds.clone().map(|[.., bottom]| bottom).max().unwrap_or(0);
            let high = bounds.map(|[_, top, _, bottom]| bottom - top).max().unwrap_or(0);
            assert!(low > scene.height * 6 || high > 300, "{what}: {low} of {}", scene.height);
            let classes: Vec<_> = cells.iter().map(|cell| cell.class.as_str()).collect();
            for class in ["cell ready", "cell busy", "cell ghost"] {
                assert!(classes.contains(&class), "{what}: no {class}");
            }
        }
    }
}
