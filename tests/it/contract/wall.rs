//! The wall between workspaces: every id in every request of every method, of another workspace, by each kind of caller that gets in.
//!
//! What comes back must be what an id of nobody gets, word for word, and nothing of the other workspace may have changed.

use std::{cell::Cell, collections::BTreeSet, time::Duration};

use baton_kit::{
    door::{
        page::FeedPlace,
        principal::Kind as PrincipalKind,
        refusal::{metadata_of, reason_of},
    },
    life::clock,
};
use baton_proto::{
    common::v1::ErrorReason,
    conversation::v1::{
        FeedPoint, FeedStart, ListEventsRequest, WatchResponse, feed_service_client::FeedServiceClient,
        feed_start::Start,
    },
};
use bytes::Bytes;
use futures::{StreamExt as _, stream};
use prost_reflect::{DynamicMessage, Kind, ReflectMessage as _, Value, prost::Message as _};
use tonic::Status;

use super::{
    calls::{call, is_internal, is_output_only, open},
    furnish,
    ids::Ids,
    place::{Furnished, Place},
    plausible::{self, Purpose},
    principals::Principal,
    stations::{Station, stations},
};

/// A stream that has nothing to say still says every 10 s how far it has come.
const LISTENING: Duration = Duration::from_secs(60);
/// What resume tokens of the feed are bound to.
const FEED: &str = "conversation.feed";
/// So many streams are listened to at once: each of them takes its time and changes nothing.
const STREAMS: usize = 16;

/// What is answered instead of NOT_FOUND.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Instead {
    /// The answer is given and holds nothing of the other workspace.
    Nothing,
    /// The field is refused as malformed would be.
    Fault,
    /// Whatever it is, an id of nobody gets the same: it is not looked up, or refused for something else first.
    Alike,
}

/// Where something else is answered, to whom (`None`: to all), and why that tells no more.
struct Exception {
    method: &'static str,
    field: &'static str,
    to: Option<PrincipalKind>,
    instead: Instead,
    #[expect(dead_code, reason = "for whoever reads the table")]
    because: &'static str,
}

const fn row(
    (method, field): (&'static str, &'static str),
    to: Option<PrincipalKind>,
    instead: Instead,
    because: &'static str,
) -> Exception {
    Exception { method, field, to, instead, because }
}

const FILTER: &str = "a filter: what is not ours matches nothing";
const ASSISTANTS: &str = "only the assistant says it, nobody else may";
const LIVE: &str =
    "seen now or never by that contact of the workspace named, who is nobody or has no such thread";
const WISH: &str =
    "a wish, looked up in the own workspace when it is needed and passed over if it is not there";

