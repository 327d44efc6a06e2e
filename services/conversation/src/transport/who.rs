//! The caller in conversation's words.

use baton_kit::door::{
    principal::{Caller, Kind, caller_of},
    refusal::Refusal,
};
use baton_proto::common::v1::ErrorReason;

use crate::{
    application::{command_conversation::Target, ports::Scope},
    domain::{
        ids::{AssistantId, ContactId, ConversationId, KeyId, MemberId},
        message::Actor,
        read_mark::Reader,
    },
};

/// The caller of a request.
pub(super) fn caller<T>(request: &tonic::Request<T>) -> Result<Caller, Refusal> {
    caller_of(request)
}

/// What the caller sees: a visitor only what is theirs, and who came by a link only what it opens.
pub(super) fn scope(caller: &Caller) -> Result<Scope, Refusal> {
    let workspace = caller.workspace()?;
    let contact = (caller.kind == Kind::Visitor).then(|| ContactId::from_uuid(caller.subject));
    Ok(Scope { workspace, contact, only: caller.only.map(ConversationId::from_uuid) })
}

/// The caller as an actor. The assistant is the only service that acts in a thread.
pub(super) fn actor(caller: &Caller) -> Result<Actor, Refusal> {
    match caller.kind {
        Kind::Visitor => Ok(Actor::Visitor(ContactId::from_uuid(caller.subject))),
        Kind::Member => Ok(Actor::Member(MemberId::from_uuid(caller.subject))),
        Kind::ApiKey => Ok(Actor::ApiKey(KeyId::from_uuid(caller.subject))),
        // Which assistant is the conversation's own knowledge; the nil id never reaches a row as an author.
        Kind::Service => Ok(Actor::Assistant(AssistantId::from_uuid(caller.subject))),
        Kind::Operator => Err(wrong_kind()),
    }
}

/// The member who calls.
pub(super) fn member(caller: &Caller) -> Result<MemberId, Refusal> {
    if caller.kind == Kind::Member { Ok(MemberId::from_uuid(caller.subject)) } else { Err(wrong_kind()) }
}

/// Who reads a thread: a visitor or a member.
pub(super) fn reader(caller: &Caller) -> Result<Reader, Refusal> {
    Reader::try_from(actor(caller)?).map_err(|_| wrong_kind())
}

/// The caller's command on a conversation.
pub(super) fn target(caller: &Caller, conversation: ConversationId) -> Result<Target, Refusal> {
    Ok(Target { scope: scope(caller)?, conversation, by: actor(caller)? })
}

fn wrong_kind() -> Refusal {
    Refusal::new(ErrorReason::PermissionDenied, "the caller is of the wrong kind for this call")
}
