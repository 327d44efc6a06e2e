//! Canned responses: made once, one a shortcut, changed by whoever saw the latest state, found by how they begin.

use std::collections::HashMap;

use baton_kit::door::{principal::Kind, refusal, tokens::Subject};
use baton_proto::{
    common::v1::ErrorReason,
    team::v1::{
        CannedResponse, CannedScope, CannedVariable, CreateCannedResponseRequest, CreateTeamRequest,
        DeleteCannedResponseRequest, GetCannedResponseRequest, GetWorkspaceRequest,
        ListCannedResponsesRequest, RemoveMemberRequest, RenderCannedResponseRequest,
        RenderCannedResponseResponse, Role, Team, TeamColor, UpdateCannedResponseRequest,
    },
};
use prost_types::FieldMask;
use tonic::Status;
use tonic_types::StatusExt as _;

use crate::{
    harness::{Person, Suite, face, on_both_engines, reason},
    sign_in::texts,
};

on_both_engines!(
    a_canned_response_is_read_as_made,
    a_shortcut_is_unique_within_its_reach,
    of_two_with_one_shortcut_at_once_one_is_made,
    of_two_that_take_one_shortcut_at_once_one_changes,
    the_same_request_makes_one_canned_response,
    the_same_request_twice_at_once_makes_one_canned_response,
    a_request_whose_outcome_was_deleted_is_told_so,
    an_update_changes_what_its_mask_names,
    an_update_from_a_stale_state_is_refused,
    what_is_so_already_is_no_change_of_a_canned_response,
    a_deleted_one_is_gone_and_its_shortcut_free,
    what_was_changed_since_it_was_read_is_not_deleted,
    of_a_change_and_a_deletion_at_once_of_one_state_one_is_done,
    f_10_pages_hold_every_canned_response_once_by_shortcut,
    a_list_is_narrowed_by_scope_team_and_beginning,
    a_text_is_rendered_with_what_is_known_and_what_is_given,
    a_key_renders_without_a_member,
    another_workspaces_canned_response_is_not_found,
    the_personal_ones_of_a_removed_member_are_gone,
    what_is_made_while_its_owner_is_removed_is_gone_too,
    every_fault_of_a_canned_response_is_told_at_once,
    a_visitor_uses_no_canned_response,
);

const NOBODY: &str = "can_00000000000000000000000000";
const ROUNDS: usize = 8;

pub fn canned(scope: CannedScope, shortcut: &str) -> CannedResponse {
    CannedResponse {
        scope: scope.into(),
        shortcut: shortcut.to_owned(),
        title: "Thank you".to_owned(),
        text: "Thank you, {{contact.name|there}}!".to_owned(),
        ..Default::default()
    }
}

pub fn of_team(team: &str, shortcut: &str) -> CannedResponse {
    CannedResponse { team_id: team.to_owned(), ..canned(CannedScope::Team, shortcut) }
}

/// With a request id of its own.
pub async fn make(suite: &Suite, token: &str, wanted: CannedResponse) -> Result<CannedResponse, Status> {
    let request_id = format!("make-{}-{}-{}", wanted.scope, wanted.team_id, wanted.shortcut);
    make_by(suite, token, &request_id.chars().take(64).collect::<String>(), wanted).await
}

pub async fn make_by(
    suite: &Suite,
    token: &str,
    request_id: &str,
    wanted: CannedResponse,
) -> Result<CannedResponse, Status> {
    let request =
        CreateCannedResponseRequest { request_id: request_id.to_owned(), canned_response: Some(wanted) };
    let made = suite.canned(token).create_canned_response(request).await?;
    Ok(made.into_inner().canned_response.unwrap())
}

pub async fn get(suite: &Suite, token: &str, id: &str) -> Result<CannedResponse, Status> {
    let request = GetCannedResponseRequest { canned_response_id: id.to_owned() };
    Ok(suite.canned(token).get_canned_response(request).await?.into_inner().canned_response.unwrap())
}

pub async fn update(
    suite: &Suite,
    token: &str,
    seen: &CannedResponse,
    paths: &[&str],
    to: CannedResponse,
) -> Result<CannedResponse, Status> {
    let request = UpdateCannedResponseRequest {
        canned_response_id: seen.id.clone(),
        canned_response: Some(to),
        update_mask: Some(FieldMask { paths: paths.iter().map(|path| (*path).to_owned()).collect() }),
        etag: seen.etag.clone(),
    };
    Ok(suite.canned(token).update_canned_response(request).await?.into_inner().canned_response.unwrap())
}

