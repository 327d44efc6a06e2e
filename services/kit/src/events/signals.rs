//! Signals: at most once, bounded, within one process.
//!
//! For what loses its worth when it is late: a hint to look, a word being typed. Whoever needs to know
//! for certain follows the facts. Must not know what a signal means.

use tokio::sync::broadcast::{self, error::RecvError};

/// A bounded broadcast; clones send to the same readers.
#[derive(Debug)]
pub struct Signals<T> {
    readers: broadcast::Sender<T>,
}

/// One subscription.
#[derive(Debug)]
pub struct SignalReader<T> {
    signals: broadcast::Receiver<T>,
}

/// So many signals were lost to this reader, because it was slower than the buffer is long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} signals were missed")]
pub struct Missed(
    /// How many.
    pub u64,
);

impl<T> Clone for Signals<T> {
    fn clone(&self) -> Self {
        Self { readers: self.readers.clone() }
    }
}

impl<T: Clone> Signals<T> {
    /// Keeps the newest `capacity` signals for slow readers; 0 counts as 1.
    pub fn new(capacity: usize) -> Self {
        Self { readers: broadcast::Sender::new(capacity.max(1)) }
    }

    /// Sends to everybody who is subscribed now; never waits. A signal without a reader is gone.
    pub fn send(&self, signal: T) {
        let _ = self.readers.send(signal);
    }

    /// Reads what is sent from now on.
    pub fn subscribe(&self) -> SignalReader<T> {
        SignalReader { signals: self.readers.subscribe() }
    }

    /// How many are subscribed.
    pub fn readers(&self) -> usize {
        self.readers.receiver_count()
    }
}

impl<T: Clone> SignalReader<T> {
    /// The next signal; `None` when nobody can send any more. May be cancelled without loss.
    ///
    /// # Errors
    /// [`Missed`], once, when signals were lost; the next call goes on with the oldest that was kept.
    pub async fn next(&mut self) -> Result<Option<T>, Missed> {
        match self.signals.recv().await {
            Ok(signal) => Ok(Some(signal)),
            Err(RecvError::Closed) => Ok(None),
            Err(RecvError::Lagged(missed)) => Err(Missed(missed)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_reader_gets_what_is_sent_after_it_subscribed() {
        let signals = Signals::new(4);
        signals.send(1);
        let (mut first, mut second) = (signals.subscribe(), signals.subscribe());
        signals.send(2);
        assert_eq!(first.next().await, Ok(Some(2)));
        assert_eq!(second.next().await, Ok(Some(2)));
    }

    #[tokio::test]
    async fn a_slow_reader_is_told_how_many_it_missed_and_goes_on() {
        let signals = Signals::new(4);
        let mut slow = signals.subscribe();
        (0..10).for_each(|n| signals.send(n));
        assert_eq!(slow.next().await, Err(Missed(6)));
        assert_eq!(slow.next().await, Ok(Some(6)));
    }

    #[tokio::test]
    async fn a_reader_ends_when_nobody_can_send_any_more() {
        let signals = Signals::new(4);
        let mut reader = signals.subscribe();
        signals.clone().send(1);
        drop(signals);
        assert_eq!(reader.next().await, Ok(Some(1)));
        assert_eq!(reader.next().await, Ok(None));
    }

    #[tokio::test]
    async fn sending_to_nobody_is_no_fault() {
        let signals = Signals::new(0);
        signals.send(1);
        assert_eq!(signals.readers(), 0);
    }
}
