//! What a member wants to be told, and how.

use super::kind::Kind;

/// What a member wants of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preference {
    /// Of which.
    pub kind: Kind,
    /// Whether by e-mail.
    pub email: bool,
    /// Whether by a notice in the inbox.
    pub in_app: bool,
}

impl Preference {
    /// What holds where nothing was set: everything, but no mail to somebody who is slow already.
    pub const fn usual(kind: Kind) -> Self {
        Self { kind, email: !matches!(kind, Kind::ReplyOverdue), in_app: true }
    }
}

/// Every kind that members are told of, with what was set and the defaults for the rest.
pub fn completed(set: &[Preference]) -> Vec<Preference> {
    let of = |kind: Kind| set.iter().find(|one| one.kind == kind).copied();
    Kind::OF_MEMBERS.into_iter().map(|kind| of(kind).unwrap_or(Preference::usual(kind))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_is_on_where_nothing_was_set_but_mails_to_the_slow() {
        let all = completed(&[]);
        assert_eq!(all.len(), 4);
        assert!(all.iter().all(|one| one.in_app && one.email == (one.kind != Kind::ReplyOverdue)));
    }

    #[test]
    fn what_was_set_holds() {
        let off = Preference { kind: Kind::AssignedToMe, email: false, in_app: false };
        assert!(completed(&[off]).contains(&off));
        assert_eq!(completed(&[off]).len(), 4);
    }
}
