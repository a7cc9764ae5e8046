//! The panel that lists what the run does differently under another version of Kubernetes.

use super::action::{Action, RunAction, UiAction};
use super::icons;
use super::memo::Memo;
use crate::api::Time;
use crate::cluster::Version;
use crate::page::by_ptr::ByPtr;
use crate::page::comparison::{Differences, DifferentRow, Report};
use crate::page::format::clock;
use yew::prelude::*;

/// The properties of the panel.
#[derive(PartialEq)]
pub(super) struct VersionPanel {
    /// What differs.
    pub report: ByPtr<Report>,
    /// Whether the cursor is beyond what was compared.
    pub is_beyond: bool,
    /// Receives the actions.
    pub dispatch: Callback<Action>,
}

impl VersionPanel {
    /// A button that moves the cursor to an instant.
    fn view_time(&self, time: Time) -> Html {
        let go = self.dispatch.reform(move |_: MouseEvent| Action::seek(time));
        html! { <button class="place" title="Jump to this time" onclick={go}>{ clock(time) }</button> }
    }

    /// A group of differences.
    fn view_group(&self, Differences { group, rows, more }: &Differences) -> Html {
        html! {
            <>
                <h3>{ group.heading(self.report.versions()) }</h3>
                <ul>{ for rows.iter().map(|row| self.view_row(row)) }</ul>
                if *more > 0 {
                    <p class="empty">{ format!("and {more} more") }</p>
                }
            </>
        }
    }

    /// A difference.
    fn view_row(&self, DifferentRow { times, row }: &DifferentRow) -> Html {
        html! {
            <li>
                <div>{ for times.iter().flatten().map(|time| self.view_time(*time)) }</div>
                <p><b class={row.hue}>{ &row.object }</b>{ " " }{ &row.text }</p>
            </li>
        }
    }
}

impl Memo for VersionPanel {
    fn view(&self) -> Html {
        let Report { other, first, groups, .. } = &*self.report;
        let other = *other;
        let send = |action: fn(Version) -> RunAction| {
            self.dispatch.reform(move |_: MouseEvent| Action::Run(action(other)))
        };
        let go = |first: Time| self.dispatch.reform(move |_: MouseEvent| Action::seek(first));
        html! {
            <section class="panel versions-panel" aria-label={self.report.title()}>
                <div class="panel-head">
                    <h2>{ self.report.title() }</h2>
                    <button class="button square" aria-label="End the comparison" title="Close"
                        onclick={self.dispatch.reform(|_: MouseEvent| Action::Ui(UiAction::CloseComparison))}>{ icons::close() }</button>
                </div>
                <p aria-live="polite">{ self.report.summary() }</p>
                <p class="actions">
                    if let Some(first) = first {
                        <button class="button" onclick={go(*first)}>{ "First difference" }</button>
                    }
                    <button class="button" title="Your run continues with the other version; Undo returns"
                        onclick={send(RunAction::ChangeVersion)}>{ "Switch to " }{ other.name() }</button>
                    if self.is_beyond {
                        <button class="button" onclick={send(RunAction::Compare)}>{ "Compare up to here" }</button>
                    }
                </p>
                { for groups.iter().map(|it| self.view_group(it)) }
            </section>
        }
    }
}
