//! The kinds of ids this service makes or names.
//!
//! Must not know what they stand for elsewhere.

use baton_kit::prefixed_id;

prefixed_id!(
    /// An assistant.
    AssistantId,
    "asst"
);
prefixed_id!(
    /// A document of the knowledge base.
    DocumentId,
    "doc"
);
prefixed_id!(
    /// A conversation, which the conversation service owns.
    ConversationId,
    "conv"
);
prefixed_id!(
    /// A turn; never leaves but inside the client message ids of answers.
    TurnId,
    "turn"
);
prefixed_id!(
    /// A team of members, which the team service owns.
    TeamId,
    "team"
);
prefixed_id!(
    /// A handoff, which the conversation service owns.
    HandoffId,
    "hand"
);
prefixed_id!(
    /// A brief as the conversation service keeps it.
    BriefId,
    "brief"
);
prefixed_id!(
    /// A job that finds out about a handoff; also the request id of what it attaches.
    InsightId,
    "insight"
);
prefixed_id!(
    /// A contact, which the conversation service owns.
    ContactId,
    "cont"
);
