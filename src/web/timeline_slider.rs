//! The timeline: the marks of events, and the cursor, which can be dragged.

use super::action::Action;
use super::cursor::Cursor;
use super::memo::{Memo, memo};
use crate::api::Time;
use crate::cluster::EventType;
use crate::page::by_ptr::ByPtr;
use crate::page::format::{percent, short_clock};
use crate::page::marks::{Mark, Marks, Stretch};
use yew::prelude::*;

/// The properties of the timeline.
#[derive(Properties, PartialEq)]
pub(super) struct TimelineProps {
    /// The position of the cursor.
    pub now: Time,
    /// The end of the recording.
    pub end: Time,
    /// The parts that move in every frame.
    pub cursor: ByPtr<Cursor>,
    /// The marks.
    pub marks: ByPtr<Marks>,
    /// The message of the last event.
    pub latest: AttrValue,
    /// Receives the actions.
    pub dispatch: Callback<Action>,
}

/// The timeline.
pub(super) struct TimelineSlider {
    /// The element of the timeline.
    element: NodeRef,
    /// The element of the tip.
    tip: NodeRef,
    /// Whether the cursor is being dragged.
    is_dragging: bool,
    /// The position of the pointer, in thousandths of the timeline.
    pointer: Option<u64>,
}

/// Events of the pointer.
pub(super) enum Pointer {
    /// A button was pressed.
    Down(PointerEvent),
    /// The pointer was moved.
    Move(PointerEvent),
    /// The button was released.
    Up,
    /// The pointer has left the timeline.
    Leave,
}

impl Component for TimelineSlider {
    type Message = Pointer;
    type Properties = TimelineProps;

    fn create(_: &Context<TimelineSlider>) -> TimelineSlider {
        let (element, tip) = (NodeRef::default(), NodeRef::default());
        TimelineSlider { element, tip, is_dragging: false, pointer: None }
    }

    fn update(&mut self, ctx: &Context<TimelineSlider>, message: Pointer) -> bool {
        match message {
            Pointer::Down(event) if event.button() == 0 => {
                if let Some(element) = self.element.cast::<web_sys::Element>() {
                    // Without capture, dragging ends at the edge.
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

    fn view(&self, ctx: &Context<TimelineSlider>) -> Html {
        let TimelineProps { now, end, cursor, marks, latest, .. } = ctx.props();
        let link = ctx.link();
        let text = format!(
            "{} of {}. {latest}{}",
            short_clock(*now),
            short_clock(*end),
            marks.sides(*now)
        );
        html! {
            <div class="track" ref={self.element.clone()} role="slider" tabindex="0"
                aria-label="Timeline" aria-orientation="horizontal" aria-valuemin="0"
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
                    { view_seam(marks) }
                    { for marks.stretches.iter().map(|stretch| memo(MarkLayer(stretch.clone()))) }
                </svg>
                <div class="needle"><div ref={cursor.needle.clone()} /></div>
                { self.view_tip(marks) }
            </div>
        }
    }

    fn rendered(&mut self, ctx: &Context<TimelineSlider>, _: bool) {
        ctx.props().cursor.write_all();
        let (Some(pointer), Some(tip)) = (self.pointer, self.tip.cast::<web_sys::HtmlElement>())
        else {
            return;
        };
        let (property, other) = if pointer < 500 { ("left", "right") } else { ("right", "left") };
        let tenths = if pointer < 500 { pointer } else { 1_000 - pointer };
        let style = tip.style();
        // Without the style, the page still works.
        let _ = style.set_property(property, &format!("{}.{}%", tenths / 10, tenths % 10));
        let _ = style.set_property(other, "auto");
    }
}

impl TimelineSlider {
    /// Handles a new position of the pointer.
    fn point(&mut self, ctx: &Context<TimelineSlider>, event: &PointerEvent) {
        let Some(element) = self.element.cast::<web_sys::Element>() else { return };
        let bounds = element.get_bounding_client_rect();
        let x = (f64::from(event.client_x()) - bounds.left()) / bounds.width().max(1.0);
        let pointer = (x.clamp(0.0, 1.0) * 1_000.0) as u64;
        self.pointer = Some(pointer);
        if self.is_dragging {
            let TimelineProps { marks, end, now, dispatch, .. } = ctx.props();
            let to = marks.instant(pointer);
            dispatch.emit(Action::seek(to.min(*end.max(now))));
        }
    }

    /// The tip at the pointer.
    fn view_tip(&self, marks: &Marks) -> Html {
        let Some(pointer) = self.pointer else { return Html::default() };
        let text = marks.tip(pointer);
        html! { <div class="tip" ref={self.tip.clone()} aria-hidden="true">{ text }</div> }
    }
}

/// The hatched part of the timeline that is simulated, behind what was observed.
fn view_seam(marks: &Marks) -> Html {
    let Some(seam) = marks.seam else { return Html::default() };
    let x = percent(seam, marks.length) + "%";
    let width = percent(Time(marks.length.0.saturating_sub(seam.0)), marks.length) + "%";
    html! {
        <g class="seam">
            <pattern id="seam-hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                <rect width="2" height="7" />
            </pattern>
            <rect x={x.clone()} y="2" {width} height="40" fill="url(#seam-hatch)" />
            <line x1={x.clone()} x2={x.clone()} y1="0" y2="44" />
            <text {x} y="43" dx="4">{ "Simulated" }</text>
        </g>
    }
}

/// The marks of a stretch of the timeline.
#[derive(PartialEq)]
struct MarkLayer(ByPtr<Stretch>);

impl Memo for MarkLayer {
    fn view(&self) -> Html {
        let length = self.0.length;
        html! { <g>{ for self.0.marks.iter().map(|mark| view_mark(mark, length)) }</g> }
    }
}

/// A mark. Height, shape and color tell the type of the event.
fn view_mark(mark: &Mark, length: Time) -> Html {
    let x = percent(mark.time, length) + "%";
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
