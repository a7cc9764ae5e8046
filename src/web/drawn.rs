//! The elements of the picture in the document. A new picture is written over the last one, and only
//! what differs is touched: this happens for every frame.

use crate::scene::{Item, Label, Shape};
use crate::svg;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use web_sys::{Document, Element};

/// The attribute that names the item, on the elements that can be chosen.
pub(super) const KEY: &str = "data-key";

const SVG: Option<&str> = Some("http://www.w3.org/2000/svg");

/// The document refuses nothing of what is written here.
type Done<T = ()> = Result<T, JsValue>;

/// What writes into a document.
struct Pen<'a> {
    document: Document,
    /// Whether there is time for what can wait for the next frame.
    has_time: &'a dyn Fn() -> bool,
    /// Whether all was written.
    is_done: bool,
}

impl Pen<'_> {
    /// Whether there is time for something that can wait for the next frame.
    fn can_write(&mut self) -> bool {
        let can_write = (self.has_time)();
        self.is_done &= can_write;
        can_write
    }

    fn make(&mut self, tag: &str) -> Done<Element> {
        self.document.create_element_ns(SVG, tag)
    }
}

/// The elements of a list of items, in the order of the items.
#[derive(Default)]
pub(super) struct Drawn(Vec<Group>);

/// The element of an item: its title if it has a label, its shapes, the groups of its children.
struct Group {
    /// What it shows; the shapes and the title may be those of earlier ones.
    item: Rc<Item>,
    shapes_of: Rc<Item>,
    element: Element,
    title: Option<Element>,
    owes_title: bool,
    /// Whether it and its children owe nothing.
    is_whole: bool,
    shapes: Vec<Element>,
    children: Drawn,
}

impl Drawn {
    /// Makes of these elements, the last in their parent, the picture of `new`. What moves is moved; of
    /// the rest as many elements and titles are written as there is time for. Whether that is all.
    pub(super) fn become_new(
        &mut self,
        parent: &Element,
        new: &[Rc<Item>],
        has_time: &dyn Fn() -> bool,
    ) -> Done<bool> {
        let document = parent.owner_document().ok_or(JsValue::NULL)?;
        let mut pen = Pen { document, has_time, is_done: true };
        self.update(&mut pen, parent, new, true)?;
        Ok(pen.is_done)
    }

    /// The element of the item with this id.
    pub(super) fn find(&self, id: &str) -> Option<&Element> {
        self.0.iter().find_map(|group| match group.item.id.0 == id {
            true => Some(&group.element),
            false => group.children.find(id),
        })
    }

