//! Who calls: principals, what they may do, and the caller as a handler sees it.
//!
//! Knows kinds and scopes; must not know which role has which scope (team does) nor what a scope protects (each service does).

use std::{fmt, str::FromStr, sync::Arc};

use uuid::Uuid;

use super::refusal::Refusal;
use crate::life::ids::WorkspaceId;
use baton_proto::common::v1::ErrorReason;

/// What kind of principal a caller is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The end user behind a signed session.
    Visitor,
    /// A person on the staff.
    Member,
    /// A program of a workspace.
    ApiKey,
    /// A Baton service.
    Service,
    /// The platform operator.
    Operator,
}

macro_rules! scopes {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)+) => {
        /// What a member or key may do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Scope { $($(#[$doc])* $name,)+ }

        impl Scope {
            /// Every scope there is.
            pub const ALL: &'static [Scope] = &[$(Scope::$name,)+];

            /// As written in keys and tokens.
            pub const fn as_str(self) -> &'static str {
                match self { $(Scope::$name => $text,)+ }
            }
        }

        impl FromStr for Scope {
            type Err = UnknownScope;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text { $($text => Ok(Scope::$name),)+ _ => Err(UnknownScope) }
            }
        }
    };
}

/// Not a scope of this version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not a scope")]
pub struct UnknownScope;

scopes! {
    /// Read conversations, contacts and the feed.
    ConversationsRead = "conversations:read",
    /// Start and answer conversations, hand over, take over.
    ConversationsWrite = "conversations:write",
    /// Read assistants.
    AssistantsRead = "assistants:read",
    /// Change assistants.
    AssistantsWrite = "assistants:write",
    /// Read the knowledge base.
    KnowledgeRead = "knowledge:read",
    /// Change the knowledge base.
    KnowledgeWrite = "knowledge:write",
    /// Read members and teams.
    MembersRead = "members:read",
    /// Change members and teams.
    MembersWrite = "members:write",
    /// Make and revoke API keys.
    KeysWrite = "keys:write",
    /// Read availability, queues and routing's reasons.
    RoutingRead = "routing:read",
    /// Change office hours, policies and others' availability.
    RoutingWrite = "routing:write",
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A caller whose token was verified. Handlers find it in the request's extensions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The kind of principal.
    pub kind: Kind,
    /// The contact, member or key; nil for services and the operator.
    pub subject: Uuid,
    /// The service's name; empty for everybody else.
    pub service: String,
    /// The tenant; `None` for services and the operator.
    pub workspace: Option<WorkspaceId>,
    /// What a member or key may do.
    pub scopes: Vec<Scope>,
    /// What a visitor's session is bound to beside the contact (an assistant); nil for everybody else.
    pub audience: Uuid,
    /// The one conversation a visitor's session reaches; `None` for all of the contact's with that assistant, and for everybody else.
    pub only: Option<Uuid>,
    /// The token itself, forwarded on the caller's behalf.
    pub token: Arc<str>,
}

impl Caller {
    /// The tenant of a caller that has one.
    ///
    /// # Errors
    /// PERMISSION_DENIED for a caller without a workspace: the rule of the method was wrong, and it fails closed.
    pub fn workspace(&self) -> Result<WorkspaceId, Refusal> {
        let denied =
            || Refusal::new(ErrorReason::PermissionDenied, "this call needs a caller of a workspace");
        self.workspace.ok_or_else(denied)
    }

    /// Whether the caller holds a scope.
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }

    /// How idempotency keys name the caller.
    pub fn fingerprint(&self) -> String {
        format!("{:?}:{}{}", self.kind, self.service, self.subject.simple())
    }
}

/// The caller of a request that came through a door.
///
/// # Errors
/// UNAUTHENTICATED if the request did not come through a door, which only a wiring mistake can do.
pub fn caller_of<T>(request: &tonic::Request<T>) -> Result<Caller, Refusal> {
    let none = || Refusal::new(ErrorReason::Unauthenticated, "no credential");
    request.extensions().get::<Caller>().cloned().ok_or_else(none)
}
