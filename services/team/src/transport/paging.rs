//! Page sizes and tokens of lists that are ordered by creation. Must not know what is listed.

use baton_kit::{
    door::{fields::Fields, page, principal::Caller, refusal::Refusal},
    life::ids::WorkspaceId,
};
use baton_proto::common::v1::ErrorReason;
use jiff::Timestamp;
use uuid::Uuid;

use crate::application::ports::After;

const DEFAULT_SIZE: u32 = 50;
const LARGEST_SIZE: u32 = 200;

/// The page that somebody asks for.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    /// Whose list.
    pub workspace: WorkspaceId,
    /// Where it begins.
    pub after: Option<After>,
    /// The most rows.
    pub size: u32,
    bound_to: String,
}

impl Wanted {
    pub fn read(method: &str, caller: &Caller, size: i32, token: &str) -> Result<Self, Refusal> {
        let workspace = caller.workspace()?;
        let bound_to = format!("{method} {workspace}");
        let mut fields = Fields::new();
        let size = fields.page_size("page_size", size, DEFAULT_SIZE, LARGEST_SIZE);
        let (size,) = fields.all((size,))?;
        let after = if token.is_empty() { None } else { Some(place(&bound_to, token)?) };
        Ok(Self { workspace, after, size, bound_to })
    }

    /// The token of the next page; empty on the last.
    pub fn next_token(&self, next: Option<After>) -> String {
        let Some(After { created_at, id }) = next else {
            return String::new();
        };
        let payload = [&created_at.as_microsecond().to_be_bytes()[..], id.as_bytes()].concat();
        page::seal(&self.bound_to, &payload)
    }
}

fn place(bound_to: &str, token: &str) -> Result<After, Refusal> {
    let refused = || Refusal::new(ErrorReason::InvalidToken, "the token was not made for this request");
    let payload = page::open(bound_to, token)?;
    let (at, id) = payload.split_first_chunk::<8>().ok_or_else(refused)?;
    let created_at = Timestamp::from_microsecond(i64::from_be_bytes(*at)).map_err(|_| refused())?;
    let id = Uuid::from_slice(id).map_err(|_| refused())?;
    Ok(After { created_at, id })
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
    fn f_10_a_size_is_defaulted_clamped_or_refused() {
        let size = |size| Wanted::read("/a/List", &caller(1), size, "").map(|wanted| wanted.size);
        assert_eq!(size(0).unwrap(), 50);
        assert_eq!(size(1_000_000_000).unwrap(), 200);
        assert_eq!(size(-1).unwrap_err().reason(), ErrorReason::InvalidFields);
    }
}
