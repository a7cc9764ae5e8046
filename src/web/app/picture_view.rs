//! The stage: its size, the layout of the picture, and the parts that change in every frame.

use super::{Link, Message, SharedPicture};
use crate::page::by_ptr::ByPtr;
use crate::page::layout::enlarged;
use crate::scene::{ItemId, SceneCache, View};
use crate::web::cursor::Cursor;
use crate::web::guard::{self, MediaQuery, SizeObserver};
use crate::web::session::Session;
use web_sys::Element;
use yew::NodeRef;

/// The pictures and the cursor of the timeline.
pub(super) struct PictureView {
    /// The stage.
    pub(super) element: NodeRef,
    /// The width and height of the stage, in CSS pixels.
    pub(super) size: (f64, f64),
    /// The elements of the picture.
    pub(super) picture: SharedPicture,
    /// The elements of the picture under another version of Kubernetes.
    pub(super) other: SharedPicture,
    /// The moving parts of the timeline.
    pub(super) cursor: ByPtr<Cursor>,
    /// Lays out the picture.
    scene_cache: SceneCache,
    /// Reports the size of the stage, once it is rendered.
    size_observer: Option<SizeObserver>,
    /// The media query for reduced motion, if the browser supports it.
    reduced_motion: Option<MediaQuery>,
}

impl PictureView {
    /// Creates the stage without a size.
    pub(super) fn new(link: &Link) -> PictureView {
        let link = link.clone();
        let redraw = move || link.send_message(Message::Redraw);
        PictureView {
            element: NodeRef::default(),
            size: (0.0, 0.0),
            picture: ByPtr::default(),
            other: ByPtr::default(),
            cursor: ByPtr::default(),
            scene_cache: SceneCache::default(),
            size_observer: None,
            reduced_motion: MediaQuery::follow("(prefers-reduced-motion: reduce)", redraw),
        }
    }

    /// Reports the size of the stage, now and whenever it changes, once the stage is rendered.
    pub(super) fn observe_size(&mut self, link: &Link) {
        if self.size_observer.is_none()
            && let Some(stage) = self.element.cast::<Element>()
        {
            let link = link.clone();
            let report = move |width, height| link.send_message(Message::Resized(width, height));
            // The first picture does not wait for the observer, which reports with the next frame.
            let (width, height) = guard::content_size(&stage);
            report(width, height);
            self.size_observer = SizeObserver::observe(&stage, report);
        }
    }

    /// Lays out the current pictures. Returns whether that of the run differs from the last one.
    pub(super) fn paint(&mut self, session: &mut Session) -> bool {
        let Session { run, ui, lesson, comparison, .. } = session;
        ui.reduces_motion = self.reduced_motion.as_ref().is_some_and(MediaQuery::matches);
        let open = ui.menu.as_ref().map(|menu| menu.key.as_str());
        let view = View {
            width: self.size.0 as u32,
            height: Some(self.size.1 as u32).filter(|height| *height > 0),
            enlarged: if ui.is_presenting { enlarged(self.size) } else { 100 },
            selected: open.map(|key| ItemId(key.into())),
            callout: lesson.active.as_ref().and_then(|lesson| lesson.callout(&run.timeline)),
            reduced_motion: ui.reduces_motion,
        };
        if let Some(comparison) = comparison {
            comparison.paint(&View { selected: None, callout: None, ..view.clone() });
        }
        let state = run.timeline.state_id().in_run(run.revision);
        let scene =
            self.scene_cache.paint(run.timeline.cluster(), state, run.timeline.now(), &view);
        let is_new = scene.is_some();
        if let Some(scene) = scene {
            ui.scene = ByPtr::new(scene);
        }
        is_new
    }

    /// Writes the pictures and the cursor while there is time.
    pub(super) fn show(&self, session: &Session, has_time: &dyn Fn() -> bool) {
        let Session { run, panels, ui, .. } = session;
        let open = ui.menu.as_ref().map(|menu| menu.key.as_str());
        self.picture.borrow_mut().show(&ui.scene, open, has_time);
        if let Some(comparison) = &session.comparison {
            self.other.borrow_mut().show(&comparison.scene, None, has_time);
        }
        self.cursor.show(run.timeline.now(), run.timeline.end(), panels.marks.length);
    }

    /// Whether a part of a picture was left for the next frame.
    pub(super) fn has_rest(&self) -> bool {
        self.picture.borrow().has_rest() || self.other.borrow().has_rest()
    }
}
