//! Pictures as PNG: the scene is written as SVG with a style sheet in plain CSS, and drawn by resvg with the fonts of this
//! program, so that the result is the same on every machine.
//!
//! resvg knows no custom properties, no `light-dark()`, and few selectors. Here every element has the class `any`, and that of
//! the hue of the item it belongs to; every rule becomes one for `any`, or one for each hue if it depends on the hue. So all
//! rules gain the same specificity.

use crate::scene::{Item, Scene, Shape};
use crate::svg;
use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::rc::Rc;
use std::sync::Arc;

/// Roboto and Roboto Mono (Apache-2.0), and the symbols that they lack.
const FONTS: [&[u8]; 5] = [
    include_bytes!("fonts/Roboto-Regular.ttf"),
    include_bytes!("fonts/Roboto-Bold.ttf"),
    include_bytes!("fonts/RobotoMono-Regular.ttf"),
    include_bytes!("fonts/RobotoMono-Bold.ttf"),
    include_bytes!("fonts/symbols.ttf"),
];

/// The colors of a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Theme {
    #[default]
    Light,
    Dark,
}

/// Draws a scene as PNG of this size in pixels, as large as it fits. Without a height, it is as high as needed.
///
/// # Errors
/// If the picture is too large.
pub(super) fn png(
    scene: &Scene,
    width: u32,
    height: Option<u32>,
    theme: Theme,
) -> Result<Vec<u8>, String> {
    let mut scene = scene.clone();
    for item in &mut scene.items {
        classify(Rc::make_mut(item), "any");
    }
    let svg = svg::with_style(&scene, &[], &plain_style(svg::STYLE, theme));
    // The root and the ground are no items.
    let svg = svg.replacen("class=\"ordinal picture\"", "class=\"ordinal picture any\"", 1);
    let svg = svg.replacen("class=\"ground\"", "class=\"ground any\"", 1);
    let tree = usvg::Tree::from_str(&svg, &options()).map_err(|error| error.to_string())?;
    let size = tree.size();
    let whole = width as f32 / size.width();
    let height = height.unwrap_or((size.height() * whole).round() as u32);
    let pixmap = Some((width, height)).filter(|_| width.max(height) <= SIDE_MAX);
    let pixmap = pixmap.and_then(|(width, height)| Pixmap::new(width, height));
    let mut pixmap = pixmap.ok_or_else(|| format!("a PNG has 1 to {SIDE_MAX} pixels on a side"))?;
    pixmap.fill(ground(theme));
    let scale = whole.min(height as f32 / size.height());
    let left = (width as f32 - size.width() * scale) / 2.0;
    let top = (height as f32 - size.height() * scale) / 2.0;
    let place = Transform::from_row(scale, 0.0, 0.0, scale, left, top);
    resvg::render(&tree, place, &mut pixmap.as_mut());
    pixmap.encode_png().map_err(|error| error.to_string())
}

/// The most pixels on one side.
const SIDE_MAX: u32 = 8_192;

/// The color of the ground.
fn ground(theme: Theme) -> Color {
    let rules = rules(svg::STYLE);
    let of_all = rules.iter().filter(|(selector, _)| selector == ".ordinal");
    let mut all = of_all.flat_map(|(_, body)| declarations(body));
    let color = all.find(|(name, _)| *name == "--p-ground").map(|(_, value)| themed(value, theme));
    let hex = color.and_then(|color| u32::from_str_radix(color.trim_start_matches('#'), 16).ok());
    let [_, red, green, blue] = hex.unwrap_or_default().to_be_bytes();
    Color::from_rgba8(red, green, blue, 0xff)
}

fn options() -> usvg::Options<'static> {
    let mut options = usvg::Options { font_family: "Roboto".into(), ..usvg::Options::default() };
    let fonts = options.fontdb_mut();
    for font in FONTS {
        fonts.load_font_source(usvg::fontdb::Source::Binary(Arc::new(font)));
    }
    fonts.set_sans_serif_family("Roboto");
    fonts.set_monospace_family("Roboto Mono");
    options
}

