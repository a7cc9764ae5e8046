//! What is done with a text as a manifest that is run through a matrix of faults.

use ordinal::chaos::{Options, survey};
use ordinal::cluster::Version;
use ordinal::task::{self, Progress, Task};

/// How many slices of the matrix an input may take; then it is canceled, as by a user.
const SLICES_MAX: u32 = 400;

/// The beginning of the matrix. What is refused has a message.
pub(super) fn chaos(text: &str) {
    let options = Options { seeds: 1, nodes: 3, version: Version::default() };
    let progress = Progress::default();
    let mut task: Task<'_, _> = Box::pin(survey(text, options, &progress));
    for _ in 0..SLICES_MAX {
        let Some(result) = task::poll(&mut task) else { continue };
        match result {
            Ok(report) => {
                serde_json::from_str::<serde_json::Value>(&report.json()).expect("JSON");
                assert!(report.text().contains(&report.summary()));
            }
            Err(refused) => assert!(!refused.message.trim().is_empty(), "refused without a reason"),
        }
        return;
    }
}
