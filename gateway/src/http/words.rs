//! Enumerations of the contract as lower-case words. A number this version does not know becomes `unknown`.

use baton_proto::{
    common::v1 as common, conversation::v1 as conversation, routing::v1 as routing, team::v1 as team,
};

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident of $wire:ty { $($(#[$what:meta])* $word:ident,)+ })+) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub(crate) enum $name {
            $($(#[$what])* $word,)+
            /// Newer than this gateway.
            Unknown,
        }

        impl From<i32> for $name {
            fn from(number: i32) -> Self {
                type Wire = $wire;
                match Wire::try_from(number) {
                    $(Ok(Wire::$word) => Self::$word,)+
                    _ => Self::Unknown,
                }
            }
        }

        impl From<$name> for i32 {
            fn from(word: $name) -> Self {
                type Wire = $wire;
                match word {
                    $($name::$word => Wire::$word.into(),)+
                    $name::Unknown => 0,
                }
            }
        }

        // `unknown` is said by us and never to us.
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                #[derive(serde::Deserialize)]
                #[serde(rename_all = "snake_case")]
                enum Known { $($word,)+ }
                Ok(match Known::deserialize(from)? { $(Known::$word => Self::$word,)+ })
            }
        }
    )+ };
}

mod notification;

pub(crate) use notification::{CannedScope, Channel, LedgerDecision, LedgerReason, NotificationKind};

