//! Who sees and who changes which canned response: everybody the workspace's, a team its own, a person their own and nobody else's.

use baton_kit::door::refusal;
use baton_proto::{
    common::v1::ErrorReason,
    team::v1::{
        ArchiveTeamRequest, CannedResponse, CannedScope, GetTeamRequest, ListCannedResponsesRequest, Role,
        SetTeamMembersRequest,
    },
};
use tonic::Status;

use crate::{
    canned::{canned, delete, get, list, make, of_team, render, team, update},
    harness::{Person, Suite, on_both_engines, reason},
};

on_both_engines!(
    everybody_sees_the_workspaces_their_teams_and_their_own,
    s_24_who_only_reads_changes_nothing,
    the_staffs_are_changed_by_who_manages_it_and_ones_own_by_oneself,
    a_member_of_another_team_neither_sees_nor_changes_a_teams,
    who_joins_or_leaves_a_team_gains_or_loses_its_canned_responses,
    an_archived_teams_stay_readable_by_its_members,
);

/// What there is, by shortcut: the workspace's, two teams', and two persons' own.
struct World {
    suite: Suite,
    owner: Person,
    ann: Person,
    ben: Person,
    billing: String,
    all: Vec<CannedResponse>,
}

impl World {
    async fn of(suite: Suite) -> Self {
        let founder = suite.workspace("acme").await;
        let owner = suite.person(&founder, "acme", "oona", Role::Owner).await;
        let ann = suite.person(&founder, "acme", "ann", Role::Agent).await;
        let ben = suite.person(&founder, "acme", "ben", Role::Agent).await;
        let billing = team(&suite, &founder, "Billing", &[&ann]).await;
        let sales = team(&suite, &founder, "Sales", &[&ben]).await;
        let mut all = Vec::new();
        for (who, wanted) in [
            (&owner, canned(CannedScope::Workspace, "everybodys")),
            (&owner, of_team(&billing, "billings")),
            (&owner, of_team(&sales, "sales")),
            (&ann, canned(CannedScope::Personal, "anns")),
            (&owner, canned(CannedScope::Personal, "owners")),
        ] {
            all.push(make(&suite, &who.token, wanted).await.unwrap());
        }
        Self { suite, owner, ann, ben, billing, all }
    }

    async fn person(&self, name: &str, role: Role) -> String {
        self.suite.person(&self.owner.token, "acme", name, role).await.token
    }

    async fn key(&self, scopes: &[&str]) -> String {
        self.suite.key(&self.owner.token, scopes).await.token
    }

    /// What somebody sees, by list; reading and rendering one by one must say the same.
    async fn seen_by(&self, token: &str) -> String {
        let (listed, _) = list(&self.suite, token, ListCannedResponsesRequest::default()).await.unwrap();
        for response in &self.all {
            let read = get(&self.suite, token, &response.id).await;
            let rendered = render(&self.suite, token, &response.id, &[]).await;
            if listed.contains(response) {
                assert_eq!(read.unwrap(), *response);
                assert_eq!(rendered.unwrap().text, "Thank you, there!");
            } else {
                assert_eq!(reason(read), ErrorReason::NotFound, "{}", response.shortcut);
                assert_eq!(reason(rendered), ErrorReason::NotFound, "{}", response.shortcut);
            }
        }
        listed.into_iter().map(|response| response.shortcut).collect::<Vec<_>>().join(" ")
    }

    fn called(&self, shortcut: &str) -> &CannedResponse {
        self.all.iter().find(|response| response.shortcut == shortcut).unwrap()
    }

    async fn change(&self, token: &str, shortcut: &str) -> Result<CannedResponse, Status> {
        let seen = get(&self.suite, &self.owner_of(shortcut).token, &self.called(shortcut).id).await.unwrap();
        let to = CannedResponse { text: format!("{} again", seen.text), ..Default::default() };
        update(&self.suite, token, &seen, &["text"], to).await
    }

