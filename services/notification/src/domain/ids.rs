//! The ids notification handles, most of them given out by others.

use baton_kit::prefixed_id;

prefixed_id!(
    /// A person on the staff.
    MemberId,
    "mem"
);
prefixed_id!(
    /// An end user.
    ContactId,
    "cont"
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
    /// A notice in the inbox.
    NoticeId,
    "ntc"
);
prefixed_id!(
    /// An entry of the ledger.
    LedgerId,
    "led"
);
prefixed_id!(
    /// A mail to be written, from the moment there is a reason for it.
    MailingId,
    "mail"
);