words! {
    /// Who may speak for the business.
    Control of conversation::Control {
        /// The assistant answers.
        Ai,
        /// A person is needed and none has taken it.
        Waiting,
        /// A member answers.
        Human,
    }

    /// Where a conversation stands in its life.
    Status of conversation::ConversationStatus {
        /// In work.
        Open,
        /// Put off until later.
        Snoozed,
        /// Done.
        Resolved,
    }

    /// How urgent.
    Priority of conversation::Priority {
        /// May wait.
        Low,
        /// The usual.
        Medium,
        /// Before the usual.
        High,
        /// Before everything.
        Urgent,
    }

    /// Who set a priority.
    PrioritySource of conversation::PrioritySource {
        /// The assistant.
        Ai,
        /// A member or a program.
        Person,
    }

    /// Who wrote a message.
    AuthorKind of conversation::AuthorKind {
        /// The end user.
        Visitor,
        /// The assistant.
        Ai,
        /// A person on the staff.
        Member,
        /// Baton: a notice in the thread.
        System,
    }

    /// What a system message says.
    SystemNotice of conversation::SystemNotice {
        /// A person will answer.
        HandoffRequested,
        /// A member has joined.
        MemberJoined,
        /// The assistant answers again.
        HandedBack,
        /// The conversation was resolved.
        Resolved,
        /// The visitor took the wish for a person back.
        Withdrawn,
        /// A person is looked for again.
        BackInQueue,
        /// Nobody took it in time; the answer will come by e-mail.
        AnswerByEmail,
    }

    /// How far a message got on its channel.
    DeliveryState of conversation::DeliveryState {
        /// Stored by Baton.
        Accepted,
        /// Handed to the channel.
        Sent,
        /// The channel says it arrived.
        Delivered,
        /// The channel refused it.
        Failed,
    }

    /// Where one passage from AI to people stands.
    HandoffState of conversation::HandoffState {
        /// Open: a person is looked for.
        Requested,
        /// Open: a member is asked.
        Assigned,
        /// Closed: a member took it.
        Taken,
        /// Closed: given back to the assistant.
        HandedBack,
        /// Closed: the visitor took the wish back.
        Withdrawn,
        /// Closed with the conversation.
        Resolved,
    }

    /// Why a conversation was handed to people.
    HandoffReason of conversation::HandoffReason {
        /// The visitor asked for a person.
        VisitorRequest,
        /// The assistant decided.
        AiDecision,
        /// A phrase of the rules was said.
        Phrase,
        /// No answer was found as often as the rules allow.
        NoAnswer,
        /// The visitor repeated themselves.
        Repetition,
        /// The visitor is angry or upset.
        NegativeMood,
        /// The assistant failed or was too slow.
        AiUnavailable,
        /// A member queued it for a team.
        MemberRequest,
        /// A program asked for it.
        ApiRequest,
        /// The member who had it gave it back, left, or did not answer in time.
        Returned,
        /// The visitor left a message for people.
        MessageLeft,
    }

    /// Why a handoff continues another one.
    ReturnCause of conversation::ReturnCause {
        /// A member put it back into the queue.
        GivenBack,
        /// The member was removed, or may no longer reply.
        MemberLeft,
        /// The member did not answer the visitor in time.
        NoReply,
    }

    /// How a brief was made.
    BriefEngine of conversation::BriefEngine {
        /// By picking sentences of the thread, without a model.
        Extractive,
        /// By a language model.
        Model,
    }

    /// What a line of a brief says.
    BriefLineKind of conversation::BriefLineKind {
        /// What the visitor wants.
        Wish,
        /// What was tried.
        Tried,
        /// What the assistant promised.
        Promised,
        /// Something the visitor told.
        Fact,
        /// What stands open.
        OpenQuestion,
    }

    /// How the visitor feels.
    Sentiment of conversation::Sentiment {
        /// Glad.
        Positive,
        /// Neither.
        Neutral,
        /// Upset or angry.
        Negative,
    }

    /// What somebody does in a conversation at the moment.
    ActivityKind of conversation::ActivityKind {
        /// Writing.
        Typing,
        /// Looking at it.
        Viewing,
        /// No longer.
        Idle,
    }

    /// Which conversations a list holds.
    View of conversation::ConversationView {
        /// All of them.
        All,
        /// A person is needed and none has taken it.
        NeedsIntervention,
        /// The caller is the assignee.
        Mine,
        /// Open and without an assignee.
        Unassigned,
    }

    /// What happened.
    EventKind of conversation::EventKind {
        /// A conversation began.
        ConversationStarted,
        /// A message was accepted.
        MessagePosted,
        /// Who may speak changed.
        ControlChanged,
        /// The assignee or the team changed.
        AssignmentChanged,
        /// The status changed.
        StatusChanged,
        /// The priority changed.
        PriorityChanged,
        /// A handoff was opened, assigned, released or closed.
        HandoffChanged,
        /// A note was left.
        NoteChanged,
        /// A brief was attached to a handoff.
        BriefAttached,
        /// Somebody read on.
        ReadMarked,
        /// The assignee has let the visitor wait; soon the conversation returns to the queue.
        ReplyOverdue,
    }

    /// What kind of principal did something.
    ActorKind of common::ActorKind {
        /// The end user.
        Visitor,
        /// A person on the staff.
        Member,
        /// An assistant.
        Assistant,
        /// A program.
        ApiKey,
        /// Baton itself.
        System,
    }

    /// Whether a member takes conversations.
    Availability of routing::AvailabilityState {
        /// Takes conversations.
        Online,
        /// Takes nothing new.
        Busy,
        /// Not at the desk.
        Away,
        /// Not working.
        Offline,
    }

    /// Why a candidate was passed over.
    FilterReason of routing::FilterReason {
        /// Not online.
        NotOnline,
        /// Holds as many conversations as their limit.
        AtLimit,
        /// Was asked for this handoff before.
        AlreadyAsked,
        /// May not reply.
        NotAllowed,
        /// Not in the conversation's team.
        OtherTeam,
        /// No longer on the staff.
        Removed,
    }

    /// What came of a decision.
    DecisionOutcome of routing::DecisionOutcome {
        /// The outcome is not known yet.
        Pending,
        /// The member was asked.
        Assigned,
        /// Refused because things had changed.
        Refused,
        /// Nobody could be asked.
        Nobody,
    }

    /// A day of the week.
    Weekday of routing::Weekday {
        /// Monday.
        Monday,
        /// Tuesday.
        Tuesday,
        /// Wednesday.
        Wednesday,
        /// Thursday.
        Thursday,
        /// Friday.
        Friday,
        /// Saturday.
        Saturday,
        /// Sunday.
        Sunday,
    }

    /// Why people work or not.
    HoursCause of routing::HoursCause {
        /// The workspace never set any office hours.
        AlwaysOpen,
        /// The hours of the week.
        Week,
        /// An exception for the date.
        Exception,
        /// The time zone stored is no longer known; taken as open.
        UnknownTimeZone,
    }

    /// What a member may do.
    Role of team::Role {
        /// Everything, also other owners.
        Owner,
        /// Everything but owners.
        Admin,
        /// Assistants, knowledge, settings; no conversations.
        Editor,
        /// Reads everything.
        Analyst,
        /// Reads and replies.
        Agent,
        /// Reads conversations.
        Viewer,
    }

    /// The colour a team is shown in.
    TeamColor of team::TeamColor {
        /// Gray.
        Gray,
        /// Red.
        Red,
        /// Orange.
        Orange,
        /// Amber.
        Amber,
        /// Lime.
        Lime,
        /// Green.
        Green,
        /// Teal.
        Teal,
        /// Cyan.
        Cyan,
        /// Blue.
        Blue,
        /// Indigo.
        Indigo,
        /// Purple.
        Purple,
        /// Pink.
        Pink,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_lower_case_and_numbers_from_the_future_are_no_fault() {
        assert_eq!(serde_json::to_string(&Control::from(2)).unwrap(), "\"waiting\"");
        assert_eq!(serde_json::to_string(&SystemNotice::from(6)).unwrap(), "\"back_in_queue\"");
        assert_eq!(serde_json::to_string(&Control::from(99)).unwrap(), "\"unknown\"");
    }

    #[test]
    fn a_word_is_read_back_and_unknown_is_not() {
        let read = |text: &str| serde_json::from_str::<Role>(text);
        assert_eq!(i32::from(read("\"agent\"").unwrap()), i32::from(team::Role::Agent));
        assert!(read("\"unknown\"").is_err() && read("\"Agent\"").is_err() && read("5").is_err());
    }
}
