//! The second act: the model's provider is at an address where nobody listens. People still chat with people.

use std::{net::Ipv4Addr, time::Duration};

use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::{
    http::text,
    scene::{At as _, Scene, is},
    story::{Cast, StoryError},
    timeline::Timeline,
};

/// What the product promises: waiting for a person at most so long after the message that stands unanswered.
const PROMISE: Duration = Duration::from_secs(10);

/// The settings of a suite whose provider is gone: the port was free a moment ago, and whoever listened there is gone again.
pub(super) async fn settings() -> std::io::Result<Vec<(&'static str, String)>> {
    let nobody = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?.local_addr()?;
    Ok(vec![
        ("BATON_AI__PROVIDER__KIND", "openai-compatible".to_owned()),
        ("BATON_AI__PROVIDER__BASE_URL", format!("http://{nobody}/v1/")),
        ("BATON_AI__PROVIDER__MODEL", "nobody".to_owned()),
    ])
}

/// Plays the second act.
///
/// # Errors
/// The step that failed.
pub async fn play(cast: &Cast, timeline: &mut Timeline) -> Result<(), StoryError> {
    let mut scene = Scene::open(cast, timeline).await?;
    scene.visitor_reaches_people_in_time().await?;
    scene.somebody_answers().await
}

impl Scene<'_> {
    async fn visitor_reaches_people_in_time(&mut self) -> Result<(), StoryError> {
        let asked = self.cast.clock.monotonic();
        self.visitor_says("Hello, what does shipping cost?").await?;
        let waits = |event: &Value| is(event, "/state/control", "waiting");
        let event = self.desk_sees("that somebody waits", waits).await?;
        let took = self.cast.clock.monotonic().saturating_sub(asked);
        let reason = text(&event, "state.handoff.reason").at("read the handoff")?;
        let kept = reason == "ai_unavailable" && took <= PROMISE;
        let found = format!("{} after {:.1} s", reason.to_uppercase(), took.as_secs_f64());
        if !kept {
            return Err(StoryError::new("wait for people, as the assistant is gone", found));
        }
        self.tell("inbox", &format!("needs agent intervention, because of {found}"));
        self.visitor_sees_control("waiting").await?;
        self.tell("visitor", "is told that a person will answer");
        Ok(())
    }

    async fn somebody_answers(&mut self) -> Result<(), StoryError> {
        self.member_does("take-over", json!({})).await?;
        self.visitor_sees_control("human").await?;
        self.tell("member", "takes over; the visitor sees it");
        self.member_says("Dana here. 4.90, and nothing above 50.").await
    }
}
