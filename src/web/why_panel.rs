//! The panel that answers "Why?": what something waits for, what would end that, what has led to it,
//! what comes next, and the object as the API server has it.

use super::action::Action;
use super::icons;
use super::loop_panel::{view_link, view_remedy};
use super::part::Show;
use super::session::Session;
use super::shared::Shared;
use super::words::{self, short_clock};
use crate::api::Time;
use crate::cluster::{Event, Subject};
use crate::timeline::Timeline;
use crate::why::{self, Answer, Link};
use std::rc::Rc;
use yew::prelude::*;

/// So far ahead is looked for what comes next.
const AHEAD_MS: u64 = 10 * 60_000;

/// So many events that come next are told.
const NEXT: usize = 4;

/// What was asked, and the answer.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// What it is about.
    pub subject: Subject,
    /// The answer.
    pub answer: Answer,
    /// What comes next if nobody does anything.
    pub next: Vec<Link>,
    /// The object, as `kubectl get -o yaml` prints it: each line, and whether the last change made it.
    pub lines: Rc<Vec<(String, bool)>>,
}

impl Session {
    /// Asks about something at the cursor, or no longer.
    pub(super) fn ask(&mut self, subject: Option<&Subject>) {
        let before = self.asked.take();
        self.foresight = None;
        let Some(subject) = subject else { return };
        let now = self.timeline.now();
        let seen = self.timeline.events().partition_point(|event| event.time <= now);
        let answer = why::why(self.timeline.cluster(), &self.timeline.events()[..seen], subject);
        let before = before.as_deref().filter(|before| before.subject == *subject);
        let next = before.map(|before| before.next.clone()).unwrap_or_default();
        let lines = lines(&mut self.timeline, subject, before);
        self.asked = Some(Shared::new(Asked { subject: subject.clone(), answer, next, lines }));
        self.foresight = Some(self.timeline.foresee(AHEAD_MS, NEXT));
    }

    /// Goes on looking for what comes next, for as long as there is time.
    pub(super) fn go_on_asking(&mut self, has_time: &dyn Fn() -> bool) {
        let (Some(foresight), Some(asked)) = (&mut self.foresight, &self.asked) else { return };
        while foresight.go_on() {
            if !has_time() {
                return;
            }
        }
        let next = foresight.events().iter().map(happens).collect();
        self.asked = Some(Shared::new(Asked { next, ..Asked::clone(asked) }));
        self.foresight = None;
    }
}

fn happens(event: &Event) -> Link {
    let text = event.reason.text();
    Link { text, statement: "", source: "", since: Some(event.time) }
}

/// The object as it is now; what differs from before is marked, and stays so until it changes again.
fn lines(
    timeline: &mut Timeline,
    subject: &Subject,
    before: Option<&Asked>,
) -> Rc<Vec<(String, bool)>> {
    let Subject::Object(object) = subject else { return Rc::default() };
    let scope = match object.key.namespace() {
        "" => String::new(),
        namespace => format!(" -n {namespace}"),
    };
    let kind = object.kind.to_string().to_ascii_lowercase();
    let line = format!("kubectl get {kind} {}{scope} -o yaml", object.key.name());
    let text = timeline.run_line(&line).stdout;
    let old = before.map(|before| before.lines.clone()).unwrap_or_default();
    if text.lines().eq(old.iter().map(|(line, _)| line.as_str())) {
        return old;
    }
    let is_new = |line: &str| !old.is_empty() && !old.iter().any(|(other, _)| other == line);
    Rc::new(text.lines().map(|line| (line.to_owned(), is_new(line))).collect())
}

/// What the panel shows.
#[derive(PartialEq)]
pub(super) struct WhyPanel {
    /// What was asked, and the answer.
    pub asked: Shared<Asked>,
    /// Where clicks go.
    pub dispatch: Callback<Action>,
}

impl Show for WhyPanel {
    fn view(&self) -> Html {
        let WhyPanel { asked, dispatch } = self;
        let Answer { chain, remedies, causes } = &asked.answer;
        let name = words::name(&asked.subject).to_owned();
        html! {
            <section class="panel why-panel" aria-label={format!("Why? {name}")} aria-live="polite">
                <div class="panel-head">
                    <h2>{ "Why? " }<span class={words::hue(&asked.subject)}>{ &name }</span></h2>
                    <button class="button square" aria-label="Close the answer" title="Close"
                        onclick={dispatch.reform(|_: MouseEvent| Action::Why(None))}>{ icons::close() }</button>
                </div>
                <div class="why">
                    <h3>{ "What it waits for" }</h3>
                    if chain.is_empty() {
                        <p>{ "It waits for nothing." }</p>
                    }
                    <ol>{ for chain.iter().map(|link| view_link(link, dispatch)) }</ol>
                </div>
                if !remedies.is_empty() {
                    <div class="why">
                        <h3>{ "What would end the wait" }</h3>
                        <ul class="remedies">{ for remedies.iter().map(|it| view_remedy(it, dispatch)) }</ul>
                    </div>
                }
                if !causes.is_empty() {
                    <div class="why">
                        <h3>{ "What has led to it, the last first" }</h3>
                        <ol>{ for causes.iter().map(|link| view_happened(link, dispatch)) }</ol>
                    </div>
                }
                <div class="why">
                    <h3>{ "What comes next, if nobody does anything" }</h3>
                    if asked.next.is_empty() {
                        <p>{ "Nothing, for ten minutes." }</p>
                    }
                    <ol>{ for asked.next.iter().map(|link| view_happened(link, dispatch)) }</ol>
                </div>
                if !asked.lines.is_empty() {
                    <details>
                        <summary>{ "As the API server has it" }</summary>
                        <pre class="yaml" tabindex="0" aria-label="The object as YAML; what changed last is marked">
                            { for asked.lines.iter().map(view_line) }
                        </pre>
                    </details>
                }
            </section>
        }
    }
}

fn view_line((line, is_new): &(String, bool)) -> Html {
    if *is_new {
        html! { <><mark>{ line }</mark>{ "\n" }</> }
    } else {
        html! { <>{ line }{ "\n" }</> }
    }
}

/// Something that happens at an instant, to which one can go.
fn view_happened(link: &Link, dispatch: &Callback<Action>) -> Html {
    let time = link.since.unwrap_or(Time(0));
    let go = dispatch.reform(move |_: MouseEvent| Action::Seek(time, None));
    html! {
        <li>
            <button class="place" title="Go there" onclick={go}>{ short_clock(time) }</button>
            { " " }{ &link.text }
            <small>
                if !link.source.is_empty() {
                    <cite>{ link.source }</cite>
                }
            </small>
        </li>
    }
}