/// Gives an item, its shapes, and its parts the class `any` and the hue that applies to them.
fn classify(item: &mut Item, outer: &str) {
    let hue = hue_of(&item.class).unwrap_or(outer).to_owned();
    item.class.push_str(" any");
    for shape in &mut item.shapes {
        let (Shape::Rect { class, .. }
        | Shape::Circle { class, .. }
        | Shape::Line { class, .. }
        | Shape::Path { class, .. }
        | Shape::Text { class, .. }) = shape;
        let missing = if hue_of(class).is_none() { hue.as_str() } else { "" };
        *class = format!("{class} any {missing}");
    }
    for part in &mut item.children {
        classify(Rc::make_mut(part), &hue);
    }
}

/// The class among these that names a hue.
fn hue_of(classes: &str) -> Option<&str> {
    classes.split_whitespace().find(|class| class.starts_with("hue-"))
}

/// A style sheet without custom properties and `light-dark()`, for elements that [`classify`] has been at. Rules for
/// other states than that of a still picture are left out.
fn plain_style(style: &str, theme: Theme) -> String {
    let rules = rules(style);
    let mut global = BTreeMap::new();
    let mut hues: BTreeMap<&str, BTreeMap<&str, String>> = BTreeMap::new();
    for (selector, body) in &rules {
        let set = match selector.strip_prefix('.') {
            Some("ordinal") => &mut global,
            Some(name) if name.starts_with("hue-") => hues.entry(name).or_default(),
            _ => continue,
        };
        for (name, value) in declarations(body).filter(|(name, _)| name.starts_with("--")) {
            set.insert(name, themed(value, theme));
        }
    }
    let mut plain = String::new();
    for (selector, body) in &rules {
        let is_still = !selector.contains([':', '(', ')', '[']);
        if !is_still || selector.starts_with(".hue-") {
            continue;
        }
        let of_hue = body.contains("var(--c)") || body.contains("var(--t)");
        match of_hue {
            true => hues
                .iter()
                .for_each(|(hue, set)| rule(&mut plain, selector, hue, body, &[set, &global])),
            false => rule(&mut plain, selector, "any", body, &[&global]),
        }
    }
    plain
}

/// Writes a rule for elements that also have a class, with the values of custom properties.
fn rule(
    out: &mut String,
    selector: &str,
    class: &str,
    body: &str,
    sets: &[&BTreeMap<&str, String>],
) {
    let _ = write!(out, "{selector}.{class} {{");
    for (name, value) in declarations(body).filter(|(name, _)| !name.starts_with("--")) {
        let mut value = value.to_owned();
        for (property, given) in sets.iter().flat_map(|set| set.iter()) {
            value = value.replace(&format!("var({property})"), given);
        }
        // The fonts have two weights.
        let value = match name {
            "font-weight" if value.parse().is_ok_and(|weight: u32| weight >= 600) => "700".into(),
            _ => value,
        };
        let _ = write!(out, "{name}:{value};");
    }
    out.push_str("}\n");
}

/// The rules of a style sheet, each with one selector and its body. What begins with @ is left out.
fn rules(style: &str) -> Vec<(String, &str)> {
    let mut rules = Vec::new();
    let mut rest = style;
    while let Some((head, behind)) = rest.split_once('{') {
        let end = match head.trim_start().starts_with('@') {
            true => block_end(behind),
            false => behind.find('}'),
        };
        let Some(end) = end else { break };
        let head = without_comments(head);
        if !head.trim_start().starts_with('@') {
            let selectors = head.split(',').map(|selector| selector.trim().to_owned());
            rules.extend(selectors.map(|selector| (selector, &behind[..end])));
        }
        rest = &behind[end + 1..];
    }
    rules
}

/// Where a block with blocks in it ends.
fn block_end(text: &str) -> Option<usize> {
    let mut depth = 0;
    text.find(|letter| {
        depth += match letter {
            '{' => 1,
            '}' => -1,
            _ => 0,
        };
        depth < 0
    })
}

fn without_comments(text: &str) -> String {
    let mut parts = text.split("/*");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once("*/").map_or("", |(_, behind)| behind))
}

/// The declarations in the body of a rule.
fn declarations(body: &str) -> impl Iterator<Item = (&str, &str)> {
    let pairs = body.split(';').filter_map(|declaration| declaration.split_once(':'));
    pairs.map(|(name, value)| (name.trim(), value.trim()))
}