/// However it is by then.
pub async fn delete(suite: &Suite, token: &str, id: &str) -> Result<(), Status> {
    delete_as(suite, token, id, "").await
}

async fn delete_as(suite: &Suite, token: &str, id: &str, etag: &str) -> Result<(), Status> {
    let request = DeleteCannedResponseRequest { canned_response_id: id.to_owned(), etag: etag.to_owned() };
    suite.canned(token).delete_canned_response(request).await.map(drop)
}

pub async fn list(
    suite: &Suite,
    token: &str,
    request: ListCannedResponsesRequest,
) -> Result<(Vec<CannedResponse>, String), Status> {
    let page = suite.canned(token).list_canned_responses(request).await?.into_inner();
    Ok((page.canned_responses, page.next_page_token))
}

pub async fn render(
    suite: &Suite,
    token: &str,
    id: &str,
    values: &[(&str, &str)],
) -> Result<RenderCannedResponseResponse, Status> {
    let values = values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let request = RenderCannedResponseRequest { canned_response_id: id.to_owned(), values };
    Ok(suite.canned(token).render_canned_response(request).await?.into_inner())
}

/// A team of these members.
pub async fn team(suite: &Suite, owner: &str, name: &str, members: &[&Person]) -> String {
    let team = Team {
        name: name.to_owned(),
        color: TeamColor::Gray.into(),
        member_ids: members.iter().map(|member| member.id.clone()).collect(),
        ..Default::default()
    };
    let request = CreateTeamRequest { request_id: format!("team-{name}"), team: Some(team) };
    suite.teams(owner).create_team(request).await.unwrap().into_inner().team.unwrap().id
}

fn worded(text: &str) -> CannedResponse {
    CannedResponse { text: text.to_owned(), ..Default::default() }
}

fn called(shortcut: &str) -> CannedResponse {
    CannedResponse { shortcut: shortcut.to_owned(), ..Default::default() }
}

async fn a_canned_response_is_read_as_made(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let ann = suite.person(&owner, "acme", "ann", Role::Agent).await;
    let billing = team(&suite, &owner, "Billing", &[&ann]).await;
    let wanted =
        CannedResponse { title: " Mer\u{63}i\u{301} ".to_owned(), ..of_team(&billing, "thanks_2-go") };
    let made = make(&suite, &owner, wanted.clone()).await.unwrap();
    assert!(made.id.starts_with("can_") && !made.etag.is_empty() && made.create_time.is_some());
    let fallback = Some("there".to_owned());
    let expected = CannedResponse {
        id: made.id.clone(),
        title: "Mercí".to_owned(),
        variables: vec![CannedVariable { name: "contact.name".to_owned(), fallback }],
        create_time: made.create_time,
        revision: 1,
        etag: made.etag.clone(),
        ..wanted
    };
    assert_eq!(made, expected);
    assert_eq!(get(&suite, &ann.token, &made.id).await.unwrap(), made);
    let own = make(&suite, &ann.token, canned(CannedScope::Personal, "mine")).await.unwrap();
    assert_eq!((own.owner_id.as_str(), own.team_id.as_str()), (ann.id.as_str(), ""));
}

