//! What an item of the feed says of who may speak, and where. Must not know who follows.

use baton_proto::{
    conversation::v1::{AnswerDelta, activity, event::Subject},
    internal::conversation::v1::{TailActivity, TailEvent, visitor_activity, visitor_item},
};

use super::fence::{ConversationId, Epoch};

/// The epoch that a change shows to anybody.
pub(super) fn by(event: &TailEvent) -> Option<Epoch> {
    let staff = event.staff.as_ref()?;
    let to_staff = match staff.subject.as_ref() {
        Some(Subject::Message(message)) => Some(message.control_epoch),
        Some(Subject::State(state)) => Some(state.control_epoch),
        Some(Subject::Note(_) | Subject::Brief(_) | Subject::ReadMark(_)) | None => None,
    };
    let to_visitor = match event.visitor.as_ref().and_then(|visitor| visitor.item.as_ref()) {
        Some(visitor_item::Item::Conversation(conversation)) => Some(conversation.control_epoch),
        Some(visitor_item::Item::Message(_)) | None => None,
    };
    let conversation = staff.conversation_id.parse().ok()?;
    to_staff.max(to_visitor).map(|number| Epoch { conversation, number })
}

/// Which conversation a change is of.
pub(super) fn conversation_of(event: &TailEvent) -> Option<ConversationId> {
    event.staff.as_ref()?.conversation_id.parse().ok()
}

/// Which conversation an activity is in: as the visitor is told, who may be told of one only.
pub(super) fn conversation_of_activity(activity: &TailActivity) -> Option<ConversationId> {
    let visitor = activity.visitor.as_ref().map(|visitor| &visitor.conversation_id);
    let staff = activity.staff.as_ref().map(|staff| &staff.conversation_id);
    visitor.or(staff)?.parse().ok()
}

/// A piece of an answer that cannot be told whose it is.
pub(super) struct Nameless;

/// What a piece of an answer was made under; `None` for what is no such piece. The lowest, if the two audiences were told differently.
pub(super) fn piece_of(activity: &TailActivity) -> Result<Option<Epoch>, Nameless> {
    let staff = activity.staff.as_ref().and_then(|staff| match staff.what.as_ref()? {
        activity::What::Delta(delta) => Some((&staff.conversation_id, delta)),
        activity::What::Presence(_) => None,
    });
    let visitor = activity.visitor.as_ref().and_then(|visitor| match visitor.what.as_ref()? {
        visitor_activity::What::Delta(delta) => Some((&visitor.conversation_id, delta)),
        visitor_activity::What::StaffTyping(_) => None,
    });
    let lowest = staff.into_iter().chain(visitor).min_by_key(|(_, delta)| delta.control_epoch);
    lowest.map(epoch).transpose()
}

fn epoch((conversation, delta): (&String, &AnswerDelta)) -> Result<Epoch, Nameless> {
    let conversation: ConversationId = conversation.parse().map_err(|_| Nameless)?;
    Ok(Epoch { conversation, number: delta.control_epoch })
}
