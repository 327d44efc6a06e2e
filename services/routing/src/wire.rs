//! Puts routing together and starts it. The only file that knows all of it.

use std::{sync::Arc, time::Duration};

use baton_kit::{
    data::{Database, FactLog, StoreError},
    door::{enter::Door, host::Host, peer::Place, server::DoorBuilder, tokens::Signer},
    events::{Consumer, DEAD_LETTER_RULES, DeadLetters},
    life::clock,
};
use baton_proto::routing::v1::{
    availability_service_server::AvailabilityServiceServer,
    office_hours_service_server::OfficeHoursServiceServer, routing_service_server::RoutingServiceServer,
};
use tokio::sync::Semaphore;

use crate::{
    Config,
    application::{
        assess::Assess,
        carry_out::CarryOut,
        check_office_hours::CheckOfficeHours,
        decide_waiting::{DecideWaiting, Ended},
        explain_routing::ExplainRouting,
        follow::Follow,
        get_office_hours::GetOfficeHours,
        list_availability::ListAvailability,
        ports::{Desk, Hours, Staff},
        set_availability::SetAvailability,
        set_office_hours::SetOfficeHours,
        sweep::Sweep,
        tell_promises::{Bell, TellPromises},
        unknown_zones::UnknownZones,
        wakes::Wakes,
    },
    domain::{
        hours::wording::{Languages, WordsError},
        promise::Terms,
    },
    remote::{GrpcConversations, GrpcTeller},
    store::{SqlDesk, SqlHours, SqlPromises, SqlStaff},
    transport::{AvailabilityApi, ConversationFacts, OfficeHoursApi, RULES, RoutingApi, TeamFacts},
};

/// What routing uses of other services.
pub struct Needs {
    /// Conversation's door.
    pub conversation: Place,
    /// What conversation publishes.
    pub conversation_facts: FactLog,
    /// What team publishes.
    pub team_facts: FactLog,
}

/// Routing at work.
pub struct Started {
    /// Its door.
    pub door: Door,
}

/// Why routing could not start. The database is opened and migrated before.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// What visitors are told cannot be read.
    #[error(transparent)]
    Words(#[from] WordsError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The parts that share the queue.
struct Parts {
    desk: Arc<dyn Desk>,
    staff: Arc<dyn Staff>,
    hours: Arc<dyn Hours>,
    assess: Assess,
    bell: Bell,
    wakes: Wakes,
    carry_out: CarryOut,
}

/// Starts routing over its migrated database: the consumers, the workers, the sweep, and the door.
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
    let Needs { conversation, conversation_facts, team_facts } = needs;
    let parts = parts(
        &config,
        host,
        &database,
        Arc::new(GrpcConversations::new(host.peer(conversation.clone(), &signer))),
    )?;
    let unknown = parts.assess.unknown.clone();
    host.metrics.gauge_of(
        "baton_routing_unknown_time_zones",
        "Workspaces whose stored time zone is not known here; taken as open. An alarm above 0.",
        move || unknown.count() as f64,
    );
    parts.assess.look_for_unknown_zones().await?;
    let tell = TellPromises {
        promises: Arc::new(SqlPromises::new(database.clone())),
        teller: Arc::new(GrpcTeller::new(host.peer(conversation, &signer))),
        assess: parts.assess.clone(),
        carry_out: parts.carry_out.clone(),
        terms: Terms { slack: config.promise_slack.get(), unpromised: config.unpromised_within.get() },
    };
    follow_facts(host, &parts, conversation_facts, team_facts);
    start_workers(host, &parts, &config);
    start_sweep(host, &parts, &config);
    start_telling(host, &parts, &config, tell);
    Ok(Started { door: door(host, &parts, &config, database.facts()).await })
}

fn parts(
    config: &Config,
    host: &Host,
    database: &Database,
    conversations: Arc<GrpcConversations>,
) -> Result<Parts, StartError> {
    let desk: Arc<dyn Desk> = Arc::new(SqlDesk::new(database.clone(), host.ids.clone()));
    let hours: Arc<dyn Hours> = Arc::new(SqlHours::new(database.clone()));
    let languages = Arc::new(Languages::load()?);
    let carry_out = CarryOut {
        desk: Arc::clone(&desk),
        conversations,
        clock: host.clock.clone(),
        instance: host.ids.next(),
        lease: config.lease.get(),
        accept_within: config.accept_within.get(),
        calls: Arc::new(Semaphore::new(config.calls_at_once)),
    };
    Ok(Parts {
        desk,
        staff: Arc::new(SqlStaff::new(database.clone(), host.ids.clone())),
        assess: Assess { hours: Arc::clone(&hours), languages, unknown: UnknownZones::default() },
        hours,
        bell: Bell::default(),
        wakes: Wakes::new(config.wakes),
        carry_out,
    })
}

