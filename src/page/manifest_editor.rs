//! The manifest editor: its text, the samples, and the comparison of the text with the cluster.

use super::by_ptr::ByPtr;
use super::manifest_problems::{self as problems, Known, Problem, Severity};
use crate::kubectl::Output;
use crate::later::later;
use crate::manifest::{self, Gates, NotSimulated};
use crate::task::{self, Progress, Task};
use crate::timeline::Timeline;
use std::rc::Rc;

/// The sample manifests, each with its label.
pub const SAMPLES: [(&str, &str); 4] = [
    ("web: a small database", include_str!("../../static/manifests/web.yaml")),
    ("nginx: the example of kubernetes.io", include_str!("../../static/manifests/nginx.yaml")),
    ("mysql: replicated, with a read Service", include_str!("../../static/manifests/mysql.yaml")),
    ("ring: parallel pod management", include_str!("../../static/manifests/ring.yaml")),
];

/// A manifest that was applied, or refused.
#[derive(Debug, PartialEq)]
pub struct Applied {
    /// The manifest.
    pub yaml: Rc<str>,
    /// The output of `kubectl apply`.
    pub output: Output,
    /// Whether it was applied to a new cluster, which replaces the running one only if it accepts at least one object.
    pub is_new_cluster: bool,
}

impl Applied {
    /// The outcome of a manifest that was rejected in whole or in part.
    pub fn outcome(&self) -> String {
        let done = self.output.stdout.trim();
        match (self.is_new_cluster, done.is_empty()) {
            (true, true) => "The manifest was rejected. The running cluster stays as it is.".into(),
            (false, true) => "The manifest was rejected. Nothing was applied.".into(),
            (is_new, false) => {
                let start = if is_new { "Started a new cluster. " } else { "" };
                format!("{start}Only this was applied: {}.", done.replace('\n', ", "))
            }
        }
    }
}

/// The result of checking a manifest.
#[derive(Default)]
pub struct Findings {
    /// The manifest.
    pub text: Rc<str>,
    /// The problems, in the order of their lines.
    pub problems: Vec<Problem>,
    /// The problems in the words of kubectl.
    pub words: String,
    /// Whether the running cluster has other objects of the same names, so that the manifest needs a new one.
    pub needs_new_cluster: bool,
    /// The fields that are accepted but have no effect in the model.
    pub not_simulated: Vec<NotSimulated>,
    /// The output of `kubectl diff`.
    pub difference: Output,
}

impl Findings {
    /// Whether there are errors.
    pub fn has_errors(&self) -> bool {
        self.problems.iter().any(|problem| problem.severity == Severity::Error)
    }

    /// Whether to show what applying the manifest to the running cluster would change: also of the objects that are
    /// not rejected.
    pub fn has_difference(&self) -> bool {
        let is_whole = !self.has_errors();
        !self.needs_new_cluster && (is_whole || !self.difference.stdout.is_empty())
    }

    /// How much the problems of a line matter, if it has any.
    pub fn severity(&self, line: u32) -> Option<Severity> {
        let problems = self.problems.iter().filter(|problem| problem.line == line);
        problems.map(|problem| problem.severity).max()
    }
}

/// The recipe of an empty cluster.
pub const EMPTY_RECIPE: &str = "ordinal 1\n";

/// What a new cluster has.
fn known_to_new_cluster() -> Known {
    Timeline::new(EMPTY_RECIPE).map(|it| Known::of(it.cluster())).unwrap_or_default()
}

/// The manifest editor.
pub struct ManifestEditor {
    /// The text.
    pub text: Rc<str>,
    /// The user's text that was replaced by a sample.
    pub saved: Option<Rc<str>>,
    /// The last manifest that was applied in the dialog.
    pub applied: Option<Rc<Applied>>,
    /// The findings about the text, or about an earlier one while a check is in progress.
    pub findings: ByPtr<Findings>,
    /// The check in progress.
    check: Option<Task<'static, Findings>>,
}

later! {
    /// Checks a manifest against a run.
    static CHECK: fn(Rc<str>, &Timeline) -> Task<'static, Findings> = ManifestEditor::check;
}

