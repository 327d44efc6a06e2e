//! The demo's second act, on both engines: the model's provider is gone, people still chat with people.

use baton::demo::{Timeline, play_without_provider};
use baton_kit_testing::database::TestDatabase;
use tokio::net::TcpListener;

use crate::harness::house::House;

async fn tell(server: Option<TestDatabase>) {
    let house = House::configured(server, &settings().await).await;
    let expected = house.logs.clone().allow("baton_ai", "the engine failed; people are asked for");
    let _also = expected.allow("baton_ai", "the model reported nothing that can be used");
    let cast = house.workspace("demo").await;
    let mut timeline = Timeline::silent(house.around.clock.clone());
    let told = play_without_provider(&cast, &mut timeline).await;
    let entries = timeline.entries().join("\n");
    told.unwrap_or_else(|error| panic!("the story broke off: {error}\n{entries}"));
    assert!(entries.contains("AI_UNAVAILABLE"), "{entries}");
    drop(cast);
    house.close().await;
}

/// The port was free a moment ago, and nobody listens there.
async fn settings() -> [(&'static str, &'static str); 3] {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let nobody = listener.local_addr().expect("an address");
    [
        ("BATON_AI__PROVIDER__KIND", "openai-compatible"),
        ("BATON_AI__PROVIDER__BASE_URL", format!("http://{nobody}/v1/").leak()),
        ("BATON_AI__PROVIDER__MODEL", "nobody"),
    ]
}

#[tokio::test]
async fn with_the_provider_gone_the_visitor_still_reaches_a_person_on_sqlite() {
    tell(None).await;
}

#[tokio::test]
async fn with_the_provider_gone_the_visitor_still_reaches_a_person_on_postgresql() {
    if let Some(server) = TestDatabase::postgres().await {
        tell(Some(server)).await;
    }
}
