//! What this process works on, so that it never works on the same twice at once, whatever clocks and leases say.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::domain::ids::MailingId;

/// Mailings that are worked on. Clones share.
#[derive(Clone, Default)]
pub struct Busy(Arc<Mutex<BTreeSet<MailingId>>>);

/// Work on one mailing; it ends with this, also by a panic.
pub struct Turn {
    busy: Busy,
    mailing: MailingId,
}

impl Busy {
    /// Begins work on one; `None` if it is worked on already.
    pub fn begin(&self, mailing: MailingId) -> Option<Turn> {
        self.mailings().insert(mailing).then(|| Turn { busy: self.clone(), mailing })
    }

    fn mailings(&self) -> MutexGuard<'_, BTreeSet<MailingId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.busy.mailings().remove(&self.mailing);
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn one_mailing_is_worked_on_once_until_that_ends() {
        let (busy, one) = (Busy::default(), MailingId::from_uuid(Uuid::from_u128(1)));
        let turn = busy.begin(one);
        assert!(turn.is_some() && busy.begin(one).is_none());
        assert!(busy.begin(MailingId::from_uuid(Uuid::from_u128(2))).is_some());
        drop(turn);
        assert!(busy.begin(one).is_some());
    }
}