fn follow_facts(host: &Host, parts: &Parts, conversation: FactLog, team: FactLog) {
    let follow = Follow {
        desk: Arc::clone(&parts.desk),
        staff: Arc::clone(&parts.staff),
        wakes: parts.wakes.clone(),
        promises: parts.bell.clone(),
    };
    let conversation_facts = Arc::new(ConversationFacts { follow: follow.clone() });
    let team_facts = Arc::new(TeamFacts { follow });
    Consumer { name: "routing.conversations", log: conversation, handler: conversation_facts }.start(
        &host.life,
        host.clock.clone(),
        host.ids.clone(),
    );
    Consumer { name: "routing.members", log: team, handler: team_facts }.start(
        &host.life,
        host.clock.clone(),
        host.ids.clone(),
    );
}

fn start_workers(host: &Host, parts: &Parts, config: &Config) {
    let decide =
        DecideWaiting { carry_out: parts.carry_out.clone(), ids: host.ids.clone(), batch: config.batch };
    for _ in 0..config.workers {
        let (soft, wakes, decide) = (host.life.soft(), parts.wakes.clone(), decide.clone());
        host.life.spawn("routing decisions", async move {
            while let Some(turn) = soft.run_until_cancelled(wakes.next()).await {
                let unfinished = match decide.run(turn.workspace).await {
                    Ok(ended) => ended == Ended::Unfinished,
                    Err(error) => {
                        tracing::warn!(%error, workspace = %turn.workspace, "a round of decisions failed");
                        true
                    }
                };
                if unfinished {
                    wakes.later(turn.workspace);
                }
            }
        });
    }
}

fn start_sweep(host: &Host, parts: &Parts, config: &Config) {
    let sweep = Sweep {
        carry_out: parts.carry_out.clone(),
        wakes: parts.wakes.clone(),
        ids: host.ids.clone(),
        by_hand_within: config.accept_by_hand_within.get(),
    };
    let (soft, clock) = (host.life.soft(), host.clock.clone());
    let (every, recheck_every) = (config.sweep_every.get(), config.recheck_every.get());
    host.life.spawn("routing sweep", async move {
        let mut rechecked: Option<Duration> = None;
        loop {
            let now = clock.monotonic();
            let recheck = rechecked.is_none_or(|last| now.saturating_sub(last) >= recheck_every);
            match sweep.run(recheck).await {
                Ok(()) if recheck => rechecked = Some(now),
                Ok(()) => {}
                Err(error) => tracing::warn!(%error, "a sweep failed"),
            }
            if soft.run_until_cancelled(clock.sleep(every)).await.is_none() {
                return;
            }
        }
    });
}

/// At once when something is owed, and each sweep for what was put off or came to another instance.
fn start_telling(host: &Host, parts: &Parts, config: &Config, tell: TellPromises) {
    let (soft, clock, bell) = (host.life.soft(), host.clock.clone(), parts.bell.clone());
    let every = config.sweep_every.get();
    host.life.spawn("routing promises", async move {
        loop {
            if let Err(error) = tell.run().await {
                tracing::warn!(%error, "promises could not be told");
            }
            let pause = clock::timeout(&clock, every, bell.heard());
            if soft.run_until_cancelled(pause).await.is_none() {
                return;
            }
        }
    });
}

async fn door(host: &Host, parts: &Parts, config: &Config, log: FactLog) -> Door {
    let set = SetAvailability {
        staff: Arc::clone(&parts.staff),
        wakes: parts.wakes.clone(),
        clock: host.clock.clone(),
        first_limit: config.first_limit,
    };
    let list = ListAvailability { staff: Arc::clone(&parts.staff) };
    let explain = ExplainRouting { desk: Arc::clone(&parts.desk), clock: host.clock.clone() };
    let routing = RoutingServiceServer::new(RoutingApi { explain });
    let hours = OfficeHoursServiceServer::new(office_hours(host, parts));
    DoorBuilder::new()
        .await
        .add(AvailabilityServiceServer::new(AvailabilityApi { set, list }), RULES)
        .add(routing, &[])
        .add(hours, &[])
        .add(DeadLetters::server("routing", log), DEAD_LETTER_RULES)
        .build(host.verifier(), host.frame(), &host.life)
        .await
}

fn office_hours(host: &Host, parts: &Parts) -> OfficeHoursApi {
    let hours = Arc::clone(&parts.hours);
    OfficeHoursApi {
        get: GetOfficeHours { hours: Arc::clone(&hours) },
        set: SetOfficeHours { hours, promises: parts.bell.clone() },
        check: CheckOfficeHours {
            assess: parts.assess.clone(),
            desk: Arc::clone(&parts.desk),
            clock: host.clock.clone(),
        },
    }
}
