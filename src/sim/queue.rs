//! The work queue: what is due, and when.

use crate::api::Time;
use crate::cluster::WorkItem;
use crate::map::Map;
use std::cmp::Reverse;
use std::rc::Rc;

/// When an item is due, and its number: of those due at one instant the first queued is the first.
type Place = (Time, u64);

/// Work items in the order in which they are due. An item is queued once: the earliest time wins, as with
/// `AddAfter` of client-go's `workqueue`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Queue {
    /// The latest first, so that taking the next one moves no other.
    by_time: Map<Reverse<Place>, (Rc<WorkItem>, Option<u64>)>,
    places: Map<Rc<WorkItem>, Place>,
    pushed: u64,
    /// The position of the last item in `places`, because items are often queued in order.
    last: usize,
}

impl Queue {
    /// Queues an item at `due`, because of the event `cause`, unless it is queued for an earlier instant.
    pub(super) fn push(&mut self, due: Time, item: WorkItem, cause: Option<u64>) {
        let next = (due, self.pushed + 1);
        let item = Rc::new(item);
        let place = self.places.near_or_insert_with(&mut self.last, item.clone(), || next);
        if *place != next {
            if place.0 <= due {
                return;
            }
            self.by_time.remove(&Reverse(*place));
            *place = next;
        }
        self.pushed += 1;
        self.by_time.insert(Reverse(next), (item, cause));
    }

    /// Takes the next item if it is due at or before `until`.
    pub(super) fn pop(&mut self, until: Time) -> Option<(Time, WorkItem, Option<u64>)> {
        if self.next_due()? > until {
            return None;
        }
        let (Reverse((due, _)), (item, cause)) = self.by_time.pop_last()?;
        self.places.remove(&item);
        Some((due, Rc::unwrap_or_clone(item), cause))
    }

    /// Whether this item is queued.
    pub(super) fn contains(&self, item: &WorkItem) -> bool {
        self.places.contains_key(item)
    }

    /// When the next item is due.
    pub(super) fn next_due(&self) -> Option<Time> {
        self.by_time.last_key_value().map(|(Reverse((due, _)), _)| *due)
    }

    /// How many work items are queued.
    pub(super) fn len(&self) -> usize {
        self.by_time.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_wakes_earlier_wins_and_ties_keep_their_order() {
        let mut queue = Queue::default();
        queue.push(Time(9), WorkItem::NodeMonitor, Some(1));
        queue.push(Time(5), WorkItem::AttachDetach, None);
        queue.push(Time(5), WorkItem::NodeMonitor, Some(2));
        queue.push(Time(7), WorkItem::NodeMonitor, Some(3));
        assert_eq!(queue.len(), 2);
        assert_eq!(queue.pop(Time(4)), None);
        assert_eq!(queue.pop(Time(9)), Some((Time(5), WorkItem::AttachDetach, None)));
        assert_eq!(queue.pop(Time(9)), Some((Time(5), WorkItem::NodeMonitor, Some(2))));
        assert_eq!(queue.next_due(), None);
    }
}
