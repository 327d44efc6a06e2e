//! Whatever is sent, the refusal says what is wrong and is never INTERNAL; strangers learn nothing.

use baton_kit::{door::refusal::reason_of, life::ids::WorkspaceId};
use baton_proto::{
    common::v1::ErrorReason,
    routing::v1::{ExplainRoutingRequest, ListAvailabilityRequest, SetAvailabilityRequest},
};

use crate::house::{House, id};

/// Texts that are no id of a conversation and no page token.
fn bad_texts(house: &House) -> Vec<String> {
    let wrong_kinds = ["mem", "ws", "hand", "dec"].map(|prefix| id(prefix, house.new_id()));
    let own = ["\0", "conv_\0", "conv_", "conv", "x", "../..", "conv_00000000000000000000000000\n", "💥"]
        .map(str::to_owned);
    let upper = id("conv", house.new_id()).to_uppercase();
    wrong_kinds.into_iter().chain(own).chain([upper, "c".repeat(1 << 20)]).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_fields_are_named_and_never_internal() {
    let house = House::on_sqlite().await;
    for conversation_id in bad_texts(&house).into_iter().chain([String::new()]) {
        let shown: String = conversation_id.chars().take(40).collect();
        let refused =
            house.reader().explain_routing(ExplainRoutingRequest { conversation_id }).await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(ErrorReason::InvalidFields), "{shown:?}");
    }
    for page_token in bad_texts(&house) {
        let refused = house
            .member(house.new_id())
            .list_availability(ListAvailabilityRequest { page_size: 1, page_token })
            .await;
        assert_eq!(reason_of(&refused.unwrap_err()), Some(ErrorReason::InvalidToken));
    }
    let negative = ListAvailabilityRequest { page_size: -1, page_token: String::new() };
    let refused = house.member(house.new_id()).list_availability(negative).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::InvalidFields));
    for (state, limit) in
        [(0, 1), (999, 1), (-1, 1), (1, -1), (1, 101), (1, i32::MAX), (1, i32::MIN), (0, -1)]
    {
        let refused = house
            .member(house.new_id())
            .set_availability(SetAvailabilityRequest { state, limit })
            .await
            .unwrap_err();
        assert_eq!(reason_of(&refused), Some(ErrorReason::InvalidFields), "{state} {limit}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_largest_page_and_limit_are_taken() {
    let house = House::on_sqlite().await;
    let largest = ListAvailabilityRequest { page_size: i32::MAX, page_token: String::new() };
    house.member(house.new_id()).list_availability(largest).await.unwrap();
    house.comes_online(house.new_id(), 100).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_unknown_or_another_workspaces_is_not_found() {
    let house = House::on_sqlite().await;
    let conversation = house.new_id();
    house.conversation.request(house.workspace, conversation).await;
    let request = || ExplainRoutingRequest { conversation_id: id("conv", conversation) };
    let known = async {
        while house.reader().explain_routing(request()).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    house.soon("the queue is known", known).await;
    let stranger = WorkspaceId::from_uuid(house.new_id());
    let refused = house.reader_in(stranger).explain_routing(request()).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::NotFound));
    let unknown = ExplainRoutingRequest { conversation_id: id("conv", house.new_id()) };
    let refused = house.reader().explain_routing(unknown).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::NotFound));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_scope_or_a_credential_nothing_is_told() {
    let house = House::on_sqlite().await;
    let request = || ExplainRoutingRequest { conversation_id: id("conv", house.new_id()) };
    let refused = house.without_scope().explain_routing(request()).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::PermissionDenied));
    let refused = house.nobody().explain_routing(request()).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::Unauthenticated));
}
