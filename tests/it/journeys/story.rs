//! The demo's story, whole, on both engines.

use baton::demo::{Timeline, play};

use crate::harness::house::House;

async fn tell(house: House) {
    let cast = house.workspace("demo").await;
    let mut timeline = Timeline::silent(house.around.clock.clone());
    let told = play(&cast, &mut timeline).await;
    println!("{}", timeline.entries().join("\n"));
    told.unwrap_or_else(|error| panic!("the story broke off: {error}"));
    drop(cast);
    house.close().await;
}

#[tokio::test]
async fn the_story_is_told_on_sqlite() {
    tell(House::sqlite().await).await;
}

#[tokio::test]
async fn the_story_is_told_on_postgresql() {
    if let Some(house) = House::postgres().await {
        tell(house).await;
    }
}
