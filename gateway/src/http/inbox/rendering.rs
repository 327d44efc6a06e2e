//! A canned response with its variables replaced: what is known of the contact of a conversation, and what the member says.

use std::collections::HashMap;

use baton_proto::{
    conversation::v1::{GetContactRequest, GetConversationRequest},
    team::v1::{RenderCannedResponseRequest, RenderCannedResponseResponse},
};

use super::super::{
    answers::{Answer, Carries as _, whole},
    body::Body,
    clients::{Clients, Desk},
    params::Id,
    problem::Problem,
};

type Values = HashMap<String, String>;

/// What the variables stand for.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Render {
    /// Whose contact `contact.name` and `contact.email` speak of, `conv_…`.
    conversation_id: Option<String>,
    /// By variable, at most 1 KiB each. An empty one counts as not given; another wins over what is known of the contact.
    #[serde(default)]
    values: Values,
}

/// The text.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub(super) struct Rendered {
    /// Variables that are missing stand in it still.
    text: String,
    /// Variables with neither a value nor a fallback, by first place. Ask for them, and render again.
    missing: Vec<String>,
}

impl From<RenderCannedResponseResponse> for Rendered {
    fn from(rendered: RenderCannedResponseResponse) -> Self {
        Self { text: rendered.text, missing: rendered.missing }
    }
}

/// Replaces the variables of a canned response. Changes nothing. A text of more than 16 KiB, the most that a message may have, is refused.
#[utoipa::path(post, path = "/v1/inbox/canned-responses/{id}/render", operation_id = "renderCannedResponse", tag = "inbox",
    request_body = Render, responses((status = 200, body = Rendered)))]
pub(super) async fn render(
    Desk(desk): Desk,
    Id(canned_response_id): Id,
    Body(asked): Body<Render>,
) -> Answer<Rendered> {
    let mut values = match asked.conversation_id {
        Some(conversation_id) => known(&desk, conversation_id).await?,
        None => Values::new(),
    };
    values.extend(asked.values.into_iter().filter(|(_, value)| !value.is_empty()));
    let request = RenderCannedResponseRequest { canned_response_id, values };
    whole(desk.canned().render_canned_response(request).await?)
}

/// What is known of the contact of a conversation, as far as the member may know it.
async fn known(desk: &Clients, conversation_id: String) -> Result<Values, Problem> {
    let request = GetConversationRequest { conversation_id };
    let contact_id = desk.conversations().get_conversation(request).await?.into_inner().thing()?.contact_id;
    let contact =
        desk.contacts().get_contact(GetContactRequest { contact_id }).await?.into_inner().thing()?;
    let known = [("contact.name", contact.display_name), ("contact.email", contact.email)];
    let given = known.into_iter().filter(|(_, value)| !value.is_empty());
    Ok(given.map(|(name, value)| (name.to_owned(), value)).collect())
}