async fn a_shortcut_is_unique_within_its_reach(suite: Suite) {
    let (owner, other) = (suite.workspace("acme").await, suite.workspace("other").await);
    let ann = suite.person(&owner, "acme", "ann", Role::Agent).await;
    let ben = suite.person(&owner, "acme", "ben", Role::Agent).await;
    let (billing, sales) =
        (team(&suite, &owner, "Billing", &[]).await, team(&suite, &owner, "Sales", &[]).await);
    let wanted = [
        (&owner, canned(CannedScope::Workspace, "thanks")),
        (&owner, of_team(&billing, "thanks")),
        (&owner, of_team(&sales, "thanks")),
        (&owner, canned(CannedScope::Personal, "thanks")),
        (&ann.token, canned(CannedScope::Personal, "thanks")),
        (&ben.token, canned(CannedScope::Personal, "thanks")),
        (&other, canned(CannedScope::Workspace, "thanks")),
    ];
    for (token, wanted) in &wanted {
        make(&suite, token, wanted.clone()).await.unwrap();
    }
    for (n, (token, wanted)) in wanted.iter().enumerate() {
        let refused = make_by(&suite, token, &format!("again-{n}"), wanted.clone()).await.unwrap_err();
        assert_eq!(refusal::metadata_of(&refused).get("field").unwrap(), "canned_response.shortcut");
        assert_eq!(reason::<()>(Err(refused)), ErrorReason::AlreadyExists);
    }
    let late = make(&suite, &owner, canned(CannedScope::Workspace, "late")).await.unwrap();
    let refused = update(&suite, &owner, &late, &["shortcut"], called("thanks")).await;
    assert_eq!(reason(refused), ErrorReason::AlreadyExists);
    assert_eq!(get(&suite, &owner, &late.id).await.unwrap(), late);
}

async fn of_two_with_one_shortcut_at_once_one_is_made(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let ann = suite.person(&owner, "acme", "ann", Role::Agent).await;
    for round in 0..ROUNDS {
        for (scope, token) in [(CannedScope::Workspace, &owner), (CannedScope::Personal, &ann.token)] {
            let wanted = canned(scope, &format!("r{round}"));
            let ids = [format!("one-{round}"), format!("other-{round}")];
            let (one, other) = tokio::join!(
                make_by(&suite, token, &ids[0], wanted.clone()),
                make_by(&suite, token, &ids[1], wanted.clone()),
            );
            assert_ne!(one.is_ok(), other.is_ok());
            let (won, lost) = if one.is_ok() { (one, other) } else { (other, one) };
            assert_eq!(reason(lost), ErrorReason::AlreadyExists);
            let request = ListCannedResponsesRequest {
                scope: scope.into(),
                shortcut_prefix: wanted.shortcut.clone(),
                ..Default::default()
            };
            assert_eq!(list(&suite, token, request).await.unwrap().0, [won.unwrap()]);
        }
    }
}

async fn of_two_that_take_one_shortcut_at_once_one_changes(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let a = make(&suite, &owner, canned(CannedScope::Workspace, "a")).await.unwrap();
    let b = make(&suite, &owner, canned(CannedScope::Workspace, "b")).await.unwrap();
    let (one, other) = tokio::join!(
        update(&suite, &owner, &a, &["shortcut"], called("c")),
        update(&suite, &owner, &b, &["shortcut"], called("c")),
    );
    assert_ne!(one.is_ok(), other.is_ok());
    let lost = if one.is_ok() { other } else { one };
    assert_eq!(reason(lost), ErrorReason::AlreadyExists);
}

async fn the_same_request_makes_one_canned_response(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let billing = team(&suite, &owner, "Billing", &[]).await;
    let wanted = of_team(&billing, "thanks");
    let made = make_by(&suite, &owner, "once", wanted.clone()).await.unwrap();
    assert_eq!(make_by(&suite, &owner, "once", wanted.clone()).await.unwrap(), made);
    for spoil in [
        |wanted: &mut CannedResponse| wanted.shortcut.push('s'),
        |wanted: &mut CannedResponse| wanted.title.push('s'),
        |wanted: &mut CannedResponse| wanted.text.push('s'),
        |wanted: &mut CannedResponse| *wanted = canned(CannedScope::Workspace, "thanks"),
        |wanted: &mut CannedResponse| *wanted = canned(CannedScope::Personal, "thanks"),
    ] {
        let mut other = wanted.clone();
        spoil(&mut other);
        assert_eq!(reason(make_by(&suite, &owner, "once", other).await), ErrorReason::RequestIdReused);
    }
    let changed = update(&suite, &owner, &made, &["text"], worded("Ta!")).await.unwrap();
    assert_eq!(make_by(&suite, &owner, "once", wanted).await.unwrap(), changed, "as it is now");
    assert_eq!(list(&suite, &owner, Default::default()).await.unwrap().0, [changed]);
}

async fn the_same_request_twice_at_once_makes_one_canned_response(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let wanted = canned(CannedScope::Workspace, "thanks");
    let (one, other) = tokio::join!(
        make_by(&suite, &owner, "once", wanted.clone()),
        make_by(&suite, &owner, "once", wanted.clone()),
    );
    assert_eq!(one.unwrap(), other.unwrap());
}

