//! Who may call which method of conversation: one row a method.

use baton_kit::door::{access::Rule, principal::Scope};

const READ: Scope = Scope::ConversationsRead;
const WRITE: Scope = Scope::ConversationsWrite;

/// The rows.
pub const RULES: &[Rule] = &[
    Rule::on("/baton.conversation.v1.ConversationService/StartConversation").visitors().keys(WRITE),
    Rule::on("/baton.conversation.v1.ConversationService/PostMessage")
        .visitors()
        .staff(WRITE)
        .services(&["ai"]),
    Rule::on("/baton.conversation.v1.ConversationService/GetConversation").staff(READ),
    Rule::on("/baton.conversation.v1.ConversationService/ListConversations").staff(READ),
    Rule::on("/baton.conversation.v1.ConversationService/ListMessages").staff(READ),
    Rule::on("/baton.conversation.v1.ConversationService/ResolveConversation").staff(WRITE),
    Rule::on("/baton.conversation.v1.ConversationService/ReopenConversation").members(WRITE),
    Rule::on("/baton.conversation.v1.ConversationService/AssignConversation").staff(WRITE),
    Rule::on("/baton.conversation.v1.ConversationService/UnassignConversation").staff(WRITE),
    Rule::on("/baton.conversation.v1.ConversationService/SetTeam").staff(WRITE),
    Rule::on("/baton.conversation.v1.ConversationService/SetPriority").staff(WRITE),
    Rule::on("/baton.conversation.v1.ConversationService/SnoozeConversation").staff(WRITE),
    Rule::on("/baton.conversation.v1.ConversationService/WakeConversation").staff(WRITE),
    Rule::on("/baton.conversation.v1.ConversationService/MarkRead").visitors().members(READ),
    Rule::on("/baton.conversation.v1.ConversationService/ListReadMarks").staff(READ),
    Rule::on("/baton.conversation.v1.ConversationService/ReportActivity").visitors().members(READ),
    Rule::on("/baton.conversation.v1.ContactService/GetContact").staff(READ).services(&["ai"]),
    Rule::on("/baton.conversation.v1.ContactService/ListContacts").staff(READ),
    Rule::on("/baton.conversation.v1.ContactService/UpdateContact").staff(WRITE).services(&["ai"]),
    Rule::on("/baton.conversation.v1.ContactService/LeaveEmail").visitors(),
    Rule::on("/baton.conversation.v1.HandoffService/RequestHandoff")
        .visitors()
        .staff(WRITE)
        .services(&["ai"]),
    Rule::on("/baton.conversation.v1.HandoffService/TakeOver").members(WRITE),
    Rule::on("/baton.conversation.v1.HandoffService/HandBack").members(WRITE),
    Rule::on("/baton.conversation.v1.HandoffService/HandToTeam").staff(WRITE),
    Rule::on("/baton.conversation.v1.HandoffService/WithdrawHandoff").visitors(),
    Rule::on("/baton.conversation.v1.NoteService/CreateNote").members(WRITE),
    Rule::on("/baton.conversation.v1.NoteService/ListNotes").staff(READ),
    Rule::on("/baton.conversation.v1.FeedService/Watch").staff(READ),
    Rule::on("/baton.conversation.v1.FeedService/ListEvents").staff(READ),
    Rule::on("/baton.internal.conversation.v1.AssignmentService/Assign").services(&["routing"]),
    Rule::on("/baton.internal.conversation.v1.AssignmentService/Release").services(&["routing"]),
    Rule::on("/baton.internal.conversation.v1.AssignmentService/SetPromise").services(&["routing"]),
    Rule::on("/baton.internal.conversation.v1.AssignmentService/ListMemberLoads").services(&["routing"]),
    Rule::on("/baton.internal.conversation.v1.TurnService/GetTurnContext").services(&["ai"]),
    Rule::on("/baton.internal.conversation.v1.TurnService/ReportProgress").services(&["ai"]),
    Rule::on("/baton.internal.conversation.v1.TurnService/FinishTurn").services(&["ai"]),
    Rule::on("/baton.internal.conversation.v1.TurnService/PushDelta").services(&["ai"]),
    Rule::on("/baton.internal.conversation.v1.InsightSinkService/AttachBrief").services(&["ai"]),
    Rule::on("/baton.internal.conversation.v1.InsightSinkService/SuggestPriority").services(&["ai"]),
    Rule::on("/baton.internal.conversation.v1.VisitorService/OpenSession").services(&["gateway"]),
    Rule::on("/baton.internal.conversation.v1.VisitorService/GetWidget").services(&["gateway"]),
    Rule::on("/baton.internal.conversation.v1.VisitorService/GetThread").visitors(),
    Rule::on("/baton.internal.conversation.v1.CorrespondenceService/GetCorrespondence")
        .services(&["notification"]),
    Rule::on("/baton.internal.conversation.v1.FeedTailService/FeedTail").services(&["gateway"]),
];
