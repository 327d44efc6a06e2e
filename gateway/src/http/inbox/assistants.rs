//! What answers visitors first.

use baton_proto::ai::v1::{
    self as wire, CreateAssistantRequest, GetAssistantRequest, ListAssistantsRequest, UpdateAssistantRequest,
};

use super::{
    super::{
        answers::{IfMatch, Made, Tagged, WithEtag, made, mask, page, tagged},
        body::Body,
        clients::Desk,
        convert::{some, time},
        params::Id,
        problem::Problem,
    },
    routes::{list, read},
};

/// An assistant.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub(super) struct Assistant {
    /// `asst_…`.
    id: String,
    /// Shown to visitors.
    name: String,
    /// Free text for the model.
    instructions: String,
    /// The action *Human Handoff*.
    handoff: HandoffAction,
    /// The public key of its widget, `wk_…`.
    widget_key: String,
    /// When it was made, RFC 3339.
    create_time: Option<String>,
    /// Rises with every change.
    revision: i64,
    /// For `If-Match` of a change.
    etag: String,
    /// Origins of the sites whose pages may carry its widget; empty for Baton's own pages only.
    allowed_sites: Vec<String>,
}

/// Rules and wishes for handing over to people.
#[derive(Default, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct HandoffAction {
    /// Whether the assistant may hand over. An explicit wish for a person is then always honoured.
    enabled: bool,
    /// When to hand over, in words for the model.
    when_to_use: String,
    /// Phrases that hand over at once.
    phrases: Vec<String>,
    /// Hand over after this many questions in a row without an answer; 0 for never.
    after_no_answers: i32,
    /// Whether the assistant says how urgent a handoff is.
    auto_assign_priority: bool,
    /// The team to ask, `team_…`; absent for everyone.
    team_id: Option<String>,
    /// Hand over when the visitor has said the same this many times; 0 for never.
    after_repeats: i32,
    /// Hand over when the visitor is upset.
    on_negative_mood: bool,
    /// What to gather first.
    information_to_gather: Vec<InformationToGather>,
}

/// What is to be known of a visitor before people are asked.
#[derive(serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct InformationToGather {
    /// A short name of a-z, 0-9, `_`.
    name: String,
    /// What is asked for, in words for the visitor.
    description: String,
    /// Whether the assistant asks for it, once.
    #[serde(default)]
    required: bool,
    /// The contact's field it is saved to: `display_name` or `email`; absent to keep it in the brief only.
    contact_field: Option<String>,
}

page! {
    /// A page of assistants, oldest first.
    AssistantPage of assistants: Assistant from wire::ListAssistantsResponse
}

/// An assistant to be made.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAssistant {
    /// The client's own id of the request: 1 to 64 printable ASCII characters. Sent again, one assistant is made.
    request_id: String,
    /// 1 to 80 characters, shown to visitors.
    name: String,
    /// At most 16 KiB.
    #[serde(default)]
    instructions: String,
    /// Off if absent.
    handoff: Option<HandoffAction>,
}

/// What is to be another way. What is absent stays.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AssistantChange {
    /// 1 to 80 characters.
    name: Option<String>,
    /// At most 16 KiB.
    instructions: Option<String>,
    /// All of it.
    handoff: Option<HandoffAction>,
    /// All of them, at most 50: origins such as `https://shop.example.org`; `http` only for loopback.
    allowed_sites: Option<Vec<String>>,
}

impl From<wire::Assistant> for Assistant {
    fn from(assistant: wire::Assistant) -> Self {
        Self {
            id: assistant.id,
            name: assistant.name,
            instructions: assistant.instructions,
            handoff: assistant.handoff.unwrap_or_default().into(),
            widget_key: assistant.widget_key,
            create_time: time(assistant.create_time),
            revision: assistant.revision,
            etag: assistant.etag,
            allowed_sites: assistant.allowed_sites,
        }
    }
}

