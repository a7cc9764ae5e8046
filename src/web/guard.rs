//! What the page asks of the browser: each guard asks when it is made, and takes it back when dropped.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// A wish for one call before the next repaint.
pub(super) struct AnimationFrame {
    handle: i32,
    _callback: Closure<dyn FnMut(f64)>,
}

impl AnimationFrame {
    /// Calls `callback` with the time in milliseconds.
    pub(super) fn request(callback: impl FnOnce(f64) + 'static) -> Option<AnimationFrame> {
        let callback = Closure::once(callback);
        let function = callback.as_ref().unchecked_ref();
        let handle = web_sys::window()?.request_animation_frame(function).ok()?;
        Some(AnimationFrame { handle, _callback: callback })
    }
}

impl Drop for AnimationFrame {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            // Fails only where there is nothing to cancel.
            let _ = window.cancel_animation_frame(self.handle);
        }
    }
}

/// Watches the width of an element.
pub(super) struct SizeObserver {
    observer: web_sys::ResizeObserver,
    _callback: Closure<dyn FnMut(js_sys::Array)>,
}

impl SizeObserver {
    /// Calls `callback` with the width and height of the content of `element`, now and whenever they change.
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

/// Follows one wish of the reader, such as `(prefers-reduced-motion: reduce)`.
pub(super) struct MediaQuery {
    query: web_sys::MediaQueryList,
    callback: Closure<dyn FnMut()>,
}

impl MediaQuery {
    /// Calls `callback` whenever the answer to `question` changes.
    pub(super) fn follow(question: &str, callback: impl FnMut() + 'static) -> Option<MediaQuery> {
        let query = web_sys::window()?.match_media(question).ok()??;
        let callback = Closure::<dyn FnMut()>::new(callback);
        let function = callback.as_ref().unchecked_ref();
        query.add_event_listener_with_callback("change", function).ok()?;
        Some(MediaQuery { query, callback })
    }

    /// The answer.
    pub(super) fn matches(&self) -> bool {
        self.query.matches()
    }
}

impl Drop for MediaQuery {
    fn drop(&mut self) {
        let function = self.callback.as_ref().unchecked_ref();
        // Fails only where nothing listens.
        let _ = self.query.remove_event_listener_with_callback("change", function);
    }
}
