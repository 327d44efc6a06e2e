//! Hands each change to those who may see it, and keeps the ring they resume from. One lock covers both, so that a follower either
//! finds a change in the ring or is sent it, never both and never neither.
//!
//! Must not know how frames are written to a socket.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use baton_kit::life::ids::WorkspaceId;
use bytes::Bytes;
use tokio::sync::mpsc::{self, error::TrySendError};

use super::{
    fence::{ConversationId, Epoch, Fence},
    frame::frame,
    ring::{Item, Ring, Views},
};

/// Of how many conversations the fence knows at least what was shown last.
const FENCED: usize = 32_768;

baton_kit::prefixed_id!(
    /// The end user, as conversation names them.
    ContactId,
    "cont"
);

/// Who follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Audience {
    /// The staff of a workspace.
    Staff {
        /// Their workspace.
        workspace: WorkspaceId,
    },
    /// One contact.
    Visitor {
        /// Their workspace.
        workspace: WorkspaceId,
        /// The contact.
        contact: ContactId,
        /// The one conversation they may see; `None` for all of theirs.
        only: Option<ConversationId>,
    },
}

/// As many streams as the configuration allows are open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Full;

/// The fan-out.
pub(crate) struct Hub {
    books: Mutex<Books>,
    queue: usize,
    most: usize,
    /// Followers cut off because they were too slow.
    cut: AtomicU64,
}

/// Something that is seen now or never.
#[derive(Debug, Clone)]
pub(crate) struct Glimpse {
    /// For a piece of an answer, what it was made under.
    pub piece_of: Option<Epoch>,
    /// How it looks.
    pub views: Views,
}

struct Books {
    ring: Ring,
    fence: Fence,
    followers: HashMap<Audience, Vec<Seat>>,
    seated: usize,
    next: u64,
}

struct Seat {
    id: u64,
    sender: mpsc::Sender<Bytes>,
}

/// One who follows. Leaves the hub when dropped.
pub(super) struct Follower {
    hub: Arc<Hub>,
    audience: Audience,
    id: u64,
    /// Ends when the follower was too slow.
    pub receiver: mpsc::Receiver<Bytes>,
    /// What was missed since the place the follower came with.
    pub missed: Vec<Bytes>,
    /// The place the follower came with, if it is not known (yet).
    pub unknown: Option<String>,
}

impl Hub {
    /// Nobody follows, nothing is known.
    pub fn new(ring_items: usize, queue: usize, most: usize) -> Arc<Self> {
        let (ring, fence) = (Ring::new(ring_items), Fence::new(FENCED));
        let books = Books { ring, fence, followers: HashMap::new(), seated: 0, next: 0 };
        Arc::new(Self { books: Mutex::new(books), queue, most, cut: AtomicU64::new(0) })
    }

    /// Sends a change to those who may see it, and keeps it.
    pub fn publish(&self, item: Item) {
        let mut books = self.books();
        if let Some(epoch) = item.epoch {
            books.fence.raise(epoch);
        }
        if books.ring.push(item.clone()) {
            for audience in item.views.audiences() {
                if let Some(frame) = item.views.seen_by(&audience) {
                    self.send(&mut books, &audience, frame);
                }
            }
        }
    }

    /// Shows something that is seen now or never: it has no place, is not kept, and is the first that a slow reader goes without. A
    /// piece of an answer that somebody else's turn to speak has ended is shown to nobody.
    pub fn show(&self, glimpse: &Glimpse) {
        let mut books = self.books();
        if glimpse.piece_of.is_some_and(|piece| !books.fence.lets(piece)) {
            return;
        }
        for audience in glimpse.views.audiences() {
            let seats = books.followers.get(&audience).into_iter().flatten();
            // Half of a queue is for changes alone. A closed one is found out by the next change.
            for seat in seats.filter(|seat| seat.sender.capacity() > self.queue / 2) {
                if let Some(frame) = glimpse.views.seen_by(&audience) {
                    let _ = seat.sender.try_send(frame.clone());
                }
            }
        }
    }

    /// Notes that nothing happened up to a place.
    pub fn mark(&self, token: &str) {
        self.books().ring.mark(token);
    }

    /// The thread of changes is torn: everything kept is forgotten and everyone is told to load anew.
    pub fn restart(&self) {
        let mut books = self.books();
        books.ring.clear();
        let told = reset_frame(None);
        let audiences: Vec<Audience> = books.followers.keys().copied().collect();
        for audience in audiences {
            self.send(&mut books, &audience, &told);
        }
    }

    /// Begins to follow, after a place if one is given.
    pub(super) fn follow(
        self: &Arc<Self>,
        audience: Audience,
        after: Option<&str>,
    ) -> Result<Follower, Full> {
        let mut books = self.books();
        if books.seated >= self.most {
            return Err(Full);
        }
        let found = after.map(|token| books.ring.after(token, &audience));
        let unknown = after.filter(|_| matches!(found, Some(None))).map(str::to_owned);
        let (sender, receiver) = mpsc::channel(self.queue);
        let id = books.next;
        books.next += 1;
        books.seated += 1;
        books.followers.entry(audience).or_default().push(Seat { id, sender });
        let missed = found.flatten().unwrap_or_default();
        Ok(Follower { hub: Arc::clone(self), audience, id, receiver, missed, unknown })
    }

    /// Whether a place is known.
    pub(super) fn knows(&self, token: &str) -> bool {
        self.books().ring.knows(token)
    }

    /// How many follow now.
    pub fn followers(&self) -> usize {
        self.books().seated
    }

    /// How many were cut off so far.
    pub fn cut_off(&self) -> u64 {
        self.cut.load(Ordering::Relaxed)
    }

    fn send(&self, books: &mut Books, audience: &Audience, frame: &Bytes) {
        let Some(seats) = books.followers.get_mut(audience) else {
            return;
        };
        let before = seats.len();
        seats.retain(|seat| match seat.sender.try_send(frame.clone()) {
            Ok(()) => true,
            // Dropping the sender ends the follower once it has read what is queued.
            Err(TrySendError::Full(_) | TrySendError::Closed(_)) => false,
        });
        let gone = before - seats.len();
        if seats.is_empty() {
            books.followers.remove(audience);
        }
        books.seated -= gone;
        self.cut.fetch_add(gone as u64, Ordering::Relaxed);
    }

    fn leave(&self, audience: &Audience, id: u64) {
        let mut books = self.books();
        let Some(seats) = books.followers.get_mut(audience) else {
            return;
        };
        let before = seats.len();
        seats.retain(|seat| seat.id != id);
        let gone = before - seats.len();
        if seats.is_empty() {
            books.followers.remove(audience);
        }
        books.seated -= gone;
    }

    /// No code that may panic runs under this lock, so a poisoned one still holds the truth.
    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Follower {
    /// The place up to which this follower was sent everything; `None` while something still waits for it.
    pub fn caught_up_at(&self) -> Option<Arc<str>> {
        // Under the lock nothing can be queued between the two looks.
        let books = self.hub.books();
        if self.receiver.is_empty() && self.unknown.is_none() { books.ring.head().cloned() } else { None }
    }

    /// Whether the place the follower came with has become known since.
    pub fn found(&self) -> bool {
        self.unknown.as_deref().is_none_or(|token| self.hub.knows(token))
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.hub.leave(&self.audience, self.id);
    }
}

/// Tells a client to load its lists again; what follows comes after them.
pub(super) fn reset_frame(token: Option<&str>) -> Bytes {
    frame("reset", token, "{}")
}

#[cfg(test)]
#[path = "hub_tests.rs"]
mod tests;
