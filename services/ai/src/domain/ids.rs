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
