//! What a visitor sees: types of their own, so that what is the staff's has no field to leak through. People are named, never identified.

use baton_proto::{conversation::v1 as wire, internal::conversation::v1 as internal};

use super::{Told, author, source, state, time};
use crate::{
    application::ports::About,
    domain::{
        conversation::{Control, Conversation},
        effects::EventKind,
        ids::{ConversationId, MemberId},
        message::{Author, Message},
        names::{Names, Speakers},
    },
};

/// A message as its visitor sees it.
pub fn message(it: &Message, names: &Names) -> internal::VisitorMessage {
    let (author_kind, _) = author(it.author);
    let own = matches!(it.author, Author::Visitor(_));
    internal::VisitorMessage {
        id: it.id.to_string(),
        sequence: it.sequence,
        author_kind: author_kind as i32,
        text: it.text.clone(),
        client_message_id: if own { it.client_message_id.clone() } else { String::new() },
        system_notice: it.notice.map_or(0, |notice| notice as i32),
        sources: it.sources.iter().map(source).collect(),
        create_time: Some(time(it.created_at)),
        author_name: names.of_author(it.author),
    }
}

/// Who is named in a thread.
pub fn speakers(it: &Conversation, messages: &[Message]) -> Speakers {
    let mut speakers = Speakers::of(messages.iter().map(|message| message.author));
    if let Some(member) = it.assignee.filter(|_| it.control == Control::Human) {
        speakers.add_member(member);
    }
    speakers
}

/// A conversation as its visitor sees it.
pub fn conversation(it: &Conversation, email_known: bool, names: &Names) -> internal::VisitorConversation {
    let about = Standing { id: it.id, revision: it.revision, email_known };
    standing(about, &state(it), names)
}

/// What a state does not say of its conversation.
struct Standing {
    id: ConversationId,
    revision: i64,
    email_known: bool,
}

/// A state as the visitor sees it: of a handoff no more than what concerns their waiting, of who has it only the name.
fn standing(
    about: Standing,
    state: &wire::ConversationState,
    names: &Names,
) -> internal::VisitorConversation {
    let assignee = assignee(state);
    let waiting = state.control == Control::Waiting as i32;
    let handoff = state.handoff.as_ref().filter(|_| waiting);
    let promise = handoff.and_then(|handoff| handoff.promise.clone());
    let nobody_there = promise.as_ref().is_some_and(|promise| promise.outside_hours);
    internal::VisitorConversation {
        id: about.id.to_string(),
        control: state.control,
        control_epoch: state.control_epoch,
        resolved: state.status == wire::ConversationStatus::Resolved as i32,
        last_sequence: state.last_sequence,
        revision: about.revision,
        promise,
        answer_by_email: handoff.is_some_and(|handoff| handoff.fallback_promised_time.is_some()),
        email_wanted: nobody_there && !about.email_known,
        assignee_name: assignee.map(|member| names.of_member(member)).unwrap_or_default(),
    }
}

/// The member who has it. Who is asked to take it is the staff's business.
fn assignee(state: &wire::ConversationState) -> Option<MemberId> {
    let taken = state.control == Control::Human as i32;
    state.assignee_id.parse().ok().filter(|_| taken)
}

/// The state of an item that is the visitor's to see: of who speaks, what they are told while they wait, whether it is over, and who has it.
fn visible_state(told: &Told) -> Option<&wire::ConversationState> {
    use EventKind as K;
    let state = told.state.as_ref()?;
    let visible = match told.item.kind? {
        K::ConversationStarted | K::ControlChanged | K::StatusChanged | K::HandoffChanged => true,
        K::AssignmentChanged => assignee(state).is_some(),
        K::MessagePosted
        | K::PriorityChanged
        | K::NoteChanged
        | K::BriefAttached
        | K::ReadMarked
        | K::ReplyOverdue => false,
    };
    visible.then_some(state)
}

/// Who is named in what the visitors see of these items.
pub fn speakers_in(items: &[Told]) -> Speakers {
    let mut speakers = Speakers::default();
    for told in items {
        if let About::Message(it) = &told.item.about {
            speakers.add_author(it.author);
        } else if let Some(member) = visible_state(told).and_then(assignee) {
            speakers.add_member(member);
        }
    }
    speakers
}

/// A feed item as its visitor sees it; `None` for what is not theirs to see.
pub fn item(told: &Told, names: &Names) -> Option<internal::VisitorItem> {
    use internal::visitor_item::Item;
    let item = &told.item;
    if let About::Message(it) = &item.about {
        return Some(internal::VisitorItem { item: Some(Item::Message(message(it, names))) });
    }
    let about = Standing { id: item.conversation, revision: item.revision, email_known: item.email_known };
    let conversation = standing(about, visible_state(told)?, names);
    Some(internal::VisitorItem { item: Some(Item::Conversation(conversation)) })
}