impl ManifestEditor {
    /// Creates an editor with a text.
    pub fn new(text: Rc<str>) -> ManifestEditor {
        let findings = ByPtr::default();
        ManifestEditor { text, saved: None, applied: None, findings, check: None }
    }

    /// Shows the applied manifest unless the user has written one.
    pub fn show_applied(&mut self, timeline: &Timeline) {
        if is_sample(&self.text)
            && let Some(applied) = timeline.applied()
        {
            self.text = applied.into();
        }
    }

    /// Sets the text and checks it.
    pub fn edit(&mut self, text: Rc<str>, timeline: &Timeline) {
        self.text = text;
        self.begin_check(timeline);
    }

    /// Replaces the text by one of [`offered_texts`], saves the user's text, and checks the new one.
    pub fn load_sample(&mut self, text: Rc<str>, timeline: &Timeline) {
        let before = std::mem::replace(&mut self.text, text);
        if !is_sample(&before) {
            self.saved = Some(before);
        }
        self.begin_check(timeline);
    }

    /// Records the result of `kubectl apply`, and checks the text against the new state of the cluster.
    pub fn record_applied(&mut self, applied: Applied, timeline: &Timeline) {
        self.applied = Some(Rc::new(applied));
        self.begin_check(timeline);
    }

    /// Starts checking the text. A check in progress is dropped.
    pub fn begin_check(&mut self, timeline: &Timeline) {
        self.check = CHECK.get().map(|check| check(self.text.clone(), timeline));
    }

    fn check(text: Rc<str>, timeline: &Timeline) -> Task<'static, Findings> {
        let mut diff = timeline.begin_manifest("diff", &text);
        let mut known = Known::of(timeline.cluster());
        let gates = Gates { has_recreate: timeline.cluster().settings.has_recreate() };
        let store = timeline.cluster().store.clone();
        Box::pin(async move {
            let progress = Progress::default();
            let mut documents = manifest::parse_in_slices(&text, gates, &progress).await;
            for document in documents.iter_mut().filter(|document| document.is_custom()) {
                document.read_again(store.definitions(), gates);
            }
            while diff.go_on() {
                progress.pause().await;
            }
            let mut findings = Findings { difference: diff.into_output(), ..Findings::default() };
            let mut found: Vec<Problem> = documents.iter().flat_map(problems::errors).collect();
            let collisions = problems::collisions(&documents, &findings.difference);
            findings.needs_new_cluster = !collisions.is_empty();
            if findings.needs_new_cluster {
                known = known_to_new_cluster();
            }
            known.add(&documents);
            found.extend(known.missing(&documents));
            let is_error = |problem: &Problem| problem.severity == Severity::Error;
            if collisions.is_empty() && !found.iter().any(is_error) {
                found.extend(problems::other_answer(&findings.difference));
            }
            found.extend(collisions);
            found.extend(problems::warnings(&text, &findings.difference));
            found.extend(documents.iter().flat_map(problems::doubled));
            for problem in found {
                let at = findings.problems.partition_point(|it| it.line <= problem.line);
                findings.problems.insert(at, problem);
            }
            if documents.is_empty() {
                findings.words = manifest::NO_OBJECTS.into();
                findings.problems = vec![problems::no_objects()];
            }
            for document in documents {
                findings.not_simulated.extend(document.not_simulated);
                findings.words.extend(document.outcome.err().map(|refusal| refusal.stderr));
            }
            if findings.words.is_empty() {
                findings.words = findings.difference.stderr.clone();
            }
            findings.text = text;
            findings
        })
    }

    /// Continues the check in progress while there is time.
    pub fn continue_check(&mut self, has_time: &dyn Fn() -> bool) {
        while let Some(check) = &mut self.check {
            if let Some(findings) = task::poll(check) {
                self.findings = ByPtr::new(findings);
                self.check = None;
            } else if !has_time() {
                return;
            }
        }
    }

    /// Whether a check is in progress.
    pub fn is_checking(&self) -> bool {
        self.check.is_some()
    }

    /// Drops the check in progress.
    pub fn cancel_check(&mut self) {
        self.check = None;
    }
}

