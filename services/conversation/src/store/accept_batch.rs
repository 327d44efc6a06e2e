//! The hot path on PostgreSQL: one constant statement for whatever messages are waiting.
//!
//! Per batch of up to 16 messages: BEGIN, the statement, COMMIT. No timer: who comes while a batch is under way makes the next one.
//! A message whose guard does not hold is left to the long way; so is a whole batch that a unique index refused.

use std::{
    collections::{HashSet, VecDeque},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use baton_kit::{
    data::{Database, StoreError, Unit},
    life::{ids::SharedIds, lifecycle::Lifecycle, telemetry},
};
use sea_orm::{QueryResult, Value};
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::domain::{
    commands::AI_SILENCE,
    ids::{AssistantId, ConversationId},
    message::{Author, Message},
    patience::Patience,
    posting::{NewMessage, Writer},
};

/// Messages in one statement. More would make the last one wait for the first without saving much.
const BATCH: usize = 16;

/// Messages that may wait; far above what two seconds of patience can use up.
const LONGEST_QUEUE: usize = 4096;

const VISITOR: i32 = 1;
const ASSISTANT: i32 = 2;
const MEMBER: i32 = 3;
/// Of nobody: no guard lets it pass. What is to begin another clock than the answer's takes the long way.
const NOBODY: i32 = 0;

/// Guards, counters, messages, events and deadlines at once. The guards are those of `Conversation::may_post_directly`, which a test
/// holds them to. A row that somebody else holds is skipped, so that one stuck conversation delays nobody else: its message takes the long
/// way and waits alone.
const STATEMENT: &str = "WITH i AS (
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::uuid[], $5::bigint[], $6::bigint[], $7::text[], $8::uuid[], $9::text[],
                       $10::text[], $11::text[], $12::uuid[])
    WITH ORDINALITY AS t(conv, ws, kind, author, epoch, seen, cmid, mid, body, sources, tp, event, ord)
), l AS (
  SELECT conversation_id, workspace_id, contact_id, assistant_id, control, control_epoch, assignee_id, last_member_sequence,
         last_visitor_sequence
  FROM conversation_heads WHERE conversation_id = ANY($1) AND status = 1 ORDER BY conversation_id FOR NO KEY UPDATE SKIP LOCKED
), ok AS (
  SELECT i.*, l.control, l.control_epoch, l.assistant_id, row_number() OVER (PARTITION BY i.conv ORDER BY i.ord) AS rn
  FROM i JOIN l ON l.conversation_id = i.conv AND l.workspace_id = i.ws
  WHERE CASE i.kind
    WHEN 1 THEN l.contact_id = i.author
    WHEN 2 THEN l.control = 1 AND l.control_epoch = i.epoch AND l.last_visitor_sequence = i.seen
    WHEN 3 THEN l.control = 3 AND l.assignee_id = i.author AND l.last_member_sequence <= i.seen
    ELSE false END
), u AS (
  UPDATE conversation_heads h SET
    last_sequence = h.last_sequence + k.n, revision = h.revision + k.n, last_activity_at = $13,
    last_visitor_sequence = CASE WHEN k.kind = 1 THEN h.last_sequence + k.n ELSE h.last_visitor_sequence END,
    last_member_sequence = CASE WHEN k.kind = 3 THEN h.last_sequence + k.n ELSE h.last_member_sequence END,
    answered_sequence = CASE k.kind WHEN 3 THEN h.last_visitor_sequence WHEN 2 THEN k.seen ELSE h.answered_sequence END
  FROM (SELECT conv, count(*) AS n, max(kind) AS kind, max(seen) AS seen FROM ok GROUP BY conv) k
  WHERE h.conversation_id = k.conv
  RETURNING h.conversation_id, h.last_sequence - k.n AS s0, h.revision - k.n AS r0
), r AS (
  SELECT ok.*, u.s0 + ok.rn AS seq, u.r0 + ok.rn AS rev,
         CASE ok.kind WHEN 2 THEN ok.assistant_id ELSE ok.author END AS writer
  FROM ok JOIN u ON u.conversation_id = ok.conv
), m AS (
  INSERT INTO messages (id, workspace_id, conversation_id, sequence, revision, author_kind, author_id, client_message_id, body,
                        control_epoch, sources, delivery_state, created_at)
  SELECT mid, ws, conv, seq, rev, kind, writer, cmid, body, control_epoch, nullif(sources, ''), 1, $13 FROM r
), o AS (
  INSERT INTO outbox (event_id, kind, workspace_id, subject_id, item_id, sequence, revision, fence, actor_kind, actor_id, body,
                      traceparent, created_at)
  SELECT event, 2, ws, conv, mid, seq, rev, control_epoch, CASE kind WHEN 1 THEN 1 WHEN 2 THEN 3 ELSE 2 END, writer, ''::bytea,
         nullif(tp, ''), $13 FROM r ORDER BY ord
), d AS (
  INSERT INTO deadlines (conversation_id, kind, workspace_id, due_at, begun_at)
  SELECT DISTINCT conv, CASE control WHEN 1 THEN 1 ELSE 2 END, ws, CASE control WHEN 1 THEN $14::bigint ELSE $15::bigint END, $13
  FROM r WHERE kind = 1 AND control IN (1, 3)
  ON CONFLICT (conversation_id, kind) DO NOTHING
), e AS (
  DELETE FROM deadlines x USING r
  WHERE x.conversation_id = r.conv AND (r.kind IN (2, 3) AND x.kind = r.kind - 1 OR r.kind = 2 AND x.kind = 5)
)
SELECT ord, seq, rev, control_epoch, assistant_id FROM r";

