//! Who calls: the visitor behind a bearer token, the member behind the session cookie, and that cookie itself.
//!
//! Must not know what they may do; the services decide, but for the live streams, which have no service behind them.

use std::time::Duration;

use async_trait::async_trait;
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, header, request::Parts},
};
use baton_kit::door::{
    access::bearer,
    principal::{Caller, Kind, Scope},
    tokens::Verifier,
};
use tonic::Code;

use super::{app::App, problem::Problem};
use crate::{
    exchange::{Credential, Exchange, Grant, Lease},
    live::Warrant,
};

/// A visitor whose token is good.
pub(crate) struct Visitor(pub Caller);

impl FromRequestParts<App> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let token = bearer(&parts.headers).ok_or_else(Problem::unauthenticated)?;
        let caller = app.verifier.verify(token)?;
        // Tokens of members and services never come this way.
        if caller.kind == Kind::Visitor { Ok(Self(caller)) } else { Err(Problem::unauthenticated()) }
    }
}

/// A member whose session is good.
pub(crate) struct Member {
    /// The secret in the cookie.
    pub secret: String,
    /// What it was exchanged for.
    pub grant: Grant,
}

impl FromRequestParts<App> for Member {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let secret =
            session_secret(&parts.headers, app.cookie_secure).ok_or_else(Problem::unauthenticated)?;
        let grant = app.exchange.token(Credential::Session(&secret)).await?;
        count(parts, app, &grant)?;
        Ok(Self { secret, grant })
    }
}

/// A request of a member that was counted. A handler may ask for the member more than once.
#[derive(Clone)]
struct Counted;

fn count(parts: &mut Parts, app: &App, grant: &Grant) -> Result<(), Problem> {
    if parts.extensions.insert(Counted).is_some() {
        return Ok(());
    }
    // What does not verify is refused where it goes.
    let workspace = app.verifier.verify(&grant.token).ok().and_then(|caller| caller.workspace);
    Ok(workspace.map_or(Ok(()), |workspace| app.limits.member_request(workspace))?)
}

/// The name of the session cookie. Browsers let nobody but this host set one that begins with `__Host-`.
pub(crate) fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-baton" } else { "baton" }
}

/// The session's secret in the cookies of a request. Two cookies of the name are somebody's trick and count as none.
pub(crate) fn session_secret(headers: &HeaderMap, secure: bool) -> Option<String> {
    let name = cookie_name(secure);
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let mut values = pairs.filter(|(key, _)| *key == name).map(|(_, value)| value);
    let first = values.next().filter(|value| !value.is_empty())?;
    values.next().is_none().then(|| first.to_owned())
}

/// `Set-Cookie` for a session; an empty secret and no time left take it away.
pub(crate) fn set_cookie(secret: &str, seconds: i64, secure: bool) -> Option<HeaderValue> {
    let (name, mark) = (cookie_name(secure), if secure { "; Secure" } else { "" });
    let text =
        format!("{name}={secret}; Path=/; Max-Age={}{mark}; HttpOnly; SameSite=Strict", seconds.max(0));
    let harmless = secret.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b';' | b',' | b'"' | b'\\'));
    let mut value = harmless.then(|| HeaderValue::try_from(text).ok()).flatten()?;
    value.set_sensitive(true);
    Some(value)
}

/// A visitor's right to follow: as long as the token is good.
pub(crate) struct VisitorWarrant {
    pub caller: Caller,
    pub verifier: Verifier,
    pub period: Duration,
}

#[async_trait]
impl Warrant for VisitorWarrant {
    fn period(&self) -> Duration {
        self.period
    }

    async fn stands(&mut self) -> bool {
        self.verifier.verify(&self.caller.token).is_ok()
    }

    async fn shaken(&mut self) {
        std::future::pending().await
    }
}

/// A member's right to follow: as long as the session is good and may read conversations.
pub(crate) struct MemberWarrant {
    member: Member,
    exchange: Exchange,
    verifier: Verifier,
    lease: Lease,
    period: Duration,
}

impl MemberWarrant {
    /// The member must be one who may read conversations: no service checks a live stream.
    pub fn new(app: &App, member: Member) -> Result<(Self, Caller), Problem> {
        let caller = app.verifier.verify(&member.grant.token)?;
        if !may_follow(&caller) {
            let denied = baton_proto::common::v1::ErrorReason::PermissionDenied;
            return Err(Problem::new(denied, "following conversations needs conversations:read"));
        }
        let warrant = Self {
            lease: app.exchange.lease(&member.grant),
            member,
            exchange: app.exchange.clone(),
            verifier: app.verifier.clone(),
            period: app.session_recheck,
        };
        Ok((warrant, caller))
    }
}

fn may_follow(caller: &Caller) -> bool {
    caller.kind == Kind::Member && caller.may(Scope::ConversationsRead)
}

#[async_trait]
impl Warrant for MemberWarrant {
    fn period(&self) -> Duration {
        self.period
    }

    async fn stands(&mut self) -> bool {
        match self.exchange.renew(Credential::Session(&self.member.secret)).await {
            Ok(grant) => {
                self.member.grant = grant;
                self.lease.settled();
            }
            Err(status) if status.code() == Code::Unauthenticated => return false,
            // team does not answer: the last token is good until its end.
            Err(_) => self.lease.unsettled(),
        }
        self.verifier.verify(&self.member.grant.token).is_ok_and(|caller| may_follow(&caller))
    }

    async fn shaken(&mut self) {
        self.lease.shaken().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str], secure: bool) -> Option<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::COOKIE, line.parse().unwrap());
        }
        session_secret(&headers, secure)
    }

    #[test]
    fn the_secret_is_found_among_other_cookies() {
        assert_eq!(read(&["a=1; __Host-baton=s3; b=2"], true).as_deref(), Some("s3"));
        assert_eq!(read(&["a=1", "baton=s3"], false).as_deref(), Some("s3"));
        assert_eq!(read(&["baton=s3"], true), None);
        assert_eq!(read(&["__Host-baton="], true), None);
    }

    #[test]
    fn two_cookies_of_the_name_count_as_none() {
        assert_eq!(read(&["baton=a; baton=b"], false), None);
    }

    #[test]
    fn s_38_the_cookie_is_bound_to_this_host_and_out_of_reach_of_scripts() {
        let value = set_cookie("s3", 60, true).unwrap();
        let expected = "__Host-baton=s3; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=Strict";
        assert_eq!(value.to_str().unwrap(), expected);
        let plain = set_cookie("s3", 60, false).unwrap();
        assert_eq!(plain.to_str().unwrap(), "baton=s3; Path=/; Max-Age=60; HttpOnly; SameSite=Strict");
        assert!(set_cookie("a;b", 60, true).is_none());
    }
}
