//! Running a terminal line at the cursor, in slices.

use super::Timeline;
use super::player::{Point, perform};
use crate::cluster::Event;
use crate::kubectl::{Done, Output};
use crate::limits::{self, Limit};
use crate::notation::{self, Heredoc, Line, NotationError};
use crate::task::{self, Progress, Task};
use std::rc::Rc;

/// A line that runs on a copy of the simulation. [`Timeline::finish`] makes the result part of the run;
/// dropping it cancels the line.
pub struct LineRun {
    line: Line,
    work: Work,
    progress: Progress,
}

enum Work {
    InSlices(Task<'static, Acted>),
    Complete(Box<Acted>),
    /// The line cannot be parsed, or exceeds a limit.
    Refused(Output),
}

/// The result of a line.
struct Acted {
    point: Point,
    events: Vec<Event>,
    done: Done,
}

impl LineRun {
    /// Runs one slice. Returns false once the line is done.
    pub fn go_on(&mut self) -> bool {
        let Work::InSlices(task) = &mut self.work else { return false };
        let Some(acted) = task::poll(task) else { return true };
        self.work = Work::Complete(Box::new(acted));
        false
    }

    /// The progress of the line.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// The output of a line that changes nothing; empty if the line is not done.
    pub fn into_output(self) -> Output {
        match self.work {
            Work::Complete(acted) => acted.done.output,
            Work::Refused(output) => output,
            Work::InSlices(_) => Output::default(),
        }
    }

    fn refused(output: Output) -> LineRun {
        let (line, progress) = (Line::default(), Progress::default());
        LineRun { line, work: Work::Refused(output), progress }
    }
}

impl Timeline {
    /// Starts a terminal line.
    pub fn begin_line(&self, line: &str) -> LineRun {
        match notation::parse_line(line) {
            Ok(line) => self.begin(line),
            Err(error) => LineRun::refused(Output::complaint(format!("error: {error}\n"))),
        }
    }

    /// Starts `kubectl VERB -f -` with this text as its input.
    pub fn begin_manifest(&self, verb: &str, yaml: &str) -> LineRun {
        self.begin_with_text(&format!("kubectl {verb} -f -"), yaml)
    }

    /// Starts a terminal line with a text below it.
    pub(super) fn begin_with_text(&self, line: &str, text: &str) -> LineRun {
        match with_text(line, text) {
            Ok(line) => self.begin(line),
            Err(error) => LineRun::refused(Output::complaint(error.to_string())),
        }
    }

    fn begin(&self, line: Line) -> LineRun {
        if let Some(limit) = self.lacks_room(&line) {
            return LineRun::refused(Output::complaint(format!("error: {}\n", limit.sentence())));
        }
        let progress = Progress::default();
        let (mut point, past) = (self.view.clone(), self.events.clone());
        let (typed, shown) = (line.clone(), progress.clone());
        let work = Work::InSlices(Box::pin(async move {
            let mut events = Vec::new();
            let done = perform(&mut point.sim, &typed, &past, &mut events, &shown).await;
            Acted { point, events, done }
        }));
        LineRun { line, work, progress }
    }

    /// The limit that a recipe with this line would exceed.
    fn lacks_room(&self, line: &Line) -> Option<Limit> {
        let lines = || self.lines.iter().take(self.view.lines_done).chain([line]);
        let height = |line: &Line| {
            1 + line.heredoc.as_ref().map_or(0, |heredoc| heredoc.text.lines().count() + 1)
        };
        // 64 bytes allow for `at T` and the heredoc delimiters.
        let bytes = |line: &Line| {
            64 + line.source.len() + line.heredoc.as_ref().map_or(0, |heredoc| heredoc.text.len())
        };
        if lines().map(height).sum::<usize>() >= limits::RECIPE_LINES {
            return Some(Limit::RecipeLines);
        }
        (lines().map(bytes).sum::<usize>() > limits::RECIPE_BYTES).then_some(Limit::RecipeBytes)
    }

    /// Makes the result of a line part of the run. If the line changed something, everything recorded after
    /// the cursor is dropped, and the line is added to the recipe. The cursor must not have moved since the
    /// line started.
    pub fn finish(&mut self, run: LineRun) -> Output {
        let LineRun { line, work, .. } = run;
        let Acted { mut point, mut events, done } = match work {
            Work::Complete(acted) => *acted,
            Work::Refused(output) => return output,
            Work::InSlices(_) => return Output::default(),
        };
        if !done.changed {
            return done.output;
        }
        self.drop_future();
        let now = self.now();
        point.sim.run_to(now, &mut events);
        point.lines_done += 1;
        Rc::make_mut(&mut self.lines).push(Line { at_ms: now.0, ..line });
        Rc::make_mut(&mut self.events).extend(events);
        self.view = point.clone();
        self.head.restart(point);
        done.output
    }
}

/// A line with a heredoc.
pub(super) fn with_text(line: &str, text: &str) -> Result<Line, NotationError> {
    let mut text = text.to_owned();
    if !text.ends_with('\n') {
        text.push('\n');
    }
    let heredoc = Some(Heredoc { text, first_line: 1 });
    Ok(Line { heredoc, ..notation::parse_line(line)? })
}