/// A message in the queue.
struct Waiting {
    message: Arc<NewMessage>,
    traceparent: String,
    answer: oneshot::Sender<Result<Option<Message>, StoreError>>,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Waiting>,
    /// Somebody is emptying it.
    worked_on: bool,
}

/// The one batching writer of a process. Clones share it.
#[derive(Clone)]
pub(super) struct Batcher {
    queue: Arc<Mutex<Queue>>,
    database: Database,
    ids: SharedIds,
    life: Lifecycle,
    patience: Patience,
}

impl Batcher {
    pub(super) fn new(database: Database, ids: SharedIds, life: Lifecycle, patience: Patience) -> Self {
        Self { queue: Arc::default(), database, ids, life, patience }
    }

    /// Puts a message into its thread if nothing but counters has to change for it; `None` if it takes the long way.
    pub(super) async fn accept(&self, message: Arc<NewMessage>) -> Result<Option<Message>, StoreError> {
        let (answer, answered) = oneshot::channel();
        let traceparent = telemetry::current_traceparent().unwrap_or_default();
        if self.enqueue(Waiting { message, traceparent, answer })? {
            let batcher = self.clone();
            // A task of its own: whoever happened to come first may go away.
            self.life.spawn("accept batch", async move { batcher.work().await });
        }
        answered.await.unwrap_or_else(|_| Err(StoreError::Unavailable("the process is stopping".to_owned())))
    }

    /// Whether the caller is the one to see that the queue is emptied.
    fn enqueue(&self, waiting: Waiting) -> Result<bool, StoreError> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        if queue.waiting.len() >= LONGEST_QUEUE {
            return Err(StoreError::Unavailable("too many messages are waiting".to_owned()));
        }
        queue.waiting.push_back(waiting);
        Ok(!std::mem::replace(&mut queue.worked_on, true))
    }

    async fn work(&self) {
        let working = Working(self);
        loop {
            let batch = self.next_batch();
            if batch.is_empty() {
                // The queue was left orderly under its lock; by now it may be another worker's.
                std::mem::forget(working);
                return;
            }
            self.carry_out(batch).await;
        }
    }

    /// What is waiting, up to a batch. Messages of one conversation share it only if all are the visitor's: any other's guard looks at
    /// what stands in the thread, and must see what came before it.
    fn next_batch(&self) -> Vec<Waiting> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut batch, mut taken, mut alone) = (Vec::new(), HashSet::new(), HashSet::new());
        while batch.len() < BATCH {
            let Some(next) = queue.waiting.front() else { break };
            if next.answer.is_closed() {
                // Nobody waits for it any more, and nobody was told that it is stored.
                queue.waiting.pop_front();
                continue;
            }
            let conversation = next.message.conversation;
            let visitor = matches!(next.message.writer, Writer::Visitor(_));
            if alone.contains(&conversation) || (!visitor && taken.contains(&conversation)) {
                break;
            }
            taken.insert(conversation);
            if !visitor {
                alone.insert(conversation);
            }
            batch.extend(queue.waiting.pop_front());
        }
        queue.worked_on = !batch.is_empty();
        batch
    }

    async fn carry_out(&self, batch: Vec<Waiting>) {
        let messages: Vec<Arc<NewMessage>> =
            batch.iter().map(|waiting| Arc::clone(&waiting.message)).collect();
        let traceparents = batch.iter().map(|waiting| waiting.traceparent.clone()).collect();
        let outcome = self.accept_all(messages, traceparents).await;
        for (index, waiting) in batch.into_iter().enumerate() {
            let answer = match &outcome {
                Ok(accepted) => Ok(accepted.get(index).cloned().flatten()),
                // One of them is a repeat. Each for itself finds out which.
                Err(StoreError::Conflict { .. }) => Ok(None),
                Err(error) => Err(error.clone()),
            };
            // The caller may be gone; the message is stored all the same.
            let _gone = waiting.answer.send(answer);
        }
    }

    /// Runs the statement. An entry for each message, `None` where its guard did not hold.
    pub(super) async fn accept_all(
        &self,
        messages: Vec<Arc<NewMessage>>,
        traceparents: Vec<String>,
    ) -> Result<Vec<Option<Message>>, StoreError> {
        let events: Vec<Uuid> = messages.iter().map(|_| self.ids.next()).collect();
        let values = values(&messages, traceparents, events, self.patience.response)?;
        let rows = self
            .database
            .write(move |unit: &Unit| {
                let values = values.clone();
                Box::pin(async move {
                    let rows = unit.query_all(STATEMENT, values).await?;
                    unit.note_own_facts();
                    rows.iter().map(placed).collect::<Result<Vec<Placed>, StoreError>>()
                })
            })
            .await?;
        let mut accepted: Vec<Option<Message>> = messages.iter().map(|_| None).collect();
        for row in rows {
            let index = usize::try_from(row.ordinal - 1).unwrap_or(usize::MAX);
            if let (Some(slot), Some(new)) = (accepted.get_mut(index), messages.get(index)) {
                *slot = Some(stored(new, &row));
            }
        }
        Ok(accepted)
    }
}

