//! The log of a run as text, and its hash.

use super::{RULES, Timeline};
use crate::cluster::Event;
use crate::task::{self, Progress, Task};

impl Timeline {
    /// By which rules the run was played, and a hash of its log up to the cursor: `1.9f3a2c11`. A
    /// different value for the same recipe means that it was played by other rules.
    pub fn rules(&self) -> String {
        task::finish(self.rules_in_slices())
    }

    /// [`Timeline::rules`] in slices.
    pub fn rules_in_slices(&self) -> Task<'static, String> {
        let hash = self.fold_log(0x811c_9dc5_u32, |hash, event| {
            for byte in event.to_string().bytes() {
                *hash = (*hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
            }
        });
        Box::pin(async move { format!("{RULES}.{:08x}", hash.await) })
    }

    /// The manifests that were applied up to the cursor, as they were written, in order.
    pub fn manifests(&self) -> String {
        let lines = self.lines.get(..self.view.lines_done).unwrap_or_default();
        let applied = lines.iter().filter(|line| line.source.starts_with("kubectl apply"));
        let texts = applied.filter_map(|line| line.heredoc.as_ref());
        texts.map(|heredoc| heredoc.text.as_str()).collect::<Vec<_>>().join("---\n")
    }

    /// The log up to the cursor as text, in slices. `line` formats one event.
    pub fn log_in_slices(&self, line: fn(&Event) -> String) -> Task<'static, String> {
        self.fold_log(String::new(), move |text, event| {
            *text += &line(event);
            text.push('\n');
        })
    }

    /// Folds the log up to the cursor, in slices.
    fn fold_log<T: 'static>(
        &self,
        mut value: T,
        add: impl Fn(&mut T, &Event) + 'static,
    ) -> Task<'static, T> {
        const EVENTS_PER_SLICE: usize = 64;
        let (events, now) = (self.events.clone(), self.now());
        Box::pin(async move {
            let progress = Progress::default();
            let passed = events.iter().take_while(|event| event.time <= now);
            for (count, event) in (1_usize..).zip(passed) {
                add(&mut value, event);
                if count.is_multiple_of(EVENTS_PER_SLICE) {
                    progress.pause().await;
                }
            }
            value
        })
    }
}