/// A value for one theme.
fn themed(value: &str, theme: Theme) -> String {
    let colors = value.strip_prefix("light-dark(").and_then(|rest| rest.strip_suffix(')'));
    let color = colors.and_then(|colors| colors.split_once(',')).map(|(light, dark)| match theme {
        Theme::Light => light.trim(),
        Theme::Dark => dark.trim(),
    });
    color.unwrap_or(value).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Time;
    use crate::scene::{View, scene};
    use crate::timeline::Timeline;
    use resvg::tiny_skia::PremultipliedColorU8;

    fn first() -> Scene {
        let story = include_str!("../../static/stories/first.ordinal");
        let mut timeline = Timeline::new(story).expect("the story is sound");
        timeline.seek(Time(14_000));
        let view = View { width: 600, height: Some(315), ..View::default() };
        scene(timeline.cluster(), Time(14_000), &view)
    }

    fn color(hex: u32) -> PremultipliedColorU8 {
        let part = |shift: u32| (hex >> shift & 0xff) as u8;
        PremultipliedColorU8::from_rgba(part(16), part(8), part(0), 0xff).expect("a color")
    }

    #[test]
    fn a_png_has_its_size_and_the_colors_of_its_theme() {
        let scene = first();
        for (theme, ground, hue) in
            [(Theme::Light, 0xf5_f6fa, 0x16_59b5), (Theme::Dark, 0x0e_121a, 0x86_b7ff)]
        {
            let drawn = png(&scene, 1200, Some(630), theme).expect("a picture");
            let picture = Pixmap::decode_png(&drawn).expect("a PNG");
            assert_eq!((picture.width(), picture.height()), (1200, 630));
            assert_eq!(picture.pixel(3, 3), Some(color(ground)));
            let count = picture.pixels().iter().filter(|pixel| **pixel == color(hue)).count();
            assert!(count > 500, "{theme:?}: {count} pixels of the first hue");
        }
    }

    #[test]
    fn a_png_has_the_height_that_is_given_or_needed() {
        let high = Scene { height: 630, ..first() };
        let size = |height| {
            let drawn = png(&high, 300, height, Theme::Light).expect("a picture");
            let picture = Pixmap::decode_png(&drawn).expect("a PNG");
            assert_eq!(picture.pixel(1, 1), Some(color(0xf5_f6fa)));
            (picture.width(), picture.height())
        };
        assert_eq!((size(None), size(Some(158))), ((300, 315), (300, 158)));
    }

    #[test]
    fn a_png_that_is_too_large_is_refused() {
        for (width, height) in
            [(8_193, None), (100, Some(8_193)), (0, None), (u32::MAX, None), (9, Some(0))]
        {
            assert!(png(&first(), width, height, Theme::Light).is_err(), "{width} {height:?}");
        }
    }

    /// The glyphs that a text is drawn with; 0 stands for a character that no font has.
    fn glyphs(text: &str) -> Vec<u32> {
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"><text font-family=\"monospace\">{text}</text></svg>"
        );
        let tree = usvg::Tree::from_str(&svg, &options()).expect("an SVG");
        let Some(usvg::Node::Text(text)) = tree.root().children().first() else { return vec![0] };
        let spans = text.layouted().iter();
        spans.flat_map(|span| span.positioned_glyphs.iter().map(|glyph| glyph.id.0)).collect()
    }

    #[test]
    fn the_fonts_have_what_pictures_write() {
        for character in "aZ09·→←≤–…✓✗↻×-_./:%".chars() {
            let drawn = glyphs(&character.to_string());
            assert!(!drawn.is_empty() && !drawn.contains(&0), "{character}: {drawn:?}");
        }
        assert_eq!(glyphs("\u{e000}"), [0]);
    }

    #[test]
    fn the_style_sheet_becomes_plain() {
        let style = plain_style(svg::STYLE, Theme::Dark);
        for unknown in ["var(", "light-dark(", ":hover", "/*"] {
            assert!(!style.contains(unknown), "{unknown} in\n{style}");
        }
        assert!(style.contains(".picture .pod .body.hue-0 {fill:#171d29;stroke:#86b7ff;"));
    }
}
