//! Page sizes and tokens of lists. Must not know what is listed.

use baton_kit::{
    door::{fields::Fields, page, principal::Caller, refusal::Refusal},
    life::ids::WorkspaceId,
};
use baton_proto::common::v1::ErrorReason;
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    application::ports::{After, AfterShortcut},
    domain::canned::Shortcut,
};

const DEFAULT_SIZE: u32 = 50;
const LARGEST_SIZE: u32 = 200;

/// Where a page begins, as a token holds it.
pub(super) trait Place: Sized {
    fn to_bytes(&self) -> Vec<u8>;
    fn from_bytes(bytes: &[u8]) -> Option<Self>;
}

impl Place for After {
    fn to_bytes(&self) -> Vec<u8> {
        [&self.created_at.as_microsecond().to_be_bytes()[..], self.id.as_bytes()].concat()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (at, id) = bytes.split_first_chunk::<8>()?;
        let created_at = Timestamp::from_microsecond(i64::from_be_bytes(*at)).ok()?;
        Some(Self { created_at, id: Uuid::from_slice(id).ok()? })
    }
}

impl Place for AfterShortcut {
    fn to_bytes(&self) -> Vec<u8> {
        [self.id.as_bytes(), self.shortcut.as_str().as_bytes()].concat()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (id, shortcut) = bytes.split_first_chunk::<16>()?;
        let shortcut: Shortcut = std::str::from_utf8(shortcut).ok()?.parse().ok()?;
        Some(Self { shortcut, id: Uuid::from_bytes(*id) })
    }
}

/// The page that somebody asks for.
#[derive(Debug, Clone)]
pub(super) struct Wanted<P = After> {
    /// Whose list.
    pub workspace: WorkspaceId,
    /// Where it begins.
    pub after: Option<P>,
    /// The most rows.
    pub size: u32,
    bound_to: String,
}

impl Wanted {
    /// Of a list without filters that is ordered by creation.
    pub fn read(method: &str, caller: &Caller, size: i32, token: &str) -> Result<Self, Refusal> {
        let mut fields = Fields::new();
        let size = self::size(&mut fields, size);
        let (size,) = fields.all((size,))?;
        Self::of(method, caller, size, token)
    }
}

impl<P: Place> Wanted<P> {
    /// `list` names the method and every filter: with another one the token is refused.
    pub fn of(list: &str, caller: &Caller, size: u32, token: &str) -> Result<Self, Refusal> {
        let workspace = caller.workspace()?;
        let bound_to = format!("{list} {workspace}");
        let after = if token.is_empty() { None } else { Some(place(&bound_to, token)?) };
        Ok(Self { workspace, after, size, bound_to })
    }

    /// The token of the next page; empty on the last.
    pub fn next_token(&self, next: Option<P>) -> String {
        next.map(|next| page::seal(&self.bound_to, &next.to_bytes())).unwrap_or_default()
    }
}

/// The size of a page.
pub(super) fn size(fields: &mut Fields, size: i32) -> Option<u32> {
    fields.page_size("page_size", size, DEFAULT_SIZE, LARGEST_SIZE)
}

fn place<P: Place>(bound_to: &str, token: &str) -> Result<P, Refusal> {
    let refused = || Refusal::new(ErrorReason::InvalidToken, "the token was not made for this request");
    P::from_bytes(&page::open(bound_to, token)?).ok_or_else(refused)
}

#[cfg(test)]
mod tests {
    use baton_kit::door::principal::Kind;

    use super::*;

    fn caller(workspace: u128) -> Caller {
        Caller {
            kind: Kind::Member,
            subject: Uuid::nil(),
            service: String::new(),
            workspace: Some(WorkspaceId::from_uuid(Uuid::from_u128(workspace))),
            scopes: Vec::new(),
            audience: Uuid::nil(),
            only: None,
            token: "".into(),
        }
    }

    #[test]
    fn f_10_a_token_comes_back_only_to_its_own_list_and_tenant() {
        let wanted = Wanted::read("/a/List", &caller(1), 0, "").unwrap();
        let next = After { created_at: Timestamp::UNIX_EPOCH, id: Uuid::from_u128(7) };
        let token = wanted.next_token(Some(next));
        assert_eq!(Wanted::read("/a/List", &caller(1), 0, &token).unwrap().after, Some(next));
        for refused in [
            Wanted::read("/a/List", &caller(2), 0, &token),
            Wanted::read("/b/List", &caller(1), 0, &token),
            Wanted::read("/a/List", &caller(1), 0, &format!("{token}A")),
            Wanted::read("/a/List", &caller(1), 0, &page::seal(&wanted.bound_to, b"short")),
        ] {
            assert_eq!(refused.unwrap_err().reason(), ErrorReason::InvalidToken);
        }
    }

    #[test]
    fn f_10_a_place_among_shortcuts_comes_back_and_nothing_else_does() {
        let place = AfterShortcut { shortcut: "thanks".parse().unwrap(), id: Uuid::from_u128(7) };
        assert_eq!(AfterShortcut::from_bytes(&place.to_bytes()), Some(place.clone()));
        let bytes = place.to_bytes();
        for bad in [&bytes[..16], &bytes[..15], &[&bytes[..], b" "].concat(), &[&bytes[..], &[0xff]].concat()]
        {
            assert_eq!(AfterShortcut::from_bytes(bad), None);
        }
    }

    #[test]
    fn f_10_a_size_is_defaulted_clamped_or_refused() {
        let size = |size| Wanted::read("/a/List", &caller(1), size, "").map(|wanted| wanted.size);
        assert_eq!(size(0).unwrap(), 50);
        assert_eq!(size(1_000_000_000).unwrap(), 200);
        assert_eq!(size(-1).unwrap_err().reason(), ErrorReason::InvalidFields);
    }
}
