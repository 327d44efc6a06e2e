//! A member's own word on whether they take conversations.
//!
//! Must not know what they hold, nor who asked.

use jiff::Timestamp;

use super::ids::MemberId;

/// Whether a member takes conversations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AvailabilityState {
    /// Takes conversations.
    Online,
    /// Finishes what they have.
    Busy,
    /// Not at the desk.
    Away,
    /// Not working.
    Offline,
}

/// What a member said last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Availability {
    /// The member.
    pub member: MemberId,
    /// Whether they take conversations.
    pub state: AvailabilityState,
    /// How many routing may give them at once.
    pub limit: i32,
    /// Rises with every change.
    pub revision: i64,
    /// When they last came online; `None` for never.
    pub online_since: Option<Timestamp>,
}

/// What a member says now.
#[derive(Debug, Clone, Copy)]
pub struct Word {
    /// The member.
    pub member: MemberId,
    /// Whether they take conversations.
    pub state: AvailabilityState,
    /// How many at once; `None` for as before.
    pub limit: Option<i32>,
    /// When they say it.
    pub at: Timestamp,
}

/// What a member's word makes of what stood before; `first_limit` counts for one that never said.
pub fn say(former: Option<&Availability>, word: &Word, first_limit: i32) -> Availability {
    let limit = word.limit.unwrap_or_else(|| former.map_or(first_limit, |known| known.limit));
    let Some(former) = former else {
        let online_since = (word.state == AvailabilityState::Online).then_some(word.at);
        return Availability { member: word.member, state: word.state, limit, revision: 1, online_since };
    };
    if (former.state, former.limit) == (word.state, limit) {
        return former.clone();
    }
    let comes_online = word.state == AvailabilityState::Online && former.state != AvailabilityState::Online;
    let online_since = if comes_online { Some(word.at) } else { former.online_since };
    Availability {
        member: word.member,
        state: word.state,
        limit,
        revision: former.revision + 1,
        online_since,
    }
}

/// What becomes of a member that was asked and did not answer in time; `None` if they are not at the desk anyway.
pub fn missed(former: &Availability) -> Option<Availability> {
    let at_desk = matches!(former.state, AvailabilityState::Online | AvailabilityState::Busy);
    at_desk.then(|| Availability {
        state: AvailabilityState::Away,
        revision: former.revision + 1,
        ..former.clone()
    })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn word(state: AvailabilityState, limit: Option<i32>, second: i64) -> Word {
        let member = MemberId::from_uuid(Uuid::from_u128(1));
        Word { member, state, limit, at: Timestamp::from_second(second).unwrap() }
    }

    #[test]
    fn a_member_that_never_said_gets_the_first_limit() {
        let said = say(None, &word(AvailabilityState::Online, None, 10), 3);
        assert_eq!((said.limit, said.revision), (3, 1));
        assert_eq!(said.online_since, Some(Timestamp::from_second(10).unwrap()));
    }

    #[test]
    fn saying_the_same_again_changes_nothing() {
        let first = say(None, &word(AvailabilityState::Online, Some(5), 10), 3);
        assert_eq!(say(Some(&first), &word(AvailabilityState::Online, None, 20), 3), first);
    }

    #[test]
    fn only_coming_online_moves_the_moment_of_coming_online() {
        let online = say(None, &word(AvailabilityState::Online, None, 10), 3);
        let busy = say(Some(&online), &word(AvailabilityState::Busy, None, 20), 3);
        assert_eq!(busy.online_since, online.online_since);
        let back = say(Some(&busy), &word(AvailabilityState::Online, None, 30), 3);
        assert_eq!(back.online_since, Some(Timestamp::from_second(30).unwrap()));
        assert_eq!(back.revision, 3);
    }

    #[test]
    fn only_who_is_at_the_desk_can_miss() {
        for (state, becomes) in [
            (AvailabilityState::Online, Some(AvailabilityState::Away)),
            (AvailabilityState::Busy, Some(AvailabilityState::Away)),
            (AvailabilityState::Away, None),
            (AvailabilityState::Offline, None),
        ] {
            let before = say(None, &word(state, None, 10), 3);
            assert_eq!(missed(&before).map(|after| after.state), becomes, "{state:?}");
        }
    }
}
