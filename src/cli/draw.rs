//! `ordinal draw`: a story as a picture of one moment, or as an animated picture.

use super::png::{Theme, png};
use super::{
    Failure, animate, describe, duration, is_lesson, link, link_of, load_with_callout, read,
};
use crate::api::Time;
use crate::handout;
use crate::lessons::{self, Guide};
use crate::notation::NotationError;
use crate::scene::{Callout, View, scene, transcript};
use crate::svg;
use crate::task::{Progress, finish};
use crate::timeline::Timeline;
use clap::Args;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;

#[derive(Args)]
pub(super) struct DrawArgs {
    /// The story file, in the line notation, or a lesson, with the callout of its first step, or a link to a moment, or what
    /// a real cluster said; - reads standard input.
    story: PathBuf,
    /// The time to draw, for example 20s or 1m30s [default for links: their moment; for lessons: the last question or
    /// callout; for a real cluster: when it was observed].
    #[arg(long, value_parser = duration)]
    at: Option<Time>,
    /// Start of an animated picture [default: 0s].
    #[arg(long, value_parser = duration, requires = "to")]
    from: Option<Time>,
    /// End of an animated picture; draws an animated picture instead of one moment.
    #[arg(long, value_parser = duration, conflicts_with_all = ["at", "ready", "inline"])]
    to: Option<Time>,
    /// How many times faster than real time an animated picture plays.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=100))]
    speed: u64,
    /// Draw the first moment at which this many pods are Ready and nothing is waiting.
    #[arg(long, value_name = "PODS", conflicts_with = "at")]
    ready: Option<usize>,
    /// The file to write, a PNG if its name ends in .png [default: standard output].
    #[arg(short, long)]
    output: Option<PathBuf>,
    /// The width of the picture, in CSS pixels.
    #[arg(long, default_value_t = 1280)]
    width: u32,
    /// The height of the picture, in CSS pixels [default: as needed].
    #[arg(long)]
    height: Option<u32>,
    /// The minimum text size, in percent.
    #[arg(long, default_value_t = 100)]
    enlarged: u32,
    /// How many pixels of a PNG, in each direction, show one CSS pixel.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=8))]
    scale: u32,
    /// The colors of a PNG. An SVG follows the reader's.
    #[arg(long, value_enum, default_value_t)]
    theme: Theme,
    /// Write the picture for a document with its own style sheet, with the time in data-ms.
    #[arg(long)]
    inline: bool,
}

/// The first tenth of a second at which this many pods are Ready and nothing is waiting, within ten minutes.
fn when_ready(timeline: &mut Timeline, pods: usize) -> Option<Time> {
    (0..6_000).map(|tenths| Time(tenths * 100)).find(|&now| {
        timeline.seek(now);
        let cluster = timeline.cluster();
        let ready = cluster.store.pods.iter().filter(|pod| pod.is_ready()).count();
        ready >= pods && cluster.waits.iter().next().is_none()
    })
}

/// Draws one moment, or an animated picture.
///
/// # Errors
/// If the story cannot be read or played, or the picture cannot be written.
pub(super) fn run(args: &DrawArgs) -> Result<(), Failure> {
    let (mut timeline, callout) = load_with_callout(&args.story)?;
    let is_png = args.output.as_ref().is_some_and(|path| path.extension() == Some("png".as_ref()));
    if is_png && (args.to.is_some() || args.inline) {
        return Err(Failure(2, "error: --to and --inline write SVG, not PNG".into()));
    }
    if let Some(to) = args.to {
        return write_picture(args, draw_moving(args, &mut timeline, to)?.as_bytes());
    }
    let (timeline, callout) = match moment(args, &mut timeline)? {
        Some(at) => {
            timeline.seek(at);
            (timeline, callout)
        }
        None => finish(telling_moment(&args.story, &Progress::default()))?,
    };
    let at = timeline.now();
    let &DrawArgs { width, height, enlarged, .. } = args;
    let view = View { width, height, enlarged, callout, ..View::default() };
    let cluster = timeline.cluster();
    let (scene, transcript) = (scene(cluster, at, &view), transcript(cluster, at));
    if is_png {
        let pixels = |length: u32| length.saturating_mul(args.scale);
        let drawn = png(&scene, pixels(width), height.map(pixels), args.theme);
        let picture = drawn.map_err(|error| Failure(1, format!("error: cannot draw: {error}")))?;
        return write_picture(args, &picture);
    }
    let picture = match args.inline {
        true => svg::inline(&scene, &transcript, at.0),
        false => svg::svg(&scene, &transcript),
    };
    write_picture(args, picture.as_bytes())
}

