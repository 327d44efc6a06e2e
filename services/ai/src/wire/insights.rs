//! Puts together what finds out about handoffs.

use std::sync::Arc;

use baton_kit::door::{host::Host, peer::Peer};
use tokio::sync::Notify;

use super::{Parts, StartError, speech};
use crate::{
    application::{
        ask_model::AskModel,
        make_insight::MakeInsight,
        ports::InsightEngine,
        queue_insight::QueueInsight,
        regenerate_brief::RegenerateBrief,
        report_with_model::{ReportWithModel, shipped_tool},
        run_insight::RunInsight,
        save_gathered::SaveGathered,
        work_insights::WorkInsights,
        write_prompt::PromptFault,
    },
    config::Config,
    domain::{brief::extract::Extractor, facts::Names},
    remote::{GrpcContacts, GrpcConversation, GrpcInsightSink},
    transport::insights::InsightApi,
};

/// What its parts share.
pub(super) struct Insights {
    conversation: Arc<GrpcConversation>,
    sink: Arc<GrpcInsightSink>,
    make: MakeInsight,
    save: SaveGathered,
    bell: Arc<Notify>,
}

impl Insights {
    /// With the model that is configured, if one is, and the way to conversation.
    pub(super) fn new(
        config: &Config,
        host: &Host,
        parts: &Parts,
        (model, peer): (Option<Arc<AskModel>>, Peer),
    ) -> Result<Self, StartError> {
        let builtin = Arc::new(Extractor::shipped(speech()?)?);
        let engine: Arc<dyn InsightEngine> = match model {
            None => builtin,
            Some(asks) => Arc::new(ReportWithModel {
                asks,
                builtin,
                tool: shipped_tool().map_err(PromptFault::Tool)?,
                clock: host.clock.clone(),
                deadline: config.insight_deadline.get(),
            }),
        };
        let conversation = Arc::new(GrpcConversation { peer: peer.clone() });
        let save = SaveGathered {
            conversation: Arc::clone(&conversation) as _,
            assistants: Arc::clone(&parts.assistants),
            contacts: Arc::new(GrpcContacts { peer: peer.clone() }),
            names: Names::shipped()?,
        };
        Ok(Self {
            conversation,
            save,
            sink: Arc::new(GrpcInsightSink { peer }),
            make: MakeInsight { assistants: Arc::clone(&parts.assistants), engine },
            bell: Arc::new(Notify::new()),
        })
    }

    pub(super) fn queue(&self, parts: &Parts) -> QueueInsight {
        QueueInsight { jobs: Arc::clone(&parts.jobs), bell: Arc::clone(&self.bell) }
    }

    pub(super) fn regenerate(&self, host: &Host) -> InsightApi {
        let regenerate = RegenerateBrief {
            conversation: Arc::clone(&self.conversation) as _,
            sink: Arc::clone(&self.sink) as _,
            make: self.make.clone(),
            ids: host.ids.clone(),
        };
        InsightApi { regenerate }
    }

    pub(super) fn start_workers(&self, config: &Config, host: &Host, parts: &Parts) {
        tracing::info!(engine = self.make.engine.label(), "handoffs are found out about");
        let run = RunInsight {
            conversation: Arc::clone(&self.conversation) as _,
            sink: Arc::clone(&self.sink) as _,
            jobs: Arc::clone(&parts.jobs),
            make: self.make.clone(),
            save: self.save.clone(),
            clock: host.clock.clone(),
            retry_for: config.retry_for.get(),
        };
        let work = Arc::new(WorkInsights {
            run,
            jobs: Arc::clone(&parts.jobs),
            bell: Arc::clone(&self.bell),
            clock: host.clock.clone(),
            ids: host.ids.clone(),
            lease: config.insight_lease.get(),
            poll_every: config.poll_every.get(),
        });
        for _ in 0..config.insight_concurrency {
            let (work, soft) = (Arc::clone(&work), host.life.soft());
            host.life.spawn("ai insights", async move { work.work(soft).await });
        }
    }
}
