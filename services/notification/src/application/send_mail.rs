//! One mailing that is due: decides what becomes of it, writes the mail, hands it over, and notes what came of it.

use std::{sync::Arc, time::Duration};

use baton_kit::{
    data::StoreError,
    kp,
    life::{
        clock::{self, SharedClock},
        ids::SharedIds,
        lifecycle::Lifecycle,
        telemetry,
    },
};
use tracing::Instrument as _;

use super::{
    ports::{
        AskError, Attempt, Colleagues, Conversations, Correspondence, Lease, Mailings, Settlement,
        mail::{Composer, Mail, Post, PostRefused},
    },
    tally::Tally,
};
use crate::domain::{
    decide::{self, Tells},
    kind::Recipient,
    ledger::Reason,
    letter::Addressee,
    mailing::{Mailing, Outcome, Terms, later},
    pace,
};

mod letter;

pub use letter::Writer;

/// The pause before it is noted once more that a mail went out; doubled each time, up to the longest.
const NOTE_AGAIN: Duration = Duration::from_millis(100);
const NOTE_AGAIN_LONGEST: Duration = Duration::from_secs(5);

/// The use case.
#[derive(Clone)]
pub struct SendMail {
    /// Mailings.
    pub mailings: Arc<dyn Mailings>,
    /// Asked how conversations stand.
    pub conversations: Arc<dyn Conversations>,
    /// Asked where mails to members go.
    pub colleagues: Arc<dyn Colleagues>,
    /// Finds the words.
    pub composer: Arc<dyn Composer>,
    /// Hands mails over.
    pub post: Arc<dyn Post>,
    /// Knows what stands in every letter.
    pub writer: Writer,
    /// How long things are waited for.
    pub terms: Terms,
    /// How long handing a mail over may take.
    pub send_within: Duration,
    /// Counts what was decided.
    pub tally: Tally,
    /// The life of the tasks; when it closes nothing new is handed over.
    pub life: Lifecycle,
    /// Time.
    pub clock: SharedClock,
    /// Ids and chance.
    pub ids: SharedIds,
}

/// A mail that is ready, and what it tells of.
struct Ready {
    mail: Mail,
    attempt: Attempt,
}

/// What came of an attempt, and which one to send it was.
type Ended = (Outcome, i32);

impl SendMail {
    /// Works on a mailing that was taken on, as a part of the trace of the change it is about.
    pub async fn run(&self, mailing: &Mailing, lease: Lease) {
        let span = tracing::info_span!(
            "notification.send_mail",
            mailing = %mailing.id,
            workspace = %mailing.workspace,
            conversation = %mailing.conversation,
            kind = mailing.kind.word(),
        );
        telemetry::set_parent_from(&span, mailing.traceparent.as_deref());
        self.work(mailing, lease).instrument(span).await;
    }

    async fn work(&self, mailing: &Mailing, lease: Lease) {
        let (outcome, attempt) = self.attempt(mailing, lease).await;
        self.tally.decided(mailing.kind, outcome);
        let settlement = Settlement { outcome, at: self.clock.now(), attempt };
        self.note(mailing, lease, settlement).await;
    }

    /// What came of it. That it went out is noted however long that takes: else it would go out once more. Anything else is found out again
    /// when the lease has passed.
    async fn note(&self, mailing: &Mailing, lease: Lease, settlement: Settlement) {
        let (began, mut pause) = (self.clock.monotonic(), NOTE_AGAIN);
        while let Err(error) = self.mailings.settle(mailing, lease, settlement).await {
            tracing::warn!(%error, mailing = %mailing.id, "what came of a mailing was not noted");
            // A fault that does not pass must not hold its place for ever.
            let passes = matches!(error, StoreError::Unavailable(_));
            let held = self.clock.monotonic().saturating_sub(began) < lease.lasts;
            if settlement.outcome != Outcome::Sent || !(passes || held) {
                return;
            }
            self.clock.sleep(pause).await;
            pause = pause.saturating_mul(2).min(NOTE_AGAIN_LONGEST);
        }
    }

    async fn attempt(&self, mailing: &Mailing, lease: Lease) -> Ended {
        // Before anything else: whatever happened to those who tried before, it must not happen for ever.
        if mailing.tries > 0 && self.terms.is_too_late(mailing.since, self.clock.now()) {
            return (Outcome::Failed(Reason::GivenUp), mailing.attempts);
        }
        let ready = match self.prepare(mailing).await {
            Ok(ready) => ready,
            Err(outcome) => return (outcome, 0),
        };
        // Handing over may take longer than the house has left, and cut off in the middle it would come twice: whoever is next has it.
        if self.life.soft().is_cancelled() {
            return (self.at_once(), 0);
        }
        match self.mailings.begin(mailing, lease, ready.attempt).await {
            Ok(true) => {}
            // Somebody wrote more while this was written, or it took too long: it is looked at again.
            Ok(false) => return (self.at_once(), 0),
            Err(error) => return (self.not_asked(mailing, &error), 0),
        }
        let attempt = mailing.attempts.saturating_add(1);
        (self.hand_over(mailing, &ready.mail).await, attempt)
    }

