//! What the signed-in member wants to be told, and how.

use baton_proto::notification::v1::{
    self as wire, GetPreferencesRequest, GetPreferencesResponse, SetPreferencesRequest,
    SetPreferencesResponse,
};

use super::super::{
    answers::{Answer, whole},
    body::Body,
    clients::Desk,
    words::NotificationKind,
};

/// What a member wants of one kind.
#[derive(serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Preference {
    /// Of what; not `visitor_reply`.
    kind: NotificationKind,
    /// Whether by e-mail.
    email: bool,
    /// Whether by a notice in the inbox.
    in_app: bool,
}

/// What a member wants.
#[derive(serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Preferences {
    /// Each kind once. Kinds left out of a change go back to the defaults; an answer has them all.
    preferences: Vec<Preference>,
}

impl From<Vec<wire::Preference>> for Preferences {
    fn from(preferences: Vec<wire::Preference>) -> Self {
        let told = |preference: wire::Preference| Preference {
            kind: preference.kind.into(),
            email: preference.email,
            in_app: preference.in_app,
        };
        Self { preferences: preferences.into_iter().map(told).collect() }
    }
}

impl From<GetPreferencesResponse> for Preferences {
    fn from(answer: GetPreferencesResponse) -> Self {
        answer.preferences.into()
    }
}

impl From<SetPreferencesResponse> for Preferences {
    fn from(answer: SetPreferencesResponse) -> Self {
        answer.preferences.into()
    }
}

/// What the signed-in member wants to be told, and how.
#[utoipa::path(get, path = "/v1/inbox/notification-preferences", operation_id = "readNotificationPreferences", tag = "inbox",
    responses((status = 200, body = Preferences)))]
pub(super) async fn read(Desk(desk): Desk) -> Answer<Preferences> {
    whole(desk.preferences().get_preferences(GetPreferencesRequest {}).await?)
}

/// Says what the signed-in member wants to be told, and how. Also ends what a link in a mail switched off.
#[utoipa::path(put, path = "/v1/inbox/notification-preferences", operation_id = "setNotificationPreferences", tag = "inbox",
    request_body = Preferences, responses((status = 200, body = Preferences)))]
pub(super) async fn set(Desk(desk): Desk, Body(wanted): Body<Preferences>) -> Answer<Preferences> {
    let asked = |preference: Preference| wire::Preference {
        kind: preference.kind.into(),
        email: preference.email,
        in_app: preference.in_app,
    };
    let preferences = wanted.preferences.into_iter().map(asked).collect();
    whole(desk.preferences().set_preferences(SetPreferencesRequest { preferences }).await?)
}
