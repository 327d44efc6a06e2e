//! What a change of a conversation leads to: who has reason to be told of it.

use std::collections::BTreeSet;

use super::{
    ids::{ContactId, HandoffId, MemberId, TeamId},
    kind::{Kind, Subject},
};

/// A conversation, as far as it matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// The end user.
    pub contact: ContactId,
    /// Whether it is resolved.
    pub resolved: bool,
    /// Who has it.
    pub assignee: Option<MemberId>,
    /// Whose it is.
    pub team: Option<TeamId>,
    /// The open handoff for which somebody is looked for.
    pub looked_for: Option<HandoffId>,
    /// Rises with every change of who has it.
    pub assignment_version: i64,
    /// The last message.
    pub last_sequence: i64,
    /// Which of its states this is.
    pub revision: i64,
}

/// What was known of it before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// Who had it.
    pub assignee: Option<MemberId>,
    /// Whose it was.
    pub team: Option<TeamId>,
    /// The last handoff for which somebody was looked for.
    pub looked_for: Option<HandoffId>,
}

/// A change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What it is now.
    pub state: State,
    /// The member who did it; `None` if it was no member.
    pub by: Option<MemberId>,
    /// Whether it says that the assignee lets the visitor wait.
    pub overdue: bool,
}

/// Whom something concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// This member.
    Member(MemberId),
    /// Whoever may take a handoff: the team asked, else everybody.
    Takers(Option<TeamId>),
    /// The members of this team.
    Team(TeamId),
}

/// A reason to tell somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occasion {
    /// Of what.
    pub kind: Kind,
    /// Whom it concerns.
    pub audience: Audience,
    /// What exactly it is about.
    pub subject: Subject,
}

/// The reasons to tell somebody that a change gives. Nobody is told of what they did themselves.
pub fn occasions(known: &Known, change: &Change) -> Vec<Occasion> {
    let state = &change.state;
    if state.resolved {
        return Vec::new();
    }
    let handoff = state.looked_for.filter(|id| known.looked_for != Some(*id)).map(|id| Occasion {
        kind: Kind::HandoffRequested,
        audience: Audience::Takers(state.team),
        subject: Subject::Handoff(id),
    });
    let given = state.assignee.filter(|it| known.assignee != Some(*it) && change.by != Some(*it));
    let given = given.map(|member| Occasion {
        kind: Kind::AssignedToMe,
        audience: Audience::Member(member),
        subject: Subject::Assignment(state.assignment_version),
    });
    // Whoever is asked to take it is not told in the same breath that it is their team's.
    let team =
        state.team.filter(|it| known.team != Some(*it) && state.assignee.is_none() && handoff.is_none());
    let team = team.map(|team| Occasion {
        kind: Kind::AssignedToMyTeam,
        audience: Audience::Team(team),
        subject: Subject::Team(team, state.assignment_version),
    });
    let overdue = state.assignee.filter(|_| change.overdue).map(|member| Occasion {
        kind: Kind::ReplyOverdue,
        audience: Audience::Member(member),
        subject: Subject::Warning(state.revision),
    });
    [handoff, given, team, overdue].into_iter().flatten().collect()
}

