//! The picture as SVG: the one place that says how shapes are written, escapes and rounds.
//!
//! The page takes [`element`], [`item_attributes`] and the texts as they are and lets the browser
//! escape; [`svg`] writes the same tree as text, with the style sheet of the picture in it, so that
//! the file stands alone.

use crate::scene::{Anchor, Item, Point, Scene, Shape};
use std::fmt::Write;

/// The style sheet of the picture: all its colours, light and dark.
pub const STYLE: &str = include_str!("../static/styles/picture.css");

/// One SVG element without children.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    /// The name of the element.
    pub tag: &'static str,
    /// Its attributes, not escaped.
    pub attributes: Vec<(&'static str, String)>,
    /// Its text, not escaped; none for all but texts.
    pub text: Option<String>,
}

/// How a shape is written.
pub fn element(shape: &Shape) -> Element {
    match shape {
        Shape::Rect { x, y, width, height, radius, class } => {
            let numbers =
                [("x", x), ("y", y), ("width", width), ("height", height), ("rx", radius)];
            plain("rect", class, &numbers)
        }
        Shape::Circle { x, y, radius, class } => {
            plain("circle", class, &[("cx", x), ("cy", y), ("r", radius)])
        }
        Shape::Line { from, to, class } => {
            let numbers = [("x1", &from.x), ("y1", &from.y), ("x2", &to.x), ("y2", &to.y)];
            plain("line", class, &numbers)
        }
        Shape::Path { d, class } => {
            let attributes = vec![("class", class.clone()), ("d", d.clone())];
            Element { tag: "path", attributes, text: None }
        }
        Shape::Text { x, y, text, class, anchor, squeeze } => {
            let mut written = plain("text", class, &[("x", x), ("y", y)]);
            match anchor {
                Anchor::Start => {}
                Anchor::Middle => written.attributes.push(("text-anchor", "middle".into())),
                Anchor::End => written.attributes.push(("text-anchor", "end".into())),
            }
            if let Some(width) = squeeze {
                written.attributes.push(("textLength", width.to_string()));
                written.attributes.push(("lengthAdjust", "spacingAndGlyphs".into()));
            }
            written.text = Some(text.clone());
            written
        }
    }
}

fn plain(tag: &'static str, class: &str, numbers: &[(&'static str, &i32)]) -> Element {
    let mut attributes = vec![("class", class.to_string())];
    attributes.extend(numbers.iter().map(|(name, number)| (*name, number.to_string())));
    Element { tag, attributes, text: None }
}

/// The attributes of the `<g>` that an item becomes, without its id and what makes it focusable.
pub fn item_attributes(item: &Item) -> Vec<(&'static str, String)> {
    let mut attributes = vec![("class", item.class.clone())];
    if item.at != Point::default() {
        let (x, y) = (decimal(item.at.x, 1), decimal(item.at.y, 1));
        attributes.push(("transform", format!("translate({x} {y})")));
    }
    if item.opacity != 100 {
        attributes.push(("opacity", decimal(item.opacity, 2)));
    }
    attributes
}

/// `number` with its last `places` digits after the point, as short as possible.
pub fn decimal(number: i32, places: u32) -> String {
    let unit = 10_i32.pow(places);
    let sign = if number < 0 { "-" } else { "" };
    let (whole, part) = ((number / unit).abs(), (number % unit).abs());
    if part == 0 {
        return format!("{sign}{whole}");
    }
    let width = places as usize;
    let digits = format!("{part:0width$}");
    format!("{sign}{whole}.{}", digits.trim_end_matches('0'))
}

/// The picture as a file that stands alone, with what it shows in sentences.
pub fn svg(scene: &Scene, transcript: &[String]) -> String {
    with_style(scene, transcript, STYLE)
}

/// The picture as an SVG file with this style sheet. The page passes an empty one, which its script replaces.
pub fn with_style(scene: &Scene, transcript: &[String], style: &str) -> String {
    let mut body = String::new();
    for item in &scene.items {
        write_item(&mut body, item, 0);
    }
    file(scene, transcript, style, &body)
}

/// A standalone SVG file in the size of a scene, with this style sheet and content.
pub fn file(scene: &Scene, transcript: &[String], style: &str, body: &str) -> String {
    let (width, height) = (scene.width, scene.height);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"ordinal picture\" width=\"{width}\" \
         height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
         aria-labelledby=\"title description\">\n<title id=\"title\">A StatefulSet and its cluster</title>\n\
         <desc id=\"description\">"
    );
    escape(&mut out, &transcript.join(" "));
    out.push_str("</desc>\n<style>");
    out.push_str(style);
    out.push_str("</style>\n");
    let _ = writeln!(out, "<rect class=\"ground\" width=\"{width}\" height=\"{height}\"/>");
    out.push_str(body);
    out.push_str("</svg>\n");
    out
}