const EXCEPTIONS: &[Exception] = &[
    row(("ListConversations", "team_id"), None, Instead::Nothing, FILTER),
    row(("ListEvents", "filter.team_id"), None, Instead::Nothing, FILTER),
    row(("ListEvents", "filter.conversation_id"), None, Instead::Nothing, FILTER),
    row(("Watch", "filter.team_id"), None, Instead::Nothing, FILTER),
    row(("Watch", "filter.conversation_id"), None, Instead::Nothing, FILTER),
    row(("ListLedger", "conversation_id"), None, Instead::Nothing, FILTER),
    row(("ListLedger", "member_id"), None, Instead::Nothing, FILTER),
    row(("ListCannedResponses", "team_id"), None, Instead::Nothing, FILTER),
    row(
        ("MarkNoticesRead", "notice_ids"),
        None,
        Instead::Nothing,
        "marked are notices of the caller alone, whatever else is named",
    ),
    row(
        ("DeleteCannedResponse", "canned_response_id"),
        None,
        Instead::Nothing,
        "afterwards the caller sees no such one, as before",
    ),
    row(
        ("CreateCannedResponse", "canned_response.team_id"),
        None,
        Instead::Fault,
        "the field is named, as with an unknown team",
    ),
    row(
        ("UpdateCannedResponse", "canned_response.team_id"),
        None,
        Instead::Alike,
        "no mask can name it, so it is ignored",
    ),
    row(
        ("GetCorrespondence", "member_id"),
        None,
        Instead::Nothing,
        "a reader who has read nothing of this conversation: the answer is of the conversation named",
    ),
    row(("CreateTeam", "team.member_ids"), None, Instead::Fault, "the entry is named, as an unknown one is"),
    row(("SetTeamMembers", "member_ids"), None, Instead::Fault, "the entry is named, as an unknown one is"),
    row(("UpdateTeam", "team.member_ids"), None, Instead::Alike, "no mask can name it, so it is ignored"),
    row(
        ("StartConversation", "assistant_id"),
        Some(PrincipalKind::Visitor),
        Instead::Fault,
        "follows from the session",
    ),
    row(
        ("StartConversation", "contact.contact_id"),
        Some(PrincipalKind::Visitor),
        Instead::Fault,
        "follows from the session",
    ),
    row(
        ("PostMessage", "answer.sources.document_id"),
        Some(PrincipalKind::Service),
        Instead::Alike,
        "what the assistant answered from, kept as it says it",
    ),
    row(("PostMessage", "answer.sources.document_id"), None, Instead::Fault, ASSISTANTS),
    row(("RequestHandoff", "team_id"), Some(PrincipalKind::Service), Instead::Alike, WISH),
    row(("RequestHandoff", "team_id"), None, Instead::Fault, ASSISTANTS),
    row(("CreateAssistant", "assistant.handoff.team_id"), None, Instead::Alike, WISH),
    row(("UpdateAssistant", "assistant.handoff.team_id"), None, Instead::Alike, WISH),
    row(("AssignConversation", "member_id"), None, Instead::Alike, "refused as anybody who may not reply is"),
    row(("Assign", "member_id"), None, Instead::Alike, "refused as anybody who may not reply is"),
    row(
        ("SetPromise", "handoff_id"),
        None,
        Instead::Alike,
        "held against the open handoff, which is another",
    ),
    row(
        ("AttachBrief", "brief.handoff_id"),
        None,
        Instead::Alike,
        "output only of a brief, so it is ignored",
    ),
    row(
        ("ListMemberLoads", "workspace_id"),
        None,
        Instead::Nothing,
        "routing names the workspace it works for, and works for all",
    ),
    row(("PushDelta", "workspace_id"), None, Instead::Nothing, LIVE),
    row(("PushDelta", "conversation_id"), None, Instead::Nothing, LIVE),
    row(("PushDelta", "contact_id"), None, Instead::Nothing, LIVE),
];

fn exception(method: &str, field: &str, who: &Principal) -> Option<(usize, Instead)> {
    let fits = |row: &Exception| {
        row.method == method && row.field == field && row.to.is_none_or(|kind| kind == who.kind)
    };
    EXCEPTIONS.iter().position(fits).and_then(|n| EXCEPTIONS.get(n).map(|row| (n, row.instead)))
}

/// The message with each id in it, at any depth, replaced by another one, one at a time.
fn with_others_ids(base: &DynamicMessage, others: &Ids, internal: bool) -> Vec<(String, DynamicMessage)> {
    let mut all = Vec::new();
    for field in base.descriptor().fields().filter(|field| internal || !is_output_only(field)) {
        let put = |value: Value| {
            let mut message = base.clone();
            message.set_field(&field, if field.is_list() { Value::List(vec![value]) } else { value });
            message
        };
        match field.kind() {
            Kind::String => {
                let id = others.of(field.name()).map(Value::String);
                all.extend(id.map(|id| (field.name().to_owned(), put(id))));
            }
            Kind::Message(inner) if !inner.full_name().starts_with("google.") && !field.is_map() => {
                let around = base.get_field(&field).as_message().cloned();
                let around = around.unwrap_or_else(|| DynamicMessage::new(inner));
                for (what, inner) in with_others_ids(&around, others, internal) {
                    all.push((format!("{}.{what}", field.name()), put(Value::Message(inner))));
                }
            }
            _ => {}
        }
    }
    all
}