impl Tagged for Assistant {
    fn etag(&self) -> &str {
        &self.etag
    }
}

impl From<wire::HandoffAction> for HandoffAction {
    fn from(action: wire::HandoffAction) -> Self {
        let told = |asked: wire::InformationToGather| InformationToGather {
            name: asked.name,
            description: asked.description,
            required: asked.required,
            contact_field: some(asked.contact_field),
        };
        Self {
            enabled: action.enabled,
            when_to_use: action.when_to_use,
            phrases: action.phrases,
            after_no_answers: action.after_no_answers,
            auto_assign_priority: action.auto_assign_priority,
            team_id: some(action.team_id),
            after_repeats: action.after_repeats,
            on_negative_mood: action.on_negative_mood,
            information_to_gather: action.information_to_gather.into_iter().map(told).collect(),
        }
    }
}

impl From<HandoffAction> for wire::HandoffAction {
    fn from(action: HandoffAction) -> Self {
        let asked = |told: InformationToGather| wire::InformationToGather {
            name: told.name,
            description: told.description,
            required: told.required,
            contact_field: told.contact_field.unwrap_or_default(),
        };
        Self {
            enabled: action.enabled,
            when_to_use: action.when_to_use,
            phrases: action.phrases,
            after_no_answers: action.after_no_answers,
            auto_assign_priority: action.auto_assign_priority,
            team_id: action.team_id.unwrap_or_default(),
            after_repeats: action.after_repeats,
            on_negative_mood: action.on_negative_mood,
            information_to_gather: action.information_to_gather.into_iter().map(asked).collect(),
        }
    }
}

list! {
    /// Lists the assistants, oldest first.
    "/v1/inbox/assistants" as "listAssistants": assistants.list_assistants(ListAssistantsRequest) -> AssistantPage
}

read! {
    /// Reads an assistant.
    "/v1/inbox/assistants/{id}" as "readAssistant":
        assistants.get_assistant(GetAssistantRequest { assistant_id }) -> Assistant, tagged
}

/// Makes an assistant.
#[utoipa::path(post, path = "/v1/inbox/assistants", operation_id = "createAssistant", tag = "inbox", request_body = NewAssistant,
    responses((status = 201, body = Assistant)))]
pub(super) async fn create(Desk(desk): Desk, Body(new): Body<NewAssistant>) -> Made<Assistant> {
    let assistant = wire::Assistant {
        name: new.name,
        instructions: new.instructions,
        handoff: new.handoff.map(Into::into),
        ..wire::Assistant::default()
    };
    let request = CreateAssistantRequest { request_id: new.request_id, assistant: Some(assistant) };
    made(desk.assistants().create_assistant(request).await?)
}

/// Changes an assistant. The next answer is made by the new settings.
#[utoipa::path(patch, path = "/v1/inbox/assistants/{id}", operation_id = "updateAssistant", tag = "inbox", request_body = AssistantChange,
    params(("If-Match" = String, Header, description = "The etag as last read, quoted.")),
    responses((status = 200, body = Assistant)))]
pub(super) async fn update(
    Desk(desk): Desk,
    Id(assistant_id): Id,
    IfMatch(etag): IfMatch,
    Body(change): Body<AssistantChange>,
) -> Result<WithEtag<Assistant>, Problem> {
    let update_mask = mask([
        ("name", change.name.is_some()),
        ("instructions", change.instructions.is_some()),
        ("handoff", change.handoff.is_some()),
        ("allowed_sites", change.allowed_sites.is_some()),
    ]);
    let assistant = wire::Assistant {
        name: change.name.unwrap_or_default(),
        instructions: change.instructions.unwrap_or_default(),
        handoff: change.handoff.map(Into::into),
        allowed_sites: change.allowed_sites.unwrap_or_default(),
        ..wire::Assistant::default()
    };
    let request = UpdateAssistantRequest { assistant_id, assistant: Some(assistant), update_mask, etag };
    tagged(desk.assistants().update_assistant(request).await?)
}
