//! Tables of what becomes of mails.

use std::time::Duration;

use baton_kit::life::ids::WorkspaceId;
use uuid::Uuid;

use super::*;
use crate::domain::ids::{ContactId, ConversationId, MailingId};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_000_000 + second).unwrap()
}

fn me() -> MemberId {
    MemberId::from_uuid(Uuid::from_u128(1))
}

fn handoff(n: u128) -> HandoffId {
    HandoffId::from_uuid(Uuid::from_u128(n))
}

fn team() -> TeamId {
    TeamId::from_uuid(Uuid::from_u128(50))
}

fn terms() -> Terms {
    Terms {
        delay: Duration::from_secs(120),
        visitor_delay: Duration::from_secs(120),
        window: Duration::from_secs(900),
        give_up_after: Duration::from_secs(86_400),
        mails: true,
    }
}

fn mailing(kind: Kind, subject: Subject) -> Mailing {
    let recipient = match kind {
        Kind::VisitorReply => Recipient::Contact(ContactId::from_uuid(Uuid::from_u128(9))),
        _ => Recipient::Member(me()),
    };
    Mailing {
        id: MailingId::from_uuid(Uuid::from_u128(3)),
        workspace: WorkspaceId::from_uuid(Uuid::from_u128(4)),
        kind,
        recipient,
        conversation: ConversationId::from_uuid(Uuid::from_u128(5)),
        subject,
        sequence: 7,
        since: at(0),
        attempts: 0,
        tries: 0,
        upto: None,
        traceparent: None,
    }
}

fn standing() -> Standing {
    Standing {
        eligible: true,
        wanted: true,
        unsubscribed: false,
        notice_read: false,
        answered_upto: 0,
        last_mail: None,
    }
}

fn now() -> Now {
    Now {
        resolved: false,
        assignee: None,
        team: None,
        looked_for: Some(handoff(60)),
        last_sequence: 8,
        read_sequence: 0,
        unread: Vec::new(),
    }
}

fn asked() -> Mailing {
    mailing(Kind::HandoffRequested, Subject::Handoff(handoff(60)))
}

fn answer() -> Mailing {
    mailing(Kind::VisitorReply, Subject::Message(7))
}

#[test]
fn what_is_known_here_decides_first() {
    let with = |edit: fn(&mut Standing)| {
        let mut it = standing();
        edit(&mut it);
        it
    };
    let table = [
        (with(|it| it.eligible = false), Some(Held::Drop(Reason::NotEligible))),
        (with(|it| it.wanted = false), Some(Held::Drop(Reason::SwitchedOff))),
        (with(|it| it.unsubscribed = true), Some(Held::Drop(Reason::Unsubscribed))),
        (with(|it| it.notice_read = true), Some(Held::Drop(Reason::Read))),
        (with(|it| it.answered_upto = 8), None),
        (with(|_| {}), None),
    ];
    for (standing, expected) in table {
        assert_eq!(by_standing(&asked(), &standing, &terms(), at(120)), expected, "{standing:?}");
    }
}

#[test]
fn mails_that_are_switched_off_altogether_are_dropped() {
    let off = Terms { mails: false, ..terms() };
    let verdict = by_standing(&asked(), &standing(), &off, at(120));
    assert_eq!(verdict, Some(Held::Drop(Reason::SwitchedOff)));
}

#[test]
fn an_answer_ends_the_warning_that_there_is_none() {
    let late = mailing(Kind::ReplyOverdue, Subject::Warning(12));
    let answered = Standing { answered_upto: 8, ..standing() };
    assert_eq!(by_standing(&late, &answered, &terms(), at(120)), Some(Held::Drop(Reason::Overtaken)));
    let before = Standing { answered_upto: 7, ..standing() };
    assert_eq!(by_standing(&late, &before, &terms(), at(120)), None);
}

#[test]
fn g_n2_within_the_window_a_member_gets_no_second_mail_and_a_visitor_gets_it_later() {
    let mailed = Standing { last_mail: Some(LastMail { at: at(100), upto: 6 }), ..standing() };
    assert_eq!(by_standing(&asked(), &mailed, &terms(), at(999)), Some(Held::Merge(Reason::Window)));
    assert_eq!(by_standing(&asked(), &mailed, &terms(), at(1000)), None);
    let waits = Held::Wait { until: at(1000), reason: Reason::Window };
    assert_eq!(by_standing(&answer(), &mailed, &terms(), at(999)), Some(waits));
}

