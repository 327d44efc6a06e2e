//! Assistants between wire and use cases.
//!
//! Must not know what is done with them.

use std::collections::BTreeSet;

use baton_kit::door::{fields::Fields, principal::Caller, refusal::Refusal};
use baton_proto::ai::v1 as wire;
use prost_types::FieldMask;

use super::{actor, key, timestamp};
use crate::{
    application::{create_assistant, update_assistant},
    domain::{
        assistant::{
            Assistant, AssistantEdit, AssistantSettings, ContactField, Etag, HandoffAction, Information,
        },
        site::Site,
        words::words,
    },
};

const NAME: usize = 80;
const INSTRUCTIONS: usize = 16 * 1024;
const WHEN_TO_USE: usize = 4 * 1024;
const PHRASES: usize = 50;
const PHRASE: usize = 100;
const INFORMATION: usize = 10;
const INFORMATION_NAME: usize = 40;
const DESCRIPTION: usize = 200;
const SITES: usize = 50;
/// The most characters of an etag; ours are shorter.
const ETAG: usize = 64;
/// The most paths of a mask; ours knows four.
const PATHS: usize = 16;

pub(in crate::transport) fn create_assistant(
    caller: &Caller,
    request: wire::CreateAssistantRequest,
) -> Result<create_assistant::Command, Refusal> {
    let mut fields = Fields::new();
    let request_id = fields.request_id("request_id", &request.request_id);
    let assistant = fields.present("assistant", request.assistant);
    let settings = assistant.and_then(|assistant| settings(&mut fields, assistant));
    let (request_id, settings) = fields.all((request_id, settings))?;
    let key = key(caller, "CreateAssistant", request_id)?;
    Ok(create_assistant::Command { key, actor: actor(caller), settings })
}

pub(in crate::transport) fn update_assistant(
    caller: &Caller,
    request: wire::UpdateAssistantRequest,
) -> Result<update_assistant::Command, Refusal> {
    let workspace = caller.workspace()?;
    let mut fields = Fields::new();
    let id = fields.parsed("assistant_id", &request.assistant_id);
    let assistant = fields.present("assistant", request.assistant).unwrap_or_default();
    let named = Named::read(&mut fields, &request.update_mask.unwrap_or_default());
    let edit = edit(&mut fields, &named, assistant);
    let etag = fields.token("etag", &request.etag, 1..=ETAG);
    let (assistant, edit, etag) = fields.all((id, edit, etag))?;
    let (actor, etag) = (actor(caller), Etag::new(etag));
    Ok(update_assistant::Command { workspace, actor, assistant, edit, etag })
}

/// What an update mask names.
#[derive(Default)]
struct Named {
    name: bool,
    instructions: bool,
    handoff: bool,
    allowed_sites: bool,
}

impl Named {
    fn read(fields: &mut Fields, mask: &FieldMask) -> Self {
        let mut named = Self::default();
        if !(1..=PATHS).contains(&mask.paths.len()) {
            fields.fault("update_mask", format_args!("must name 1 to {PATHS} fields"));
            return named;
        }
        for path in &mask.paths {
            match path.as_str() {
                "name" => named.name = true,
                "instructions" => named.instructions = true,
                "handoff" => named.handoff = true,
                "allowed_sites" => named.allowed_sites = true,
                _ => fields.fault(
                    "update_mask",
                    "must name `name`, `instructions`, `handoff` and `allowed_sites` only",
                ),
            }
        }
        named
    }
}

/// Every named field is read before the first fault ends it.
fn edit(fields: &mut Fields, named: &Named, assistant: wire::Assistant) -> Option<AssistantEdit> {
    let name = named.name.then(|| name(fields, &assistant));
    let instructions = named.instructions.then(|| instructions(fields, &assistant));
    let action = assistant.handoff.unwrap_or_default();
    let handoff = named.handoff.then(|| handoff(fields, action));
    let allowed_sites = named.allowed_sites.then(|| sites(fields, &assistant.allowed_sites));
    Some(AssistantEdit {
        name: settled(name)?,
        instructions: settled(instructions)?,
        handoff: settled(handoff)?,
        allowed_sites: settled(allowed_sites)?,
    })
}

