//! Everybody there is: each kind of principal, each role, each scope alone, each service; and where the rows say that they get in.
//!
//! What roles allow is said here once more, in the product's words, so that a slip in team's own table shows.

use std::time::Duration;

use baton::keys::Signers;
use baton_kit::{
    door::{
        access::Rule,
        principal::{Kind, Scope},
        tokens::{Signer, Subject},
    },
    life::ids::WorkspaceId,
};
use baton_proto::team::v1::Role;
use uuid::Uuid;

/// Longer than any walk.
const LIFE: Duration = Duration::from_secs(3600);

/// The services that call others.
pub const SERVICES: [&str; 6] = ["conversation", "routing", "ai", "team", "notification", "gateway"];

/// Every role there is.
pub const ROLES: [Role; 6] =
    [Role::Owner, Role::Admin, Role::Editor, Role::Analyst, Role::Agent, Role::Viewer];

/// What a role allows: owners and admins everything; editors what the workspace is set up with, and no conversations; analysts to read;
/// agents to read and reply; viewers to read conversations.
pub fn allowed(role: Role) -> Vec<Scope> {
    let all = Scope::ALL.iter().copied();
    match role {
        Role::Unspecified => Vec::new(),
        Role::Owner | Role::Admin => all.collect(),
        Role::Editor => all
            .filter(|scope| {
                let (of, _) = parts(*scope);
                matches!(of, "assistants" | "knowledge" | "routing") || *scope == Scope::MembersRead
            })
            .collect(),
        Role::Analyst => all.filter(|scope| parts(*scope).1 == "read").collect(),
        Role::Agent => {
            all.filter(|scope| parts(*scope).1 == "read" || *scope == Scope::ConversationsWrite).collect()
        }
        Role::Viewer => vec![Scope::ConversationsRead],
    }
}

fn parts(scope: Scope) -> (&'static str, &'static str) {
    scope.as_str().split_once(':').expect("of what, and what")
}

/// Somebody who calls.
#[derive(Clone)]
pub struct Principal {
    /// For people who read a failure.
    pub name: String,
    /// What kind of principal.
    pub kind: Kind,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// Which service; empty for all others.
    pub service: &'static str,
    /// Where it belongs; what a service names.
    pub workspace: Option<WorkspaceId>,
    /// Its proof, which outlives the walk. Empty for nobody.
    pub token: String,
}

impl Principal {
    /// Whether a row lets it in. Said here once more: the door has the same rule, and this is what it is held against.
    pub fn gets_in_by(&self, rule: &Rule) -> bool {
        let holds = |scope: Option<Scope>| scope.is_some_and(|scope| self.scopes.contains(&scope));
        let by_kind = match self.kind {
            Kind::Visitor => rule.visitors,
            Kind::Member => rule.any_member || holds(rule.members),
            Kind::ApiKey => holds(rule.keys),
            Kind::Service => rule.services.contains(&self.service),
            Kind::Operator => rule.operator,
        };
        rule.open || rule.authenticated || by_kind
    }

    /// Whether it is the assistant, of whom a request says more.
    pub fn is_assistant(&self) -> bool {
        self.service == "ai"
    }
}

/// The ids that principals of one workspace are made of.
#[derive(Clone, Copy)]
pub struct Persons {
    /// The tenant.
    pub workspace: WorkspaceId,
    /// Its owner.
    pub owner: Uuid,
    /// A visitor's contact.
    pub contact: Uuid,
    /// The assistant the visitor's session is bound to.
    pub assistant: Uuid,
    /// The API key's id.
    pub key: Uuid,
}

impl Persons {
    /// A member.
    pub fn member(&self, signers: &Signers, id: Uuid, scopes: &[Scope], name: &str) -> Principal {
        let subject = subject(Kind::Member, (id, Uuid::nil()), scopes);
        signed(&signers.team, self.at_home(subject), name)
    }

    /// The owner.
    pub fn owner(&self, signers: &Signers) -> Principal {
        self.member(signers, self.owner, Scope::ALL, "the owner")
    }

    /// A program.
    pub fn key(&self, signers: &Signers, scopes: &[Scope], name: &str) -> Principal {
        let subject = subject(Kind::ApiKey, (self.key, Uuid::nil()), scopes);
        signed(&signers.team, self.at_home(subject), name)
    }

    /// The visitor.
    pub fn visitor(&self, signers: &Signers) -> Principal {
        let subject = subject(Kind::Visitor, (self.contact, self.assistant), &[]);
        signed(&signers.conversation, self.at_home(subject), "the visitor")
    }

    /// The platform operator, who belongs nowhere.
    pub fn operator(&self, signers: &Signers) -> Principal {
        let subject = subject(Kind::Operator, (Uuid::nil(), Uuid::nil()), &[]);
        signed(&signers.team, subject, "the operator")
    }

    /// A service that works for this workspace.
    pub fn service(&self, signers: &Signers, service: &'static str) -> Principal {
        let signer = match service {
            "conversation" => &signers.conversation,
            "routing" => &signers.routing,
            "ai" => &signers.ai,
            "team" => &signers.team,
            "notification" => &signers.notification,
            "gateway" => &signers.gateway,
            other => panic!("no signer of {other}"),
        };
        let subject = subject(Kind::Service, (Uuid::nil(), Uuid::nil()), &[]);
        let made = signed(signer, subject, &format!("the service {service}"));
        Principal { service, workspace: Some(self.workspace), ..made }
    }

    /// One of each kind that could do the most: whom the rows let in at all, one of these they let in.
    pub fn mightiest(&self, signers: &Signers) -> Vec<Principal> {
        let mut all = vec![
            self.owner(signers),
            self.key(signers, Scope::ALL, "a key with every scope"),
            self.visitor(signers),
            self.operator(signers),
        ];
        all.extend(SERVICES.map(|service| self.service(signers, service)));
        all
    }

    fn at_home(&self, subject: Subject) -> Subject {
        Subject { workspace: Some(self.workspace), ..subject }
    }
}

fn subject(kind: Kind, (id, bound): (Uuid, Uuid), scopes: &[Scope]) -> Subject {
    Subject { kind, id, workspace: None, scopes: scopes.to_vec(), bound }
}

fn signed(signer: &Signer, subject: Subject, name: &str) -> Principal {
    let (token, _) = signer.sign(&subject, LIFE).expect("a token");
    let Subject { kind, scopes, workspace, .. } = subject;
    Principal { name: name.to_owned(), kind, scopes, service: "", workspace, token }
}
