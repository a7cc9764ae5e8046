//! Long work in slices: asynchronous functions that are polled by hand, without a runtime.
//!
//! The page has one thread. Work that can take long (reading a large manifest, replaying a recipe,
//! `kubectl wait`) is an `async` function that awaits [`Progress::reached`] at intervals. The caller
//! that polls the [`Task`] decides how long each slice takes, shows the progress, and cancels the task
//! by dropping it. Where nothing has to stay responsive, [`finish`] runs the same function to
//! completion. There is no clock here, and the result does not depend on how the work is sliced.

use std::cell::Cell;
use std::future::Future;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// Work that is done in slices; dropped, it is canceled.
pub type Task<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// How far a task is. Clones share the same value.
#[derive(Clone, Debug, Default)]
pub struct Progress(Rc<Cell<[u64; 2]>>);

impl Progress {
    /// Notes that `done` of `total` units are done, and ends the present slice.
    pub async fn reached(&self, done: u64, total: u64) {
        self.0.set([done, total]);
        self.pause().await;
    }

    /// Ends the present slice.
    pub async fn pause(&self) {
        Yield { has_yielded: false }.await;
    }

    /// How much is done, in thousandths; `None` as long as that is unknown.
    pub fn thousandths(&self) -> Option<u64> {
        let [done, total] = self.0.get();
        (total > 0).then(|| (u128::from(done.min(total)) * 1_000 / u128::from(total)) as u64)
    }
}

/// Is pending the first time that it is polled.
struct Yield {
    has_yielded: bool,
}

impl Future for Yield {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        match std::mem::replace(&mut self.has_yielded, true) {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    }
}

/// Does one slice of a task; its result if that was the last one. A task that has given its result
/// must not be polled again.
pub fn poll<T>(task: &mut Task<'_, T>) -> Option<T> {
    match task.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => Some(result),
        Poll::Pending => None,
    }
}

/// Does all slices of a task.
pub fn finish<T>(task: impl Future<Output = T>) -> T {
    let mut task = pin!(task);
    loop {
        if let Poll::Ready(result) = task.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return result;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn count(to: u64, progress: &Progress) -> u64 {
        for number in 0..to {
            progress.reached(number, to).await;
        }
        to
    }

    #[test]
    fn a_task_goes_on_slice_by_slice() {
        let progress = Progress::default();
        let mut task: Task<'_, u64> = Box::pin(count(4, &progress));
        assert_eq!(progress.thousandths(), None);
        for thousandths in [0, 250, 500, 750] {
            assert_eq!(poll(&mut task), None);
            assert_eq!(progress.thousandths(), Some(thousandths));
        }
        assert_eq!(poll(&mut task), Some(4));
    }

    #[test]
    fn finish_does_all_slices() {
        assert_eq!(finish(count(1_000, &Progress::default())), 1_000);
    }
}
