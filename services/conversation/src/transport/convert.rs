//! Domain to wire, one function a message. Numbers of enums are the same on both sides, which a test holds.

pub mod activity;
pub mod briefs;
pub mod contacts;
pub mod visitors;

use baton_proto::{common::v1 as common, conversation::v1 as wire};
use jiff::Timestamp;
use prost::Message as _;

use crate::{
    application::ports::{
        About, FeedItem,
        lists::{LastMessage, Listed},
    },
    domain::{
        conversation::{Control, Conversation},
        handoff::{Handoff, Promise},
        ids::{AssistantId, MemberId, TeamId},
        message::{Actor, Author, Message, Source},
        note::Note,
        weight::Weigh,
    },
};

/// `DELIVERY_STATE_ACCEPTED`: the widget channel stops here.
const ACCEPTED: i32 = wire::DeliveryState::Accepted as i32;

/// An instant.
pub fn time(at: Timestamp) -> prost_types::Timestamp {
    prost_types::Timestamp { seconds: at.as_second(), nanos: at.subsec_nanosecond() }
}

fn text<T: ToString>(id: Option<T>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}

/// A conversation for the staff.
pub fn conversation(it: &Conversation) -> wire::Conversation {
    wire::Conversation {
        id: it.id.to_string(),
        assistant_id: it.assistant.to_string(),
        contact_id: it.contact.to_string(),
        channel: it.channel.clone(),
        external_id: it.external_id.clone().unwrap_or_default(),
        origin: it.origin.clone(),
        status: it.status as i32,
        control: it.control as i32,
        control_epoch: it.control_epoch,
        assignment_version: it.assignment_version,
        assignee_id: text::<MemberId>(it.assignee),
        last_assignee_id: text::<MemberId>(it.last_assignee),
        team_id: text::<TeamId>(it.team),
        priority: it.priority.map_or(0, |(priority, _)| priority as i32),
        priority_source: it.priority.map_or(0, |(_, source)| source as i32),
        needs_agent_intervention: it.control == Control::Waiting,
        handoff: it.handoff.as_ref().map(handoff),
        last_sequence: it.last_sequence,
        revision: it.revision,
        create_time: Some(time(it.created_at)),
        last_activity_time: Some(time(it.last_activity_at)),
        priority_reason: it.priority_reason.clone(),
        snoozed_until_time: it.snoozed_until.map(time),
        // Kept beside the conversation; whoever shows one conversation adds it.
        brief: None,
        contact_name: String::new(),
        last_message: None,
    }
}

/// A conversation in a list for the staff.
pub fn listed(it: &Listed) -> wire::Conversation {
    let last = |last: &LastMessage| wire::LastMessage {
        text: last.text.clone(),
        author_kind: last.author as i32,
        system_notice: last.notice.map_or(0, |notice| notice as i32),
        create_time: Some(time(last.created_at)),
    };
    wire::Conversation {
        contact_name: it.contact_name.clone(),
        last_message: it.last.as_ref().map(last),
        ..conversation(&it.conversation)
    }
}

fn handoff(it: &Handoff) -> wire::Handoff {
    wire::Handoff {
        id: it.id.to_string(),
        state: it.state as i32,
        reason: it.reason as i32,
        previous_handoff_id: text(it.previous),
        create_time: Some(time(it.created_at)),
        close_time: it.closed_at.map(time),
        return_cause: it.return_cause.map_or(0, |cause| cause as i32),
        waiting_since_time: Some(time(it.waiting_since)),
        promise: it.promise.as_ref().map(promise),
        fallback_promised_time: it.fallback_promised_at.map(time),
        alarmed_time: it.alarmed_at.map(time),
    }
}

fn promise(it: &Promise) -> wire::ReplyPromise {
    wire::ReplyPromise {
        promised_by_time: it.by.map(time),
        text: it.text.clone(),
        outside_hours: it.outside_hours,
    }
}

/// The state of a conversation as the body of an event.
pub fn state(it: &Conversation) -> wire::ConversationState {
    wire::ConversationState {
        assistant_id: it.assistant.to_string(),
        contact_id: it.contact.to_string(),
        status: it.status as i32,
        control: it.control as i32,
        control_epoch: it.control_epoch,
        assignment_version: it.assignment_version,
        assignee_id: text::<MemberId>(it.assignee),
        team_id: text::<TeamId>(it.team),
        priority: it.priority.map_or(0, |(priority, _)| priority as i32),
        handoff: it.handoff.as_ref().map(handoff),
        waiting_since: it.open_handoff().map(|open| time(open.waiting_since)),
        last_sequence: it.last_sequence,
        priority_source: it.priority.map_or(0, |(_, source)| source as i32),
        last_assignee_id: text::<MemberId>(it.last_assignee),
    }
}

/// For the store: the body of an event.
pub fn encode_state(it: &Conversation) -> Vec<u8> {
    state(it).encode_to_vec()
}

fn author(author: Author) -> (wire::AuthorKind, String) {
    match author {
        Author::Visitor(id) => (wire::AuthorKind::Visitor, id.to_string()),
        Author::Ai(id) => (wire::AuthorKind::Ai, id.to_string()),
        Author::Member(id) => (wire::AuthorKind::Member, id.to_string()),
        Author::System => (wire::AuthorKind::System, String::new()),
    }
}

fn source(it: &Source) -> wire::Source {
    wire::Source { document_id: it.document.to_string(), title: it.title.clone(), uri: it.uri.clone() }
}

