//! Office hours on the wire and in the domain. Every fault of a setting is told, with the path of its field.

use std::collections::BTreeMap;

use baton_kit::{
    door::{
        fields::Fields,
        principal::{Caller, Kind},
        refusal::Refusal,
    },
    life::ids::WorkspaceId,
};
use baton_proto::routing::v1::{self as wire, reply_expectation::Expectation};
use jiff::Timestamp;

use super::timestamp;
use crate::{
    application::{
        assess::Assessment,
        ports::{Counts, Kept},
        set_office_hours::Command,
    },
    domain::hours::{
        Cause, Exception, ExceptionDay, OfficeHours, Reply, Span, SpanError, find_zone, first_touching,
        runs_into,
    },
};

const LONGEST_ETAG: usize = 64;
const MOST_SPANS: usize = 10;
const MOST_DAYS: usize = 7;
const MOST_EXCEPTIONS: usize = 366;
const LONGEST_LABEL: usize = 80;
/// Bytes of the workspace's own words, as the contract says.
const OWN_WORDS: std::ops::RangeInclusive<usize> = 1..=300;
const REPLY_MINUTES: std::ops::RangeInclusive<i64> = 1..=10_080;
/// No tag in use is longer.
const LONGEST_LANGUAGE: usize = 35;
/// The first second of 2100; instants asked about lie before.
const YEAR_2100: i64 = 4_102_444_800;
const DAYS: [wire::Weekday; 7] = [
    wire::Weekday::Monday,
    wire::Weekday::Tuesday,
    wire::Weekday::Wednesday,
    wire::Weekday::Thursday,
    wire::Weekday::Friday,
    wire::Weekday::Saturday,
    wire::Weekday::Sunday,
];

/// What office hours are to be.
pub fn set_office_hours(
    workspace: WorkspaceId,
    request: &wire::SetOfficeHoursRequest,
) -> Result<Command, Refusal> {
    let mut fields = Fields::new();
    let etag = fields.token("etag", &request.etag, 1..=LONGEST_ETAG);
    let given = fields.present("office_hours", request.office_hours.as_ref());
    let hours = given.and_then(|given| office_hours(&mut fields, given));
    let (etag, hours) = fields.all((etag, hours))?;
    Ok(Command { workspace, etag, hours })
}

fn office_hours(fields: &mut Fields, given: &wire::OfficeHours) -> Option<OfficeHours> {
    let zone = zone(fields, &given.time_zone);
    let week = week(fields, &given.week);
    let exceptions = exceptions(fields, &given.exceptions);
    let reply = reply(fields, given.reply.as_ref());
    let language = language(fields, "office_hours.language", &given.language);
    Some(OfficeHours {
        zone: zone?,
        week: week?,
        exceptions: exceptions?,
        reply: reply?,
        language: language?,
    })
}

/// Kept as the data spells it.
fn zone(fields: &mut Fields, name: &str) -> Option<String> {
    let found = find_zone(name).and_then(|zone| zone.iana_name().map(str::to_owned));
    if found.is_none() {
        fields.fault("office_hours.time_zone", "is not the IANA name of a time zone that is known here");
    }
    found
}

fn week(fields: &mut Fields, given: &[wire::DayHours]) -> Option<[Vec<Span>; 7]> {
    if given.len() > MOST_DAYS {
        fields.fault("office_hours.week", format_args!("must have at most {MOST_DAYS} days"));
        return None;
    }
    let mut read: [Option<Vec<Span>>; 7] = Default::default();
    let mut sound = true;
    for (index, day) in given.iter().enumerate() {
        let path = format!("office_hours.week[{index}]");
        let weekday = fields.choice::<wire::Weekday>(&format!("{path}.weekday"), day.weekday);
        let spans = spans(fields, &path, &day.spans);
        let place = weekday.and_then(|weekday| DAYS.iter().position(|day| *day == weekday));
        match place.and_then(|place| read.get_mut(place)) {
            Some(place) if place.is_none() => *place = Some(spans.clone().unwrap_or_default()),
            Some(_) => {
                fields.fault(&format!("{path}.weekday"), "is there twice");
                sound = false;
            }
            None => sound = false,
        }
        sound &= spans.is_some();
    }
    let week = read.map(Option::unwrap_or_default);
    (sound && nights_end_in_time(fields, &week)).then_some(week)
}

