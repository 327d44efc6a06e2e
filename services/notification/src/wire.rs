//! Puts notification together and starts it. The only file that knows all of it.

use std::{path::PathBuf, sync::Arc, time::Duration};

use baton_kit::{
    data::{Database, FactLog, StoreError},
    door::{enter::Door, host::Host, links::Links, peer::Place, server::DoorBuilder, tokens::Signer},
    events::{Consumer, DEAD_LETTER_RULES, DeadLetters},
};
use baton_proto::{
    internal::notification::v1::edge_service_server::EdgeServiceServer,
    notification::v1::{
        notification_service_server::NotificationServiceServer,
        preference_service_server::PreferenceServiceServer,
    },
};

use crate::{
    Config,
    application::{
        busy::Busy,
        follow::Follow,
        forget_old::ForgetOld,
        get_preferences::GetPreferences,
        list_ledger::ListLedger,
        list_notices::ListNotices,
        mark_notices_read::MarkNoticesRead,
        ports::{
            Ledger, Mailings, Notices, Wishes,
            mail::{Composer, FiledMails, Post},
        },
        send_mail::{SendMail, Writer},
        set_preferences::SetPreferences,
        tally::Tally,
        unsubscribe::{Permits, Unsubscribe},
        work_through::{Bell, WorkThrough},
    },
    config::Transport,
    domain::mailing::Terms,
    remote::{
        GrpcColleagues, GrpcConversations,
        letters::{self, Letters, LettersError},
    },
    store::{SqlBook, SqlLedger, SqlMailings, SqlNotices, SqlWishes},
    transport::{ConversationFacts, EdgeApi, NotificationApi, PreferenceApi, RULES, TeamFacts},
};

mod post_office;

/// How often old things are forgotten.
const FORGET_EVERY: Duration = Duration::from_secs(3600);
/// How often what waits is counted.
const COUNT_EVERY: Duration = Duration::from_secs(10);
/// What is allowed for around handing a mail over: asking others, and the database.
const AROUND: Duration = Duration::from_secs(15);

/// What notification uses of others.
pub struct Needs {
    /// Conversation's door.
    pub conversation: Place,
    /// Team's door.
    pub team: Place,
    /// What conversation publishes.
    pub conversation_facts: FactLog,
    /// What team publishes.
    pub team_facts: FactLog,
    /// Where people reach the pages, such as `https://desk.example.org`.
    pub public_url: String,
    /// The folder for mails that are written to files.
    pub files: PathBuf,
    /// Signs links in mails.
    pub links: Links,
}

/// Notification at work.
pub struct Started {
    /// Its door.
    pub door: Door,
}

