//! Taking over a recipe that somebody else has continued.

use super::{Timeline, version};
use crate::api::Time;
use crate::notation::{Line, NotationError};
use crate::task::Progress;
use std::rc::Rc;

impl Timeline {
    /// Plays another recipe instead, to an instant, in slices. What both recipes have in common is not played again.
    ///
    /// # Errors
    /// As [`Timeline::new`].
    pub async fn adopt(
        &mut self,
        recipe: &str,
        to: Time,
        progress: &Progress,
    ) -> Result<(), Vec<NotationError>> {
        let lines = version::read(recipe)?;
        let common = self.lines.iter().zip(&lines).take_while(|(one, other)| is_same(one, other));
        let common = common.count();
        let first = [self.lines.get(common), lines.get(common)].into_iter().flatten();
        if let Some(first) = first.map(|line| line.at_ms).min() {
            if first == 0 {
                let timeline = Timeline::open(recipe, to, progress).await?;
                self.replace(timeline);
                return Ok(());
            }
            self.seek_in_slices(Time(first - 1), progress).await;
            self.drop_future();
            self.lines = Rc::new(lines);
        }
        self.seek_in_slices(to, progress).await;
        Ok(())
    }
}

/// Whether two lines do the same at the same instant.
fn is_same(one: &Line, other: &Line) -> bool {
    let text = |line: &Line| line.heredoc.as_ref().map(|heredoc| heredoc.text.clone());
    (one.at_ms, &one.source, text(one)) == (other.at_ms, &other.source, text(other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task;

    /// Three pods, and what happens to them.
    fn story() -> String {
        let first = include_str!("../../static/stories/first.ordinal").split("\nat ").next();
        let head = first.unwrap_or_default();
        format!(
            "{head}\nat 20s kubectl scale statefulset web --replicas=1\nat 40s kubectl delete pod web-0\n"
        )
    }

    fn adopted(before: &str, at: u64, recipe: &str, to: u64) -> Timeline {
        let mut timeline = Timeline::new(before).expect("a recipe");
        timeline.seek(Time(at));
        task::finish(timeline.adopt(recipe, Time(to), &Progress::default())).expect("a recipe");
        timeline
    }

    #[test]
    fn an_adopted_recipe_plays_as_if_it_was_opened() {
        let others = [
            story().replace("--replicas=1", "--replicas=5"),
            story().replace("at 40s kubectl delete pod web-0\n", ""),
            story() + "at 45s node node-1 off\n",
            story().replacen("\n", "\nseed 9\n", 1),
            story(),
        ];
        for other in others {
            for (at, to) in [(0, 60_000), (30_000, 60_000), (70_000, 10_000), (70_000, 90_000)] {
                let mut fresh = Timeline::new(&other).expect("a recipe");
                fresh.seek(Time(to));
                let timeline = adopted(&story(), at, &other, to);
                assert_eq!(timeline.cluster(), fresh.cluster(), "from {at} to {to}: {other}");
                assert_eq!(timeline.recipe(), fresh.recipe());
                let until = |timeline: &Timeline| {
                    let passed = timeline.events().iter().filter(|event| event.time.0 <= to);
                    passed.map(ToString::to_string).collect::<Vec<_>>()
                };
                assert_eq!(until(&timeline), until(&fresh));
            }
        }
    }
}