/// All that a caller could tell two answers apart by.
fn face(answer: &Result<Bytes, Status>, ids: &Ids) -> String {
    match answer {
        Ok(_) => "taken".to_owned(),
        Err(status) => {
            let words = [&ids.member, &ids.team]
                .iter()
                .fold(status.message().to_owned(), |words, id| words.replace(id.as_str(), "…"));
            let mut metadata: Vec<String> = metadata_of(status).into_keys().collect();
            metadata.sort();
            format!("{:?} {:?} {words} {metadata:?}", status.code(), reason_of(status))
        }
    }
}

fn is_as_agreed(answer: &Result<Bytes, Status>, instead: Option<Instead>, theirs: &Ids) -> bool {
    match (answer, instead) {
        (Ok(bytes), Some(Instead::Nothing)) => !theirs.any_in(bytes),
        (Err(status), Some(Instead::Fault)) => reason_of(status) == Some(ErrorReason::InvalidFields),
        (_, Some(Instead::Alike)) => true,
        (Err(status), None) => reason_of(status) == Some(ErrorReason::NotFound),
        (Ok(_), _) | (Err(_), Some(Instead::Nothing)) => false,
    }
}

struct Walk<'a> {
    place: &'a Place,
    ours: &'a Furnished,
    theirs: &'a Ids,
    /// Behind everything that happened to them.
    behind_theirs: i64,
    calls: Cell<usize>,
    found: Vec<String>,
    used: BTreeSet<usize>,
}

impl Walk<'_> {
    async fn station(&mut self, station: &Station, who: &Principal) {
        let (method, nobodys) = (&station.method, self.theirs.of_nobody());
        let fields = with_others_ids(&self.base(station, who).await, self.theirs, is_internal(method));
        let asks = (0..fields.len()).flat_map(|n| [(n, self.theirs), (n, &nobodys)]);
        let asks: Vec<_> = asks.map(|with| self.ask_with(station, who, with)).collect();
        let at_once = if method.is_server_streaming() { STREAMS } else { 1 };
        let mut answers = stream::iter(asks).buffered(at_once).collect::<Vec<_>>().await.into_iter();
        for (what, _) in &fields {
            let (answer, to_nobody) = (answers.next().expect("asked"), answers.next().expect("asked"));
            let agreed = exception(method.name(), what, who);
            self.used.extend(agreed.map(|(n, _)| n));
            let same = face(&answer, self.theirs) == face(&to_nobody, &nobodys);
            if !same || !is_as_agreed(&answer, agreed.map(|(_, instead)| instead), self.theirs) {
                let asked = format!("{} as {} with their {what}", station.name(), who.name);
                self.found.push(format!("{asked}: {answer:?}\n    and with nobody's: {to_nobody:?}"));
            }
        }
    }

    /// A request as new as if nothing had been asked before, with the `n`th id replaced.
    async fn ask_with(
        &self,
        station: &Station,
        who: &Principal,
        (n, others): (usize, &Ids),
    ) -> Result<Bytes, Status> {
        self.calls.set(self.calls.get() + 1);
        let base = self.base(station, who).await;
        let (_, message) = with_others_ids(&base, others, is_internal(&station.method)).swap_remove(n);
        self.ask(station, who, message).await
    }

    async fn base(&self, Station { method, spot, .. }: &Station, who: &Principal) -> DynamicMessage {
        let ids = furnish::as_it_is_now(self.place, &self.ours.persons, self.ours.ids.clone()).await;
        let serial = format!("{}{}", method.name().to_lowercase(), self.calls.get());
        let (spot, by_assistant) = (*spot, who.is_assistant());
        plausible::request(method, &Purpose { ids: &ids, serial, spot, by_assistant })
    }

    /// The whole answer; of a stream, what it sends until it is behind everything of theirs.
    async fn ask(
        &self,
        station: &Station,
        who: &Principal,
        message: DynamicMessage,
    ) -> Result<Bytes, Status> {
        let way = station.way(self.place, self.ours, who);
        let (method, message) = (&station.method, message.encode_to_vec());
        if !method.is_server_streaming() {
            return call(&way, method, message).await;
        }
        let mut stream = open(&way, method, message).await?;
        let mut heard = Vec::new();
        let clock = &self.place.house.around.clock;
        loop {
            let next = clock::timeout(clock, LISTENING, stream.message()).await;
            let bytes = next.expect("a stream says how far it has come")?.expect("it does not end");
            heard.extend_from_slice(&bytes);
            if reached(bytes) >= self.behind_theirs {
                return Ok(heard.into());
            }
        }
    }
}

