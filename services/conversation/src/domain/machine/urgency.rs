//! How urgent it is: what a person says stands above what the assistant thinks.

use super::super::{
    commands::Refused,
    conversation::{Conversation, Priority, PrioritySource},
    effects::{Effects, EventKind},
    ids::HandoffId,
    patience::Now,
};

impl Conversation {
    /// A person says how urgent it is, or that nobody is to say. `false` if that was so already.
    pub fn set_priority(
        &mut self,
        priority: Option<Priority>,
        reason: &str,
        now: &Now,
        effects: &mut Effects,
    ) -> bool {
        // Also a word that changes nothing stands against the assistant's from now on.
        self.priority_said_at = Some(now.at);
        self.put_priority(priority.map(|priority| (priority, PrioritySource::Person)), reason, effects)
    }

    /// The assistant says how urgent the open handoff is. `false` if a person's word stands against it, or nothing changes.
    ///
    /// # Errors
    /// When the open handoff is another one.
    pub fn suggest_priority(
        &mut self,
        handoff: HandoffId,
        priority: Priority,
        reason: &str,
        effects: &mut Effects,
    ) -> Result<bool, Refused> {
        let open = self.open_handoff().filter(|open| open.id == handoff).ok_or(Refused::NoSuchHandoff)?;
        let said = self.priority.is_some_and(|(_, source)| source == PrioritySource::Person)
            || self.priority_said_at.is_some_and(|said| said >= open.created_at);
        Ok(!said && self.put_priority(Some((priority, PrioritySource::Ai)), reason, effects))
    }

    fn put_priority(
        &mut self,
        priority: Option<(Priority, PrioritySource)>,
        reason: &str,
        effects: &mut Effects,
    ) -> bool {
        if self.priority == priority && self.priority_reason == reason {
            return false;
        }
        self.priority = priority;
        reason.clone_into(&mut self.priority_reason);
        effects.event(EventKind::PriorityChanged);
        true
    }
}
