//! What people are told of, and how: words of notification and of canned responses.

use baton_proto::{notification::v1 as notification, team::v1 as team};

words! {
    /// What somebody is told of.
    NotificationKind of notification::NotificationKind {
        /// A person is needed.
        HandoffRequested,
        /// A conversation was given to the member.
        AssignedToMe,
        /// A conversation was given to a team of the member's, and nobody of it has it yet.
        AssignedToMyTeam,
        /// The member lets a visitor wait.
        ReplyOverdue,
        /// A member answered and the visitor has not read it. To the visitor.
        VisitorReply,
    }

    /// A way to tell somebody.
    Channel of notification::Channel {
        /// A notice in the inbox.
        InApp,
        /// A mail.
        Email,
    }

    /// What was decided about telling somebody.
    LedgerDecision of notification::LedgerDecision {
        /// It waits, so that it can be dropped if it is read first.
        Delayed,
        /// Handed over: to the mail server, or to the inbox.
        Sent,
        /// Part of another one about the same conversation.
        Merged,
        /// Not sent.
        Dropped,
        /// It could not be sent; with `try_again` it is tried again.
        Failed,
    }

    /// Why it was decided so.
    LedgerReason of notification::LedgerReason {
        /// There was reason to tell, and none against it.
        Due,
        /// It waits for the recipient to read it without a mail.
        ReadFirst,
        /// Read meanwhile.
        Read,
        /// What it told of is no longer so.
        Overtaken,
        /// Not wanted by this way.
        SwitchedOff,
        /// The recipient unsubscribed.
        Unsubscribed,
        /// Another mail about this conversation went out shortly before.
        Window,
        /// No e-mail address is known.
        NoAddress,
        /// No longer a member, or not allowed to see the conversation.
        NotEligible,
        /// The mail server asked for patience, or did not answer.
        TryAgain,
        /// The mail server refused it for good.
        Refused,
        /// It was tried for as long as is configured.
        GivenUp,
        /// It could not be written: a fault of the server's texts or settings.
        Unwritable,
    }

    /// Who may use a canned response.
    CannedScope of team::CannedScope {
        /// Everybody.
        Workspace,
        /// The members of a team.
        Team,
        /// Whoever made it.
        Personal,
    }
}
