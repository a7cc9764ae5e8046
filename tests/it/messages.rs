//! The messages in the picture.

use ordinal::api::Time;
use ordinal::scene::{Item, Shape, View, scene};
use ordinal::timeline::Timeline;
use std::rc::Rc;

/// The top and the bottom of the cards of identities, in tenths of a pixel.
fn cards(items: &[Rc<Item>]) -> Vec<(i32, i32)> {
    let mut found = Vec::new();
    for item in items.iter().filter(|item| item.class.starts_with("identity ")) {
        let bounds = |shape: &Shape| match shape {
            Shape::Rect { y, height, .. } => {
                Some((item.at.y + y * 10, item.at.y + (y + height) * 10))
            }
            _ => None,
        };
        found.extend(item.shapes.iter().find_map(bounds));
    }
    found
}

#[test]
fn words_of_a_message_are_never_behind_a_card() {
    let story = include_str!("../../static/stories/first.ordinal");
    let mut timeline = Timeline::new(story).expect("a valid recipe");
    timeline.seek(Time(40_000));
    timeline.run_line("crash web-1");
    let (mut said, mut checked) = (0, 0);
    for ms in (39_000..43_000).step_by(20) {
        timeline.seek(Time(ms));
        let (cluster, view) = (timeline.cluster(), View { width: 900, ..View::default() });
        let items = scene(cluster, Time(ms), &view).items;
        let cards = cards(&items);
        checked += cards.len();
        let messages = items.iter().filter(|item| item.class.starts_with("message "));
        for traveler in messages.flat_map(|message| &message.children) {
            if !traveler.shapes.iter().any(|shape| matches!(shape, Shape::Text { .. })) {
                continue;
            }
            said += 1;
            let y = traveler.at.y;
            let is_behind = cards.iter().any(|(top, bottom)| (*top..*bottom).contains(&y));
            assert!(!is_behind, "{ms} ms: the words at {y} are behind {cards:?}");
        }
    }
    assert!(said > 0 && checked > 0, "{said} words, {checked} cards");
}
