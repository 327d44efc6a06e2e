//! Canned responses between wire and use cases.

use std::collections::{BTreeMap, HashMap};

use baton_kit::door::{
    fields::Fields,
    principal::{Caller, Kind, Scope},
    refusal::Refusal,
};
use baton_proto::team::v1::{
    self as wire, CreateCannedResponseRequest, DeleteCannedResponseRequest, ListCannedResponsesRequest,
    RenderCannedResponseRequest, RenderCannedResponseResponse, UpdateCannedResponseRequest,
};

use super::{
    mask::{etag, etag_or_none, if_named, named},
    repeatable,
};
use crate::{
    application::{
        create_canned_response::CreateCannedResponseCommand,
        ports::{AfterShortcut, CannedChange, CannedDeletion, CannedFilter, CannedScope, Viewer},
        render_canned_response::RenderCannedResponseCommand,
    },
    contract::wire_moment,
    domain::{
        canned::{Asker, CannedEdit, CannedResponse, LONGEST_TEXT, LONGEST_TITLE, Reach},
        ids::MemberId,
        name::DisplayName,
        template::{self, Rendered, Template},
    },
    transport::{
        paging::{self, Wanted},
        rules,
    },
};

/// The most values for one text.
const MOST_VALUES: usize = 50;

/// The most bytes of one of them.
const LONGEST_VALUE: usize = 1024;

/// Who asks, and where.
pub(in crate::transport) fn viewer(caller: &Caller) -> Result<Viewer, Refusal> {
    let asker = Asker { member: member(caller), manages: caller.may(Scope::MembersWrite) };
    Ok(Viewer { workspace: caller.workspace()?, asker })
}

fn member(caller: &Caller) -> Option<MemberId> {
    (caller.kind == Kind::Member).then(|| MemberId::from_uuid(caller.subject))
}

/// Reads CreateCannedResponseRequest.
pub(in crate::transport) fn create_canned_response(
    caller: &Caller,
    wire: CreateCannedResponseRequest,
) -> Result<CreateCannedResponseCommand, Refusal> {
    let mut fields = Fields::new();
    let request_id = fields.request_id("request_id", &wire.request_id);
    let given = fields.present("canned_response", wire.canned_response).unwrap_or_default();
    let reach = reach(&mut fields, caller, &given);
    let shortcut = fields.parsed("canned_response.shortcut", &given.shortcut);
    let title = title(&mut fields, &given);
    let text = text(&mut fields, &given);
    let (request_id, reach, shortcut, title, text) =
        fields.all((request_id, reach, shortcut, title, text))?;
    let scope = given.scope.to_string();
    let content = [&scope, &given.team_id, &given.shortcut, title.as_str(), text.as_str()];
    Ok(CreateCannedResponseCommand {
        request: repeatable(caller, rules::CREATE_CANNED_RESPONSE, request_id, &content),
        viewer: viewer(caller)?,
        reach,
        shortcut,
        title,
        text,
    })
}

/// Reads UpdateCannedResponseRequest.
pub(in crate::transport) fn update_canned_response(
    caller: &Caller,
    wire: UpdateCannedResponseRequest,
) -> Result<CannedChange, Refusal> {
    let mut fields = Fields::new();
    let id = fields.parsed("canned_response_id", &wire.canned_response_id);
    let given = fields.present("canned_response", wire.canned_response).unwrap_or_default();
    let [new_shortcut, new_title, new_text] =
        named(&mut fields, wire.update_mask, ["shortcut", "title", "text"]);
    let shortcut = if_named(new_shortcut, || fields.parsed("canned_response.shortcut", &given.shortcut));
    let title = if_named(new_title, || title(&mut fields, &given));
    let text = if_named(new_text, || text(&mut fields, &given));
    let etag = etag(&mut fields, &wire.etag);
    let (id, shortcut, title, text, etag) = fields.all((id, shortcut, title, text, etag))?;
    let edit = CannedEdit { shortcut, title, text };
    Ok(CannedChange { viewer: viewer(caller)?, id, edit, etag })
}

/// Reads DeleteCannedResponseRequest.
pub(in crate::transport) fn delete_canned_response(
    caller: &Caller,
    wire: &DeleteCannedResponseRequest,
) -> Result<CannedDeletion, Refusal> {
    let mut fields = Fields::new();
    let id = fields.parsed("canned_response_id", &wire.canned_response_id);
    let etag = etag_or_none(&mut fields, &wire.etag);
    let (id, etag) = fields.all((id, etag))?;
    Ok(CannedDeletion { viewer: viewer(caller)?, id, etag })
}