/// Not named, named and read, or (`None`) named and faulty.
#[expect(clippy::option_option, reason = "the two readings are different things")]
fn settled<T>(read: Option<Option<T>>) -> Option<Option<T>> {
    read.map_or(Some(None), |read| read.map(Some))
}

fn settings(fields: &mut Fields, assistant: wire::Assistant) -> Option<AssistantSettings> {
    let name = name(fields, &assistant);
    let instructions = instructions(fields, &assistant);
    let sites = sites(fields, &assistant.allowed_sites);
    let handoff = handoff(fields, assistant.handoff.unwrap_or_default());
    Some(AssistantSettings {
        name: name?,
        instructions: instructions?,
        handoff: handoff?,
        allowed_sites: sites?,
    })
}

fn sites(fields: &mut Fields, given: &[String]) -> Option<Vec<Site>> {
    if given.len() > SITES {
        fields.fault("assistant.allowed_sites", format_args!("must be at most {SITES}"));
        return None;
    }
    let mut seen = BTreeSet::new();
    let mut read = |(n, site): (usize, &String)| {
        let field = format!("assistant.allowed_sites[{n}]");
        let site = fields.parsed::<Site>(&field, site)?;
        if !seen.insert(site.clone()) {
            fields.fault(&field, "is the same as one before");
            return None;
        }
        Some(site)
    };
    // Every site is read before the first fault ends it.
    let all: Vec<Option<Site>> = given.iter().enumerate().map(&mut read).collect();
    all.into_iter().collect()
}

fn name(fields: &mut Fields, assistant: &wire::Assistant) -> Option<String> {
    fields.name("assistant.name", &assistant.name, NAME)
}

fn instructions(fields: &mut Fields, assistant: &wire::Assistant) -> Option<String> {
    fields.text("assistant.instructions", &assistant.instructions, 0..=INSTRUCTIONS)
}

fn handoff(fields: &mut Fields, action: wire::HandoffAction) -> Option<HandoffAction> {
    let at = |field: &str| format!("assistant.handoff.{field}");
    let when_to_use = fields.text(&at("when_to_use"), &action.when_to_use, 0..=WHEN_TO_USE);
    let no_answers = fields.within(&at("after_no_answers"), action.after_no_answers.into(), 0..=10);
    let repeats = repeats(fields, &at("after_repeats"), action.after_repeats.into());
    let phrases = phrases(fields, &at("phrases"), &action.phrases);
    let team = fields.parsed_or_none(&at("team_id"), &action.team_id);
    let information = information(fields, &at("information_to_gather"), action.information_to_gather);
    Some(HandoffAction {
        enabled: action.enabled,
        when_to_use: when_to_use?,
        phrases: phrases?,
        after_no_answers: u8::try_from(no_answers?).ok()?,
        auto_assign_priority: action.auto_assign_priority,
        team: team?,
        after_repeats: u8::try_from(repeats?).ok()?,
        on_negative_mood: action.on_negative_mood,
        information: information?,
    })
}

/// Whoever says something once has not repeated it.
fn repeats(fields: &mut Fields, field: &str, value: i64) -> Option<i64> {
    if value == 0 {
        return Some(0);
    }
    let read = (2..=10).contains(&value).then_some(value);
    if read.is_none() {
        fields.fault(field, "must be 0, or 2 to 10");
    }
    read
}

