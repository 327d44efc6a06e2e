//! Ids of what conversation owns, and of what it only refers to.

use baton_kit::prefixed_id;

prefixed_id!(
    /// A thread.
    ConversationId,
    "conv"
);
prefixed_id!(
    /// A message in a thread.
    MessageId,
    "msg"
);
prefixed_id!(
    /// A note of the staff.
    NoteId,
    "note"
);
prefixed_id!(
    /// One passage from AI to people.
    HandoffId,
    "hand"
);
prefixed_id!(
    /// What the staff reads before answering.
    BriefId,
    "brief"
);
prefixed_id!(
    /// The end user's durable identity.
    ContactId,
    "cont"
);
prefixed_id!(
    /// A person on the staff; owned by team.
    MemberId,
    "mem"
);
prefixed_id!(
    /// What answers first; owned by ai.
    AssistantId,
    "asst"
);
prefixed_id!(
    /// A group of members; owned by team.
    TeamId,
    "team"
);
prefixed_id!(
    /// An API key; owned by team.
    KeyId,
    "key"
);
prefixed_id!(
    /// One decision of routing; owned by routing.
    DecisionId,
    "dec"
);
prefixed_id!(
    /// An event of the feed.
    EventId,
    "evt"
);
prefixed_id!(
    /// A document of the knowledge base; owned by ai.
    DocumentId,
    "doc"
);