/// Whether a text is one of the [`SAMPLES`].
fn is_sample(text: &str) -> bool {
    SAMPLES.iter().any(|(_, sample)| *sample == text)
}

/// The texts that the editor offers, each with its label: the user's, the applied one, and the samples.
/// `saved` is the user's text that was replaced by a sample.
pub fn offered_texts(
    text: &Rc<str>,
    saved: Option<&Rc<str>>,
    applied: Option<&Rc<str>>,
) -> Vec<(&'static str, Rc<str>)> {
    let samples = SAMPLES.iter().map(|(label, sample)| (*label, Rc::from(*sample)));
    let applied = applied.map(|applied| ("the applied manifest", applied.clone()));
    let mut texts: Vec<(&str, Rc<str>)> = applied.into_iter().chain(samples).collect();
    let is_known = texts.iter().any(|(_, known)| known == text);
    let own = if is_known { saved } else { Some(text) };
    let own = own.filter(|own| !texts.iter().any(|(_, known)| known == *own));
    texts.splice(0..0, own.map(|own| ("your draft", own.clone())));
    texts
}

/// A line of the output of `kubectl diff`, for display.
#[derive(Debug, PartialEq, Eq)]
pub enum DiffLine<'a> {
    /// The object that the following lines are about: its kind and name.
    Object(String),
    /// An added line.
    Added(&'a str),
    /// A removed line.
    Removed(&'a str),
    /// Context.
    Context(&'a str),
}

/// The lines of the output of `kubectl diff` to display; the names of temporary files are left out.
pub fn diff_lines(diff: &str) -> Vec<DiffLine<'_>> {
    let line = |line| match str::bytes(line).next() {
        _ if line.starts_with("diff ") => {
            let name = line.rsplit('/').next().unwrap_or("").replace(".default.", " ");
            Some(DiffLine::Object(name))
        }
        _ if line.starts_with("--- ") || line.starts_with("+++ ") => None,
        Some(b'+') => Some(DiffLine::Added(line)),
        Some(b'-') => Some(DiffLine::Removed(line)),
        _ => Some(DiffLine::Context(line)),
    };
    diff.lines().filter_map(line).collect()
}

/// The range from a line and column, both from 1, to the end of the line, in UTF-16 code units, as text
/// areas count. Places outside the text are moved to its nearest line or column.
pub fn utf16_range(text: &str, line: u32, column: u32) -> (u32, u32) {
    let units = |line: &str| line.encode_utf16().count();
    let before = line.saturating_sub(1) as usize;
    let start: usize = text.split('\n').take(before).map(|it| units(it) + 1).sum();
    let length = text.split('\n').nth(before).map_or(0, units);
    let from = start + (column.saturating_sub(1) as usize).min(length);
    (from as u32, (start + length) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::tests::first_story;

    fn checked(text: &str, timeline: &Timeline) -> ByPtr<Findings> {
        let mut editor = ManifestEditor::new("".into());
        editor.edit(text.into(), timeline);
        assert!(editor.is_checking());
        editor.continue_check(&|| true);
        assert!(!editor.is_checking());
        editor.findings
    }

    #[test]
    fn the_applied_manifest_replaces_a_sample_only() {
        let timeline = first_story(1);
        let mut editor = ManifestEditor::new(SAMPLES[0].1.into());
        editor.show_applied(&timeline);
        assert_eq!(Some(&*editor.text), timeline.applied());
        editor.edit("kind: Pod".into(), &timeline);
        editor.show_applied(&timeline);
        assert_eq!(&*editor.text, "kind: Pod");
    }

    #[test]
    fn the_text_of_the_user_is_saved_before_a_sample_is_loaded() {
        let timeline = first_story(1);
        let mut editor = ManifestEditor::new(SAMPLES[0].1.into());
        editor.load_sample(SAMPLES[1].1.into(), &timeline);
        assert_eq!(editor.saved, None);
        editor.edit("kind: Pod".into(), &timeline);
        editor.load_sample(SAMPLES[1].1.into(), &timeline);
        assert_eq!(editor.saved.as_deref(), Some("kind: Pod"));
    }

    #[test]
    fn a_check_finds_errors_and_differences() {
        let timeline = first_story(30);
        let applied = timeline.applied().expect("a manifest").to_owned();
        let same = checked(&applied, &timeline);
        assert!(same.problems.is_empty() && same.difference.stdout.is_empty());
        let scaled = checked(&applied.replace("replicas: 3", "replicas: 4"), &timeline);
        let lines = diff_lines(&scaled.difference.stdout);
        assert!(lines.contains(&DiffLine::Added("+  replicas: 4")), "{lines:?}");
        assert!(lines.contains(&DiffLine::Removed("-  replicas: 3")), "{lines:?}");
        let other = "---\napiVersion: v1\nkind: Nothing\nmetadata: {name: a}\n";
        let part = checked(&(applied.replace("replicas: 3", "replicas: 4") + other), &timeline);
        assert!(part.has_errors() && part.has_difference() && !part.needs_new_cluster);
        assert!(part.difference.stdout.contains("+  replicas: 4"));
        let collides = applied.replace("serviceName: web", "serviceName: other");
        let collides = checked(&(collides + other), &timeline);
        assert!(collides.has_errors() && collides.needs_new_cluster && !collides.has_difference());
        let wrong = checked(&applied.replace("replicas: 3", "replicas: many"), &timeline);
        assert_eq!(wrong.problems.len(), 1);
        assert!(
            wrong.has_errors() && wrong.severity(wrong.problems[0].line) == Some(Severity::Error)
        );
    }

    #[test]
    fn the_outcome_says_what_was_applied() {
        let outcome = |stdout: &str, is_new_cluster| {
            let output = Output { stdout: stdout.into(), exit: 1, ..Output::default() };
            Applied { yaml: "".into(), output, is_new_cluster }.outcome()
        };
        let done = "service/a created\npod/b created\n";
        let words = "Only this was applied: service/a created, pod/b created.";
        assert_eq!(outcome(done, false), words);
        assert_eq!(outcome(done, true), format!("Started a new cluster. {words}"));
        assert!(outcome("", true).ends_with("The running cluster stays as it is."));
    }

    #[test]
    fn temporary_files_are_not_displayed() {
        let diff = "diff -u -N /tmp/LIVE-1/apps.v1.StatefulSet.default.web /tmp/MERGED-1/apps.v1.StatefulSet.default.web\n\
                    --- /tmp/LIVE-1/x\n+++ /tmp/MERGED-1/x\n@@ -1 +1 @@\n same\n+new\n";
        let [object, place, same, new] = &diff_lines(diff)[..] else { panic!("four lines") };
        assert_eq!(*object, DiffLine::Object("apps.v1.StatefulSet web".into()));
        assert_eq!(*place, DiffLine::Context("@@ -1 +1 @@"));
        assert_eq!((same, new), (&DiffLine::Context(" same"), &DiffLine::Added("+new")));
    }

    #[test]
    fn the_editor_offers_the_text_of_the_user_first() {
        let labels = |text: &str, saved: Option<&str>, applied: Option<&str>| {
            let (saved, applied) = (saved.map(Rc::from), applied.map(Rc::from));
            let texts = offered_texts(&text.into(), saved.as_ref(), applied.as_ref());
            texts.iter().take(2).map(|(label, _)| *label).collect::<Vec<_>>().join(", ")
        };
        let sample = SAMPLES[0].0;
        assert_eq!(labels("mine", None, Some("run")), "your draft, the applied manifest");
        assert_eq!(labels("run", Some("mine"), Some("run")), "your draft, the applied manifest");
        assert_eq!(labels("run", None, Some("run")), format!("the applied manifest, {sample}"));
        assert_eq!(labels(SAMPLES[1].1, None, None), format!("{sample}, {}", SAMPLES[1].0));
    }

    #[test]
    fn ranges_count_like_a_text_area() {
        let text = "kind: Pod\n# ä😀\nname: web\n";
        assert_eq!(utf16_range(text, 1, 7), (6, 9));
        assert_eq!(utf16_range(text, 3, 1), (16, 25));
        assert_eq!(utf16_range(text, 2, 99), (15, 15));
        assert_eq!(utf16_range(text, 99, 1).0, utf16_range(text, 99, 1).1);
    }
}
