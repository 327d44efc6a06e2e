//! The sites whose pages may carry an assistant's widget.

use baton_kit::door::refusal::reason_of;
use baton_proto::{
    ai::v1::{
        Assistant, AssistantChanged, GetAssistantRequest, UpdateAssistantRequest,
        assistant_service_client::AssistantServiceClient,
    },
    common::v1::ErrorReason,
};
use prost::Message as _;
use prost_types::FieldMask;
use tonic::Status;

use super::{
    contract::{assistant, create_assistant, staff},
    house::House,
};

fn with_sites(name: &str, sites: &[&str]) -> Assistant {
    Assistant { allowed_sites: sites.iter().map(|site| (*site).to_owned()).collect(), ..assistant(name) }
}

fn change(made: &Assistant, to: Assistant, path: &str) -> UpdateAssistantRequest {
    UpdateAssistantRequest {
        assistant_id: made.id.clone(),
        assistant: Some(to),
        update_mask: Some(FieldMask { paths: vec![path.to_owned()] }),
        etag: made.etag.clone(),
    }
}

fn faulty(status: &Status) -> Vec<String> {
    assert_eq!(reason_of(status), Some(ErrorReason::InvalidFields), "{status:?}");
    let violations = tonic_types::StatusExt::get_details_bad_request(status).unwrap().field_violations;
    violations.into_iter().map(|violation| violation.field).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sites_are_kept_as_browsers_name_them_told_to_others_and_changed_as_a_whole() {
    for house in House::each().await {
        let running = house.start().await;
        let mut client = AssistantServiceClient::new(staff(&house, &running));
        let given = with_sites("Ada", &["HTTPS://Shop.Example.org:443", "http://LOCALHOST:5173"]);
        let made = client.create_assistant(create_assistant("r1", given.clone())).await.unwrap().into_inner();
        let made = made.assistant.unwrap();
        assert_eq!(made.allowed_sites, ["https://shop.example.org", "http://localhost:5173"]);
        let again = client.create_assistant(create_assistant("r1", given)).await.unwrap().into_inner();
        assert_eq!(again.assistant.as_ref(), Some(&made));
        let other = client.create_assistant(create_assistant("r1", assistant("Ada"))).await.unwrap_err();
        assert_eq!(reason_of(&other), Some(ErrorReason::RequestIdReused));
        let renamed = change(&made, with_sites("Bob", &[]), "name");
        let renamed = client.update_assistant(renamed).await.unwrap().into_inner().assistant.unwrap();
        assert_eq!((renamed.name.as_str(), &renamed.allowed_sites), ("Bob", &made.allowed_sites));
        let moved = change(&renamed, with_sites("", &["https://new.example"]), "allowed_sites");
        let moved = client.update_assistant(moved).await.unwrap().into_inner().assistant.unwrap();
        assert_eq!(
            (moved.name.as_str(), moved.allowed_sites.as_slice()),
            ("Bob", &["https://new.example".to_owned()][..])
        );
        let got = client.get_assistant(GetAssistantRequest { assistant_id: made.id.clone() }).await.unwrap();
        assert_eq!(got.into_inner().assistant.as_ref(), Some(&moved));
        let none = change(&moved, with_sites("", &[]), "allowed_sites");
        let none = client.update_assistant(none).await.unwrap().into_inner().assistant.unwrap();
        assert!(none.allowed_sites.is_empty());
        let facts = house.published_in_all(4).await;
        let told: Vec<Vec<String>> = facts
            .iter()
            .map(|fact| AssistantChanged::decode(fact.body.as_slice()).unwrap().allowed_sites)
            .collect();
        assert_eq!(told, [made.allowed_sites.clone(), made.allowed_sites, moved.allowed_sites, Vec::new()]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_site_that_is_none_is_named_at_once() {
    let houses = House::each().await;
    let running = houses[0].start().await;
    let mut client = AssistantServiceClient::new(staff(&houses[0], &running));
    let bad = with_sites(
        "",
        &[
            "https://a.example",
            "http://a.example",
            "https://a.example/",
            "*",
            "https://A.example:443",
            "https://[2001:db8::1]",
        ],
    );
    let expected = [
        "assistant.name",
        "assistant.allowed_sites[1]",
        "assistant.allowed_sites[2]",
        "assistant.allowed_sites[3]",
        "assistant.allowed_sites[4]",
        "assistant.allowed_sites[5]",
    ];
    let refused = client.create_assistant(create_assistant("r1", bad.clone())).await.unwrap_err();
    assert_eq!(faulty(&refused), expected);
    let made = client.create_assistant(create_assistant("r1", assistant("Ada"))).await.unwrap().into_inner();
    let made = made.assistant.unwrap();
    let refused = client.update_assistant(change(&made, bad, "allowed_sites")).await.unwrap_err();
    assert_eq!(faulty(&refused), expected[1..]);
    let sites: Vec<String> = (0..51).map(|n| format!("https://s{n}.example")).collect();
    let many = Assistant { allowed_sites: sites.clone(), ..assistant("Ada") };
    let refused = client.update_assistant(change(&made, many, "allowed_sites")).await.unwrap_err();
    assert_eq!(faulty(&refused), ["assistant.allowed_sites"]);
    let most = Assistant { allowed_sites: sites[..50].to_vec(), ..assistant("Ada") };
    let kept = client.update_assistant(change(&made, most, "allowed_sites")).await.unwrap().into_inner();
    assert_eq!(kept.assistant.unwrap().allowed_sites, sites[..50]);
}