/// The moment to draw; none for that of a lesson.
fn moment(args: &DrawArgs, timeline: &mut Timeline) -> Result<Option<Time>, Failure> {
    if args.at.is_some() {
        return Ok(args.at);
    }
    if let Some(pods) = args.ready {
        let problem = "pods are never Ready with nothing waiting in the first ten minutes";
        let never = || Failure(1, format!("error: {pods} {problem}"));
        return when_ready(timeline, pods).ok_or_else(never).map(Some);
    }
    if timeline.cluster().world().is_observed {
        return Ok(Some(timeline.now()));
    }
    match link_of(&args.story).map(link::decode) {
        Some(Ok((_, at))) => Ok(Some(at)),
        None if is_lesson(&args.story) => Ok(None),
        _ => Err(Failure(2, "error: which moment? Use --at, --ready, or --to".into())),
    }
}

/// A lesson, played with the right actions up to its last step with a question or a callout, or else up to its end; and
/// that callout, unless there is a question.
async fn telling_moment(
    path: &Path,
    progress: &Progress,
) -> Result<(Timeline, Option<Rc<Callout>>), Failure> {
    let failure = |errors: Vec<NotationError>| Failure(2, describe(path, &errors));
    let lesson = lessons::parse(&read(path)?).map_err(failure)?;
    let mut timeline = Timeline::open(&lesson.recipe, Time(0), progress).await.map_err(failure)?;
    let mut guide = Guide::new(Rc::new(lesson), &mut timeline, progress).await;
    let mut last = None;
    loop {
        guide.skip(&mut timeline, progress).await;
        let step = guide.step();
        if step.point.is_some() || step.question.is_some() {
            let point = step.point.as_ref().filter(|_| step.question.is_none());
            let callout = point
                .map(|point| Callout { target: point.target.clone(), text: point.text.clone() });
            last = Some((timeline.clone(), callout.map(Rc::new)));
        }
        if guide.is_last() {
            return Ok(last.unwrap_or((timeline, None)));
        }
        handout::next(&mut guide, &mut timeline, progress).await;
    }
}

/// The milliseconds between the frames of an animated picture.
const FRAME_MS: u64 = 250;
/// The maximum number of frames of an animated picture.
const FRAMES_MAX: u64 = 600;

/// Draws the time until `to`.
fn draw_moving(args: &DrawArgs, timeline: &mut Timeline, to: Time) -> Result<String, Failure> {
    let from = args.from.unwrap_or_default();
    let step = FRAME_MS * args.speed;
    let count = to.0.saturating_sub(from.0) / step + 1;
    if to <= from || count > FRAMES_MAX {
        let longest = FRAMES_MAX * step / 1_000;
        let problem =
            format!("error: --to must be after --from, at most {longest} s at this speed");
        return Err(Failure(1, problem));
    }
    let mut view = View {
        width: args.width,
        height: args.height,
        enlarged: args.enlarged,
        reduced_motion: false,
        ..View::default()
    };
    let frames = |timeline: &mut Timeline, view: &View| -> Vec<_> {
        let times = (0..count).map(|frame| Time(from.0 + frame * step));
        times
            .map(|at| {
                timeline.seek(at);
                scene(timeline.cluster(), at, view)
            })
            .collect()
    };
    if view.height.is_none() {
        // Give all frames the height of the highest one, so that the picture does not jump.
        let highest = frames(timeline, &view).iter().map(|frame| frame.height).max();
        view.height = highest.and_then(|height| u32::try_from(height).ok());
    }
    let frames = frames(timeline, &view);
    Ok(animate::animated(&frames, FRAME_MS, &transcript(timeline.cluster(), timeline.now())))
}

/// Writes a picture to the file, or to standard output.
fn write_picture(args: &DrawArgs, picture: &[u8]) -> Result<(), Failure> {
    match &args.output {
        Some(path) => fs::write(path, picture).map_err(|error| {
            Failure(1, format!("error: cannot write {}: {error}", path.display()))
        }),
        None => {
            io::stdout().lock().write_all(picture)?;
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lesson_is_drawn_at_its_telling_moment() {
        let drawn = |name: &str| {
            let path = Path::new("static/lessons").join(name);
            let Ok(drawn) = finish(telling_moment(&path, &Progress::default())) else {
                panic!("the lesson is sound")
            };
            drawn
        };
        // When the last question is asked, web-0 waits for the others, and they are not created.
        let (timeline, callout) = drawn("quorum.lesson");
        let pods = &timeline.cluster().store.pods;
        assert!(pods.len() == 1 && pods.iter().all(|pod| !pod.is_ready()) && callout.is_none());
        let (_, callout) = drawn("first-minute.lesson");
        assert!(callout.is_some());
    }

    #[test]
    fn the_instant_at_which_pods_are_ready_is_the_first_such() {
        let story = include_str!("../../static/stories/first.ordinal");
        let mut timeline = Timeline::new(story).expect("the first story is sound");
        let at = when_ready(&mut timeline, 3).expect("three pods are Ready some time");
        let mut ready = |at| {
            timeline.seek(at);
            timeline.cluster().store.pods.iter().filter(|pod| pod.is_ready()).count()
        };
        assert_eq!(ready(at), 3);
        assert_eq!(ready(Time(at.0 - 1_000)), 2);
        assert_eq!(when_ready(&mut timeline, 30), None);
    }
}