/// Reads ListCannedResponsesRequest.
pub(in crate::transport) fn list_canned_responses(
    caller: &Caller,
    wire: &ListCannedResponsesRequest,
) -> Result<(CannedFilter, Wanted<AfterShortcut>), Refusal> {
    let mut fields = Fields::new();
    let scope = fields.choice_or_none("scope", wire.scope);
    let team = fields.parsed_or_none("team_id", &wire.team_id);
    let prefix = fields.parsed_or_none("shortcut_prefix", &wire.shortcut_prefix);
    let size = paging::size(&mut fields, wire.page_size);
    let (scope, team, prefix, size) = fields.all((scope, team, prefix, size))?;
    let method = rules::LIST_CANNED_RESPONSES;
    let list = format!("{method} {} {} {}", wire.scope, wire.team_id, wire.shortcut_prefix);
    let wanted = Wanted::of(&list, caller, size, &wire.page_token)?;
    Ok((CannedFilter { scope: scope.and_then(scope_of), team, prefix }, wanted))
}

/// Reads RenderCannedResponseRequest.
pub(in crate::transport) fn render_canned_response(
    caller: &Caller,
    wire: RenderCannedResponseRequest,
) -> Result<RenderCannedResponseCommand, Refusal> {
    let mut fields = Fields::new();
    let id = fields.parsed("canned_response_id", &wire.canned_response_id);
    let values = values(&mut fields, wire.values);
    let (id, values) = fields.all((id, values))?;
    Ok(RenderCannedResponseCommand { viewer: viewer(caller)?, id, values })
}

fn reach(fields: &mut Fields, caller: &Caller, given: &wire::CannedResponse) -> Option<Reach> {
    let scope = fields.choice("canned_response.scope", given.scope).and_then(scope_of)?;
    if scope != CannedScope::Team && !given.team_id.is_empty() {
        fields.fault("canned_response.team_id", "must be absent but with CANNED_SCOPE_TEAM");
        return None;
    }
    match scope {
        CannedScope::Workspace => Some(Reach::Workspace),
        CannedScope::Team => fields.parsed("canned_response.team_id", &given.team_id).map(Reach::Team),
        CannedScope::Personal => {
            let owner = member(caller);
            if owner.is_none() {
                fields.fault(
                    "canned_response.scope",
                    "must not be personal: an API key has nothing of its own",
                );
            }
            owner.map(Reach::Personal)
        }
    }
}

fn title(fields: &mut Fields, given: &wire::CannedResponse) -> Option<DisplayName> {
    let title = fields.name("canned_response.title", &given.title, LONGEST_TITLE);
    title.map(|title| DisplayName::new(&title))
}

fn text(fields: &mut Fields, given: &wire::CannedResponse) -> Option<Template> {
    let text = fields.text("canned_response.text", &given.text, 1..=LONGEST_TEXT)?;
    fields.parsed("canned_response.text", &text)
}

/// In the order of their names, so that the same faults are told in the same order.
fn values(fields: &mut Fields, given: HashMap<String, String>) -> Option<HashMap<String, String>> {
    if given.len() > MOST_VALUES {
        fields.fault("values", format_args!("must have at most {MOST_VALUES} entries"));
        return None;
    }
    let given: BTreeMap<String, String> = given.into_iter().collect();
    let read: Vec<Option<(String, String)>> =
        given.into_iter().map(|(name, text)| value(fields, name, &text)).collect();
    read.into_iter().collect()
}

fn value(fields: &mut Fields, name: String, text: &str) -> Option<(String, String)> {
    if !template::is_name(&name) {
        // Not repeated: it may be anything.
        fields.fault("values", "must be named by variables: 1 to 40 characters of a-z, 0-9, `_` and `.`");
        return None;
    }
    let text = fields.text(&format!("values[{name}]"), text, 0..=LONGEST_VALUE)?;
    Some((name, text))
}

fn scope_of(scope: wire::CannedScope) -> Option<CannedScope> {
    match scope {
        wire::CannedScope::Unspecified => None,
        wire::CannedScope::Workspace => Some(CannedScope::Workspace),
        wire::CannedScope::Team => Some(CannedScope::Team),
        wire::CannedScope::Personal => Some(CannedScope::Personal),
    }
}

/// A canned response as the staff sees it.
pub(in crate::transport) fn wire_canned_response(response: &CannedResponse) -> wire::CannedResponse {
    let (scope, team_id, owner_id) = match response.reach {
        Reach::Workspace => (wire::CannedScope::Workspace, String::new(), String::new()),
        Reach::Team(team) => (wire::CannedScope::Team, team.to_string(), String::new()),
        Reach::Personal(owner) => (wire::CannedScope::Personal, String::new(), owner.to_string()),
    };
    let variable = |variable: &template::Variable| wire::CannedVariable {
        name: variable.name.clone(),
        fallback: variable.fallback.clone(),
    };
    wire::CannedResponse {
        id: response.id.to_string(),
        scope: scope.into(),
        team_id,
        owner_id,
        shortcut: response.shortcut.to_string(),
        title: response.title.as_str().to_owned(),
        text: response.text.as_str().to_owned(),
        variables: response.text.variables().iter().map(variable).collect(),
        create_time: Some(wire_moment(response.created_at)),
        revision: response.revision,
        etag: response.etag().to_string(),
    }
}

/// A text as it would be sent.
pub(in crate::transport) fn wire_rendered(rendered: Rendered) -> RenderCannedResponseResponse {
    RenderCannedResponseResponse { text: rendered.text, missing: rendered.missing }
}
