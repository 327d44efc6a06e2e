//! Somebody writes or looks, an answer grows: said to whoever watches at the moment, and to nobody later.

use std::sync::Arc;

use baton_kit::{
    data::StoreError,
    events::{SignalReader, Signals},
};
use futures::FutureExt as _;

use super::{
    ports::{
        Scope,
        heads::{HeadFinder, ThreadHead},
    },
    read_conversation::ReadRefused,
};
use crate::domain::{
    activity::{Activity, Delta, Doing, What},
    epoch_floors::{EpochFloors, Floor},
    ids::{ContactId, ConversationId},
    read_mark::Reader,
};

/// How many of them a watcher may lag behind. What is older is worth nothing to it.
const NEWEST: usize = 1024;
/// How many conversations a watcher knows the epochs of; for others it asks again.
const WATCHED: usize = 4096;

/// Tells what is seen now or never. Clones tell the same watchers.
#[derive(Clone)]
pub struct ReportActivity {
    heads: Arc<dyn HeadFinder>,
    signals: Signals<Arc<Activity>>,
}

impl ReportActivity {
    /// Tells nobody yet. `heads` says whose conversations they are.
    pub fn new(heads: Arc<dyn HeadFinder>) -> Self {
        Self { heads, signals: Signals::new(NEWEST) }
    }

    /// Somebody writes or looks.
    ///
    /// # Errors
    /// When the conversation is not there, or not the caller's.
    pub async fn presence(
        &self,
        scope: Scope,
        conversation: ConversationId,
        reader: Reader,
        doing: Doing,
    ) -> Result<(), ReadRefused> {
        let head = self.heads.head(scope, conversation).await?.ok_or(ReadRefused::NotFound)?;
        let (workspace, what) = (scope.workspace, What::Presence(reader, doing));
        self.signals.send(Arc::new(Activity { workspace, conversation, contact: head.contact, what }));
        Ok(())
    }

    /// An answer grows. Nothing is read for it: who watches tells what may be told.
    pub fn delta(&self, scope: Scope, conversation: ConversationId, contact: ContactId, delta: Delta) {
        let (workspace, what) = (scope.workspace, What::Delta(delta));
        self.signals.send(Arc::new(Activity { workspace, conversation, contact, what }));
    }

    /// Watches what is told from now on.
    pub fn watch(&self) -> ActivityWatch {
        let floors = EpochFloors::new(WATCHED);
        ActivityWatch { heads: Arc::clone(&self.heads), signals: self.signals.subscribe(), floors }
    }
}

/// A watcher that also follows the feed. It is told no piece of an answer that is older than the control it was told of.
pub struct ActivityWatch {
    heads: Arc<dyn HeadFinder>,
    signals: SignalReader<Arc<Activity>>,
    floors: EpochFloors,
}

impl ActivityWatch {
    /// The next activity, not yet asked whether it may be told. What was missed is gone. May be cancelled without loss.
    pub async fn next(&mut self) -> Arc<Activity> {
        loop {
            match self.signals.next().await {
                Ok(Some(activity)) => return activity,
                Err(missed) => tracing::debug!(%missed, "a watcher was too slow for the activity"),
                // Nobody is left who could tell anything.
                Ok(None) => std::future::pending().await,
            }
        }
    }

    /// The next activity that waits already.
    pub fn waiting(&mut self) -> Option<Arc<Activity>> {
        self.next().now_or_never()
    }

    /// The follower is about to be told of a change under this epoch.
    pub fn will_tell(&mut self, conversation: ConversationId, control_epoch: i64) {
        self.floors.raise(conversation, control_epoch);
    }

    /// Whether an activity may be told. A piece of an answer may not if control has changed since it was made, if it names
    /// another tenant or contact, or if that cannot be found out.
    pub async fn may_tell(&mut self, activity: &Activity) -> bool {
        let What::Delta(delta) = &activity.what else { return true };
        let Some(floor) = self.floor(activity).await else { return false };
        let theirs = floor.workspace == activity.workspace && floor.contact == activity.contact;
        let may = theirs && delta.control_epoch >= floor.control_epoch;
        if may {
            self.floors.raise(activity.conversation, delta.control_epoch);
        }
        may
    }

    async fn floor(&mut self, activity: &Activity) -> Option<Floor> {
        if let Some(known) = self.floors.get(activity.conversation) {
            return Some(known);
        }
        let ThreadHead { contact, control_epoch } = self.head(activity).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "a piece of an answer was not told: its epoch could not be read");
            None
        })?;
        let floor = Floor { control_epoch, workspace: activity.workspace, contact };
        self.floors.learn(activity.conversation, floor);
        Some(floor)
    }

    async fn head(&self, activity: &Activity) -> Result<Option<ThreadHead>, StoreError> {
        self.heads.head(Scope::all_of(activity.workspace), activity.conversation).await
    }
}
