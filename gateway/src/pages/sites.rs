//! The sites whose pages may carry a widget: asked of conversation, remembered for a moment.
//!
//! Only what is an origin in plain characters comes out of here, since it goes into headers and documents.

use std::{sync::Arc, time::Duration};

use baton_kit::{door::peer::Peer, life::clock::SharedClock};
use baton_proto::internal::conversation::v1::{
    GetWidgetRequest, visitor_service_client::VisitorServiceClient,
};
use moka::sync::Cache;
use tonic::{Code, Status};

use crate::config::origin;

/// So long after a change of an assistant's sites the former ones may still hold.
const FRESH: Duration = Duration::from_secs(30);
/// So long a widget that there was not is not asked for again: conversation hears of a new assistant a moment after it was made.
const ABSENT: Duration = Duration::from_secs(1);
const REMEMBERED: u64 = 10_000;
/// Longer ones were not made here.
const LONGEST_KEY: usize = 64;

type Allowed = Arc<[String]>;

/// Asks, and remembers. What there is not is remembered too: keys are guessed in floods.
pub(super) struct Sites {
    conversation: Peer,
    clock: SharedClock,
    known: Cache<String, (Duration, Option<Allowed>)>,
}

impl Sites {
    pub fn new(conversation: Peer, clock: SharedClock) -> Self {
        let known = Cache::builder().max_capacity(REMEMBERED).time_to_live(FRESH * 10).build();
        Self { conversation, clock, known }
    }

    /// The sites of a widget; `None` if there is no such widget.
    pub async fn of(&self, key: &str) -> Result<Option<Allowed>, Status> {
        if key.is_empty() || key.len() > LONGEST_KEY {
            return Ok(None);
        }
        let now = self.clock.monotonic();
        let known = self.known.get(key);
        if let Some((at, allowed)) = &known
            && now.saturating_sub(*at) < if allowed.is_some() { FRESH } else { ABSENT }
        {
            return Ok(allowed.clone());
        }
        match self.ask(key).await {
            Ok(allowed) => {
                self.known.insert(key.to_owned(), (now, allowed.clone()));
                Ok(allowed)
            }
            // Conversation does not answer: better what held a moment ago than no widget. That there was none says little by now.
            Err(status) => known.and_then(|(_, allowed)| allowed).map(Some).ok_or(status),
        }
    }

    async fn ask(&self, key: &str) -> Result<Option<Allowed>, Status> {
        let mut visitors = VisitorServiceClient::new(self.conversation.as_self());
        match visitors.get_widget(GetWidgetRequest { widget_key: key.to_owned() }).await {
            Ok(answer) => Ok(Some(fit(&answer.into_inner().allowed_sites))),
            Err(status) if matches!(status.code(), Code::NotFound | Code::InvalidArgument) => Ok(None),
            Err(status) => Err(status),
        }
    }
}

/// Those that are written as the origin they are.
fn fit(sites: &[String]) -> Allowed {
    let plain = |site: &String| site.bytes().all(|b| b.is_ascii_alphanumeric() || b":/.-_[]".contains(&b));
    sites.iter().filter(|site| plain(site) && origin(site).as_ref() == Some(*site)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s_36_only_plain_origins_come_into_a_header() {
        let sites = [
            "https://shop.example.org",
            "http://127.0.0.1:3000",
            "https://shop.example.org/path",
            "https://*.example.org",
            "https://a.org; script-src *",
            "https://a.org;script-src",
            "https://a.org\u{a0}",
            "https://HOP.example.org",
            "*",
            "'unsafe-inline'",
            "https://a.org\r\nx: y",
            "null",
            "",
        ];
        let fit = fit(&sites.map(ToOwned::to_owned));
        assert_eq!(*fit, ["https://shop.example.org".to_owned(), "http://127.0.0.1:3000".to_owned()]);
    }
}
