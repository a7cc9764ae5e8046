//! Searches in a scene.

use crate::cluster::Subject;
use crate::scene::{Item, Scene};
use std::rc::Rc;

/// The first item for which `is_wanted` returns true, in depth-first order.
fn search<'a>(items: &'a [Rc<Item>], is_wanted: &dyn Fn(&Item) -> bool) -> Option<&'a Item> {
    items.iter().find_map(|item| match is_wanted(item) {
        true => Some(&**item),
        false => search(&item.children, is_wanted),
    })
}

/// The item with this id.
pub fn find<'a>(items: &'a [Rc<Item>], id: &str) -> Option<&'a Item> {
    search(items, &|item| item.id.0 == id)
}

/// The first item that represents a subject.
pub fn find_subject<'a>(items: &'a [Rc<Item>], subject: &Subject) -> Option<&'a Item> {
    search(items, &|item| item.target.as_ref() == Some(subject))
}

/// The first item that has a menu.
pub fn first_target(items: &[Rc<Item>]) -> Option<&Item> {
    search(items, &|item| item.target.is_some())
}

/// The width and height of a scene and its number of column headers. If one of them changes, most items move.
pub fn extent(scene: &Scene) -> (i32, i32, usize) {
    let headers = scene.items.iter().filter(|item| item.class.starts_with("identity"));
    (scene.width, scene.height, headers.count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{Key, Kind};
    use crate::page::tests::first_story;
    use crate::scene::{SceneCache, View};

    fn scene(seconds: u64) -> Scene {
        let timeline = first_story(seconds);
        let view = View { width: 1_000, ..View::default() };
        let (state, now) = (timeline.state_id(), timeline.now());
        SceneCache::default().paint(timeline.cluster(), state, now, &view).expect("a scene")
    }

    #[test]
    fn items_are_found_by_subject_and_id() {
        let scene = scene(30);
        let pod = Subject::object(Kind::Pod, &Key::new("default", "web-1"));
        let item = find_subject(&scene.items, &pod).expect("the pod");
        assert_eq!(find(&scene.items, &item.id.0), Some(item));
        let missing = Subject::object(Kind::Pod, &Key::new("default", "web-9"));
        assert_eq!(find_subject(&scene.items, &missing), None);
        assert_eq!(find(&scene.items, "no such id"), None);
        assert!(first_target(&scene.items).expect("an item").target.is_some());
    }

    #[test]
    fn the_extent_counts_identities() {
        let (width, height, identities) = extent(&scene(30));
        assert!(width > 0 && height > 0);
        assert_eq!(identities, 3);
    }
}
