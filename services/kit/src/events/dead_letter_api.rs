//! `baton.operations.v1.DeadLetterService` for what one service published: each service has it behind its door, the edge asks them all.
//!
//! Must not know what a fact means.

use baton_proto::{
    common::v1::ErrorReason,
    operations::v1::{
        self as wire, ListDeadLettersRequest, ListDeadLettersResponse, RedriveRequest, RedriveResponse,
        dead_letter_service_server::{DeadLetterService, DeadLetterServiceServer},
    },
};
use tonic::{Request, Response, Status};

use crate::{
    data::{DeadLetter, DeadLetterPlace, FactLog, StoreError},
    door::{access::Rule, fields::Fields, page, refusal::Refusal},
};

const PAGE: u32 = 50;
const LARGEST_PAGE: u32 = 200;
/// Longer than any name of a consumer.
const NAME: usize = 64;

/// Who may: the edge, which asks for the operator.
pub const DEAD_LETTER_RULES: &[Rule] = &[
    Rule::on("/baton.operations.v1.DeadLetterService/ListDeadLetters").services(&["gateway"]),
    Rule::on("/baton.operations.v1.DeadLetterService/Redrive").services(&["gateway"]),
];

/// The server of one service.
pub struct DeadLetters {
    service: &'static str,
    log: FactLog,
}

impl DeadLetters {
    /// For what `service` published in `log`, with [`DEAD_LETTER_RULES`] for the door.
    pub fn server(service: &'static str, log: FactLog) -> DeadLetterServiceServer<Self> {
        DeadLetterServiceServer::new(Self { service, log })
    }

    fn ours(&self, fields: &mut Fields, service: &str) {
        if !service.is_empty() && service != self.service {
            fields.fault("service", "is another service");
        }
    }

    fn binding(&self) -> String {
        format!("ListDeadLetters:{}", self.service)
    }

    fn wire(&self, letter: DeadLetter) -> wire::DeadLetter {
        let DeadLetter { consumer, position, subject, attempts, last_error, written } = letter;
        wire::DeadLetter {
            service: self.service.to_owned(),
            consumer,
            position,
            subject: subject.to_string(),
            attempts,
            last_error,
            create_time: written
                .map(|at| prost_types::Timestamp { seconds: at.as_second(), nanos: at.subsec_nanosecond() }),
        }
    }
}

#[tonic::async_trait]
impl DeadLetterService for DeadLetters {
    async fn list_dead_letters(
        &self,
        request: Request<ListDeadLettersRequest>,
    ) -> Result<Response<ListDeadLettersResponse>, Status> {
        let request = request.into_inner();
        let mut fields = Fields::new();
        self.ours(&mut fields, &request.service);
        let size = fields.page_size("page_size", request.page_size, PAGE, LARGEST_PAGE);
        let (size,) = fields.all((size,))?;
        let after = place(&self.binding(), &request.page_token)?;
        let mut found = self.log.dead_letters(after, size + 1).await.map_err(refused)?;
        let more = found.len() > size as usize;
        found.truncate(size as usize);
        let next = found.last().filter(|_| more).map(|last| token(&self.binding(), last));
        Ok(Response::new(ListDeadLettersResponse {
            dead_letters: found.into_iter().map(|letter| self.wire(letter)).collect(),
            next_page_token: next.unwrap_or_default(),
            // One service speaks for itself alone; the edge asks them all.
            unanswered_services: Vec::new(),
        }))
    }

    async fn redrive(&self, request: Request<RedriveRequest>) -> Result<Response<RedriveResponse>, Status> {
        let RedriveRequest { service, consumer, position } = request.into_inner();
        let mut fields = Fields::new();
        if service.is_empty() {
            fields.fault("service", "is required");
        }
        self.ours(&mut fields, &service);
        let consumer = fields.name("consumer", &consumer, NAME);
        let position = fields.within("position", position, 1..=i64::MAX);
        let (consumer, position) = fields.all((consumer, position))?;
        if self.log.redrive(&consumer, position).await.map_err(refused)? {
            tracing::info!(service = self.service, consumer, position, "a dead letter is given again");
            return Ok(Response::new(RedriveResponse {}));
        }
        Err(Refusal::new(ErrorReason::NotFound, "there is no such dead letter").into())
    }
}

fn token(binding: &str, last: &DeadLetter) -> String {
    let mut payload = last.position.to_be_bytes().to_vec();
    payload.extend(last.consumer.as_bytes());
    page::seal(binding, &payload)
}

fn place(binding: &str, token: &str) -> Result<Option<DeadLetterPlace>, Refusal> {
    if token.is_empty() {
        return Ok(None);
    }
    let refused = || Refusal::new(ErrorReason::InvalidToken, "the token was not made for this request");
    let payload = page::open(binding, token)?;
    let (position, consumer) = payload.split_at_checked(8).ok_or_else(refused)?;
    let position = position.try_into().map(i64::from_be_bytes).map_err(|_| refused())?;
    let consumer = String::from_utf8(consumer.to_vec()).map_err(|_| refused())?;
    Ok(Some((position, consumer)))
}

fn refused(error: StoreError) -> Refusal {
    match error {
        StoreError::Unavailable(_) => Refusal::new(ErrorReason::Unavailable, "the log cannot be read now"),
        StoreError::Conflict { .. } | StoreError::Broken(_) => Refusal::internal(&error),
    }
}
