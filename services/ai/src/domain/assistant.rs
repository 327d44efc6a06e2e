//! An assistant and its handoff action.
//!
//! Must not know how either is stored or shown.

use std::fmt;

use baton_kit::life::ids::WorkspaceId;
use jiff::Timestamp;

use super::{
    ids::{AssistantId, TeamId},
    site::Site,
};

/// What handed over before a person could decide it, so that an assistant kept since then goes on as it did.
const REPEATS_BEFORE: u8 = 3;

/// A field of the contact that what is gathered may be saved to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactField {
    /// How the contact is called.
    DisplayName,
    /// Where the contact can be written to.
    Email,
}

/// What is to be known of a visitor before people are asked.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Information {
    /// A short name, unique in the list.
    pub name: String,
    /// What is asked for, in words for the visitor.
    pub description: String,
    /// Whether it is asked for, once; otherwise it is only taken from what was said.
    pub required: bool,
    /// The contact's field it is saved to; `None` to keep it in the brief only.
    pub contact_field: Option<ContactField>,
}

/// Rules and wishes for handing over to people. The default is the action as it is from creation: there, and off.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct HandoffAction {
    /// Whether the assistant may hand over.
    pub enabled: bool,
    /// Free text for a model.
    pub when_to_use: String,
    /// Phrases that hand over at once.
    pub phrases: Vec<String>,
    /// Hand over after this many questions in a row without an answer; 0 for never.
    pub after_no_answers: u8,
    /// Whether the assistant says how urgent a handoff is.
    #[serde(default)]
    pub auto_assign_priority: bool,
    /// The team to ask; `None` for everyone.
    #[serde(default)]
    pub team: Option<TeamId>,
    /// Hand over when the visitor has said the same this many times; 0 for never.
    #[serde(default = "repeats_before")]
    pub after_repeats: u8,
    /// Hand over when the visitor is upset.
    #[serde(default = "upset_before")]
    pub on_negative_mood: bool,
    /// What to gather first.
    #[serde(default)]
    pub information: Vec<Information>,
}

fn repeats_before() -> u8 {
    REPEATS_BEFORE
}

fn upset_before() -> bool {
    true
}

/// What a person decides about an assistant.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct AssistantSettings {
    /// Shown to visitors.
    pub name: String,
    /// Free text for a model.
    pub instructions: String,
    /// The action *Human Handoff*.
    pub handoff: HandoffAction,
    /// The sites whose pages may carry its widget, each once; none for Baton's own pages only.
    // Left out where there are none: a request to make one is then told from another as it was before there were sites.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allowed_sites: Vec<Site>,
}

/// What is to be changed: what is named here, and nothing else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AssistantEdit {
    /// The name.
    pub name: Option<String>,
    /// The free text for a model.
    pub instructions: Option<String>,
    /// All of the handoff action.
    pub handoff: Option<HandoffAction>,
    /// All of the sites.
    pub allowed_sites: Option<Vec<Site>>,
}

/// Which state of an assistant somebody saw. Opaque outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Etag(String);

impl Etag {
    /// As somebody gave it; of another form it is simply not the current one.
    pub fn new(given: impl Into<String>) -> Self {
        Self(given.into())
    }
}

impl fmt::Display for Etag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An assistant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assistant {
    /// Its id.
    pub id: AssistantId,
    /// The tenant.
    pub workspace: WorkspaceId,
    /// What a person decided about it.
    pub settings: AssistantSettings,
    /// The public key of its widget.
    pub widget_key: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Rises with every change.
    pub revision: i64,
}

impl Assistant {
    /// What a change must name.
    pub fn etag(&self) -> Etag {
        Etag(format!("r{}", self.revision))
    }

    /// The assistant after the change, of the next revision; `None` if it is so already.
    pub fn edited(&self, edit: AssistantEdit) -> Option<Self> {
        let before = &self.settings;
        let settings = AssistantSettings {
            name: edit.name.unwrap_or_else(|| before.name.clone()),
            instructions: edit.instructions.unwrap_or_else(|| before.instructions.clone()),
            handoff: edit.handoff.unwrap_or_else(|| before.handoff.clone()),
            allowed_sites: edit.allowed_sites.unwrap_or_else(|| before.allowed_sites.clone()),
        };
        let revision = self.revision + 1;
        (settings != *before).then(|| Self { settings, revision, ..self.clone() })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::turn::tests::workspace;

    pub(crate) fn assistant(enabled: bool) -> Assistant {
        let handoff = HandoffAction { enabled, ..HandoffAction::default() };
        Assistant {
            id: AssistantId::from_uuid(Uuid::from_u128(1)),
            workspace: workspace(),
            settings: AssistantSettings {
                name: "Ada".to_owned(),
                instructions: String::new(),
                handoff,
                allowed_sites: Vec::new(),
            },
            widget_key: "wk_1".to_owned(),
            created_at: Timestamp::UNIX_EPOCH,
            revision: 1,
        }
    }

    #[test]
    fn an_edit_changes_what_it_names_and_nothing_else() {
        let before = assistant(true);
        let named = before.edited(AssistantEdit { name: Some("Bob".to_owned()), ..Default::default() });
        let named = named.unwrap();
        assert_eq!((named.settings.name.as_str(), named.revision), ("Bob", 2));
        assert_eq!(named.settings.handoff, before.settings.handoff);
        assert_ne!(named.etag(), before.etag());
        let off = AssistantEdit { handoff: Some(HandoffAction::default()), ..Default::default() };
        assert!(!before.edited(off).unwrap().settings.handoff.enabled);
    }

    #[test]
    fn what_is_so_already_is_no_change() {
        let before = assistant(true);
        let AssistantSettings { name, instructions, handoff, allowed_sites } = before.settings.clone();
        let same = AssistantEdit {
            name: Some(name),
            instructions: Some(instructions),
            handoff: Some(handoff),
            allowed_sites: Some(allowed_sites),
        };
        assert_eq!(before.edited(same), None);
        assert_eq!(before.edited(AssistantEdit::default()), None);
    }

    #[test]
    fn sites_are_changed_as_a_whole_and_a_request_without_any_is_told_from_others_as_ever() {
        let before = assistant(true);
        let written = serde_json::to_string(&before.settings).unwrap();
        assert!(!written.contains("sites"), "{written}");
        let sites = vec!["https://shop.example.org".parse().unwrap()];
        let named = AssistantEdit { allowed_sites: Some(sites.clone()), ..Default::default() };
        let after = before.edited(named).unwrap();
        assert_eq!((after.settings.allowed_sites.clone(), after.revision), (sites, 2));
        let none = AssistantEdit { allowed_sites: Some(Vec::new()), ..Default::default() };
        assert_eq!(after.edited(none).unwrap().settings, before.settings);
    }

    #[test]
    fn an_action_kept_before_there_were_more_rules_goes_on_as_it_did() {
        let kept = r#"{"enabled":true,"when_to_use":"","phrases":["sue"],"after_no_answers":2}"#;
        let read: HandoffAction = serde_json::from_str(kept).unwrap();
        assert!(read.on_negative_mood && !read.auto_assign_priority);
        assert_eq!((read.after_repeats, read.team, read.information.len()), (3, None, 0));
        let again: HandoffAction = serde_json::from_str(&serde_json::to_string(&read).unwrap()).unwrap();
        assert_eq!(again, read);
    }
}
