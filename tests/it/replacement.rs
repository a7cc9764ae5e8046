//! The card in the picture that says what stayed and what changed when a pod was replaced.

use crate::pictures::{PLACES, assert_no_overlap, fitted, is, words};
use crate::worlds::{Storage, Story};
use ordinal::cluster::Grace;
use ordinal::scene::{Item, Shape};

/// The texts of an item.
fn texts(item: &Item) -> Vec<&str> {
    let mut texts = Vec::new();
    for shape in &item.shapes {
        if let Shape::Text { text, .. } = shape {
            texts.push(text.as_str());
        }
    }
    texts
}

#[test]
fn a_card_shows_what_stayed_and_what_changed_when_a_pod_was_replaced() {
    let mut story = Story::new(3);
    story.set("web", 3, Storage::Remote).at(60_000);
    story.delete_pod("web-1", Grace::Default);
    story.at(60_100);
    let uid = |story: &Story| {
        let pod = story.sim.cluster().store.pods.named("default", "web-1");
        pod.expect("a pod").metadata.uid.short()
    };
    let old = uid(&story);
    let ready_since = |story: &Story| {
        let identities = story.sim.cluster().identities().iter();
        let mut replaced = identities.filter(|(_, it)| it.previous.is_some());
        replaced.next().map(|(_, it)| it.latest.ready_since)
    };
    let mut at_ms = 60_100;
    while ready_since(&story).is_none() {
        at_ms += 100;
        assert!(at_ms < 90_000, "the pod is never Ready again");
        story.at(at_ms);
        let scene = fitted(story.sim.cluster(), 922, 500);
        assert_eq!(
            scene.items.iter().any(|item| is(item, "replacement")),
            ready_since(&story).is_some()
        );
    }
    let new = uid(&story);
    for (width, height) in PLACES {
        let scene = fitted(story.sim.cluster(), width, height);
        let what = format!("{width}x{height}");
        assert_no_overlap(&scene, &what);
        let cards: Vec<_> = scene.items.iter().filter(|it| is(it, "replacement")).collect();
        assert_eq!(cards.len(), 1, "{what}");
        let texts = texts(cards[0]);
        assert!(texts[0].ends_with("is back") && texts.contains(&new.as_str()), "{texts:?}");
        if width > 340 {
            assert!(texts.contains(&old.as_str()), "{what}: {texts:?}");
            assert!(texts.iter().any(|text| text.contains("same")), "{what}: {texts:?}");
        }
    }
    let sentence = format!("new UID {new} (was {old})");
    assert!(words(story.sim.cluster()).contains(&sentence));
    story.at(at_ms + 8_100);
    let scene = fitted(story.sim.cluster(), 922, 500);
    assert!(!scene.items.iter().any(|item| is(item, "replacement")));
    assert!(!words(story.sim.cluster()).contains(&sentence));
}

/// The picture shares its style sheet with the page, whose rules must not apply to its shapes.
#[test]
fn no_rule_of_the_page_is_for_a_class_of_the_card() {
    let story = include_str!("../../static/stories/first.ordinal");
    let mut timeline = ordinal::timeline::Timeline::new(story).expect("a valid recipe");
    timeline.seek(ordinal::api::Time(40_600));
    let view = ordinal::scene::View { width: 900, ..Default::default() };
    let scene = ordinal::scene::scene(timeline.cluster(), ordinal::api::Time(40_600), &view);
    let picture = ordinal::svg::svg(&scene, &[]);
    assert!(picture.contains("class=\"pointer\""), "the card is there");
    let styles = [
        include_str!("../../static/styles/narrow.css"),
        include_str!("../../static/styles/layout.css"),
    ];
    for class in ["pointer", "arrow", "same", "old", "new", "body"] {
        let rule = format!(".{class} {{");
        let is_bare = |line: &str| line.trim_start() == rule;
        assert!(!styles.iter().any(|style| style.lines().any(is_bare)), "{rule}");
    }
}
