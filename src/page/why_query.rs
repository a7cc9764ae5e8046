//! "Why?": the question, the answer, and the forecast.

use super::by_ptr::ByPtr;
use super::choices::scope;
use super::format::short_clock;
use crate::cluster::{Event, Subject};
use crate::observe::{self, Explanation};
use crate::timeline::{Foresight, Timeline};
use crate::why::{self, Answer, Link};
use std::rc::Rc;

/// How far the forecast looks ahead, in milliseconds.
const FORECAST_MS: u64 = 10 * 60_000;
/// The maximum number of events in the forecast.
const FORECAST_EVENTS: usize = 4;

/// A question about a subject, and its answer.
#[derive(Clone, Debug)]
pub struct WhyQuery {
    /// The subject.
    pub subject: Subject,
    /// The answer.
    pub answer: Answer,
    /// The answer for an object of a real cluster, if it is one.
    pub explanation: Option<Explanation>,
    /// The next events without further actions.
    pub next: Vec<Link>,
    /// The lines of the object in YAML, as `kubectl get -o yaml` prints them, and whether the last change of
    /// the object added the line.
    pub lines: Rc<Vec<(String, bool)>>,
}

/// The panel that answers "Why?".
#[derive(Default)]
pub struct WhyState {
    /// The last question.
    pub query: Option<ByPtr<WhyQuery>>,
    /// The forecast for it, in progress.
    forecast: Option<Foresight>,
}

impl WhyState {
    /// Answers a question about a subject at the cursor, and starts the forecast.
    pub fn ask(&mut self, subject: &Subject, timeline: &mut Timeline) {
        let now = timeline.now();
        let seen = timeline.events().partition_point(|event| event.time <= now);
        let (cluster, events) = (timeline.cluster(), &timeline.events()[..seen]);
        let explanation = observe::explain_if_loaded(cluster, events, subject);
        let answer = match &explanation {
            Some(explanation) => explanation.answer.clone(),
            None => why::why(cluster, events, subject),
        };
        let before = self.query.take();
        let before = before.as_deref().filter(|before| before.subject == *subject);
        // The last forecast stays until the new one is complete.
        let next = before.map(|before| before.next.clone()).unwrap_or_default();
        let lines = object_lines(timeline, subject, before);
        let subject = subject.clone();
        self.query = Some(ByPtr::new(WhyQuery { subject, answer, explanation, next, lines }));
        self.forecast = Some(timeline.foresee(FORECAST_MS, FORECAST_EVENTS));
    }

    /// Answers the last question again, for the current position of the cursor.
    pub fn ask_again(&mut self, timeline: &mut Timeline) {
        if let Some(query) = self.query.clone() {
            self.ask(&query.subject, timeline);
        }
    }

    /// Closes the answer.
    pub fn close(&mut self) {
        *self = WhyState::default();
    }

    /// Continues the forecast while there is time.
    pub fn continue_forecast(&mut self, has_time: &dyn Fn() -> bool) {
        let (Some(forecast), Some(query)) = (&mut self.forecast, &self.query) else { return };
        while forecast.go_on() {
            if !has_time() {
                return;
            }
        }
        let next = forecast.events().iter().map(forecast_link).collect();
        self.query = Some(ByPtr::new(WhyQuery { next, ..WhyQuery::clone(query) }));
        self.forecast = None;
    }

    /// Whether the forecast is in progress.
    pub fn is_forecasting(&self) -> bool {
        self.forecast.is_some()
    }
}

/// What a subject is waiting for, in a sentence. `None` if it is not waiting.
pub fn wait_sentence(timeline: &Timeline, subject: &Subject) -> Option<String> {
    let now = timeline.now();
    let seen = timeline.events().partition_point(|event| event.time <= now);
    let answer = why::why(timeline.cluster(), &timeline.events()[..seen], subject);
    let link = answer.chain.into_iter().next()?;
    let since = link.since.map(|since| format!(" (since {})", short_clock(since)));
    Some(format!("{}{}.", link.text.trim_end_matches('.'), since.unwrap_or_default()))
}

/// An event as a link of the forecast.
fn forecast_link(event: &Event) -> Link {
    let text = event.reason.text();
    Link { text, statement: "", source: "", since: Some(event.time) }
}

/// The lines of an object. Added lines stay marked until the object changes again.
fn object_lines(
    timeline: &mut Timeline,
    subject: &Subject,
    before: Option<&WhyQuery>,
) -> Rc<Vec<(String, bool)>> {
    let Subject::Object(object) = subject else { return Rc::default() };
    let kind = object.kind.to_string().to_ascii_lowercase();
    let (name, scope) = (object.key.name(), scope(&object.key));
    let text = timeline.run_line(&format!("kubectl get {kind} {name}{scope} -o yaml")).stdout;
    let old = before.map(|before| before.lines.clone()).unwrap_or_default();
    if text.lines().eq(old.iter().map(|(line, _)| line.as_str())) {
        return old;
    }
    let is_new = |line: &str| !old.is_empty() && !old.iter().any(|(other, _)| other == line);
    Rc::new(text.lines().map(|line| (line.to_owned(), is_new(line))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{Key, Kind, Time};
    use crate::page::tests::first_story;

    fn set() -> Subject {
        Subject::object(Kind::StatefulSet, &Key::new("default", "web"))
    }

    #[test]
    fn the_forecast_has_the_next_events() {
        let mut timeline = first_story(5);
        let mut why = WhyState::default();
        why.ask(&set(), &mut timeline);
        assert!(why.is_forecasting());
        while why.is_forecasting() {
            why.continue_forecast(&|| false);
        }
        let query = why.query.as_ref().expect("a query");
        assert_eq!(query.next.len(), FORECAST_EVENTS);
        assert!(query.next.iter().all(|it| it.since > Some(Time(5_000))));
        why.close();
        assert!(why.query.is_none());
    }

    #[test]
    fn lines_of_the_last_change_are_marked() {
        let mut timeline = first_story(30);
        let mut why = WhyState::default();
        why.ask(&set(), &mut timeline);
        let lines = |why: &WhyState| why.query.as_ref().expect("a query").lines.clone();
        assert!(lines(&why).len() > 20 && lines(&why).iter().all(|(_, is_new)| !is_new));
        timeline.run_line("kubectl scale statefulset web --replicas=5");
        timeline.seek(Time(30_100));
        why.ask_again(&mut timeline);
        assert!(lines(&why).contains(&("  replicas: 5".into(), true)));
        // Without a change, the lines stay the same.
        let before = lines(&why);
        why.ask_again(&mut timeline);
        assert!(Rc::ptr_eq(&before, &lines(&why)));
    }

    #[test]
    fn a_wait_is_told_in_a_sentence() {
        let timeline = first_story(8);
        let sentence = wait_sentence(&timeline, &set());
        let expected = "web-2 is not created until web-1 is Running and Ready (since 0:06).";
        assert_eq!(sentence.as_deref(), Some(expected));
        let web_0 = Subject::pod(&Key::new("default", "web-0"));
        assert_eq!(wait_sentence(&timeline, &web_0), None);
    }

    #[test]
    fn another_subject_starts_over() {
        let mut timeline = first_story(30);
        let mut why = WhyState::default();
        why.ask(&set(), &mut timeline);
        why.ask(&Subject::Name("web-0.web".into()), &mut timeline);
        let query = why.query.as_ref().expect("a query");
        assert!(query.lines.is_empty() && query.next.is_empty());
    }
}
