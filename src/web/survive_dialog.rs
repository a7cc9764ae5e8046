//! The dialog "Will it survive?": progress, and what a manifest does not survive, with the runs that show it.

use super::action::{Action, Dialog, RunAction, UiAction};
use super::dialog::Frame;
use super::memo::Memo;
use super::session::Survey;
use crate::chaos::print::HEADINGS;
use crate::chaos::{Advice, Finding, Moment, Remedy, Report, Severity, Strike};
use yew::prelude::*;

/// The properties of the dialog.
#[derive(PartialEq)]
pub(super) struct SurviveDialog {
    /// The last result, if there is one.
    pub survey: Option<Survey>,
    /// Whether the matrix is being run, and its progress in thousandths, if known.
    pub job: Option<Option<u64>>,
    /// Receives the actions.
    pub dispatch: Callback<Action>,
}

impl Memo for SurviveDialog {
    fn view(&self) -> Html {
        html! {
            <Frame title="Will it survive?" dialog={Dialog::Survive} dispatch={self.dispatch.clone()}>
                { self.view_contents() }
            </Frame>
        }
    }
}

impl SurviveDialog {
    fn view_contents(&self) -> Html {
        if let Some(done) = self.job {
            return self.view_progress(done);
        }
        html! {
            <>
                if let Some(survey) = &self.survey {
                    { match &**survey {
                        Ok(report) => self.view_report(report),
                        Err(refused) => html! {
                            <pre class="output" tabindex="0" role="alert" aria-label="Why it can't be tested">{ &refused.message }</pre>
                        },
                    } }
                } else {
                    <p>{ "The manifest of this run is applied to a new cluster of 6 nodes in 3 zones, again and again: each of 12 faults strikes while pods are created, while all are Ready, during a rolling update, and while the set is scaled up." }</p>
                }
                { self.view_actions() }
            </>
        }
    }

    /// A button that sends an action.
    fn button(&self, class: &'static str, label: &'static str, action: fn() -> Action) -> Html {
        let onclick = self.dispatch.reform(move |_: MouseEvent| action());
        html! { <button {class} {onclick}>{ label }</button> }
    }

    fn view_actions(&self) -> Html {
        let survive: fn() -> Action = || Action::Run(RunAction::Survive(None));
        let edit: fn() -> Action = || Action::Ui(UiAction::OpenDialog(Dialog::Manifest));
        html! {
            <p class="actions">
                { self.button("button", "Test the manifest of this run", survive) }
                { self.button("button", "Test another manifest", edit) }
            </p>
        }
    }

    fn view_progress(&self, done: Option<u64>) -> Html {
        let percent = done.map(|done| format!("{}%", done / 10)).unwrap_or_default();
        html! {
            <>
                <p class="job" role="status">
                    <span>{ "Testing faults…" }</span>
                    <progress max="1000" value={done.map(|done| done.to_string())} aria-label="Testing faults" />
                    <span class="percent" aria-hidden="true">{ percent }</span>
                    { self.button("button", "Cancel", || Action::Ui(UiAction::CancelJob)) }
                </p>
                <p class="empty">{ "12 faults in 4 phases, 3 times each. Then what could help is tried on the worst runs." }</p>
            </>
        }
    }

    fn view_report(&self, report: &Report) -> Html {
        let group = |(severity, heading): (Severity, &'static str)| {
            let mut found =
                report.findings.iter().filter(|it| it.severity() == severity).peekable();
            found.peek()?;
            Some(html! {
                <section key={heading}>
                    <h3>{ heading }</h3>
                    <ul class={classes!("findings", severity.name())}>{ for found.map(|it| self.view_finding(it)) }</ul>
                </section>
            })
        };
        let survived = &report.survived;
        html! {
            <>
                <p class="summary" role="status">{ report.summary() }</p>
                { for HEADINGS.into_iter().filter_map(group) }
                if !survived.is_empty() {
                    <h3>{ "Nothing happens" }</h3>
                    <ul class="plain">{ for survived.iter().map(|fault| html! { <li>{ fault.title() }</li> }) }</ul>
                }
                <h3>{ "Notes" }</h3>
                <ul class="plain">{ for report.notes.iter().map(|note| html! { <li>{ note }</li> }) }</ul>
            </>
        }
    }

    /// A finding. What fails is open.
    fn view_finding(&self, finding: &Finding) -> Html {
        let part = |(who, text): (&'static str, &str)| {
            html! { <p><b>{ who }</b>{ ": " }{ text }</p> }
        };
        let waits = finding.waits.iter().map(|(_, text)| html! { <li>{ text }</li> });
        let remedy = |it: &Remedy| {
            html! { <p><code>{ &it.line }</code>{ " " }{ it.outcome() }{ "." }</p> }
        };
        html! {
            <li>
                <details open={finding.severity() == Severity::Fails}>
                    <summary>{ finding.title() }</summary>
                    { for finding.parts().map(part) }
                    if !finding.waits.is_empty() {
                        <ul class="plain">{ for waits }</ul>
                    }
                    { for finding.remedies.iter().map(remedy) }
                    { for finding.advice.iter().map(|it| self.view_advice(it)) }
                    if !finding.remark.is_empty() {
                        <p class="empty">{ &finding.remark }</p>
                    }
                    <ul class="strikes">{ for finding.strikes.iter().map(|it| self.view_strike(it, finding.strikes.len())) }</ul>
                </details>
            </li>
        }
    }

    /// A button that opens a run at a moment.
    fn watch(&self, label: &'static str, about: &str, moment: &Moment) -> Html {
        let moment = moment.clone();
        let name = format!("{label}: {about}");
        let onclick = self
            .dispatch
            .reform(move |_: MouseEvent| Action::Run(RunAction::Watch(Box::new(moment.clone()))));
        html! { <button class="button" aria-label={name} title="Opens the run at this moment; Undo returns" {onclick}>{ label }</button> }
    }

    fn view_strike(&self, strike: &Strike, count: usize) -> Html {
        let extent = strike.extent();
        let text = match count {
            1 => extent,
            _ => format!("{} ({extent})", strike.title()),
        };
        html! { <li>{ self.watch("Watch it", strike.title(), &strike.moment) }<span>{ text }</span></li> }
    }

    /// A change of the manifest that helps.
    fn view_advice(&self, advice: &Advice) -> Html {
        html! {
            <div class="change">
                <p>{ "Change " }<code>{ &advice.field }</code>{ ":" }</p>
                <pre tabindex="0" aria-label="The change">{ &advice.yaml }</pre>
                <p><b>{ &advice.proof }</b>{ " " }{ &advice.note }</p>
                { self.watch("Watch it with the change", &advice.field, &advice.moment) }
            </div>
        }
    }
}
