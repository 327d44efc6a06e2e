//! What office hours mean at an instant: open or not, what is promised, what a visitor is told.
//!
//! The one place where check and promise come from, so that they cannot differ.

use std::sync::Arc;

use baton_kit::{data::StoreError, life::ids::WorkspaceId};
use jiff::Timestamp;

use super::{ports::Hours, unknown_zones::UnknownZones};
use crate::domain::{
    hours::{
        Cause, Look, WorkingTime,
        wording::{Languages, Situation},
    },
    promise,
};

/// The assessor. Clones share.
#[derive(Clone)]
pub struct Assess {
    /// Where office hours are kept.
    pub hours: Arc<dyn Hours>,
    /// What visitors are told.
    pub languages: Arc<Languages>,
    /// Where zones that are not known are noted.
    pub unknown: UnknownZones,
}

/// What is asked.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// For which instant.
    pub at: Timestamp,
    /// When a person was asked for; the instant itself if nothing is said.
    pub asked_at: Option<Timestamp>,
    /// In which language; that of the office hours if nothing is said.
    pub language: Option<String>,
}

/// The answer.
#[derive(Debug, Clone)]
pub struct Assessment {
    /// What holds.
    pub look: Look,
    /// By when somebody will have answered.
    pub promised_by: Option<Timestamp>,
    /// What a visitor is told.
    pub text: String,
    /// What it was worked out with.
    pub working: WorkingTime,
}

impl Assess {
    /// Assesses an instant.
    pub async fn run(&self, workspace: WorkspaceId, question: Question) -> Result<Assessment, StoreError> {
        let hours = self.hours.get(workspace).await?.hours;
        let working = WorkingTime::of(hours.as_ref());
        let look = working.look(question.at);
        if let Some(hours) = &hours {
            self.unknown.met(workspace, &hours.zone, look.cause != Cause::UnknownTimeZone);
        }
        let reply = hours.as_ref().and_then(|hours| hours.reply.as_ref());
        let asked_at = question.asked_at.unwrap_or(question.at);
        let promised_by = promise::promised_by(&working, reply, asked_at, question.at);
        let set = hours.as_ref().map_or("", |hours| hours.language.as_str());
        let wanted = [question.language.as_deref().unwrap_or_default(), set];
        let zone = working.zone();
        let situation = Situation { at: question.at, look: &look, reply, promised_by, zone: &zone };
        let text = self.languages.first_of(&wanted).tell(&situation);
        Ok(Assessment { look, promised_by, text, working })
    }

    /// Looks at every workspace's zone, so that one which is not known is told of before anybody asks.
    pub async fn look_for_unknown_zones(&self) -> Result<(), StoreError> {
        for (workspace, zone) in self.hours.zones().await? {
            self.unknown.met(workspace, &zone, crate::domain::hours::find_zone(&zone).is_some());
        }
        Ok(())
    }
}
