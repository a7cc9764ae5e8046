//! Registrations with the browser that are undone when they are dropped.

use crate::page::frame::{Frame, WORK_MS};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use yew::Callback;

/// Requests for calls before the next repaint.
pub(super) struct FrameRequests {
    /// The pending request.
    handle: Rc<Cell<Option<i32>>>,
    /// The callback of the browser.
    callback: Closure<dyn FnMut(f64)>,
}

impl FrameRequests {
    /// Calls `callback` with the time in milliseconds, once for each request.
    pub(super) fn new(callback: Callback<f64>) -> FrameRequests {
        let handle = Rc::new(Cell::new(None));
        let due = handle.clone();
        let callback = Closure::new(move |now| {
            due.set(None);
            callback.emit(now);
        });
        FrameRequests { handle, callback }
    }

    /// Requests one call before the next repaint, unless one is pending.
    pub(super) fn request(&self) {
        if let (None, Some(window)) = (self.handle.get(), web_sys::window()) {
            let function = self.callback.as_ref().unchecked_ref();
            self.handle.set(window.request_animation_frame(function).ok());
        }
    }
}

impl Drop for FrameRequests {
    fn drop(&mut self) {
        if let (Some(handle), Some(window)) = (self.handle.get(), web_sys::window()) {
            // Fails only if there is nothing to cancel.
            let _ = window.cancel_animation_frame(handle);
        }
    }
}

/// The wall time in milliseconds, on the same clock as the times of frames.
pub(super) fn wall_ms() -> f64 {
    let clock = web_sys::window().and_then(|window| window.performance());
    clock.map_or(0.0, |clock| clock.now())
}

/// Starts a frame of long work.
pub(super) fn work_frame() -> Frame {
    Frame::begin(wall_ms, WORK_MS)
}

/// The width and height of the content of an element, without its padding, in CSS pixels.
pub(super) fn content_size(element: &web_sys::Element) -> (f64, f64) {
    let style = web_sys::window().and_then(|window| window.get_computed_style(element).ok()?);
    let padding = |side: &str| {
        let value = style.as_ref().and_then(|style| style.get_property_value(side).ok());
        // Resolved values are in pixels. JavaScript parses them because Rust's float parser is large.
        value.map_or(0.0, |value| js_sys::Number::parse_float(&value))
    };
    let width = f64::from(element.client_width());
    let height = f64::from(element.client_height());
    (
        width - padding("padding-left") - padding("padding-right"),
        height - padding("padding-top") - padding("padding-bottom"),
    )
}

/// Observes the size of an element.
pub(super) struct SizeObserver {
    observer: web_sys::ResizeObserver,
    _callback: Closure<dyn FnMut(js_sys::Array)>,
}

impl SizeObserver {
    /// Calls `callback` with the width and height of the content of `element`, in CSS pixels, now and whenever they
    /// change.
    pub(super) fn observe(
        element: &web_sys::Element,
        callback: impl Fn(f64, f64) + 'static,
    ) -> Option<SizeObserver> {
        let callback = Closure::<dyn FnMut(js_sys::Array)>::new(move |entries: js_sys::Array| {
            if let Ok(entry) = entries.get(0).dyn_into::<web_sys::ResizeObserverEntry>() {
                let content = entry.content_rect();
                callback(content.width(), content.height());
            }
        });
        let observer = web_sys::ResizeObserver::new(callback.as_ref().unchecked_ref()).ok()?;
        observer.observe(element);
        Some(SizeObserver { observer, _callback: callback })
    }
}

impl Drop for SizeObserver {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Follows a media query, such as `(prefers-reduced-motion: reduce)`.
pub(super) struct MediaQuery {
    query: web_sys::MediaQueryList,
    callback: Closure<dyn FnMut()>,
}

impl MediaQuery {
    /// Calls `callback` whenever the result of `query` changes.
    pub(super) fn follow(query: &str, callback: impl FnMut() + 'static) -> Option<MediaQuery> {
        let query = web_sys::window()?.match_media(query).ok()??;
        let callback = Closure::<dyn FnMut()>::new(callback);
        let function = callback.as_ref().unchecked_ref();
        query.add_event_listener_with_callback("change", function).ok()?;
        Some(MediaQuery { query, callback })
    }

    /// The current result.
    pub(super) fn matches(&self) -> bool {
        self.query.matches()
    }
}

impl Drop for MediaQuery {
    fn drop(&mut self) {
        let function = self.callback.as_ref().unchecked_ref();
        // Fails only if there is no listener.
        let _ = self.query.remove_event_listener_with_callback("change", function);
    }
}
