//! Puts into a workspace what the walk needs of it.

use baton_kit::door::access::WORKSPACE_HEADER;
use baton_proto::{
    ai::v1::{
        CreateDocumentRequest, Document, GetAssistantRequest,
        assistant_service_client::AssistantServiceClient, knowledge_service_client::KnowledgeServiceClient,
    },
    conversation::v1::{
        AssignConversationRequest, Conversation, GetContactRequest, GetConversationRequest,
        RequestHandoffRequest, TakeOverRequest, UnassignConversationRequest,
        contact_service_client::ContactServiceClient, conversation_service_client::ConversationServiceClient,
        handoff_service_client::HandoffServiceClient,
    },
    internal::notification::v1::{
        GetFiledMailRequest, ListFiledMailsRequest, edge_service_client::EdgeServiceClient,
    },
    internal::team::v1::{
        ExchangeRequest, SignInRequest, exchange_request::Credential,
        session_service_client::SessionServiceClient,
    },
    notification::v1::{ListNoticesRequest, Notice, notification_service_client::NotificationServiceClient},
    routing::v1::{GetOfficeHoursRequest, office_hours_service_client::OfficeHoursServiceClient},
    team::v1::{
        ApiKey, CannedResponse, CannedScope, CreateApiKeyRequest, CreateCannedResponseRequest,
        CreateMemberRequest, CreateTeamRequest, GetCannedResponseRequest, GetTeamRequest, Member, Role, Team,
        TeamColor, WhoAmIRequest, canned_response_service_client::CannedResponseServiceClient,
        credential_service_client::CredentialServiceClient, member_service_client::MemberServiceClient,
        team_service_client::TeamServiceClient,
    },
};

use super::{
    ids::Ids,
    place::Place,
    principals::{Persons, Principal},
};
use crate::harness::browser::wait_until;

/// A password that no list of common ones holds.
const PASSWORD: &str = "seven-grey-herons-9";

/// The rest of the ids, of things made now.
pub async fn with_one_of_everything(place: &Place, persons: &Persons, mut ids: Ids) -> Ids {
    let owner = persons.owner(&place.signers);
    let email = format!("agent@{}.example.org", ids.slug);
    ids.member = member(place, &owner, &email, Role::Agent).await;
    ids.session_secret = signed_in(place, persons, &ids.slug, &email).await;
    (ids.email, ids.password) = (email, PASSWORD.to_owned());
    ids.api_key = api_key(place, &owner).await;
    ids.document = document(place, &owner).await;
    ids.team = team(place, &owner, &ids.member).await;
    ids.canned_response = canned_response(place, &owner).await;
    hand_over(place, persons, &ids).await;
    ids.notice = notice(place, &owner).await;
    (ids.mail, ids.unsubscribe) = mail(place, persons, &ids.slug).await;
    until_the_member_is_known(place, &owner, &ids).await;
    as_it_is_now(place, persons, ids).await
}

/// The ids with what a change must have seen.
pub async fn as_it_is_now(place: &Place, persons: &Persons, mut ids: Ids) -> Ids {
    let owner = persons.owner(&place.signers);
    let team = team_etag(place, &owner, &ids).await;
    ids.etags = vec![
        ("UpdateTeamRequest", team.clone()),
        ("SetTeamMembersRequest", team),
        ("UpdateAssistantRequest", assistant_etag(place, &owner, &ids).await),
        ("UpdateContactRequest", contact_etag(place, &owner, &ids).await),
        ("SetOfficeHoursRequest", hours_etag(place, &owner).await),
        ("UpdateCannedResponseRequest", canned_etag(place, &owner, &ids).await),
    ];
    let request = GetConversationRequest { conversation_id: ids.conversation.clone() };
    let mut conversations = conversations(place, &owner);
    let now = conversations.get_conversation(request).await.expect("the conversation").into_inner();
    let Conversation { handoff, control_epoch, assignment_version, .. } =
        now.conversation.expect("the conversation");
    ids.handoff = handoff.expect("it was handed over").id;
    (ids.control_epoch, ids.assignment_version) = (control_epoch, assignment_version);
    ids
}

/// Somebody on the staff with one role.
pub async fn member(place: &Place, owner: &Principal, email: &str, role: Role) -> String {
    let member = Member {
        display_name: "Bob".to_owned(),
        email: email.to_owned(),
        roles: vec![role.into()],
        ..Default::default()
    };
    let request_id = format!("add-{email}");
    let request = CreateMemberRequest { request_id, member: Some(member), password: PASSWORD.to_owned() };
    let made = MemberServiceClient::new(place.line("team", owner)).create_member(request).await;
    made.expect("a member").into_inner().member.expect("a member").id
}

