//! The ids that team gives out, and the ones it only names.

use baton_kit::prefixed_id;

prefixed_id!(
    /// A person on the staff.
    MemberId,
    "mem"
);

prefixed_id!(
    /// A group of members.
    TeamId,
    "team"
);

prefixed_id!(
    /// An API key; not its secret.
    ApiKeyId,
    "key"
);

prefixed_id!(
    /// A signed-in browser; not its secret.
    SessionId,
    "sess"
);

prefixed_id!(
    /// A reply that is used again.
    CannedResponseId,
    "can"
);

prefixed_id!(
    /// An end user. Conversation's own; here only to tell a visitor who it is.
    ContactId,
    "cont"
);
