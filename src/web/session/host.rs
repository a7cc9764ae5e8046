//! The element around the page, its script, and what the script exports.

use super::jobs::Finish;
use super::{Session, storage};
use crate::api::Time;
use crate::cluster::Event;
use crate::later::later;
use crate::page::saved_run;
use crate::scene::transcript;
use crate::task::Progress;
use crate::web::action::{Export, HostAction};
use crate::web::failure;
use crate::web::script::SharedHost;
use crate::{svg, timeline};
use std::rc::Rc;
use web_sys::HtmlElement;
use yew::Callback;

/// The element around the page, and its script.
pub(crate) struct HostLink {
    /// The number of the element in the module.
    pub(crate) id: u32,
    /// The element that contains the page.
    pub(crate) root: HtmlElement,
    /// The element's script.
    pub(crate) script: SharedHost,
    /// Whether the element is visible.
    pub(crate) is_visible: bool,
    /// The number of events reported to the script.
    pub(crate) reported: usize,
    /// The last report of the lesson to the script: the indexes of its step and of the chosen answer.
    pub(crate) lesson: Option<(usize, Option<usize>)>,
    /// When playback stops.
    pub(crate) until: Time,
    /// The last export and its message.
    pub(crate) export: (Rc<str>, Rc<str>),
    /// The answers to scripts that are delivered once the page shows what they tell, in order.
    answers: Vec<Answer>,
}

/// Delivers an answer to a script.
type Answer = Box<dyn FnOnce()>;

impl HostLink {
    /// Creates the link to a visible element.
    pub(crate) fn new(id: u32, root: HtmlElement, script: SharedHost) -> HostLink {
        let export = Default::default();
        let until = Time(u64::MAX);
        let answers = Vec::new();
        HostLink {
            id,
            root,
            script,
            is_visible: true,
            reported: 0,
            lesson: None,
            until,
            export,
            answers,
        }
    }

    /// Answers a script once the page shows what has changed.
    pub(super) fn answer<T: 'static>(&mut self, reply: &Callback<T>, answer: T) {
        let reply = reply.clone();
        self.answers.push(Box::new(move || reply.emit(answer)));
    }

    /// Delivers the answers.
    pub(crate) fn deliver_answers(&mut self) {
        for deliver in std::mem::take(&mut self.answers) {
            deliver();
        }
    }

    /// Gives the recipe to the script, which keeps it in case the program fails.
    pub(super) fn keep_recipe(&self, recipe: &str) {
        failure::keep_recipe(self.id, recipe);
    }

    /// Gives the position of the cursor to the script, which keeps it in case the program fails.
    pub(crate) fn keep_moment(&self, now: Time, is_playing: bool) {
        self.script.keep_moment(now.0 as f64, is_playing);
    }

    /// Removes the last export.
    pub(super) fn clear_export(&mut self) {
        self.export = Default::default();
    }
}

later! {
    /// Prepares an export.
    static EXPORT: fn(&mut Session, Export) = Session::export;
}

impl Session {
    /// Handles an action that comes from the script or needs it.
    pub(super) fn handle_host(&mut self, action: HostAction) {
        match action {
            HostAction::SetVisible(is_visible) => {
                self.host.is_visible = is_visible;
                self.run.playback.sleep();
            }
            HostAction::Unload => self.save_run(),
            HostAction::ToggleTheme => self.host.script.toggle_theme(),
            HostAction::Open(tool) => {
                // What the script draws stands in the place of the dialog.
                self.ui.dialog = None;
                self.host.script.open(tool.name());
            }
            HostAction::Export(what) => {
                if let Some(export) = EXPORT.get() {
                    export(self, what);
                }
            }
            HostAction::LoadSchema => self.load_schema(),
            HostAction::SchemaLoaded(error) => self.schema_loaded(error),
            HostAction::LoadLater => self.load_later(),
            HostAction::LaterLoaded(error) => self.later_loaded(&error),
            HostAction::ExamplesLoaded(error) => self.examples_loaded(&error),
            HostAction::Exported(text, message) => {
                self.host.export = (text.into(), message.into());
            }
        }
    }

    /// Prepares the text of an export, and lets the script make the export of it.
    fn export(&mut self, export: Export) {
        let timeline = &self.run.timeline;
        let now = timeline.now();
        let log = match export {
            Export::Json => Some(timeline.log_in_slices(timeline::json::line)),
            Export::Log => Some(timeline.log_in_slices(Event::to_string)),
            _ => None,
        };
        let rules = (export == Export::Link).then(|| timeline.rules_in_slices());
        let text = match export {
            Export::Svg => {
                svg::with_style(&self.ui.scene, &transcript(timeline.cluster(), now), "")
            }
            Export::Save => {
                format!("{}{}", self.run.recipe, saved_run::progress_line(&storage::done()))
            }
            _ => self.run.recipe.to_string(),
        };
        let script = self.host.script.clone();
        let task = Box::pin(async move {
            let text = match (log, rules) {
                (Some(log), _) => log.await,
                (_, Some(rules)) => format!("{text}# rules {}\n", rules.await),
                _ => text,
            };
            Box::new(move |_: &mut Session| script.share(export.name(), &text, now.0 as f64))
                as Finish
        });
        self.begin_task("Preparing", task, Progress::default());
    }

    /// Stores the run, so that a reload can restore it.
    pub(super) fn save_run(&self) {
        // What a real cluster said is not stored.
        if self.run.timeline.cluster().settings.observed.is_some() {
            return;
        }
        let texts = [&*self.run.origin, &*self.run.story, &*self.run.recipe];
        let lesson = self.lesson.active.as_ref();
        let packed = saved_run::pack(self.run.timeline.now(), texts, lesson);
        storage::save_run(&self.host, &packed);
        storage::save_files(&self.host, &self.terminal.files);
    }
}