/// How far a stream has come with an item.
fn reached(item: Bytes) -> i64 {
    let item = WatchResponse::decode(item).expect("an item of the only stream that is asked for ids");
    place_of(&item.resume_token)
}

fn place_of(token: &str) -> i64 {
    FeedPlace::open(FEED, token).expect("a token of the feed").position
}

/// Where the feed stands behind the last event of a workspace at rest.
async fn behind_everything(place: &Place, of: &Furnished) -> i64 {
    let start = Some(FeedStart { start: Some(Start::Point(FeedPoint::Earliest.into())) });
    let request = ListEventsRequest { start, page_size: 500, ..Default::default() };
    let owner = of.persons.owner(&place.signers);
    let mut feed = FeedServiceClient::new(place.line("conversation", &owner));
    let page = feed.list_events(request).await.expect("their events").into_inner();
    assert!(!page.events.is_empty() && !page.more, "all their events are on one page");
    place_of(&page.resume_token)
}

async fn walk(place: Place) {
    let (ours, theirs) = (place.workspace("ours").await, place.workspace("theirs").await);
    furnish::take_over(&place, &theirs.persons, &theirs.ids).await;
    let before = place.tables.settled(theirs.persons.workspace).await;
    assert!(before.len() > 10, "there is something to lose: {before:?}");
    let behind_theirs = behind_everything(&place, &theirs).await;
    let (calls, found, used) = Default::default();
    let mut walk =
        Walk { place: &place, ours: &ours, theirs: &theirs.ids, behind_theirs, calls, found, used };
    for station in stations() {
        let all = ours.persons.mightiest(&place.signers);
        for who in all.iter().filter(|who| who.gets_in_by(station.rule)) {
            walk.station(&station, who).await;
        }
    }
    let Walk { calls, found, used, .. } = walk;
    let calls = calls.get();
    println!("{calls} calls with ids of another workspace and of nobody");
    assert!(calls > 100 && found.is_empty(), "{} of {calls}:\n{}", found.len(), found.join("\n"));
    let idle: Vec<String> = (0..EXCEPTIONS.len())
        .filter(|n| !used.contains(n))
        .map(|n| format!("{} {}", EXCEPTIONS[n].method, EXCEPTIONS[n].field))
        .collect();
    assert!(idle.is_empty(), "exceptions that nothing needs: {idle:?}");
    let after = place.tables.settled(theirs.persons.workspace).await;
    let changed: Vec<&String> = before.iter().filter(|row| !after.contains(row)).collect();
    let new: Vec<&String> = after.iter().filter(|row| !before.contains(row)).collect();
    assert!(changed.is_empty() && new.is_empty(), "of theirs changed {changed:#?}\nto {new:#?}");
    place.close().await;
}

#[tokio::test]
async fn g_s1_s_21_another_workspaces_id_is_nobodys_whatever_asks_for_it_on_sqlite() {
    walk(Place::sqlite().await).await;
}

#[tokio::test]
async fn g_s1_s_21_another_workspaces_id_is_nobodys_whatever_asks_for_it_on_postgresql() {
    if let Some(place) = Place::postgres().await {
        walk(place).await;
    }
}