/// The secret of a session of theirs.
pub async fn signed_in(place: &Place, persons: &Persons, slug: &str, email: &str) -> String {
    let (workspace_slug, email, password) = (slug.to_owned(), email.to_owned(), PASSWORD.to_owned());
    let request = SignInRequest { workspace_slug, email, password };
    sessions(place, persons).sign_in(request).await.expect("signed in").into_inner().session_secret
}

/// What the token of a session says that its member may do.
pub async fn scopes_of(place: &Place, persons: &Persons, session_secret: String) -> Vec<String> {
    let request = ExchangeRequest { credential: Some(Credential::SessionSecret(session_secret)) };
    let token = sessions(place, persons).exchange(request).await.expect("a token").into_inner().token;
    let member = Principal { token, ..persons.owner(&place.signers) };
    let mut credentials = CredentialServiceClient::new(place.line("team", &member));
    credentials.who_am_i(WhoAmIRequest {}).await.expect("somebody").into_inner().scopes
}

fn sessions(place: &Place, persons: &Persons) -> SessionServiceClient<baton_kit::door::peer::Line> {
    SessionServiceClient::new(place.line("team", &persons.service(&place.signers, "gateway")))
}

fn conversations(place: &Place, who: &Principal) -> ConversationServiceClient<baton_kit::door::peer::Line> {
    ConversationServiceClient::new(place.line("conversation", who))
}

async fn api_key(place: &Place, owner: &Principal) -> String {
    let scopes = vec!["routing:read".to_owned()];
    let api_key = Some(ApiKey { display_name: "spare".to_owned(), scopes, ..Default::default() });
    let mut credentials = CredentialServiceClient::new(place.line("team", owner));
    let made = credentials.create_api_key(CreateApiKeyRequest { api_key }).await;
    made.expect("a key").into_inner().api_key.expect("a key").id
}

async fn document(place: &Place, owner: &Principal) -> String {
    let document = Document {
        title: "Opening hours".to_owned(),
        text: "From nine to five.".to_owned(),
        ..Default::default()
    };
    let request = CreateDocumentRequest { request_id: "hours".to_owned(), document: Some(document) };
    let made = KnowledgeServiceClient::new(place.line("ai", owner)).create_document(request).await;
    made.expect("a document").into_inner().document.expect("a document").id
}

async fn team(place: &Place, owner: &Principal, member: &str) -> String {
    let (name, member_ids) = ("Billing".to_owned(), vec![member.to_owned()]);
    let team = Team { name, color: TeamColor::Gray.into(), member_ids, ..Default::default() };
    let request = CreateTeamRequest { request_id: "billing".to_owned(), team: Some(team) };
    let made = TeamServiceClient::new(place.line("team", owner)).create_team(request).await;
    made.expect("a team").into_inner().team.expect("a team").id
}

async fn canned_response(place: &Place, owner: &Principal) -> String {
    let (shortcut, title, text) =
        ("hello".to_owned(), "Greeting".to_owned(), "Hello, {{contact.name}}!".to_owned());
    let canned =
        CannedResponse { scope: CannedScope::Workspace.into(), shortcut, title, text, ..Default::default() };
    let request =
        CreateCannedResponseRequest { request_id: "hello".to_owned(), canned_response: Some(canned) };
    let made =
        CannedResponseServiceClient::new(place.line("team", owner)).create_canned_response(request).await;
    made.expect("a canned response").into_inner().canned_response.expect("a canned response").id
}

/// What the owner is told of the handoff.
async fn notice(place: &Place, owner: &Principal) -> String {
    let newest = async || {
        let mut notices = NotificationServiceClient::new(place.line("notification", owner));
        let found = notices.list_notices(ListNoticesRequest::default()).await.expect("notices").into_inner();
        found.notices.into_iter().next().map(|Notice { id, .. }| id)
    };
    wait_until(&place.house.around.clock, "the owner has a notice", async || newest().await.is_some()).await;
    newest().await.expect("a notice")
}

