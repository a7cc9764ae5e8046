//! How long it takes to seek to any instant of a long run: `payload bench --bench seek`.
//!
//! The run is one of more than 10,000 events: a set of 100 pods that is brought up, updated and scaled,
//! with a client that writes. Prints milliseconds.

use ordinal::api::Time;
use ordinal::timeline::Timeline;
use std::time::Instant;

const SEEKS: u64 = 400;

fn main() {
    let recipe = include_str!("seek.ordinal");
    let mut timeline = Timeline::new(recipe).expect("the recipe is well-formed");
    timeline.seek(timeline.end());
    let end = timeline.end().0;
    let (events, checkpoints) = (timeline.events().len(), timeline.checkpoints());
    let mut times: Vec<f64> = (0..SEEKS)
        .map(|number| {
            // A fixed walk through the run, far back and forth.
            let to = Time(number.wrapping_mul(0x9E37_79B9_7F4A_7C15) % (end + 1));
            #[expect(clippy::disallowed_methods, reason = "a benchmark needs the real clock")]
            let start = Instant::now();
            timeline.seek(to);
            start.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let at = |percent: usize| times[(times.len() - 1) * percent / 100];
    println!("{SEEKS} seeks in a run of {events} events with {checkpoints} checkpoints:");
    println!("median {:.2} ms, 95% {:.2} ms, longest {:.2} ms", at(50), at(95), at(100));
}
