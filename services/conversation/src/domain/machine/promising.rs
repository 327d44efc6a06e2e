//! What the visitor who waits is told, and that nobody waits forgotten: a handoff ends taken, promised by e-mail, or in an alarm.
//!
//! Promise and marks raise the revision only: who is asked does not change by them.

use jiff::Timestamp;

use super::super::{
    commands::Refused,
    conversation::Conversation,
    effects::{DeadlineEdit, DeadlineKind, Effects, EventKind, Stage},
    handoff::Promise,
    ids::HandoffId,
    message::Notice,
    patience::Now,
};

impl Conversation {
    /// Routing says what the visitor is told, and when the handoff is overdue; that counts until the first mark is made. `false` if
    /// the visitor is told so already.
    ///
    /// # Errors
    /// When the open handoff is another one.
    pub fn set_promise(
        &mut self,
        handoff: HandoffId,
        promise: &Promise,
        due: Timestamp,
        effects: &mut Effects,
    ) -> Result<bool, Refused> {
        let named = self.handoff.as_mut().filter(|it| it.state.is_open() && it.id == handoff);
        let open = named.ok_or(Refused::NoOpenHandoff)?;
        if open.fallback_promised_at.is_none() && open.alarmed_at.is_none() {
            effects.deadlines.push(DeadlineEdit::Reset(DeadlineKind::HandoffDue, due, Stage::First));
        }
        if open.promise.as_ref() == Some(promise) {
            return Ok(false);
        }
        open.promise = Some(promise.clone());
        effects.event(EventKind::HandoffChanged);
        Ok(true)
    }

    /// Nobody took it in time: the answer is promised by e-mail if there is an address and it was not promised yet, else it is an
    /// alarm. `false` if that was found before, or no longer matters.
    pub(super) fn handoff_overdue(&mut self, now: &Now, effects: &mut Effects) -> bool {
        let Some(open) = self.handoff.as_mut().filter(|it| it.state.is_open()) else {
            effects.deadlines.push(DeadlineEdit::End(DeadlineKind::HandoffDue));
            return false;
        };
        if open.fallback_promised_at.is_none() && now.email_known {
            self.promise_by_email(now, effects);
            return true;
        }
        effects.deadlines.push(DeadlineEdit::End(DeadlineKind::HandoffDue));
        if open.alarmed_at.is_some() {
            return false;
        }
        open.alarmed_at = Some(now.at);
        effects.event(EventKind::HandoffChanged);
        true
    }

    /// The visitor can be reached by e-mail now: where nobody could be told before, the answer is promised. `false` if nothing follows.
    pub fn email_became_known(&mut self, now: &Now, effects: &mut Effects) -> bool {
        let alarmed = self
            .open_handoff()
            .is_some_and(|it| it.alarmed_at.is_some() && it.fallback_promised_at.is_none());
        let promised = alarmed && now.email_known;
        if promised {
            self.promise_by_email(now, effects);
        }
        promised
    }

    fn promise_by_email(&mut self, now: &Now, effects: &mut Effects) {
        if let Some(handoff) = &mut self.handoff {
            handoff.fallback_promised_at = Some(now.at);
        }
        let due = now.after(now.patience.fallback);
        effects.deadlines.push(DeadlineEdit::Reset(DeadlineKind::HandoffDue, due, Stage::Grace));
        effects.event(EventKind::HandoffChanged);
        effects.notices.push(Notice::AnswerByEmail);
    }
}