/// The same by mail: its file, and the token of the link in it that ends such mails.
async fn mail(place: &Place, persons: &Persons, slug: &str) -> (String, String) {
    let mut edge =
        EdgeServiceClient::new(place.line("notification", &persons.service(&place.signers, "gateway")));
    let (listed, to) = (edge.clone(), format!("@{slug}.example.org"));
    let newest = async || {
        let request = in_workspace(persons, ListFiledMailsRequest {});
        let found = listed.clone().list_filed_mails(request).await.expect("the mails");
        found.into_inner().mails.into_iter().find(|mail| mail.to.ends_with(&to)).map(|mail| mail.name)
    };
    wait_until(&place.house.around.clock, "the owner has a mail", async || newest().await.is_some()).await;
    let name = newest().await.expect("a mail");
    let request = in_workspace(persons, GetFiledMailRequest { name: name.clone() });
    let opened = edge.get_filed_mail(request).await.expect("the mail");
    let text = opened.into_inner().text;
    let (_, token) = text.split_once("/unsubscribe/").expect("a link that ends such mails");
    (name, token.split_whitespace().next().unwrap_or_default().to_owned())
}

fn in_workspace<T>(persons: &Persons, message: T) -> tonic::Request<T> {
    let mut request = tonic::Request::new(message);
    let workspace = persons.workspace.to_string().parse().expect("an id");
    request.metadata_mut().insert(WORKSPACE_HEADER, workspace);
    request
}

async fn canned_etag(place: &Place, owner: &Principal, ids: &Ids) -> String {
    let request = GetCannedResponseRequest { canned_response_id: ids.canned_response.clone() };
    let mut canned = CannedResponseServiceClient::new(place.line("team", owner));
    let found = canned.get_canned_response(request).await.expect("the canned response").into_inner();
    found.canned_response.expect("the canned response").etag
}

async fn team_etag(place: &Place, owner: &Principal, ids: &Ids) -> String {
    let request = GetTeamRequest { team_id: ids.team.clone() };
    let found = TeamServiceClient::new(place.line("team", owner)).get_team(request).await;
    found.expect("the team").into_inner().team.expect("the team").etag
}

async fn assistant_etag(place: &Place, owner: &Principal, ids: &Ids) -> String {
    let request = GetAssistantRequest { assistant_id: ids.assistant.clone() };
    let found = AssistantServiceClient::new(place.line("ai", owner)).get_assistant(request).await;
    found.expect("the assistant").into_inner().assistant.expect("the assistant").etag
}

async fn contact_etag(place: &Place, owner: &Principal, ids: &Ids) -> String {
    let request = GetContactRequest { contact_id: ids.contact.clone() };
    let found = ContactServiceClient::new(place.line("conversation", owner)).get_contact(request).await;
    found.expect("the contact").into_inner().contact.expect("the contact").etag
}

async fn hours_etag(place: &Place, owner: &Principal) -> String {
    let mut hours = OfficeHoursServiceClient::new(place.line("routing", owner));
    let found = hours.get_office_hours(GetOfficeHoursRequest {}).await.expect("the hours");
    found.into_inner().office_hours.expect("the hours").etag
}

async fn hand_over(place: &Place, persons: &Persons, ids: &Ids) {
    let request = RequestHandoffRequest { conversation_id: ids.conversation.clone(), ..Default::default() };
    let visitor = persons.visitor(&place.signers);
    let mut handoffs = HandoffServiceClient::new(place.line("conversation", &visitor));
    handoffs.request_handoff(request).await.expect("a person is asked for");
}

/// The owner takes the conversation: nothing waits any more, and the workspace comes to rest.
pub async fn take_over(place: &Place, persons: &Persons, ids: &Ids) {
    let request = TakeOverRequest { conversation_id: ids.conversation.clone(), ..Default::default() };
    let mut handoffs = HandoffServiceClient::new(place.line("conversation", &persons.owner(&place.signers)));
    handoffs.take_over(request).await.expect("it is taken");
}

/// Conversation learns of a new member by its event. Afterwards the conversation waits in the queue again.
async fn until_the_member_is_known(place: &Place, owner: &Principal, ids: &Ids) {
    let conversation_id = ids.conversation.clone();
    let request =
        AssignConversationRequest { conversation_id, member_id: ids.member.clone(), ..Default::default() };
    let known = async || conversations(place, owner).assign_conversation(request.clone()).await.is_ok();
    wait_until(&place.house.around.clock, "the member is known", known).await;
    let conversation_id = ids.conversation.clone();
    let back = UnassignConversationRequest { conversation_id, ..Default::default() };
    conversations(place, owner).unassign_conversation(back).await.expect("it waits again");
}
