//! The time line itself: a mark for whatever happened, and the cursor, which can be dragged.

use super::action::Action;
use super::cursor::{Cursor, share};
use super::panels::{Mark, Marks, Stretch};
use super::part::{Show, part};
use super::shared::Shared;
use super::words::{clock, short_clock};
use crate::api::Time;
use crate::cluster::EventType;
use yew::prelude::*;

/// Farther than this from the pointer, in thousandths of the time line, a mark is not meant.
const REACH: u64 = 12;

/// What the time line shows.
#[derive(Properties, PartialEq)]
pub(super) struct TrackProps {
    /// The cursor, to the second.
    pub now: Time,
    /// The end of what was seen, to the second.
    pub end: Time,
    /// What moves with every frame.
    pub cursor: Shared<Cursor>,
    /// What happened.
    pub marks: Shared<Marks>,
    /// What happened last, in a sentence.
    pub latest: AttrValue,
    /// Where the cursor is dragged to.
    pub dispatch: Callback<Action>,
}

/// The time line.
pub(super) struct Track {
    element: NodeRef,
    tip: NodeRef,
    is_dragging: bool,
    /// Where the pointer is, in thousandths of the time line.
    pointer: Option<u64>,
}

/// What the pointer does.
pub(super) enum Pointer {
    Down(PointerEvent),
    Move(PointerEvent),
    Up,
    Leave,
}

impl Component for Track {
    type Message = Pointer;
    type Properties = TrackProps;

    fn create(_: &Context<Track>) -> Track {
        let (element, tip) = (NodeRef::default(), NodeRef::default());
        Track { element, tip, is_dragging: false, pointer: None }
    }

    fn update(&mut self, ctx: &Context<Track>, message: Pointer) -> bool {
        match message {
            Pointer::Down(event) if event.button() == 0 => {
                if let Some(element) = self.element.cast::<web_sys::Element>() {
                    // Without capture dragging ends at the edge; it still works.
                    let _ = element.set_pointer_capture(event.pointer_id());
                }
                self.is_dragging = true;
                self.point(ctx, &event);
            }
            Pointer::Down(_) => return false,
            Pointer::Move(event) => self.point(ctx, &event),
            Pointer::Up => self.is_dragging = false,
            Pointer::Leave => self.pointer = None,
        }
        true
    }

    fn view(&self, ctx: &Context<Track>) -> Html {
        let TrackProps { now, end, cursor, marks, latest, .. } = ctx.props();
        let link = ctx.link();
        let text = format!("{} of {}. {latest}", short_clock(*now), short_clock(*end));
        html! {
            <div class="track" ref={self.element.clone()} role="slider" tabindex="0"
                aria-label="Time line" aria-orientation="horizontal" aria-valuemin="0"
                aria-valuemax={(end.0.max(now.0) / 1_000).to_string()}
                aria-valuenow={(now.0 / 1_000).to_string()} aria-valuetext={text}
                onpointerdown={link.callback(Pointer::Down)}
                onpointermove={link.callback(Pointer::Move)}
                onpointerup={link.callback(|_: PointerEvent| Pointer::Up)}
                onpointercancel={link.callback(|_: PointerEvent| Pointer::Up)}
                onpointerleave={link.callback(|_: PointerEvent| Pointer::Leave)}>
                <div class="rail" />
                <div class="rail seen" ref={cursor.seen.clone()} />
                <div class="rail played" ref={cursor.played.clone()} />
                <svg aria-hidden="true" focusable="false">
                    { for marks.stretches.iter().map(|stretch| part(MarkLayer(stretch.clone()))) }
                </svg>
                <div class="needle"><div ref={cursor.needle.clone()} /></div>
                { self.view_tip(marks) }
            </div>
        }
    }

    fn rendered(&mut self, ctx: &Context<Track>, _: bool) {
        ctx.props().cursor.write_all();
        let (Some(pointer), Some(tip)) = (self.pointer, self.tip.cast::<web_sys::HtmlElement>())
        else {
            return;
        };
        let (property, other) = if pointer < 500 { ("left", "right") } else { ("right", "left") };
        let tenths = if pointer < 500 { pointer } else { 1_000 - pointer };
        let style = tip.style();
        // A tip in the wrong place is no reason to stop.
        let _ = style.set_property(property, &format!("{}.{}%", tenths / 10, tenths % 10));
        let _ = style.set_property(other, "auto");
    }
}

impl Track {
    fn point(&mut self, ctx: &Context<Track>, event: &PointerEvent) {
        let Some(element) = self.element.cast::<web_sys::Element>() else { return };
        let bounds = element.get_bounding_client_rect();
        let x = (f64::from(event.client_x()) - bounds.left()) / bounds.width().max(1.0);
        let pointer = (x.clamp(0.0, 1.0) * 1_000.0) as u64;
        self.pointer = Some(pointer);
        if self.is_dragging {
            let TrackProps { marks, end, now, dispatch, .. } = ctx.props();
            let to = Time(marks.length.0 * pointer / 1_000);
            dispatch.emit(Action::Seek(to.min(*end.max(now)), None));
        }
    }

    fn view_tip(&self, marks: &Marks) -> Html {
        let Some(pointer) = self.pointer else { return Html::default() };
        let at = Time(marks.length.0 * pointer / 1_000);
        let reach = marks.length.0 * REACH / 1_000;
        let nearest = marks.all().min_by_key(|mark| mark.time.0.abs_diff(at.0));
        let text = match nearest.filter(|mark| mark.time.0.abs_diff(at.0) <= reach) {
            Some(mark) => mark.text.clone(),
            None => clock(at),
        };
        html! { <div class="tip" ref={self.tip.clone()} aria-hidden="true">{ text }</div> }
    }
}

#[derive(PartialEq)]
struct MarkLayer(Shared<Stretch>);

impl Show for MarkLayer {
    fn view(&self) -> Html {
        let length = self.0.length;
        html! { <g>{ for self.0.marks.iter().map(|mark| view_mark(mark, length)) }</g> }
    }
}

/// The type of an event by height and shape, and by colour.
fn view_mark(mark: &Mark, length: Time) -> Html {
    let x = share(mark.time, length) + "%";
    let (class, top, bottom) = match mark.kind {
        EventType::Fault => ("mark fault", 6, 38),
        EventType::Command => ("mark command", 8, 36),
        EventType::Deleted => ("mark deleted", 13, 31),
        EventType::Created => ("mark created", 13, 31),
        EventType::Changed => ("mark changed", 16, 28),
        EventType::Data | EventType::Request => ("mark data", 18, 26),
        EventType::Waiting => ("mark waiting", 19, 25),
    };
    let head = match mark.kind {
        EventType::Fault => {
            html! { <rect {class} x={x.clone()} y="3" width="6" height="6" transform="translate(-3)" /> }
        }
        EventType::Command => html! { <circle {class} cx={x.clone()} cy="6" r="3" /> },
        _ => Html::default(),
    };
    html! {
        <g>
            <line {class} x1={x.clone()} x2={x} y1={top.to_string()} y2={bottom.to_string()} />
            { head }
        </g>
    }
}
