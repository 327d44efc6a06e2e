//! Who may call which method: one row a method, checked before anything else is read.
//!
//! Must not know what a method does. A method without a row is refused, and a test of each service fails on it.

use std::collections::HashMap;

use baton_proto::common::v1::ErrorReason;

use super::{
    principal::{Caller, Kind, Scope},
    refusal::Refusal,
    tokens::Verifier,
};
use crate::life::ids::WorkspaceId;

/// Who may call one method.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The path, `/package.Service/Method`.
    pub method: &'static str,
    /// Anybody, without a credential.
    pub open: bool,
    /// Anybody with a credential.
    pub authenticated: bool,
    /// Visitors.
    pub visitors: bool,
    /// Members that hold the scope; `None` for none.
    pub members: Option<Scope>,
    /// API keys that hold the scope; `None` for none.
    pub keys: Option<Scope>,
    /// Members whatever their scopes.
    pub any_member: bool,
    /// Services of these names.
    pub services: &'static [&'static str],
    /// The platform operator.
    pub operator: bool,
}

impl Rule {
    /// A method nobody may call yet.
    pub const fn on(method: &'static str) -> Self {
        Self {
            method,
            open: false,
            authenticated: false,
            visitors: false,
            members: None,
            keys: None,
            any_member: false,
            services: &[],
            operator: false,
        }
    }

    /// Anybody, without a credential.
    #[must_use]
    pub const fn open(mut self) -> Self {
        self.open = true;
        self
    }

    /// Anybody with a credential.
    #[must_use]
    pub const fn authenticated(mut self) -> Self {
        self.authenticated = true;
        self
    }

    /// Visitors too.
    #[must_use]
    pub const fn visitors(mut self) -> Self {
        self.visitors = true;
        self
    }

    /// Members and API keys with this scope too.
    #[must_use]
    pub const fn staff(mut self, scope: Scope) -> Self {
        self.members = Some(scope);
        self.keys = Some(scope);
        self
    }

    /// Members with this scope too, but no keys.
    #[must_use]
    pub const fn members(mut self, scope: Scope) -> Self {
        self.members = Some(scope);
        self
    }

    /// API keys with this scope too, but no members.
    #[must_use]
    pub const fn keys(mut self, scope: Scope) -> Self {
        self.keys = Some(scope);
        self
    }

    /// Any member too.
    #[must_use]
    pub const fn any_member(mut self) -> Self {
        self.any_member = true;
        self
    }

    /// These services too.
    #[must_use]
    pub const fn services(mut self, names: &'static [&'static str]) -> Self {
        self.services = names;
        self
    }

    /// The platform operator too.
    #[must_use]
    pub const fn operator(mut self) -> Self {
        self.operator = true;
        self
    }

    fn admits(&self, caller: &Caller) -> bool {
        let holds = |scope: Option<Scope>| scope.is_some_and(|scope| caller.may(scope));
        self.authenticated
            || match caller.kind {
                Kind::Visitor => self.visitors,
                Kind::Member => self.any_member || holds(self.members),
                Kind::ApiKey => holds(self.keys),
                Kind::Service => self.services.contains(&caller.service.as_str()),
                Kind::Operator => self.operator,
            }
    }
}

/// The rules of one door.
#[derive(Clone)]
pub struct Gate {
    rules: HashMap<&'static str, Rule>,
    verifier: Verifier,
}

impl Gate {
    /// A gate with one rule a method.
    pub fn new(rules: impl IntoIterator<Item = Rule>, verifier: Verifier) -> Self {
        Self { rules: rules.into_iter().map(|rule| (rule.method, rule)).collect(), verifier }
    }

    /// Whether a path is a method of this door.
    pub fn knows(&self, method: &str) -> bool {
        self.rules.contains_key(method)
    }

    /// Lets a call in: the caller, or nobody where the method is open.
    ///
    /// # Errors
    /// UNAUTHENTICATED before anything is said about the method; then UNIMPLEMENTED or PERMISSION_DENIED.
    pub fn admit(&self, method: &str, headers: &http::HeaderMap) -> Result<Option<Caller>, Refusal> {
        let rule = self.rules.get(method);
        if rule.is_some_and(|rule| rule.open) {
            return Ok(None);
        }
        let mut caller = self.verifier.verify(bearer(headers).unwrap_or_default())?;
        if caller.kind == Kind::Service {
            caller.workspace = named_workspace(headers)?;
        }
        let Some(rule) = rule else {
            return Err(Refusal::new(ErrorReason::Unimplemented, "no such method here"));
        };
        if rule.admits(&caller) {
            return Ok(Some(caller));
        }
        let denied = |why: &str| Refusal::new(ErrorReason::PermissionDenied, why);
        // A scope is named only if holding it would help.
        let lacked = match caller.kind {
            Kind::Member => rule.members,
            Kind::ApiKey => rule.keys,
            Kind::Visitor | Kind::Service | Kind::Operator => None,
        };
        Err(match lacked {
            Some(scope) => denied("the caller lacks a scope").with("scope", scope),
            None => denied("the caller is of the wrong kind for this call"),
        })
    }
}

/// The header in which a service names the workspace it works for, on methods that people call too. Taken from services only; the
/// edge strips it.
pub const WORKSPACE_HEADER: &str = "x-baton-workspace";

fn named_workspace(headers: &http::HeaderMap) -> Result<Option<WorkspaceId>, Refusal> {
    let Some(value) = headers.get(WORKSPACE_HEADER) else {
        return Ok(None);
    };
    let named = value.to_str().ok().and_then(|text| text.parse().ok());
    named.map(Some).ok_or_else(|| Refusal::new(ErrorReason::PermissionDenied, "the workspace named is none"))
}

/// The bearer token of a request.
pub fn bearer(headers: &http::HeaderMap) -> Option<&str> {
    let value = headers.get(http::header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}