/// Whether no day's last span runs into the first of the next.
fn nights_end_in_time(fields: &mut Fields, week: &[Vec<Span>; 7]) -> bool {
    let next = week.iter().cycle().skip(1);
    let running = week.iter().zip(next).zip(DAYS).find(|((day, next), _)| runs_into(day, next));
    if let Some((_, day)) = running {
        let description =
            format_args!("the last span of {} runs into the next day's first", day.as_str_name());
        fields.fault("office_hours.week", description);
    }
    running.is_none()
}

fn spans(fields: &mut Fields, path: &str, given: &[wire::Span]) -> Option<Vec<Span>> {
    if given.len() > MOST_SPANS {
        fields.fault(&format!("{path}.spans"), format_args!("must have at most {MOST_SPANS} spans"));
        return None;
    }
    let mut read = Vec::new();
    for (index, span) in given.iter().enumerate() {
        match Span::new(span.start_minute, span.end_minute) {
            Ok(span) => read.push(span),
            Err(error) => {
                let name = if error == SpanError::Start { "start_minute" } else { "end_minute" };
                fields.fault(&format!("{path}.spans[{index}].{name}"), error);
            }
        }
    }
    if read.len() < given.len() {
        return None;
    }
    if let Some(index) = first_touching(&read) {
        fields.fault(
            &format!("{path}.spans[{index}].start_minute"),
            "must be behind the end of the span before",
        );
        return None;
    }
    Some(read)
}

fn exceptions(
    fields: &mut Fields,
    given: &[wire::DateException],
) -> Option<BTreeMap<ExceptionDay, Exception>> {
    if given.len() > MOST_EXCEPTIONS {
        fields.fault("office_hours.exceptions", format_args!("must have at most {MOST_EXCEPTIONS} dates"));
        return None;
    }
    let mut read = BTreeMap::new();
    let mut sound = true;
    for (index, exception) in given.iter().enumerate() {
        let path = format!("office_hours.exceptions[{index}]");
        let date = fields.parsed::<ExceptionDay>(&format!("{path}.date"), &exception.date);
        let spans = spans(fields, &path, &exception.spans);
        let label = label(fields, &format!("{path}.label"), &exception.label);
        let (Some(date), Some(spans), Some(label)) = (date, spans, label) else {
            sound = false;
            continue;
        };
        if read.insert(date, Exception { spans, label }).is_some() {
            fields.fault(&format!("{path}.date"), "is there twice");
            sound = false;
        }
    }
    sound.then_some(read)
}

/// An optional label on one line.
fn label(fields: &mut Fields, path: &str, given: &str) -> Option<String> {
    if given.trim().is_empty() { Some(String::new()) } else { fields.name(path, given, LONGEST_LABEL) }
}

fn reply(fields: &mut Fields, given: Option<&wire::ReplyExpectation>) -> Option<Option<Reply>> {
    let Some(given) = given else {
        return Some(None);
    };
    let expectation = fields.present("office_hours.reply.expectation", given.expectation.as_ref())?;
    let read = match expectation {
        Expectation::Minutes(minutes) => {
            let minutes = fields.within("office_hours.reply.minutes", (*minutes).into(), REPLY_MINUTES);
            minutes.and_then(|minutes| u32::try_from(minutes).ok()).map(Reply::Minutes)
        }
        Expectation::CustomText(text) => {
            fields.text("office_hours.reply.custom_text", text, OWN_WORDS).map(Reply::Custom)
        }
    };
    read.map(Some)
}

/// Any tag, also of a language that Baton does not speak: then it is told in English.
fn language(fields: &mut Fields, path: &str, given: &str) -> Option<String> {
    let is_tag = given.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if is_tag && given.len() <= LONGEST_LANGUAGE && !given.starts_with('-') {
        return Some(given.to_owned());
    }
    fields.fault(path, "must be a BCP 47 language tag such as en or pt-BR");
    None
}