async fn a_request_whose_outcome_was_deleted_is_told_so(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let wanted = canned(CannedScope::Workspace, "thanks");
    let made = make_by(&suite, &owner, "once", wanted.clone()).await.unwrap();
    delete(&suite, &owner, &made.id).await.unwrap();
    assert_eq!(reason(make_by(&suite, &owner, "once", wanted).await), ErrorReason::NotFound);
    assert_eq!(list(&suite, &owner, Default::default()).await.unwrap().0, []);
}

async fn an_update_changes_what_its_mask_names(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let made = make(&suite, &owner, canned(CannedScope::Workspace, "thanks")).await.unwrap();
    let to = CannedResponse {
        shortcut: "ta".to_owned(),
        title: "Ta".to_owned(),
        text: "{{b}}{{a|x}}".to_owned(),
        scope: CannedScope::Personal.into(),
        ..Default::default()
    };
    let changed = update(&suite, &owner, &made, &["title"], to.clone()).await.unwrap();
    let expected =
        CannedResponse { title: "Ta".to_owned(), revision: 2, etag: changed.etag.clone(), ..made.clone() };
    assert_eq!(changed, expected);
    assert_ne!(changed.etag, made.etag);
    let changed = update(&suite, &owner, &changed, &["text", "shortcut"], to).await.unwrap();
    assert_eq!((changed.shortcut.as_str(), changed.text.as_str()), ("ta", "{{b}}{{a|x}}"));
    assert_eq!((changed.scope(), changed.revision), (CannedScope::Workspace, 3));
    let names: Vec<&str> = changed.variables.iter().map(|variable| variable.name.as_str()).collect();
    assert_eq!(names, ["b", "a"]);
    assert_eq!(get(&suite, &owner, &changed.id).await.unwrap(), changed);
}

async fn an_update_from_a_stale_state_is_refused(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let mut seen = make(&suite, &owner, canned(CannedScope::Workspace, "thanks")).await.unwrap();
    for round in 0..ROUNDS {
        let attempts = (0..ROUNDS)
            .map(async |n| update(&suite, &owner, &seen, &["text"], worded(&format!("{round}.{n}"))).await);
        let outcomes = futures::future::join_all(attempts).await;
        let (won, lost): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
        assert_eq!(won.len(), 1, "of several at once one wins");
        let current = won.into_iter().next().unwrap().unwrap();
        for refused in lost {
            let refused = refused.unwrap_err();
            assert_eq!(refusal::metadata_of(&refused).get("etag"), Some(&current.etag));
            assert_eq!(reason::<()>(Err(refused)), ErrorReason::StaleEtag);
        }
        assert_eq!(get(&suite, &owner, &seen.id).await.unwrap(), current);
        seen = current;
    }
}

async fn what_is_so_already_is_no_change_of_a_canned_response(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let made = make(&suite, &owner, canned(CannedScope::Workspace, "thanks")).await.unwrap();
    let same = canned(CannedScope::Workspace, "thanks");
    let all = ["shortcut", "title", "text"];
    assert_eq!(update(&suite, &owner, &made, &all, same).await.unwrap(), made);
}

async fn a_deleted_one_is_gone_and_its_shortcut_free(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let made = make(&suite, &owner, canned(CannedScope::Workspace, "thanks")).await.unwrap();
    for _ in 0..2 {
        delete(&suite, &owner, &made.id).await.unwrap();
        assert_eq!(reason(get(&suite, &owner, &made.id).await), ErrorReason::NotFound);
        assert_eq!(reason(render(&suite, &owner, &made.id, &[]).await), ErrorReason::NotFound);
        let late = update(&suite, &owner, &made, &["text"], worded("Late")).await;
        assert_eq!(reason(late), ErrorReason::NotFound);
    }
    let again = make_by(&suite, &owner, "again", canned(CannedScope::Workspace, "thanks")).await.unwrap();
    assert_ne!(again.id, made.id);
}

