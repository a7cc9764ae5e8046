//! The text in the picture that points at an object.

use crate::pictures::{PLACES, assert_no_overlap, bounds, is};
use ordinal::api::Time;
use ordinal::lessons::{Guide, parse};
use ordinal::scene::{Callout, Item, Scene, Shape, View, scene};
use ordinal::task::{Progress, finish};
use ordinal::timeline::Timeline;
use std::rc::Rc;

/// The rectangle with the text, in tenths of a pixel: left, top, right, bottom.
fn bubble(scene: &Scene) -> Option<[i32; 4]> {
    scene.items.iter().find(|item| is(item, "callout")).and_then(|item| bounds(item))
}

/// The text, on one line.
fn text(item: &Item) -> String {
    let texts = item.shapes.iter().filter_map(|shape| match shape {
        Shape::Text { text, .. } => Some(text.as_str()),
        _ => None,
    });
    texts.collect::<Vec<_>>().join(" ")
}

#[test]
fn the_callouts_of_the_first_minute_cover_nothing_and_are_whole() {
    let lesson = include_str!("../../static/lessons/first-minute.lesson");
    let lesson = Rc::new(parse(lesson).expect("a lesson"));
    let mut timeline = Timeline::new(&lesson.recipe).expect("a story");
    let mut guide = Guide::at_start(lesson.clone(), &timeline);
    let (mut shown, mut hidden) = (0, 0);
    for tenths in (0..450).step_by(3) {
        timeline.seek(Time(tenths * 100));
        if guide.continues(&timeline) {
            guide.pass(&timeline);
        } else if guide.step().question.is_some() && guide.chosen().is_none() {
            guide.choose(0);
            finish(guide.go_on(&mut timeline, &Progress::default()));
            timeline.seek(Time(tenths * 100));
        }
        let Some(point) = &guide.step().point else { continue };
        let callout = Rc::new(Callout { target: point.target.clone(), text: point.text.clone() });
        for (width, height) in PLACES {
            let (height, callout) = (Some(height), Some(callout.clone()));
            let reduced_motion = true;
            let view = View { width, height, callout, reduced_motion, ..View::default() };
            let scene = scene(timeline.cluster(), timeline.now(), &view);
            let what = format!("{width} wide at {tenths}00 ms");
            let item = scene.items.iter().find(|item| is(item, "callout"));
            let item = item.unwrap_or_else(|| panic!("{what}: nothing is marked"));
            match bubble(&scene) {
                Some(_) => {
                    assert_eq!(text(item), point.text, "{what}");
                    assert_no_overlap(&scene, &what);
                    shown += 1;
                }
                None => hidden += 1,
            }
        }
    }
    assert_eq!(guide.index() + 1, lesson.steps.len());
    // Only the smallest windows have no room for the text.
    assert!(hidden * 5 < shown, "{hidden} of {} are hidden", shown + hidden);
}
