//! Who may call which method.

use baton_kit::door::{access::Rule, principal::Scope};

/// One row a method.
pub const RULES: &[Rule] = &[
    Rule::on("/baton.ai.v1.AssistantService/CreateAssistant").staff(Scope::AssistantsWrite),
    Rule::on("/baton.ai.v1.AssistantService/GetAssistant").staff(Scope::AssistantsRead),
    Rule::on("/baton.ai.v1.AssistantService/ListAssistants").staff(Scope::AssistantsRead),
    Rule::on("/baton.ai.v1.AssistantService/UpdateAssistant").staff(Scope::AssistantsWrite),
    Rule::on("/baton.ai.v1.KnowledgeService/CreateDocument").staff(Scope::KnowledgeWrite),
    Rule::on("/baton.ai.v1.KnowledgeService/ListDocuments").staff(Scope::KnowledgeRead),
    Rule::on("/baton.ai.v1.KnowledgeService/DeleteDocument").staff(Scope::KnowledgeWrite),
    Rule::on("/baton.ai.v1.KnowledgeService/SearchKnowledge").staff(Scope::KnowledgeRead),
    Rule::on("/baton.ai.v1.InsightService/RegenerateBrief").staff(Scope::ConversationsWrite),
];