async fn what_was_changed_since_it_was_read_is_not_deleted(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let ann = suite.person(&owner, "acme", "ann", Role::Agent).await;
    let seen = make(&suite, &owner, canned(CannedScope::Workspace, "thanks")).await.unwrap();
    let now = update(&suite, &owner, &seen, &["text"], worded("Ta!")).await.unwrap();
    for stale in [seen.etag.as_str(), "r99", "x"] {
        let refused = delete_as(&suite, &owner, &seen.id, stale).await.unwrap_err();
        assert_eq!(refusal::metadata_of(&refused).get("etag"), Some(&now.etag));
        assert_eq!(reason::<()>(Err(refused)), ErrorReason::StaleEtag);
    }
    let denied = delete_as(&suite, &ann.token, &seen.id, &seen.etag).await;
    assert_eq!(reason(denied), ErrorReason::PermissionDenied, "who may not delete it learns no etag");
    let (long, broken) = ("x".repeat(65), "a\0");
    for bad in [long.as_str(), broken, "ä"] {
        assert_eq!(faults(delete_as(&suite, &owner, &seen.id, bad).await.unwrap_err()), ["etag"]);
    }
    assert_eq!(get(&suite, &owner, &seen.id).await.unwrap(), now);
    delete_as(&suite, &owner, &seen.id, &now.etag).await.unwrap();
    assert_eq!(reason(get(&suite, &owner, &seen.id).await), ErrorReason::NotFound);
    for again in [now.etag.as_str(), seen.etag.as_str(), ""] {
        delete_as(&suite, &owner, &seen.id, again).await.unwrap();
    }
}

async fn of_a_change_and_a_deletion_at_once_of_one_state_one_is_done(suite: Suite) {
    let owner = suite.workspace("acme").await;
    for round in 0..ROUNDS {
        let seen = make(&suite, &owner, canned(CannedScope::Workspace, &format!("r{round}"))).await.unwrap();
        let (changed, deleted) = tokio::join!(
            update(&suite, &owner, &seen, &["text"], worded("Ta!")),
            delete_as(&suite, &owner, &seen.id, &seen.etag),
        );
        let now = get(&suite, &owner, &seen.id).await;
        match changed {
            Ok(changed) => {
                assert_eq!(reason(deleted), ErrorReason::StaleEtag);
                assert_eq!(now.unwrap(), changed, "what was changed is not deleted");
            }
            Err(refused) => {
                deleted.unwrap();
                assert_eq!(reason::<()>(Err(refused)), ErrorReason::NotFound);
                assert_eq!(reason(now), ErrorReason::NotFound);
            }
        }
    }
}

async fn f_10_pages_hold_every_canned_response_once_by_shortcut(suite: Suite) {
    let (owner, other) = (suite.workspace("acme").await, suite.workspace("other").await);
    let ann = suite.person(&owner, "acme", "ann", Role::Agent).await;
    let billing = team(&suite, &owner, "Billing", &[&ann]).await;
    let mut made = Vec::new();
    for shortcut in ["b", "a_", "a-", "a0", "a", "ab", "az", "_", "-"] {
        made.push(make(&suite, &owner, canned(CannedScope::Workspace, shortcut)).await.unwrap());
        made.push(make(&suite, &owner, of_team(&billing, shortcut)).await.unwrap());
        made.push(make(&suite, &ann.token, canned(CannedScope::Personal, shortcut)).await.unwrap());
    }
    // What others have of their own stands between them and is not shown.
    make(&suite, &owner, canned(CannedScope::Personal, "a_")).await.unwrap();
    make(&suite, &other, canned(CannedScope::Workspace, "a")).await.unwrap();
    made.sort_by(|a, b| (&a.shortcut, &a.id).cmp(&(&b.shortcut, &b.id)));
    let mut request = ListCannedResponsesRequest { page_size: 4, ..Default::default() };
    let mut found = Vec::new();
    loop {
        let (responses, next) = list(&suite, &ann.token, request.clone()).await.unwrap();
        assert!(responses.len() <= 4);
        found.extend(responses);
        if next.is_empty() {
            break;
        }
        request.page_token = next;
    }
    assert_eq!(found, made);
    let narrowed = ListCannedResponsesRequest { scope: CannedScope::Team.into(), ..request.clone() };
    let renamed = ListCannedResponsesRequest { shortcut_prefix: "a".to_owned(), ..request.clone() };
    let teams = ListCannedResponsesRequest { team_id: billing, ..request.clone() };
    let changed =
        ListCannedResponsesRequest { page_token: format!("{}A", request.page_token), ..request.clone() };
    for (token, request) in [
        (&ann.token, narrowed),
        (&ann.token, renamed),
        (&ann.token, teams),
        (&ann.token, changed),
        (&other, request),
    ] {
        assert_eq!(reason(list(&suite, token, request).await), ErrorReason::InvalidToken);
    }
}