/// Why notification could not start. The database is opened and migrated before.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// No link in a mail can begin with the address of the pages.
    #[error("public_url must be an address that links in mails can begin with: {LINKS_BEGIN}")]
    PublicUrl,
    /// The words or templates of letters cannot be read.
    #[error(transparent)]
    Letters(#[from] LettersError),
    /// There is no way to hand mails over.
    #[error("mails cannot be handed over: {0}")]
    Post(String),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What an address must be that links in mails begin with.
pub const LINKS_BEGIN: &str =
    "http:// or https://, ASCII, at most 400 characters, and none of ? # < > \" ' ` , \\ in it";

/// Whether links in mails can begin with this address; each begins with `Needs::public_url`, which [`start`] refuses if they cannot.
pub fn begins_links(public_url: &str) -> bool {
    letters::begins_links(public_url)
}

/// How mails leave.
struct Outside {
    post: Arc<dyn Post>,
    filed: Arc<dyn FiledMails>,
}

/// The parts that several rooms share.
struct Parts {
    mailings: Arc<dyn Mailings>,
    notices: Arc<dyn Notices>,
    ledger: Arc<dyn Ledger>,
    wishes: Arc<dyn Wishes>,
    composer: Arc<dyn Composer>,
    outside: Outside,
    permits: Permits,
    bell: Bell,
    tally: Tally,
    terms: Terms,
}

/// Starts notification over its migrated database: the consumers, the worker, the upkeep, and the door.
///
/// # Errors
/// [`StartError`], as it says.
pub async fn start(
    config: Config,
    host: &Host,
    database: Database,
    signer: Signer,
    needs: Needs,
) -> Result<Started, StartError> {
    if !begins_links(&needs.public_url) {
        return Err(StartError::PublicUrl);
    }
    let outside = post_office::open(&config, &needs.files, host).await?;
    start_with(config, host, database, (signer, needs), outside).await
}

/// With this way for mails to leave.
async fn start_with(
    config: Config,
    host: &Host,
    database: Database,
    (signer, needs): (Signer, Needs),
    outside: Outside,
) -> Result<Started, StartError> {
    let parts = parts(&config, host, &database, &needs, outside)?;
    // Before anything is taken on: what a process of before had is free.
    parts.mailings.take_over().await?;
    let send = send_mail(&config, host, &signer, &needs, &parts);
    follow_facts(host, &database, &parts, &send, needs);
    start_upkeep(host, &parts, &database, &config);
    let work = WorkThrough {
        lease: send.send_within + AROUND,
        send,
        bell: parts.bell.clone(),
        busy: Busy::default(),
        at_once: config.send_at_once,
        look_every: config.look_every.get(),
    };
    host.life.spawn("mailings", work.run());
    Ok(Started { door: door(host, parts, database.facts()).await })
}

fn parts(
    config: &Config,
    host: &Host,
    database: &Database,
    needs: &Needs,
    outside: Outside,
) -> Result<Parts, StartError> {
    let terms = terms(config);
    Ok(Parts {
        mailings: Arc::new(SqlMailings::new(database.clone(), host.ids.clone(), terms)),
        notices: Arc::new(SqlNotices::new(database.clone())),
        ledger: Arc::new(SqlLedger::new(database.clone())),
        wishes: Arc::new(SqlWishes::new(database.clone())),
        composer: Arc::new(Letters::load()?),
        outside,
        permits: Permits::new(needs.links.clone()),
        bell: Bell::default(),
        tally: Tally::new(&host.metrics, host.clock.clone()),
        terms,
    })
}

fn terms(config: &Config) -> Terms {
    Terms {
        delay: config.delay.get(),
        visitor_delay: config.visitor_delay.get(),
        window: config.window.get(),
        give_up_after: config.give_up_after.get(),
        mails: config.transport != Transport::Off,
    }
}

fn send_mail(config: &Config, host: &Host, signer: &Signer, needs: &Needs, parts: &Parts) -> SendMail {
    SendMail {
        mailings: Arc::clone(&parts.mailings),
        conversations: Arc::new(GrpcConversations::new(host.peer(needs.conversation.clone(), signer))),
        colleagues: Arc::new(GrpcColleagues::new(host.peer(needs.team.clone(), signer), host.clock.clone())),
        composer: Arc::clone(&parts.composer),
        post: Arc::clone(&parts.outside.post),
        writer: Writer {
            public_url: needs.public_url.trim_end_matches('/').to_owned(),
            from_name: config.from_name.clone(),
            staff_language: config.staff_language.clone(),
            permits: parts.permits.clone(),
        },
        terms: parts.terms,
        // The post keeps to the time itself; this is for one that does not.
        send_within: config.smtp.timeout.get() + AROUND,
        tally: parts.tally.clone(),
        life: host.life.clone(),
        clock: host.clock.clone(),
        ids: host.ids.clone(),
    }
}

fn follow_facts(host: &Host, database: &Database, parts: &Parts, send: &SendMail, needs: Needs) {
    let follow = Follow {
        book: Arc::new(SqlBook::new(database.clone(), host.ids.clone(), parts.terms)),
        conversations: Arc::clone(&send.conversations),
        bell: parts.bell.clone(),
    };
    let conversation = Arc::new(ConversationFacts { follow: follow.clone(), clock: host.clock.clone() });
    let team = Arc::new(TeamFacts { follow });
    Consumer { name: "notification.conversations", log: needs.conversation_facts, handler: conversation }
        .start(&host.life, host.clock.clone(), host.ids.clone());
    Consumer { name: "notification.members", log: needs.team_facts, handler: team }.start(
        &host.life,
        host.clock.clone(),
        host.ids.clone(),
    );
}

/// Counts what waits, and forgets what is old.
fn start_upkeep(host: &Host, parts: &Parts, database: &Database, config: &Config) {
    let forget = ForgetOld {
        ledger: Arc::clone(&parts.ledger),
        notices: Arc::clone(&parts.notices),
        mailings: Arc::clone(&parts.mailings),
        book: Arc::new(SqlBook::new(database.clone(), host.ids.clone(), parts.terms)),
        keep: Duration::from_secs(u64::from(config.ledger_days) * 24 * 3600),
        clock: host.clock.clone(),
    };
    let (soft, clock) = (host.life.soft(), host.clock.clone());
    host.life.spawn("notification upkeep", async move {
        while soft.run_until_cancelled(clock.sleep(FORGET_EVERY)).await.is_some() {
            if let Some(Err(error)) = soft.run_until_cancelled(forget.run()).await {
                tracing::warn!(%error, "what is old was not forgotten");
            }
        }
    });
    let (soft, clock) = (host.life.soft(), host.clock.clone());
    let (mailings, tally) = (Arc::clone(&parts.mailings), parts.tally.clone());
    host.life.spawn("notification backlog", async move {
        loop {
            match mailings.backlog(clock.now()).await {
                Ok(backlog) => tally.waits(backlog),
                Err(error) => tracing::warn!(%error, "what waits was not counted"),
            }
            if soft.run_until_cancelled(clock.sleep(COUNT_EVERY)).await.is_none() {
                return;
            }
        }
    });
}

async fn door(host: &Host, parts: Parts, log: FactLog) -> Door {
    let notifications = NotificationApi {
        list: ListNotices { notices: Arc::clone(&parts.notices) },
        mark: MarkNoticesRead { notices: parts.notices, clock: host.clock.clone() },
        ledger: ListLedger { ledger: parts.ledger, post: parts.outside.post },
    };
    let preferences = PreferenceApi {
        get: GetPreferences { wishes: Arc::clone(&parts.wishes) },
        set: SetPreferences { wishes: Arc::clone(&parts.wishes) },
    };
    let edge = EdgeApi {
        unsubscribe: Unsubscribe {
            wishes: parts.wishes,
            permits: parts.permits,
            composer: parts.composer,
            clock: host.clock.clone(),
        },
        facts: log.clone(),
        filed: parts.outside.filed,
        clock: host.clock.clone(),
        life: host.life.clone(),
    };
    DoorBuilder::new()
        .await
        .add(NotificationServiceServer::new(notifications), RULES)
        .add(PreferenceServiceServer::new(preferences), &[])
        .add(EdgeServiceServer::new(edge), &[])
        .add(DeadLetters::server("notification", log), DEAD_LETTER_RULES)
        .build(host.verifier(), host.frame(), &host.life)
        .await
}
