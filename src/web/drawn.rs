//! The elements of the picture in the document. A new picture is written over the last one, and only
//! what differs is touched: this happens for every frame.

use crate::scene::{Item, Label, Shape};
use crate::svg;
use wasm_bindgen::JsValue;
use web_sys::{Document, Element};

/// The attribute that names the item, on the elements that can be chosen.
pub(super) const KEY: &str = "data-key";

const SVG: Option<&str> = Some("http://www.w3.org/2000/svg");

/// The document refuses nothing of what is written here.
type Done<T = ()> = Result<T, JsValue>;

/// The elements of a list of items, in the order of the items.
#[derive(Default)]
pub(super) struct Drawn(Vec<Group>);

/// The element of an item: its title if it has a label, its shapes, the groups of its children.
struct Group {
    element: Element,
    title: Option<Element>,
    shapes: Vec<Element>,
    children: Drawn,
}

impl Drawn {
    /// Makes of the picture of `old`, which these elements are, that of `new`. They are the last in
    /// their parent.
    pub(super) fn become_new(&mut self, parent: &Element, old: &[Item], new: &[Item]) -> Done {
        let document = parent.owner_document().ok_or(JsValue::NULL)?;
        self.update(&document, parent, old, new)
    }

    /// The element of the item with this id.
    pub(super) fn find<'a>(&'a self, items: &[Item], id: &str) -> Option<&'a Element> {
        items.iter().zip(&self.0).find_map(|(item, group)| match item.id.0 == id {
            true => Some(&group.element),
            false => group.children.find(&item.children, id),
        })
    }

    fn update(
        &mut self,
        document: &Document,
        parent: &Element,
        old: &[Item],
        new: &[Item],
    ) -> Done {
        let mut groups: Vec<Option<Group>> = self.0.drain(..).map(Some).collect();
        // Most items are where they were: the search begins behind the one found last.
        let mut next = 0;
        let places: Vec<Option<usize>> = new
            .iter()
            .map(|item| {
                let behind = old.iter().skip(next).position(|old| old.id == item.id);
                let place = behind.map(|place| place + next);
                let place = place.or_else(|| old.iter().position(|old| old.id == item.id));
                next = place.map_or(next, |place| place + 1);
                place
            })
            .collect();
        // From back to front: what keeps its order stays, all else goes before what follows it.
        let mut anchor: Option<Element> = None;
        let mut stays_before = groups.len();
        for (item, place) in new.iter().zip(places).rev() {
            let kept = place.and_then(|at| Some((at, old.get(at)?, groups.get_mut(at)?.take()?)));
            let group = match kept {
                Some((at, old, mut group)) => {
                    group.update(document, old, item)?;
                    if at < stays_before {
                        stays_before = at;
                    } else {
                        parent.insert_before(&group.element, anchor.as_deref())?;
                    }
                    group
                }
                None => {
                    let group = Group::new(document, item)?;
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
    fn new(document: &Document, item: &Item) -> Done<Group> {
        let element = document.create_element_ns(SVG, "g")?;
        if item.target.is_some() {
            let fixed = [("role", "button"), ("tabindex", "-1"), (KEY, item.id.0.as_str())];
            let menu = [("aria-haspopup", "menu"), ("aria-expanded", "false")];
            for (name, value) in fixed.into_iter().chain(menu) {
                element.set_attribute(name, value)?;
            }
        }
        let children = Drawn::default();
        let mut group = Group { element, title: None, shapes: Vec::new(), children };
        let mut nothing = Item::new("", "");
        nothing.class.clone_from(&item.class);
        group.element.set_attribute("class", &item.class)?;
        group.update(document, &nothing, item)?;
        Ok(group)
    }

    fn update(&mut self, document: &Document, old: &Item, new: &Item) -> Done {
        if old == new {
            return Ok(());
        }
        write(&self.element, &svg::item_attributes(old), &svg::item_attributes(new))?;
        if old.label != new.label {
            self.write_title(document, new.label.as_ref())?;
        }
        self.write_shapes(document, &old.shapes, &new.shapes)?;
        self.children.update(document, &self.element, &old.children, &new.children)
    }

    /// The title of a group is its accessible name, and what the pointer is told.
    fn write_title(&mut self, document: &Document, label: Option<&Label>) -> Done {
        if let (None, Some(_)) = (&self.title, label) {
            let title = document.create_element_ns(SVG, "title")?;
            self.element.insert_before(&title, self.element.first_child().as_ref())?;
            self.title = Some(title);
        }
        match label {
            Some(label) => {
                self.title.iter().for_each(|title| set_text(title, &words_of(label)));
            }
            None => self.title.take().iter().for_each(Element::remove),
        }
        Ok(())
    }

    fn write_shapes(&mut self, document: &Document, old: &[Shape], new: &[Shape]) -> Done {
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
                self.put(document, index, wanted.tag)?;
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
    fn put(&mut self, document: &Document, index: usize, tag: &str) -> Done {
        let element = document.create_element_ns(SVG, tag)?;
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

fn set_text(element: &Element, text: &str) {
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
