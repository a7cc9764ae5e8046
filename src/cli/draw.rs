//! `ordinal draw`: a story as a picture of one moment, or as an animated picture.

use super::{Failure, animate, duration, load_with_callout};
use crate::api::Time;
use crate::scene::{View, scene, transcript};
use crate::svg;
use crate::timeline::Timeline;
use clap::Args;
use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

#[derive(Args)]
pub(super) struct DrawArgs {
    /// The story file, in the line notation, or a lesson, with the callout of its first step, or what a real cluster said;
    /// - reads standard input.
    story: PathBuf,
    /// The time to draw, for example 20s or 1m30s [default for a real cluster: when it was observed].
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
    /// The file to write [default: standard output].
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
    if let Some(to) = args.to {
        return write_picture(args, &draw_moving(args, &mut timeline, to)?);
    }
    let is_observed = timeline.cluster().world().is_observed;
    let at = match (args.at, args.ready) {
        (Some(at), _) => at,
        (None, None) if is_observed => timeline.now(),
        (None, None) => {
            return Err(Failure(2, "error: say what to draw with --at, --ready, or --to".into()));
        }
        (None, pods) => {
            let pods = pods.unwrap_or_default();
            let never = || {
                Failure(
                    1,
                    format!(
                        "error: {pods} pods are never Ready with nothing waiting in the first ten minutes"
                    ),
                )
            };
            when_ready(&mut timeline, pods).ok_or_else(never)?
        }
    };
    timeline.seek(at);
    let &DrawArgs { width, height, enlarged, .. } = args;
    let view = View { width, height, enlarged, callout, ..View::default() };
    let cluster = timeline.cluster();
    let (scene, transcript) = (scene(cluster, at, &view), transcript(cluster, at));
    let picture = match args.inline {
        true => svg::inline(&scene, &transcript, at.0),
        false => svg::svg(&scene, &transcript),
    };
    write_picture(args, &picture)
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
fn write_picture(args: &DrawArgs, picture: &str) -> Result<(), Failure> {
    match &args.output {
        Some(path) => fs::write(path, picture).map_err(|error| {
            Failure(1, format!("error: cannot write {}: {error}", path.display()))
        }),
        None => {
            write!(io::stdout().lock(), "{picture}")?;
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
