//! The dialog that exports the run as a link, a file or a picture, and opens files.

use super::action::{Action, Dialog, Export, HostAction, RunAction, Tool};
use super::dialog::Frame;
use super::memo::{Memo, memo};
use crate::observe;
use std::rc::Rc;
use yew::prelude::*;

/// The properties of the dialog.
#[derive(PartialEq)]
pub(super) struct ShareDialog {
    /// The recipe, if it shows a real cluster.
    pub observed: Option<Rc<str>>,
    /// Whether a guided story is open.
    pub has_lesson: bool,
    /// The text of the last export.
    pub text: AttrValue,
    /// The message about it.
    pub message: AttrValue,
    /// Receives the actions.
    pub dispatch: Callback<Action>,
}

/// An export, the label of its button, and what it is for.
type Choice = (Export, &'static str, &'static str);

/// The exports, by heading.
const CHOICES: [(&str, &[Choice]); 4] = [
    (
        "This moment",
        &[
            (Export::Link, "Copy a link", "Opens this run at exactly this moment."),
            (
                Export::Embed,
                "Copy for a web page",
                "HTML that embeds this run in a documentation page.",
            ),
        ],
    ),
    (
        "The run",
        &[
            (
                Export::Save,
                "Save as a file",
                "A story in the line notation, with your progress in the guided stories.",
            ),
            (Export::Load, "Open a file", "A story that you saved or wrote."),
        ],
    ),
    (
        "The picture",
        &[
            (Export::Svg, "SVG", "Sharp at any size."),
            (Export::Png, "PNG", "For slides and chats."),
            (Export::Animation, "Animated PNG", "The next five seconds, for a README or a slide."),
        ],
    ),
    (
        "The log so far",
        &[
            (Export::Log, "Text", "One event per line."),
            (Export::Json, "JSON", "One JSON object per line."),
        ],
    ),
];

impl Memo for ShareDialog {
    fn view(&self) -> Html {
        let ShareDialog { observed, has_lesson, text, message, dispatch } = self;
        let open =
            |tool| dispatch.reform(move |_: MouseEvent| Action::Host(HostAction::Open(tool)));
        html! {
            <Frame title="Share" dialog={Dialog::Share} dispatch={dispatch.clone()}>
                if let Some(recipe) = observed {
                    { memo(RealNames { recipe: recipe.clone(), dispatch: dispatch.clone() }) }
                }
                <section>
                    <h3>{ if *has_lesson { "This step of the story" } else { "To other screens" } }</h3>
                    <div class="share-choice">
                        <button class="button" onclick={open(Tool::Link)}>{ if *has_lesson { "Link to this step" } else { "Show a QR code" } }</button>
                        <span>{ "A link with a QR code to scan, and a class code." }</span>
                    </div>
                    if *has_lesson {
                        <div class="share-choice">
                            <button class="button" onclick={open(Tool::Handout)}>{ "Print handout" }</button>
                            <span>{ "This story on paper, with its questions and answers." }</span>
                        </div>
                    }
                </section>
                { for CHOICES.iter().map(|(heading, choices)| html! {
                    <section>
                        <h3>{ heading }</h3>
                        { for choices.iter().map(|choice| view_choice(*choice, dispatch)) }
                    </section>
                }) }
                <p class="said" role="status">{ message.clone() }</p>
                if !text.is_empty() {
                    <textarea readonly=true rows="3" aria-label="Copied text" value={text.clone()} />
                }
            </Frame>
        }
    }
}

/// An export: its button, and what it is for.
fn view_choice((export, label, text): Choice, dispatch: &Callback<Action>) -> Html {
    html! {
        <div class="share-choice">
            <button class="button" onclick={dispatch.reform(move |_: MouseEvent| Action::Host(HostAction::Export(export)))}>{ label }</button>
            <span>{ text }</span>
        </div>
    }
}

/// What the run contains about a real cluster, and the button that replaces its names.
#[derive(PartialEq)]
struct RealNames {
    /// The recipe.
    recipe: Rc<str>,
    /// Receives the actions.
    dispatch: Callback<Action>,
}

impl Memo for RealNames {
    fn view(&self) -> Html {
        let Some(contents) = observe::contents(&self.recipe) else { return Html::default() };
        let is_renamed = contents.is_renamed;
        let replace =
            self.dispatch.reform(move |_: MouseEvent| Action::Run(RunAction::ReplaceNames));
        let about = if is_renamed {
            "The names were replaced. Undo restores them."
        } else {
            "Shows this run with other names for everything in the list. A pod keeps its ordinal, its set, and its claim. Undo restores the names."
        };
        html! {
            <section class="real-names">
                <h3>{ "From a real cluster" }</h3>
                <p>{ "Anything you share from this run contains data from your cluster:" }</p>
                <ul>{ for contents.lines().into_iter().map(|line| html! { <li>{ line }</li> }) }</ul>
                <div class="share-choice">
                    <button class="button" aria-disabled={is_renamed.to_string()} onclick={replace}>{ "Replace names" }</button>
                    <span role="status">{ about }</span>
                </div>
            </section>
        }
    }
}
