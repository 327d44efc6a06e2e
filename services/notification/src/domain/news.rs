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

    #[test]
    fn a_change_tells_of_what_is_new_and_of_nothing_else() {
        let known = |assignee, team, looked_for| Known { assignee, team, looked_for };
        let nothing = || known(None, None, None);
        let with = |edit: fn(&mut Change)| {
            let mut change = quiet();
            edit(&mut change);
            change
        };
        let table: Vec<(&str, Known, Change, Vec<Kind>)> = vec![
            ("nothing", nothing(), quiet(), vec![]),
            (
                "a handoff",
                nothing(),
                with(|it| it.state.looked_for = Some(handoff())),
                vec![Kind::HandoffRequested],
            ),
            (
                "the same handoff",
                known(None, None, Some(handoff())),
                with(|it| it.state.looked_for = Some(handoff())),
                vec![],
            ),
            (
                "given to a member",
                nothing(),
                with(|it| it.state.assignee = Some(member(1))),
                vec![Kind::AssignedToMe],
            ),
            (
                "taken by a member",
                nothing(),
                with(|it| {
                    it.state.assignee = Some(member(1));
                    it.by = Some(member(1));
                }),
                vec![],
            ),
            (
                "given by another",
                nothing(),
                with(|it| {
                    it.state.assignee = Some(member(1));
                    it.by = Some(member(2));
                }),
                vec![Kind::AssignedToMe],
            ),
            (
                "held as before",
                known(Some(member(1)), None, None),
                with(|it| it.state.assignee = Some(member(1))),
                vec![],
            ),
            (
                "given to a team",
                nothing(),
                with(|it| it.state.team = Some(team())),
                vec![Kind::AssignedToMyTeam],
            ),
            (
                "a team's, and somebody has it",
                known(Some(member(1)), None, None),
                with(|it| {
                    it.state.team = Some(team());
                    it.state.assignee = Some(member(1));
                }),
                vec![],
            ),
            (
                "handed to a team",
                nothing(),
                with(|it| {
                    it.state.team = Some(team());
                    it.state.looked_for = Some(handoff());
                }),
                vec![Kind::HandoffRequested],
            ),
            (
                "overdue",
                known(Some(member(1)), None, None),
                with(|it| {
                    it.state.assignee = Some(member(1));
                    it.overdue = true;
                }),
                vec![Kind::ReplyOverdue],
            ),
            (
                "resolved",
                nothing(),
                with(|it| {
                    it.state.looked_for = Some(handoff());
                    it.state.resolved = true;
                }),
                vec![],
            ),
        ];
        for (what, known, change, expected) in table {
            assert_eq!(kinds(&known, &change), expected, "{what}");
        }
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
