//! One of everything a workspace has, by the names that fields of requests give it.

/// Real ids of one workspace, and what goes with them.
#[derive(Debug, Clone, Default)]
pub struct Ids {
    /// The tenant, as services name it.
    pub workspace: String,
    /// How its members name it.
    pub slug: String,
    /// A conversation that waits for a person.
    pub conversation: String,
    /// Its handoff.
    pub handoff: String,
    /// The assistant that began it.
    pub assistant: String,
    /// The public key of its widget.
    pub widget_key: String,
    /// The visitor.
    pub contact: String,
    /// A member who may reply; not the owner.
    pub member: String,
    /// How that one signs in.
    pub email: String,
    /// And by what.
    pub password: String,
    /// A session of theirs.
    pub session_secret: String,
    /// A key that nobody in the walk uses.
    pub api_key: String,
    /// A team.
    pub team: String,
    /// A document.
    pub document: String,
    /// A canned response of the whole workspace.
    pub canned_response: String,
    /// What the owner was told in the inbox.
    pub notice: String,
    /// The file that what they were told by mail is in.
    pub mail: String,
    /// The token of the link in it that ends such mails.
    pub unsubscribe: String,
    /// Of each service, the place of a fact that was given up. No workspace's.
    pub dead_letters: Vec<(&'static str, i64)>,
    /// What a change of something must name, by the message that asks for it.
    pub etags: Vec<(&'static str, String)>,
    /// Who may speak, as it was last seen.
    pub control_epoch: i64,
    /// Who is responsible, as it was last seen.
    pub assignment_version: i64,
}

/// Well-formed, and nobody's.
const NOBODYS: &str = "00000000000000000000000000";

impl Ids {
    /// What a field of this name holds; `None` for what is no id that Baton gave out.
    ///
    /// # Panics
    /// For a name that looks like an id's and is not known: a new field is walked the day it is written.
    pub fn of(&self, field: &str) -> Option<String> {
        let id = match field {
            "workspace_id" => &self.workspace,
            "conversation_id" => &self.conversation,
            "handoff_id" => &self.handoff,
            "assistant_id" => &self.assistant,
            "contact_id" => &self.contact,
            "member_id" | "member_ids" => &self.member,
            "api_key_id" => &self.api_key,
            "team_id" => &self.team,
            "document_id" => &self.document,
            "canned_response_id" => &self.canned_response,
            "notice_ids" => &self.notice,
            // Made by whoever asks, or output only.
            "id" | "request_id" | "client_message_id" | "external_id" | "decision_id" | "job_id"
            | "turn_id" | "owner_id" => {
                return None;
            }
            other if other.ends_with("_id") || other.ends_with("_ids") => {
                panic!("say here what {other} holds")
            }
            _ => return None,
        };
        Some(id.clone())
    }

    /// An id that is real, but of another kind.
    pub fn wrong_kind(&self, field: &str) -> String {
        if field.starts_with("member_id") { self.conversation.clone() } else { self.member.clone() }
    }

    /// The same kinds of ids, well-formed, and nobody's.
    pub fn of_nobody(&self) -> Self {
        let nobodys = |id: &str| format!("{}_{NOBODYS}", id.split('_').next().unwrap_or_default());
        Self {
            workspace: nobodys(&self.workspace),
            conversation: nobodys(&self.conversation),
            handoff: nobodys(&self.handoff),
            assistant: nobodys(&self.assistant),
            contact: nobodys(&self.contact),
            member: nobodys(&self.member),
            api_key: nobodys(&self.api_key),
            team: nobodys(&self.team),
            document: nobodys(&self.document),
            canned_response: nobodys(&self.canned_response),
            notice: nobodys(&self.notice),
            ..self.clone()
        }
    }

    /// Whether any of them stands in an answer.
    pub fn any_in(&self, answer: &[u8]) -> bool {
        let Self { conversation, handoff, assistant, contact, member, api_key, team, document, .. } = self;
        let Self { canned_response, notice, .. } = self;
        let text = String::from_utf8_lossy(answer);
        [conversation, handoff, assistant, contact, member, api_key, team, document, canned_response, notice]
            .into_iter()
            .any(|id| text.contains(id.as_str()))
    }

    /// What a message of this name must give as `etag`.
    pub fn etag(&self, message: &str) -> Option<String> {
        self.etags.iter().find(|(name, _)| *name == message).map(|(_, etag)| etag.clone())
    }
}
