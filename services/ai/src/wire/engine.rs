//! Puts together what answers: the built-in engine, or a model behind its breaker, as configured.

use std::{sync::Arc, time::Duration};

use baton_kit::{
    door::host::Host,
    life::{clock::SharedClock, ids::SharedIds},
};

use super::StartError;
use crate::{
    application::{
        answer_from_knowledge::{Builtin, Rhythm},
        answer_with_model::Modelled,
        ask_model::{AskModel, Limits},
        fall_back::FallBack,
        ports::{Engine, Retriever},
        write_prompt::Prompts,
    },
    config::{BreakerConfig, Config, ProviderConfig, ProviderKind},
    domain::{breaker::BreakerRules, builtin::Rules, pace::Patience, speech::Speech},
    remote::{ClientFault, ModelPlace, OpenAiCompatible},
};

/// What answers, and the model that finds out about handoffs, if one is configured.
pub(super) struct Engines {
    pub(super) turns: Arc<dyn Engine>,
    pub(super) model: Option<Arc<AskModel>>,
}

/// The ways to one provider. Each has a breaker of its own: briefs, which nobody waits for, decide nothing about visitors.
struct Ways {
    answers: Arc<AskModel>,
    insights: Arc<AskModel>,
}

/// The engine that is configured.
pub(super) fn of(
    config: &Config,
    host: &Host,
    retriever: &Arc<dyn Retriever>,
) -> Result<Engines, StartError> {
    let builtin = Arc::new(builtin(config, host, retriever)?);
    let provider = &config.provider;
    if provider.kind == ProviderKind::Builtin {
        return Ok(Engines { turns: builtin, model: None });
    }
    let Ways { answers: asks, insights } = ways(provider, &host.clock, &host.ids)?;
    watch(host, &asks);
    let model = Some(insights);
    let modelled = Modelled { builtin: Arc::clone(&builtin), asks, prompts: Prompts::shipped()? };
    if provider.fallback_to_builtin {
        let turns = Arc::new(FallBack { first: Arc::new(modelled), second: builtin });
        return Ok(Engines { turns, model });
    }
    Ok(Engines { turns: Arc::new(modelled), model })
}

fn builtin(config: &Config, host: &Host, retriever: &Arc<dyn Retriever>) -> Result<Builtin, StartError> {
    let sentences = include_str!("../../prompts/builtin/sentences.txt");
    let languages = include_str!("../../prompts/builtin/languages.txt");
    Ok(Builtin {
        rules: Rules::shipped()?,
        speech: Speech::parse(sentences, languages)?,
        retriever: Arc::clone(retriever),
        least_coverage: f64::from(config.least_coverage_percent) / 100.0,
        rhythm: Rhythm { clock: host.clock.clone(), pause: config.piece_pause.get() },
    })
}

fn ways(provider: &ProviderConfig, clock: &SharedClock, ids: &SharedIds) -> Result<Ways, ClientFault> {
    let place = ModelPlace {
        base_url: provider.url().ok_or_else(ClientFault::no_place)?,
        model: provider.model.trim().to_owned(),
        api_key: provider.api_key.clone(),
        max_tokens: provider.max_output_tokens,
    };
    let model = Arc::new(OpenAiCompatible::at(&place, clock.clone())?);
    let (limits, rules) = (limits(provider), breaker_rules(&provider.breaker));
    let way = || Arc::new(AskModel::new(Arc::clone(&model) as _, limits, rules, clock.clone(), ids.clone()));
    Ok(Ways { answers: way(), insights: way() })
}

fn limits(provider: &ProviderConfig) -> Limits {
    let patience = Patience {
        first: seconds(provider.first_token_seconds),
        total: seconds(provider.total_seconds),
        least_bytes_per_second: provider.least_bytes_per_second,
    };
    Limits { patience, most_bytes: provider.max_output_bytes as usize, most_tries: provider.most_tries }
}

fn breaker_rules(breaker: &BreakerConfig) -> BreakerRules {
    BreakerRules {
        failure_percent: breaker.failure_percent,
        least_calls: breaker.least_calls as usize,
        window: seconds(breaker.window_seconds),
        connect_failures: breaker.connect_failures,
        open_for: seconds(breaker.open_seconds),
    }
}

fn seconds(number: u32) -> Duration {
    Duration::from_secs(number.into())
}

fn watch(host: &Host, asks: &Arc<AskModel>) {
    let (name, help) =
        ("baton_ai_circuit_open", "1 while the model's provider is not asked because it keeps failing.");
    let asks = Arc::clone(asks);
    host.metrics.gauge_of(name, help, move || f64::from(u8::from(asks.is_circuit_open())));
}

#[cfg(test)]
mod tests {
    use baton_kit::life::{clock::SystemClock, config::Sources, ids::SystemIds};

    use super::*;
    use crate::application::{model::ModelRequest, show_draft::Draft};

    #[tokio::test]
    async fn g_h4_what_fails_for_briefs_keeps_no_visitor_from_an_answer() {
        // An error means that another test was first.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut provider = Sources::default().load::<Config>().unwrap().provider;
        provider.model = "gone".to_owned();
        provider.base_url = "http://127.0.0.1:1/v1/".to_owned();
        let ways = ways(&provider, &SystemClock::new(), &SystemIds::new()).unwrap();
        let request = ModelRequest { system: String::new(), messages: Vec::new(), tools: Vec::new() };
        for _ in 0..provider.breaker.connect_failures {
            assert!(ways.insights.ask(&request, &Draft::default()).await.is_err());
        }
        assert!(ways.insights.is_circuit_open() && !ways.answers.is_circuit_open());
    }
}