fn phrases(fields: &mut Fields, at: &str, given: &[String]) -> Option<Vec<String>> {
    if given.len() > PHRASES {
        fields.fault(at, format_args!("must be at most {PHRASES}"));
        return None;
    }
    let mut read = |(n, phrase): (usize, &String)| {
        let field = format!("{at}[{n}]");
        let phrase = fields.name(&field, phrase, PHRASE)?;
        if words(&phrase).is_empty() {
            fields.fault(&field, "must have a letter or a digit");
            return None;
        }
        Some(phrase)
    };
    // Every phrase is read before the first fault ends it.
    let all: Vec<Option<String>> = given.iter().enumerate().map(&mut read).collect();
    all.into_iter().collect()
}

fn information(
    fields: &mut Fields,
    at: &str,
    given: Vec<wire::InformationToGather>,
) -> Option<Vec<Information>> {
    if given.len() > INFORMATION {
        fields.fault(at, format_args!("must be at most {INFORMATION}"));
        return None;
    }
    let names: BTreeSet<&str> = given.iter().map(|item| item.name.as_str()).collect();
    if names.len() < given.len() {
        fields.fault(at, "must name nothing twice");
        return None;
    }
    let items = given.into_iter().enumerate();
    let all: Vec<Option<Information>> =
        items.map(|(n, item)| piece(fields, &format!("{at}[{n}]"), item)).collect();
    all.into_iter().collect()
}

fn piece(fields: &mut Fields, at: &str, given: wire::InformationToGather) -> Option<Information> {
    let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let plain = (1..=INFORMATION_NAME).contains(&given.name.len()) && given.name.chars().all(letters);
    if !plain {
        let told = format!("must have 1 to {INFORMATION_NAME} characters of a-z, 0-9, `_`");
        fields.fault(&format!("{at}.name"), told);
    }
    let description = fields.name(&format!("{at}.description"), &given.description, DESCRIPTION);
    let contact_field = contact_field(fields, &format!("{at}.contact_field"), &given.contact_field);
    let (name, required) = (given.name, given.required);
    let (description, contact_field) = (description?, contact_field?);
    plain.then_some(Information { name, description, required, contact_field })
}

#[expect(clippy::option_option, reason = "a faulty field is not an absent one")]
fn contact_field(fields: &mut Fields, field: &str, name: &str) -> Option<Option<ContactField>> {
    match name {
        "" => Some(None),
        "display_name" => Some(Some(ContactField::DisplayName)),
        "email" => Some(Some(ContactField::Email)),
        _ => {
            fields.fault(field, "must be `display_name`, `email` or empty");
            None
        }
    }
}

pub(in crate::transport) fn assistant(assistant: Assistant) -> wire::Assistant {
    let etag = assistant.etag().to_string();
    let AssistantSettings { name, instructions, handoff, allowed_sites } = assistant.settings;
    wire::Assistant {
        id: assistant.id.to_string(),
        name,
        instructions,
        handoff: Some(action(handoff)),
        widget_key: assistant.widget_key,
        create_time: Some(timestamp(assistant.created_at)),
        revision: assistant.revision,
        etag,
        allowed_sites: allowed_sites.iter().map(ToString::to_string).collect(),
    }
}

fn action(handoff: HandoffAction) -> wire::HandoffAction {
    wire::HandoffAction {
        enabled: handoff.enabled,
        when_to_use: handoff.when_to_use,
        phrases: handoff.phrases,
        after_no_answers: handoff.after_no_answers.into(),
        auto_assign_priority: handoff.auto_assign_priority,
        team_id: handoff.team.map(|team| team.to_string()).unwrap_or_default(),
        after_repeats: handoff.after_repeats.into(),
        on_negative_mood: handoff.on_negative_mood,
        information_to_gather: handoff.information.into_iter().map(wire_piece).collect(),
    }
}

fn wire_piece(item: Information) -> wire::InformationToGather {
    let Information { name, description, required, contact_field } = item;
    let contact_field = match contact_field {
        None => "",
        Some(ContactField::DisplayName) => "display_name",
        Some(ContactField::Email) => "email",
    };
    wire::InformationToGather { name, description, required, contact_field: contact_field.to_owned() }
}
