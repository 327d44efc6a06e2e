//! What a command finds beside the conversation, read in its own transaction: who may, what is there, what still counts.

use std::borrow::Cow;

use baton_kit::{
    data::{Engine, StoreError, Unit},
    life::ids::WorkspaceId,
};
use jiff::Timestamp;
use sea_orm::{EntityTrait as _, QuerySelect as _, sea_query::LockType};

use super::{
    SqlStore, contact_store,
    entity::{assistant, contact, deadline, member, team},
    rows,
};
use crate::{
    application::ports::{Change, ChangeRefused, Scope},
    domain::{
        commands::Command,
        contact::{ContactEdit, EmailAddress},
        conversation::{Control, Conversation},
        effects::{DeadlineKind, Stage},
        handoff::HandoffReason,
        ids::{MemberId, TeamId},
        machine::Wish,
        message::Actor,
        patience::Now,
    },
};

impl SqlStore {
    /// Whether a command of Baton's own still has its cause. What was seen before the lock may be over: an answer came and a new
    /// deadline began, or the member may reply again.
    pub(super) async fn still_counts(
        &self,
        unit: &Unit,
        it: &Conversation,
        change: &Change,
    ) -> Result<bool, StoreError> {
        match &change.command {
            Command::DeadlinePassed { kind, stage, .. } => {
                let running =
                    deadline::Entity::find_by_id((it.id.uuid(), *kind as i32)).one(unit.tx()).await?;
                Ok(running.is_some_and(|row| {
                    row.due_at <= change.at.as_microsecond() && row.stage == *stage as i32
                }))
            }
            Command::MemberLeft { member, .. } => Ok(!self.may_reply(unit, it.workspace, *member).await?),
            _ => Ok(true),
        }
    }

    /// The command with what it names looked up.
    pub(super) async fn looked_up<'c>(
        &self,
        unit: &Unit,
        it: &Conversation,
        change: &'c Change,
    ) -> Result<Cow<'c, Command>, ChangeRefused> {
        if let Some(member) = change.command.member() {
            self.require_eligible(unit, it, member).await?;
        }
        if let Some(team) = change.command.team()
            && !self.team_is_there(unit, it.workspace, team).await?
        {
            return Err(ChangeRefused::NoSuchTeam);
        }
        let Command::RequestHandoff { wish, email } = &change.command else {
            return Ok(Cow::Borrowed(&change.command));
        };
        if let Some(email) = email {
            keep_email(unit, it, email, change.scope).await?;
        }
        let wish = self.granted(unit, it, *wish, change.by).await?;
        Ok(Cow::Owned(Command::RequestHandoff { wish, email: email.clone() }))
    }

    /// A team that is not there is passed over; a visitor whose assistant hands nothing over leaves a message.
    async fn granted(
        &self,
        unit: &Unit,
        it: &Conversation,
        mut wish: Wish,
        by: Actor,
    ) -> Result<Wish, StoreError> {
        if let Some(team) = wish.team
            && !self.team_is_there(unit, it.workspace, team).await?
        {
            wish.team = None;
        }
        if matches!(by, Actor::Visitor(_)) {
            let known = assistant::Entity::find_by_id(it.assistant.uuid()).one(unit.tx()).await?;
            if known.is_some_and(|assistant| !assistant.handoff_enabled) {
                wish.new.reason = HandoffReason::MessageLeft;
            }
        }
        Ok(wish)
    }

    /// What else the command finds. Only what it looks at is read.
    pub(super) async fn now(
        &self,
        unit: &Unit,
        it: &Conversation,
        command: &Command,
        at: Timestamp,
    ) -> Result<Now, StoreError> {
        use Command as C;
        let mut now = Now::plain(at, self.manner.patience);
        match command {
            C::RequestHandoff { .. }
            | C::EmailKnown
            | C::DeadlinePassed { kind: DeadlineKind::HandoffDue, .. } => {
                now.email_known = email_known(unit, it).await?;
            }
            C::Unassign { .. }
            | C::MemberLeft { .. }
            | C::HandToTeam { .. }
            | C::DeadlinePassed { kind: DeadlineKind::ResponseDue, stage: Stage::Grace, .. }
                if it.control == Control::Human =>
            {
                now.unanswered_since = unanswered_since(unit, it).await?;
            }
            _ => {}
        }
        Ok(now)
    }

    /// The member is active and may reply, by what is known in the same transaction. The row is held against a change: a member who
    /// leaves meanwhile is found to have the conversation.
    pub(super) async fn require_eligible(
        &self,
        unit: &Unit,
        it: &Conversation,
        id: MemberId,
    ) -> Result<(), ChangeRefused> {
        if self.may_reply(unit, it.workspace, id).await? { Ok(()) } else { Err(ChangeRefused::NotEligible) }
    }

    async fn may_reply(&self, unit: &Unit, workspace: WorkspaceId, id: MemberId) -> Result<bool, StoreError> {
        let mut known = member::Entity::find_by_id(id.uuid());
        if unit.engine() == Engine::Postgres {
            known = known.lock(LockType::Share);
        }
        let known = known.one(unit.tx()).await?;
        Ok(known.is_some_and(|member| member.may_reply && member.workspace_id == workspace.uuid()))
    }

    async fn team_is_there(
        &self,
        unit: &Unit,
        workspace: WorkspaceId,
        id: TeamId,
    ) -> Result<bool, StoreError> {
        let known = team::Entity::find_by_id(id.uuid()).one(unit.tx()).await?;
        Ok(known.is_some_and(|team| !team.archived && team.workspace_id == workspace.uuid()))
    }
}

async fn email_known(unit: &Unit, it: &Conversation) -> Result<bool, StoreError> {
    let known = contact::Entity::find_by_id(it.contact.uuid()).one(unit.tx()).await?;
    Ok(known.is_some_and(|contact| contact.email.is_some()))
}

async fn keep_email(
    unit: &Unit,
    it: &Conversation,
    email: &EmailAddress,
    scope: Scope,
) -> Result<(), ChangeRefused> {
    // Erased since: the wish is heard all the same.
    let Some(before) = contact_store::held(unit, it.workspace, it.contact).await? else { return Ok(()) };
    if !scope.may_say_address(before.email.as_ref(), email) {
        return Err(ChangeRefused::AddressKnown);
    }
    let edit = ContactEdit { email: Some(Some(email.clone())), ..ContactEdit::default() };
    contact_store::edited(unit, before, edit).await?;
    Ok(())
}

/// When the oldest visitor message that nobody answered was accepted.
async fn unanswered_since(unit: &Unit, it: &Conversation) -> Result<Option<Timestamp>, StoreError> {
    let sql = "SELECT created_at FROM messages WHERE conversation_id = $1 AND sequence > $2 AND author_kind = 1 \
               ORDER BY sequence LIMIT 1";
    let oldest = unit.query_one(sql, [it.id.uuid().into(), it.answered_sequence.into()]).await?;
    let Some(oldest) = oldest else { return Ok(None) };
    rows::time("messages", it.id.uuid(), oldest.try_get("", "created_at")?).map(Some)
}
