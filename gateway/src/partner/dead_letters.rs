//! Dead letters of the whole installation behind one door: each service answers for its own log, this puts the answers one after the
//! other.
//!
//! Must not know what a fact means, nor why it was given up.

use baton_kit::door::{
    access::Rule,
    fields::Fields,
    page,
    peer::{Line, Peer},
    refusal::{Refusal, is_transient},
};
use baton_proto::{
    common::v1::ErrorReason,
    operations::v1::{
        ListDeadLettersRequest, ListDeadLettersResponse, RedriveRequest, RedriveResponse,
        dead_letter_service_client::DeadLetterServiceClient, dead_letter_service_server::DeadLetterService,
    },
};
use tonic::{Request, Response, Status, async_trait};

use crate::peers::Peers;

const PAGE: u32 = 50;
const LARGEST_PAGE: u32 = 200;
/// Longer than any name of a consumer.
const NAME: usize = 64;

/// Who may: the operator of the installation.
pub(crate) const RULES: &[Rule] = &[
    Rule::on("/baton.operations.v1.DeadLetterService/ListDeadLetters").operator(),
    Rule::on("/baton.operations.v1.DeadLetterService/Redrive").operator(),
];

/// The service.
pub(crate) struct DeadLetters {
    peers: Peers,
}

/// Where the next page begins: in which of the services asked, and where in its list.
struct Place {
    service: usize,
    token: String,
}

impl DeadLetters {
    /// Over these services.
    pub fn new(peers: Peers) -> Self {
        Self { peers }
    }

    /// In the order in which they are listed.
    fn services(&self) -> [(&'static str, &Peer); 5] {
        let Peers { conversation, routing, ai, team, notification } = &self.peers;
        [
            ("conversation", conversation),
            ("routing", routing),
            ("ai", ai),
            ("team", team),
            ("notification", notification),
        ]
    }

    /// The one of this name, or all of them if none is named.
    fn named(&self, fields: &mut Fields, name: &str) -> Vec<(&'static str, &Peer)> {
        let wanted = |service: &(&str, &Peer)| name.is_empty() || service.0 == name;
        let services: Vec<_> = self.services().into_iter().filter(wanted).collect();
        if services.is_empty() {
            fields.fault("service", "must be conversation, routing, ai, team or notification");
        }
        services
    }

    async fn list(&self, request: ListDeadLettersRequest) -> Result<ListDeadLettersResponse, Status> {
        let mut fields = Fields::new();
        let services = self.named(&mut fields, &request.service);
        let size = fields.page_size("page_size", request.page_size, PAGE, LARGEST_PAGE);
        let (size,) = fields.all((size,))?;
        let bound = format!("ListDeadLetters:{}", request.service);
        let mut place = Place::open(&bound, &request.page_token)?;
        let (mut dead_letters, mut unanswered_services) = (Vec::new(), Vec::new());
        while let Some((name, peer)) = services.get(place.service) {
            let left = size.saturating_sub(u32::try_from(dead_letters.len()).unwrap_or(u32::MAX));
            if left == 0 {
                break;
            }
            let page_size = i32::try_from(left).unwrap_or(i32::MAX);
            let question =
                ListDeadLettersRequest { service: (*name).to_owned(), page_size, page_token: place.token };
            let next_page_token = match client(peer).list_dead_letters(question).await {
                Ok(answer) => {
                    let answer = answer.into_inner();
                    dead_letters.extend(answer.dead_letters);
                    answer.next_page_token
                }
                // What the others hold is wanted most while one is away.
                Err(status) if services.len() > 1 && is_transient(&status) => {
                    unanswered_services.push((*name).to_owned());
                    String::new()
                }
                Err(status) => return Err(status),
            };
            place = place_after(place.service, next_page_token);
        }
        let more = place.service < services.len();
        let next_page_token = if more { place.seal(&bound) } else { String::new() };
        Ok(ListDeadLettersResponse { dead_letters, next_page_token, unanswered_services })
    }

    async fn redrive_one(&self, request: RedriveRequest) -> Result<RedriveResponse, Status> {
        let mut fields = Fields::new();
        let service = fields.token("service", &request.service, 1..=NAME);
        let owner = service.and_then(|name| self.named(&mut fields, &name).pop());
        let consumer = fields.token("consumer", &request.consumer, 1..=NAME);
        let position = fields.within("position", request.position, 1..=i64::MAX);
        let ((_, peer), _, _) = fields.all((owner, consumer, position))?;
        Ok(client(peer).redrive(request).await?.into_inner())
    }
}

fn client(peer: &Peer) -> DeadLetterServiceClient<Line> {
    DeadLetterServiceClient::new(peer.as_self())
}

fn place_after(service: usize, token: String) -> Place {
    if token.is_empty() { Place { service: service + 1, token } } else { Place { service, token } }
}

impl Place {
    fn open(bound: &str, token: &str) -> Result<Self, Refusal> {
        if token.is_empty() {
            return Ok(Self { service: 0, token: String::new() });
        }
        let payload = page::open(bound, token)?;
        let read = payload.split_first().and_then(|(service, token)| {
            Some(Self { service: usize::from(*service), token: String::from_utf8(token.to_vec()).ok()? })
        });
        read.ok_or_else(|| Refusal::new(ErrorReason::InvalidToken, "the token was not made for this request"))
    }

    fn seal(&self, bound: &str) -> String {
        let service = u8::try_from(self.service).unwrap_or(u8::MAX);
        page::seal(bound, &[&[service], self.token.as_bytes()].concat())
    }
}

#[async_trait]
impl DeadLetterService for DeadLetters {
    async fn list_dead_letters(
        &self,
        request: Request<ListDeadLettersRequest>,
    ) -> Result<Response<ListDeadLettersResponse>, Status> {
        self.list(request.into_inner()).await.map(Response::new)
    }

    async fn redrive(&self, request: Request<RedriveRequest>) -> Result<Response<RedriveResponse>, Status> {
        self.redrive_one(request.into_inner()).await.map(Response::new)
    }
}
