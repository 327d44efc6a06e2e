//! Tables of the cases that go wrong elsewhere (g_t2), zones that are not known (g_t4), and what holds for any calendar.

use proptest::prelude::*;

use super::*;

fn ts(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn spans(spans: &[(i32, i32)]) -> Vec<Span> {
    spans.iter().map(|(start, end)| Span::new(*start, *end).unwrap()).collect()
}

fn every_day(zone: &str, day: &[(i32, i32)]) -> OfficeHours {
    OfficeHours {
        zone: zone.to_owned(),
        week: std::array::from_fn(|_| spans(day)),
        exceptions: BTreeMap::new(),
        reply: None,
        language: String::new(),
    }
}

fn exception(hours: &mut OfficeHours, day: ExceptionDay, of: &[(i32, i32)], label: &str) {
    hours.exceptions.insert(day, Exception { spans: spans(of), label: label.to_owned() });
}

/// (open, next opening, next closing) at an instant.
fn looked(hours: &OfficeHours, at: &str) -> (bool, Option<String>, Option<String>) {
    let look = WorkingTime::of(Some(hours)).look(ts(at));
    let text = |at: Option<Timestamp>| at.map(|at| at.to_string());
    (look.open, text(look.next_opening), text(look.next_closing))
}

fn opens(at: &str) -> (bool, Option<String>, Option<String>) {
    (false, Some(at.to_owned()), None)
}

fn closes(at: &str) -> (bool, Option<String>, Option<String>) {
    (true, None, Some(at.to_owned()))
}

#[test]
fn g_t2_a_night_shift_is_valid_and_runs_past_midnight() {
    let night = every_day("Europe/Berlin", &[(21 * 60, 26 * 60)]);
    assert_eq!(looked(&night, "2026-06-10T18:59:59Z"), opens("2026-06-10T19:00:00Z"));
    assert_eq!(looked(&night, "2026-06-10T19:00:00Z"), closes("2026-06-11T00:00:00Z"));
    assert_eq!(looked(&night, "2026-06-10T23:59:59.999999Z"), closes("2026-06-11T00:00:00Z"));
    assert_eq!(looked(&night, "2026-06-11T00:00:00Z"), opens("2026-06-11T19:00:00Z"));
}

#[test]
fn g_t2_a_night_shift_belongs_to_the_date_on_which_it_starts() {
    let mut night = every_day("Europe/Berlin", &[(21 * 60, 26 * 60)]);
    exception(&mut night, ExceptionDay::On(Date::constant(2026, 6, 10)), &[], "moving");
    // Closed on the 10th: the shift that began on the 9th ends at 02:00 of the 10th, the next begins on the 11th.
    assert_eq!(looked(&night, "2026-06-09T23:00:00Z"), closes("2026-06-10T00:00:00Z"));
    assert_eq!(looked(&night, "2026-06-10T00:00:00Z"), opens("2026-06-11T19:00:00Z"));
    assert_eq!(WorkingTime::of(Some(&night)).look(ts("2026-06-09T23:00:00Z")).cause, Cause::Week);
    let closed = WorkingTime::of(Some(&night)).look(ts("2026-06-10T12:00:00Z"));
    assert_eq!((closed.cause, closed.label.as_deref()), (Cause::Exception, Some("moving")));
}

#[test]
fn g_t2_whole_days_touch_and_are_one_stretch() {
    let mut hours = every_day("Asia/Kathmandu", &[(0, 24 * 60)]);
    assert_eq!(looked(&hours, "2026-06-10T12:00:00Z"), (true, None, None), "open for good");
    hours.week[6] = Vec::new();
    assert_eq!(looked(&hours, "2026-06-10T12:00:00Z"), closes("2026-06-13T18:15:00Z"));
    assert_eq!(looked(&hours, "2026-06-13T18:15:00Z"), opens("2026-06-14T18:15:00Z"));
}

#[test]
fn g_t2_two_spans_a_day_leave_a_break_between() {
    let hours = every_day("UTC", &[(8 * 60, 12 * 60), (13 * 60, 18 * 60)]);
    assert_eq!(looked(&hours, "2026-06-10T11:59:00Z"), closes("2026-06-10T12:00:00Z"));
    assert_eq!(looked(&hours, "2026-06-10T12:00:00Z"), opens("2026-06-10T13:00:00Z"));
}

#[test]
fn g_t2_a_date_goes_before_its_yearly_day_and_both_before_the_week() {
    let mut hours = every_day("UTC", &[(9 * 60, 17 * 60)]);
    exception(&mut hours, ExceptionDay::Yearly { month: 12, day: 25 }, &[], "Christmas");
    exception(&mut hours, ExceptionDay::On(Date::constant(2026, 12, 25)), &[(600, 720)], "this year a bit");
    assert_eq!(looked(&hours, "2026-12-24T17:00:00Z"), opens("2026-12-25T10:00:00Z"));
    assert_eq!(looked(&hours, "2027-12-24T17:00:00Z"), opens("2027-12-26T09:00:00Z"));
    let look = WorkingTime::of(Some(&hours)).look(ts("2026-12-25T10:30:00Z"));
    assert_eq!((look.open, look.label.as_deref()), (true, Some("this year a bit")));
}

#[test]
fn g_t2_a_twenty_ninth_of_february_is_there_in_leap_years_only() {
    let mut hours = every_day("UTC", &[]);
    exception(&mut hours, ExceptionDay::Yearly { month: 2, day: 29 }, &[(600, 660)], "leap");
    assert_eq!(looked(&hours, "2027-02-28T12:00:00Z"), opens("2028-02-29T10:00:00Z"));
    assert_eq!(looked(&hours, "2025-02-28T12:00:00Z"), (false, None, None), "further than 400 days");
}

#[test]
fn g_t1_what_the_wall_clock_never_shows_is_never_open() {
    // Berlin, 2026-03-29: 02:00 becomes 03:00.
    let hours = every_day("Europe/Berlin", &[(130, 170)]);
    assert_eq!(looked(&hours, "2026-03-28T02:00:00Z"), opens("2026-03-30T00:10:00Z"));
    let reaching_in = every_day("Europe/Berlin", &[(90, 150)]);
    assert_eq!(looked(&reaching_in, "2026-03-29T00:40:00Z"), closes("2026-03-29T01:00:00Z"));
    let across = every_day("Europe/Berlin", &[(90, 210)]);
    assert_eq!(looked(&across, "2026-03-29T00:40:00Z"), closes("2026-03-29T01:30:00Z"));
}

#[test]
fn g_t1_what_the_wall_clock_shows_twice_is_open_twice() {
    // Berlin, 2026-10-25: 03:00 becomes 02:00.
    let hours = every_day("Europe/Berlin", &[(130, 170)]);
    assert_eq!(looked(&hours, "2026-10-25T00:10:00Z"), closes("2026-10-25T00:50:00Z"));
    assert_eq!(looked(&hours, "2026-10-25T00:50:00Z"), opens("2026-10-25T01:10:00Z"));
    assert_eq!(looked(&hours, "2026-10-25T01:10:00Z"), closes("2026-10-25T01:50:00Z"));
}

#[test]
fn g_t1_the_spans_of_a_date_that_was_skipped_count_only_where_they_run_into_the_next() {
    // Apia went from the end of 2011-12-29 to the begin of 2011-12-31.
    let mut hours = every_day("Pacific/Apia", &[]);
    exception(
        &mut hours,
        ExceptionDay::On(Date::constant(2011, 12, 30)),
        &[(480, 720), (1260, 1560)],
        "never",
    );
    assert_eq!(looked(&hours, "2011-12-29T12:00:00Z"), opens("2011-12-30T10:00:00Z"));
    assert_eq!(looked(&hours, "2011-12-30T10:00:00Z"), closes("2011-12-30T12:00:00Z"));
}

#[test]
fn half_an_hour_of_a_change_is_half_an_hour() {
    // Lord Howe, 2026-04-05: 02:00 becomes 01:30.
    let hours = every_day("Australia/Lord_Howe", &[(100, 110)]);
    assert_eq!(looked(&hours, "2026-04-04T14:40:00Z"), closes("2026-04-04T14:50:00Z"));
    assert_eq!(looked(&hours, "2026-04-04T14:50:00Z"), opens("2026-04-04T15:10:00Z"));
}

#[test]
fn g_t4_a_zone_that_is_not_known_is_open_and_says_so() {
    for zone in ["Mars/Olympus", "", "Etc/Unknown", "CET-1CEST", "../UTC", "Europe/Berlin\0"] {
        let look = WorkingTime::of(Some(&every_day(zone, &[]))).look(ts("2026-06-10T12:00:00Z"));
        assert_eq!((look.open, look.cause), (true, Cause::UnknownTimeZone), "{zone:?}");
    }
    assert_eq!(
        find_zone("europe/berlin").and_then(|zone| zone.iana_name().map(str::to_owned)),
        Some("Europe/Berlin".to_owned())
    );
}

#[test]
fn a_workspace_that_never_set_any_hours_is_always_open() {
    let look = WorkingTime::of(None).look(ts("2026-06-10T12:00:00Z"));
    assert_eq!((look.open, look.cause, look.next_closing), (true, Cause::AlwaysOpen, None));
}

#[test]
fn minutes_of_work_are_counted_only_while_people_work() {
    let mut hours = every_day("Europe/Berlin", &[(9 * 60, 17 * 60)]);
    (hours.week[5], hours.week[6]) = (Vec::new(), Vec::new());
    let by = |at: &str, minutes| {
        WorkingTime::of(Some(&hours))
            .after_work(ts(at), Duration::from_mins(minutes))
            .map(|by| by.to_string())
    };
    let said = |by: &str| Some(by.to_owned());
    assert_eq!(by("2026-06-10T08:00:00Z", 15), said("2026-06-10T08:15:00Z"));
    assert_eq!(by("2026-06-10T14:50:00Z", 15), said("2026-06-11T07:05:00Z"), "over the night");
    assert_eq!(by("2026-06-12T14:50:00Z", 10), said("2026-06-12T15:00:00Z"), "to the last minute");
    assert_eq!(by("2026-06-12T14:50:00Z", 11), said("2026-06-15T07:01:00Z"), "over the week's end");
    assert_eq!(by("2026-06-13T12:00:00Z", 480), said("2026-06-15T15:00:00Z"), "a day's work");
    assert_eq!(by("2026-06-10T08:00:00.5Z", 1), said("2026-06-10T08:01:00.5Z"));
}

#[test]
fn work_that_is_not_done_within_the_horizon_is_not_promised() {
    let mut hours = every_day("UTC", &[]);
    assert_eq!(
        WorkingTime::of(Some(&hours)).after_work(ts("2026-06-10T12:00:00Z"), Duration::from_mins(1)),
        None
    );
    hours.week[0] = spans(&[(0, 1)]);
    assert_eq!(
        WorkingTime::of(Some(&hours)).after_work(ts("2026-06-10T12:00:00Z"), Duration::from_mins(100)),
        None
    );
}

#[test]
fn spans_are_checked_by_themselves_and_beside_each_other() {
    let table = [
        ((0, 1), true),
        ((0, 1440), true),
        ((1439, 2879), true),
        ((-1, 10), false),
        ((1440, 1450), false),
        ((10, 10), false),
        ((10, 9), false),
        ((10, 1451), false),
        ((0, i32::MAX), false),
        ((i32::MIN, 0), false),
    ];
    for ((start, end), valid) in table {
        assert_eq!(Span::new(start, end).is_ok(), valid, "{start}-{end}");
    }
    assert_eq!(first_touching(&spans(&[(0, 10), (11, 20), (20, 30)])), Some(2));
    assert_eq!(first_touching(&spans(&[(20, 30), (0, 10)])), Some(1));
    assert_eq!(first_touching(&spans(&[(0, 10), (11, 1440)])), None);
    assert!(!runs_into(&spans(&[(0, 1440)]), &spans(&[(0, 1440)])), "round the clock");
    assert!(runs_into(&spans(&[(1260, 1560)]), &spans(&[(119, 200)])));
    assert!(!runs_into(&spans(&[(1260, 1560)]), &[]));
}

#[test]
fn the_day_of_an_exception_is_a_date_or_of_every_year() {
    for text in ["2026-12-25", "2024-02-29", "--12-25", "--02-29"] {
        assert_eq!(text.parse::<ExceptionDay>().map(|day| day.to_string()), Ok(text.to_owned()));
    }
    let bad = [
        "",
        "2026-02-29",
        "--02-30",
        "--13-01",
        "20261225",
        "2026-12-25T10:00",
        "-2026-12-25",
        "2026-1-1",
        "--1-1",
        "２０２６-12-25",
    ];
    for text in bad {
        assert_eq!(text.parse::<ExceptionDay>(), Err(ExceptionDayError), "{text:?}");
    }
}

fn a_day() -> impl Strategy<Value = Vec<Span>> {
    prop::collection::vec((0_i32..1440, 1_i32..=1440), 0..3)
        .prop_map(|of| {
            of.into_iter()
                .map(|(start, length)| Span::new(start, start + length).unwrap())
                .collect::<Vec<_>>()
        })
        .prop_map(|mut spans| {
            spans.sort();
            spans
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Whatever was set: what is told next is the first change, and the work counted until an instant is what was asked for.
    #[test]
    fn g_t1_the_next_change_and_the_work_until_an_instant_agree_with_membership(
        week in prop::array::uniform7(a_day()),
        zone in prop::sample::select(vec!["Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca"]),
        second in 1_320_000_000_i64..1_800_000_000,
        minutes in 1_u32..3000,
    ) {
        let hours = OfficeHours { week, ..every_day(zone, &[]) };
        let calendar = Calendar::new(&hours, find_zone(zone).unwrap());
        let at = Timestamp::from_second(second).unwrap();
        let look = calendar.look(at);
        prop_assert_eq!(look.open, calendar.is_open(at));
        if let Some(change) = look.next_opening.or(look.next_closing) {
            prop_assert_eq!(calendar.is_open(change), !look.open);
            let minutes_between = (change.as_second() - second) / 60;
            for minute in 0..minutes_between.min(2000) {
                let between = Timestamp::from_second(second + minute * 60).unwrap();
                prop_assert_eq!(calendar.is_open(between), look.open, "{}", between);
            }
        }
        if let Some(by) = calendar.after_work(at, Duration::from_mins(minutes.into())) {
            let worked: i64 = calendar.stretches(at, by.as_microsecond()).map(|of| of.until - of.from).sum();
            prop_assert_eq!(worked, i64::from(minutes) * 60_000_000);
            prop_assert!(calendar.is_open(by - jiff::SignedDuration::from_micros(1)), "the last moment was worked");
        }
    }
}
