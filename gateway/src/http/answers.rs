//! The few shapes that answers have: one thing, a thing just made, a thing with its etag, a page of things. Must not know which.

use axum::{
    Json,
    extract::FromRequestParts,
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use baton_proto::{ai::v1 as ai, conversation::v1 as conversation, routing::v1 as routing, team::v1 as team};
use prost_types::FieldMask;

use super::{app::App, convert::present, problem::Problem};

/// What a handler answers with.
pub(crate) type Answer<T> = Result<Json<T>, Problem>;

/// What a handler that made something answers with.
pub(crate) type Made<T> = Result<(StatusCode, Json<T>), Problem>;

/// A service's answer that is about one thing.
pub(crate) trait Carries {
    /// The thing.
    type Thing;

    /// Takes it out; a service always sends it.
    fn thing(self) -> Result<Self::Thing, Problem>;
}

macro_rules! carries {
    ($($answer:path: $field:ident is $thing:path,)+) => { $(
        impl Carries for $answer {
            type Thing = $thing;

            fn thing(self) -> Result<$thing, Problem> {
                present(self.$field, stringify!($field))
            }
        }
    )+ };
}

carries! {
    conversation::GetConversationResponse: conversation is conversation::Conversation,
    conversation::ResolveConversationResponse: conversation is conversation::Conversation,
    conversation::ReopenConversationResponse: conversation is conversation::Conversation,
    conversation::AssignConversationResponse: conversation is conversation::Conversation,
    conversation::UnassignConversationResponse: conversation is conversation::Conversation,
    conversation::SetTeamResponse: conversation is conversation::Conversation,
    conversation::SetPriorityResponse: conversation is conversation::Conversation,
    conversation::SnoozeConversationResponse: conversation is conversation::Conversation,
    conversation::WakeConversationResponse: conversation is conversation::Conversation,
    conversation::RequestHandoffResponse: conversation is conversation::Conversation,
    conversation::WithdrawHandoffResponse: conversation is conversation::Conversation,
    conversation::TakeOverResponse: conversation is conversation::Conversation,
    conversation::HandBackResponse: conversation is conversation::Conversation,
    conversation::HandToTeamResponse: conversation is conversation::Conversation,
    conversation::PostMessageResponse: message is conversation::Message,
    conversation::CreateNoteResponse: note is conversation::Note,
    conversation::MarkReadResponse: mark is conversation::ReadMark,
    conversation::GetContactResponse: contact is conversation::Contact,
    conversation::UpdateContactResponse: contact is conversation::Contact,
    routing::SetAvailabilityResponse: availability is routing::MemberAvailability,
    routing::GetOfficeHoursResponse: office_hours is routing::OfficeHours,
    routing::SetOfficeHoursResponse: office_hours is routing::OfficeHours,
    ai::CreateAssistantResponse: assistant is ai::Assistant,
    ai::GetAssistantResponse: assistant is ai::Assistant,
    ai::UpdateAssistantResponse: assistant is ai::Assistant,
    ai::CreateDocumentResponse: document is ai::Document,
    ai::RegenerateBriefResponse: brief is conversation::Brief,
    team::CreateMemberResponse: member is team::Member,
    team::GetMemberResponse: member is team::Member,
    team::SetMemberRolesResponse: member is team::Member,
    team::RemoveMemberResponse: member is team::Member,
    team::CreateTeamResponse: team is team::Team,
    team::GetTeamResponse: team is team::Team,
    team::UpdateTeamResponse: team is team::Team,
    team::SetTeamMembersResponse: team is team::Team,
    team::ArchiveTeamResponse: team is team::Team,
    team::RevokeApiKeyResponse: api_key is team::ApiKey,
    team::CreateCannedResponseResponse: canned_response is team::CannedResponse,
    team::GetCannedResponseResponse: canned_response is team::CannedResponse,
    team::UpdateCannedResponseResponse: canned_response is team::CannedResponse,
}

/// The one thing of an answer.
pub(crate) fn shown<A: Carries, T: From<A::Thing>>(answer: tonic::Response<A>) -> Answer<T> {
    Ok(Json(answer.into_inner().thing()?.into()))
}

/// The one thing of an answer, just made.
pub(crate) fn made<A: Carries, T: From<A::Thing>>(answer: tonic::Response<A>) -> Made<T> {
    Ok((StatusCode::CREATED, shown(answer)?))
}

/// An answer as a whole, such as a page.
pub(crate) fn whole<A, T: From<A>>(answer: tonic::Response<A>) -> Answer<T> {
    Ok(Json(answer.into_inner().into()))
}

/// Something that may be changed by who names its etag.
pub(crate) trait Tagged: serde::Serialize {
    /// The etag.
    fn etag(&self) -> &str;
}

/// Something with its etag in a header too.
pub(crate) struct WithEtag<T>(T);

impl<T: Tagged> IntoResponse for WithEtag<T> {
    fn into_response(self) -> Response {
        let etag = HeaderValue::try_from(format!("\"{}\"", self.0.etag()));
        let mut response = Json(self.0).into_response();
        if let Ok(etag) = etag {
            response.headers_mut().insert(header::ETAG, etag);
        }
        response
    }
}

/// The one thing of an answer, with its etag.
pub(crate) fn tagged<A: Carries, T: From<A::Thing>>(
    answer: tonic::Response<A>,
) -> Result<WithEtag<T>, Problem> {
    Ok(WithEtag(answer.into_inner().thing()?.into()))
}

/// The etag that a change names: `If-Match: "…"`.
pub(crate) struct IfMatch(pub String);

impl FromRequestParts<App> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else {
            return Err(Problem::http(
                StatusCode::PRECONDITION_REQUIRED,
                "send If-Match with the etag last read",
            ));
        };
        let text = value.to_str().unwrap_or_default();
        let one = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let one = one.filter(|etag| !etag.is_empty() && !etag.contains('"'));
        one.map(|etag| Self(etag.to_owned()))
            .ok_or_else(|| Problem::field("If-Match", "is not one quoted etag"))
    }
}

/// Which page of a list.
#[derive(serde::Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Paging {
    /// At most this many; the list's own number if not given.
    #[serde(default)]
    #[param(required = false)]
    pub page_size: i32,
    /// From the last page.
    #[serde(default)]
    #[param(required = false)]
    pub page_token: String,
}

/// A page of a list, made from the service's answer. Lists that can be followed live also say from where.
macro_rules! page {
    ($(#[$doc:meta])* $name:ident of $rows:ident: $row:ident from $wire:path $(, then $resume:ident)?) => {
        $(#[$doc])*
        #[derive(serde::Serialize, utoipa::ToSchema)]
        pub(super) struct $name {
            /// The page.
            $rows: Vec<$row>,
            /// For the next page; absent on the last.
            next_page_token: Option<String>,
            $(
                /// `Last-Event-ID` of a stream that misses nothing after this.
                $resume: String,
            )?
        }

        impl From<$wire> for $name {
            fn from(page: $wire) -> Self {
                Self {
                    $rows: page.$rows.into_iter().map($row::from).collect(),
                    next_page_token: $crate::http::convert::some(page.next_page_token),
                    $($resume: page.$resume,)?
                }
            }
        }
    };
}
pub(crate) use page;

/// Names the fields that a change gives.
pub(crate) fn mask<const N: usize>(fields: [(&str, bool); N]) -> Option<FieldMask> {
    let given = fields.into_iter().filter(|(_, given)| *given);
    Some(FieldMask { paths: given.map(|(name, _)| name.to_owned()).collect() })
}
