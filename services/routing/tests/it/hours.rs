//! Office hours behind the door: set, read, checked; every fault named; a zone that is no longer known (g_t4).

use baton_kit::door::{
    principal::{Kind, Scope},
    refusal::{metadata_of, reason_of},
};
use baton_proto::{
    common::v1::ErrorReason,
    routing::v1::{
        CheckOfficeHoursRequest, CheckOfficeHoursResponse, DateException, DayHours, GetOfficeHoursRequest,
        HoursCause, OfficeHours, ReplyExpectation, SetOfficeHoursRequest, Span, Weekday,
        reply_expectation::Expectation,
    },
};
use prost_types::Timestamp;
use tonic::Status;
use tonic_types::StatusExt as _;

use crate::house::House;

fn span(start_minute: i32, end_minute: i32) -> Span {
    Span { start_minute, end_minute }
}

fn day(weekday: Weekday, spans: &[Span]) -> DayHours {
    DayHours { weekday: weekday.into(), spans: spans.to_vec() }
}

/// Nights from Monday to Friday in Berlin, closed on Christmas, an answer within an hour.
fn nights() -> OfficeHours {
    use Weekday as W;
    let days = [W::Monday, W::Tuesday, W::Wednesday, W::Thursday, W::Friday];
    OfficeHours {
        time_zone: "Europe/Berlin".to_owned(),
        week: days.map(|weekday| day(weekday, &[span(21 * 60, 26 * 60)])).to_vec(),
        exceptions: vec![DateException {
            date: "--12-25".to_owned(),
            spans: Vec::new(),
            label: "Christmas".to_owned(),
        }],
        reply: Some(ReplyExpectation { expectation: Some(Expectation::Minutes(60)) }),
        language: "de".to_owned(),
        ..OfficeHours::default()
    }
}

async fn get(house: &House) -> OfficeHours {
    house.hours().get_office_hours(GetOfficeHoursRequest {}).await.unwrap().into_inner().office_hours.unwrap()
}

async fn set(house: &House, office_hours: OfficeHours, etag: &str) -> Result<OfficeHours, Status> {
    let request = SetOfficeHoursRequest { office_hours: Some(office_hours), etag: etag.to_owned() };
    Ok(house.hours().set_office_hours(request).await?.into_inner().office_hours.unwrap())
}

async fn check(house: &House, at: &str, language: &str) -> CheckOfficeHoursResponse {
    let at: jiff::Timestamp = at.parse().unwrap();
    let at_time = Some(Timestamp { seconds: at.as_second(), nanos: at.subsec_nanosecond() });
    let request = CheckOfficeHoursRequest { at_time, language: language.to_owned() };
    house.hours().check_office_hours(request).await.unwrap().into_inner()
}

fn instant(at: Option<Timestamp>) -> String {
    at.map(|at| jiff::Timestamp::new(at.seconds, at.nanos).unwrap().to_string()).unwrap_or_default()
}

