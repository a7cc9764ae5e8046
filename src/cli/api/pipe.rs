//! The queue of lines for a client. A client that reads too slowly is disconnected, to limit memory use.

use crate::apiserver::Line;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::mpsc;

/// How many lines a client may lag behind before its connection is closed.
pub(super) const LINES: usize = 4096;
/// How many bytes it may lag behind. A single line may be longer, because a watch can begin with all objects.
pub(super) const BYTES: usize = 32 << 20;

/// The sending side of the queue.
pub(super) struct Pipe {
    sender: mpsc::Sender<Line>,
    waiting: Arc<AtomicUsize>,
}

/// The receiving side of the queue.
pub(super) struct Lines {
    receiver: mpsc::Receiver<Line>,
    waiting: Arc<AtomicUsize>,
}

/// Creates a queue for a client.
pub(super) fn pipe() -> (Pipe, Lines) {
    let (sender, receiver) = mpsc::channel(LINES);
    let waiting = Arc::new(AtomicUsize::new(0));
    (Pipe { sender, waiting: waiting.clone() }, Lines { receiver, waiting })
}

impl Pipe {
    /// Sends a line. Returns false if the client is gone or lags too far behind; send nothing more then.
    pub(super) fn send(&self, line: Line) -> bool {
        let before = self.waiting.fetch_add(line.len(), Ordering::Relaxed);
        let is_behind = before > 0 && before + line.len() > BYTES;
        !is_behind && self.sender.try_send(line).is_ok()
    }

    /// Whether the client has disconnected.
    pub(super) fn is_closed(&self) -> bool {
        self.sender.is_closed()
    }
}

impl Lines {
    /// The next line; none after the last.
    pub(super) async fn next(&mut self) -> Option<Line> {
        let line = self.receiver.recv().await?;
        self.waiting.fetch_sub(line.len(), Ordering::Relaxed);
        Some(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_that_does_not_read_is_given_up() {
        let (pipe, lines) = pipe();
        let line: Line = vec![0; 1 << 20].into();
        let sent = (0..100).take_while(|_| pipe.send(line.clone())).count();
        assert_eq!(sent, BYTES >> 20);
        drop(lines);
        assert!(pipe.is_closed());
    }

    #[test]
    fn many_short_lines_are_too_many_as_well() {
        let (pipe, _lines) = pipe();
        let line: Line = vec![0; 10].into();
        assert_eq!((0..2 * LINES).take_while(|_| pipe.send(line.clone())).count(), LINES);
    }

    #[tokio::test]
    async fn a_client_that_reads_gets_everything() {
        let (pipe, mut lines) = pipe();
        // The first line may have any length.
        assert!(pipe.send(vec![0; 2 * BYTES].into()));
        assert!(!pipe.send(vec![0; 1].into()));
        assert_eq!(lines.next().await.map(|line| line.len()), Some(2 * BYTES));
    }
}