/// The members of an audience. `staff` are those who may reply, `team` those of them in the team asked.
pub fn recipients(
    audience: Audience,
    by: Option<MemberId>,
    staff: &BTreeSet<MemberId>,
    team: &BTreeSet<MemberId>,
) -> Vec<MemberId> {
    let chosen = match audience {
        Audience::Member(member) => return vec![member],
        Audience::Takers(_) if team.is_empty() => staff,
        Audience::Takers(_) | Audience::Team(_) => team,
    };
    chosen.iter().copied().filter(|member| by != Some(*member)).collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn member(n: u128) -> MemberId {
        MemberId::from_uuid(Uuid::from_u128(n))
    }

    fn team() -> TeamId {
        TeamId::from_uuid(Uuid::from_u128(50))
    }

    fn handoff() -> HandoffId {
        HandoffId::from_uuid(Uuid::from_u128(60))
    }

    fn quiet() -> Change {
        let state = State {
            contact: ContactId::from_uuid(Uuid::from_u128(9)),
            resolved: false,
            assignee: None,
            team: None,
            looked_for: None,
            assignment_version: 4,
            last_sequence: 7,
            revision: 12,
        };
        Change { state, by: None, overdue: false }
    }

    fn kinds(known: &Known, change: &Change) -> Vec<Kind> {
        occasions(known, change).into_iter().map(|it| it.kind).collect()
    }

    fn with(edit: fn(&mut Change)) -> Change {
        let mut change = quiet();
        edit(&mut change);
        change
    }

    fn had(assignee: Option<MemberId>, looked_for: Option<HandoffId>) -> Known {
        Known { assignee, team: None, looked_for }
    }

    #[test]
    fn a_handoff_is_told_of_once_and_not_of_what_is_over() {
        let asked = || with(|it| it.state.looked_for = Some(handoff()));
        assert_eq!(kinds(&had(None, None), &quiet()), []);
        assert_eq!(kinds(&had(None, None), &asked()), [Kind::HandoffRequested]);
        assert_eq!(kinds(&had(None, Some(handoff())), &asked()), []);
        let over = with(|it| (it.state.looked_for, it.state.resolved) = (Some(handoff()), true));
        assert_eq!(kinds(&had(None, None), &over), []);
    }

    #[test]
    fn members_are_told_of_what_others_gave_them() {
        let nothing = || had(None, None);
        let mine = || with(|it| it.state.assignee = Some(member(1)));
        let took = with(|it| (it.state.assignee, it.by) = (Some(member(1)), Some(member(1))));
        let gave = with(|it| (it.state.assignee, it.by) = (Some(member(1)), Some(member(2))));
        let late = with(|it| (it.state.assignee, it.overdue) = (Some(member(1)), true));
        assert_eq!(kinds(&nothing(), &mine()), [Kind::AssignedToMe]);
        assert_eq!(kinds(&nothing(), &gave), [Kind::AssignedToMe]);
        assert_eq!(kinds(&nothing(), &took), []);
        assert_eq!(kinds(&had(Some(member(1)), None), &mine()), []);
        assert_eq!(kinds(&had(Some(member(1)), None), &late), [Kind::ReplyOverdue]);
    }

    #[test]
    fn a_team_is_told_of_what_nobody_has_and_nobody_is_asked_to_take() {
        let ours = with(|it| it.state.team = Some(team()));
        let had_by_one = with(|it| (it.state.team, it.state.assignee) = (Some(team()), Some(member(1))));
        let handed = with(|it| (it.state.team, it.state.looked_for) = (Some(team()), Some(handoff())));
        assert_eq!(kinds(&had(None, None), &ours), [Kind::AssignedToMyTeam]);
        assert_eq!(kinds(&had(Some(member(1)), None), &had_by_one), []);
        assert_eq!(kinds(&had(None, None), &handed), [Kind::HandoffRequested]);
    }

    #[test]
    fn a_handoff_asks_its_team_and_everybody_if_nobody_of_it_may_reply() {
        let staff: BTreeSet<_> = [1, 2, 3].map(member).into();
        let (some, none) = (BTreeSet::from([member(2)]), BTreeSet::new());
        let takers = Audience::Takers(Some(team()));
        assert_eq!(recipients(takers, None, &staff, &some), [member(2)]);
        assert_eq!(recipients(takers, None, &staff, &none), [1, 2, 3].map(member));
        assert_eq!(recipients(takers, Some(member(1)), &staff, &none), [2, 3].map(member));
        assert_eq!(recipients(Audience::Team(team()), None, &staff, &none), []);
        assert_eq!(recipients(Audience::Member(member(9)), None, &staff, &none), [member(9)]);
    }
}
