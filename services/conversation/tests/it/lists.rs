//! A list says who it is and what was said last, so that nobody has to ask row by row.

use std::sync::Arc;

use baton_proto::conversation::v1::{self as wire, conversation_service_client::ConversationServiceClient};

use crate::{
    control::answer,
    correspondence::call_ada,
    house::{House, on_both_engines, start},
    machine::{get, take},
};

async fn listed(house: &House) -> Vec<wire::Conversation> {
    let mut staff = ConversationServiceClient::new(house.program());
    let page = staff.list_conversations(wire::ListConversationsRequest::default()).await.unwrap();
    page.into_inner().conversations
}

/// Who and what of the newest conversation.
async fn newest(house: &House) -> (String, wire::LastMessage) {
    let first = listed(house).await.swap_remove(0);
    (first.contact_name, first.last_message.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_says_who_it_is_and_what_was_said_last_as_it_stands() {
    on_both_engines(|house: Arc<House>| async move {
        let (dana, _) = house.member().await;
        start(&house.visitor().await, "another, older").await;
        let it = start(&house.visitor().await, &"ü".repeat(300)).await;
        let (who, last) = newest(&house).await;
        assert_eq!((who.as_str(), last.text.as_str()), ("", "ü".repeat(200).as_str()));
        assert_eq!(
            (last.author_kind(), last.create_time),
            (wire::AuthorKind::Visitor, it.last_activity_time)
        );
        call_ada(&house, &it.contact_id).await;
        let question = house.named(answer(&house, &it));
        ConversationServiceClient::new(house.ai()).post_message(question).await.unwrap();
        let (who, last) = newest(&house).await;
        assert_eq!((who.as_str(), last.text.as_str()), ("Ada", "an answer"));
        assert_eq!(last.author_kind(), wire::AuthorKind::Ai);
        take(&dana, &it.id).await.unwrap();
        let (_, last) = newest(&house).await;
        let joined = (last.author_kind(), last.system_notice());
        assert_eq!(joined, (wire::AuthorKind::System, wire::SystemNotice::MemberJoined));
        let (all, alone) = (listed(&house).await, get(&house, &it.id).await);
        assert_eq!(all[1].last_message.as_ref().unwrap().text, "another, older", "each has its own");
        let plain = wire::Conversation { contact_name: String::new(), last_message: None, ..all[0].clone() };
        assert_eq!(plain, wire::Conversation { brief: None, ..alone }, "the rest is what it is alone");
    })
    .await;
}