/// What is asked of office hours: for which instant, in which language.
pub fn check_office_hours(
    request: &wire::CheckOfficeHoursRequest,
) -> Result<(Option<Timestamp>, Option<String>), Refusal> {
    let mut fields = Fields::new();
    let at = match &request.at_time {
        None => Some(None),
        Some(at) => instant(&mut fields, at).map(Some),
    };
    let language = language(&mut fields, "language", &request.language);
    let (at, language) = fields.all((at, language))?;
    Ok((at, Some(language).filter(|language| !language.is_empty())))
}

fn instant(fields: &mut Fields, at: &prost_types::Timestamp) -> Option<Timestamp> {
    let sound = (0..YEAR_2100).contains(&at.seconds) && (0..1_000_000_000).contains(&at.nanos);
    let instant = Timestamp::new(at.seconds, at.nanos).ok().filter(|_| sound);
    if instant.is_none() {
        fields.fault("at_time", "must be an instant from 1970 to 2100");
    }
    instant
}

/// Office hours as they are kept.
pub fn kept(kept: &Kept) -> wire::OfficeHours {
    let Some(hours) = &kept.hours else {
        return wire::OfficeHours {
            time_zone: "UTC".to_owned(),
            always_open: true,
            etag: kept.etag(),
            ..wire::OfficeHours::default()
        };
    };
    let days = DAYS.iter().zip(&hours.week).filter(|(_, spans)| !spans.is_empty());
    wire::OfficeHours {
        time_zone: hours.zone.clone(),
        week: days
            .map(|(day, of)| wire::DayHours { weekday: (*day).into(), spans: wire_spans(of) })
            .collect(),
        exceptions: hours.exceptions.iter().map(exception).collect(),
        reply: hours.reply.as_ref().map(expectation),
        always_open: false,
        etag: kept.etag(),
        language: hours.language.clone(),
    }
}

fn wire_spans(spans: &[Span]) -> Vec<wire::Span> {
    let span = |span: &Span| wire::Span { start_minute: span.start().into(), end_minute: span.end().into() };
    spans.iter().map(span).collect()
}

fn exception((day, exception): (&ExceptionDay, &Exception)) -> wire::DateException {
    wire::DateException {
        date: day.to_string(),
        spans: wire_spans(&exception.spans),
        label: exception.label.clone(),
    }
}

fn expectation(reply: &Reply) -> wire::ReplyExpectation {
    let expectation = match reply {
        Reply::Minutes(minutes) => Expectation::Minutes(i32::try_from(*minutes).unwrap_or(i32::MAX)),
        Reply::Custom(text) => Expectation::CustomText(text.clone()),
    };
    wire::ReplyExpectation { expectation: Some(expectation) }
}

/// What holds at an instant. How many colleagues are there and what else waits is not a visitor's business.
pub fn check(caller: &Caller, assessment: &Assessment, counts: Counts) -> wire::CheckOfficeHoursResponse {
    let counts = if caller.kind == Kind::Visitor { Counts::default() } else { counts };
    let number = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
    let look = &assessment.look;
    wire::CheckOfficeHoursResponse {
        open: look.open,
        cause: cause(look.cause).into(),
        exception_label: look.label.clone().unwrap_or_default(),
        next_opening_time: look.next_opening.map(timestamp),
        next_closing_time: look.next_closing.map(timestamp),
        promised_by_time: assessment.promised_by.map(timestamp),
        visitor_text: assessment.text.clone(),
        members_available: number(counts.available),
        queue_length: number(counts.waiting),
    }
}

fn cause(cause: Cause) -> wire::HoursCause {
    match cause {
        Cause::AlwaysOpen => wire::HoursCause::AlwaysOpen,
        Cause::Week => wire::HoursCause::Week,
        Cause::Exception => wire::HoursCause::Exception,
        Cause::UnknownTimeZone => wire::HoursCause::UnknownTimeZone,
    }
}