/// Set, read, set again under the same etag, set the same.
async fn a_change_names_what_it_changes(house: &House) {
    let none = get(house).await;
    assert!(none.always_open && none.week.is_empty());
    let first = set(house, nights(), &none.etag).await.unwrap();
    assert_eq!(get(house).await, first);
    assert_eq!((first.time_zone.as_str(), first.week.len(), first.always_open), ("Europe/Berlin", 5, false));
    assert_ne!(first.etag, none.etag);
    let refused = set(house, OfficeHours { week: Vec::new(), ..nights() }, &none.etag).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::StaleEtag));
    assert_eq!(metadata_of(&refused).get("etag"), Some(&first.etag));
    let same = set(house, nights(), &first.etag).await.unwrap();
    assert_eq!(same.etag, first.etag, "nothing changed");
    let closed =
        set(house, OfficeHours { week: Vec::new(), reply: None, ..nights() }, &first.etag).await.unwrap();
    assert_ne!(closed.etag, first.etag);
    assert_eq!(get(house).await, closed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_office_hours_names_what_it_changes_on_sqlite() {
    a_change_names_what_it_changes(&House::on_sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_office_hours_names_what_it_changes_on_postgres() {
    if let Some(house) = House::on_postgres().await {
        a_change_names_what_it_changes(&house).await;
    }
}

/// Of many with the same etag one wins.
async fn one_of_many_wins(house: &House) {
    let etag = get(house).await.etag;
    let set_to = |minutes| {
        let reply = Some(ReplyExpectation { expectation: Some(Expectation::Minutes(minutes)) });
        set(house, OfficeHours { reply, ..nights() }, &etag)
    };
    let all = futures::future::join_all((1..=8).map(set_to)).await;
    let won: Vec<_> = all.iter().flatten().cloned().collect();
    assert_eq!(won, [get(house).await]);
    for refused in all.iter().filter_map(|answer| answer.as_ref().err()) {
        assert_eq!(reason_of(refused), Some(ErrorReason::StaleEtag));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_changes_with_one_etag_one_wins_on_sqlite() {
    one_of_many_wins(&House::on_sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_changes_with_one_etag_one_wins_on_postgres() {
    if let Some(house) = House::on_postgres().await {
        one_of_many_wins(&house).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn g_t2_a_check_answers_for_any_instant_in_the_visitors_language() {
    let house = House::on_sqlite().await;
    let always = check(&house, "2026-12-25T22:30:00Z", "").await;
    assert_eq!((always.open, always.cause()), (true, HoursCause::AlwaysOpen));
    set(&house, nights(), &get(&house).await.etag).await.unwrap();
    let shift = check(&house, "2026-12-22T23:30:00Z", "en").await;
    assert_eq!((shift.open, shift.cause()), (true, HoursCause::Week));
    assert_eq!(instant(shift.next_closing_time), "2026-12-23T01:00:00Z");
    assert_eq!(instant(shift.promised_by_time), "2026-12-23T00:30:00Z");
    assert_eq!(shift.visitor_text, "We usually answer within 1 hour.");
    // The shift of Christmas Eve runs into Christmas; that of Christmas is none, and the next is on Monday.
    assert!(check(&house, "2026-12-25T00:30:00Z", "").await.open);
    let christmas = check(&house, "2026-12-25T22:30:00Z", "").await;
    assert_eq!((christmas.open, christmas.cause()), (false, HoursCause::Exception));
    assert_eq!(christmas.exception_label, "Christmas");
    assert_eq!(instant(christmas.next_opening_time), "2026-12-28T20:00:00Z");
    assert_eq!(instant(christmas.promised_by_time), "2026-12-28T21:00:00Z");
    let german = "Wir sind am Montag um 21:00 Uhr wieder für Sie da. Wir antworten in der Regel innerhalb von 1 Stunde.";
    assert_eq!(christmas.visitor_text, german);
    let french = check(&house, "2026-12-25T22:30:00Z", "fr-CA").await.visitor_text;
    assert_eq!(
        french,
        "Nous serons de retour lundi à 21:00. Nous répondons généralement en moins de 1 heure."
    );
    assert_eq!(
        check(&house, "2026-12-25T22:30:00Z", "tlh").await.visitor_text,
        german,
        "the house's own language"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn g_t4_a_stored_zone_that_is_not_known_is_open_and_raises_the_alarm() {
    let house = House::on_sqlite().await;
    set(&house, OfficeHours { week: Vec::new(), ..nights() }, &get(&house).await.etag).await.unwrap();
    assert!(!check(&house, "2026-12-22T23:30:00Z", "").await.open);
    assert!(house.metrics().contains("baton_routing_unknown_time_zones 0"));
    house.forget_the_zone().await;
    let known = check(&house, "2026-12-22T23:30:00Z", "").await;
    assert_eq!((known.open, known.cause()), (true, HoursCause::UnknownTimeZone));
    assert!(house.metrics().contains("baton_routing_unknown_time_zones 1"));
    // It can be read, and mended.
    let read = get(&house).await;
    assert_eq!(read.time_zone, "Mars/Olympus");
    let refused = set(&house, read.clone(), &read.etag).await.unwrap_err();
    assert_eq!(faults(&refused), ["office_hours.time_zone"]);
    set(&house, nights(), &read.etag).await.unwrap();
    check(&house, "2026-12-22T23:30:00Z", "").await;
    assert!(house.metrics().contains("baton_routing_unknown_time_zones 0"));
}

/// The fields named by a refusal, sorted.
fn faults(refused: &Status) -> Vec<String> {
    assert_eq!(reason_of(refused), Some(ErrorReason::InvalidFields), "{refused:?}");
    let listed = refused.get_details_bad_request().unwrap().field_violations;
    let mut fields: Vec<String> = listed.into_iter().map(|violation| violation.field).collect();
    fields.sort();
    fields
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_of_office_hours_is_named_at_once() {
    let house = House::on_sqlite().await;
    let exception = |date: &str, spans: &[Span], label: &str| DateException {
        date: date.to_owned(),
        spans: spans.to_vec(),
        label: label.to_owned(),
    };
    let wrong = OfficeHours {
        time_zone: "Mars/Olympus".to_owned(),
        week: vec![
            day(Weekday::Monday, &[span(-1, 10), span(20, 10), span(30, i32::MAX)]),
            day(Weekday::Monday, &[]),
            day(Weekday::Unspecified, &[]),
            day(Weekday::Tuesday, &[span(0, 60), span(60, 90)]),
            DayHours { weekday: 99, spans: vec![span(0, 1); 11] },
        ],
        exceptions: vec![
            exception("2026-02-29", &[], ""),
            exception("--12-25", &[], &"x".repeat(81)),
            exception("--12-26", &[span(10, 5)], "a\0b"),
            exception("--12-27", &[], ""),
            exception("--12-27", &[], ""),
        ],
        reply: Some(ReplyExpectation { expectation: Some(Expectation::Minutes(0)) }),
        language: "de_DE\0".to_owned(),
        ..OfficeHours::default()
    };
    let refused = set(&house, wrong, "").await.unwrap_err();
    let expected = [
        "etag",
        "office_hours.exceptions[0].date",
        "office_hours.exceptions[1].label",
        "office_hours.exceptions[2].label",
        "office_hours.exceptions[2].spans[0].end_minute",
        "office_hours.exceptions[4].date",
        "office_hours.language",
        "office_hours.reply.minutes",
        "office_hours.time_zone",
        "office_hours.week[0].spans[0].start_minute",
        "office_hours.week[0].spans[1].end_minute",
        "office_hours.week[0].spans[2].end_minute",
        "office_hours.week[1].weekday",
        "office_hours.week[2].weekday",
        "office_hours.week[3].spans[1].start_minute",
        "office_hours.week[4].spans",
        "office_hours.week[4].weekday",
    ];
    assert_eq!(faults(&refused), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn sizes_and_neighbours_are_looked_at() {
    let house = House::on_sqlite().await;
    let etag = get(&house).await.etag;
    let round_the_clock = |weekday: i32| DayHours { weekday, spans: vec![span(0, 1440)] };
    let always = OfficeHours { week: (1..=7).map(round_the_clock).collect(), ..nights() };
    let mut etag = set(&house, always, &etag).await.unwrap().etag;
    let text = |text: String| Some(ReplyExpectation { expectation: Some(Expectation::CustomText(text)) });
    let date = |n: i32| format!("{:04}-01-01", 2000 + n);
    let dates = |most| (0..most).map(|n| DateException { date: date(n), ..Default::default() }).collect();
    let table: Vec<(OfficeHours, Option<&str>)> = vec![
        (OfficeHours { reply: text("x".repeat(300)), ..nights() }, None),
        (OfficeHours { reply: text("x".repeat(301)), ..nights() }, Some("office_hours.reply.custom_text")),
        (
            OfficeHours { reply: text("\u{200b}".to_owned()), ..nights() },
            Some("office_hours.reply.custom_text"),
        ),
        (
            OfficeHours { reply: Some(ReplyExpectation::default()), ..nights() },
            Some("office_hours.reply.expectation"),
        ),
        (OfficeHours { exceptions: dates(366), ..nights() }, None),
        (OfficeHours { exceptions: dates(367), ..nights() }, Some("office_hours.exceptions")),
        (OfficeHours { week: (0..8).map(round_the_clock).collect(), ..nights() }, Some("office_hours.week")),
        (OfficeHours { time_zone: "x".repeat(1 << 20), ..nights() }, Some("office_hours.time_zone")),
        (
            // The night of Sunday runs into Monday's morning.
            OfficeHours {
                week: vec![
                    day(Weekday::Sunday, &[span(1260, 1560)]),
                    day(Weekday::Monday, &[span(119, 200)]),
                ],
                ..nights()
            },
            Some("office_hours.week"),
        ),
    ];
    for (hours, fault) in table {
        match (set(&house, hours, &etag).await, fault) {
            (Ok(set), None) => etag = set.etag,
            (answer, fault) => assert_eq!(faults(&answer.unwrap_err()), [fault.unwrap()]),
        }
    }
    for (seconds, nanos) in [(-1, 0), (4_102_444_800, 0), (i64::MAX, 0), (0, -1), (0, 1_000_000_000)] {
        let at_time = Some(Timestamp { seconds, nanos });
        let request = CheckOfficeHoursRequest { at_time, language: String::new() };
        let refused = house.hours().check_office_hours(request).await.unwrap_err();
        assert_eq!(faults(&refused), ["at_time"], "{seconds} {nanos}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_read_may_not_change_and_a_visitor_is_told_only_when_people_work() {
    let house = House::on_sqlite().await;
    let member = house.hire().await;
    house.comes_online(member, 3).await;
    let there = async {
        let request = CheckOfficeHoursRequest::default();
        while house.hours().check_office_hours(request.clone()).await.unwrap().into_inner().members_available
            != 1
        {
            tokio::task::yield_now().await;
        }
    };
    house.soon("the member is there", there).await;
    let request = SetOfficeHoursRequest { office_hours: Some(nights()), etag: "r0".to_owned() };
    for (kind, scopes) in [
        (Kind::Member, &[Scope::RoutingRead][..]),
        (Kind::ApiKey, &[Scope::RoutingRead]),
        (Kind::Visitor, &[]),
    ] {
        let refused = house.hours_of(kind, scopes).set_office_hours(request.clone()).await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(ErrorReason::PermissionDenied), "{kind:?}");
    }
    let visitor = house.hours_of(Kind::Visitor, &[]);
    let told =
        visitor.clone().check_office_hours(CheckOfficeHoursRequest::default()).await.unwrap().into_inner();
    assert_eq!((told.open, told.members_available), (true, 0), "who is there is not told");
    let refused = visitor.clone().get_office_hours(GetOfficeHoursRequest {}).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::PermissionDenied));
}

/// Who is there and holds less than the limit, and what waits.
async fn the_desk_is_counted(house: &House) {
    let (conversation, member) = (house.new_id(), house.hire().await);
    let counted = |available, waiting| async move {
        let request = CheckOfficeHoursRequest::default();
        loop {
            let known = house.hours().check_office_hours(request.clone()).await.unwrap().into_inner();
            if (known.members_available, known.queue_length) == (available, waiting) {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    house.conversation.request(house.workspace, conversation).await;
    house.soon("one waits", counted(0, 1)).await;
    house.comes_online(member, 1).await;
    house.soon("it is given", house.conversation.until_unassigned(0)).await;
    house.soon("the only member is full", counted(0, 1)).await;
    house.conversation.take(conversation, false).await;
    house.soon("nobody waits, and the member still holds it", counted(0, 0)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_there_and_what_waits_is_counted_on_sqlite() {
    the_desk_is_counted(&House::on_sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_there_and_what_waits_is_counted_on_postgres() {
    if let Some(house) = House::on_postgres().await {
        the_desk_is_counted(&house).await;
    }
}
