//! The elements of the picture in the document. In every frame they are updated to a new scene, and only what
//! differs is written.

use crate::map;
use crate::scene::{Item, Label, Shape};
use crate::svg;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use web_sys::{Document, Element};

/// The attribute with the key of the item, on elements with a menu.
pub(super) const KEY: &str = "data-key";

/// The namespace of SVG.
const SVG: Option<&str> = Some("http://www.w3.org/2000/svg");

/// The result of a DOM operation. None of those used here fails in practice.
type DomResult<T = ()> = Result<T, JsValue>;

/// Creates elements, and keeps to the time budget of a frame.
struct Writer<'a> {
    document: Document,
    /// Whether there is time for changes that can wait for the next frame.
    has_time: &'a dyn Fn() -> bool,
    /// Whether everything was written.
    is_done: bool,
    /// How many new items and how many changes are still written if there is no time.
    owed: [u32; 2],
}

/// A change that can wait for the next frame.
#[derive(Clone, Copy)]
enum Change {
    New,
    Changed,
}

impl Writer<'_> {
    /// Whether there is time for a change that can wait for the next frame.
    fn can_write(&mut self, change: Change) -> bool {
        let owed = &mut self.owed[change as usize];
        let can_write = (self.has_time)() || *owed > 0;
        *owed = owed.saturating_sub(1);
        self.is_done &= can_write;
        can_write
    }

    /// Creates an SVG element.
    fn make(&mut self, tag: &str) -> DomResult<Element> {
        self.document.create_element_ns(SVG, tag)
    }
}

/// The elements of a list of items, in the order of the items.
#[derive(Default)]
pub(super) struct DomItems(Vec<Group>);

/// The `g` element of an item, with its title, its shapes, and the groups of its children.
struct Group {
    /// The item. Its shapes and title may not be written yet.
    item: Rc<Item>,
    /// The item whose shapes were written last.
    shapes_of: Rc<Item>,
    /// The `g` element.
    element: Element,
    /// The `title` element, if the item has a label.
    title: Option<Element>,
    /// Whether the title was left for the next frame.
    owes_title: bool,
    /// Whether everything of the item and its children was written.
    is_complete: bool,
    /// The elements of the shapes.
    shapes: Vec<Element>,
    /// The groups of the children.
    children: DomItems,
}

/// The id of the item of a group.
fn id_of(group: Option<&Option<Group>>) -> &str {
    group.and_then(Option::as_ref).map_or("", |group| group.item.id.0.as_str())
}

/// Where the group of each item is.
fn places(groups: &[Option<Group>], new: &[Rc<Item>]) -> Vec<Option<usize>> {
    // Most items keep their order: the next one is tried first. Others are found by their ids, in their order.
    let mut next = 0;
    let mut by_id: Option<Vec<usize>> = None;
    let place = |item: &Rc<Item>| {
        let id = item.id.0.as_str();
        let place = if next < groups.len() && id_of(groups.get(next)) == id {
            Some(next)
        } else {
            let by_id = by_id.get_or_insert_with(|| {
                let mut order: Vec<usize> = (0..groups.len()).collect();
                map::sort(&mut order, |one, other| {
                    id_of(groups.get(*one)) < id_of(groups.get(*other))
                });
                order
            });
            let found = by_id.binary_search_by(|at| id_of(groups.get(*at)).cmp(id));
            found.ok().and_then(|index| by_id.get(index).copied())
        };
        next = place.map_or(next, |place| place + 1);
        place
    };
    new.iter().map(place).collect()
}

impl DomItems {
    /// Updates the elements, which are the last ones in `parent`, to new items. Positions are written at once, the rest
    /// while there is time, but at least so many new items and so many other changes. Returns whether everything was
    /// written.
    pub(super) fn update(
        &mut self,
        parent: &Element,
        new: &[Rc<Item>],
        has_time: &dyn Fn() -> bool,
        least: u32,
    ) -> DomResult<bool> {
        let document = parent.owner_document().ok_or(JsValue::NULL)?;
        let mut writer = Writer { document, has_time, is_done: true, owed: [least; 2] };
        self.update_groups(&mut writer, parent, new, true)?;
        Ok(writer.is_done)
    }

    /// The element of the item with this id.
    pub(super) fn find(&self, id: &str) -> Option<&Element> {
        self.0.iter().find_map(|group| match group.item.id.0 == id {
            true => Some(&group.element),
            false => group.children.find(id),
        })
    }

    /// Updates the groups. New ones can wait for the next frame if `may_wait`; children of an item do not wait, so that
    /// no item is shown in part.
    fn update_groups(
        &mut self,
        writer: &mut Writer<'_>,
        parent: &Element,
        new: &[Rc<Item>],
        may_wait: bool,
    ) -> DomResult {
        let mut groups: Vec<Option<Group>> = self.0.drain(..).map(Some).collect();
        let places = places(&groups, new);
        // From back to front: elements that keep their order stay, the others are inserted before the next one.
        let mut anchor: Option<Element> = None;
        let mut stays_before = groups.len();
        for (item, place) in new.iter().zip(places).rev() {
            let kept = place.and_then(|at| Some((at, groups.get_mut(at)?.take()?)));
            let group = match kept {
                Some((at, mut group)) => {
                    group.update(writer, item)?;
                    if at < stays_before {
                        stays_before = at;
                    } else {
                        parent.insert_before(&group.element, anchor.as_deref())?;
                    }
                    group
                }
                None if may_wait && !writer.can_write(Change::New) => continue,
                None => {
                    let group = Group::new(writer, item)?;
                    parent.insert_before(&group.element, anchor.as_deref())?;
                    group
                }
            };
            anchor = Some(group.element.clone());
            self.0.push(group);
        }
        self.0.reverse();
        for gone in groups.into_iter().flatten() {
            gone.element.remove();
        }
        Ok(())
    }
}