async fn a_list_is_narrowed_by_scope_team_and_beginning(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let (billing, sales) =
        (team(&suite, &owner, "Billing", &[]).await, team(&suite, &owner, "Sales", &[]).await);
    for shortcut in ["th", "th_x", "thx", "thanks", "t", "z"] {
        make(&suite, &owner, canned(CannedScope::Workspace, shortcut)).await.unwrap();
    }
    make(&suite, &owner, of_team(&billing, "thb")).await.unwrap();
    make(&suite, &owner, of_team(&sales, "ths")).await.unwrap();
    make(&suite, &owner, canned(CannedScope::Personal, "tho")).await.unwrap();
    let foreign = "team_00000000000000000000000000";
    for (scope, team_id, prefix, expected) in [
        (CannedScope::Unspecified, "", "th", "th th_x thanks thb tho ths thx"),
        (CannedScope::Unspecified, "", "th_", "th_x"),
        (CannedScope::Unspecified, "", "zz", ""),
        (CannedScope::Workspace, "", "", "t th th_x thanks thx z"),
        (CannedScope::Team, "", "", "thb ths"),
        (CannedScope::Personal, "", "", "tho"),
        (CannedScope::Unspecified, &sales, "", "ths"),
        (CannedScope::Team, &billing, "t", "thb"),
        (CannedScope::Workspace, &billing, "", ""),
        (CannedScope::Unspecified, foreign, "", ""),
    ] {
        let request = ListCannedResponsesRequest {
            scope: scope.into(),
            team_id: team_id.to_owned(),
            shortcut_prefix: prefix.to_owned(),
            ..Default::default()
        };
        let (found, _) = list(&suite, &owner, request).await.unwrap();
        let found: Vec<String> = found.into_iter().map(|response| response.shortcut).collect();
        assert_eq!(found.join(" "), expected, "{scope:?} {team_id} {prefix}");
    }
}

async fn a_text_is_rendered_with_what_is_known_and_what_is_given(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let text =
        "Hi {{contact.name|there}}, {{member.name}} of {{workspace.name}} here: {{order}} {{eta}} {{order}}";
    let wanted = CannedResponse { text: text.to_owned(), ..canned(CannedScope::Workspace, "hi") };
    let made = make(&suite, &owner, wanted).await.unwrap();
    let bare = render(&suite, &owner, &made.id, &[("order", "")]).await.unwrap();
    assert_eq!(bare.text, "Hi there, Ada of Acme here: {{order}} {{eta}} {{order}}");
    assert_eq!(bare.missing, ["order", "eta"]);
    let given = [
        ("contact.name", "{{member.name}}"),
        ("order", "№ 7"),
        ("eta", "soon"),
        ("member.name", "Mallory"),
        ("workspace.name", "Evil"),
        ("unheard.of", "x"),
    ];
    let whole = render(&suite, &owner, &made.id, &given).await.unwrap();
    assert_eq!(whole.text, "Hi {{member.name}}, Ada of Acme here: № 7 soon № 7");
    assert_eq!(whole.missing, Vec::<String>::new());
}

async fn a_key_renders_without_a_member(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let key = suite.key(&owner, &["conversations:read"]).await;
    let text = "{{member.name}} of {{workspace.name}}".to_owned();
    let wanted = CannedResponse { text, ..canned(CannedScope::Workspace, "hi") };
    let made = make(&suite, &owner, wanted).await.unwrap();
    let bare = render(&suite, &key.token, &made.id, &[]).await.unwrap();
    assert_eq!(
        (bare.text.as_str(), bare.missing),
        ("{{member.name}} of Acme", vec!["member.name".to_owned()])
    );
    let given = render(&suite, &key.token, &made.id, &[("member.name", "Bo"), ("workspace.name", "x")]).await;
    assert_eq!(given.unwrap().text, "Bo of Acme");
}