    fn owner_of(&self, shortcut: &str) -> &Person {
        if shortcut == "anns" { &self.ann } else { &self.owner }
    }
}

async fn everybody_sees_the_workspaces_their_teams_and_their_own(suite: Suite) {
    let world = World::of(suite).await;
    let admin = world.person("adam", Role::Admin).await;
    let (analyst, viewer) =
        (world.person("lea", Role::Analyst).await, world.person("vic", Role::Viewer).await);
    let key = world.key(&["conversations:read"]).await;
    for (token, expected) in [
        (&world.owner.token, "billings everybodys owners sales"),
        (&admin, "billings everybodys sales"),
        (&world.ann.token, "anns billings everybodys"),
        (&world.ben.token, "everybodys sales"),
        (&analyst, "everybodys"),
        (&viewer, "everybodys"),
        (&key, "billings everybodys sales"),
    ] {
        assert_eq!(world.seen_by(token).await, expected);
    }
    for stranger in [world.person("ed", Role::Editor).await, world.key(&["members:write"]).await] {
        let refused = list(&world.suite, &stranger, Default::default()).await.unwrap_err();
        assert_eq!(refusal::metadata_of(&refused).get("scope").unwrap(), "conversations:read");
        assert_eq!(reason::<()>(Err(refused)), ErrorReason::PermissionDenied);
    }
}

async fn s_24_who_only_reads_changes_nothing(suite: Suite) {
    let world = World::of(suite).await;
    for role in [Role::Viewer, Role::Analyst] {
        let token = world.person(&role.as_str_name().to_lowercase(), role).await;
        for refused in [
            make(&world.suite, &token, canned(CannedScope::Workspace, "new")).await.map(drop),
            make(&world.suite, &token, canned(CannedScope::Personal, "new")).await.map(drop),
            world.change(&token, "everybodys").await.map(drop),
            delete(&world.suite, &token, &world.called("everybodys").id).await,
        ] {
            let refused = refused.unwrap_err();
            assert_eq!(refusal::metadata_of(&refused).get("scope").unwrap(), "conversations:write");
            assert_eq!(reason::<()>(Err(refused)), ErrorReason::PermissionDenied);
        }
    }
    let seen = get(&world.suite, &world.owner.token, &world.called("everybodys").id).await.unwrap();
    assert_eq!(seen, *world.called("everybodys"));
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Done,
    Denied,
    Hidden,
}

fn outcome_of<T: std::fmt::Debug>(outcome: Result<T, Status>) -> Outcome {
    let Err(refused) = outcome else { return Outcome::Done };
    match refusal::reason_of(&refused).unwrap() {
        ErrorReason::NotFound => Outcome::Hidden,
        ErrorReason::PermissionDenied => {
            assert_eq!(refusal::metadata_of(&refused).get("scope").unwrap(), "members:write");
            Outcome::Denied
        }
        other => panic!("{other:?}"),
    }
}