/// The picture for a document that has its style sheet. It fills the width that it is given; the
/// instant it shows is in `data-ms`. Nothing in it has an id, so that a document can hold several.
pub fn inline(scene: &Scene, transcript: &[String], ms: u64) -> String {
    let (width, height) = (scene.width, scene.height);
    let mut out = format!(
        "<svg class=\"picture\" viewBox=\"0 0 {width} {height}\" preserveAspectRatio=\"xMidYMin meet\" \
         data-ms=\"{ms}\" role=\"img\" aria-label=\""
    );
    escape(&mut out, &transcript.join(" "));
    out.push_str("\">\n");
    for item in &scene.items {
        write_inline_item(&mut out, item);
    }
    out.push_str("</svg>\n");
    out
}

/// Writes an item, without ids, for a document that has the picture's style sheet.
pub fn write_inline_item(out: &mut String, item: &Item) {
    out.push_str("<g");
    for (name, value) in item_attributes(item) {
        write_attribute(out, name, &value);
    }
    out.push_str(">\n");
    for shape in &item.shapes {
        write_element(out, &element(shape));
    }
    for child in &item.children {
        write_inline_item(out, child);
    }
    out.push_str("</g>\n");
}

fn write_item(out: &mut String, item: &Item, depth: usize) {
    indent(out, depth);
    out.push_str("<g id=\"");
    escape(out, &item.id.0);
    out.push('"');
    for (name, value) in item_attributes(item) {
        write_attribute(out, name, &value);
    }
    out.push_str(">\n");
    if let Some(label) = &item.label {
        indent(out, depth + 1);
        out.push_str("<title>");
        escape(out, &label.name);
        if !label.description.is_empty() {
            out.push_str(": ");
            escape(out, &label.description);
        }
        out.push_str("</title>\n");
    }
    for shape in &item.shapes {
        indent(out, depth + 1);
        write_element(out, &element(shape));
    }
    for child in &item.children {
        write_item(out, child, depth + 1);
    }
    indent(out, depth);
    out.push_str("</g>\n");
}

fn write_element(out: &mut String, element: &Element) {
    out.push('<');
    out.push_str(element.tag);
    for (name, value) in &element.attributes {
        write_attribute(out, name, value);
    }
    match &element.text {
        Some(text) => {
            out.push('>');
            escape(out, text);
            let _ = writeln!(out, "</{}>", element.tag);
        }
        None => out.push_str("/>\n"),
    }
}

fn write_attribute(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    escape(out, value);
    out.push('"');
}

fn indent(out: &mut String, depth: usize) {
    for _ in 0..depth {
        out.push(' ');
    }
}

/// Writes a text so that it is only a text, in an element as in an attribute.
fn escape(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // XML has no way to write the other control characters, and these two.
            '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' => out.push('\u{fffd}'),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            // What a reader of XML would take for a line feed, and what a terminal would obey.
            '\r'
            | '\u{7f}'..='\u{9f}'
            | '\u{61c}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' => {
                let _ = write!(out, "&#{};", u32::from(character));
            }
            _ => out.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_short_as_they_can_be() {
        assert_eq!(decimal(120, 1), "12");
        assert_eq!(decimal(-5, 1), "-0.5");
        assert_eq!(decimal(85, 2), "0.85");
    }

    #[test]
    fn a_document_can_hold_several_pictures() {
        let mut item = Item::new("a", "identity");
        item.draw(Shape::text(1, 2, "web-0", "x"));
        let scene = Scene { width: 10, height: 20, items: vec![item.into()] };
        let text = inline(&scene, &["web-0 is \"Ready\".".into()], 1_500);
        assert!(text.contains("viewBox=\"0 0 10 20\"") && text.contains("data-ms=\"1500\""));
        assert!(
            text.contains("aria-label=\"web-0 is &quot;Ready&quot;.\"")
                && text.contains(">web-0</text>")
        );
        assert!(!text.contains(" id=") && !text.contains("style"), "{text}");
    }

    #[test]
    fn what_xml_cannot_have_and_what_a_terminal_obeys_is_not_written_as_it_is() {
        let mut out = String::new();
        escape(&mut out, "]]><!--\u{0}\u{1b}\u{1f}\u{7f}\u{9b}\u{202e}\u{fffe}\r'\u{10ffff}");
        let expected =
            "]]&gt;&lt;!--\u{fffd}\u{fffd}\u{fffd}&#127;&#155;&#8238;\u{fffd}&#13;'\u{10ffff}";
        assert_eq!(out, expected);
    }

    #[test]
    fn texts_are_only_texts() {
        let mut item = Item::new("a\"b", "c");
        item.at = Point { x: 5, y: 0 };
        item.draw(Shape::text(1, 2, "<script>&", "x"));
        let scene = Scene { width: 10, height: 10, items: vec![item.into()] };
        let text = svg(&scene, &[]);
        assert!(text.contains("<g id=\"a&quot;b\" class=\"c\" transform=\"translate(0.5 0)\">"));
        assert!(text.contains(">&lt;script&gt;&amp;</text>"));
    }
}