#[test]
fn a_member_is_told_of_what_is_so_still_and_was_not_read() {
    let with = |edit: fn(&mut Now)| {
        let mut it = now();
        edit(&mut it);
        it
    };
    let sent = Ok(Tells { after: 0, upto: 8 });
    let (overtaken, read) = (Err(Held::Drop(Reason::Overtaken)), Err(Held::Drop(Reason::Read)));
    let mine = || mailing(Kind::AssignedToMe, Subject::Assignment(3));
    let ours = || mailing(Kind::AssignedToMyTeam, Subject::Team(team(), 3));
    let late = || mailing(Kind::ReplyOverdue, Subject::Warning(3));
    let table = [
        (asked(), with(|_| {}), sent),
        (asked(), with(|it| it.looked_for = None), overtaken),
        (asked(), with(|it| it.looked_for = Some(handoff(61))), overtaken),
        (asked(), with(|it| it.resolved = true), overtaken),
        (asked(), with(|it| it.read_sequence = 6), sent),
        (asked(), with(|it| it.read_sequence = 7), read),
        (mine(), with(|it| it.assignee = Some(me())), sent),
        (mine(), with(|_| {}), overtaken),
        (mine(), with(|it| it.assignee = Some(MemberId::from_uuid(Uuid::from_u128(2)))), overtaken),
        (ours(), with(|it| it.team = Some(team())), sent),
        (ours(), with(|_| {}), overtaken),
        (
            ours(),
            with(|it| {
                it.team = Some(team());
                it.assignee = Some(me());
            }),
            overtaken,
        ),
        (
            late(),
            with(|it| {
                it.assignee = Some(me());
                it.read_sequence = 8;
            }),
            sent,
        ),
        (late(), with(|_| {}), overtaken),
    ];
    for (mailing, look, expected) in table {
        let verdict = by_conversation(&mailing, &standing(), &look, &terms(), at(120));
        assert_eq!(verdict, expected, "{:?} {look:?}", mailing.kind);
    }
}

fn unread(sequences: &[(i64, i64)]) -> Now {
    let unread = sequences.iter().map(|(sequence, second)| Unread { sequence: *sequence, at: at(*second) });
    Now { unread: unread.collect(), ..now() }
}

#[test]
fn a_visitor_is_mailed_what_no_mail_told_before() {
    let mailed = Standing { last_mail: Some(LastMail { at: at(-9000), upto: 5 }), ..standing() };
    let look = unread(&[(5, -9100), (7, 0), (8, 60)]);
    let verdict = |mailing: &Mailing, standing: &Standing, look: &Now, now: i64| {
        by_conversation(mailing, standing, look, &terms(), at(now))
    };
    assert_eq!(verdict(&answer(), &mailed, &look, 120), Ok(Tells { after: 5, upto: 8 }));
    let told = Standing { last_mail: Some(LastMail { at: at(-9000), upto: 8 }), ..standing() };
    assert_eq!(verdict(&answer(), &told, &look, 120), Err(Held::Merge(Reason::Window)));
}

/// Taking over, resolving and handing back put a line of the house into the thread, told of as a message of whoever did it.
#[test]
fn where_nobody_wrote_it_is_not_said_that_somebody_read() {
    let verdict = |read_sequence: i64| {
        let look = Now { read_sequence, ..unread(&[]) };
        by_conversation(&answer(), &standing(), &look, &terms(), at(120))
    };
    assert_eq!(verdict(7), Err(Held::Drop(Reason::Read)));
    assert_eq!(verdict(6), Err(Held::Drop(Reason::Overtaken)));
}

#[test]
fn a_visitor_has_the_delay_to_read_the_first_of_it() {
    let look = unread(&[(7, 30), (8, 60)]);
    let wait = Err(Held::Wait { until: at(150), reason: Reason::ReadFirst });
    assert_eq!(by_conversation(&answer(), &standing(), &look, &terms(), at(120)), wait);
}

#[test]
fn g_n1_another_attempt_tells_of_no_more_than_the_first() {
    let again = Mailing { upto: Some(7), attempts: 1, ..answer() };
    let look = unread(&[(7, 0), (8, 60)]);
    let verdict = by_conversation(&again, &standing(), &look, &terms(), at(120));
    assert_eq!(verdict, Ok(Tells { after: 0, upto: 7 }));
    let read = Now { read_sequence: 7, ..unread(&[(8, 60)]) };
    let verdict = by_conversation(&again, &standing(), &read, &terms(), at(120));
    assert_eq!(verdict, Err(Held::Drop(Reason::Read)));
}