/// Leaves the queue workable if its worker panics or is dropped: who waits learns that the outcome is unknown, who comes next starts
/// anew. After a usual end there is nothing to do.
struct Working<'a>(&'a Batcher);

impl Drop for Working<'_> {
    fn drop(&mut self) {
        let mut queue = self.0.queue.lock().unwrap_or_else(PoisonError::into_inner);
        if queue.worked_on {
            queue.worked_on = false;
            queue.waiting.clear();
        }
    }
}

/// Where a message was put.
struct Placed {
    ordinal: i64,
    sequence: i64,
    revision: i64,
    control_epoch: i64,
    assistant: Uuid,
}

fn placed(row: &QueryResult) -> Result<Placed, StoreError> {
    Ok(Placed {
        ordinal: row.try_get("", "ord")?,
        sequence: row.try_get("", "seq")?,
        revision: row.try_get("", "rev")?,
        control_epoch: row.try_get("", "control_epoch")?,
        assistant: row.try_get("", "assistant_id")?,
    })
}

fn stored(new: &NewMessage, at: &Placed) -> Message {
    let (author, sources) = match &new.writer {
        Writer::Visitor(contact) => (Author::Visitor(*contact), Vec::new()),
        Writer::Member { member, .. } => (Author::Member(*member), Vec::new()),
        Writer::Assistant { sources, .. } => {
            (Author::Ai(AssistantId::from_uuid(at.assistant)), sources.clone())
        }
    };
    Message {
        id: new.id,
        conversation: new.conversation,
        sequence: at.sequence,
        revision: at.revision,
        author,
        text: new.text.clone(),
        client_message_id: new.client_message_id.clone(),
        control_epoch: at.control_epoch,
        notice: None,
        sources,
        created_at: new.at,
    }
}

/// The columns of a batch. The time is that of the first: all are accepted in one moment.
fn values(
    messages: &[Arc<NewMessage>],
    traceparents: Vec<String>,
    events: Vec<Uuid>,
    response: Duration,
) -> Result<Vec<Value>, StoreError> {
    let sources: Result<Vec<String>, _> = messages.iter().map(|message| sources(&message.writer)).collect();
    let sources = sources.map_err(|error| StoreError::Broken(format!("sources: {error}")))?;
    let at = messages.first().map_or(0, |message| message.at.as_microsecond());
    let after = |wait: Duration| at.saturating_add(i64::try_from(wait.as_micros()).unwrap_or(i64::MAX));
    let guards: Vec<(i32, Uuid, i64, i64)> = messages.iter().map(|message| guard(&message.writer)).collect();
    Ok(vec![
        column(messages, |message| ConversationId::uuid(message.conversation)),
        column(messages, |message| message.workspace.uuid()),
        guards.iter().map(|guard| guard.0).collect::<Vec<i32>>().into(),
        guards.iter().map(|guard| guard.1).collect::<Vec<Uuid>>().into(),
        guards.iter().map(|guard| guard.2).collect::<Vec<i64>>().into(),
        guards.iter().map(|guard| guard.3).collect::<Vec<i64>>().into(),
        column(messages, |message| message.client_message_id.clone()),
        column(messages, |message| message.id.uuid()),
        column(messages, |message| message.text.clone()),
        sources.into(),
        traceparents.into(),
        events.into(),
        at.into(),
        after(AI_SILENCE).into(),
        after(response).into(),
    ])
}

fn column<T>(messages: &[Arc<NewMessage>], of: impl Fn(&NewMessage) -> T) -> Value
where
    Vec<T>: Into<Value>,
{
    messages.iter().map(|message| of(message)).collect::<Vec<T>>().into()
}

fn sources(writer: &Writer) -> Result<String, serde_json::Error> {
    match writer {
        Writer::Assistant { sources, .. } if !sources.is_empty() => serde_json::to_string(sources),
        Writer::Assistant { .. } | Writer::Visitor(_) | Writer::Member { .. } => Ok(String::new()),
    }
}

/// Kind, author, epoch and what was seen, as the statement's guards compare them.
fn guard(writer: &Writer) -> (i32, Uuid, i64, i64) {
    match writer {
        Writer::Visitor(contact) => (VISITOR, contact.uuid(), 0, 0),
        Writer::Assistant { handoff_within: Some(_), .. } => (NOBODY, Uuid::nil(), 0, 0),
        Writer::Assistant { epoch, visitor_sequence, .. } => {
            (ASSISTANT, Uuid::nil(), *epoch, *visitor_sequence)
        }
        Writer::Member { member, seen_member_sequence } => {
            (MEMBER, member.uuid(), 0, seen_member_sequence.unwrap_or(i64::MAX))
        }
    }
}