    /// The mail, or why there is none now.
    async fn prepare(&self, mailing: &Mailing) -> Result<Ready, Outcome> {
        let standing =
            self.mailings.standing(mailing).await.map_err(|error| self.not_asked(mailing, &error))?;
        let now = self.clock.now();
        if let Some(held) = decide::by_standing(mailing, &standing, &self.terms, now) {
            return Err(held.into());
        }
        let correspondence = self.ask(mailing).await?;
        let Tells { after, upto } =
            decide::by_conversation(mailing, &standing, &correspondence.now, &self.terms, now)?;
        let to = self.addressee(mailing, &correspondence).await?;
        if to.address.is_empty() {
            return Err(Outcome::Dropped(Reason::NoAddress));
        }
        let team = self.team_name(mailing, &correspondence).await?;
        let workspace_name = self.workspace_name(mailing).await?;
        let seen_upto = correspondence.now.last_sequence;
        let content = self.writer.letter(
            mailing,
            correspondence,
            letter::Rest { to, workspace_name, team, after, upto },
            &*self.composer,
        );
        let mail = self.composer.compose(&content).map_err(|error| {
            tracing::error!(%error, mailing = %mailing.id, "a mail cannot be written");
            Outcome::Failed(Reason::Unwritable)
        })?;
        Ok(Ready { mail, attempt: Attempt { upto, seen_upto } })
    }

    async fn ask(&self, mailing: &Mailing) -> Result<Correspondence, Outcome> {
        let reader = match mailing.recipient {
            Recipient::Member(member) => Some(member),
            Recipient::Contact(_) => None,
        };
        let asked = self.conversations.correspondence(mailing.workspace, mailing.conversation, reader).await;
        asked.map_err(|error| match error {
            AskError::Gone => Outcome::Dropped(Reason::Overtaken),
            AskError::Unavailable(_) => self.not_asked(mailing, &error),
        })
    }

    async fn addressee(&self, mailing: &Mailing, known: &Correspondence) -> Result<Addressee, Outcome> {
        let Recipient::Member(member) = mailing.recipient else {
            return Ok(Addressee { name: known.contact_name.clone(), address: known.contact_email.clone() });
        };
        let asked = self.colleagues.addressee(mailing.workspace, member).await;
        asked.map_err(|error| match error {
            AskError::Gone => Outcome::Dropped(Reason::NotEligible),
            AskError::Unavailable(_) => self.not_asked(mailing, &error),
        })
    }

    async fn team_name(&self, mailing: &Mailing, known: &Correspondence) -> Result<Option<String>, Outcome> {
        let Some(team) = known.now.team else {
            return Ok(None);
        };
        let name = self.mailings.team_name(mailing.workspace, team).await;
        let name = name.map_err(|error| self.not_asked(mailing, &error))?;
        Ok(Some(name).filter(|name| !name.is_empty()))
    }

    /// Empty for a workspace that is gone.
    async fn workspace_name(&self, mailing: &Mailing) -> Result<String, Outcome> {
        match self.colleagues.workspace_name(mailing.workspace).await {
            Ok(name) => Ok(name),
            Err(AskError::Gone) => Ok(String::new()),
            Err(error @ AskError::Unavailable(_)) => Err(self.not_asked(mailing, &error)),
        }
    }

    async fn hand_over(&self, mailing: &Mailing, mail: &Mail) -> Outcome {
        kp!("mail.before_sending", "notification");
        let sent = clock::timeout(&self.clock, self.send_within, self.post.send(mail)).await;
        kp!("mail.after_sending", "notification");
        let refused = match sent {
            Ok(Ok(())) => return Outcome::Sent,
            Ok(Err(PostRefused::Refused(class))) => {
                tracing::info!(class, "a mail was refused for good");
                return Outcome::Failed(Reason::Refused);
            }
            Ok(Err(PostRefused::Unwritable(class))) => {
                tracing::error!(class, mailing = %mailing.id, "a mail cannot be sent as it is written");
                return Outcome::Failed(Reason::Unwritable);
            }
            Ok(Err(PostRefused::TryAgain(class))) => class,
            Err(_) => "timeout".to_owned(),
        };
        tracing::info!(class = refused, "a mail was not taken");
        self.again(mailing, true)
    }

    /// It is looked at again at once, by whoever is there.
    fn at_once(&self) -> Outcome {
        Outcome::Waits { until: self.clock.now(), reason: Reason::ReadFirst }
    }

    /// Somebody who was to be asked did not answer.
    fn not_asked(&self, mailing: &Mailing, why: &dyn std::fmt::Display) -> Outcome {
        tracing::warn!(%why, mailing = %mailing.id, "a mailing is put off");
        self.again(mailing, false)
    }

    fn again(&self, mailing: &Mailing, sent: bool) -> Outcome {
        let now = self.clock.now();
        if self.terms.is_too_late(mailing.since, now) {
            return Outcome::Failed(Reason::GivenUp);
        }
        let mut chance = [0];
        self.ids.fill(&mut chance);
        let [chance] = chance;
        let pause = pace::pause(mailing.tries.saturating_add(1), chance);
        Outcome::TryAgain { at: later(now, pause), sent }
    }
}

#[cfg(test)]
mod tests;
