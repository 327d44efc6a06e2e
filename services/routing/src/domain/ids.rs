//! The ids routing handles, most of them given out by others.

use baton_kit::prefixed_id;

prefixed_id!(
    /// A person on the staff.
    MemberId,
    "mem"
);
prefixed_id!(
    /// A thread between a contact and the business.
    ConversationId,
    "conv"
);
prefixed_id!(
    /// One passage from AI to people.
    HandoffId,
    "hand"
);
prefixed_id!(
    /// A named group of members.
    TeamId,
    "team"
);
prefixed_id!(
    /// A decision of routing; also the request id of the call that carries it out.
    DecisionId,
    "dec"
);
