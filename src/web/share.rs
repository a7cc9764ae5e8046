//! The dialog in which a run leaves the page, as a link, a file or a picture, or comes back.

use super::action::Action;
use super::dialog::Frame;
use super::host::Hosted;
use super::job::Finish;
use super::memory;
use super::part::Show;
use super::session::Session;
use super::shared::Shared;
use crate::cluster::Event;
use crate::scene::{Scene, transcript};
use crate::task::Progress;
use crate::{svg, timeline};
use yew::prelude::*;

/// What can be made of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Share {
    /// A link to this moment.
    Link,
    /// The recipe as a file.
    Save,
    /// A recipe from a file.
    Load,
    /// The log as text.
    Log,
    /// The log as JSON, an object a line.
    Json,
    /// The picture as SVG.
    Svg,
    /// The picture as PNG.
    Png,
    /// The next five seconds as a moving picture.
    Animation,
    /// The lines that put this run into another page.
    Embed,
    /// A problem report: versions, browser, recipe.
    Report,
}

impl Share {
    /// What the script calls it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Share::Link => "link",
            Share::Save => "save",
            Share::Load => "load",
            Share::Log => "log",
            Share::Json => "json",
            Share::Svg => "svg",
            Share::Png => "png",
            Share::Animation => "animation",
            Share::Embed => "embed",
            Share::Report => "report",
        }
    }
}

impl Session {
    /// Lets the host make something of the run as it is now.
    pub(super) fn share(&mut self, share: Share, scene: Shared<Scene>, host: Hosted) {
        let timeline = &self.timeline;
        let now = timeline.now();
        let log = match share {
            Share::Json => Some(timeline.log_in_slices(timeline::json::line)),
            Share::Log => Some(timeline.log_in_slices(Event::to_string)),
            _ => None,
        };
        let rules = (share == Share::Link).then(|| timeline.rules_in_slices());
        let text = match share {
            Share::Svg => svg::svg(&scene, &transcript(timeline.cluster(), now)),
            Share::Save => format!("{}{}", self.recipe, memory::progress()),
            _ => self.recipe.to_string(),
        };
        let task = Box::pin(async move {
            let text = match (log, rules) {
                (Some(log), _) => log.await,
                (_, Some(rules)) => format!("{text}# rules {}\n", rules.await),
                _ => text,
            };
            Box::new(move |_: &mut Session| host.share(share.name(), &text, now.0 as f64)) as Finish
        });
        self.begin_task("Preparing", task, Progress::default());
    }
}

/// What the dialog shows.
#[derive(PartialEq)]
pub(super) struct Sharing {
    /// What was made last.
    pub made: AttrValue,
    /// What was said of it.
    pub said: AttrValue,
    /// Where clicks go.
    pub dispatch: Callback<Action>,
}

/// Something that can be made, what its button says, and what it is good for.
type Choice = (Share, &'static str, &'static str);

/// The choices, under headings.
const CHOICES: [(&str, &[Choice]); 4] = [
    (
        "This moment",
        &[
            (Share::Link, "Copy a link", "Whoever opens it sees this run at this instant."),
            (
                Share::Embed,
                "Copy for a web page",
                "The element, with this run in it, for a documentation page.",
            ),
        ],
    ),
    (
        "The run",
        &[
            (
                Share::Save,
                "Save as a file",
                "A story in the line notation, and which of the guided ones you have gone through.",
            ),
            (Share::Load, "Open a file", "A story that was saved, or written by hand."),
        ],
    ),
    (
        "The picture",
        &[
            (Share::Svg, "SVG", "Sharp at any size."),
            (Share::Png, "PNG", "For slides and chats."),
            (Share::Animation, "Moving PNG", "The next five seconds, for a README or a slide."),
        ],
    ),
    (
        "The log up to now",
        &[(Share::Log, "Text", "One line an event."), (Share::Json, "JSON", "One object a line.")],
    ),
];

impl Show for Sharing {
    fn view(&self) -> Html {
        let Sharing { made, said, dispatch } = self;
        html! {
            <Frame title="Share" class="share" dispatch={dispatch.clone()}>
                { for CHOICES.iter().map(|(heading, choices)| html! {
                    <section>
                        <h3>{ heading }</h3>
                        { for choices.iter().map(|choice| view_choice(*choice, dispatch)) }
                    </section>
                }) }
                <p class="said" role="status">{ said.clone() }</p>
                if !made.is_empty() {
                    <textarea readonly=true rows="3" aria-label="What was copied" value={made.clone()} />
                }
            </Frame>
        }
    }
}

fn view_choice((share, label, text): Choice, dispatch: &Callback<Action>) -> Html {
    html! {
        <div class="share-choice">
            <button class="button" onclick={dispatch.reform(move |_: MouseEvent| Action::Share(share))}>{ label }</button>
            <span>{ text }</span>
        </div>
    }
}