    /// What is new among the children of an item does not wait, so that no item is seen in part.
    fn update(
        &mut self,
        pen: &mut Pen<'_>,
        parent: &Element,
        new: &[Rc<Item>],
        may_wait: bool,
    ) -> Done {
        let mut groups: Vec<Option<Group>> = self.0.drain(..).map(Some).collect();
        // Most items are where they were: the search begins behind the one found last.
        let mut next = 0;
        let places: Vec<Option<usize>> = new
            .iter()
            .map(|item| {
                let is_it = |group: &Option<Group>| {
                    group.as_ref().is_some_and(|group| group.item.id == item.id)
                };
                let behind = groups.iter().skip(next).position(is_it);
                let place = behind.map(|place| place + next);
                let place = place.or_else(|| groups.iter().position(is_it));
                next = place.map_or(next, |place| place + 1);
                place
            })
            .collect();
        // From back to front: what keeps its order stays, all else goes before what follows it.
        let mut anchor: Option<Element> = None;
        let mut stays_before = groups.len();
        for (item, place) in new.iter().zip(places).rev() {
            let kept = place.and_then(|at| Some((at, groups.get_mut(at)?.take()?)));
            let group = match kept {
                Some((at, mut group)) => {
                    group.update(pen, item)?;
                    if at < stays_before {
                        stays_before = at;
                    } else {
                        parent.insert_before(&group.element, anchor.as_deref())?;
                    }
                    group
                }
                None if may_wait && !pen.can_write() => continue,
                None => {
                    let group = Group::new(pen, item)?;
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
    fn new(pen: &mut Pen<'_>, item: &Rc<Item>) -> Done<Group> {
        let element = pen.make("g")?;
        if item.target.is_some() {
            let fixed = [("role", "button"), ("tabindex", "-1"), (KEY, item.id.0.as_str())];
            let menu = [("aria-haspopup", "menu"), ("aria-expanded", "false")];
            for (name, value) in fixed.into_iter().chain(menu) {
                element.set_attribute(name, value)?;
            }
        }
        element.set_attribute("class", &item.class)?;
        let nothing = Rc::new(Item::new(item.id.0.as_str(), item.class.as_str()));
        let (shapes, children) = (Vec::new(), Drawn::default());
        let (title, owes_title, is_whole) = (None, false, false);
        let (item_drawn, shapes_of) = (nothing.clone(), nothing);
        let mut group = Group {
            item: item_drawn,
            shapes_of,
            element,
            title,
            owes_title,
            is_whole,
            shapes,
            children,
        };
        group.update(pen, item)?;
        Ok(group)
    }

    /// Its place changes at once; shapes and title if there is time.
    fn update(&mut self, pen: &mut Pen<'_>, new: &Rc<Item>) -> Done {
        // What is shared is the same; of the rest, this is compared piece by piece.
        let is_same = Rc::ptr_eq(&self.item, new);
        if is_same && self.is_whole {
            return Ok(());
        }
        if !is_same {
            let old = std::mem::replace(&mut self.item, new.clone());
            write(&self.element, &svg::item_attributes(&old), &svg::item_attributes(new))?;
            self.owes_title |= old.label != new.label;
        }
        let owes_shapes = self.shapes_of.shapes != new.shapes;
        if !owes_shapes || self.shapes.is_empty() || pen.can_write() {
            let old = std::mem::replace(&mut self.shapes_of, new.clone());
            self.write_shapes(pen, &old.shapes, &new.shapes)?;
        }
        if self.owes_title && (self.title.is_none() || pen.can_write()) {
            self.write_title(pen)?;
        }
        self.children.update(pen, &self.element, &new.children, false)?;
        self.is_whole = !self.owes_title
            && Rc::ptr_eq(&self.shapes_of, new)
            && self.children.0.iter().all(|child| child.is_whole);
        Ok(())
    }

    /// The title of a group is its accessible name, and what the pointer is told.
    fn write_title(&mut self, pen: &mut Pen<'_>) -> Done {
        self.owes_title = false;
        if let (None, Some(_)) = (&self.title, &self.item.label) {
            let title = pen.make("title")?;
            self.element.insert_before(&title, self.element.first_child().as_ref())?;
            self.title = Some(title);
        }
        match (&self.item.label, &self.title) {
            (Some(label), Some(title)) => {
                set_text(title, &words_of(label));
            }
            _ => self.title.take().iter().for_each(Element::remove),
        }
        Ok(())
    }

    fn write_shapes(&mut self, pen: &mut Pen<'_>, old: &[Shape], new: &[Shape]) -> Done {
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
                self.put(pen, index, wanted.tag)?;
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

    /// Puts an empty element in place of the shape at `index`, or behind the last shape.
    fn put(&mut self, pen: &mut Pen<'_>, index: usize, tag: &str) -> Done {
        let element = pen.make(tag)?;
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

/// Writes the attributes in which `new` differs from `old`.
fn write(
    element: &Element,
    old: &[(&'static str, String)],
    new: &[(&'static str, String)],
) -> Done {
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

pub(super) fn set_text(element: &Element, text: &str) {
    match element.first_child() {
        Some(node) => node.set_node_value(Some(text)),
        None => element.set_text_content(Some(text)),
    }
}

/// What an item is called, and what there is to say about it.
fn words_of(label: &Label) -> String {
    if label.description.is_empty() {
        label.name.clone()
    } else {
        format!("{}: {}", label.name, label.description)
    }
}
