//! When people work, and what a visitor is told about when somebody answers.

use baton_proto::routing::v1::{
    self as wire, CheckOfficeHoursRequest, GetOfficeHoursRequest, SetOfficeHoursRequest,
    reply_expectation::Expectation,
};

use super::super::{
    answers::{Answer, IfMatch, Tagged, WithEtag, tagged, whole},
    body::Body,
    clients::Desk,
    convert::{instant, some, time},
    params::Params,
    problem::Problem,
    words::{HoursCause, Weekday},
};

/// When people work.
#[derive(serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OfficeHours {
    /// The IANA name of the time zone, `Europe/Berlin`.
    time_zone: String,
    /// A day not listed is closed.
    #[serde(default)]
    week: Vec<DayHours>,
    /// Other hours on single dates.
    #[serde(default)]
    exceptions: Vec<DateException>,
    /// Within how long people answer; nothing is promised without it.
    reply: Option<ReplyExpectation>,
    /// The language visitors are told in, BCP 47; English if absent.
    language: Option<String>,
}

/// Work on one day of the week.
#[derive(serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DayHours {
    /// Which day; each once.
    weekday: Weekday,
    /// Rising.
    spans: Vec<Span>,
}

/// Other hours on one date, instead of those that start on it.
#[derive(serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DateException {
    /// The local date, `2026-12-25`, or every year `--12-25`.
    date: String,
    /// Rising; none for closed all day.
    #[serde(default)]
    spans: Vec<Span>,
    /// Why, for people.
    #[serde(default)]
    label: String,
}

/// A stretch of work by the local clock, its end not counted.
#[derive(serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Span {
    /// Minutes after local midnight, 0 to 1439.
    start_minute: i32,
    /// Minutes after the same midnight; past 1440 it runs into the next date.
    end_minute: i32,
}

/// Within how long people answer.
#[derive(serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ReplyExpectation {
    /// So many minutes of office hours.
    Minutes(i32),
    /// The workspace's own words.
    CustomText(String),
}

/// The office hours as they are.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub(super) struct CurrentHours {
    /// The hours.
    #[serde(flatten)]
    hours: OfficeHours,
    /// True for a workspace that never set any: people may answer at any time.
    always_open: bool,
    /// For `If-Match` of a change.
    etag: String,
}

#[derive(serde::Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Check {
    /// For which instant, RFC 3339; now if not given.
    at_time: Option<String>,
    /// The language of the text, BCP 47; that of the office hours if not given.
    #[serde(default)]
    #[param(required = false)]
    language: String,
}

/// Whether people work at an instant, and what a visitor is told.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub(super) struct HoursChecked {
    /// Whether people work.
    open: bool,
    /// Why.
    cause: HoursCause,
    /// The label of the exception, if that is why.
    exception_label: Option<String>,
    /// When they begin next, RFC 3339.
    next_opening_time: Option<String>,
    /// When they stop next, RFC 3339.
    next_closing_time: Option<String>,
    /// When somebody will have answered, RFC 3339; absent if nothing is promised.
    promised_by_time: Option<String>,
    /// What a visitor is told.
    visitor_text: String,
    /// Members online now and below their limit.
    members_available: i32,
    /// Conversations waiting for a person now.
    queue_length: i32,
}

/// Reads the office hours.
#[utoipa::path(get, path = "/v1/inbox/office-hours", operation_id = "readOfficeHours", tag = "inbox",
    responses((status = 200, body = CurrentHours)))]
pub(super) async fn read(Desk(desk): Desk) -> Result<WithEtag<CurrentHours>, Problem> {
    tagged(desk.office_hours().get_office_hours(GetOfficeHoursRequest {}).await?)
}

/// Replaces the office hours. The next promise is made by the new ones.
#[utoipa::path(put, path = "/v1/inbox/office-hours", operation_id = "setOfficeHours", tag = "inbox", request_body = OfficeHours,
    params(("If-Match" = String, Header, description = "The etag as last read, quoted.")),
    responses((status = 200, body = CurrentHours)))]
