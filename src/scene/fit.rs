//! Which layout fits a view: columns or a grid, how large its texts are, and how high its rows.

use super::View;
use super::facts::Facts;
use super::layout::Layout;
use super::needs::Needs;
use super::sizes::Share;

/// Columns narrower than this, in pixels, become a grid.
const LEAST_PITCH: i32 = 12;
/// Sets with fewer pods never become a grid.
const LEAST_COLUMNS: usize = 13;

/// The maximum number of steps, of 5 percent each, by which texts are enlarged where there is room.
const MOST_ENLARGED: u32 = 24;

/// Finds a place for everything.
///
/// Where the view has a height, the picture fills it: texts are enlarged as far as width and height
/// allow, and the rows are as high as they can be. A picture that is too high even with the smallest
/// rows is higher than the view.
pub(super) fn layout(facts: &Facts<'_>, view: &View) -> Layout {
    let needs = &Needs::new(facts);
    let enlarged = view.enlarged.clamp(50, 400);
    let size = |pixels: u32, enlarged: u32| {
        i32::try_from(pixels.saturating_mul(100) / enlarged).unwrap_or(8_000)
    };
    let columns = Layout::of(facts, needs, size(view.width, enlarged), Share::ROOMY);
    if columns.pitch() < LEAST_PITCH && facts.columns().count() >= LEAST_COLUMNS {
        return columns.with_grid(facts, view.height.map(|height| size(height, enlarged)));
    }
    let Some(height) = view.height else { return columns };
    let room = |enlarged: u32| (size(view.width, enlarged), size(height, enlarged));
    let is_possible = |enlarged: u32| {
        let (width, height) = room(enlarged);
        let layout = Layout::of(facts, needs, width, Share::ROOMY);
        layout.height <= height && layout.has_room()
    };
    // What is possible is possible with less, too.
    let (mut least, mut most) = (0, MOST_ENLARGED);
    while least < most {
        let middle = (least + most).div_ceil(2);
        match is_possible(enlarged + middle * 5) {
            true => least = middle,
            false => most = middle - 1,
        }
    }
    let (width, height) = room(enlarged + least * 5);
    let of = |share: Share| Layout::of(facts, needs, width, share);
    let (compact, roomy) = (of(Share::COMPACT), of(Share::ROOMY));
    let share = Share::fitting(height, (compact.height, roomy.height));
    let nearly = [share, share.less()].into_iter().map(of);
    let mut layout = nearly.into_iter().find(|it| it.height <= height).unwrap_or(compact);
    layout.stretch(needs, height);
    layout
}
