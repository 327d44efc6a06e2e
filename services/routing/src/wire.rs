//! Puts routing together and starts it. The only file that knows all of it.

use std::{sync::Arc, time::Duration};

use baton_kit::{
    data::{Database, FactLog},
    door::{enter::Door, host::Host, peer::Place, server::DoorBuilder, tokens::Signer},
    events::Consumer,
};
use baton_proto::routing::v1::{
    availability_service_server::AvailabilityServiceServer, routing_service_server::RoutingServiceServer,
};
use tokio::sync::Semaphore;

use crate::{
    Config,
    application::{
        carry_out::CarryOut,
        decide_waiting::{DecideWaiting, Ended},
        explain_routing::ExplainRouting,
        follow::Follow,
        list_availability::ListAvailability,
        ports::{Desk, Staff},
        set_availability::SetAvailability,
        sweep::Sweep,
        wakes::Wakes,
    },
    remote::GrpcConversations,
    store::{SqlDesk, SqlStaff},
    transport::{AvailabilityApi, ConversationFacts, RULES, RoutingApi, TeamFacts},
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

/// Why routing could not start. It has nothing of its own that can fail yet; the database is opened and migrated before.
#[derive(Debug, thiserror::Error)]
pub enum StartError {}

/// The parts that share the queue.
struct Parts {
    desk: Arc<dyn Desk>,
    staff: Arc<dyn Staff>,
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
    let desk: Arc<dyn Desk> = Arc::new(SqlDesk::new(database.clone(), host.ids.clone()));
    let staff: Arc<dyn Staff> = Arc::new(SqlStaff::new(database, host.ids.clone()));
    let carry_out = CarryOut {
        desk: Arc::clone(&desk),
        conversations: Arc::new(GrpcConversations::new(host.peer(conversation, &signer))),
        clock: host.clock.clone(),
        instance: host.ids.next(),
        lease: config.lease.get(),
        accept_within: config.accept_within.get(),
        calls: Arc::new(Semaphore::new(config.calls_at_once)),
    };
    let parts = Parts { desk, staff, wakes: Wakes::new(config.wakes), carry_out };
    follow_facts(host, &parts, conversation_facts, team_facts);
    start_workers(host, &parts, &config);
    start_sweep(host, &parts, &config);
    Ok(Started { door: door(host, &parts, &config).await })
}

fn follow_facts(host: &Host, parts: &Parts, conversation: FactLog, team: FactLog) {
    let follow =
        Follow { desk: Arc::clone(&parts.desk), staff: Arc::clone(&parts.staff), wakes: parts.wakes.clone() };
    let conversation_facts = Arc::new(ConversationFacts { follow: follow.clone() });
    let team_facts = Arc::new(TeamFacts { follow });
    Consumer { name: "routing", log: conversation, handler: conversation_facts }.start(
        &host.life,
        host.clock.clone(),
        host.ids.clone(),
    );
    Consumer { name: "routing", log: team, handler: team_facts }.start(
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
    let sweep =
        Sweep { carry_out: parts.carry_out.clone(), wakes: parts.wakes.clone(), ids: host.ids.clone() };
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

async fn door(host: &Host, parts: &Parts, config: &Config) -> Door {
    let set = SetAvailability {
        staff: Arc::clone(&parts.staff),
        wakes: parts.wakes.clone(),
        clock: host.clock.clone(),
        first_limit: config.first_limit,
    };
    let list = ListAvailability { staff: Arc::clone(&parts.staff) };
    let explain = ExplainRouting { desk: Arc::clone(&parts.desk), clock: host.clock.clone() };
    let routing = RoutingServiceServer::new(RoutingApi { explain });
    DoorBuilder::new()
        .await
        .add(AvailabilityServiceServer::new(AvailabilityApi { set, list }), RULES)
        .add(routing, &[])
        .build(host.verifier(), host.frame(), &host.life)
        .await
}