async fn another_workspaces_canned_response_is_not_found(suite: Suite) {
    let (acme, other) = (suite.workspace("acme").await, suite.workspace("other").await);
    let theirs = make(&suite, &other, canned(CannedScope::Workspace, "thanks")).await.unwrap();
    let nobodys = CannedResponse { id: NOBODY.to_owned(), ..theirs.clone() };
    let told = async |response: &CannedResponse| {
        delete(&suite, &acme, &response.id).await.unwrap();
        [
            get(&suite, &acme, &response.id).await.map(drop),
            update(&suite, &acme, response, &["text"], worded("Mine")).await.map(drop),
            render(&suite, &acme, &response.id, &[]).await.map(drop),
        ]
        .map(|outcome| face(&outcome.unwrap_err()))
    };
    let told_of_theirs = told(&theirs).await;
    assert!(told_of_theirs.iter().all(|face| face.2 == Some(ErrorReason::NotFound)));
    assert_eq!(told_of_theirs, told(&nobodys).await);
    assert_eq!(get(&suite, &other, &theirs.id).await.unwrap(), theirs);
    assert_eq!(list(&suite, &acme, Default::default()).await.unwrap().0, []);
    // Another workspace's team is told like nobody's.
    let their_team = team(&suite, &other, "Billing", &[]).await;
    let refused = make(&suite, &acme, of_team(&their_team, "thanks")).await.unwrap_err();
    let unknown =
        make(&suite, &acme, of_team("team_00000000000000000000000000", "thanks")).await.unwrap_err();
    assert_eq!(face(&refused), face(&unknown));
    assert_eq!(faults(refused), ["canned_response.team_id"]);
}

async fn remove(suite: &Suite, owner: &str, person: &Person) {
    let request = RemoveMemberRequest { member_id: person.id.clone() };
    suite.members(owner).remove_member(request).await.unwrap();
}

async fn kept(suite: &Suite) -> Vec<String> {
    texts(suite, "SELECT shortcut FROM canned_response ORDER BY shortcut").await
}

async fn the_personal_ones_of_a_removed_member_are_gone(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let ann = suite.person(&owner, "acme", "ann", Role::Admin).await;
    let billing = team(&suite, &owner, "Billing", &[&ann]).await;
    make(&suite, &ann.token, canned(CannedScope::Personal, "anns")).await.unwrap();
    make(&suite, &ann.token, canned(CannedScope::Workspace, "everybodys")).await.unwrap();
    make(&suite, &ann.token, of_team(&billing, "billings")).await.unwrap();
    make(&suite, &owner, canned(CannedScope::Personal, "owners")).await.unwrap();
    remove(&suite, &owner, &ann).await;
    assert_eq!(kept(&suite).await, ["billings", "everybodys", "owners"]);
    // The token lives on for its minute.
    let late = make(&suite, &ann.token, canned(CannedScope::Personal, "late")).await;
    assert_eq!(reason(late), ErrorReason::PermissionDenied);
    assert_eq!(kept(&suite).await, ["billings", "everybodys", "owners"]);
}

async fn what_is_made_while_its_owner_is_removed_is_gone_too(suite: Suite) {
    let owner = suite.workspace("acme").await;
    for round in 0..ROUNDS {
        let person = suite.person(&owner, "acme", &format!("p{round}"), Role::Agent).await;
        let made = make(&suite, &person.token, canned(CannedScope::Personal, "mine"));
        let (made, ()) = tokio::join!(made, remove(&suite, &owner, &person));
        if let Err(refused) = made {
            assert_eq!(reason::<()>(Err(refused)), ErrorReason::PermissionDenied);
        }
        assert_eq!(kept(&suite).await, Vec::<String>::new());
    }
}

pub fn faults(status: Status) -> Vec<String> {
    let told = status.get_details_bad_request().unwrap().field_violations;
    told.into_iter().map(|violation| violation.field).collect()
}

