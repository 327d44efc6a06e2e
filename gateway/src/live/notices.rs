//! Who may be told something that is theirs alone, and is told it now or never.
//!
//! Apart from the hub: what is told here has no place in the order of changes. Must not know what is told.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use baton_kit::life::ids::WorkspaceId;
use bytes::Bytes;
use tokio::sync::mpsc;

/// Words that may wait for one slow stream.
const QUEUE: usize = 32;

baton_kit::prefixed_id!(
    /// One of the staff, as team names them.
    MemberId,
    "mem"
);

/// One member of one workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Addressee {
    /// Their workspace.
    pub workspace: WorkspaceId,
    /// Who.
    pub member: MemberId,
}

/// Every stream that takes such words.
#[derive(Default)]
pub(crate) struct Notices {
    boxes: Mutex<BTreeMap<(Addressee, u64), mpsc::Sender<Bytes>>>,
    next: AtomicU64,
}

/// What comes for one stream. Given back when dropped.
pub(super) struct Letterbox {
    notices: Arc<Notices>,
    place: (Addressee, u64),
    /// Ends when something was not told: the stream was too slow, or nobody was told for a while.
    pub receiver: mpsc::Receiver<Bytes>,
}

impl Notices {
    /// Takes what comes for an addressee from now on.
    pub(super) fn open(self: &Arc<Self>, addressee: Addressee) -> Letterbox {
        let (sender, receiver) = mpsc::channel(QUEUE);
        let place = (addressee, self.next.fetch_add(1, Ordering::Relaxed));
        self.boxes().insert(place, sender);
        Letterbox { notices: Arc::clone(self), place, receiver }
    }

    /// Tells one addressee, on every stream of theirs. Whose stream is too slow loses it, and lists anew after coming back.
    pub fn tell(&self, addressee: Addressee, frame: &Bytes) {
        let mut boxes = self.boxes();
        let of_addressee = (addressee, 0)..=(addressee, u64::MAX);
        let full = |(place, sender): (&(Addressee, u64), &mpsc::Sender<Bytes>)| {
            sender.try_send(frame.clone()).is_err().then_some(*place)
        };
        let slow: Vec<_> = boxes.range(of_addressee).filter_map(full).collect();
        for place in slow {
            boxes.remove(&place);
        }
    }

    /// Something may not have been told: every stream that takes such words ends, comes back and lists them.
    pub fn restart(&self) {
        self.boxes().clear();
    }

    /// No code that may panic runs under this lock.
    fn boxes(&self) -> MutexGuard<'_, BTreeMap<(Addressee, u64), mpsc::Sender<Bytes>>> {
        self.boxes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Letterbox {
    fn drop(&mut self) {
        self.notices.boxes().remove(&self.place);
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn addressee(workspace: u128, member: u128) -> Addressee {
        let (workspace, member) = (Uuid::from_u128(workspace), Uuid::from_u128(member));
        Addressee { workspace: WorkspaceId::from_uuid(workspace), member: MemberId::from_uuid(member) }
    }

    fn waiting(letterbox: &mut Letterbox) -> usize {
        std::iter::from_fn(|| letterbox.receiver.try_recv().ok()).count()
    }

    #[test]
    fn s_20_a_word_reaches_every_stream_of_its_addressee_and_nobody_else() {
        let notices = Arc::new(Notices::default());
        let mut mine = [notices.open(addressee(1, 7)), notices.open(addressee(1, 7))];
        let mut others = [notices.open(addressee(1, 8)), notices.open(addressee(2, 7))];
        notices.tell(addressee(1, 7), &Bytes::from_static(b"x"));
        assert!(mine.iter_mut().all(|letterbox| waiting(letterbox) == 1));
        assert!(others.iter_mut().all(|letterbox| waiting(letterbox) == 0));
        drop((mine, others));
        assert!(notices.boxes().is_empty());
    }

    #[test]
    fn who_does_not_read_is_cut_off_and_hurts_nobody() {
        let notices = Arc::new(Notices::default());
        let (mut slow, mut quick) = (notices.open(addressee(1, 7)), notices.open(addressee(1, 7)));
        for _ in 0..=QUEUE {
            notices.tell(addressee(1, 7), &Bytes::from_static(b"x"));
            assert_eq!(waiting(&mut quick), 1);
        }
        assert_eq!(waiting(&mut slow), QUEUE);
        assert!(slow.receiver.is_closed() && !quick.receiver.is_closed());
    }
}