/// A message for the staff.
pub fn message(it: &Message) -> wire::Message {
    let (author_kind, author_id) = author(it.author);
    wire::Message {
        id: it.id.to_string(),
        conversation_id: it.conversation.to_string(),
        sequence: it.sequence,
        revision: it.revision,
        author_kind: author_kind as i32,
        author_id,
        text: it.text.clone(),
        client_message_id: it.client_message_id.clone(),
        control_epoch: it.control_epoch,
        system_notice: it.notice.map_or(0, |notice| notice as i32),
        sources: it.sources.iter().map(source).collect(),
        delivery_state: ACCEPTED,
        create_time: Some(time(it.created_at)),
        external_id: String::new(),
    }
}

/// A note for the staff. There is no visitor's view of it.
pub fn note(it: &Note) -> wire::Note {
    wire::Note {
        id: it.id.to_string(),
        conversation_id: it.conversation.to_string(),
        after_sequence: it.after_sequence,
        revision: it.revision,
        author_id: it.author.to_string(),
        text: it.text.clone(),
        create_time: Some(time(it.created_at)),
    }
}

fn actor(it: Option<Actor>) -> Option<common::Actor> {
    let (kind, id) = match it? {
        Actor::Visitor(id) => (common::ActorKind::Visitor, id.to_string()),
        Actor::Member(id) => (common::ActorKind::Member, id.to_string()),
        // The assistant is a field of the conversation; a turn does not name another.
        Actor::Assistant(id) if id == AssistantId::from_uuid(uuid::Uuid::nil()) => {
            (common::ActorKind::Assistant, String::new())
        }
        Actor::Assistant(id) => (common::ActorKind::Assistant, id.to_string()),
        Actor::ApiKey(id) => (common::ActorKind::ApiKey, id.to_string()),
        Actor::System => (common::ActorKind::System, String::new()),
    };
    Some(common::Actor { kind: kind as i32, id })
}

/// A feed item with its state read: once, however many are told of it.
#[derive(Debug)]
pub struct Told {
    /// The item.
    pub item: FeedItem,
    /// The state in its body; `None` for what carries none, and for a body of a newer version that cannot be read.
    pub state: Option<wire::ConversationState>,
}

/// Feed items to be told of.
pub fn told(items: Vec<FeedItem>) -> Vec<Told> {
    let state = |item: &FeedItem| match &item.about {
        About::State(body) => wire::ConversationState::decode(body.as_slice()).ok(),
        About::Message(_) | About::Note(_) | About::Brief(_) | About::ReadMark(_) | About::Replaced => None,
    };
    items.into_iter().map(|item| Told { state: state(&item), item }).collect()
}

impl Weigh for Told {
    fn weight(&self) -> usize {
        match &self.item.about {
            About::Message(it) => it.weight(),
            About::Note(it) => it.weight(),
            About::Brief(it) => it.findings.lines.iter().map(|line| line.text.len()).sum(),
            About::State(body) => body.len(),
            About::ReadMark(_) | About::Replaced => 0,
        }
    }
}

/// A feed item for the staff.
pub fn event(told: &Told) -> wire::Event {
    use wire::event::Subject;
    let item = &told.item;
    let subject = match &item.about {
        About::Message(it) => Some(Subject::Message(message(it))),
        About::Note(it) => Some(Subject::Note(note(it))),
        About::Brief(it) => Some(Subject::Brief(briefs::brief(it))),
        About::ReadMark(it) => Some(Subject::ReadMark(activity::read_mark(it))),
        About::Replaced => None,
        About::State(_) => told.state.clone().map(Subject::State),
    };
    wire::Event {
        id: item.id.to_string(),
        kind: item.kind.map_or(0, |kind| kind as i32),
        conversation_id: item.conversation.to_string(),
        revision: item.revision,
        actor: actor(item.actor),
        create_time: Some(time(item.at)),
        subject,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        conversation::Status,
        effects::EventKind,
        handoff::{HandoffReason, HandoffState, ReturnCause},
        message::Notice,
    };

    /// Every number of a contract enum is a domain value, or is said to be none of ours.
    fn numbers_agree<W: TryFrom<i32>, D: TryFrom<i32>>(not_ours: &[i32]) {
        for number in 1..50 {
            let (wire, domain) = (W::try_from(number).is_ok(), D::try_from(number).is_ok());
            assert_eq!(wire, domain || not_ours.contains(&number), "{number}");
        }
    }

    #[test]
    fn numbers_of_the_domain_are_those_of_the_contract() {
        numbers_agree::<wire::Control, Control>(&[]);
        numbers_agree::<wire::ConversationStatus, Status>(&[]);
        numbers_agree::<wire::HandoffState, HandoffState>(&[]);
        numbers_agree::<wire::HandoffReason, HandoffReason>(&[]);
        numbers_agree::<wire::SystemNotice, Notice>(&[]);
        numbers_agree::<wire::AuthorKind, crate::domain::message::AuthorKind>(&[]);
        numbers_agree::<wire::BriefEngine, crate::domain::brief::BriefEngine>(&[]);
        numbers_agree::<wire::BriefLineKind, crate::domain::brief::LineKind>(&[]);
        numbers_agree::<wire::Sentiment, crate::domain::brief::Sentiment>(&[]);
        numbers_agree::<wire::ActivityKind, crate::domain::activity::Doing>(&[]);
        numbers_agree::<wire::ReturnCause, ReturnCause>(&[]);
        numbers_agree::<wire::Priority, crate::domain::conversation::Priority>(&[]);
        assert_eq!(wire::EventKind::HandoffChanged as i32, EventKind::HandoffChanged as i32);
        assert_eq!(wire::EventKind::ReplyOverdue as i32, EventKind::ReplyOverdue as i32);
        assert_eq!(wire::EventKind::MessagePosted as i32, EventKind::MessagePosted as i32);
        assert_eq!(wire::Control::Waiting as i32, Control::Waiting as i32);
        assert_eq!(wire::HandoffReason::AiUnavailable as i32, HandoffReason::AiUnavailable as i32);
    }
}