async fn every_fault_of_a_canned_response_is_told_at_once(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let bad = CannedResponse {
        scope: 9,
        shortcut: "Thanks!".to_owned(),
        title: "x".repeat(81),
        text: "x".repeat(8 * 1024 + 1),
        ..Default::default()
    };
    let refused = make_by(&suite, &owner, "", bad.clone()).await.unwrap_err();
    let of = ["scope", "shortcut", "title", "text"].map(|field| format!("canned_response.{field}"));
    assert_eq!(faults(refused), [&["request_id".to_owned()], &of[..]].concat());
    let many: String = (0..21).map(|n| format!("{{{{v{n}}}}}")).collect();
    let good = canned(CannedScope::Workspace, "good");
    for (wanted, field) in [
        (CannedResponse { text: many, ..good.clone() }, "canned_response.text"),
        (CannedResponse { text: "a\0b".to_owned(), ..good.clone() }, "canned_response.text"),
        (CannedResponse { text: " \n".to_owned(), ..good.clone() }, "canned_response.text"),
        (CannedResponse { scope: 0, ..good.clone() }, "canned_response.scope"),
        (CannedResponse { team_id: "team_1".to_owned(), ..good.clone() }, "canned_response.team_id"),
        (canned(CannedScope::Team, "good"), "canned_response.team_id"),
        (of_team("mem_00000000000000000000000000", "good"), "canned_response.team_id"),
    ] {
        assert_eq!(faults(make(&suite, &owner, wanted).await.unwrap_err()), [field]);
    }
    let key = suite.key(&owner, &["conversations:write", "members:write"]).await;
    let refused = make(&suite, &key.token, canned(CannedScope::Personal, "good")).await.unwrap_err();
    assert_eq!(faults(refused), ["canned_response.scope"]);
    let seen = CannedResponse { id: "team_1".to_owned(), ..Default::default() };
    let refused = update(&suite, &owner, &seen, &["shortcut", "title", "scope"], bad).await.unwrap_err();
    let expected =
        ["canned_response_id", "update_mask", "canned_response.shortcut", "canned_response.title", "etag"];
    assert_eq!(faults(refused), expected);
    let request = ListCannedResponsesRequest {
        scope: 9,
        team_id: "x".to_owned(),
        shortcut_prefix: "A".to_owned(),
        page_size: -1,
        ..Default::default()
    };
    let refused = list(&suite, &owner, request).await.unwrap_err();
    assert_eq!(faults(refused), ["scope", "team_id", "shortcut_prefix", "page_size"]);
    for refused in [get(&suite, &owner, "x").await.map(drop), delete(&suite, &owner, "x").await] {
        assert_eq!(faults(refused.unwrap_err()), ["canned_response_id"]);
    }
    let long = "x".repeat(1025);
    let refused = render(&suite, &owner, "x", &[("a", &long), ("B", "x"), ("c", "\0")]).await.unwrap_err();
    assert_eq!(faults(refused), ["canned_response_id", "values", "values[a]", "values[c]"]);
    let values: HashMap<String, String> = (0..51).map(|n| (format!("v{n}"), String::new())).collect();
    let request = RenderCannedResponseRequest { canned_response_id: NOBODY.to_owned(), values };
    let refused = suite.canned(&owner).render_canned_response(request).await.unwrap_err();
    assert_eq!(faults(refused), ["values"]);
}

async fn a_visitor_uses_no_canned_response(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let made = make(&suite, &owner, canned(CannedScope::Workspace, "thanks")).await.unwrap();
    let workspace =
        suite.workspaces(&owner).get_workspace(GetWorkspaceRequest {}).await.unwrap().into_inner();
    let visitor = Subject {
        kind: Kind::Visitor,
        id: uuid::Uuid::from_u128(1),
        workspace: Some(workspace.workspace.unwrap().id.parse().unwrap()),
        scopes: Vec::new(),
        bound: uuid::Uuid::nil(),
    };
    let signer = suite.another_service("conversation", &[Kind::Visitor]);
    let (token, _) = signer.sign(&visitor, std::time::Duration::from_secs(60)).unwrap();
    for refused in [
        get(&suite, &token, &made.id).await.map(drop),
        list(&suite, &token, Default::default()).await.map(drop),
        render(&suite, &token, &made.id, &[]).await.map(drop),
        make(&suite, &token, canned(CannedScope::Personal, "mine")).await.map(drop),
        update(&suite, &token, &made, &["text"], worded("x")).await.map(drop),
        delete(&suite, &token, &made.id).await,
    ] {
        assert_eq!(reason(refused), ErrorReason::PermissionDenied);
    }
}
