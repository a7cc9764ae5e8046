//! The icons of the buttons, in the color of the text.

use yew::prelude::*;

/// An icon from one SVG path in a 20 by 20 view box.
fn icon(path: &'static str) -> Html {
    html! {
        <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
            <path d={path} />
        </svg>
    }
}

/// A triangle pointing right.
pub(super) fn play() -> Html {
    icon("M6 3.5v13l10.5-6.5z")
}

/// Two bars.
pub(super) fn pause() -> Html {
    icon("M5 3.5h3.5v13H5zM11.5 3.5H15v13h-3.5z")
}

/// A triangle pointing left, with a bar.
pub(super) fn back() -> Html {
    icon("M4 4h2.2v12H4zM16 4v12l-8.5-6z")
}

/// A triangle pointing right, with a bar.
pub(super) fn forward() -> Html {
    icon("M13.8 4H16v12h-2.2zM4 4v12l8.5-6z")
}

/// A circular arrow.
pub(super) fn restart() -> Html {
    icon("M10 3.2a6.8 6.8 0 1 1-6.3 4.2l2 .8a4.7 4.7 0 1 0 4.3-2.9v2.7L5.5 4.3 10 .6z")
}

/// A screen on a stand.
pub(super) fn present() -> Html {
    icon("M2 3h16v11h-7v2h3v1.6H6V16h3v-2H2zm2 2v7h12V5z")
}

/// A half-filled disc.
pub(super) fn theme() -> Html {
    icon("M10 2a8 8 0 1 0 0 16 8 8 0 0 0 0-16zm0 2v12a6 6 0 0 1 0-12z")
}

/// A cross.
pub(super) fn close() -> Html {
    icon("M5.4 4 10 8.6 14.6 4 16 5.4 11.4 10l4.6 4.6-1.4 1.4-4.6-4.6L5.4 16 4 14.6 8.6 10 4 5.4z")
}

/// An arrow curving back.
pub(super) fn undo() -> Html {
    icon("M8.6 3 3.4 8l5.2 5V9.9h3.2a3.1 3.1 0 1 1 0 6.2H7v2h4.8a5.1 5.1 0 1 0 0-10.2H8.6z")
}

/// An arrow curving forward.
pub(super) fn redo() -> Html {
    icon("M11.4 3l5.2 5-5.2 5V9.9H8.2a3.1 3.1 0 1 0 0 6.2H13v2H8.2a5.1 5.1 0 1 1 0-10.2h3.2z")
}