pub(super) async fn set(
    Desk(desk): Desk,
    IfMatch(etag): IfMatch,
    Body(hours): Body<OfficeHours>,
) -> Result<WithEtag<CurrentHours>, Problem> {
    let request = SetOfficeHoursRequest { office_hours: Some(hours.into()), etag };
    tagged(desk.office_hours().set_office_hours(request).await?)
}

/// Answers whether people work at an instant, and what a visitor would be told.
#[utoipa::path(get, path = "/v1/inbox/office-hours/check", operation_id = "checkOfficeHours", tag = "inbox", params(Check),
    responses((status = 200, body = HoursChecked)))]
pub(super) async fn check(Desk(desk): Desk, Params(check): Params<Check>) -> Answer<HoursChecked> {
    let at_time = instant("at_time", check.at_time)?;
    let request = CheckOfficeHoursRequest { at_time, language: check.language };
    whole(desk.office_hours().check_office_hours(request).await?)
}

impl Tagged for CurrentHours {
    fn etag(&self) -> &str {
        &self.etag
    }
}

impl From<wire::OfficeHours> for CurrentHours {
    fn from(hours: wire::OfficeHours) -> Self {
        let (always_open, etag) = (hours.always_open, hours.etag.clone());
        Self { hours: hours.into(), always_open, etag }
    }
}

impl From<wire::OfficeHours> for OfficeHours {
    fn from(hours: wire::OfficeHours) -> Self {
        let day = |day: wire::DayHours| DayHours { weekday: day.weekday.into(), spans: each(day.spans) };
        let exception = |exception: wire::DateException| DateException {
            date: exception.date,
            spans: each(exception.spans),
            label: exception.label,
        };
        Self {
            time_zone: hours.time_zone,
            week: hours.week.into_iter().map(day).collect(),
            exceptions: hours.exceptions.into_iter().map(exception).collect(),
            reply: hours.reply.and_then(|reply| reply.expectation).map(ReplyExpectation::from),
            language: some(hours.language),
        }
    }
}

impl From<OfficeHours> for wire::OfficeHours {
    fn from(hours: OfficeHours) -> Self {
        let day = |day: DayHours| wire::DayHours { weekday: day.weekday.into(), spans: each(day.spans) };
        let exception = |exception: DateException| wire::DateException {
            date: exception.date,
            spans: each(exception.spans),
            label: exception.label,
        };
        let reply = |reply: ReplyExpectation| wire::ReplyExpectation { expectation: Some(reply.into()) };
        Self {
            time_zone: hours.time_zone,
            week: hours.week.into_iter().map(day).collect(),
            exceptions: hours.exceptions.into_iter().map(exception).collect(),
            reply: hours.reply.map(reply),
            language: hours.language.unwrap_or_default(),
            ..Self::default()
        }
    }
}

fn each<A, B: From<A>>(all: Vec<A>) -> Vec<B> {
    all.into_iter().map(B::from).collect()
}

impl From<wire::Span> for Span {
    fn from(span: wire::Span) -> Self {
        Self { start_minute: span.start_minute, end_minute: span.end_minute }
    }
}

impl From<Span> for wire::Span {
    fn from(span: Span) -> Self {
        Self { start_minute: span.start_minute, end_minute: span.end_minute }
    }
}

impl From<Expectation> for ReplyExpectation {
    fn from(expectation: Expectation) -> Self {
        match expectation {
            Expectation::Minutes(minutes) => Self::Minutes(minutes),
            Expectation::CustomText(text) => Self::CustomText(text),
        }
    }
}

impl From<ReplyExpectation> for Expectation {
    fn from(reply: ReplyExpectation) -> Self {
        match reply {
            ReplyExpectation::Minutes(minutes) => Self::Minutes(minutes),
            ReplyExpectation::CustomText(text) => Self::CustomText(text),
        }
    }
}

impl From<wire::CheckOfficeHoursResponse> for HoursChecked {
    fn from(checked: wire::CheckOfficeHoursResponse) -> Self {
        Self {
            open: checked.open,
            cause: checked.cause.into(),
            exception_label: some(checked.exception_label),
            next_opening_time: time(checked.next_opening_time),
            next_closing_time: time(checked.next_closing_time),
            promised_by_time: time(checked.promised_by_time),
            visitor_text: checked.visitor_text,
            members_available: checked.members_available,
            queue_length: checked.queue_length,
        }
    }
}