impl Group {
    /// Creates the group of an item.
    fn new(writer: &mut Writer<'_>, item: &Rc<Item>) -> DomResult<Group> {
        let element = writer.make("g")?;
        if item.target.is_some() {
            let fixed = [("role", "button"), ("tabindex", "-1"), (KEY, item.id.0.as_str())];
            let menu = [("aria-haspopup", "menu"), ("aria-expanded", "false")];
            for (name, value) in fixed.into_iter().chain(menu) {
                element.set_attribute(name, value)?;
            }
        }
        element.set_attribute("class", &item.class)?;
        let nothing = Rc::new(Item::new(item.id.0.as_str(), item.class.as_str()));
        let (shapes, children) = (Vec::new(), DomItems::default());
        let (title, owes_title, is_complete) = (None, false, false);
        let (item_drawn, shapes_of) = (nothing.clone(), nothing);
        let mut group = Group {
            item: item_drawn,
            shapes_of,
            element,
            title,
            owes_title,
            is_complete,
            shapes,
            children,
        };
        group.update(writer, item)?;
        Ok(group)
    }

    /// Updates the group to a new item: attributes at once, shapes and title if there is time.
    fn update(&mut self, writer: &mut Writer<'_>, new: &Rc<Item>) -> DomResult {
        // The same allocation is the same item. Other items are compared field by field.
        let is_same = Rc::ptr_eq(&self.item, new);
        if is_same && self.is_complete {
            return Ok(());
        }
        if !is_same {
            let old = std::mem::replace(&mut self.item, new.clone());
            write(&self.element, &svg::item_attributes(&old), &svg::item_attributes(new))?;
            self.owes_title |= old.label != new.label;
        }
        let owes_shapes = self.shapes_of.shapes != new.shapes;
        if !owes_shapes || self.shapes.is_empty() || writer.can_write(Change::Changed) {
            let old = std::mem::replace(&mut self.shapes_of, new.clone());
            self.write_shapes(writer, &old.shapes, &new.shapes)?;
        }
        if self.owes_title && (self.title.is_none() || writer.can_write(Change::Changed)) {
            self.write_title(writer)?;
        }
        self.children.update_groups(writer, &self.element, &new.children, false)?;
        self.is_complete = !self.owes_title
            && Rc::ptr_eq(&self.shapes_of, new)
            && self.children.0.iter().all(|child| child.is_complete);
        Ok(())
    }

    /// Writes the title, which is the accessible name of the group and its tooltip.
    fn write_title(&mut self, writer: &mut Writer<'_>) -> DomResult {
        self.owes_title = false;
        if let (None, Some(_)) = (&self.title, &self.item.label) {
            let title = writer.make("title")?;
            self.element.insert_before(&title, self.element.first_child().as_ref())?;
            self.title = Some(title);
        }
        match (&self.item.label, &self.title) {
            (Some(label), Some(title)) => {
                set_text(title, &label_text(label));
            }
            _ => self.title.take().iter().for_each(Element::remove),
        }
        Ok(())
    }

    /// Writes the shapes that differ between `old` and `new`.
    fn write_shapes(&mut self, writer: &mut Writer<'_>, old: &[Shape], new: &[Shape]) -> DomResult {
        for gone in self.shapes.drain(new.len().min(self.shapes.len())..) {
            gone.remove();
        }
        for (index, shape) in new.iter().enumerate() {
            let was = old.get(index);
            if was == Some(shape) {
                continue;
            }
            let wanted = svg::element(shape);
            let was = was.map(svg::element).filter(|was| was.tag == wanted.tag);
            if was.is_none() {
                self.replace_shape(writer, index, wanted.tag)?;
            }
            let Some(element) = self.shapes.get(index) else { continue };
            let (attributes, text) = was.map(|was| (was.attributes, was.text)).unwrap_or_default();
            write(element, &attributes, &wanted.attributes)?;
            if text != wanted.text {
                set_text(element, wanted.text.as_deref().unwrap_or_default());
            }
        }
        Ok(())
    }

    /// Replaces the shape at `index` by an empty element, or adds one after the last shape.
    fn replace_shape(&mut self, writer: &mut Writer<'_>, index: usize, tag: &str) -> DomResult {
        let element = writer.make(tag)?;
        if let Some(shape) = self.shapes.get_mut(index) {
            shape.replace_with_with_node_1(&element)?;
            *shape = element;
        } else {
            let anchor = self.children.0.first().map(|child| &*child.element);
            self.element.insert_before(&element, anchor)?;
            self.shapes.push(element);
        }
        Ok(())
    }
}

/// Writes the attributes that differ between `old` and `new`.
fn write(
    element: &Element,
    old: &[(&'static str, String)],
    new: &[(&'static str, String)],
) -> DomResult {
    for (name, value) in new {
        let is_same = |(other, was): &(&str, String)| other == name && was == value;
        if !old.iter().any(is_same) {
            element.set_attribute(name, value)?;
        }
    }
    for (name, _) in old {
        if !new.iter().any(|(other, _)| other == name) {
            element.remove_attribute(name)?;
        }
    }
    Ok(())
}

/// Sets the text of an element that has only text.
pub(super) fn set_text(element: &Element, text: &str) {
    match element.first_child() {
        Some(node) => node.set_node_value(Some(text)),
        None => element.set_text_content(Some(text)),
    }
}

/// The name of an item and its description.
fn label_text(label: &Label) -> String {
    if label.description.is_empty() {
        label.name.clone()
    } else {
        format!("{}: {}", label.name, label.description)
    }
}