async fn the_staffs_are_changed_by_who_manages_it_and_ones_own_by_oneself(suite: Suite) {
    use Outcome::{Denied, Done, Hidden};
    let world = World::of(suite).await;
    let admin = world.person("adam", Role::Admin).await;
    let key = world.key(&["conversations:read", "conversations:write"]).await;
    let mighty = world.key(&["conversations:read", "conversations:write", "members:write"]).await;
    let shortcuts = ["everybodys", "billings", "sales", "anns", "owners"];
    for (token, expected) in [
        (&world.ann.token, [Denied, Denied, Hidden, Done, Hidden]),
        (&world.ben.token, [Denied, Hidden, Denied, Hidden, Hidden]),
        (&key, [Denied, Denied, Denied, Hidden, Hidden]),
        (&mighty, [Done, Done, Done, Hidden, Hidden]),
        (&admin, [Done, Done, Done, Hidden, Hidden]),
        (&world.owner.token, [Done, Done, Done, Hidden, Done]),
    ] {
        for (shortcut, expected) in shortcuts.into_iter().zip(expected) {
            assert_eq!(outcome_of(world.change(token, shortcut).await), expected, "{shortcut}");
        }
        let new = make(&world.suite, token, canned(CannedScope::Workspace, "new")).await;
        assert_eq!(outcome_of(new.as_ref().map(drop).map_err(Clone::clone)), expected[0]);
        if let Ok(new) = new {
            delete(&world.suite, token, &new.id).await.unwrap();
        }
        let new = make(&world.suite, token, of_team(&world.billing, "new")).await;
        let may_make = if expected[0] == Done { Done } else { Denied };
        assert_eq!(outcome_of(new.as_ref().map(drop).map_err(Clone::clone)), may_make);
        if let Ok(new) = new {
            delete(&world.suite, token, &new.id).await.unwrap();
        }
    }
    // To delete what is not seen is to delete nothing.
    let before = all_of(&world).await;
    for (shortcut, expected) in shortcuts.into_iter().zip([Denied, Done, Denied, Done, Done]) {
        let outcome = delete(&world.suite, &world.ben.token, &world.called(shortcut).id).await;
        assert_eq!(outcome_of(outcome), expected, "{shortcut}");
    }
    assert_eq!(all_of(&world).await, before);
    delete(&world.suite, &world.ann.token, &world.called("anns").id).await.unwrap();
    assert_eq!(world.seen_by_now(&world.ann.token).await, "billings everybodys");
}

async fn all_of(world: &World) -> Vec<CannedResponse> {
    let mut all = Vec::new();
    for response in &world.all {
        let token = &world.owner_of(&response.shortcut).token;
        all.push(get(&world.suite, token, &response.id).await.unwrap());
    }
    all
}

impl World {
    async fn seen_by_now(&self, token: &str) -> String {
        let (listed, _) = list(&self.suite, token, ListCannedResponsesRequest::default()).await.unwrap();
        listed.into_iter().map(|response| response.shortcut).collect::<Vec<_>>().join(" ")
    }

    async fn set_members(&self, members: &[&Person]) {
        let mut teams = self.suite.teams(&self.owner.token);
        let request = GetTeamRequest { team_id: self.billing.clone() };
        let etag = teams.get_team(request).await.unwrap().into_inner().team.unwrap().etag;
        let member_ids = members.iter().map(|member| member.id.clone()).collect();
        let request = SetTeamMembersRequest { team_id: self.billing.clone(), member_ids, etag };
        teams.set_team_members(request).await.unwrap();
    }
}

async fn a_member_of_another_team_neither_sees_nor_changes_a_teams(suite: Suite) {
    let world = World::of(suite).await;
    let (billings, ben) = (world.called("billings"), &world.ben.token);
    assert_eq!(reason(get(&world.suite, ben, &billings.id).await), ErrorReason::NotFound);
    assert_eq!(reason(world.change(ben, "billings").await), ErrorReason::NotFound);
    let request = ListCannedResponsesRequest { team_id: world.billing.clone(), ..Default::default() };
    assert_eq!(list(&world.suite, ben, request).await.unwrap().0, []);
    delete(&world.suite, ben, &billings.id).await.unwrap();
    assert_eq!(get(&world.suite, &world.ann.token, &billings.id).await.unwrap(), *billings);
}

async fn who_joins_or_leaves_a_team_gains_or_loses_its_canned_responses(suite: Suite) {
    let world = World::of(suite).await;
    world.set_members(&[&world.ben]).await;
    assert_eq!(world.seen_by(&world.ann.token).await, "anns everybodys");
    assert_eq!(world.seen_by(&world.ben.token).await, "billings everybodys sales");
}

async fn an_archived_teams_stay_readable_by_its_members(suite: Suite) {
    let world = World::of(suite).await;
    let request = ArchiveTeamRequest { team_id: world.billing.clone() };
    world.suite.teams(&world.owner.token).archive_team(request).await.unwrap();
    assert_eq!(world.seen_by(&world.ann.token).await, "anns billings everybodys");
    assert_eq!(world.seen_by(&world.ben.token).await, "everybodys sales");
}
